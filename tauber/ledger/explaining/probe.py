"""A point (a, b) at which claims about L(D, P) are measured, and the quantities of its laws.

In a variance-limited regime the quantity is a difference, the loss at a large size less its limit: the errors of both
are added, so that digits lost in the difference show.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ..families.points import Exponents, Value, measuring
from ..papers import IN_EXPLAINING

if TYPE_CHECKING:
    from ...numerics.models.explaining import LearningCurve
    from ...theory.laws import LawAt

DERIVED_HERE = IN_EXPLAINING
BEYOND = "not a statement of the paper; its Sec. 2.3-2.4 assume w ~ N(0, 1/S), no noise, no ridge"
"""What a source says of a claim that reads the paper without its assumptions."""

EQUIVALENT = "average: over features and data, by the deterministic equivalent"
"""What the loss of `LearningCurve` is."""

FREE = f"no label noise, no ridge; {EQUIVALENT}"

NOISE = Fraction(1, 2)
FIXED = 20.0
"""Standard deviation of the label noise, and the size that stays fixed, where a law has one."""


@dataclass(frozen=True)
class Point(Exponents):
    """A point that knows its loss and its laws."""

    def law(self, name: str) -> LawAt:
        """A derived law at this point."""
        from ...theory.models.explaining import law_at

        return law_at(name, *self.exact)

    def curve(self, **options: Any) -> LearningCurve:
        """The loss as a function of D and P, all modes."""
        return _curve(self, tuple(sorted(options.items())))


@cache
def _curve(point: Point, options: tuple[tuple[str, Any], ...]) -> LearningCurve:
    from ...numerics.models.explaining import LearningCurve

    return LearningCurve(point.a, point.b, **dict(options))


point = Point.of


def loss_of(curve: LearningCurve, data: float, features: float) -> Value:
    """The loss and its absolute error."""
    found = curve.at(data, features)
    return float(found.loss), float(found.loss * found.error)


def _features(where: Point, x: float) -> Value:
    return loss_of(where.curve(), math.inf, x)


def _noise(where: Point, x: float) -> Value:
    (loud, e1), (quiet, e2) = (loss_of(where.curve(noise=s), x, math.inf) for s in (1, 0))
    return loud - quiet, e1 + e2


def _variance(where: Point, size: tuple[float, float], limit: tuple[float, float]) -> Value:
    curve = where.curve(noise=NOISE)
    (near, e1), (far, e2) = loss_of(curve, *size), loss_of(curve, *limit)
    return near - far, e1 + e2


def _optimal_ridge(where: Point, x: float) -> Value:
    found = where.curve(noise=NOISE).optimal_ridge(x)
    return float(found.loss), float(found.loss * found.error)


MEASURES: dict[str, Callable[[Point, float], Value]] = {
    "data": lambda where, x: loss_of(where.curve(), x, math.inf),
    "features": _features,
    "noise": _noise,
    "variance_data": lambda where, x: _variance(where, (x, FIXED), (math.inf, FIXED)),
    "variance_features": lambda where, x: _variance(where, (FIXED, x), (FIXED, math.inf)),
    "optimal_ridge": _optimal_ridge,
}
"""For every law, the function that measures it: a point and a size to a number and its error."""


def constant_at(where: Point, name: str) -> float:
    """The derived constant at the noise and the fixed size of this module."""
    from sympy import Rational, Symbol

    from ...theory.models.explaining.model import SIGMA

    constant = where.law(name).constant
    assert constant is not None, "the points lie where the constants are derived"
    values: dict[Any, Any] = {SIGMA: 1 if name == "noise" else Rational(NOISE)}
    for size in ("D", "P"):
        values[Symbol(size, positive=True)] = FIXED
        values[Symbol(f"L_P({size})", positive=True)] = _features(where, FIXED)[0]
    return float(constant.subs(values))


measured = measuring(MEASURES)
