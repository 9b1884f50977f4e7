"""The frontier over all that is free: losses of the contour, minima that are minima, slopes between budgets."""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.core.programme import Powers, least_exponent, least_exponents
from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.one_pass.training import warm_up
from tauber.numerics.models.plrf.trained_frontier import Declared, trained_frontier, trained_losses

CONSTANT = trained_frontier(Declared(0.8, 0.3, noise=0.5), [1e9, 1e12])


def _excess(f, d, gamma):
    """P - sigma^2 after f/d steps, with its relative error and its slope over log r at fixed d."""
    loss, error, slope, _ = PLRF(0.8, 0.3, d, math.inf, step_size=gamma, noise=0.5).point(f / d)
    return loss - 0.25, error * loss / (loss - 0.25), slope * loss / (loss - 0.25)


def test_a_constant_step_has_the_loss_and_the_slope_of_the_contour():
    """At a minimum the slope over the budget is that of the loss over log r, which the contour knows."""
    found, both = CONSTANT, zip(*(CONSTANT.resources[x] for x in ("d", "gamma")), strict=True)
    for n, (f, (d, gamma)) in enumerate(zip(found.budgets, both, strict=True)):
        known, error, slope = _excess(f, d, gamma)
        assert found.excess[n] == pytest.approx(known, rel=found.error[n] + error)
        assert found.slopes["loss"][n] == pytest.approx(slope, abs=found.slope_errors["loss"][n])
        for up, over in [(1.05, 1), (1 / 1.05, 1), (1, 1.05), (1, 1 / 1.05), (1.05, 1.05), (1 / 1.05, 1 / 1.05)]:
            assert _excess(f, up * d, over * gamma)[0] > found.excess[n]


