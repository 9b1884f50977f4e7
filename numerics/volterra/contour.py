r"""Contour inversion: a loss value at any time for the price of a few dozen transform values.

A sequence of the kind P(t) = int tau^t dQ(tau), tau in [e^-L, 1], with the transform Q(w) = int dQ(tau)/(w - tau), is
recovered in the variable l = log w by

    P(t) = (1/2 pi i) int e^{l t} q(l) dl,      q(l) = e^l Q(e^l),

along any curve around the segment [-L, 0] that stays in the strip |Im l| < 2 pi away from the segment's copies.  It
holds for every real t >= 0, and is what a non-integer time means here.  The trapezoidal rule converges geometrically
on three families:

**Ellipse** around the segment, for times up to t1 = O(digits): foci at its ends, parameter rho from the overshoot a,
with a t1 bounded (no growth of e^{l t}) and half its height below 3/2; the error is rho^-N from the cut inside, and
x^N/N!, x = rho L t1/4, from the growth of e^{l t} outside.

**Hyperbola** l(u) = (m/t1) (1 + sin(iu - a)), for all times in [t0, t1] at once: near the origin it is the
contour of Weideman and Trefethen (Math. Comp. 76, 2007) for t1, and its arms, straight rays whose nodes are spaced
evenly in log |l|, resolve every earlier time (Lopez-Fernandez and Palencia, SIAM J. Numer. Anal. 44, 2006, with the
ratio t1/t0 free).  Shifting u by -ia makes the curve a vertical line, by i(pi/2 - a) folds it on the cut, so with
D = -log(goal)

    error = e^{m - 2 pi a/h} + e^{-2 pi (pi/2 - a)/h}   both e^-D:   a = (pi/2) (D+m)/(2D+m),   h = pi^2/(2D+m),

and the ends lie where e^{Re l t0} = e^-D.  The number of nodes is (log(t1/t0) + O(1)) (2D+m)/pi^2: it grows like the
*logarithm* of the ratio of times and not at all with the times.  Round-off is amplified by e^{m (1 - sin a)}, a
reason to keep m small.

**Circle** |w| = e^{2/t1}, for early *whole* times where L is infinite (modes that contract to nothing in one step):
w^t Q(w) has no branch cut then, and with k nodes the aliases are e^{-2k/t1}.

**Error estimate**, per time: the square of the distance to the same rule with every second node, over the sum of the
absolute terms (the error of the trapezoidal rule squares when its step is halved), plus the last term (truncation),
plus the errors of the transform values the caller states, singly and in common, plus round-off.  The derivative
d log P/d log t is the same sum with the factor l t.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.precision import FLOAT64, Array, Precision, Scalar, goal_exponent
from ..errors import TauberInputError

_THREADED = 1 << 18  # multiplications of a product of matrices from which on BLAS gives it to threads
_PIECE = 64  # times summed together
_GONE = -60.0  # e^this is far below what the end of a contour leaves out
_LONG = 1000  # from this many times on the far ones are grouped by decades
_BEYOND = 2.0
_EXPLICIT = 1e-10  # relative errors from which on the hyperbola is asked beside a curve of the transform's own
_REACH = 4.0  # Re l = -_REACH at the ends of the hyperbola for the earliest time: arms stay below Im l = 2 pi


Q = Callable[[Array], tuple[Array, Array, Array]]


@dataclass(frozen=True, eq=False)
class Transform:
    """q and where it is analytic.

    Attributes
    ----------
    q : l, shape (k,), Im l >= 0 -> (q(l), relative error of each value, drift)
        drift: a perturbation of q common to all nodes (an error of a parameter), whose inverse is taken as one
        function; counted node by node it would be overrated wherever the nodes cancel.
    length : L, may be infinite; q is analytic off [-L, 0] and its copies shifted by 2 pi i.
    amount, rate : what has been taken out of q, the transform of amount * e^(rate t), and is added to the values.
    explicit : (t0, t1) -> what is summed for all times in [t0, t1], t0 >= explicit_from, on a curve of its own that q
        suggests and that replaces the hyperbola, or None where it does not serve; where it errs, both are asked.
    """

    q: Q
    length: float
    amount: Scalar = 0
    rate: Scalar = 0
    explicit_from: float = math.inf
    explicit: Callable[[Scalar, Scalar], Summands | None] = lambda first, last: None


@dataclass(frozen=True, eq=False)
class Inverse:
    """Values at the asked times, relative error estimates, and local slopes d log P/d log t with absolute errors."""

    values: Array
    error: Array
    slope: Array
    slope_error: Array


@dataclass(frozen=True, eq=False)
class Rule:
    """Nodes l_k in the closed upper half plane and weights: P(t) = Re sum_k weight_k e^{l_k t} q(l_k)."""

    nodes: Array
    weights: Array
    open_end: bool


@dataclass(frozen=True, eq=False)
class Summands:
    """Nodes l_k and terms: P(t) = Re sum_k term_k e^{l_k t}; the relative error of each term, and those of a drift."""

    nodes: Array
    terms: Array
    error: Array
    moved: Array
    open_end: bool


def hyperbola(ctx: Precision, first: Scalar, last: Scalar) -> Rule:
    """The rule for all times in [first, last]; of many models, (models, 1), each its own."""
    reach = 4 + goal_exponent(ctx) / 16
    decay = goal_exponent(ctx) + reach  # + reach: the squared halving distance of the estimate is e^(m - D)
    ratio = max(1.0, float(np.max(last / first)))
    angle = math.pi / 2 * (decay + reach) / (2 * decay + reach)
    h = math.pi**2 / (2 * decay + reach)
    end = math.acosh((1 + decay * ratio / reach) / math.sin(angle))
    u = ctx.real(h) * ctx.lift(np.arange(math.ceil(end / h) + 1))
    grow = ctx.exp(u)
    cosh, sinh = (grow + 1 / grow) / 2, (grow - 1 / grow) / 2
    sine, cosine = (f(np.array([ctx.real(angle)]))[0] for f in (_sin(ctx), _cos(ctx)))
    mu = ctx.real(reach) / last
    nodes = mu * (1 - cosh * sine + 1j * (sinh * cosine))
    weights = ctx.real(h) / ctx.pi * mu * (cosh * cosine + 1j * (sinh * sine))
    weights[..., 0] /= 2
    return Rule(nodes, weights, open_end=True)


def ellipse(ctx: Precision, last: Scalar, length: float) -> Rule:
    """The rule for all times in [0, last] and a segment [-length, 0]."""
    decay = goal_exponent(ctx)
    overshoot = max(2.0, decay / 30) / max(1.0, float(last))
    rho = min(_parameter(1 + 2 * overshoot / length), 3 / length + math.hypot(3 / length, 1))
    count = 4 * math.ceil(decay / (4 * math.log(rho)))
    growth = math.log(rho * length / 4 * (float(last) + 1))  # e^{l t} has Laurent coefficients e^{growth k}/k! outside
    while growth * count / 2 - math.lgamma(count / 2 + 1) > -decay / 2:
        count += 4
    phi = 2 * ctx.pi / count * ctx.lift(np.arange(count // 2 + 1))
    turn = _cos(ctx)(phi) + 1j * _sin(ctx)(phi)
    size = ctx.real(length) / 4
    grow, shrink = ctx.real(rho) * turn, 1 / (ctx.real(rho) * turn)
    weights = size * (grow - shrink) * 2 / count
    weights[[0, -1]] = weights[[0, -1]] / 2
    return Rule(size * (grow + shrink - 2), weights, open_end=False)


def circle(ctx: Precision, last: Scalar) -> Rule:
    """The rule for all whole times in [0, last] and any segment."""
    span = max(8.0, float(last))
    count = 4 * math.ceil(goal_exponent(ctx) * span / 8)
    angle = 2 * ctx.pi / count * ctx.lift(np.arange(count // 2 + 1))
    weights = ctx.lift(np.full(len(angle), 2)) / count + 0j
    weights[[0, -1]] = weights[[0, -1]] / 2
    return Rule(2 / ctx.real(span) + 1j * angle, weights, open_end=False)


def _parameter(cosh: float) -> float:
    """rho with (rho + 1/rho)/2 = cosh, accurate near cosh = 1."""
    return cosh + math.sqrt((cosh - 1) * (cosh + 1))


def _sin(ctx: Precision) -> Callable[[Array], Array]:
    return lambda x: ctx.imag_part(ctx.exp(1j * x)) * 1


def _cos(ctx: Precision) -> Callable[[Array], Array]:
    return lambda x: ctx.real_part(ctx.exp(1j * x)) * 1


def first_far_time(ctx: Precision) -> float:
    """Times from here on are served by the hyperbola, earlier ones by the ellipse."""
    return math.ceil(goal_exponent(ctx) / _REACH)


def invert(ctx: Precision, transform: Transform, times: Array) -> Inverse:
    """P and its log-slope at real `times` >= 0, shape (n,).

    The transform is evaluated once per family, whatever the number of times; long sequences get a contour per decade,
    since for them the sums cost more than the transforms.
    """
    times = ctx.lift(times)
    parts: list[tuple[Array, Inverse]] = []
    served = np.zeros(len(times), dtype=bool)
    for where in _groups(times, np.asarray(times >= transform.explicit_from, dtype=bool)):
        found = transform.explicit(times[where].min(), times[where].max())
        if found is not None:
            parts.append((where, _apply(ctx, found, transform, times[where])))
            served[where] = parts[-1][1].error <= _EXPLICIT
            if served.all():
                return parts[-1][1]
    # where later times are served already, the end of a contour, where round-off grows, is left to none of the others
    beyond = _BEYOND if served.any() else 1
    far = np.asarray(times >= first_far_time(ctx), dtype=bool) & ~served
    if served.any() and math.isfinite(transform.length):
        far &= np.asarray(times >= transform.explicit_from, dtype=bool)
    for where in _groups(times, far):
        rule = hyperbola(ctx, times[where].min(), times[where].max() * beyond)
        parts.append((where, _apply(ctx, _summands(rule, transform), transform, times[where])))
    near = ~(far | served)
    if near.any():
        rule = _early(ctx, times[near], transform.length, beyond)
        parts.append((near, _apply(ctx, _summands(rule, transform), transform, times[near])))
    result = Inverse(*(ctx.lift(np.full(len(times), math.inf)) for _ in range(4)))
    for where, part in parts:  # the nearer one of two
        nearer = ~np.asarray(part.error >= result.error[where], dtype=bool)
        at = np.flatnonzero(where)[nearer]
        for name in ("values", "error", "slope", "slope_error"):
            getattr(result, name)[at] = getattr(part, name)[nearer]
    return result


def _early(ctx: Precision, times: Array, length: float, beyond: float) -> Rule:
    if math.isfinite(length):
        return ellipse(ctx, times.max() * beyond, length)
    fractional = [float(t) for t in times if t != int(t)]
    if fractional:
        raise TauberInputError(
            f"Time {fractional[0]:.6g} was asked for, but where modes may vanish in one step times before "
            f"{first_far_time(ctx)} must be whole numbers; round it."
        )
    return circle(ctx, times.max())


def invert_at_once(transform: Transform, times: Array) -> Inverse:
    """P and its log-slope of many models at a time each: columns of float64, (models, 1), length finite.

    Their transforms are evaluated together, on contours of one family: times before and after `first_far_time` or
    `explicit_from` do not belong together.
    """
    found = transform.explicit(times, times) if times.min() >= transform.explicit_from else None
    if found is None and times.min() >= first_far_time(FLOAT64):
        found = _summands(hyperbola(FLOAT64, times, times), transform)
    elif found is None:
        found = _summands(ellipse(FLOAT64, times.max(), transform.length), transform)
    return Inverse(*_finished(FLOAT64, transform, times, *_Columns.of(found).sums(times)))


def _groups(times: Array, far: Array) -> list[Array]:
    """Masks of the far times that share a contour."""
    if not far.any():
        return []
    if far.sum() < _LONG:
        return [far]
    decade = np.floor(np.log10(np.where(far, times, 1).astype(float)))
    return [far & (decade == k) for k in np.unique(decade[far])]


def _summands(rule: Rule, transform: Transform) -> Summands:
    q, q_error, drift = transform.q(rule.nodes)
    return Summands(rule.nodes, rule.weights * q, q_error, rule.weights * drift, rule.open_end)


def _apply(ctx: Precision, found: Summands, transform: Transform, times: Array) -> Inverse:
    if ctx is FLOAT64:
        columns = _Columns.of(found)
        size = max(1, min(_PIECE, _THREADED // (6 * len(found.nodes))))
        parts = (times[i : i + size] for i in range(0, len(times), size))
        pieces = [_finished(ctx, transform, t, *columns.left_from(t.min()).sums(t)) for t in parts]
    else:
        pieces = [_sum(ctx, found, transform, times[i : i + 256]) for i in range(0, len(times), 256)]
    return Inverse(*(np.concatenate([piece[k] for piece in pieces]) for k in range(4)))


@dataclass(frozen=True, eq=False)
class _Columns:
    """The sums of `estimate` for values and slopes in float64, as products of real matrices.

    With e^{l t} = g (c + i s), g = e^{Re l t}, the real parts of sums with weights W are (g c)^T Re W - (g s)^T Im W,
    and the sums of absolute values g^T |W|: tables of real numbers, a fifth of the time of complex ones.
    Many models have their number before every axis here, and in times, (models, n).
    """

    nodes: Array
    weights: Array  # all, every second one twice, drift, each by itself and times l: shape (k, 6)
    sizes: Array  # absolute values, and with the errors of the terms, each by itself and times |l|: shape (k, 4)
    open_end: bool

    @classmethod
    def of(cls, found: Summands) -> _Columns:
        coarse = 2 * found.terms
        coarse[..., 1::2] = 0
        size, along = abs(found.terms), np.stack([found.nodes * 0 + 1, found.nodes], axis=-1)
        weights = np.stack([found.terms, coarse, found.moved], axis=-1)[..., None] * along[..., None, :]
        sizes = np.stack([size, size * (found.error + 8 * FLOAT64.eps)], axis=-1)[..., None] * abs(along)[..., None, :]
        shape = found.terms.shape
        return cls(found.nodes, weights.reshape(*shape, 6), sizes.reshape(*shape, 4), found.open_end)

    def left_from(self, first: Scalar) -> _Columns:
        """Without the end of an arm where it is over for all times from `first` on."""
        if not self.open_end:
            return self
        count = max(1, np.count_nonzero(self.nodes.real * first > _GONE))
        return _Columns(self.nodes[:count], self.weights[:count], self.sizes[:count], self.open_end)

    def sums(self, times: Array) -> tuple[Array, Array, Array, Array]:
        """Values, derivatives by log t, and absolute errors of both."""
        grow = np.exp(times[..., None] * self.nodes.real[..., None, :])
        phase = times[..., None] * self.nodes.imag[..., None, :]
        phase *= grow > 0  # where e^{l t} has underflown; cosines of huge numbers are dear
        total = (grow * np.cos(phase)) @ self.weights.real - (grow * np.sin(phase)) @ self.weights.imag
        sizes = grow @ self.sizes
        values, coarse, moved = total[..., :2], total[..., 2:4], total[..., 4:]
        size, rounding = sizes[..., :2], sizes[..., 2:]
        error = 4 * (values - coarse) ** 2 / (size + (size == 0)) + rounding + abs(moved)
        if self.open_end:
            error += 2 * grow[..., -1:] * self.sizes[..., -1:, :2]
        return values[..., 0], values[..., 1] * times, error[..., 0], error[..., 1] * times


def _sum(ctx: Precision, found: Summands, transform: Transform, times: Array) -> tuple[Array, Array, Array, Array]:
    """Values, relative errors, slopes and slope errors at a few hundred times."""
    rate = found.nodes[:, None] * times
    growth = ctx.exp(rate)
    terms, moved = growth * found.terms[:, None], growth * found.moved[:, None]
    doubt = found.error[:, None]
    values, error = estimate(ctx, found.open_end, terms, doubt, moved)
    derivative, derivative_error = estimate(ctx, found.open_end, terms * rate, doubt, moved * rate)
    return _finished(ctx, transform, times, values, derivative, error, derivative_error)


def _finished(
    ctx: Precision,
    transform: Transform,
    times: Array,
    values: Array,
    derivative: Array,
    error: Array,
    derivative_error: Array,
) -> tuple[Array, Array, Array, Array]:
    """Values, relative errors, slopes and slope errors, with what had been taken out of q."""
    decay = transform.rate * times
    removed = transform.amount * ctx.exp(decay)
    values, derivative = values + removed, derivative + removed * decay
    error = error + 4 * ctx.eps * removed * (1 - decay)
    derivative_error = derivative_error + 4 * ctx.eps * removed * (decay - 1) * decay
    size = abs(values) + (values == 0)  # an exact zero has no relative error to speak of; its estimate stays absolute
    with np.errstate(over="ignore"):  # of a value that is all cancellation nothing is known
        relative, slope = error / size, derivative / size
        slope_error = (derivative_error + abs(slope) * error) / size
    if ctx is FLOAT64:
        relative = np.minimum(relative, np.finfo(float).max)
    return values, relative, slope, slope_error


def estimate(ctx: Precision, open_end: bool, terms: Array, q_error: Array, moved: Array) -> tuple[Array, Array]:
    """Re sum of the terms over nodes, shape (k, n), and its absolute error estimate (the module's docstring).

    `open_end`: whether the last term stands for what is cut off; `q_error`: relative error of each term, shape (k, 1)
    or (k, n); `moved`: the terms of the drift, shape (k, n).
    """
    real, size = ctx.real_part(terms), abs(terms)
    values, total = real.sum(axis=0), size.sum(axis=0)
    coarse = 2 * real[::2].sum(axis=0)
    halving = (values - coarse) ** 2 / (total + (total == 0))
    rounding = (size * (q_error + 8 * ctx.eps)).sum(axis=0)
    truncation = 2 * size[-1] if open_end else 0 * total
    return values, 4 * halving + rounding + truncation + abs(ctx.real_part(moved).sum(axis=0))
