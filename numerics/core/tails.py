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
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import PrecisionLost
from .precision import FLOAT64, Array, Precision, Scalar, goal_exponent

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
    cuts: Sequence[int],
    end: tuple[Scalar, Array, Array, Scalar] | None = None,
) -> Tails:
    """Moments beyond each of `cuts` for `modes` = (lambda, omega, weight), followed by `end` (see `Law.end`)."""
    lam, target, weight = modes
    terms = moment_count(ctx)
    zero = ctx.lift(np.zeros(terms, dtype=int))
    scale, mass, power, rest = end if end is not None else (zero[0], zero, zero, zero[0])
    ends = np.asarray(cuts)
    starts = ends[:-1]
    heads = lam[starts]
    ratio = lam / np.repeat(heads, np.diff(ends))
    own = (weight * np.stack([ratio, target]))[:, None] * powers(ratio, terms)
    own = np.add.reduceat(own.reshape(2 * terms, -1), starts, axis=1)  # of each piece, scaled by its largest lambda
    shrink = np.append(heads[1:], scale) / heads
    rising = powers(shrink, terms)
    steps = np.concatenate([shrink * rising, rising]).T
    rests = np.add.reduceat(weight * target / lam, starts)
    row = np.concatenate([mass, power])
    rows, sums = [row], [rest]
    for piece, step, beyond in zip(own.T[::-1], steps[::-1], rests[::-1].tolist(), strict=True):
        row = piece + row * step
        rest = rest + beyond
        rows.append(row)
        sums.append(rest)
    table = np.array(rows[::-1])
    return Tails(ends, np.append(heads, scale), table[:, :terms], table[:, terms:], np.array(sums[::-1]))


def moment_count(ctx: Precision, ratio: float = TAIL_RATIO) -> int:
    """How many moments a tail needs: terms of a series in 1/ratio."""
    return math.ceil(goal_exponent(ctx) / math.log(ratio)) + 1


def powers(x: Array, terms: int) -> Array:
    """x^0, ..., x^(terms-1) as rows, by doubling their number."""
    if x.size == 1 and x.ndim == 1 and x.dtype.kind == "f":
        return np.asarray(x ** np.arange(terms)[:, None])
    table = np.empty((terms, *x.shape), dtype=x.dtype)
    table[0], table[1:2] = x * 0 + 1, x
    known = 2
    while known < terms:
        more = min(known - 1, terms - known)
        np.multiply(table[1 : more + 1], table[known - 1], out=table[known : known + more])
        known += more
    return table


def series(ctx: Precision, moments: Array, x: Array) -> Array:
    """sum_m (-1)^m moments_m x^m for each row of `moments`, shape (r, m), and x, shape (k,): (r, k).

    Of many models at once (`stack.py`): shapes (models, r, m) and (models, k) give (r, models, k).
    """
    table = powers(-x, moments.shape[-1])
    if moments.ndim == 3:
        return np.asarray((moments @ table.swapaxes(0, 1)).swapaxes(0, 1))
    if ctx is FLOAT64:
        return np.asarray(moments @ table)
    return np.array([ctx.dot(table.T, row) for row in moments])


def horner(moments: Array, x: Array) -> Array:
    """`series` by operations on each x alone, whatever the others are."""
    total, minus = moments[:, -1, None] + x * 0, -x
    for column in moments[:, -2::-1].T:
        total = total * minus + column[:, None]
    return total


def zeta_ratio(ctx: Precision, s: Scalar, start: Scalar, over: Scalar | None = None) -> Scalar:
    """sum_{j >= start} (j/start)^(-s), s > 1 (also an array), by Euler-Maclaurin at the half-integer start - 1/2.

    `over` is s - 1 where it is known better than as a difference: the sum is about start/(s - 1) for s near 1.
    """
    over = s - 1 if over is None else over
    level = start - ctx.real("1/2")
    term = start * ctx.exp(-over * ctx.log(level / start)) / over
    total = term
    rising = term * over  # s (s+1) ... (s+2k-2) L^(-s-2k+1) start^s, built step by step
    for k, coefficient in enumerate(midpoint_coefficients(ctx, 40), start=1):
        rising = rising * s / level**2 if k == 1 else rising * (s + 2 * k - 3) * (s + 2 * k - 2) / level**2
        step = rising * coefficient
        total = total + step
        if bool(np.all(abs(step) <= ctx.eps * abs(total))):
            return total
    raise PrecisionLost("The tail of the infinite spectrum did not converge; build it with a smaller `floor`.")


@functools.lru_cache(maxsize=8)
def midpoint_coefficients(ctx: Precision, count: int) -> tuple[Scalar, ...]:
    """B_2k(1/2)/(2k)! for k = 1..count, rounded once; B_2k(1/2) = (2^(1-2k) - 1) B_2k."""
    bernoulli = [Fraction(1)]
    for n in range(1, 2 * count + 1):
        total = sum((math.comb(n + 1, k) * bernoulli[k] for k in range(n)), Fraction(0))
        bernoulli.append(-total / (n + 1))
    halves = [(Fraction(2, 4**k) - 1) * bernoulli[2 * k] for k in range(1, count + 1)]
    return tuple(ctx.real(h / math.factorial(2 * k)) for k, h in enumerate(halves, start=1))
