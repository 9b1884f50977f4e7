"""Compute-optimal exponents of the dynamical model for any monomial budget, by exact minimisation of its terms.

**Pieces.** Three scales count modes: those that the time has reached, ``t^{1/b}``, the width N and the data P. The
smallest limits, and a law holds where its order of limits says that it does (`..pieces`):

    time first   t << N^b, P^b   time             t^{-(a-1)/b}: modes not yet learned
                                 width transient  what N features add to it, of order 1/N
                                 data transient   what P samples add to it, of order 1/P
                                 label noise      sigma^2 t^{1/b}/P, if there is noise
    width first  N << P, t^{1/b} width level      what stays for t = P = infinity
                                 label noise      sigma^2 N/P
    data first   P << N, t^{1/b} data level       what stays for t = N = infinity
                                 width-data level what a finite width adds to it, of order P/N
                                 label noise      sigma^2 (b - 1): it does not fall

A level is *of head modes* where it stems from the first modes, all learned almost (a > b + 1), and not from the tail of
those unseen. A transient counts if it is the largest of its function somewhere in its window (`presence`). All other
products of these are smaller on their piece. Where two pieces meet their losses agree up to constants, but for N = P
after infinite time, where the loss diverges or grows (`model`): an optimum there is one of N and P of the same order.

**Budget.** ``C = N^n t^m P^p`` with rational exponents >= 0. A resource that costs nothing is infinite, and then never
the smallest. The optimum is a linear program on each piece; the plane a, b > 1 is cut by `partition`; a phase is named
by its trade-off, the terms that are equal at the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Rational, Symbol, cancel

from ...algebra.scales import Monomial, merged, power
from ...errors import AssumptionError
from ...optimum.diagram import PhaseDiagram
from ...optimum.pieces import Piece, Pieces
from ...optimum.plane import ABOVE_ONE, At, a, b
from ...optimum.presence import Window, leads
from ...optimum.problem import Named, OptimumAt, Problem
from ...optimum.tropical import Optimum, Power
from ...spectra.zeta import SpectralAssumption
from .model import Expansion
from .power_laws import monomials

RESOURCES = ("N", "t", "P")


@dataclass(frozen=True)
class Budget:
    """``C = N^n t^m P^p``: the exponents by resource, and whether the labels have noise."""

    powers: tuple[tuple[str, Rational], ...]
    noise: bool = False

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that cost something."""
        return tuple(name for name, _ in self.powers)


def budget(cost: Mapping[str, Any] | None = None, noise: bool = False) -> Budget:
    """A budget from exponents by resource; ``C = N t`` if there are none.

    Raises:
        AssumptionError: another resource, a negative exponent, or nothing that costs.
    """
    given = {"N": 1, "t": 1} if cost is None else dict(cost)
    unknown = set(given) - set(RESOURCES)
    powers = {name: Rational(str(given.get(name, 0))) for name in RESOURCES}
    if unknown or min(powers.values()) < 0 or not any(powers.values()):
        raise AssumptionError(
            f"the budget {given} was asked; it needs exponents >= 0 of {', '.join(RESOURCES)}, one of them positive"
        )
    return Budget(tuple((name, p) for name, p in powers.items() if p), noise)


def phase_diagram(spent: Budget | None = None) -> PhaseDiagram:
    """All phases of the plane a, b > 1 for a budget, derived and certified cell by cell."""
    return _diagram(spent or budget())


@cache
def _diagram(spent: Budget) -> PhaseDiagram:
    return problem(spent).phase_diagram()


def optimum(source: Rational, decay: Rational, spent: Budget) -> OptimumAt:
    """The optimum at rational a = source, b = decay, both above 1."""
    return problem(spent).at((source, decay))


@cache
def problem(spent: Budget) -> Problem:
    """The minimisation of the module's introduction."""

    def pieces(at: At) -> tuple[Pieces, list[Any]]:
        shown, reasons = shown_terms(spent, at)
        return _pieces(spent, shown), reasons

    return Problem(ABOVE_ONE, spent.resources, pieces, _named, "no power law")


def _named(best: Optimum, at: At) -> Named:
    del at  # the terms say it
    tradeoff = tuple(sorted({name.split(":")[0] for name in best.active}, key=_rank))
    return Named(" = ".join(tradeoff), tradeoff)


