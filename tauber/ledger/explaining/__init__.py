"""L(D, P) of ridge regression on random features."""

TOPICS = ("laws", "exact", "spectrum", "tail", "examples", "duality", "peak", "draws", "digits")
"""Modules of claims, in the order in which a reader should meet them."""
