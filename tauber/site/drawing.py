"""A phase diagram as an SVG picture: shapes and labels, coloured by the style sheet of the page in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import atan2, degrees
from typing import TYPE_CHECKING, Any

import numpy as np

from ..formulas import equation
from ..plots.apart import apart
from ..plots.look import mark_of
from ..plots.palette import phase_hues
from ..plots.shapes import Shapes, roomiest

if TYPE_CHECKING:
    from .plane import Plane

SIZE = 440.0
"""Of the longer side of the plane, in units of the picture."""

_LEFT, _RIGHT, _BOTTOM = 56, 92, 52
_TOP, _ABOVE = 18, 88  # over the plane, and what upright equations take there
_TICKS = (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2))
_MOST_TICKS = 7
_LETTER = 11  # width of a letter of a label
_CLEAR = 22  # from the point that is chosen first to the label of its phase
_APART = 18  # between equations
_SIGNS = {"alpha": "α", "beta": "β", "sqrt": "√", "*": " ", "-": "−"}


@dataclass(frozen=True)
class Picture:
    """The picture, and what the page needs to know of it: where the plane lies in it, and how far it reaches."""

    svg: str
    frame: Mapping[str, Any]
    marks: Mapping[str, str]


def draw(plane: Plane) -> Picture:
    """Draw a plane; ``frame`` has its rectangle in picture and parameters, ``marks`` the label of a phase."""
    shapes = Shapes(plane.diagram, plane.look)
    unit = SIZE / max(shapes.width, shapes.height)
    width, height = shapes.width * unit, shapes.height * unit
    top = _TOP + _ABOVE * any(curve.vertical for curve in shapes.curves())
    step = _tick(shapes) / 10
    first = next((phase for phase in shapes.phases if phase.power_law), shapes.phases[0]).name
    frame = {
        "left": _LEFT, "top": top, "width": width, "height": height, "step": str(step),
        "start": [str(round(x / float(step)) * step) for x in roomiest(shapes.outline(first))],
        "from": [shapes.left, shapes.bottom], "to": [shapes.right, shapes.top],
    }  # fmt: skip

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + (x - shapes.left) * unit, top + (shapes.top - y) * unit

    marks: dict[str, str] = {}
    parts = [
        *_backdrop(plane, shapes, place),
        *_fills(plane, shapes, place, marks, first),
        *_curves(shapes, place),
        *_axes(plane, shapes, place),
    ]
    box = f"0 0 {_LEFT + width + _RIGHT:.0f} {top + height + _BOTTOM:.0f}"
    names = ", ".join(phase.name for phase in shapes.phases)
    x, y = (symbol.name for symbol in plane.diagram.parameters)
    about = f"Phases over {x} and {y}: {names}. The tables below have all that it shows."
    head = (
        f'<svg viewBox="{box}" role="img" aria-labelledby="{plane.name}-name {plane.name}-about">'
        f'<title id="{plane.name}-name">{escape(plane.title)}</title>'
        f'<desc id="{plane.name}-about">{escape(about)}</desc>'
    )
    point = '<g class="point" hidden><circle r="9"/><circle r="2.5"/></g>'
    return Picture("\n".join([head, *parts, point, "</svg>"]), frame, marks)


Place = Callable[[float, float], tuple[float, float]]


def _backdrop(plane: Plane, shapes: Shapes, place: Place) -> list[str]:
    """The raster of what was measured, as far as the plane reaches."""
    if plane.backdrop is None:
        return []
    raster, (left, bottom, right, top) = plane.backdrop()
    (x, y), (end, floor) = place(left, top), place(right, bottom)
    (x0, y0), (x1, y1) = place(shapes.left, shapes.top), place(shapes.right, shapes.bottom)
    name = f"{plane.name}-inside"
    clip = f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}"/>'
    size = f'x="{x:.1f}" y="{y:.1f}" width="{end - x:.1f}" height="{floor - y:.1f}"'
    source = f"data:image/png;base64,{raster}"
    return [
        f'<clipPath id="{name}">{clip}</clipPath>',
        f'<image class="raster" {size} clip-path="url(#{name})" preserveAspectRatio="none" href="{source}"/>',
    ]


def _fills(plane: Plane, shapes: Shapes, place: Place, marks: dict[str, str], first: str) -> list[str]:
    """The phases and their labels; that of the first is above the point that the page begins with."""
    hues, unit = phase_hues(plane.diagram), place(1, 0)[0] - place(0, 0)[0]
    areas, labels = [], []
    for phase in shapes.phases:
        outline = shapes.outline(phase.name)
        # over a raster a phase has no colour, but takes clicks and shows where it is
        hue, depth = ("#000000", 0.0) if plane.backdrop else hues.get(phase.name, ("none", 0.0))
        mark = marks[phase.name] = mark_of(phase, len(marks) + 1)
        areas.append(
            f'<path class="phase" data-phase="{escape(phase.name)}" d="{_path(outline, place)}Z" fill="{hue}" '
            f'fill-opacity="{depth}"><title>{escape(phase.name)}</title></path>'
        )
        x, y = place(*roomiest(outline))
        y -= _CLEAR * (phase.name == first)
        turn = " rotate(-90)" if np.ptp(outline[:, 0]) * unit < _LETTER * len(mark) else ""
        labels.append(f'<text class="mark" transform="translate({x:.1f} {y:.1f}){turn}">{escape(mark)}</text>')
    return [*areas, *labels]


def _curves(shapes: Shapes, place: Place) -> list[str]:
    """Boundaries, and their equations: above the plane for vertical lines, right of it, or along the curve."""
    curves = shapes.curves()
    lines = [f'<path class="boundary" d="{_path(curve.points, place)}"/>' for curve in curves]
    if shapes.look.diagonal:  # no boundary, but a line of its own
        ends = [max(shapes.left, shapes.bottom), min(shapes.right, shapes.top)]
        (x0, y0), (x1, y1) = (place(end, end) for end in ends)
        lines.append(f'<path class="diagonal" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
        lines.append(_along((x0, y0), (x1, y1), escape(shapes.look.diagonal.replace("$", ""))))
    above: list[tuple[float, str]] = []
    right: list[tuple[float, str]] = []
    top, edge = place(shapes.left, shapes.top)[1], place(shapes.right, shapes.bottom)[0]
    for found in shapes.equations(curves):
        words = escape(_unicode(equation(found.formula)))
        start, end = (place(float(x), float(y)) for x, y in (found.start, found.end))
        if found.side == "above":
            above.append((end[0], words))
        elif found.side == "right":
            right.append((end[1], words))
        else:
            lines.append(_along(start, end, words))
    for (_, words), x in zip(sorted(above), apart(sorted(x for x, _ in above), _APART), strict=True):
        lines.append(f'<text class="equation" transform="translate({x:.1f} {top - 6:.1f}) rotate(-60)">{words}</text>')
    for (_, words), y in zip(sorted(right), apart(sorted(y for y, _ in right), _APART), strict=True):
        lines.append(f'<text class="equation" x="{edge + 6:.1f}" y="{y:.1f}" dy="0.35em">{words}</text>')
    return lines


def _along(start: tuple[float, float], end: tuple[float, float], words: str) -> str:
    """Words above the middle of a line."""
    (x0, y0), (x1, y1) = start, end
    turn = degrees(atan2(y1 - y0, x1 - x0))
    place = f"translate({(x0 + x1) / 2:.1f} {(y0 + y1) / 2:.1f}) rotate({turn:.1f})"
    return f'<text class="equation along" transform="{place}" dy="-0.4em">{words}</text>'


def _axes(plane: Plane, shapes: Shapes, place: Place) -> list[str]:
    (left, top), (right, bottom) = place(shapes.left, shapes.top), place(shapes.right, shapes.bottom)
    x, y = (_unicode(symbol.name) for symbol in plane.diagram.parameters)
    parts = [f'<path class="floor" d="{_path(shapes.floor, place)}"/>']
    parts += [f'<rect class="frame" x="{left}" y="{top}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>']
    tick = _tick(shapes)
    for value in _multiples(tick, shapes.left, shapes.right):
        parts.append(f'<text class="tick x" x="{place(float(value), 0)[0]:.1f}" y="{bottom + 18:.1f}">{value}</text>')
    for value in _multiples(tick, shapes.bottom, shapes.top):
        parts.append(f'<text class="tick y" x="{left - 8}" y="{place(0, float(value))[1]:.1f}">{value}</text>')
    parts.append(f'<text class="axis" x="{(left + right) / 2:.1f}" y="{bottom + 42:.1f}">{x}</text>')
    parts.append(f'<text class="axis" x="{left - 44}" y="{(top + bottom) / 2:.1f}">{y}</text>')
    return parts


def _tick(shapes: Shapes) -> Fraction:
    """The finest step between ticks that leaves them room."""
    longest = max(shapes.width, shapes.height)
    return next((tick for tick in _TICKS if longest / tick <= _MOST_TICKS), _TICKS[-1])


def _multiples(tick: Fraction, start: float, end: float) -> list[Fraction]:
    first, last = int(start // float(tick)), int(end // float(tick)) + 1
    return [n * tick for n in range(first, last + 1) if start - 1e-9 <= n * tick <= end + 1e-9]


def _path(points: np.ndarray, place: Place) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*place(x, y)) for x, y in points.tolist())


def _unicode(words: str) -> str:
    """A formula of one line as a picture has it.

    >>> _unicode("alpha = 1 - sqrt(2)/2")
    'α = 1 − √2/2'
    """
    for name, sign in _SIGNS.items():
        words = words.replace(name, sign)
    return re.sub(r"√\((\d+)\)", r"√\1", words)
