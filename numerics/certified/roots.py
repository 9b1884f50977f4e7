r"""A root on the real axis: found between bounds, and enclosed by two points at which the signs are certain.

The search is regula falsi (Illinois) in u = log(x - origin), where the functions of this wing, logarithms of sums over
a power law, are nearly straight; every fourth step is a bisection.  It needs no digits.  Secants at the full precision
follow, and what they end at is a proposal: only the signs prove.
"""

from __future__ import annotations

from collections.abc import Callable

from .balls import Ball, Refused, arb, bits_now, magnitude, midpoint, working

_SEARCH_BITS = 96
_MAX_STEPS = 200
_MAX_SECANTS = 40
_NEAR = 2.0**-20  # width of a bracket in u from which secants converge


def enclosed_root(rise: Callable[[Ball], Ball], bounds: tuple[Ball, Ball], origin: Ball, name: str) -> Ball:
    """The root of a function that is negative at its left and positive at its right, between `bounds` > origin.

    Raises
    ------
    Refused
        If the signs on both sides cannot be decided at the precision in force.
    """
    full = bits_now()
    x = _secants(rise, _searched(rise, bounds, origin, name), origin)
    for spare in (6, 10, 16, 24, 36, 54, 80, 120):
        if spare > full - 8:
            break
        step = abs(x) * arb(2) ** (spare - full)
        low, high = midpoint(x - step), midpoint(x + step)
        if low > origin and rise(low) < 0 and rise(high) > 0:
            return low.union(high)
    raise Refused(f"{name} is enclosed near {x.str(6, radius=False)}", full)


def _searched(rise: Callable[[Ball], Ball], bounds: tuple[Ball, Ball], origin: Ball, name: str) -> Ball:
    """A point near the root."""
    ends = [midpoint((bound - origin).log()) for bound in bounds]
    with working(min(bits_now(), _SEARCH_BITS)):

        def at(u: Ball) -> Ball:
            return rise(midpoint(origin + u.exp()))

        left, right = midpoint(ends[0] - _NEAR), midpoint(ends[1] + _NEAR)
        below, above, last = midpoint(at(left)), midpoint(at(right)), 0
        for step in range(_MAX_STEPS):
            if not right - left > _NEAR:
                break
            middle = (left + right) / 2
            slope = above - below
            if step % 4 < 3 and below < 0 < above and slope > 0:
                middle = midpoint(left - below * (right - left) / slope)
            value = at(midpoint(middle))
            if not value.is_finite():
                raise Refused(f"a sum is bounded on the way to {name}", bits_now())
            if value < 0:
                left, below, above = midpoint(middle), midpoint(value), above / 2 if last < 0 else above
            elif value > 0:
                right, above, below = midpoint(middle), midpoint(value), below / 2 if last > 0 else below
            else:
                return midpoint(origin + midpoint(middle).exp())
            last = -1 if value < 0 else 1
    return midpoint(origin + midpoint((left + right) / 2).exp())


def _secants(rise: Callable[[Ball], Ball], x: Ball, origin: Ball) -> Ball:
    """The proposal at the precision in force."""
    full = bits_now()
    other = x + (x - origin) * arb(2) ** -30
    here, there = midpoint(rise(x)), midpoint(rise(other))
    for _ in range(_MAX_SECANTS):
        gap = here - there
        if not abs(gap) > 0:
            break
        move = midpoint(here * (x - other) / gap)
        if not x - move > origin:
            break
        other, there = x, here
        x = midpoint(x - move)
        if magnitude(move) <= magnitude(x) - full + 4:
            break
        here = midpoint(rise(x))
    return x
