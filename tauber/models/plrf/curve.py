"""The loss of one model over time, with an error estimate beside every value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from ...action import Argument, action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import asked
from .given import Data, Noise, Point, StepSize, provable, size_and_width
from .trained import AveragingOf, MomentumOf, ScheduleOf
from .trained import solved as trained

if TYPE_CHECKING:
    from ...numerics.models.plrf import PLRF, Curve

CERTIFIED_DIGITS = 12
"""Digits that ``--certified`` proves without ``--digits``."""

Solver = Literal["auto", "contour", "fft", "recursion"]


@action(draws=True)
def curve(
    alpha: common.Alpha = None,
    beta: common.Beta = None,
    d: common.Size = "1000",
    v: common.Width = None,
    lr: common.Rate = "auto",
    lr_trace: common.TraceRate = None,
    batch: common.Batch = "1",
    noise: Noise = "0",
    times: common.Times = "1:1e6:60",
    solver: Annotated[
        Solver, Argument("", "contour: any time at one cost; fft, recursion: every step up to the last one.")
    ] = "auto",
    digits: common.Digits = None,
    allow_unstable: common.AllowUnstable = False,
    certified: Annotated[
        bool, Argument("", "Prove every value: the error is a proved relative radius (see certify).")
    ] = False,
    spectrum: common.Spectrum = None,
    schedule: ScheduleOf = None,
    momentum: MomentumOf = None,
    averaging: AveragingOf = None,
) -> Result:
    """Solve the loss P(r) of the power-law random-features model after r steps of one-pass SGD.

    The loss is that of the deterministic equivalent: the typical loss of a random embedding, up to a relative 1/d. The
    error is a relative estimate.

    With a schedule, momentum or averaging the step size is the largest one; the loss less sigma^2 is given, too.

    Example: tauber curve plrf --alpha 0.8 --beta 0.3 --d 1e6 --v inf --times 1:1e12:60

    Returns
    -------
    Result
        ``times``, ``loss`` and ``error`` (relative), each of shape (n,); ``solver``, ``step_size`` and
        ``stability_limit``; ``level``, the limit of the loss (inf beyond the stability limit), with its relative
        ``level_error``, where training is constant and nothing is to be proved.

    Raises
    ------
    BadInput
        A parameter out of its range, or a step size that is not stable.
    CheckFailed
        Digits were lost, or no proof was found.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    given = Data.read(alpha, beta, spectrum)
    sizes = size_and_width(given, d, v)
    rate, samples, steps = StepSize.read(lr, lr_trace), numbers.whole("--batch", batch), numbers.times("--times", times)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    sigma = numbers.not_negative("--noise", noise)
    values = given.values | {"d": sizes[0], "v": sizes[1], "batch": samples, "noise": sigma}
    options = {"schedule": schedule, "momentum": momentum, "averaging": averaging}
    changing = [f"--{name}" for name, text in options.items() if text is not None]
    if changing and (certified or precision is not None or solver != "auto"):
        raise BadInput(
            f"{changing[0]} was given, with which losses are solved in double precision by one solver; leave out "
            "--certified, --digits and --solver."
        )
    if certified:
        given = provable(given)
        _demand_provable(rate, solver, allow_unstable)
        with numerics_errors():
            return _certified(values, given, rate.rate, steps, precision)
    with numerics_errors():
        model = given.model(
            *sizes, batch=samples, noise=sigma, step_size=rate.at(given, *sizes, precision),
            allow_unstable=allow_unstable, precision=precision,
        )  # fmt: skip
        if changing:
            return trained(given, model, values, steps, options)
        solved = _solve(model, steps, solver)
        limit, level, uncertain = model.stability_limit, model.level, model.level_error
    values |= {"times": steps, "loss": solved.loss, "error": solved.error, "solver": solved.solver}
    values |= {"step_size": solved.step_size, "stability_limit": limit, "level": level, "level_error": uncertain}
    return Result(values, _show, lambda _: _figure(given, model, solved), digits=precision)


