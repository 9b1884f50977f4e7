"""The derivatives of a loss at its optimum, over what is free and over the budget, with their errors, from a cross.

phi(x, F) as in `least`, which asks for them. The cross has five points along each axis and four more along each
diagonal; what three points say instead, together with the errors of the values, is the uncertainty of a derivative.
Values at several F come of one run where that costs no more, looked at after other numbers of steps; there they err
otherwise than at its end. So the Hessian over x is made of runs that end at F, and a mixed difference over x and F of
four corners, each two of one run: where the loss hardly depends on a resource all else would hide it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from ..errors import PrecisionLost
from .precision import Array

LogLoss = Callable[[tuple[float, ...], float], tuple[float, float]]
"""(x, F) -> phi and its absolute error; phi is infinite where there is no loss."""
Quick = Callable[[tuple[float, ...], tuple[float, ...]], Sequence[float]]
"""x and some F -> phi at each of these, of an unknown small error that is smooth in both."""

STEP = 0.03  # of the stencils, in logs: truncation and the errors of the values are about equal
UNKNOWN = np.errstate(invalid="ignore")  # differences beside places without a loss are NaN, which is looked for


class Known:
    """Quick values, of which none is asked twice."""

    def __init__(self, quick: Quick) -> None:
        self._quick, self._known = quick, dict[tuple[tuple[float, ...], float], float]()

    def __call__(self, x: Iterable[float], here: float) -> float:
        """At one F."""
        return self.together(x, (here,))[0]

    def together(self, x: Iterable[float], logs: tuple[float, ...]) -> list[float]:
        """At some F."""
        place = tuple(map(float, x))
        if missing := tuple(F for F in dict.fromkeys(logs) if (place, F) not in self._known):
            self._known |= {(place, F): phi for F, phi in zip(missing, self._quick(place, missing), strict=True)}
        return [self._known[place, F] for F in logs]


@dataclass(frozen=True, eq=False)
class Cross:
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


@UNKNOWN
def cross(log_loss: LogLoss, quick: Known, x: Array, here: float) -> Cross:
    """At the logs x (k,) of what is free and the log of a budget.

    Raises
    ------
    PrecisionLost
        There are places without a loss beside x.
    """
    size = len(x) + 1  # F is the last axis
    known = dict[tuple[int, ...], float]()
    for place, steps in _stencil(size).items():
        at_place = x + STEP * np.array(place)
        for apart in ((0,), tuple(k for k in steps if k)):
            values = quick.together(at_place, tuple(here + STEP * k for k in apart))
            known |= {(*place, k): phi for k, phi in zip(apart, values, strict=True)}

    def at(*moves: tuple[int, int]) -> float:
        place = [0] * size
        for axis, steps in moves:
            place[axis] += steps
        return known[tuple(place)]

    def diagonal(i: int, j: int, k: int) -> float:
        """The mixed difference by one diagonal and both axes."""
        ends = sum(at((i, sign * k), (j, sign * k)) for sign in (1, -1))
        return (ends + 2 * centre - sum(at((axis, sign * k)) for axis in (i, j) for sign in (1, -1))) / 2

    def corners(i: int, j: int, k: int) -> float:
        """The mixed difference by four corners: each two of one run."""
        return sum(one * other * at((i, one * k), (j, other * k)) for one in (1, -1) for other in (1, -1)) / 4

    centre, first, coarse_first = at(), np.empty(size), np.empty(size)
    second, coarse_second = np.empty((size, size)), np.empty((size, size))
    for i in range(size):
        far, near = (at((i, 2)), at((i, -2))), (at((i, 1)), at((i, -1)))
        three = (near[0] - near[1]) / (2 * STEP), (near[0] + near[1] - 2 * centre) / STEP**2
        wide = (far[0] - far[1]) / (4 * STEP), (far[0] + far[1] - 2 * centre) / (2 * STEP) ** 2
        first[i], second[i, i] = (4 * three[0] - wide[0]) / 3, (4 * three[1] - wide[1]) / 3
        coarse_first[i], coarse_second[i, i] = abs(first[i] - three[0]), abs(second[i, i] - three[1])
    for i, j in combinations(range(size), 2):
        near_mixed, far_mixed = ((corners if j == size - 1 else diagonal)(i, j, k) / (k * STEP) ** 2 for k in (1, 2))
        second[i, j] = second[j, i] = (4 * near_mixed - far_mixed) / 3
        coarse_second[i, j] = coarse_second[j, i] = abs(second[i, j] - near_mixed)
    checked = [(0,) * size, *(tuple(2 * (i == j) for j in range(size)) for i in range(size))]  # the ends of the axes
    asked = [log_loss(tuple(map(float, x + STEP * np.array(key[:-1]))), here + STEP * key[-1]) for key in checked]
    noise = max(error + abs(value - known[key]) for key, (value, error) in zip(checked, asked, strict=True))
    if not (np.isfinite(second).all() and math.isfinite(noise)):
        raise PrecisionLost(
            f"Beside the smallest loss at the budget {math.exp(here):.3g} there are places without a loss, because the "
            "step size is unstable there; lower the budget (`budgets`)."
        )
    first_error = coarse_first + 2 * noise / STEP  # the sums of the absolute weights are 3/2, 16/3 and 8
    second_error = coarse_second + 8 * noise / STEP**2
    return Cross(
        x, *asked[0], first[:-1], first_error[:-1], second[:-1, :-1], second_error[:-1, :-1],
        float(first[-1]), float(first_error[-1]), second[:-1, -1], second_error[:-1, -1],
    )  # fmt: skip


@cache
def _stencil(size: int) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Where the cross has its points, in steps: along all axes but F, and along that of F at each such place."""
    axes, none, many = np.eye(size - 1, dtype=int), (0,) * (size - 1), (-2, -1, 1, 2)
    found: dict[tuple[int, ...], tuple[int, ...]] = {none: (-2, -1, 0, 1, 2)}
    found |= {tuple(map(int, k * axis)): (-abs(k), 0, abs(k)) for axis in axes for k in many}
    return found | {tuple(map(int, k * (a + b))): (0,) for a, b in combinations(axes, 2) for k in many}
