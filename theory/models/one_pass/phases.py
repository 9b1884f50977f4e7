"""Compute-optimal exponents and phases of one-pass training over every free resource.

The loss (`terms`) is a tropical polynomial in (d, gamma, tau), minimised under ``f = d^x n^y`` with ``n = tau/gamma``,
or its power 1 + c for a step size that falls, in the window ``1 <= tau <= d^edge``, ``gamma <= 1``, and stable up to
the horizon. A rule for the step size, ``gamma = d^x n^y``, leaves two variables. With momentum the monomials are those
in the effective time theta,

    DANA-decaying  theta = tau^{2-q}        DANA-constant  theta = max(tau, tau^2/d)        q = 1/(2 alpha)

a maximum being a programme on each piece.

**The batch.** Of steps r and a batch B with n = r B samples the loss has the time ``tau = gamma r B`` and gamma alone:
at a given gamma and n B enters through ``gamma B``, the length of a step along the largest eigenvalue, which is at most
of order one. So under ``f = d^x n^y`` any batch up to 1/gamma is as good, and r, at the largest, is tau. A budget ``f =
d^x r^y B^z`` has B as one more resource, in the window ``B >= 1, gamma B <= 1``. The largest stable step size then is
``min(d^-l, 1/B)``, d^-l being the limit that noise sets: a piece for each.

The plane is ``alpha > 0, alpha + beta > 1/2``, beta of either sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Integer, Mul, Rational, cancel, symbols

from ...algebra.scales import Monomial, power
from ...errors import AssumptionError
from ...optimum.diagram import PhaseDiagram
from ...optimum.pieces import Piece, Pieces
from ...optimum.plane import At, Plane
from ...optimum.problem import Named, OptimumAt, Problem
from ...optimum.tropical import Optimum, Power
from ..plrf import model
from . import stability, terms
from .terms import Part, alpha, beta
from .training import Training

PLANE = Plane((alpha, beta), (0, Rational(1, 2) - alpha))
STEEP = Plane((alpha, beta), (Rational(1, 2), Rational(1, 2) - alpha))
"""Where momentum changes an exponent: alpha > 1/2, the largest stable step size being O(1)."""

Rule = tuple[tuple[str, Expr], ...] | None
"""The powers of d and tau, or of d, r and B, in a step size; None where it is free."""

_LENGTH = power("gamma") * power("B")
_LONGEST: Rule = (("B", Integer(-1)),)
_SCALES = ("d", "gamma", "tau", "r", "B", "slow")
END = "end of the window"
_ORDER = ("F_0", "F_pp", "F_ac", "K_pp", "noise", "end")


@cache
def problem(training: Training) -> Problem:
    """The minimisation of the module's introduction."""
    time = ("tau",) if training.batch is None else ("r", "B")
    resources = ("d", *(["gamma"] if training.step == "free" else []), *time)

    def pieces(at: At) -> tuple[Pieces, list[Expr]]:
        rule, reasons = step_rule(training, at)
        rules = (rule,)
        if training.batch is not None and training.step == "stable":
            assert rule is not None
            rules = (*(rules if rule[0][1] != 0 else ()), _LONGEST)  # without a limit of noise steps are the longest
        return _pieces(training, rules, resources), reasons

    plane = PLANE if training.momentum == "none" else STEEP
    if (least := stability.from_alpha(training)) != 0:
        plane = Plane((alpha, beta), (least, Rational(1, 2) - alpha))
    return Problem(plane, resources, pieces, _named, "none")


@cache
def phase_diagram(training: Training) -> PhaseDiagram:
    """All phases of the plane, derived and certified cell by cell."""
    return problem(training).phase_diagram()


@cache
def optimum(training: Training, alpha_value: Rational, beta_value: Rational) -> OptimumAt:
    """The optimum at a rational point."""
    if not (alpha_value > 0 and alpha_value + beta_value > Rational(1, 2)):
        raise AssumptionError(
            f"alpha = {alpha_value}, beta = {beta_value} was asked; alpha > 0 and alpha + beta > 1/2 are needed for "
            "the loss of the start to be finite"
        )
    if not stability.anywhere(training, alpha_value):
        assert isinstance(training.step, tuple)  # a law
        law = str(Mul(*(base**power for base, power in zip(symbols("d n"), training.step, strict=True)))).replace(
            "**", "^"
        )
        raise AssumptionError(
            f"the step size {law} was asked at alpha = {alpha_value}, where training with it is unstable at every size "
            f"and time; it is stable for alpha >= {stability.from_alpha(training)}: give stable, free, or a law that "
            "falls faster with d"
        )
    return problem(training).at((alpha_value, beta_value))


def step_rule(training: Training, at: At) -> tuple[Rule, list[Expr]]:
    """The powers of d and tau in the step size, with what they depend on; None where it is free."""
    if training.step == "free":
        return None, []
    if training.step == "stable":
        limits = model.expansion().step_limits
        limit = max(limits, key=lambda x: x.subs(at))
        return (("d", -limit),), [x - limit for x in limits if x is not limit]
    if training.batch is not None:
        d, n = training.step
        return (("d", d), ("r", n), ("B", n)), []
    return tuple(zip(("d", "tau"), stability.law_in_time(training), strict=True)), []


