"""``tauber simulate``: the real algorithm beside the solved curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from .given import Point, rate, size_and_width

if TYPE_CHECKING:
    from ...numerics.plrf import PLRF, Curve
    from ...numerics.simulation import SimulatedCurve

app = typer.Typer(name="simulate", no_args_is_help=True, help="Simulate a model and compare with its solution.")

MOST_SGD_STEPS = 10**6

Runs = Annotated[str, typer.Option(metavar="WHOLE", help="Independent draws of all that is random, at least 2.")]
Sgd = Annotated[
    bool, typer.Option("--sgd", help="Run SGD on sampled data, instead of its exact expectation over the data given W.")
]


@app.command("plrf")
def plrf(
    alpha: options.Alpha,
    beta: options.Beta,
    d: options.Size = "50",
    v: options.Width = None,
    lr: options.Rate = "auto",
    batch: options.Batch = "1",
    times: options.Times = "0:1e4:13",
    draws: Runs = "40",
    sgd: Sgd = False,
    seed: options.Seed = "0",
    allow_unstable: options.AllowUnstable = False,
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Draw random embeddings of the power-law random-features model, train them, and compare with the solved curve.

    The median over the embeddings is the typical loss; beside its standard error it differs from the solved curve by a
    relative 1/d or so. (The mean is no measure: rare unstable embeddings dominate it as time grows.)

    Example: tauber simulate plrf --alpha 0.8 --beta 0.3 --d 50
    """
    point = Point.read(alpha, beta)
    size, width = size_and_width(point, d, v)
    if math.isinf(width):
        raise BadInput(
            "--v inf was given, but a simulation draws a matrix with v rows: choose a finite v, such as 10 d."
        )
    gamma, samples, steps = rate(lr), numbers.whole("--batch", batch), numbers.times("--times", times)
    count, start = numbers.whole("--draws", draws, 2, 10**6), numbers.whole("--seed", seed, 0)
    if sgd and steps[-1] > MOST_SGD_STEPS:
        raise BadInput(
            f"--times up to {steps[-1]} was given with --sgd, which runs every step: stop at {MOST_SGD_STEPS} or "
            "earlier, or leave out --sgd."
        )
    target = plot_target(plot)
    with numerics_errors():
        from ...numerics.plrf import PLRF

        model = PLRF(
            point.alpha, point.beta, size, width, batch=samples, step_size=gamma, allow_unstable=allow_unstable
        )
        solved = model.curve(steps)
        simulated = _simulate(model, steps, count, start, sgd)
    if target is not None:
        _draw(point, model, solved, simulated, target)
    payload = {
        "model": "plrf",
        "alpha": str(point.alpha),
        "beta": str(point.beta),
        "d": size,
        "v": width,
        "batch": samples,
        "step_size": float(simulated.step_size),
        "method": "sgd" if sgd else "recursion",
        "draws": count,
        "unstable": simulated.unstable,
        "seed": start,
        "times": steps,
        "solved": solved.loss,
        "median": simulated.median,
        "median_error": simulated.median_error,
        "mean": simulated.mean,
        "mean_error": simulated.mean_error,
    }
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def counting(advance: screen.Advance) -> Callable[[int, int], None]:
    """Give the simulators, which count what is done, a bar that moves on by what is new."""
    before = 0

    def progress(done: int, total: int) -> None:
        nonlocal before
        del total  # known beforehand
        advance(done - before)
        before = done

    return progress


def _simulate(model: PLRF, steps: list[int], count: int, seed: int, sgd: bool) -> SimulatedCurve:
    """Run one of the two simulators under a progress bar."""
    from ...numerics.simulation import expected_recursion
    from ...numerics.simulation import sgd as run_sgd

    with screen.progress_bar("Running SGD" if sgd else "Drawing embeddings", max(steps) if sgd else count) as advance:
        progress = counting(advance)
        if sgd:
            return run_sgd(model, steps, seed=seed, runs=count, progress=progress)
        return expected_recursion(model, steps, seed=seed, draws=count, progress=progress)


def _draw(point: Point, model: PLRF, solved: Curve, simulated: SimulatedCurve, target: Path) -> None:
    from ...plots.curves import draw_simulation
    from ...plots.save import save

    save(draw_simulation(point.alpha, point.beta, model, solved, simulated), target)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    what = "SGD on sampled data" if payload["method"] == "sgd" else "exact recursion for drawn embeddings"
    screen.print_line(
        f"{what}: {payload['draws']} draws ({payload['unstable']} of them unstable), seed {payload['seed']}, "
        f"d = {payload['d']}, v = {payload['v']}, batch {payload['batch']}, step size {payload['step_size']:.6g}"
    )
    keys = ("times", "solved", "median", "median_error")
    rows = [
        (str(step), f"{solved:.6g}", f"{median:.6g}", f"{error / median:.2%}", f"{median / solved - 1:+.2%}")
        for step, solved, median, error in zip(*(payload[key] for key in keys), strict=True)
    ]
    columns = ("step", "solved loss", "simulated median", "its standard error", "median against solved")
    screen.print_table("Simulation beside the solution", columns, rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")
