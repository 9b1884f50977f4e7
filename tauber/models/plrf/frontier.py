"""The best size at each compute budget, its loss, and the slopes beside the derived exponents."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers, action
from ...boundary import numerics_errors, theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.frontier import show_table
from ...output.laws import grown
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import Spectrum, asked
from . import limited
from .approach import approach, sentence, unexplained
from .given import CostOfBatch, Data, Point, StepSize, compute_tex, read_cost
from .trained_frontier import AveragingOf, MomentumOf, NoiseLaw, ScheduleOf, trained_frontier
from .training import SerialTime

if TYPE_CHECKING:
    from ...numerics.models.plrf.frontier import Frontier
    from ...theory.models.plrf import Derivation


@action(draws=True)
def frontier(
    alpha: common.Alpha = None,
    beta: common.Beta = None,
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
    cost: CostOfBatch = "d*r",
    digits: common.Digits = None,
    spectrum: common.Spectrum = None,
    step_size: Annotated[
        Number,
        Argument(
            "given|free|LAW",
            "given: by --lr; free: the best one at each budget, too, for --noise or 2 alpha < 1; or a law in d and the "
            "samples n, as in 0.1*n^(-1/2).",
        ),
    ] = "given",
    noise: Annotated[
        Number,
        Argument(
            "NUMBER|LAW",
            "Standard deviation sigma of the label noise, a number or a power of the compute, as in f^(-1/4).",
        ),
    ] = "0",
    schedule: ScheduleOf = None,
    momentum: MomentumOf = None,
    averaging: AveragingOf = None,
    serial_time: SerialTime = None,
) -> Result:
    """Minimise the loss of the power-law random-features model over its size d at each compute budget f.

    The compute is f = d r B unless another product of powers of d and r is given as the cost.

    The measured local slopes d log d*/d log f and -d log P*/d log f stand beside the derived exponents, their limits.
    Where they differ by more than their uncertainty, f is not yet large: the slope that the derived leading correction
    predicts at this f stands beside them, too.

    With label noise and a free step size the loss less sigma^2 is minimised over both; with a schedule, momentum or
    averaging over all that is free: the size, the step size where it is not best at its limit, the start of a warm-up.
    A value may then take a second.

    With a limit on the serial time and a free step size there are as many steps as it allows, f^rho, at the batch that
    the compute leaves, with the product of step size and batch held; so it is for a cost with a power of the batch.

    Example: tauber frontier plrf --alpha 0.8 --beta 0.3

    Returns
    -------
    Result
        ``flops``, ``d`` with its relative ``d_error``, ``loss`` with its relative ``error``, ``d_slope`` and
        ``loss_slope`` (positive, that of the law f^-slope), each of shape (n,); absolute uncertainties
        ``d_slope_error``, ``loss_slope_error``; ``derived``:
        ``phase``, ``d_exponent``, ``loss_exponent`` (exact), ``correction_exponent`` and, at each budget,
        ``correction``, ``predicted_slope`` and ``met``; None for a spectrum.

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
    given = Data.read(alpha, beta, spectrum)
    budgets, modes = numbers.budgets("--flops", flops), read_ratio(given, ratio)
    rate, samples = StepSize.read(lr, lr_trace), numbers.whole("--batch", batch)
    spent = read_cost(cost, trained=True)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    sigma = NoiseLaw.read(noise)
    options = {"schedule": schedule, "momentum": momentum, "averaging": averaging}
    law = None if step_size in {"given", "free"} else step_size
    if serial_time is not None or "batch" in spent:
        first = f"--cost {cost}" if serial_time is None else f"--serial-time {serial_time}"
        limited.refuse(first, step_size, options, samples)
    if step_size != "given" or any(text is not None for text in options.values()):
        if precision is not None:
            first = next(
                (f"--{name}" for name, text in options.items() if text is not None), f"--step-size {step_size}"
            )
            raise BadInput(f"{first} was given with --digits, but it needs double precision; leave one of them out.")
        return trained_frontier(given, budgets, modes, samples, sigma, rate, options, spent, law, serial_time)
    if sigma.constant:
        raise BadInput(
            f"--noise {noise} was given, with which the loss has a floor at a given step size; add --step-size free."
        )
    derived = None if given.point is None or given.point.beta <= 0 else _derived(given.point, spent)
    with numerics_errors():
        found = _measure(given, spent, budgets, modes, samples, rate, precision)
    values = given.values | {
        "ratio": modes, "batch": samples, "cost": numbers.product(spent), "flops": budgets,
        "d": found.d, "d_error": found.d_error, "loss": found.loss, "error": found.error,
        "d_slope": found.d_slope, "d_slope_error": found.d_slope_error,
        "loss_slope": -found.loss_slope, "loss_slope_error": found.loss_slope_error,
    }  # fmt: skip
    values["derived"] = None
    if derived is not None and given.point is not None:
        with theory_errors(), numerics_errors(), screen.waiting("Deriving the correction"):
            more = approach(derived, given.point, rate, samples, modes or math.inf, values)
        values["derived"] = {
            "phase": derived.phase,
            "boundary_of": list(derived.boundary_of),
            "d_exponent": derived.d_exponent,
            "loss_exponent": derived.loss_exponent,
        } | more
    elif given.point is not None:
        with theory_errors(), screen.waiting("Deriving"):
            values["derived"] = _at_no_positive_beta(given.point, spent, values)
    elif given.spectrum is not None:
        values["derived"] = _of_spectrum(given.spectrum, values)
    return Result(values, _show, lambda result: _figure(given, result), digits=precision)


