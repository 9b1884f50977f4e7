"""Compute-optimal exponents and the phase diagram, by exact minimisation of the derived terms.

At a point (alpha, beta) the terms that are present form a tropical polynomial in (d, r). It is minimised under the
budget d r = f, or any other monomial ``d^n r^m``, in the window ``1 <= gamma r <= 1/kappa_0`` (`..problem`). The step
size follows the stable rule. Where the least loss does not fall with f there is no power law.

The names of the paper are attached by the trade-off (the terms that are equal at the optimum) and, for the
letters, by which limit sets the step size and which pole sets the level: no exponent and no boundary is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from sympy import Expr, Integer, Rational, cancel

from ...algebra.rational import reduced
from ...errors import AssumptionError
from ...optimum.diagram import Phase, PhaseDiagram
from ...optimum.pieces import Piece, Pieces
from ...optimum.plane import At, Plane
from ...optimum.problem import Named, Problem
from ...optimum.tropical import Optimum, Power
from ...spectra.parameters import rational_above
from . import model
from .model import Term, alpha, beta

NO_POWER_LAW = "none"
RESOURCES = ("d", "r")


@dataclass(frozen=True)
class TermAt(Term):
    """A term at a point: numeric exponents, and whether it is present there."""

    present: bool


@dataclass(frozen=True)
class Derivation:
    """The answer at one point (alpha, beta).

    Inside a phase ``phase``, ``tradeoff`` and the exponents are set. On a boundary ``phase`` is None,
    ``boundary_of`` names the phases that meet and ``limits`` holds the exponents (d, loss) of each; logarithms may
    multiply the powers there.
    """

    alpha: Rational
    beta: Rational
    phase: str | None
    boundary_of: tuple[str, ...]
    tradeoff: tuple[str, ...]
    d_exponent: Rational | None
    loss_exponent: Rational | None
    terms: tuple[TermAt, ...]
    limits: Mapping[str, tuple[Rational | None, Rational | None]] = field(default_factory=dict)
    cost: tuple[Rational, Rational] = (Integer(1), Integer(1))


Cost = tuple[Rational, Rational]
"""The budget ``f = d^n (r B)^m``, the batch B fixed: n and m."""

PAPER_COST: Cost = (Integer(1), Integer(1))


def cost_of(powers: Mapping[str, Any] | None = None) -> Cost:
    """A budget from exponents of d and r; ``f = d r B`` if there are none.

    Raises:
        AssumptionError: another resource, a negative exponent, or nothing that costs.
    """
    given = {"d": 1, "r": 1} if powers is None else dict(powers)
    found = tuple(Rational(str(given.get(name, 0))) for name in RESOURCES)
    if set(given) - set(RESOURCES) or min(found) < 0 or not any(found):
        raise AssumptionError(f"the budget {given} was asked; it needs exponents >= 0 of d and r, one of them positive")
    return found[0], found[1]


def derive(alpha_value: Any, beta_value: Any, cost: Cost = PAPER_COST) -> Derivation:
    """Phase, trade-off, exponents and terms at a rational point, for a budget (`cost_of`).

    Raises:
        AssumptionError: an exponent is not a positive rational number.

    >>> answer = derive("4/5", "3/10")
    >>> answer.phase, answer.tradeoff, answer.d_exponent, answer.loss_exponent
    ('Ia', ('F_0', 'F_pp'), 5/13, 6/13)
    """
    a, b = _positive("alpha", alpha_value), _positive("beta", beta_value)
    at = {alpha: a, beta: b}
    best = problem(cost).at((a, b))
    shown = tuple(
        TermAt(
            t.name,
            cancel(t.d.subs(at)),
            cancel(t.r.subs(at)),
            t.condition,
            t.origin,
            t.law,
            bool(t.condition.xreplace(at)),
        )
        for t in model.terms()
    )
    limits = {name: (powers.get("d"), powers["loss"]) for name, powers in best.limits.items()}
    boundary_of = tuple(sorted(best.boundary_of, key=_letters))
    powers = (None, None) if best.phase is None else (best.exponents["d"], best.loss_exponent)
    return Derivation(a, b, best.phase, boundary_of, best.tradeoff, *powers, shown, limits, cost)


@cache
def phase_diagram(cost: Cost = PAPER_COST) -> PhaseDiagram:
    """All phases and boundaries of the quarter plane, derived and certified cell by cell."""
    return problem(cost).phase_diagram(_order)


def _order(phase: Phase) -> tuple[bool, int, str]:
    return (phase.name == NO_POWER_LAW, *_letters(phase.name))


def _letters(name: str) -> tuple[int, str]:
    """Sort as in the paper: Ia, Ib, Ic, II, ..."""
    families = list(_PAPER.values())
    return next(
        (n for n, family in enumerate(families) if name.rstrip("abc") == family.rstrip("ab")), len(families)
    ), name


def optimum_at(at: At) -> Optimum:
    """The optimum of the linear program at a rational point, as formulas, with what is active and binding there."""
    return problem().solve(at)


def rival(alpha_value: Any, beta_value: Any) -> Rational | None:
    """By which power of f the loss is larger at the next best corner of the linear program, for the paper's budget.

    Only where the optimum lies at the end of the window, else None. There the least loss is that of a crossover
    function, whose other end goes over into the optimum at the other corner: both are one minimum until the losses are
    far apart. Inside the window it is that of two powers, however flat.

    >>> rival("4/5", "3/10"), rival("31/100", 1), rival(1, "3/4")
    (6/13, 239/10700, None)
    """
    at = {alpha: _positive("alpha", alpha_value), beta: _positive("beta", beta_value)}
    if "end of the window" not in problem().solve(at).binding:
        return None
    (program,) = problem().pieces(at)[0].programs
    least, next_one, *_ = sorted(program.corners(at).values())
    return Rational(next_one - least)


@cache
def problem(cost: Cost = PAPER_COST) -> Problem:
    """The minimisation of the module's introduction."""
    plane = Plane((alpha, beta), (0, 0))
    return Problem(plane, RESOURCES, partial(_question, cost), _named, NO_POWER_LAW, reported=("d",))


