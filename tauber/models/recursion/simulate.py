"""An algorithm that is given by its steps, run on drawn features and data, beside the solved curve."""

from __future__ import annotations

import math
from typing import Any

from ...action import action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import asked
from .given import Given, OwnRecursion, sizes

MOST_STEPS = 10**6


@action(draws=True)
def simulate(
    file: Given,
    d: common.Size = "50",
    v: common.Width = None,
    times: common.Times = "0:1e3:10",
    draws: common.Runs = "40",
    seed: common.Seed = "0",
) -> Result:
    """Run a linear algorithm that is given by its steps on drawn features and data, beside the solved curve.

    The file declares the steps, carry and gradient (docs/own_model.md); of a recursion of second moments nothing can
    be run. The median over the draws is the typical loss; beside its standard error it differs from the solved curve
    by a relative 1/d or so.

    Example: tauber simulate recursion nesterov.toml --d 50 --draws 40

    Returns
    -------
    Result
        ``times``, ``solved``, ``median`` and ``mean`` of the simulated losses with their standard errors
        ``median_error`` and ``mean_error``, each of shape (n,).

    Raises
    ------
    BadInput
        The file declares no steps, or a matrix is too large to be drawn.
    """
    given = OwnRecursion.read(file)
    size, width = sizes(given.data, d, v)
    if not given.recursion.by_steps:
        raise BadInput(
            f"simulate was asked of {given.declaration.called}, but its matrices say what second moments do, not what "
            "is done to weights; declare carry and gradient."
        )
    if math.isinf(size) or math.isinf(width):
        raise BadInput("An infinite size was given, but a simulation draws a matrix; choose finite --d and --v.")
    steps, start = numbers.times("--times", times), numbers.whole("--seed", seed, 0)
    count = numbers.whole("--draws", draws, 2, 10**6)
    if steps[-1] > MOST_STEPS:
        raise BadInput(f"--times up to {steps[-1]} was given, but every step is run: stop at {MOST_STEPS} or earlier.")
    with numerics_errors(), screen.progress_bar("Training", max(max(steps), 1)) as advance:
        from ...numerics.models.plrf.linear import LinearSteps, simulate_steps

        solved = given.training(size, width).curve(steps)
        names = given.recursion.values(given.letters(size))
        carry, gradient, first = given.recursion.steps(names)
        linear = LinearSteps(*_numeric(carry, gradient, first, names), int(given.recursion.reported))
        simulated = simulate_steps(given.model(size, width), linear, steps, seed=start, runs=count,
                                   progress=screen.counting(advance))  # fmt: skip
    values = given.values | {
        "d": size, "v": width, "draws": count, "seed": start, "times": steps, "solved": solved.loss,
        "solved_error": solved.error, "median": simulated.median, "median_error": simulated.median_error,
        "mean": simulated.mean, "mean_error": simulated.mean_error,
    }  # fmt: skip

    def figure(_: Result) -> Any:
        from ...plots.curves import draw_simulation

        return draw_simulation(f"{given.data.title},  $d={size:g}$,  an algorithm of one's own", solved, simulated)

    return Result(values, _show, figure)


def _numeric(carry: Any, gradient: Any, start: Any, names: Any) -> tuple[Any, Any, Any]:
    """Steps as functions of the time, and the start as numbers."""
    import numpy as np
    from sympy import lambdify

    x, t = names["lambda"], names["t"]
    flat = [entry for row in carry for entry in row] + gradient
    if any(x in entry.free_symbols for entry in [*flat, *start]) or any(t in entry.free_symbols for entry in start):
        raise BadInput("carry, gradient and start depend on lambda, or start on t, but weights are trained without "
                       "knowing the eigenvalues; only second moments may.")  # fmt: skip
    made, size = lambdify(t, flat, "numpy"), len(gradient)

    def steps(time: int) -> tuple[Any, Any]:
        found = np.asarray(made(float(time)), dtype=float)
        return found[: size**2].reshape(size, size), found[size**2 :]

    return steps, np.asarray([float(entry) for entry in start]), size


def _show(payload: Result, full: bool) -> None:
    del full  # the answer is short
    screen.print_line(
        f"{asked(payload.plain(), 'alpha', 'beta')}: {payload['draws']} draws, seed {payload['seed']}, d = "
        f"{payload['d']}, v = {payload['v']}, batch {payload['batch']}, an algorithm of one's own"
    )
    keys = ("times", "solved", "median", "median_error")
    rows = [
        (str(step), f"{solved:.6g}", f"{median:.6g}", f"{error / median:.2%}", f"{median / solved - 1:+.2%}")
        for step, solved, median, error in zip(*(payload[key] for key in keys), strict=True)
    ]
    columns = ("step", "solved loss", "simulated median", "its standard error", "median against solved")
    screen.print_table("Simulation beside the solution", columns, rows)
