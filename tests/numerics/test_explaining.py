"""The learning curve L(D, P): against the published formula mode by mode, its limits, its symmetry, other models."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.explaining import LearningCurve

from ..sampling import sampled
from .reference_explaining import DIGITS, Dense

exponents = st.floats(1.05, 5)
finite = st.floats(-0.3, 4).map(lambda x: 10**x)
sizes = st.one_of(finite, st.sampled_from([12.0, math.inf]))
ridges = st.one_of(st.just(0.0), st.floats(-12, 3).map(lambda x: 10**x))
noises = st.sampled_from([0.0, 0.1, 1.0])


def near(found, truth, error, other=0.0):
    """Equal up to the relative errors of both; exactly 0 or infinite together."""
    if found == truth:
        return True
    return abs(float(found / truth - 1)) <= float(error) + float(other)


@given(a=exponents, b=exponents, data=finite, features=sizes, ridge=ridges, noise=noises, modes=st.integers(2, 25))
def test_the_published_formula(a, b, data, features, ridge, noise, modes):
    """The form without differences is the published one, and the estimate bounds the error (40 digits or more)."""
    assume(ridge or min(data, features) < modes)
    assume(ridge or data != features)
    found = LearningCurve(a, b, ridge=ridge, noise=noise, modes=modes).at(data, features)
    with mp.workdps(DIGITS):
        k = [mp.mpf(n) for n in range(1, modes + 1)]
        exact = Dense([n ** -mp.mpf(b) for n in k], [n ** -mp.mpf(a) for n in k], data, features, ridge)
        assert near(mp.mpf(float(found.loss)), exact.loss(noise), found.error)
        if ridge:
            assert near(mp.mpf(float(found.train)), exact.train(noise), found.error)


@sampled(2, 8)
@given(a=exponents, b=exponents, data=sizes, features=sizes, ridge=ridges, noise=noises)
def test_estimates_are_honest_for_infinitely_many_modes(a, b, data, features, ridge, noise):
    given_ = {"a": a, "b": b, "ridge": ridge, "noise": noise}
    rough, sharp = (LearningCurve(**given_, precision=digits).at(data, features) for digits in (None, 30))
    assert sharp.error < 1e-30
    assert rough.error < 1e-10
    assert near(rough.loss, sharp.loss, rough.error)
    assert near(rough.train, sharp.train, rough.error)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("data", "features", "ridge", "modes"),
    [
        (100, 100, 1e-90, math.inf),  # both shares 1e-46
        (100, 100, 1e-14, math.inf),
        (100, 100, 1e-9, 100),  # every mode fits, just
        (100, 300, 1e-40, 100),
        (300, 100, 1e-40, 100),
        (99.99, 100, 1e-9, 100),
        (100, 100 * (1 + 1e-9), 0.0, math.inf),
        (1e20, 1e3, 1e-3, math.inf),
        (1e-3, 1e-3, 1e50, math.inf),
    ],
)
def test_estimates_are_honest_where_it_is_hard(data, features, ridge, modes):
    given_ = {"a": 1.8, "b": 1.5, "ridge": ridge, "noise": 0.1, "modes": modes}
    rough, sharp = (LearningCurve(**given_, precision=digits).at(data, features) for digits in (None, 20))
    assert near(rough.loss, sharp.loss, rough.error)
    assert near(rough.train, sharp.train, rough.error)
    assert rough.error < 1e-8


@given(a=exponents, b=exponents, data=finite, features=finite, ridge=ridges, noise=noises)
def test_limits_of_the_general_formula(a, b, data, features, ridge, noise):
    """P = inf, D = inf, and the ridgeless forms of both sides, each from the sums at its own kappa."""
    curve = LearningCurve(a, b, ridge=ridge, noise=noise)
    s2 = noise**2
    kernel, at = curve.ridge_point(data, math.inf), curve.at(data, math.inf)
    assert near(at.loss, (kernel.T0 + s2 * kernel.q / data) / (kernel.free_data + kernel.gap / data), at.error)
    whole, at = curve.ridge_point(math.inf, features), curve.at(math.inf, features)
    assert near(at.loss, whole.T1, at.error)
    assert at.train == at.loss + s2
    assert near(whole.z, features, 1e-12)
    assume(abs(data / features - 1) > 1e-6)
    bare = LearningCurve(a, b, noise=noise)
    point, at = bare.ridge_point(data, features), bare.at(data, features)
    slack = at.error + 1e-9  # differences like D - q, written down as they stand
    if data > features:
        assert near(at.loss, (data * point.T1 + s2 * features) / (data - features), slack)
    else:
        over = data / (features - data)
        expected = data * point.T0 / point.gap + over * point.T1 + s2 * (point.q / point.gap + over)
        assert near(at.loss, expected, slack)
        assert at.train == 0


@pytest.mark.parametrize("size", [3, 40])
def test_infinite_sizes_are_limits_of_finite_ones(size):
    curve = LearningCurve(2.2, 1.4, ridge=0.3, noise=0.2)
    for pair in (lambda n: (n, size), lambda n: (size, n)):
        end, near_end = curve.at(*pair(math.inf)), curve.at(*pair(1e20))
        assert near(near_end.loss, end.loss, 1e-13)  # the correction is of order size/1e20


def test_nothing_is_left_with_both_sizes_infinite():
    """On the way there the noise fitted at a fixed ridge dominates, q/D ~ D^(1/b - 1)."""
    curve = LearningCurve(2.2, 1.4, ridge=0.3, noise=0.2)
    assert curve.at(math.inf, math.inf).loss == 0
    assert curve.at(math.inf, math.inf).train == pytest.approx(0.04)
    for pair in (lambda n: (n, n), lambda n: (n, math.inf)):
        ratio = curve.at(*pair(1e20)).loss / curve.at(*pair(1e18)).loss
        assert math.log(ratio) / math.log(100) == pytest.approx(1 / 1.4 - 1, abs=1e-3)


@given(b=exponents, data=finite, features=sizes, ridge=ridges)
def test_the_isotropic_teacher_is_symmetric(b, data, features, ridge):
    """L = kappa D P (z - q)/(D P - q (D+P-2z) - z^2), and swapping D and P keeps L at the same delta P."""
    assume(data != features)
    curve = LearningCurve(b, b, ridge=ridge)
    at, point = curve.at(data, features), curve.ridge_point(data, features)
    if math.isinf(features):
        other = LearningCurve(b, b).at(math.inf, data)  # only ridgeless: delta P = inf
        if not ridge:
            assert near(at.loss, other.loss, at.error, other.error)
            assert near(at.loss, point.kappa * data, at.error)
        return
    other = LearningCurve(b, b, ridge=Fraction(ridge) * Fraction(features) / Fraction(data)).at(features, data)
    assert near(at.loss, other.loss, at.error, other.error)
    with mp.workdps(DIGITS):
        z, g, d, p = (mp.mpf(float(x)) for x in (point.z, point.gap, data, features))
        floor = (d - z) * (p - z) + g * (d + p - 2 * z)
        assert abs(floor - (d * p - (z - g) * (d + p - 2 * z) - z * z)) <= mp.mpf(10) ** (15 - DIGITS) * d * p
    if not ridge:
        assert near(at.loss, point.kappa * data * features / abs(features - data), at.error)


def test_other_teachers_are_not_symmetric():
    first, second = (LearningCurve(2, 1.4, modes=200).at(*pair).loss for pair in ((30, 70), (70, 30)))
    assert second / first > 1.3


@given(
    a=exponents,
    b=exponents,
    data=sizes,
    features=sizes,
    noise=noises,
    modes=st.one_of(st.integers(1, 40), st.just(math.inf)),
)
def test_gradient_flow_ends_in_the_ridgeless_loss(a, b, data, features, noise, modes):
    """The levels at t = infinity of the dynamical model, an independent closed form."""
    end = Dynamical(a, b, features, data, noise=noise, modes=modes).final()
    at = LearningCurve(a, b, noise=noise, modes=modes).at(data, features)
    assert near(at.loss + noise**2, end.test, at.error, end.error + 1e-15)
    assert near(at.train, end.train, at.error, end.error + 1e-15)


def test_ties():
    """Double descent: infinite at D = P without ridge, finite with; all modes fitting is no bottleneck."""
    tie = LearningCurve(1.8, 1.5)
    assert tie.at(30, 30).loss == math.inf
    assert tie.at(30, 30).train == 0
    small = [tie.with_ridge(ridge).at(30, 30).loss for ridge in (1e-6, 1e-8)]
    assert abs(math.log(small[1] / small[0]) / math.log(10) - 1) < 1e-3  # ridge^(-1/2), corrections ridge^(1/2)
    for data, features in ((20, 20), (20, 30), (30, 20), (30, 40)):
        assert LearningCurve(1.8, 1.5, modes=20).at(data, features).loss == 0
    noisy = LearningCurve(1.8, 1.5, modes=20, noise=0.5)
    assert noisy.at(20, 30).loss == math.inf
    assert noisy.at(30, 20).loss == pytest.approx(0.5, rel=1e-14)  # s2 S/(D - S)
    assert noisy.at(30, 20).train == pytest.approx(0.25 / 3, rel=1e-14)


@given(a=exponents, b=exponents, data=finite, features=sizes, ridge=ridges, noise=noises)
def test_null_power_is_a_mode_that_is_never_learned(a, b, data, features, ridge, noise):
    """The same as a mode of eigenvalue 1e-200 with that power."""
    assume(data != features)
    k = np.arange(1, 31.0)
    assume(ridge or min(data, features) < 30)
    lam, power = k**-b, k**-a
    one = LearningCurve(spectrum=(lam, power), null_power=0.3, ridge=ridge, noise=noise).at(data, features)
    more = np.append(lam, 1e-200), np.append(power, 0.3)
    two = LearningCurve(spectrum=more, ridge=ridge, noise=noise).at(data, features)
    assert near(one.loss, two.loss, one.error, two.error)
    assert near(one.train, two.train, one.error, two.error)


def test_null_power_where_all_modes_fit():
    curve = LearningCurve(2, 1.5, modes=10, null_power=0.3, noise=0.2)
    assert curve.at(30, 20).loss == pytest.approx((0.3 + 0.04 / 3) / (1 - 1 / 3), rel=1e-14)
    assert curve.at(math.inf, 20).loss == 0.3
    assert curve.at(10, 20).loss == math.inf
    assert LearningCurve(2, 1.5, null_power=0.3).at(math.inf, math.inf).loss == 0.3


def test_grid_is_at_for_every_pair():
    curve = LearningCurve(1.8, 1.5, ridge=0.1, noise=0.3)
    found = curve.grid([100, math.inf], [50, 70, math.inf])
    for i, data in enumerate(found.data):
        for j, features in enumerate(found.features):
            at = curve.at(data, features)
            assert (found.loss[i, j], found.train[i, j], found.error[i, j]) == (at.loss, at.train, at.error)


def test_explicit_lists_are_the_power_law():
    k = np.arange(1, 301.0)
    one = LearningCurve(2.1, 1.4, modes=300, ridge=0.2, noise=0.1).at(60, 90)
    two = LearningCurve(spectrum=(k**-1.4, k**-2.1), ridge=0.2, noise=0.1).at(60, 90)
    assert near(one.loss, two.loss, one.error, two.error)


@pytest.mark.parametrize(
    ("a", "b", "by", "limit"),
    [(2.2, 1.5, "data", 1.2), (5, 1.5, "data", 3), (3.4, 1.5, "features", 1.5), (1.5, 1.5, "features", 0.5)],
)
def test_slopes_approach_the_exponents(a, b, by, limit):
    """min(a - 1, 2 b) in data, min(a - 1, b) in features; the distance falls with the size."""
    curve = LearningCurve(a, b)
    gaps = []
    for size in (1e4, 1e6):
        pair = (size, math.inf) if by == "data" else (math.inf, size)
        found = curve.slope(*pair, by=by)
        low, high = (curve.at(*(n * x for n in pair)).loss for x in (math.exp(-1e-3), math.exp(1e-3)))
        assert abs(found.value - math.log(high / low) / 2e-3) < found.error + 1e-9  # next term: step^2, noise eps/step
        gaps.append(abs(found.value + limit))
    assert gaps[1] < gaps[0] / 3 < 1e-2


def test_slopes_in_more_digits():
    rough = LearningCurve("2.2", "1.5", ridge="0.1", noise="0.2").slope(50, 80, by="features")
    sharp = LearningCurve("2.2", "1.5", ridge="0.1", noise="0.2", precision=20).slope(50, 80, by="features")
    assert abs(rough.value - sharp.value) <= rough.error
    assert sharp.error < 1e-10  # the distance to the shorter stencil, step^4 with step = 10^(-20/8)


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"a": 1.8}, "give both"),
        ({"a": 1.8, "b": 0.9}, "a > 1 and b > 1"),
        ({"a": 1.8, "b": 1.5, "ridge": -1}, "ridge must be 0 or"),
        ({"a": 1.8, "b": 1.5, "ridge": 1e-200}, "ridge must be 0 or"),
        ({"a": 1.8, "b": 1.5, "noise": -1}, "noise sigma"),
        ({"a": 1.8, "b": 1.5, "null_power": math.nan}, "null modes"),
        ({"a": 1.8, "b": 1.5, "spectrum": ([1.0], [1.0])}, "got both"),
    ],
)
def test_bad_curves_are_refused(given_, words):
    with pytest.raises(TauberInputError, match=words):
        LearningCurve(**given_)


def test_bad_questions_are_refused():
    curve = LearningCurve(1.8, 1.5)
    for data, features in ((0, 10), (10, -1), (math.nan, 10), (10, 1e30)):
        with pytest.raises(TauberInputError, match="must be a number from"):
            curve.at(data, features)
    with pytest.raises(TauberInputError, match="non-empty"):
        curve.grid([], [1])
    with pytest.raises(TauberInputError, match="has no slope"):
        curve.slope(30, 30)
    with pytest.raises(TauberInputError, match="data are infinite"):
        curve.slope(math.inf, 30)
    with pytest.raises(TauberInputError, match='by "data" or'):
        curve.slope(30, 30, by="width")
    with pytest.raises(TauberInputError, match="no ridge has an effect"):
        curve.optimal_ridge(math.inf, 30)
