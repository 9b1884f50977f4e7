r"""The figures of a claim on paper, as on its page: its comparisons, and the series of each that has one.

They are pictures of LaTeX's own: there are hundreds, which take TikZ a quarter of a minute, and pgfplots minutes.
"""

from __future__ import annotations

import math
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
_WIDE, _HIGH = 26, 13
"""Of a series, in hundredths of the line, beside its numbers."""
PREAMBLE = r"""\usepackage{pict2e}
\definecolor{holds}{rgb}{0.102,0.42,0.235}\definecolor{fails}{rgb}{0.639,0.141,0.106}
\definecolor{band}{gray}{0.9}\definecolor{frame}{gray}{0.6}"""


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
    unit, wide = 1.75, 90  # of the tolerance, and of the strip, in hundredths of the line
    step, top = wide / len(evidence), MOST * unit
    marks = [_mark(deviation(item), (n + 0.5) * step, unit) for n, item in enumerate(evidence)]
    ticks = [_text(-0.5, n * unit, "r", rf"${n}$") for n in (-1, 0, 1)]
    band = _filled("band", [(0, -unit), (wide, -unit), (wide, unit), (0, unit)])
    frame = _frame([(0, -top), (wide, -top), (wide, top), (0, top)])
    return "\n".join(
        [rf"\noindent {_opening(wide, 2 * top + 1, -top)}", band, frame, *ticks, *marks, r"\end{picture}\par"]
    )


def _opening(wide: float, high: float, low: float = 0) -> str:
    """A picture in hundredths of the line, with room on the left for the numbers."""
    return rf"\unitlength0.01\linewidth\begin{{picture}}({wide + 4:g},{high:g})(-4,{low:g})"


def _mark(away: float, x: float, unit: float) -> str:
    if away != away:
        return _text(x, 0, "", r"\color{fails}?")
    if abs(away) > MOST:
        end, back = MOST * unit, (MOST - 0.5) * unit
        return _filled(
            "fails", [(x, math.copysign(end, away)), *((x + d, math.copysign(back, away)) for d in (-0.4, 0.4))]
        )
    return _dot("holds" if abs(away) <= 1 else "fails", x, away * unit, 0.5)


def _series(item: Mapping[str, Any], found: Points) -> str:
    line, shaded = ([(_WIDE * x, _HIGH * y) for x, y in places] for places in (found.line, found.shaded))
    last = _dot("holds" if item["outcome"] == "verified" else "fails", *line[-1], 0.6)
    told = rf"\parbox[b]{{{_WIDE / 100}\linewidth}}{{\centering\tiny {escaped(item['what'])}\par}}"
    return "\n".join(
        [
            r"\begin{tabular}[b]{@{}l@{}}",
            rf"\hspace*{{0.04\linewidth}}{told}\\",
            _opening(_WIDE, _HIGH + 3, -3),
            _filled("band", shaded),
            _frame([(0, 0), (_WIDE, 0), (_WIDE, _HIGH), (0, _HIGH)]),
            rf"\polyline{_path(line)}",
            *(_dot("black", x, y, 0.4) for x, y in line[:-1]),
            last,
            *(_text(-0.5, y, "r", rf"$10^{{{power}}}$") for y, power in ((0, found.low), (_HIGH, found.high))),
            *(
                _text(x, -0.7, f"t{side}", f"{10**log:.3g}")
                for x, log, side in ((0, found.logs[0], "l"), (_WIDE, found.logs[-1], "r"))
            ),
            _text(_WIDE / 2, -0.7, "t", escaped(item["series"]["over"])),
            r"\end{picture}",
            r"\end{tabular}",
        ]
    )


def _text(x: float, y: float, side: str, words: str) -> str:
    return rf"\put({x:.2f},{y:.2f}){{\makebox(0,0)[{side}]{{\tiny {words}}}}}"


def _dot(colour: str, x: float, y: float, across: float) -> str:
    return rf"\put({x:.2f},{y:.2f}){{\color{{{colour}}}\circle*{{{across}}}}}"


def _filled(colour: str, places: Sequence[tuple[float, float]]) -> str:
    return rf"{{\color{{{colour}}}\polygon*{_path(places)}}}"


def _frame(places: Sequence[tuple[float, float]]) -> str:
    return rf"{{\color{{frame}}\linethickness{{0.2pt}}\polygon{_path(places)}}}"


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "".join(f"({x:.2f},{y:.2f})" for x, y in places)
