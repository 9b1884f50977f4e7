"""The numeric wing: loss curves of the power-law random-features model at any size, any time and any precision."""

from .errors import PrecisionLost, TauberInputError, UnstableStepSize
from .exponents import Limit, Slopes, Window, extrapolate, local_slopes, straight_window
from .frontier import Frontier, frontier
from .plrf import AUTO_FRACTION, PLRF, Curve, GivenDraw, Values
from .simulation import SimulatedCurve, expected_recursion, sgd

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
