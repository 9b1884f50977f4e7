r"""The exact recursion on nodes, step by step, for any linear optimiser.

With Y = x S (k moments for each of n nodes, `optimisers.SecondMoments`)

    Y' = A_0 Y + A_1 x Y + A_2 x^2 Y + b (P + sigma^2) x^2 modes,     P = F_0 + sum_nodes Y_0.

In NumPy a step is one product of matrices: the rows Y, x Y, x^2 Y (those that any coefficient needs) and (P + sigma^2)
x^2 modes are stacked to Z, and Y' = (A_0, A_1, A_2, b) Z.  Several rules of nodes run side by side, each with its own
P.  With numba (extra `fast`) the same sums run node by node; the numbers agree to round-off.
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
    step = _compiled if compiled or (compiled is None and COMPILED) else _plain
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


def _plain(
    rules: Rules, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, list[Array]]:
    """One block of steps in NumPy: Y after it, and the losses reported before the steps `inside`."""
    second = _used(given.A[:, 2])
    first = max(_used(given.A[:, 1]), second)
    C = np.concatenate(
        [given.A[:, 0], given.A[:, 1, :, :first], given.A[:, 2, :, :second], given.b[:, :, None]], axis=2
    )
    here, there = (_Stack(Y.shape, first, second) for _ in range(2))
    here.state[:] = Y.reshape(len(Y), -1)
    powers = np.repeat(rules.x.reshape(1, -1), first, axis=0)  # a product of equal shapes is the fastest
    squares, ones, constant = powers[:second], np.ones(rules.x.shape[1]), rules.floor + noise_power
    multiply, product, source = np.multiply, np.dot, rules.source
    wanted, values = set(inside.tolist()), []
    for t, coefficients in enumerate(C):
        if t in wanted:
            values.append(rules.floor + here.state[reported].reshape(rules.x.shape).sum(axis=1))
        multiply(here.low, powers, here.times_x)
        multiply(here.lowest, squares, here.times_square)
        multiply(source, (here.first.dot(ones) + constant)[:, None], here.noise)
        product(coefficients, here.all, there.state)
        here, there = there, here
    return here.state.reshape(Y.shape).copy(), values


class _Stack:
    """Y, x Y, x^2 Y and the noise, one above the other, with names for its parts."""

    def __init__(self, shape: tuple[int, int, int], first: int, second: int) -> None:
        count, *each = shape
        self.all = np.empty((count + first + second + 1, math.prod(each)))
        self.state, self.low = self.all[:count], self.all[:first]
        self.times_x = self.all[count : count + first]
        self.lowest, self.times_square = self.times_x[:second], self.all[count + first : -1]
        self.first, self.noise = self.all[0].reshape(each), self.all[-1].reshape(each)


def _used(A: Array) -> int:
    """How many of the first moments any of these coefficients multiplies."""
    columns = np.flatnonzero(A.any(axis=(0, 1)))
    return int(columns[-1]) + 1 if len(columns) else 0


def _compiled(
    rules: Rules, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, list[Array]]:
    """As `_plain`, with numba."""
    after = np.ascontiguousarray(np.moveaxis(Y, 0, -1))
    loop = _kernel()
    values = [
        loop(x, source, given.A, given.b, state, rules.floor, noise_power, reported)
        for x, source, state in zip(rules.x, rules.source, after, strict=True)
    ]
    return np.moveaxis(after, -1, 0), list(np.stack(values, axis=1)[inside])


@functools.lru_cache(maxsize=1)
def _kernel() -> Any:
    """The loop, compiled at the first call."""
    return numba.njit(_loop)


def _loop(
    x: Array, source: Array, A: Array, b: Array, Y: Array, floor: float, noise_power: float, reported: int
) -> Array:
    """Y, shape (n, k), in place; the loss reported before each step."""
    steps, size, count = len(b), Y.shape[0], Y.shape[1]
    values, old = np.empty(steps), np.empty(count)
    for t in range(steps):
        loss, report = 0.0, 0.0
        for n in range(size):
            loss += Y[n, 0]
            report += Y[n, reported]
        values[t] = floor + report
        drive = floor + loss + noise_power
        for n in range(size):
            for i in range(count):
                old[i] = Y[n, i]
            for i in range(count):
                value = b[t, i] * drive * source[n]
                for j in range(count):
                    value += (A[t, 0, i, j] + x[n] * (A[t, 1, i, j] + x[n] * A[t, 2, i, j])) * old[j]
                Y[n, i] = value
    return values


def rounding(times: Array, nodes: int) -> Array:
    """Relative round-off after so many steps."""
    return float(FLOAT64.eps) * (2 * times + math.sqrt(nodes) + 4)
