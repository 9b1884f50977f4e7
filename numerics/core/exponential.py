r"""Eigenvalues that fall exponentially, one node each: so few count that none need be put together.

    lambda_j = e^(-rate (j - 1)),   omega_j = lambda_j^source

Sums of powers beyond a mode are geometric series, sum_{j >= J} (lambda_j/lambda_J)^s = 1/(1 - e^(-rate s)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .blocks import doubling_cuts
from .limits import MAX_ALPHA, MAX_BETA, MIN_EIGENVALUE
from .precision import Array, Precision, Scalar
from .spectrum import Spectrum
from .tails import TAIL_RATIO, gather, moment_count

LEAST_RATE, MOST_RATE = 0.01, 100
"""Below, there are too many modes to keep each; above, hardly a second one."""


@dataclass(frozen=True)
class ExponentialLaw:
    """The numbers of such a law, in the system `ctx`; it has the properties that `declared` asks of a `Law`."""

    ctx: Precision
    rate: Scalar
    source: Scalar

    summable = decreasing = True

    @property
    def refusal(self) -> str | None:
        """As `Law.refusal`."""
        if not LEAST_RATE <= self.rate <= MOST_RATE:
            return (
                f"The rate of an exponential spectrum must be from {LEAST_RATE} to {MOST_RATE}, got "
                f"{float(self.rate):.6g}; choose it in this range."
            )
        most = 1 + MAX_BETA / MAX_ALPHA
        if not 0 < self.source <= most:
            return f"The source must be above 0 and at most {most:g}, got {float(self.source):.6g}; choose it so."
        return None

    @property
    def largest_size(self) -> float:
        """As `Law.largest_size`."""
        return 1 - math.log(MIN_EIGENVALUE) / float(self.rate)

    def modes(self, j: Array) -> tuple[Array, Array]:
        """lambda and omega at j, shape (n,)."""
        lam = self.ctx.exp(-self.rate * (j - 1))
        return lam, self.ctx.exp(-self.rate * self.source * (j - 1))

    def eigenvalue(self, j: float) -> float:
        """lambda_j in float64."""
        return math.exp(-float(self.rate) * (j - 1))

    def least_ridge(self, size: float) -> float:
        """As `Law.least_ridge`: `zero_ridge` starts from lambda_n (n/size - 1), size + 1 < n <= size + 2, or above."""
        return 0.5 * self.eigenvalue(size + 2) / size

    def end(self, last: int) -> tuple[Scalar, Array, Array, Scalar]:
        """As `Law.end`."""
        order = self.ctx.lift(np.arange(moment_count(self.ctx)))
        (scale,), (head,) = self.modes(self.ctx.lift(np.array([last])))
        mass, power = self._geometric(order + 1), head * self._geometric(order + self.source)
        rest = scale * 0
        if self.source > 1:
            (first,) = self._geometric(self.ctx.lift(np.array([0])) + (self.source - 1))
            rest = head / scale * first
        return scale, mass, power, rest

    def _geometric(self, s: Array) -> Array:
        """sum_{j >= J} (lambda_j/lambda_J)^s."""
        return -1 / self.ctx.expm1(-self.rate * s)

    def nodes(self, v: Scalar, floor: float) -> Spectrum:
        """The modes j = 1..v, v whole or infinite; for v = inf sums are accurate for |kappa| >= floor."""
        infinite = math.isinf(v)
        reach = math.ceil(1 + math.log(TAIL_RATIO / floor) / float(self.rate)) if infinite else 0
        count = max(reach, 2) - 1 if infinite else int(v)
        j = self.ctx.lift(np.arange(1, count + 1))
        modes = (*self.modes(j), self.ctx.lift(np.ones(count, dtype=int)))
        tails = gather(self.ctx, modes, doubling_cuts(count), self.end(count + 1) if infinite else None)
        return Spectrum(self.ctx, *modes, tails, v, regular=bool(self.source > 1))
