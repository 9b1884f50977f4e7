"""Simulators: against the solver, against each other, reproducible."""

import math
import warnings

import numpy as np
import pytest

from tauber.numerics import PLRF, TauberInputError, expected_recursion, sgd
from tauber.numerics.models.plrf.simulation import draw, growing

# The deterministic equivalent misses a relative c/d with c between 0.5 and 1.2 (plrf_asymptotics.md, section 9).
FINITE_SIZE = 1.2


@pytest.mark.parametrize(
    ("alpha", "beta", "d", "v", "batch"), [(0.8, 0.3, 60, 300, 1), (0.8, 0.9, 60, 300, 2), (0.3, 0.9, 60, 240, 1)]
)
def test_median_over_draws_agrees_with_the_deterministic_equivalent(alpha, beta, d, v, batch):
    model = PLRF(alpha, beta, d, v, batch=batch, step_size="auto")
    times = [0, 1, 10, 100, 1000]
    found = expected_recursion(model, times, seed=1, draws=200)
    exact = model.curve(times).loss
    allowed = 4 * found.median_error + FINITE_SIZE / d * exact + 1e-12
    assert (abs(found.median - exact) <= allowed).all()
    assert (allowed[1:] < 0.15 * exact[1:]).all()  # the agreement means something
    assert found.losses.shape == (200, 5)


# (alpha, d, v, B, gamma over its limit): stable and growing draws; in the last two the Gram matrix would lose digits
DRAWN = [
    (0.8, 10, 40, 2, 0.5),
    (0.3, 60, 240, 4, 1.1),
    (0.8, 50, 500, 1, 1.05),
    (3, 30, 100, 4, 0.9),
    (3, 30, 100, 4, 1.2),
]


@pytest.mark.parametrize(("alpha", "d", "v", "batch", "share"), DRAWN)
def test_losses_of_draws_are_the_recursion_step_by_step(alpha, d, v, batch, share):
    limit = PLRF(alpha, 0.5, d, v, batch=batch).stability_limit
    model = PLRF(alpha, 0.5, d, v, batch=batch, step_size=share * limit, allow_unstable=True)
    times = [0, 1, 3, 50, 2000]
    found = expected_recursion(model, times, seed=7, draws=4)
    generator = np.random.default_rng(7)
    for row in found.losses:
        given = draw(model, generator)
        steps = given.curve(times, "recursion").loss
        # the closed form of a growing draw knows 1 - nu to eps, hence its power to eps t, here for every draw
        assert row == pytest.approx(steps, rel=1e-11)
        assert growing(given, np.array(times)) == pytest.approx(steps, rel=1e-11)
    assert (found.unstable > 0) == (share > 1)


@pytest.mark.parametrize(("alpha", "d", "v", "batch", "share"), DRAWN)
def test_decomposition_of_a_draw(alpha, d, v, batch, share):
    """Eigenvalues and powers against the singular values of the same features, floor against what is left."""
    del batch, share
    model = PLRF(alpha, 0.5, d, v)
    given = draw(model, np.random.default_rng(7))
    root = np.arange(1, v + 1.0) ** -alpha
    target = root * np.arange(1, v + 1.0) ** -0.5
    features = root[:, None] * np.random.default_rng(7).standard_normal((v, d)) / math.sqrt(d)
    left, singular, _ = np.linalg.svd(features, full_matrices=False)
    order = np.argsort(given.eigenvalues)[::-1]
    lost = 1e-9  # a thousandth of what float64 promises: where the Gram matrix knows less it is not taken
    assert given.eigenvalues[order] == pytest.approx(singular**2, rel=lost)
    assert given.power[order] == pytest.approx((target @ left) ** 2, rel=lost, abs=1e-12 * given.power.max())
    rest = target - left @ (left.T @ target)
    assert given.floor == pytest.approx(rest @ rest, rel=lost)


def test_sgd_agrees_with_the_expected_recursion_of_the_same_features():
    """Mean over data with W fixed by the seed: same draws, so only the data scatter."""
    model = PLRF(0.8, 0.5, 8, 30, batch=3, step_size=0.03)
    times = [0, 1, 2, 5, 20, 100]
    data = sgd(model, times, seed=11, runs=600)
    features = expected_recursion(model, times, seed=11, draws=600)
    difference = data.losses - features.losses
    error = difference.std(axis=0, ddof=1) / np.sqrt(600)
    assert (abs(difference.mean(axis=0)) <= 4 * error + 1e-12).all()
    assert (error[1:] < 0.05 * features.mean[1:]).all()


