"""A loss given as a list of power laws: the exponents of a paper, of a fit, of one's own, with window and budget."""

from .derive import derive
from .phases import phases

__all__ = ["derive", "phases"]
