"""Laws: which power of a size or a time a quantity follows, where in the (a, b) plane, with which constant.

Every law is the largest monomial of one derived sum. `general` answers for the whole plane a, b > 1, cut where two
powers tie by `partition`; `at_point` answers at one rational point, where a tie is a resonance and the law has a
logarithm. A constant is that of the leading monomial; with a logarithm, of the highest power of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from sympy import (
    Add,
    And,
    Expr,
    Float,
    Integer,
    Mul,
    Ne,
    Rational,
    factor,
    false,
    gamma,
    pi,
    powdenest,
    reduce_inequalities,
    simplify,
    sin,
)  # fmt: skip
from sympy.logic.boolalg import Boolean
from sympy.utilities.iterables import sift

from .algebra.rational import element, point_of, root, value
from .algebra.scales import Monomial
from .errors import AssumptionError
from .optimum.plane import ABOVE_ONE, At, a, b


@dataclass(frozen=True)
class Case:
    """``constant * variable^exponent (log variable)^logs`` where the condition on (a, b) holds."""

    condition: Boolean
    exponent: Expr
    constant: Expr
    logs: int = 0


@dataclass(frozen=True)
class Subject:
    """What a law is about, of which nothing needs to be derived.

    Attributes:
        name: as on the command line.
        variable: t, N or P.
        meaning: the quantity, in one line.
        order_of_limits: what is infinite, or tends to infinity, in which order.
    """

    name: str
    variable: str
    meaning: str
    order_of_limits: str

    def law(self, cases: Iterable[Case]) -> Law:
        """The law about it."""
        return Law(self.name, self.variable, self.meaning, self.order_of_limits, tuple(cases))


@dataclass(frozen=True)
class Law(Subject):
    """A quantity and its power laws: ``cases`` has that of each part of the plane a, b > 1."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Quantity(Subject):
    """What a law is about, and the sum of monomials that a model's expansion gives for it.

    ``remainder`` gives, of the model, a relative power of the next term that the sum itself does not show.
    """

    sum: Callable[[Any], Iterable[Monomial]]
    remainder: Callable[[Any], Expr] | None = None


def general(q: Quantity, model: Any) -> Law:
    """The law in all parts of the plane, from the expansion with symbols for a and b."""
    powers = collected(q.sum(model), q.variable)

    def question(at: At) -> tuple[Expr, list[Any]]:
        names, point = tuple(at), point_of(at)
        found = {e: element(e, names) for e in powers}
        best = max(powers, key=lambda e: value(found[e], point))
        return best, [found[best] - found[e] for e in powers if e != best]

    cases = []
    for region in ABOVE_ONE.cut(question).regions:
        constant = tidy(powers[region.label])
        condition = And(region.condition, *_zeros(constant, region.condition))
        cases.append(Case(condition, region.label, constant))
    return q.law(cases)


def _zeros(constant: Expr, condition: Boolean) -> list[Boolean]:
    """Where in its part of the plane a constant with a factor 1/Gamma(x) does not vanish: ``x != 0, -1, ...``.

    On such a line the law is the next power, which `at_point` finds.
    """
    found = []
    for base, e in constant.as_powers_dict().items():
        if not (isinstance(base, gamma) and e.is_negative and base.args[0].has(a)):
            continue
        for n in range(_ORDERS):
            line = root(base.args[0] + n, a).expand()
            there = And(condition.subs(a, line), line > 1, b > 1)
            if reduce_inequalities(there.args if isinstance(there, And) else [there], b) != false:
                found.append(Ne(a - 1, line - 1))
                if n == _ORDERS - 1:
                    raise AssumptionError(f"the zeros of {constant} where {condition} may go on: list more of them")
    return found


def collected(terms: Iterable[Monomial], variable: str) -> dict[Expr, Expr]:
    """Constants by power: what has the same power is added up."""
    powers: dict[Expr, Expr] = {}
    for m in terms:
        powers[m[variable]] = powers.get(m[variable], Integer(0)) + m.constant
    return powers