@cache
def _pieces(training: Training, rules: tuple[Rule, ...], resources: tuple[str, ...]) -> Pieces:
    def rows(named: Iterable[tuple[str, Monomial]]) -> tuple[Power, ...]:
        return tuple(Power(name, tuple(m[x] for x in resources)) for name, m in named)

    by_rule = [monomials(training, rule) for rule in rules]
    pieces = tuple(
        Piece(p.name, rows(p.terms), rows((*found.window, *p.region))) for found in by_rule for p in found.pieces
    )
    budget = tuple(by_rule[0].cost[x] for x in resources)  # with more than one rule it is that of r and the batch
    return Pieces((alpha, beta), resources, pieces, (), budget)


@dataclass(frozen=True)
class Clocked:
    """The loss where one effective time holds: its terms, and what must be ``<= 1`` there."""

    name: str
    terms: tuple[tuple[str, Monomial], ...]
    region: tuple[tuple[str, Monomial], ...]


@dataclass(frozen=True)
class Monomials:
    """What the programmes are made of, in the resources and the scale ``slow``."""

    pieces: tuple[Clocked, ...]
    window: tuple[tuple[str, Monomial], ...]
    cost: Monomial


@cache
def monomials(training: Training, rule: Rule) -> Monomials:
    """The loss, the window and the budget of a training; a rule is what puts powers of d and tau for gamma."""

    def in_resources(m: Monomial, theta: Monomial = terms.TAU) -> Monomial:
        found = Monomial(m.constant, {x: m[x] for x in _SCALES if x != "tau"}) * raised(theta, m["tau"])
        if training.batch is not None:
            found = found.substitute("tau", _LENGTH * power("r"))
        if rule is not None:
            found = found.substitute("gamma", Monomial(Integer(1), dict(rule)))
        return Monomial(m.constant, {x: cancel(found[x]) for x in _SCALES})

    parts, cost = loss(training), _cost(training)
    pieces, ends = [], []
    for name, theta, region in effective_time(training.momentum):
        made = tuple((p.name, in_resources(p.monomial, theta)) for p in parts)
        pieces.append(Clocked(name, made, tuple((f"{name} {n}", in_resources(m)) for n, m in enumerate(region))))
        end = theta * power("d", -model.expansion().edge) * power("slow")  # theta is below 1 over an eigenvalue
        ends.append((("start", in_resources(raised(theta, Integer(-1)))), (END, in_resources(end))))
    clocked = tuple(Clocked(x.name, x.terms, (*x.region, *y)) for x, y in zip(pieces, ends, strict=True))
    window = [("d >= 1", power("d", -1)), *((f"stable {n}", m) for n, m in enumerate(terms.stability(training.fall)))]
    if training.serial_time is not None:
        steps = terms.TAU if training.batch is None else power("r")
        window.append(("serial time", steps * raised(cost, -training.serial_time)))
    if training.batch is not None:
        longest = () if rule == _LONGEST else (("length of a step", _LENGTH),)
        limit = (("limit of noise", power("gamma") * power("d", x)) for x in model.expansion().step_limits if x != 0)
        window += [("B >= 1", power("B", -1)), *longest, *(limit if rule == _LONGEST else ())]
    return Monomials(clocked, tuple((name, in_resources(m)) for name, m in window), in_resources(cost))


def effective_time(momentum: str) -> list[tuple[str, Monomial, tuple[Monomial, ...]]]:
    """The time theta of each piece in d and tau, and what must be ``<= 1`` there."""
    d, tau, decay = power("d"), terms.TAU, model.expansion().edge
    if momentum == "dana-decaying":
        return [("decaying", raised(tau, 2 - 1 / decay), ())]
    if momentum == "dana-constant":
        ratio = tau * raised(d, Integer(-1))
        return [("plain", tau, (ratio,)), ("accelerated", tau * ratio, (raised(ratio, Integer(-1)),))]
    return [("window", tau, ())]


def loss(training: Training) -> list[Part]:
    """All monomials of the loss, each once."""
    parts = [*terms.forcing(), *terms.transient_noise(training.warmup, training.fall)]
    if training.label_noise is not None:
        variance = raised(_cost(training), -training.label_noise)
        parts += (Part(p.name, p.monomial * variance) for p in terms.label_noise(training.end, training.fall))
    return _distinct(parts)


def _cost(training: Training) -> Monomial:
    """The budget in d, gamma and tau."""
    x, y = training.cost
    if training.batch is not None:
        return Monomial(Integer(1), {"d": x, "r": y, "B": training.batch})
    samples = y * (1 + training.fall)
    return Monomial(Integer(1), {"d": x, "gamma": -samples, "tau": samples})


def raised(m: Monomial, exponent: Expr) -> Monomial:
    """A power of a monomial."""
    return Monomial(m.constant**exponent, {x: e * exponent for x, e in m.exponents.items()}, m.origin)


def _distinct(parts: list[Part]) -> list[Part]:
    """Each monomial once, by its first name."""
    seen: dict[tuple[Expr, ...], Part] = {}
    for part in parts:
        seen.setdefault(tuple(cancel(part.monomial[x]) for x in _SCALES), part)
    return list(seen.values())


def _named(best: Optimum, at: Mapping[Any, Any]) -> Named:
    """What ties, one part of each term: at the end of the window all parts of a term are equal."""
    del at
    first: dict[str, str] = {}
    for name in sorted(sorted(best.active), key=len):  # a set has no order of its own
        first.setdefault(name.split()[0], name)
    if "F_0" not in first and END in best.binding:  # a level is as large as what falls to it at the end: it says so
        first["end"] = END
    tradeoff = tuple(first[kind] for kind in _ORDER if kind in first)
    return Named(" = ".join(tradeoff), tradeoff)
