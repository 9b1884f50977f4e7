"""Minimise a tropical polynomial under a budget, exactly and parametrically.

**Definitions.** A scaling law is, up to constants, a maximum of power laws of a few resources,

    L(d, r, ...) = max_i  d^{m_i1} r^{m_i2} ...            (the terms)

to be minimised under a budget ``d^{b_1} r^{b_2} ... = f`` inside a window given by monomial inequalities
``d^{c_k1} r^{c_k2} ... <= 1``. With ``u = (log_f d, log_f r, ...)`` all of this is linear,

    minimise tau   subject to   m_i . u <= tau,   c_k . u <= 0,   b . u = 1,

so ``d* ~ f^{u_1}`` and ``L* ~ f^{tau}``. The numbers ``m_i, c_k, b`` are rational functions of the parameters (alpha,
beta, ...) of the spectral assumption: this is a multi-parametric linear program.

**Idea.** At one rational parameter point the program is solved by enumerating bases (n rows out of a handful) in
rational arithmetic; a basis that is primal and dual feasible is optimal. The same basis solved over the field
``QQ(alpha, beta, ...)`` gives the optimum as a formula, and the formula holds on the whole *critical region*, where the
slacks and multipliers of the basis keep their signs. These rational functions are returned as the **certificate**:
on any connected set where none of their factors vanishes the answer is the same, and that is proved, not sampled.
(T. Gal, J. Nedoma, *Multiparametric linear programming*, Management Science 18, 1972.)

**Example.** ``L = N^{-a} + D^{-b}`` under ``C = N D`` has its optimum where the two terms tie:

>>> from sympy import symbols
>>> a, b = symbols("a b", positive=True)
>>> toy = Program((a, b), ("N", "D"), (Power("model", (-a, 0)), Power("data", (0, -b))),
...               (Power("N >= 1", (-1, 0)), Power("D >= 1", (0, -1))), (1, 1))
>>> best = toy.solve({a: 1, b: 2})
>>> best.value, best.point, sorted(best.active)
(-a*b/(a + b), (b/(a + b), a/(a + b)), ['data', 'model'])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations
from math import gcd, lcm
from operator import mul
from typing import Any

from sympy import Expr, Symbol
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from ..algebra.rational import element, factored, field, point_of, value
from ..errors import AssumptionError


@dataclass(frozen=True)
class Power:
    """A monomial of the resources without its constant: a name and one exponent per resource."""

    name: str
    exponents: tuple[Expr | int, ...]


@dataclass(frozen=True)
class Optimum:
    """Where the loss is least: ``L* ~ f^value`` at ``u = point``; both are kept as elements of the field, too.

    ``active`` names the terms that attain the maximum there identically in the parameters, ``binding`` the window
    constraints that hold with equality. ``unique`` says that it is proved (all multipliers positive) that no other
    point does as well; otherwise ``point`` is one of many, and only the terms that hold the value up are active.
    ``multipliers`` are those of the linear program: of the terms they are the shares of a sum of terms at its minimum
    (see `geometric`), and add up to one.
    ``certificate`` lists the rational functions, as elements of the field, whose signs make the formula the optimum;
    while none of them changes sign, the answer stays.
    """

    least: Any
    place: tuple[Any, ...]
    active: frozenset[str]
    binding: frozenset[str]
    unique: bool
    shares: Mapping[str, Any]
    certificate: tuple[Any, ...]

    @cached_property
    def value(self) -> Expr:
        """The exponent of the loss."""
        return factored(self.least)

    @cached_property
    def point(self) -> tuple[Expr, ...]:
        """The exponents of the resources."""
        return tuple(map(factored, self.place))

    @cached_property
    def multipliers(self) -> dict[str, Expr]:
        """The multipliers that are not zero, by the name of the term or constraint."""
        return {name: factored(x) for name, x in self.shares.items()}


@dataclass(frozen=True)
class Program:
    """The parametric linear program of the module's introduction.

    Attributes:
        parameters: symbols of the spectral assumption.
        resources: names of the n variables ``u``.
        terms: the monomials of the loss.
        constraints: monomials that must stay ``<= 1``: the window.
        budget: exponents b of the budget monomial, ``b . u = 1``.
    """

    parameters: tuple[Symbol, ...]
    resources: tuple[str, ...]
    terms: tuple[Power, ...]
    constraints: tuple[Power, ...]
    budget: tuple[Expr | int, ...]

    @cached_property
    def field(self) -> Any:
        """The field QQ(parameters) in which formulas live."""
        return field(self.parameters)

    @cached_property
    def field_rows(self) -> list[list[Any]]:
        """Rows g of g . (u, tau) <= 0, terms first, then constraints; and the budget."""
        rows = [[*p.exponents, -1] for p in self.terms] + [[*p.exponents, 0] for p in self.constraints]
        return [[element(x, self.parameters) for x in row] for row in [*rows, [*self.budget, 0]]]

    def solve(self, at: Mapping[Symbol, Any]) -> Optimum:
        """The optimum at a rational parameter point, as formulas with their certificate.

        Raises:
            AssumptionError: nothing satisfies the window, or the loss can be made arbitrarily small on it.
        """
        point = point_of({s: at[s] for s in self.parameters})
        *rows, budget = [_whole([value(x, point) for x in row]) for row in self.field_rows]
        bases = list(_optimal_bases(rows, budget))
        if bases:
            return _formula(self, max(bases, key=lambda found: found[1])[0])
        where = ", ".join(f"{s} = {v}" for s, v in at.items())
        raise AssumptionError(
            f"the budget has no optimum inside the window at {where}: the window is empty or the loss unbounded"
        )

    def closed(self, at: Mapping[Symbol, Any]) -> tuple[Any, ...] | None:
        """What proves that the window is empty at a rational parameter point; None where nothing proves it.

        The budget is then a sum of constraints, ``b = sum of y_k c_k`` with ``y_k >= 0``, so that ``b . u <= 0`` where
        all of them hold. The y are returned as elements of the field: while they keep their signs, it stays empty.

        >>> small = Program((), ("N", "D"), (), (Power("N <= 1", (1, 0)), Power("D <= 1", (0, 1))), (1, 2))
        >>> [str(y) for y in small.closed({})]
        ['1', '2']
        """
        point = point_of({s: at[s] for s in self.parameters})
        rows, budget = self.field_rows[len(self.terms) : -1], self.field_rows[-1][:-1]
        known = [[_exact(value(x, point)) for x in row[:-1]] for row in rows]
        right = [_exact(value(x, point)) for x in budget]
        for basis in combinations(range(len(rows)), len(budget)):
            shares = _shares([known[i] for i in basis], right, QQ)
            if shares is not None and min(shares) >= 0:
                exact = _shares([rows[i][:-1] for i in basis], budget, self.field)
                assert exact is not None  # its determinant does not vanish at the point
                return tuple(y for y in exact if y)
        return None

    def corners(self, at: Mapping[Symbol, Any]) -> dict[tuple[Fraction, ...], Fraction]:
        """Every place u where as many rows as there are variables meet inside the window, with the loss f^tau there.

        Between neighbouring corners the loss is a power of each resource, so that its least value is at one of them,
        and an optimum that moves to another place, when parameters change, moves to another corner.

        >>> from sympy import symbols
        >>> a = symbols("a", positive=True)
        >>> toy = Program((a,), ("N", "D"), (Power("model", (-a, 0)), Power("data", (0, -1))),
        ...               (Power("N >= 1", (-1, 0)), Power("D >= 1", (0, -1))), (1, 1))
        >>> for u, tau in toy.corners({a: 1}).items():
        ...     print(*u, tau)
        1/2 1/2 -1/2
        0 1 0
        1 0 0
        """
        point = point_of({s: at[s] for s in self.parameters})
        *rows, budget = [_whole([value(x, point) for x in row]) for row in self.field_rows]
        found, tests = {}, list(rows)
        for _, minors in _minors(rows, len(budget)):
            whole = _dot(budget, minors)
            if whole and not _violated(tests, minors, whole):
                *u, tau = (Fraction(x, whole) for x in minors)
                found[tuple(u)] = tau
        return found


def vertices(program: Program, at: Mapping[Symbol, Any]) -> set[tuple[Fraction, ...]]:
    """All vertices of the window at which the loss is least, at a rational parameter point: one if the best is unique.

    >>> flat = Program((), ("N", "D"), (Power("both", (-1, -1)),),
    ...                (Power("N >= 1", (-1, 0)), Power("D >= 1", (0, -1))), (1, 1))
    >>> sorted(tuple(map(int, corner)) for corner in vertices(flat, {}))
    [(0, 1), (1, 0)]
    >>> half = Program((), ("N", "D"), flat.terms, flat.constraints, (Fraction(1, 2), Fraction(1, 2)))
    >>> sorted(tuple(map(int, corner)) for corner in vertices(half, {}))
    [(0, 2), (2, 0)]
    """
    point = point_of({s: at[s] for s in program.parameters})
    *rows, budget = [[value(x, point) for x in row] for row in program.field_rows]
    size, whole = len(budget), [_whole(row) for row in rows]
    right = DomainMatrix([[QQ(0)]] * (size - 1) + [[QQ(1)]], (size, 1), QQ)
    found = set()
    for basis, _ in _lowest(whole, _whole(budget)):
        matrix = DomainMatrix(
            [[QQ(x) for x in whole[i]] for i in basis] + [[_exact(x) for x in budget]], (size, size), QQ
        )
        place = (x[0] for x in matrix.lu_solve(right).to_list()[:-1])
        found.add(tuple(Fraction(int(x.numerator), int(x.denominator)) for x in place))
    return found


def _exact(x: Any) -> Any:
    """A fraction in the field of rational numbers."""
    return QQ(int(x.numerator), int(x.denominator))


def _shares(rows: Sequence[Sequence[Any]], right: Sequence[Any], domain: Any) -> list[Any] | None:
    """The y with ``sum of y_k rows_k = right``; None if the rows are not independent."""
    size = len(right)
    matrix = DomainMatrix([list(row) for row in rows], (size, size), domain).transpose()
    if not matrix.det():
        return None
    return [y[0] for y in matrix.lu_solve(DomainMatrix([[x] for x in right], (size, 1), domain)).to_list()]


@cache
def _formula(program: Program, basis: Sequence[int]) -> Optimum:
    """The optimum of a basis over the field of the parameters."""
    K, n, all_rows = program.field, len(program.resources), program.field_rows
    rows = [all_rows[i] for i in basis] + [all_rows[-1]]
    matrix = DomainMatrix(rows, (n + 1, n + 1), K)
    right = DomainMatrix([[K.zero]] * n + [[K.one]], (n + 1, 1), K)
    cost = DomainMatrix([[K.zero]] * n + [[-K.one]], (n + 1, 1), K)
    u = [x[0] for x in matrix.lu_solve(right).to_list()]
    multipliers = [x[0] for x in matrix.transpose().lu_solve(cost).to_list()[:-1]]
    slacks = [-sum((g * x for g, x in zip(row, u, strict=True)), K.zero) for row in all_rows[:-1]]
    unique = all(multipliers)
    holding = {i for i, multiplier in zip(basis, multipliers, strict=True) if multiplier}
    tight = {i for i, slack in enumerate(slacks) if not slack} if unique else holding
    names = [p.name for p in (*program.terms, *program.constraints)]
    count = len(program.terms)
    return Optimum(
        u[-1],
        tuple(u[:-1]),
        frozenset(names[i] for i in tight if i < count),
        frozenset(names[i] for i in tight if i >= count),
        unique,
        {names[i]: x for i, x in zip(basis, multipliers, strict=True) if x},
        tuple(x for x in (*slacks, *multipliers) if x),
    )


def _whole(row: Sequence[Fraction]) -> list[int]:
    """A row in whole numbers, as short as can be: a positive multiple has the same sign everywhere."""
    unit = lcm(*(x.denominator for x in row))
    whole = [int(x * unit) for x in row]
    shared = gcd(*whole) or 1
    return [x // shared for x in whole]


def _optimal_bases(rows: list[list[int]], budget: list[int]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """All bases that are primal and dual feasible, by enumeration, and whether all their multipliers are positive.

    By Cramer's rule the point of a basis is orthogonal to its rows: it is their vector of minors w over ``w . budget``.
    A multiplier is the determinant with the cost ``-tau`` in the place of its row, over the determinant; by duality
    only the points of least tau can have none below zero. Of rows that are equal here only the first is taken: its
    bases come first.
    """
    size = len(budget)
    cost = [0] * (size - 1) + [-1]
    places = list({tuple(row): i for i, row in reversed(list(enumerate(rows)))}.values())[::-1]
    kept = [rows[i] for i in places]
    for basis, whole in _lowest(kept, budget):
        chosen, multipliers = [kept[i] for i in basis], []
        for k in range(size - 1):
            multipliers.append(_determinant([*chosen[:k], cost, *chosen[k + 1 :], budget]) * whole)
            if multipliers[-1] < 0:
                break
        else:
            yield tuple(places[i] for i in basis), min(multipliers) > 0


def _lowest(rows: list[list[int]], budget: list[int]) -> list[tuple[tuple[int, ...], int]]:
    """The primal feasible bases of least tau, each with the determinant of its rows and the budget."""
    tests, least = list(rows), Fraction(0)
    found: list[tuple[tuple[int, ...], int]] = []
    for basis, minors in _minors(rows, len(budget)):
        whole = _dot(budget, minors)
        if whole == 0 or _violated(tests, minors, whole):
            continue
        tau = Fraction(minors[-1], whole)
        if not found or tau < least:
            least, found = tau, []
        if tau == least:
            found.append((basis, whole))
    return found


def _violated(tests: list[list[int]], minors: list[int], whole: int) -> bool:
    """Whether a row is not satisfied at a point; that row moves to the front, for it is often the next one's, too."""
    for n, row in enumerate(tests):
        if _dot(row, minors) * whole > 0:
            tests.insert(0, tests.pop(n))
            return True
    return False


