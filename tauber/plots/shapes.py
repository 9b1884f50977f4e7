"""Shapes of a derived phase diagram inside a rectangle of the plane of its two parameters, called x and y here.

A phase diagram is algebra: polynomials that vanish on the boundaries, and inequalities that hold in the phases. To draw
it, the rectangle is cut into slabs at every x where a boundary is vertical, leaves the rectangle, or meets another
one. Inside a slab the boundaries are ordered branches y(x) that do not cross, so the phase between two
neighbouring branches is that of one sample point; neighbouring cells of the same phase are merged. No shape of any
particular diagram is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import sympy

from ..formulas import tex

if TYPE_CHECKING:
    from ..theory.optimum.diagram import Boundary, PhaseDiagram
    from .look import Look

Branch = Callable[[np.ndarray], np.ndarray]

_ZOOMS = (1, 2, 4, 8)


_BESIDE = 1e-7  # of a cell's width


@dataclass(frozen=True)
class Cell:
    """A piece of a phase: x in [left, right], y between two branches."""

    phase: str
    left: float
    right: float
    lower: Branch
    upper: Branch

    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower edge from left to right, and upper edge from right to left; each of shape (n, 2)."""
        xs = np.linspace(self.left, self.right, 33)
        beside = _BESIDE * (self.right - self.left)
        inside = np.clip(xs, self.left + beside, self.right - beside)  # at a pole each side has its own limit
        return np.column_stack([xs, self.lower(inside)]), np.column_stack([xs, self.upper(inside)])[::-1]


@dataclass(frozen=True)
class Curve:
    """A visible piece of a boundary; ``points`` has shape (n, 2)."""

    boundary: Boundary
    points: np.ndarray

    @property
    def vertical(self) -> bool:
        """Whether x is constant along the curve."""
        return bool(np.ptp(self.points[:, 0]) < 1e-9)


@dataclass(frozen=True)
class Equation:
    """The equation of a boundary, in LaTeX and as derived, with the longest piece of its curve from left to right."""

    text: str
    formula: sympy.Eq
    points: np.ndarray
    side: Literal["above", "right", "along"]
    """Where it is written: above the picture for vertical lines, where the curve meets the right edge, or along it."""

    @property
    def start(self) -> np.ndarray:
        """The left end."""
        return np.asarray(self.points[0])

    @property
    def end(self) -> np.ndarray:
        """The right end."""
        return np.asarray(self.points[-1])


