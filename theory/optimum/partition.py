"""Cut the plane of two parameters into the regions on which a certified answer stays the same.

**Setting.** A *question* is a function of a parameter point that returns a label and a certificate: rational
functions of the parameters such that the label is constant on every connected set where none of them vanishes
(`tropical.Optimum` gives such certificates). A partition answers the question for the whole positive quadrant at once.

**Algorithm.** Ask at a sample of every cell of the arrangement (see `arrangement`) of all certificate curves met
so far; new answers bring new curves; stop when no cell is left whose answer is not certified by curves already in
the arrangement. Then every cell carries a proved label. Curves with the same label on both sides are dropped, the
rest are the boundaries; each region is described by the smallest set of sign conditions that the cells confirm.
Nothing is fitted or guessed; what meets on a boundary is answered by `neighbours`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from sympy import And, Eq, Expr, Gt, Lt, Or, Poly, Rational, Symbol, real_roots, sympify
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean
from sympy.polys.domains import ZZ

from ..algebra.rational import root
from .arrangement import Point, Stack, cells_around, irreducible_factors, stacks, stacks_across

Question = Callable[[Mapping[Symbol, Any]], tuple[Hashable, Iterable[Any]]]


@dataclass(frozen=True)
class Region:
    """All parameters with one label: ``condition`` in inequalities, and an interior rational ``sample``."""

    label: Hashable
    condition: Boolean
    sample: Point

    @property
    def inequalities(self) -> tuple[Boolean, ...]:
        """The condition as a list of inequalities that hold together."""
        return self.condition.args if isinstance(self.condition, And) else (self.condition,)


@dataclass(frozen=True)
class Border:
    """A curve, as equation and as irreducible polynomial, with the labels of the two regions that it separates."""

    equation: Eq
    polynomial: Expr
    between: tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Partition:
    """Regions that fill the positive quadrant of ``parameters``, and the borders between them."""

    parameters: tuple[Symbol, Symbol]
    regions: tuple[Region, ...]
    borders: tuple[Border, ...]


@dataclass(frozen=True, eq=False)
class _Curve:
    """A polynomial with whole coefficients, as exponents and coefficients, with its degrees; one object for each.

    So it is found by its identity: points are many, and to hash and compare polynomials took longer than their signs.
    """

    polynomial: Poly
    terms: tuple[tuple[int, int, int], ...]
    wide: int
    tall: int


@cache
def _curve_of(polynomial: Poly) -> _Curve:
    terms = tuple((i, j, int(c)) for (i, j), c in polynomial.terms())
    return _Curve(polynomial, terms, max(i for i, _, _ in terms), max(j for _, j, _ in terms))


@dataclass
class _Certified:
    """Answers met so far, each with the signs of its certificate curves."""

    question: Question
    parameters: tuple[Symbol, Symbol]
    known: list[tuple[Hashable, tuple[tuple[_Curve, int], ...]]] = field(default_factory=list)
    curves: set[Poly] = field(default_factory=set)

    def label(self, point: Point) -> Hashable:
        signs = _Signs(point)
        for label, certificate in self.known:
            if all(signs[curve] == sign for curve, sign in certificate):
                return label
        at = {s: Rational(v.numerator, v.denominator) for s, v in zip(self.parameters, point, strict=True)}
        label, expressions = self.question(at)
        found = irreducible_factors(expressions, self.parameters)
        self.known.append((label, tuple((curve, signs[curve]) for curve in map(_curve_of, found))))
        self.curves |= found
        return label


class _Signs(dict[_Curve, int]):
    """The signs of polynomials at a point."""

    def __init__(self, point: Point) -> None:
        super().__init__()
        x, y = point
        self.x, self.x_unit, self.y, self.y_unit = x.numerator, x.denominator, y.numerator, y.denominator

    def __missing__(self, curve: _Curve) -> int:
        value, wide, tall = 0, curve.wide, curve.tall
        for i, j, c in curve.terms:
            value += c * self.x**i * self.x_unit ** (wide - i) * self.y**j * self.y_unit ** (tall - j)
        self[curve] = sign = (value > 0) - (value < 0)
        return sign


def partition(parameters: tuple[Symbol, Symbol], question: Question) -> Partition:
    """Answer a certified question on the whole positive quadrant of two parameters."""
    answers = _Certified(question, parameters)
    answers.label((Fraction(1), Fraction(1)))
    while True:
        curves = set(answers.curves)
        upright = list(stacks(curves))
        cells = {s: answers.label(s) for stack in upright for s in stack.samples}
        if answers.curves == curves:
            break
    walls = _walls(upright, cells) + _vertical_walls(answers, curves, parameters)
    atoms = {atom for polynomial, where, _ in walls for atom in [_atom(polynomial, where)]}
    regions = _describe(cells, sorted(atoms, key=str), parameters)
    rank = {region.label: n for n, region in enumerate(regions)}
    borders = {
        Border(_equation(_atom(p, where), parameters), p.as_expr(), (a, b) if rank[a] < rank[b] else (b, a))
        for p, where, (a, b) in walls
    }
    return Partition(
        parameters,
        regions,
        tuple(sorted(borders, key=lambda b: (str(b.equation), *(rank[label] for label in b.between)))),
    )


_Found = list[tuple[Poly, tuple[Fraction, Fraction], tuple[Hashable, Hashable]]]
"""Curves with different labels on their two sides, with an interval of the root where they are met."""


def _walls(found: Iterable[Stack], labels: Mapping[Point, Hashable]) -> _Found:
    """The walls of stacks at which the label changes."""
    return [
        (wall.polynomial, wall.where, (labels[low], labels[high]))
        for stack in found
        for wall, low, high in zip(stack.walls, stack.samples, stack.samples[1:], strict=False)
        if labels[low] != labels[high]
    ]


def _vertical_walls(answers: _Certified, curves: set[Poly], parameters: tuple[Symbol, Symbol]) -> _Found:
    """The vertical lines at which the label changes, seen in the other order of the parameters."""
    x, y = parameters
    turned = {p: p.reorder(y, x) for p in curves}
    lines = {turned[p] for p in curves if p.degree(y) == 0}
    across = list(stacks_across(lines, turned.values()))
    labels = {(b, a): answers.label((a, b)) for stack in across for b, a in stack.samples}
    return [(p.reorder(x, y), where, pair) for p, where, pair in _walls(across, labels) if p in lines]


@cache
def _atom(poly: Poly, where: tuple[Fraction, Fraction]) -> Expr:
    """The polynomial itself, or, if it has one variable, the linear factor of its root in the given interval."""
    univariate = poly.exclude()
    if len(univariate.gens) > 1 or univariate.degree() == 1:
        return poly.as_expr()
    (root,) = (r for r in _real_roots(univariate) if where[0] <= r <= where[1])
    return univariate.gen - root


@cache
def _real_roots(univariate: Poly) -> tuple[Expr, ...]:
    return tuple(real_roots(univariate))


def _describe(
    cells: Mapping[Point, Hashable], atoms: Sequence[Expr], parameters: tuple[Symbol, Symbol]
) -> tuple[Region, ...]:
    signs = {point: _are_positive(atoms, point, parameters) for point in cells}
    regions = []
    samples = {
        label: min(
            (p for p, other in cells.items() if other == label), key=lambda p: (p[0].denominator + p[1].denominator, p)
        )
        for label in set(cells.values())
    }
    for label, sample in sorted(samples.items(), key=lambda found: (str(found[0]), found[1])):
        inside = {signs[p] for p, found in cells.items() if found == label}
        outside = {s for p, s in signs.items() if cells[p] != label}
        clauses = (
            [_clause({s}, outside) for s in sorted(inside)] if (whole := _clause(inside, outside)) is None else [whole]
        )
        parts = [
            And(*(_inequality(atoms[i], sign, parameters) for i, sign in sorted((clause or {}).items())))
            for clause in clauses
        ]
        regions.append(Region(label, Or(*dict.fromkeys(parts)), sample))
    return tuple(regions)


def _clause(inside: set[tuple[bool, ...]], outside: set[tuple[bool, ...]]) -> dict[int, bool] | None:
    """The fewest sign conditions shared by all of ``inside`` that exclude ``outside``, if there are any."""
    columns = list(zip(*inside, strict=True))
    shared = {i: column[0] for i, column in enumerate(columns) if len(set(column)) == 1}

    def excludes(conditions: Mapping[int, bool]) -> bool:
        return all(any(s[i] != sign for i, sign in conditions.items()) for s in outside)

    if not excludes(shared):
        return None
    for i in list(shared):
        rest = {k: v for k, v in shared.items() if k != i}
        if excludes(rest):
            shared = rest
    return shared


def _are_positive(atoms: Sequence[Expr], point: Point, parameters: tuple[Symbol, Symbol]) -> tuple[bool, ...]:
    signs, found = _Signs(point), []
    for atom in atoms:
        curve = _curve(atom, parameters)
        if curve.domain == ZZ:
            found.append(signs[_curve_of(curve)] > 0)
        else:
            (symbol,) = atom.free_symbols  # `_atom` leaves irrational numbers to linear factors of one variable
            found.append(_is_beyond(atom, symbol, point[parameters.index(symbol)]))
    return tuple(found)


@cache
def _is_beyond(atom: Expr, symbol: Symbol, value: Fraction) -> bool:
    """Whether a symbol has a value beyond an irrational root: many points share it."""
    return bool(atom.subs(symbol, Rational(value.numerator, value.denominator)) > 0)


@cache
def _curve(atom: Expr, parameters: tuple[Symbol, Symbol]) -> Poly:
    """The atom as a polynomial; an irrational root in it makes its domain another than ZZ."""
    return Poly(atom, *parameters, extension=True)


def _sides(atom: Expr, parameters: tuple[Symbol, Symbol]) -> tuple[Expr, Expr, bool]:
    """Write atom > 0 as left > right (or left < right, if flipped) in the shape people use."""
    poly = _curve(atom, parameters)
    for symbol in reversed(parameters):
        if (slope := slope_in(poly, symbol)) is not None:
            if atom.free_symbols == set(parameters) and poly.total_degree() == 1 and poly.coeff_monomial(1) != 0:
                total = slope * symbol
                for other in parameters:
                    if other != symbol:
                        total += poly.coeff_monomial(other) * other
                return (total / abs(slope), (total - atom).expand() / abs(slope), False)
            return symbol, root(atom, symbol), bool(slope < 0)
    return atom, sympify(0), False


def slope_in(polynomial: Poly, symbol: Symbol) -> Expr | None:
    """The slope of a polynomial in a symbol in which it is linear, if that is a number; else None."""
    slope = None
    for powers, c in polynomial.terms():
        at = powers[polynomial.gens.index(symbol)]
        if at > 1 or (at == 1 and sum(powers) > 1):
            return None
        slope = c if at == 1 else slope
    return slope


def _inequality(atom: Expr, positive: bool, parameters: tuple[Symbol, Symbol]) -> Relational:
    left, right, flipped = _sides(atom, parameters)
    return relation(left, right, positive != flipped)


def relation(left: Expr, right: Expr, greater: bool) -> Relational:
    """``left > right`` or ``left < right``, of which it is known that assumptions on the symbols decide neither."""
    return (Gt if greater else Lt)(left, right, evaluate=False)


def _equation(atom: Expr, parameters: tuple[Symbol, Symbol]) -> Eq:
    left, right, _ = _sides(atom, parameters)
    return Eq(left, right, evaluate=False)


def neighbours(parameters: tuple[Symbol, Symbol], question: Question, point: Point) -> list[Hashable]:
    """Labels of all regions whose closure holds a rational point: one inside a region, two or more on a boundary.

    The cells of the certificate curves around the point are asked (see `arrangement.cells_around`) until no new
    curve comes up.
    """
    answers = _Certified(question, parameters)
    label = answers.label(point)
    signs = _Signs(point)
    if all(signs[_curve_of(p)] for p in answers.curves):
        return [label]
    while True:
        curves = set(answers.curves)
        answers.known.clear()
        labels = dict.fromkeys(answers.label(p) for p in cells_around(curves, point))
        if answers.curves == curves:
            return list(labels)
