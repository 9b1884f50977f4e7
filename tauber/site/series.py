"""The series of a comparison as a picture: how far each value is from what it tends to, over its scale, with the band.

Both axes are logarithmic, so that a power law of the distance is a line; the shaded part is within the tolerance, and
the last value is the one that decides. The numbers are rows of ``series.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

WIDTH, HEIGHT = 300.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 12.0, 10.0, 34.0
_LEAST = 1e-18
"""A distance below is drawn at the floor: it is zero, or a rounding of it."""


def draw(item: Mapping[str, Any]) -> str:
    """The series of a comparison as SVG, "" where there is none that can be drawn."""
    series = item["series"]
    if series is None:
        return ""
    points = [
        (log10(scale), abs(value - series["centre"]), band)
        for scale, value, band in zip(series["scales"], series["values"], series["band"], strict=True)
        if scale > 0 and isfinite(value) and isfinite(band)
    ]
    if len(points) < 2:
        return ""
    every = [max(x, _LEAST) for _, *both in points for x in both]
    low, high = floor(log10(min(every))), max(ceil(log10(max(every))), floor(log10(min(every))) + 1)
    start, end = points[0][0], points[-1][0]

    def place(u: float, v: float) -> str:
        x = _LEFT + (u - start) / (end - start) * (WIDTH - _LEFT - _RIGHT)
        y = _TOP + (high - log10(max(v, _LEAST))) / (high - low) * (HEIGHT - _TOP - _BOTTOM)
        return f"{x:.1f} {y:.1f}"

    band = "L".join([*(place(u, b) for u, _, b in points), place(end, 10.0**low), place(start, 10.0**low)])
    line = "L".join(place(u, v) for u, v, _ in points)
    dots = [place(u, v).split() for u, v, _ in points]
    kinds = [*["mid"] * (len(dots) - 1), "in" if item["outcome"] == "verified" else "out"]
    marks = [f'<circle class="{kind}" cx="{x}" cy="{y}" r="3.5"/>' for kind, (x, y) in zip(kinds, dots, strict=True)]
    bottom = HEIGHT - _BOTTOM
    texts = [
        _tick(f'class="tick y" x="{_LEFT - 6:.0f}" y="{_TOP + 4:.0f}"', high),
        _tick(f'class="tick y" x="{_LEFT - 6:.0f}" y="{bottom:.0f}"', low),
        f'<text class="tick x" x="{_LEFT:.0f}" y="{bottom + 16:.0f}">{_short(start)}</text>',
        f'<text class="tick x" x="{WIDTH - _RIGHT - 12:.0f}" y="{bottom + 16:.0f}">{_short(end)}</text>',
        f'<text class="tick x" x="{WIDTH / 2:.0f}" y="{HEIGHT - 6:.0f}">{escape(series["over"])}</text>',
    ]
    about = (
        f"{item['what']}: distance to {series['centre']:.6g} at {len(points)} scales, the last {points[-1][1]:.2g}, "
        f"tolerance {points[-1][2]:.2g}"
    )
    box = f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{escape(about)}"'
    frame = f'x="{_LEFT}" y="{_TOP}" width="{WIDTH - _LEFT - _RIGHT}" height="{bottom - _TOP}"'
    drawn = [
        f'<path class="band" d="M{band}Z"/>',
        f'<rect class="frame" {frame}/>',
        f'<path class="line" d="M{line}"/>',
    ]
    return "".join([f'<svg class="series" {box}>', *drawn, *marks, *texts, "</svg>"])


def _tick(place: str, power: int) -> str:
    return f'<text {place}>10<tspan baseline-shift="super" font-size="75%">{power}</tspan></text>'


def _short(power: float) -> str:
    return f"{10**power:.3g}"


def records(records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every value of every series as a row of a table of data."""
    for record in records:
        for item in record["last"]["evidence"] if record["last"] else ():
            series = item["series"]
            if series is None:
                continue
            for scale, value, band in zip(series["scales"], series["values"], series["band"], strict=True):
                yield {
                    "id": record["id"], "compared": item["what"], "over": series["over"], "scale": scale,
                    "value": value, "tends_to": series["centre"], "tolerance": band,
                }  # fmt: skip
