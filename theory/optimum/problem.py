"""The least loss under a budget, over a whole plane of exponents: terms, window and budget in, phases and optima out.

A model says which terms of its loss count at a parameter point, on which pieces of the resources they hold, inside
which window (`pieces.Pieces`), and what an optimum is called. Everything else is here, once for all models: the program
is solved at a point, its certificate makes the answer hold around it, the plane is cut where answers change, and
boundaries are answered with what meets on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, Rational

from ..algebra.rational import point_of, value
from .diagram import Boundary, Phase, PhaseDiagram, tidy, value_at
from .partition import Partition, Region
from .pieces import Pieces
from .plane import At, Plane, inequalities
from .tropical import Optimum


@dataclass(frozen=True)
class Named:
    """What an optimum is called, and its trade-off: the terms that are equal there."""

    name: str
    tradeoff: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """What makes a phase: the name, the trade-off and the powers of the optimum. Without a power law there are none."""

    name: str
    tradeoff: tuple[str, ...]
    exponents: tuple[tuple[str, Expr], ...]
    loss_exponent: Expr | None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class OptimumAt:
    """The optimum at a point: ``loss* ~ C^-loss_exponent`` and ``resource* ~ C^exponents[resource]``.

    On a boundary ``phase`` is None and ``boundary_of`` names the phases that meet; exponents are given where all of
    them agree (logarithms may multiply the powers), else None. ``limits`` has those of every phase that meets there.
    Without a power law ``loss_exponent`` is None.
    """

    phase: str | None
    boundary_of: tuple[str, ...]
    tradeoff: tuple[str, ...]
    exponents: Mapping[str, Rational | None]
    loss_exponent: Rational | None
    limits: Mapping[str, Mapping[str, Rational | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A budgeted minimisation over a plane.

    Attributes:
        plane: the exponents of the spectral assumption.
        resources: what is chosen, in the order of the programs' variables.
        pieces: the programs that count at a parameter point, with the expressions whose signs that depends on.
        named: what an optimum at a point is called.
        no_power_law: what a region is called in which the loss does not fall.
        reported: resources whose exponents an answer gives; all of them if left out (the budget gives the last).
    """

    plane: Plane
    resources: tuple[str, ...]
    pieces: Callable[[At], tuple[Pieces, Iterable[Any]]]
    named: Callable[[Optimum, At], Named]
    no_power_law: str
    reported: tuple[str, ...] | None = None

    @property
    def _reported(self) -> tuple[str, ...]:
        return self.resources if self.reported is None else self.reported

    def solve(self, at: At) -> Optimum:
        """The optimum at a rational point, as formulas, with what is active and binding there."""
        return self.pieces(at)[0].solve(at)

    def label(self, at: At) -> tuple[Label, list[Any]]:
        """The label at a point, with everything that it depends on as certificate.

        A resource that is not the same wherever the loss is least has no power of the budget.
        """
        pieces, reasons = self.pieces(at)
        best = pieces.solve(at)
        certificate = [*reasons, *best.certificate, best.least]
        if value(best.least, point_of({s: at[s] for s in self.plane.parameters})) >= 0:
            return Label(self.no_power_law, (), (), None), certificate
        called = self.named(best, at)
        settled = (True,) * len(self.resources) if best.unique else pieces.settled(at)
        known = zip(self.resources, best.point, settled, strict=True)
        point = tuple((name, tidy(e, at)) for name, e, alone in known if alone and name in self._reported)
        return Label(called.name, called.tradeoff, point, tidy(-best.value, at)), certificate

    @cached_property
    def _cut(self) -> Partition:
        return self.plane.cut(self.label)

    @cached_property
    def _names(self) -> dict[Hashable, str]:
        """What each phase is called in the plane: its trade-off, numbered where phases with other powers share it."""
        count = Counter(str(region.label) for region in self._cut.regions)
        seen: Counter[str] = Counter()
        names: dict[Hashable, str] = {}
        for region in self._cut.regions:
            name = str(region.label)
            seen[name] += 1
            names[region.label] = name if count[name] == 1 else f"{name}, part {seen[name]}"
        return names

    def phase_diagram(self, order: Callable[[Phase], object] | None = None) -> PhaseDiagram:
        """All phases of the plane and the boundaries between them, derived and certified cell by cell."""
        cut, names = self._cut, self._names
        phases = [_phase(region, names[region.label]) for region in cut.regions]
        boundaries = tuple(
            Boundary(w.equation, w.polynomial, (names[w.between[0]], names[w.between[1]])) for w in cut.borders
        )
        ordered = phases if order is None else sorted(phases, key=order)  # type: ignore[arg-type]
        return PhaseDiagram(self.plane.parameters, self.plane.corner, tuple(ordered), boundaries)

    def at(self, point: tuple[Rational, Rational]) -> OptimumAt:
        """The optimum at a rational point, with what meets there on a boundary."""
        at = dict(zip(self.plane.parameters, point, strict=True))
        labels = [x for x in self.plane.around(self.label, point) if isinstance(x, Label)]
        short = {x: str(x) for x in labels}
        names = short if len(set(short.values())) == len(labels) else {x: self._names[x] for x in labels}
        limits = {
            names[x]: {"loss": value_at(x.loss_exponent, at)} | {name: value_at(e, at) for name, e in x.exponents}
            for x in labels
        }
        first, *rest = limits.values()
        agreed = {
            name: value if all(other.get(name) == value for other in rest) else None for name, value in first.items()
        }
        exponents = {name: agreed.get(name) for name in self._reported}
        if rest:
            return OptimumAt(None, tuple(sorted(limits)), (), exponents, agreed["loss"], limits)
        return OptimumAt(str(labels[0]), (), labels[0].tradeoff, exponents, agreed["loss"])


def _phase(region: Region, name: str) -> Phase:
    label = region.label
    assert isinstance(label, Label)
    return Phase(
        name,
        inequalities(region.condition),
        label.tradeoff,
        dict(label.exponents),
        label.loss_exponent,
        region.sample,
    )
