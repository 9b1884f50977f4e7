r"""The smallest loss at a budget: a search in float64, Newton's iteration in any precision, slopes without refitting.

A surface is phi(x, F), the log of a loss over the logs x of n <= 2 free resources at the log F of a budget; what is
left of the budget goes into one more resource.  At the optimum grad phi = 0, and both kinds of local exponents follow:

    d phi*/dF = phi_F                           (envelope theorem)
    d x*/dF   = - H^{-1} d(grad phi)/dF         (implicit function theorem; H the Hessian)

The optimum is bracketed on a grid (the loss need not be unimodal), found by Brent's method or, for two resources, the
simplex of Nelder and Mead, and refined by Newton's iteration.  All derivatives come from seven-point stencils along
the axes and, for the mixed one, along the diagonal; their disagreement with the five-point ones, together with the
errors of the loss they amplify, is the uncertainty given.  Along a single axis the minimum of the polynomial through
the seven values is taken where it lies close to their middle, and everything there, by the same polynomial: a
good start needs one stencil.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from ..errors import PrecisionLost, TauberInputError
from .precision import FLOAT64, Array, Precision, Scalar

SPACING = 0.5 * math.log(10)
_SCAN = (SPACING, math.log(10))  # spacing of the grid in the logs of one and of two free resources
_NEWTON_STEPS = 6
_NEAR = 1e-4  # where the search hands over to Newton's iteration

_BESIDE = 0.125  # so many steps off the middle the stencils are about as good as there

# The derivatives of orders 0 to 6 at the middle of the polynomial through values at -3..3, and of orders 0 to 4 of that
# through those at -2..2 (Fornberg, Math. Comp. 51, 1988): weights and their divisor.
_LONG = (([0, 0, 0, 1, 0, 0, 0], 1), ([-1, 9, -45, 0, 45, -9, 1], 60), ([2, -27, 270, -490, 270, -27, 2], 180),
         ([1, -8, 13, 0, -13, 8, -1], 8), ([-1, 12, -39, 56, -39, 12, -1], 6), ([-1, 4, -5, 0, 5, -4, 1], 2),
         ([1, -6, 15, -20, 15, -6, 1], 1))  # fmt: skip
_SHORT = (_LONG[0], ([0, 1, -8, 0, 8, -1, 0], 12), ([0, -1, 16, -30, 16, -1, 0], 12), ([0, -1, 2, 0, -2, 1, 0], 2),
          ([0, 1, -4, 6, -4, 1, 0], 1))  # fmt: skip


Asked = Sequence[tuple[Scalar, ...]]


class Surface(Protocol):
    """phi at one budget."""

    @property
    def ctx(self) -> Precision:
        """The working precision."""

    def log_loss(self, x: tuple[float, ...]) -> float:
        """phi in float64, for the search; infinite where there is no loss."""

    def points(self, x: Asked) -> Array:
        """phi and phi_F in the working precision, each followed by its absolute error: shape (4, number of x)."""


Losses = Callable[[list[tuple[float, ...]]], Sequence[float] | Array]
"""phi in float64 at each of some places; infinite where there is no loss."""


def one_by_one(point: Callable[[tuple[Scalar, ...]], tuple[Scalar, Scalar, Scalar, Scalar]], x: Asked) -> Array:
    """`Surface.points` of a surface that knows one at a time."""
    return np.array([point(place) for place in x]).T


@dataclass(frozen=True, eq=False)
class Scan:
    """The best grid point, its phi, and on which side the grid ends beside it, per axis: -1, 1, or 0 for neither."""

    best: tuple[float, ...]
    value: float
    sides: tuple[int, ...]
    spacing: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Optimum:
    """x* with absolute errors, the loss with a relative error, and the slopes of both over F with absolute errors.

    `settled`: Newton's iteration came to its end; else the errors are as large as what was left of the gradient says.
    """

    x: Array
    x_error: Array
    loss: Scalar
    error: Scalar
    x_slope: Array
    x_slope_error: Array
    loss_slope: Scalar
    loss_slope_error: Scalar
    settled: bool


def scan(surface: Surface, low: tuple[float, ...], high: tuple[float, ...]) -> Scan:
    """phi on a grid over the box from `low` to `high`; points where it is infinite are no candidates."""
    return scan_at(lambda places: [surface.log_loss(x) for x in places], low, high)


def scan_at(losses: Losses, low: tuple[float, ...], high: tuple[float, ...]) -> Scan:
    """The same of a surface that knows phi at many places at once."""
    axes = [_grid(a, b, _SCAN[len(low) - 1]) for a, b in zip(low, high, strict=True)]
    values = np.array(losses(list(product(*axes)))).reshape([len(axis) for axis in axes])
    place = np.unravel_index(int(np.argmin(values)), values.shape)
    best = tuple(float(axis[i]) for axis, i in zip(axes, place, strict=True))
    sides = tuple((1 if i else -1) if i in (0, len(axis) - 1) else 0 for axis, i in zip(axes, place, strict=True))
    return Scan(
        best, float(values.min()), sides, tuple(float(axis[1] - axis[0]) if len(axis) > 1 else 0.0 for axis in axes)
    )


def _grid(low: float, high: float, spacing: float) -> Array:
    return np.linspace(low, high, max(5, math.ceil((high - low) / spacing) + 1)) if high > low else np.array([low])


def refine(surface: Surface, start: Scan) -> tuple[float, ...]:
    """x* to about 1e-4 from an interior grid point."""
    from scipy.optimize import minimize, minimize_scalar  # here, because importing it takes longer than a curve

    if len(start.best) == 1:
        (best,), (spacing,) = start.best, start.spacing
        line = minimize_scalar(
            lambda x: surface.log_loss((float(x),)),
            bounds=(best - spacing, best + spacing),
            method="bounded",
            options={"xatol": _NEAR},
        )
        return (float(line.x),)
    corners = np.array([start.best] * (len(start.best) + 1))
    for i, spacing in enumerate(start.spacing):
        corners[i + 1, i] += spacing / 2
    plane = minimize(
        lambda x: surface.log_loss(tuple(map(float, x))),
        corners[0],
        method="Nelder-Mead",
        options={"initial_simplex": corners, "xatol": _NEAR, "fatol": math.inf},
    )
    return tuple(map(float, plane.x))


def vertex(values: Array) -> float:
    """From the middle of five equally spaced values to the minimum of their polynomial, in steps, at most 3."""
    place, seven = 0.0, np.pad(values, 1)
    for _ in range(_NEWTON_STEPS):
        slope, bend = (_at(_SHORT, order, place, seven)[0] for order in (1, 2))
        if not bend > 0:
            return 0.0
        place = min(max(place - slope / bend, -3.0), 3.0)
    return place


Polishing = Generator[Asked, Array, Optimum]


def polish(surface: Surface, rough: tuple[float, ...]) -> Optimum:
    """The optimum beside `rough` with its slopes and all uncertainties.

    Raises PrecisionLost where Newton's iteration ends on no minimum.
    """
    (found,) = polish_together([polishing(surface.ctx, rough)], lambda asked: [surface.points(asked[0] or [])])
    if isinstance(found, Exception):
        raise found
    return found


def polish_together(
    searches: Sequence[Polishing], points: Callable[[list[Asked | None]], Sequence[Array | Exception]]
) -> list[Optimum | TauberInputError | PrecisionLost]:
    """What each search finds, or why it finds nothing; `points` tells all of them what they ask, in rounds.

    A search that asks no more has None there; an exception is raised where it was asked for.
    """
    found: list[Any] = [None] * len(searches)
    asked: list[Asked | None] = [next(search) for search in searches]
    while any(places is not None for places in asked):
        told = points(asked)
        for k, (search, places) in enumerate(zip(searches, asked, strict=True)):
            if places is None:
                continue
            try:
                answer = told[k]
                asked[k] = search.throw(answer) if isinstance(answer, Exception) else search.send(answer)
            except StopIteration as done:
                found[k], asked[k] = done.value, None
            except (TauberInputError, PrecisionLost) as refused:
                found[k], asked[k] = refused, None
    return found


def polishing(ctx: Precision, rough: tuple[float, ...]) -> Polishing:
    """`polish`, which is sent `Surface.points` of the places that it yields."""
    step = ctx.real(0.02 if ctx is FLOAT64 else 10.0 ** (-ctx.digits / 8))
    x = ctx.lift(np.array(rough))
    for _ in range(_NEWTON_STEPS):
        at = yield from _derivatives(x, step)
        x, inverse = at.x, _inverse(at.bend)
        settled = bool((abs(at.tilt) <= at.tilt_error).all())
        if settled:
            break
        x = x - inverse @ at.tilt
    size = abs(inverse)
    x_error = size @ (abs(at.tilt) + at.tilt_error)
    x_slope = -(inverse @ at.mixed)
    x_slope_error = size @ (at.mixed_error + at.bend_error @ abs(x_slope))
    loss = ctx.exp(np.array([at.value]))[0]
    # off the optimum by x_error the loss is higher by half the Hessian's square and its slope differs by mixed x_error
    return Optimum(x, x_error, loss, at.error + x_error @ abs(at.bend) @ x_error / 2, x_slope, x_slope_error, at.slope,
                   at.slope_error + abs(at.mixed) @ x_error, settled)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Derivatives:
    """phi, phi_F, gradient `tilt`, Hessian `bend` and `mixed` = d(grad)/dF at one x, with absolute errors."""

    x: Array
    value: Scalar
    error: Scalar
    slope: Scalar
    slope_error: Scalar
    tilt: Array
    tilt_error: Array
    bend: Array
    bend_error: Array
    mixed: Array
    mixed_error: Array


def _derivatives(x: Array, step: Scalar) -> Generator[Asked, Array, _Derivatives]:
    """At x; of one free resource at the minimum of the polynomial through the values beside x, or as near as it is."""
    axes, lines = range(len(x)), []
    for i in axes:
        line = yield from _Line.along(x, step, [int(i == j) for j in axes])
        lines.append(line)
    place = lines[0].minimum if len(lines) == 1 else 0
    tilt, tilt_error = _columns([line.derivative(1, place) for line in lines])
    mixed, mixed_error = _columns([line.slope_derivative(1, place) for line in lines])
    second = [line.derivative(2, place) for line in lines]
    bend = np.array([[second[0][0]]])
    bend_error = np.array([[second[0][1]]])
    if len(lines) == 2:
        diagonal = yield from _Line.along(x, step, [1, 1])
        cross, cross_error = diagonal.derivative(2, place)
        cross = (cross - second[0][0] - second[1][0]) / 2
        cross_error = (cross_error + second[0][1] + second[1][1]) / 2
        bend = np.array([[second[0][0], cross], [cross, second[1][0]]])
        bend_error = np.array([[second[0][1], cross_error], [cross_error, second[1][1]]])
    first = lines[0]
    at = x + place * step if len(lines) == 1 else x
    return _Derivatives(at, *first.derivative(0, place), *first.slope_derivative(0, place), tilt, tilt_error, bend,
                        bend_error, mixed, mixed_error)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Line:
    """phi and phi_F at seven points along a direction, with the largest error of each."""

    step: Scalar
    value: Array
    error: Scalar
    slope: Array
    slope_error: Scalar

    @classmethod
    def along(cls, x: Array, step: Scalar, direction: list[int]) -> Generator[Asked, Array, _Line]:
        """Through x, offsets -3..3."""
        shift = step * np.array(direction)
        value, error, slope, slope_error = yield [tuple(x + k * shift) for k in range(-3, 4)]
        return cls(step, value, error.max(), slope, slope_error.max())

    @property
    def minimum(self) -> Scalar:
        """From the middle to the minimum of the polynomial through the seven values, in steps, at most `_BESIDE`."""
        place = self.step * 0
        for _ in range(_NEWTON_STEPS):
            slope, bend = (_at(_LONG, order, place, self.value)[0] for order in (1, 2))
            if not bend > 0:
                return place
            place = min(max(place - slope / bend, place * 0 - _BESIDE), place * 0 + _BESIDE)
        return place

    def derivative(self, order: int, place: Scalar) -> tuple[Scalar, Scalar]:
        """Of phi, `place` steps from the middle, and its uncertainty."""
        return stencil(order, self.value, self.step, self.error, place)

    def slope_derivative(self, order: int, place: Scalar) -> tuple[Scalar, Scalar]:
        """Of phi_F likewise."""
        return stencil(order, self.slope, self.step, self.slope_error, place)


def stencil(order: int, values: Array, step: Scalar, error: Scalar, place: Scalar = 0) -> tuple[Scalar, Scalar]:
    """A derivative from seven values `step` apart, `place` steps from their middle, and its uncertainty.

    That is the distance to what the middle five values say, plus the errors of the values, which the sum amplifies.
    """
    fine, size = _at(_LONG, order, place, values)
    coarse, _ = _at(_SHORT, order, place, values)
    return fine / step**order, (abs(fine - coarse) + error * size) / step**order


def _at(table: tuple[tuple[list[int], int], ...], order: int, place: Scalar, values: Array) -> tuple[Scalar, Scalar]:
    """A derivative of the polynomial through the values, in units of steps, and the sum of its absolute weights."""
    weights, power = np.zeros(7), place * 0 + 1
    for k, (row, divisor) in enumerate(table[order:]):
        weights = weights + np.array(row) * (power / divisor)
        power = power * place / (k + 1)
    return weights @ values, abs(weights).sum()


def slope_of(values: Array, step: Scalar, error: Scalar) -> tuple[Scalar, Scalar]:
    """First derivative of seven values `step` apart, each known up to `error`, at the middle one."""
    return stencil(1, values, step, error)


def _columns(pairs: list[tuple[Scalar, Scalar]]) -> tuple[Array, Array]:
    first, second = zip(*pairs, strict=True)
    return np.array(first), np.array(second)


def _inverse(matrix: Array) -> Array:
    """Of a positive definite 1 x 1 or 2 x 2 matrix of any kind of number."""
    if len(matrix) == 1:
        positive, inverse = matrix[0, 0] > 0, 1 / matrix
    else:
        (a, b), (_, d) = matrix
        determinant = a * d - b * b
        positive = a > 0 and determinant > 0
        inverse = np.array([[d, -b], [-b, a]]) / determinant
    if not positive:
        raise PrecisionLost(
            "The loss has no minimum where one was bracketed, as far as its digits tell; ask for more digits with "
            "`precision`, or change the budget."
        )
    return inverse
