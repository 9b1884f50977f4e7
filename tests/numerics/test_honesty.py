"""Error estimates must be honest: no case where the true error exceeds the estimate."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PLRF, PrecisionLost

from ..sampling import sampled, some

DIGITS = 20


@st.composite
def models(draw, largest):
    """Parameters from all phases, sizes, batches and step sizes up to a relative 1e-6 below the limit; one time."""
    alpha = draw(st.floats(0.1, 1.6))
    beta = draw(st.one_of(st.floats(0.0, 1.8), st.floats(1e-6 - alpha, 0.0)))
    d = math.floor(10 ** draw(st.floats(0.31, largest)))
    infinite = 2 * alpha > 1.02 and alpha + beta > 0.5 and draw(st.booleans())
    v = math.inf if infinite else d + 1 + math.floor(d * 10 ** draw(st.floats(-9, 2)))
    batch = draw(st.sampled_from([1, 1, 2, 5, 100]))
    fraction = draw(st.sampled_from([0.1, 0.5, 0.9, 0.999, 1 - 1e-6]))
    time = draw(st.one_of(st.integers(0, 40), st.floats(1, 13).map(lambda x: math.floor(10**x))))
    return (alpha, beta, d, v), batch, fraction, time


def check(model, batch, fraction, time):
    gamma = PLRF(*model, batch=batch).stability_limit * fraction
    rough = PLRF(*model, batch=batch, step_size=gamma)
    exact = PLRF(*model, batch=batch, step_size=gamma, precision=DIGITS)
    ratios = {}
    try:
        value, error, slope, slope_error = rough.point(time)
    except PrecisionLost:
        value = None
    if value is not None:
        true_value, _, true_slope, _ = exact.point(time)
        ratios["loss"] = abs(float((exact.ctx.real(value) - true_value) / true_value)) / error
        if time:
            ratios["slope"] = abs(float(exact.ctx.real(slope) - true_slope)) / slope_error
        for other in [(1e-13, error)] if fraction < 0.99 and time < 1e6 and model[3] > model[2] + 1 else []:
            assert other[1] < 1e4 * other[0]  # and not silly: away from the limit eleven digits remain
    for name, estimate in (("level", rough.level_error), ("kernel_norm", rough.kernel_norm_error)):
        true = getattr(exact, name)
        ratios[name] = abs(float((exact.ctx.real(getattr(rough, name)) - true) / true)) / estimate
    assert max(ratios.values()) <= 1, ratios


@sampled(2, 12)
@given(case=models(largest=2.5))
def test_estimates_are_honest(case):
    parameters, *rest = case
    check(parameters, *rest)


@pytest.mark.slow
@settings(max_examples=150)
@given(case=models(largest=9))
def test_estimates_are_honest_at_any_size(case):
    parameters, *rest = case
    check(parameters, *rest)


@pytest.mark.parametrize(
    ("model", "batch", "fraction", "time"),
    some(
        [
            ((0.675, 1.54, 50, 51), 2, 1 - 1e-6, 73),  # nodes that cancel: the level is 350 times the loss
            ((0.3, 1.525, 9, 88), 10**6, 0.5, 1),  # g close to 0: w keeps digits that w - 1 loses
            ((3.0, 1.5, 10**5, math.inf), 1, 0.5, 10**6),  # far below the constant that is removed
            ((0.51, 0.2, 2, math.inf), 1, 0.9, 10**4),  # slowly converging spectrum
            ((0.2, 0.9, 300, 3000), 1, 0.5, 3),  # tiny steps: the constant is far above the loss
        ],
        quick=(0, 3, 4),
    ),
)
def test_estimates_are_honest_where_it_was_hard(model, batch, fraction, time):
    check(model, batch, fraction, time)


def test_two_contours_agree_within_their_estimates():
    """The same time from contours built for different ranges: different nodes, same value."""
    model = PLRF(0.8, 0.3, 10**6, 10**7)
    for time in (20.0, 1e4, 1e9):
        found = [model.curve(np.array([time, other])) for other in (time, 11.0, 1e13)]
        for other in found[1:]:
            assert abs(other.loss[0] / found[0].loss[0] - 1) <= other.error[0] + found[0].error[0]
