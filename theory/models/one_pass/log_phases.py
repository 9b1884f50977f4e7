r"""Powers of the logarithm phase by phase, where eigenvalues have one: as formulas what `logarithms` has at a point.

The programme of the powers of L (`optimum.logarithms`) is a parametric one, too: its rows are those that tie at the
optimum of the powers of f, identically in alpha and beta, with the exponents of their scale ``slow`` beside. So the
plane ``2 alpha > 1`` is cut where the powers of f or of L change their formulas, each cell with its certificate. Where
leading terms leave the best choice open no formula is given, nor where d or tau does not grow with the compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Max, Rational, S
from sympy.logic.boolalg import Boolean

from ...algebra.rational import point_of, value
from ...errors import AssumptionError
from ...optimum.diagram import tidy
from ...optimum.logarithms import second_program
from ...optimum.plane import At, Plane, inequalities
from ...optimum.problem import Label
from ...optimum.tropical import Optimum, Program
from . import phases, stability
from .logarithms import Rows, time_of
from .terms import alpha, beta
from .training import Training

Logs = tuple[tuple[str, Expr], ...]
"""Powers of log f by resource, and that of the loss as ``loss``."""


@dataclass(frozen=True)
class LogPhase:
    """Where all inequalities hold, ``resource* ~ f^exponents[resource] L^logs[resource]``, with L = log f.

    ``logs`` has that of the loss, ``P* ~ f^-loss_exponent L^logs["loss"]``; it is empty where they are not derived.
    """

    inequalities: tuple[Boolean, ...]
    exponents: Mapping[str, Expr]
    loss_exponent: Expr | None
    logs: Mapping[str, Expr]


@cache
def log_phases(training: Training, log: Rational) -> tuple[LogPhase, ...]:
    """The parts of the plane ``2 alpha > 1`` with one law each, for ``lambda_j = j^{-2 alpha} (1 + log j)^-log``.

    There are none for a budget with a power of the batch of its own and another step size than the best.

    Raises
    ------
    AssumptionError
        With this momentum and this power of the logarithm training is unstable in the end.
    """
    if training.momentum == "dana-decaying" and log < 0:
        raise AssumptionError(
            "dana-decaying was asked of eigenvalues with more than a power law, with which training is unstable in the "
            "end; take another momentum"
        )
    if training.batch is not None and training.step != "free":
        return ()
    plane = Plane((alpha, beta), (Max(Rational(1, 2), stability.from_alpha(training)), Rational(1, 2) - alpha))
    found = []
    for region in plane.cut(lambda at: _question(training, log, at)).regions:
        assert isinstance(region.label, tuple)
        label, logs = region.label
        found.append(LogPhase(inequalities(region.condition), dict(label.exponents), label.loss_exponent, dict(logs)))
    return tuple(found)


def _question(training: Training, log: Rational, at: At) -> tuple[tuple[Label, Logs], list[Any]]:
    """Powers of f and of its logarithm at a point, as formulas, with everything that they depend on."""
    label, certificate = phases.problem(training).label(at)
    if label.loss_exponent is None:
        return (label, ()), certificate
    rule, _ = phases.step_rule(training, at)
    point = point_of({x: at[x] for x in (alpha, beta)})
    solved = [(program, logs, program.solve(at)) for program, logs in _programs(training, rule, log)]
    least = min((best.least for *_, best in solved), key=lambda x: value(x, point))
    seconds = [(best, _second(program, logs, best, at)) for program, logs, best in solved if best.least == least]
    settled = [(best, second) for best, second in seconds if second is not None]
    if len(settled) < len(seconds):
        return (label, ()), certificate
    best, first = min(settled, key=lambda pair: value(pair[1].least, point))
    certificate += [x for _, second in settled for x in (*second.certificate, second.least - first.least)]
    names = phases.problem(training).resources
    place = dict(zip(names, best.place, strict=True))
    grown = [place["d"], time_of(place)]
    certificate += grown
    if not all(value(x, point) > 0 for x in grown):
        return (label, ()), certificate
    logs = tuple((x, tidy(e, at)) for x, e in zip(names, first.point[:-1], strict=True))
    return (label, (("loss", tidy(first.value, at)), *logs)), certificate


@cache
def _programs(training: Training, rule: phases.Rule, log: Rational) -> list[tuple[Program, dict[str, Expr]]]:
    """The programme of each piece, with the powers of the logarithm of its rows."""
    found, resources = phases.monomials(training, rule), phases.problem(training).resources
    made = []
    for piece in found.pieces:
        rows = Rows(resources)
        terms = rows.of(piece.terms, {}, -log)
        bounds = rows.of((*piece.region, *found.window), {}, -log)
        budget = tuple(S(found.cost[x]) for x in resources)
        made.append((Program((alpha, beta), resources, terms, bounds, budget), rows.logs))
    return made


def _second(program: Program, logs: Mapping[str, Expr], best: Optimum, at: At) -> Optimum | None:
    """The programme of the powers of L at an optimum, solved; None where the best choice is open."""
    if not best.unique:
        return None
    terms = [p for p in program.terms if p.name in best.active]
    bounds = [p for p in program.constraints if p.name in best.binding]
    found = second_program(program, terms, bounds, logs, range(len(program.resources))).solve(at)
    return found if found.unique else None
