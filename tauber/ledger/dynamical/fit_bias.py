"""Claims: what the usual fits of training runs find, if the dynamical model were the truth, on data seen once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..families.bias import Case, Truth, add_claims


def _case(a: str, b: str, *biased: str) -> Case:
    return Case({"a": Fraction(a), "b": Fraction(b)}, biased)


CASES = {
    "time = width level": _case("2", "3/2", "exponents"),
    "time = width transient": _case("3", "3/2", "exponents"),
}


def truth(case: Case) -> Truth:
    """What is derived at a point."""
    from ...theory.models.dynamical import derive

    best = derive(str(case.point["a"]), str(case.point["b"]), {"N": "1", "t": "1"}).optimum
    numbers = best.exponents["N"], best.exponents["t"], best.loss_exponent
    assert None not in numbers, "the points have a power law"
    return Truth(*map(float, numbers))  # type: ignore[arg-type]


def runs(*given: Any) -> Any:
    """Runs of the model at a point."""
    from ...numerics.runs import dynamical_runs

    return dynamical_runs(*given)


add_claims(
    "dynamical", CASES, truth, runs, "tauber.theory.models.dynamical.derive", "tauber.numerics.runs.usual_fits",
    "compute from 1e8 on, N and t together; data and modes infinite; average: a single network, over features",
)  # fmt: skip
