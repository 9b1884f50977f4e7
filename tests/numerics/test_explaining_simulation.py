"""Finite systems: exact formulas, simulation, duality on matrices."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.models.explaining import LearningCurve
from tauber.numerics.models.explaining.finite_size import isotropic_loss, many_data, many_features, ols_excess
from tauber.numerics.models.explaining.simulation import gap, paired, simulate


@pytest.mark.parametrize(
    ("data", "features", "noise"), [(40, 10, 0.0), (25, 12, 0.6), (10, 30, 0.0), (12, 25, 0.6), (8, 60, 0.3)]
)
def test_exact_means_given_the_features_or_the_data(data, features, noise):
    """Four standard errors of the difference, draw by draw."""
    found = paired(1.8, 1.4, data, features, seed=data, runs=800, noise=noise, modes=50)
    assert abs(found.loss - found.exact) < 4 * found.error < 0.2 * found.loss


def test_ordinary_least_squares():
    found = simulate(1.5, 1.5, 40, 10, seed=1, runs=1000, modes=10, noise=0.7)
    assert abs(found.loss[0] - ols_excess(10, 40, 0.7)) < 4 * found.loss_error[0] < 0.1 * found.loss[0]
    assert ols_excess(10, 40, 0.7) == pytest.approx(0.49 * 10 / 29)
    assert ols_excess(10, 11, 0.7) == math.inf
    lam = np.arange(1, 11.0) ** -1.5
    rng = np.random.default_rng(2)
    for size in (10, 15):  # every mode spanned: no matter what the features are
        assert many_data(lam, lam, rng.standard_normal((size, 10)), 40, 0.7) == ols_excess(size, 40, 0.7)
    white = rng.standard_normal((30, 10))  # more data than modes, and more features than data: least squares, too
    expected = 0.49 * (np.linalg.inv(white.T @ white)).trace()
    assert many_features(lam, lam, white, 40, 0.7) == pytest.approx(expected, rel=1e-10)


def test_exact_formulas_lead_to_the_equivalent():
    """The equivalent of large systems is their limit: distance O(1/min(D, P)), here 3/20."""
    lam = np.arange(1, 401.0) ** -1.5
    power = np.arange(1, 401.0) ** -2.0
    rng = np.random.default_rng(5)
    for data, features in ((60, 20), (20, 60)):
        curve = LearningCurve(spectrum=(lam, power), noise=0.3).at(data, features)
        few = min(data, features)
        drawn = [rng.standard_normal((few, 400)) for _ in range(30)]
        values = [
            many_data(lam, power, x, data, 0.3) if features == few else many_features(lam, power, x, features, 0.3)
            for x in drawn
        ]
        spread = np.std(values, ddof=1) / math.sqrt(30)
        assert abs(np.mean(values) / curve.loss - 1) < 3 / few + 4 * spread / curve.loss


@pytest.mark.parametrize(
    ("data", "features", "null_power"), [(60, 90, 0.0), (90, 60, 0.2), (40, math.inf, 0.2), (math.inf, 40, 0.1)]
)
def test_simulation_follows_the_curve(data, features, null_power):
    """Loss and train loss within 3/min(D, P) and four standard errors, at three ridges."""
    given_ = {"noise": 0.3, "modes": 300, "null_power": null_power}
    ridges = [0.0, 0.3, 10.0]
    found = simulate(1.8, 1.5, data, features, seed=7, runs=100, ridges=ridges, **given_)
    for i, ridge in enumerate(ridges):
        curve = LearningCurve(1.8, 1.5, ridge=ridge, **given_).at(data, features)
        for value, error, expected in (
            (found.loss[i], found.loss_error[i], curve.loss),
            (found.train[i], found.train_error[i], curve.train),
        ):
            assert abs(value - expected) < 3 / min(data, features) * expected + 4 * error + 1e-20
            assert error < 0.05 * expected + 1e-20


def test_the_peak_has_a_median():
    """At D = P the mean does not settle, the median does: two halves of the runs agree, and lie above both sides."""
    tie = simulate(1.8, 1.5, 30, 30, seed=3, runs=400, modes=100)
    half = [np.median(tie.loss_runs[rows]) for rows in (slice(200), slice(200, 400))]
    assert abs(half[0] - half[1]) < 4 * 2 * tie.median_error[0]
    sides = [simulate(1.8, 1.5, *pair, seed=3, runs=100, modes=100).median[0] for pair in ((30, 60), (60, 30))]
    assert tie.median[0] > 2 * max(sides)


@pytest.mark.parametrize("limit", ["data", "features"])
def test_variance_limited_gaps_fall_like_one_over_the_size(limit):
    """L - L(limit) at 10 times the other size: the equivalent's difference within 3/20 and four standard errors."""
    pair = (200, 20) if limit == "data" else (20, 200)
    found = gap(1.8, 1.5, *pair, limit=limit, seed=4, runs=200, noise=0.3, modes=60)
    curve = LearningCurve(1.8, 1.5, noise=0.3, modes=60)
    end = curve.at(math.inf, 20) if limit == "data" else curve.at(20, math.inf)
    expected = curve.at(*pair).loss - end.loss
    assert abs(found.difference - expected) < 3 / 20 * expected + 4 * found.error
    assert 4 * found.error < 0.5 * expected
    assert found.loss - found.limit == pytest.approx(found.difference, rel=1e-10)


