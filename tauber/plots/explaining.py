"""Ridge regression on random features: the loss over samples or features, and the phases with the line of duality."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import BadInput
from .look import EXPLAINING
from .palette import CYCLE, INK
from .phases import Guide, draw_phases
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..theory.diagram import PhaseDiagram

POINTS = 160
"""Of a drawn line; the asked sizes are marked on it."""

_FEW = 8
_DASHES = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)))  # a line under another one is seen through its gaps
_LETTERS = {"data": "D", "features": "P"}
_NAMES = {"data": "samples $D$", "features": "features $P$"}

Losses = Callable[[float, float], float]


def draw_plane(diagram: PhaseDiagram) -> Figure:
    """Draw the phases, and the line a = b on which the duality is an identity."""
    low, (right, top) = float(max(diagram.corner)), EXPLAINING.window
    return draw_phases(diagram, EXPLAINING, guides=[Guide((low, low), (min(right, top),) * 2, "$a = b$: identity")])


def draw_curve(title: str, loss: Losses, shown: Mapping[str, Any]) -> Figure:
    """Draw the loss over samples, a line for each number of features, or over features if only these vary.

    Parameters
    ----------
    title
        What was solved.
    loss
        The loss at given samples and features, for the lines between the asked sizes.
    shown
        The JSON object of ``tauber curve explaining``.
    """
    axis, other = _axes_of(shown)
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        for colour, j in _lines(axes, loss, shown, axis, other):
            sizes, values = _row(shown, "loss", axis, j)
            axes.plot(sizes, values, "o", markersize=3.5, color=colour)
        _finish(axes, title, axis, shown)
    return figure


def draw_simulation(title: str, loss: Losses, shown: Mapping[str, Any]) -> Figure:
    """Draw simulated means with standard errors and medians beside the solved lines.

    Parameters
    ----------
    title, loss
        As of :func:`draw_curve`.
    shown
        The JSON object of ``tauber simulate explaining``.
    """
    axis, other = _axes_of(shown)
    with house_style():
        figure = new_figure(6.8, 4.6)
        axes = figure.add_subplot()
        for colour, j in _lines(axes, loss, shown, axis, other):
            sizes, values = _row(shown, "loss", axis, j)
            axes.errorbar(sizes, values, _row(shown, "loss_error", axis, j)[1], fmt="o", markersize=4, capsize=2,
                          color=colour, zorder=3)  # fmt: skip
            axes.plot(*_row(shown, "median", axis, j), "D", markersize=4.5, markerfacecolor="none", color=colour)
        axes.plot([], [], "o", color=INK, markersize=4, label="mean of the simulations")
        axes.plot([], [], "D", color=INK, markersize=4.5, markerfacecolor="none", label="their median")
        _finish(axes, title, axis, shown)
    return figure


def _axes_of(shown: Mapping[str, Any]) -> tuple[str, str]:
    """Which size is on the axis, and which one tells the lines apart."""
    finite = {name: len({size for size in shown[name] if np.isfinite(size)}) for name in _LETTERS}
    if not any(finite.values()):
        raise BadInput(
            "A plot of infinite sizes alone was asked; its axis is logarithmic, so ask for finite ones, too."
        )
    return ("data", "features") if finite["data"] > 1 or finite["features"] == 0 else ("features", "data")


def _lines(axes: Axes, loss: Losses, shown: Mapping[str, Any], axis: str, other: str) -> Sequence[tuple[str, int]]:
    """Draw the solved lines; give the colour and the index of each."""
    asked = [size for size in shown[axis] if np.isfinite(size)]
    between = np.geomspace(min(asked), max(asked), POINTS if len(set(asked)) > 1 else 1)
    found = []
    for j, fixed in enumerate(shown[other]):
        colour = CYCLE[j % len(CYCLE)]
        at = around_the_peak(between, fixed)
        values = [loss(*(pair if axis == "data" else pair[::-1])) for pair in ((float(n), float(fixed)) for n in at)]
        name = rf"{fixed:.6g}" if np.isfinite(fixed) else r"\infty"
        axes.plot(at, values, color=colour, label=f"solved, ${_LETTERS[other]} = {name}$", zorder=2,
                  linestyle=_DASHES[j % len(_DASHES)])  # fmt: skip
        found.append((colour, j))
    return found


def around_the_peak(sizes: np.ndarray, at: float) -> np.ndarray:
    """More points where a loss without ridge diverges, but none where it is infinite."""
    if not sizes[0] < at < sizes[-1]:
        return sizes[sizes != at] if len(sizes) > 1 else sizes
    near = at * np.exp(np.outer([-1, 1], np.geomspace(2e-3, 0.3, 30)).ravel())
    every = np.unique([*sizes, *near[(near > sizes[0]) & (near < sizes[-1])]])
    return every[abs(np.log(every / at)) > 1e-3]


def _row(shown: Mapping[str, Any], key: str, axis: str, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Sizes on the axis and values of one line, infinite sizes left out."""
    table = np.array([[float(value) for value in row] for row in shown[key]])
    values = table[:, j] if axis == "data" else table[j]
    sizes = np.asarray(shown[axis], float)
    kept = np.isfinite(sizes) & np.isfinite(values)
    return sizes[kept], values[kept]


def mark_sizes(axes: Axes, sizes: Sequence[float]) -> None:
    """Write few sizes that are close to each other below the axis, in place of powers of ten."""
    known = sorted({size for size in sizes if np.isfinite(size)})
    if 1 < len(known) <= _FEW and known[-1] < 100 * known[0]:
        axes.set_xticks(known, [f"{size:.4g}" for size in known])
        axes.set_xticks([], minor=True)


def _finish(axes: Axes, title: str, axis: str, shown: Mapping[str, Any]) -> None:
    axes.set(xscale="log", yscale="log", xlabel=_NAMES[axis], ylabel=r"excess loss $L - \sigma^2$")
    axes.set_title(title.replace(": ", ":\n"), fontsize=9.5)
    mark_sizes(axes, shown[axis])
    axes.grid(visible=True)
    axes.legend(fontsize=8.5)
