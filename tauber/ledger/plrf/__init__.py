"""PLRF: the loss of one-pass SGD on power-law random features."""

TOPICS = (
    "model",
    "terms",
    "phases",
    "boundaries",
    "exact",
    "series",
    "crossover",
    "uniform",
    "optimum",
    "published",
    "noise",
    "spectra",
    "logarithms",
    "training",
    "sweep",
    "diagrams",
    "in_time",
    "trained",
    "drawn",
    "best_step",
    "stated",
    "mass",
    "fit_bias",
    "certified",
)
"""Modules of claims, in the order in which a reader should meet them."""
