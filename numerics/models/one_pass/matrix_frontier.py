r"""The compute-optimal frontier of a recursion of one's own: the least excess over sizes d at budgets f = d^n (r B)^m.

The loss is known at whole steps; between them log excess is the cubic in log r through the four whole steps around r,
whose own error is of the order r^-4 and is estimated by the parabola through three of them. What follows is the
machinery of `core.optimum`, phi_F being the slope of the cubic over m.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...core.optimum import Asked, Optimum, one_by_one, polish, refine, scan
from ...core.precision import FLOAT64, Array, Precision, Scalar
from ...errors import Diverged, PrecisionLost, TauberInputError
from .matrices import MatrixTraining

LONGEST = 200_000
"""Steps of the longest run that is tried."""
_SMALLEST, _SHORTEST = 8.0, 30.0  # sizes and steps below are not near any power law


@dataclass(frozen=True, eq=False)
class MatrixFrontier:
    """The optimum at each budget, arrays of shape (n,): d* and the least excess, with relative errors, and the slopes.

    `d_slope` = d log d*/d log f and `loss_slope` = d log excess*/d log f (negative), with absolute errors.
    """

    budgets: Array
    d: Array
    d_error: Array
    excess: Array
    error: Array
    d_slope: Array
    d_slope_error: Array
    loss_slope: Array
    loss_slope_error: Array


def matrix_frontier(
    training: Callable[[float], MatrixTraining],
    budgets: Sequence[float],
    *,
    batch: int = 1,
    powers: tuple[float, float] = (1.0, 1.0),
    done: Callable[[], None] = lambda: None,
) -> MatrixFrontier:
    """Find the best size at each budget f = d^n (r B)^m, (n, m) = `powers`; `training` gives the recursion at a size.

    Raises
    ------
    TauberInputError, UnstableStepSize
        No interior optimum at a budget, or a recursion that is unstable at a size that is tried, or makes the loss grow
        in the end at all of them.
    PrecisionLost
        The optimum was lost on the way.
    """
    found = []
    for flops in budgets:
        surface = _Surface(training, math.log(flops), float(batch), powers)
        low, high = surface.sizes()
        best = scan(surface, (math.log(low),), (math.log(high),))
        if not math.isfinite(best.value) and surface.diverged:
            raise surface.diverged[-1]
        if not math.isfinite(best.value) or any(best.sides):
            raise TauberInputError(
                f"At the budget {flops:.3g} no best size lies between {low:.3g} and {high:.3g}: every step is run, so "
                f"that runs end at {LONGEST:,} steps, and those of fewer than {_SHORTEST:g} are near no power law; "
                "choose another budget (`budgets`)."
            )
        found.append(polish(surface, refine(surface, best)))
        done()
    return _collected(budgets, found)


def _collected(budgets: Sequence[float], found: Sequence[Optimum]) -> MatrixFrontier:
    return MatrixFrontier(
        np.asarray(budgets, dtype=float),
        np.exp([at.x[0] for at in found]),
        np.array([at.x_error[0] for at in found]),
        *(np.array([getattr(at, name) for at in found]) for name in ("loss", "error")),
        *(np.array([getattr(at, name)[0] for at in found]) for name in ("x_slope", "x_slope_error")),
        *(np.array([getattr(at, name) for at in found]) for name in ("loss_slope", "loss_slope_error")),
    )


@dataclass(frozen=True, eq=False)
class _Surface:
    """The `optimum.Surface` over log d at one budget; values are kept."""

    training: Callable[[float], MatrixTraining]
    log_flops: float
    batch: float
    powers: tuple[float, float]
    known: dict[float, tuple[float, float, float, float]] = field(default_factory=dict)
    diverged: list[Diverged] = field(default_factory=list)

    @property
    def ctx(self) -> Precision:
        """Doubles."""
        return FLOAT64

    def sizes(self) -> tuple[float, float]:
        """The sizes whose runs are neither too short nor too long."""
        n, m = self.powers
        ends = [math.exp((self.log_flops - m * math.log(steps * self.batch)) / n) for steps in (LONGEST, _SHORTEST)]
        return max(ends[0], _SMALLEST), max(ends[1], _SMALLEST)

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi, infinite where the digits are lost, or runs are so long that their loss grows."""
        try:
            return float(self.point(x)[0])
        except PrecisionLost:
            return math.inf
        except Diverged as error:
            self.diverged.append(error)
            return math.inf

    def points(self, x: Asked) -> Array:
        """phi and phi_F with their errors."""
        return one_by_one(self.point, x)

    def point(self, x: tuple[Scalar, ...]) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """phi and phi_F, each with an absolute error."""
        size = float(x[0])
        if size not in self.known:
            self.known[size] = self._solve(size)
        return self.known[size]

    def _solve(self, size: float) -> tuple[float, float, float, float]:
        n, m = self.powers
        log_steps = (self.log_flops - n * size) / m - math.log(self.batch)
        middle = max(math.floor(math.exp(log_steps)), 2)
        times = middle + np.arange(-1, 3)
        curve = self.training(math.exp(size)).curve(times)
        u, values = np.log(times) - log_steps, np.log(curve.excess)
        noise = float(curve.excess_error.max())
        cubic, parabola = np.polyfit(u, values, 3), np.polyfit(u[:3], values[:3], 2)
        apart = noise / float(u[2] - u[1])  # what an error that all values share does not do to a slope
        value, slope = float(cubic[-1]), float(cubic[-2])
        value_error = noise + abs(value - float(parabola[-1]))
        shared = float(abs(np.diff(curve.excess_error)).max()) / float(u[2] - u[1])
        return value, value_error, slope / m, (min(apart, shared) + abs(slope - float(parabola[-2]))) / m
