"""Many models at once: the numbers of one at a time, refusals one by one."""

import math

import numpy as np
import pytest

import tauber
from tauber.numerics import PLRF, TauberInputError
from tauber.numerics.models.plrf import frontier, frontiers, losses

TIMES = np.geomspace(1, 1e12, 7)


def test_losses_are_those_of_one_model_at_a_time() -> None:
    alpha, beta = np.array([0.3, 0.8, 1.4])[:, None, None], np.array([0.3, 1.2])[:, None]
    found = losses(alpha, beta, 100, TIMES, v=1e4, batch=[[[2]], [[1]], [[5]]], noise=0.1)

    assert found.loss.shape == found.error.shape == found.step_size.shape == found.reason.shape == (3, 2, 7)
    assert not found.reason.any()
    for i, (a, b) in enumerate(zip((0.3, 0.8, 1.4), (2, 1, 5), strict=True)):
        for j, power in enumerate((0.3, 1.2)):
            one = PLRF(a, power, 100, 1e4, batch=b, noise=0.1)
            curve = one.curve(TIMES)
            assert (abs(found.loss[i, j] / curve.loss - 1) <= found.error[i, j] + curve.error).all()
            assert found.error[i, j] == pytest.approx(curve.error, rel=0.5)
            assert (found.step_size[i, j] == one.step_size).all()


def test_a_table_of_runs_has_one_loss_each_and_equal_models_are_one() -> None:
    sizes, steps, heard = np.array([50, 800, 50, 50]), np.array([100, 1e4, 1e5, 1]), []
    found = losses("0.8", 0.3, sizes, steps, step_size=0.1, advance=heard.append)

    assert heard == [3, 1]
    for d, t, loss, error in zip(sizes, steps, found.loss, found.error, strict=True):
        curve = PLRF("0.8", 0.3, d, math.inf, step_size=0.1).curve([t])
        assert abs(loss / curve.loss[0] - 1) <= error + curve.error[0]


def test_what_one_model_refuses_the_others_do_not_hear_of() -> None:
    found = losses([0.8, -1, math.nan, 0.8, 0.8], 0.3, 100, [[10], [1e3]], step_size=[0.1, 0.1, 0.1, 5, math.nan])

    assert (np.isfinite(found.loss) == [True, False, False, False, False]).all()
    assert (np.isnan(found.loss) == found.reason.astype(bool)).all()
    assert [text.split()[1] for text in found.reason[0, 1:]] == ["exponents", "parameter", "step", "step"]
    assert "unstable" in found.reason[0, 3]
    assert "nan" in found.reason[1, 4]


def test_a_value_whose_digits_are_lost_is_refused_alone() -> None:
    limit = PLRF(0.8, 0.3, 1000, 10**4).stability_limit
    found = losses(0.8, 0.3, 1000, [10, 1e12], v=10**4, step_size=limit * (1 - 4e-16))

    assert np.isfinite(found.loss[0])
    assert np.isnan(found.loss[1])
    assert "At time 1e+12 the relative error" in found.reason[1]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(TauberInputError, match="fit together"):
        tauber.losses([0.8, 0.9], 0.3, 100, [1, 2, 3])
    with pytest.raises(TauberInputError, match="not a number"):
        tauber.losses("four fifths", 0.3, 100, 1)


def test_frontiers_are_those_of_one_model_at_a_time() -> None:
    alpha, budgets = np.array([[0.8], [1.2], [0.1], [20]]), [1e8, 1e10]
    found = tauber.frontiers(alpha, 0.3, budgets, ratio=10, cost={"d": 1, "r": 1})

    for k in (0, 1):
        one = frontier(alpha[k, 0], 0.3, budgets, ratio=10)
        for name in ("d", "loss", "d_slope", "loss_slope", "error"):
            assert getattr(found, name)[k] == pytest.approx(getattr(one, name), rel=1e-9)
    assert np.isnan(found.loss[2:]).all()
    assert ["no interior minimum" in text for text in found.reason[2]] == [True, True]
    assert ["exponents must satisfy" in text for text in found.reason[3]] == [True, True]


def test_one_budget_without_a_minimum_leaves_the_others() -> None:
    found = frontiers(0.8, 0.3, [-1, 0.5, 1e8, math.nan], step_size=0.1)

    assert (found.reason.astype(bool) == [True, True, False, True]).all()
    assert found.loss[2] == pytest.approx(frontier(0.8, 0.3, [1e8], step_size=0.1).loss[0], rel=1e-12)
