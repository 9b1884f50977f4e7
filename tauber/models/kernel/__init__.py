"""A kernel of one's own under gradient flow: its matrix and labels are the model (arXiv 2402.01092)."""

from .curve import curve

__all__ = ["curve"]
