"""The optimum read off the runs without a form: parabolas through runs of equal compute, and the lower envelope.

- *isoFLOP* (Hoffmann et al. 2022, arXiv 2203.15556, approach 2): runs of nearly the same compute, a parabola of the
  loss in log size, its lowest point; a line through the points in log-log.
- *envelope* (approach 1, on final losses): of each quarter of a decade of compute the run of the least loss.

Both are biased: no cut through a sum of powers is a parabola, and the lower envelope keeps to the grid of sizes.
The bias is measured by giving both the losses of the *fitted surface* at the very places of the runs, whose optimum is
known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.precision import Array
from .fitting import Fitted
from .table import Runs

_GAP = 0.06  # decades of compute: a larger gap separates two groups
_WIDE = 0.35  # decades: a group wider than this is no set of equal compute
_LEAST_RUNS, _LEAST_GROUPS = 5, 3
_BIN = 0.25  # decades, of the envelope
_RESAMPLED = 200


@dataclass(frozen=True, eq=False)
class Estimate:
    """An exponent of N*(C) with its statistical error, its bias on the fitted surface, and the points (C, N*, L*).

    `fits` are the parabolas of the isoFLOP estimate: the runs of each and its coefficients in log N, highest first.
    """

    name: str
    exponent: float
    error: float
    bias: float
    points: Array
    fits: tuple[tuple[Array, Array], ...] = ()


def groups_of(compute: Array) -> list[Array]:
    """Runs of nearly the same compute, each as numbers of runs."""
    order = np.argsort(compute, kind="stable")
    log = np.log10(compute[order])
    parts = np.split(order, np.flatnonzero(np.diff(log) > _GAP) + 1)
    return [p for p in parts if len(p) >= _LEAST_RUNS and np.ptp(np.log10(compute[p])) <= _WIDE]


def _parabolas(size: Array, compute: Array, loss: Array, groups: list[Array]) -> list[tuple[Array, Array, Array]]:
    """Of each group whose parabola has its lowest point among the sizes: runs, coefficients, and (C, N*, L*)."""
    found = []
    for group in groups:
        log = np.log(size[group])
        if len(np.unique(np.round(log, 3))) < 4:
            continue
        middle = log.mean()
        second, first, zeroth = np.polyfit(log - middle, loss[group], 2)
        if second <= 0:
            continue
        lowest = -first / (2 * second)
        if not log.min() <= lowest + middle <= log.max():
            continue
        point = np.array([np.exp(np.log(compute[group]).mean()), np.exp(lowest + middle), zeroth + first * lowest / 2])
        coefficients = np.array([second, first - 2 * second * middle, zeroth - first * middle + second * middle**2])
        found.append((group, coefficients, point))
    return found


def _line(points: Array) -> float:
    return float(np.polyfit(np.log(points[:, 0]), np.log(points[:, 1]), 1)[0])


def isoflop(fitted: Fitted, exact: float, seed: int, *, resampled: int = _RESAMPLED) -> Estimate | None:
    """The exponent of N*(C) by parabolas; None without three groups of equal compute with a lowest point inside.

    Parameters
    ----------
    exact
        The exponent of the fitted surface.
    resampled
        How often runs are drawn again for the statistical error, which is NaN for none.
    """
    runs = fitted.runs
    if runs.size is None or runs.compute is None:
        return None
    groups = groups_of(runs.compute)
    found = _parabolas(runs.size, runs.compute, runs.loss, groups)
    smooth = _parabolas(runs.size, runs.compute, surface(fitted), groups)
    if min(len(found), len(smooth)) < _LEAST_GROUPS:
        return None
    points = np.array([p for _, _, p in found])
    generator, drawn = np.random.default_rng(seed), []
    for _ in range(resampled):
        again = [generator.choice(g, len(g)) for g, _, _ in found]
        other = np.array([p for _, _, p in _parabolas(runs.size, runs.compute, runs.loss, again)])
        if len(other) >= _LEAST_GROUPS:
            drawn.append(_line(other))
    bias = _line(np.array([p for _, _, p in smooth])) - exact
    return Estimate("isoFLOP", _line(points), _spread(drawn), bias, points, tuple((g, c) for g, c, _ in found))


def envelope(fitted: Fitted, exact: float, seed: int) -> Estimate | None:
    """The exponent of N*(C) by the best run of each quarter of a decade; None without three of these."""
    runs = fitted.runs
    if runs.size is None or runs.compute is None:
        return None
    points = _lowest(runs, runs.loss, np.arange(len(runs)))
    if len(points) < _LEAST_GROUPS or np.ptp(points[:, 1]) == 0:
        return None
    generator, drawn = np.random.default_rng(seed), []
    for _ in range(_RESAMPLED):
        other = _lowest(runs, runs.loss, generator.choice(len(runs), len(runs)))
        if len(other) >= _LEAST_GROUPS:
            drawn.append(_line(other))
    bias = _line(_lowest(runs, surface(fitted), np.arange(len(runs)))) - exact
    return Estimate("envelope", _line(points), _spread(drawn), bias, points)


def _lowest(runs: Runs, loss: Array, chosen: Array) -> Array:
    assert runs.size is not None
    assert runs.compute is not None
    bins = np.round(np.log10(runs.compute[chosen]) / _BIN)  # round budgets lie in the middle of a bin
    best = [chosen[bins == b][np.argmin(loss[chosen[bins == b]])] for b in np.unique(bins)]
    return np.array([[runs.compute[i], runs.size[i], loss[i]] for i in best])


def surface(fitted: Fitted) -> Array:
    """The losses of the fitted form at the runs."""
    return np.asarray(fitted.x.unit * np.exp(fitted.form.log_loss(fitted.theta[None], fitted.x)[0]))


def _spread(drawn: list[float]) -> float:
    return float(np.std(drawn, ddof=1)) if len(drawn) > 1 else float("nan")
