"""Held-out losses and leave-one-out on problems with known answers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.data import Kernel, held_out, held_out_features, leave_one_out, uniform_points


@given(seed=st.integers(0, 1000), ridge=st.sampled_from([0.0, 0.1, 10.0]), rank=st.sampled_from([4, 40]))
def test_leave_one_out_by_leaving_out(seed, ridge, rank):
    """Every point trained without; rank 4 is least squares with fewer parameters than points."""
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((15, rank)), rng.standard_normal((15, 2))
    squares = []
    for i in range(15):
        rest = np.arange(15) != i
        lifted = np.linalg.pinv(x[rest] @ x[rest].T + ridge * np.eye(14), rcond=1e-10, hermitian=True)
        squares.append(((y[i] - x[i] @ x[rest].T @ lifted @ y[rest]) ** 2).sum())
    found = leave_one_out(x @ x.T, y, ridge=ridge)
    assert found.loss == pytest.approx(np.mean(squares), rel=1e-8)
    assert found.error == pytest.approx(np.std(squares, ddof=1) / math.sqrt(15), rel=1e-8)


@pytest.mark.dear
def test_least_squares_has_its_exact_loss():
    """Gaussian design, D > p + 1: total loss sigma^2 (1 + p/(D - p - 1)), train loss sigma^2 (1 - p/D)."""
    rng = np.random.default_rng(2)
    p, noise = 10, 0.8
    x = rng.standard_normal((20_000 // 10, p))
    y = x @ rng.standard_normal(p) + noise * rng.standard_normal(len(x))
    found = held_out(x @ x.T, y, [20, 40, 160], splits=60, seed=1)
    exact = noise**2 * (1 + p / (found.data - p - 1))
    error = np.hypot(found.error, found.points_error)
    assert (abs(found.loss - exact) < 4 * error).all()
    assert (error < 0.08 * exact).all()
    noise_floor = noise**2 * math.sqrt(2 / len(x))  # of the noise drawn, common to all splits
    assert (abs(found.train - noise**2 * (1 - p / found.data)) < 4 * np.hypot(found.train_error, noise_floor)).all()


def test_many_features_are_the_kernel():
    """P -> infinity with the same splits: the loss of the kernel itself, within four standard errors and D/P."""
    rng = np.random.default_rng(3)
    points = uniform_points("sphere", 5, 150, rng)
    y = points[:, 0] + points[:, 1] ** 2
    kernel = Kernel("arccos1")

    def draw(width, generator):
        return kernel.random_features(points, width, generator)

    exact = held_out(kernel(points), y, [40], ridge=0.1, splits=40, seed=5)
    found = held_out_features(draw, y, 40, [8000], ridge=0.1, splits=40, seed=6)
    error = math.hypot(exact.error[0], found.error[0])
    assert abs(found.loss[0] - exact.loss[0]) < 4 * error + 40 / 8000 * exact.loss[0]
    assert error < 0.15 * exact.loss[0]


@pytest.mark.parametrize("width", [20, 100])
def test_ridgeless_features_on_both_sides_of_the_peak(width):
    """The least squares solution of least norm is the limit of the ridge; it interpolates if and only if P >= D."""
    rng = np.random.default_rng(4)
    points = uniform_points("sphere", 5, 120, rng)
    y = points[:, 0] * points[:, 1]

    def draw(size, generator):
        return Kernel("rbf").random_features(points, size, generator)

    none = held_out_features(draw, y, [50], width, splits=2, seed=1)
    little = held_out_features(draw, y, [50], width, ridge=1e-9, splits=2, seed=1)
    assert none.loss == pytest.approx(little.loss, rel=1e-4)
    assert (none.train[0] < 1e-20) == (width == 100)


def test_results_are_reproducible_and_complete():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 6))
    calls = []
    first = held_out(x @ x.T, x[:, 0], [5, 20], ridge=1.0, splits=3, seed=9, progress=lambda *c: calls.append(c))
    second = held_out(x @ x.T, x[:, 0], [5, 20], ridge=1.0, splits=3, seed=9)
    assert calls == [(i, 6) for i in range(1, 7)]
    assert (first.runs == second.runs).all()
    assert first.loss == pytest.approx(first.runs.mean(axis=0))
    assert first.median == pytest.approx(np.median(first.runs, axis=0))
    assert np.isinf(first.features).all()


def test_refusals():
    k, y = np.eye(10), np.ones(10)
    cases = [
        (lambda: held_out(k, y, [10], seed=0), "from 1 to 9"),
        (lambda: held_out(k, y, [2.5], seed=0), "whole"),
        (lambda: held_out(k, y, [2], seed=0, splits=1), "splits must be"),
        (lambda: held_out(k, y, [2], seed=0, ridge=-1), ">= 0"),
        (lambda: held_out(k[:5], y, [2], seed=0), "N x N"),
        (lambda: held_out(k, [math.nan] * 10, [2], seed=0), "finite"),
        (lambda: held_out_features(lambda p, g: k, y, [2], [0], seed=0), "features must be whole"),
        (lambda: leave_one_out(k[:5], y), "N x N"),
    ]
    for call, sentence in cases:
        with pytest.raises(TauberInputError, match=sentence):
            call()
