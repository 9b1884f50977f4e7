"""Real roots of polynomials in one variable, and rational numbers between them.

A polynomial is its whole coefficients, the highest power first. Roots are isolated by intervals and refined until these
are disjoint, never approximated; the root of a linear polynomial is its own interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import gcd
from typing import Generic, TypeVar

from sympy import Dummy, Poly
from sympy.polys.domains import ZZ
from sympy.polys.polyclasses import DMP

Owner = TypeVar("Owner")
Coefficients = tuple[int, ...]
Interval = tuple[Fraction, Fraction]
_Z = Dummy("z")


def in_one_variable(coefficients: Coefficients) -> Poly:
    """The polynomial of some coefficients, as SymPy has it."""
    return Poly.new(DMP.from_list(list(coefficients), 0, ZZ), _Z)


def samples_between(
    family: Iterable[tuple[Coefficients, Owner]], bottom: Fraction = Fraction(0), top: Fraction | None = None
) -> tuple[list[Fraction], list[tuple[Interval, Owner]]]:
    """Rational numbers between the real roots of polynomials above a number, and these roots with their owners.

    No two of the polynomials have a root in common.
    """
    roots = [root for coefficients, owner in family for root in _roots_above(coefficients, bottom, owner)]
    roots = [root for root in roots if top is None or root.lo < top]
    roots.sort(key=lambda root: (root.lo, root.hi, root.coefficients))  # whatever the order of a set
    while any(a.hi >= b.lo for a, b in pairwise(roots)):
        for a, b in pairwise(roots):
            if a.hi >= b.lo:
                a.halve()
                b.halve()
        roots.sort(key=lambda root: (root.lo, root.hi))
    while top is not None and any(root.lo < top <= root.hi for root in roots):
        for root in roots:
            root.halve()
    roots = [root for root in roots if top is None or root.hi < top]
    edges = [bottom, *(edge for root in roots for edge in (root.lo, root.hi))]
    edges.append(Fraction(int(edges[-1]) + 2) if top is None else top)
    samples = [simplest_between(lo, hi) for lo, hi in zip(edges[::2], edges[1::2], strict=True)]
    return samples, [((root.lo, root.hi), root.owner) for root in roots]


@cache
def factors(coefficients: Coefficients) -> tuple[Coefficients, ...]:
    """The irreducible factors that have a root above zero, as far as the signs of their coefficients tell.

    They are without a common divisor, and start positive.
    """
    if len(coefficients) < 2:
        return ()
    found = [coefficients] if len(coefficients) == 2 else _irreducible(coefficients)
    return tuple(_primitive(factor) for factor in found if min(factor) < 0 < max(factor))


def _irreducible(coefficients: Coefficients) -> list[Coefficients]:
    return [tuple(map(int, factor.all_coeffs())) for factor, _ in in_one_variable(coefficients).factor_list()[1]]


def _primitive(coefficients: Coefficients) -> Coefficients:
    divisor = gcd(*coefficients) * (1 if coefficients[0] > 0 else -1)
    return tuple(c // divisor for c in coefficients)


@dataclass
class _Root(Generic[Owner]):
    """The only root of a square-free polynomial in an interval."""

    coefficients: Coefficients
    lo: Fraction
    hi: Fraction
    owner: Owner

    def halve(self) -> None:
        if self.lo == self.hi:
            return
        middle = (self.lo + self.hi) / 2
        at = _scaled(self.coefficients, middle)
        if at == 0:
            self.lo = self.hi = middle
        elif (at > 0) == (_scaled(self.coefficients, self.lo) > 0):
            self.lo = middle
        else:
            self.hi = middle


def _scaled(coefficients: Coefficients, x: Fraction) -> int:
    """The polynomial at x, times a power of the denominator of x: whole, and of the same sign."""
    value, power = 0, 1
    for c in coefficients:
        value = value * x.numerator + c * power
        power *= x.denominator
    return value


def _roots_above(coefficients: Coefficients, bottom: Fraction, owner: Owner) -> list[_Root[Owner]]:
    """The real roots above a number, isolated."""
    if len(coefficients) < 2:
        return []
    square_free, intervals = _isolated(coefficients)
    roots = [_Root(square_free, lo, hi, owner) for lo, hi in intervals if hi > bottom]
    for root in roots:
        while root.lo <= bottom < root.hi and _scaled(square_free, bottom) != 0:
            root.halve()
    return [root for root in roots if root.lo > bottom]


@cache
def _isolated(coefficients: Coefficients) -> tuple[Coefficients, tuple[Interval, ...]]:
    """A polynomial without multiple factors that has the same roots, and an interval around each real one."""
    if len(coefficients) == 2:
        zero = Fraction(-coefficients[1], coefficients[0])
        return coefficients, ((zero, zero),)
    square_free = in_one_variable(coefficients).sqf_part()
    intervals = (
        (Fraction(int(lo.p), int(lo.q)), Fraction(int(hi.p), int(hi.q))) for lo, hi in square_free.intervals(sqf=True)
    )
    return tuple(map(int, square_free.all_coeffs())), tuple(intervals)


def simplest_between(lo: Fraction, hi: Fraction) -> Fraction:
    """The fraction of least denominator strictly between two numbers (Stern-Brocot descent): keeps samples short."""
    return Fraction(*_simplest(lo.numerator, lo.denominator, hi.numerator, hi.denominator))


def _simplest(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """Between a/b and c/d; in whole numbers, since most of the time of `Fraction` is its greatest common divisors."""
    floor, rest = divmod(a, b)
    if (floor + 1) * d < c:
        return floor + 1, 1
    above = c - floor * d
    if rest == 0:
        return floor * (d // above + 1) + 1, d // above + 1
    p, q = _simplest(d, above, b, rest)
    return floor * p + q, p
