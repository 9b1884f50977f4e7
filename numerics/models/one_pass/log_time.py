r"""Linear algorithms over astronomically many steps: the recursion's smooth solution on a grid in log time.

Per eigenvalue the k second moments obey Y(t+1) - Y(t) = N(t) Y(t) + b(t) x^2 modes (P(t) + sigma^2) (`optimisers`),
coupled by P = F_0 + sum Y_0 alone.  After the first steps what is left of them changes slowly: the fast moments follow
the slow ones, and all are smooth functions of t, with values between whole t, that obey the same equation.

**Collocation of the difference equation.**  On a step [t, t + H], H >> 1, every moment is the polynomial of degree s
that has its value at t and satisfies the equation, as it stands, at the s Radau points c_i (right end included).  A
shift by one of a polynomial is known exactly,

    H (Y(c + 1/H) - Y(c)) = sum_m Y^(m)(c) H^(1-m)/m!    (in units of H),

so that nothing is expanded in N, which need not be small: no logarithm of a matrix, no continuous limit, and what the
polynomials leave is the whole error.  To leading order the sum is Y', and the method is the L-stable one of Radau:
moments that are slaved, or rotate and die within a step, do no harm.  N is passed instead of 1 + N, whose digits would
be lost at late t.

Node by node the s k equations are solved for their response to P at the s points and to Y(t); summing over the nodes
leaves s linear equations for P there: implicit in P, exact in the coupling.  H is a fixed share of the distance to the
nearest special time, 0, a kink passed or the horizon to come, or of twice the time in which gamma changes by a factor
e.  A mode with rate r has died by e^(-r t) before it is not resolved, r H > 1; one that oscillates with decreasing
amplitude (DANA) by what its amplitude has lost until it turns once in a step.

**Error**: the same run with steps half as long again, started from half as many exact steps, errs by more than twice as
much; so twice the difference of the two is the estimate, wherever they err to the same side.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from ...core.precision import Array
from ...core.runs import one_thread
from .nodes import Nodes
from .recursion import Coefficients
from .schedule import Schedule

STAGES = 7
_BLOCK = 8  # steps of a single moment that are prepared at once: as many as stay in the cache


@dataclass(frozen=True, eq=False)
class Path:
    """The loss reported as one polynomial per step.

    `edges`, shape (n + 1,), `values` at an edge and the stages after it, (n, s + 1), `last`: Y at the end, (k, nodes).
    """

    edges: Array
    values: Array
    last: Array

    def at(self, times: Array) -> Array:
        """The loss reported at `times` within the edges, shape (m,)."""
        step = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, len(self.values) - 1)
        place = (times - self.edges[step]) / (self.edges[step + 1] - self.edges[step])
        return np.asarray((_radau(STAGES).interpolate(place) * self.values[step]).sum(axis=1))


@one_thread
def integrate(
    nodes: Nodes,
    coefficients: Coefficients,
    Y: Array,
    grid: Array,
    noise_power: float,
    *,
    reported: int = 0,
) -> Path:
    """From Y at the first time of `grid`, shape (k, nodes), by one step between each two of its times, shape (n + 1,).

    `coefficients` are asked at times that are not whole; `reported` is the moment whose sum is the loss reported.
    """
    rule, lengths, found = _radau(STAGES), np.diff(grid), [np.empty((0, STAGES + 1))]
    steps = _Alone(nodes, noise_power) if len(Y) == 1 else _Together(nodes, noise_power, reported)
    for first in range(0, len(lengths), _BLOCK):
        H = lengths[first : first + _BLOCK]
        given = coefficients((grid[first : first + len(H), None] + H[:, None] * rule.points).ravel())
        change, force = (x.reshape(len(H), STAGES, *x.shape[1:]) for x in (given.change, given.b))
        values, Y = steps.taken(rule.shift(H), H[:, None, None, None, None] * change, H[:, None, None] * force, Y)
        found.append(values)
    return Path(grid, nodes.floor + np.concatenate(found), Y)


def grid(schedule: Schedule, start: float, end: float, share: float) -> Array:
    """Times from `start` to `end`, between which is no kink; `share` is that of the module's introduction."""
    return np.array([start, *_ends(schedule, start, end, share)])


