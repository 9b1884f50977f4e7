"""Colours of every picture, in Matplotlib and in LaTeX alike: told apart with any common colour vision.

They are those of M. Okabe and K. Ito, *Color universal design* (2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..theory.optimum.diagram import PhaseDiagram

BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#56B4E9",
    "#F0E442",
)
INK = "#222222"
CYCLE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY)

# Phases that share a trade-off share the hue and differ in depth, and so do those for which there is no hue left.
_HUES = (BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW)
_DEPTHS = (0.42, 0.28, 0.18)


def phase_hues(diagram: PhaseDiagram) -> dict[str, tuple[str, float]]:
    """Hue and depth of the fill of each phase that has a power law: one hue per trade-off."""
    tradeoffs = list(dict.fromkeys(phase.tradeoff for phase in diagram.phases if phase.tradeoff))
    seen: dict[tuple[str, ...], int] = {}
    hues = {}
    for phase in diagram.phases:
        if phase.tradeoff:
            count = seen[phase.tradeoff] = seen.get(phase.tradeoff, -1) + 1
            around, hue = divmod(tradeoffs.index(phase.tradeoff), len(_HUES))
            hues[phase.name] = _HUES[hue], _DEPTHS[(count + around) % len(_DEPTHS)]
    return hues


def phase_colours(diagram: PhaseDiagram) -> dict[str, tuple[float, float, float]]:
    """Fill colour of each phase on white, which is that of a phase without a power law."""
    colours = dict.fromkeys((phase.name for phase in diagram.phases), (1.0, 1.0, 1.0))
    for name, (hue, depth) in phase_hues(diagram).items():
        rgb = [int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (1 - depth * (1 - channel) for channel in rgb)
        colours[name] = (red, green, blue)
    return colours
