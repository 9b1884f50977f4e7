"""The power-law random-features model of arXiv:2405.15074 under one-pass SGD: curve, frontier and simulation."""

from .frontier import Frontier, frontier
from .model import AUTO_FRACTION, PLRF, Curve, GivenDraw, Values
from .simulation import SimulatedCurve, expected_recursion, sgd

__all__ = [
    "AUTO_FRACTION",
    "PLRF",
    "Curve",
    "Frontier",
    "GivenDraw",
    "SimulatedCurve",
    "Values",
    "expected_recursion",
    "frontier",
    "sgd",
]
