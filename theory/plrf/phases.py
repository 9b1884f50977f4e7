"""Compute-optimal exponents and the phase diagram, by exact minimisation of the derived terms.

At a point (alpha, beta) the terms that are present form a tropical polynomial in (d, r). It is minimised under the
budget d r = f in the window ``1 <= gamma r <= 1/kappa_0`` (`tropical.Program`). The step size follows the stable
rule. Where the least loss does not fall with f there is no power law. The whole plane is answered by `partition`:
its regions are the phases.

The names of the paper are attached by the trade-off (the terms that are equal at the optimum) and, for the
letters, by which limit sets the step size and which pole sets the level: no exponent and no boundary is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from sympy import Expr, Rational, Symbol, cancel

from ..diagram import Boundary, Phase, PhaseDiagram, tidy, value_at
from ..parameters import rational_above
from ..partition import neighbours, partition
from ..tropical import Optimum, Power, Program
from . import model
from .model import Term, alpha, beta

NO_POWER_LAW = "none"


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


@dataclass(frozen=True)
class _Label:
    """What makes a phase: optimum, trade-off, and the features that the paper's letters distinguish."""

    name: str
    tradeoff: tuple[str, ...]
    d_exponent: Expr | None
    loss_exponent: Expr | None

    def __str__(self) -> str:
        return self.name


def derive(alpha_value: Any, beta_value: Any) -> Derivation:
    """Phase, trade-off, exponents and terms at a rational point.

    Raises:
        AssumptionError: an exponent is not a positive rational number.

    >>> answer = derive("4/5", "3/10")
    >>> answer.phase, answer.tradeoff, answer.d_exponent, answer.loss_exponent
    ('Ia', ('F_0', 'F_pp'), 5/13, 6/13)
    """
    a, b = _positive("alpha", alpha_value), _positive("beta", beta_value)
    point = (Fraction(int(a.p), int(a.q)), Fraction(int(b.p), int(b.q)))
    at = {alpha: a, beta: b}
    labels = [label for label in neighbours((alpha, beta), _question, point) if isinstance(label, _Label)]
    limits = {label.name: (value_at(label.d_exponent, at), value_at(label.loss_exponent, at)) for label in labels}
    shown = tuple(
        TermAt(
            t.name,
            cancel(t.d.subs(at)),
            cancel(t.r.subs(at)),
            t.condition,
            t.origin,
            t.law,
            bool(t.condition.subs(at)),
        )
        for t in model.terms()
    )
    if len(labels) > 1:
        return Derivation(a, b, None, tuple(sorted(limits, key=_letters)), (), None, None, shown, limits)
    (label,) = labels
    return Derivation(a, b, label.name, (), label.tradeoff, *limits[label.name], shown)


@cache
def phase_diagram() -> PhaseDiagram:
    """All phases and boundaries of the quarter plane, derived and certified cell by cell."""
    cut = partition((alpha, beta), _question)
    phases = []
    for region in cut.regions:
        label = region.label
        assert isinstance(label, _Label)
        exponents = {} if label.d_exponent is None else {"d": label.d_exponent}
        phases.append(
            Phase(label.name, region.inequalities, label.tradeoff, exponents, label.loss_exponent, region.sample)
        )
    boundaries = [Boundary(b.equation, b.polynomial, (str(b.between[0]), str(b.between[1]))) for b in cut.borders]
    return PhaseDiagram((alpha, beta), (0, 0), tuple(sorted(phases, key=_order)), tuple(boundaries))


def _order(phase: Phase) -> tuple[bool, int, str]:
    return (phase.name == NO_POWER_LAW, *_letters(phase.name))


def _letters(name: str) -> tuple[int, str]:
    """Sort as in the paper: Ia, Ib, Ic, II, ..."""
    families = list(_PAPER.values())
    return next(
        (n for n, family in enumerate(families) if name.rstrip("abc") == family.rstrip("ab")), len(families)
    ), name


def optimum_at(at: Mapping[Symbol, Any]) -> Optimum:
    """The optimum of the linear program at a rational point, as formulas, with what is active and binding there."""
    shown = tuple(name for name in model.NAMES if model.present(name, at)[0])
    return _program(shown, -max(model.expansion().step_limits, key=lambda x: x.subs(at))).solve(at)


def _question(at: Mapping[Symbol, Any]) -> tuple[_Label, tuple[Expr, ...]]:
    """The label at a point, with everything that it depends on as certificate."""
    e = model.expansion()
    limit = max(e.step_limits, key=lambda x: x.subs(at))
    certificate = [x - limit for x in e.step_limits if x is not limit]
    shown = []
    for name in model.NAMES:
        is_present, reasons = model.present(name, at)
        certificate += reasons
        shown += [name] if is_present else []
    best = _program(tuple(shown), -limit).solve(at)
    certificate += best.certificate
    certificate.append(best.value)
    if best.value.subs(at) >= 0:
        return _Label(NO_POWER_LAW, (), None, None), tuple(certificate)
    return _label(best, bool(limit == 0), at), tuple(certificate)


@cache
def _program(names: tuple[str, ...], step: Expr) -> Program:
    """Terms, window and budget in the variables (log d, log r), the step size being d^step."""

    def line(m: Any) -> tuple[Expr, Expr]:
        return (cancel(m["d"] + step * (m["gamma"] + m["t"])), m["t"])

    edge = model.expansion().edge
    monomials = [Power(f"{name} {m.origin[0]}", line(m)) for name in names for m in model.named(name)]
    window = (Power("start of the window", (-step, -1)), Power("end of the window", (cancel(step - edge), 1)))
    return Program((alpha, beta), ("d", "r"), tuple(monomials), window, (1, 1))


_PAPER: dict[tuple[str, ...], str] = {
    ("F_0", "F_pp"): "I",
    ("F_ac", "F_pp"): "II",
    ("F_ac", "K_pp"): "III",
    ("F_0", "K_pp"): "IVa",
    ("F_pp", "K_pp"): "IVb",
}


def _label(best: Optimum, step_is_constant: bool, at: Mapping[Symbol, Any]) -> _Label:
    tradeoff = tuple(sorted({name.split()[0] for name in best.active}))
    name = _PAPER.get(tradeoff, " = ".join(tradeoff))
    if name == "I":
        level_from_pole = any(x.startswith("F_0 pole") for x in best.active)
        name += "a" if step_is_constant else "b" if level_from_pole else "c"
    return _Label(name, tradeoff, tidy(best.point[0], at), tidy(-best.value, at))


def _positive(name: str, value: Any) -> Rational:
    return rational_above(0, name, value, "a positive rational number, such as 4/5 or 0.8")
