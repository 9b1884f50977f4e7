"""Compute-optimal exponents of the dynamical model for any monomial budget, by exact minimisation of its terms.

**Terms.** Before time runs into one of the sizes, 1 << t << N^b, P^b, the loss is, up to constants, the largest of

    time             t^{-(a-1)/b}: modes not yet learned
    width transient  what N features add to it, of order 1/N
    data transient   what P samples add to it, of order 1/P
    label noise      sigma^2 t^{1/b}/P, if there is noise
    width level, data level   what stays for t = infinity: of the tail of unseen modes, or *of head modes* (a > b + 1)

where a transient counts if it is the largest of its function somewhere in the window (`presence`). After that the
loss stays as it is (up to constants, and away from N = P, where it grows: `model`), so more time only costs, and the
optimum lies in the window. If time is free, it is infinite, and what is left are the levels and *width-data level*,
what a finite width adds to P samples (`model.levels`, ``both``).

**Budget.** ``C = N^n t^m P^p`` with rational exponents >= 0. A resource that costs nothing is infinite. The optimum
is a linear program (`tropical.Program`); the plane a, b > 1 is cut by `partition`; a phase is named by its
trade-off, the terms that are equal at the optimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from sympy import Expr, Rational, Symbol, cancel

from ..diagram import Boundary, Phase, PhaseDiagram, tidy, value_at
from ..errors import AssumptionError
from ..partition import neighbours, partition
from ..plane import BACK, QUADRANT, SHIFT, a, b, equation, inequalities
from ..presence import Window, leads
from ..scales import Monomial, merged, power
from ..tropical import Optimum, Power, Program
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


@dataclass(frozen=True)
class _Label:
    """What makes a phase: the trade-off and the powers of the optimum."""

    tradeoff: tuple[str, ...]
    exponents: tuple[tuple[str, Expr], ...]
    loss_exponent: Expr | None

    def __str__(self) -> str:
        return " = ".join(self.tradeoff) or "no power law"


@dataclass(frozen=True)
class BudgetOptimum:
    """The optimum at a point: ``loss* ~ C^-loss_exponent`` and ``resource* ~ C^exponents[resource]``.

    On a boundary ``phase`` is None and ``boundary_of`` names the phases that meet; exponents are given where all of
    them agree (logarithms may multiply the powers), else None. Without a power law ``loss_exponent`` is None.
    """

    phase: str | None
    boundary_of: tuple[str, ...]
    tradeoff: tuple[str, ...]
    exponents: Mapping[str, Rational | None]
    loss_exponent: Rational | None
    limits: Mapping[str, Mapping[str, Rational | None]] = field(default_factory=dict)


def phase_diagram(spent: Budget | None = None) -> PhaseDiagram:
    """All phases of the plane a, b > 1 for a budget, derived and certified cell by cell."""
    return _diagram(spent or budget())


@cache
def _diagram(spent: Budget) -> PhaseDiagram:
    cut = partition(QUADRANT, lambda at: _question(spent, at))
    phases = tuple(
        Phase(
            str(region.label),
            inequalities(region.condition),
            region.label.tradeoff,
            dict(region.label.exponents),
            region.label.loss_exponent,
            (region.sample[0] + 1, region.sample[1] + 1),
        )
        for region in cut.regions
        if isinstance(region.label, _Label)
    )
    boundaries = tuple(
        Boundary(equation(w.polynomial), w.polynomial.subs(BACK).expand(), (str(w.between[0]), str(w.between[1])))
        for w in cut.borders
    )
    return PhaseDiagram((a, b), (1, 1), phases, boundaries)


def optimum(source: Rational, decay: Rational, spent: Budget) -> BudgetOptimum:
    """The optimum at rational a = source, b = decay, both above 1."""
    point = (_fraction(source) - 1, _fraction(decay) - 1)
    at = {a: source, b: decay}
    labels = [x for x in neighbours(QUADRANT, lambda p: _question(spent, p), point) if isinstance(x, _Label)]
    limits = {
        str(x): {"loss": value_at(x.loss_exponent, at)} | {name: value_at(e, at) for name, e in x.exponents}
        for x in labels
    }
    first, *rest = limits.values()
    agreed = {name: value if all(other.get(name) == value for other in rest) else None for name, value in first.items()}
    exponents = {name: agreed.get(name) for name in spent.resources}
    if rest:
        return BudgetOptimum(None, tuple(sorted(limits)), (), exponents, agreed["loss"], limits)
    return BudgetOptimum(str(labels[0]), (), labels[0].tradeoff, exponents, agreed["loss"])


def linear_optimum(spent: Budget, at: Mapping[Symbol, Any]) -> tuple[Optimum, Mapping[str, Monomial]]:
    """The optimum of the linear program at a, b, as formulas, and the monomial behind every active term."""
    shown, _ = _shown(spent, at)
    best = _program(spent, shown).solve(at)
    table = _terms(spent)
    return best, {name: table[name] for name in best.active}


@cache
def _terms(spent: Budget) -> dict[str, Monomial]:
    """All monomials that may count for a budget, by name and origin."""
    found: dict[str, Monomial] = {}

    def add(name: str, terms: Iterable[Monomial], factor: Monomial | None = None) -> None:
        for m in merged(terms):  # what has the same power is one term, with the sum of the constants
            head = "level" in name and "regular" in " ".join(m.origin)  # not the tail of the modes, its pole
            found[f"{name}{HEAD * head}: {', '.join(m.origin)}"] = m if factor is None else m * factor

    timed = "t" in spent.resources
    if timed:
        add("time", monomials("time"))
    if "N" in spent.resources:
        add("width level", monomials("width"))
        if timed:
            add("width transient", monomials("early_width_time"), power("N", -1))
    if "P" in spent.resources:
        add("data level", monomials("data"))
        if timed:
            add("data transient", monomials("early_data_time"), power("P", -1))
            if spent.noise:
                add("label noise", monomials("noise_time"), power("P", -1))
        elif spent.noise and "N" in spent.resources:
            add("label noise", [power("N")], power("P", -1))  # sigma^2 T/P + ..., T = N; no less for P < N
        elif spent.noise:
            add("label noise", monomials("noise_level"))
    if not timed and set(spent.resources) == {"N", "P"}:
        add("width-data level", monomials("both"), power("P") * power("N", -1))
    return found


def _shown(spent: Budget, at: Mapping[Symbol, Any]) -> tuple[tuple[str, ...], list[Expr]]:
    """The terms that count at a point, with what that depends on."""
    table = _terms(spent)
    certificate: list[Expr] = []
    shown = []
    for name, m in table.items():
        kind = name.split(":")[0]
        if kind in ("width transient", "data transient"):
            size = "N" if kind.startswith("width") else "P"
            others = [x for other, x in table.items() if other.split(":")[0] in ("time", kind) and x is not m]
            found, reasons = leads(m, others, Window(size, "t", b), at)
            certificate += reasons
            if not found:
                continue
        shown.append(name)
    return tuple(shown), certificate


def _question(spent: Budget, shifted: Mapping[Symbol, Any]) -> tuple[_Label, list[Expr]]:
    """The label at a point of the quadrant, with everything that it depends on as certificate."""
    at = {s: e.subs(shifted) for s, e in SHIFT.items()}
    shown, certificate = _shown(spent, at)
    best = _program(spent, shown).solve(at)
    certificate = [*certificate, *best.certificate, best.value]
    moved = [cancel(e.subs(SHIFT)) for e in certificate]
    if best.value.subs(at) >= 0:
        return _Label((), (), None), moved
    tradeoff = tuple(sorted({name.split(":")[0] for name in best.active}, key=_rank))
    point = tuple((n, tidy(e, at)) for n, e in zip(spent.resources, best.point, strict=True))
    return _Label(tradeoff, point, tidy(-best.value, at)), moved


HEAD = " of head modes"
"""What a level is called that stems from the first modes, all learned almost, and not from the tail of those unseen."""

_KINDS = ("time", "width level", "width transient", "data level", "data transient", "width-data level", "label noise")


def _rank(term: str) -> int:
    return _KINDS.index(term.removesuffix(HEAD))


@cache
def _program(spent: Budget, shown: tuple[str, ...]) -> Program:
    resources, table = spent.resources, _terms(spent)

    def row(m: Monomial) -> tuple[Expr, ...]:
        return tuple(m[x] for x in resources)

    terms = tuple(Power(name, row(table[name])) for name in shown)
    window = [Power(f"{x} >= 1", row(power(x, -1))) for x in resources]
    if "t" in resources:
        window += [Power(f"end of the window in {x}", row(power("t") * power(x, -b))) for x in resources if x != "t"]
    return Program((a, b), resources, terms, tuple(window), tuple(p for _, p in spent.powers))


def _fraction(x: Rational) -> Fraction:
    return Fraction(int(x.p), int(x.q))
