"""Ridge regression on random features, over samples and features (Bahri et al., arXiv 2102.06701)."""

from .certify import certify
from .curve import curve
from .derive import derive
from .phases import phases
from .simulate import simulate

__all__ = ["certify", "curve", "derive", "phases", "simulate"]
