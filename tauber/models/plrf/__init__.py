"""The power-law random-features model under one-pass SGD (Paquette et al., arXiv 2405.15074)."""

from .curve import curve
from .derive import derive
from .phases import phases

__all__ = [
    "curve",
    "derive",
    "phases",
]
