"""PLRF with noise in the labels: against the one-pass model of the dynamical model, the recursion, and SGD itself."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PLRF
from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.dynamical.one_pass import OnePassSGD
from tauber.numerics.models.plrf.simulation import expected_recursion, sgd

few = settings(max_examples=settings().max_examples // 4)


@few
@given(st.floats(0.55, 1.5), st.floats(0.05, 1.5), st.integers(5, 400), st.floats(0, 3), st.integers(1, 4))
def test_the_same_as_the_other_model(alpha, beta, d, noise, batch):
    """b = 2 alpha, a = 2 alpha + 2 beta, h = B gamma: two entries, one loss."""
    plrf = PLRF(alpha, beta, d, math.inf, batch=batch, noise=noise)
    other = Dynamical(2 * alpha + 2 * beta, 2 * alpha, d, math.inf, noise=noise)
    flow = OnePassSGD(other, batch=batch, step_size=batch * plrf.step_size)
    times = [0, 1, 10, 1e3, 1e6]
    one, two = plrf.curve(times), flow.curve(times)
    assert np.all(abs(one.loss / two.loss - 1) <= one.error + two.error + 1e-12)


@few
@given(st.floats(0.2, 1.5), st.floats(0.05, 1.5), st.integers(5, 100), st.floats(0.01, 3))
def test_recursion_and_contour(alpha, beta, d, noise):
    model = PLRF(alpha, beta, d, 10 * d, noise=noise)
    slow, fast = (model.curve([1, 30, 1000], solver=s) for s in ("recursion", "contour"))
    assert np.all(abs(slow.loss / fast.loss - 1) <= slow.error + fast.error + 1e-13)


@few
@given(st.floats(0.6, 1.5), st.floats(0.05, 1.5), st.integers(5, 1000), st.floats(0.01, 3))
def test_the_level_is_floor_and_noise_over_what_the_kernel_leaves(alpha, beta, d, noise):
    """P(inf) = (F_0 + sigma^2)/(1 - N): a fixed step size has no power law with noise, but a floor."""
    model = PLRF(alpha, beta, d, math.inf, noise=noise)
    level = (model.level_forcing + noise**2) / (1 - model.kernel_norm)
    assert model.level == pytest.approx(level, rel=1e-10)
    late = model.curve([1e18])
    assert abs(late.loss[0] / level - 1) <= late.error[0] + 1e-6  # t^-p is left, p >= (2 alpha + 2 beta - 1)/(2 alpha)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("alpha", "beta", "d", "ratio", "batch", "share"),
    [("9/10", "7/10", 10**7, math.inf, 10**11, 0.6), ("4/5", "3/10", 10**4, math.inf, 10**4, 0.5),
     ("2/5", "1", 10**6, 10, 10**5, 0.25), ("9/10", "7/10", 10**5, math.inf, 1, 0.01)],
)  # fmt: skip
def test_no_digits_of_the_excess_are_lost_to_the_noise(alpha, beta, d, ratio, batch, share):
    """Beside forty digits, down to 1e-11 of sigma^2; the loss less sigma^2 has lost them."""
    exponents, times = (Fraction(alpha), Fraction(beta)), [1, 10, 100, 1e4, 1e6, 1e9]
    step = share * float(PLRF(*exponents, d, ratio * d, batch=batch).stability_limit)
    model = PLRF(*exponents, d, ratio * d, batch=batch, step_size=step, noise=1)
    exact = PLRF(*exponents, d, ratio * d, batch=batch, step_size=step, noise=1, precision=40)
    assert exact.balls
    fine = exact.curve(times)
    found = model.excess(times)
    assert np.all(abs(found.values / [float(x - 1) for x in fine.loss] - 1) <= found.error)
    assert found.error.max() < 1e-11


def test_the_excess_is_asked_of_stable_step_sizes():
    model = PLRF(0.8, 0.3, 100, math.inf, noise=1, step_size=10, allow_unstable=True)
    with pytest.raises(TauberInputError, match="excess, at an unstable step size"):
        model.excess([10])


def test_draws_and_sgd_with_noise():
    """Real SGD on noisy labels, and the exact recursion of drawn embeddings, within their standard errors."""
    model = PLRF(1.0, 0.5, 16, 64, noise=0.5)
    times = [1, 10, 100]
    run = sgd(model, times, seed=1, runs=400)
    drawn = expected_recursion(model, times, seed=2, draws=400)
    spread = np.hypot(run.median_error, drawn.median_error)
    assert np.all(abs(run.mean - drawn.mean) <= 5 * np.hypot(run.mean_error, drawn.mean_error))
    assert np.all(spread < 0.1 * drawn.median)
    clean = expected_recursion(PLRF(1.0, 0.5, 16, 64, step_size=model.step_size), times, seed=2, draws=400)
    assert np.all(drawn.mean > clean.mean + 0.25)  # sigma^2 itself, and what it feeds


def test_a_noise_that_is_none():
    with pytest.raises(TauberInputError, match="label noise sigma"):
        PLRF(0.8, 0.3, 10, 100, noise=-1)
