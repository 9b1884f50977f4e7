r"""How sure a fit is: by random weights of the runs, and by the profile of the objective.

**Bootstrap.** Each run has a random weight, and the form is fitted again, starting from the best parameters (for
absolute values Jin, Ying and Wei, Biometrika 88, 2001). Where sizes repeat, the *sizes* have weights, with all of their
runs: runs of one size may share what the form does not know (one training curve read at several times does). Weights
have Gamma distributions of mean 1: none is 0, so that no sample loses what tells a parameter. Their variances are

    s^2 / (1 - kappa h),    kappa = 1 - (1 - E[psi']) / k,

h the leverage of a run or size (`leverage`), k its runs, psi = rho'. A residual is too small where the run draws the
fit to itself, and shows it as far as psi grows: for least squares always, so that the spread of the samples is that of
HC2; for absolute values not at all, as the signs of residuals do not shrink, but their sum over a size does. s makes
the largest variance 1/4, and deviations from the fit are divided by it: a weight near 0 moves a fit that the run drew
to itself by more than in proportion, and to one side.

How large the noise is is known as well as residuals tell: deviations are enlarged by sqrt(nu/c), c drawn anew for each
sample from chi-squared with nu degrees of freedom, as Student's t has it for a mean; nu is that of `leverage`, for
every psi. A parameter has the variance E[psi^2]/E[psi']^2 times what the places of the runs say. By least squares it is
psi^2 that varies from run to run. By absolute values psi^2 is known and E[psi'], the density of the residuals at 0, is
told by the few that lie within an error of the fit: not better. `error` is half of the width of the central 68.3 % of
the samples, `low` and `high` enclose the central 95 %.

**Profile.** One parameter is held at some value, the others are fitted, and the objective F rises by dF.  F is no
likelihood: its scale is not that of the noise.  For an M-estimator with psi = rho' the statistic

    tau = 2 dF E[psi'(r)] / E[psi(r)^2]

has the chi-squared distribution with one degree of freedom as n grows (Ronchetti, Statistics & Probability Letters 1,
1982; Huber and Ronchetti, Robust Statistics, 13.3, where psi' has the factor of the density).  With delta far
below the noise hardly any residual lies where psi' is 1; E[psi'] = delta times twice the density of the residuals at 0,
which is estimated in a window of the width that Hall and Sheather (J. R. Statist. Soc. B 50, 1988) have for a median.
The interval of 95 % are the values with tau < 1.96^2; a side on which tau stays below that has no end, None.  It takes
runs as independent: where those of one size share half of their noise's amplitude, it holds in 70 to 84 % only for E, A
and a (benchmarks/fit.py).  So it is not given out where sizes have the weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from ..core.precision import Array
from ..core.runs import Map
from .fitting import Fitted
from .forms import Coordinates
from .leverage import leverage
from .objective import minimise

ONE, TWO = float(ndtr(1) - ndtr(-1)), 0.95
"""Probabilities of `error` and of `low` to `high`."""
LEAST_CLUSTERS = 10
"""Sizes from which on they have the weights, as a whole: fewer give no fair picture of chance."""
_LARGEST = 0.5  # standard deviation of a weight
_SETTLED = 1e-8  # relative change of the objective that ends a search for a sample, with weights of deviation 1
_SAME_SIZE = 1e-3  # relative: read off a figure, or rounded
_STEPS = ((0.4, 0.8, 1.2, 1.6, 2.0, 2.5, 3.2), (4.5, 7.0, 12.0))  # of a profile, in errors: far ones only if needed


@dataclass(frozen=True, eq=False)
class Samples:
    """Fits to runs with random weights.

    Attributes
    ----------
    theta : internal parameters, (R, p)
    clustered, clusters : whether sizes have the weights, and how many sizes there are
    done : whether each search came to an end, (R,)
    leverage : of each run, or of its size where sizes have the weights, (n,)
    """

    theta: Array
    clustered: bool
    clusters: int
    done: Array
    leverage: Array


@dataclass(frozen=True)
class Interval:
    """A value with its error of one sigma and its interval of 95 %."""

    value: float
    error: float
    low: float
    high: float


def sizes_of(fitted: Fitted) -> Array:
    """Which runs have the same size, by number: (n,)."""
    runs = fitted.runs
    column = next(c for c in (runs.size, runs.data, runs.compute) if c is not None)
    order = np.argsort(column, kind="stable")
    new = np.diff(np.log(column[order])) > _SAME_SIZE
    found = np.empty(len(column), dtype=int)
    found[order] = np.concatenate([[0], np.cumsum(new)])
    return found


def bootstrap(
    fitted: Fitted, count: int, seed: int, advance: Callable[[int], Any] | None = None, mapped: Map = map
) -> Samples:  # fmt: skip
    """Fit `count` tables with weights; the samples depend on the seed alone, and not on `mapped`, as in `minimise`."""
    generator = np.random.default_rng(seed)
    n, groups = len(fitted.target), sizes_of(fitted)
    clusters = int(groups.max()) + 1
    clustered = LEAST_CLUSTERS <= clusters <= n // 2
    units = clusters if clustered else n
    owner = groups if clustered else np.arange(n)
    own, freedom = leverage(_free_slopes(fitted), owner)
    growing = 1 - (1 - _growing(fitted)) / np.bincount(owner)
    variance = 1 / (1 - growing * own)
    smaller = _LARGEST / np.sqrt(variance.max())
    shape = 1 / (smaller**2 * variance)
    drawn = generator.gamma(shape, 1 / shape, (count, units))
    start = np.repeat(fitted.theta[None], count, axis=0)
    found = minimise(
        fitted.form, fitted.x, fitted.target[None], drawn[:, owner], start, fitted.huber,
        tolerance=_SETTLED * smaller**2, advance=advance, mapped=mapped,
    )  # fmt: skip
    wider = np.sqrt(freedom / generator.chisquare(freedom, count)) / smaller
    theta = np.clip(fitted.theta + wider[:, None] * (found.theta - fitted.theta), *fitted.form.bounds)
    return Samples(theta, clustered, clusters, found.done, own[owner])


def _free_slopes(fitted: Fitted) -> Array:
    """Derivatives of the fitted log losses by the parameters that are not at a bound, (p, n)."""
    _, (slopes,) = fitted.form.linearised(fitted.theta[None], fitted.x)
    low, high = fitted.form.bounds
    return slopes[(fitted.theta > low) & (fitted.theta < high)]


def spread(samples: Array) -> tuple[Array, Array, Array]:
    """The error and the two ends of the interval of 95 %, each (...), from bootstrap samples (R, ...)."""
    at = [(1 - ONE) / 2, (1 + ONE) / 2, (1 - TWO) / 2, (1 + TWO) / 2]
    # The k-th of R samples has k/(R + 1) below it in the mean. By (k - 1)/(R - 1) 200 samples would hold 94 % for 95.
    lower, upper, low, high = np.quantile(samples, at, axis=0, method="weibull")
    return (upper - lower) / 2, low, high


def interval(value: float, samples: Array) -> Interval:
    """The interval of a quantity from its values for the bootstrap samples, (R,)."""
    error, low, high = spread(samples)
    return Interval(float(value), float(error), float(low), float(high))


def profile(fitted: Fitted, samples: Samples) -> dict[str, tuple[float | None, float | None]]:
    """The interval of 95 % of each parameter by the profile of the objective; None on a side without an end."""
    (best,), x = fitted.form.at_origin(fitted.theta[None], fitted.x)
    drawn, _ = fitted.form.at_origin(samples.theta, fitted.x)
    covariance = np.atleast_2d(np.cov(drawn.T))
    scale = _scale(fitted)
    found = {}
    for index, name in enumerate(fitted.form.parameters):
        ends = (_end(fitted, x, best, covariance[index], index, side, scale) for side in (-1, 1))
        low, high = (None if end is None else float(fitted.form.natural(end[None], x)[0, index]) for end in ends)
        found[name] = (high, low) if name in fitted.form.falling else (low, high)
    return found


def _scale(fitted: Fitted) -> float:
    """E[psi^2]/E[psi']."""
    delta, residuals = fitted.huber, fitted.residuals
    free = len(residuals) - len(fitted.theta)
    return float((np.clip(residuals, -delta, delta) ** 2).sum()) / free / _growing(fitted)


def _growing(fitted: Fitted) -> float:
    """E[psi'], the share of residuals at which psi still grows."""
    delta, free = fitted.huber, len(fitted.target) - len(fitted.theta)
    # A fit of p parameters runs through about p of the runs, which tell nothing of the density of the residuals.
    size = np.sort(abs(fitted.residuals))[len(fitted.theta) :]
    share = ndtri((1 + TWO) / 2) ** (2 / 3) * (1.5 / (2 * math.pi)) ** (1 / 3) * free ** (-1 / 3)
    window = float(np.quantile(size, min(2 * share, 1.0)))
    return min(float(np.mean(size <= delta)) if window <= delta else delta * 2 * share / window, 1.0)


def _end(
    fitted: Fitted, x: Coordinates, best: Array, covariance: Array, index: int, side: int, scale: float
) -> Array | None:  # fmt: skip
    """Where the profile of a parameter ends on one side, as the internal vector there; None if it does not."""
    variance = covariance[index]
    if not variance > 0 or not scale > 0:
        return best
    bound = fitted.form.bounds[int(side > 0)][index]
    held = np.arange(len(best)) == index
    weights = np.ones((1, len(fitted.target)))
    wanted = ndtri((1 + TWO) / 2)
    lower = best[index], 0.0
    for part in _STEPS:
        steps = side * np.sqrt(variance) * np.array(part)
        start = np.clip(best + steps[:, None] * (covariance / variance), *fitted.form.bounds)
        rows = minimise(fitted.form, x, fitted.target[None], weights, start, fitted.huber, held=held, tolerance=1e-9)
        rise = np.sqrt(np.maximum(2 * (rows.value - fitted.value) / scale, 0.0))
        beyond = np.flatnonzero(rise >= wanted)
        if len(beyond):
            after = int(beyond[0])
            if after:
                lower = rows.theta[after - 1, index], rise[after - 1]
            found = rows.theta[after].copy()
            found[index] = np.interp(wanted, [lower[1], rise[after]], [lower[0], found[index]])
            return found
        lower = rows.theta[-1, index], rise[-1]
    return rows.theta[-1] if rows.theta[-1, index] == bound == 0 else None
