r"""Exponents read off a pool: b of the spectrum, and how fast the target is learnt over features and over data.

Slopes of the empirical eigenvalues and of the tail sums of the target's power are biased: a pool of N points contains
the whole target, and its eigenvalues flatten.  Fitted here are the population's functions, as `Pool.sums` knows them,
over n = df1 degrees of freedom, n in a window (N/16 to N/4 unless given):

    kappa(n) ~ (A/(n + 1/2))^b                           -> b         (the 1/2 removes the next term of all three)
    L_P(n) = T1(kappa(n)) + sigma^2 ~ n^-alpha_P         -> alpha_P   = min(a - 1, b), loss of n features
    L_D(n) = `predict` at D = n, without ridge           -> alpha_D   = min(a - 1, 2 b), loss of n data

For the pool's own sums, dividing T_1 by 1 - n/N gives L_P; that is why the tail power over (1 - n/N) or (1 - n/N)^2
comes nearer to the truth than the tail power itself.  `eigenvalues` and `tail` are the naive slopes, for comparison.

**Uncertainty.**  `error` = statistical + drift.  Statistical: delete-a-group jackknife over the points of the pool
(`Pool.smaller`, same window).  Drift: half the range of the slopes over
the three thirds of the window, since a curved line has no exponent.  Neither knows that random eigenvectors stand for
the real ones: alpha_D of real images comes out somewhat too steep (`predict.py`), nor of label noise, which flattens
L_P and L_D.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import TauberInputError
from ..precision import Array
from .pool import Pool, jackknife_error
from .predict import degrees_of_freedom, predict

_POINTS = 13  # over the window, divisible into thirds with shared ends
_CURVED = 0.1  # drift over value from which a slope is flagged
_SLOW = 0.1  # b - 1 below which the kernel's trace converges too slowly
_NEAR = 0.95  # alpha_P over b from which the two are taken as equal
_SHORT = 3.0  # stop/start below which a window is flagged


@dataclass(frozen=True)
class Exponent:
    """A slope on the window; error = statistical + drift, all absolute."""

    value: float
    error: float
    statistical: float
    drift: float


@dataclass(frozen=True)
class Exponents:
    """What `fit_exponents` found, see the module's docstring.

    Attributes
    ----------
    spectrum : b;  features : alpha_P;  data : alpha_D
    eigenvalues, tail : naive slopes of lam_k and of sum_{j > k} v_j (both as positive exponents)
    start, stop : the window in degrees of freedom
    flags : sentences on what not to believe, empty if nothing is wrong
    """

    spectrum: Exponent
    features: Exponent
    data: Exponent
    eigenvalues: Exponent
    tail: Exponent
    start: float
    stop: float
    flags: tuple[str, ...]


def fit_exponents(pool: Pool, *, window: tuple[float, float] | None = None) -> Exponents:
    """Exponents on `window` = (start, stop) in degrees of freedom, 1 <= start < stop <= N/2; N/16 to N/4 if None.

    Raises TauberInputError for other windows, and for pools
    of fewer than 64 points or of a rank below the window.
    """
    start, stop, pools = _window(pool, window)
    n = np.geomspace(start, stop, _POINTS)
    lines = np.stack([_lines(p, n) for p in pools])  # pool, quantity, point
    axes = np.log(np.stack([n + 0.5] * 3 + [n] * 2))
    b, by_features, by_data, eigenvalues, tail = (_slope(axes[i], lines[:, i]) for i in range(len(axes)))
    flags = _flags([b, by_features, by_data, eigenvalues], pool, start, stop)
    return Exponents(b, by_features, by_data, eigenvalues, tail, float(start), float(stop), flags)


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


def _lines(pool: Pool, n: Array) -> Array:
    """Logarithms of kappa, L_P, L_D, the eigenvalues and the tail power at n, shape (5, points)."""
    sums = pool.sums(degrees_of_freedom(pool, n))
    k = np.arange(1, pool.size + 1)
    filled = np.maximum(pool.lam, np.finfo(float).tiny)
    tail = pool.power[::-1].cumsum()[::-1] - pool.power  # beyond k
    at = np.log(n)
    naive = [np.interp(at, np.log(k), np.log(line)) for line in (filled, np.maximum(tail, np.finfo(float).tiny))]
    return np.stack([np.log(sums.kappa), np.log(sums.target), np.log(predict(pool, n, errors=False).loss), *naive])


def _slope(x: Array, lines: Array) -> Exponent:
    """Of the first line; the others are those of the smaller pools."""
    values = -np.polyfit(x, lines.T, 1)[0]
    third = (_POINTS - 1) // 3
    parts = [-np.polyfit(x[i : i + third + 1], lines[0, i : i + third + 1], 1)[0] for i in range(0, _POINTS - 1, third)]
    statistical = float(jackknife_error(values[1:]))
    drift = float(np.ptp(parts)) / 2
    return Exponent(float(values[0]), statistical + drift, statistical, drift)


def _flags(found: list[Exponent], pool: Pool, start: float, stop: float) -> tuple[str, ...]:
    b, by_features, _, naive = found
    sentences = []
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
    for name, exponent in zip(("b", "alpha_P", "alpha_D"), found, strict=False):
        if exponent.drift > _CURVED * abs(exponent.value):
            sentences.append(
                f"{name} drifts by {exponent.drift:.2g} over the window: the line is curved, no clean power law."
            )
    if by_features.value + by_features.error >= _NEAR * b.value:
        sentences.append("alpha_P reaches b: the target may be smoother still, a - 1 > b, and a cannot be told.")
    if pool.null_power > 0.01 * float(pool.power.sum()):
        sentences.append(
            f"{pool.null_power / float(pool.power.sum()):.0%} of the target's power lies on eigenvalues that are zero "
            "and is never learnt."
        )
    return tuple(sentences)
