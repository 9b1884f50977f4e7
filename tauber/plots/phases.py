"""The phase diagram with its derived boundary curves, phase names, trade-offs and exponents.

A phase whose label does not fit in letters that can be read carries a mark only, and the key below the picture says
what it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from .apart import apart
from .labels import SMALLEST, Line, Sheet, write
from .look import Look, facts, formulas, key_words, mark_of, name_lines
from .palette import INK, phase_colours
from .shapes import Curve, Shapes, grid
from .style import DASHED, house_style

if TYPE_CHECKING:
    from ..theory.optimum.diagram import Phase, PhaseDiagram

_LARGEST = 10.0
_TALLEST = 6.5  # of the plane, in inches
_LEFT, _RIGHT, _BOTTOM, _ABOVE = 55.0, 62.0, 42.0, 12.0  # around the plane, in points
_TITLE, _EQUATION, _ENTRY = 42.0, 70.0, 27.0  # heights of the title, of an upright equation, of an entry of the key


def draw_phases(diagram: PhaseDiagram, look: Look, window: tuple[float, float] | None = None) -> Figure:
    """Draw the phases of a diagram in the rectangle from its corner to ``window``, by default that of the look.

    Examples
    --------
    >>> from tauber.models.plrf.look import LOOK
    >>> from tauber.theory.models.plrf import phase_diagram
    >>> figure = draw_phases(phase_diagram(), LOOK, (1.0, 2.0))  # figure.savefig("phases.svg") writes it
    >>> [float(end) for axis in (figure.axes[0].get_xlim(), figure.axes[0].get_ylim()) for end in axis]
    [0.0, 1.0, 0.0, 2.0]
    """
    with house_style():
        return _Picture(Shapes(diagram, look, window)).figure


class _Picture:
    """The figure, its plane of ``unit`` points per unit of the parameters, and what has been written into it."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes, self.look = shapes, shapes.look
        self.corner = np.array([shapes.left, shapes.bottom])
        self.unit = 72 * min(self.look.size / shapes.width, _TALLEST / shapes.height)
        self.figure = Figure()
        self.sheet = Sheet(self.figure, self.unit * shapes.width, self.unit * shapes.height)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.key: list[str] = []
        curves = shapes.curves()
        self._paint(curves)
        if self.look.diagonal:
            self._rule(self.look.diagonal)
        self._label_equations(curves)
        for phase in sorted(shapes.phases, key=lambda phase: len(str(phase.loss_exponent)), reverse=True):
            self._label(phase)
        self._frame(any(curve.vertical for curve in curves))

    def _paint(self, curves: list[Curve]) -> None:
        colours = phase_colours(self.shapes.diagram)
        for phase in self.shapes.phases:
            outline = self.shapes.outline(phase.name)
            self.axes.add_patch(Polygon(outline, closed=True, facecolor=colours[phase.name], edgecolor="none"))
        self.sheet.take(self._points(self.shapes.floor))
        for curve in curves:
            self.axes.plot(*curve.points.T, color=INK, linewidth=1.3, solid_capstyle="round")
            self.sheet.take(self._points(curve.points))

    def _rule(self, text: str) -> None:
        """Draw the line of equal parameters, which is no boundary."""
        shapes = self.shapes
        ends = np.outer([max(shapes.left, shapes.bottom), min(shapes.right, shapes.top)], [1, 1])
        self.axes.plot(*ends.T, color=INK, linewidth=1.1, linestyle=DASHED)
        path = self._points(ends)
        self.sheet.take(path)
        self._along(path, text)

    def _points(self, places: np.ndarray) -> np.ndarray:
        """Places in the plane of the parameters, in points from its corner."""
        return (places - self.corner) * self.unit

    def _frame(self, upright: bool) -> None:
        """Size the figure around the plane; the title above it, the key below."""
        below = _BOTTOM + (_ENTRY * len(self.key) + 14 if self.key else 0)
        above = _TITLE + (_EQUATION if upright else 0) + _ABOVE
        words = [self.sheet.measure(Line(self.look.title, 10.5))[0] + 16]
        words += [self.sheet.measure(Line(entry, 9.5))[0] + _LEFT + 8 for entry in self.key]
        width, height = max(_LEFT + self.sheet.width + _RIGHT, *words), below + self.sheet.height + above
        self.figure.set_size_inches(width / 72, height / 72)
        self.axes.set_position((_LEFT / width, below / height, self.sheet.width / width, self.sheet.height / height))
        shapes = self.shapes
        self.axes.set(xlim=(shapes.left, shapes.right), ylim=(shapes.bottom, shapes.top))
        self.axes.set_xlabel(self.look.axes[0])
        self.axes.set_ylabel(self.look.axes[1])
        self.axes.spines[["top", "right"]].set_visible(True)
        self.figure.text(0.5, 1 - 8 / height, self.look.title, fontsize=10.5, linespacing=1.5, ha="center", va="top")
        for n, entry in enumerate(self.key):
            y = below - _BOTTOM - 6 - _ENTRY * (n + 0.5)
            self.figure.text(_LEFT / width, y / height, entry, fontsize=9.5, ha="left", va="center")

    def _label(self, phase: Phase) -> None:
        """Write a phase's name, trade-off and exponents where its shape has room, or a mark that is in the key."""
        outline = self._points(self.shapes.outline(phase.name))
        if not phase.power_law:
            self._first_that_fits(outline, [[Line("no power", 9), Line("law", 9)], [Line("no power law", SMALLEST)]])
            return
        exponents = [f"${formula}$".replace(r"\frac", r"\dfrac") for formula in formulas(phase, self.look)]
        beside = facts(phase, self.look)
        names = [[phase.name], name_lines(phase)]
        labels = [
            [Line(line, size + 2 * short, True) for line in name]
            + [Line(line, size) for line in (*beside, ",   ".join(exponents))]
            for size in np.arange(_LARGEST, SMALLEST - 0.1, -0.5).tolist()
            for name in names
            for short in [len(phase.name) < 5]
        ]
        if self._first_that_fits(outline, labels):
            return
        mark = mark_of(phase, len(self.key) + 1)
        self.key.append(rf"$\bf{{{mark}}}$:   " + ",    ".join([*key_words(phase, mark, self.look), *exponents]))
        marks = [[Line(mark, size, True)] for size in np.arange(12, SMALLEST - 0.1, -0.5).tolist()]
        if not (self._first_that_fits(outline, marks) or self._upright(outline, Line(mark, 9, True))):
            self._led(grid(outline).mean(axis=0), Line(mark, 9, True))

    def _first_that_fits(self, outline: np.ndarray, labels: Sequence[Sequence[Line]]) -> bool:
        """Write the first of these labels for which the shape has room, as near its middle as may be."""
        inside = grid(outline)
        for lines in labels:
            free = inside[self.sheet.free(inside, *self.sheet.stack(lines))]
            if len(free):
                middle = free.mean(axis=0)
                write(self.axes, lines, free[np.argmin(np.linalg.norm(free - middle, axis=1))], self.sheet)
                return True
        return False

    def _upright(self, outline: np.ndarray, line: Line) -> bool:
        """Write a mark from below to above, where a shape has room for that."""
        inside, (width, height) = grid(outline), self.sheet.measure(line)
        free = inside[self.sheet.free(inside, width, height, 90)]
        if len(free):
            centre = free[np.argmin(np.linalg.norm(free - free.mean(axis=0), axis=1))]
            self._write_turned(line, centre, 90)
        return bool(len(free))

    def _led(self, target: np.ndarray, line: Line) -> None:
        """Write where there is room for it nearest a target that has none, with a line to it."""
        every = grid(np.array([(0, 0), (self.sheet.width, 0), (self.sheet.width, self.sheet.height),
                                (0, self.sheet.height)]))  # fmt: skip
        free = every[self.sheet.free(every, *self.sheet.measure(line))]
        place = free[np.argmin(np.linalg.norm(free - target, axis=1))]
        way = target - place
        half = np.array(self.sheet.measure(line)) / 2 + 1
        edge = place + way * min(half / np.maximum(abs(way), 1e-9))  # of the label, on this way
        start, end = (self.corner + x / self.unit for x in (edge, target))
        self.axes.annotate("", (float(end[0]), float(end[1])), (float(start[0]), float(start[1])), arrowprops={
            "arrowstyle": "-", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
        self.sheet.take(np.array([edge, target]))
        write(self.axes, [line], place, self.sheet)

    def _label_equations(self, curves: list[Curve]) -> None:
        """Write the equations, those on one edge apart."""
        above: list[tuple[float, str]] = []
        right: list[tuple[float, str]] = []
        for equation in self.shapes.equations(curves):
            path = self._points(equation.points)
            (x, _), (_, y) = path[0], path[-1]
            text = f"${equation.text}$"
            if equation.side == "above":
                above.append((float(x), text))
            elif equation.side == "right":
                right.append((float(y), text))
            else:
                self._along(path, text)
        for (_, text), x in zip(sorted(above), apart(sorted(x for x, _ in above), 14), strict=True):
            self._annotate(text, (x, self.sheet.height + 6), 90, "bottom", "center")
        for (_, text), y in zip(sorted(right), apart(sorted(y for y, _ in right), 16), strict=True):
            self._annotate(text, (self.sheet.width + 6, y), 0, "center", "left")

    def _along(self, path: np.ndarray, text: str) -> None:
        """Write along a curve, as near its middle as nothing is in the way, in smaller letters if need be; else beside.

        Where the curve turns away from its tangent by more than the margin there is no room, for it is in the way.
        """
        lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])

        def at(share: float) -> np.ndarray:
            return np.array([np.interp(share * lengths[-1], lengths, axis) for axis in path.T])

        for size in np.arange(_LARGEST, SMALLEST - 0.1, -0.5).tolist():
            line = Line(text, size)
            width, height = self.sheet.measure(line)
            for share in sorted(np.linspace(0.05, 0.95, 37), key=lambda share: abs(share - 0.5)):
                around = width / 2 / lengths[-1]
                start, end = at(max(share - around, 0)), at(min(share + around, 1))
                angle = float(np.degrees(np.arctan2(*(end - start)[::-1])))
                normal = (height / 2 + 6) * np.array([np.sin(np.radians(angle)), -np.cos(np.radians(angle))])
                centres = np.array([(start + end) / 2 + side * normal for side in (1, -1)])
                free = self.sheet.free(centres, width, height, angle)
                if free.any():
                    self._write_turned(line, centres[int(free.argmax())], angle)
                    return
        self._led(at(0.5), Line(text, 9))

    def _write_turned(self, line: Line, centre: np.ndarray, angle: float) -> None:
        self._annotate(line.text, (float(centre[0]), float(centre[1])), angle, "center", "center", line)
        self.sheet.take_box(centre, *self.sheet.measure(line), angle)

    def _annotate(
        self, text: str, place: tuple[float, float], angle: float, va: str, ha: str, line: Line | None = None
    ) -> None:
        self.axes.annotate(
            text, (0, 0), place, xycoords="axes fraction", textcoords="offset points", rotation=angle, va=va, ha=ha,
            fontsize=10 if line is None else line.size, weight="bold" if line is not None and line.bold else "normal",
        )  # fmt: skip
