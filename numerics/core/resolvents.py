r"""Resolvent sums over nodes and moments, for one spectrum or for many models at once.

Every sum has two parts: the nodes up to a cut, one by one (`sums.py`), and what lies beyond it, as a series of moments
in 1/kappa (`tails.py`). Where the cut is, and what is summed before and beyond it, a spectrum knows (`Seen`); the rest
is the same for one spectrum, kappa of shape (k,), and for many models, kappa of shape (models, k).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from .precision import Array, Precision, Scalar
from .sums import resolvent_sums
from .tails import moment_count, powers, series

NEAR = 3
"""Power series about a root serve up to this part of it."""


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What a sum takes: arrays of the shapes here for one spectrum, with the number of models first for many.

    That number is 1 where all models have the same spectrum.

    Attributes
    ----------
    lam, columns : arrays of shape (n,) and (n, 4)
        lambda before the cut, and 1, lambda, omega, omega/lambda times the weights.
    count : how many modes lie beyond the cut
    scale, rest : the largest lambda and sum omega/lambda beyond the cut; of many models in columns, (models, 1)
    moments : array of shape (5, m)
        for series in x = scale/kappa: df1/x, (df1 - df2)/x, T kappa, df2/x, -T' kappa^2 beyond the cut.
    """

    lam: Array
    columns: Array
    count: Scalar
    scale: Scalar
    rest: Scalar
    moments: Array


