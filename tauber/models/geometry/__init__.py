"""Kernels on spheres and tori: spectra from geometry, and the exponent alpha_K (Bahri et al., arXiv 2102.06701)."""

from .derive import derive

__all__ = ["derive"]
