r"""A spectrum as few nodes: sums over v modes at the cost of O(log v).

A mode j has an eigenvalue lambda_j and a target power omega_j.  Everything the model needs are resolvent sums

    df1(kappa) = sum_j lambda_j/(lambda_j + kappa),   df2(kappa) = sum_j (lambda_j/(lambda_j + kappa))^2,
    T(kappa)   = sum_j omega_j/(lambda_j + kappa),

and, since nearly all of finitely many modes may be used up, v - df1 and df1 - df2 as sums of their own (`freedom`).

**Compression.**  For a law (`laws.py`) the summands are smooth in log j.  The first modes are kept as they are; every
later dyadic block of consecutive j is replaced by the n-point Gauss rule of its own discrete measure (`gram.py`).  The
error of a rule is about rho^(-2n), where rho is the parameter of the largest Bernstein ellipse around the block free of
singularities; these lie where lambda_j = -kappa, that is at arg j = (pi - |arg kappa|)/(2 alpha) from the real axis.
So n follows from the precision and from the largest |arg kappa| promised (`APERTURE`), and `compression_error` states
afterwards what the arguments really met imply.  Laws that are no pure power have their singularities where those of a
steeper power would be (`Law.steepness`).

**Unions.**  The nodes of several spectra together, in order of size, with the sum of their tails.

**Tail.**  Modes with lambda_j <= |kappa|/16 are not visited at all; their moments serve (`tails.py`), for v = inf too.
"""

from __future__ import annotations

import bisect
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import PrecisionLost, TauberInputError
from .blocks import blocks, doubling_cuts
from .laws import Law, bernstein, reach
from .precision import FLOAT64, Array, Precision, Scalar, goal_exponent
from .resolvents import Resolvents, Seen
from .sums import pieces_product
from .tails import TAIL_RATIO, Tails, gather, horner, powers

APERTURE = 0.80 * math.pi
"""Largest |arg kappa| the compressed blocks are built for; the contours of this wing stay inside."""

_TABLE = 1 << 15  # entries of a table in `Spectrum.pointwise`: it stays in the cache

_HEAD = 32  # modes always kept one by one (float64); more digits keep as many as a block has nodes


@dataclass(frozen=True, eq=False)
class Pointwise:
    """Sums at kappa > 0, arrays of shape (k,), none of them a difference.

    `used` = df1, `spread` = df1 - df2, `free` = v - df1, `df2`, `target` = T = sum omega/(lambda + kappa) and
    `target_square` = sum omega kappa/(lambda + kappa)^2.
    """

    used: Array
    spread: Array
    free: Array
    df2: Array
    target: Array
    target_square: Array


