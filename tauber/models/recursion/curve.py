"""The loss over time of an algorithm that is given by its matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import numerics_errors
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import asked
from .given import Given, OwnRecursion, sizes

if TYPE_CHECKING:
    from ...numerics.models.one_pass.training import TrainingCurve


@action(draws=True)
def curve(
    file: Given,
    d: common.Size = "1000",
    v: common.Width = None,
    times: common.Times = "1:1e4:30",
) -> Result:
    """Solve the loss of a linear algorithm that is given by its matrices, step by step.

    The file declares spectrum, batch, step size, noise and recursion (docs/own_model.md). The exact recursion runs on
    the nodes of a quadrature for the random features, with an error estimate; with --d inf and a finite --v on the
    modes of the data themselves. The slope between a time and the one before is measured, with its error.

    Example: tauber curve recursion nesterov.toml --d 1e4 --times 1:1e4:30

    Returns
    -------
    Result
        ``times``, ``loss``, ``error`` (relative), ``excess``, the loss less sigma^2, and ``excess_error``, each of
        shape (n,); ``slope`` and ``slope_error`` of the excess, of shape (n - 1,).

    Raises
    ------
    BadInput
        The file declares no recursion, or one that is unstable, is not linear or whose shapes do not fit.
    CheckFailed
        Digits were lost.
    """
    given = OwnRecursion.read(file)
    size, width = sizes(given.data, d, v)
    steps = numbers.times("--times", times)
    with numerics_errors(), screen.progress_bar("Solving", max(max(steps), 1)) as advance:
        found = given.training(size, width).curve(steps, screen.counting(advance))
    slope, wrong = slopes(steps, found)
    values = given.values | {
        "d": size, "v": width, "times": steps, "loss": found.loss, "error": found.error, "excess": found.excess,
        "excess_error": found.excess_error, "slope": slope, "slope_error": wrong, "solver": found.solver,
    }  # fmt: skip

    def figure(_: Result) -> Any:
        from ...plots.curves import draw_training

        return draw_training(f"{given.data.title},  $d={float(size):g}$,  a recursion of one's own", found)

    return Result(values, _show, figure)


def slopes(steps: list[int], found: TrainingCurve) -> tuple[Any, Any]:
    """The mean slope of log excess over log time between neighbouring times from 1 on, and its absolute error."""
    import numpy as np

    t, excess = np.asarray(steps, float), found.excess
    with np.errstate(divide="ignore", invalid="ignore"):
        span = np.diff(np.log(t))
        return np.diff(np.log(excess)) / span, (found.excess_error[1:] + found.excess_error[:-1]) / span


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.plain()
    step = f", step size {payload['step_size']}" if "step_size" in payload else ""
    screen.print_line(
        f"{asked(payload, 'alpha', 'beta')}, d = {payload['d']}, v = {payload['v']}, batch {payload['batch']}{step}, "
        f"noise of variance {payload['label_noise']}, a recursion of one's own"
    )
    slope = [("", ""), *zip(payload["slope"], payload["slope_error"], strict=True)]
    rows = [
        (str(step), f"{loss:.10g}", f"{error:.1e}", f"{excess:.10g}", _slope(*here))
        for step, loss, error, excess, here in zip(
            *(payload[key] for key in ("times", "loss", "error", "excess")), slope, strict=True
        )
    ]
    screen.print_table("Loss", ("step", "loss", "relative error", "less sigma^2", "slope since the last time"), rows)


def _slope(value: Any, error: Any) -> str:
    return f"{value:.5f} +- {error:.1e}" if isinstance(value, float) and isinstance(error, float) else ""
