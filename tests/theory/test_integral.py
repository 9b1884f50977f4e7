"""The mode integral by its three series against mpmath's general hypergeometric function."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.theory.algebra.integral import mode_integral


@given(
    order=st.fractions(min_value=Fraction(-9, 10), max_value=6, max_denominator=50).filter(bool),
    size=st.floats(-7, 7),
    angle=st.floats(-3.1, 3.1),
    digits=st.sampled_from((15, 40)),
)
def test_every_series_is_the_hypergeometric_function(order, size, angle, digits):
    """To two digits less than the context has: its callers keep eight to spare (`crossover`)."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    s, z = ctx.mpf(order.numerator) / order.denominator, 10 ** ctx.mpf(size) * ctx.expj(angle)
    exact = mpmath.mp.clone()
    exact.dps = 2 * digits
    expected = exact.hyp2f1(1, s, 1 + s, -z)

    assert abs(mode_integral(ctx, s)(z) / expected - 1) < 100 * ctx.eps


@pytest.mark.parametrize("z", [0.01, 1, 3, 1e6])
def test_of_real_numbers_it_is_real(z):
    ctx = mpmath.mp.clone()
    found = mode_integral(ctx, ctx.mpf("0.4"))(ctx.mpf(z))

    assert isinstance(found, ctx.mpf)
    assert found == pytest.approx(mpmath.quad(lambda u: 0.4 * u**-0.6 / (1 + z * u), [0, 1e-9, 1e-3, 1]), rel=1e-3)
