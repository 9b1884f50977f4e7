"""The series of a comparison as a picture: how far each value is from what it tends to, over its scale, with the band.

Both axes are logarithmic, so that a power law of the distance is a line; the shaded part is within the tolerance, and
the last value is the one that decides. The numbers are rows of ``series.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

WIDTH, HEIGHT = 300.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 12.0, 10.0, 34.0
_LEAST = 1e-18
"""A distance below is drawn at the floor: it is zero, or a rounding of it."""


@dataclass(frozen=True)
class Points:
    """What of a series can be drawn.

    Attributes
    ----------
    logs
        Of the scales, to the base 10.
    distances, band
        Distances to what the values tend to, and the tolerance at each scale.
    low, high
        Whole powers of 10 that hold the distances and the band.
    """

    logs: tuple[float, ...]
    distances: tuple[float, ...]
    band: tuple[float, ...]
    low: int
    high: int

    def place(self, log: float, distance: float) -> tuple[float, float]:
        """In the unit square, logarithms along both sides."""
        across, up = (log - self.logs[0]) / (self.logs[-1] - self.logs[0]), log10(max(distance, _LEAST))
        return across, (up - self.low) / (self.high - self.low)

    @property
    def line(self) -> list[tuple[float, float]]:
        """The places of the values."""
        return [self.place(*point) for point in zip(self.logs, self.distances, strict=True)]

    @property
    def shaded(self) -> list[tuple[float, float]]:
        """The outline of what is within the tolerance."""
        return [*(self.place(*point) for point in zip(self.logs, self.band, strict=True)), (1.0, 0.0), (0.0, 0.0)]


def points(item: Mapping[str, Any]) -> Points | None:
    """The series of a comparison; None where there is none that can be drawn."""
    series = item["series"]
    if series is None:
        return None
    found = [
        (log10(scale), abs(value - series["centre"]), band)
        for scale, value, band in zip(series["scales"], series["values"], series["band"], strict=True)
        if scale > 0 and isfinite(value) and isfinite(band)
    ]
    if len(found) < 2:
        return None
    logs, distances, band = zip(*found, strict=True)
    every = [max(x, _LEAST) for x in (*distances, *band)]
    low = floor(log10(min(every)))
    return Points(logs, distances, band, low, max(ceil(log10(max(every))), low + 1))


def draw(item: Mapping[str, Any]) -> str:
    """The series of a comparison as SVG, "" where there is none that can be drawn."""
    series, found = item["series"], points(item)
    if found is None:
        return ""

    def place(at: tuple[float, float]) -> str:
        x, y = _LEFT + at[0] * (WIDTH - _LEFT - _RIGHT), _TOP + (1 - at[1]) * (HEIGHT - _TOP - _BOTTOM)
        return f"{x:.1f} {y:.1f}"

    band, line = ("L".join(map(place, path)) for path in (found.shaded, found.line))
    dots = [place(at).split() for at in found.line]
    kinds = [*["mid"] * (len(dots) - 1), "in" if item["outcome"] == "verified" else "out"]
    marks = [f'<circle class="{kind}" cx="{x}" cy="{y}" r="3.5"/>' for kind, (x, y) in zip(kinds, dots, strict=True)]
    bottom = HEIGHT - _BOTTOM
    texts = [
        _tick(f'class="tick y" x="{_LEFT - 6:.0f}" y="{_TOP + 4:.0f}"', found.high),
        _tick(f'class="tick y" x="{_LEFT - 6:.0f}" y="{bottom:.0f}"', found.low),
        f'<text class="tick x" x="{_LEFT:.0f}" y="{bottom + 16:.0f}">{_short(found.logs[0])}</text>',
        f'<text class="tick x" x="{WIDTH - _RIGHT - 12:.0f}" y="{bottom + 16:.0f}">{_short(found.logs[-1])}</text>',
        f'<text class="tick x" x="{WIDTH / 2:.0f}" y="{HEIGHT - 6:.0f}">{escape(series["over"])}</text>',
    ]
    about = (
        f"{item['what']}: distance to {series['centre']:.6g} at {len(dots)} scales, the last "
        f"{found.distances[-1]:.2g}, tolerance {found.band[-1]:.2g}"
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
