r"""A linear algorithm of one's own by chance: drawn features, drawn data, and its steps as they are given.

With v the error of the weights on drawn features, s = (v, ...) a state of several such vectors, and G the batch sum of
the gradients W^T x (<W^T x, theta> - label) at theta = theta_* + v,

    s' = carry_t s + gradient_t G,          s = -start theta_* at first,

theta_* the best weights of the drawn features. The judge of `one_pass.matrices`; nothing here knows of second moments.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.precision import Array
from ...core.runs import Progress, at_least_two, one_thread
from .model import PLRF
from .simulation import SimulatedCurve, _draw, _or_infinite, _problem, _summary, _whole_steps

_SAMPLES_AT_ONCE = 1 << 22  # random numbers held in memory


@dataclass(frozen=True, eq=False)
class LinearSteps:
    """An algorithm.

    Attributes
    ----------
    at : function of the step that gives carry, shape (size, size), and gradient, shape (size,)
    start : array of shape (size,)
    size : how many vectors the state has
    reported : which of them is the error whose loss is reported
    """

    at: Callable[[int], tuple[Array, Array]]
    start: Array
    size: int
    reported: int = 0


@one_thread
def simulate_steps(
    model: PLRF, steps: LinearSteps, times: object, *, seed: int, runs: int, progress: Progress | None = None
) -> SimulatedCurve:
    """Run it on sampled data, `runs` independent W and data streams side by side, at whole `times`, shape (n,).

    Of the model its data, sizes, batch and noise are used. The losses include sigma^2.
    """
    root, target, d = _problem(model)
    stops = _whole_steps(times)
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    features = np.stack([_draw(root, target, d, model, generator)[1] for _ in range(runs)])
    best = np.stack([np.linalg.lstsq(feature, target, rcond=None)[0] for feature in features])
    state = -steps.start[:, None, None] * best
    sigma, batch, last = math.sqrt(float(model.noise_power)), int(model.batch), int(stops.max())
    losses = np.empty((runs, len(stops)))
    block = max(1, _SAMPLES_AT_ONCE // (runs * batch * len(root)))
    for first in range(0, last + 1, block):
        count = min(block, last + 1 - first)
        z = generator.standard_normal((runs, count * batch, len(root)))
        inputs = np.matmul(z, features).reshape(runs, count, batch, d)
        labels = (z @ target).reshape(runs, count, batch) + sigma * generator.standard_normal((runs, count, batch))
        for k in range(count):
            with np.errstate(over="ignore", invalid="ignore"):  # an unstable run overflows, and stays at +inf
                if (stops == first + k).any():
                    rest = np.einsum("rvd,rd->rv", features, best + state[steps.reported]) - target
                    losses[:, stops == first + k] = _or_infinite((rest**2).sum(axis=1) + sigma**2)[:, None]
                carry, gradient = steps.at(first + k)
                residual = np.einsum("rbd,rd->rb", inputs[:, k], best + state[0]) - labels[:, k]
                pull = np.einsum("rb,rbd->rd", residual, inputs[:, k])
                state = np.einsum("ij,jrd->ird", carry, state) + gradient[:, None, None] * pull
        if progress is not None:
            progress(min(first + count, last), last)
    return _summary(stops, losses, 0, math.nan)