def _question(cost: Cost, at: At) -> tuple[Pieces, list[Expr]]:
    """The program that counts at a point, with what that depends on: the rule of the step size, and what is present."""
    limits = model.expansion().step_limits
    limit = max(limits, key=lambda x: x.subs(at))
    reasons = [x - limit for x in limits if x is not limit]
    shown = []
    for name in model.NAMES:
        is_present, why = model.present(name, at)
        reasons += why
        shown += [name] if is_present else []
    return _pieces(tuple(shown), -limit, cost), reasons


@cache
def _pieces(names: tuple[str, ...], step: Expr, cost: Cost) -> Pieces:
    """Terms, window and budget in the variables (log d, log r), the step size being d^step; all hold in one window."""

    def line(m: Any) -> tuple[Expr, Expr]:
        return (reduced(m["d"] + step * (m["gamma"] + m["t"])), m["t"])

    edge = model.expansion().edge
    monomials = [Power(f"{name} {m.origin[0]}", line(m)) for name in names for m in model.named(name)]
    window = (Power("start of the window", (-step, -1)), Power("end of the window", (reduced(step - edge), 1)))
    return Pieces((alpha, beta), RESOURCES, (Piece("window", tuple(monomials), window),), (), cost)


_PAPER: dict[tuple[str, ...], str] = {
    ("F_0", "F_pp"): "I",
    ("F_ac", "F_pp"): "II",
    ("F_ac", "K_pp"): "III",
    ("F_0", "K_pp"): "IVa",
    ("F_pp", "K_pp"): "IVb",
}


def _named(best: Optimum, at: At) -> Named:
    tradeoff = tuple(sorted({name.split()[0] for name in best.active}))
    name = _PAPER.get(tradeoff, " = ".join(tradeoff))
    if name == "I":
        level_from_pole = any(x.startswith("F_0 pole") for x in best.active)
        step_is_constant = max(x.subs(at) for x in model.expansion().step_limits) == 0
        name += "a" if step_is_constant else "b" if level_from_pole else "c"
    return Named(name, tradeoff)


def _positive(name: str, value: Any) -> Rational:
    return rational_above(0, name, value, "a positive rational number, such as 4/5 or 0.8")
