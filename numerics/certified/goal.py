"""From a goal to a certificate: how many digits are wanted, how far a ball is from it, and what is handed out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..errors import TauberInputError
from .balls import Ball, Enclosure, Refused, bits_now, enclosure, magnitude, working

DIGITS = (1, 1000)
"""Fewest and most digits of a goal."""

MOST_BITS = 20_000
"""Working precision at which an attempt ends."""

LN10 = math.log(10)

PRINTED = 4
"""A radius meets its goal if it is below it by this factor: then the decimals printed from it (`balls`) meet it too."""

SMALLEST = 60
"""A loss below 10^-60 of its start is not chased: contours would need ever more nodes."""

_FEWER = "ask for fewer digits (`digits`)"
_SPARE = 32  # bits beyond the goal for quantities that lose few
_ATTEMPTS = 8


@dataclass(frozen=True, eq=False)
class CertifiedValue:
    """An enclosure of the loss at `time`, by which theorem, with how many nodes and bits.

    `served` are the first and the last time that these nodes serve.
    """

    time: Fraction
    ball: Enclosure
    theorem: str
    nodes: int
    bits: int
    served: tuple[Fraction, Fraction]


def accepted(values: Sequence[Ball], times: Sequence[Fraction], theorem: str, nodes: int) -> list[CertifiedValue]:
    """The record of balls that met their goal at increasing `times`, at the precision in force."""
    served, bits = (times[0], times[-1]), bits_now()
    return [
        CertifiedValue(t, enclosure(value), theorem, nodes, bits, served)
        for t, value in zip(times, values, strict=True)
    ]


def check_digits(digits: object) -> None:
    """Refuse a goal that is no number of digits."""
    low, high = DIGITS
    if isinstance(digits, bool) or not isinstance(digits, int) or not low <= digits <= high:
        raise TauberInputError(
            f"The number of certified digits must be a whole number from {low} to {high}, got {digits!r}."
        )


def rounded_bits(bits: float) -> int:
    """Up to a multiple of 16, so that tables kept per precision are shared."""
    return 16 * math.ceil(bits / 16)


def shortfall(pairs: Sequence[tuple[Ball, Ball]], digits: int) -> tuple[float, float]:
    """Bits by which the worst radius, and the worst remainder in it, exceed 10^-digits/4; pairs (value, remainder)."""
    goal = -digits * math.log2(10) - math.log2(PRINTED)
    worst = coarse = -math.inf
    for value, bound in pairs:
        if not value.is_finite():
            raise Refused("the loss is bounded", bits_now())
        size = magnitude(value.mid())
        worst = max(worst, magnitude(value.rad()) + 0.01 - size - goal)
        coarse = max(coarse, magnitude(bound) + 1 - size - goal)
    return worst, coarse


def pursue(
    times: Sequence[Fraction],
    digits: int,
    first: tuple[float, int],
    evaluate: Callable[[float], tuple[str, int, list[tuple[Ball, Ball]]]],
) -> list[CertifiedValue]:
    """Raise quadrature and precision until every radius meets the goal.

    Parameters
    ----------
    first : -log of the quadrature's goal, and bits of working precision, to begin with
    evaluate : -log of a goal -> theorem, number of nodes, and (value, remainder) at each time

    Raises
    ------
    Refused
        What the last attempt was refused for, or the goal itself.
    """
    decay, bits = first
    most = LN10 * (digits + SMALLEST)
    for _ in range(_ATTEMPTS):
        try:
            with working(bits):
                theorem, nodes, pairs = evaluate(decay)
                short, coarse = shortfall(pairs, digits)
                if short <= 0:
                    return accepted([value for value, _ in pairs], times, theorem, nodes)
        except Refused:
            if 2 * bits > MOST_BITS:
                raise
            bits = 2 * bits
            continue
        wanted = decay + coarse * math.log(2) + 2 if coarse > 0 else decay
        if decay >= most and wanted > decay:
            small = f"the loss is above 10^-{SMALLEST} of its start"
            raise Refused(small, bits, "ask for earlier times (`times`), or more data or features")
        decay = min(most, wanted)  # a first value may be noise, and ask for too much
        bits = rounded_bits(bits + min(max(0.0, short, coarse), most / math.log(2)))
        if bits > MOST_BITS:
            break
    raise Refused(f"each radius is below 10^-{digits} of its value", bits, _FEWER)


def to_goal(quantity: Callable[[], Ball], digits: int) -> Enclosure:
    """A quantity at rising precision until its relative radius is at most 10^-digits; raises Refused if it never is."""
    check_digits(digits)
    bits, refusal = math.ceil(digits * math.log2(10)) + _SPARE, None
    for _ in range(_ATTEMPTS):
        try:
            with working(bits):
                found = enclosure(quantity())
            if found.rad * PRINTED * 10**digits <= max(found.lower, -found.upper):
                return found
            refusal = None
        except Refused as error:
            refusal = error
        bits = bits * 3 // 2 + 32
    raise refusal or Refused(f"the relative radius is below 10^-{digits}", bits, _FEWER)
