"""Sums of zeta values as numbers: all digits, however much the terms cancel."""

import mpmath
import pytest
from sympy import N, Rational, binomial, zeta

from tauber.theory.algebra.number import number


@pytest.mark.parametrize("n", [1, 6, 40])
@pytest.mark.parametrize("digits", [15, 40])
def test_a_sum_that_cancels_has_all_its_digits(n, digits):
    """``sum_m binom(n, m) (-1/2)^m zeta(3 n + m / 2)`` is about 2^-n, with terms of size (3/2)^n."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    total = sum(binomial(n, m) * Rational(-1, 2) ** m * zeta(3 * n + Rational(m, 2)) for m in range(n + 1))

    assert abs(number(ctx, total) / ctx.convert(N(total, digits + 10)) - 1) < 4 * ctx.eps
