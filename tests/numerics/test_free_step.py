"""The frontier with a free step size: a minimum in both, and what is refused."""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF, TauberInputError
from tauber.numerics.models.plrf.free_step import free_step

FOUND = free_step("0.8", "0.3", [1e9, 1e12], noise=0.5)


def excess(f, d, gamma):
    return float(PLRF("0.8", "0.3", d, math.inf, step_size=gamma, noise=0.5).curve([f / d]).loss[0]) - 0.25


def test_no_neighbour_has_less() -> None:
    for f, d, gamma, least, error in zip(FOUND.budgets, FOUND.d, FOUND.gamma, FOUND.excess, FOUND.error, strict=True):
        assert excess(f, d, gamma) == pytest.approx(least, rel=2 * error)
        for up, over in [(1.05, 1), (1 / 1.05, 1), (1, 1.05), (1, 1 / 1.05), (1.05, 1.05), (1 / 1.05, 1 / 1.05)]:
            assert excess(f, up * d, over * gamma) > least


def test_slopes_are_those_between_budgets() -> None:
    """The mean of the slopes at both ends is the slope between, up to their curvature: a part of their difference."""
    span = math.log(1e3)
    for name, values in (("d", FOUND.d), ("gamma", FOUND.gamma), ("loss", FOUND.excess)):
        between = math.log(values[1] / values[0]) / span
        first, last = FOUND.slopes[name]
        assert between == pytest.approx((first + last) / 2, abs=abs(last - first) / 2 + FOUND.slope_errors[name].max())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"noise": 0.0}, "label noise"),
        ({"budgets": [1e12, 1e9]}, "must increase"),
        ({"budgets": []}, "must increase"),
        ({"budgets": [1e3]}, "raise the first budget"),
    ],
)
def test_what_is_refused(change, says) -> None:
    question = {"alpha": "0.8", "beta": "0.3", "budgets": [1e9], "noise": 1.0} | change
    with pytest.raises(TauberInputError, match=says):
        free_step(**question)
    assert np.isfinite(FOUND.excess).all()
