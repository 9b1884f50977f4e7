r"""Solved losses near a point of a plane as a pgfplots picture, with the labels of the page (``samples.js``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING

from .words import escaped

if TYPE_CHECKING:
    from ..site.samples import Sample, Samples

_STYLES = ("solid", "densely dashed", "densely dotted")


def tikz(samples: Samples, sample: Sample, slopes: Sequence[float | None], title: str) -> str:
    """Draw the curves of a sample over their axis, the best losses as dots, and lines of the derived slopes."""
    curves = [curve for curve in sample.curves if not curve.reason]
    best = [(b.budget, b.loss) for b in sample.frontier if not b.reason]
    lines = [
        [(n * c.scale, loss) for n, loss in zip(samples.steps, c.loss, strict=True) if isfinite(loss) and loss > 0]
        for c in curves
    ]
    drawn = [
        rf"\addplot[thick, {style}] coordinates {{{_path(line)}}};" + "\n" + rf"\addlegendentry{{{_words(c.name)}}}"
        for c, line, style in zip(curves, lines, _STYLES, strict=False)
    ]
    ends = best[-1:] if samples.compute else [line[-1] for line in lines]
    for slope, end in zip_longest(slopes, ends[: len(slopes)]):
        if slope is not None and end is not None:
            start = (end[0] * 1e-4, end[1] * 1e-4**slope)
            drawn.append(rf"\addplot[gray, dashed, forget plot] coordinates {{{_path([start, end])}}};")
    if best:
        drawn.append(rf"\addplot[only marks, mark=*, mark size=1.6pt, forget plot] coordinates {{{_path(best)}}};")
    opening = _OPENING % (escaped(title), _words(samples.axis), samples.loss)
    return "\n".join([opening, *drawn, _CLOSING])


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"({x:.6g},{y:.6g})" for x, y in points)


def _words(text: str) -> str:
    """A text of the page in LaTeX: what follows its words is mathematics."""
    head, _, rest = text.rpartition("compute ")
    formula = re.sub(r"(?<=\w) (?=\w)", r"\\,", rest.replace("∞", r"\infty"))
    return f"{'compute ' if text != rest else ''}{head}${formula}$"


_OPENING = r"""\begin{tikzpicture}
\begin{loglogaxis}[width=0.47\linewidth, height=0.36\linewidth,
  title={%s}, title style={font=\footnotesize, align=center, text width=0.42\linewidth},
  xlabel={%s}, ylabel={$%s$}, label style={font=\footnotesize}, tick label style={font=\scriptsize},
  legend style={font=\scriptsize, draw=none, fill=none, at={(0.02,0.02)}, anchor=south west},
  max space between ticks=40]"""
_CLOSING = r"""\end{loglogaxis}
\end{tikzpicture}"""
