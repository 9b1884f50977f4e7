"""The figure that a claim makes: each of its comparisons, measured less derived, in units of its tolerance.

A claim holds where all of them lie in the band from -1 to 1. This is as far as the ledger keeps what a claim measured;
the numbers of each dot are rows of ``evidence.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import inf, isfinite, nan
from typing import Any

WIDTH, HEIGHT = 640.0, 150.0
_LEFT, _RIGHT = 56.0, 10.0
MOST = 2.0
"""Beyond twice the tolerance a comparison is an arrow at the edge."""


def deviation(item: Mapping[str, Any]) -> float:
    """Measured less derived over the tolerance; of an exact statement 0 or an infinity, NaN without a number.

    >>> deviation({"measured": 1.5, "derived": 1.0, "tolerance": 1.0})
    0.5
    """
    gap, tolerance = item["measured"] - item["derived"], item["tolerance"]
    if not (isfinite(gap) and isfinite(tolerance)):
        return nan
    return gap / tolerance if tolerance else 0.0 if gap == 0 else inf if gap > 0 else -inf


def draw(name: str, evidence: Sequence[Mapping[str, Any]]) -> str:
    """The comparisons of a claim from left to right, as an SVG picture."""
    step = (WIDTH - _LEFT - _RIGHT) / len(evidence)
    middle, unit = HEIGHT / 2, (HEIGHT / 2 - 14) / MOST
    dots = []
    for n, item in enumerate(evidence):
        away, x = deviation(item), _LEFT + (n + 0.5) * step
        title = f"<title>{escape(item['what'])}</title>"
        if away != away:
            dots.append(f'<text class="none" x="{x:.1f}" y="{middle:.1f}">?{title}</text>')
        elif abs(away) > MOST:
            y, turn = (8.0, 0) if away > 0 else (HEIGHT - 8.0, 180)
            place = f"translate({x:.1f} {y:.1f}) rotate({turn})"
            dots.append(f'<path class="out" d="M-5 5L0 -5L5 5Z" transform="{place}">{title}</path>')
        else:
            kind = "in" if abs(away) <= 1 else "out"
            dots.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{middle - away * unit:.1f}" r="4">{title}</circle>')
    lines = [
        f'<text class="tick y" x="{_LEFT - 6:.0f}" y="{middle - n * unit:.1f}">{n}</text>' for n in (-2, -1, 0, 1, 2)
    ]
    outside = sum(not abs(deviation(item)) <= 1 for item in evidence)
    about = f"{name}: {len(evidence)} comparisons, measured less derived over the tolerance; {outside} outside of it"
    band = f'x="{_LEFT:.0f}" y="{middle - unit:.1f}" width="{WIDTH - _LEFT - _RIGHT:.0f}" height="{2 * unit:.1f}"'
    box = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"
    head = f'<svg class="deviations" viewBox="{box}" role="img" aria-label="{escape(about)}">'
    return "".join([head, f'<rect class="band" {band}/>', *lines, *dots, "</svg>"])