class Shapes:
    """Cells and curves of a phase diagram above its corner, in the rectangle from (left, bottom) to (right, top).

    Without a ``window`` that is the one of the look, made as many times larger as it takes to show every
    phase.
    """

    def __init__(self, diagram: PhaseDiagram, look: Look, window: tuple[float, float] | None = None) -> None:
        self.diagram, self.look = diagram, look
        self._x, self._y = diagram.parameters
        self.left = float(diagram.corner[0])
        lowest = sympy.lambdify(self._x, diagram.corner[1], "numpy")
        self._floor: Branch = lambda x: np.broadcast_to(lowest(x), x.shape).astype(float)
        self._tests = [(phase.name, self._function(sympy.And(*phase.inequalities))) for phase in diagram.phases]
        for zoom in _ZOOMS:
            self._frame(self._zoomed(zoom) if window is None else window)
            if window is not None or len(self.phases) == len(diagram.phases):
                break

    def _frame(self, window: tuple[float, float]) -> None:
        self.right, self.top = window
        self.bottom = float(self._floor(np.array([self.left, self.right])).min())
        self.width, self.height = self.right - self.left, self.top - self.bottom
        self._branches, verticals = self._split()
        self.slabs = [self._slab(left, right) for left, right in pairwise(self._cuts(verticals))]
        visible = {cell.phase for cell in self.cells}
        self.phases = [phase for phase in self.diagram.phases if phase.name in visible]

    def _zoomed(self, zoom: int) -> tuple[float, float]:
        right, top = self.look.window
        start = float(self._floor(np.array([self.left]))[0])
        return self.left + zoom * (right - self.left), start + zoom * (top - start)

    @property
    def floor(self) -> np.ndarray:
        """The lower edge of the plane, shape (n, 2)."""
        xs = np.linspace(self.left, self.right, 33)
        return np.column_stack([xs, self._floor(xs)])

    @property
    def cells(self) -> list[Cell]:
        """All cells, slab by slab."""
        return [cell for slab in self.slabs for cell in slab]

    def outline(self, phase: str) -> np.ndarray:
        """Outline of a phase, shape (n, 2): the lower ends of its cells, then the upper ends backwards."""
        edges = [cell.edges() for cell in self.cells if cell.phase == phase]
        points = np.vstack([*(lower for lower, _ in edges), *(upper for _, upper in reversed(edges))])
        return _without_straight_points(points)

    def curves(self) -> list[Curve]:
        """Every visible piece of every boundary, collinear pieces joined."""
        pieces: dict[int, list[np.ndarray]] = {}
        for names, points in self._edges():
            for index, boundary in enumerate(self.diagram.boundaries):
                middle = points[len(points) // 2]
                if names == set(boundary.between) and abs(self._value(boundary.polynomial, middle)) < 1e-9:
                    pieces.setdefault(index, []).append(points)
        boundaries = self.diagram.boundaries
        return [Curve(boundaries[index], _without_straight_points(np.vstack(found))) for index, found in pieces.items()]

    def equations(self, curves: list[Curve]) -> list[Equation]:
        """Each equation once."""
        found = []
        for equation in dict.fromkeys(curve.boundary.equation for curve in curves):
            own = [curve for curve in curves if curve.boundary.equation == equation]
            longest = max(own, key=lambda curve: float(np.abs(curve.points[-1] - curve.points[0]).max()))
            points = longest.points if longest.points[0, 0] <= longest.points[-1, 0] else longest.points[::-1]
            side: Any = "above" if longest.vertical else "right" if points[-1, 0] > self.right - 1e-9 else "along"
            found.append(Equation(tex(equation, fold_short_frac=True), equation, points, side))
        return found

    def _edges(self) -> Iterator[tuple[set[str], np.ndarray]]:
        """Pairs of neighbouring phases with their common edge: within each slab, then between slabs."""
        for slab in self.slabs:
            for below, above in pairwise(slab):
                yield {below.phase, above.phase}, above.edges()[0]
        for left_slab, right_slab in pairwise(self.slabs):
            for left in left_slab:
                for right in right_slab:
                    at = np.array([left.right])
                    low = max(left.lower(at)[0], right.lower(at)[0])
                    high = min(left.upper(at)[0], right.upper(at)[0])
                    if left.phase != right.phase and high > low + 1e-9:
                        yield {left.phase, right.phase}, np.array([[at[0], b] for b in (low, (low + high) / 2, high)])

    def _split(self) -> tuple[list[Branch], list[float]]:
        """The boundaries as branches y(x), and as vertical lines."""
        branches: list[Branch] = [self._floor, lambda x: np.full_like(x, self.top)]
        verticals: list[float] = []
        for polynomial in dict.fromkeys(boundary.polynomial for boundary in self.diagram.boundaries):
            if polynomial.has(self._y):
                branches += [self._branch(root) for root in sympy.solve(polynomial, self._y)]
            else:
                verticals += [float(root) for root in sympy.solve(polynomial, self._x) if root.is_real]
        return branches, verticals

    def _branch(self, formula: sympy.Expr) -> Branch:
        function = sympy.lambdify(self._x, formula, "numpy")

        def branch(x: np.ndarray) -> np.ndarray:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = np.broadcast_to(np.real(function(x)), x.shape)
            # at a pole it is outside of the rectangle, and where it is not real it is not there
            return np.clip(np.where(np.isnan(found), -np.inf, found), self._floor(x), self.top)

        return branch

    def _cuts(self, verticals: list[float]) -> list[float]:
        """Every x where the picture changes: ends, vertical lines, crossings of branches (on a grid, refined)."""
        cuts = {self.left, self.right, *(x for x in verticals if self.left < x < self.right)}
        grid = np.linspace(self.left, self.right, 2001)[1:-1] + 1e-7  # off the round numbers where branches meet
        values = [branch(grid) for branch in self._branches]
        for i, first in enumerate(self._branches):
            for j in range(i):
                difference = values[i] - values[j]
                for k in np.flatnonzero((difference[:-1] == 0) != (difference[1:] == 0)).tolist():
                    cuts.add(_last_equal(first, self._branches[j], grid[k], grid[k + 1]))
                for k in np.flatnonzero(difference[:-1] * difference[1:] < 0).tolist():
                    cuts.add(_crossing(first, self._branches[j], grid[k], grid[k + 1]))
        merged: list[float] = []
        for cut in sorted(cuts):
            if not merged or cut > merged[-1] + 1e-6:
                merged.append(cut)
        return [*merged[:-1], self.right]

    def _slab(self, left: float, right: float) -> list[Cell]:
        """Cells of a slab from below to above, neighbours of one phase merged."""
        middle = np.array([(left + right) / 2])
        ordered = sorted(self._branches, key=lambda branch: float(branch(middle)[0]))
        cells: list[Cell] = []
        for lower, upper in pairwise(ordered):
            low, high = float(lower(middle)[0]), float(upper(middle)[0])
            if high - low < 1e-9:
                continue
            phase = self._phase(float(middle[0]), (low + high) / 2)
            if cells and cells[-1].phase == phase:
                cells[-1] = Cell(phase, left, right, cells[-1].lower, upper)
            else:
                cells.append(Cell(phase, left, right, lower, upper))
        return cells

    def _phase(self, x: float, y: float) -> str:
        return next(name for name, holds in self._tests if holds(x, y))

    def _function(self, condition: sympy.Basic) -> Callable[[float, float], bool]:
        return sympy.lambdify((self._x, self._y), condition, "math")

    def _value(self, polynomial: sympy.Expr, point: np.ndarray) -> float:
        return float(polynomial.subs({self._x: float(point[0]), self._y: float(point[1])}))


def roomiest(outline: np.ndarray) -> tuple[float, float]:
    """Point of a polygon furthest from its edges (text is wide, so horizontal room counts less), nearest the centre."""
    inside = grid(outline)
    squeeze = np.array([0.7, 1.0])
    start, end = outline * squeeze, np.roll(outline, -1, axis=0) * squeeze
    along = end - start
    offset = inside[:, None, :] * squeeze - start
    share = np.clip((offset * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-30), 0, 1)
    room = np.linalg.norm(offset - share[..., None] * along, axis=-1).min(axis=1)
    detour = np.linalg.norm(inside - inside.mean(axis=0), axis=1)
    x, y = inside[np.argmax(room - 0.05 * detour)]
    return float(x), float(y)


def grid(outline: np.ndarray) -> np.ndarray:
    """Points inside a polygon, shape (n, 2)."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    steps = (np.arange(40) + 0.5) / 40
    points = np.stack(np.meshgrid(*(low + np.outer(steps, high - low)).T), axis=-1).reshape(-1, 2)
    return points[_contains(outline, points)]


def _contains(outline: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points lie inside a polygon: a ray to the right meets its edges an odd number of times."""
    (x0, y0), (x1, y1) = outline.T, np.roll(outline, -1, axis=0).T
    x, y = points[:, :1], points[:, 1:]
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)  # level edges span nothing
    return ((spans & (x < x0 + (y - y0) * (x1 - x0) / rise)).sum(axis=1) % 2).astype(bool)


def _crossing(first: Branch, second: Branch, left: float, right: float) -> float:
    """Where two branches cross, by bisection."""

    def sign(x: float) -> bool:
        at = np.array([x])
        return bool(first(at)[0] > second(at)[0])

    return _bisect(lambda x: sign(x) == sign(left), left, right)


def _last_equal(first: Branch, second: Branch, left: float, right: float) -> float:
    """Where two branches, equal on one side because both are clipped, part."""

    def equal(x: float) -> bool:
        at = np.array([x])
        return bool(first(at)[0] == second(at)[0])

    return _bisect(lambda x: equal(x) == equal(left), left, right)


def _bisect(still: Callable[[float], bool], left: float, right: float) -> float:
    for _ in range(60):
        middle = (left + right) / 2
        left, right = (middle, right) if still(middle) else (left, middle)
    return (left + right) / 2


def _without_straight_points(points: np.ndarray) -> np.ndarray:
    """Drop points on the straight line between their neighbours: a polygon keeps its corners only."""
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        before = kept[-1]
        turn = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
        if abs(turn) > 1e-10 and np.abs(here - before).max() > 1e-6:
            kept.append(here)
    return np.array([*kept, points[-1]])
