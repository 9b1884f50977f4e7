"""Gauss rules and compressed sums against direct sums, zeta functions and hypergeometric functions."""

import math
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics.core.blocks import blocks
from tauber.numerics.core.gram import gram_rules
from tauber.numerics.core.modes import forget_spectra, shared_power_law
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.spectrum import APERTURE, explicit, power_law, smallest_real_size
from tauber.numerics.errors import PrecisionLost, TauberInputError


def direct(alpha, beta, v, kappa):
    """df1, df2 and T mode by mode, exactly rounded sums."""
    j = np.arange(1, v + 1, dtype=float)
    lam = j ** (-2 * alpha)
    share = lam / (lam + kappa)
    rows = share, share**2, lam * j ** (-2 * beta) / (lam + kappa)
    return [complex(math.fsum(row.real), math.fsum(row.imag)) for row in rows]


@pytest.mark.parametrize(("digits", "points"), [(None, 24), (30, 40)])
@pytest.mark.parametrize("count", [64, 4096])
def test_gram_rule_sums_polynomials_exactly(digits, points, count):
    """Degrees below 2n are exact, degree 4n is not."""
    ctx = precision_of(digits)
    nodes, weights = gram_rules(ctx, [count], points)
    unit = nodes[0] * 2 / count
    integers = [ctx.real(2 * j - count + 1) / count for j in range(count)]
    for degree in (0, 2, 2 * points - 2):
        exact = sum(x**degree for x in integers)
        assert abs((weights[0] * unit**degree).sum() / exact - 1) < 2000 * ctx.eps
    beyond = sum(x ** (4 * points) for x in integers)
    assert abs((weights[0] * unit ** (4 * points)).sum() / beyond - 1) > 1e5 * ctx.eps


def test_gram_rule_continues_the_sum_in_its_length():
    """For real N the rule gives Faulhaber's polynomial: sum of (j - centre)^2 = N (N^2 - 1)/12."""
    for count in (100.0, 100.3, 777.77):
        nodes, weights = gram_rules(FLOAT64, [count], 24)
        assert weights.sum() == pytest.approx(count, rel=1e-14)
        assert (weights * nodes**2).sum() == pytest.approx(count * (count**2 - 1) / 12, rel=1e-13)


@settings(max_examples=60)
@given(
    alpha=st.floats(0.1, 2.5),
    beta=st.floats(0.0, 1.5),
    v=st.integers(2, 30_000),
    size=st.floats(-12, 1.5),
    angle=st.floats(0, APERTURE),
)
def test_sums_agree_with_direct_sums(alpha, beta, v, size, angle):
    spectrum = power_law(FLOAT64, alpha, beta, v, 0.0)
    kappa = 10**size * np.exp(1j * angle)
    df1, df2, target = direct(alpha, beta, v, kappa)
    points = np.array([kappa])
    assert spectrum.df1_df2(points)[0][0] == pytest.approx(df1, rel=4e-14)
    assert spectrum.df1_df2(points)[1][0] == pytest.approx(df2, rel=4e-14)
    assert spectrum.resolvents(points)[1][0] == pytest.approx(target, rel=4e-14)


@cache
def infinite_df1(alpha, kappa):
    """df1 at v = inf by Euler-Maclaurin from j = 300 with 2F1 for the integral."""
    c = 2 * mpmath.mpf(alpha)

    def f(x):
        return 1 / (1 + kappa * x**c)

    start = mpmath.mpf(300)
    taylor = mpmath.taylor(f, start, 25)
    ratio = (c - 1) / c
    integral = start ** (1 - c) / (kappa * (c - 1)) * mpmath.hyp2f1(1, ratio, 1 + ratio, -1 / (kappa * start**c))
    exact = mpmath.fsum(f(j) for j in range(1, 300)) + f(start) / 2 + integral
    return exact - sum(mpmath.bernoulli(2 * i) / (2 * i) * taylor[2 * i - 1] for i in range(1, 12))


@pytest.mark.dear
@pytest.mark.parametrize("alpha", [0.501, 0.8, 2.0])
@pytest.mark.parametrize("digits", [None, 25])
def test_infinite_spectrum_against_hypergeometric_functions(alpha, digits):
    """mpmath with 50 digits."""
    ctx = precision_of(digits)
    with mpmath.workdps(50):
        kappa = mpmath.mpc(3, 4) * mpmath.mpf(10) ** -7
        exact = infinite_df1(alpha, kappa)
        spectrum = power_law(ctx, ctx.real(alpha), ctx.real("0.3"), math.inf, 1e-8)
        point = ctx.lift(np.array([3e-7 + 4e-7j])) if digits is None else np.array([ctx.context.mpc(kappa)])
        found = mpmath.mpmathify(spectrum.df1_df2(point)[0][0])
        assert abs(found / exact - 1) < 10.0 ** -(15 - 1 if digits is None else digits)


@pytest.mark.parametrize("digits", [None, 30])
def test_moments_are_zeta_values(digits):
    ctx = precision_of(digits)
    spectrum = power_law(ctx, ctx.real("0.8"), ctx.real("0.9"), math.inf, 1e-6)
    with mpmath.workdps(40):
        for found, order in (
            (spectrum.trace, "1.6"),
            (spectrum.square_trace, "3.2"),
            (spectrum.target_power, "3.4"),
            (spectrum.target_at_zero, "1.8"),
        ):
            assert abs(mpmath.mpmathify(found) / mpmath.zeta(mpmath.mpf(order)) - 1) < 20 * float(ctx.eps) + 1e-36


