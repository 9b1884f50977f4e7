r"""What lies beyond a cut in a spectrum, as moments.

Where lambda <= |kappa|/16 for every mode beyond a cut, their part of a resolvent sum is a geometric series in 1/kappa,

    sum lambda/(lambda + kappa) = M_1/kappa - M_2/kappa^2 + ...,     M_m = sum lambda^m over the modes beyond the cut,

likewise with omega.  The moments of all cuts are computed once, from the end backwards, scaled by the largest lambda
beyond the cut (lambda^m itself would underflow).  For an infinite power law the last of them come from the
Euler-Maclaurin formula at half-integers,

    sum_{j>V} f(j) = int_L^inf f - sum_{k>=1} B_2k(1/2)/(2k)! f^(2k-1)(L),     L = V + 1/2,

so that v = inf is as exact as a finite v.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import PrecisionLost
from .precision import Array, Precision, Scalar, goal_exponent

TAIL_RATIO = 16
"""Modes with lambda <= |kappa|/TAIL_RATIO are summed through their moments."""


@dataclass(frozen=True, eq=False)
class Tails:
    """Moments beyond each cut.

    Attributes
    ----------
    cuts : int array of shape (c,)
        indices at which a list of modes may be broken off.
    scale : array of shape (c,)
        the largest lambda beyond each cut, 0 beyond the end of a finite list.
    mass, power : arrays of shape (c, m)
        sum (lambda/scale)^k, k = 1..m, and sum omega (lambda/scale)^k, k = 0..m-1.
    rest : array of shape (c,)
        sum omega/lambda (without what lies beyond the last node of an infinite list if that diverges).
    """

    cuts: Array
    scale: Array
    mass: Array
    power: Array
    rest: Array


def gather(
    ctx: Precision,
    modes: tuple[Array, Array, Array],
    cuts: list[int],
    end: tuple[Scalar, Array, Array, Scalar] | None = None,
) -> Tails:
    """Moments beyond each of `cuts` for `modes` = (lambda, omega, weight), followed by `end` (see `Law.end`)."""
    lam, target, weight = modes
    terms = moment_count(ctx)
    zero = ctx.lift(np.zeros(terms, dtype=int))
    scale, mass, power, rest = end if end is not None else (lam[-1], zero, zero, zero[0])
    rows = [(scale if end is not None else zero[0], mass, power, rest)]
    for start, stop in zip(cuts[-2::-1], cuts[:0:-1], strict=True):
        head, own, omega = lam[start], weight[start:stop], weight[start:stop] * target[start:stop]
        ratio = lam[start:stop] / head
        powers = _powers_of(ratio, terms)
        step = _powers_of(np.array([scale / head]), terms)[:, 0]
        mass = ctx.dot(powers, own * ratio) + mass * step * (scale / head)
        power = ctx.dot(powers, omega) + power * step
        rest = rest + (omega / lam[start:stop]).sum()
        scale = head
        rows.append((scale, mass, power, rest))
    return Tails(np.array(cuts), *(np.array(column) for column in zip(*rows[::-1], strict=True)))


def moment_count(ctx: Precision) -> int:
    """How many moments a tail needs."""
    return math.ceil(goal_exponent(ctx) / math.log(TAIL_RATIO)) + 1


def alternating(moments: Array, x: Array) -> Array:
    """sum_m (-1)^m moments_m x^m."""
    series, minus = x * 0, -x
    for moment in moments[::-1]:
        series = series * minus + moment  # arrays first: mpmath numbers are slow to yield to them
    return series


def _powers_of(x: Array, terms: int) -> Array:
    """x^0, ..., x^(terms-1) as rows."""
    rows = [x * 0 + 1]
    for _ in range(terms - 1):
        rows.append(rows[-1] * x)
    return np.array(rows)


def zeta_ratio(ctx: Precision, s: Scalar, start: Scalar) -> Scalar:
    """sum_{j >= start} (j/start)^(-s), s > 1, by Euler-Maclaurin at the half-integer start - 1/2."""
    level = start - ctx.real("1/2")
    term = start * ctx.exp((1 - s) * ctx.log(level / start)) / (s - 1)
    total = term
    rising = term * (s - 1)  # s (s+1) ... (s+2k-2) L^(-s-2k+1) start^s, built step by step
    for k, coefficient in enumerate(_midpoint_coefficients(40), start=1):
        rising = rising * s / level**2 if k == 1 else rising * (s + 2 * k - 3) * (s + 2 * k - 2) / level**2
        step = rising * ctx.real(coefficient)
        total = total + step
        if abs(step) <= ctx.eps * abs(total):
            return total
    raise PrecisionLost("The tail of the infinite spectrum did not converge; build it with a smaller `floor`.")


@functools.lru_cache(maxsize=1)
def _midpoint_coefficients(count: int) -> tuple[Fraction, ...]:
    """B_2k(1/2)/(2k)! for k = 1..count as exact fractions; B_2k(1/2) = (2^(1-2k) - 1) B_2k."""
    bernoulli = [Fraction(1)]
    for n in range(1, 2 * count + 1):
        total = sum((math.comb(n + 1, k) * bernoulli[k] for k in range(n)), Fraction(0))
        bernoulli.append(-total / (n + 1))
    halves = [(Fraction(2, 4**k) - 1) * bernoulli[2 * k] for k in range(1, count + 1)]
    return tuple(h / math.factorial(2 * k) for k, h in enumerate(halves, start=1))
