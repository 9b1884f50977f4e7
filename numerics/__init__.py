"""The numeric wing: loss curves of the power-law random-features model at any size, any time and any precision."""

from collections.abc import Callable
from typing import Any

from .core.exponents import Limit, Slopes, Window, extrapolate, local_slopes, straight_window
from .errors import PrecisionLost, TauberInputError, UnstableStepSize
from .models.plrf import balls
from .models.plrf.frontier import Frontier, frontier
from .models.plrf.model import AUTO_FRACTION, PLRF, Curve, GivenDraw, Values
from .models.plrf.simulation import SimulatedCurve, expected_recursion, sgd

__all__ = [
    "AUTO_FRACTION",
    "PLRF",
    "Curve",
    "Frontier",
    "GivenDraw",
    "Limit",
    "PrecisionLost",
    "SimulatedCurve",
    "Slopes",
    "TauberInputError",
    "UnstableStepSize",
    "Values",
    "Window",
    "expected_recursion",
    "extrapolate",
    "frontier",
    "local_slopes",
    "sgd",
    "straight_window",
]


def _in_balls() -> tuple[Callable[..., Any], Callable[[int], int]]:
    from .certified.one_pass import earliest
    from .certified.plrf import CertifiedPLRF

    return CertifiedPLRF, earliest


balls.offer(_in_balls)
