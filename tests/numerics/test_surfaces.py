"""The models' exact surfaces as forms: the best ridge, the interpolation, recovery, what is foretold, the optimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.explaining import LearningCurve
from tauber.numerics.models.explaining.best import best_losses
from tauber.numerics.runs import (
    FORMS,
    SURFACE_FORMS,
    Cost,
    Fitted,
    Runs,
    bootstrap,
    fit,
    held_out,
    interval,
    optimum,
    profile,
    surface_runs,
)
from tauber.numerics.runs.surfaces import Lattice, Surface

from ..sampling import some

LAW = {"E": 1.2, "S": 3.0, "N0": 1e5, "D0": 1e6}
EXPONENTS = {"plrf": {"alpha": 0.82, "beta": 0.44}, "dynamical": {"a": 1.9, "b": 1.53},
             "explaining": {"a": 1.9, "b": 1.53}}  # fmt: skip
NAMES = ["explaining", pytest.param("plrf", marks=pytest.mark.slow), pytest.param("dynamical", marks=pytest.mark.slow)]
COST = Cost(1.0)


def drawn(name: str, noise: float) -> Runs:
    """48 runs of a model on a grid."""
    size, data = (x.ravel() for x in np.meshgrid(np.geomspace(1e6, 1e8, 8), np.geomspace(1e7, 1e10, 6)))
    return surface_runs(name, LAW | EXPONENTS[name], size, data, noise, seed=3)


@pytest.fixture(scope="module", params=NAMES)
def fitted(request: pytest.FixtureRequest) -> Fitted:
    """A model's form fitted to noisy runs of itself."""
    return fit(SURFACE_FORMS[request.param], drawn(request.param, 0.003))


@pytest.mark.parametrize(("a", "b"), some([(1.8, 1.5), (1.5, 1.5), (3.2, 1.5)], quick=(1, 2)))
def test_the_best_ridge_is_the_one_that_a_search_finds(a: float, b: float) -> None:
    features, data = np.array([3.0, 100.0]), np.array([50.0, 100.0, 3000.0])
    searched = [[LearningCurve(a, b).optimal_ridge(d, p).loss for d in data] for p in features]

    assert best_losses(a, b, features, data) == pytest.approx(np.array(searched), rel=1e-4)


def _powers(first: float, second: float, sizes: np.ndarray, datas: np.ndarray) -> np.ndarray:
    """A surface whose terms cross, in closed form."""
    n, d = np.meshgrid(sizes, datas, indexing="ij")
    return n**-first + 3 * d**-second + n**-0.5 * d ** (-second / 2)


def _surface(refined: int) -> Surface:
    """Its table on a lattice with so many steps in one."""
    exponents = Lattice(0.4, 0.1 / refined, 10 * refined + 1), Lattice(0.4, 0.1 / refined, 10 * refined + 1)
    place = Lattice(0.0, 1.0 / refined, 10 * refined + 1)
    return Surface("powers", ("a", "b"), "", _powers, exponents, place, place, ((1,), (1,)))


def test_the_interpolation_is_of_fourth_order() -> None:
    """Half the step has a sixteenth of the error; a third order would have an eighth."""
    generator = np.random.default_rng(0)
    x, y = generator.uniform(0, 10, (2, 1, 200))
    at = np.array([[0.83, 0.67]])
    exact = np.log([_powers(0.83, 0.67, np.exp([n]), np.exp([d]))[0, 0] for n, d in zip(x[0], y[0], strict=True)])
    coarse, fine = (abs(_surface(k).at(at, x, y)[0] - exact).max() for k in (1, 2))

    assert fine < coarse / 8
    assert _surface(2).error(at[0], x[0], y[0], 200) == pytest.approx(fine)
    assert np.isnan(_surface(1).at(at, x + 10, y)).all()


def test_slopes_are_those_of_the_table_and_a_node_needs_only_itself() -> None:
    surface = _surface(1)
    x, y = np.array([[2.3, 7.1]]), np.array([[4.4, 1.7]])
    value, *slopes = surface.with_slopes(np.array([[0.5, 0.9]]), x, y, still=True)
    assert len(surface._nodes) == 1
    assert value == pytest.approx(surface.at(np.array([[0.5, 0.9]]), x, y))
    assert not np.any(slopes[2:])
    at = np.array([[0.53, 0.87]])
    value, *slopes = surface.with_slopes(at, x, y)
    h = 1e-5  # the next term is h^2/6 of a third derivative of order 1
    for n, found in enumerate(slopes):
        up, down = (
            surface.at(at + sign * h * (np.arange(2) == n - 2), x + sign * h * (n == 0), y + sign * h * (n == 1))
            for sign in (1, -1)
        )
        assert found == pytest.approx((up - down) / (2 * h), abs=1e-8)


