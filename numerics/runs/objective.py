r"""The best parameters of a form: Huber's loss of log L, minimised for many starts and many resamplings at once.

The objective is  F = sum_i w_i rho(r_i),  r_i = log L(x_i) - log L_i,  with Huber's rho: r^2/2 up to |r| = delta, and
delta |r| - delta^2/2 beyond.  With delta = 1e-3, which is smaller than the noise of any losses, F is nearly a sum of
absolute values, as in Hoffmann et al. 2022 (arXiv 2203.15556, D.2) and Besiroglu et al. 2024 (arXiv 2404.10102).

Two quadratic models of F serve, with J the derivatives of log L:

- J diag(w min(1, delta/|r|)) J^T lies above F wherever log L is linear (iteratively reweighted least squares): its
  steps always descend, and slowly;
- J diag(w [|r| < delta]) J^T is the second derivative itself (but for the curvature of log L): its steps end in a few
  (Madsen and Nielsen, BIT 30, 1990), if they descend.

A step takes a mixture, mu of the first and 1 - mu of the second; mu falls with each success and is 1 after a failure,
then Levenberg's damping grows.  Parameters stay between bounds; one that lies on its bound and would leave is held.
All of it runs for R problems at once, (R, p) parameters with weights (R, n) of their own: starts, bootstrap samples and
the points of a profile are the same call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np

from ..core.precision import FLOAT64, Array
from ..core.runs import Map

_EASIER, _HARDER = 0.3, 8.0
_RIDGE = 1e-12  # of the diagonal: a direction that changes nothing must not stop the others
_STUCK = 1e12
_AT_ONCE = 2**21  # numbers in one array of derivatives: what fits a cache level or two
_PIECE = 64  # problems at most in a piece of the work


Place = TypeVar("Place", contravariant=True)


class Law(Protocol[Place]):
    """What can be fitted: log losses with their derivatives at places of its own kind, and bounds of its parameters."""

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The least and largest parameters, (p,) each."""

    def log_loss(self, theta: Array, x: Place) -> Array:
        """log(L/unit), shape (R, n), of R vectors of parameters (R, p)."""

    def linearised(self, theta: Array, x: Place) -> tuple[Array, Array]:
        """The same, and its derivatives by the parameters, (R, p, n)."""


@dataclass(frozen=True, eq=False)
class Minima:
    """Parameters (R, p), the objective (R,) and whether each search came to an end (R,)."""

    theta: Array
    value: Array
    done: Array


def huber(residuals: Array, delta: float) -> Array:
    """Huber's rho."""
    size = abs(residuals)
    if np.isinf(delta):
        return size**2 / 2
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def minimise(
    form: Law[Place], x: Place, target: Array, weights: Array, start: Array, delta: float, *,
    held: Array | None = None, tolerance: float = 1e-10, most: int = 400,
    advance: Callable[[int], Any] | None = None, mapped: Map = map,
) -> Minima:  # fmt: skip
    """Minimise F for R problems.

    Parameters
    ----------
    target
        log(loss/unit), (R, n) or (1, n).
    weights
        How often each run counts, (R, n) or (1, n).
    start
        (R, p), between the bounds of the form.
    held
        (p,) bool: parameters that stay where they start.
    tolerance
        Relative change of F that ends a search, met twice in a row.
    advance
        Called with the number of problems that have come to an end.
    mapped
        Solves the pieces of the work: the builtin, or another that does the same in several processes. Pieces do not
        depend on it.
    """
    batch = max(1, min(_AT_ONCE // (start.shape[1] * target.shape[1]), _PIECE))
    pieces = [
        tuple(rows[first : first + batch] if len(rows) > 1 else rows for rows in (target, weights, start))
        for first in range(0, len(start), batch)
    ]
    parts = []
    for found in mapped(partial(_batch, form, x, delta, held, tolerance, most), pieces):
        parts.append(found)
        if advance is not None:
            advance(len(found.value))
    return Minima(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("theta", "value", "done")))


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a step too far is refused by its value
def _batch(
    form: Law[Place], x: Place, delta: float, held: Array | None, tolerance: float, most: int,
    piece: tuple[Array, ...],
) -> Minima:  # fmt: skip
    target, weights, start = piece
    theta = start.copy()
    count = len(theta)
    target, weights = (np.broadcast_to(rows, (count, target.shape[1])) for rows in (target, weights))
    value = (weights * huber(form.log_loss(theta, x) - target, delta)).sum(axis=1)
    mix, damping, calm = np.ones(count), np.full(count, 1e-3), np.zeros(count, dtype=int)
    # Round-off of F: that of log L in each of its terms.
    noise = FLOAT64.eps * weights.sum(axis=1) * min(delta, 1.0)
    done = np.zeros(count, dtype=bool)
    for _ in range(most):
        at = np.flatnonzero(~done)
        if not len(at):
            break
        step = _step(form, x, target[at], weights[at], theta[at], delta, held, mix[at], damping[at])
        new = np.clip(theta[at] + step, *form.bounds)
        found = (weights[at] * huber(form.log_loss(new, x) - target[at], delta)).sum(axis=1)
        found = np.where(np.isfinite(found), found, np.inf)
        better = found < value[at]
        small = value[at] - found <= tolerance * value[at] + noise[at]
        good = at[better]
        theta[good], value[good] = new[better], found[better]
        mix[good] *= _EASIER
        damping[good] *= _EASIER
        bad = at[~better]
        damping[bad] = np.where(mix[bad] >= 1, damping[bad] * _HARDER, np.maximum(damping[bad], 1e-8))
        mix[bad] = 1.0
        # A failure is an end only where even the model that lies above F sees nothing left to gain.
        calm[at] = np.where(small & (better | (damping[at] > 1)), calm[at] + 1, np.where(better, 0, calm[at]))
        done[at] = (calm[at] >= 2) | (damping[at] > _STUCK)
    return Minima(theta, value, done)


def _step(
    form: Law[Place], x: Place, target: Array, weights: Array, theta: Array, delta: float, held: Array | None,
    mix: Array, damping: Array,
) -> Array:  # fmt: skip
    found, slopes = form.linearised(theta, x)
    residual = found - target
    size = abs(residual)
    inside = size <= delta
    pull = weights * np.where(inside, 1.0, delta / np.maximum(size, delta))
    gradient = np.matmul(slopes, (pull * residual)[:, :, None])[:, :, 0]
    curvature = mix[:, None] * pull + (1 - mix)[:, None] * (weights * inside)
    hessian = np.matmul(slopes * curvature[:, None], slopes.transpose(0, 2, 1))
    scale = np.matmul(slopes**2, pull[:, :, None])[:, :, 0]
    scale = np.maximum(scale, scale.max(axis=1, keepdims=True) * FLOAT64.eps**2 + np.finfo(float).tiny)
    low, high = form.bounds
    free = ~(((theta <= low) & (gradient > 0)) | ((theta >= high) & (gradient < 0)))
    if held is not None:
        free &= ~held
    # In units where the diagonal of the upper model is 1; what is held gets the identity and no pull.
    root = 1 / np.sqrt(scale)
    hessian = hessian * root[:, :, None] * root[:, None, :] * (free[:, :, None] & free[:, None, :])
    diagonal = np.arange(theta.shape[1])
    hessian[:, diagonal, diagonal] += np.where(free, damping[:, None] + _RIDGE, 1.0)
    pulled = np.where(free, gradient * root, 0.0)
    return -np.linalg.solve(hessian, pulled[:, :, None])[:, :, 0] * root
