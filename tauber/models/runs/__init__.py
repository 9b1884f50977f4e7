"""Measured training runs: the law that they follow, and what it says about the best use of compute."""

from .fit import fit

__all__ = ["fit"]
