"""Best width, time and data at each budget, and slopes beside the derived exponents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Numbers, action
from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import at
from . import given
from .derive import log_exponents, of_spectrum, optimal_exponents, optimum_line
from .given import RESOURCES, Problem, read_cost

if TYPE_CHECKING:
    from ...numerics.models.dynamical.frontier import DynamicalFrontier
    from ...theory.models.dynamical import Derivation


@action(draws=True)
def frontier(
    a: given.A = None,
    b: given.B = None,
    budget: Annotated[
        Numbers,
        Argument("START:STOP:COUNT|LIST", "Compute budgets C: log-spaced (1e6:1e12:7) or a comma list."),
    ] = "1e6:1e12:7",
    cost: given.Cost = "N*t",
    width: given.Width = "inf",
    data: given.Data = "inf",
    noise: given.Noise = "0",
    modes: given.Modes = "inf",
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
) -> Result:
    """Minimise the test loss of the dynamical model over the resources in the cost, at each compute budget C.

    The loss is given without the noise floor sigma^2. Width or data that are not in the cost are as given, time is then
    infinite. The measured local slopes d log N*/d log C and the like, -d log L*/d log C, stand beside the exponents
    derived for infinitely many modes; where they differ by more than their uncertainty, C is not yet large.

    Example: tauber frontier dynamical --a 3 --b 3/2 --budget 1e6:1e12:7 --cost N*t

    Returns
    -------
    Result
        ``budgets``, ``loss`` with its relative ``error``, and the best ``width``, ``time``, ``data``, where they are in
        the cost, with relative errors ``width_error`` and the like, each of shape (n,), as are
        the slopes ``loss_slope`` (positive, that of the law C^-slope), ``width_slope`` and the like with absolute
        uncertainties ``loss_slope_error``...; ``derived``: ``phase`` and the exact exponents of ``loss``, ``width``...
        (for a spectrum with a logarithm ``log_exponents``, too), or None where something stays finite or nothing is
        derived, and then ``not_derived`` says why.

    Raises
    ------
    BadInput
        A parameter out of its range, a cost of less than two resources, or no minimum inside the ranges.
    CheckFailed
        Digits were lost.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    problem, spent = Problem.read(a, b, width, data, noise, modes, spectrum=spectrum), read_cost(cost)
    _check(problem, spent)
    budgets = numbers.budgets("--budget", budget)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    derived, why = _derived(problem, spent)
    with numerics_errors():
        found = _measure(problem, spent, budgets, precision)
    values = {key: value for key, value in problem.values.items() if key != "optimiser"}
    values |= {"cost": numbers.product(spent), "budgets": budgets} | _measured(found) | {"derived": None}
    if derived is not None:
        best = derived.optimum
        values["derived"] = {"phase": best.phase, "boundary_of": list(best.boundary_of)} | optimal_exponents(derived)
        values["derived"] |= log_exponents(derived)
    elif why:
        values["not_derived"] = why
    return Result(values, _show, lambda result: _figure(result.to_dict(), spent), digits=precision)


def _check(problem: Problem, spent: dict[str, Fraction]) -> None:
    """Refuse a size that is both given and to be found."""
    for name, word in (("N", "width"), ("P", "data")):
        size = getattr(problem, word)
        if name in spent and not math.isinf(size):
            raise BadInput(
                f"--{word} {size} was given with --cost {numbers.product(spent)}, which has {name} in it, so that the "
                f"best {word} is sought: leave out --{word}, or take {name} out of the cost."
            )


def _derived(problem: Problem, spent: dict[str, Fraction]) -> tuple[Derivation | None, str]:
    """The derivation that the slopes tend to; None where it does not apply, with the reason."""
    finite = [size for size in (problem.width, problem.data, problem.modes) if not math.isinf(size)]
    if finite:
        return None, "width, data or modes are finite"
    noisy, waiting = problem.noise > 0, screen.waiting("Deriving")
    if problem.spectrum is not None:
        try:
            with theory_errors(), waiting:
                return of_spectrum(problem.spectrum, spent, noisy), ""
        except BadInput as refused:
            return None, str(refused)
    if problem.a is None or problem.b is None or min(problem.a, problem.b) <= 1:
        return None, "an exponent is not above 1"
    with theory_errors(), waiting:
        from ...theory.models.dynamical import derive

        return derive(problem.a, problem.b, spent, noise=noisy), ""


def _measure(
    problem: Problem, spent: dict[str, Fraction], budgets: list[float], precision: int | None
) -> DynamicalFrontier:
    """Find the frontier budget by budget, under a progress bar."""
    from ...numerics.core.sweep import sweep
    from ...numerics.models.dynamical.frontier import frontier as best

    known: dict[str, Any] = {name: getattr(problem, name) for name in ("width", "data", "noise", "modes", "spectrum")}
    with screen.progress_bar("Minimising", len(budgets)) as advance:
        return sweep(
            lambda one: best(problem.a, problem.b, one, cost=spent, precision=precision, **known), budgets, advance
        )


def _measured(found: DynamicalFrontier) -> dict[str, Any]:
    values = {
        "loss": found.loss,
        "error": found.error,
        "loss_slope": -found.loss_slope,
        "loss_slope_error": found.loss_slope_error,
    }
    for name, resource in found.resources.items():
        word = RESOURCES[name]
        values[word], values[f"{word}_error"] = resource.amount, resource.error
        values[f"{word}_slope"], values[f"{word}_slope_error"] = resource.slope, resource.slope_error
    return values


def _where(values: Mapping[str, Any]) -> str:
    derived = values["derived"]
    if derived is None:
        why = values["not_derived"].rstrip(".")
        return f"nothing derived, as {why[0].lower()}{why[1:]}"
    if derived["loss"] is None:
        return "no power law" if derived["phase"] else f"on the boundary of {' and '.join(derived['boundary_of'])}"
    if derived["phase"] is None:
        return f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    return f"phase {derived['phase']}"


def _exponents(values: Mapping[str, Any]) -> dict[str, Any]:
    """Derived exponents by word, the loss first; None where there are none."""
    words = ["loss", *(word for word in RESOURCES.values() if f"{word}_slope" in values)]
    return {word: (values["derived"] or {}).get(word) for word in words}


def _figure(values: Mapping[str, Any], spent: dict[str, Fraction]) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    letters = {"loss": "L"} | {word: letter for letter, word in RESOURCES.items()}
    panels = [
        Panel(word, letters[word], values[word], values[f"{word}_slope"], exponent, falls=word == "loss")
        for word, exponent in _exponents(values).items()
    ]
    title = f"Dynamical model {at(values, 'a', 'b')}: {_where(values)}"
    factors = [f"{name}^{{{power}}}" if power != 1 else name for name, power in spent.items()]
    return draw_frontier(title, ("C", "C = " + r"\,".join(factors)), values["budgets"], panels)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    screen.print_line(
        f"Dynamical model {at(payload, 'a', 'b')}, compute C = {payload['cost']}; derived: {_where(payload)}"
    )
    if logs := (payload["derived"] or {}).get("log_exponents"):
        line = optimum_line({x: payload["derived"][x] for x in logs}, None, logs)
        screen.print_line(f"Derived: {line}; the slopes come near the powers of C like 1/log(C)")
    exponents = _exponents(payload)
    loss = exponents.pop("loss")
    show_table(payload, "budgets", exponents, loss)
