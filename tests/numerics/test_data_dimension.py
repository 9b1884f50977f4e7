"""The two-nearest-neighbours dimension on manifolds of known dimension."""

import math

import numpy as np
import pytest

from tauber.numerics import TauberInputError
from tauber.numerics.data import intrinsic_dimension, uniform_points


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_uniform_tori(dim):
    """Unbiased within four standard errors; the stated error is the scatter (measured .94 to 1.12 of it)."""
    rng, runs = np.random.default_rng(dim), 150
    found = [intrinsic_dimension(rng.random((300, dim)), period=1.0) for _ in range(runs)]
    values, errors = np.array([(f.value, f.error) for f in found]).T
    assert abs(values.mean() - dim) < 4 * values.std(ddof=1) / math.sqrt(runs)
    rms = math.sqrt((((values - dim) / errors) ** 2).mean())
    assert 0.94 - 4 * 0.06 < rms < 1.12 + 4 * 0.06  # rms of 150 normal numbers: +- 6 %
    coarser = np.array([(f.coarser - dim) / f.coarser_error for f in found])
    assert abs(coarser.mean()) < 4 * coarser.std(ddof=1) / math.sqrt(runs)


def test_embedding_and_distance_method_do_not_matter():
    """A sphere rotated into 40 coordinates is measured through all distances instead of a tree."""
    rng = np.random.default_rng(0)
    points = uniform_points("sphere", 2, 1500, rng)
    turned = points @ np.linalg.qr(rng.standard_normal((40, 3)))[0].T
    low, high = intrinsic_dimension(points), intrinsic_dimension(turned)
    assert high.value == pytest.approx(low.value, rel=1e-9)
    assert high.error == pytest.approx(low.error, rel=1e-9)
    assert abs(low.value - 2) < 4 * low.error


def test_scale_dependence_shows():
    """A plane with noise thinner than the coarse distances and thicker than the fine ones."""
    rng = np.random.default_rng(1)
    x = np.column_stack([rng.random((4000, 2)), 0.01 * rng.standard_normal((4000, 3))])
    fine, coarse = intrinsic_dimension(x), intrinsic_dimension(x[:100])
    assert fine.value > coarse.value + 4 * math.hypot(fine.error, coarse.error)


def test_duplicates_are_dropped_and_grids_refused():
    x = np.random.default_rng(2).random((100, 3))
    assert intrinsic_dimension(np.concatenate([x, x[:50]])) == intrinsic_dimension(x)
    with pytest.raises(TauberInputError, match="same distance"):
        intrinsic_dimension(np.arange(64.0)[:, None] / 64, period=1.0)
    with pytest.raises(TauberInputError, match="at least 20"):
        intrinsic_dimension(x[:10])
    with pytest.raises(TauberInputError, match="matrix of finite"):
        intrinsic_dimension([1.0, 2.0])
