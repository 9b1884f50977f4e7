"""Compute-optimal frontier and exponents measured on curves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import zeta

from tauber.numerics import PLRF, TauberInputError, extrapolate, local_slopes, straight_window
from tauber.numerics.core.optimum import vertex
from tauber.numerics.models.one_pass import lockstep
from tauber.numerics.models.plrf import frontier


def test_frontier_is_a_minimum_with_the_stated_slopes():
    """Loss above the frontier on both sides; slopes against a difference of two budgets."""
    step = 1e-3
    budgets = 1e14 * np.exp([-step, 0, step])
    found = frontier(0.81, 0.29, budgets, step_size=0.15)
    for factor in (0.97, 1.03):
        d = found.d[1] * factor
        assert PLRF(0.81, 0.29, d, math.inf, step_size=0.15).curve([budgets[1] / d]).loss[0] > found.loss[1]
    assert found.loss_slope[1] == pytest.approx(np.log(found.loss[2] / found.loss[0]) / (2 * step), abs=1e-7)
    assert found.d_slope[1] == pytest.approx(np.log(found.d[2] / found.d[0]) / (2 * step), abs=1e-4)
    assert found.loss_slope_error.max() < 1e-6
    assert found.d_error.max() < 1e-6


@pytest.mark.parametrize(("alpha", "beta"), [(1.13, 0.81), (0.71, 1.13)])
def test_frontier_approaches_its_leading_order(alpha, beta):
    """Phases II and III at v = inf, B = 1: the two powers of plrf_asymptotics.md, section 6, written out here.

    The correction is of relative order f^-0.16 and f^-0.15: below 3e-3 at f = 1e16 and 3e-4 at 1e24.
    """
    gamma, q, p = 0.1, 1 / (2 * alpha), (2 * alpha + 2 * beta - 1) / (2 * alpha)
    orders = np.arange(1, 60)
    norm = 0.5 * (gamma**orders * zeta(2 * alpha * orders)).sum()
    forced = (gamma**orders * zeta(2 * beta + 2 * alpha * orders)).sum() + zeta(2 * beta)
    budgets = [1e16, 1e24]
    found = frontier(alpha, beta, budgets, step_size=gamma)
    for f, loss, allowed in zip(budgets, found.loss, (3e-3, 3e-4), strict=True):
        t = 2 * gamma * f
        noise = forced * gamma / 2 * q * math.gamma(2 - q) * t ** (q - 2) / (1 - norm) ** 2
        bias = q * math.gamma(p) * t**-p / (1 - norm)
        embedding = zeta(2 * beta) * q * math.gamma(1 - q) * t ** (q - 1) / (1 - norm)
        power, rising = (p, bias) if beta < alpha else (2 - q, noise)
        d = (q * embedding / (power * rising)) ** (1 / (power + q))
        assert loss == pytest.approx(rising * d**power * (1 + power / q), rel=allowed)


@pytest.mark.parametrize(("alpha", "beta", "ratio"), [(0.4, 0.3, 10), (0.15, 0.9, 4), (0.4, 1, 10)])
def test_frontier_below_the_high_dimensional_line(alpha, beta, ratio):
    found = frontier(alpha, beta, [1e10, 1e16], ratio=ratio)
    assert (found.d_error < 1e-5).all()
    assert (np.diff(found.loss) < 0).all()
    chord = math.log(found.loss[1] / found.loss[0]) / math.log(1e6)
    assert min(found.loss_slope) - 0.01 <= chord <= max(found.loss_slope) + 0.01


def test_frontier_refuses_what_has_no_minimum():
    with pytest.raises(TauberInputError, match="raise the budget"):
        frontier(0.8, 0.3, [1.0])
    for alpha, beta in ((0.2, 0.2), (0.3, 0.1)):
        with pytest.raises(
            TauberInputError, match=r"no interior minimum .* without a power law \(alpha \+ beta <= 1/2\)"
        ):
            frontier(alpha, beta, [1e8])
    with pytest.raises(TauberInputError, match=r"up to d = 9e\+23, .* lower the budget"):
        frontier(0.8, 0.3, [1e80])
    with pytest.raises(TauberInputError, match="up to 1e\\+100"):
        frontier(0.8, 0.3, [1e101])
    with pytest.raises(TauberInputError, match="ratio"):
        frontier(0.8, 0.3, [1e8], ratio=1)
    with pytest.raises(TauberInputError, match="positive"):
        frontier(0.8, 0.3, [-1.0])


@given(exponent=st.floats(-3, 3), constant=st.floats(0.01, 100), spacing=st.floats(0.01, 1))
def test_slopes_of_a_power(exponent, constant, spacing):
    x = np.exp(spacing * np.arange(12) ** 1.1)
    slopes = local_slopes(x, constant * x**exponent)
    assert slopes.values == pytest.approx(exponent, abs=1e-10)
    window = straight_window(x, constant * x**exponent, 1e-12)
    assert window.points == 12
    assert window.exponent == pytest.approx(exponent, abs=1e-10)


def test_window_finds_the_straight_part_and_says_how_straight():
    """x^-1 + 1e-8: the slope -1 up to x ~ 1e5, then the plateau; the uncertainty covers the bias of the fit."""
    x = np.logspace(0, 12, 121)
    window = straight_window(x, 1 / x + 1e-8, tolerance=0.01)
    assert window.stop < 1e7 or window.start > 1e9
    target = -1 if window.stop < 1e7 else 0
    assert abs(window.exponent - target) <= window.error < 0.02
    with pytest.raises(TauberInputError, match="no three"):
        straight_window(np.array([1, 2, 3, 4.0]), np.array([1, 5, 1, 7.0]), tolerance=0.01)


def test_slope_errors_cover_noise():
    """One per cent noise: of 400 slopes at most a few per cent lie beyond two stated errors."""
    rng = np.random.default_rng(0)
    x = np.logspace(0, 4, 402)
    y = x**-0.7 * np.exp(0.01 * rng.standard_normal(402))
    slopes = local_slopes(x, y, 0.01)
    assert (abs(slopes.values + 0.7) > 2 * slopes.error).mean() < 0.05


def test_extrapolation_is_exact_for_one_correction_and_refuses_none():
    limit = extrapolate(0.5 + 0.3 * 0.4 ** np.arange(5))
    assert limit.value == pytest.approx(0.5, abs=1e-12)
    assert limit.ratio == pytest.approx(0.4)
    two = extrapolate(0.5 + 0.3 * 0.4 ** np.arange(6) + 0.1 * 0.2 ** np.arange(6))
    assert abs(two.value - 0.5) <= two.error < 0.01
    for bad in ([1, 2, 3], [1, 0.5, 0.75], [1, 1, 1], [1, 2]):
        with pytest.raises(TauberInputError):
            extrapolate(bad)


def test_budgets_together_are_budgets_alone():
    """A shared grid of sizes and rounds for all change nothing beyond the errors."""
    budgets = [1e8, 1e12, 1e9, 1e10]
    together = frontier(0.8, 0.3, budgets, step_size=0.1)
    for k, budget in enumerate(budgets):
        alone = frontier(0.8, 0.3, [budget], step_size=0.1)
        assert abs(math.log(together.d[k] / alone.d[0])) <= together.d_error[k] + alone.d_error[0]
        assert together.loss[k] == pytest.approx(alone.loss[0], rel=together.error[k] + alone.error[0])
        apart = abs(together.d_slope[k] - alone.d_slope[0])
        assert apart <= together.d_slope_error[k] + alone.d_slope_error[0]


@given(place=st.floats(-2.9, 2.9), bend=st.floats(0.5, 5), third=st.floats(-0.1, 0.1), fourth=st.floats(0, 0.02))
def test_the_vertex_of_five_values_of_a_quartic_is_its_minimum(place, bend, third, fourth):
    x = np.arange(-2, 3) - place
    found = vertex(bend * x**2 / 2 + third * x**3 / 6 + fourth * x**4 / 24)
    assert found == pytest.approx(place, abs=1e-11)


@pytest.mark.parametrize(("alpha", "beta"), [(0.8, 0.3), (1.1, 0.6), (0.4, 0.5), (0.7, 1.2)])
def test_a_frontier_takes_few_models(alpha, beta, monkeypatch):
    """Cost: losses at a size for each decade, then eighteen a budget, in five rounds for all; no model by itself."""
    built, rounds = [], []
    settle, points = PLRF._settle_step_size, lockstep.points
    monkeypatch.setattr(PLRF, "_settle_step_size", lambda model: built.append(model) or settle(model))
    monkeypatch.setattr(
        lockstep, "points", lambda spectra, *rest: rounds.append(len(spectra)) or points(spectra, *rest)
    )
    budgets = [1e8, 1e12, 1e16]
    found = frontier(alpha, beta, budgets)
    assert not built
    assert len(rounds) <= 5
    assert sum(rounds) <= sum(math.log10(budget) + 18 for budget in budgets)
    assert (found.d_error < 1e-6).all()


@pytest.mark.parametrize(("alpha", "beta", "budget"), [(0.2, 0.2, 1e12), (0.3, 0.1, 1e20), (0.8, 0.3, 1e80)])
def test_that_there_is_no_minimum_costs_no_more_than_one(alpha, beta, budget, monkeypatch):
    """At either end: at most two sizes for each decade and a few, in four rounds; the loss does fall to the end."""
    rounds = []
    points = lockstep.points
    monkeypatch.setattr(
        lockstep, "points", lambda spectra, *rest: rounds.append(len(spectra)) or points(spectra, *rest)
    )
    with pytest.raises(TauberInputError, match="no interior minimum"):
        frontier(alpha, beta, [budget])
    assert 0 < len(rounds) <= 4
    top = min(math.log10(budget), 24)
    assert sum(rounds) <= 3 * top + 5
    ratio, sizes = (10, np.geomspace(7, 1e6, 12)) if alpha < 0.5 else (math.inf, np.geomspace(1e23, 1e10, 12))
    losses = [PLRF(alpha, beta, d, ratio * d).curve([budget / d]).loss[0] for d in sizes]
    assert (np.diff(losses) > 0).all()