@dataclass(frozen=True, eq=False)
class Spectrum(Resolvents):
    """Nodes of a spectrum, lambda descending, with the moments of everything beyond each cut.

    Attributes
    ----------
    lam, target, weight : arrays of shape (n,)
        lambda, omega and multiplicity of each node.
    tails : moments beyond each cut.
    size : v; points : nodes per block (0: nothing is compressed); exponent : 2 alpha, or `Law.steepness`
    top : the largest lambda in a compressed block.
    regular : whether T(0) = sum omega/lambda is finite and moderate, and T - T(0) therefore worth having.
    """

    ctx: Precision
    lam: Array
    target: Array
    weight: Array
    tails: Tails
    size: Scalar
    points: int = 0
    exponent: float = 0.0
    regular: bool = False
    top: float = 0.0

    @functools.cached_property
    def _count(self) -> Array:
        """How many modes lie beyond each node, from the end: shape (n + 1,)."""
        return np.append(np.cumsum(self.weight[::-1])[::-1], 0 * self.weight[:1])

    @functools.cached_property
    def _columns(self) -> Array:
        """1, lambda, omega and omega/lambda times the weights, shape (n, 4)."""
        omega = self.weight * self.target
        return np.stack([self.weight, self.weight * self.lam, omega, omega / self.lam], axis=1)

    @functools.cached_property
    def infinite(self) -> bool:
        """Whether v = inf."""
        return math.isinf(self.size)

    @property
    def largest(self) -> Array:
        """lambda_1, shape (1,)."""
        return self.lam[:1]

    @functools.cached_property
    def counted(self) -> Array:
        """How many modes there are up to each node."""
        return np.cumsum(self.weight)

    def _seen(self, kappa: Array, other: Scalar | None = None) -> Seen:
        smallest = abs(kappa).min()
        return self.seen(self.cut(smallest if other is None else min(smallest, np.min(abs(other)))))

    def seen(self, cut: int) -> Seen:
        """What sums take that break off at a cut."""
        if cut not in self._kept:
            stop, tails = self._stops[cut], self.tails
            parts = self.lam[:stop], self._columns[:stop], self._count[stop]
            self._kept[cut] = Seen(*parts, tails.scale[cut], tails.rest[cut], self._moments[:, cut])
        return self._kept[cut]

    @functools.cached_property
    def _moments(self) -> Array:
        """`Seen.moments` beyond each cut, shape (5, c, m).

        x/(1+x) = x - x^2 + ..., x/(1+x)^2 = x - 2 x^2 + ..., (x/(1+x))^2 = x^2 - 2 x^3 + ...
        """
        mass, power = self.tails.mass, self.tails.power
        order = np.arange(mass.shape[1])
        return np.array([mass, mass * (order + 1), power, -mass * order, power * (order + 1)])

    def pointwise(self, kappa: Array) -> Pointwise:
        """All sums at each kappa > 0, shape (k,), whatever the others are: to the last bit those of one kappa alone."""
        cuts = np.array([bisect.bisect_left(self._reach, -one) for one in kappa])
        if len(cuts) and cuts.max() == len(self._reach):
            self._cut(kappa)  # raises
        rows = self.ctx.lift(np.zeros((6, len(kappa)), dtype=int))
        for cut in np.unique(cuts):
            where = np.flatnonzero(cuts == cut)
            step = max(1, _TABLE // (self._stops[cut] + 1))
            for begin in range(0, len(where), step):
                part = where[begin : begin + step]
                rows[:, part] = self._pointwise(int(cut), kappa[part])
        return Pointwise(*rows)

    def _pointwise(self, cut: int, kappa: Array) -> Array:
        stop, column, total = self._stops[cut], kappa[:, None], self.ctx.row_sums
        weight, mass, omega, _ = self._columns[:stop].T
        inverse = 1 / (self.lam[:stop] + column)
        share = self.lam[:stop] * inverse
        left, part = column * inverse, omega * inverse
        x = self.tails.scale[cut] / kappa
        used, spread, target, df2, target_slope = horner(self.seen(cut).moments, x)
        free = math.inf if math.isinf(self.size) else total(left * weight) + (self._count[stop] - used * x)
        return np.array([
            total(inverse * mass) + used * x,
            total(share * left * weight) + spread * x,
            free + x * 0,
            total(share * (inverse * mass)) + df2 * x,
            total(part) + target / kappa,
            total(part * left) + target_slope / kappa,
        ])  # fmt: skip

    def pair_tables(self, kappa: Array, other: Array) -> tuple[Array, Array]:
        """G and H of `pair_sums` for every pair, shapes (k,) and (n,) -> (k, n).

        Products of matrices, nothing subtracted: as good for two equal arguments as for distant ones.
        """
        cut, stop = self._cut(np.append(kappa, other))
        left, right = (1 / (self.lam[:stop] + points[:, None]) for points in (kappa, other))
        mass, target = ((left * column) @ right.T for column in self._columns[:stop, 1:3].T)
        return self._with_tail(cut, kappa, other, mass, target)

    def mirrored_tables(self, kappa: Array) -> tuple[Array, Array]:
        """`pair_tables` of kappa with kappa and its conjugates side by side, (k,) -> (k, 2k), in float64.

        With 1/(lambda + kappa) = p - iq all four blocks consist of the products p p', q q' and p q' (see `sums`).
        """
        cut, stop = self._cut(kappa)
        inverse = 1 / (self.lam[:stop] + kappa[:, None])
        p, q = inverse.real.copy(), -inverse.imag
        tables = []
        for column in self._columns[:stop, 1:3].T:
            left = p * column
            pp, qq, pq = pieces_product(left, p), pieces_product(q * column, q), pieces_product(left, q)
            tables.append(np.hstack([pp - qq - 1j * (pq + pq.T), pp + qq + 1j * (pq - pq.T)]))
        return self._with_tail(cut, kappa, np.concatenate([kappa, kappa.conj()]), *tables)

    def _with_tail(self, cut: int, kappa: Array, other: Array, mass: Array, target: Array) -> tuple[Array, Array]:
        """G and H of pairs from their sums over the modes before a cut."""
        scale, terms = self.tails.scale[cut], self.tails.mass.shape[1]
        rows, columns = (powers(-scale / points, terms).T for points in (kappa, other))
        index = np.add.outer(np.arange(terms), np.arange(terms))
        beyond = index >= terms
        index[beyond] = 0
        outer = 1 / (kappa[:, None] * other)
        for table, moments, factor in ((mass, self.tails.mass, scale), (target, self.tails.power, 1)):
            hankel = np.where(beyond, 0, moments[cut][index])
            table += (rows @ hankel @ columns.T) * outer * factor
        return mass, target

    def cut(self, smallest: Scalar) -> int:
        """Where sums at |kappa| >= `smallest` break off."""
        cut = bisect.bisect_left(self._reach, -smallest)
        if cut == len(self._reach):
            raise PrecisionLost(
                f"The effective ridge {float(smallest):.3g} lies below the resolved part of the spectrum; "
                "build the spectrum with a smaller `floor`."
            )
        return cut

    def _cut(self, kappa: Array) -> tuple[int, int]:
        cut = self.cut(abs(kappa).min())
        return cut, self._stops[cut]

    def stops(self, sizes: Array) -> Array:
        """For |kappa|, shape (k,), float64: how many nodes their sums take, all where `cut` refuses."""
        cut = np.searchsorted(self._reached, -sizes)
        return np.asarray(self.tails.cuts[np.minimum(cut, len(self._reached) - 1)])

    @functools.cached_property
    def _reached(self) -> Array:
        return np.array(self._reach)

    @functools.cached_property
    def _reach(self) -> list[Scalar]:
        """-|kappa| from which on each cut serves."""
        return [-scale * TAIL_RATIO for scale in self.tails.scale]

    @functools.cached_property
    def _stops(self) -> list[int]:
        return [int(stop) for stop in self.tails.cuts]

    @functools.cached_property
    def roots(self) -> dict[tuple[str, Scalar], Scalar]:
        """Roots found on this spectrum (`ridge.py`)."""
        return {}

    @functools.cached_property
    def _kept(self) -> dict[int, Seen]:
        return {}

    def compression_error(self, kappa: Array) -> float:
        """Relative size of the Gauss rules' error in sums at these kappa (0 where nothing is compressed)."""
        if not self.points:
            return 0.0
        values = np.asarray(self.ctx.rounded(kappa), dtype=complex)
        inside = values[abs(values) < 2 * self.top]
        if not len(inside):
            return 0.0
        return 4 * bernstein(float(abs(np.angle(inside)).max()), self.exponent) ** (-2.0 * self.points)

    def compression_errors(self, kappa: Array) -> Array:
        """`compression_error` of each kappa by itself, float64 of shape (k,)."""
        common = self.compression_error(kappa)
        if common <= float(self.ctx.eps):
            return np.full(len(kappa), common)
        return np.array([self.compression_error(kappa[i : i + 1]) for i in range(len(kappa))])

    @functools.cached_property
    def trace(self) -> Scalar:
        """sum_j lambda_j."""
        return self.tails.mass[0, 0] * self.tails.scale[0]

    @property
    def target_at_zero(self) -> Scalar:
        """T(0) = sum omega/lambda, or 0 where it is not used."""
        return self.tails.rest[0] if self.regular else self.lam[0] * 0

    @functools.cached_property
    def square_trace(self) -> Scalar:
        """sum_j lambda_j^2."""
        return self.tails.mass[0, 1] * self.tails.scale[0] ** 2

    @functools.cached_property
    def target_power(self) -> Scalar:
        """sum_j omega_j, the loss at time 0."""
        return self.tails.power[0, 0]

    @functools.cached_property
    def rounded(self) -> Spectrum:
        """The same spectrum in float64, for start values."""
        if self.ctx is FLOAT64:
            return self
        lam, target, weight = (self.ctx.rounded(a) for a in (self.lam, self.target, self.weight))
        given = self.tails
        tables = (self.ctx.rounded(a) for a in (given.scale, given.mass, given.power, given.rest))
        tails = Tails(given.cuts, *tables)
        size = float(self.size)
        shape = self.points, self.exponent, self.regular, self.top
        return Spectrum(FLOAT64, lam, target, weight, tails, size, *shape)


def power_law(
    ctx: Precision, alpha: Scalar, beta: Scalar, v: Scalar, floor: float, over: tuple[Scalar, Scalar] | None = None
) -> Spectrum:
    """lambda_j = j^(-2 alpha), omega_j = j^(-2 alpha - 2 beta), j = 1..v; `over` of `Law`; see `smooth`."""
    return smooth(Law(ctx, 2 * alpha, 2 * beta, over=over), v, floor)


def smooth(law: Law, v: Scalar, floor: float) -> Spectrum:
    """The modes j = 1..v of a law.

    v is a whole number, a real number (the sum continued analytically in its length; from `smallest_real_size` on), or
    infinity if the law is summable.  For v = inf sums are accurate for |kappa| >= floor; a finite v has no such limit.
    """
    ctx = law.ctx
    points, head, exponent = _resolution(law)
    infinite = math.isinf(v)
    last = reach(law, 2 * head, floor) if infinite else 0
    cuts: Sequence[int]
    if not infinite and v < 2 * head:
        if v != int(v):
            raise TauberInputError(f"The number of modes v = {v} is not whole; make it whole, or at least {2 * head}.")
        j, weight, cuts = (
            ctx.lift(np.arange(1, int(v) + 1)),
            ctx.lift(np.ones(int(v), dtype=int)),
            doubling_cuts(int(v)),
        )
    else:
        j, weight, cuts = blocks(ctx, v, float(last if infinite else v), head, points)
    modes, end = (*law.modes(j), weight), law.end(last) if infinite else None
    if not law.decreasing:
        modes, cuts = _ordered(ctx, modes, _HEAD, end)
    top = law.eigenvalue(_HEAD)
    return Spectrum(ctx, *modes, gather(ctx, modes, cuts, end), v, points, exponent, law.regular, top)


def union(parts: list[Spectrum]) -> Spectrum:
    """All modes of several spectra, of one number system."""
    ctx = parts[0].ctx
    lam, target, weight = (np.concatenate([getattr(s, key) for s in parts]) for key in ("lam", "target", "weight"))
    ends = [(t.scale[-1], t.mass[-1], t.power[-1], t.rest[-1]) for t in (s.tails for s in parts) if t.scale[-1] > 0]
    points = max(s.points for s in parts)
    end = _joined(ends) if ends else None
    modes, cuts = _ordered(ctx, (lam, target, weight), _HEAD, end)
    exponent, top = (max(getattr(s, key) for s in parts) for key in ("exponent", "top"))
    size, regular = sum(s.size for s in parts), all(s.regular for s in parts)
    return Spectrum(ctx, *modes, gather(ctx, modes, cuts, end), size, points, exponent, regular, top)


End = tuple[Scalar, Array, Array, Scalar]


def _joined(ends: list[End]) -> End:
    """The sum of several tails, scaled by the largest lambda in any of them."""
    scale = max(end[0] for end in ends)
    mass, power, rest = 0, 0, 0
    for own, own_mass, own_power, own_rest in ends:
        ratio = own / scale
        factor = np.array([ratio**m for m in range(len(own_mass))])
        mass, power, rest = mass + own_mass * factor * ratio, power + own_power * factor, rest + own_rest
    return scale, np.asarray(mass), np.asarray(power), rest


def _ordered(
    ctx: Precision, modes: tuple[Array, ...], every: int, end: End | None
) -> tuple[tuple[Array, Array, Array], list[int]]:
    """Nodes with lambda descending, and cuts: none beyond which a node is smaller than the largest lambda of `end`."""
    order = np.argsort(-ctx.rounded(modes[0]), kind="stable")
    lam, target, weight = (array[order] for array in modes)
    last = len(lam) if end is None else int((lam >= end[0]).sum())
    cuts = {0, *doubling_cuts(min(every, last)), *range(0, last, every), max(last - 1, 0)} - {last}
    return (lam, target, weight), [*sorted(cuts), len(lam)]


def _resolution(law: Law) -> tuple[int, int, float]:
    """Nodes per block, the first j that is not kept one by one, and the steepness that asks for these."""
    exponent = law.steepness(APERTURE, _HEAD)
    rho = bernstein(APERTURE, exponent)
    if not law.pure:  # the bounds of `laws` hold for |x| > J/2, and the ellipse through there has this rho
        rho = min(rho, 2 + math.sqrt(3))
    points = 2 * math.ceil(goal_exponent(law.ctx) / (4 * math.log(rho))) + 2
    return points, max(_HEAD, 1 << (2 * points + 1).bit_length()), exponent  # half a block: more modes than nodes


def smallest_real_size(ctx: Precision, alpha: Scalar) -> int:
    """From this v on a power law may have a real number of modes; below, v must be whole."""
    return smallest_real_size_of(Law(ctx, 2 * alpha, alpha * 0))


def smallest_real_size_of(law: Law) -> int:
    """The same of any law."""
    return 2 * _resolution(law)[1]


def explicit(ctx: Precision, lam: Array, target: Array) -> Spectrum:
    """A user's own spectrum: lambda > 0 and omega >= 0 of each mode, shape (v,) each."""
    lam, target = ctx.lift(lam), ctx.lift(target)
    if lam.ndim != 1 or lam.shape != target.shape or not len(lam):
        raise TauberInputError(
            f"The arrays lambda and omega must be lists of the same length, got {lam.shape} and {target.shape}."
        )
    if not (bool((lam > 0).all()) and bool((target >= 0).all()) and np.isfinite(ctx.rounded(lam + target)).all()):
        raise TauberInputError("Every lambda must be positive, every omega non-negative, and all of them finite.")
    order = np.argsort(-ctx.rounded(lam), kind="stable")
    modes = lam[order], target[order], ctx.lift(np.ones(len(lam), dtype=int))
    return Spectrum(ctx, *modes, gather(ctx, modes, doubling_cuts(len(lam))), len(lam))
