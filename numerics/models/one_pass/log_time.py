r"""SGD with a smooth schedule over astronomically many steps: the recursion continued to an equation in log time.

Per node the recursion is y(t+1) = g y + b (P + sigma^2), g = 1 - 2 gamma B x + gamma^2 B C x^2, b = gamma^2 B x^2 modes
(for y = x S), P = F_0 + sum y.  Late, everything in it changes slowly, and a smooth y through the same values obeys

    y' = -r y + f,     int_t^{t+1} r = -log g(t),     int_t^{t+1} e^(-int_s^{t+1} r) f(s) ds = b (P + sigma^2) at t,

which r and f are to satisfy up to 1/t^2 for modes with r of order 1 and up to 1/t^3 for slow ones, on which late losses
depend.  So r(t) = (8 R(t-1/2) - R(t) - R(t-1))/6, R = -log g, and f is found to first order around a point p = t + a of
the step, a = 1/2: with G = b (P + sigma^2) and M_j = int_0^1 x^j e^(-r x) dx

    f M_0 = G - a G' - ((1-a) M_0 - M_1) f' + f r' ((1-a) M_1 - M_2/2),     f' = G'/M_0 + G M_1 r'/M_0^2     (all at p),

to which G''/12 is added, what is missing to second order for r = 0 whatever a (f = G - G'/2 + G''/12 - ... are then
Bernoulli's numbers).  So f = a_0 (P + sigma^2) + a_1 P' + a_2 P'' with numbers a_0, a_1, a_2 per node (`_forcing`).
Nothing small is assumed of gamma: the
modes near the stability limit keep their exact rates.

**Integration.**  On a step [t, t + H] all y and P are the polynomials that satisfy the equations at the s Radau points
c_i (right end included; the method is stiffly accurate and of order 2s - 1).  Node by node Y_i = U (A^-1 1 y/H + f),
U = (A^-1/H + diag r(t_i))^-1, and summing over the nodes leaves s linear equations for P at the s points: implicit in
P, exact in the coupling, any stiffness allowed (A is a P-matrix, so U exists without pivoting).  Exponentials would
treat constant rates exactly; here rates vary within a step, and a fixed ratio of steps resolves what lives: a mode with
r H = z has died by e^(-z t/H) before.  H is a fixed share of the distance to the nearest special time, 0, a kink passed
or the horizon to come, or of twice the time in which gamma changes by a factor e.

**Error**: the same run with steps half as long again, started from half as many exact steps, expanded around a = 1 and
without the second order has every error at least half as large again; so twice the difference of the two is the
estimate, wherever they err to the same side.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial, legendre

from ...core.precision import Array
from .nodes import Nodes
from .schedule import Schedule

STAGES = 5
_BLOCK = 8  # steps whose coefficients are made at once, as many as stay in the cache


@dataclass(frozen=True, eq=False)
class SGDSteps:
    """What the equation needs to know of the algorithm: gamma = peak * shape(t), B and C."""

    nodes: Nodes
    schedule: Schedule
    peak: float
    batch: float
    pairs: float

    def gamma(self, times: Array) -> Array:
        """The step sizes at `times`, shape (n,)."""
        return self.peak * self.schedule.shape(times)


@dataclass(frozen=True, eq=False)
class Path:
    """P as one polynomial per step: `edges`, shape (n + 1,), and values at the edge and the stages, (n, s + 1).

    `last`: y at the end, shape (nodes,).
    """

    edges: Array
    values: Array
    last: Array

    def at(self, times: Array) -> Array:
        """P at `times` within the edges, shape (k,)."""
        step = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, len(self.values) - 1)
        place = (times - self.edges[step]) / (self.edges[step + 1] - self.edges[step])
        return (_dense(place) * self.values[step]).sum(axis=1)


def integrate(
    steps: SGDSteps, y: Array, start: float, end: float, noise_power: float, share: float, *, rough: bool = False
) -> Path:
    """From y at time `start`, shape (nodes,), to `end`, with steps `share` times the distance to the special times.

    `rough`: a = 1, and no second order.
    """
    floor, rule = steps.nodes.floor, _radau(STAGES)
    loss = floor + float(y.sum())
    grid, values = np.array([start, *_grid(steps.schedule, start, end, share)]), []
    for first in range(0, len(grid) - 1, _BLOCK):
        block = _Block.of(steps, grid[first : first + _BLOCK + 1], rough)
        for m, H in enumerate(block.lengths):
            free = block.left_of_y[:, m]
            known = floor + free @ y + block.by_noise[m] * noise_power + block.by_start[m] * loss
            P = block.solution[m] @ known
            all_of_it = np.append(loss, P)
            derivatives = np.concatenate([P + noise_power, rule.slope @ all_of_it / H, rule.bend @ all_of_it / H**2])
            y = free[-1] * y + derivatives @ block.force[:, m]
            values.append(all_of_it)
            loss = float(P[-1])
    return Path(grid, np.array(values), y)


@dataclass(frozen=True, eq=False)
class _Block:
    """All of m steps at once that does not depend on where they start, for s stages and n nodes.

    `lengths` (m,); `left_of_y` (s, m, n): the share of y left at the stages; for P at the stages: `solution` (m, s, s)
    of what is known, `by_noise` and `by_start` (m, s), factors of sigma^2 and of P at the start; `force` (3 s, m, n):
    what P, P' and P'' at the stages add to y at the end.
    """

    lengths: Array
    left_of_y: Array
    solution: Array
    by_noise: Array
    by_start: Array
    force: Array

    @classmethod
    def of(cls, steps: SGDSteps, edges: Array, rough: bool) -> _Block:
        """Of the steps between these edges, shape (m + 1,)."""
        rule, H = _radau(STAGES), np.diff(edges)
        times = edges[:-1] + rule.points[:, None] * H
        rate, *parts = (part.reshape(*times.shape, -1) for part in _forcing(steps, times.ravel(), rough))
        U = _inverse(rule.inverse[:, :, None] / H, rate)
        free = np.einsum("ijmn,jm->imn", U, rule.row[:, None] / H)
        sums = (np.einsum("ijmn,jmn->mij", U, part) for part in parts)
        weights = rule.value, rule.slope, rule.bend
        by_order = [(of @ at) / H[:, None, None] ** k for k, (of, at) in enumerate(zip(sums, weights, strict=True))]
        system = sum(by_order)  # of P(0), P(c_1), ...
        by_noise = by_order[0].sum(axis=2)  # the rows of `value` add up to 1
        solution = np.linalg.inv(np.eye(STAGES) - system[:, :, 1:])
        force = np.concatenate([U[-1] * part for part in parts])
        return cls(H, free, solution, by_noise, system[:, :, 0], force)


def _grid(schedule: Schedule, start: float, end: float, share: float) -> Iterator[float]:
    """Ends of the steps from `start` to `end`, between which there is no kink."""
    left = start
    since = max(k for k in (0.0, *schedule.kinks) if k <= start)
    while left < end:
        before, now = schedule.shape(np.array([left - 1, left]))
        change = 2 * now / abs(now - before) if now != before else math.inf
        H = share * min(left - since, (schedule.horizon - left) / (1 + share), change)
        left = end if left + 1.5 * H >= end else left + H
        yield left


def _forcing(steps: SGDSteps, times: Array, rough: bool) -> tuple[Array, Array, Array, Array]:
    """r, a_0, a_1 and a_2 at `times` for each node, shapes (s, n)."""
    x, B, C = steps.nodes.x, steps.batch, steps.pairs
    earlier, early, now = (steps.gamma(times - before)[:, None] for before in (1.0, 0.5, 0.0))
    late = steps.gamma(np.minimum(times + 0.5, steps.schedule.horizon))[:, None]
    a, second = (1.0, 0.0) if rough else (0.5, 1 / 12)
    R = [-np.log1p(-gamma * B * x * (2 - gamma * C * x)) for gamma in (earlier, early, now)]
    r = R[1] if rough else (8 * R[1] - R[0] - R[2]) / 6
    drift = R[2] - R[0]  # r', half a step early
    M0, M1, M2 = _moments(r)
    unit = B * x**2 * steps.nodes.modes
    b, slope = now**2 * unit, (late**2 - early**2) * unit
    bend = 4 * (late * late - 2 * now * now + early * early) * unit  # b''
    skew = (1 - a) - M1 / M0
    turn = drift * ((1 - a) * M1 - M2 / 2) / M0
    by_loss = (b * (1 + turn) - a * slope - skew * (slope + b * M1 * drift / M0) + second * bend) / M0
    by_slope = (2 * second * slope - b * (a + skew)) / M0
    return r, by_loss, by_slope, second * b / M0


def _moments(r: Array) -> tuple[Array, Array, Array]:
    """M_0, M_1, M_2 at r >= 0; M_1 and M_2, parts of a correction, by their series where r is small."""
    small = r < 0.02
    safe = np.where(small, 1.0, r)
    M0 = np.where(r > 0, -np.expm1(-r) / np.where(r > 0, r, 1.0), 1.0)
    kept = np.exp(-safe)
    M1 = np.where(small, 1 / 2 - r * (1 / 3 - r * (1 / 8 - r / 30)), (M0 - kept) / safe)
    M2 = np.where(small, 1 / 3 - r * (1 / 4 - r * (1 / 10 - r / 36)), (2 * M1 - kept) / safe)
    return M0, M1, M2


def _inverse(matrix: Array, rate: Array) -> Array:
    """(matrix + diag rate)^-1 for every node, (s, s, m), (s, m, n) -> (s, s, m, n), by elimination without pivots."""
    s = len(matrix)
    M = np.repeat(matrix[..., None], rate.shape[-1], axis=-1)
    M[np.arange(s), np.arange(s)] += rate
    for p in range(s):  # in place: column p of the inverse takes the place of column p
        pivot, column = 1 / M[p, p], M[:, p].copy()
        row = M[p] * pivot
        row[p], M[:, p] = pivot, 0
        M -= column[:, None] * row
        M[p] = row
    return M


@dataclass(frozen=True, eq=False)
class _Rule:
    """Radau points c_i; A^-1; A^-1 1; P(0), P(c_1), ... -> P(c_i), P'(c_i), P''(c_i), shapes (s, s + 1)."""

    points: Array
    inverse: Array
    row: Array
    value: Array
    slope: Array
    bend: Array


