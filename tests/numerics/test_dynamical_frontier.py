"""The compute-optimal frontier of the dynamical model."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tauber.numerics import PrecisionLost, TauberInputError, extrapolate
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.dynamical.frontier import frontier

from ..sampling import some


def excess(a, b, amounts, noise=0.0, **sizes):
    """L - sigma^2 at the amounts given."""
    model = Dynamical(
        a, b, amounts.get("N", sizes.get("width", math.inf)), amounts.get("P", sizes.get("data", math.inf)), noise=noise
    )
    if "t" not in amounts:
        return model.final().test - noise**2
    return model.curve([amounts["t"]]).test[0] - noise**2


QUESTIONS = [
    (1.5, 1.5, {"N": 1, "t": 1}, {}),
    (3, 1.5, {"N": 1, "t": 1}, {}),
    (2, 1.25, {"N": 2, "t": Fraction(1, 2)}, {"data": 300.0, "noise": 0.2}),
    (2, 1.5, {"P": 1, "t": 1}, {"noise": 0.3}),
    (1.5, 1.5, {"N": 1, "P": 1}, {}),
    (2, 1.5, {"N": 1, "P": 1, "t": 1}, {}),
]


@pytest.mark.dear
@pytest.mark.parametrize(("a", "b", "cost", "sizes"), some(QUESTIONS, quick=(2, 3, 4, 5)))
def test_is_a_minimum_with_the_stated_slopes(a, b, cost, sizes):
    """The loss is higher on both sides along each trade of two resources; slopes against two neighbouring budgets."""
    step = 0.01
    budgets = 1e8 * np.exp([-step, 0, step])
    found = frontier(a, b, budgets, cost=cost, **sizes)
    best = {name: part.amount[1] for name, part in found.resources.items()}
    assert math.prod(best[name] ** float(cost[name]) for name in cost) == pytest.approx(budgets[1], rel=1e-12)
    options = {"noise": 0.0, **sizes}
    least = excess(a, b, best, **options)
    assert found.loss[1] == pytest.approx(least, rel=1e-9)
    names = list(best)
    for one, other in pairwise(names):
        for factor in (0.97, 1.03):
            moved = {**best, one: best[one] * factor, other: best[other] * factor ** -float(cost[one] / cost[other])}
            assert excess(a, b, moved, **options) > least
    # a central difference over 2 step is wrong by step^2/6 times a third derivative, here below 1
    chord = np.log(found.loss[2] / found.loss[0]) / (2 * step)
    assert abs(chord - found.loss_slope[1]) <= found.loss_slope_error[1] + step**2 / 6
    for part in found.resources.values():
        chord = np.log(part.amount[2] / part.amount[0]) / (2 * step)
        assert abs(chord - part.slope[1]) <= part.slope_error[1] + part.error.max() / step + step**2 / 6
    assert (found.loss_slope < 0).all()
    assert found.loss_slope_error.max() < 1e-5


@pytest.mark.parametrize(("a", "b"), some([(1.5, 1.5), (1.3, 1.2), (2, 1.8), (3, 1.5), (4, 1.25)], quick=(0, 3)))
def test_known_exponents(a, b):
    """a-1 < b: L ~ C^(-(a-1)/(1+b)), N ~ C^(1/(1+b)); a-1 > b: L ~ C^(-(a-1)/a), N ~ C^((a-b)/a).

    The local slopes at C = 1e6, 1e9, ... approach them geometrically; their limit by Aitken to its own uncertainty.
    """
    loss, width = ((a - 1) / (1 + b), 1 / (1 + b)) if a - 1 < b else ((a - 1) / a, (a - b) / a)
    found = frontier(a, b, [1e9, 1e12, 1e15, 1e18])
    size = found.resources["N"]
    for slopes, errors, exact in (
        (found.loss_slope, found.loss_slope_error, -loss),
        (size.slope, size.slope_error, width),
    ):
        error = float(errors.max())
        assert abs(slopes[-1] - exact) < 0.01
        if abs(np.diff(slopes)).min() > 10 * error:
            limit = extrapolate(slopes, error)
            assert abs(limit.value - exact) <= limit.error < 2e-3
        else:  # the corrections are already below the digits of the slope
            assert abs(slopes[-1] - exact) <= error + abs(slopes[-1] - slopes[-2])
    assert found.resources["t"].slope + size.slope == pytest.approx(1, abs=1e-12)


def test_the_published_optimum_is_refuted_beyond_a_minus_one_equals_b():
    """(3, 1.5): C^(-m (a-1)/(b m + a - 1)) with m = min(a-1, 2b) is -4/5; the loss falls as C^(-2/3)."""
    found = frontier(3, 1.5, [1e18])
    assert abs(found.loss_slope[0] + 2 / 3) < 1e-4
    assert abs(found.loss_slope[0] + 4 / 5) > 1000 * found.loss_slope_error[0]


def test_noise_without_data_is_left_out():
    one, two = frontier(2, 1.5, [1e6]), frontier(2, 1.5, [1e6], noise=3.0)
    assert one.loss == two.loss
    assert one.loss_slope == two.loss_slope


def test_noise_does_not_cancel():
    """sigma^2 = 1e6 beside an excess of 1e-3 at N, P, t of the optimum: the components carry all digits."""
    found = frontier(2, 1.5, [1e22], cost={"P": 1, "t": 1}, noise=1e3)
    assert found.error[0] < 1e-11
    assert found.loss_slope_error[0] < 1e-6
    best = {name: part.amount[0] for name, part in found.resources.items()}
    parts = Dynamical(2, 1.5, math.inf, best["P"], noise=1e3).ensembles([best["t"]])
    assert found.loss[0] == pytest.approx((parts.bias + parts.data)[0], rel=1e-10)


@pytest.mark.slow
def test_more_digits():
    rough, fine = frontier(3, 1.5, [1e9]), frontier(3, 1.5, ["1e9"], precision=20)
    assert abs(rough.loss[0] - float(fine.loss[0])) <= rough.error[0] * rough.loss[0]
    assert abs(rough.loss_slope[0] - float(fine.loss_slope[0])) <= rough.loss_slope_error[0]
    for name in ("N", "t"):
        one, two = rough.resources[name], fine.resources[name]
        assert abs(one.amount[0] / float(two.amount[0]) - 1) <= one.error[0]
        assert abs(one.slope[0] - float(two.slope[0])) <= one.slope_error[0]
    assert fine.loss_slope_error[0] < 1e-9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cost": {"N": 1}}, "at least two"),
        ({"cost": {"N": 1, "x": 1}}, "at least two"),
        ({"cost": {"N": 1, "t": 0}}, "positive exponents"),
        ({"width": 100.0}, "in the cost and cannot be fixed"),
        ({"budgets": []}, "non-empty list of positive"),
        ({"budgets": [-1]}, "non-empty list of positive"),
        ({"budgets": [1.5]}, "no best N, t was found"),
        ({"budgets": [1e60]}, "no best N, t was found"),
        ({"b": 0.5}, "b > 1"),
    ],
)
def test_what_is_refused(change, words):
    with pytest.raises(TauberInputError, match=words):
        frontier(**{"a": 2, "b": 1.5, "budgets": [1e6], **change})


def test_a_vanished_loss_is_no_optimum():
    """Ten modes: at this budget everything is learned, and what is left is round-off."""
    with pytest.raises(PrecisionLost, match="below round-off at this budget"):
        frontier(2, 1.5, [1e12], modes=10)
