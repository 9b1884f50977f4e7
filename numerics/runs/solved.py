r"""Forms that are the exact loss surface of a model, with scales:

    L = E + S P(N/N0, D/D0; e_1, e_2).

S, N0 and D0 are the units of loss, size and data, in which a model has none.  Internally the amplitude is that at the
centre of the runs, so that it does not move with the position on the surface:

    log L = log( E + exp(A + log P(x + x0, y + y0; e) - log P(x0, y0; e)) ),

x and y the centred logarithms, x0 = centre - log N0, y0 likewise; S = exp(A)/P(x0, y0; e).  *Anchored at 1* A is log S
itself: that is what a profile of S needs.

Far from the origin of a model its surface is a sum of powers, in which only combinations of S, N0 and D0 show: then the
runs cannot tell them, and they drift to the end of what was solved.  The runs must lie on the surface with room left on
the large side for the compute that is asked for beyond them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .forms import Coordinates, absent
from .surfaces import SURFACES, Surface
from .table import Runs

_ROOM = 2.5  # of log size and log data, beyond the largest run: a decade of each
_START_FLOORS = (0.0, 0.5, 0.9)  # E over the least loss
_START_DEPTHS = (0.1, 0.4, 0.8)  # where on the surface, of the room that there is


@dataclass(frozen=True, eq=False)
class Anchored(Coordinates):
    """Coordinates at which the amplitude is S itself."""


@dataclass(frozen=True)
class SurfaceForm:
    """The form of a model's surface.

    Attributes
    ----------
    ends : the logarithms of the runs' least and largest size, and of their data; None before `prepared`
    still : whether derivatives by the exponents are 0, so that a search leaves these where it starts
    """

    surface: Surface
    ends: tuple[tuple[float, float], tuple[float, float]] | None = None
    still: bool = False

    resources = ("size", "data")
    floor = True
    falling = ("N0", "D0")
    """Parameters that fall where their internal ones grow."""

    @property
    def name(self) -> str:
        """As the model is called."""
        return self.surface.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of the internal vector."""
        return ("E", "S", "N0", "D0", *self.surface.letters)

    @property
    def exponents(self) -> tuple[str, ...]:
        """Parameters that are exponents."""
        return self.surface.letters

    @property
    def scales(self) -> tuple[str, ...]:
        """Parameters that are logarithms internally."""
        return ("S", "N0", "D0")

    @property
    def formula(self) -> str:
        """The form in words of mathematics."""
        return f"E + S P(N/N0, D/D0; {', '.join(self.surface.letters)}), P of {self.name}: {self.surface.meaning}"

    @property
    def limits(self) -> dict[str, tuple[str, str]]:
        """What a parameter at its lower or upper bound cannot be told from."""
        exponents, below = zip(self.surface.letters, self.surface.exponents, strict=True), self.surface.below
        ends = {name: (below.get(name, f"{lattice.first:g}"), f"{lattice.last:g}") for name, lattice in exponents}
        return {"E": ("0", "infinity"), "N0": ("the least size that the model has", "0"),
                "D0": ("the least data that the model has", "0")} | ends  # fmt: skip

    def prepared(self, runs: Runs) -> SurfaceForm:
        """The form with the place of the runs that it is for.

        Raises
        ------
        TauberInputError
            If the table lacks a resource, or spans more than the surface does.
        """
        if self.ends is not None:
            return self
        found = []
        for name, lattice in zip(self.resources, (self.surface.size, self.surface.data), strict=True):
            column = getattr(runs, name)
            if column is None:
                raise absent(self.name, name, runs)
            low, high = float(np.log(column.min())), float(np.log(column.max()))
            room = lattice.last - lattice.first - _ROOM
            if high - low >= room:
                raise TauberInputError(
                    f"The {name} spans {(high - low) / np.log(10):.1f} decades, and the surface of {self.name} is "
                    f"solved over {room / np.log(10):.1f}; leave out the smallest, or take another form (`form`)."
                )
            found.append((low, high))
        return replace(self, ends=(found[0], found[1]))

    @property
    def _centre(self) -> Array:
        assert self.ends is not None
        return np.array([(low + high) / 2 for low, high in self.ends])

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The least and largest internal parameters."""
        assert self.ends is not None
        low, high = [0.0, -np.inf], [np.inf, np.inf]
        for (first, last), lattice in zip(self.ends, (self.surface.size, self.surface.data), strict=True):
            half = (last - first) / 2
            low.append(lattice.first + half)
            high.append(lattice.last - _ROOM - half)
        for lattice in self.surface.exponents:
            low.append(lattice.first)
            high.append(lattice.last)
        return np.array(low), np.array(high)

    def coordinates(self, runs: Runs) -> Coordinates:
        """The runs as this form sees them."""
        log = np.log([getattr(runs, name) for name in self.resources])
        return Coordinates(log - self._centre[:, None], self._centre, float(np.median(runs.loss)))

    def at_origin(self, theta: Array, x: Coordinates) -> tuple[Array, Coordinates]:
        """The parameters with log(S/unit) in place of the amplitude, and the coordinates for them."""
        found = np.array(theta, dtype=float)
        found[:, 1] -= self._anchor(theta)
        return found, Anchored(x.log, x.centre, x.unit)

    def _anchor(self, theta: Array) -> Array:
        """log P at the centre of the runs, (R,)."""
        return self.surface.at(theta[:, 4:], theta[:, 2:3], theta[:, 3:4])[:, 0]

    def log_loss(self, theta: Array, x: Coordinates) -> Array:
        """log(L/unit), shape (R, n), of R vectors of parameters (R, p)."""
        found = self.surface.at(theta[:, 4:], theta[:, 2:3] + x.log[0], theta[:, 3:4] + x.log[1]) + theta[:, 1:2]
        if not isinstance(x, Anchored):
            found = found - self._anchor(theta)[:, None]
        return np.log(theta[:, :1] + np.exp(found))

    def linearised(self, theta: Array, x: Coordinates) -> tuple[Array, Array]:
        """log(L/unit), shape (R, n), and its derivatives by the parameters, (R, p, n)."""
        anchored = isinstance(x, Anchored)
        log = x.log if anchored else np.concatenate([x.log, np.zeros((2, 1))], axis=1)  # the anchor is one more place
        value, *slopes = self.surface.with_slopes(
            theta[:, 4:], theta[:, 2:3] + log[0], theta[:, 3:4] + log[1], still=self.still
        )
        parts = [value, *slopes]
        if not anchored:
            parts = [part[:, :-1] - part[:, -1:] for part in parts]
        reducible = np.exp(theta[:, 1:2] + parts[0])
        loss = theta[:, :1] + reducible
        share = reducible / loss
        return np.log(loss), np.stack([1 / loss, share, *(share * part for part in parts[1:])], axis=1)

    def natural(self, theta: Array, x: Coordinates) -> Array:
        """The parameters by their names, in the units of the table: shape (R, p)."""
        found = np.array(theta, dtype=float)
        found[:, 0] *= x.unit
        found[:, 1] = x.unit * np.exp(theta[:, 1] - (0 if isinstance(x, Anchored) else self._anchor(theta)))
        found[:, 2:4] = np.exp(self._centre - theta[:, 2:4])
        return found

    def starts(self, x: Coordinates, target: Array) -> Array:
        """Where a search begins: exponents on the lattice, floors, and places on the surface; shape (S, p)."""
        low, high = self.bounds
        middle, least = np.exp(np.median(target)), np.exp(target.min())
        exponents = [
            [lattice.first + lattice.step * n for n in numbers]
            for lattice, numbers in zip(self.surface.exponents, self.surface.first, strict=True)
        ]
        found = []
        for first, second, floor, depth_x, depth_y in product(*exponents, _START_FLOORS, _START_DEPTHS, _START_DEPTHS):
            x0, y0 = low[2:4] + np.array([depth_x, depth_y]) * (high[2:4] - low[2:4])
            found.append([floor * least, np.log(middle - floor * least), x0, y0, first, second])
        return np.array(found)

    def rough(self) -> SurfaceForm:
        """The form for the first round of a search: at exponents on the lattice, which need one node each."""
        return replace(self, still=True)


SURFACE_FORMS = {name: SurfaceForm(surface) for name, surface in SURFACES.items()}
"""The models' surfaces as forms, by name."""
