r"""The smallest loss at each of several budgets, over any number of free resources, where only the loss can be asked.

phi(x, F) is the log of a loss over the logs x of the free resources at the log F of a budget. At the optimum grad phi =
0, and as in `optimum`, with the Hessian H,

    d phi*/dF = phi_F,                d x*/dF = - H^{-1} d(grad phi)/dF.

`optimum` needs phi_F beside phi, and some sixty values for two resources; here a value may take a second, most of it
for its error. So there are two functions: `quick` gives phi alone, and `log_loss`, which is asked at few places, phi
with its error, which there tells that of the quick one. The quick one is asked for several F at once, which often cost
no more than one: the same run, looked at after other numbers of steps. The optimum is bracketed on a grid at the first
budget and approached by the simplex of Nelder and Mead; at each later one it starts where its slopes, and those before,
lead, and moves by Newton's iteration with differences of 2 n values and the Hessian at hand, which learns from them;
where moves do not shrink it is taken anew, and where there is none that is positive the simplex goes on. All
derivatives of the result, those over F among them, come from one `cross`.

A loss that is no sum of powers may have several valleys, the lowest of which another one is at later budgets. So the
last budget is searched like the first, unless the best point of the grid is next to what was followed, and no lower;
where that finds less than was followed, its valley is followed back, and at each budget the lower one is taken. Two
changes, there and back, would not be seen.

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
from .cross import STEP, UNKNOWN, Cross, Known, LogLoss, Quick, cross
from .precision import Array
from .runs import Progress

_NEAR = 0.02  # where the simplex hands over
_SETTLED = 1e-3  # a last move so short is made by the stencil's own derivatives
_APART, _EVERY = math.log(30), 3  # points of the grid, and of these every third is looked at first
_ALONE = math.log(5), 1  # the same of a single resource
_AROUND, _BESIDE = 0.2, 5e-3  # the same two where the least value is all that is asked
_FAR = 1.0  # beyond it the Hessian at hand is that of another place
_NONE = 1e9  # in place of an infinite phi, where the simplex would take the difference of two
_MOVES = 12
_SEARCHES = 2  # by the simplex from a place that is lost; where both lead to such a one, there is no minimum
_LOWER = 1e-3  # another valley: the simplex leaves a loss that is higher than the least by _NEAR^2


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
    known, logs = Known(quick), [math.log(f) for f in budgets]

    def done(n: int) -> None:
        if progress is not None:
            progress(n, len(budgets))

    first = _search(known, logs[0], _Box(low, high))
    found = list(_followed(log_loss, known, logs, *first.inside(logs[0]), done))
    if len(logs) > 1:
        grown = logs[-1] / logs[0]
        wide = _Box(tuple(min(x, grown * x) for x in low), tuple(max(x, grown * x) for x in high))
        value = math.log(found[-1].loss)
        if not wide.leads_to(found[-1].x, value, known, logs[-1]):
            last = _search(known, logs[-1], wide)
            if not last.border and last.value < value - _LOWER:  # at the border there is no valley
                found = _lower(found, _followed(log_loss, known, logs[::-1], last.place, last.bend))
    names = ("x", "x_error", "loss", "error", "x_slope", "x_slope_error", "loss_slope", "loss_slope_error")
    return Least(*(np.array([getattr(at, name) for at in found]) for name in names))


def _followed(
    log_loss: LogLoss, quick: Known, logs: Sequence[float], start: Array, bend: Array,
    done: Callable[[int], None] | None = None,
) -> Iterator[_At]:  # fmt: skip
    """The bottom of one valley at each budget, from a place in it at the first of them and the Hessian there."""
    found: list[_At] = []
    for n, here in enumerate(logs):
        if n:
            start, bend = _ahead(found, list(logs[:n]), here), found[-1].bend
        found.append(_settle(log_loss, quick, start, here, bend, _FOLLOWED if n else _SEARCHED))
        if done is not None:
            done(n + 1)
        yield found[-1]


def _lower(found: list[_At], back: Iterator[_At]) -> list[_At]:
    """The same with what is lower in another valley, from the last budget back to where it is not, or ends."""
    better = list(found)
    with suppress(PrecisionLost, TauberInputError):
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
    known, logs = Known(quick), [math.log(f) for f in budgets]
    rise, places, beside, values = np.array(slopes), list[Array](), list[Array](), list[tuple[float, float]]()
    for n, here in enumerate(logs):
        if n == 0:
            place, bend = _around(known, np.array(start), here)
        else:
            place = places[-1] + rise * (here - logs[n - 1]) + _falling(beside, len(rise), here - logs[n - 1])
        whence = _FOLLOWED if n else _DERIVED
        place, bend, move = _moved(known, place, here, bend, whence, _BESIDE, (_AROUND, _NEAR))
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
    quick: Known, start: Array, here: float, nearer: tuple[float, ...] = (_AROUND, _NEAR), sides: Array | None = None
) -> tuple[Array, Array]:
    """A place near the optimum and the Hessian there, if it is one of a minimum; else nearer by."""
    place, sides = start, np.full(len(start), _FAR) if sides is None else sides
    for near in nearer:
        place = np.asarray(_simplex(quick, place, here, sides, near).x)
        bend = _bend(quick, place, here)
        if _is_positive(bend):
            break
    return place, bend


def _ahead(found: list[_At], logs: list[float], here: float) -> Array:
    """About the optimum at F = here, by the slopes of the last one or two; what they do not tell stays where it is.

    Where the loss hardly depends on a resource, the errors of its slope lead far off; the line through the last two
    places need not.
    """
    last, way = found[-1], here - logs[-1]
    slope, off = last.x_slope, last.x_slope_error
    if len(found) > 1:
        before, apart = found[-2], logs[-1] - logs[-2]
        share = way / (2 * apart)
        slope = slope + (last.x_slope - before.x_slope) * share
        off = off + (last.x_slope_error + before.x_slope_error) * share
        lost = off * abs(way) >= _FAR
        slope = np.where(lost, (last.x - before.x) / apart, slope)
        off = np.where(lost, (last.x_error + before.x_error) / abs(apart), off)
    return last.x + np.where(off * abs(way) < _FAR, slope * way, 0.0)


@dataclass(frozen=True, eq=False)
class _Found:
    """What a search of a box comes to: about where, phi there, the Hessian, and whether this lies at the border."""

    place: Array
    value: float
    bend: Array
    border: bool

    def inside(self, here: float) -> tuple[Array, Array]:
        """Place and Hessian; refused where they are no minimum's."""
        if self.border:
            raise TauberInputError(_AT_BORDER.format(budget=math.exp(here)))
        return self.place, self.bend


