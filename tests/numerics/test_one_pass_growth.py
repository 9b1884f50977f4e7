"""Recursions whose matrices change with the step: a loss that grows for good is refused, one that comes back is not."""

import math
import re

import numpy as np
import pytest

from tauber.numerics.errors import Diverged
from tauber.numerics.models.one_pass.growth import watched
from tauber.numerics.models.one_pass.matrices import Matrices, MatrixTraining
from tauber.numerics.models.one_pass.matrix_frontier import matrix_frontier
from tauber.numerics.models.plrf import PLRF

B = 2


def of_steps(gamma, kick=lambda t: 1.0):
    """SGD with a step size, and a factor on its noise, that are functions of the step."""

    def A(times, x):
        return np.stack([[[1 - 2 * gamma(t) * B * x + gamma(t) ** 2 * B * (B + 1) * x**2]] for t in times])

    def b(times, x):
        return np.stack([[kick(t) * gamma(t) ** 2 * B * x] for t in times])

    return Matrices(1, A, b, lambda x: x[None], lambda x: 1 / x[None], lambda x: x[None])


def nesterov(gamma):
    """y' = mu y + G, v' = v - gamma (G + mu y'), mu = 1 - 3/(t + 3), as second moments of (v, y)."""

    def moments(times, x):
        """A and b, a matrix and a vector for each time and mode."""
        t = np.array(times, dtype=float)[:, None]
        mu, later = 1 - 3 / (t + 3), 1 - 3 / (t + 4)
        push = (-gamma * (1 + later), 1 + 0 * t)
        M = [[1 + B * x * push[0], -gamma * later * mu], [B * x * push[1], mu]]
        pairs = [(0, 0), (0, 1), (1, 1)]
        A = [
            M[i][k] * M[j][h] + (k != h) * M[i][h] * M[j][k] + ((k, h) == (0, 0)) * push[i] * push[j] * B * x**2
            for i, j in pairs for k, h in pairs
        ]  # fmt: skip
        b = [push[i] * push[j] * B * x**2 for i, j in pairs]
        shape = (len(t), len(x))
        return (
            np.stack([np.broadcast_to(entry, shape) for entry in A], axis=1).reshape(len(t), 3, 3, len(x)),
            np.stack([np.broadcast_to(entry, shape) for entry in b], axis=1),
        )

    one = np.array([1.0, 0, 0])
    return Matrices(
        3,
        lambda times, x: moments(times, x)[0],
        lambda times, x: moments(times, x)[1],
        lambda x: np.outer(one, 1 + 0 * x), lambda x: np.outer(one, 1 + 0 * x), lambda x: np.outer(one, 1 + 0 * x),
    )  # fmt: skip


def trained(matrices, noise=0.1):
    return MatrixTraining(matrices, PLRF(0.8, 0.3, 100, math.inf).nodes, 100.0, noise)


@pytest.mark.parametrize(
    ("matrices", "last", "since"),
    [
        (nesterov(1 / 5), 100, (2, 32)),
        (nesterov(1 / 50), 2000, (64, 512)),
        (nesterov(1 / 5), 20000, (2, 32)),  # beyond the range of float64
        (of_steps(lambda t: 0.05, lambda t: 1 + t / 10), 3000, (1, 256)),
        (of_steps(lambda t: 0.05, lambda t: 40.0 if t > 50 else 1.0), 1000, (32, 64)),
        (of_steps(lambda t: 0.05, lambda t: 40.0 if t > 50 else 1.0), 10**5, (32, 64)),
    ],
)
def test_what_grows_for_good_is_refused_with_the_step_from_which_on(matrices, last, since):
    with pytest.raises(Diverged, match="grows without bound from about step") as refused:
        trained(matrices).curve([1, last])
    start = float(re.search(r"about step (\S+) on", str(refused.value))[1])
    assert since[0] <= start <= since[1]
    assert "lower the step size" in str(refused.value)


def test_what_comes_back_is_not_refused_even_at_its_highest():
    """Sixty times the noise from step 50 to 90: the loss is far beyond its start then, and small in the end."""
    matrices = of_steps(lambda t: 0.05, lambda t: 60.0 if 50 < t < 90 else 1.0)
    start, top, end = trained(matrices).curve([0, 90, 20000]).loss
    assert top > 100 * start > 1000 * end
    assert trained(matrices).curve([90]).loss[0] == pytest.approx(top, rel=1e-6)


def test_a_loss_that_rises_below_its_start_is_the_users_own_matter():
    """Noise that grows, but feeds itself by less than one: a curve that rises, and no more."""
    curve = trained(of_steps(lambda t: 0.05, lambda t: 1 + 3 * math.tanh(t / 1000)), noise=1.0).curve([300, 10000])
    assert curve.loss[1] > curve.loss[0]


@pytest.mark.dear
def test_a_frontier_leaves_out_runs_that_are_too_long():
    """Its best runs end before the loss grows; where none does that is said."""
    nodes = PLRF(0.8, 0.3, 100, math.inf).nodes
    found = matrix_frontier(lambda d: MatrixTraining(nesterov(1 / 50), nodes, d, 0.0), [2e5], batch=B)
    assert 30 < 2e5 / found.d[0] / B < 300
    worse = of_steps(lambda t: 0.05, lambda t: 40.0 if t > 3 else 1.0)
    with pytest.raises(Diverged):
        matrix_frontier(lambda d: MatrixTraining(worse, nodes, d, 0.0), [2e5], batch=B)


@pytest.mark.parametrize(("last", "steps"), [(0, [0]), (1, [0, 1]), (5, [0, 1, 2, 4, 5]), (8, [0, 1, 2, 4, 8])])
def test_steps_are_watched_to_the_last(last, steps):
    assert watched(float(last)).tolist() == steps
