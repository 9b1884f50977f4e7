r"""The phase diagram as a pgfplots picture: filled phases, derived boundary curves, names and equations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..plots.look import Look, formulas, key_words, mark_of
from ..plots.palette import phase_colours
from ..plots.shapes import Equation, Shapes, roomiest
from .words import beside_mathematics, escaped

if TYPE_CHECKING:
    from ..theory.optimum.diagram import Phase, PhaseDiagram

_NARROW = 0.12  # a phase narrower than this part of the picture is labelled along its length


def tikz(diagram: PhaseDiagram, look: Look) -> str:
    """Draw the phases, their boundaries and marks as a ``tikzpicture``, with the key of the marks below it."""
    shapes = Shapes(diagram, look)
    colours = phase_colours(diagram)
    curves = shapes.curves()
    marks = [(phase, escaped(mark_of(phase, n))) for n, phase in enumerate(shapes.phases, 1)]
    equations = shapes.equations(curves)
    raised = _raised(equations, shapes.width)
    return "\n".join(
        [
            _OPENING % (shapes.left, shapes.right, shapes.bottom, shapes.top, *shapes.look.letters),
            *(_fill(shapes.outline(phase.name), colours[phase.name]) for phase in shapes.phases),
            *(rf"\addplot[black, thick] coordinates {{{_path(curve.points)}}};" for curve in curves),
            *_diagonal(shapes),
            *(_name(phase, mark, shapes) for phase, mark in marks),
            *(_equation(found, shapes.top, n in raised) for n, found in enumerate(equations)),
            _CLOSING,
            *(_entry(phase, mark, look) for phase, mark in marks),
            "}\n",
        ]
    )


def _fill(outline: np.ndarray, colour: tuple[float, float, float]) -> str:
    red, green, blue = colour
    shade = f"{{rgb,1:red,{red:.3f};green,{green:.3f};blue,{blue:.3f}}}"
    return rf"\addplot[draw=none, fill={shade}] coordinates {{{_path(outline)}}} -- cycle;"


def _diagonal(shapes: Shapes) -> list[str]:
    """The line of equal parameters and what is said of it; the picture has equal units on both axes."""
    if not shapes.look.diagonal:
        return []
    ends = np.outer([max(shapes.left, shapes.bottom), min(shapes.right, shapes.top)], [1, 1])
    place = _place(ends.mean(axis=0)).strip("()")
    words = rf"\node[rotate=45, anchor=south, font=\footnotesize] at (axis cs:{place}) {{{shapes.look.diagonal}}};"
    return [rf"\addplot[black, dashed] coordinates {{{_path(ends)}}};", words]


def _path(points: np.ndarray) -> str:
    return " ".join(_place(point) for point in points)


def _place(point: np.ndarray) -> str:
    return f"({point[0]:.6g},{point[1]:.6g})"


def _entry(phase: Phase, mark: str, look: Look) -> str:
    """A line of the key."""
    if not phase.power_law:
        return rf"\textbf{{{mark}}}:\quad no power law\par"
    exponents = [rf"$\displaystyle {formula}$" for formula in formulas(phase, look)]
    words = map(beside_mathematics, key_words(phase, mark, look))
    return rf"\textbf{{{mark}}}:\quad {', '.join([*words, *exponents])}\par"


def _name(phase: Phase, mark: str, shapes: Shapes) -> str:
    outline = shapes.outline(phase.name)
    x, y = roomiest(outline)
    place = f"at (axis cs:{x:.4g},{y:.4g})"
    if not phase.power_law:
        return rf"\node[font=\scriptsize] {place} {{{mark}}};"
    if float(np.ptp(outline[:, 0])) < _NARROW * shapes.width:
        # Too narrow for its mark, which stands beside it, at the end of a line.
        place = f"at (axis cs:{x:.4g},{float(outline[:, 1].max()) - 0.1 * shapes.height:.4g})"
        look = r"font=\scriptsize\bfseries, pin edge={black, thin}, pin distance=3pt, inner sep=1pt"
        pin = f"pin={{[{look}]180:{mark}}}"
        return rf"\node[circle, inner sep=0.5pt, fill=black, {pin}] {place} {{}};"
    return rf"\node[font=\small\bfseries] {place} {{{mark}}};"


def _raised(equations: Sequence[Equation], width: float) -> set[int]:
    """Which equations above the picture stand over their left neighbour: where there is no room beside it."""
    above = sorted((float(e.start[0]), n) for n, e in enumerate(equations) if e.side == "above")
    found: set[int] = set()
    for (left, before), (here, n) in pairwise(above):
        if here - left < _NARROW * width and before not in found:
            found.add(n)
    return found


def _equation(found: Equation, top: float, raised: bool) -> str:
    place, options = found.end, "anchor=west"
    if found.side == "above":
        place = np.array([found.start[0], top])
        options = "rotate=90, anchor=west" + ", xshift=4em" * raised  # along the turned text
    elif found.side == "along":
        # The picture has equal units on both axes, so the angle in the plane is the angle on paper.
        angle = np.degrees(np.arctan2(*(found.end - found.start)[::-1]))
        place, options = (found.start + found.end) / 2, f"rotate={angle:.4g}, anchor=north"
    return rf"\node[{options}, font=\footnotesize] at (axis cs:{place[0]:.6g},{place[1]:.6g}) {{${found.text}$}};"


_OPENING = r"""{\raggedright\parindent0pt\parskip3pt\relax
\begin{tikzpicture}
\begin{axis}[scale only axis, width=\dimexpr\linewidth-90pt\relax, axis equal image, xmin=%g, xmax=%g, ymin=%g, ymax=%g,
  clip=false, axis on top, tick label style={font=\footnotesize}, xlabel={%s}, ylabel={%s}]"""
_CLOSING = r"""\end{axis}
\end{tikzpicture}\par"""