@dataclass(frozen=True)
class _Box:
    """What is searched, between logs."""

    low: tuple[float, ...]
    high: tuple[float, ...]

    def begin(self, quick: Known, here: float) -> tuple[Array, Array]:
        """The best point of a coarse grid as `_lowest` finds it, and half the way to the next ones, inward."""
        apart, every = _ALONE if len(self.low) == 1 else (_APART, _EVERY)
        ends = list(zip(self.low, self.high, strict=True))
        axes = [np.linspace(a, b, max(5, math.ceil((b - a) / apart) + 1)) for a, b in ends]
        best = np.array([axis[n] for axis, n in zip(axes, _lowest(quick, here, axes, every), strict=True)])
        inward = np.where(best < [(a + b) / 2 for a, b in ends], 1, -1)
        return best, inward * [(axis[1] - axis[0]) / 2 for axis in axes]

    def leads_to(self, place: Array, value: float, quick: Known, here: float) -> bool:
        """Whether the best point of the grid is next to this place, and no lower than phi there: of the same valley."""
        best, sides = self.begin(quick, here)
        return quick(best, here) >= value and bool((abs(best - place) <= 2 * abs(sides)).all())

    def holds(self, place: Array, by: float) -> bool:
        """Whether a place lies so far inside."""
        return all(a + by < x < b - by for a, x, b in zip(self.low, place, self.high, strict=True))


def _search(quick: Known, here: float, box: _Box) -> _Found:
    """As `_around`, from the best point of a coarse grid."""
    best, sides = box.begin(quick, here)
    place, bend = _around(quick, best, here, sides=sides)
    if not box.holds(place, _AROUND):
        place, bend = _around(quick, place, here, (_NEAR,))
    value = quick(place, here)
    return _Found(place, value, bend, not (math.isfinite(value) and box.holds(place, _NEAR)))


