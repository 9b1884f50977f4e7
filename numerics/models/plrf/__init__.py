"""The power-law random-features model of arXiv:2405.15074 under one-pass SGD: curve, frontier and simulation."""

from .frontier import Frontier, frontier
from .many import Frontiers, Losses, frontiers, losses
from .model import AUTO_FRACTION, PLRF, Curve, GivenDraw, Values
from .simulation import SimulatedCurve, expected_recursion, sgd

__all__ = [
    "AUTO_FRACTION",
    "PLRF",
    "Curve",
    "Frontier",
    "Frontiers",
    "GivenDraw",
    "Losses",
    "SimulatedCurve",
    "Values",
    "expected_recursion",
    "frontier",
    "frontiers",
    "losses",
    "sgd",
]