def linear_optimum(
    spent: Budget, at: Mapping[Symbol, Any], spectrum: SpectralAssumption | None = None
) -> tuple[Optimum, Mapping[str, Monomial | None]]:
    """The optimum of the linear program at a, b, as formulas, and the monomial behind every active term.

    Those of a spectrum that is like the power law at a, b have numbers for exponents; one that falls together with
    another is None.
    """
    best = problem(spent).solve(at)
    table = {name: m for terms in loss_terms(spent, spectrum).values() for name, m in terms.items()}
    return best, {name: table.get(name) for name in sorted(best.active)}  # the form of constants depends on the order


@cache
def loss_terms(spent: Budget, spectrum: SpectralAssumption | Expansion | None = None) -> dict[str, dict[str, Monomial]]:
    """The loss on each piece that a budget can reach: all monomials that may count there, by name and origin."""
    has = set(spent.resources).__contains__
    pieces: dict[str, dict[str, Monomial]] = {}

    def add(piece: str, kind: str, law: str, factor: Monomial | None = None) -> None:
        terms = pieces.setdefault(piece, {})
        for m in merged(monomials(law, spectrum)):  # what has the same power is one term, with the sum of the constants
            head = "level" in kind and "regular" in " ".join(m.origin)  # not the tail of the modes, its pole
            terms[f"{kind}{HEAD * head}: {_PIECES[piece]}: {', '.join(m.origin)}"] = m if factor is None else m * factor

    def over(size: str) -> Monomial:
        return power(size, -1)

    noise = spent.noise and has("P")
    if has("t"):
        add("t", "time", "time")
        if has("N"):
            add("t", "width transient", "early_width_time", over("N"))
        if has("P"):
            add("t", "data transient", "early_data_time", over("P"))
        if noise:
            add("t", "label noise", "noise_time", over("P"))
    if has("N"):
        add("N", "width level", "width")
        if noise:
            add("N", "label noise", "noise_width", over("P"))
    if has("P"):
        add("P", "data level", "data")
        if noise:
            add("P", "label noise", "noise_level")
        if has("N"):
            add("P", "width-data level", "both", power("P") * over("N"))
    return pieces


def shown_terms(spent: Budget, at: Mapping[Symbol, Any]) -> tuple[tuple[tuple[str, str], ...], list[Any]]:
    """The terms that count at a point, as pairs of piece and name, with what that depends on."""
    certificate: list[Any] = []
    shown = []
    for piece, table in loss_terms(spent).items():
        for name, m in table.items():
            kind = name.split(":")[0]
            if kind in ("width transient", "data transient"):
                size = "N" if kind.startswith("width") else "P"
                others = [x for other, x in table.items() if other.split(":")[0] in ("time", kind) and x is not m]
                found, reasons = leads(m, others, Window(size, "t", b), at)
                certificate += reasons
                if not found:
                    continue
            shown.append((piece, name))
    return tuple(shown), certificate


HEAD = " of head modes"
"""What a level is called that stems from the first modes, all learned almost, and not from the tail of those unseen."""

_KINDS = ("time", "width level", "width transient", "data level", "data transient", "width-data level", "label noise")


def _rank(term: str) -> int:
    return _KINDS.index(term.removesuffix(HEAD))


_MODES = {"t": power("t", 1 / b), "N": power("N"), "P": power("P")}
"""How many modes each resource can resolve: the smallest one limits."""

_PIECES = {"t": "time first", "N": "width first", "P": "data first"}


@cache
def _pieces(spent: Budget, shown: tuple[tuple[str, str], ...]) -> Pieces:
    resources, table = spent.resources, loss_terms(spent)

    def row(m: Monomial) -> tuple[Expr, ...]:
        return tuple(m[x] for x in resources)

    pieces = [
        Piece(
            _PIECES[least],
            tuple(Power(name, row(table[least][name])) for piece, name in shown if piece == least),
            tuple(Power(f"{least} before {x}", _ratio(least, x, row)) for x in resources if x != least),
        )
        for least in table
    ]
    window = tuple(Power(f"{x} >= 1", row(power(x, -1))) for x in resources)
    return Pieces((a, b), resources, tuple(pieces), window, tuple(p for _, p in spent.powers))


def _ratio(least: str, other: str, row: Callable[[Monomial], tuple[Expr, ...]]) -> tuple[Expr, ...]:
    """The monomial that is at most one where the first of two resources resolves no more modes than the second."""
    return tuple(cancel(x - y) for x, y in zip(row(_MODES[least]), row(_MODES[other]), strict=True))
