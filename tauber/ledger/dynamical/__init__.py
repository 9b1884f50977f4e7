"""The dynamical model: gradient flow on a random network, its data used again and again."""

TOPICS = (
    "laws",
    "exact",
    "sizes",
    "optimum",
    "tradeoffs",
    "published",
    "parameters",
    "early",
    "reuse",
    "line",
    "ensembles",
    "plrf",
    "fit_bias",
    "draws",
)
"""Modules of claims, in the order in which a reader should meet them."""
