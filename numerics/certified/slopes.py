r"""Local exponents over a range: for *every* real t in [t_0, t_1], d log P/d log t lies in a proved interval.

On a contour P(t) = g(x) + E_0, t dP/dt = g'(x) + E_1, x = log(t/t_c), with the finite sum g = Re sum_k c_k e^{l_k t},
and both remainders are bounded over the range (`hyperbola.Remainder`).  The range is cut into pieces |x| <= w.  The
Taylor coefficients of g are moments, (t d/dt)^n e^{lt} = sum_j S(n, j) (l t)^j e^{lt} (Stirling numbers of the second
kind): g_n at the centre, tight, for n < K, and g_K on the whole piece as the remainder of Lagrange.  So each
coefficient g_n(xi) at any xi of the piece is enclosed, and with them those of q = g'/g by division of power series:

    q(x) = sum_{i<m} q_i(0) x^i + q_m(xi) x^m,        |slope - q| <= (|E_1| + |q| |E_0|)/(g - |E_0|).

A piece whose enclosure is wider than its own variation asks for is halved.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

from .balls import Ball, Enclosure, Refused, acb, arb, arb_series, bits_now, enclosure, real, working
from .hyperbola import Panel
from .one_pass import Solver

_ORDER = 14  # K
_QUOTIENT = 6  # m
_PER_DECADE = 24
_DEPTH = 6
SLOPE_DIGITS = 10
"""Digits of the loss on the contour of a slope."""

_SLACK = (2.0**-20, 1 / 16)  # a piece is halved if wider than its own variation by more than this, and this share


@dataclass(frozen=True, eq=False)
class SlopeRange:
    """d log P/d log t in `interval` for every real t in [first, last]; `pieces`: (from, to, enclosure) in order."""

    first: Fraction
    last: Fraction
    interval: Enclosure
    pieces: tuple[tuple[float, float, Enclosure], ...]
    nodes: int
    bits: int


def slope_range(solver: Solver, first: Fraction, last: Fraction) -> SlopeRange:
    """The statement for `solver`'s loss, continued to real times by its contour integral; raises Refused."""
    decay = solver.decay(last, SLOPE_DIGITS)
    bits = solver.bits(20.0, decay)
    for attempt in range(3):
        try:
            with working(bits):
                panel = solver.panel(first, last, decay, whole=False)
                pieces = _covered(panel, first, last)
            break
        except Refused:
            if attempt == 2:
                raise
            bits, decay = 2 * bits, decay * 1.3
    low, high = min(p.lower for _, _, p in pieces), max(p.upper for _, _, p in pieces)
    whole = Enclosure((low + high) / 2, (high - low) / 2)
    return SlopeRange(first, last, whole, tuple(pieces), panel.contour.count, bits)


def _covered(panel: Panel, first: Fraction, last: Fraction) -> list[tuple[float, float, Enclosure]]:
    """Enclosures on pieces that cover [first, last], whose ends are shared rationals."""
    count = max(1, math.ceil(_PER_DECADE * math.log10(last / first)))
    ratio = float(last / first)
    cuts = [first, *(first * Fraction(ratio ** (i / count)) for i in range(1, count)), last]
    waiting = [(cuts[i], cuts[i + 1], 0) for i in reversed(range(count))]
    found = []
    while waiting:
        left, right, depth = waiting.pop()
        try:
            piece, excess = _on_piece(panel, left, right)
            good = excess <= 0 or depth == _DEPTH
        except Refused:
            if depth == _DEPTH:
                raise
            good = False
        if good:
            found.append((float(left), float(right), piece))
        else:
            middle = Fraction(math.sqrt(left * right))
            waiting += [(middle, right, depth + 1), (left, middle, depth + 1)]
    return found


def _on_piece(panel: Panel, left: Fraction, right: Fraction) -> tuple[Enclosure, float]:
    """The slope on [left, right], and by how much its enclosure is wider than it should be."""
    centre = Fraction(math.sqrt(left * right))
    times = real(left).union(real(right))
    halves = [abs((real(end) / real(centre)).log()) for end in (left, right)]
    x = arb(0, halves[0].max(halves[1]).abs_upper())
    exact_part = _coefficients(panel, real(centre), _ORDER)
    last = _coefficients(panel, times, _ORDER + 1)[_ORDER]
    spread = [_shifted(exact_part, last, n, x) for n in range(_QUOTIENT + 2)]
    at_centre = _quotient(exact_part)
    tail = _quotient(spread)[_QUOTIENT]
    q, power = arb(0), arb(1)
    for i in range(_QUOTIENT):
        q += at_centre[i] * power
        power = power * x
    q += tail * power
    loss = spread[0]
    lost, lost_slope = panel.remainder.at(times), panel.remainder.at(times, moment=1)
    rest = loss - lost
    if not rest > 0:
        raise Refused("the loss is positive on a piece of the range", bits_now())
    error = ((lost_slope + abs(q) * lost) / rest).abs_upper()
    value = q + arb(0, error)
    variation = 2 * abs(at_centre[1]) * x.abs_upper()
    least, share = _SLACK
    return enclosure(value), float((2 * arb(value.rad()) - variation * (1 + share)).upper()) - least


def _coefficients(panel: Panel, t: Ball, count: int) -> list[Ball]:
    """Taylor coefficients 0..count-1 of g in log t at the ball t."""
    moments = [acb(0)] * count
    for point, term in panel.terms:
        z = point * t
        value = z.exp() * term
        for j in range(count):
            moments[j] = moments[j] + value
            value = value * z
    real_moments = [moment.real for moment in moments]
    return [
        sum((real_moments[j] * _stirling(n, j) for j in range(n + 1)), arb(0)) / math.factorial(n) for n in range(count)
    ]


def _shifted(exact_part: list[Ball], last: Ball, n: int, x: Ball) -> Ball:
    """g_n at any point of the piece: its Taylor series around the centre, with the remainder of Lagrange."""
    total, power = arb(0), arb(1)
    for j in range(_ORDER - n):
        total += exact_part[n + j] * math.comb(n + j, n) * power
        power = power * x
    return total + last * math.comb(_ORDER, n) * power


def _quotient(g: list[Ball]) -> list[Ball]:
    """Coefficients 0..m of g'/g."""
    if not abs(g[0]) > 0:
        raise Refused("the loss is positive on a piece of the range", bits_now())
    count = _QUOTIENT + 1
    slope = arb_series([(n + 1) * g[n + 1] for n in range(count)], count)
    found = slope / arb_series(g[:count], count)
    return [found[i] for i in range(count)]


@functools.cache
def _stirling(n: int, j: int) -> int:
    """Stirling numbers of the second kind."""
    if n == j:
        return 1
    if not 0 < j < n:
        return 0
    return j * _stirling(n - 1, j) + _stirling(n - 1, j - 1)
