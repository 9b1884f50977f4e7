"""Neural scaling laws: derived exactly, solved numerically, verified against each other, exported.

What can be done with a model is a function of the package of that name: `plrf`, `dynamical`, `explaining`, `geometry`,
`kernel`; `terms` is a loss that is given as a list of power laws, `recursion` an algorithm that is given by its
matrices. ``tauber.plrf.derive(alpha="4/5", beta="3/10")`` is ``tauber derive plrf --alpha 4/5 --beta 3/10`` in the
shell. What belongs to no model is here: `spectrum` and `predict` for data of one's own, `fit` for runs of one's own,
`sweep` for many points at once, `verify`, `claims`, `report`, `export` and `cite`. Each gives a `Result`: exact objects
and arrays by name, a text, a picture, JSON. `declare` makes a model of one's own, with every action as a method; a
`Recursion` is an algorithm in it.

Behind these are two independent wings, :mod:`tauber.theory` (SymPy, exact) and :mod:`tauber.numerics`. The solvers of
the latter are here, too: `PLRF`, `Dynamical`, `LearningCurve`, and, with the extra `certified`, their proved
counterparts; `losses` and `frontiers` are those of many PLRF models at once, parameters as arrays. A `Spectrum` of
one's own, in place of a model's exponents, is one of `Powers`, `TwoPowers`, `LogPowers`, `Exponential`, `Union`,
`Sphere`, `Torus` and `Modes`.

What a call may raise is of two kinds. A ValueError says that the question is not allowed: `BadInput` of an action,
`AssumptionError` of the symbolic wing, `TauberInputError` and in it `UnstableStepSize` of the numeric. An
ArithmeticError says that the answer is not known as promised: `CheckFailed` of an action, `PrecisionLost` and in it
`Refused` of the certified solvers. A name is loaded when it is first used, so that ``import tauber`` costs nothing.

>>> import tauber
>>> tauber.plrf.derive(alpha="4/5", beta="3/10").loss_exponent
6/13
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    **dict.fromkeys(("plrf", "dynamical", "explaining", "geometry", "kernel", "terms", "recursion"), "models"),
    "declare": "declared.model",
    "Recursion": "declared.recursion",
    **dict.fromkeys(("spectrum", "predict"), "models.data"),
    "fit": "models.runs",
    "sweep": "models.sweep",
    "verify": "models.verify",
    "claims": "models.claims",
    "report": "models.report",
    "export": "models.export",
    "cite": "models.cite",
    "Result": "output.result",
    **dict.fromkeys(("Spectrum", "Powers", "TwoPowers", "LogPowers", "Exponential", "Union"), "spectra"),
    **dict.fromkeys(("Sphere", "Torus", "Modes"), "spectra"),
    "PLRF": "numerics.models.plrf.model",
    "Dynamical": "numerics.models.dynamical",
    "LearningCurve": "numerics.models.explaining",
    **dict.fromkeys(("losses", "frontiers"), "numerics.models.plrf.many"),
    **dict.fromkeys(("BadInput", "CheckFailed"), "errors"),
    "AssumptionError": "theory.errors",
    **dict.fromkeys(("TauberInputError", "UnstableStepSize", "PrecisionLost"), "numerics.errors"),
}
if find_spec("flint"):  # the extra `certified`
    _CERTIFIED = ("CertifiedPLRF", "CertifiedDynamical", "CertifiedLearningCurve", "CertifiedDraw", "Refused")
    _HOMES |= dict.fromkeys(_CERTIFIED, "numerics.certified")

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from the module it lives in."""
    if name not in _HOMES:
        missing = "; it needs pip install 'tauber[certified]'" if name.startswith("Certified") else ""
        raise AttributeError(f"module 'tauber' has no attribute {name!r}{missing}; it has {', '.join(_HOMES)}.")
    home = f"{__name__}.{_HOMES[name]}"
    if _HOMES[name] == "models":
        return importlib.import_module(f"{home}.{name}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
