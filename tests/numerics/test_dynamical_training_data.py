"""Test curves predicted from training data alone."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import PrecisionLost, TauberInputError
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.dynamical.training_data import predicted_test

from ..sampling import some


def trained(rng, width, data, modes, a, b, noise, times):
    """Kernel matrix, labels, and the true test loss at `times` of one drawn network."""
    k = np.arange(1, modes + 1.0)
    lam, target = k**-b, k ** ((b - a) / 2)
    psi = rng.standard_normal((data, modes)) * np.sqrt(lam)
    features = rng.standard_normal((width, modes)) / math.sqrt(width)
    y = psi @ target + noise * rng.standard_normal(data)
    design = psi @ features.T
    left, singular, right = np.linalg.svd(design / math.sqrt(data), full_matrices=False)
    learned = -np.expm1(-np.outer(singular**2, times)) * (left.T @ y / math.sqrt(data) / singular)[:, None]
    rest = target[:, None] - features.T @ (right.T @ learned)
    return design @ design.T, y, (lam[:, None] * rest**2).sum(axis=0) + noise**2


SETTINGS = [(60, 48, 2, 1.5, 0.3), (40, 80, 2, 1.5, 0.3), (160, 40, 1.5, 1.25, 0.0), (24, 100, 3, 1.5, 0.1)]


@pytest.mark.parametrize(("width", "data", "a", "b", "noise"), some(SETTINGS, quick=(1, 2)))
def test_prediction_on_average_and_one_by_one(width, data, a, b, noise):
    """On average the theory, and the mean true loss; draw by draw the true loss within the stated statistical error."""
    times, draws = np.array([0, 0.5, 3, 30, 300]), 120
    rng = np.random.default_rng(12)
    rows = []
    for _ in range(draws):
        kernel, y, true = trained(rng, width, data, 150, a, b, noise, times)
        found = predicted_test(kernel, y, times)
        rows.append((found.test, found.test_error, true))
    predicted, stated, true = np.stack(rows, axis=1)
    exact = Dynamical(a, b, width, data, modes=150, noise=noise).curve(times).test
    size = 3 / min(width, data)
    for reference, scatter in ((exact, predicted), (true.mean(axis=0), predicted - true)):
        error = scatter.std(axis=0, ddof=1) / math.sqrt(draws)
        assert (abs(predicted.mean(axis=0) - reference) <= size * reference + 4 * error).all()
        assert (4 * error < 0.2 * reference).all()
    # the root mean square of (predicted - true)/stated was 0.84 to 1.34 (module's docstring), its own scatter is 6 %
    spread = np.sqrt((((predicted - true) / stated) ** 2).mean(axis=0))
    assert ((spread > 0.84 * (1 - 4 * 0.065)) & (spread < 1.34 * (1 + 4 * 0.065))).all()


@given(seed=st.integers(0, 10**6), zeros=st.integers(0, 3), late=st.floats(-2, 8))
def test_against_residues(seed, zeros, late):
    """g_i as a sum over the zeros of R, which lie one between each two eigenvalues, found by bisection in 40 digits."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([np.zeros(zeros), 10 ** rng.uniform(-3, 0, 5)])
    basis = np.linalg.qr(rng.standard_normal((len(x), len(x))))[0]
    y = rng.standard_normal(len(x))
    time = 10**late
    found = predicted_test(len(x) * (basis * x) @ basis.T, y, [time])
    with mpmath.workdps(40):
        roots = zeros_of_r(x)
        exact = sum(
            coefficient**2 * held_out(x, own, roots, time) ** 2 / len(x)
            for own, coefficient in zip(x, basis.T @ y, strict=True)
        )
    assert found.test[0] == pytest.approx(float(exact), rel=max(float(found.error[0]), 1e-12))
    assert found.error[0] < 1e-6


def zeros_of_r(x):
    """R(s) = mean s/(s + x_j) increases from -inf to inf between neighbouring poles -x_j."""
    poles = sorted(-mpmath.mpf(v) for v in x if v)
    ends = [*poles, mpmath.mpf(0)] if 0 in x else poles
    roots = [] if 0 in x else [mpmath.mpf(0)]
    for low, high in pairwise(ends):
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(middle / (middle + v) for v in x) < 0 else (low, middle)
        roots.append((low + high) / 2)
    return roots


