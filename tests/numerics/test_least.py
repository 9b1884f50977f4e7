"""The smallest loss where only the loss can be asked: surfaces whose optimum and slopes are known."""

import math

import numpy as np
import pytest

from tauber.numerics.core import least as module
from tauber.numerics.core.cross import STEP, Known, cross
from tauber.numerics.core.least import least, least_losses
from tauber.numerics.errors import PrecisionLost, TauberInputError

BUDGETS = [1e6, 1e9, 1e12]


def quickly(log_loss):
    """The values alone."""
    return lambda x, logs: [log_loss(x, F)[0] for F in logs]


def three(x, F):
    """d^-1 + gamma + d/(f gamma) + start^2 + gamma/start: by weights of the geometric mean everything is a power."""
    d, g, s = x
    return math.log(math.exp(-d) + math.exp(g) + math.exp(2 * d - F - g) + math.exp(2 * s) + math.exp(g - s)), 1e-15


def test_three_free_resources_are_powers_of_the_budget():
    """Each term is a monomial and there are as many ties as resources, so slopes are those of the tie at late times."""
    found = least(three, quickly(three), BUDGETS, (1.0, -12.0, -12.0), (12.0, 0.0, 0.0))
    for n, f in enumerate(BUDGETS):
        here = np.array(
            [three(tuple(found.x[n] + h), math.log(f))[0] for h in 0.1 * np.vstack([np.eye(3), -np.eye(3)])]
        )
        assert (here > math.log(found.loss[n])).all()
    span = math.log(BUDGETS[2] / BUDGETS[1])
    between = math.log(found.loss[2] / found.loss[1]) / span
    first, last = found.loss_slope[1:]
    assert between == pytest.approx((first + last) / 2, abs=abs(last - first) / 2 + found.loss_slope_error.max())
    steps = (found.x[2] - found.x[1]) / span
    middle, reach = (found.x_slope[1] + found.x_slope[2]) / 2, abs(found.x_slope[2] - found.x_slope[1]) / 2
    assert (abs(steps - middle) <= reach + found.x_slope_error.max()).all()


@pytest.mark.parametrize("curve", [0.3, 1.0])
def test_a_closed_form(curve):
    """x^(-1) + curve x/f: x* = (f/curve)^(1/2), loss 2 (curve/f)^(1/2), slopes 1/2 and -1/2, at any budget."""

    def valley(x, F):
        return math.log(math.exp(-x[0]) + curve * math.exp(x[0] - F)), 1e-15

    found = least(valley, quickly(valley), BUDGETS, (0.1,), (12.0,))
    assert abs(found.x[:, 0] - np.log(np.array(BUDGETS) / curve) / 2) == pytest.approx(0, abs=1e-6)
    assert (abs(found.loss / (2 * np.sqrt(curve / np.array(BUDGETS))) - 1) <= found.error + 1e-15).all()
    assert (abs(found.x_slope[:, 0] - 0.5) <= found.x_slope_error[:, 0]).all()
    assert (abs(found.loss_slope + 0.5) <= found.loss_slope_error).all()
    assert found.loss_slope_error.max() < 1e-3


def test_errors_of_the_values_are_in_the_errors_of_the_slopes():
    """Values wrong by their stated error, at random: the slopes stay within theirs, which grow with it."""
    chance = np.random.default_rng(0)

    def noisy(x, F):
        return math.log(math.exp(-x[0]) + math.exp(x[0] - F)) + 1e-6 * chance.uniform(-1, 1), 1e-6

    found = least(noisy, quickly(noisy), BUDGETS, (0.1,), (12.0,))
    assert (abs(found.x_slope[:, 0] - 0.5) <= found.x_slope_error[:, 0]).all()
    assert found.x_slope_error.min() > 1e-6 / STEP**2


def test_what_quick_values_err_by_is_in_the_errors_of_the_slopes():
    """They lead to the optimum; the loss is that of the values whose errors are known."""

    def valley(x, F):
        return math.log(math.exp(-x[0]) + math.exp(x[0] - F)), 1e-15

    def bent(x, logs):
        return [valley(x, F)[0] + 1e-6 * math.cos(9 * x[0]) for F in logs]

    found = least(valley, bent, BUDGETS, (0.1,), (12.0,))
    assert abs(found.x[:, 0] - np.log(BUDGETS) / 2).max() > 1e-9
    assert (abs(found.x[:, 0] - np.log(BUDGETS) / 2) <= found.x_error[:, 0]).all()
    assert (abs(found.loss * np.sqrt(BUDGETS) / 2 - 1) <= found.error).all()
    assert (abs(found.x_slope[:, 0] - 0.5) <= found.x_slope_error[:, 0]).all()


def test_a_minimum_at_the_border_is_refused():
    with pytest.raises(TauberInputError, match="raise the first budget"):
        least(lambda x, F: (-x[0] - 0 * F, 1e-15), lambda x, logs: [-x[0] for _ in logs], BUDGETS, (0.1,), (12.0,))


