"""Random features under gradient flow, data reused (Bordelon, Atanasov, Pehlevan, arXiv 2402.01092)."""

from .certify import certify
from .curve import curve

__all__ = ["certify", "curve"]
