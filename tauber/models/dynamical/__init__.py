"""Random features under gradient flow, data reused (Bordelon, Atanasov, Pehlevan, arXiv 2402.01092)."""

from .certify import certify
from .curve import curve
from .derive import derive
from .frontier import frontier
from .phases import phases
from .simulate import simulate

__all__ = ["certify", "curve", "derive", "frontier", "phases", "simulate"]
