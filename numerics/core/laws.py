r"""Laws of the eigenvalues that are smooth in the mode j, and what lies beyond a mode of an infinite one.

    lambda_j = x^-decay (1 + weight x^-gap),   omega_j = lambda_j x^-coefficient,   x = j + shift

covers power laws (weight 0), shifted ones, and those with a correction.

**Compression** (`spectrum.py`) needs to know where lambda(x) = -kappa can lie.  At x = rho e^(i theta) the argument of
lambda is -(decay theta + phi), phi = -arg(1 + e e^(-i gap theta)), e = weight rho^-gap.  For weight > 0 it is at most
min(gap theta, arcsin e), so that theta is at least that of a pure power law with the exponent

    min(decay + gap, decay (pi - |arg kappa|)/(pi - |arg kappa| - arcsin e));

for weight < 0, |weight| < 1, phi is negative, and decay itself will do.  A shift below 0 makes the ratio of the ends of
a block larger than 2, which counts as a larger exponent by no more than the factor `_stretch`.

**Tail.**  Powers of lambda over its largest value are finite binomial sums of powers of x: with X the first x of the
tail, u = weight X^-gap, and Z(p) = sum (x/X)^-p,

    sum (lambda/lambda_X)^m = (1 + u)^-m sum_k binom(m, k) u^k Z(decay m + gap k).

For u < 0 these alternate and lose a factor ((1 + |u|)/(1 - |u|))^m, of which 16^m is won back (`TAIL_RATIO`).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import PrecisionLost
from .limits import MAX_ALPHA, MAX_BETA, largest_size
from .precision import FLOAT64, Array, Precision, Scalar
from .tails import TAIL_RATIO, moment_count, zeta_ratio

_NEAREST = -0.8  # smallest u: there the alternating sums lose less than half of what TAIL_RATIO wins


@dataclass(frozen=True)
class Law:
    """The numbers of a law, in the system `ctx`: decay > 0, shift > -1, gap > 0, weight > -1.

    `over` has decay - 1 and target - 1, rounded once from exact numbers: near 0 an infinite sum is one over them, and
    the rounded exponents do not hold their digits.  None takes them from the exponents as they are here.
    """

    ctx: Precision
    decay: Scalar
    coefficient: Scalar
    shift: Scalar = 0
    gap: Scalar = 1
    weight: Scalar = 0
    over: tuple[Scalar, Scalar] | None = None

    @property
    def target(self) -> Scalar:
        """omega_j ~ x^-target."""
        return self.decay + self.coefficient

    @functools.cached_property
    def _over(self) -> tuple[Scalar, Scalar]:
        """decay - 1 and target - 1; without a rounding where they are small: decay - 1 is exact from 1 on."""
        return (self.decay - 1, (self.decay - 1) + self.coefficient) if self.over is None else self.over

    @property
    def regular(self) -> bool:
        """Whether sum omega/lambda is finite, as a sum without an end."""
        return bool(self.coefficient > 1)

    @property
    def summable(self) -> bool:
        """Whether sums of lambda and of omega are finite."""
        return bool(min(self._over) > 0)

    @property
    def refusal(self) -> str | None:
        """Why the numbers are out of their range, in a sentence; None where they are not."""
        if not (0 < self.decay <= 2 * MAX_ALPHA and self.target > 0 and abs(self.coefficient) <= 2 * MAX_BETA):
            return (
                f"The decay must be from 0 to {2 * MAX_ALPHA} and the target differ from it by at most {2 * MAX_BETA}, "
                f"got {float(self.decay):.6g} and {float(self.target):.6g}; choose them in this range."
            )
        if not (self.shift > -1 and self.gap > 0 and self.weight > -1):
            return (
                f"The shift and the weight must be above -1 and the gap positive, got {float(self.shift):.6g}, "
                f"{float(self.weight):.6g} and {float(self.gap):.6g}; choose them so."
            )
        return None

    @property
    def pure(self) -> bool:
        """Whether it is a power of j alone, so that `bernstein` knows the ellipses."""
        return not (self.weight or self.shift)

    @property
    def largest_size(self) -> float:
        """The largest number of modes whose eigenvalues stay in range."""
        return largest_size(float(self.decay) / 2)

    @property
    def decreasing(self) -> bool:
        """Whether lambda_j falls with every j, from 1 on; sufficient, and for shift = 0 necessary for real j."""
        return bool(self.decay + self.weight * (self.decay + self.gap) >= 0)

    def modes(self, j: Array) -> tuple[Array, Array]:
        """lambda and omega at j, shape (n,)."""
        x = j + self.shift if self.shift else j
        lam, coefficient = self._power(x, self.decay), self._power(x, self.coefficient)
        if self.weight:
            lam = lam * (1 + self.weight * self._power(x, self.gap))
        return lam, lam * coefficient

    def _power(self, x: Any, exponent: Scalar) -> Any:
        """x^-exponent; in float64 by pow, which is correctly rounded where exp(a log x) loses a log x units."""
        return x**-exponent if self.ctx is FLOAT64 else self.ctx.exp(-exponent * self.ctx.log(x))

    def eigenvalue(self, j: float) -> float:
        """lambda_j in float64."""
        x = j + float(self.shift)
        return float(x ** -float(self.decay) * (1 + float(self.weight) * x ** -float(self.gap)))

    def least_ridge(self, size: float) -> float:
        """A bound below kappa(0) at a size: see `ridge.zero_ridge`, with at least 2 max(1, size) modes."""
        return min(1e-3 * self.eigenvalue(size), 0.1 * self.eigenvalue(2 * size + 2))

    def steepness(self, angle: float, head: int) -> float:
        """The exponent of a power law as hard to compress as this law from j = `head` on, |arg kappa| <= `angle`."""
        decay, gap, weight, room = float(self.decay), float(self.gap), float(self.weight), math.pi - angle
        if weight > 0:
            turned = math.asin(min(1.0, weight * (head / 2 + float(self.shift)) ** -gap))
            decay = min(decay + gap, decay * room / (room - turned)) if turned < room else decay + gap
        return decay * self._stretch(head)

    def _stretch(self, head: int) -> float:
        """R - 1, R > 2 the ratio of a block's ends: sinh(log rho) = 2 theta sqrt(R)/(R - 1) in its middle."""
        return max(1.0, (2 * head + float(self.shift)) / (head + float(self.shift)) - 1)

    def end(self, last: int) -> tuple[Scalar, Array, Array, Scalar]:
        """Scale, moments and sum omega/lambda (0 if it diverges) of j = last, last + 1, ... to infinity."""
        ctx, terms = self.ctx, moment_count(self.ctx)
        start = ctx.real(last) + self.shift
        u = self.weight * self._power(start, self.gap) if self.weight else 0
        if u < _NEAREST:
            raise PrecisionLost(
                f"The weight {float(self.weight):.6g} of the second power is too near -1 at the gap "
                f"{float(self.gap):.6g} for an infinite number of modes; give a finite one."
            )
        scale = self._power(start, self.decay) * (1 + u)
        head = self._power(start, self.target)
        if not u:
            order = ctx.lift(np.arange(terms))
            beyond = self.decay * order
            steps = np.concatenate([self.decay + beyond, self.target + beyond])
            over = np.concatenate([self._over[0] + beyond, self._over[1] + beyond])
            mass, power = np.split(zeta_ratio(ctx, steps, start, over), 2)
            power = power * head
        else:
            exponents = [self.decay * m for m in range(1, terms + 1)]
            mass = np.array([self._moment(exponent, m, u, start) for m, exponent in enumerate(exponents, start=1)])
            exponents = [self.target + self.decay * m for m in range(terms)]
            power = np.array([self._moment(exponent, m + 1, u, start) for m, exponent in enumerate(exponents)])
            power = power * ((1 + u) * head)
        rest = scale * 0
        if self.regular:
            rest = self._power(start, self.coefficient) * zeta_ratio(ctx, self.coefficient, start)
        return scale, mass, power, rest

    def _moment(self, exponent: Scalar, m: int, u: Scalar, start: Scalar) -> Scalar:
        """(1 + u)^-m sum_k binom(m, k) u^k Z(exponent + gap k)."""
        total, power = exponent * 0, exponent * 0 + 1
        for k in range(m + 1):
            total = total + math.comb(m, k) * power * zeta_ratio(self.ctx, exponent + self.gap * k, start)
            power = power * u
        return total / (1 + u) ** m


def reach(law: Law, least: int, floor: float) -> int:
    """The first of the numbers least, 2 least, 4 least, ... from which on lambda <= floor/TAIL_RATIO."""
    last = least
    while TAIL_RATIO * law.eigenvalue(last) > floor:
        last *= 2
    return last


@functools.lru_cache(maxsize=256)
def bernstein(angle: float, exponent: float) -> float:
    """Parameter rho of the widest ellipse at [1, 2] where 1/(1 + kappa j^exponent) is analytic, |arg kappa| <= angle.

    The modulus of kappa is free, so the minimum over the singularity's distance from the origin is taken; j = 0, a
    branch point of j^exponent, is at rho = 3 + sqrt(8).
    """
    limit = 3 + math.sqrt(8)
    theta = (math.pi - angle) / exponent
    if theta >= math.pi:
        return limit
    z = 2 * np.exp(np.linspace(-1.5, 2.0, 400) + 1j * theta) - 3
    root = np.sqrt(z * z - 1)
    return float(min(limit, np.maximum(abs(z + root), abs(z - root)).min()))
