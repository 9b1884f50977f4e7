r"""The effective ridge of both bottlenecks, and the sums at it, for many pairs of sizes at once.

With D samples, P features and ridge delta (min sum (y - f)^2 + delta |theta|^2, features scaled by P^{-1/2}) everything
depends on one number kappa,

    delta/D = kappa (1 - z/D) (1 - z/P),      z = sum lambda/(lambda + kappa),

the equation of the dynamical model (arXiv:2402.01092) at the real point s = delta/D: gradient flow and ridge regression
share their bottlenecks.  The root wanted is the largest, where both factors ("shares" of samples and of features left
free) are positive; without ridge z = min(D, P), or kappa = 0 if all modes fit.

**The root.**  log s grows with log kappa at a slope 1 + (z-q) (1/(D-z) + 1/(P-z)) >= 1 (at most 3 where all modes fit).
Newton's iteration in the logs, with a bracket: kappa is at least s and kappa(0), and at most s + tr (1/D + 1/P), as
kappa z <= tr = sum lambda.  For tiny ridges delta(kappa) is its parabola at kappa(0) to all digits.  Every pair is
iterated until it has settled itself, so that its value does not depend on the others.

**Digits.**  The shares are formed from their product delta/(D kappa) and their difference z (1/P - 1/D), the larger one
first: nothing cancels where z -> min(D, P).  z - q = kappa sum lambda/(lambda + kappa)^2, S - z (used for the shares on
the way where it is smaller than z) and T0 = kappa^2 sum v/(lambda + kappa)^2 are sums of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Precision, Scalar
from ...core.ridge import share_left, zero_ridge
from ...core.sizes import Sizes, quadratic_move
from ...core.spectrum import Pointwise, Spectrum
from ...errors import PrecisionLost

_MAX_STEPS = 200


@dataclass(frozen=True, eq=False)
class RidgePoint:
    """kappa and what the loss is made of, in the curve's number system; numbers, or arrays over pairs of sizes.

    z = sum lambda/(lambda+kappa), q = sum lambda^2/(lambda+kappa)^2, `gap` = z - q, T1 = sum v kappa/(lambda+kappa),
    T0 = sum v kappa^2/(lambda+kappa)^2 (both with the power on null modes), `free_data` = 1 - z/D,
    `free_features` = 1 - z/P; `error`, a relative error that bounds each of these (float64).
    """

    kappa: Scalar
    z: Scalar
    q: Scalar
    gap: Scalar
    T1: Scalar
    T0: Scalar
    free_data: Scalar
    free_features: Scalar
    error: Scalar


def ridge_points(spectrum: Spectrum, sizes: Sizes, ridge: Scalar, null_power: Scalar) -> RidgePoint:
    """The points of all pairs, sizes of shape (n,), for `ridge` >= 0; raises PrecisionLost where there is none."""
    ctx = spectrum.ctx
    s = ridge * sizes.by_data
    rest, at_rest = _rest(spectrum, sizes.least)
    kappa, error = _kappa(spectrum, sizes, s, rest, at_rest)  # of the ridgeless, `ridge.zero_ridge_error`
    still = _flags(s == 0)
    biased = _flags(kappa != 0)
    kappa_or_one = np.where(biased, kappa, 1)
    sums = spectrum.pointwise(kappa_or_one)
    z = np.where(still, np.minimum(sizes.least, spectrum.size), sums.used)
    shares = _shares(ctx, sizes, z, s / kappa_or_one)
    relative = 4 * (error + spectrum.compression_errors(kappa_or_one) + 4 * float(ctx.eps))
    none = kappa * 0
    return RidgePoint(
        kappa,
        z,
        np.where(biased, sums.df2, z),
        np.where(biased, sums.spread, none),
        np.where(biased, kappa * sums.target, none) + null_power,
        np.where(biased, kappa * sums.target_square, none) + null_power,
        *shares,
        np.where(biased, relative, 8 * float(ctx.eps)),
    )


def _flags(condition: Array) -> Array:
    return np.asarray(condition, dtype=bool)


def _rest(spectrum: Spectrum, least: Array) -> tuple[Array, Pointwise]:
    """kappa(0) for each min(D, P), 0 where all modes fit, and the sums there (at 1 in its place)."""
    known = {size: zero_ridge(spectrum, size) for size in set(least.tolist()) if size < spectrum.size}
    found = spectrum.lam[0] * 0 + np.array([known.get(size, 0) for size in least.tolist()])
    return found, spectrum.pointwise(np.where(_flags(found == 0), 1, found))


def _kappa(spectrum: Spectrum, sizes: Sizes, s: Array, rest: Array, at_rest: Pointwise) -> tuple[Array, Array]:
    """kappa >= kappa(0) = `rest`, and its relative error (float64)."""
    ctx = spectrum.ctx
    still, moving = _flags(s == 0), _flags(rest != 0) & ~_flags(s == 0)
    steep = 1 + np.asarray(ctx.rounded(np.minimum(at_rest.used, at_rest.free) / at_rest.spread), dtype=float)
    kappa, squared = rest.copy(), np.where(still, 0.0, 1.0)
    if moving.any():
        some = Sizes(sizes.width[moving], sizes.data[moving])
        move = quadratic_move(ctx, some, s[moving], rest[moving], at_rest.spread[moving])
        kappa[moving] = rest[moving] * (1 + move)
        squared[moving] = np.asarray(ctx.rounded(move), dtype=float) ** 2
    error = steep * (8 * float(ctx.eps) + 4 * steep * squared)
    far = squared >= float(ctx.eps)  # nearer, the next term of delta(kappa) changes a move by about itself
    if far.any():
        start = np.where(squared < 0.25, kappa, s + _most(spectrum, sizes))[far]
        some, s, rest = Sizes(sizes.width[far], sizes.data[far]), s[far], rest[far]
        start = _sharper(spectrum, some, s, rest, start, squared[far] > FLOAT64.eps)
        kappa[far], error[far] = _roots(spectrum, some, s, rest, start)
    return kappa, error


def _sharper(spectrum: Spectrum, sizes: Sizes, s: Array, rest: Array, start: Array, rough: Array) -> Array:
    """Start values, with more digits the float64 solutions where these are better (`rough`)."""
    ctx = spectrum.ctx
    if ctx is FLOAT64 or not rough.any():
        return start
    given = (np.asarray(ctx.rounded(x[rough]), dtype=float) for x in (sizes.width, sizes.data, s, rest, start))
    width, data, point, low, begin = given
    found, _ = _roots(spectrum.rounded, Sizes(width, data), point, low, begin)
    better = start.copy()
    better[rough] = ctx.lift(found)
    return better


def _most(spectrum: Spectrum, sizes: Sizes) -> Array:
    """A bound of kappa - s."""
    return spectrum.trace * (sizes.by_data + sizes.by_width)


def _roots(spectrum: Spectrum, sizes: Sizes, s: Array, rest: Array, start: Array) -> tuple[Array, Array]:
    """kappa at s > 0 and its relative error, by Newton's iteration from `start`; see the module's docstring."""
    ctx = spectrum.ctx
    low, high = np.maximum(s, rest), (s + _most(spectrum, sizes)) * (1 + 8 * ctx.eps)
    kappa, active = np.minimum(np.maximum(start, low), high), np.arange(len(s))
    done = float(ctx.eps) ** 0.55  # after a step this small the next error is its square
    for _ in range(_MAX_STEPS):
        some, here = Sizes(sizes.width[active], sizes.data[active]), kappa[active]
        sums = spectrum.pointwise(here)
        (first, _), (second, _) = _left(spectrum, some.width, sums), _left(spectrum, some.data, sums)
        product = here * first * second
        left = _flags((product < s[active]) | (first <= 0) | (second <= 0))
        low[active] = np.where(left, here, low[active])
        high[active] = np.where(left, high[active], here)
        one, two = (np.where(_flags(share > 0), share, 1) for share in (first, second))
        slope = 1 + sums.spread * (some.by_width / one + some.by_data / two)
        inside = _flags((first > 0) & (second > 0))
        step = np.where(inside, ctx.log(np.where(inside, product, s[active]) / s[active]) / slope, 0)
        moved = here * ctx.exp(-step)
        taken = inside & _flags((moved >= low[active]) & (moved <= high[active]))
        middle = ctx.sqrt(low[active]) * ctx.sqrt(high[active])
        new = np.where(taken, moved, middle)
        kappa[active] = new
        active = active[_flags(abs(new - here) > done * here)]
        if not len(active):
            return kappa, _error(spectrum, sizes, s, kappa)
    raise PrecisionLost(
        f"The effective ridge was not found in {_MAX_STEPS} steps; ask for more digits with `precision`."
    )


def _error(spectrum: Spectrum, sizes: Sizes, s: Array, kappa: Array) -> Array:
    """The relative error of kappa and of the sums at it: what is left of the equation, and its rounding."""
    ctx, sums = spectrum.ctx, spectrum.pointwise(kappa)
    (first, one), (second, two) = _left(spectrum, sizes.width, sums), _left(spectrum, sizes.data, sums)
    slope = first * second + sums.spread * (second * sizes.by_width + first * sizes.by_data)
    wrong = abs(kappa * first * second - s) + ctx.eps * (s + kappa * (first * two + one * second))
    steep = 1 + sums.spread / sums.used
    return np.asarray(ctx.rounded((wrong / (slope * kappa) + ctx.eps) * steep), dtype=float)


def _left(spectrum: Spectrum, size: Array, sums: Pointwise) -> tuple[Array, Array]:
    """1 - z/size and its rounding in units of eps; 1 and 0 for infinite sizes."""
    endless = _flags(1 / size == 0)
    share, doubt = share_left(spectrum, np.where(endless, 1, size), sums.used, sums.free)
    return np.where(endless, 1, share), np.where(endless, 0, doubt)


def _shares(ctx: Precision, sizes: Sizes, z: Array, product: Array) -> tuple[Array, Array]:
    """1 - z/D and 1 - z/P, all >= 0, from their products and their differences."""
    most = np.maximum(sizes.data, sizes.width)
    endless = _flags(1 / most == 0)
    least, most = (np.where(endless, 1, size) for size in (sizes.least, most))
    difference = np.where(endless, 0, z) * ((most - least) / (most * least))
    larger = (difference + ctx.sqrt(difference * difference + 4 * product)) / 2
    larger = np.where(endless, 1, larger)
    smaller = product / np.where(_flags(larger == 0), 1, larger)
    by_data = _flags(sizes.data >= sizes.width)
    return np.where(by_data, larger, smaller), np.where(by_data, smaller, larger)