def held_out(x, own, roots, time):
    """Residues of e^{st}/((s + own) R(s)): at the zeros of R, and at s = 0 if own = 0."""
    value = mpmath.mpf(len(x)) / int((x == 0).sum()) if own == 0 else mpmath.mpf(0)
    for root in roots:
        slope = sum(v / (root + v) ** 2 for v in x if v) / len(x)
        value += mpmath.exp(root * time) / ((root + own) * slope)
    return value


def test_the_ends_of_time():
    """t = 0: the mean square of the labels; t = infinity: generalised cross-validation, of full and deficient rank."""
    rng = np.random.default_rng(0)
    for rank in (12, 8):
        features = rng.standard_normal((12, rank))
        kernel, y = features @ features.T, rng.standard_normal(12)
        found = predicted_test(kernel, y, [0, 1e5, math.inf])
        assert found.test[0] == pytest.approx((y**2).mean(), rel=1e-13)
        assert found.train[0] == pytest.approx((y**2).mean(), rel=1e-13)
        if rank == 12:
            inverse = np.linalg.inv(kernel)
            cross_validated = ((inverse @ y) ** 2).mean() / (np.trace(inverse) / 12) ** 2
            assert found.train[2] < 1e-25
        else:
            left = y - features @ np.linalg.lstsq(features, y, rcond=None)[0]
            cross_validated = (left**2).mean() / (1 - rank / 12) ** 2
            assert found.train[2] == pytest.approx((left**2).mean(), rel=1e-12)
        assert found.test[2] == pytest.approx(cross_validated, rel=1e-9)
        assert found.test[1] == pytest.approx(cross_validated, rel=1e-3)


def test_training_loss_is_the_measured_one():
    rng = np.random.default_rng(1)
    kernel, y, _ = trained(rng, 20, 30, 60, 2, 1.5, 0.1, np.array([1.0]))
    found = predicted_test(kernel, y, [2.5])
    values, basis = np.linalg.eigh(kernel / 30)
    residual = basis @ (np.exp(-2.5 * values) * (basis.T @ y))
    assert found.train[0] == pytest.approx((residual**2).mean(), rel=1e-12)


def test_scales_and_order_do_not_matter():
    """Kernel and time scale together, labels by themselves; samples may be permuted."""
    rng = np.random.default_rng(2)
    kernel, y, _ = trained(rng, 30, 25, 60, 2, 1.5, 0.1, np.array([1.0]))
    times = np.array([0.3, 4, 200])
    found = predicted_test(kernel, y, times)
    other = rng.permutation(25)
    for again in (
        predicted_test(7 * kernel, 3 * y, times / 7),
        predicted_test(kernel[np.ix_(other, other)], 3 * y[other], times),
    ):
        assert again.test == pytest.approx(9 * found.test, rel=1e-10)
        assert again.test_error == pytest.approx(9 * found.test_error, rel=1e-10)
    nothing = predicted_test(0 * kernel, y, [0, 5.0, math.inf])
    assert nothing.test == pytest.approx((y**2).mean(), rel=1e-12)


def test_eigenvalues_near_round_off_are_not_trusted_late():
    """A smooth kernel: eigenvalues down to round-off.  Early times are fine, late ones refused."""
    points = np.linspace(0, 1, 20)
    kernel = np.exp(-(np.subtract.outer(points, points) ** 2))
    y = np.sin(3 * points)
    found = predicted_test(kernel, y, [1.0, 100.0])
    assert (found.error < 1e-9).all()
    for late in (1e13, math.inf):
        with pytest.raises(PrecisionLost, match="near round-off"):
            predicted_test(kernel, y, [1.0, late])


@pytest.mark.parametrize(
    ("kernel", "y", "times", "words"),
    [
        (np.eye(3), [1, 2], [1], "P x P"),
        (np.ones((2, 3)), [1, 2], [1], "P x P"),
        ([[1.0]], [1], [1], "2 <= P <= 8192"),
        ([[1, 2], [0, 1]], [1, 2], [1], "symmetric"),
        ([[1, 2], [2, 1]], [1, 2], [1], "positive semidefinite"),
        ([[1, math.nan], [math.nan, 1]], [1, 2], [1], "finite"),
        (np.eye(2), [1, math.inf], [1], "finite"),
        (np.eye(2), [1, 2], [-1], "numbers >= 0"),
        (np.eye(2), [1, 2], [], "numbers >= 0"),
    ],
)
def test_what_is_refused(kernel, y, times, words):
    with pytest.raises(TauberInputError, match=words):
        predicted_test(kernel, y, times)