def test_the_lower_one_of_two_valleys_is_found():
    """The best of the points looked at first, x = 3.4, lies in the other one."""
    low, high, deep = (0.0,), (34.0,), 27.5

    def two(x, f):
        return min((x[0] - 3.4) ** 2 / 20, (x[0] - deep) ** 2 / 9 - 1) - f, 0.0

    found = least(two, quickly(two), [10.0], low, high)
    assert abs(found.x[0, 0] - deep) <= found.x_error[0, 0] + 1e-9


def test_differences_beside_places_without_a_loss_are_no_minimum_and_warn_of_nothing():
    def walled(x, F):
        return (math.inf if x[0] > 0 else 0.1 * x[0] ** 2 + 0.2 * x[1] ** 2 - 0.3 * F), 1e-15

    quick = Known(quickly(walled))
    assert not module._is_positive(module._bend(quick, np.zeros(2), 1.0))  # a warning is an error here
    with pytest.raises(PrecisionLost, match="places without a loss"):
        cross(walled, quick, np.zeros(2), 1.0)


def test_a_minimum_that_disappears_is_lost():
    def gone(x, F):
        return ((x[0] - 5) ** 2 if math.log(1e7) > F else x[0]), 1e-15

    with pytest.raises(PrecisionLost, match=r"no minimum|not found|without a loss"):
        least(gone, quickly(gone), BUDGETS, (0.1,), (12.0,))


@pytest.mark.parametrize("stiffer", [0.3, 2.0, 5.0, 12.0])
def test_a_curvature_that_is_another_at_each_budget(stiffer):
    """Newton's iteration with the curvature of the budget before goes to and fro where the true one is twice as large.

    (u - log f/2)^2 c(f) with a bend that is not quadratic: the optimum is known, and far from where slopes lead.
    """

    def valley(x, F):
        u = x[0] - 0.4 * F - 0.01 * F**2
        c = 0.1 * stiffer ** ((F - math.log(BUDGETS[0])) / math.log(1e3))
        return c * (math.cosh(u) - 1) - 0.3 * F, 1e-15

    found = least(valley, quickly(valley), BUDGETS, (0.1,), (30.0,))
    F = np.log(BUDGETS)
    assert found.x[:, 0] == pytest.approx(0.4 * F + 0.01 * F**2, abs=1e-5)
    assert found.loss_slope == pytest.approx(np.full(3, -0.3), abs=1e-5)


def test_the_simplex_goes_on_where_the_hessian_is_not_positive():
    """From a start at which the surface is concave: the Gaussian well, which is so beyond its width."""

    def well(x, F):
        u = x[0] - 0.4 * F - (2.0 if math.log(1e7) < F else 0.0)
        return -math.exp(-(u**2)) - 0.2 * F, 1e-15

    found = least(well, quickly(well), BUDGETS[:2], (0.1,), (12.0,))
    assert found.x[1, 0] == pytest.approx(0.4 * math.log(1e9) + 2, abs=1e-5)


@pytest.mark.parametrize(
    ("slopes", "part"), [((0.3, -0.2, -0.1), 0.45), ((0.2, 0.0, 0.0), 0.6), ((0.5, -0.6, -0.1), 0.6)]
)
def test_the_least_values_alone(slopes, part):
    """From a place far off, with slopes about right or wrong: the same within the errors of both, and fewer asked."""
    asked = []

    def counted(x, logs):
        asked.extend((x, F) for F in logs)
        return quickly(three)(x, logs)

    known = least(three, counted, BUDGETS, (1.0, -12.0, -12.0), (12.0, 0.0, 0.0))
    before = len(asked)
    found = least_losses(three, counted, BUDGETS, (3.0, -4.0, -1.0), slopes)
    assert len(asked) - before < part * before
    assert all(len(set(those)) == len(those) for those in (asked[:before], asked[before:]))  # none of them twice
    assert (abs(found.loss - np.log(known.loss)) <= found.error + known.error + 1e-12).all()
    assert found.error.max() < 1e-4
    assert abs(found.x - known.x).max() < 0.02


def test_no_minimum_from_there():
    with pytest.raises(PrecisionLost, match="was not found from where exponents lead; take another first budget"):
        least_losses(
            lambda x, _: (-(x[0] ** 2), 0.0), lambda x, logs: [-(x[0] ** 2)] * len(logs), BUDGETS, (1.0,), (0.1,)
        )


@pytest.mark.parametrize("crossing", [1e7, 1e10, 1e11])
def test_the_lower_valley_is_taken_at_each_budget(crossing):
    """Two valleys of other slopes, 6 apart in x, whose losses are equal at a budget between those asked."""

    def two(x, F):
        first = math.cosh(x[0] - 0.4 * F) - 0.3 * (F - math.log(crossing))
        second = math.cosh(x[0] - 0.4 * F - 6) - 0.5 * (F - math.log(crossing))
        return min(first, second), 1e-15

    budgets = [1e6, 1e8, 1e9, 10**10.5, 1e12]
    found = least(two, quickly(two), budgets, (0.1,), (13.0,))
    for f, x, loss, slope in zip(budgets, found.x[:, 0], found.loss, found.loss_slope, strict=True):
        later = f > crossing
        assert x == pytest.approx(0.4 * math.log(f) + 6 * later, abs=1e-4)
        assert slope == pytest.approx(-0.5 if later else -0.3, abs=1e-4)
        assert math.log(loss) == pytest.approx(1 - (0.5 if later else 0.3) * math.log(f / crossing), abs=1e-6)


