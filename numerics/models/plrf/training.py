r"""Training with schedule, momentum and averaging by chance: drawn features, drawn data.

Two judges of `one_pass.training`, as `simulation` has them for plain SGD: `expected`, the exact recursion at drawn W,
whose eigenvalues take the place of the nodes (`given_draw`), and `simulate`, the algorithm itself on sampled data,

    y <- (1 - D_t) y + G,   theta <- theta - gamma_t (direct G + ratio_t y),   a <- a + k/(t + k) (theta - a),

G = sum over the batch of W^T x (<W^T x, theta> - label); the loss of theta, or of a with averaging, is evaluated
exactly.  Nothing here knows of second moments.
"""

from __future__ import annotations

import math

import numpy as np

from ...core.precision import Array
from ...core.runs import Progress, at_least_two, one_thread
from ...errors import PrecisionLost, TauberInputError
from ..one_pass.nodes import Nodes
from ..one_pass.training import Training
from .model import PLRF, GivenDraw
from .simulation import SimulatedCurve, _draw, _or_infinite, _problem, _summary, _unstable, _whole_steps

_SAMPLES_AT_ONCE = 1 << 22  # random numbers held in memory


@one_thread
def given_draw(training: Training, generator: np.random.Generator) -> Training:
    """The same training of one drawn W, in expectation over the data."""
    root, target, d = _problem(_plrf(training))
    return _at(training, _draw(root, target, d, _plrf(training), generator)[0])


def _at(training: Training, given: GivenDraw) -> Training:
    floor = float(given.floor) - float(training.model.noise_power)
    nodes = Nodes.from_eigenvalues(given.eigenvalues, given.power, max(floor, 0.0))
    return Training(
        training.model,
        schedule=training.schedule,
        momentum=training.momentum,
        averaging=training.averaging,
        nodes=nodes,
    )


@one_thread
def expected(
    training: Training, times: object, *, seed: int, draws: int, progress: Progress | None = None
) -> SimulatedCurve:
    """The loss expected over the data, for `draws` independent W, at whole `times`, shape (n,); sigma^2 is in it.

    The cost grows with the last time. `unstable` counts the W that plain SGD with the peak step size is unstable for.
    """
    root, target, d = _problem(_plrf(training))
    steps = _whole_steps(times)
    at_least_two("draws", draws)
    generator = np.random.default_rng(seed)
    drawn, losses = [], np.empty((draws, len(steps)))
    for k in range(draws):
        drawn.append(_draw(root, target, d, _plrf(training), generator)[0])
        losses[k] = _until_overflow(_at(training, drawn[k]), steps)
        if progress is not None:
            progress(k + 1, draws)
    return _summary(steps, losses, _unstable(drawn), float(training.model.step_size))


def _until_overflow(training: Training, steps: Array) -> Array:
    """The losses of a draw, +inf from where one has left the range of float64, as for plain SGD."""
    losses = np.full(len(steps), math.inf)
    order = np.argsort(steps, kind="stable")
    for count in range(len(steps), 0, -1):
        early = order[:count]
        try:
            losses[early] = training.curve(steps[early], "recursion").loss
        except PrecisionLost:
            continue
        break
    return losses


@one_thread
def simulate(
    training: Training, times: object, *, seed: int, runs: int, progress: Progress | None = None
) -> SimulatedCurve:
    """Real training on sampled data, `runs` independent W and data streams side by side, at whole `times`, shape (n,).

    The losses include sigma^2.  The cost of a step is B v d per run.
    """
    model, optimiser = _plrf(training), training.optimiser
    root, target, d = _problem(model)
    steps = _whole_steps(times)
    at_least_two("runs", runs)
    last = int(steps.max())
    if last > training.schedule.horizon:
        raise TauberInputError(
            f"Time {last} was asked for, the schedule ends at {training.schedule.horizon:g}; stop earlier (`times`)."
        )
    generator = np.random.default_rng(seed)
    drawn = [_draw(root, target, d, model, generator) for _ in range(runs)]
    features = np.stack([feature for _, feature in drawn])
    batch, losses = int(model.batch), np.empty((runs, len(steps)))
    state = _Weights(training, (runs, d), last)
    block = max(1, _SAMPLES_AT_ONCE // (runs * batch * len(root)))
    for first in range(0, last + 1, block):
        count = min(block, last + 1 - first)
        z = generator.standard_normal((runs, count * batch, len(root)))
        inputs = np.matmul(z, features).reshape(runs, count, batch, d)
        labels = (z @ target).reshape(runs, count, batch)
        labels += math.sqrt(float(model.noise_power)) * generator.standard_normal(labels.shape)
        for k in range(count):
            with np.errstate(over="ignore", invalid="ignore"):  # an unstable run overflows, and stays at +inf
                if (steps == first + k).any():
                    weights = state.theta if optimiser.averaging is None else state.average
                    rest = np.einsum("rvd,rd->rv", features, weights) - target
                    excess = (rest**2).sum(axis=1)
                    losses[:, steps == first + k] = _or_infinite(excess + float(model.noise_power))[:, None]
                if first + k < last:
                    residual = np.einsum("rbd,rd->rb", inputs[:, k], state.theta) - labels[:, k]
                    state.step(first + k, np.einsum("rb,rbd->rd", residual, inputs[:, k]))
        if progress is not None:
            progress(min(first + count, last), last)
    return _summary(steps, losses, _unstable([given for given, _ in drawn]), float(model.step_size))


class _Weights:
    """theta, y and the average of theta."""

    def __init__(self, training: Training, shape: tuple[int, int], last: int) -> None:
        times = np.arange(max(last, 1), dtype=float)
        self.theta, self.y, self.average = (np.zeros(shape) for _ in range(3))
        self.optimiser = training.optimiser
        self.gamma = float(training.model.step_size) * training.schedule.shape(times)
        momentum = training.momentum
        if momentum is not None:
            self.damping, self.ratio = momentum.damping(times), momentum.ratio(times)

    def step(self, t: int, gradient: Array) -> None:
        momentum, averaging = self.optimiser.momentum, self.optimiser.averaging
        if momentum is None:
            self.theta -= self.gamma[t] * gradient
        else:
            self.y = (1 - self.damping[t]) * self.y + gradient
            self.theta -= self.gamma[t] * (momentum.direct * gradient + self.ratio[t] * self.y)
        if averaging is not None:
            self.average += averaging / (t + averaging) * (self.theta - self.average)


def _plrf(training: Training) -> PLRF:
    if not isinstance(training.model, PLRF):
        raise TauberInputError("Simulations draw the features of a `PLRF` model; give one (`model`).")
    return training.model
