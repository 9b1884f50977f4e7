r"""2F1(m, p; 1+p; z) in balls for m = 1, 2 and any p > 0: the integrals over a power-law spectrum.

For large p (flat spectra: p ~ 1/(2 alpha)) FLINT loses a number of digits in proportion to p, or bounds nothing, except
where |z| is small.  Then serve Pfaff's transformation (DLMF 15.8.1), whose terms n! x^n/(p+1)_n fall fast, and where x
is large a recurrence from the fractional part of p, which divides errors by z:

    2F1(1, p; 1+p; z) = 2F1(1, 1; 1+p; x)/(1-z),      x = z/(z-1),
    G_m(q) = 2F1(m, q; 1+q; z)/q = int_0^1 t^(q-1) (1 - zt)^-m dt,
    z G_1(q+1) = G_1(q) - 1/q,      z G_2(q+1) = G_2(q) - G_1(q).

Boxes grow by up to 2^(1/2) when they are turned; so for |z| < 2 its steps are summed up instead, with powers of few
factors, and m = 2 follows by parts, p G_2(p) = p/(1-z) - (p-1) p G_1(p).
"""

from __future__ import annotations

import math
from fractions import Fraction

from .balls import Box, acb, bits_now, magnitude, real, widened

_SMALL = 0.7  # |z| up to which FLINT sums the series
_STABLE = 24  # bits that the recurrence may lose
_LARGE, _PFAFF = 32, 0.9  # p and |x| from which, and up to which, Pfaff's series is short


def hypergeometric(m: int, p: Fraction, z: Box) -> Box:
    """2F1(m, p; 1+p; z), m = 1 or 2, p > 0; on the cut z > 1 from one side, or real."""
    steps, x = math.ceil(p) - 1, z / (z - 1)
    if p > _LARGE and abs(x) < _PFAFF:
        one = _pfaff(p, x) / (1 - z)
    elif steps < 2 or abs(z) < _SMALL or steps * max(0.0, magnitude(1 / z.abs_lower())) > _STABLE:
        ball = real(p)
        return z.hypgeom_2f1(acb(m), acb(ball), acb(1 + ball), bc=True, abc=True)
    elif abs(z) > 2:
        return _stepped(m, p, z, steps)
    else:
        one = _summed(p, z, steps)
    return one if m == 1 else real(p) / (1 - z) - real(p - 1) * one


def _pfaff(p: Fraction, x: Box) -> Box:
    """2F1(1, 1; 1+p; x), |x| < 1: the ratio of two terms is x (n+1)/(p+1+n), below |x|, and so bounds the rest."""
    above, term, total, n = real(p + 1), acb(1), acb(0), 0
    while magnitude(abs(term)) > -bits_now() - 4:
        total += term
        term *= x * (n + 1) / (above + n)
        n += 1
    return widened(total, (abs(term) / (1 - abs(x))).abs_upper())


def _stepped(m: int, p: Fraction, z: Box, steps: int) -> Box:
    """`hypergeometric` by its recurrence from p - steps."""
    q, inverse = real(p - steps), 1 / z
    one, two = (z.hypgeom_2f1(acb(k), acb(q), acb(1 + q), bc=True, abc=True) / q for k in (1, 2))
    for _ in range(steps):
        if m == 2:
            two = (two - one) * inverse
        one = (one - 1 / q) * inverse
        q = q + 1
    return (one if m == 1 else two) * real(p)


def _summed(p: Fraction, z: Box, steps: int) -> Box:
    """The same for m = 1 as one sum, with powers by few multiplications each."""
    q, powers = real(p - steps), [acb(1), 1 / z]
    for n in range(2, steps + 1):
        powers.append(powers[n // 2] * powers[n - n // 2])
    total = powers[steps] * z.hypgeom_2f1(acb(1), acb(q), acb(1 + q), bc=True, abc=True) / q
    for i in range(steps):
        total -= powers[steps - i] / (q + i)
    return total * real(p)
