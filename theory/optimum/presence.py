"""Where in a window a monomial is the largest of several, decided exactly.

A window is ``1 << t << n^edge`` for a size n and a time t. With ``t = n^x`` monomials in n and t are lines over
``0 < x < edge``; one of them is *present* where its line is on top of the others on an interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Symbol, cancel

from ..algebra.scales import Monomial


@dataclass(frozen=True)
class Window:
    """``1 << time << size^edge``, with the names of the two scales."""

    size: str
    time: str
    edge: Expr


def leads(
    term: Monomial, others: Iterable[Monomial], window: Window, at: Mapping[Symbol, Any]
) -> tuple[bool, tuple[Expr, ...]]:
    """Whether a monomial is the largest somewhere inside the window at a rational point, with a certificate.

    That is so where every lower bound of x is below every upper bound. One violated pair proves absence; all pairs
    prove presence. The certificate lists the rational functions whose signs decide (see `partition`).
    """
    lines = [(cancel(term[window.size] - m[window.size]), cancel(term[window.time] - m[window.time])) for m in others]
    bounds = [(a, b, b.subs(at)) for a, b in [*lines, (Integer(0), Integer(1)), (window.edge, Integer(-1))]]
    level = [a for a, _, sign in bounds if sign == 0]
    for a in level:
        if a.subs(at) < 0:
            return False, (a,)
    crossings = []
    for a, b, _ in (x for x in bounds if x[2] > 0):
        for c, q, _ in (x for x in bounds if x[2] < 0):
            gap = cancel(b * c - a * q)
            if gap.subs(at) <= 0:
                return False, (gap, b, q)
            crossings.append(gap)
    return True, (*(b for _, b, _ in bounds), *level, *crossings)
