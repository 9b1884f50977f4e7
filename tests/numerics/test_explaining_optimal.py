"""The best ridge: known in closed form for the isotropic teacher, a minimum everywhere."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.models.explaining import LearningCurve


@pytest.mark.parametrize("noise", [0.03, 0.5, 20.0])
@pytest.mark.parametrize(("data", "modes"), [(5, 30), (200, math.inf)])
def test_the_isotropic_teacher_asks_for_the_noise_as_ridge(noise, data, modes):
    """Weights of unit prior variance: the posterior mean is ridge regression with delta = sigma^2."""
    best = LearningCurve(1.5, 1.5, noise=noise, modes=modes).optimal_ridge(data)
    assert abs(best.ridge - noise**2) <= best.ridge_error < 1e-4 * noise**2


def test_the_isotropic_teacher_in_more_digits():
    """A noise so small that the loss shows it in the 20th digit only."""
    curve = LearningCurve(1.5, 1.5, noise="1e-5", modes=30, precision=20)
    best = curve.optimal_ridge(20)
    assert abs(best.ridge - curve.noise**2) <= best.ridge_error < 1e-8 * curve.noise**2
    rough = LearningCurve(1.5, 1.5, noise="1e-5", modes=30).optimal_ridge(20)
    assert abs(rough.ridge - 1e-10) <= rough.ridge_error


@pytest.mark.dear
@settings(max_examples=8)
@given(
    a=st.floats(1.05, 5),
    b=st.floats(1.05, 4),
    data=st.floats(0, 3).map(lambda x: 10**x),
    features=st.one_of(st.floats(0, 3).map(lambda x: 10**x), st.just(math.inf)),
    noise=st.sampled_from([0.0, 0.1, 1.0]),
)
def test_it_is_a_minimum(a, b, data, features, noise):
    """No other ridge, 0 included, is better by more than the errors of the losses."""
    curve = LearningCurve(a, b, noise=noise)
    best = curve.optimal_ridge(data, features)
    around = best.ridge * np.exp(np.linspace(-2, 2, 9)) if best.ridge else 10.0 ** np.arange(-12, 1)
    for ridge in (0.0, *around, *10.0 ** np.arange(-10, 6)):
        other = curve.with_ridge(ridge).at(data, features)
        assert other.loss >= best.loss * (1 - float(best.error) - other.error)
    again = curve.with_ridge(best.ridge).at(data, features)
    assert abs(again.loss / best.loss - 1) <= best.error + again.error


def test_a_rough_target_without_noise_wants_no_ridge():
    best = LearningCurve(1.5, 1.5).optimal_ridge(100)
    assert best.ridge == 0
    assert best.loss == LearningCurve(1.5, 1.5).at(100, math.inf).loss
    assert best.ridge_error < 1e-5
    assert LearningCurve(1.5, 1.5, modes=10).optimal_ridge(20).loss == 0


def test_the_tie_is_cured():
    best = LearningCurve(1.5, 1.5).optimal_ridge(100, 100)
    assert best.ridge > 10 * best.ridge_error
    assert best.loss < 1


@pytest.mark.parametrize(("a", "b", "exponent"), [(2.2, 1.5, 1.2 / 2.2), (5, 1.5, 0.75)])
def test_the_loss_at_the_best_ridge_falls_as_the_notes_say(a, b, exponent):
    """Excess ~ D^(-m/(m+1)), m = min(a - 1, 2 b); by the envelope theorem its slope is that at fixed ridge."""
    curve, gaps = LearningCurve(a, b, noise=0.5), []
    for data in (1e4, 1e7):
        best = curve.optimal_ridge(data)
        found = curve.with_ridge(best.ridge).slope(data, math.inf)
        near = [curve.optimal_ridge(data * x) for x in (0.9, 1.1)]
        measured = math.log(near[1].loss / near[0].loss) / math.log(1.1 / 0.9)
        assert abs(found.value - measured) < 1e-3  # a chord over 20 %: third derivative times 0.1^2/6
        gaps.append(abs(found.value + exponent))
    assert gaps[1] < gaps[0] / 3 < 0.01


def test_a_target_of_nothing_has_no_best_ridge():
    curve = LearningCurve(spectrum=(np.ones(5), np.zeros(5)), noise=1.0)
    with pytest.raises(TauberInputError, match="No finite ridge is best"):
        curve.optimal_ridge(3)