def _minors(rows: list[list[int]], size: int) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """All choices of ``size - 1`` rows in order, with the w for which ``w . x`` is the determinant of the rows and x.

    The minors of the first rows of a choice are shared by all choices that begin with them.
    """

    def longer(basis: tuple[int, ...], form: list[int], count: int) -> Iterator[tuple[tuple[int, ...], list[int]]]:
        if count == size - 1:
            yield basis, [(-1) ** (size - 1 + k) * form[-1 - k] for k in range(size)]
            return
        plan = _expansions(size, count)
        for i in range(basis[-1] + 1 if basis else 0, len(rows)):
            row = rows[i]
            yield from longer(
                (*basis, i), [sum(s * form[n] * row[c] for s, n, c in minor) for minor in plan], count + 1
            )

    return longer((), [1], 0)


@cache
def _expansions(size: int, count: int) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    """How each minor of count + 1 rows is made of those of the first ``count``: sign, which minor, column of the last.

    Minors are in the lexicographic order of their columns.
    """
    shorter = {columns: n for n, columns in enumerate(combinations(range(size), count))}
    return tuple(
        tuple(((-1) ** (count + k), shorter[columns[:k] + columns[k + 1 :]], c) for k, c in enumerate(columns))
        for columns in combinations(range(size), count + 1)
    )


def _determinant(rows: Sequence[Sequence[int]]) -> int:
    form = [1]
    for count, row in enumerate(rows):
        form = [sum(s * form[n] * row[c] for s, n, c in minor) for minor in _expansions(len(rows), count)]
    return form[0]


def _dot(x: Sequence[int], y: Sequence[int]) -> int:
    return sum(map(mul, x, y))
