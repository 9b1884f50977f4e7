r"""How fast the target's power falls, and how much of it is noise: a and sigma^2 of a pool.

Label noise flattens every loss, so that its slope over a window is no exponent.  What is fitted here to
E_3(n) = sum_k v_k (1 - s_k)^3 + sigma^2 of `tails.py`, over octaves of n, is a power law *with* noise,

    log E_3(n) = log[g F(n; a, b) + sigma^2],     F = sum_k k^-a (u_k/(1 + u_k))^3,     u_k = (A k/(n + 1/2))^b,

with A = (pi/b)/sin(pi/b) (then kappa = (A/(n + 1/2))^b has n degrees of freedom in the spectrum k^-b), b taken from the
spectrum, and a > 1, g > 0, sigma^2 >= 0 unknown.  The sum over k is done to 10 N, and completed by three terms.

**Likelihood.**  chi^2 is the squared residual in the metric of the `cautious` covariance (`tails.py`) plus 1/N^2 for
each: deterministic equivalents are right up to relative corrections of order 1/N.  It is minimised over g in closed
form and over r = sigma^2/(g F) at the last n on a grid refined by golden sections.  Profiles of chi^2 over a and over
sigma^2 give intervals, chi^2 <= least + 1 (68 %) and + 4 (95 %); `value` is the middle of the first, `error` half its
width or, if more, a quarter of the width of the second.  For sigma^2, r >= 0.  For a, r > -1, whatever is positive:
with r >= 0 chance could move a up only where there is no noise, and its interval would hold in 80 % instead of 68 %
there, its middle be half an error too high (measured, and what a nuisance parameter on its boundary does).  The price
is an error of a that is a quarter larger.
If chi^2 without that caution is so large that chance makes it so in one of twenty pools, the target is no power law
with noise: an error of the model is added to every octave, which brings chi^2 to its degrees of freedom: `curved`.

**What cannot be told.**  The term ~ n^-(a - 1) is all that is left of F for n -> infinity as long as a - 1 < 3 b, but
nearer to 3 b the first modes are in the window, too, and nobody knows that they lie on the power law.  The fit is
therefore repeated without them, F = (n + 1/2)^(1 - a).  If the two values differ by more than the error, or would if
E_3 were the power law at the upper end of the interval of 95 % (else values came where chance made a small only), on
the window of the other exponents, too, where the first modes count less; or if that interval reaches a - 1 = 3 b, or
the error is above 1/4 (an interval that is wider than 1), a has no value, only `low`, below which it is not (97.5 %,
the lower one of both fits).  E_3 is fitted as far as its own error leaves half of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import optimize, special
from scipy.interpolate import CubicSpline

from ..core.precision import Array
from .pool import Pool
from .tails import ORDER, Tails, tails_of

_BELOW = 4.0  # the fit starts so far below the window of the exponents
_FINITE = 1.0  # over N: relative error of a deterministic equivalent
_CURVED = 0.05  # chance of a chi^2 from which on the model is given an error
_LOST = 0.5  # relative error of E_3 from which on it is not fitted
_COARSE = 0.25  # errors of a above which no value is given
_FAR = 9.0  # chi^2 above the least, beyond which a profile is not looked at
_MODES = 10  # over N, summed one by one
_LEAST = 0.01  # of a - 1
_FAINT = 1e-9  # of E_3 at the last n: noise below that is not looked for
_STEPS, _NOISES, _SECTIONS = 121, 41, 30
_POSITIVE = np.log1p(np.exp(np.linspace(-12, 40, 131)))  # log(1 + r), r = sigma^2/(g F) at the last n
_NONE_OR_MORE = np.concatenate([[0.0], _POSITIVE])  # E_3 at the first n may be e^16 above the last
_ANY = np.concatenate([np.linspace(-8, -0.1, 80), _NONE_OR_MORE])  # r > -1: E_3 > 0
_POINTS = 6  # octaves of the usual window, N/64 to N/2
_SHORT = 4.0  # stop/start below which nothing is fitted
_TOO_SMALL = "the pool is too small"
_FIRST_MODES = "its first modes, which need not lie on a power law, are still in the window"
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error, both nan if it cannot be told, and its interval of 95 %.

    `high` is infinite where the data do not bound it.
    """

    value: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Target:
    """What `fit_target` found.

    Attributes
    ----------
    a : exponent of the power, v_k ~ k^-a
    noise : sigma^2, in units of the target squared, summed over the outputs
    seen : whether chi^2 excludes sigma^2 = 0 (two errors)
    start, stop : degrees of freedom of the fit
    curved : relative error per octave that a power law with noise must be allowed, 0 if none
    reason : why a has no value, or None
    """

    a: Estimate
    noise: Estimate
    seen: bool
    start: float
    stop: float
    curved: float
    reason: str | None


def fit_target(pool: Pool, b: float, start: float, stop: float) -> Target:
    """Fit a and the noise, from a quarter of `start` (1 at least) to twice `stop` (N/2 at most) degrees of freedom."""
    last = min(2 * stop, pool.size / 2, 0.9 * pool.rank)
    wide = _fitted(pool, b, max(1.0, start / _BELOW), last)
    if wide.reason != _FIRST_MODES:
        return wide
    narrow = _fitted(pool, b, start, last)
    return narrow if narrow.reason is None else wide


