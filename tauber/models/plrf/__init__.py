"""The power-law random-features model under one-pass SGD (Paquette et al., arXiv 2405.15074)."""

from .certify import certify
from .curve import curve
from .derive import derive
from .frontier import frontier
from .phases import phases
from .simulate import simulate

__all__ = [
    "certify",
    "curve",
    "derive",
    "frontier",
    "phases",
    "simulate",
]
