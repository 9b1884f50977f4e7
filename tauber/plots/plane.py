"""A measured plane: exponents under the derived boundaries, their distance to the derivation, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, TwoSlopeNorm
from matplotlib.figure import Figure

from .palette import CYCLE, INK
from .shapes import Shapes, roomiest
from .style import fitted, house_style, new_figure

if TYPE_CHECKING:
    from ..theory.optimum.diagram import PhaseDiagram
    from .look import Look

_DECADES = 2.0
"""The map of distances reaches from so many decades below one to so many above."""


@dataclass(frozen=True, kw_only=True)
class Plane:
    """What was measured over two parameters, arrays of shape (x, y).

    Attributes
    ----------
    title
        What was swept.
    names
        The two parameters.
    x, y
        Their values.
    exponent
        Measured, and what it is in LaTeX.
    symbol
        What the exponent is, in LaTeX.
    share
        |measured - derived| over the derived correction; None where nothing is derived.
    refusal, sentences
        Codes, 0 for none, and what they mean.
    """

    title: str
    names: tuple[str, str]
    x: Any
    y: Any
    exponent: Any
    symbol: str
    share: Any
    refusal: Any
    sentences: dict[int, str]


def draw_plane(plane: Plane, derived: tuple[PhaseDiagram, Look] | None) -> Figure:
    """Draw the three maps side by side, with the boundaries and names of the derived phases where there are some."""
    with house_style():
        panels = 2 + (plane.share is not None)
        figure = new_figure(4.6 * panels, 5.2)
        first, *others = figure.subplots(1, panels, sharex=True, sharey=True, squeeze=False)[0]
        _exponents(figure, first, plane)
        if plane.share is not None:
            _shares(figure, others[0], plane)
        _refusals(others[-1], plane)
        names = plane.names if derived is None else derived[1].axes
        for axes in (first, *others):
            axes.set_xlabel(names[0])
        first.set_ylabel(names[1])
        if derived is not None:
            window = (float(np.max(plane.x)), float(np.max(plane.y)))
            _boundaries((first, *others), Shapes(*derived, window))
            first.set(xlim=(np.min(plane.x), window[0]), ylim=(np.min(plane.y), window[1]))
        figure.suptitle(fitted(plane.title, figure.get_size_inches()[0]), fontsize=10.5)
    return figure


def _map(axes: Axes, plane: Plane, values: Any, **known: Any) -> Any:
    return axes.pcolormesh(
        plane.x, plane.y, np.ma.masked_invalid(values).T, shading="nearest", rasterized=True, **known
    )


def _exponents(figure: Figure, axes: Axes, plane: Plane) -> None:
    axes.set_title(f"measured {plane.symbol}", fontsize=10)
    figure.colorbar(_map(axes, plane, plane.exponent, cmap="viridis"), ax=axes, location="bottom", shrink=0.9)


def _shares(figure: Figure, axes: Axes, plane: Plane) -> None:
    axes.set_title("|measured - derived| over the derived correction", fontsize=10)
    with np.errstate(divide="ignore"):
        values = np.clip(np.log10(np.asarray(plane.share, float)), -_DECADES, _DECADES)
    norm = TwoSlopeNorm(0, -_DECADES, _DECADES)
    bar = figure.colorbar(_map(axes, plane, values, cmap="RdBu_r", norm=norm), ax=axes, location="bottom", shrink=0.9)
    ticks = np.arange(-_DECADES, _DECADES + 1)
    bar.set_ticks(ticks.tolist(), labels=[f"$10^{{{tick:g}}}$" for tick in ticks])


def _refusals(axes: Axes, plane: Plane) -> None:
    axes.set_title("refused", fontsize=10)
    codes = [code for code in plane.sentences if np.any(plane.refusal == code)]
    values = np.full(np.shape(plane.refusal), np.nan)
    for k, code in enumerate(codes):
        values[plane.refusal == code] = k
    colours = ListedColormap([CYCLE[k % len(CYCLE)] for k in range(max(1, len(codes)))])
    _map(axes, plane, values, cmap=colours, vmin=-0.5, vmax=max(1, len(codes)) - 0.5)
    words = [f"{k + 1}: {plane.sentences[code]}" for k, code in enumerate(codes)] or ["nothing"]
    for k, code in enumerate(codes):
        place = np.argwhere(plane.refusal == code).mean(axis=0)
        axes.text(np.interp(place[0], range(len(plane.x)), plane.x), np.interp(place[1], range(len(plane.y)), plane.y),
                  f"{k + 1}", color="white", weight="bold", ha="center", va="center")  # fmt: skip
    below = axes.annotate("\n".join(fitted(text, 5.0) for text in words), (0, -0.17), xycoords="axes fraction",
                          fontsize=7.5, va="top")  # fmt: skip
    below.set_in_layout(False)  # it stands beside the bars of the other maps


def _boundaries(every: tuple[Axes, ...], shapes: Shapes) -> None:
    """The curves on all maps, and the names of the phases on the first."""
    for curve in shapes.curves():
        for axes in every:
            axes.plot(*curve.points.T, color=INK, linewidth=1.3, solid_capstyle="round")
    for phase in shapes.phases:
        if phase.power_law:
            x, y = roomiest(shapes.outline(phase.name))
            every[0].annotate(phase.name, (x, y), ha="center", va="center", weight="bold", fontsize=10, color=INK,
                              bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none",
                                    "alpha": 0.7})  # fmt: skip