def _fitted(pool: Pool, b: float, first: float, last: float) -> Target:
    tails = tails_of(pool, np.geomspace(first, last, _POINTS))
    lost = (tails.value <= 0) | (np.diag(tails.jackknife) > _LOST**2)
    if lost.any():
        last = float(tails.n[max(int(lost.argmax()) - 1, 0)])
        if last < _SHORT * first:
            nothing = Estimate(math.nan, math.nan, 1.0, math.inf)
            return Target(nothing, replace(nothing, low=0.0), False, first, last, 0.0, _TOO_SMALL)
        tails = tails_of(pool, np.geomspace(first, last, _POINTS))
    whole = _Fit(tails, _power_law(tails.n, b, pool.size), ORDER * b, _FINITE / pool.size, tails.covariance)
    curved = whole.misfit()
    whole = replace(whole, extra=math.hypot(whole.extra, curved), covariance=tails.cautious)
    beyond = replace(whole, tail=_asymptote(tails.n))
    a, bare, (noise, seen) = whole.exponent(), beyond.exponent(), whole.noise()
    steepest = replace(beyond, tails=replace(tails, value=whole.tail(np.array([a.high - 1]))[0])).exponent()
    apart = max(abs(a.value - bare.value), a.high - steepest.value)
    reason = _reason(a, apart, 1 + ORDER * b, seen)
    if reason is not None:
        a = Estimate(math.nan, math.nan, min(a.low, bare.low), math.inf)
    return Target(a, noise, seen, first, last, curved, reason)


def _reason(a: Estimate, apart: float, end: float, seen: bool) -> str | None:
    """Why a cannot be told, in words that follow "because"."""
    if a.error > _COARSE or (a.high >= end and seen):
        return "too little of the target stands out of the noise" if seen else _TOO_SMALL
    if a.high >= end:
        return f"the target is too smooth for this kernel, which tells no a beyond 1 + 3 b = {end:.3g}"
    if apart > a.error:
        return _FIRST_MODES
    return None