def _ends(schedule: Schedule, start: float, end: float, share: float) -> Iterator[float]:
    left = start
    since = max(k for k in (0.0, *schedule.kinks) if k <= start)
    while left < end:
        before, now = schedule.shape(np.array([left - 1, left]))
        change = 2 * now / abs(now - before) if now != before else math.inf
        H = share * min(left - since, (schedule.horizon - left) / (1 + share), change)
        left = end if left + 1.5 * H >= end else left + H
        yield left


class _Steps:
    """The equations of a step, for the nodes given."""

    def __init__(self, nodes: Nodes, noise_power: float) -> None:
        self.x, self.source = nodes.x, nodes.x**2 * nodes.modes
        self.constant = nodes.floor + noise_power

    def _of_nodes(self, change: Array) -> Array:
        """A row of N for each node, shapes (s, 3, i) -> (s, i, nodes)."""
        unit, linear, square = (change[:, power, :, None] for power in range(3))
        return np.asarray((square * self.x + linear) * self.x + unit)


class _Alone(_Steps):
    """A single moment, plain SGD: all that does not depend on it is found for the steps of a block at once."""

    def taken(self, shift: Array, change: Array, force: Array, Y: Array) -> tuple[Array, Array]:
        """The sums at the beginning and at the Radau points of each step, shape (m, s + 1), and Y after the last.

        `shift` (m, s, s + 1), `change` (m, s, 3, 1, 1), `force` (m, s, 1).
        """
        m, s = shift.shape[:2]
        of_nodes = self._of_nodes(change[..., 0].reshape(m * s, 3, 1)).reshape(m, s, -1)
        inverse = _inverse(shift[:, :, 1:].transpose(1, 2, 0), of_nodes.transpose(1, 0, 2))  # (s, s, m, nodes)
        of_start = -np.einsum("pqmn,mq->mpn", inverse, shift[:, :, 0])
        of_drive = (inverse @ self.source).transpose(2, 0, 1) * force[:, None, :, 0]
        closed, at_end = np.linalg.inv(np.eye(s) - of_drive), inverse[-1].transpose(1, 0, 2) * force
        sums, y = np.empty((m, s + 1)), Y[0]
        for n in range(m):
            free = of_start[n] @ y
            drive = closed[n] @ (self.constant + free)
            sums[n, 0], sums[n, 1:] = y.sum(), free + of_drive[n] @ drive
            y = of_start[n, -1] * y + (drive @ at_end[n]) * self.source
        return sums, y[None]


class _Together(_Steps):
    """Several moments, one step after the other; `reported`: the one that is summed."""

    def __init__(self, nodes: Nodes, noise_power: float, reported: int) -> None:
        super().__init__(nodes, noise_power)
        self.reported = reported

    def taken(self, shift: Array, change: Array, force: Array, Y: Array) -> tuple[Array, Array]:
        """As of `_Alone`, `change` (m, s, 3, k, k) and `force` (m, s, k)."""
        sums = np.empty(shift.shape[::2])
        for n, (moved, N, b) in enumerate(zip(shift, change, force, strict=True)):
            solve = self._all_at_once if np.triu(N, 1).any() else self._one_by_one
            stages = solve(moved[:, 1:], N, b, -moved[:, 0], Y)
            sums[n, 0], sums[n, 1:] = Y[self.reported].sum(), stages[self.reported].sum(axis=1)
            Y = stages[:, -1]
        return sums, Y

    def _one_by_one(self, shift: Array, change: Array, force: Array, left: Array, Y: Array) -> Array:
        """Where no moment needs a later one, SGD and its averages: the first alone decides P, and the others follow."""
        first = _inverse(shift, self._of_nodes(change[:, :, 0, :1])[:, 0])
        found = np.empty((len(Y), len(left), len(self.x)))
        found[0] = (left @ first) * Y[0]
        drive = _drive((first @ self.source) * force[:, 0], self.constant + found[0].sum(axis=1))
        found[0] += ((drive * force[:, 0]) @ first) * self.source
        for i in range(1, len(Y)):
            at = self._of_nodes(change[:, :, i, : i + 1])
            right = left[:, None] * Y[i] + (drive * force[:, i])[:, None] * self.source
            for j in range(i):
                right += at[:, j] * found[j]
            found[i] = np.einsum("pqn,qn->pn", _inverse(shift, at[:, i]), right)
        return found

    def _all_at_once(self, shift: Array, change: Array, force: Array, left: Array, Y: Array) -> Array:
        """All moments at once, by what P at each of the points, and Y(t), add to them."""
        s, (k, n) = len(left), Y.shape
        each, one = np.arange(s), np.arange(k)
        right = np.zeros((n, s, k, s + 1))
        right[:, each, :, each] = force[:, None] * self.source[:, None]
        right[..., s] = left[:, None] * Y.T[:, None]
        system = np.zeros((3, s, k, s, k))
        system[0][:, one, :, one] = shift
        system[:, each, :, each] -= change
        of_nodes = (self.x[:, None] ** np.arange(3)) @ system.reshape(3, -1)
        response = np.linalg.solve(of_nodes.reshape(n, s * k, s * k), right.reshape(n, s * k, -1))
        response = response.reshape(n, s, k, -1)
        driving = response[:, :, 0].sum(axis=0)
        drive = _drive(driving[:, :s], self.constant + driving[:, s])
        return np.asarray((response[..., :s] @ drive + response[..., s]).transpose(2, 1, 0))


