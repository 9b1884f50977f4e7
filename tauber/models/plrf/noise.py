"""Label noise at a fixed step size: what `derive` answers where there is a floor and no power law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...output import screen
from ...output.laws import written
from ...output.result import Result
from ..assumption import where
from .constants import amount_payload, spoken

if TYPE_CHECKING:
    from ...theory.models.plrf import ExactLaw

_OPTIMAL = {"cost", "phase", "boundary_of", "tradeoff", "limits", "compute_optimal", "optimum"}
_OPTIMAL |= {"d_exponent", "loss_exponent", "exponents", "active"}
"""What is said of the problem without noise only; its terms are those of the loss with noise, too."""


def _missing(narrow: bool, line: bool) -> list[str]:
    """Say why there is no transient for 2 alpha <= 1, ``line`` being equality."""
    if line:
        return ["no transient: 2 alpha = 1 has logarithms in the kernel, and so in the approach to the floor"]
    what = "no transient: for 2 alpha < 1 the noise adds sigma^2 in the window, and the rest of the floor at its end"
    return [what] if narrow else []


def noisy(
    values: Mapping[str, Any], law: ExactLaw | None, sigma: Fraction, tables: Callable[[dict[str, Any]], None],
    digits: int | None,
) -> Result:  # fmt: skip
    """The result at a point, from the values without noise; ``tables`` prints their tables."""
    import sympy

    from ...theory.models.plrf import noise
    from ...theory.models.plrf.exact import Setting

    exact = sympy.Rational(sigma)
    alpha, beta = (sympy.Rational(str(values[name])) for name in ("alpha", "beta"))
    setting = Setting(alpha, beta) if law is None else law.setting
    found = {name: values[name] for name in ("model", "spectrum", "alpha", "beta") if name in values}
    found |= {
        "noise": sigma,
        "floor": spoken(noise.floor(setting, exact)),
        "floor_value": noise.floor_value(law, exact) if law is not None and law.valued else None,
        "transient": None if law is None or setting.narrow else amount_payload(noise.transient(law, exact)),
        **{key: value for key, value in values.items() if key not in {*found, *_OPTIMAL}},
        "notes": [*values["notes"], *_missing(setting.narrow, 2 * alpha == 1)],
    }

    def show(result: Result, full: bool) -> None:
        payload = result.plain()
        _show_floor(payload, f"{where(payload, 'alpha', 'beta')}, label noise {payload['noise']}")
        if full:
            tables(payload)
        for note in payload["notes"]:
            screen.print_line(f"Note: {note}")

    return Result(found, show, formula=_formula, digits=digits)


def noisy_in_general(values: Mapping[str, Any], sigma: Fraction, known: Mapping[Any, Any]) -> Result:
    """The formulas in the exponents that are not ``known``."""
    import sympy

    from ...theory.models.plrf import alpha, noise

    exact = sympy.Rational(sigma)
    transient, norm = noise.general_transient(exact), noise.general_norm().subs(known)
    condition = (2 * alpha > 1).subs(known)
    law = {
        "constant": spoken(transient.constant.subs(known)),
        "d": transient.d,
        "r": transient.r.subs(known),
        "condition": condition,
    }
    found = {
        **{key: value for key, value in values.items() if key != "terms"},
        "noise": sigma,
        "floor": spoken(noise.floor_law().subs(noise.SIGMA, exact)),
        "transient": None if condition == False else law,  # noqa: E712  (SymPy's false)
        "terms": values["terms"],
        "definitions": {"kernel_norm": spoken(norm)},
        "notes": _missing(condition == False, 2 * known.get(alpha, 0) == 1),  # noqa: E712
    }

    def show(result: Result, full: bool) -> None:
        del full  # the formulas are all there is
        payload = result.plain()
        given = [f"{name} = {payload[name]}" for name in ("alpha", "beta") if name in payload]
        _show_floor(payload, ", ".join(["in general", *given, f"label noise {payload['noise']}"]))
        screen.print_line(f"kernel_norm = {payload['definitions']['kernel_norm']}")
        for note in payload["notes"]:
            screen.print_line(f"Note: {note}")

    return Result(found, show, formula=_formula)


def _show_floor(payload: dict[str, Any], where: str) -> None:
    """Print the floor and how the loss comes to it."""
    screen.print_line(f"Power-law random-features model {where}")
    screen.print_line("No power law of the compute: at a fixed step size the loss falls to a floor, not to 0.")
    value, transient = payload.get("floor_value"), payload["transient"]
    screen.print_line(f"Floor, d and r infinite: {payload['floor']}" + (f" = {written(value)}" if value else ""))
    if transient is not None:
        constant = written(transient.get("value")) or transient["constant"]
        when = transient.get("condition", "True")
        where = "" if when == "True" else f", for {when}"
        screen.print_line(f"Transient of the noise, added to the terms: ({constant}) r^({transient['r']}){where}")


def _formula(result: Result) -> str:
    """The floor, and what is added to it inside the window."""
    from sympy import Symbol

    from ...formulas import tex

    names = {"lr": "gamma", "batch": "B", "kernel_norm": r"\|K\|", "lr_trace": "G"}

    def written_in_letters(formula: Any) -> str:
        return tex(
            formula.xreplace({s: Symbol(names[s.name], positive=True) for s in formula.free_symbols if s.name in names})
        )

    floor = rf"P_\infty = {written_in_letters(result.floor)}"
    if result.transient is None:
        return floor
    amount = result.transient["constant"] * Symbol("r", positive=True) ** result.transient["r"]
    return rf"{floor}, \qquad P(r) - P_\infty \sim {written_in_letters(amount)}"