@dataclass(frozen=True, eq=False)
class _Fit:
    """E_3 against g F + sigma^2: `tail` gives F for values of a - 1 up to `end`, `extra` is the error of the model.

    `covariance` is that of log E_3.
    """

    tails: Tails
    tail: Callable[[Array], Array]
    end: float
    extra: float
    covariance: Array

    @cached_property
    def metric(self) -> Array:
        return np.linalg.inv(self.covariance + self.extra**2 * np.eye(len(self.tails.n)))

    def chi(self, tail: Array, log_ratio: Array) -> tuple[Array, Array]:
        """chi^2 at the best g and the log of E_3 at the last n, for F (..., n) and log(1 + r), (...)."""
        above = np.maximum(tail / tail[..., -1:] - 1, 0.0)
        shape = np.log1p(above * np.exp(-log_ratio)[..., None])  # (F/F_last + r)/(1 + r)
        left = np.log(self.tails.value) - shape
        weight = self.metric.sum(axis=0)
        level = left @ weight / weight.sum()
        left = left - level[..., None]
        return np.asarray((np.dot(left, self.metric) * left).sum(axis=-1)), level

    def misfit(self) -> float:
        """The error of the model, per n, that brings an unlikely chi^2 down to its degrees of freedom; else 0."""
        freedom = len(self.tails.n) - 3
        tail = self.tail(self.grid)[:, None]

        def excess(log_error: float) -> float:
            wider = replace(self, extra=math.hypot(self.extra, math.exp(log_error)))
            return float(wider.chi(tail, _ANY)[0].min()) - freedom

        low, high = math.log(self.extra) - 5, 2.0
        if excess(low) + freedom <= special.chdtri(freedom, _CURVED):
            return 0.0
        return math.exp(optimize.brentq(excess, low, high, xtol=1e-3))

    @property
    def grid(self) -> Array:
        """Values of a - 1."""
        return np.linspace(_LEAST, self.end, _STEPS)

    def near(self, ratios: Array) -> tuple[Array, Array]:
        """The part of the grid that may matter, refined, and the profile of chi^2 over it, log(1 + r) in `ratios`."""
        profile = self.profile(self.grid, ratios)
        kept = np.flatnonzero(profile <= profile.min() + _FAR)
        step = self.grid[1] - self.grid[0]
        fine = np.linspace(max(_LEAST, self.grid[kept[0]] - step), min(self.end, self.grid[kept[-1]] + step), _STEPS)
        return fine, self.profile(fine, ratios)

    def profile(self, exponents: Array, ratios: Array) -> Array:
        """Least chi^2 over the noise for each value of a - 1."""
        return self.least(self.tail(exponents), ratios, lambda chi, level, log_ratio: chi)[0]

    def least(self, tail: Array, grid: Array, cost: Callable[[Array, Array, Array], Array]) -> tuple[Array, Array]:
        """Least cost, a function of `chi` and log(1 + r), over the noise, and log(1 + r), for each row of F.

        The cost may have axes in front of these: of costs that are lowered at once.
        """

        def at(log_ratio: Array) -> Array:
            return cost(*self.chi(tail[:, None], log_ratio), log_ratio)

        on_grid = at(np.broadcast_to(grid, (len(tail), len(grid))))
        best = on_grid.argmin(axis=-1)
        low, high = (grid[np.clip(best + step, 0, len(grid) - 1)][..., None] for step in (-1, 1))
        for _ in range(_SECTIONS):
            width = _GOLDEN * (high - low)
            left = at(high - width) < at(low + width)
            low, high = np.where(left, low, high - width), np.where(left, low + width, high)
        refined, kept = at((low + high) / 2)[..., 0], on_grid.min(axis=-1)
        return np.minimum(refined, kept), np.where(kept <= refined, grid[best], (low + high)[..., 0] / 2)

    def exponent(self) -> Estimate:
        """The estimate of a. Where a > 1 cuts the interval off, the error is that of the upper side."""
        values, profile = self.near(_ANY)
        found = _estimate(values, profile)
        cut = found.low <= _LEAST
        upper = (found.high - float(values[profile.argmin()])) / 2 if cut else 0.0
        low = 1.0 if cut else 1 + found.low
        return Estimate(1 + found.value, max(found.error, upper), low, 1 + found.high)

    def noise(self) -> tuple[Estimate, bool]:
        """The estimate of sigma^2, and whether it is seen."""
        tail, stiffness = self.tail(self.near(_NONE_OR_MORE)[0]), float(self.metric.sum())

        def profile(noise: Array) -> Array:
            """Least chi^2 with each noise: g moves E_3 at the last n away from its best level."""
            log_noise = np.log(noise)[:, None, None]

            def cost(chi: Array, level: Array, log_ratio: Array) -> Array:
                return np.asarray(chi + stiffness * (log_noise - np.log(-np.expm1(-log_ratio)) - level) ** 2)

            return np.asarray(self.least(tail, _POSITIVE, cost)[0].min(axis=-1))

        chi, log_ratio = self.least(tail, _NONE_OR_MORE, lambda chi, level, log_ratio: chi)
        best = int(chi.argmin())
        level = float(self.chi(tail[best], log_ratio[best])[1])
        likely, top = -math.expm1(-log_ratio[best]) * math.exp(level), 4 * math.exp(level)
        while top / 2 > max(likely, _FAINT * math.exp(level)) and profile(np.array([top / 2]))[0] > chi[best] + _FAR:
            top /= 2
        without = float(self.chi(tail, np.zeros(len(tail)))[0].min())
        low = 0.0
        for _ in range(2):  # the second time where it matters: from far outside no curve can be drawn
            values = np.linspace(low, top, _NOISES)
            profiles = np.append([without] * (low == 0), profile(values[values > 0]))
            kept = np.flatnonzero(profiles <= profiles.min() + _FAR)
            low, top = float(values[max(kept[0] - 1, 0)]), float(values[min(kept[-1] + 1, _NOISES - 1)])
        return _estimate(values, profiles), bool(without > chi[best] + 4)


def _estimate(values: Array, profile: Array) -> Estimate:
    """Middle and width of chi^2 <= least + 1, and chi^2 <= least + 4, of a profile on a grid."""
    fine = np.linspace(values[0], values[-1], 100 * len(values))
    curve = CubicSpline(values, np.minimum(profile, profile.min() + 4 * _FAR))(fine)
    curve -= curve.min()
    (low, high), (lower, upper) = (fine[np.flatnonzero(curve <= rise)[[0, -1]]] for rise in (1, 4))
    value = (low + high) / 2
    error = max((high - low) / 2, (upper - lower) / 4)
    return Estimate(float(value), float(error), float(lower), float(upper))


def _asymptote(n: Array) -> Callable[[Array], Array]:
    """F of a target that has modes far beyond the window only, up to a factor."""
    return lambda exponents: np.exp(-np.multiply.outer(exponents, np.log(n + 0.5)))


def _power_law(n: Array, b: float, size: int) -> Callable[[Array], Array]:
    """F of a target that lies on its power law from the first mode on."""
    first = (math.pi / b) / math.sin(math.pi / b) / (n + 0.5)
    last = _MODES * size
    log_k = np.log(np.arange(1, last + 1.0))
    left = special.expit(b * np.add.outer(np.log(first), log_k)) ** ORDER  # 1 - s_k = u/(1 + u)

    def tail(exponents: Array) -> Array:
        a = 1 + exponents
        beyond = [special.zeta(a + j * b, last + 1)[:, None] / first ** (j * b) for j in range(3)]
        terms = beyond[0] - ORDER * beyond[1] + ORDER * (ORDER + 1) / 2 * beyond[2]  # of (1 + 1/u)^-3
        return np.asarray(np.exp(-np.multiply.outer(a, log_k)) @ left.T + terms)

    return tail
