"""The phase diagram with its derived boundary curves, phase names, trade-offs and exponents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from .geometry import Curve, Shapes, place_for, roomiest
from .look import formulas, in_words, lines, tex_name
from .palette import INK, phase_colours
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..theory.diagram import Phase, PhaseDiagram

_NARROW = 0.12  # a phase narrower than this part of the picture is labelled along its length


def draw_phases(diagram: PhaseDiagram, window: tuple[float, float] | None = None) -> Figure:
    """Draw the phases of a diagram in the rectangle from its corner to ``window``, by default that of its look.

    Examples
    --------
    >>> from tauber.theory.plrf import phase_diagram
    >>> figure = draw_phases(phase_diagram(), (1.0, 2.0))  # figure.savefig("phases.svg") writes it
    >>> [float(end) for axis in (figure.axes[0].get_xlim(), figure.axes[0].get_ylim()) for end in axis]
    [0.0, 1.0, 0.0, 2.0]
    """
    shapes = Shapes(diagram, window)
    with house_style():
        figure = new_figure(*shapes.look.size)
        axes = figure.add_subplot()
        paint_phases(axes, shapes)
        # The equations of vertical boundaries stand between the picture and its title.
        room = 78 if any(curve.vertical for curve in shapes.curves()) else 10
        axes.set_title(shapes.look.title, fontsize=10.5, linespacing=1.5, pad=room)
    return figure


def paint_phases(axes: Axes, shapes: Shapes) -> None:
    """Paint a phase diagram into given axes."""
    colours = phase_colours(shapes.diagram)
    for phase in shapes.phases:
        outline = shapes.outline(phase.name)
        axes.add_patch(Polygon(outline, closed=True, facecolor=colours[phase.name], edgecolor="none"))
        _name(axes, phase, outline, shapes)
    curves = shapes.curves()
    for curve in curves:
        axes.plot(*curve.points.T, color=INK, linewidth=1.3, solid_capstyle="round")
    _label_equations(axes, curves, shapes)
    axes.set(xlim=(shapes.left, shapes.right), ylim=(shapes.bottom, shapes.top), aspect="equal")
    axes.set_xlabel(shapes.look.axes[0])
    axes.set_ylabel(shapes.look.axes[1])
    axes.spines[["top", "right"]].set_visible(True)


def _name(axes: Axes, phase: Phase, outline: np.ndarray, shapes: Shapes) -> None:
    """Write a phase's name, trade-off and loss exponent where its shape has most room."""
    x, y = roomiest(outline)
    if not phase.exponents:
        axes.text(x, y, "no power\nlaw", ha="center", va="center", fontsize=9, color="#555555")
        return
    if in_words(phase):
        _words(axes, phase, outline, shapes)
        return
    tradeoff = "$" + " = ".join(map(tex_name, phase.tradeoff)) + "$"
    exponent = "$y = " + sympy.latex(phase.loss_exponent) + "$"
    tall = exponent.replace(r"\frac", r"\dfrac")
    width, height = float(np.ptp(outline[:, 0])) / shapes.width, shapes.height
    if width < _NARROW:
        top = float(outline[:, 1].max()) - 0.05 * height
        axes.text(x, top, phase.name, ha="center", va="center", fontsize=11, weight="bold", rotation=90)
        axes.text(x, y, f"{tradeoff}     {exponent}", ha="center", va="center", fontsize=7.5, rotation=90)
        return
    axes.text(x, y + 0.05 * height, phase.name, ha="center", va="center", fontsize=14, weight="bold")
    axes.text(x, y + 0.015 * height, tradeoff, ha="center", va="top", fontsize=9.5)
    # A formula of n characters at 9.5 points takes about n/120 of the width of the picture.
    size = 9.5 if len(str(phase.loss_exponent)) < 120 * width else 6.5
    axes.text(x, y - 0.025 * height, tall, ha="center", va="top", fontsize=size)


def _words(axes: Axes, phase: Phase, outline: np.ndarray, shapes: Shapes) -> None:
    """Write a label in words, a line for each, with its exponents below, as large as the shape allows."""
    name = lines(phase)
    exponents = ",   ".join(f"${formula}$" for formula in formulas(phase)).replace(r"\frac", r"\dfrac")
    unit = 0.85 * 72 * shapes.look.size[0] / shapes.width  # points per unit of the axes
    for size in np.arange(10, 3, -0.5):
        # Bold letters are about 0.65 of their size wide; a line takes 1.45 of it, the formula twice that.
        place = place_for(outline, 0.65 * size * max(map(len, name)) / unit, (1.45 * len(name) + 3.2) * size / unit)
        if place is not None:
            x, top = place[0], place[1] + (0.72 * len(name) + 1.6) * size / unit
            axes.text(x, top, "\n".join(name), ha="center", va="top", fontsize=size, weight="bold", linespacing=1.3)
            top -= (1.45 * len(name) + 0.3) * size / unit
            axes.text(x, top, exponents, ha="center", va="top", fontsize=1.1 * size)
            return


def _label_equations(axes: Axes, curves: list[Curve], shapes: Shapes) -> None:
    """Write each equation once: above the picture for vertical lines, at the right edge or along the line otherwise."""
    equations = dict.fromkeys(curve.boundary.equation for curve in curves)
    for equation in equations:
        own = [curve for curve in curves if curve.boundary.equation == equation]
        text = f"${sympy.latex(equation, fold_short_frac=True)}$"
        longest = max(own, key=lambda curve: float(np.abs(curve.points[-1] - curve.points[0]).max()))
        start, end = longest.points[0], longest.points[-1]
        if longest.vertical:
            axes.annotate(text, (start[0], shapes.top), (0, 6), textcoords="offset points",
                          rotation=90, ha="center", va="bottom", fontsize=10)  # fmt: skip
        elif max(start[0], end[0]) > shapes.right - 1e-9:
            edge = start if start[0] > end[0] else end
            axes.annotate(text, tuple(edge), (6, 0), textcoords="offset points", ha="left", va="center", fontsize=10)
        else:
            slope = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
            middle = (start + end) / 2
            normal = -9 * np.array([-np.sin(np.radians(slope)), np.cos(np.radians(slope))])
            axes.annotate(text, tuple(middle), tuple(normal), textcoords="offset points", rotation=slope,
                          rotation_mode="anchor", ha="center", va="center", fontsize=10)  # fmt: skip
