"""The phase diagram with its derived boundary curves, phase names, trade-offs and exponents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from .geometry import WINDOW, Curve, Shapes, roomiest
from .palette import INK, phase_colours
from .style import house_style, new_figure

if TYPE_CHECKING:
    from ..theory.plrf import Phase, PhaseDiagram

_NARROW = 0.12  # a phase narrower than this part of the picture is labelled along its length


def draw_phases(diagram: PhaseDiagram, window: tuple[float, float] = WINDOW) -> Figure:
    """Draw the phases of a diagram in the rectangle [0, window[0]] x [0, window[1]].

    Examples
    --------
    >>> from tauber.theory.plrf import phase_diagram
    >>> figure = draw_phases(phase_diagram())  # figure.savefig("phases.svg") writes it
    >>> figure.axes[0].get_xlim() == (0, WINDOW[0])
    True
    """
    shapes = Shapes(diagram, window)
    with house_style():
        figure = new_figure(6.6, 7.4)
        axes = figure.add_subplot()
        paint_phases(axes, shapes)
        axes.set_title(
            "Compute-optimal phases of the power-law random-features model\n"
            r"loss $P_\star\sim f^{\,-y}$ at compute $f$, and the two terms it balances",
            fontsize=10.5, linespacing=1.5, pad=78,
        )  # fmt: skip
    return figure


def paint_phases(axes: Axes, shapes: Shapes) -> None:
    """Paint a phase diagram into given axes."""
    colours = phase_colours(shapes.diagram)
    for phase in shapes.diagram.phases:
        outline = shapes.outline(phase.name)
        axes.add_patch(Polygon(outline, closed=True, facecolor=colours[phase.name], edgecolor="none"))
        _name(axes, phase, outline, shapes)
    curves = shapes.curves()
    for curve in curves:
        axes.plot(*curve.points.T, color=INK, linewidth=1.3, solid_capstyle="round")
    _label_equations(axes, curves, shapes)
    axes.set(xlim=(0, shapes.width), ylim=(0, shapes.height), aspect="equal")
    axes.set_xlabel(r"$\alpha$   (eigenvalues $j^{-2\alpha}$)")
    axes.set_ylabel(r"$\beta$   (target coefficients $j^{-\beta}$)")
    axes.spines[["top", "right"]].set_visible(True)


def _name(axes: Axes, phase: Phase, outline: np.ndarray, shapes: Shapes) -> None:
    """Write a phase's name, trade-off and loss exponent where its shape has most room."""
    x, y = roomiest(outline)
    if phase.loss_exponent is None:
        axes.text(x, y, "no power\nlaw", ha="center", va="center", fontsize=9, color="#555555")
        return
    tradeoff = "$" + " = ".join(f"{name[0]}_{{{name[2:]}}}" for name in phase.tradeoff) + "$"
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


def _label_equations(axes: Axes, curves: list[Curve], shapes: Shapes) -> None:
    """Write each equation once: above the picture for vertical lines, at the right edge or along the line otherwise."""
    equations = dict.fromkeys(curve.boundary.equation for curve in curves)
    for equation in equations:
        own = [curve for curve in curves if curve.boundary.equation == equation]
        text = f"${sympy.latex(equation, fold_short_frac=True)}$"
        longest = max(own, key=lambda curve: float(np.abs(curve.points[-1] - curve.points[0]).max()))
        start, end = longest.points[0], longest.points[-1]
        if longest.vertical:
            axes.annotate(text, (start[0], shapes.height), (0, 6), textcoords="offset points",
                          rotation=90, ha="center", va="bottom", fontsize=10)  # fmt: skip
        elif max(start[0], end[0]) > shapes.width - 1e-9:
            edge = start if start[0] > end[0] else end
            axes.annotate(text, tuple(edge), (6, 0), textcoords="offset points", ha="left", va="center", fontsize=10)
        else:
            slope = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
            middle = (start + end) / 2
            normal = -9 * np.array([-np.sin(np.radians(slope)), np.cos(np.radians(slope))])
            axes.annotate(text, tuple(middle), tuple(normal), textcoords="offset points", rotation=slope,
                          rotation_mode="anchor", ha="center", va="center", fontsize=10)  # fmt: skip
