"""Minimise a loss whose terms hold in different orders of limits: one programme on each piece, and the best of them.

**Setting.** A law is derived in an order of limits, such as "P, then t, then N to infinity". Up to constants that order
is a set of monomial inequalities between the resources, here ``N <= P`` and ``N^b <= t``: the *region* of the law.
Outside of it the law says nothing. Some regions fill all of the resources (every point has its smallest size) and
overlap only where they meet; a **piece** is one of them with all the terms that hold there, so that on every piece

    L = the largest of the terms of that piece,

and the least loss under a budget is the least of the pieces' minima, each a `tropical.Program` with the region among
its constraints. A term can not be used where it does not hold: on another piece there is no way to write it.

A budget may leave nothing of a piece, as where the serial time is limited: the others then have all of the optimum.

**Certificate.** Let piece i be the best at a parameter point. Its own certificate keeps its optimum. For another piece
j weak duality is enough: a basis whose multipliers stay >= 0 gives a *lower bound* of the minimum of j whether or not
it stays feasible, so that the multipliers of j and the sign of (bound of j - minimum of i) keep i the best. Where the
two are equal as formulas the optimum lies where pieces meet: both are kept, and the terms of both are active.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, Symbol

from ..algebra.rational import point_of, value
from ..errors import AssumptionError
from .tropical import Optimum, Power, Program


@dataclass(frozen=True)
class Piece:
    """Terms of the loss, and the monomials that must be ``<= 1`` for them to hold."""

    name: str
    terms: tuple[Power, ...]
    region: tuple[Power, ...]


@dataclass(frozen=True)
class Pieces:
    """The programmes of the module's introduction.

    Attributes:
        parameters: symbols of the spectral assumption.
        resources: names of the variables, whose logs are minimised over.
        pieces: the loss, region by region; together the regions must fill the window.
        window: monomials that must stay ``<= 1`` everywhere.
        budget: exponents of the budget monomial.
    """

    parameters: tuple[Symbol, ...]
    resources: tuple[str, ...]
    pieces: tuple[Piece, ...]
    window: tuple[Power, ...]
    budget: tuple[Expr | int, ...]

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """One programme for each piece."""
        return tuple(
            Program(self.parameters, self.resources, p.terms, (*self.window, *p.region), self.budget)
            for p in self.pieces
        )

    def solve(self, at: Mapping[Symbol, Any]) -> Optimum:
        """The optimum at a rational parameter point, as formulas with their certificate.

        Raises:
            AssumptionError: as `tropical.Program.solve`.
        """
        found, certificate = self._inside(at)
        point = point_of({s: at[s] for s in self.parameters})
        least = min((o.least for o in found), key=lambda x: value(x, point))
        tied = [o for o in found if o.least == least]
        certificate += [x for o in tied for x in o.certificate]
        for other in found:
            if other.least != least:
                certificate += [*other.shares.values(), other.least - least]
        return _joined(tied, certificate)

    def settled(self, at: Mapping[Symbol, Any]) -> tuple[bool, ...]:
        """Of each resource, whether it is the same wherever the loss is least, at a rational parameter point."""
        found = [corner for program in self.programs for corner in program.corners(at).items()]
        least = min(loss for _, loss in found)
        return tuple(
            len(set(sizes)) == 1 for sizes in zip(*(place for place, loss in found if loss == least), strict=True)
        )

    def _inside(self, at: Mapping[Symbol, Any]) -> tuple[list[Optimum], list[Any]]:
        """The optimum of each piece of which the budget leaves anything, and what keeps the others empty."""
        found, empty = list[Optimum](), list[Any]()
        for program in self.programs:
            try:
                found.append(program.solve(at))
            except AssumptionError as error:
                closed = program.closed(at)
                if closed is None:
                    raise
                empty += closed
                refusal = error
        if not found:
            raise refusal
        return found, empty


def _joined(tied: Sequence[Optimum], certificate: Sequence[Any]) -> Optimum:
    """One optimum of those that are equal: a point where pieces meet has the active terms of all of them."""
    first = min(tied, key=lambda o: not o.unique)
    same = [o for o in tied if o.place == first.place]
    return Optimum(
        first.least,
        first.place,
        frozenset().union(*(o.active for o in same)),
        frozenset().union(*(o.binding for o in same)),
        all(o.unique for o in tied) and len(same) == len(tied),
        first.shares,
        tuple(certificate),
    )
