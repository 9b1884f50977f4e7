r"""The compute-optimal frontier with a free step size and noise in the labels: least excess, d*, gamma*.

At the budget f = d r B the excess P - sigma^2 is a smooth function of log d and log gamma, and the machinery of
`core.optimum` applies in two dimensions: phi(log d, log gamma; log f) = log(P - sigma^2), with phi_F its slope over log
r, which is known from the contour.  The optimum lies far below the stability limit, since label noise costs as much as
the step size is large; it is bracketed on a grid at the first budget, and followed from there by its slopes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...core.optimum import Optimum, polish, refine, scan
from ...core.precision import FLOAT64, Array, Precision, Scalar
from ...errors import PrecisionLost, TauberInputError, UnstableStepSize
from .model import PLRF


@dataclass(frozen=True, eq=False)
class FreeStepFrontier:
    """The optimum at each budget, arrays of shape (n,).

    Attributes
    ----------
    budgets, d, gamma, excess : the budgets f, d*, gamma*, and P* - sigma^2
    error : relative error of the excess
    slopes, slope_errors : by name ("loss", "d", "gamma"), d log/d log f with absolute errors
    """

    budgets: Array
    d: Array
    gamma: Array
    excess: Array
    error: Array
    slopes: dict[str, Array]
    slope_errors: dict[str, Array]


def free_step(
    alpha: object, beta: object, budgets: Sequence[float], *, noise: float, ratio: float = math.inf, batch: int = 1
) -> FreeStepFrontier:
    """Find the best size and step size at budgets f = d r B, increasing.

    Parameters
    ----------
    alpha, beta
        As for `PLRF`; v = `ratio` d.
    noise
        sigma > 0.

    Raises
    ------
    TauberInputError
        No noise, budgets that do not increase, or no interior optimum at the first of them.
    PrecisionLost
        The optimum was lost on the way.
    """
    if not noise > 0:
        raise TauberInputError(
            f"A noise of {noise:g} was asked; without label noise the best step size is at its limit: give `noise`."
        )
    if len(budgets) < 1 or (np.diff(budgets) <= 0).any():
        raise TauberInputError("The budgets must increase, and there must be one at least (`budgets`).")
    found: list[Optimum] = []
    for n, f in enumerate(budgets):
        surface = _Surface(FLOAT64, alpha, beta, f, noise, ratio, batch)
        if n:
            ahead = math.log(f / budgets[n - 1])
            start = tuple(float(x + s * ahead) for x, s in zip(found[-1].x, found[-1].x_slope, strict=True))
        else:
            start = _bracketed(surface)
        found.append(polish(surface, start))
    d, gamma = np.exp(np.array([at.x for at in found])).T
    slopes = np.array([(*at.x_slope, at.loss_slope) for at in found])
    errors = np.array([(*at.x_slope_error, at.loss_slope_error) for at in found])
    names = ("d", "gamma", "loss")
    return FreeStepFrontier(
        np.array(budgets),
        d,
        gamma,
        np.array([at.loss for at in found]),
        np.array([at.error for at in found]),
        dict(zip(names, slopes.T, strict=True)),
        dict(zip(names, errors.T, strict=True)),
    )


def _bracketed(surface: _Surface) -> tuple[float, ...]:
    """The best of a grid, refined; refused where it lies at its edge."""
    log_flops = math.log(surface.flops)
    best = scan(surface, (math.log(20.0), -0.8 * log_flops), (0.8 * log_flops, math.log(surface.limit)))
    if not math.isfinite(best.value) or any(best.sides):
        raise TauberInputError(
            f"At the budget {surface.flops:.3g} no best size and step size lie inside those that are tried; raise the "
            "first budget (`budgets`)."
        )
    return refine(surface, best)


@dataclass(frozen=True, eq=False)
class _Surface:
    """The `optimum.Surface` over log d and log gamma at one budget."""

    ctx: Precision
    alpha: object
    beta: object
    flops: float
    noise: float
    ratio: float
    batch: int

    @property
    def limit(self) -> float:
        """A step size that is stable at all sizes tried: half of the limit at the largest."""
        d = self.flops**0.8
        model = PLRF(self.alpha, self.beta, d, self.ratio * d, batch=self.batch)
        return 0.5 * float(model.stability_limit)

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi, infinite where the step size is unstable or rounding is all that is left."""
        try:
            return float(self.point(x)[0])
        except (UnstableStepSize, PrecisionLost):
            return math.inf

    def point(self, x: tuple[Scalar, ...]) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """phi and phi_F, each with an absolute error."""
        d, gamma = (math.exp(float(value)) for value in x)
        model = PLRF(self.alpha, self.beta, d, self.ratio * d, batch=self.batch, step_size=gamma, noise=self.noise)
        loss, error, slope, slope_error = model.point(self.flops / (d * self.batch))
        excess = loss - self.noise**2
        if not excess > 10 * error * loss:
            raise PrecisionLost(
                f"The excess {excess:.3g} over the noise is lost in the rounding of the loss; lower the budget "
                "(`budgets`), or the noise (`noise`)."
            )
        share = loss / excess
        return math.log(excess), error * share, slope * share, slope_error * share + abs(slope) * share * error * share
