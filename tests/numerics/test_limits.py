"""At the ends of the ranges in `numerics.core.limits`: exact ends of curves, honest estimates, and not one warning."""

import math
import warnings

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.core.limits import (
    MAX_ALPHA,
    MAX_BATCH,
    MAX_BETA,
    MAX_SIZE,
    MAX_TIME,
    MIN_STEP_SIZE,
    largest_size,
)
from tauber.numerics.models.plrf import frontier

from ..sampling import some
from .test_honesty import check

STEEP = largest_size(MAX_ALPHA)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(
    ("model", "batch"),
    [
        ((0.8, 0.3, 1e15, 1e16), 1),
        ((0.8, 0.3, MAX_SIZE, math.inf), 1),
        ((0.8, 0.3, MAX_SIZE / 10, MAX_SIZE), 1),
        ((0.3, 0.9, MAX_SIZE / 10, MAX_SIZE), 1),
        ((0.8, MAX_BETA, 1000, 10**4), 1),
        ((0.1, MAX_BETA, 1000, 10**4), 1),
        ((0.8, MAX_BETA, 1000, math.inf), 1),
        ((MAX_ALPHA, MAX_BETA, 1000, math.inf), 1),
        ((MAX_ALPHA, 0, 1, math.inf), 1),
        ((MAX_ALPHA, 1, 1000, 10**4), 1),
        ((MAX_ALPHA, 1, STEEP, math.inf), 1),
        ((MAX_ALPHA, 1, STEEP / 10, STEEP), 1),
        ((8, 5, 1000, math.inf), 1),
        ((8, 1, 2.5, math.inf), 1),
        ((0.8, 0.3, 1000, 10**4), MAX_BATCH),
        ((0.8, 0.3, 1e20, math.inf), MAX_BATCH),
        ((MAX_ALPHA, 1, 1000, 10**4), MAX_BATCH),
    ],
)
def test_both_ends_of_a_curve_at_the_ends_of_the_ranges(model, batch):
    """P(0) = sum omega, and at late times P = level, which share no code with the contour."""
    found = PLRF(*model, batch=batch)
    curve = found.curve([0, 1, 100, 10**9])
    start = float(found.nodes.target_power)
    assert curve.loss[0] == pytest.approx(start, rel=1e-13 + curve.error[0])
    assert curve.error.max() < 1e-6
    rate = float(found.step_size) * float(model[2]) ** (-2 * float(model[0]))
    if 1e12 / rate < MAX_TIME:
        late = found.curve([1e12 / rate])
        assert late.loss[0] == pytest.approx(found.level, rel=10 * late.error[0] + found.level_error)


@pytest.mark.parametrize(
    ("model", "fraction", "time"),
    some(
        [
            ((8, 1, 1, 60), 0.5, 10**4),
            ((8, 1, 20, 300), 0.5, 10**6),
            ((8, 5, 20, math.inf), 0.9, 10**3),
            ((10, 1, 30, 300), 0.5, 10**6),
            ((10, 0, 3, 300), 0.5, 10**12),
            ((10, 100, 30, 300), 0.5, 10**6),
            ((0.8, 0.3, 1e15, 1e16), 0.5, 10**9),
            ((0.8, 0.3, 1e23, 1e24), 0.5, 10**30),
            ((0.3, 0.9, 1e23, 1e24), 0.5, 10**12),
        ],
        quick=(0, 1, 3, 5),
    ),
)
def test_estimates_are_honest_at_the_ends_of_the_ranges(model, fraction, time):
    check(model, 1, fraction, time)


def test_tiny_step_sizes():
    """Time enters as gamma t, up to a relative gamma."""
    least = PLRF(0.8, 0.3, 1000, 1e4, step_size=MIN_STEP_SIZE).curve([0, 1, 1e12])
    assert least.loss == pytest.approx(least.loss[0], rel=1e-13)
    tiny, small = (PLRF(0.8, 0.3, 1000, 1e4, step_size=g).curve(np.array([1, 1e3, 1e9]) / g) for g in (1e-88, 1e-12))
    assert tiny.loss == pytest.approx(small.loss, rel=1e-10)


def test_frontiers_at_huge_budgets():
    found = frontier(0.8, 0.3, [1e30, 1e35, 1e40])
    assert (found.d_error < 1e-4).all()
    chords = np.diff(np.log(found.loss)) / math.log(1e5)
    assert chords == pytest.approx(found.loss_slope[1], abs=2e-3)
