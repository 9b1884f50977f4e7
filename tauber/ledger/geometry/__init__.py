"""Spectra of kernels on spheres and tori, and what is learnt with them."""

TOPICS = ("spectra", "parity", "ranks", "regression", "neighbours")
"""Modules of claims, in the order in which a reader should meet them."""
