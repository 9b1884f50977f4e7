r"""The effective ridge kappa(z) of the deterministic equivalent.

With eta = -z the ridge solves

    eta = kappa (1 - df1(kappa)/d),       eta' = 1 - df2(kappa)/d,

and of all solutions the one in Omega = {sum_j lambda_j^2/|lambda_j + kappa|^2 < d} is meant (Paquette et al.,
arXiv:2405.15074, with kappa = -z/m).  There Im eta = Im kappa (1 - (1/d) sum lambda^2/|lambda + kappa|^2), and two
roots in one half plane would contradict the Cauchy-Schwarz inequality; so for complex z *the sign of Im kappa Im eta
decides*, never the size of the residual, and for real z left or right of the spectrum the sign of eta' does.  A wrong
branch raises.

**Nearly as many features as modes.**  For finite v and d close to it df1 stays close to d wherever kappa is small, and
1 - df1/d is a difference of numbers that agree in all but log10(v/(v - d)) digits.  What is left over there is small
itself, c = v - df1 = sum kappa/(lambda + kappa), a sum of positive terms for kappa > 0, so that

    1 - df1/d = (c - (v - d))/d        is taken wherever c is the smaller of c and df1,

v - d being exact.  Likewise df1 - df2 = kappa sum lambda/(lambda + kappa)^2 is a sum of its own.

**Two sizes.**  Where both the features and the data are finite (arXiv:2402.01092; derived afresh here) the equation is

    eta = kappa m_1 m_2,   m_i = 1 - df1(kappa)/d_i,   eta' = m_1 m_2 + (df1 - df2) (m_1/d_2 + m_2/d_1),

and 1/kappa, m_1/eta and m_2/eta are Stieltjes transforms: besides Im kappa Im eta > 0 also Im(kappa m_i) Im eta > 0 is
demanded, which a root with df1 > max(d_1, d_2) violates although it passes the first test.

On the real axis every root below is found by Newton's iteration on a form that is concave or convex, and therefore
converges monotonically from the stated side.  The forms are power means M_p, p < 1, of affine functions with positive
coefficients (concave, by Minkowski's inequality), for example 1/sum(lambda/(q - lambda)), or convex outright.  Roots of
many models (`stack.py`) are found together, in arrays of shape (models, 1); those of one spectrum are kept with it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import PrecisionLost
from .precision import FLOAT64, Array, Precision, Scalar
from .resolvents import Resolvents
from .spectrum import Spectrum

_MAX_STEPS = 100
_QUADRATIC = 0.1  # after a step this small the next is about its square
_LEAPS, _FLATTEST = 3, 32  # steps along a power law, and what is none: df1 ~ kappa^(-1/32)
_CALL, _ENTRIES = 8000, 1 << 14
"""Terms of a sum that take as long as the calls around it, and how many of them one table holds (see `sums`)."""
_DESCENTS = (
    0.4,
    0.7,
    0.9,
)  # each step of the continuation lowers the height by this factor; the next if the last fails


@dataclass(frozen=True, eq=False)
class Ridge:
    """kappa and `Spectrum.resolvents` (df1, T, excess = T - T(0)) at a set of points, and a relative error of these."""

    kappa: Array
    df1: Array
    target: Array
    excess: Array
    error: Array


def effective_ridge(
    spectrum: Resolvents, d: Scalar, eta: Array, start: Array, other: Scalar = math.inf, *, rough: bool = True
) -> Ridge:
    """kappa(-eta) at complex or real `eta`, shape (k,), by Newton's iteration from `start`.

    With two finite sizes (either may be infinite) eta = kappa (1 - df1/d) (1 - df1/other).  Points are taken in the
    order of their size, a few at a time, so that each sum stops where the tail series takes over.  More digits start
    from the solution in float64, unless `rough` is False: then `start` is as good.  Raises PrecisionLost where the
    iteration ends on a wrong branch or does not end.

    Of many models, d of shape (models, 1), `eta` and `start` (models, k), all is done in one piece, and where it ends
    so the error is infinite.
    """
    ctx = spectrum.ctx
    if not isinstance(spectrum, Spectrum):
        kappa, slope, steep, good = _newton(spectrum, (d, other), eta, start)
        return Ridge(*_checked(spectrum, (d, other), eta, kappa, slope, np.where(good, steep, math.inf)))
    if rough and ctx is not FLOAT64:
        first = effective_ridge(spectrum.rounded, float(d), ctx.rounded(eta), ctx.rounded(start), float(other))
        start = ctx.lift(first.kappa)
    sizes, size = (d, other), np.asarray(abs(ctx.rounded(start)), dtype=float)
    if ctx is FLOAT64 and len(size) * spectrum.stops(size.min()) <= _CALL:
        return Ridge(*_solve(spectrum, sizes, eta, start))
    order = np.argsort(size, kind="stable")
    pieces = together(spectrum, order, size)
    if len(pieces) == 1:
        return Ridge(*_solve(spectrum, sizes, eta, start))
    parts = [_solve(spectrum, sizes, eta[i], start[i]) for i in pieces]
    back = np.argsort(order, kind="stable")
    return Ridge(*(np.concatenate([part[field] for part in parts])[back] for field in range(5)))


@dataclass(frozen=True, eq=False)
class Moved:
    """A ridge at `kappa` = root + `move`, with df1, T and G, H of `Resolvents.pairs_beside`, and a relative error."""

    kappa: Array
    move: Array
    df1: Array
    target: Array
    mass: Array
    power: Array
    error: Array


def ridge_beside(spectrum: Resolvents, d: Scalar, root: Scalar, df1: Scalar, rise: Array, start: Array) -> Moved:
    r"""kappa where eta is larger by `rise`, shape (k,), than at a real `root`, where df1 is known.

    Nothing is subtracted: with x = kappa - root and G = -(df1(kappa) - df1)/x

        rise = x (1 - (df1 - kappa G)/d)

    by Newton's iteration for x from `start`; the last pass over the spectrum has all that is asked.  More digits start
    from the solution in float64.  Where it ends on a wrong branch `effective_ridge` finds kappa; of many models, in
    columns, the error is infinite there.
    """
    ctx, x = spectrum.ctx, start
    if isinstance(spectrum, Spectrum) and ctx is not FLOAT64:
        given = float(d), float(root), float(df1), ctx.rounded(rise), ctx.rounded(start)
        x = ctx.lift(ridge_beside(spectrum.rounded, *given).move)
    near, last = float(ctx.eps) ** 0.55, False  # after a step this small the next error is its square
    for _ in range(_MAX_STEPS):
        sums = used, spread, _, mass, _ = spectrum.pairs_beside(root, x)
        kappa = root + x
        slope, share = 1 - (used - spread) / d, 1 - used / d
        step = (x * (1 - (df1 - kappa * mass) / d) - rise) / slope
        size = abs(step) / abs(kappa)
        if last or bool((size <= ctx.eps).all()):
            break
        last = bool((size <= near).all())
        x = x - step
    height = ctx.imag_part(rise)
    on_axis = (ctx.imag_part(x) == 0) & (ctx.real_part(slope) > 0) & (ctx.real_part(share) >= 0)
    right = np.where(np.asarray(height == 0, dtype=bool), on_axis, ctx.imag_part(x) * height > 0)
    good = np.asarray(right, dtype=bool) & np.asarray(size <= near, dtype=bool)
    rounding = ctx.eps * (2 * abs(share) + 4 * abs(used) / d) / abs(slope)
    error = np.where(good, (size + rounding + ctx.eps) * (1 + abs(spread / used)), math.inf)
    if isinstance(spectrum, Spectrum) and not good.all():
        found = effective_ridge(spectrum, d, root * (1 - df1 / d) + rise, root + start)
        kappa, error = found.kappa, found.error
        sums = spectrum.pairs_beside(root, kappa - root)
    used, _, target, mass, power = sums
    return Moved(kappa, rise / (1 - (df1 - kappa * mass) / d), used, target, mass, power, error)


def together(spectrum: Spectrum, order: Array, size: Array, entries: int = _ENTRIES) -> list[Array]:
    """`order` in pieces whose sums stop at about the same mode: what they waste costs no more than a call."""
    if spectrum.ctx is not FLOAT64:
        return np.split(order, range(8, len(order), 8))
    stops, pieces, begin = spectrum.stops(size[order]), [], 0
    while begin < len(order):
        waste = np.cumsum(stops[begin] - stops[begin:])
        count = max(1, min(int(np.searchsorted(waste, _CALL, side="right")), entries // (stops[begin] + 1)))
        pieces.append(order[begin : begin + count])
        begin += count
    return pieces


def factors(ctx: Precision, sizes: tuple[Scalar, Scalar], df1: Array, product: Array) -> tuple[Array, Array]:
    """1 - df1/d and 1 - df1/other for `sizes` = (d, other), where their product is known better than themselves.

    Sum S and difference of the two obey S^2 = difference^2 + 4 product; the sign of S is that of the direct sum, the
    larger factor is half of S +- difference, and the smaller the product over it: no digits go where df1 ~ d.
    """
    d, other = sizes
    if _endless(d) or _endless(other):
        one = product * 0 + 1
        return (one, product) if _endless(d) else (product, one)
    difference = df1 * ((d - other) / (d * other))
    total = ctx.sqrt(difference * difference + 4 * product)
    direct = 2 - df1 * ((d + other) / (d * other))
    agreement = ctx.real_part(total) * ctx.real_part(direct) + ctx.imag_part(total) * ctx.imag_part(direct)
    total = np.where(np.asarray(agreement < 0, dtype=bool), -total, total)
    first, second = (total + difference) / 2, (total - difference) / 2
    first_larger = np.asarray(abs(first) >= abs(second), dtype=bool)
    larger = np.where(first_larger, first, second)
    smaller = product / larger
    return np.where(first_larger, larger, smaller), np.where(first_larger, smaller, larger)


def _solve(spectrum: Spectrum, sizes: tuple[Scalar, Scalar], eta: Array, start: Array) -> tuple[Array, ...]:
    ctx = spectrum.ctx
    kappa, slope, steep, good = _newton(spectrum, sizes, eta, start)
    for factor in _DESCENTS:
        if good.all():
            break
        lost = ~good
        kappa[lost], slope[lost], steep[lost], good[lost] = _descend(spectrum, sizes, eta[lost], factor)
    if not good.all():
        where = -np.asarray(ctx.rounded(eta))[~good][0]
        raise PrecisionLost(
            f"The effective ridge at z = {where:.6g} came out on a wrong branch; ask for more digits with `precision`."
        )
    return _checked(spectrum, sizes, eta, kappa, slope, steep)


def _checked(
    spectrum: Resolvents, sizes: tuple[Scalar, Scalar], eta: Array, kappa: Array, slope: Array, steep: Array
) -> tuple[Array, ...]:
    """The fields of a `Ridge` at kappa, its error by what is left of the equation."""
    ctx = spectrum.ctx
    df1, _, free, target, excess = spectrum.sums(kappa)
    (first, second), (first_doubt, second_doubt) = _factors_directly(spectrum, sizes, df1, free)
    residual = abs(kappa * first * second - eta)
    rounding = ctx.eps * (abs(eta) + abs(kappa) * (abs(first) * second_doubt + first_doubt * abs(second)))
    return kappa, df1, target, excess, ((residual + rounding) / (abs(slope) * abs(kappa)) + ctx.eps) * steep


def _factors_directly(
    spectrum: Resolvents, sizes: tuple[Scalar, Scalar], used: Array, free: Array
) -> tuple[list[Scalar], list[Scalar]]:
    """The two factors 1 - df1/size from df1 = `used` or v - df1 = `free`, and the rounding of each in units of eps.

    For an infinite size these are the numbers 1 and 0.
    """
    pairs: list[tuple[Scalar, Scalar]]
    pairs = [(1, 0) if _endless(size) else share_left(spectrum, size, used, free) for size in sizes]
    return [factor for factor, _ in pairs], [doubt for _, doubt in pairs]


def _endless(size: Scalar) -> bool:
    """Whether a size is infinite; an array of sizes is finite."""
    return not isinstance(size, np.ndarray) and math.isinf(size)


def share_left(spectrum: Resolvents, size: Scalar, used: Array, free: Array) -> tuple[Array, Array]:
    """1 - df1/size from df1 = `used` or v - df1 = `free`, and its rounding in units of eps.

    `size` is finite, a number or an array of the shape (k,) of the others.
    """
    if spectrum.infinite:
        share = (size - used) / size
        return share, abs(share) + 4 * abs(used) / size
    by_free = np.asarray(abs(free) < abs(used), dtype=bool)
    share = np.where(by_free, free - (spectrum.size - size), size - used) / size
    return share, abs(share) + 4 * abs(np.where(by_free, free, used)) / size


def _newton(
    spectrum: Resolvents, sizes: tuple[Scalar, Scalar], eta: Array, kappa: Array
) -> tuple[Array, Array, Array, Array]:
    """Newton's iteration from `kappa`: end points, eta' there, how much faster df1 moves than kappa, who is right."""
    ctx = spectrum.ctx
    by_first, by_second = (0 if _endless(size) else 1 / size for size in sizes)
    done = float(ctx.eps) ** 0.55  # after a step this small the next error is its square
    for _ in range(_MAX_STEPS):
        df1, spread, free = spectrum.freedom(kappa)
        (first, second), _ = _factors_directly(spectrum, sizes, df1, free)
        slope = first * second + spread * (second * by_first + first * by_second)
        step = (kappa * first * second - eta) / slope
        kappa = kappa - step
        settled = np.asarray(abs(step) <= done * abs(kappa), dtype=bool)
        if settled.all():
            break
    first, second = factors(ctx, sizes, df1, eta / kappa)
    height = ctx.imag_part(eta)
    shares = [share for share, size in zip((first, second), sizes, strict=True) if not _endless(size)]
    above = [np.asarray(ctx.imag_part(kappa * x) * height > 0, dtype=bool) for x in (1, *shares)]
    on_axis = (ctx.imag_part(kappa) == 0) & (ctx.real_part(slope) > 0)
    on_axis = on_axis & (ctx.real_part(first) >= 0) & (ctx.real_part(second) >= 0)
    right = np.asarray(np.where(height == 0, on_axis, np.logical_and.reduce(above)), dtype=bool)
    return kappa, slope, 1 + abs(spread / df1), settled & right


def _descend(
    spectrum: Spectrum, sizes: tuple[Scalar, Scalar], eta: Array, factor: float
) -> tuple[Array, Array, Array, Array]:
    """`_newton` by continuation: from far up in the half plane, where kappa ~ eta, straight down to eta."""
    ctx = spectrum.ctx
    distance = abs(ctx.imag_part(eta))
    inverses = sum(0 if math.isinf(size) else 1 / size for size in sizes)
    height = 4 * (abs(eta) + spectrum.trace * inverses + spectrum.lam[0])
    low = max(float((distance / height).min()) / 4, 1e-12)
    side = 1j * np.where(np.asarray(ctx.imag_part(eta) >= 0, dtype=bool), 1, -1)
    kappa = eta + side * height
    for step in range(math.ceil(math.log(low) / math.log(factor)) + 1):
        kappa, *_ = _newton(spectrum, sizes, eta + side * height * factor**step, kappa)
    return _newton(spectrum, sizes, eta, kappa)


def _kept(find: Callable[[Spectrum, Scalar], Scalar]) -> Callable[[Spectrum, Scalar], Scalar]:
    """A root of a spectrum at a level, or its error, found once: models that share the spectrum ask again."""

    @functools.wraps(find)
    def found(spectrum: Spectrum, level: Scalar) -> Scalar:
        level = spectrum.ctx.real(
            level
        )  # a fraction is the same key as a double, and its root is another kind of number
        key = find.__name__, level
        if key not in spectrum.roots:
            spectrum.roots[key] = find(spectrum, level)
        return spectrum.roots[key]

    return found


@_kept
def zero_ridge(spectrum: Spectrum, d: Scalar) -> Scalar:
    """kappa_0 = kappa(0): df1(kappa_0) = d, for 0 < d < v."""
    return zero_ridges(spectrum, d, np.array([below_zero_ridge(spectrum, d)]))[0]


def below_zero_ridge(spectrum: Spectrum, d: Scalar) -> Scalar:
    """A bound below kappa_0: df1 >= C_i lambda_i/(lambda_i + kappa), C_i the number of modes up to the i-th.

    So kappa_0 >= lambda_i (C_i/d - 1) for every i.
    """
    rough = spectrum.rounded
    least = (rough.lam * (rough.counted / float(d) - 1))[:-1].max(initial=0.0)
    if not spectrum.infinite:
        least = max(least, rough.lam[-1] * float((spectrum.size - d) / d))  # of all modes, whose sum is known exactly
    return spectrum.ctx.real(least)


def zero_ridges(spectrum: Resolvents, d: Scalar, start: Array) -> Array:
    """kappa_0 by Newton's iteration for the concave 1/df1, from the left.

    The first steps are those for log df1 over log kappa, a straight line for power laws: they go further, and where one
    goes too far the next comes back.
    """
    ctx, leaps = spectrum.ctx, _LEAPS

    def step(kappa: Array) -> Array:
        nonlocal leaps
        df1, spread, free = spectrum.freedom(kappa)
        rest, _ = share_left(spectrum, d, df1, free)
        power = df1 / spread
        new = np.maximum(kappa * (1 - rest * power), start)
        if not leaps:
            return np.asarray(new)
        leap = np.asarray((rest < 0) & (power < _FLATTEST), dtype=bool)
        if leap.any():
            leaps -= 1
            new[leap] = kappa[leap] * ctx.exp(power[leap] * ctx.log1p(-rest[leap]))
        return np.asarray(new)

    return _iterate(spectrum, step, start)


@_kept
def zero_ridge_error(spectrum: Spectrum, kappa: Scalar) -> Scalar:
    """Relative error of kappa_0 and of the sums at it: round-off of df1 or of v - df1, whichever fixed kappa_0."""
    return zero_ridge_doubt(spectrum.ctx, *spectrum.freedom(np.array([kappa])))[0]


def zero_ridge_doubt(ctx: Precision, used: Array, spread: Array, free: Array) -> Array:
    """`zero_ridge_error` from `Resolvents.freedom` there."""
    return np.asarray(8 * ctx.eps * (1 + np.minimum(used, free) / spread))


@_kept
def positive_root(spectrum: Spectrum, level: Scalar) -> Scalar:
    """q > lambda_1 with sum_j lambda_j/(q - lambda_j) = level."""
    return positive_roots(spectrum, level)[0]


def positive_roots(spectrum: Resolvents, level: Scalar) -> Array:
    """`positive_root` by Newton's iteration from the left for the concave 1/sum."""

    def step(q: Array) -> Array:
        df1, df2 = spectrum.df1_df2(-q)  # df1(-q) = -sum lambda/(q - lambda)
        total, slope = -df1, -(df2 - df1) / q
        return q + (1 / total - 1 / level) * total**2 / slope

    return _iterate(spectrum, step, spectrum.largest * (1 + 1 / level))


