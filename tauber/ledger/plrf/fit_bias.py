"""Claims: what the usual fits of training runs find, if the PLRF were the truth."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..families.bias import Case, Truth, add_claims


def _case(alpha: str, beta: str, *biased: str) -> Case:
    return Case({"alpha": Fraction(alpha), "beta": Fraction(beta)}, biased)


CASES = {
    "Ia": _case("4/5", "3/10"),
    "Ib": _case("2/5", "3/10", "exponents", "best"),
    "Ic": _case("1/5", "7/10", "exponents", "best"),
    "II": _case("4/5", "7/10", "exponents"),
    "III": _case("3/5", "9/10", "exponents"),
    "IVa": _case("2/5", "4/5", "exponents", "best"),
    "IVb": _case("27/100", "7/10", "exponents", "best"),
}


def truth(case: Case) -> Truth:
    """What is derived at a point."""
    from ...theory.models.plrf import derive

    found = derive(case.point["alpha"], case.point["beta"])
    x, y = float(found.d_exponent), float(found.loss_exponent)  # type: ignore[arg-type]
    return Truth(x, 1 - x, y)


def runs(*given: Any) -> Any:
    """Runs of the model at a point."""
    from ...numerics.runs import plrf_runs

    return plrf_runs(*given)


add_claims(
    "plrf", CASES, truth, runs, "tauber.theory.models.plrf.derive", "tauber.numerics.runs.usual_fits",
    "compute from 1e8 on, d and r together; v = inf, or 4 d where 2 alpha <= 1",
)  # fmt: skip
