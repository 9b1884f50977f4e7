"""Labels that keep out of each other's way, and of the lines: measured, not guessed from the number of letters.

All lengths are in points, in the plane of a picture with its corner at (0, 0). What a label must not cover, lines and
labels placed before it, are points close enough to each other that none of them can be jumped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..output.pen import written

SMALLEST = 7.5
"""No label is set in smaller letters: one that does not fit becomes a mark with an entry in the key."""

_STEP = 2.0  # between the points of a line; every label is wider and taller
_MARGIN = 3.0


@dataclass(frozen=True)
class Line:
    """A line of a label."""

    text: str
    size: float
    bold: bool = False


@dataclass
class Sheet:
    """A plane of points on which labels find their places."""

    figure: Figure
    width: float
    height: float
    taken: list[np.ndarray] = field(default_factory=list)
    measured: dict[Line, tuple[float, float]] = field(default_factory=dict)

    def measure(self, line: Line) -> tuple[float, float]:
        """Width and height of a line."""
        if line not in self.measured:
            self.measured[line] = self._measured(line)
        return self.measured[line]

    def _measured(self, line: Line) -> tuple[float, float]:
        text = Text(0, 0, written(line.text), fontsize=line.size, weight="bold" if line.bold else "normal")
        text.set_figure(self.figure)
        box = text.get_window_extent(self._renderer)
        scale = 72 / self.figure.dpi
        return float(box.width * scale), float(box.height * scale)

    @cached_property
    def _renderer(self) -> RendererAgg:
        return FigureCanvasAgg(self.figure).get_renderer()

    def stack(self, lines: Sequence[Line]) -> tuple[float, float]:
        """Width and height of lines below each other."""
        sizes = [self.measure(line) for line in lines]
        return max(width for width, _ in sizes), sum(height for _, height in sizes) + _gap(lines[0]) * (len(lines) - 1)

    def take(self, path: np.ndarray) -> None:
        """Keep labels off a line, shape (n, 2)."""
        for start, end in pairwise(path):
            count = int(np.linalg.norm(end - start) / _STEP) + 2
            self.taken.append(start + np.linspace(0, 1, count)[:, None] * (end - start))

    def take_box(self, centre: np.ndarray, width: float, height: float, angle: float = 0) -> None:
        """Keep labels off a label."""
        x, y = (np.linspace(-0.5, 0.5, int(size / _STEP) + 2) * size for size in (width, height))
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        self.taken.append(centre + grid @ _turn(angle).T)

    def free(self, centres: np.ndarray, width: float, height: float, angle: float = 0) -> np.ndarray:
        """Which of these centres, shape (n, 2), have room for a label inside the plane."""
        corners = np.array([(x, y) for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * (width, height) @ _turn(angle).T
        ends = centres[:, None] + corners
        good = ((ends >= 1) & (ends <= np.array([self.width, self.height]) - 1)).all(axis=(1, 2))
        if self.taken:
            taken = np.vstack(self.taken) @ _turn(angle)
            x, y = taken[np.argsort(taken[:, 0])].T
            at = centres[good] @ _turn(angle)
            first = np.searchsorted(x, at[:, 0] - width / 2 - _MARGIN, side="right")
            last = np.searchsorted(x, at[:, 0] + width / 2 + _MARGIN, side="left")
            good[good] = [
                not (np.abs(y[low:high] - middle) < height / 2 + _MARGIN).any()
                for low, high, middle in zip(first, last, at[:, 1], strict=True)
            ]
        return good


def write(axes: Axes, lines: Sequence[Line], centre: np.ndarray, sheet: Sheet) -> None:
    """Write lines below each other, centred at a place in points from the corner of the axes, and take that place."""
    width, height = sheet.stack(lines)
    top = centre[1] + height / 2
    for line in lines:
        size = sheet.measure(line)[1]
        axes.annotate(
            line.text, (0, 0), (centre[0], top - size / 2), xycoords="axes fraction", textcoords="offset points",
            ha="center", va="center", fontsize=line.size, weight="bold" if line.bold else "normal",
        )  # fmt: skip
        top -= size + _gap(lines[0])
    sheet.take_box(centre, width, height)


def _gap(line: Line) -> float:
    return 0.45 * line.size


def _turn(angle: float) -> np.ndarray:
    """Matrix of a turn by degrees."""
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[cosine, -sine], [sine, cosine]])
