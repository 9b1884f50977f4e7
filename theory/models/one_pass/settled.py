"""Phases with what corrections choose, where they are known to, of sizes with one leading loss (`on_line`, `late`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sympy import cancel

from ...optimum.diagram import PhaseDiagram, tidy
from ...optimum.plane import At
from ...optimum.problem import Label, Problem
from . import late, on_line, phases
from .corrections import chooses
from .training import Training


@cache
def phase_diagram(training: Training) -> PhaseDiagram:
    """All phases of the plane, with what corrections choose where they are known to."""
    return problem(training).phase_diagram()


@cache
def problem(training: Training) -> Problem:
    """The problem of leading terms, and of corrections where these choose."""
    known = phases.problem(training)
    if not chooses(training):
        return known
    return _Settled(known.plane, known.resources, known.pieces, known.named, known.no_power_law, training=training)


@dataclass(frozen=True)
class _Settled(Problem):
    """The problem of the leading terms, with the optimum of the corrections where theirs is not unique."""

    training: Training = field(default_factory=Training)

    def label(self, at: At) -> tuple[Label, list[Any]]:
        """The label at a point, as without corrections where the optimum is unique."""
        label, certificate = super().label(at)
        best = self.solve(at)
        if best.unique or label.loss_exponent is None:
            return label, certificate
        if self.training.warmup:
            place = late.chosen(self.training, at)
        else:
            place = on_line.chosen(self.training, sorted(best.active)[0], at)
        point = tuple((name, tidy(cancel(place.sizes[name]), at)) for name in self.resources)
        name = f"{label.name}, then {' = '.join(place.ties)}"
        return Label(name, label.tradeoff, point, label.loss_exponent), [*certificate, *place.certificate]
