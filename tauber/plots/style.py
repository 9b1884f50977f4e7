"""One look for every picture: quiet axes, formulas that look alike on every machine."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter

from ..output.pen import written
from .palette import CYCLE, INK

DASHED: Any = (0, (4, 3))
_LETTERS_PER_INCH = 14  # of a title, at most

_SETTINGS: Any = {
    "font.size": 10,
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "cm",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": cycler(color=CYCLE),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",  # the fonts of formulas are on few machines
    "svg.hashsalt": "tauber",  # the same picture gives the same file
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw within the block in the house style, and leave the user's settings as they were."""
    with mpl.rc_context(_SETTINGS):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Make a figure of a size in inches, outside pyplot: no window system is touched."""
    return Figure(figsize=(width, height), layout="constrained")


@contextmanager
def drawing(title: str, x: str, y: str, width: float = 6.8, height: float = 4.6) -> Iterator[tuple[Figure, Axes]]:
    """Draw one quantity over another in the block: a figure and its logarithmic axes, finished when the block ends."""
    with house_style():
        figure = new_figure(width, height)
        axes = figure.add_subplot(xscale="log", yscale="log")
        yield figure, axes
        finish(axes, title, x, y)


def rewrite(figure: Figure) -> None:
    """Write all words of a figure as the output that is being written has them."""
    for text in figure.findobj(Text):
        if (words := written(text.get_text())) != text.get_text():
            text.set_text(words)


class _Plain(LogFormatter):
    """The ticks that a logarithmic axis writes, as plain numbers."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:.4g}" if super().__call__(x, pos) else ""


def plain_numbers(axis: Axis) -> None:
    """Write the numbers on a logarithmic axis that spans little as 2.2, and not as 2.2 times 10^0."""
    axis.set_major_formatter(_Plain())
    axis.set_minor_formatter(_Plain())


def finish(axes: Axes, title: str, x: str, y: str) -> None:
    """Give axes their words: a title, which breaks at its colon and where it is too long, labels and a legend."""
    axes.set(xlabel=x, ylabel=y)
    width = figure.get_size_inches()[0] if (figure := axes.get_figure(root=True)) else 6.8
    axes.set_title("\n".join(fitted(line, width) for line in title.replace(": ", ":\n").splitlines()), fontsize=9.5)
    axes.grid(visible=True)
    axes.legend(fontsize=8.5)


def fitted(title: str, width: float) -> str:
    """A title in lines that fit into a width in inches; a formula in it, without spaces, stays in one of them."""
    return textwrap.fill(title, int(_LETTERS_PER_INCH * width), break_long_words=False, break_on_hyphens=False)
