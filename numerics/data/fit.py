r"""Exponents read off a pool: b of the spectrum, and how fast the target is learnt over features and over data.

Slopes of the empirical eigenvalues and of the tail sums of the target's power are biased: a pool of N points contains
the whole target, and its eigenvalues flatten.  Fitted here are the population's functions, as `Pool.sums` knows them,
over n = df1 degrees of freedom, n in a window (N/16 to N/4 unless given):

    kappa(n) ~ (A/(n + 1/2))^b                           -> b         (the 1/2 removes the next term of all three)
    L_P(n) = T1(kappa(n)) + sigma^2 ~ n^-alpha_P         -> alpha_P   = min(a - 1, b), loss of n features
    L_D(n) = `predict` at D = n, without ridge           -> alpha_D   = min(a - 1, 2 b), loss of n data

For the pool's own sums, dividing T_1 by 1 - n/N gives L_P; that is why the tail power over (1 - n/N) or (1 - n/N)^2
comes nearer to the truth than the tail power itself.  `eigenvalues` and `tail` are the naive slopes, for comparison.

What is of the target, T1 and T2, comes from the contrasts of the points, in which no constant is left (`pool.py`); n,
kappa and df2 are the pool's own: a constant function that the kernel knows is one of its modes.

**Noise.**  Label noise is in every loss and flattens it.  `target.py` finds a and the noise sigma^2 together; alpha_P
and alpha_D are slopes of what is above it, T1 and (T1 - T2)/(1 - df2/n), where it is seen (two errors), and of the
whole loss where it is not.  Where sigma^2 + error leaves nothing of the loss, they have no value, only `low`.

**Uncertainty.**  `error`^2 = statistical^2 + drift^2 + noise^2.  Statistical: delete-a-group jackknife over the points
of the pool (`Pool.smaller`, same window).  Drift: half the range of the slopes over the three thirds of the window,
since a curved line has no exponent, without what the jackknife says that chance makes of it.  Noise: how far the slope
moves when sigma^2 moves by its error, or, not being seen, to its value + error.  None of them knows that random
eigenvectors stand for the real ones: alpha_D of real images comes out somewhat too steep (`predict.py`).  alpha_P and
alpha_D are of the window; what they tend to far beyond it is min(a - 1, b) and min(a - 1, 2 b).  How often the errors
of a, b and sigma^2 hold on known populations is measured in benchmarks/coverage.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .pool import Pool, jackknife_error
from .predict import degrees_of_freedom
from .target import Target, fit_target

_POINTS = 13  # over the window, divisible into thirds with shared ends
_CURVED = 0.1  # drift over value from which a slope is flagged
_SLOW = 0.1  # b - 1 below which the kernel's trace converges too slowly
_NEAR = 0.95  # alpha_P over b from which the two are taken as equal
_SHORT = 3.0  # stop/start below which a window is flagged


@dataclass(frozen=True)
class Exponent:
    """A slope on the window; error^2 = statistical^2 + drift^2 + noise^2, all absolute.

    Value and errors are nan where noise hides the slope; `low` is then what it is at least (two errors), else -inf.
    """

    value: float
    error: float
    statistical: float
    drift: float
    noise: float = 0.0
    low: float = -math.inf


@dataclass(frozen=True)
class Exponents:
    """What `fit_exponents` found, see the module's docstring.

    Attributes
    ----------
    spectrum : b;  features : alpha_P;  data : alpha_D;  target : a and the noise
    eigenvalues, tail : naive slopes of lam_k and of sum_{j > k} v_j (both as positive exponents)
    start, stop : the window in degrees of freedom
    flags : sentences on what not to believe, empty if nothing is wrong
    """

    spectrum: Exponent
    features: Exponent
    data: Exponent
    target: Target
    eigenvalues: Exponent
    tail: Exponent
    start: float
    stop: float
    flags: tuple[str, ...]


def fit_exponents(pool: Pool, *, window: tuple[float, float] | None = None) -> Exponents:
    """Exponents on `window` = (start, stop) in degrees of freedom, 1 <= start < stop <= N/2; N/16 to N/4 if None.

    Raises TauberInputError for other windows, and for pools of fewer than 64 points, of a rank below the window, or
    whose targets are the same on all points, or on all but a few.
    """
    start, stop, pools = _window(pool, window)
    end = min(2 * stop, pool.size / 2)
    if min(p.rank for p in pools) <= end:
        raise TauberInputError(
            f"The kernel has only {pool.rank} eigenvalues on the pool, too few for a window up to {stop:g} and a fit "
            f"of the noise up to {end:g}; a finite rank has no exponent."
        )
    if any(p.constant for p in pools):
        raise TauberInputError(
            f"The targets are the same on {'all' if pool.constant else 'most'} of the {pool.size} points: there is no "
            "power to fit an exponent to; take others, or more points."
        )
    n = np.geomspace(start, stop, _POINTS)
    shifted = np.log(n + 0.5)
    lines = np.array([population(p, n) for p in pools])
    kappa, features, losses, left = lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3]
    b = _slope(shifted, np.log(kappa))
    target = fit_target(pool, b.value, start, stop)
    by_features = _above_noise(shifted, features, np.ones_like(left), target)
    by_data = _above_noise(shifted, losses, left, target)
    naive = np.array([_naive(p, n) for p in pools])
    eigenvalues, tail = (_slope(np.log(n), naive[:, i]) for i in range(2))
    found = Exponents(b, by_features, by_data, target, eigenvalues, tail, float(start), float(stop), ())
    return replace(found, flags=_flags(found, pool))


def population(pool: Pool, n: Array) -> tuple[Array, Array, Array, Array]:
    """kappa, T1 + sigma^2, T1 - T2 + sigma^2, 1 - df2/n at n degrees of freedom; what has the target by contrasts."""
    p = degrees_of_freedom(pool, n)
    sums = pool.sums(p)
    return (sums.kappa, *pool.losses(p), 1 - sums.df2 / n)


def _window(pool: Pool, window: tuple[float, float] | None) -> tuple[float, float, list[Pool]]:
    """The window asked for, or the usual one, and the pools to fit on over it; raises TauberInputError."""
    start, stop = (pool.size / 16, pool.size / 4) if window is None else window
    if pool.size < 64:
        raise TauberInputError(f"Exponents need a pool of at least 64 points, got {pool.size}.")
    if not 1 <= start < stop <= pool.size / 2:
        raise TauberInputError(
            f"The window must be 1 <= start < stop <= N/2 = {pool.size / 2:g}, got {start:g} to {stop:g}."
        )
    pools = [pool, *pool.smaller]
    if min(p.rank for p in pools) <= stop:
        raise TauberInputError(
            f"The kernel has only {pool.rank} eigenvalues on the pool, too few for a window up to {stop:g}; "
            "a finite rank has no exponent."
        )
    return start, stop, pools


def _naive(pool: Pool, n: Array) -> list[Array]:
    """Logarithms of the eigenvalues and of the tail power at n."""
    k = np.arange(1, pool.size + 1)
    tail = pool.power[::-1].cumsum()[::-1] - pool.power  # beyond k
    tiny = np.finfo(float).tiny
    return [np.interp(np.log(n), np.log(k), np.log(np.maximum(line, tiny))) for line in (pool.lam, tail)]


def _above_noise(x: Array, lines: Array, left: Array, target: Target) -> Exponent:
    """The slope of (lines - noise)/left, lines and left being those of the pool and of the smaller ones."""
    noise = target.noise
    used, lower = (noise.value, max(noise.value - noise.error, 0.0)) if target.seen else (0.0, 0.0)

    def slope(without: float) -> Exponent:
        return _slope(x, np.log((lines - without) / left))

    if not (lines > noise.value + noise.error).all():  # nan: nothing is known of the noise
        least = slope(noise.low if target.seen else 0.0)
        return Exponent(math.nan, math.nan, math.nan, math.nan, math.nan, least.value - 2 * least.statistical)
    found = slope(used)
    moved = max(abs(slope(other).value - found.value) for other in (lower, noise.value + noise.error))
    return replace(found, error=math.hypot(found.error, moved), noise=moved)


def _slope(x: Array, lines: Array) -> Exponent:
    """Of the first line; the others are those of the smaller pools."""
    values = -np.polyfit(x, lines.T, 1)[0]
    third = (_POINTS - 1) // 3
    parts = np.array([-np.polyfit(x[i : i + third + 1], lines[:, i : i + third + 1].T, 1)[0]
                      for i in range(0, _POINTS - 1, third)])  # fmt: skip
    range_ = (parts[parts[:, 0].argmax()] - parts[parts[:, 0].argmin()]) / 2
    statistical = float(jackknife_error(values[1:]))
    drift = math.sqrt(max(float(range_[0] ** 2 - jackknife_error(range_[1:]) ** 2), 0.0))
    return Exponent(float(values[0]), math.hypot(statistical, drift), statistical, drift)


def _flags(found: Exponents, pool: Pool) -> tuple[str, ...]:
    b, by_features, naive, start, stop = found.spectrum, found.features, found.eigenvalues, found.start, found.stop
    sentences = _flags_of_target(found)
    if naive.value <= 1:
        sentences.append(
            f"The pool's eigenvalues fall as k^-{naive.value:.2f}, while a kernel of finite trace has b > 1: "
            "the pool flattens them; take b from the spectrum's fit."
        )
    if b.value - b.error < 1 + _SLOW:
        sentences.append(
            f"b = {b.value:.2f} is hardly above 1: most of the trace lies beyond the window, and b need not last."
        )
    if stop / start < _SHORT:
        sentences.append(f"The window spans a factor {stop / start:.2g} only; a slope over it is hardly an exponent.")
    for name, exponent in zip(("b", "alpha_P", "alpha_D"), (b, by_features, found.data), strict=True):
        if exponent.drift > _CURVED * abs(exponent.value):
            sentences.append(
                f"{name} drifts by {exponent.drift:.2g} over the window: the line is curved, no clean power law."
            )
    if by_features.value + by_features.error >= _NEAR * b.value:
        sentences.append("alpha_P reaches b: beyond, smoother targets are not learnt faster by random features.")
    if pool.null_power > 0.01 * float(pool.power.sum()):
        sentences.append(
            f"{pool.null_power / float(pool.power.sum()):.0%} of the target's power lies on eigenvalues that are zero "
            "and is never learnt."
        )
    return tuple(sentences)


def _flags_of_target(found: Exponents) -> list[str]:
    target, sentences = found.target, []
    if target.seen:
        sentences.append(
            f"The target is noisy: {target.noise.value:.3g} +- {target.noise.error:.2g} is in every loss, and alpha_P "
            "and alpha_D are of what is above it."
        )
    if target.reason is not None:
        bound = f"; a >= {target.a.low:.3g}" if target.a.low > 1 else ""
        sentences.append(f"a cannot be told: {target.reason}{bound}.")
    for name, slope in (("alpha_P", found.features), ("alpha_D", found.data)):
        if math.isnan(slope.value):
            bound = f"; {name} >= {slope.low:.3g}" if slope.low > 0 else ""
            sentences.append(f"{name} cannot be told: noise may be all that is left of the loss in the window{bound}.")
    if target.curved:
        sentences.append(
            f"The target's power is no clean power law with noise: it is off by {target.curved:.1%} per octave, which "
            "the error of a allows for."
        )
    return sentences