def test_differences_are_formed_without_cancellation():
    """T - T(0) and the pair sums for kappa so close to 0, or to each other, that subtraction leaves nothing."""
    spectrum = power_law(FLOAT64, 0.8, 0.9, 10**4, 0.0)
    precise = power_law(precision_of(40), *(precision_of(40).real(x) for x in (0.8, 0.9)), 10**4, 0.0)
    for kappa in (1e-25, 1e-9, 1e-4, 0.3):  # from far below the last mode to far above most
        _, target, excess = (values[0] for values in precise.resolvents(precise.ctx.lift(np.array([kappa]))))
        difference = float(target - precise.target_at_zero)
        assert float(excess) == pytest.approx(difference, rel=1e-13)
        assert spectrum.resolvents(np.array([kappa]))[2][0] == pytest.approx(difference, rel=1e-13)
    pair = precise.ctx.lift(np.array([-1.5, -1.5 - 2.0**-40]))
    df1, target, _ = precise.resolvents(pair)
    g, h = spectrum.pair_sums(np.array([-1.5 - 2.0**-40]), -1.5)
    assert g[0] == pytest.approx(float((df1[1] - df1[0]) / 2.0**-40), rel=1e-13)
    assert h[0] == pytest.approx(float((target[1] - target[0]) / 2.0**-40), rel=1e-13)


@pytest.mark.parametrize("v", [10**9, 10**12, 10**15])
def test_cost_grows_with_the_logarithm_of_v(v):
    assert len(power_law(FLOAT64, 0.8, 0.3, v, 0.0).lam) < 40 * math.log2(v)


def test_sum_is_smooth_in_a_real_v():
    """The continuation interpolates the whole numbers: sixth differences of df1 vanish to round-off."""
    first = smallest_real_size(FLOAT64, 0.3) + 0.5
    values = [power_law(FLOAT64, 0.3, 0.2, first + k / 3, 0.0).df1_df2(np.array([0.01]))[0][0] for k in range(7)]
    assert abs(np.diff(values, 6)[0]) < 1e-10
    with pytest.raises(TauberInputError, match="not whole"):
        power_law(FLOAT64, 0.3, 0.2, 50.5, 0.0)


def test_explicit_spectrum_in_any_order():
    rng = np.random.default_rng(1)
    lam, omega = rng.uniform(1e-9, 1, 500), rng.uniform(0, 1, 500)
    spectrum = explicit(FLOAT64, lam, omega)
    for kappa in (1e-10 + 0j, 1e-3j, 2.0 + 1j, 100.0 + 0j):
        found = spectrum.resolvents(np.array([kappa]))
        assert found[0][0] == pytest.approx((lam / (lam + kappa)).sum(), rel=1e-12)
        assert found[1][0] == pytest.approx((omega / (lam + kappa)).sum(), rel=1e-12)
    with pytest.raises(TauberInputError, match="positive"):
        explicit(FLOAT64, np.array([1.0, 0.0]), np.array([1.0, 1.0]))


def test_below_the_floor_is_refused():
    spectrum = power_law(FLOAT64, 0.8, 0.3, math.inf, 1e-6)
    with pytest.raises(PrecisionLost, match="floor"):
        spectrum.df1_df2(np.array([1e-12]))


def test_compression_error_grows_towards_the_negative_axis():
    """And it bounds what happens there: at 0.97 pi the blocks are visibly wrong, and say so."""
    spectrum = power_law(FLOAT64, 0.8, 0.3, 20_000, 0.0)
    for angle in (0.5, 0.8, 0.9, 0.97):
        kappa = 1e-4 * np.exp(1j * math.pi * angle)
        wrong = abs(spectrum.df1_df2(np.array([kappa]))[0][0] / direct(0.8, 0.3, 20_000, kappa)[0] - 1)
        assert wrong < 10 * spectrum.compression_error(np.array([kappa])) + 1e-14
    assert wrong > 1e-8


@pytest.mark.parametrize("size", [mpmath.inf, mpmath.mpf(500), Fraction(500), 500, np.float64(math.inf)], ids=repr)
def test_a_shared_spectrum_does_not_depend_on_who_asked_first(size):
    """Infinities and fractions of any kind are the same key; the spectrum that is kept is one of doubles."""
    forget_spectra()
    first = shared_power_law(FLOAT64, mpmath.mpf(3) / 4, Fraction(3, 4), size, 1e-6)
    assert shared_power_law(FLOAT64, 0.75, 0.75, float(size), 1e-6) is first
    assert isinstance(first.size, float)
    assert first.lam.dtype == first.weight.dtype == np.minimum(20.0, np.array([first.size])).dtype == float


@pytest.mark.parametrize("v", [math.inf, 1e5])
def test_nodes_that_spectra_share_cannot_be_written_to(v):
    j, weight, cuts = blocks(FLOAT64, v, 1e5, 64, 12)
    assert blocks(FLOAT64, v, 1e5, 64, 12)[0] is j
    assert cuts[-1] == len(j) == len(weight)
    for shared in (j, weight):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 0
