"""Random embeddings, trained, beside the solved curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import asked
from .given import Data, Noise, rate, size_and_width
from .trained import AveragingOf, MomentumOf, ScheduleOf, declared

if TYPE_CHECKING:
    from ...numerics.models.one_pass.model import Curve
    from ...numerics.models.one_pass.training import Training, TrainingCurve
    from ...numerics.models.plrf import PLRF, SimulatedCurve

MOST_STEPS = 10**6


@action(draws=True)
def simulate(
    alpha: common.Alpha = None,
    beta: common.Beta = None,
    d: common.Size = "50",
    v: common.Width = None,
    lr: common.Rate = "auto",
    batch: common.Batch = "1",
    noise: Noise = "0",
    times: common.Times = "0:1e4:13",
    draws: common.Runs = "40",
    sgd: Annotated[
        bool, Argument("", "Run SGD on sampled data, instead of its exact expectation over the data given W.")
    ] = False,
    seed: common.Seed = "0",
    allow_unstable: common.AllowUnstable = False,
    spectrum: common.Spectrum = None,
    schedule: ScheduleOf = None,
    momentum: MomentumOf = None,
    averaging: AveragingOf = None,
) -> Result:
    """Draw random embeddings of the power-law random-features model, train them, and compare with the solved curve.

    The median over the embeddings is the typical loss; beside its standard error it differs from the solved curve by a
    relative 1/d or so. (The mean is no measure: rare unstable embeddings dominate it as time grows.)

    A schedule, momentum and averaging are those of curve plrf; then both methods run every step.

    Example: tauber simulate plrf --alpha 0.8 --beta 0.3 --d 50

    Returns
    -------
    Result
        ``times``, ``solved``, ``median`` and ``mean`` of the simulated losses with their standard errors
        ``median_error`` and ``mean_error``, each of shape (n,); ``unstable``, the number of draws that are unstable
        for plain SGD with the (largest) step size.

    Raises
    ------
    BadInput
        A parameter out of its range, a matrix that is too large, or a step size that is not stable.
    CheckFailed
        A loss beyond the largest double.

    References
    ----------
    Paquette, Paquette, Xiao, Pennington, arXiv 2405.15074.
    """
    given = Data.read(alpha, beta, spectrum)
    sizes = size_and_width(given, d, v)
    if math.isinf(sizes[1]):
        raise BadInput(
            "--v inf was given, but a simulation draws a matrix with v rows: choose a finite v, such as 10 d."
        )
    gamma, samples, steps = rate(lr), numbers.whole("--batch", batch), numbers.times("--times", times)
    sigma = numbers.not_negative("--noise", noise)
    count, start = numbers.whole("--draws", draws, 2, 10**6), numbers.whole("--seed", seed, 0)
    options = {"schedule": schedule, "momentum": momentum, "averaging": averaging}
    words = {name: str(text) for name, text in options.items() if text is not None}
    stepping = next(iter(["--sgd"] * sgd + [f"--{name}" for name in words]), None)
    if stepping and steps[-1] > MOST_STEPS:
        raise BadInput(
            f"--times up to {steps[-1]} was given with {stepping}, which runs every step: stop at {MOST_STEPS} or "
            f"earlier, or leave out {stepping}."
        )
    with numerics_errors():
        model = given.model(*sizes, batch=samples, noise=sigma, step_size=gamma, allow_unstable=allow_unstable)
        solved: Curve | TrainingCurve
        if words:
            training = declared(given, model, steps[-1], options)
            solved, simulated = training.curve(steps), _train(training, steps, count, start, sgd)
        else:
            solved, simulated = model.curve(steps), _simulate(model, steps, count, start, sgd)
    values = given.values | words | {
        "d": sizes[0], "v": sizes[1], "batch": samples,
        "noise": sigma, "step_size": float(simulated.step_size), "method": "sgd" if sgd else "recursion",
        "draws": count,
        "unstable": simulated.unstable, "seed": start, "times": steps, "solved": solved.loss,
        "median": simulated.median, "median_error": simulated.median_error,
        "mean": simulated.mean, "mean_error": simulated.mean_error,
    }  # fmt: skip

    def figure(_: Result) -> Any:
        from ...plots.curves import draw_simulation, titled

        title = ",  ".join([titled(given.title, model), *words.values()])
        return draw_simulation(title, solved, simulated)

    return Result(values, _show, figure)


def _simulate(model: PLRF, steps: list[int], count: int, seed: int, sgd: bool) -> SimulatedCurve:
    """Run one of the two simulators under a progress bar."""
    from ...numerics.models.plrf import sgd as run_sgd
    from ...numerics.models.plrf.simulation import expected_recursion

    with screen.progress_bar("Running SGD" if sgd else "Drawing embeddings", max(steps) if sgd else count) as advance:
        progress = screen.counting(advance)
        if sgd:
            return run_sgd(model, steps, seed=seed, runs=count, progress=progress)
        return expected_recursion(model, steps, seed=seed, draws=count, progress=progress)


def _train(training: Training, steps: list[int], count: int, seed: int, sgd: bool) -> SimulatedCurve:
    """The same two, where training changes with time."""
    from ...numerics.models.plrf.training import expected
    from ...numerics.models.plrf.training import simulate as run

    with screen.progress_bar("Training" if sgd else "Drawing embeddings", max(steps) if sgd else count) as advance:
        progress = screen.counting(advance)
        if sgd:
            return run(training, steps, seed=seed, runs=count, progress=progress)
        return expected(training, steps, seed=seed, draws=count, progress=progress)


def _show(payload: Result, full: bool) -> None:
    del full  # the answer is short
    what = "SGD on sampled data" if payload["method"] == "sgd" else "exact recursion for drawn embeddings"
    if "spectrum" in payload:
        screen.print_line(asked(payload.to_dict()))
    screen.print_line(
        f"{what}: {payload['draws']} draws ({payload['unstable']} of them unstable), seed {payload['seed']}, "
        f"d = {payload['d']}, v = {payload['v']}, batch {payload['batch']}, step size {payload['step_size']:.6g}"
        + "".join(f", {name} {payload[name]}" for name in ("schedule", "momentum", "averaging") if name in payload)
    )
    keys = ("times", "solved", "median", "median_error")
    rows = [
        (str(step), f"{solved:.6g}", f"{median:.6g}", f"{error / median:.2%}", f"{median / solved - 1:+.2%}")
        for step, solved, median, error in zip(*(payload[key] for key in keys), strict=True)
    ]
    columns = ("step", "solved loss", "simulated median", "its standard error", "median against solved")
    screen.print_table("Simulation beside the solution", columns, rows)
