"""The frontier of training that changes with time: against the one of the contour, and minima that are minima."""

import math

import numpy as np
import pytest

from tauber.numerics.core.programme import least_exponent
from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.plrf.free_step import free_step
from tauber.numerics.models.plrf.trained_frontier import Declared, trained_frontier


def test_a_constant_step_is_that_of_the_contour():
    """Two searches of one minimum: one knows the slope over the budget, the other asks the loss alone."""
    known = free_step("0.8", "0.3", [1e9, 1e12], noise=0.5)
    found = trained_frontier(Declared(0.8, 0.3, noise=0.5), [1e9, 1e12])
    assert (abs(found.excess / known.excess - 1) <= found.error + known.error).all()
    for name, slope in known.slopes.items():
        assert (abs(found.slopes[name] - slope) <= found.slope_errors[name] + known.slope_errors[name]).all()
    assert found.resources["d"] == pytest.approx(known.d, rel=1e-3)


@pytest.mark.parametrize(
    ("declared", "budget"),
    [
        (Declared(0.4, 1, ratio=4), 1e12),
        pytest.param(Declared(0.8, 0.3, noise=1, cooldown=2), 1e8, marks=pytest.mark.slow),
        pytest.param(Declared(0.75, 1.2, step_size=0.2, warmup=0.9), 1e9, marks=pytest.mark.slow),
        pytest.param(Declared(0.4, 0.7, ratio=4, warmup=0.75), 1e9, marks=pytest.mark.slow),
        pytest.param(Declared(0.8, 0.3, noise=1, averaging=5), 1e7, marks=pytest.mark.slow),
        pytest.param(Declared(0.8, 0.3, step_size=0.1, momentum=("dana-decaying", 1)), 1e7, marks=pytest.mark.slow),
        pytest.param(Declared(0.8, 0.3, step_size=0.1, momentum=("dana-constant", 1)), 1e7, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_no_neighbour_has_less(declared, budget):
    found = trained_frontier(declared, [budget])
    best = np.array([math.log(found.resources[name][0]) for name in declared.free])
    for direction in np.vstack([np.eye(len(best)), -np.eye(len(best)), np.ones((1, len(best)))]):
        beside, _ = declared.excess(tuple(best + 0.1 * direction), math.log(budget))
        assert beside > math.log(found.excess[0])


def test_steps_that_are_not_whole_are_between_those_that_are():
    declared, x = Declared(0.8, 0.3, noise=1, cooldown=2), (math.log(100.0), math.log(0.05))
    values = [declared.excess(x, math.log(100 * n))[0] for n in (500, 500.5, 501)]
    assert values[0] > values[1] > values[2]
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, abs=(values[0] - values[2]) / 100)


def test_budgets_must_increase():
    with pytest.raises(TauberInputError, match="must increase"):
        trained_frontier(Declared(0.8, 0.3, noise=1), [1e12, 1e9])


def test_the_least_exponent_of_a_list_of_terms():
    """Chinchilla's, by hand: a b/(a + b); a window that excludes the tie; and none at all."""
    terms, window = [(-0.3, 0), (0, -0.2)], [(-1, 0), (0, -1)]
    assert least_exponent(terms, window, (1, 1)) == pytest.approx(0.3 * 0.2 / 0.5)
    assert least_exponent(terms, [*window, (2, -1)], (1, 1)) == pytest.approx(0.1)  # N^2 <= D: N = f^(1/3)
    with pytest.raises(TauberInputError, match="no least value"):
        least_exponent(terms[:1], [], (0, 1))
