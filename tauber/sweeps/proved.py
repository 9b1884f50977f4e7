"""What a sweep keeps of a proof: the ends of each interval, rounded outward to doubles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .measured import Output

PROVED = {
    "low": Output("1", "a double that is provably at most the value"),
    "high": Output("1", "a double that is provably at least the value"),
}


def ends(values: Mapping[str, Any]) -> dict[str, list[float]]:
    """Both ends of every ball of a certificate's ``values``, in their order.

    >>> ends({"values": [{"ball": "[0.1 +/- 1e-20]"}]})
    {'low': [0.09999999999999999], 'high': [0.1]}
    """
    found = [_ends(value["ball"]) for value in values["values"]]
    return {"low": [low for low, _ in found], "high": [high for _, high in found]}


def _ends(ball: str) -> tuple[float, float]:
    """Of a ball as it is printed, which holds the proved one."""
    middle, _, radius = ball.strip("[]").partition("+/-")
    first, last = (Fraction(middle) + sign * Fraction(radius.strip() or "0") for sign in (-1, 1))
    low, high = float(first), float(last)
    return (
        math.nextafter(low, -math.inf) if low > first else low,
        math.nextafter(high, math.inf) if high < last else high,
    )
