"""Many models by the same array operations: the numbers of each alone."""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.core.precision import FLOAT64
from tauber.numerics.core.spectrum import power_law
from tauber.numerics.core.stack import Stack
from tauber.numerics.models.one_pass import lockstep
from tauber.numerics.models.plrf import frontier


def spectra_of(alpha: float, shared: bool) -> list:
    if shared:
        return [power_law(FLOAT64, alpha, 0.3, math.inf, 1e-9)] * 3
    return [power_law(FLOAT64, alpha, 0.3, v, 0.0) for v in (300.0, 7e4, 2000.5)]


@pytest.mark.parametrize(("alpha", "shared"), [(0.8, True), (0.8, False), (0.3, False)])
@pytest.mark.parametrize("size", [1e-3, 1.0], ids=["series", "sums"])
def test_sums_of_a_stack_are_those_of_each_spectrum(alpha, shared, size):
    spectra = spectra_of(alpha, shared)
    stack, root = Stack(tuple(spectra)), np.array([[1e-3], [2e-4], [0.1]])
    x = size * root * np.exp(1j * np.linspace(0.1, 2.4, 40)) * np.geomspace(1, 30, 40)
    pairs = [
        (stack.sums(root + x), [s.sums(r + row) for s, r, row in zip(spectra, root, x, strict=True)]),
        (stack.df1_df2(root), [s.df1_df2(r) for s, r in zip(spectra, root, strict=True)]),
        (stack.resolvents(root + x), [s.resolvents(r + row) for s, r, row in zip(spectra, root, x, strict=True)]),
        (
            stack.pair_sums(root + x, root),
            [s.pair_sums(r + row, r) for s, r, row in zip(spectra, root, x, strict=True)],
        ),
        (stack.beside(root, x), [s.beside(r, row) for s, r, row in zip(spectra, root, x, strict=True)]),
        (
            stack.pairs_beside(-2 - root, x),
            [s.pairs_beside(-2 - r, row) for s, r, row in zip(spectra, root, x, strict=True)],
        ),
    ]
    for together, alone in pairs:
        for found, own in zip(together, zip(*alone, strict=True), strict=True):
            endless = np.isinf(found)  # v - df1
            assert (endless == np.isinf(own)).all()
            assert np.where(endless, 0, found) == pytest.approx(np.where(endless, 0, own), rel=1e-13)


@pytest.mark.parametrize(
    ("alpha", "beta", "ratio", "batch", "step_size"),
    [(0.8, 0.3, math.inf, 1, None), (1.3, 0.9, math.inf, 7, None), (0.3, 0.4, 10, 1, None), (0.7, 1.2, 1.2, 1, None),
     (0.6, 0.1, 3, 2, 0.02)],
)  # fmt: skip
def test_points_are_those_of_each_model(alpha, beta, ratio, batch, step_size):
    """At times before and after those that the plane of the ridge serves, from few features to many."""
    d = np.geomspace(300, 1e9, 9)
    steps = np.array([3.0, 20, 40, 1e3, 1e6, 1e9, 1e12, 1e20, 31.5])
    models = [PLRF(alpha, beta, one, ratio * one, batch=batch, step_size=step_size or "auto") for one in d]
    spectra = [models[-1].nodes] * 9 if math.isinf(ratio) else [model.nodes for model in models]
    gamma = None if step_size is None else np.full(9, step_size)
    found = lockstep.points(spectra, d, float(batch), gamma, steps, batch + 1.0)
    for k, model in enumerate(models):
        loss, error, slope, slope_error = model.point(steps[k])
        assert abs(found.loss[k] / loss - 1) <= found.error[k] + error
        assert abs(found.slope[k] - slope) <= found.slope_error[k] + slope_error
        assert found.error[k] <= 2 * error
        assert found.slope_error[k] <= 2 * slope_error


def test_what_is_not_served_is_left_alone():
    """A step size beyond the limit, or none; the others are found."""
    model = PLRF(0.8, 0.3, 1e4, math.inf)
    gamma = model.stability_limit * np.array([0.5, 1.01, math.nan, 1e3])
    found = lockstep.points([model.nodes] * 4, np.full(4, 1e4), 1.0, gamma, np.full(4, 1e6), 2.0)
    assert np.isnan(found.loss).tolist() == [False, True, True, True]
    assert found.loss[0] == pytest.approx(model.curve([1e6]).loss[0], rel=1e-12)


def test_an_iteration_that_did_not_end_is_no_answer():
    """The optimum nears a bend that its start does not know of: seven of Newton's moves are too few from there."""

    def step_size(d):
        return 0.9 * PLRF(0.28, 1.5, d, 1.1 * d).stability_limit

    found = frontier(0.28, 1.5, [1e18], ratio=1.1, step_size=step_size)
    beside = [
        PLRF(0.28, 1.5, d, 1.1 * d, step_size=step_size(d)).curve([1e18 / d]).loss[0]
        for d in found.d[0] * np.exp([-0.01, 0.01])
    ]
    assert found.d_error[0] < 1e-5
    assert min(beside) > found.loss[0] * (1 + found.error[0])
