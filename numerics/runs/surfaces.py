r"""The exact loss surfaces of the models, as tables that are solved where a fit comes by.

A model has a loss P(N, D) of its size and its data, with two exponents e = (e_1, e_2).  A fit needs it, with its
derivatives, at thousands of exponents and positions.  A value costs milliseconds; so the surface is solved on a grid,

    log P(x, y; e),    x = log N,  y = log D,

for exponents on a lattice, each node of it when it is first needed, and interpolated: by cubic B-splines in x and y,
whose coefficients are linear in the values, and by the cubic through four nodes in each exponent.  An exponent on the
lattice needs its own node alone, which is what the first round of a search uses.

**Error.**  A spline of step h is off by h^4/384 of the fourth derivative, a cubic between nodes by 3/128 of the fourth
difference; where two terms of the loss cross far out, at y = 20, that is some 1e-3 of the loss.  `Surface.error` solves
the model itself at a fit's own exponents and sizes, and says how far off the table is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..core.precision import Array
from ..models.dynamical import Dynamical
from ..models.explaining.best import best_losses
from ..models.plrf import PLRF


class Solve(Protocol):
    """Losses (nx, ny) from two exponents, sizes (nx,) and data (ny,)."""

    def __call__(self, first: float, second: float, sizes: Array, datas: Array, /) -> Array:
        """The losses."""


_ORDER = 4  # nodes of the cubic between exponents, and coefficients of a spline at a point
_EDGE = 1e-9  # of log N and log D: round-off
_MANY = 1e6  # features, at which the step size of the PLRF is taken for the unit of its time


@dataclass(frozen=True)
class Lattice:
    """Evenly spaced numbers: `first`, `first + step`, ..., `count` of them."""

    first: float
    step: float
    count: int

    @property
    def last(self) -> float:
        """The last of them."""
        return self.first + self.step * (self.count - 1)

    @property
    def points(self) -> Array:
        """All of them, (count,)."""
        return self.first + self.step * np.arange(self.count)


@dataclass(frozen=True, eq=False)
class Surface:
    """log P of a model over its size, its data and its exponents.

    Attributes
    ----------
    name, letters : of the model, and of its two exponents
    meaning : what size and data are, in words
    solve : losses (nx, ny) from e_1, e_2, sizes (nx,) and data (ny,)
    exponents : where the exponents are solved, two lattices
    size, data : where log N and log D are, two lattices
    first : exponents that a search begins at, numbers of nodes, two lists
    below : of an exponent, why nothing is solved below its first node, in words
    """

    name: str
    letters: tuple[str, str]
    meaning: str
    solve: Solve
    exponents: tuple[Lattice, Lattice]
    size: Lattice
    data: Lattice
    first: tuple[tuple[int, ...], tuple[int, ...]]
    below: Mapping[str, str] = field(default_factory=dict)
    _nodes: dict[tuple[int, int], Array] = field(default_factory=dict, repr=False)

    def at(self, exponents: Array, x: Array, y: Array) -> Array:
        """log P, shape (R, n), at exponents (R, 2) and positions (R, n); NaN beyond what is solved."""
        near = _Near.of(*self._places(x, y))
        (table,) = self._tables(exponents, near.window, slopes=False)
        found = _summed(near.taken(table), near.weights(0, 0))
        inside = np.ones(found.shape, dtype=bool)
        for values, lattice in ((x, self.size), (y, self.data)):
            inside &= (values >= lattice.first - _EDGE) & (values <= lattice.last + _EDGE)
        return np.asarray(np.where(inside, found, np.nan))

    def with_slopes(self, exponents: Array, x: Array, y: Array, *, still: bool = False) -> list[Array]:
        """log P and its derivatives by x, y, e_1 and e_2, shape (R, n) each; the last two are 0 if `still`."""
        near = _Near.of(*self._places(x, y))
        table, *moved = self._tables(exponents, near.window, slopes=not still)
        values, weights = near.taken(table), near.weights(0, 0)
        return [
            _summed(values, weights),
            _summed(values, near.weights(1, 0)) / self.size.step,
            _summed(values, near.weights(0, 1)) / self.data.step,
            *(_summed(near.taken(other), weights) for other in moved),
            *(np.zeros_like(x) for _ in range(2 * still)),
        ]

    def error(self, exponents: Array, x: Array, y: Array, most: int = 12) -> float:
        """The largest difference of log P from the model itself at exponents (2,), for `most` of the positions (n,)."""
        chosen = np.unique(np.linspace(0, len(x) - 1, most).astype(int))
        found = self.at(exponents[None], x[None, chosen], y[None, chosen])[0]
        first, second = map(float, exponents)
        own = [math.log(self.solve(first, second, np.exp(x[i : i + 1]), np.exp(y[i : i + 1]))[0, 0]) for i in chosen]
        return float(abs(found - own).max())

    def _places(self, x: Array, y: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Of each axis the first coefficient and the place in its cell, from 0 to 1, (R, n) each."""
        found = []
        for values, lattice in ((x, self.size), (y, self.data)):
            scaled = (values - lattice.first) / lattice.step
            cell = np.clip(np.floor(scaled), 0, lattice.count - 2)
            found.append((cell.astype(int), scaled - cell))
        return found[0], found[1]

    def _tables(self, exponents: Array, window: tuple[slice, slice], *, slopes: bool) -> list[Array]:
        """Coefficients (R, p, q) of a window at exponents (R, 2), and with `slopes` their derivatives by both."""
        starts, weights, changes = [], [], []
        for values, lattice in zip(exponents.T, self.exponents, strict=True):
            scaled = (values - lattice.first) / lattice.step
            start = np.clip(np.floor(scaled) - 1, 0, lattice.count - _ORDER).astype(int)
            starts.append(start)
            near = np.rint(scaled)
            scaled = np.where(abs(scaled - near) < 1e-9, near, scaled)  # on a node: it alone
            weights.append(_cubic(scaled - start))
            changes.append(_cubic_slopes(scaled - start) / lattice.step)
        offsets = np.arange(_ORDER)
        i, j = starts[0][:, None] + offsets, starts[1][:, None] + offsets
        keys = (i[:, :, None] * self.exponents[1].count + j[:, None, :]).reshape(len(exponents), -1)
        pairs = [(weights[0], weights[1])]
        if slopes:
            pairs += [(changes[0], weights[1]), (weights[0], changes[1])]
        products = [(u[:, :, None] * w[:, None, :]).reshape(len(exponents), -1) for u, w in pairs]
        needed = np.unique(keys[np.any([p != 0 for p in products], axis=0)])
        stacked = np.array([self._node(int(key))[window] for key in needed])
        column = np.searchsorted(needed, keys)
        # Nodes whose weights are 0 everywhere are not solved: they go to one column more, which is dropped.
        column = np.where(np.isin(keys, needed), column, len(needed))
        matrix = np.zeros((len(products), len(exponents), len(needed) + 1))
        matrix[:, np.arange(len(exponents))[:, None], column] = products
        found = matrix[:, :, :-1] @ stacked.reshape(len(needed), -1)
        return list(found.reshape(*matrix.shape[:2], *stacked.shape[1:]))

    def _node(self, key: int) -> Array:
        """The coefficients of one node of the lattice of exponents."""
        pair = divmod(key, self.exponents[1].count)
        if pair not in self._nodes:
            values = [lattice.first + lattice.step * n for lattice, n in zip(self.exponents, pair, strict=True)]
            losses = self.solve(values[0], values[1], np.exp(self.size.points), np.exp(self.data.points))
            left, right = (_to_coefficients(lattice.count) for lattice in (self.size, self.data))
            self._nodes[pair] = left @ np.log(losses) @ right.T
        return self._nodes[pair]


