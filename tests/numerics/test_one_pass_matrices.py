"""A recursion of one's own: built-in optimisers written as matrices, and the stated refusals, against `Training`."""

import math

import numpy as np
import pytest

from tauber.numerics.errors import TauberInputError, UnstableStepSize
from tauber.numerics.models.one_pass.matrices import Matrices, MatrixTraining
from tauber.numerics.models.one_pass.matrix_frontier import matrix_frontier
from tauber.numerics.models.one_pass.nodes import Nodes
from tauber.numerics.models.one_pass.optimisers import dana_decaying, heavy_ball
from tauber.numerics.models.one_pass.recursion import rounding
from tauber.numerics.models.one_pass.training import Training
from tauber.numerics.models.plrf import PLRF
from tauber.numerics.models.plrf.frontier import frontier
from tauber.numerics.models.plrf.linear import LinearSteps, simulate_steps
from tauber.numerics.models.plrf.simulation import _draw, _problem

ALPHA, BETA, GAMMA, B, SIGMA = 0.8, 0.3, 0.05, 3, 0.4
TIMES = np.array([0, 1, 2, 10, 100, 1000])
EXACT = Nodes.from_eigenvalues(np.arange(1.0, 31) ** -1.6, np.arange(1.0, 31) ** -2.2, 0.01)


def model(d=100, **known):
    return PLRF(ALPHA, BETA, d, math.inf, batch=B, step_size=GAMMA, noise=SIGMA, **known)


def rows(entries, t, x):
    """Nested lists of numbers or arrays as one array of shape (.., n) for one step."""
    return np.array([rows(e, t, x) if isinstance(e, list) else np.broadcast_to(e, x.shape) for e in entries])


def stepped(entries):
    """A function of t and lambda, one step at a time, as the solver takes it."""
    return lambda times, x: np.stack([rows(entries(t, x), t, x) for t in times])


def fixed(entries):
    return lambda x: rows(entries(x), 0, x)


def sgd(gamma=GAMMA):
    return Matrices(
        1,
        stepped(lambda t, x: [[1 - 2 * gamma * B * x + gamma**2 * B * (B + 1) * x**2]]),
        stepped(lambda t, x: [gamma**2 * B * x]),
        fixed(lambda x: [x]), fixed(lambda x: [1 / x]), fixed(lambda x: [x]), constant=True,
    )  # fmt: skip


def momentum(damping, g2, g3, *, constant=False):
    """rho = E v^2, xi = E v y, chi = E y^2: the exact recursion of `own_models`, section 4."""

    def A(t, x):
        e, direct = 1 - damping(t), g3(t)
        both, square = g2 + direct, B * (B + 1) * x**2
        return [
            [
                1 - 2 * both * B * x + both**2 * square,
                -2 * direct * e + 2 * both * direct * e * B * x,
                direct**2 * e**2,
            ],
            [B * x - both * square, e - (both + direct) * e * B * x, -direct * e**2],
            [square, 2 * e * B * x, e**2],
        ]

    def b(t, x):
        both = g2 + g3(t)
        return [both**2 * B * x, -both * B * x, B * x]

    read = fixed(lambda x: [x, 0, 0])
    return Matrices(3, stepped(A), stepped(b), read, fixed(lambda x: [1 / x, 0, 0]), read, constant=constant)


def averaged(weight):
    """rho, E a v and E a^2 of the average a."""

    def A(t, x):
        e, kept = weight / (t + weight), 1 - GAMMA * B * x
        rho = 1 - 2 * GAMMA * B * x + GAMMA**2 * B * (B + 1) * x**2
        return [[rho, 0, 0], [e * rho, (1 - e) * kept, 0], [e**2 * rho, 2 * e * (1 - e) * kept, (1 - e) ** 2]]

    def b(t, x):
        e, noise = weight / (t + weight), GAMMA**2 * B * x
        return [noise, e * noise, e**2 * noise]

    start = fixed(lambda x: [1 / x, 1 / x, 1 / x])
    return Matrices(3, stepped(A), stepped(b), fixed(lambda x: [x, 0, 0]), start, fixed(lambda x: [0, 0, x]))


KNOWN = {
    "SGD": (sgd(), {}),
    "heavy ball": (momentum(lambda t: 0.3, 0.0, lambda t: GAMMA * 0.3, constant=True), {"momentum": heavy_ball(0.3)}),
    "DANA-decaying": (
        momentum(lambda t: 8 / (t + 8), GAMMA, lambda t: GAMMA * 0.5 * (1 + t) ** (-1 / (2 * ALPHA))),
        {"momentum": dana_decaying(ALPHA, 0.5)},
    ),
    "averaging": (averaged(4.0), {"averaging": 4.0}),
}


@pytest.mark.parametrize("name", KNOWN)
def test_built_in_optimisers_as_matrices(name: str) -> None:
    matrices, known = KNOWN[name]
    exact = MatrixTraining(matrices, model().nodes, 100.0, SIGMA**2, EXACT).curve(TIMES)
    told = Training(model(), nodes=EXACT, **known).curve(TIMES, "recursion")
    # another order of the same sums: the round-off that both state
    assert (abs(exact.excess / told.excess - 1) <= 2 * rounding(TIMES, len(EXACT.x))).all()

    spread = MatrixTraining(matrices, model().nodes, 100.0, SIGMA**2).curve(TIMES)
    told = Training(model(), **known).curve(TIMES, "recursion")
    assert (abs(spread.excess / told.excess - 1) <= spread.excess_error + told.excess_error).all()
    assert (spread.error < 1e-9).all()


