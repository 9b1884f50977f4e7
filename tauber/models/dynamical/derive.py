"""Power laws of time, width and data with exact constants, and the compute optimum: at a point or in general."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, action
from ...boundary import theory_errors
from ...cache import kept
from ...errors import BadInput
from ...output import screen
from ...output.laws import general_payload, law_payload, log_of, show_general, show_laws, written
from ...output.line import domain, known_of, line_of, notes, on_line
from ...output.phases import diagram_payload, optimum_tex, phases_payload, phases_tex, show_phases
from ...output.result import Result
from ...output.tradeoff import show_tradeoffs
from ...read import arguments as common
from ...read import numbers
from ...read.spectrum import in_place
from ...spectra import LogPowers, Spectrum
from ..assumption import Declared, logarithmic, where
from .given import RESOURCES, Cost, Exponents, LabelNoise, read_cost
from .phases import derived_diagram, wording
from .terms import TERMS

if TYPE_CHECKING:
    from fractions import Fraction

    from ...theory.models.dynamical import Derivation, OptimalConstants

_OPTIONAL = "Exact: 3/2 or 1.5. Leave it out for general formulas."
DECAYS = ("time", "width", "data", "width_bias")
POWERS_OF_TIME = ("early_width_time", "early_data_time", "gap_time")


@action(latex=True, full=True, derives=True, pure=True)
def derive(
    a: Annotated[Number | None, Argument("NUMBER", f"Target: lambda_k w_k^2 = k^-a. {_OPTIONAL}")] = None,
    b: Annotated[Number | None, Argument("NUMBER", f"Spectrum: lambda_k = k^-b. {_OPTIONAL}")] = None,
    cost: Cost = "N*t",
    label_noise: LabelNoise = False,
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Derive the scaling laws of the dynamical model: random features under gradient flow, on data that are reused.

    Each law is constant * x^exponent * log(x)^logs in time t, width N or data P, up to a relative x^-correction. Under
    the key `exponents`, loss ~ x^-value for time, width, data and width_bias; the others are powers of t. At compute C
    the best loss is L* ~ C^-loss, the best width N* ~ C^width, the best time t* ~ C^time. Order of limits and meaning
    stand beside each law.
    A declared spectrum has the phase and exponents of the power law that it is like, and its own constants.

    Example: tauber derive dynamical --a 2 --b 3/2

    Returns
    -------
    Result
        At a point: ``exponents`` and ``laws``; of the compute optimum ``phase``, ``tradeoff``, ``loss_exponent``,
        ``compute_optimal`` (exponents of the loss and of each resource) and ``optimum`` (its constants, None where they
        are not derived: ``notes`` say why); on a boundary ``phase`` is None, and ``boundary_of`` and ``limits`` say
        what meets there. With one exponent or none: ``laws`` and ``phases`` as formulas of what is free, in all parts
        of the line or the plane, and the ``boundaries`` of the plane. Exponents, constants and conditions are SymPy's.
        For a ``spectrum`` that is asked, ``a`` and ``b`` are those of the power law with the same largest poles.

    Raises
    ------
    BadInput
        An exponent that is not above 1, digits without a point, a cost that is no product of powers, or a spectrum for
        which this is not derived.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    spent, shown = read_cost(cost), None if digits is None else numbers.digits(digits)
    asked = {"model": "dynamical", "cost": numbers.product(spent), "label_noise": label_noise}
    if spectrum is not None:
        record = in_place({"--a": a, "--b": b}, spectrum)
        with theory_errors(), screen.waiting("Deriving"):
            values = asked | {"spectrum": record.table} | _at_point(of_spectrum(record, spent, label_noise), shown)
        return Result(values, _show, formula=lambda result: _headline(result, spent), digits=shown)
    if a is None or b is None:
        if shown is not None:
            raise BadInput("--digits was given without a point; give both --a and --b with it.")
        return _general(asked, spent, label_noise, {"a": a, "b": b})
    point = Exponents.read(a, b)

    def made() -> dict[str, Any]:
        from ...theory.models.dynamical import derive as derived

        return asked | _at_point(derived(point.a, point.b, spent, label_noise), shown)

    with theory_errors(), screen.waiting("Deriving"):
        values = kept("dynamical.derive", made, point, spent, label_noise, shown)
    return Result(values, _show, formula=lambda result: _headline(result, spent), digits=shown)


def of_spectrum(record: Spectrum, spent: dict[str, Fraction], label_noise: bool) -> Derivation:
    """The derivation for a spectrum: by its zeta functions, or with powers of its logarithm."""
    from ...theory.models.dynamical import derive_spectrum
    from ...theory.models.dynamical.logarithmic import derive_logarithmic

    if isinstance(record, LogPowers):
        return derive_logarithmic(logarithmic(record), spent, label_noise)
    return derive_spectrum(Declared.read({}, record).zeta, spent, label_noise)


def _at_point(found: Derivation, digits: int | None) -> dict[str, Any]:
    """What is derived at one point."""
    from ...theory.models.dynamical import subjects

    about = subjects()
    laws, best = found.laws, found.optimum
    return {
        "a": found.a,
        "b": found.b,
        "exponents": {name: -laws[name].exponent for name in DECAYS if name in laws}
        | {name: laws[name].exponent for name in POWERS_OF_TIME if name in laws},
        "compute_optimal": optimal_exponents(found),
        **log_exponents(found),
        "loss_exponent": best.loss_exponent,
        "phase": best.phase,
        "boundary_of": list(best.boundary_of),
        "tradeoff": list(best.tradeoff),
        "limits": {name: {RESOURCES.get(x, x): e for x, e in powers.items()} for name, powers in best.limits.items()},
        "laws": [law_payload(about[name], at, digits) for name, at in laws.items()],
        "optimum": _constants(found, digits),
        "notes": _notes(found),
    }


def optimal_exponents(found: Derivation) -> dict[str, Any]:
    """The exponents of the compute optimum: of the loss, and of each resource that costs something."""
    best = found.optimum
    return {"loss": best.loss_exponent} | {RESOURCES[x]: e for x, e in best.exponents.items()}


def log_exponents(found: Derivation) -> dict[str, Any]:
    """Powers of log C behind them, where the spectrum has a logarithm."""
    if found.logs is None:
        return {}
    return {"log_exponents": {RESOURCES.get(x, x): m for x, m in found.logs.items()}}


def _constants(found: Derivation, digits: int | None) -> dict[str, Any] | None:
    """Constants of the optimum, exact and as numbers (with label noise: those at sigma = 1)."""
    best = found.constants
    if best is None:
        return None
    if digits is not None:
        from ...theory.models.dynamical import optimal_constants

        best = optimal_constants(found.a, found.b, found.budget, found.optimum, digits, found.spectrum)
    values: dict[str, Any] = {"loss_constant": best.loss, "loss_value": best.loss_value}
    for name, constant in best.resources.items():
        word = RESOURCES[name]
        values[f"{word}_constant"], values[f"{word}_value"] = constant, best.resource_values[name]
    return values | {"x_star": best.x_star, "Psi_star": best.psi_star, "definitions": _definitions(found, best)}


def _definitions(found: Derivation, best: OptimalConstants) -> dict[str, str]:
    """Exact meaning of the names in the constants."""
    if best.x_star is None:
        return {"sigma": "standard deviation of the label noise"} if _is_noisy(found) else {}
    from ...formulas import text
    from ...theory.models.crossover import Crossover
    from ...theory.models.dynamical.model import like

    cost = dict(found.budget.powers)
    power = (found.a - 1) / (found.b + cost["N"] / cost["t"])
    function, density = Crossover(found.b / 2, (found.a - found.b) / 2), like(found.spectrum).density
    size = "N" if density == 1 else f"(N/({text(density)}))"
    return {
        "x_star": f"where x**({power})*Psi(x) is least, x = 2*t/{size}**({found.b})",
        "Psi_star": "Psi(x_star)",
        "Psi": f"{function.contour_integral()} with y = k*(1 - D)",
        "D": str(function.modes.expression),
    }


def _is_noisy(found: Derivation) -> bool:
    """Whether the constants of the optimum contain the label noise."""
    return found.constants is not None and any(str(s) == "sigma" for s in found.constants.loss.free_symbols)


def _notes(found: Derivation) -> list[str]:
    notes = []
    if found.reason:
        notes.append(f"no constants of the optimum: {found.reason}")
    if found.optimum.phase is None:
        notes.append("on a boundary: powers of log C may multiply the powers of C in the compute optimum")
    if _is_noisy(found):
        notes.append("the values of the optimum are those at sigma = 1")
    return notes


def _headline(result: Result, spent: dict[str, Fraction]) -> str:
    """The compute optimum, with constants where they are in closed form; on a boundary what is on each side of it."""
    sides, best, constants = result.limits or {result.phase: result.compute_optimal}, result.optimum, {}
    if best is not None and best["x_star"] is None:
        constants = {word: best[f"{word}_constant"] for word in result.compute_optimal}
    return optimum_tex(sides, wording(spent), constants, result.to_dict().get("log_exponents"))


def _show(result: Result, full: bool) -> None:
    """Print the answer in some lines; its tables in full only."""
    payload = result.plain()
    screen.print_line(f"Dynamical model {where(payload, 'a', 'b')}, compute C = {payload['cost']}")
    if payload["phase"] is None:
        screen.print_line(
            f"On the boundary of {' and '.join(payload['boundary_of'])}: the exponents are the limits of log L*/log C "
            "and the like; powers of log C may multiply the powers of C."
        )
    elif payload["compute_optimal"]["loss"] is None:
        screen.print_line("No power law: the loss does not fall as a power of the compute here.")
    else:
        screen.print_line(f"Phase {payload['phase']}")
    screen.print_line(optimum_line(payload["compute_optimal"], None, payload.get("log_exponents")))
    if payload["optimum"] is not None:
        screen.print_line(optimum_line(payload["compute_optimal"], payload["optimum"]))
    if full:
        show_laws(payload["laws"])
        for name, meaning in (payload["optimum"] or {}).get("definitions", {}).items():
            screen.print_line(f"{name} = {meaning}")
        show_tradeoffs([payload["tradeoff"]], TERMS)
    for note in payload["notes"]:
        screen.print_line(f"Note: {note}")


def optimum_line(
    exponents: dict[str, str | None], constants: dict[str, Any] | None, logs: dict[str, str | None] | None = None
) -> str:
    """The laws of the optimum in one line, with their constants where these are given."""
    letters = {"loss": "L"} | {word: letter for letter, word in RESOURCES.items()}
    parts = []
    for word, exponent in exponents.items():
        if exponent is None:
            parts.append(f"{letters[word]}*: no single power law")
            continue
        sign = "-" if word == "loss" else ""
        equals = "~ " if constants is None else f"= ({written(constants[f'{word}_value'])}) "
        slow = log_of("C", (logs or {}).get(word) or 0)
        parts.append(f"{letters[word]}* {equals}C^({sign}{exponent}){slow}")
    return ", ".join(parts)


def _general(
    asked: dict[str, Any], spent: dict[str, Fraction], label_noise: bool, given: dict[str, str | None]
) -> Result:
    """Laws and phases as formulas in the exponents that are not given, of which there is one at least."""
    words, known = wording(spent), known_of(given, numbers.above_one)

    def made() -> dict[str, Any]:
        from ...theory.models.dynamical import laws

        if line is None:
            return {"laws": [general_payload(law) for law in laws()]} | diagram_payload(diagram, words)
        found: dict[str, Any] = {
            line.known.name: line.value,
            "laws": [general_payload(on_line(x, line)) for x in laws()],
        }
        return found | {"phases": phases_payload(line.phases, words), "notes": notes(line)}

    with theory_errors(), screen.waiting("Deriving"):
        diagram = derived_diagram(spent, label_noise)
        line = line_of(diagram, known)
        values = asked | kept("dynamical.general", made, spent, label_noise, known)

    def show(result: Result, full: bool) -> None:
        screen.print_line(f"Dynamical model, general formulas ({domain(line, 'a, b > 1')})")
        show_general(result.laws)
        show_phases(result.phases, words)
        if full:
            show_tradeoffs([phase["tradeoff"] for phase in result.phases], TERMS)
        for note in notes(line):
            screen.print_line(f"Note: {note}")

    return Result(values, show, formula=lambda result: phases_tex(result.phases, words))
