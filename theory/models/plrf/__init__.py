"""The power-law random-features model under one-pass SGD, derived from its spectral assumption.

`model` states the model once (spectrum, equations, step-size rule, budget) and expands it into the terms of the loss;
`phases` minimises them under the budget and cuts the (alpha, beta) plane into the paper's 4+3 phases. Exact constants:
`expansion` is what the two series `window` (1 << t << d^{2 alpha}) and `level` (t = infinity) share, `crossover_series`
(of the function in `theory.models.crossover`) is what lies between them, `uniform` is all three in one formula, `half`
the line 2 alpha = 1; `exact` and `optimum` answer at a point, `constants` and `hyperbola` give numbers.
"""

from .exact import ExactLaw, Setting
from .model import Term, alpha, beta, like, terms
from .optimum import OptimalConstants, optimal_constants
from .phases import Derivation, cost_of, derive, phase_diagram, rival

__all__ = [
    "Derivation",
    "ExactLaw",
    "OptimalConstants",
    "Setting",
    "Term",
    "alpha",
    "beta",
    "cost_of",
    "derive",
    "like",
    "optimal_constants",
    "phase_diagram",
    "rival",
    "terms",
]
