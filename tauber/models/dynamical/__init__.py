"""Random features under gradient flow, data reused (Bordelon, Atanasov, Pehlevan, arXiv 2402.01092)."""

from .curve import curve

__all__ = ["curve"]
