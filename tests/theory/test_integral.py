"""The mode integral by its three series against mpmath's general hypergeometric function, its slope, and the ridge."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, oo

from tauber.theory.algebra.hyperbola import nodes
from tauber.theory.algebra.integral import mode_integral
from tauber.theory.models.crossover import ModeIntegral


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


@pytest.mark.parametrize("gap", ["0", "1e-3", "-1e-9", "1e-20", "-0.06"])
@pytest.mark.parametrize("m", [1, 2, 5])
def test_two_terms_that_cancel_near_a_whole_order_are_joined(m, gap):
    ctx, exact = mpmath.mp.clone(), mpmath.mp.clone()
    ctx.dps, exact.dps = 25, 75
    s, z = m + ctx.mpf(gap), ctx.mpc(-30, 4)
    expected = exact.hyp2f1(1, exact.convert(s), 1 + exact.convert(s), -exact.convert(z))

    assert abs(mode_integral(ctx, s)(z) / expected - 1) < 100 * ctx.eps


@pytest.mark.parametrize(("c", "power", "ratio"), [("8/5", 0, oo), ("3/5", 0, 10), ("3/5", "7/10", 4)])
def test_the_slope_of_a_mode_integral_is_its_derivative(c, power, ratio):
    ctx = mpmath.mp.clone()
    ctx.dps = 30
    both = ModeIntegral(Rational(c), Rational(power), ratio if ratio is oo else Integer(ratio)).with_slope(ctx)
    k, h = ctx.mpf("0.7"), ctx.mpf("1e-8")
    difference = (both(k * (1 + h))[0] - both(k * (1 - h))[0]) / (2 * h)

    assert abs(both(k)[1] / difference - 1) < 1e-14


@pytest.mark.parametrize("time", ["1e-4", "1", "1e3"])
def test_every_node_solves_the_ridge_equation(time):
    ctx = mpmath.mp.clone()
    ctx.dps = 40
    modes = ModeIntegral(Rational(3, 5), Integer(0), Integer(10)).with_slope(ctx)

    for eta, kappa, _ in nodes(ctx, 24, ctx.mpf(time), modes, lambda k: modes(k)[0]):
        assert abs(kappa * (1 - modes(kappa)[0]) - eta) < 1e-36 * abs(kappa)
