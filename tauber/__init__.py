"""Neural scaling laws: derived exactly, solved numerically, verified against each other, exported.

The two wings are independent: :mod:`tauber.theory` (SymPy, exact) turns spectral assumptions into exponents and phases,
:mod:`tauber.numerics` (NumPy, SciPy, mpmath) solves the loss curves of the same models. :mod:`tauber.ledger` is where
they meet. What a call may raise is of two kinds. A ValueError says that the question is not allowed: `AssumptionError`
of the symbolic, `TauberInputError` and in it `UnstableStepSize` of the numeric wing. An ArithmeticError says that the
answer is not known to the digits promised: `PrecisionLost` and in it `Refused` of the certified solvers; ask for more
digits with ``precision``. The names below are loaded when they are first used, so that ``import tauber`` costs nothing.

>>> import tauber
>>> tauber.derive("4/5", "3/10").loss_exponent
6/13
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "AssumptionError": "tauber.theory.errors",
    "Derivation": "tauber.theory.plrf",
    "PhaseDiagram": "tauber.theory.diagram",
    "derive": "tauber.theory.plrf",
    "phase_diagram": "tauber.theory.plrf",
    "PLRF": "tauber.numerics.plrf",
    "PrecisionLost": "tauber.numerics.errors",
    "TauberInputError": "tauber.numerics.errors",
    "UnstableStepSize": "tauber.numerics.errors",
    "Dynamical": "tauber.numerics.dynamical",
    "LearningCurve": "tauber.numerics.explaining",
    "CertifiedDynamical": "tauber.numerics.certified",
    "CertifiedLearningCurve": "tauber.numerics.certified",
    "CertifiedPLRF": "tauber.numerics.certified",
    "frontier": "tauber.numerics.frontier",
    "claims": "tauber.ledger",
    "verify": "tauber.ledger",
}

# Without the extra `certified` its three names are there to be asked for, but a star import must not fail on them.
__all__ = ["__version__", *(name for name, home in _HOMES.items() if home != "tauber.numerics.certified")]


def __getattr__(name: str) -> Any:
    """Load a public name from the wing it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tauber' has no attribute {name!r}; it has {', '.join(sorted(_HOMES))}.")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