def _demand_provable(rate: StepSize, solver: Solver, allow_unstable: bool) -> None:
    """Refuse what has no certified counterpart."""
    given = {
        "--lr-trace": rate.over_trace is not None,
        "--solver": solver != "auto",
        "--allow-unstable": allow_unstable,
    }
    for option, present in given.items():
        if present:
            raise BadInput(
                f"{option} was given with --certified, which proves losses at an exact, stable step size by its own "
                f"contours; leave {option} out."
            )


def _certified(values: dict[str, Any], given: Data, rate: Any, steps: list[int], digits: int | None) -> Result:
    """A curve of proved values; in the picture the points are proved, the line is the solver's."""
    import numpy as np

    from ...numerics.certified import CertifiedPLRF
    from ...numerics.certified.certificate import plrf_certificate
    from ...numerics.core.progress import watched
    from ...numerics.models.plrf import Curve

    goal = CERTIFIED_DIGITS if digits is None else digits
    with screen.waiting("Proving") as say, watched(say):
        model = CertifiedPLRF(
            *given.exponents, values["d"], values["v"], batch=values["batch"], noise=values["noise"], step_size=rate
        )
        proved = model.curve(steps, goal)
        limit = model.stability_limit(goal)
        lines = plrf_certificate(model, proved)
    values |= {
        "times": steps,
        "loss": [x.ball.text(goal) for x in proved],
        "error": [x.ball.relative for x in proved],
        "solver": "certified",
        "step_size": str(model.gamma),
        "stability_limit": limit.text(goal),
        "status": "certified",
        "certificate": list(lines),
    }

    def figure(_: Result) -> Any:
        times, loss, error = np.array([(float(x.time), float(x.ball), x.ball.relative) for x in proved]).T
        return _figure(given, model.rough, Curve(times, loss, error, "certified", float(model.gamma)))

    return Result(values, _show, figure)


def _solve(model: PLRF, steps: list[int], solver: Solver) -> Curve:
    """Solve the curve; with many digits in balls at once, or one time after the other, under a progress bar."""
    if model.balls and solver == "auto":
        from ...numerics.core.progress import watched

        with screen.waiting("Solving") as say, watched(say):
            return model.curve(steps)
    if model.precision is None or solver not in {"auto", "contour"} or not model.stable:
        return model.curve(steps, solver=solver)
    from ...numerics.core.sweep import sweep

    with screen.progress_bar("Solving", len(steps)) as advance:
        return sweep(lambda one: model.curve(one, solver=solver), steps, advance)


def _figure(given: Data, model: PLRF, solved: Curve) -> Any:
    from ...plots.curves import draw_curve, titled

    slopes = {} if given.point is None or model.noise else derived_slopes(given.point)
    return draw_curve(titled(given.title, model), model, solved, slopes)


def derived_slopes(point: Point) -> dict[str, Any]:
    """The derived exponents in r of the terms of the loss (LaTeX), for beta > 0; label noise is not among them."""
    if point.beta <= 0:
        return {}
    from ...theory.models.plrf import derive

    found = {}
    for term in derive(point.alpha, point.beta).terms:
        letter, _, index = term.name.partition("_")
        if term.present:
            found[rf"${letter}_{{{index}}}$"] = term.r
    return found


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    noise = "" if payload["noise"] == "0" else f"noise {payload['noise']}, "
    screen.print_line(
        f"{asked(payload, 'alpha', 'beta')}, d = {payload['d']}, v = {payload['v']}, "
        f"batch {payload['batch']}, {noise}solver {payload['solver']}, "
        f"step size {_short(payload['step_size'])} (stable below {_short(payload['stability_limit'])})"
    )
    rows = [
        (
            str(step),
            loss if isinstance(loss, str) else f"{loss:.10g}",
            error if isinstance(error, str) else f"{error:.1e}",
        )
        for step, loss, error in zip(payload["times"], payload["loss"], payload["error"], strict=True)
    ]
    proved = payload["solver"] == "certified"
    columns = ("step", "loss lies in", "relative radius") if proved else ("step", "loss", "relative error")
    screen.print_table("Loss", columns, rows)
    for line in payload.get("certificate", ()):
        screen.print_line(f"  {line}")


def _short(value: float | str) -> str:
    """A number of the payload in six digits; a proved one as it stands."""
    return value if isinstance(value, str) and ("[" in value or "/" in value) else f"{float(value):.6g}"
