"""Claims about whole diagrams: exponents over the plane, at points drawn in each phase.

Two sorts. The formulas that a diagram gives in its phases stand beside the least exponent of the same terms, by a
linear programme in numbers at points of each phase: what is tested is everything from the terms on, the parametric
programme, its certificates, the partition and the closed forms. And the exponents that a paper states in a part of the
plane stand beside the derived ones at points of that part, exactly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ...cache import kept
from ..claim import Comparison
from ..measure import SOLVER, exactly

if TYPE_CHECKING:
    from ...theory.models.one_pass.training import Training
    from ...theory.optimum.diagram import PhaseDiagram

POINTS = 200
"""Drawn for a diagram."""

IN_EACH = 12
"""Drawn in each part of the plane that a statement is about."""

_ON = 1e-12  # so near a boundary a point is taken to be on it, and is in no phase
_LEAST, _FEASIBLE = 1e-9, 1e-6  # what a linear programme in float64 promises; what would still be evidence


def drawn(seed: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Endless points of the plane alpha > 0, alpha + beta > 1/2, up to alpha = 2 and alpha + beta = 3."""
    chance = random.Random(seed)
    while True:
        alpha, excess = Fraction(chance.randint(1, 80), 40), Fraction(chance.randint(1, 100), 41)
        yield alpha, excess + Fraction(1, 2) - alpha


@dataclass(frozen=True)
class Row:
    """What is stated in a part of the plane: where, in words and as a condition on (alpha, beta), and the exponent."""

    where: str
    inside: Callable[[Fraction, Fraction], bool]
    exponent: Callable[[Fraction, Fraction], Fraction]


def compare_rows(rows: tuple[Row, ...], training: Training, resource: str, seed: int) -> Iterator[Comparison]:
    """At points inside each part, off the boundaries of phases: how often the derived exponent is another one."""
    from sympy import Rational

    from ...theory.models.one_pass.phases import optimum

    for row in rows:
        wrong, count = 0, 0
        for alpha, beta in drawn(seed):
            if not row.inside(alpha, beta):
                continue
            found = optimum(training, Rational(alpha), Rational(beta))
            if found.phase is None:  # on a boundary there may be logarithms
                continue
            derived = found.loss_exponent if resource == "loss" else found.exponents[resource]
            wrong += derived != Rational(row.exponent(alpha, beta))
            count += 1
            if count == IN_EACH:
                break
        yield exactly(f"points of {count} with another exponent of {resource} where {row.where}", wrong)


@cache
def diagram_of(training: Training, *, settled: bool = False) -> PhaseDiagram:
    """The phases of a training, derived, or kept from when they were; `settled`: with what corrections choose."""
    from ...theory.models.one_pass import phases
    from ...theory.models.one_pass import settled as with_corrections
    from ...theory.models.one_pass.corrections import chooses

    chosen = settled and chooses(training)
    derive = partial((with_corrections if chosen else phases).phase_diagram, training)
    return kept("ledger.phase_diagram", derive, training, chosen)


def compare_diagram(training: Training, seed: int) -> Iterator[Comparison]:
    """In each phase: the largest distance between its formula and the least exponent of the terms in numbers."""
    from sympy import Rational

    from ...numerics.core.programme import Powers, least_exponents
    from ...theory.models.one_pass.phases import PLANE, STEEP, problem

    diagram = diagram_of(training)
    symbols = diagram.parameters
    corner = (PLANE if training.momentum == "none" else STEEP).corner[0]
    number = _in_numbers(symbols)
    inside = [[x.gts - x.lts for x in p.inequalities] for p in diagram.phases]

    def numbers(rows: Any, here: Any) -> list[list[float]]:
        return [[number(x, here) for x in row] for row in rows]

    points, expected, losses = drawn(seed), list[tuple[int, float, int]](), list[Powers]()
    while len(expected) < POINTS:
        alpha, beta = here = next(points)
        if not alpha > corner:
            continue
        phases = [n for n, rows in enumerate(inside) if all(number(x, here) > _ON for x in rows)]
        if len(phases) != 1:  # on a boundary
            continue
        (phase,) = phases
        pieces, _ = problem(training).pieces(dict(zip(symbols, (Rational(alpha), Rational(beta)), strict=True)))
        window, (budget,) = [power.exponents for power in pieces.window], numbers([pieces.budget], here)
        expected.append((phase, number(diagram.phases[phase].loss_exponent or 0, here), len(pieces.pieces)))
        for piece in pieces.pieces:
            terms = numbers((term.exponents for term in piece.terms), here)
            losses.append(Powers(terms, numbers([*window, *(p.exponents for p in piece.region)], here), budget))
    least, worst = iter(least_exponents(losses).tolist()), dict[int, tuple[float, int]]()
    for phase, exponent, count in expected:
        best = max(next(least) for _ in range(count))
        off, found = worst.get(phase, (0.0, 0))
        worst[phase] = max(off, abs(best - exponent)), found + 1
    for phase, (off, count) in sorted(worst.items()):
        what = f"largest distance at {count} points of {diagram.phases[phase].name}"
        yield Comparison(what, 0.0, off, _LEAST, SOLVER, _FEASIBLE)


def _in_numbers(symbols: tuple[Any, ...]) -> Callable[[Any, tuple[Fraction, Fraction]], float]:
    """Expressions in the symbols at a point, in float64, each compiled once."""
    from sympy import lambdify

    compiled: dict[Any, Callable[..., Any]] = {}

    def number(expression: Any, at: tuple[Fraction, Fraction]) -> float:
        if expression not in compiled:
            compiled[expression] = lambdify(symbols, expression)
        return float(compiled[expression](*map(float, at)))

    return number


def state_diagram(training: Training) -> Any:
    """The exponents of the loss in all phases, as one equation."""
    from sympy import And, Piecewise, Symbol

    from ..topic import equation

    phases = [p for p in diagram_of(training).phases if p.loss_exponent is not None]
    return equation("exponent", Piecewise(*((p.loss_exponent, And(*p.inequalities)) for p in phases)), Symbol("P_star"))