def test_a_wrong_step_size_is_noticed():
    """The comparison above can fail: ten per cent in gamma is seen."""
    right, wrong = (PLRF(0.8, 0.5, 8, 30, batch=3, step_size=g) for g in (0.03, 0.033))
    data = sgd(wrong, [20], seed=11, runs=600)
    features = expected_recursion(right, [20], seed=11, draws=600)
    difference = data.losses - features.losses
    assert abs(difference.mean()) > 4 * difference.std(ddof=1) / np.sqrt(600)


def test_seed_and_progress():
    model = PLRF(0.8, 0.3, 5, 20)
    for simulate, count in ((expected_recursion, {"draws": 4}), (sgd, {"runs": 4})):
        calls = []
        first = simulate(model, [0, 300, 7], seed=3, progress=lambda *a, calls=calls: calls.append(a), **count)
        again = simulate(model, [0, 300, 7], seed=3, **count)
        other = simulate(model, [0, 300, 7], seed=4, **count)
        assert (first.losses == again.losses).all()
        assert (first.losses[:, 1] != other.losses[:, 1]).all()
        assert first.times.tolist() == [0, 300, 7]
        done, total = zip(*calls, strict=True)
        assert list(done) == sorted(done)
        assert done[-1] == total[-1] == (300 if simulate is sgd else 4)


def test_unstable_draws_are_counted():
    model = PLRF(0.8, 0.3, 4, 30, step_size=PLRF(0.8, 0.3, 4, 30).stability_limit * 0.98)
    found = expected_recursion(model, [0, 10], seed=0, draws=50)
    generator = np.random.default_rng(0)
    assert found.unstable == sum(not draw(model, generator).kernel_norm < 1 for _ in range(50))
    assert 0 < found.unstable < 50


def test_unstable_draws_that_overflow_count_as_infinite():
    """4 of 20 draws blow up: the median is that of all, the infinite ones included, and no warning is given."""
    model = PLRF(0.8, 0.3, 50, 500, step_size=0.534, allow_unstable=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = expected_recursion(model, [0, 1000, 10**4], seed=0, draws=20)
    assert found.unstable == 4
    assert np.isinf(found.losses[:, 2]).sum() == 2  # the other two are on their way
    generator = np.random.default_rng(0)
    for row in found.losses:
        given = draw(model, generator)
        if np.isfinite(row[2]) and not given.kernel_norm < 1:
            assert given.curve([10**4], "recursion").loss[0] == pytest.approx(row[2], rel=1e-9)
    ordered = np.sort(found.losses[:, 2])
    assert found.median[2] == pytest.approx((ordered[9] + ordered[10]) / 2)
    assert 0 < found.median_error[2] < found.median[2]
    assert found.mean[2] == found.mean_error[2] == math.inf
    assert np.isfinite([found.mean[:2], found.mean_error[:2]]).all()
    assert found.mean[1] == pytest.approx(found.losses[:, 1].mean())
    assert found.mean_error[1] == pytest.approx(found.losses[:, 1].std(ddof=1) / math.sqrt(20))


@pytest.mark.parametrize(
    "simulate", [lambda *a, n, **k: expected_recursion(*a, draws=n, **k), lambda *a, n, **k: sgd(*a, runs=n, **k)]
)
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_runs_that_all_overflow_are_infinite_not_nan(simulate, n):
    model = PLRF(0.8, 0.3, 5, 20, step_size=50, allow_unstable=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = simulate(model, [0, 50, 2000], seed=1, n=n)
    for summary in (found.mean, found.median, found.mean_error, found.median_error):
        assert np.isfinite(summary[:2]).all()
        assert summary[2] == math.inf


@pytest.mark.parametrize(
    ("model", "times", "count", "words"),
    [
        (PLRF(0.8, 0.3, 5, 1e15), [1], 4, "draws a v by d"),
        (PLRF(0.8, 0.3, 5.5, 100), [1], 4, "whole"),
        (PLRF(0.8, 0.3, 5, 20, precision=20), [1], 4, "float64"),
        (PLRF(0.8, 0.3, 5, 20), [0.5], 4, "whole numbers"),
        (PLRF(0.8, 0.3, 5, 20), [1], 1, ">= 2"),
    ],
)
def test_what_cannot_be_simulated(model, times, count, words):
    with pytest.raises(TauberInputError, match=words):
        expected_recursion(model, times, seed=0, draws=count)
    with pytest.raises(TauberInputError, match=words):
        sgd(model, times, seed=0, runs=count)
