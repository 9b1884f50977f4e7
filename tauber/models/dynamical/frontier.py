"""``tauber frontier dynamical``: best width, time and data at each budget, and slopes beside the derived exponents."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...boundary import numerics_errors, theory_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ...report.frontier import show_table
from . import given as model_options
from .derive import optimum_payload
from .given import RESOURCES, Problem, read_cost

if TYPE_CHECKING:
    from ...numerics.dynamical.frontier import DynamicalFrontier
    from ...theory.dynamical import Derivation

Budget = Annotated[
    str,
    typer.Option(metavar="START:STOP:COUNT|LIST", help="Compute budgets C: log-spaced (1e6:1e12:7) or a comma list."),
]


def dynamical(
    a: model_options.A,
    b: model_options.B,
    budget: Budget = "1e6:1e12:7",
    cost: model_options.Cost = "N*t",
    width: model_options.Width = "inf",
    data: model_options.Data = "inf",
    noise: model_options.Noise = "0",
    modes: model_options.Modes = "inf",
    digits: options.Digits = None,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Minimise the test loss of the dynamical model over the resources in the cost, at each compute budget C.

    The loss is given without the noise floor sigma^2. Width or data that are not in the cost are as given, time is then
    infinite. The measured local slopes d log N*/d log C and the like, -d log L*/d log C, stand beside the exponents
    derived for infinitely many modes; where they differ by more than their uncertainty, C is not yet large.

    Example: tauber frontier dynamical --a 3 --b 3/2 --budget 1e6:1e12:7 --cost N*t
    """
    problem, spent = Problem.read(a, b, width, data, noise, modes), read_cost(cost)
    _check(problem, spent)
    budgets, precision = (
        numbers.budgets("--budget", budget),
        None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS),
    )
    target = plot_target(plot)
    derived = _derived(problem, spent)
    with numerics_errors():
        found = _measure(problem, spent, budgets, precision)
    exponents = None if derived is None else optimum_payload(derived)
    payload = {key: value for key, value in problem.payload.items() if key != "optimiser"}
    payload |= {"cost": numbers.product(spent), "budgets": budgets} | _measured(found, precision)
    payload["derived"] = None
    if derived is not None and exponents is not None:
        best = derived.optimum
        payload["derived"] = {"phase": best.phase, "boundary_of": list(best.boundary_of)} | exponents
    if target is not None:
        _draw(payload, spent, target)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _check(problem: Problem, spent: dict[str, Fraction]) -> None:
    """Refuse a size that is both given and to be found."""
    for name, word in (("N", "width"), ("P", "data")):
        size = getattr(problem, word)
        if name in spent and not math.isinf(size):
            raise BadInput(
                f"--{word} {size} was given with --cost {numbers.product(spent)}, which has {name} in it, so that the "
                f"best {word} is sought: leave out --{word}, or take {name} out of the cost."
            )


def _derived(problem: Problem, spent: dict[str, Fraction]) -> Derivation | None:
    """The derivation that the slopes tend to; None where it does not apply: something stays finite."""
    finite = [size for size in (problem.width, problem.data, problem.modes) if not math.isinf(size)]
    if finite or min(problem.a, problem.b) <= 1:
        return None
    with theory_errors(), screen.waiting("Deriving"):
        from ...theory.dynamical import derive

        return derive(problem.a, problem.b, spent, noise=problem.noise > 0)


def _measure(
    problem: Problem, spent: dict[str, Fraction], budgets: list[float], precision: int | None
) -> DynamicalFrontier:
    """Find the frontier budget by budget, under a progress bar."""
    import numpy as np

    from ...numerics.dynamical.frontier import frontier

    with screen.progress_bar("Minimising", len(budgets)) as advance:
        parts = []
        for budget in budgets:
            parts.append(
                frontier(
                    problem.a, problem.b, [budget], cost=spent, width=problem.width, data=problem.data,
                    noise=problem.noise, modes=problem.modes, precision=precision,
                )
            )  # fmt: skip
            advance(1)

    def joined(pieces: list[Any]) -> Any:
        first = pieces[0]
        if isinstance(first, np.ndarray):
            return np.concatenate(pieces)
        if isinstance(first, dict):
            return {name: joined([piece[name] for piece in pieces]) for name in first}
        names = [field.name for field in dataclasses.fields(first)]
        return dataclasses.replace(first, **{n: joined([getattr(piece, n) for piece in pieces]) for n in names})

    return joined(parts)


def _measured(found: DynamicalFrontier, precision: int | None) -> dict[str, Any]:
    few = precision and screen.ERROR_DIGITS
    payload = {
        "loss": screen.decimals(found.loss, precision),
        "error": screen.decimals(found.error, few),
        "loss_slope": screen.decimals([-slope for slope in found.loss_slope], precision),
        "loss_slope_error": screen.decimals(found.loss_slope_error, few),
    }
    for name, resource in found.resources.items():
        word = RESOURCES[name]
        payload[word] = screen.decimals(resource.amount, precision)
        payload[f"{word}_error"] = screen.decimals(resource.error, few)
        payload[f"{word}_slope"] = screen.decimals(resource.slope, precision)
        payload[f"{word}_slope_error"] = screen.decimals(resource.slope_error, few)
    return payload


def _where(payload: dict[str, Any]) -> str:
    derived = payload["derived"]
    if derived is None:
        return "nothing derived, as width, data or modes are finite"
    if derived["loss"] is None:
        return "no power law" if derived["phase"] else f"on the boundary of {' and '.join(derived['boundary_of'])}"
    if derived["phase"] is None:
        return f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    return f"phase {derived['phase']}"


def _exponents(payload: dict[str, Any]) -> dict[str, str | None]:
    """Derived exponents by word, the loss first; None where there are none."""
    words = ["loss", *(word for word in RESOURCES.values() if f"{word}_slope" in payload)]
    return {word: (payload["derived"] or {}).get(word) for word in words}


def _draw(payload: dict[str, Any], spent: dict[str, Fraction], target: Path) -> None:
    from ...plots.frontier import Panel, draw_frontier
    from ...plots.save import save

    letters = {"loss": "L"} | {word: letter for letter, word in RESOURCES.items()}
    panels = [
        Panel(
            word, letters[word], payload[word], payload[f"{word}_slope"],
            None if exponent is None else Fraction(exponent), falls=word == "loss",
        )
        for word, exponent in _exponents(payload).items()
    ]  # fmt: skip
    title = f"Dynamical model at a = {payload['a']}, b = {payload['b']}: {_where(payload)}"
    factors = [f"{name}^{{{power}}}" if power != 1 else name for name, power in spent.items()]
    meaning = "C = " + r"\,".join(factors)
    save(draw_frontier(title, ("C", meaning), payload["budgets"], panels), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(
        f"Dynamical model at a = {payload['a']}, b = {payload['b']}, compute C = {payload['cost']}; derived: "
        f"{_where(payload)}"
    )
    exponents = _exponents(payload)
    loss = exponents.pop("loss")
    show_table(payload, "budgets", exponents, loss)
    if target is not None:
        screen.print_line(f"Wrote {target}")