def _drive(driving: Array, free: Array) -> Array:
    """P + sigma^2 at the points, by what it adds to itself there, (s, s), and what is there without it, (s,)."""
    return np.asarray(np.linalg.solve(np.eye(len(free)) - driving, free))


def _inverse(shift: Array, change: Array) -> Array:
    """(shift - diag change)^-1 for every node, (s, s, ..) and (s, .., n) -> (s, s, .., n), by Gauss and Jordan.

    No pivots are needed: to leading order `shift` is the inverse of Radau's matrix, whose principal minors are
    positive, and stay so with -change >= 0 on the diagonal.
    """
    s = len(shift)
    M = np.repeat(shift[..., None], change.shape[-1], axis=-1)
    M[np.arange(s), np.arange(s)] -= change
    room = np.empty_like(M)
    for p in range(s):
        column, row = M[:, p].copy(), M[p] / M[p, p]
        row[p] = 1 / column[p]
        M[:, p] = 0
        M -= np.multiply(column[:, None], row, out=room)
        M[p] = row
    return M


@dataclass(frozen=True, eq=False)
class _Rule:
    """Polynomials by their values at 0 and at the Radau points c_i.

    `points` (s,); `to_legendre` (s + 1, s + 1): values to the coefficients of Legendre's polynomials; `derivatives`
    (s, s, s + 1): values to the derivatives of order m = 1, .., s at the points, over m!.
    """

    points: Array
    to_legendre: Array
    derivatives: Array

    def shift(self, H: Array) -> Array:
        """Values to H (Y(c_i + 1/H) - Y(c_i)), shapes (m,) -> (m, s, s + 1)."""
        return np.asarray(np.tensordot(H[:, None] ** -np.arange(float(len(self.points))), self.derivatives, axes=1))

    def interpolate(self, place: Array) -> Array:
        """Weights of the values for the one at `place` in [0, 1], shapes (m,) -> (m, s + 1)."""
        return np.asarray(legendre.legvander(2 * place - 1, len(self.points)) @ self.to_legendre)


@functools.lru_cache(maxsize=1)
def _radau(s: int) -> _Rule:
    """Right Radau points are the zeros of P_s - P_(s-1) on [-1, 1], P_s Legendre's."""
    last = np.zeros(s + 1)
    last[-2:] = -1, 1
    points = (np.sort(legendre.legroots(last).real) + 1) / 2
    points[-1] = 1
    for _ in range(2):  # the roots of a basis conversion hold 14 digits; Newton's steps the rest
        value, rise = (legendre.legval(2 * points[:-1] - 1, c) for c in (last, 2 * legendre.legder(last)))
        points[:-1] -= value / rise
    to_legendre = np.linalg.inv(legendre.legvander(2 * np.append(0.0, points) - 1, s))
    orders = (legendre.legder(to_legendre, m, scl=2) / math.factorial(m) for m in range(1, s + 1))
    return _Rule(points, to_legendre, np.array([legendre.legval(2 * points - 1, order).T for order in orders]))
