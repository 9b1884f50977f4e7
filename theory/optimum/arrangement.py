"""Open cells of the positive quadrant cut by algebraic curves: a small cylindrical decomposition.

**Definitions.** Given irreducible polynomials p_1 ... p_n in two parameters (x, y), their *arrangement* is the set of
connected components of {x > 0, y > 0} minus the curves p_i = 0. Every p_i has one sign on a cell, so whatever is
decided by these signs may be decided at one sample point.

**Idea** (G. E. Collins 1975; S. McCallum 1988 for the projection). The curves move without meeting or escaping
to infinity over any interval of x free of the roots of their leading coefficients, discriminants and pairwise
resultants. Over such an interval the cells are stacked, separated by the curves in a fixed order. One rational x per
interval, and one rational y between neighbouring roots there, visits all cells. Cells of lower dimension
are not needed: boundaries are found as the walls between two stacked cells. Only vertical lines are no walls of these
stacks. They are seen in the other order of the variables, from one stack between any two of their meetings with other
curves (`stacks_across`): between these the cells beside a line stay the same, whatever the rest of the stack does.

All arithmetic is rational; real roots are isolated, never approximated (see `roots`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, dropwhile
from math import gcd
from typing import Any

from sympy import Poly, Rational, Symbol
from sympy.polys.domains import QQ

from ..algebra.rational import element
from .roots import Coefficients, factors, in_one_variable, samples_between

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Wall:
    """The curve ``polynomial = 0`` between two stacked cells; ``where`` isolates its root in the second variable."""

    polynomial: Poly
    where: tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Stack:
    """Cells over one interval of the first variable: samples from bottom to top, and the walls between them."""

    samples: tuple[Point, ...]
    walls: tuple[Wall, ...]


def irreducible_factors(functions: Iterable[Any], parameters: Sequence[Symbol]) -> set[Poly]:
    """Irreducible polynomials behind the signs of rational functions, without those of one sign on the quadrant.

    The functions are expressions or elements of the field (`..algebra.rational`).
    """
    names = tuple(parameters)
    return {poly for function in functions for poly in _factors(element(function, names), names)}


@cache
def _factors(function: Any, parameters: tuple[Symbol, ...]) -> tuple[Poly, ...]:
    parts = (Poly.from_dict(dict(part), *parameters, domain=QQ) for part in (function.numer, function.denom) if part)
    return tuple(p for part in parts for p in _divisors(part))


@cache
def _divisors(polynomial: Poly) -> tuple[Poly, ...]:
    """The irreducible factors that have both signs on the quadrant, in whole numbers, the first of them positive."""
    found = []
    for factor, _ in polynomial.factor_list()[1]:
        poly = factor.clear_denoms(convert=True)[1].primitive()[1]
        if len({c > 0 for c in poly.coeffs()}) == 2:
            found.append(poly if poly.LC() > 0 else -poly)
    return tuple(found)


def stacks(polynomials: Iterable[Poly]) -> Iterator[Stack]:
    """All open cells of the positive quadrant, stack by stack along the first generator of the polynomials."""
    polys = sorted(set(polynomials), key=lambda p: (p.total_degree(), str(p)))
    if not polys:
        yield Stack(((Fraction(1), Fraction(1)),), ())
        return
    x, y = polys[0].gens
    for abscissa in _between(_projection([*polys, Poly(y, x, y)], x, y)):
        yield _stack(abscissa, _over(polys, abscissa))


def stacks_across(lines: Iterable[Poly], polynomials: Iterable[Poly]) -> Iterator[Stack]:
    """Stacks that meet every piece of `lines`, which are among the polynomials and free of their first generator.

    Other curves may meet over the same abscissa: their common factors there are counted once.
    """
    polys, crossed = set(polynomials), set(lines)
    if not crossed:
        return
    x, y = next(iter(polys)).gens
    critical = {p for p in polys if p.degree(y) == 0}
    for line in crossed:
        critical.update(*(_meetings(line, p, x, y) for p in polys - crossed if p.degree(y) > 0))
    for abscissa in _between(critical):
        family = {part: p for on, p in _over(polys, abscissa) for part in factors(on)}
        yield _stack(abscissa, list(family.items()))


def _between(critical: Iterable[Poly]) -> list[Fraction]:
    return samples_between((_whole(p.exclude()), p) for p in critical)[0]


@cache
def _whole(univariate: Poly) -> Coefficients:
    return tuple(int(c) for c in univariate.clear_denoms(convert=True)[1].all_coeffs())


def _stack(abscissa: Fraction, family: list[tuple[Coefficients, Poly]]) -> Stack:
    ordinates, roots = samples_between(family)
    return Stack(tuple((abscissa, h) for h in ordinates), tuple(Wall(p, where) for where, p in roots))


def cells_around(polynomials: Iterable[Poly], point: Point) -> list[Point]:
    """A sample of every cell whose closure holds the point, taken from one small box around it.

    Above and below the point the box is so low that on the vertical line through the point no curve meets it
    elsewhere; to the sides it is so narrow that over it no two curves, and no curve and an edge of the box, meet
    except on that line. So every cell inside reaches the point.
    """
    polys = sorted(set(polynomials), key=str)
    x, y = polys[0].gens
    here, height, width = point, point[1] / 2, point[0] / 2
    upright = [in_one_variable(on) for on, _ in _over(polys, here[0])]
    while any(_count(p, here[1], height) > (p.eval(_exact(here[1])) == 0) for p in upright if not p.is_zero):
        height /= 2
    edges = [Poly(y - _exact(here[1] + side * height), x, y) for side in (-1, 1)]
    critical = [p.exclude() for p in _projection([*polys, *edges], x, y)]
    while any(_count(p, here[0], width) > (p.eval(_exact(here[0])) == 0) for p in critical):
        width /= 2
    found = []
    for abscissa in (here[0] - width, here[0] + width):
        found += [(abscissa, h) for h in samples_between(_over(polys, abscissa), here[1] - height, here[1] + height)[0]]
    return found


def _count(poly: Poly, centre: Fraction, radius: Fraction) -> int:
    return int(poly.count_roots(_exact(centre - radius), _exact(centre + radius)))


def _exact(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)


def _over(polys: Iterable[Poly], abscissa: Fraction) -> list[tuple[Coefficients, Poly]]:
    """The polynomials restricted to a vertical line, each with its owner."""
    return [(_restricted(p, abscissa), p) for p in polys if p.degree(p.gens[1]) > 0]


def _restricted(poly: Poly, abscissa: Fraction) -> Coefficients:
    """The polynomial on a vertical line, in whole coefficients."""
    wide, rows = _rows(poly)
    unit = abscissa.denominator
    powers = [abscissa.numerator**i * unit ** (wide - i) for i in range(wide + 1)]
    values = [sum(c * powers[i] for i, c in row) for row in rows]
    divisor = gcd(powers[0], *values)
    return tuple(value // divisor for value in dropwhile(lambda value: value == 0, values))


@cache
def _rows(poly: Poly) -> tuple[int, tuple[tuple[tuple[int, int], ...], ...]]:
    """Its degree in the first variable, and for each power of the second, from the highest, its terms in the first."""
    terms = poly.clear_denoms(convert=True)[1].terms()
    rows = tuple(
        tuple((i, int(c)) for (i, j), c in terms if j == power) for power in range(poly.degree(poly.gens[1]), -1, -1)
    )
    return poly.degree(poly.gens[0]), rows


def _projection(polys: list[Poly], x: Symbol, y: Symbol) -> set[Poly]:
    tall = [p for p in polys if p.degree(y) > 0]
    lines = {line for p in polys for line in _turns(p, x, y)}
    lines |= {line for pair in combinations(tall, 2) for line in _meetings(*pair, x, y)}
    return {p for p in lines if p.degree(x) > 0}


@cache
def _turns(poly: Poly, x: Symbol, y: Symbol) -> tuple[Poly, ...]:
    """Where a curve turns back, or goes to infinity, in the direction of y."""
    turned = poly.reorder(y, x)
    top = max(i for i, _ in turned.monoms())
    lead = Poly.from_dict({(j,): c for (i, j), c in turned.rep.to_dict().items() if i == top}, x, domain=turned.domain)
    parts = [lead] + ([turned.discriminant()] if top > 1 else [])
    return tuple(_in_plane(p, y) for part in parts for p in _divisors(part))


@cache
def _meetings(p: Poly, q: Poly, x: Symbol, y: Symbol) -> tuple[Poly, ...]:
    """Where two curves have a common point."""
    resultant = p.reorder(y, x).resultant(q.reorder(y, x))
    return tuple(_in_plane(part, y) for part in _divisors(resultant))


def _in_plane(line: Poly, y: Symbol) -> Poly:
    """A polynomial in x as one in x and y."""
    return Poly.from_dict({(i, 0): c for (i,), c in line.rep.to_dict().items()}, line.gen, y, domain=line.domain)
