r"""The figures of a claim on paper, those of its page in TikZ: its comparisons, and the series of each that has one.

They are drawn without axes of pgfplots, of which the hundreds here would take minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..tex.words import escaped
from .deviations import MOST, deviation
from .series import Points, points

LEGEND = (
    "The strip of a claim has its comparisons, measured less derived in units of the tolerance; it holds in the grey "
    r"band. Below, values over their scale: their distance to what they tend to, both logarithmic, the tolerance grey. "
    r"The numbers are in \texttt{evidence.csv} and \texttt{series.csv}.\par"
)
_ACROSS = 3
_UNIT = r"x=0.26\linewidth, y=2.1cm"  # of a series, beside its numbers
_GOOD, _BAD = "{rgb,1:red,0.102;green,0.42;blue,0.235}", "{rgb,1:red,0.639;green,0.141;blue,0.106}"


def of_claim(evidence: Sequence[Mapping[str, Any]]) -> str:
    """All figures of a claim; "" without evidence."""
    if not evidence:
        return ""
    drawn = [_series(item, found) for item in evidence if (found := points(item)) is not None]
    rows = [drawn[n : n + _ACROSS] for n in range(0, len(drawn), _ACROSS)]
    return "\n".join(
        [deviations(evidence), *(r"\noindent " + "\\hfil\n".join(row) + r"\hfil\null\par" for row in rows)]
    )


def deviations(evidence: Sequence[Mapping[str, Any]]) -> str:
    """The comparisons of a claim from left to right; beyond what is drawn they are arrows at the edge."""
    step = 1 / len(evidence)
    marks = [_mark(deviation(item), (n + 0.5) * step) for n, item in enumerate(evidence)]
    ticks = [rf"\node[left, font=\tiny] at (0,{n}) {{${n}$}};" for n in (-1, 0, 1)]
    band = rf"\fill[black!10] (0,-1) rectangle (1,1); \draw[black!40, very thin] (0,-{MOST:g}) rectangle (1,{MOST:g});"
    opening = r"\noindent\begin{tikzpicture}[x=0.9\linewidth, y=0.28cm]"
    return "\n".join([opening, band, *ticks, *marks, r"\end{tikzpicture}\par"])


def _mark(away: float, x: float) -> str:
    if away != away:
        return rf"\node[text={_BAD}, font=\tiny] at ({x:.4f},0) {{?}};"
    if abs(away) > MOST:
        y = MOST - 0.25 if away > 0 else 0.25 - MOST
        return (
            rf"\fill[fill={_BAD}] ({x:.4f},{y:g}) +(0,{0.5 if away > 0 else -0.5}) -- +(-2pt,0) -- +(2pt,0) -- cycle;"
        )
    return rf"\fill[fill={_GOOD if abs(away) <= 1 else _BAD}] ({x:.4f},{away:.4f}) circle (1.1pt);"


def _series(item: Mapping[str, Any], found: Points) -> str:
    good = item["outcome"] == "verified"
    line = found.line
    dots = "".join(rf"\fill ({x:.4f},{y:.4f}) circle (0.9pt);" for x, y in line[:-1])
    last = rf"\fill[fill={_GOOD if good else _BAD}] ({line[-1][0]:.4f},{line[-1][1]:.4f}) circle (1.3pt);"
    ends = [
        rf"\node[left, font=\tiny] at (0,{y}) {{$10^{{{power}}}$}};" for y, power in ((0, found.low), (1, found.high))
    ]
    ends += [
        rf"\node[below, font=\tiny, anchor=north {side}] at ({x},0) {{{10**log:.3g}}};"
        for x, log, side in ((0, found.logs[0], "west"), (1, found.logs[-1], "east"))
    ]
    over = rf"\node[below, font=\tiny] at (0.5,0) {{{escaped(item['series']['over'])}}};"
    told = rf"\node[above, font=\tiny, text width=0.26\linewidth, align=center] at (0.5,1) {{{escaped(item['what'])}}};"
    return "\n".join(
        [
            rf"\begin{{tikzpicture}}[{_UNIT}]",
            rf"\fill[black!10] {_path(found.shaded)} -- cycle;",
            rf"\draw[black!40, very thin] (0,0) rectangle (1,1); \draw {_path(line)};",
            dots + last,
            *ends,
            over,
            told,
            r"\end{tikzpicture}",
        ]
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " -- ".join(f"({x:.4f},{y:.4f})" for x, y in places)