def test_other_powers_of_the_eigenvalue_need_no_polynomial() -> None:
    """Steps gamma sqrt(lambda) on each mode: A is a polynomial in lambda^(1/2), against drawn W."""
    gamma = 0.05

    def preconditioned(n):
        step = lambda x: gamma * x ** (n / 2)  # noqa: E731
        return Matrices(
            1,
            stepped(lambda t, x: [[1 - 2 * step(x) * B * x + step(x) ** 2 * B * (B + 1) * x**2]]),
            stepped(lambda t, x: [step(x) ** 2 * B * x]),
            fixed(lambda x: [x]), fixed(lambda x: [1 / x]), fixed(lambda x: [x]), constant=True,
        )  # fmt: skip

    wide = PLRF(ALPHA, BETA, 30.0, 60, batch=B, step_size=GAMMA)
    drawn = np.random.default_rng(1)
    found = MatrixTraining(preconditioned(1), wide.nodes, 30.0).curve([1, 10, 100])
    draws = []
    for _ in range(40):  # of W; the median is the deterministic equivalent up to a relative 1/d
        given, _ = _draw(*_problem(wide), wide, drawn)
        nodes = Nodes.from_eigenvalues(given.eigenvalues, given.power, max(float(given.floor), 0.0))
        draws.append(MatrixTraining(preconditioned(1), wide.nodes, 30.0, 0.0, nodes).curve([1, 10, 100]).loss)
    middle, spread = np.median(draws, axis=0), np.std(draws, axis=0)
    assert (abs(middle - found.loss) <= 4 * 1.2533 * spread / math.sqrt(40) + found.loss / 30).all()


def test_a_frontier_of_matrices_is_that_of_the_solver() -> None:
    def at(d):
        return MatrixTraining(sgd(), PLRF(ALPHA, BETA, d, math.inf, batch=B, step_size=GAMMA).nodes, d)

    found = matrix_frontier(at, [1e5], batch=B)
    known = frontier(ALPHA, BETA, [1e5], batch=B, step_size=GAMMA, ratio=math.inf)
    assert abs(found.d[0] / known.d[0] - 1) <= found.d_error[0] + known.d_error[0] < 1e-2
    assert abs(found.excess[0] / known.loss[0] - 1) <= found.error[0] + known.error[0]
    for name in ("d_slope", "loss_slope"):
        allowed = getattr(found, f"{name}_error")[0] + getattr(known, f"{name}_error")[0]
        assert abs(getattr(found, name)[0] - getattr(known, name)[0]) <= allowed


def nesterov(rate):
    """y' = rate y + G, v' = v - gamma (G + rate y'): v and y, as steps."""
    carry = np.array([[1.0, -GAMMA * rate**2], [0.0, rate]])
    return LinearSteps(lambda t: (carry, np.array([-GAMMA * (1 + rate), 1.0])), np.array([1.0, 0.0]), 2)


def test_a_new_optimiser_against_its_runs() -> None:
    """Nesterov's momentum on sampled data, each run less the exact expectation at its own W."""
    drawn = PLRF(ALPHA, BETA, 10, 40, batch=B, step_size=GAMMA, noise=SIGMA)
    rate, runs, times = 0.5, 400, [1, 3, 10, 40]
    found = simulate_steps(drawn, nesterov(rate), times, seed=7, runs=runs)
    # v' = v - gamma (1 + rate) G - gamma rate^2 y, y' = rate y + G: heavy ball's form with g2 = gamma, g3 = gamma rate
    matrices = momentum(lambda t: 1 - rate, GAMMA, lambda t: GAMMA * rate, constant=True)
    generator = np.random.default_rng(7)  # draws the same W first
    told = []
    for _ in range(runs):
        given, _ = _draw(*_problem(drawn), drawn, generator)
        nodes = Nodes.from_eigenvalues(given.eigenvalues, given.power, max(float(given.floor) - SIGMA**2, 0.0))
        told.append(MatrixTraining(matrices, drawn.nodes, 10.0, SIGMA**2, nodes).curve(times).loss)
    apart = found.losses - np.array(told)
    error = apart.std(axis=0, ddof=1) / math.sqrt(runs)

    assert (abs(apart.mean(axis=0)) <= 4 * error).all()
    plain = found.losses - np.array([t * 1.1 for t in told])  # ten percent off would be seen
    assert (abs(plain.mean(axis=0)) > 4 * plain.std(axis=0, ddof=1) / math.sqrt(runs)).any()


def test_instability_is_refused() -> None:
    with pytest.raises(UnstableStepSize, match="its moments grow from step to step"):
        MatrixTraining(sgd(2.0), model().nodes, 100.0).curve([10])
    limit = float(model().stability_limit)  # of the noise, which comes back as itself there
    with pytest.raises(UnstableStepSize, match=r"comes back as 1\.0"):
        MatrixTraining(sgd(1.001 * limit), model().nodes, 100.0).curve([10])
    MatrixTraining(sgd(0.999 * limit), model().nodes, 100.0).curve([10])


def test_times_are_whole_and_finite() -> None:
    for times in ([1.5], [], [-1], [1e8]):
        with pytest.raises(TauberInputError, match="`times`"):
            MatrixTraining(sgd(), model().nodes, 100.0).curve(times)