@dataclass(frozen=True)
class LawAt:
    """A law at a point: ``constant * x^exponent (log x)^logs (1 + O(x^-correction))``.

    ``correction`` is the relative power of the next term, None where there is none (what is left out is exponentially
    small), and 0 where a logarithm leads: the rest is then smaller by a power of log x only. ``constant`` is None
    where it is not derived.
    """

    exponent: Rational
    constant: Expr | None
    logs: int | Rational
    correction: Rational | None


def at_point(q: Quantity, model: Any, where: str) -> LawAt:
    """The law from the expansion with rational numbers, with resonances and vanishing coefficients.

    Raises:
        AssumptionError: every coefficient that was derived vanishes, or cannot be told from zero.
    """
    powers: dict[tuple[Expr, int], Expr] = {}
    for m in q.sum(model):
        key = (m[q.variable], m.logs)
        powers[key] = powers.get(key, Integer(0)) + m.constant
    # the largest first, and none is looked at that does not count: their digits take time
    left = ((e, logs, c) for (e, logs), c in sorted(powers.items(), reverse=True) if not _vanishes(c))
    if (leading := next(left, None)) is None:
        raise AssumptionError(f"{q.meaning}: every coefficient that was derived vanishes at {where}")
    exponent, logs, constant = leading
    gaps = [exponent - e for e, _, _ in islice(left, 1)] + ([] if q.remainder is None else [q.remainder(model)])
    return LawAt(exponent, tidy(constant), logs, Integer(0) if logs else min(gaps, default=None))


_ORDERS = 6  # zeros of 1/Gamma looked for: x = 0, ..., -5
LONG = 60  # a constant with longer fractions stays as it is: simplified it would be powers of huge integers
_DIGITS = 50


def _vanishes(constant: Expr) -> bool:
    """Whether a constant is zero: shown by exact simplification, its contrary by its first digits."""
    if constant.is_zero or abs(constant.n(_DIGITS)) < Float(10) ** (-_DIGITS // 2):
        if simplify(constant) != 0:
            raise AssumptionError(f"the coefficient {constant} could not be told from zero")
        return True
    return False


def tidy(constant: Expr) -> Expr:
    """``Gamma(x) Gamma(1-x) = pi/sin(pi x)`` where such pairs meet; powers of numbers joined, formulas in factors."""
    if any(x.q > LONG for x in constant.atoms(Rational)):
        return constant
    plain = constant.replace(lambda e: isinstance(e, gamma), lambda e: gamma(e.args[0].expand()))
    joined = plain.replace(lambda e: e.is_Mul, _reflected)
    if not joined.free_symbols:
        return powdenest(joined, force=True)
    return _factored(joined) if joined.is_Add else joined


def _factored(total: Expr) -> Expr:
    """A sum whose terms differ by rational functions alone, in factors; any other sum as it is."""
    parts = [sift(Mul.make_args(term), _is_rational, binary=True) for term in total.args]
    if len({Mul(*rest) for _, rest in parts}) > 1:
        return total
    return Mul(*parts[0][1], factor(Add(*(Mul(*rational) for rational, _ in parts))))


def _is_rational(formula: Expr) -> bool:
    return formula.is_Rational or bool(formula.free_symbols and formula.is_rational_function(*formula.free_symbols))


def _reflected(product: Expr) -> Expr:
    powers = dict(product.as_powers_dict())
    for first, second in combinations([base for base in powers if isinstance(base, gamma)], 2):
        e = powers[first]
        total = first.args[0] + second.args[0]
        if total == 2 and powers[second] == e:  # Gamma(1 + x) Gamma(1 - x) = x Gamma(x) Gamma(1 - x)
            x = max(first.args[0] - 1, second.args[0] - 1, key=str)
            del powers[first], powers[second]
            return _reflected(Mul(*(base**n for base, n in powers.items()))) * (pi * x / sin(pi * x)) ** e
        if total == 1 and powers[second] == e:
            del powers[first], powers[second]
            angle = (pi * min(first.args[0], second.args[0], key=str)).expand()
            return _reflected(Mul(*(base**x for base, x in powers.items()))) * (pi / sin(angle)) ** e
    return product