class Resolvents(ABC):
    """The sums df1, df2, T (see `spectrum.py`) and their like at any kappa.

    Attributes
    ----------
    size : v
    largest : lambda_1
    infinite : whether v = inf
    regular : whether T(0) = sum omega/lambda is finite and moderate, and T - T(0) therefore worth having
    """

    ctx: Precision
    size: Scalar
    regular: bool

    @property
    @abstractmethod
    def infinite(self) -> bool:
        """Whether there are infinitely many modes."""

    @property
    @abstractmethod
    def largest(self) -> Array:
        """lambda_1, of one spectrum in an array of shape (1,)."""

    @abstractmethod
    def _seen(self, kappa: Array, other: Scalar | None = None) -> Seen:
        """What sums at kappa, and at `other` if there is one, take."""

    def freedom(self, kappa: Array) -> tuple[Array, Array, Array]:
        """df1, df1 - df2 and v - df1 (infinite for v = inf) at each kappa, shape (k,), none of them a difference.

        df1 - df2 = kappa sum lambda/(lambda + kappa)^2 and v - df1 = kappa sum 1/(lambda + kappa).
        """
        used, spread, left = self.sums(kappa, 2)
        return used, spread, left

    def sums(self, kappa: Array, last: int = 4) -> tuple[Array, ...]:
        """`freedom` and, of `resolvents`, T and T - T(0) in one pass (`last` = 2: without these)."""
        seen = self._seen(kappa)
        first, last = int(self.infinite), last if self.regular else min(last, 3)
        columns, steep = seen.columns[..., first:last], seen.columns[..., :1]
        sums, (steep,) = resolvent_sums(self.ctx, seen.lam, kappa, columns, steep)
        x = seen.scale / kappa
        used, spread, *beyond = series(self.ctx, seen.moments[..., : 2 if last == 2 else 3, :], x)
        used, spread = used * x, spread * x
        left = used + np.inf if first else kappa * sums[0] + (seen.count - used)
        freedom = sums[1 - first] + used, kappa * steep + spread, left
        if last == 2:
            return freedom
        beyond = beyond[0] / kappa
        target = sums[2 - first] + beyond
        if not self.regular:
            return *freedom, target, target
        return *freedom, target, -kappa * (sums[3 - first] + (seen.rest - beyond) / kappa)

    def df1_df2(self, kappa: Array) -> tuple[Array, Array]:
        """df1 and df2 at each kappa, shape (k,), real or complex."""
        seen = self._seen(kappa)
        column = seen.columns[..., 1:2]
        (df1,), (df2,) = resolvent_sums(self.ctx, seen.lam, kappa, column, column)
        x = seen.scale / kappa
        first, second = series(self.ctx, seen.moments[..., :4:3, :], x) * x
        return df1 + first, df2 + second

    def resolvents(self, kappa: Array) -> tuple[Array, Array, Array]:
        """df1, T and T - T(0) at each kappa, shape (k,), real or complex.

        T - T(0) = -kappa sum (omega/lambda)/(lambda + kappa), without cancellation for small kappa; where T(0)
        diverges or is not used (`target_at_zero` = 0), it is T.
        """
        seen = self._seen(kappa)
        columns = seen.columns[..., 1 : 4 if self.regular else 3]
        (df1, target, *ratio), _ = resolvent_sums(self.ctx, seen.lam, kappa, columns)
        x = seen.scale / kappa
        mass, beyond = series(self.ctx, seen.moments[..., :3:2, :], x)
        df1, target = df1 + mass * x, target + beyond / kappa
        if not self.regular:
            return df1, target, target
        return df1, target, -kappa * (ratio[0] + (seen.rest - beyond / kappa) / kappa)

    def pair_sums(self, kappa: Array, other: Scalar) -> tuple[Array, Array]:
        """G = sum lambda/((lambda+kappa)(lambda+other)), H likewise with omega: minus the differences of df1 and T."""
        seen = self._seen(kappa, other)
        weight = 1 / (seen.lam + other)
        (mass, target), _ = resolvent_sums(self.ctx, seen.lam, kappa, seen.columns[..., 1:3] * weight[..., None])
        first, second = series(self.ctx, _pair_moments(seen, other), seen.scale / kappa)
        outer = kappa * other
        return mass + first * seen.scale / outer, target + second / outer

    def pairs_beside(self, root: Scalar, x: Array) -> tuple[Array, ...]:
        """At kappa = root + x, shape (k,), for a root of either sign: df1, df1 - df2, T, and G, H of `pair_sums`."""
        kappa = root + x
        seen = self._seen(kappa, root)
        columns = seen.columns[..., 1:3]
        both = _joined(columns, columns / (seen.lam + root)[..., None], -1)
        (df1, target, mass, power), (steep,) = resolvent_sums(self.ctx, seen.lam, kappa, both, seen.columns[..., :1])
        y = seen.scale / kappa
        moments = _joined(seen.moments[..., :3, :], _pair_moments(seen, root), -2)
        used, spread, beyond, first, second = series(self.ctx, moments, y)
        freedom = df1 + used * y, kappa * steep + spread * y
        return *freedom, target + beyond / kappa, mass + first * y / root, power + second / (kappa * root)

    def beside(self, root: Scalar, x: Array) -> tuple[Array, ...]:
        """At kappa = root + x, shape (k,): df1, df1 - df2, T, T - T(0) (see `resolvents`) and G of `pair_sums`.

        For |x| <= root/`NEAR` everywhere the sums over nodes are power series in x, whatever the number of nodes.
        """
        kappa = root + x
        seen = self._seen(kappa, root)
        beside = 1 / (seen.lam + root)
        columns = seen.columns[..., 1 : 4 if self.regular else 3]
        columns = _joined(columns, columns[..., :1] * beside[..., None], -1)
        nearness = float((abs(x) / root).max())
        if nearness * NEAR <= 1:
            terms = moment_count(self.ctx, 1 / nearness) + 2  # two more, as the slope has factors m
            table = powers(root * beside, terms).swapaxes(0, -2)
            moments = (table @ (columns * beside[..., None])).swapaxes(-1, -2)
            slope = moments[..., :1, 1:] * np.arange(1, terms)
            df1, target, *ratio, mass, steep = series(
                self.ctx, np.concatenate([moments[..., :-1], slope], axis=-2), x / root
            )
            steep = steep / root
        else:
            once, (steep,) = resolvent_sums(self.ctx, seen.lam, kappa, columns, seen.columns[..., :1])
            df1, target, *ratio, mass = once
        y = seen.scale / kappa
        moments = _joined(seen.moments[..., :3, :], _pair_moments(seen, root)[..., :1, :], -2)
        used, spread, beyond, both = series(self.ctx, moments, y)
        df1, spread, beyond = df1 + used * y, kappa * steep + spread * y, beyond / kappa
        target, mass = target + beyond, mass + both * y / root
        if not self.regular:
            return df1, spread, target, target, mass
        return df1, spread, target, -kappa * (ratio[0] + (seen.rest - beyond) / kappa), mass


def _joined(one: Array, other: Array, axis: int) -> Array:
    """Side by side; one of them may be a single row for all models."""
    if one.ndim == 3 and len(one) < len(other):
        one = np.broadcast_to(one, (len(other), *one.shape[1:]))
    return np.concatenate([one, other], axis=axis)


def _pair_moments(seen: Seen, other: Scalar) -> Array:
    """For series in x = scale/kappa: G kappa other/scale and H kappa other beyond a cut, shape (2, m).

    sum_m moment_(m+n) (-x)^m (-y)^n, y = scale/other: the differences of the two series, taken term by term. With z the
    shift of moments by one, times -y, the sum over n is 1 + z + z^2 + ... = (1 + z) (1 + z^2) (1 + z^4) ...
    """
    factor, shift = np.asarray(-seen.scale / other)[..., None], 1
    found = seen.moments[..., :3:2, :] + 0 * factor
    while shift < found.shape[-1]:
        found[..., :-shift] += factor * found[..., shift:]
        factor, shift = factor * factor, 2 * shift
    return found
