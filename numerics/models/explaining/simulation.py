r"""Ridge regression on random features, by chance: drawn features, drawn data, a direct solution.

The draws are those of the dynamical model (`core.draws`): Gaussian modes, Gaussian projection, labels with noise.
In the singular basis of the training problem ridge regression multiplies each direction by s^2/(s^2 + delta/D), all
ridges at once; without ridge it is the least-norm solution.  The population loss is exact, no test sample is drawn.

The power on null modes is uncorrelated with everything learnable: it is drawn as noise of the labels and added to the
loss.

**What to compare.**  The mean over draws differs from the deterministic equivalent by a relative O(1/min(D, P)).
Without ridge its variance is infinite for |D - P| <= 3 and its mean for |D - P| <= 1: medians are given as well.
`paired` compares each draw with its exact conditional mean (`finite_size`), and `gap` measures the variance-limited
laws, L(D, P) against the limit of infinite D or P of *the same draw*, which cancels most of the scatter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...core.draws import Net, Problem, problem_of
from ...core.precision import FLOAT64, Array
from ...core.runs import Progress, at_least_two, mean_and_error, one_thread
from ...errors import TauberInputError
from .finite_size import many_data, many_features


@dataclass(frozen=True, eq=False)
class Simulation:
    """Losses of independent draws and their summary, for each ridge, arrays of shape (n,).

    `loss` (without sigma^2) and `train` are means, `loss_error` and `train_error` their standard errors; `median` of
    the loss and half the width of its 68 % confidence interval; `loss_runs`, `train_runs` have shape (runs, n).
    """

    ridges: Array
    loss: Array
    train: Array
    loss_error: Array
    train_error: Array
    median: Array
    median_error: Array
    loss_runs: Array
    train_runs: Array


@dataclass(frozen=True)
class Paired:
    """Mean simulated loss, mean exact conditional loss of the same draws, and the standard error of the difference."""

    loss: float
    exact: float
    error: float


@dataclass(frozen=True)
class Gap:
    """Mean of L(D, P) and of its limit for the same draws, and their difference with its standard error."""

    loss: float
    limit: float
    difference: float
    error: float


@one_thread
def simulate(
    a: object,
    b: object,
    data: float,
    features: float,
    *,
    seed: int,
    runs: int,
    ridges: object = 0.0,
    modes: float = math.inf,
    noise: float = 0.0,
    spectrum: Any = None,
    null_power: float = 0.0,
    progress: Progress | None = None,
) -> Simulation:
    """`runs` draws of D = `data` and P = `features` (whole numbers, one may be infinite), each solved for all `ridges`.

    Parameters
    ----------
    a, b, modes, noise, spectrum, null_power : as for `LearningCurve`; the number of modes must be finite
    ridges : number or list, shape (n,)
        delta >= 0, not divided by D.
    progress : called with (runs done, runs)

    Raises TauberInputError for what cannot be drawn.
    """
    problem, hidden = _problem(a, b, data, features, modes, noise, spectrum, null_power)
    deltas = _ridges(ridges)
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    loss, train = np.empty((runs, len(deltas))), np.empty((runs, len(deltas)))
    for run in range(runs):
        ((net,),) = problem.draw(generator, 1)
        learned = _learned(net, deltas, data)
        loss[run] = (net.residual(learned) ** 2).sum(axis=0) + hidden
        train[run] = net.train(learned) + (problem.noise**2 if problem.data is None else 0)
        if progress is not None:
            progress(run + 1, runs)
    (mean, error), (trained, trained_error) = mean_and_error(loss), mean_and_error(train)
    return Simulation(deltas, mean, trained, error, trained_error, *_median(loss), loss, train)


@one_thread
def paired(
    a: object,
    b: object,
    data: int,
    features: int,
    *,
    seed: int,
    runs: int,
    modes: float = math.inf,
    noise: float = 0.0,
    spectrum: Any = None,
    progress: Progress | None = None,
) -> Paired:
    """Ridgeless draws against their exact means given the features (D > P + 1) or given the data (D < P - 1)."""
    problem, _ = _problem(a, b, data, features, modes, noise, spectrum, 0.0)
    if problem.data is None or problem.width is None or abs(data - features) <= 3:
        raise TauberInputError(
            "Data and features must be finite, with |data - features| > 3 for a finite variance of the loss; got "
            f"data = {data}, features = {features}."
        )
    at_least_two("runs", runs)
    lam, power = problem.root**2, problem.target**2
    generator = np.random.default_rng(seed)
    both = np.empty((runs, 2))
    for run in range(runs):
        projected, (white, labels) = problem.draw_features(generator), problem.draw_set(generator)
        assert projected is not None  # both sizes are finite
        assert white is not None
        net = problem.net(projected, white, labels)
        both[run, 0] = (net.residual(np.ones((len(net.singular), 1))) ** 2).sum()
        if data > features:
            both[run, 1] = many_data(lam, power, (projected / problem.root[:, None]).T, data, problem.noise)
        else:
            both[run, 1] = many_features(lam, power, white * math.sqrt(data), features, problem.noise)
        if progress is not None:
            progress(run + 1, runs)
    mean, error = mean_and_error(np.column_stack([both, both[:, :1] - both[:, 1:]]))
    return Paired(float(mean[0]), float(mean[1]), float(error[2]))


@one_thread
def gap(
    a: object,
    b: object,
    data: int,
    features: int,
    *,
    limit: str,
    seed: int,
    runs: int,
    ridge: float = 0.0,
    modes: float = math.inf,
    noise: float = 0.0,
    spectrum: Any = None,
    progress: Progress | None = None,
) -> Gap:
    """L(D, P) less its limit of infinite `limit` = "data" (same features) or "features" (same data) in each draw.

    Variance-limited scaling is a difference ~ 1/D at fixed P, ~ 1/P at fixed D.
    """
    if limit not in ("data", "features"):
        raise TauberInputError(f'The limit must be "data" or "features", got {limit!r}.')
    problem, _ = _problem(a, b, data, features, modes, noise, spectrum, 0.0)
    if problem.data is None or problem.width is None:
        raise TauberInputError("Both data and features must be finite; the limit is taken of the one named.")
    endless = replace(problem, data=None) if limit == "data" else problem
    deltas = _ridges(ridge)
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    rows = np.empty((runs, 3))
    for run in range(runs):
        projected, given = problem.draw_features(generator), problem.draw_set(generator)
        near = problem.net(projected, *given)
        far = problem.net(projected, *endless.draw_set(generator)) if limit == "data" else problem.net(None, *given)
        sizes = (data, math.inf if limit == "data" else data)
        both = [
            ((net.residual(_learned(net, deltas, n)) ** 2).sum()) for net, n in zip((near, far), sizes, strict=True)
        ]
        rows[run] = *both, both[0] - both[1]
        if progress is not None:
            progress(run + 1, runs)
    mean, error = mean_and_error(rows)
    return Gap(float(mean[0]), float(mean[1]), float(mean[2]), float(error[2]))


def _problem(
    a: object,
    b: object,
    data: float,
    features: float,
    modes: float,
    noise: float,
    spectrum: Any,
    null_power: float,
) -> tuple[Problem, float]:
    """The problem with the null modes in its noise, and their power."""
    hidden = FLOAT64.real(null_power)
    if not (math.isfinite(hidden) and hidden >= 0):
        raise TauberInputError(f"The power on null modes must be a finite number >= 0, got {null_power!r}.")
    problem = problem_of(a, b, modes, spectrum, features, data, noise, 1)
    return replace(problem, noise=math.hypot(problem.noise, math.sqrt(hidden))), hidden


def _ridges(ridges: object) -> Array:
    deltas = np.atleast_1d(np.asarray(ridges, dtype=float))
    if deltas.ndim != 1 or not len(deltas) or not (np.isfinite(deltas).all() and (deltas >= 0).all()):
        raise TauberInputError("The ridges must be a non-empty list of finite numbers >= 0.")
    return deltas


def _learned(net: Net, deltas: Array, data: float) -> Array:
    """s^2/(s^2 + delta/D) for each direction and ridge; 1 without ridge."""
    squares = net.singular[:, None] ** 2
    added = 0 * deltas if math.isinf(data) else deltas / data
    return np.where(added == 0, 1.0, squares / np.where(added == 0, 1.0, squares + added))


def _median(losses: Array) -> tuple[Array, Array]:
    """Median over the runs and half the distance of the order statistics n/2 -+ sqrt(n)/2 around it."""
    ordered, count = np.sort(losses, axis=0), len(losses)
    shift = math.sqrt(count) / 2
    low, high = max(math.floor(count / 2 - shift) - 1, 0), min(math.ceil(count / 2 + shift), count - 1)
    return np.median(losses, axis=0), (ordered[high] - ordered[low]) / 2
