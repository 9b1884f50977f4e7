"""Claims: the four regimes of L(D, P), label noise and the optimal ridge: exponents and exact constants.

Resolution-limited laws are measured at one point in each part of the (a, b) plane in which they have another exponent,
and for the isotropic teacher, a = b. The exponent is the limit of local slopes at sizes in equal ratios. For the
constant, what is measured over what is derived tends to one like the derived next term.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..families.laws import Laws, Subject
from ..papers import GENERAL_DATA, KERNEL, LEVEL, VARIANCE
from ..source import Source, stated
from .probe import DERIVED_HERE, EQUIVALENT, FIXED, NOISE, constant_at, measured, point

if TYPE_CHECKING:
    from ...theory.laws import Law

ISOTROPIC, TAIL, HEAD_FEATURES, HEAD = point("3/2", "3/2"), point("2", "3/2"), point("3", "3/2"), point("5", "3/2")
"""Points with a = b, a - 1 < b, b < a - 1 < 2 b, and a - 1 > 2 b."""
POINTS = (ISOTROPIC, TAIL, HEAD_FEATURES, HEAD)

SIZES = (1e3, 1e5, 1e7, 1e9, 1e11)
# The difference of two losses keeps half of its digits up to here.
VARIANCE_SIZES = (1e3, 1e4, 1e5, 1e6, 1e7)

_AT = "tauber.numerics.models.explaining.LearningCurve.at"
_FREE = "no ridge, no label noise"
_AT_FIXED = f"no ridge, label noise sigma = {NOISE}; measured at {FIXED:g}"


def _about(title: str, order_of_limits: str, assumptions: str, source: Source, measured_by: str = _AT) -> Subject:
    plane = "lambda_k = k^-b, v_k = k^-a, a, b > 1 off the lines between the cases"
    return Subject(
        title=title, assumptions=f"{plane}; {assumptions}; {EQUIVALENT}", order_of_limits=order_of_limits,
        measured_by=measured_by, source=source,
    )  # fmt: skip


_DATA = stated(KERNEL, GENERAL_DATA, note="Bahri et al. for a = b alone")
_FEATURES = stated(KERNEL, LEVEL, note="Bahri et al. for a = b alone")
_VARIANCE = stated(VARIANCE, note="checked with label noise, which the paper does not have")
SUBJECTS = {
    "data": _about("Resolution-limited in data", "P, then D to infinity", f"P infinite, {_FREE}", _DATA),
    "features": _about("Resolution-limited in features", "D, then P to infinity", f"D infinite, {_FREE}", _FEATURES),
    "variance_data": _about(
        "Variance-limited in data", "D to infinity at fixed P", f"P fixed, {_AT_FIXED} features", _VARIANCE
    ),
    "variance_features": _about(
        "Variance-limited in features", "P to infinity at fixed D", f"D fixed, {_AT_FIXED} samples", _VARIANCE
    ),
    "optimal_ridge": _about(
        "Label noise at the best ridge",
        "P, then D to infinity, at the ridge that is best for each D",
        f"P infinite, label noise sigma = {NOISE}",
        DERIVED_HERE,
        "tauber.numerics.models.explaining.LearningCurve.optimal_ridge",
    ),
    "noise": _about(
        "Label noise without ridge: a floor sigma^2 (b - 1)", "P, then D to infinity", "P infinite, no ridge",
        DERIVED_HERE,
    ),
}  # fmt: skip


def scales_of(name: str) -> tuple[float, ...]:
    """The sizes at which a law is measured."""
    return VARIANCE_SIZES if name.startswith("variance") else SIZES


def _law(name: str) -> Law:
    from ...theory.models.explaining import laws

    (found,) = (law for law in laws() if law.name == name)
    return found


LAWS = Laws(
    model="explaining",
    derived_source=DERIVED_HERE,
    subjects=SUBJECTS,
    law=_law,
    points=lambda name: POINTS,
    scales=scales_of,
    measured=measured,
    constant=constant_at,
    rate=lambda where, name: float(where.law(name).correction or 0),
    level="noise",
)
compare_power, compare_constant = LAWS.compare_power, LAWS.compare_constant
LAWS.register()