@_kept
def edge_root(spectrum: Spectrum, d: Scalar) -> Scalar:
    """q_e > lambda_1 with sum_j (lambda_j/(q_e - lambda_j))^2 = d: the point behind the upper edge of the spectrum."""
    ctx = spectrum.ctx
    root = ctx.sqrt(np.array([d]))[0]

    def step(q: Array) -> Array:
        cube = _cubes(spectrum, q)
        _, df2 = spectrum.df1_df2(-q)
        return q + (ctx.sqrt(df2) / root - 1) * df2 / cube

    return _iterate(spectrum, step, spectrum.largest * (1 + 1 / root))[0]


def _cubes(spectrum: Spectrum, q: Array) -> Array:
    """sum_j lambda_j^2/(q - lambda_j)^3, a slope for Newton; what lies beyond the last node is negligible in it."""
    inverse = 1 / (q[:, None] - spectrum.lam)
    return (inverse**3) @ (spectrum.weight * spectrum.lam**2)


def ridge_right(spectrum: Spectrum, d: Scalar, z: Scalar) -> Scalar | None:
    """q = -kappa(z) at a real z right of the spectrum, or None if z is not right of it."""
    q, found = ridges_right(spectrum, d, np.array([z]))
    return q[0] if found[0] else None


def ridges_right(spectrum: Resolvents, d: Scalar, z: Array) -> tuple[Array, Array]:
    """`ridge_right` of many models, and where there is one.

    psi(q) = q (1 + sum lambda/(q - lambda)/d) is convex beyond lambda_1 with its minimum at `edge_root`; from the
    right, q = z, Newton's iteration is monotone and stays where psi rises, unless there is no root.
    """
    largest = spectrum.largest
    right = np.asarray(z > largest, dtype=bool)

    def step(q: Array) -> Array:
        nonlocal right
        df1, df2 = spectrum.df1_df2(-q)
        new = q - (q * (1 - df1 / d) - z) / (1 - df2 / d)
        right = right & np.asarray((df2 < d) & (new > largest), dtype=bool)
        if right.all():
            return np.asarray(new)
        if not right.any():
            raise _NoRoot
        return np.where(right, new, q)

    try:
        if not right.any():
            raise _NoRoot
        q = _iterate(spectrum, step, np.where(right, z, 2 * largest))
        return q, right
    except _NoRoot:
        return z, right


class _NoRoot(Exception):
    """Iterations have left the interval that a root would keep them in."""


def _iterate(spectrum: Resolvents, step: Callable[[Array], Array], start: Array) -> Array:
    """Repeat `step` until it moves each by less than a few round-offs, or stops shrinking at their level.

    Newton's steps shrink to C times their square, C from the last two: the step that would move by less is not made.
    """
    x, eps = start, spectrum.ctx.eps
    moved: Any = math.inf
    settled: Any = False
    for _ in range(_MAX_STEPS):
        new = step(x)
        change: Any = abs((new - x) / x)
        x = new
        if change.size == 1:
            change = change.item()  # its comparisons cost less
        square = change * change
        settled = (
            settled
            | (change <= 4 * eps)
            | ((change >= moved) & (change < 1e-10))
            | ((moved < _QUADRATIC) & (square <= eps) & (square * change <= eps * (moved * moved)))
        )
        if settled if isinstance(settled, bool) else settled.all():
            return x
        moved = change
    raise PrecisionLost(
        f"A root on the real axis did not converge in {_MAX_STEPS} steps; ask for more digits with `precision`."
    )
