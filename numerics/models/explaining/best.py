r"""The loss at the best ridge for many pairs of sizes at once, without label noise and with infinitely many modes.

As a function of kappa the loss needs no equation to be solved (`model`, `point`):

    L(kappa) = { f_P T0 + (g/P) T1 } / { f_D f_P + f_D g/P + f_P g/D },    f_D = 1 - z/D,  f_P = 1 - z/P,

and every ridge delta >= 0 is a kappa >= kappa(0), where z = min(D, P).  So the best ridge is the least of L over
log(kappa/kappa(0)) >= 0, whose sums depend on min(D, P) alone: a grid of it, which begins at the ridge 0, and a
parabola through the lowest three points.
"""

from __future__ import annotations

import numpy as np

from ...core.modes import power_laws, smallest_ridge
from ...core.precision import FLOAT64, Array
from ...core.ridge import zero_ridge

_ABOVE = np.concatenate([[0.0], np.geomspace(1e-3, 0.1, 13)[:-1], np.arange(0.1, 8.0, 0.1)])
"""log(kappa/kappa(0)) where the loss is tried; at the last the ridge has erased nearly all of what was learned."""


def best_losses(a: float, b: float, features: Array, data: Array) -> Array:
    """L at the best ridge, shape (nP, nD), for P in `features` (nP,) and D in `data` (nD,), a > 1 and b > 1.

    The relative error is 1e-4 at most, that of the parabola.  Raises PrecisionLost where kappa(0) cannot be found.
    """
    P, D = (x.ravel() for x in np.meshgrid(features, data, indexing="ij"))
    least, place = np.unique(np.minimum(P, D), return_inverse=True)
    spectrum = power_laws(FLOAT64, a, b, np.inf, smallest_ridge(least[-1], b))
    rest = np.array([float(zero_ridge(spectrum, size)) for size in least])
    kappa = (rest[:, None] * np.exp(_ABOVE)).ravel()
    sums = spectrum.pointwise(kappa)
    shape = len(least), len(_ABOVE)
    z, g, T1, T0 = (
        np.asarray(x, dtype=float).reshape(shape)[place]
        for x in (sums.used, sums.spread, kappa * sums.target, kappa * sums.target_square)
    )
    z[:, 0] = least[place]  # what kappa(0) solves
    free_P, free_D = 1 - z / P[:, None], 1 - z / D[:, None]
    steep_P, steep_D = g / P[:, None], g / D[:, None]
    with np.errstate(divide="ignore"):  # without ridge and with D = P the loss is infinite
        loss = (free_P * T0 + steep_P * T1) / (free_D * free_P + free_D * steep_P + free_P * steep_D)
    return _lowest(loss).reshape(len(features), len(data))


def _lowest(loss: Array) -> Array:
    """The least of each row over `_ABOVE`, shape (n,)."""
    rows, n = np.arange(len(loss)), np.argmin(loss, axis=1)
    inside = np.clip(n, 2, len(_ABOVE) - 2)  # before, the grid is finer than any feature of the loss
    x = np.stack([_ABOVE[inside + k] for k in (-1, 0, 1)])
    y = np.stack([loss[rows, inside + k] for k in (-1, 0, 1)])
    first, second = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    bend = (second - first) / (x[2] - x[0])
    slope = first + bend * (x[1] - x[0])  # at the middle
    with np.errstate(invalid="ignore", divide="ignore"):
        vertex = y[1] - slope**2 / (4 * bend)
    kept = (n == inside) & (bend > 0) & np.isfinite(vertex)
    return np.asarray(np.where(kept, vertex, loss[rows, n]))
