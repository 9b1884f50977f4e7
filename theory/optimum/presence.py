"""Where in a window a monomial is the largest of several, decided exactly.

A window is ``1 << t << n^edge`` for a size n and a time t. With ``t = n^x`` monomials in n and t are lines over
``0 < x < edge``; one of them is *present* where its line is on top of the others on an interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Symbol

from ..algebra.rational import element, field, point_of, value
from ..algebra.scales import Monomial


@dataclass(frozen=True)
class Window:
    """``1 << time << size^edge``, with the names of the two scales."""

    size: str
    time: str
    edge: Expr


def leads(
    term: Monomial, others: Iterable[Monomial], window: Window, at: Mapping[Symbol, Any]
) -> tuple[bool, tuple[Any, ...]]:
    """Whether a monomial is the largest somewhere inside the window at a rational point, with a certificate.

    That is so where every lower bound of x is below every upper bound. One violated pair proves absence; all pairs
    prove presence. The certificate lists the rational functions whose signs decide (see `partition`).
    """
    point = point_of(at)
    powers, *rest = ((m[window.size], m[window.time]) for m in (term, *others))
    bounds = [(a, b, value(b, point)) for a, b in _bounds(powers, tuple(rest), window.edge, tuple(at))]
    level = [a for a, _, sign in bounds if sign == 0]
    for a in level:
        if value(a, point) < 0:
            return False, (a,)
    crossings = []
    for a, b, _ in (x for x in bounds if x[2] > 0):
        for c, q, _ in (x for x in bounds if x[2] < 0):
            gap = _gap(a, b, c, q)
            if value(gap, point) <= 0:
                return False, (gap, b, q)
            crossings.append(gap)
    return True, (*(b for _, b, _ in bounds), *level, *crossings)


@cache
def _bounds(
    term: tuple[Expr, Expr], others: tuple[tuple[Expr, Expr], ...], edge: Expr, names: tuple[Symbol, ...]
) -> tuple[tuple[Any, Any], ...]:
    """All ``a + b x`` that are positive where a term, by its powers of size and time, is above others in the window."""
    one = field(names).one
    size, time = (element(e, names) for e in term)
    above = ((size - element(e, names), time - element(f, names)) for e, f in others)
    return (*above, (one - one, one), (element(edge, names), -one))


@cache
def _gap(a: Any, b: Any, c: Any, q: Any) -> Any:
    """Between where ``a + b x`` becomes positive and where ``c + q x`` ceases to be, times ``-b q > 0``."""
    return b * c - a * q
