"""Where the exponents of a training curve lie among the phases of one-pass training, by the derived terms.

The forcing of the PLRF falls in its bulk like one of two derived terms, F_pp or F_ac, and the memory of noise like K_pp
(`theory.models.plrf.model`): their powers of time are formulas of alpha and beta, which a measured pair (q_F, q_K) is
solved for, as in `lies`. A phase and a term hold the pair if the parameters found lie in the phase, where the term and
K_pp are present; F_ac and K_pp both depend on alpha alone, so there the pair must lie on a line.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ...cache import kept
from .branches import somewhere, turned
from .lies import COMPATIBLE, tried

if TYPE_CHECKING:
    import numpy as np

_FORCINGS = ("F_pp", "F_ac")
_MEMORY = "K_pp"


def regimes() -> dict[str, Any]:
    """The phases with what each term of the forcing shows in them; keys as `branches.place` has them."""
    return kept("fit.regimes", _derived)


@cache
def _derived() -> dict[str, Any]:
    from sympy import And, cancel

    from ...theory.models import plrf
    from ...theory.models.plrf import model

    diagram = plrf.phase_diagram()
    found = []
    for phase in diagram.phases:
        for name in _FORCINGS:
            condition = And(*phase.inequalities, model.presence(name), model.presence(_MEMORY))
            if not phase.exponents or not somewhere([condition], diagram.parameters):
                continue
            forcing, memory = (cancel(-model.named(term)[0]["t"]) for term in (name, _MEMORY))
            entry = {"name": phase.name, "forcing": name, "condition": condition, "size": forcing, "data": memory,
                     "optimum": phase.exponents["d"]}  # fmt: skip
            found.append(entry | turned(entry, diagram.parameters))
    return {"parameters": diagram.parameters, "corner": diagram.corner, "phases": found}


def regimes_payload(value: np.ndarray, samples: np.ndarray) -> list[dict[str, Any]]:
    """The phases and forcings that hold a pair (q_F, q_K) at two errors, nearest first, with their parameters.

    Parameters
    ----------
    value
        The measured pair, (2,).
    samples
        The same of the bootstrap samples, (R, 2).
    """
    import numpy as np

    covariance = np.cov(samples.T)
    if not (np.linalg.eigvalsh(covariance) > 0).all():
        return []
    there, found = regimes(), []
    for phase in there["phases"]:
        entry = tried(there, phase, value, samples, covariance)
        if entry["errors"] <= COMPATIBLE[-1]:
            level = next(k for k in COMPATIBLE if entry["errors"] <= k)
            words = entry["line"] and "q_K is tied to q_F"
            found.append(entry | {"forcing": phase["forcing"], "line": words, "compatible_at": level})
    return sorted(found, key=lambda entry: entry["errors"])
