"""The power-law random-features model under one-pass SGD, derived from its spectral assumption.

`model` states the model once (spectrum, equations, step-size rule, budget) and expands it into the terms of the loss;
`phases` minimises them under the budget and cuts the (alpha, beta) plane into the paper's 4+3 phases.
"""

from .model import Term, alpha, beta, terms
from .phases import Boundary, Derivation, Phase, PhaseDiagram, derive, phase_diagram

__all__ = [
    "Boundary",
    "Derivation",
    "Phase",
    "PhaseDiagram",
    "Term",
    "alpha",
    "beta",
    "derive",
    "phase_diagram",
    "terms",
]
