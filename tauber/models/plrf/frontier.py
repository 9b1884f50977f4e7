"""The best size at each compute budget, its loss, and the slopes beside the derived exponents."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers, action
from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...read import arguments as common
from ...read import numbers
from ...report import screen
from ...report.frontier import show_table
from ...report.result import Result
from .approach import approach, sentence
from .given import Cost, Point, StepSize, read_cost

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier


@action(draws=True)
def frontier(
    alpha: common.Alpha,
    beta: common.Beta,
    flops: Annotated[
        Numbers,
        Argument("START:STOP:COUNT|LIST", "Compute budgets f = d r B: log-spaced (1e8:1e16:9) or a comma list."),
    ] = "1e8:1e16:9",
    ratio: Annotated[
        Number | None,
        Argument("NUMBER|inf", "Data modes per parameter, v/d. Default: inf if 2 alpha > 1, else 10."),
    ] = None,
    lr: common.Rate = "auto",
    lr_trace: common.TraceRate = None,
    batch: common.Batch = "1",
    cost: Cost = "d*r",
    digits: common.Digits = None,
) -> Result:
    """Minimise the loss of the power-law random-features model over its size d at each compute budget f.

    The compute is f = d r B unless another product of powers of d and r is given as the cost.

    The measured local slopes d log d*/d log f and -d log P*/d log f stand beside the derived exponents, their limits.
    Where they differ by more than their uncertainty, f is not yet large: the slope that the derived leading correction
    predicts at this f stands beside them, too.

    Example: tauber frontier plrf --alpha 0.8 --beta 0.3

    Returns
    -------
    Result
        ``flops``, ``d``, ``loss`` with its relative ``error``, ``d_slope`` and ``loss_slope`` (positive, that of the
        law f^-slope), each of shape (n,); absolute uncertainties ``d_slope_error``, ``loss_slope_error``; ``derived``:
        ``phase``, ``d_exponent``, ``loss_exponent`` (exact), ``correction_exponent`` and, at each budget,
        ``correction``, ``predicted_slope`` and ``met``.

    Raises
    ------
    BadInput
        A parameter out of its range, or no best size between d = 1 and r = 1.
    CheckFailed
        Digits were lost.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    point = Point.read(alpha, beta)
    budgets, modes = numbers.budgets("--flops", flops), _ratio(point, ratio)
    rate, samples = StepSize.read(lr, lr_trace), numbers.whole("--batch", batch)
    spent, precision = read_cost(cost), None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    with theory_errors():
        from ...theory.models.plrf import cost_of, derive

        derived = derive(point.alpha, point.beta, cost_of(spent))
    with numerics_errors():
        found = _measure(point, spent, budgets, modes, samples, rate, precision)
    values: dict[str, Any] = {
        "model": "plrf", "alpha": point.alpha, "beta": point.beta, "ratio": modes, "batch": samples,
        "cost": numbers.product(spent), "flops": budgets,
        "d": found.d, "loss": found.loss, "error": found.error,
        "d_slope": found.d_slope, "d_slope_error": found.d_slope_error,
        "loss_slope": -found.loss_slope, "loss_slope_error": found.loss_slope_error,
    }  # fmt: skip
    with theory_errors(), numerics_errors(), screen.waiting("Deriving the correction"):
        more = approach(derived, point, rate, samples, modes, values)
    values["derived"] = {
        "phase": derived.phase,
        "boundary_of": list(derived.boundary_of),
        "d_exponent": derived.d_exponent,
        "loss_exponent": derived.loss_exponent,
    } | more
    return Result(values, _show, _figure, digits=precision)


def _measure(
    point: Point, spent: dict[str, Fraction], budgets: list[float], modes: float, batch: int, rate: StepSize,
    digits: int | None,
) -> Frontier:  # fmt: skip
    """Find the frontier budget by budget, under a progress bar."""
    from ...numerics.core.sweep import sweep
    from ...numerics.models.plrf.frontier import frontier as best

    def step(d: Any) -> Any:
        return rate.at(point, d, modes * d, digits)

    known: dict[str, Any] = {
        "cost": spent,
        "ratio": modes,
        "batch": batch,
        "step_size": rate.rate if rate.over_trace is None else step,
    }
    with screen.progress_bar("Minimising", len(budgets)) as advance:
        return sweep(lambda one: best(point.alpha, point.beta, one, precision=digits, **known), budgets, advance)


def _ratio(point: Point, text: str | None) -> float:
    """Read v/d: a number above 1, or inf where the trace stays finite (there it is the default)."""
    if text is None:
        return math.inf if 2 * point.alpha > 1 else 10.0
    value = math.inf if numbers.is_inf(text) else numbers.positive_float("--ratio", text)
    if value <= 1:
        raise BadInput(
            f"--ratio was given as '{text}', but the model needs more data modes than parameters: choose it above 1."
        )
    if math.isinf(value) and 2 * point.alpha <= 1:
        raise BadInput(
            f"--ratio inf was given with --alpha {point.alpha}, but infinitely many modes have a finite trace only for "
            "2 alpha > 1: choose a finite ratio, such as 10."
        )
    return value


def _figure(found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    derived = found.derived
    phase = f"phase {derived['phase']}" if derived["phase"] not in {None, "none"} else "no single power law"
    title = rf"$\alpha={float(found.alpha):g}$,  $\beta={float(found.beta):g}$:  {phase}"
    panels = (
        Panel("loss", "P", found.loss, found.loss_slope, derived["loss_exponent"], falls=True),
        Panel("size", "d", found.d, found.d_slope, derived["d_exponent"]),
    )
    d, r = numbers.cost("--cost", found.cost, ("d", "r")).values()
    meaning = ("d" if d == 1 else f"d^{{{d}}}") + (r"\,r\,B" if r == 1 else rf"\,(r B)^{{{r}}}")
    return draw_frontier(title, ("f", f"f = {meaning}"), found.flops, panels)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    if derived["phase"] is None:
        where = f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    elif derived["phase"] == "none":
        where = "no power law"
    else:
        where = f"phase {derived['phase']}: d* ~ f^({derived['d_exponent']}), P* ~ f^(-{derived['loss_exponent']})"
    screen.print_line(f"alpha = {payload['alpha']}, beta = {payload['beta']}; derived: {where}")
    show_table(payload, "flops", {"d": derived["d_exponent"]}, derived["loss_exponent"], derived["predicted_slope"])
    if line := sentence(derived, payload):
        screen.print_line(line)
