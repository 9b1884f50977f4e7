"""*Explaining Neural Scaling Laws*: ridge regression on random features, from its spectral assumption.

`model` states the loss L(D, P) once, with its limits and its duality; `regimes` are the laws of the four regimes, of
label noise and of the optimal ridge; `derivation` is all of it at a point, and the phases of the (a, b) plane.
"""

from .derivation import Derivation, derive, derive_spectrum, phase_diagram
from .model import dual_form
from .regimes import law_at, law_of, laws, subjects

__all__ = [
    "Derivation",
    "derive",
    "derive_spectrum",
    "dual_form",
    "law_at",
    "law_of",
    "laws",
    "phase_diagram",
    "subjects",
]
