r"""The functional law of a training curve: what is left to learn, and the noise of the steps with their memory.

One-pass training whose second moments are linear obeys a Volterra equation, in intrinsic time T,

    L(T) = f(T) + int_0^T k(T - u) lr(u) L(u) du,         f(T) = E + A (1 + T/t_F)^-q_F,   k(u) = K (1 + u/t_K)^-q_K,

with the forcing f, the loss of gradient descent, and the kernel k, what the noise of a step leaves after the time T - u
(`..models.one_pass`).  In the bulk of a power-law spectrum both are powers, that of T saturating before t_F and that of
the memory before t_K.  To first order in the noise the integral has f(u) in place of L(u); here the equation is solved,
as a learning rate of half of the largest stable one doubles what the first order says.  With sizes N the floor is
E + B/N^b.  Where the learning rate is not known, or is the same everywhere, the integral cannot be told from the rest
and is left out: L = f.

Internally: E in units of the middle loss; log A for the middle T, where the transient is A times that unit; log K so
that K is the mass of the kernel up to the middle T at the largest learning rate, what the noise adds to a loss that
stays; times in units of the middle T.  The integral is a sum over cells of T in which lr L is linear and its product
with k is integrated exactly, so that the equation is a triangular system.  Derivatives solve the same system; those of
k by q_K and t_K are differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from ..core.precision import FLOAT64, Array
from .curves import Points

EXPONENTS = (0.02, 6.0)
"""q_F and q_K are looked for between these."""
NOISE = (1e-6, 20.0)
"""The mass of the kernel up to the middle T at the largest learning rate; beyond 1 such a rate is unstable if kept."""
_TIMES = (1e-6, 3.0)  # of t0, in units of the middle T
_NEAR = FLOAT64.eps**0.5
_STEP = 1e-6  # of differences: the moments of cells have lost half of their digits


@dataclass(frozen=True, eq=False)
class Sight:
    """The points of runs in the units of the law: T over `middle`, learning rates over `rate`, sizes over `size`."""

    runs: tuple[Points, ...]
    unit: float
    middle: float
    rate: float
    size: float

    @classmethod
    def of(cls, runs: Sequence[Points]) -> Sight:
        """The units that a set of runs has."""
        middle = np.exp(np.mean(np.concatenate([np.log(run.time) for run in runs])))
        sizes = [run.size for run in runs if run.size is not None]
        size = float(np.exp(np.mean(np.log(sizes)))) if sizes else 1.0
        rates = float(np.max([run.rate.max() for run in runs]))
        return cls(tuple(runs), float(np.median(np.concatenate([r.loss for r in runs]))), float(middle), rates, size)

    def at(self, runs: Sequence[Points]) -> Sight:
        """Other runs in the same units."""
        return Sight(tuple(runs), self.unit, self.middle, self.rate, self.size)

    @cached_property
    def target(self) -> Array:
        """log(loss/unit) of all points, run after run."""
        return np.log(np.concatenate([run.loss for run in self.runs]) / self.unit)

    @cached_property
    def owner(self) -> Array:
        """The number of the run that each point is of."""
        return np.repeat(np.arange(len(self.runs)), [len(run.time) for run in self.runs])


@dataclass(frozen=True)
class FunctionalLaw:
    """The law, with its noise or without, with sizes or without."""

    noise: bool = True
    sized: bool = False

    @property
    def name(self) -> str:
        """As a form is called."""
        return "functional"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the internal vector."""
        return ("E", "A", "q_F", "t_F", *("K", "q_K", "t_K") * self.noise, *("B", "b") * self.sized)

    @property
    def scale_of(self) -> dict[str, str]:
        """Parameters that are values at time 0, with the time down to which these must be known for that."""
        return {"A": "t_F", "K": "t_K"}

    @property
    def lopsided(self) -> tuple[str, ...]:
        """Those values and times: their chance is so lopsided that one error to both sides says nothing."""
        return tuple(name for pair in self.scale_of.items() for name in pair if name in self.parameters)

    @property
    def formula(self) -> str:
        """The law in words of mathematics."""
        forcing = ("E + B/N^b" if self.sized else "E") + " + A (1 + T/t_F)^-q_F"
        return forcing + " + K int_0^T (1 + (T-u)/t_K)^-q_K lr(u) L(u) du" * self.noise

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The least and largest internal parameters."""
        times = np.log(_TIMES)
        low, high = [0.0, -np.inf, EXPONENTS[0], times[0]], [np.inf, np.inf, EXPONENTS[1], times[1]]
        if self.noise:
            low = [*low, np.log(NOISE[0]), EXPONENTS[0], times[0]]
            high = [*high, np.log(NOISE[1]), EXPONENTS[1], times[1]]
        if self.sized:
            low, high = [*low, -np.inf, 1e-3], [*high, np.inf, 10.0]
        return np.array(low), np.array(high)

    def log_loss(self, theta: Array, x: Sight) -> Array:
        """log(L/unit), shape (R, n), of R vectors of parameters (R, p)."""
        losses = [self._solved(theta, x, run)[0][:, run.seen] for run in x.runs]
        with np.errstate(invalid="ignore"):  # a kernel too heavy for its cells has negative losses: not a number
            return np.log(np.concatenate(losses, axis=1)).mean(axis=2)

    def linearised(self, theta: Array, x: Sight) -> tuple[Array, Array]:
        """log(L/unit), shape (R, n), and its derivatives by the parameters, (R, p, n)."""
        parts = [self._derived(theta, x, run) for run in x.runs]
        loss = np.concatenate([p[0] for p in parts], axis=1)
        slopes = np.concatenate([p[1] for p in parts], axis=1)
        return np.log(loss).mean(axis=2), (slopes / loss[..., None]).mean(axis=2).transpose(0, 2, 1)

    def natural(self, theta: Array, x: Sight) -> Array:
        """The parameters by their names, in the units of the table: shape (R, p)."""
        found = np.array(theta, dtype=float)
        found[:, 0] *= x.unit
        found[:, 1] = x.unit * np.exp(theta[:, 1] + theta[:, 2] * np.log1p(np.exp(-theta[:, 3])))
        found[:, 3] = x.middle * np.exp(theta[:, 3])
        if self.noise:
            scale = np.exp(theta[:, 6])
            whole = _integrals(np.ones((1, 1)), scale, theta[:, 5])[0][:, 0, 0]
            found[:, 4] = np.exp(theta[:, 4]) / (whole * x.rate * x.middle)
            found[:, 6] = x.middle * scale
        if self.sized:
            found[:, -2] = x.unit * np.exp(theta[:, -2] + theta[:, -1] * np.log(x.size))
        return found

    def internal(self, natural: Array, x: Sight) -> Array:
        """The internal parameters (R, p) of natural ones, between the bounds: the inverse of `natural`."""
        found = np.array(natural, dtype=float)
        with np.errstate(divide="ignore"):  # a constant of 0 is at its bound
            found[:, 0] /= x.unit
            found[:, 3] = np.log(natural[:, 3] / x.middle)
            found[:, 1] = np.log(natural[:, 1] / x.unit) - natural[:, 2] * np.log1p(np.exp(-found[:, 3]))
            if self.noise:
                found[:, 6] = np.log(natural[:, 6] / x.middle)
                whole = _integrals(np.ones((1, 1)), np.exp(found[:, 6]), natural[:, 5])[0][:, 0, 0]
                found[:, 4] = np.log(natural[:, 4] * whole * x.rate * x.middle)
            if self.sized:
                found[:, -2] = np.log(natural[:, -2] / x.unit) - natural[:, -1] * np.log(x.size)
        return np.asarray(np.clip(found, *self.bounds))

    def starts(self, x: Sight) -> Array:
        """Where a search begins, (S, p)."""
        least = float(np.exp(x.target.min()))
        noises = list(product((0.05, 0.3), (0.8, 1.4), (1e-3, 1e-2))) if self.noise else [(0.0,)]
        sizes = ((0.1, 0.3), (0.5, 0.6)) if self.sized else ((0.0, 0.0),)
        found = []
        for floor, power, scale, (noise, *kernel), (share, slope) in product(
            (0.0, 0.5, 0.9), (0.3, 0.7, 1.2), (1e-4, 1e-2), noises, sizes
        ):
            level = floor * least * (1 - noise)
            rest = max(1 - noise - level, 0.02)
            found.append(
                [level * (1 - share), np.log(rest), power, np.log(scale)]
                + ([np.log(noise), kernel[0], np.log(kernel[1])] if self.noise else [])
                + [np.log(level * share + 1e-3), slope] * self.sized
            )
        return np.array(found)

    def _forcing(self, theta: Array, x: Sight, run: Points) -> Array:
        """f/unit at the ends of the cells, (R, n), with its derivatives by E, A, q_F, t_F, B, b: (R, n, 1 + 4 or 6)."""
        time, scale = run.edges / x.middle, np.exp(theta[:, 3:4])
        log = np.log1p(1 / scale) - np.log1p(time / scale)
        moving = np.exp(theta[:, 1:2] + theta[:, 2:3] * log)
        by_scale = moving * theta[:, 2:3] * (time / (time + scale) - 1 / (1 + scale))
        one = np.ones_like(moving)
        rows = [theta[:, :1] + moving, one, moving, moving * log, by_scale]
        if self.sized:
            assert run.size is not None
            size = np.log(run.size / x.size)
            part = one * np.exp(theta[:, -2:-1] - theta[:, -1:] * size)
            rows[0] = rows[0] + part
            rows += [part, -size * part]
        return np.stack(rows, axis=2)

    def _weights(self, theta: Array, x: Sight, run: Points) -> Array:
        """W with L = f + W L at the ends of the cells: (R, n, n), lower triangular."""
        edges, scale = run.edges / x.middle, np.exp(theta[:, 6])
        mass, moment = _integrals(np.maximum(edges[:, None] - edges, 0.0), scale, theta[:, 5])
        mass, moment = mass[:, :, :-1] - mass[:, :, 1:], moment[:, :, :-1] - moment[:, :, 1:]
        # Of what is linear in a cell, the share of its older end: the mean age over the younger end's, in widths.
        youngest = np.maximum(edges[:, None] - edges[1:], 0.0)
        older = (moment - youngest * mass) / np.diff(edges)
        found = np.zeros((len(theta), len(edges), len(edges)))
        found[:, :, :-1] += older
        found[:, :, 1:] += mass - older
        whole, _ = _integrals(np.ones((1, 1)), scale, theta[:, 5])
        return np.asarray(found * (np.exp(theta[:, 4])[:, None, None] / whole) * (run.rate / x.rate))

    def _solved(self, theta: Array, x: Sight, run: Points) -> tuple[Array, Array, Array]:
        """L/unit (R, n) at the ends of the cells, its derivatives as `_forcing` has them, and W."""
        forcing = self._forcing(theta, x, run)
        if not self.noise:
            return forcing[:, :, 0], forcing[:, :, 1:], np.zeros((len(theta), 0, 0))
        weights = self._weights(theta, x, run)
        found = _substituted(weights, forcing)
        return found[:, :, 0], found[:, :, 1:], weights

    def _derived(self, theta: Array, x: Sight, run: Points) -> tuple[Array, Array]:
        """L/unit (R, n, 2) and its derivatives (R, n, 2, p) at the points of a run."""
        loss, slopes, weights = self._solved(theta, x, run)
        if not self.noise:
            return loss[:, run.seen], slopes[:, run.seen]
        driven = [np.matmul(weights, loss[:, :, None])]
        for index in (5, 6):
            moved = theta.copy()
            moved[:, index] += _STEP
            driven.append(np.matmul(self._weights(moved, x, run) - weights, loss[:, :, None]) / _STEP)
        noise = _substituted(weights, np.concatenate(driven, axis=2))
        return loss[:, run.seen], np.concatenate([slopes[:, :, :4], noise, slopes[:, :, 4:]], axis=2)[:, run.seen]


def _substituted(weights: Array, right: Array) -> Array:
    """Solve y = right + weights y, weights lower triangular (R, n, n), for right (R, n, q)."""
    found = np.empty_like(right)
    for n in range(right.shape[1]):
        known = right[:, n] + np.matmul(weights[:, n : n + 1, :n], found[:, :n])[:, 0]
        found[:, n] = known / (1 - weights[:, n, n])[:, None]
    return found


def _integrals(ages: Array, scale: Array, power: Array) -> tuple[Array, Array]:
    """int_0^age k du and int_0^age u k du of k(u) = (1 + u/t)^-q, each (R, n, m)."""
    t, rest = scale[:, None, None], (1 - power)[:, None, None]
    log = np.log1p(ages / t)
    first = _powers(log, rest)
    return t * first, t**2 * (_powers(log, rest + 1) - first)


def _powers(log: Array, rest: Array) -> Array:
    """(e^(rest log) - 1)/rest, which is log where rest is 0."""
    near = abs(rest) < _NEAR  # the next term of the series in `rest` is below that
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(near, log, np.expm1(rest * log) / rest))
