r"""The phase diagram as a pgfplots picture: filled phases, derived boundary curves, names and equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sympy import latex

from ..plots.geometry import Curve, Shapes, roomiest
from ..plots.look import in_words, lines
from ..plots.palette import phase_colours

if TYPE_CHECKING:
    from ..theory.diagram import Phase, PhaseDiagram

_NARROW = 0.12  # a phase narrower than this part of the picture is labelled along its length


def tikz(diagram: PhaseDiagram) -> str:
    """Draw the phases, their boundaries and names as a ``tikzpicture``."""
    shapes = Shapes(diagram)
    colours = phase_colours(diagram)
    curves = shapes.curves()
    return "\n".join(
        [
            _OPENING % (shapes.left, shapes.right, shapes.bottom, shapes.top, *shapes.look.letters),
            *(_fill(shapes.outline(phase.name), colours[phase.name]) for phase in shapes.phases),
            *(rf"\addplot[black, thick] coordinates {{{_path(curve.points)}}};" for curve in curves),
            *(_name(phase, shapes) for phase in shapes.phases),
            *_equations(curves, shapes),
            _CLOSING,
        ]
    )


def _fill(outline: np.ndarray, colour: tuple[float, float, float]) -> str:
    red, green, blue = colour
    shade = f"{{rgb,1:red,{red:.3f};green,{green:.3f};blue,{blue:.3f}}}"
    return rf"\addplot[draw=none, fill={shade}] coordinates {{{_path(outline)}}} -- cycle;"


def _path(points: np.ndarray) -> str:
    return " ".join(_place(point) for point in points)


def _place(point: np.ndarray) -> str:
    return f"({point[0]:.6g},{point[1]:.6g})"


def _name(phase: Phase, shapes: Shapes) -> str:
    outline = shapes.outline(phase.name)
    x, y = roomiest(outline)
    place = f"at (axis cs:{x:.4g},{y:.4g})"
    if not phase.exponents:
        return rf"\node[font=\small, align=center] {place} {{no power\\law}};"
    if in_words(phase):
        name = r" \\ ".join(lines(phase))
        return rf"\node[font=\small, align=center] {place} {{{name}}};"
    narrow = float(np.ptp(outline[:, 0])) < _NARROW * shapes.width
    options = r"font=\small, rotate=90" if narrow else r"font=\large"
    return rf"\node[{options}] {place} {{\textbf{{{phase.name}}}}};"


def _equations(curves: list[Curve], shapes: Shapes) -> list[str]:
    """Each equation once: above the picture for vertical lines, at the right edge or along the line otherwise."""
    nodes = []
    for equation in dict.fromkeys(curve.boundary.equation for curve in curves):
        own = [curve for curve in curves if curve.boundary.equation == equation]
        longest = max(own, key=lambda curve: float(np.abs(curve.points[-1] - curve.points[0]).max()))
        start, end = sorted((longest.points[0], longest.points[-1]), key=lambda point: float(point[0]))
        if longest.vertical:
            place, options = np.array([start[0], shapes.top]), "rotate=90, anchor=west"
        elif end[0] > shapes.right - 1e-9:
            place, options = end, "anchor=west"
        else:
            # The picture has equal units on both axes, so the angle in the plane is the angle on paper.
            angle = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
            place, options = (start + end) / 2, f"rotate={angle:.4g}, anchor=north"
        text = latex(equation, fold_short_frac=True)
        nodes.append(rf"\node[{options}, font=\small] at (axis cs:{place[0]:.6g},{place[1]:.6g}) {{${text}$}};")
    return nodes


_OPENING = r"""\begin{tikzpicture}
\begin{axis}[width=12.5cm, height=15cm, axis equal image, xmin=%g, xmax=%g, ymin=%g, ymax=%g, clip=false, axis on top,
  xlabel={%s}, ylabel={%s}]"""
_CLOSING = r"""\end{axis}
\end{tikzpicture}
"""
