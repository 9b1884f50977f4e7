r"""The exact recursion on nodes, step by step, for any linear optimiser.

With Y = x S (k moments for each of n nodes, `optimisers.SecondMoments`)

    Y' = A_0 Y + A_1 x Y + A_2 x^2 Y + b (P + sigma^2) x^2 modes,     P = F_0 + sum_nodes Y_0.

In NumPy a step is one product of matrices: the rows Y, x Y, x^2 Y (those that any coefficient needs) and x^2 modes are
stacked to Z, and Y' = (A_0, A_1, A_2, b (P + sigma^2)) Z.  Several rules of nodes run side by side, each with its own
P and row x^2 modes.  A single moment, plain SGD, on one rule needs no stack: the polynomial in x is evaluated for many
steps at once, and a step is a product with it, a sum and a multiple of x^2 modes.  With numba (extra `fast`) the same
sums run node by node; the numbers agree to round-off.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.precision import FLOAT64, Array
from ...core.runs import one_thread
from ...errors import TauberInputError, overflow_at
from .nodes import Nodes
from .optimisers import SecondMoments

try:  # compiled code is an extra
    import numba
except ImportError:
    numba = None

COMPILED = numba is not None
"""Whether steps run in compiled code."""

_BLOCK = 4096  # steps whose coefficients are made at once
_CACHED = 64  # the same of a single moment's, with a number for each node: as many as stay in the cache

Coefficients = Callable[[Array], SecondMoments]
"""Steps t, shape (T,) -> their coefficients."""


@dataclass(frozen=True, eq=False)
class Rules:
    """Sets of nodes of equal length, side by side: arrays of shape (R, n); `source` = x^2 modes."""

    x: Array
    source: Array
    power: Array
    floor: float

    @classmethod
    def of(cls, rules: tuple[Nodes, ...]) -> Rules:
        """From separate sets."""
        x, modes, power = (np.stack([getattr(r, name) for r in rules]) for name in ("x", "modes", "power"))
        return cls(x, x**2 * modes, power, rules[0].floor)


@one_thread
def run(
    rules: Rules,
    coefficients: Coefficients,
    Y: Array,
    times: Array,
    noise_power: float,
    *,
    begin: int = 0,
    reported: int = 0,
    compiled: bool | None = None,
) -> tuple[Array, Array]:
    """From Y at time `begin`, shape (k, R, n), to the last of the whole `times`, shape (m,), in any order.

    Returns the excess loss F_0 + sum Y_reported at the times, shape (R, m), and Y after the last.  `compiled`: None
    takes numba if installed.  Raises PrecisionLost where the loss leaves the range of float64.
    """
    if compiled and not COMPILED:
        raise TauberInputError("Compiled steps need numba, which is not installed; leave out `compiled`.")
    in_numpy = _single if Y.shape[:2] == (1, 1) else _plain
    step = _compiled if compiled or (compiled is None and COMPILED) else in_numpy
    stops, last = np.unique(times).astype(int), int(times.max())
    found: list[Array] = []
    for first in range(begin, last, _BLOCK):
        block = np.arange(first, min(first + _BLOCK, last))
        inside = stops[(stops >= first) & (stops <= block[-1])] - first
        with np.errstate(over="ignore", invalid="ignore"):  # found below
            Y, values = step(rules, coefficients(block.astype(float)), Y, noise_power, inside, reported)
        if not np.isfinite(Y).all():
            raise overflow_at(int(block[-1]) + 1)
        found.extend(values)
    found.append(rules.floor + Y[reported].sum(axis=1))
    return np.stack(found, axis=1)[:, np.searchsorted(stops, times)], Y


def _single(
    rules: Rules, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, list[Array]]:
    """As `_plain` for one moment, which is the one reported, on one rule."""
    del reported
    (x,), (source,), y = rules.x, rules.source, Y[0, 0].copy()
    scaled, ones, constant = np.empty_like(y), np.ones_like(y), rules.floor + noise_power
    multiply, add = np.multiply, np.add
    wanted, values, A = set(inside.tolist()), [], given.A[:, :, 0, 0, None]
    for first in range(0, len(given.b), _CACHED):
        steps = slice(first, first + _CACHED)
        unit, linear, square = (A[steps, power] for power in range(3))
        share = (square * x + linear) * x + unit
        for t, (row, b) in enumerate(zip(share, given.b[steps, 0].tolist(), strict=True), first):
            loss = y.dot(ones)
            if t in wanted:
                values.append(np.array([rules.floor + loss]))
            multiply(source, b * (loss + constant), scaled)
            multiply(row, y, y)
            add(y, scaled, y)
    return y[None, None], values


def _plain(
    rules: Rules, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, list[Array]]:
    """One block of steps in NumPy: Y after it, and the losses reported before the steps `inside`."""
    A, room = given.A, np.empty((*given.b.shape, len(rules.x)))
    second = _used(A[:, 2])
    first = max(_used(A[:, 1]), second)
    C = np.concatenate([A[:, 0], A[:, 1, :, :first], A[:, 2, :, :second], room], axis=2)
    here, there = (_Stack(rules, len(Y), first, second) for _ in range(2))
    here.state[:] = Y.reshape(len(Y), -1)
    powers = np.repeat(rules.x.reshape(1, -1), first, axis=0)  # a product of equal shapes is the fastest
    squares, ones, constant = powers[:second], np.ones(rules.x.shape[1]), rules.floor + noise_power
    multiply, product = np.multiply, np.dot
    noise, b = list(C[:, :, -len(rules.x) :]), list(given.b[:, :, None])
    wanted, values = set(inside.tolist()), []
    for t, coefficients in enumerate(C):
        if t in wanted:
            values.append(rules.floor + here.state[reported].reshape(rules.x.shape).sum(axis=1))
        multiply(here.low, powers, here.times_x)
        multiply(here.lowest, squares, here.times_square)
        multiply(b[t], here.first.dot(ones) + constant, noise[t])
        product(coefficients, here.all, there.state)
        here, there = there, here
    return here.state.reshape(Y.shape).copy(), values


class _Stack:
    """Y, x Y, x^2 Y and a row x^2 modes for each rule, one above the other, with names for its parts."""

    def __init__(self, rules: Rules, count: int, first: int, second: int) -> None:
        number, size = rules.x.shape
        top = count + first + second
        self.all = np.zeros((top + number, number * size))
        self.state, self.low = self.all[:count], self.all[:first]
        self.times_x = self.all[count : count + first]
        self.lowest, self.times_square = self.times_x[:second], self.all[count + first : top]
        self.first = self.all[0].reshape(number, size)
        for r, row in enumerate(self.all[top:]):
            row[r * size : (r + 1) * size] = rules.source[r]


def _used(A: Array) -> int:
    """How many of the first moments any of these coefficients multiplies."""
    columns = np.flatnonzero(A.any(axis=(0, 1)))
    return int(columns[-1]) + 1 if len(columns) else 0


def _compiled(
    rules: Rules, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, list[Array]]:
    """As `_plain`, with numba."""
    A = given.A
    runs = [
        _kernel()(x, source, A, given.b, Y[:, r].copy(), rules.floor, noise_power, reported)
        for r, (x, source) in enumerate(zip(rules.x, rules.source, strict=True))
    ]
    return np.stack([state for state, _ in runs], axis=1), list(np.stack([v for _, v in runs], axis=1)[inside])


@functools.lru_cache(maxsize=1)
def _kernel() -> Any:
    """The loop, compiled at the first call; sums may be reordered, so that they are vectors."""
    return numba.njit(_loop, fastmath={"reassoc", "contract"})


def _loop(
    x: Array, source: Array, A: Array, b: Array, Y: Array, floor: float, noise_power: float, reported: int
) -> tuple[Array, Array]:
    """Y, shape (k, n), after the steps (the given array is used up), and the loss reported before each."""
    count, size = Y.shape
    values, new = np.empty(len(b)), np.empty_like(Y)
    for t in range(len(b)):
        values[t] = floor + Y[reported].sum()
        drive = floor + Y[0].sum() + noise_power
        for i in range(count):
            for n in range(size):
                new[i, n] = b[t, i] * drive * source[n]
            for j in range(count):
                constant, linear, square = A[t, 0, i, j], A[t, 1, i, j], A[t, 2, i, j]
                if constant != 0 or linear != 0 or square != 0:
                    for n in range(size):
                        new[i, n] += (constant + x[n] * (linear + x[n] * square)) * Y[j, n]
        Y, new = new, Y
    return Y, values


def rounding(times: Array, nodes: int) -> Array:
    """Relative round-off after so many steps."""
    return float(FLOAT64.eps) * (2 * times + math.sqrt(nodes) + 4)