@pytest.mark.parametrize(("other", "searches"), [(0.0, 1), (6.0, 2)])
def test_the_last_budget_is_searched_beyond_its_grid_only_where_that_leads_elsewhere(monkeypatch, other, searches):
    """With a second valley that is the lower one at the last budget, and without it."""
    begun, simplex = [], module._simplex

    def counted(quick, x, here, *rest):
        begun.append(here)
        return simplex(quick, x, here, *rest)

    def valleys(x, F):
        second = math.cosh(x[0] - 0.4 * F - other) - 0.5 * (F - math.log(1e8)) if other else math.inf
        return min(math.cosh(x[0] - 0.4 * F) - 0.3 * (F - math.log(1e8)), second), 1e-15

    monkeypatch.setattr(module, "_simplex", counted)
    least(valleys, quickly(valleys), BUDGETS[:2], (0.1,), (13.0,))
    assert begun == [math.log(f) for f in BUDGETS[:searches]]


def test_where_a_slope_is_lost_the_line_through_two_places_leads_on():
    """The second resource's slope is known to 1 only; its places are, unless they are off by as much."""

    def at(place, off):
        slope, lost = np.array([0.5, 0.9]), np.array([1e-3, 1.0])
        return module._At(np.array(place), np.array([1e-3, off]), *[1.0, 0.0], slope, lost, *[0.0, 0.0], np.eye(2))

    logs, here = [10.0, 14.0], 18.0
    led = module._ahead([at([5.0, -2.0], 0.01), at([7.0, -3.0], 0.01)], logs, here)
    assert led == pytest.approx([9.0, -4.0])
    lost = module._ahead([at([5.0, -2.0], 0.5), at([7.0, -3.0], 0.5)], logs, here)
    assert lost == pytest.approx([9.0, -3.0])
    alone = module._ahead([at([7.0, -3.0], 0.01)], logs[:1], 14.0)
    assert alone == pytest.approx([9.0, -3.0])


def test_a_valley_that_runs_on_to_where_there_is_no_loss_ends_at_a_border():
    """A flat floor whose least value is at x_2 = 0, beyond which there is no loss: the simplex stops before."""

    def valley(x, F):
        if x[1] > 0:
            return math.inf, math.inf
        return math.log(math.exp(-x[0]) + math.exp(x[0] - F) + 1e-5 * math.exp(-x[1] - F / 2)), 1e-15

    with pytest.raises(TauberInputError, match=r"border of what is searched: .* or no warm-up is best"):
        least(valley, quickly(valley), [1e6], (1.0, -12.0), (12.0, 0.0))


def test_steep_walls_hide_no_flat_valley():
    """Fourth derivatives of the walls are more, over the step of the differences, than the curvature along it."""
    turned = np.array([[1.0, 1.0], [1.0, -1.0]])

    def phi(x, here):
        across, along = turned @ x - [0.3, 0.1] * np.array(here)
        return (math.cosh(20 * across) - 1) / 10 + 0.05 * along**2 - here, 1e-12

    def quick(x, logs):
        return [phi(x, here)[0] for here in logs]

    budgets, slopes = [1e6, 1e9], np.linalg.solve(turned, [0.3, 0.1])
    start = slopes * math.log(1e6) + [0.1, -0.2]
    assert np.linalg.eigvalsh(module._differences(Known(quick), start, math.log(1e6), STEP)).min() < 0
    known, best = np.outer(np.log(budgets), slopes), -np.log(budgets)
    between = least_losses(phi, quick, budgets, start, slopes)
    assert between.x == pytest.approx(known, abs=1e-3)
    assert (abs(between.loss - best) <= between.error + 1e-12).all()
    found = least(phi, quick, budgets, (0.0, 0.0), (6.0, 6.0))
    assert (abs(found.x - known) <= found.x_error).all()
    assert (abs(np.log(found.loss) - best) <= found.error).all()


def test_a_bent_valley_is_followed():
    """A whole step of Newton leads out of it, to where the loss is larger."""

    def phi(x, here):
        return 200 * (x[1] - x[0] ** 2) ** 2 + 0.02 * (x[0] - 1) ** 2 - here, 1e-12

    def quick(x, logs):
        return [phi(x, here)[0] for here in logs]

    here, start = math.log(1e6), np.array([-0.5, 0.25])
    known = Known(quick)
    move = module._newton(module._bend(known, start, here), module._gradient(known, start, here))
    assert known(start + move, here) > known(start, here)
    shorter = module._lowering(known, start, move, here)
    assert known(start + shorter, here) < known(start, here)
    assert abs(shorter).max() < abs(move).max()
