"""Nearly as many features as modes: what is left over must keep its digits (float64 against twenty digits)."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tauber.numerics import PLRF, PrecisionLost
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.core.ridge import zero_ridge, zero_ridge_error
from tauber.numerics.core.spectrum import power_law
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.explaining import LearningCurve

from ..sampling import sampled

DIGITS = 20
SPARE = st.one_of(st.integers(1, 5), st.integers(1, 1000))


def wrong(rough, exact):
    """Relative error of a float64 value."""
    return abs(float((rough - exact) / exact))


@pytest.mark.dear
@sampled(1, 6)
@given(
    alpha=st.floats(0.1, 3.0),
    beta=st.floats(0.0, 2.0),
    size=st.floats(0.31, 14),
    spare=SPARE,
    batch=st.sampled_from([1, 1, 2, 100]),
    fraction=st.sampled_from([0.1, 0.5, 0.9, 0.999]),
    time=st.one_of(st.integers(0, 40), st.floats(1, 13).map(lambda x: math.floor(10**x))),
)
@example(0.52, 1.8, math.log10(1749727.5), 1, 1, 0.5, 100)
def test_loss_with_few_modes_to_spare(alpha, beta, size, spare, batch, fraction, time):
    """v = d + 1 and the like, at any d: solved in float64, with honest estimates that eleven digits back."""
    d = math.floor(10**size)
    gamma = PLRF(alpha, beta, d, d + spare, batch=batch).stability_limit * fraction
    rough = PLRF(alpha, beta, d, d + spare, batch=batch, step_size=gamma)
    exact = PLRF(alpha, beta, d, d + spare, batch=batch, step_size=gamma, precision=DIGITS)
    value, error, *_ = rough.point(time)
    assert wrong(value, exact.point(time)[0]) <= 10 * error
    assert wrong(rough.level, exact.level) <= 10 * rough.level_error
    assert error < 1e-6
    if fraction < 0.99 and alpha < 1.6:
        assert error < 1e-8


@sampled(2, 5)
@given(alpha=st.floats(0.1, 4.0), size=st.floats(0.31, 15), spare=SPARE)
def test_the_ridge_at_zero_keeps_all_digits(alpha, size, spare):
    d = math.floor(10**size)
    spectrum, ctx = power_law(FLOAT64, alpha, 1.0, d + spare, 0.0), precision_of(DIGITS)
    found = zero_ridge(spectrum, d)
    exact = zero_ridge(power_law(ctx, ctx.real(alpha), ctx.real(1), ctx.real(d + spare), 0.0), ctx.real(d))
    estimate = zero_ridge_error(spectrum, found)
    assert wrong(found, exact) <= estimate < 1e-12


@pytest.mark.dear
@sampled(1, 8)
@given(
    a=st.floats(1.1, 4.0),
    b=st.floats(0.3, 3.0),
    size=st.floats(1, 12),
    offsets=st.tuples(st.sampled_from([-5, -2, -1, 1, 2, 5]), st.sampled_from([-3, -1, 1, 3, None])),
    ridge=st.sampled_from([0, 1e-30, 1e-10, 1e-3, 10]),
    noise=st.sampled_from([0, 0.1]),
)
@example(3.127193662485952, 0.8964014620297012, math.log10(947148015138.5), (1, -1), 1e-30, 0)
@example(3.0, 1.2, 4.0, (1, -1), 1e-10, 0.0)
def test_samples_and_features_beside_the_number_of_modes(a, b, size, offsets, ridge, noise):
    """The first example was wrong by a factor of 10^4, at an estimate of 7e-14."""
    modes = math.floor(10**size)
    data = modes + offsets[0]
    features = math.inf if offsets[1] is None else modes + offsets[1]
    if ridge == 0 and noise and data == features:
        return  # infinite
    rough = LearningCurve(a, b, ridge=ridge, noise=noise, modes=modes).at(data, features)
    exact = LearningCurve(a, b, ridge=ridge, noise=noise, modes=modes, precision=25).at(data, features)
    if exact.loss == 0 or math.isinf(exact.loss):
        assert rough.loss == exact.loss
        return
    assert wrong(rough.loss, exact.loss) <= 10 * rough.error
    assert rough.error < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize(("width", "data"), [(9_999_999, math.inf), (9_999_999, 10_000_001), (math.inf, 9_999_998)])
def test_dynamical_losses_beside_the_number_of_modes(width, data):
    times = np.array([10.0, 1e5, 1e9])
    rough = Dynamical(2.0, 1.2, width, data, modes=10**7, noise=0.1).curve(times)
    exact = Dynamical(2.0, 1.2, width, data, modes=10**7, noise=0.1, precision=DIGITS).curve(times)
    assert all(wrong(x, y) <= 10 * e for x, y, e in zip(rough.test, exact.test, rough.test_error, strict=True))
    assert rough.test_error.max() < 1e-6


@pytest.mark.dear
def test_modes_to_spare_that_rounding_would_change_are_refused():
    """10^17 + 20 is 10^17 + 16 in float64, and the level with it 20 % too low."""
    d = 10**17
    with pytest.raises(PrecisionLost, match=r"v - d = 20 modes to spare.*differ by 16.*`precision`"):
        PLRF(0.6, 1, d, d + 20)
    assert PLRF(0.6, 1, d, d + 32).level > 0
    assert PLRF(Fraction(3, 5), 1, d, d + 20, precision=10).level > 0