@st.composite
def matrices(draw):
    """X, G, lambda of any kind: Gaussian, uniform, sparse, of low rank."""
    modes, data, features = (draw(st.integers(1, 12)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))

    def matrix(rows):
        kind = draw(st.sampled_from(["gauss", "uniform", "sparse", "low"]))
        if kind == "gauss":
            return rng.standard_normal((rows, modes))
        if kind == "uniform":
            return rng.uniform(-1, 3, (rows, modes))
        if kind == "sparse":
            return rng.integers(-2, 3, (rows, modes)) * (rng.random((rows, modes)) < 0.3)
        return np.outer(rng.standard_normal(rows), rng.standard_normal(modes))

    return matrix(data), matrix(features), rng.uniform(0.1, 3, modes), 10 ** draw(st.floats(-3, 2))


@given(drawn=matrices())
def test_duality_is_an_identity_of_matrices(drawn):
    """Data and projection exchanged, at the same un-normalised ridge; solved by normal equations, target by target."""
    x, g, lam, ridge = drawn
    swapped = 0.0
    root = np.sqrt(lam)
    design = (g * root) @ (x * root).T  # samples and features have changed places
    for k in range(len(lam)):
        weights = np.linalg.solve(design.T @ design + ridge * np.eye(len(x)), design.T @ (g * root)[:, k])
        swapped += ((root * np.eye(len(lam))[k] - (x * root).T @ weights) ** 2).sum()
    scale = np.linalg.norm(design, 2) ** 2 / ridge + 1  # condition of the normal equations
    tolerance = 1e-14 * scale * (lam.sum() + swapped)
    assert abs(isotropic_loss(lam, x, g, ridge) - swapped) < tolerance
    assert abs(isotropic_loss(lam, g, x, ridge) - swapped) < tolerance


def test_other_targets_know_the_difference():
    """Summed over unequal targets the two sides differ: the identity is one of the isotropic teacher."""
    one = simulate(3.0, 1.2, 10, 25, seed=1, runs=300, modes=40)
    two = simulate(3.0, 1.2, 25, 10, seed=1, runs=300, modes=40)
    assert abs(one.loss[0] - two.loss[0]) > 4 * (one.loss_error[0] + two.loss_error[0])


def test_the_same_seed_gives_the_same_draws():
    seen = []
    first, second = (
        simulate(1.8, 1.5, 10, 15, seed=5, runs=3, modes=20, progress=lambda done, total: seen.append((done, total)))
        for _ in range(2)
    )
    assert (first.loss_runs == second.loss_runs).all()
    assert seen == [(1, 3), (2, 3), (3, 3)] * 2
    other = simulate(1.8, 1.5, 10, 15, seed=6, runs=3, modes=20)
    assert (first.loss_runs != other.loss_runs).all()


def test_what_cannot_be_drawn_is_refused():
    for arguments, words in (
        ({"data": 10, "features": 10, "modes": math.inf}, "whole number from 1"),
        ({"data": 10.5, "features": 10, "modes": 20}, "whole number"),
        ({"data": math.inf, "features": math.inf, "modes": 20}, "nothing is random"),
        ({"data": 10, "features": 10, "modes": 20, "ridges": [-1.0]}, "ridges"),
        ({"data": 10, "features": 10, "modes": 20, "null_power": -1.0}, "null modes"),
    ):
        with pytest.raises(TauberInputError, match=words):
            simulate(1.8, 1.5, arguments.pop("data"), arguments.pop("features"), seed=1, runs=2, **arguments)
    with pytest.raises(TauberInputError, match="finite variance"):
        paired(1.8, 1.5, 10, 12, seed=1, runs=5, modes=20)
    with pytest.raises(TauberInputError, match='"data" or "features"'):
        gap(1.8, 1.5, 10, 30, limit="width", seed=1, runs=5, modes=20)
    with pytest.raises(TauberInputError, match="must be finite"):
        gap(1.8, 1.5, 10, math.inf, limit="features", seed=1, runs=5, modes=20)
    with pytest.raises(TauberInputError, match="other side"):
        many_data([1.0, 0.5], [1.0, 0.5], np.ones((6, 2)), 3)
    with pytest.raises(TauberInputError, match="one column per mode"):
        many_features([1.0, 0.5], [1.0, 0.5], np.ones((3, 4)), 30)
    with pytest.raises(TauberInputError, match="ridge"):
        isotropic_loss([1.0], [[1.0]], [[1.0]], 0.0)
