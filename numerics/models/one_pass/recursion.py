r"""The exact recursion on nodes, step by step, for any linear optimiser.

With Y = x S (k moments for each of n nodes, `optimisers.SecondMoments`)

    Y' = A_0 Y + A_1 x Y + A_2 x^2 Y + b (P + sigma^2) x^2 modes,     P = F_0 + sum_nodes Y_0.

In NumPy a step is one product of matrices: the rows Y, x Y, x^2 Y (those that any coefficient needs) and x^2 modes are
stacked to Z, and Y' = (A_0, A_1, A_2, b (P + sigma^2)) Z.  With numba (extra `fast`) the same sums run node by node, the
numbers agree to round-off.

Error: relative, what the nodes are uncertain by, magnified by 1/(1 - N) as far as known (`amplification`), and round-off
growing with the number of steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
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
class Run:
    """What a run leaves behind.

    Attributes
    ----------
    excess : array of shape (n,)
        the excess loss reported (F_0 + sum of the moment `reported`) at the times asked for.
    last : array of shape (k, nodes)
        Y after the last of them.
    loss_last : P after the last of them
    """

    excess: Array
    last: Array
    loss_last: float


@one_thread
def run(
    nodes: Nodes,
    coefficients: Coefficients,
    start: Array,
    times: Array,
    noise_power: float,
    *,
    reported: int = 0,
    compiled: bool | None = None,
) -> Run:
    """Run to the last of the whole `times`, shape (n,), any order, from Y = `start`, shape (k,), times the power.

    Moment `reported` gives the loss.  `compiled`: None takes numba if installed.  Raises PrecisionLost where the loss leaves the range of float64.
    """
    if compiled is None:
        compiled = COMPILED
    if compiled and not COMPILED:
        raise TauberInputError("Compiled steps need numba, which is not installed; leave out `compiled`.")
    Y = start[:, None] * nodes.power
    last = int(times.max())
    stops = np.unique(times)
    found: dict[int, float] = {}
    step = _compiled() if compiled else _plain
    for first, stop in _blocks(last):
        given = coefficients(np.arange(first, stop, dtype=float))
        inside = stops[(stops >= first) & (stops < stop)].astype(int) - first
        with np.errstate(over="ignore", invalid="ignore"):  # found below
            Y, values = step(nodes, given, Y, noise_power, inside, reported)
        if not np.isfinite(Y).all():
            raise overflow_at(stop)
        found.update(zip((inside + first).tolist(), values, strict=True))
    found[last] = nodes.floor + float(Y[reported].sum())
    return Run(np.array([found[int(t)] for t in times]), Y, nodes.floor + float(Y[0].sum()))


def _blocks(last: int) -> Iterator[tuple[int, int]]:
    for start in range(0, last, _BLOCK):
        yield start, min(start + _BLOCK, last)


def _plain(
    nodes: Nodes, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
) -> tuple[Array, Array]:
    """One block of steps in NumPy: Y after it, and the loss reported at the steps `inside`."""
    count, steps = len(Y), len(given.b)
    heights = [_used(given.A[:, p]) for p in (1, 2)]
    first, second = max(heights), heights[1]
    rows = count + first + second
    C = np.concatenate(
        [given.A[:, 0], given.A[:, 1, :, :first], given.A[:, 2, :, :second], np.empty((steps, count, 1))], axis=2
    )
    here, there = (_Stack(nodes, count, first, second) for _ in range(2))
    here.state[:] = Y
    powers = np.broadcast_to(nodes.x, (first, len(nodes.x))).copy()  # a product of equal shapes is the fastest
    squares, ones, floor = powers[:second], np.ones(len(nodes.x)), nodes.floor
    multiply, product, b = np.multiply, np.dot, list(given.b)
    wanted, values = set(inside.tolist()), []
    for t, coefficients in enumerate(C):
        if t in wanted:
            values.append(floor + here.state[reported].sum())
        multiply(here.low, powers, here.times_x)
        multiply(here.lowest, squares, here.times_square)
        multiply(b[t], floor + here.first.dot(ones) + noise_power, coefficients[:, rows])
        product(coefficients, here.all, there.state)
        here, there = there, here
    return here.state.copy(), np.array(values)


class _Stack:
    """Y, x Y, x^2 Y and x^2 modes, one above the other, with names for its parts."""

    def __init__(self, nodes: Nodes, count: int, first: int, second: int) -> None:
        self.all = np.empty((count + first + second + 1, len(nodes.x)))
        self.all[-1] = nodes.modes * nodes.x**2
        self.state, self.first = self.all[:count], self.all[0]
        self.low, self.times_x = self.all[:first], self.all[count : count + first]
        self.lowest, self.times_square = self.times_x[:second], self.all[count + first : -1]


def _used(A: Array) -> int:
    """How many of the first moments any of these coefficients multiplies."""
    columns = np.flatnonzero(A.any(axis=(0, 1)))
    return int(columns[-1]) + 1 if len(columns) else 0


def _compiled() -> Callable[..., tuple[Array, Array]]:
    steps = _kernel()

    def block(
        nodes: Nodes, given: SecondMoments, Y: Array, noise_power: float, inside: Array, reported: int
    ) -> tuple[Array, Array]:
        after = np.ascontiguousarray(Y.T)
        values = steps(nodes.x, nodes.modes * nodes.x**2, given.A, given.b, after, nodes.floor, noise_power, reported)
        return after.T, values[inside]

    return block


def _kernel() -> Any:
    """The compiled loop over steps and nodes; made once, at the first call."""
    global _made
    if _made is None:
        _made = numba.njit(_loop, fastmath={"reassoc", "contract"})
    return _made


_made: Any = None


def _loop(
    x: Array, source: Array, A: Array, b: Array, Y: Array, floor: float, noise_power: float, reported: int
) -> Array:  # pragma: no cover - compiled
    """Y, shape (nodes, k), in place; the loss reported before each step."""
    steps, count, size = len(b), Y.shape[1], len(x)
    values, new = np.empty(steps), np.empty(count)
    for t in range(steps):
        loss, report = floor, floor
        for n in range(size):
            loss += Y[n, 0]
            report += Y[n, reported]
        values[t] = report
        drive = loss + noise_power
        for n in range(size):
            for i in range(count):
                value = b[t, i] * drive * source[n]
                for j in range(count):
                    value += (A[t, 0, i, j] + x[n] * (A[t, 1, i, j] + x[n] * A[t, 2, i, j])) * Y[n, j]
                new[i] = value
            for i in range(count):
                Y[n, i] = new[i]
    return values


def rounding(times: Array, nodes: int) -> Array:
    """Relative round-off after so many steps."""
    return float(FLOAT64.eps) * (2 * times + math.sqrt(nodes) + 4)