def _lowest(quick: Known, here: float, axes: list[Array], every: int) -> tuple[int, ...]:
    """The best point of a grid, by its places on the axes: of every few points, then downhill to neighbours.

    Where losses are sums of powers, the logs of which are convex in logs, there is one valley, which the simplex goes
    on in from wherever this ends. A warm-up, or a velocity that counts after a while (DANA-constant), may have several:
    each place that is the lowest among its neighbours of those looked at first leads to one.
    """

    @cache
    def value(place: tuple[int, ...]) -> float:
        return quick([axis[n] for axis, n in zip(axes, place, strict=True)], here)

    def beside(place: tuple[int, ...], far: int) -> list[tuple[int, ...]]:
        near = product(*([m for m in (n - far, n, n + far) if m >= 0] for n in place))
        return [one for one in near if all(n < len(axis) for n, axis in zip(one, axes, strict=True))]

    def downhill(place: tuple[int, ...]) -> tuple[int, ...]:
        while value(lower := min(beside(place, 1), key=value)) < value(place):
            place = lower
        return place

    first = list(product(*(range(every // 2, len(axis), every) for axis in axes)))
    valleys = [place for place in first if value(place) <= min(value(one) for one in beside(place, every)) < math.inf]
    if not valleys and every > 1:  # a loss is there in a narrow strip alone
        return _lowest(quick, here, axes, 1)
    return min((downhill(place) for place in valleys), key=value, default=first[0])


def _simplex(quick: Known, x: Array, here: float, sides: Array, near: float = _NEAR) -> Any:
    """What Nelder and Mead find from a simplex at x with these sides."""
    from scipy.optimize import minimize  # here, because importing it takes longer than a curve

    return minimize(
        lambda y: min(quick(y, here), _NONE),
        x,
        method="Nelder-Mead",
        options={"initial_simplex": np.vstack([x, x + np.diag(sides)]), "xatol": near, "fatol": math.inf},
    )


def _settle(log_loss: LogLoss, quick: Known, x: Array, here: float, bend: Array, whence: str) -> _At:
    return _At.of(cross(log_loss, quick, _moved(quick, x, here, bend, whence)[0], here))


_AT_BORDER = (
    "At the budget {budget:.3g} the smallest loss lies at the border of what is searched: either the step size is best "
    "at its limit, or no warm-up is best, or the budget is small; raise the first budget (`budgets`)."
)
_FOLLOWED = "from the one before; ask for budgets that lie closer together"
_SEARCHED = "from the best of a grid, as it hardly depends on some of what is free; take another first budget"
_DERIVED = "from where exponents lead; take another first budget"


def _moved(
    quick: Known, x: Array, here: float, bend: Array, whence: str,
    settled: float = _SETTLED, nearer: tuple[float, ...] = (_NEAR,),
) -> tuple[Array, Array, Array]:  # fmt: skip
    """The optimum from x on by Newton's iteration, with the Hessian used last, and the last move.

    The Hessian at hand learns from each change of the gradient, and is taken anew as soon as moves do not shrink by
    half; `nearer`: of `_around`, `whence`: where it was begun, and what to do where that leads nowhere.

    Raises
    ------
    TauberInputError
        It leads to where there is no loss.
    PrecisionLost
        It leads nowhere.
    """
    length, last, searches = _FAR, None, _SEARCHES
    for _ in range(_MOVES):
        tilt = _gradient(quick, x, here)
        if last is not None:
            bend = _learned(bend, last[0], tilt - last[1])
        move = _newton(bend, tilt)
        if not abs(move).max() < length / 2:
            bend = _bend(quick, x, here)
            move = _newton(bend, tilt)
        if not math.isfinite(abs(move).max()):
            if not searches:
                break
            if last is not None and not math.isfinite(quick(x, here)):
                x = x - last[0]
            x, bend = _around(quick, x, here, nearer)
            length, last, searches = _FAR, None, searches - 1
            continue
        move = _lowering(quick, x, move * (_FAR / max(_FAR, abs(move).max())), here)
        x, length, last = x + move, float(abs(move).max()), (move, tilt)
        if length < settled:
            return x, bend, move
    if any(math.isinf(quick(x + s * _AROUND * unit, here)) for unit in np.eye(len(x)) for s in (1, -1)):
        raise TauberInputError(_AT_BORDER.format(budget=math.exp(here)))
    raise PrecisionLost(f"The smallest loss at the budget {math.exp(here):.3g} was not found {whence} (`budgets`).")


def _lowering(quick: Known, x: Array, move: Array, here: float) -> Array:
    """As much of a move that is not short as lowers the loss: in a narrow, bent valley the whole may lead out of it."""
    while abs(move).max() > _NEAR and not quick(x + move, here) < quick(x, here):
        move = move / 2
    return move


def _learned(bend: Array, move: Array, rise: Array) -> Array:
    """The Hessian at hand, changed so that the gradient rises so on this move (Broyden, Fletcher, Goldfarb, Shanno).

    Where a minimum's would not, as it is.
    """
    curvature, known = float(rise @ move), bend @ move
    if not 0 < curvature < math.inf:
        return bend
    return np.asarray(bend - np.outer(known, known) / (move @ known) + np.outer(rise, rise) / curvature)


def _newton(bend: Array, tilt: Array) -> Array:
    """The move to where the gradient vanishes; infinite where this is no minimum."""
    return _solved(bend, -tilt) if _is_positive(bend) else np.full(len(tilt), math.inf)


def _gradient(quick: Known, x: Array, here: float) -> Array:
    sides = [[quick(x + s * STEP * unit, here) for s in (1, -1)] for unit in np.eye(len(x))]
    return np.array([(up - down) / (2 * STEP) for up, down in sides])


@UNKNOWN
def _bend(quick: Known, x: Array, here: float) -> Array:
    """The Hessian; where that of one step is no minimum's, of shorter ones: truncation may hide a narrow valley."""
    for step in (STEP, STEP / 3, STEP / 9):
        bend = _differences(quick, x, here, step)
        if _is_positive(bend):
            break
    return bend


def _differences(quick: Known, x: Array, here: float, step: float) -> Array:
    """The Hessian from values beside x along the axes and along the diagonals."""
    size = len(x)

    def rise(side: Array) -> float:
        return sum(quick(x + s * step * side, here) for s in (1, -1)) - 2 * centre

    centre, axes = quick(x, here), np.eye(size)
    bend = np.diag([rise(axis) for axis in axes])
    for i, j in combinations(range(size), 2):
        bend[i, j] = bend[j, i] = (rise(axes[i] + axes[j]) - bend[i, i] - bend[j, j]) / 2
    return bend / step**2


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
    def of(cls, at: Cross) -> _At:
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