def _cubic(u: Array) -> Array:
    """Weights (R, 4) of the cubic through the nodes 0, 1, 2, 3 at u (R,)."""
    a, b, c, d = u, u - 1, u - 2, u - 3
    return np.stack([-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6], axis=1)


def _cubic_slopes(u: Array) -> Array:
    """Their derivatives by u."""
    a, b, c, d = u, u - 1, u - 2, u - 3
    return np.stack(
        [-(b * c + b * d + c * d) / 6, (a * c + a * d + c * d) / 2, -(a * b + a * d + b * d) / 2,
         (a * b + a * c + b * c) / 6], axis=1,
    )  # fmt: skip


def _splines(f: Array) -> tuple[Array, Array]:
    """The four cubic B-splines at f, from 0 to 1, in a cell, and their derivatives, shape (..., 4) each."""
    g = 1 - f
    values = [g**3 / 6, (3 * f**3 - 6 * f**2 + 4) / 6, (3 * g**3 - 6 * g**2 + 4) / 6, f**3 / 6]
    slopes = [-(g**2) / 2, (3 * f**2 - 4 * f) / 2, -(3 * g**2 - 4 * g) / 2, f**2 / 2]
    return np.stack(values, axis=-1), np.stack(slopes, axis=-1)


def _to_coefficients(count: int) -> Array:
    """The matrix (count + 2, count) from values on a lattice to B-spline coefficients, "not a knot" at both ends."""
    system = np.zeros((count + 2, count + 2))
    for n in range(count):
        system[n, n : n + 3] = 1 / 6, 4 / 6, 1 / 6
    system[count, :5] = system[count + 1, -5:] = 1, -4, 6, -4, 1  # no jump of the third derivative
    return np.linalg.inv(system)[:, :count]


