"""The power-law random-features model under one-pass SGD (Paquette et al., arXiv 2405.15074)."""

from .curve import curve

__all__ = ["curve"]
