"""The dynamical model (random features, gradient flow, data reused), derived from its spectral assumption.

`model` states the equations once and expands them; `two_times` inverts transforms in two times; `power_laws` are the
powers of t, N and P with their constants, over the plane a, b > 1 and at a point; `phases` minimises the loss
under a budget; `optimal` has the constants of the minimum; `derivation` is all of it at a point.
"""

from ...laws import Law, LawAt
from ...optimum.plane import a, b
from .derivation import Derivation, derive, derive_spectrum
from .optimal import OptimalConstants, optimal_constants
from .phases import Budget, budget, optimum, phase_diagram
from .power_laws import law, law_at, law_of, laws, subjects

__all__ = [
    "Budget",
    "Derivation",
    "Law",
    "LawAt",
    "OptimalConstants",
    "a",
    "b",
    "budget",
    "derive",
    "derive_spectrum",
    "law",
    "law_at",
    "law_of",
    "laws",
    "optimal_constants",
    "optimum",
    "phase_diagram",
    "subjects",
]
