"""The power-law random-features model under one-pass SGD (Paquette et al., arXiv 2405.15074)."""

from .curve import curve
from .frontier import frontier
from .phases import phases
from .simulate import simulate

__all__ = [
    "curve",
    "frontier",
    "phases",
    "simulate",
]
