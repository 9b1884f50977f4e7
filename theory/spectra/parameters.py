"""Reading the exponents of a spectral assumption."""

from __future__ import annotations

from typing import Any

from sympy import Rational

from ..errors import AssumptionError


def rational_above(bound: int, name: str, value: Any, allowed: str) -> Rational:
    """A rational number above a bound, from anything that reads as one.

    Raises:
        AssumptionError: it is not; ``allowed`` says in words what would be.
    """
    try:
        number = Rational(str(value))
    except (TypeError, ValueError, ZeroDivisionError):
        number = None
    if number is None or not number.is_finite or number <= bound:
        raise AssumptionError(f"{name} = {value} was asked; {name} must be {allowed}")
    return number
