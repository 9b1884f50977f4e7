r"""The smallest loss at each of several budgets, over any number of free resources, where only the loss can be asked.

phi(x, F) is the log of a loss over the logs x of the free resources at the log F of a budget. At the optimum grad phi =
0, and as in `optimum`, with the Hessian H,

    d phi*/dF = phi_F,                d x*/dF = - H^{-1} d(grad phi)/dF.

`optimum` needs phi_F beside phi, and some sixty values for two resources; here a value may take a second, most of it
for its error. So there are two functions: `quick` gives phi alone, and `log_loss`, which is asked at few places, phi
with its error, which there tells that of the quick one. The optimum is bracketed on a grid at the first budget and
found by the simplex of Nelder and Mead; at each later one it starts where its slopes, and those before, lead, and moves
by Newton's iteration with the Hessian at hand and differences of 2 n values; where moves do not shrink the Hessian is
taken anew, and where there is none that is positive the simplex goes on. All derivatives of the result, those over
F among them, come from one cross of five points along each axis and four more along each diagonal; what three points
say instead, together with the errors of the values, is their uncertainty.

A loss that is no sum of powers may have several valleys, the lowest of which another one is at later budgets. So the
last budget is searched like the first; where that finds less than was followed, its valley is followed back, and at
each budget the lower one is taken. Two changes, there and back, would not be seen.

Slopes between budgets need the least values alone, which `least_losses` finds by less than half of the values: beside
the optimum the loss changes by the square of the distance, and where the optimum goes is known beforehand but for a
part that falls. No value is asked twice: a Hessian, a gradient at the same place and neighbours of both share them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import Any

import numpy as np

from ..errors import PrecisionLost, TauberInputError
from .precision import Array
from .runs import Progress

LogLoss = Callable[[tuple[float, ...], float], tuple[float, float]]
"""(x, F) -> phi and its absolute error; phi is infinite where there is no loss."""
Quick = Callable[[tuple[float, ...], float], float]
"""(x, F) -> phi, of an unknown small error that is smooth in both."""

STEP = 0.03  # of the stencils, in logs: truncation and the errors of the values are about equal
_NEAR = 0.02  # where the simplex hands over
_SETTLED = 1e-3  # a last move so short is made by the stencil's own derivatives
_APART, _EVERY = math.log(30), 3  # points of the grid, and of these every third is looked at first
_ALONE = math.log(5), 1  # the same of a single resource
_AROUND, _BESIDE = 0.2, 5e-3  # the same two where the least value is all that is asked
_FAR = 1.0  # beyond it the Hessian at hand is that of another place
_MOVES = 12
_LOWER = 1e-3  # another valley: the simplex leaves a loss that is higher than the least by _NEAR^2
_UNKNOWN = np.errstate(invalid="ignore")  # differences beside places without a loss are NaN, which is looked for


@dataclass(frozen=True, eq=False)
class Least:
    """At n budgets with k free resources: logs `x` (n, k), `loss` (n,), slopes over F; errors absolute but `error`."""

    x: Array
    x_error: Array
    loss: Array
    error: Array
    x_slope: Array
    x_slope_error: Array
    loss_slope: Array
    loss_slope_error: Array


def least(
    log_loss: LogLoss,
    quick: Quick,
    budgets: Sequence[float],
    low: tuple[float, ...],
    high: tuple[float, ...],
    *,
    progress: Progress | None = None,
) -> Least:
    """Minimise at increasing budgets, searching between `low` and `high` (logs) at the first.

    Raises
    ------
    TauberInputError
        At the first budget the smallest loss lies at the border of what is searched.
    PrecisionLost
        The minimum was lost on the way, or is none.
    """
    quick = cache(quick)
    logs = [math.log(f) for f in budgets]

    def done(n: int) -> None:
        if progress is not None:
            progress(n, len(budgets))

    found = list(_followed(log_loss, quick, logs, _search(quick, logs[0], low, high), done))
    if len(logs) > 1:
        grown = logs[-1] / logs[0]
        wide = tuple(min(x, grown * x) for x in low), tuple(max(x, grown * x) for x in high)
        with suppress(TauberInputError):  # at the border of this wider search there is no valley
            last = _search(quick, logs[-1], *wide)
            if quick(tuple(map(float, last)), logs[-1]) < math.log(found[-1].loss) - _LOWER:
                found = _lower(found, _followed(log_loss, quick, logs[::-1], last))
    names = ("x", "x_error", "loss", "error", "x_slope", "x_slope_error", "loss_slope", "loss_slope_error")
    return Least(*(np.array([getattr(at, name) for at in found]) for name in names))


def _followed(
    log_loss: LogLoss, quick: Quick, logs: Sequence[float], start: Array, done: Callable[[int], None] | None = None
) -> Iterator[_At]:
    """The bottom of one valley at each budget, from a place in it at the first of them."""
    found: list[_At] = []
    bend = _bend(quick, start, logs[0])
    for n, here in enumerate(logs):
        if n:
            start, bend = _ahead(found, list(logs[:n]), here), found[-1].bend
        found.append(_settle(log_loss, quick, start, here, bend))
        if done is not None:
            done(n + 1)
        yield found[-1]


def _lower(found: list[_At], back: Iterator[_At]) -> list[_At]:
    """The same with what is lower in another valley, from the last budget back to where it is not, or ends."""
    better = list(found)
    with suppress(PrecisionLost):
        for n, other in zip(reversed(range(len(found))), back, strict=False):
            if other.loss >= found[n].loss:
                break
            better[n] = other
    return better


@dataclass(frozen=True, eq=False)
class Losses:
    """At n budgets: logs of the least `loss` with absolute errors (n,), and of what is free at its best, `x` (n, k)."""

    loss: Array
    error: Array
    x: Array


def least_losses(
    log_loss: LogLoss, quick: Quick, budgets: Sequence[float], start: Sequence[float], slopes: Sequence[float]
) -> Losses:
    """The least values alone, at increasing budgets.

    Parameters
    ----------
    start
        A place (logs) near the optimum at the first budget.
    slopes
        How the optimum moves with the log of the budget in the end; what it moves beside falls from budget to budget.

    Raises
    ------
    PrecisionLost
        The minimum was lost on the way, or is none.
    """
    quick = cache(quick)
    logs = [math.log(f) for f in budgets]
    rise, places, beside, values = np.array(slopes), list[Array](), list[Array](), list[tuple[float, float]]()
    for n, here in enumerate(logs):
        if n == 0:
            place, bend = _around(quick, np.array(start), here)
        else:
            place = places[-1] + rise * (here - logs[n - 1]) + _falling(beside, len(rise), here - logs[n - 1])
        place, bend, move = _moved(quick, place, here, bend, _BESIDE, (_AROUND, _NEAR))
        value, error = log_loss(tuple(map(float, place)), here)
        if n:
            beside.append((place - places[-1]) / (here - logs[n - 1]) - rise)
        places.append(place)
        values.append((value, error + float(move @ bend @ move) / 2))
    losses, errors = np.array(values).T
    return Losses(losses, errors, np.array(places))


def _falling(before: list[Array], count: int, way: float) -> Array:
    """How far, shape (count,), the optimum moves beside its slopes on this way, by how its slopes were off before.

    That falls by about the same share from budget to budget. Where no share is known it is half, but none of what is
    much: slopes that are so far off say little.
    """
    if not before:
        return np.zeros(count)
    last = before[-1] * way
    if len(before) == 1:
        return np.where(abs(last) < _AROUND, last / 2, last)
    known = before[-2] != 0
    return last * np.clip(np.divide(before[-1], before[-2], out=np.ones(count), where=known), 0, 1)


def _around(
    quick: Quick, start: Array, here: float, nearer: tuple[float, ...] = (_AROUND, _NEAR)
) -> tuple[Array, Array]:
    """A place near the optimum and the Hessian there, if it is one of a minimum; else nearer by."""
    place, sides = start, np.full(len(start), _FAR)
    for near in nearer:
        place = np.asarray(_simplex(quick, place, here, sides, near).x)
        bend = _bend(quick, place, here)
        if _is_positive(bend):
            break
    return place, bend


def _ahead(found: list[_At], logs: list[float], here: float) -> Array:
    """About the optimum at F = here, by the slopes of the last one or two."""
    last, way = found[-1], here - logs[-1]
    rise = 0.0 if len(found) < 2 else (last.x_slope - found[-2].x_slope) / (logs[-1] - logs[-2])
    return last.x + last.x_slope * way + rise * way**2 / 2


def _search(quick: Quick, here: float, low: tuple[float, ...], high: tuple[float, ...]) -> Array:
    """About the optimum, from the best point of a coarse grid as `_lowest` finds it."""
    apart, every = _ALONE if len(low) == 1 else (_APART, _EVERY)
    axes = [np.linspace(a, b, max(5, math.ceil((b - a) / apart) + 1)) for a, b in zip(low, high, strict=True)]
    best = tuple(float(axis[n]) for axis, n in zip(axes, _lowest(quick, here, axes, every), strict=True))
    sides = [
        (axis[1] - axis[0]) / 2 * (1 if x < (axis[0] + axis[-1]) / 2 else -1)
        for x, axis in zip(best, axes, strict=True)
    ]
    plane = _simplex(quick, np.array(best), here, np.array(sides))
    inside = all(a + _NEAR < x < b - _NEAR for a, x, b in zip(low, plane.x, high, strict=True))
    if not (math.isfinite(plane.fun) and inside):
        raise TauberInputError(
            f"At the budget {math.exp(here):.3g} the smallest loss lies at the border of what is searched: either the "
            "step size is best at its limit, or the budget is small; raise the first budget (`budgets`)."
        )
    return np.asarray(plane.x)


def _lowest(quick: Quick, here: float, axes: list[Array], every: int) -> tuple[int, ...]:
    """The best point of a grid, by its places on the axes: of every few points, then downhill to neighbours.

    Where losses are sums of powers, the logs of which are convex in logs, there is one valley, which the simplex goes
    on in from wherever this ends. A warm-up, or a velocity that counts after a while (DANA-constant), may have several:
    each place that is the lowest among its neighbours of those looked at first leads to one.
    """

    @cache
    def value(place: tuple[int, ...]) -> float:
        return quick(tuple(float(axis[n]) for axis, n in zip(axes, place, strict=True)), here)

    def beside(place: tuple[int, ...], far: int) -> list[tuple[int, ...]]:
        near = product(*([m for m in (n - far, n, n + far) if m >= 0] for n in place))
        return [one for one in near if all(n < len(axis) for n, axis in zip(one, axes, strict=True))]

    def downhill(place: tuple[int, ...]) -> tuple[int, ...]:
        while value(lower := min(beside(place, 1), key=value)) < value(place):
            place = lower
        return place

    first = list(product(*(range(every // 2, len(axis), every) for axis in axes)))
    valleys = [place for place in first if value(place) <= min(value(one) for one in beside(place, every)) < math.inf]
    return min((downhill(place) for place in valleys), key=value, default=first[0])


def _simplex(quick: Quick, x: Array, here: float, sides: Array, near: float = _NEAR) -> Any:
    """What Nelder and Mead find from a simplex at x with these sides."""
    from scipy.optimize import minimize  # here, because importing it takes longer than a curve

    return minimize(
        lambda y: quick(tuple(map(float, y)), here),
        x,
        method="Nelder-Mead",
        options={"initial_simplex": np.vstack([x, x + np.diag(sides)]), "xatol": near, "fatol": math.inf},
    )


def _settle(log_loss: LogLoss, quick: Quick, x: Array, here: float, bend: Array) -> _At:
    return _At.of(_cross(log_loss, quick, _moved(quick, x, here, bend)[0], here))


def _moved(
    quick: Quick, x: Array, here: float, bend: Array, settled: float = _SETTLED, nearer: tuple[float, ...] = (_NEAR,)
) -> tuple[Array, Array, Array]:
    """The optimum from x on by Newton's iteration, with the Hessian used last, and the last move.

    The Hessian is that of x as soon as moves do not shrink by half; `nearer`: of `_around`.
    """
    length = _FAR
    for _ in range(_MOVES):
        tilt = _gradient(quick, x, here)
        move = _newton(bend, tilt)
        if not abs(move).max() < length / 2:
            bend = _bend(quick, x, here)
            move = _newton(bend, tilt)
        if not abs(move).max() < _FAR:
            x, bend = _around(quick, x, here, nearer)
            length = _FAR
            continue
        x, length = x + move, float(abs(move).max())
        if length < settled:
            return x, bend, move
    raise PrecisionLost(
        f"The smallest loss at the budget {math.exp(here):.3g} was not found from the one before; ask for budgets that "
        "lie closer together (`budgets`)."
    )


def _newton(bend: Array, tilt: Array) -> Array:
    """The move to where the gradient vanishes; infinite where this is no minimum."""
    return _solved(bend, -tilt) if _is_positive(bend) else np.full(len(tilt), math.inf)


def _gradient(quick: Quick, x: Array, here: float) -> Array:
    sides = [[quick(tuple(x + s * STEP * unit), here) for s in (1, -1)] for unit in np.eye(len(x))]
    return np.array([(up - down) / (2 * STEP) for up, down in sides])


@_UNKNOWN
def _bend(quick: Quick, x: Array, here: float) -> Array:
    """The Hessian, from values beside x along the axes and along the diagonals."""
    size = len(x)

    def rise(side: Array) -> float:
        return sum(quick(tuple(x + s * STEP * side), here) for s in (1, -1)) - 2 * centre

    centre, axes = quick(tuple(x), here), np.eye(size)
    bend = np.diag([rise(axis) for axis in axes])
    for i, j in combinations(range(size), 2):
        bend[i, j] = bend[j, i] = (rise(axes[i] + axes[j]) - bend[i, i] - bend[j, j]) / 2
    return bend / STEP**2


@dataclass(frozen=True, eq=False)
class _Cross:
    """phi and its derivatives at x: first `tilt`, second `bend`, over F alone `slope` and mixed `mixed`; with errors.

    `tilt` and `mixed` have one entry per resource.
    """

    x: Array
    value: float
    error: float
    tilt: Array
    tilt_error: Array
    bend: Array
    bend_error: Array
    slope: float
    slope_error: float
    mixed: Array
    mixed_error: Array


@_UNKNOWN
def _cross(log_loss: LogLoss, quick: Quick, x: Array, here: float) -> _Cross:
    size = len(x) + 1  # F is the last axis
    known: dict[tuple[int, ...], float] = {}

    def placed(key: tuple[int, ...]) -> tuple[tuple[float, ...], float]:
        return tuple(x + STEP * np.array(key[:-1])), here + STEP * key[-1]

    def at(*moves: tuple[int, int]) -> float:
        place = [0] * size
        for axis, steps in moves:
            place[axis] += steps
        key = tuple(place)
        if key not in known:
            known[key] = quick(*placed(key))
        return known[key]

    centre, first, coarse_first = at(), np.empty(size), np.empty(size)
    second, coarse_second = np.empty((size, size)), np.empty((size, size))
    for i in range(size):
        far, near = (at((i, 2)), at((i, -2))), (at((i, 1)), at((i, -1)))
        three = (near[0] - near[1]) / (2 * STEP), (near[0] + near[1] - 2 * centre) / STEP**2
        wide = (far[0] - far[1]) / (4 * STEP), (far[0] + far[1] - 2 * centre) / (2 * STEP) ** 2
        first[i], second[i, i] = (4 * three[0] - wide[0]) / 3, (4 * three[1] - wide[1]) / 3
        coarse_first[i], coarse_second[i, i] = abs(first[i] - three[0]), abs(second[i, i] - three[1])
    for i, j in combinations(range(size), 2):
        near_mixed, far_mixed = (
            (
                sum(at((i, sign * k), (j, sign * k)) for sign in (1, -1))
                - sum(at((axis, sign * k)) for axis in (i, j) for sign in (1, -1))
                + 2 * centre
            )
            / (2 * (k * STEP) ** 2)
            for k in (1, 2)
        )
        second[i, j] = second[j, i] = (4 * near_mixed - far_mixed) / 3
        coarse_second[i, j] = coarse_second[j, i] = abs(second[i, j] - near_mixed)
    checked = [(0,) * size, *(tuple(2 * (i == j) for j in range(size)) for i in range(size))]  # the ends of the axes
    asked = [log_loss(*placed(key)) for key in checked]
    noise = max(error + abs(value - known[key]) for key, (value, error) in zip(checked, asked, strict=True))
    if not (np.isfinite(second).all() and math.isfinite(noise)):
        raise PrecisionLost(
            f"Beside the smallest loss at the budget {math.exp(here):.3g} there are places without a loss, because the "
            "step size is unstable there; lower the budget (`budgets`)."
        )
    first_error = coarse_first + 2 * noise / STEP  # the sums of the absolute weights are 3/2, 16/3 and 8
    second_error = coarse_second + 8 * noise / STEP**2
    return _Cross(
        x, *asked[0], first[:-1], first_error[:-1], second[:-1, :-1], second_error[:-1, :-1],
        float(first[-1]), float(first_error[-1]), second[:-1, -1], second_error[:-1, -1],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _At:
    """The optimum at one budget, as in `Least`, and its Hessian."""

    x: Array
    x_error: Array
    loss: float
    error: float
    x_slope: Array
    x_slope_error: Array
    loss_slope: float
    loss_slope_error: float
    bend: Array

    @classmethod
    def of(cls, at: _Cross) -> _At:
        """After a last Newton step, so short that it changes no second derivative by more than is uncertain."""
        inverse = abs(_inverse(at.bend))
        move, x_slope = _solved(at.bend, -at.tilt), _solved(at.bend, -at.mixed)
        x_error = inverse @ (at.tilt_error + at.bend_error @ abs(move))
        x_slope_error = inverse @ (at.mixed_error + at.bend_error @ abs(x_slope))
        lowered = at.value + at.tilt @ move / 2
        off = at.error + x_error @ abs(at.bend) @ x_error / 2
        slope_error = at.slope_error + abs(at.mixed) @ x_error + at.mixed_error @ abs(move)
        return cls(
            at.x + move, x_error, math.exp(lowered), float(off), x_slope, x_slope_error,
            float(at.slope + at.mixed @ move), float(slope_error), at.bend,
        )  # fmt: skip


def _is_positive(bend: Array) -> bool:
    return bool(np.isfinite(bend).all() and (np.linalg.eigvalsh(bend) > 0).all())


def _inverse(bend: Array) -> Array:
    if not _is_positive(bend):
        raise PrecisionLost("The loss has no minimum where one was sought; change the budgets (`budgets`).")
    return np.asarray(np.linalg.inv(bend))


def _solved(bend: Array, right: Array) -> Array:
    return _inverse(bend) @ right
