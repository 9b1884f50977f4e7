"""``tauber curve``: the loss of one model over time, with an error estimate beside every value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..errors import BadInput
from . import numbers, options, screen
from .parameters import Point, StepSize, size_and_width
from .plotting import plot_target
from .wings import numerics_errors

if TYPE_CHECKING:
    from ..numerics.plrf import PLRF, Curve

app = typer.Typer(name="curve", no_args_is_help=True, help="Solve the loss curve of a model.")

CERTIFIED_DIGITS = 12
"""Digits that ``--certified`` proves without ``--digits``."""

Solver = Literal["auto", "contour", "fft", "recursion"]


@app.command("plrf")
def plrf(
    alpha: options.Alpha,
    beta: options.Beta,
    d: options.Size = "1000",
    v: options.Width = None,
    lr: options.Rate = "auto",
    lr_trace: options.TraceRate = None,
    batch: options.Batch = "1",
    times: options.Times = "1:1e6:60",
    solver: Annotated[
        Solver, typer.Option(help="contour: any time at one cost; fft, recursion: every step up to the last one.")
    ] = "auto",
    digits: options.Digits = None,
    allow_unstable: options.AllowUnstable = False,
    certified: Annotated[
        bool,
        typer.Option("--certified", help="Prove every value: the error is a proved relative radius (see certify)."),
    ] = False,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Solve the loss P(r) of the power-law random-features model after r steps of one-pass SGD.

    The loss is that of the deterministic equivalent: the typical loss of a random embedding, up to a relative 1/d. The
    error is a relative estimate.

    Example: tauber curve plrf --alpha 0.8 --beta 0.3 --d 1e6 --v inf --times 1:1e12:60
    """
    point = Point.read(alpha, beta)
    size, width = size_and_width(point, d, v)
    rate, samples, steps = StepSize.read(lr, lr_trace), numbers.whole("--batch", batch), numbers.times("--times", times)
    precision = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    target = plot_target(plot)
    if certified:
        _demand_provable(rate, solver, allow_unstable)
    with numerics_errors():
        if certified:
            payload = _certified(point, (size, width), (rate.rate, samples), steps, precision, target)
            screen.print_json(payload) if json else _show(payload, target)
            return
        from ..numerics.plrf import PLRF

        gamma = rate.at(point, size, width, precision)
        model = PLRF(
            point.alpha, point.beta, size, width,
            batch=samples, step_size=gamma, allow_unstable=allow_unstable, precision=precision,
        )  # fmt: skip
        solved = _solve(model, steps, solver)
        if target is not None:
            _draw(point, model, solved, target)
    payload = {
        "model": "plrf",
        "alpha": str(point.alpha),
        "beta": str(point.beta),
        "d": size,
        "v": width,
        "batch": samples,
        "times": steps,
        "loss": screen.decimals(solved.loss, precision),
        "error": screen.decimals(solved.error, precision and screen.ERROR_DIGITS),
        "solver": solved.solver,
        "step_size": screen.decimal(solved.step_size, precision),
        "stability_limit": screen.decimal(model.stability_limit, precision),
    }
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


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


def _certified(
    point: Point, sizes: tuple[int, int | float], step: tuple[Any, int], steps: list[int], digits: int | None,
    target: Path | None,
) -> dict[str, Any]:  # fmt: skip
    """The payload of a curve of proved values; in the plot the points are proved, the line is the solver's."""
    import numpy as np

    from ..numerics.certified import CertifiedPLRF
    from ..numerics.certified.certificate import plrf_certificate
    from ..numerics.plrf import Curve
    from ..numerics.progress import watched

    goal = CERTIFIED_DIGITS if digits is None else digits
    with screen.waiting("Proving") as say, watched(say):
        model = CertifiedPLRF(point.alpha, point.beta, *sizes, batch=step[1], step_size=step[0])
        values = model.curve(steps, goal)
        limit = model.stability_limit(goal)
        lines = plrf_certificate(model, values)
    if target is not None:
        times, loss, error = np.array([(float(x.time), float(x.ball), x.ball.relative) for x in values]).T
        solved = Curve(times, loss, error, "certified", float(model.gamma))
        _draw(point, model.rough, solved, target)
    return {
        "model": "plrf",
        "alpha": str(point.alpha),
        "beta": str(point.beta),
        "d": sizes[0],
        "v": sizes[1],
        "batch": step[1],
        "times": steps,
        "loss": [x.ball.text(goal) for x in values],
        "error": [x.ball.relative for x in values],
        "solver": "certified",
        "step_size": str(model.gamma),
        "stability_limit": limit.text(goal),
        "status": "certified",
        "certificate": list(lines),
    }


def _solve(model: PLRF, steps: list[int], solver: Solver) -> Curve:
    """Solve the curve; with many digits one time after the other, under a progress bar."""
    if model.precision is None or solver not in {"auto", "contour"} or not model.stable:
        return model.curve(steps, solver=solver)
    import dataclasses

    import numpy as np

    with screen.progress_bar("Solving", len(steps)) as advance:
        parts = []
        for step in steps:
            parts.append(model.curve([step], solver=solver))
            advance(1)
    times, loss, error = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("times", "loss", "error")
    )
    return dataclasses.replace(parts[0], times=times, loss=loss, error=error)


def _draw(point: Point, model: PLRF, solved: Curve, target: Path) -> None:
    from ..plots.curves import draw_curve
    from ..plots.save import save

    save(draw_curve(point.alpha, point.beta, model, solved), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(
        f"alpha = {payload['alpha']}, beta = {payload['beta']}, d = {payload['d']}, v = {payload['v']}, "
        f"batch {payload['batch']}, solver {payload['solver']}, "
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
    if target is not None:
        screen.print_line(f"Wrote {target}")


def _short(value: float | str) -> str:
    """A number of the payload in six digits; a proved one as it stands."""
    return value if isinstance(value, str) and ("[" in value or "/" in value) else f"{float(value):.6g}"