def test_slopes_are_those_between_budgets():
    """The mean of the slopes at both ends is the slope between, up to their curvature: a part of their difference."""
    for name, values in (CONSTANT.resources | {"loss": CONSTANT.excess}).items():
        between = math.log(values[1] / values[0]) / math.log(1e3)
        first, last = CONSTANT.slopes[name]
        allowed = abs(last - first) / 2 + CONSTANT.slope_errors[name].max()
        assert between == pytest.approx((first + last) / 2, abs=allowed)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("declared", "budget"),
    [
        (Declared(0.4, 1, ratio=4), 1e12),
        (Declared(0.8, 0.3, noise=0.1, parallel=0.5), 1e12),
        (Declared(0.75, 1.2, parallel=0.5, steps=0.35), 1e15),
        (Declared(0.8, 0.3, noise=0.1, parallel=0.5, batch_cost=0.5), 1e12),
        (Declared(0.8, 0.3, noise=0.1, parallel=0.5, batch_cost=0.5, steps=0.25), 1e12),
        pytest.param(Declared(0.8, 0.3, noise=1, cooldown=2), 1e8, marks=pytest.mark.slow),
        pytest.param(Declared(0.75, 1.2, step_size=0.2, warmup=0.9), 1e9, marks=pytest.mark.slow),
        pytest.param(Declared(0.4, 0.7, ratio=4, warmup=0.75), 1e9, marks=pytest.mark.slow),
        pytest.param(Declared(0.8, 0.3, noise=1, averaging=5), 1e7, marks=pytest.mark.slow),
        pytest.param(
            Declared(0.8, 0.3, step_size=0.1, momentum=("dana-decaying", 1, 0.8)), 1e7, marks=pytest.mark.slow
        ),
        pytest.param(Declared(0.8, 0.3, step_size=0.1, momentum=("dana-constant", 1)), 1e7, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_no_neighbour_has_less(declared, budget):
    found = trained_frontier(declared, [budget])
    resources = {name: float(known[0]) for name, known in found.resources.items()}
    if declared.warmup is not None:
        resources["height"] = _height(declared, resources, budget)
    best = np.array([math.log(resources[name]) for name in declared.free])
    for direction in np.vstack([np.eye(len(best)), -np.eye(len(best)), np.ones((1, len(best)))]):
        beside, _ = declared.excess(tuple(best + 0.1 * direction), math.log(budget))
        assert beside > math.log(found.excess[0])


def _height(declared, resources, budget):
    """Of the warm-up that starts there: the peak over that, times the steps over the time that they make."""
    d, start = resources["d"], resources["start"]
    gamma = resources.get("gamma", declared.step_size)
    model = PLRF(declared.alpha, declared.beta, d, declared.ratio * d, step_size=gamma, allow_unstable=True)
    made = warm_up(model, start, declared.warmup).tau(np.array([budget / d]))[0]
    return budget / d / made / start


def test_steps_that_are_not_whole_are_between_those_that_are():
    declared, x = Declared(0.8, 0.3, noise=1, cooldown=2), (math.log(100.0), math.log(0.05))
    values = [declared.excess(x, math.log(100 * n))[0] for n in (500, 500.5, 501)]
    assert values[0] > values[1] > values[2]
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, abs=(values[0] - values[2]) / 100)


def test_a_batch_with_a_price_spends_the_budget():
    """f = d^2 r B^z by hand, as samples under the plain budget d (r B): the same run, the same loss."""
    f, d, batch, z = 1e15, 3e4, 200.0, 0.25
    samples = f / d**2 / batch**z * batch
    priced = Declared(0.8, 0.3, noise=0.1, parallel=0.5, cost=(2, 1), batch_cost=z)
    plain = Declared(0.8, 0.3, noise=0.1, parallel=0.5)
    x = (math.log(d), math.log(batch))
    known, _ = plain.excess(x, math.log(d * samples))
    assert priced.excess(x, math.log(f))[0] == pytest.approx(known, rel=1e-9)
    assert plain.excess(x, math.log(f / d))[0] != pytest.approx(known, rel=1e-3)
    limited = Declared(0.8, 0.3, noise=0.1, parallel=0.5, cost=(2, 1), batch_cost=z, steps=0.3)
    left = (f**0.7 / d**2) ** (1 / z)
    assert limited.excess(x[:1], math.log(f))[0] == pytest.approx(
        plain.excess((x[0], math.log(left)), math.log(d * left * f**0.3))[0], rel=1e-9
    )


@pytest.mark.parametrize("budgets", [[1e12, 1e9], []])
def test_budgets_must_increase(budgets):
    with pytest.raises(TauberInputError, match="must increase"):
        trained_frontier(Declared(0.8, 0.3, noise=1), budgets)


def test_a_budget_without_an_optimum_inside_is_refused():
    with pytest.raises(TauberInputError, match="raise the first budget"):
        trained_frontier(Declared(0.8, 0.3, noise=1), [1e3])


@pytest.mark.dear
def test_a_warm_up_that_is_best_left_out_is_said_to_be() -> None:
    """At (1/5, 11/20) the best start comes to the peak as budgets fall, from 0.69 of it at 1e9: at 1e7 none is best."""
    declared = Declared(0.2, 0.55, ratio=10.0, warmup=0.625)
    later = trained_frontier(declared, [1e8, 1e9])
    assert 1 > later.resources["start"][0] > later.resources["start"][1] > 0.6
    with pytest.raises(TauberInputError, match="no warm-up is best"):
        trained_frontier(declared, [1e7])


def test_the_least_exponent_of_a_list_of_terms():
    """By hand: Chinchilla's a b/(a + b); a window that excludes the tie; a size that costs nothing; none at all."""
    terms, window = [(-0.3, 0), (0, -0.2)], [(-1, 0), (0, -1)]
    assert least_exponent(terms, window, (1, 1)) == pytest.approx(0.3 * 0.2 / 0.5)
    assert least_exponent(terms, [*window, (2, -1)], (1, 1)) == pytest.approx(0.1)  # N^2 <= D: N = f^(1/3)
    assert least_exponent(terms, [], (0, 1)) == pytest.approx(0.2)  # the other term stays
    for lonely, allowed in [(terms[:1], []), (terms, [(-1, 0), (0, -1), (1, 1)])]:  # no bound; nothing allowed
        with pytest.raises(TauberInputError, match="no least value"):
            least_exponent(lonely, allowed, (0, 1))


def test_many_least_exponents_are_those_of_each():
    generator, losses = np.random.default_rng(3), []
    for size in (1, 2, 3, 2):
        terms, budget = -generator.random((size + 2, size)) - 0.1, tuple(generator.random(size) + 0.5)
        losses.append(Powers(terms.tolist(), (-np.eye(size)).tolist(), budget))
    alone = [least_exponent(loss.terms, loss.window, loss.budget) for loss in losses]
    assert least_exponents(losses) == pytest.approx(alone, rel=1e-12)
    assert len(set(alone)) == len(alone)
    with pytest.raises(TauberInputError, match="no least value"):
        least_exponents([*losses, Powers([(-0.3, 0)], [], (0, 1))])


@pytest.mark.dear
def test_a_frontier_over_far_budgets_is_the_one_over_near_ones():
    """At (3/20, 13/20) the curvature doubles between 1e6 and 1e9: Newton's iteration with the old one was lost."""
    declared = Declared(0.15, 0.65, ratio=10.0)
    far, near = (trained_frontier(declared, budgets) for budgets in ([1e6, 1e9], [1e8, 1e9]))
    assert far.excess[-1] == pytest.approx(near.excess[-1], rel=1e-6)
    assert far.resources["gamma"][-1] == pytest.approx(near.resources["gamma"][-1], rel=1e-3)


def test_a_peak_that_is_not_reached_is_no_size():
    """Half of the start and twice the step size would be the same run: the height of a rise up to the end is 8,000."""
    declared, budget = Declared(0.4, 1.0, ratio=10.0, warmup=1.125), math.log(1e15)
    for log_height, reached in ((7.0, True), (10.0, False)):
        x = (21.48, -4.8, log_height)
        assert math.isfinite(declared.excess(x, budget)[0]) == reached
        assert math.isfinite(declared.quick(x, (budget,))[0]) == reached


@pytest.mark.dear
@pytest.mark.parametrize(
    ("declared", "budgets"),
    [
        (Declared(0.75, 1.2, warmup=1.1, step_size=0.2), [1e12, 1e13]),
        (Declared(0.75, 1.2, warmup=1.1, step_law=(0.2, -0.1, -0.05), cost=(1.5, 0.8)), [1e12, 1e13]),
    ],
)
def test_the_slope_of_where_a_warm_up_starts_is_that_between_budgets(declared, budgets):
    """It is found from slopes of what is searched; here from the starts at two budgets."""
    found = trained_frontier(declared, budgets)
    rise = np.diff(np.log(found.resources["start"]))[0] / math.log(budgets[1] / budgets[0])
    error = found.resource_errors["start"].sum() / math.log(budgets[1] / budgets[0])
    assert rise == pytest.approx(found.slopes["start"].mean(), abs=error + found.slope_errors["start"].max())
    assert error < 0.002
    assert set(found.resources) == {"d", "start"}


@pytest.mark.dear
def test_a_late_warm_up_goes_where_corrections_lead():
    """alpha < 1/4, alpha < beta - 1/2: the time and the peak are free to leading order; f^(-1/80) moves them."""
    budgets, powers = [1e24, 1e28], {"d": 5 / 8, "gamma": -1 / 4, "height": 7 / 40}
    declared, constants = Declared(0.2, 1.1, ratio=4.0, warmup=2.0), {"d": 0.12, "gamma": 0.045, "height": 0.17}
    found, near = trained_losses(declared, budgets, powers, constants), budgets[0] ** (-1 / 80) / 80
    for rise, power in zip(np.diff(found.x, axis=0)[0] / math.log(1e4), powers.values(), strict=True):
        assert rise == pytest.approx(power, abs=near)


@pytest.mark.dear
@pytest.mark.parametrize("shift", [(0.0, 0.0, 0.25), (0.0, 0.0, -0.5), (0.5, 0.0, 0.0)])
def test_a_search_sees_no_walls_where_there_is_a_loss(shift):
    """Step sizes that are unstable in the end, whose loss the first steps in log time have with errors above 1e-6."""
    declared, budget = Declared(0.4, 1.0, ratio=10.0, warmup=1.125), math.log(1e15)
    x = tuple(np.array([21.48, -4.8, 6.8]) + shift)
    d, gamma = np.exp(x[:2])
    assert not PLRF(0.4, 1.0, d, 10 * d, step_size=gamma, allow_unstable=True).stable
    known, error = declared.excess(x, budget)
    assert math.isfinite(known)
    assert declared.quick(x, (budget,))[0] == pytest.approx(known, abs=error + 1e-6)


@pytest.mark.slow
def test_a_velocity_that_counts_from_some_budget_on():
    """DANA-constant beyond alpha = 3/4: at 1e9 its best size is that of SGD, near f^(1/2); at 1e12 it is f^0.38."""
    declared = Declared(1.1, 1.5, step_size=0.1, momentum=("dana-constant", 0.5))
    followed, alone = trained_frontier(declared, [1e9, 1e12]), trained_frontier(declared, [1e12])
    early, late = (math.log(d) / math.log(f) for d, f in zip(followed.resources["d"], (1e9, 1e12), strict=True))

    assert (early > 0.49, late < 0.39) == (True, True)
    assert followed.excess[1] == pytest.approx(alone.excess[0], rel=1e-6)
    assert followed.slopes["d"][1] == pytest.approx(alone.slopes["d"][0], abs=alone.slope_errors["d"][0])
