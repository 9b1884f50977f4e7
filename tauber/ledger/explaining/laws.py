"""Claims: the four regimes of L(D, P), label noise and the optimal ridge: exponents and exact constants.

Resolution-limited laws are measured at one point in each part of the (a, b) plane in which they have another exponent,
and for the isotropic teacher, a = b. The exponent is the limit of local slopes at sizes in equal ratios. For the
constant, what is measured over what is derived tends to one like the derived next term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..claim import Comparison, Verdict, judge
from ..families.laws import compare_leading, law_claims
from ..measure import compare_exponent
from ..registry import REGISTRY
from .probe import (
    ABSTRACT,
    DERIVED_HERE,
    EQUIVALENT,
    FIXED,
    NOISE,
    Point,
    constant_at,
    measured,
    point,
    slopes_of,
)

if TYPE_CHECKING:
    from ...theory.laws import Law

ISOTROPIC, TAIL, HEAD_FEATURES, HEAD = point("3/2", "3/2"), point("2", "3/2"), point("3", "3/2"), point("5", "3/2")
"""Points with a = b, a - 1 < b, b < a - 1 < 2 b, and a - 1 > 2 b."""
POINTS = (ISOTROPIC, TAIL, HEAD_FEATURES, HEAD)

SIZES = (1e3, 1e5, 1e7, 1e9, 1e11)
# The difference of two losses keeps half of its digits up to here.
VARIANCE_SIZES = (1e3, 1e4, 1e5, 1e6, 1e7)

_AT = "tauber.numerics.explaining.LearningCurve.at"
_FREE = "no ridge, no label noise"
_AT_FIXED = f"no ridge, label noise sigma = {NOISE}; measured at {FIXED:g}"


@dataclass(frozen=True)
class Subject:
    """What a law of the symbolic wing is about, in words, where it holds, and who measures it."""

    title: str
    assumptions: str
    measured_by: str = _AT
    source: str = ABSTRACT


SUBJECTS = {
    "data": Subject("Resolution-limited in data", f"P infinite, {_FREE}"),
    "features": Subject("Resolution-limited in features", f"D infinite, {_FREE}"),
    "variance_data": Subject("Variance-limited in data", f"P fixed, {_AT_FIXED} features"),
    "variance_features": Subject("Variance-limited in features", f"D fixed, {_AT_FIXED} samples"),
    "optimal_ridge": Subject(
        "Label noise at the best ridge",
        f"P infinite, label noise sigma = {NOISE}",
        "tauber.numerics.explaining.LearningCurve.optimal_ridge",
        DERIVED_HERE,
    ),
    "noise": Subject("Label noise without ridge: a floor sigma^2 (b - 1)", "P infinite, no ridge", source=DERIVED_HERE),
}


def scales_of(name: str) -> tuple[float, ...]:
    """The sizes at which a law is measured."""
    return VARIANCE_SIZES if name.startswith("variance") else SIZES


def compare_power(name: str, where: Point, derived: float | None = None) -> Comparison:
    """Set the limit of the slopes of a law's quantity beside its exponent, or beside another one."""
    exponent = float(where.law(name).exponent) if derived is None else derived
    scales = scales_of(name)
    slopes = slopes_of(*measured(name, where, scales), scales)
    return compare_exponent(f"exponent of {name} at {where}, to {scales[-1]:g}", exponent, *slopes)


def compare_constant(name: str, where: Point) -> Comparison:
    """Set a law's quantity beside its derived leading term."""
    law, scales = where.law(name), scales_of(name)
    term = (constant_at(where, name), law.exponent)
    return compare_leading(name, where, term, *measured(name, where, scales), scales, float(law.correction or 0))


def _check(compare: Callable[[str, Point], Comparison], name: str, seed: int) -> Verdict:
    del seed  # nothing is drawn
    evidence = [compare(name, where) for where in POINTS]
    return judge(evidence, samples=len(scales_of(name)) * len(evidence), precision="float64")


def _law(name: str) -> Law:
    from ...theory.explaining import laws

    (found,) = (law for law in laws() if law.name == name)
    return found


ORDERS = {
    "data": "P, then D to infinity",
    "features": "D, then P to infinity",
    "noise": "P, then D to infinity",
    "variance_data": "D to infinity at fixed P",
    "variance_features": "P to infinity at fixed D",
    "optimal_ridge": "P, then D to infinity, at the ridge that is best for each D",
}
"""As the symbolic wing has them (a test compares): a record must not cost a derivation."""

for _name, _about in SUBJECTS.items():
    for _claim in law_claims(
        "explaining", _name, _about.title,
        law=_law,
        source=_about.source,
        derived_source=DERIVED_HERE,
        power=partial(_check, compare_power),
        constant=partial(_check, compare_constant),
        has_power=_name != "noise",  # its exponent is 0: a constant
        assumptions=f"lambda_k = k^-b, v_k = k^-a, a, b > 1 off the lines between the cases; {_about.assumptions}; "
        f"{EQUIVALENT}",
        order_of_limits=ORDERS[_name],
        derived_by="tauber.theory.explaining.law_at",
        measured_by=_about.measured_by,
    ):  # fmt: skip
        REGISTRY.add(_claim)