@dataclass(frozen=True, eq=False)
class _Near:
    """The coefficients of splines at places: their numbers in tables of a window, (R, n, 16), splines and slopes."""

    window: tuple[slice, slice]
    numbers: Array
    along_x: tuple[Array, Array]
    along_y: tuple[Array, Array]

    @classmethod
    def of(cls, x: tuple[Array, Array], y: tuple[Array, Array]) -> _Near:
        """Those of places, the first coefficient and the place in its cell along each axis, (R, n)."""
        window = slice(x[0].min(), x[0].max() + _ORDER), slice(y[0].min(), y[0].max() + _ORDER)
        high, wide = (part.stop - part.start for part in window)
        first = (np.arange(len(x[0]))[:, None] * high + x[0] - window[0].start) * wide + y[0] - window[1].start
        inner = (np.arange(_ORDER)[:, None] * wide + np.arange(_ORDER)).ravel()
        return cls(window, first[:, :, None] + inner, _splines(x[1]), _splines(y[1]))

    def taken(self, tables: Array) -> Array:
        """The coefficients, (R, n, 16)."""
        return np.asarray(tables.reshape(-1)[self.numbers])

    def weights(self, along_x: int, along_y: int) -> Array:
        """What they count for in a derivative of that order along each axis, (R, n, 16)."""
        u, w = self.along_x[along_x], self.along_y[along_y]
        return np.asarray((u[..., :, None] * w[..., None, :]).reshape(self.numbers.shape))


def _summed(values: Array, weights: Array) -> Array:
    """The sum of products over the last axis."""
    return np.asarray(np.einsum("rnk,rnk->rn", values, weights))


def _plrf(alpha: float, beta: float, sizes: Array, times: Array) -> Array:
    """One-pass SGD with batch 1; the data are steps times what the step size is for many features."""
    pace = float(PLRF(alpha, beta, _MANY).step_size)
    return np.array([PLRF(alpha, beta, float(d)).curve(times / pace).loss for d in sizes], dtype=float)


def _dynamical(a: float, b: float, sizes: Array, times: Array) -> Array:
    """Gradient flow on data that never repeat."""
    return np.array([Dynamical(a, b, float(n)).curve(times).test for n in sizes], dtype=float)


SURFACES = {
    surface.name: surface
    for surface in (
        Surface(
            "plrf", ("alpha", "beta"), "one-pass SGD on infinitely many modes: size d, learning rate times samples",
            _plrf, (Lattice(0.55, 0.05, 22), Lattice(0.0, 0.1, 16)), Lattice(0.0, 0.5, 33), Lattice(0.0, 0.5, 53),
            ((1, 5, 11), (1, 4, 8, 12)),
            {"alpha": "the boundary at alpha = 1/2, below which infinitely many modes have no finite loss and this "
             "form is not solved: the runs may lie in a phase beyond it, of which another form says more"},
        ),
        Surface(
            "dynamical", ("a", "b"), "gradient flow on data seen once: width N, time t",
            _dynamical, (Lattice(1.1, 0.15, 20), Lattice(1.1, 0.1, 20)), Lattice(0.0, 0.5, 33), Lattice(0.0, 0.5, 53),
            ((2, 5, 9, 13), (1, 5, 11)),
        ),
        Surface(
            "explaining", ("a", "b"), "ridge regression at its best ridge, without label noise: features P, samples D",
            best_losses, (Lattice(1.1, 0.05, 58), Lattice(1.1, 0.05, 39)), Lattice(0.0, 0.5, 33),
            Lattice(0.0, 0.5, 33), ((6, 15, 27, 39), (2, 10, 22)),
        ),
    )
}  # fmt: skip
"""The models whose surfaces can be fitted, by name."""