@functools.lru_cache(maxsize=1)
def _radau(stages: int) -> _Rule:
    """Right Radau points are the zeros of P_s - P_(s-1) on [-1, 1], P_s Legendre's."""
    last = np.zeros(stages + 1)
    last[-2:] = -1, 1
    points = (np.sort(legendre.legroots(last).real) + 1) / 2
    points[-1] = 1
    for _ in range(2):  # the roots of a basis conversion hold 14 digits; Newton's steps the rest
        value, rise = (legendre.legval(2 * points[:-1] - 1, c) for c in (last, 2 * legendre.legder(last)))
        points[:-1] -= value / rise
    A = np.array([[_integral(points, j, c) for j in range(stages)] for c in points])
    inverse = np.linalg.inv(A)
    nodes = np.append(0.0, points)
    derivatives = (
        np.array([[_lagrange(nodes, j).deriv(m)(c) for j in range(stages + 1)] for c in points]) for m in range(3)
    )
    return _Rule(points, inverse, inverse.sum(axis=1), *derivatives)


def _lagrange(points: Array, j: int) -> Polynomial:
    rest = np.delete(points, j)
    return Polynomial.fromroots(rest) / np.prod(points[j] - rest)


def _integral(points: Array, j: int, end: float) -> float:
    return float(_lagrange(points, j).integ()(end))


def _dense(place: Array) -> Array:
    """Lagrange's polynomials of 0 and the Radau points at `place`, shapes (k,) -> (k, s + 1)."""
    return np.asarray(np.vander(place, STAGES + 1, increasing=True) @ _coefficients(STAGES))


@functools.lru_cache(maxsize=1)
def _coefficients(stages: int) -> Array:
    """Of these polynomials, a column each."""
    nodes = np.append(0.0, _radau(stages).points)
    return np.stack([_lagrange(nodes, j).coef for j in range(len(nodes))], axis=1)
