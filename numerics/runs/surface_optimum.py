"""The best size and data at a compute on a model's surface: the least of it along the line of equal cost.

The line is cut to what was solved of the surface, tried at evenly spaced sizes, again around the lowest, and the lowest
point is that of a parabola; where it is at an end of the line it is not known, NaN.  A surface bends in log-log, so the
exponents are those in the middle of the runs' compute, from a step to each side of it, and the constants go with them.
"""

from __future__ import annotations

import numpy as np

from ..core.precision import Array
from .fitting import Fitted
from .solved import SurfaceForm
from .table import Cost

_COARSE, _FINE = 65, 9
_STEP = 0.5  # of log compute, to each side of the middle


def surface_optimum(fitted: Fitted, form: SurfaceForm, theta: Array, cost: Cost, budgets: Array) -> dict[str, Array]:
    """The fields of `optimum.Best`, for R vectors of parameters and budgets (B,)."""
    assert fitted.runs.compute is not None
    middle = float(np.log([fitted.runs.compute.min(), fitted.runs.compute.max()]).mean())
    log_c = np.concatenate([np.log(budgets), [middle - _STEP, middle + _STEP]])
    size, reducible = _lowest(fitted, form, theta, cost, log_c)
    data = (log_c - np.log(cost.factor) - cost.size_power * size) / cost.data_power
    found: dict[str, Array] = {}
    for name, values, sign in (("size", size, 1), ("data", data, 1), ("loss", reducible, -1)):
        slope = (values[:, -1] - values[:, -2]) / (2 * _STEP)
        found[f"{name}_exponent"] = sign * slope
        found[f"{name}_constant"] = np.exp(values[:, -2:].mean(axis=1) - slope * middle)
    floor = theta[:, :1] * fitted.x.unit
    values = {"size": np.exp(size), "data": np.exp(data), "loss": floor + np.exp(reducible)}
    return found | {name: value[:, :-2] for name, value in values.items()}


def _lowest(
    fitted: Fitted, form: SurfaceForm, theta: Array, cost: Cost, log_c: Array
) -> tuple[Array, Array]:  # fmt: skip
    """log N* and log(L* - E), (R, B) each."""
    m, k = cost.size_power, cost.data_power
    spent = log_c - np.log(cost.factor)
    (low_x, high_x), (low_y, high_y) = (
        (lattice.first - theta[:, 2 + n, None] + middle, lattice.last - theta[:, 2 + n, None] + middle)
        for n, (lattice, middle) in enumerate(
            zip((form.surface.size, form.surface.data), fitted.x.centre, strict=True)
        )
    )  # fmt: skip
    low = np.maximum(low_x, (spent - k * high_y) / m)
    high = np.minimum(high_x, (spent - k * low_y) / m)
    x = fitted.x
    scale = form.at_origin(theta, x)[0][:, 1:2] + np.log(x.unit)  # log S

    def along(size: Array) -> Array:
        """log(L - E) at log N (R, B, G)."""
        data = (spent[:, None] - m * size) / k
        log = np.stack([size, data]).reshape(2, len(theta), -1)
        values = form.surface.at(
            theta[:, 4:], theta[:, 2:3] + log[0] - x.centre[0], theta[:, 3:4] + log[1] - x.centre[1]
        )
        return np.asarray((values + scale).reshape(size.shape))

    ends = low[..., None], high[..., None]
    for count in (_COARSE, _FINE):
        grid = ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, count)
        values = along(grid)
        best = np.argmin(np.where(np.isfinite(values), values, np.inf), axis=2)
        inside = (best > 0) & (best < count - 1) & (high > low)
        around = np.clip(best, 1, count - 2)[..., None] + np.array([-1, 0, 1])
        x3, y3 = np.take_along_axis(grid, around, 2), np.take_along_axis(values, around, 2)
        if count == _COARSE:
            first, ends = inside, (x3[..., :1], x3[..., 2:])
    step, bend, slope = x3[..., 1] - x3[..., 0], y3[..., 0] - 2 * y3[..., 1] + y3[..., 2], y3[..., 2] - y3[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        move = -slope / (2 * bend)
        value = y3[..., 1] - slope**2 / (8 * bend)
    known = first & inside & (bend > 0)
    return np.where(known, x3[..., 1] + move * step, np.nan), np.where(known, value, np.nan)
