"""``tauber curve``: the loss of one model over time, with an error estimate beside every value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from . import numbers, options, screen
from .parameters import Point, rate, size_and_width
from .plotting import plot_target
from .wings import numerics_errors

if TYPE_CHECKING:
    from ..numerics.plrf import PLRF, Curve

app = typer.Typer(name="curve", no_args_is_help=True, help="Solve the loss curve of a model.")

Solver = Literal["auto", "contour", "fft", "recursion"]


@app.command("plrf")
def plrf(
    alpha: options.Alpha,
    beta: options.Beta,
    d: options.Size = "1000",
    v: options.Width = None,
    lr: options.Rate = "auto",
    batch: options.Batch = "1",
    times: options.Times = "1:1e6:60",
    solver: Annotated[
        Solver, typer.Option(help="contour: any time at one cost; fft, recursion: every step up to the last one.")
    ] = "auto",
    allow_unstable: options.AllowUnstable = False,
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
    gamma, samples, steps = rate(lr), numbers.whole("--batch", batch), numbers.times("--times", times)
    target = plot_target(plot)
    with numerics_errors():
        from ..numerics.plrf import PLRF

        model = PLRF(
            point.alpha, point.beta, size, width, batch=samples, step_size=gamma, allow_unstable=allow_unstable
        )
        solved = model.curve(steps, solver=solver)
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
        "loss": solved.loss,
        "error": solved.error,
        "solver": solved.solver,
        "step_size": float(solved.step_size),
        "stability_limit": float(model.stability_limit),
    }
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _draw(point: Point, model: PLRF, solved: Curve, target: Path) -> None:
    from ..plots.curves import draw_curve
    from ..plots.save import save

    save(draw_curve(point.alpha, point.beta, model, solved), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(
        f"alpha = {payload['alpha']}, beta = {payload['beta']}, d = {payload['d']}, v = {payload['v']}, "
        f"batch {payload['batch']}, solver {payload['solver']}, "
        f"step size {payload['step_size']:.6g} (stable below {payload['stability_limit']:.6g})"
    )
    rows = [
        (str(step), f"{loss:.10g}", f"{error:.1e}")
        for step, loss, error in zip(payload["times"], payload["loss"], payload["error"], strict=True)
    ]
    screen.print_table("Loss", ("step", "loss", "relative error"), rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")