def _derived(point: Point, spent: dict[str, Fraction]) -> Derivation:
    with theory_errors():
        from ...theory.models.plrf import cost_of, derive

        return derive(point.alpha, point.beta, cost_of(spent))


def _at_no_positive_beta(point: Point, spent: dict[str, Fraction], measured: dict[str, Any]) -> dict[str, Any]:
    """What is derived for beta <= 0: the optimum of one-pass training with the largest stable step; no corrections."""
    from sympy import Rational

    from ...theory.models.one_pass.phases import optimum
    from .training import Asked

    if point.alpha + point.beta <= Fraction(1, 2):
        found: dict[str, Any] = dict.fromkeys(("d_exponent", "loss_exponent"))
        found |= {"phase": "none", "boundary_of": []}
    else:
        best = optimum(Asked(step_size="stable").read(spent), Rational(point.alpha), Rational(point.beta))
        found = {"phase": best.phase, "boundary_of": list(best.boundary_of), "d_exponent": best.exponents.get("d"),
                 "loss_exponent": best.loss_exponent}  # fmt: skip
    return found | unexplained(found["loss_exponent"], measured, "corrections are derived for beta > 0")


def _of_spectrum(record: Spectrum, measured: dict[str, Any]) -> dict[str, Any] | None:
    """What `derive` has of a spectrum, without corrections; None where it has nothing, as of single modes."""
    from .derive import derive

    try:
        best = derive(spectrum=record, cost=measured["cost"])
    except BadInput:
        return None
    logs = best.to_dict().get("log_exponents")
    found = {"phase": best.phase, "boundary_of": list(best.boundary_of), "d_exponent": best.d_exponent,
             "loss_exponent": best.loss_exponent, "log_exponents": logs}  # fmt: skip
    return found | unexplained(best.loss_exponent, measured, "corrections are derived for powers without a shift")


def _measure(
    given: Data, spent: dict[str, Fraction], budgets: list[float], modes: float | None, batch: int, rate: StepSize,
    digits: int | None,
) -> Frontier:  # fmt: skip
    """Find the frontier budget by budget, under a progress bar."""
    from ...numerics.core.sweep import sweep
    from ...numerics.models.plrf.frontier import frontier as best

    def step(d: Any) -> Any:
        return rate.at(given, d, math.inf if modes is None else modes * d, digits)

    known: dict[str, Any] = {
        "cost": spent,
        "ratio": modes,
        "batch": batch,
        "spectrum": given.spectrum,
        "step_size": rate.rate if rate.over_trace is None else step,
    }
    with screen.progress_bar("Minimising", len(budgets)) as advance:
        return sweep(lambda one: best(*given.exponents, one, precision=digits, **known), budgets, advance)


def read_ratio(given: Data, text: str | None) -> float | None:
    """Read v/d: a number above 1, or inf where the trace stays finite (there it is the default).

    Of a spectrum None leaves it to the solver.
    """
    point = given.point
    if text is None:
        return None if point is None else math.inf if point.summable else 10.0
    value = math.inf if numbers.is_inf(text) else numbers.positive_float("--ratio", text)
    if value <= 1:
        raise BadInput(
            f"--ratio was given as '{text}', but the model needs more data modes than parameters: choose it above 1."
        )
    if math.isinf(value) and point is not None and 2 * point.alpha <= 1:
        raise BadInput(
            f"--ratio inf was given with --alpha {point.alpha}, but infinitely many modes have a finite trace only for "
            "2 alpha > 1: choose a finite ratio, such as 10."
        )
    if math.isinf(value) and point is not None and not point.summable:
        raise BadInput(
            f"--ratio inf was given with --alpha {point.alpha} and --beta {point.beta}, but infinitely many modes have "
            "a target of finite power only for alpha + beta > 1/2: choose a finite ratio, such as 10."
        )
    return value


def _figure(given: Data, found: Result) -> Any:
    from ...plots.frontier import Panel, draw_frontier

    derived = found.derived or {}
    phase = f"phase {derived['phase']}" if derived.get("phase") not in {None, "none"} else "no single power law"
    title = f"{given.title}:  {phase}" if derived else given.title
    panels = (
        Panel("loss", "P", found.loss, found.loss_slope, derived.get("loss_exponent"), falls=True),
        Panel("size", "d", found.d, found.d_slope, derived.get("d_exponent")),
    )
    return draw_frontier(title, ("f", f"f = {compute_tex(found.cost)}"), found.flops, panels)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    derived = payload["derived"]
    if derived is None:
        screen.print_line(f"{asked(payload)}: nothing derived")
        show_table(payload, "flops", {"d": None}, None)
        return
    if derived["boundary_of"]:
        where = f"on the boundary of {' and '.join(derived['boundary_of'])}, where logarithms may appear"
    elif derived["loss_exponent"] is None:
        where = "no power law"
    else:
        phase = "" if derived["phase"] is None else f"phase {derived['phase']}: "
        logs = derived.get("log_exponents") or {}
        size = grown("f", derived["d_exponent"], logs.get("d") or "0")
        where = f"{phase}d* ~ {size}, P* ~ {grown('f', '-' + derived['loss_exponent'], logs.get('loss') or '0')}"
    screen.print_line(f"{asked(payload, 'alpha', 'beta')}; derived: {where}")
    show_table(payload, "flops", {"d": derived["d_exponent"]}, derived["loss_exponent"], derived["predicted_slope"])
    if line := sentence(derived, payload):
        screen.print_line(line)
