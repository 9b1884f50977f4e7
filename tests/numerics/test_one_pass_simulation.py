"""Real training, drawn features and drawn data, against the exact recursion and the deterministic equivalent."""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.one_pass.optimisers import dana_constant, dana_decaying, heavy_ball
from tauber.numerics.models.one_pass.schedule import CoolDown, Decay, Steps, WarmUp
from tauber.numerics.models.one_pass.training import Training
from tauber.numerics.models.plrf.simulation import draw
from tauber.numerics.models.plrf.training import expected, given_draw, simulate

from ..sampling import some

MODEL = PLRF(1.0, 0.5, 12, 40, noise=0.3, batch=2, step_size=0.05)
TIMES = [1, 10, 60, 200]
RUNS = 300

TRAININGS = {
    "cool-down": Training(MODEL, schedule=CoolDown(200, 2)),
    "warm-up": Training(MODEL, schedule=WarmUp(0.1, 0.5)),
    "own": Training(MODEL, schedule=Steps(np.random.default_rng(0).random(200))),
    "averaging": Training(MODEL, averaging=3.0),
    "heavy-ball": Training(MODEL, momentum=heavy_ball(0.2)),
    "dana-constant, averaged": Training(MODEL, momentum=dana_constant(0.1), averaging=5.0),
    "dana-decaying, power": Training(MODEL, momentum=dana_decaying(1.0), schedule=Decay(0.3, 5)),
}


@pytest.mark.parametrize("name", some(list(TRAININGS), quick=(0, 3, 6)))
def test_sampled_data_against_the_exact_recursion_run_by_run(name):
    """The same W in both, so that only the data scatter: the mean difference within 4 standard errors of zero."""
    training, generator = TRAININGS[name], np.random.default_rng(1)
    run = simulate(training, TIMES, seed=1, runs=RUNS)
    exact = np.array([given_draw(training, generator).curve(TIMES).loss for _ in range(RUNS)])
    difference = run.losses / exact - 1
    error = difference.std(axis=0, ddof=1) / math.sqrt(RUNS)
    assert np.all(abs(difference.mean(axis=0)) <= 4 * error)
    assert np.all(error < 0.03)


def test_one_draw_by_the_solver_there_was():
    """Plain SGD of one W: the recursion on its eigenvalues is `GivenDraw`'s."""
    one, other = np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(4):
        expected = draw(MODEL, other).curve(TIMES, "recursion")
        assert given_draw(Training(MODEL), one).curve(TIMES).loss == pytest.approx(expected.loss, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAININGS)
def test_the_deterministic_equivalent_is_the_limit_of_draws(name):
    """Medians over 60 draws, at d and 4 d: the difference is O(1/d), so at most 4/d + 4 standard errors at each."""
    for d in (10, 40):
        old = TRAININGS[name]
        model = PLRF(1.0, 0.5, d, 4 * d, noise=0.3, batch=2, step_size=0.05)
        training = Training(model, schedule=old.schedule, momentum=old.momentum, averaging=old.averaging)
        generator = np.random.default_rng(4)
        drawn = np.array([given_draw(training, generator).curve(TIMES).loss for _ in range(60)])
        quartiles = np.quantile(drawn, [0.25, 0.75], axis=0)
        error = 1.2533 * (quartiles[1] - quartiles[0]) / 1.349 / math.sqrt(60)
        expected = training.curve(TIMES).loss
        assert np.all(abs(np.median(drawn, axis=0) - expected) <= 4 * error + 4 / d * expected)


def test_draws_are_those_of_one_after_the_other():
    found = expected(TRAININGS["averaging"], TIMES[::-1], seed=2, draws=3)
    generator = np.random.default_rng(2)
    one_by_one = [given_draw(TRAININGS["averaging"], generator).curve(TIMES[::-1]).loss for _ in range(3)]
    assert found.losses.tolist() == np.array(one_by_one).tolist()


def test_a_draw_that_overflows_is_infinite_from_there_on():
    model = PLRF(1.0, 0.5, 12, 40, step_size=4, allow_unstable=True)
    found = expected(Training(model, schedule=Decay(0.01)), [10**5, 0, 10], seed=1, draws=2)
    assert np.isfinite(found.losses[:, 1:]).all()
    assert np.isinf(found.losses[:, 0]).all()
    assert found.unstable == 2


def test_refusals():
    with pytest.raises(TauberInputError, match="schedule ends"):
        simulate(TRAININGS["cool-down"], [201], seed=1, runs=2)
    with pytest.raises(TauberInputError, match="whole"):
        simulate(Training(PLRF(1.0, 0.5, 12, math.inf)), [1], seed=1, runs=2)