def test_derivatives_of_the_form_are_those_of_its_log_loss() -> None:
    form = SURFACE_FORMS["explaining"].prepared(drawn("explaining", 0))
    x = form.coordinates(drawn("explaining", 0))
    centred = np.array([[0.7, -1.8, 4.7, 5.8, 1.91, 1.53]])
    for theta, at in ((centred, x), form.at_origin(centred, x)):
        value, slopes = form.linearised(theta, at)
        assert value == pytest.approx(form.log_loss(theta, at))
        assert value == pytest.approx(form.log_loss(centred, x))
        assert form.natural(theta, at) == pytest.approx(form.natural(centred, x))
        for i in range(6):
            step = 1e-5 * (np.arange(6) == i)
            numeric = (form.log_loss(theta + step, at) - form.log_loss(theta - step, at)) / 2e-5
            assert slopes[:, i] == pytest.approx(numeric, abs=1e-7)


@pytest.mark.dear
def test_runs_of_a_model_lead_back_to_its_parameters(fitted: Fitted) -> None:
    truth = LAW | EXPONENTS[fitted.form.name]
    samples = bootstrap(fitted, 100, 0)
    natural, ends = fitted.form.natural(samples.theta, fitted.x), profile(fitted, samples)
    for i, name in enumerate(fitted.form.parameters):
        at = interval(fitted.natural[i], natural[:, i])
        assert at.low < truth[name] < at.high, name
        low, high = ends[name]
        assert low is None or high is None or low < at.value < high
    assert fitted.agreeing > fitted.starts / 2
    assert fitted.at_bounds == {}
    table = fitted.form.surface.error(fitted.theta[4:], *(fitted.x.log + fitted.theta[2:4, None]))
    assert table < 0.003  # the noise


@pytest.mark.dear
def test_the_exact_form_foretells_better_than_the_sum(fitted: Fitted) -> None:
    exact, additive = held_out(fitted.runs, [fitted.form, FORMS["sum"]], fitted.huber, fitted)

    assert all(one.error < other.error for one, other in zip(exact.cuts, additive.cuts, strict=True))
    assert exact.in_sample < additive.in_sample


def test_the_optimum_is_that_of_the_model(fitted: Fitted) -> None:
    """At a fit without noise, by a search on the model itself: N* is flat, so it is known to the root of the table."""
    name = fitted.form.name
    theta = fitted.theta[None]
    budget = np.array([3e15])
    best = optimum(fitted, theta, COST, budget)
    natural = dict(zip(fitted.form.parameters, fitted.natural, strict=True))

    def loss(log_size: float) -> float:
        size = np.exp([log_size])
        return float(surface_runs(name, natural, size, budget / size).loss[0])

    centre = float(np.log(best.size[0, 0]))
    found = minimize_scalar(loss, bounds=(centre - 2, centre + 2), method="bounded", options={"xatol": 1e-4})
    table = fitted.form.surface.error(fitted.theta[4:], *(fitted.x.log + fitted.theta[2:4, None]))
    assert best.loss[0, 0] == pytest.approx(found.fun, rel=table)
    assert centre == pytest.approx(found.x, abs=2 * table**0.5)
    assert COST.of(best.size, best.data) == pytest.approx(3e15)
    assert best.size_exponent + best.data_exponent == pytest.approx(1)
    beyond = optimum(fitted, theta, COST, np.array([1e40]))
    assert np.isnan(beyond.size).all()


def test_tables_wider_than_the_surface_are_refused() -> None:
    size, data = (x.ravel() for x in np.meshgrid(np.geomspace(1, 1e7, 8), np.geomspace(1e7, 1e9, 6)))
    with pytest.raises(TauberInputError, match=r"The size spans 7.0 decades"):
        fit(SURFACE_FORMS["explaining"], Runs(np.linspace(3, 2, 48), size, data))
    with pytest.raises(TauberInputError, match="needs a column of data"):
        fit(SURFACE_FORMS["explaining"], Runs(np.linspace(3, 2, 48), size**0.5))
