"""Claims: two points of each phase, drawn by a seed, of the frontier over everything that is free.

The least loss is measured at budgets in equal ratios, to f = 1e40 where corrections decay slowly, and its exponent is
what is left when the corrections of derived rates are taken out of the slopes between them (`measure`); the rates come
from the expansion of the loss beyond its leading terms (`theory.models.one_pass.corrections`), as many as slopes allow.

Points lie so far inside their phase that the first correction f^-w is a tenth or less at the last budget, and the time
long, as corrections are powers up to what is exponentially small in it. This, the rule of the limit and what is told
the numeric wing were settled at points of the seeds 101 to 104, of which the rule had refuted two: one of a short time,
by 4e-6, and one with sigma = 1/10, where slopes stay flat up to 1e24, by 0.004. The points here are others, by `SEED`,
seen once before the budgets of a cool-down's plateau were raised, at which one minimum was lost and nothing decided.
Of averages and momentum alpha = 4/5, beta = 3/10 was seen first, where the rule refuted DANA-decaying by 4e-5 and so
showed that orders were missing in `corrections`, those of the velocity's noise; then three points of the seed 101.

Under a limit on the serial time that binds, batches are as large as it asks for, with gamma B held; where it does not,
the diagram is that of label noise. Left out is the phase in which a warm-up helps nothing. Each point is a claim of its
own where it takes a second or more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..families.optimum import state_powers
from ..families.plane import diagram_of
from ..measure import compare_by_rates
from ..topic import topic
from .diagrams import DIAGRAMS, training_of
from .exact import DERIVED_HERE
from .in_time import descent

if TYPE_CHECKING:
    from ...numerics.models.plrf.trained_frontier import Declared
    from ...sweeps.phases import Phases
    from ...theory.optimum.diagram import Phase
    from ...theory.optimum.problem import OptimumAt

SEED, EACH = 7, 2
WIDTH = Fraction(1, 20)
"""Half the side of a square around a point, all of it in one phase."""

LEFT_OVER = 10
"""The first correction is one part of this many, at most, at the last budget."""

LONG = 30
"""The least time at the last budget: corrections are powers of the budget up to what is exponentially small in it."""

_GRID, _LOWEST, _HIGHEST = 40, Fraction(-1, 2), Fraction(3, 2)  # of alpha up to the highest, of beta between both


def _budgets(last: float, ratio: float, count: int) -> tuple[float, ...]:
    return tuple(10.0 ** (last - ratio * k) for k in reversed(range(count)))


SOON, LATE, LATEST = _budgets(24, 4, 5), _budgets(28, 4, 5), _budgets(40, 5, 5)
SCHEDULED, SLOW, KICKED = _budgets(19, 3, 4), _budgets(28, 4, 4), _budgets(31, 4, 4)
SLOWEST = _budgets(32, 3, 5)  # beyond, the round-off of the steps counts
NOISY, FIXED = {"noise": 1.0}, {"step_size": 0.2}
DECAYING, LIMITED = {**NOISY, "decay": 1 / 3}, {**NOISY, "parallel": 0.2, "steps": 0.25}
COOLED = {**NOISY, "cooldown": None}  # its power is that of the point
AVERAGED = {**NOISY, "averaging": 10.0}
DANA_DECAYING = {"step_size": 0.1, "momentum": ("dana-decaying", 1.0)}  # and alpha, that of the point
RISING, STEEP = {"gamma": 0.1, "height": 0.1}, {"gamma": 0.1, "height": 0.6}
SLOWLY = {"d": 0.2, "gamma": 0.05, "height": 0.2}
DANA_CONSTANT = {"step_size": 0.1, "momentum": ("dana-constant", 1.0)}


@dataclass(frozen=True)
class Part:
    """A phase as the derivation names it, the budgets, and what the numeric wing is told beside the point.

    `first` are constants of the powers of f from which the first optimum is sought, where they are not 1.
    """

    phase: str
    budgets: tuple[float, ...]
    declared: Mapping[str, Any]
    first: Mapping[str, float] = field(default_factory=dict)


_HEADS, _TAIL, _FLAT = "F_0 of head modes = ", "F_0 of tail modes = F_pp", " of the plateau"
_NOISE, _MEMORY = "F_pp = noise", " of the memory"
_LATE = f"{_HEADS}K_pp{_FLAT}, then "


PARTS: dict[str, dict[str, Part]] = {
    "label_noise": {
        "tail": Part(f"{_TAIL} = noise", SOON, NOISY),
        "features": Part("F_pp = F_ac = noise", SOON, NOISY),
        "tail_memory": Part(f"{_TAIL} = noise{_MEMORY}", LATEST, NOISY),
        "heads_memory": Part(f"{_HEADS}{_NOISE}{_MEMORY}", LATE, NOISY),
        "heads_plateau": Part(f"{_HEADS}{_NOISE}{_FLAT}", LATEST, NOISY),
    },
    "free_step": {
        "Ia": Part(_TAIL, SOON, FIXED),
        "Ib": Part(f"{_TAIL} = K_pp of F_pp", LATEST, {}),
        "Ic": Part(f"{_HEADS}F_pp = K_pp{_FLAT}", LATEST, {}),
        "II": Part("F_pp = F_ac", SOON, FIXED),
        "III": Part("F_ac = K_pp", SOON, FIXED),
        "IV": Part(f"{_HEADS}F_pp = K_pp", LATEST, {}),
    },
    "cooldown": {
        "end": Part(f"{_HEADS}F_ac = noise{_MEMORY}", SCHEDULED, COOLED),
        "heads": Part(f"{_HEADS}{_NOISE}{_MEMORY}", SCHEDULED, COOLED),
        "plateau": Part(f"{_HEADS}{_NOISE}{_FLAT}", SLOW, COOLED),
        "falling": Part(_TAIL, SCHEDULED, {**COOLED, **FIXED}),  # beta < 0: the step size is at its limit
        "tail": Part(f"{_TAIL} = noise{_MEMORY}", SCHEDULED, COOLED),
        "features": Part(f"F_pp = F_ac = noise{_MEMORY}", SCHEDULED, COOLED),
    },
    "averaging": {
        "end": Part(f"{_HEADS}F_ac = noise{_MEMORY}", SOON, AVERAGED),
        "heads": Part(f"{_HEADS}{_NOISE}{_MEMORY}", LATEST, AVERAGED),
        "plateau": Part(f"{_HEADS}{_NOISE}{_FLAT}", LATEST, AVERAGED),
        "falling": Part(_TAIL, SOON, {**AVERAGED, **FIXED}),
        "tail": Part(f"{_TAIL} = noise{_MEMORY}", SOON, AVERAGED),
        "features": Part(f"F_pp = F_ac = noise{_MEMORY}", SOON, AVERAGED),
    },
    "dana_decaying": {
        "end": Part(f"{_HEADS}F_ac", KICKED, DANA_DECAYING),
        "tail": Part(_TAIL, KICKED, DANA_DECAYING),
        "noise": Part("F_ac = K_pp", KICKED, DANA_DECAYING),
        "features": Part("F_pp = F_ac", KICKED, DANA_DECAYING),
    },
    "dana_constant": {
        "end": Part(f"{_HEADS}F_ac", KICKED, DANA_CONSTANT),
        "tail": Part(_TAIL, KICKED, DANA_CONSTANT),
        "noise": Part("F_ac = K_pp", KICKED, DANA_CONSTANT),
        "features": Part("F_pp = F_ac", KICKED, DANA_CONSTANT),
    },
    "warmup": {
        "features": Part("F_pp = F_ac", SCHEDULED, {**FIXED, "warmup": None}, RISING),
        "noise": Part("F_ac = K_pp", SCHEDULED, {**FIXED, "warmup": None}, RISING),
        "heads": Part(f"{_HEADS}F_pp = K_pp of F_pp", SLOW, {"warmup": None}, RISING),
        "heads_noise": Part(f"{_HEADS}K_pp", SLOW, {"warmup": None}, STEEP),
        "plateau": Part(f"{_HEADS}F_pp = K_pp of F_pp{_FLAT}", SLOW, {"warmup": None}, SLOWLY),
        "tail": Part(f"{_TAIL} = K_pp of F_pp", SLOW, {"warmup": None}, SLOWLY),
        "late": Part(f"{_LATE}F_pp = the memory = the peak", SLOWEST, {"warmup": None}, SLOWLY),
        "late_kernel": Part(f"{_LATE}the kernel = the memory = the peak", SLOWEST, {"warmup": None}, SLOWLY),
    },
    "power": {
        "falling": Part(_TAIL, SCHEDULED, {**DECAYING, **FIXED}),  # the step size is at its limit at first
        "tail": Part(f"{_TAIL} = noise", SCHEDULED, DECAYING),
        "features": Part("F_pp = F_ac = noise", SCHEDULED, DECAYING),
        "tail_memory": Part(f"{_TAIL} = noise{_MEMORY}", SLOW, DECAYING),
        "heads_memory": Part(f"{_HEADS}{_NOISE}{_MEMORY}", SLOW, DECAYING),
        "heads_plateau": Part(f"{_HEADS}{_NOISE}{_FLAT}", SLOW, DECAYING),
    },
    "serial_time": {
        "limit.heads": Part(f"F_pp, then {_HEADS}noise{_MEMORY}", LATEST, LIMITED),
        "limit.tail": Part("F_pp, then F_pp changed by the ridge = noise", SOON, LIMITED),
        "limit.features": Part("F_pp, then F_ac = noise", SOON, LIMITED),
        "heads_memory": Part(f"{_HEADS}{_NOISE}{_MEMORY}", LATE, NOISY),  # here and below it does not bind
        "heads_plateau": Part(f"{_HEADS}{_NOISE}{_FLAT}", LATEST, NOISY),
        "tail_memory": Part(f"{_TAIL} = noise{_MEMORY}", LATEST, NOISY),
        "features": Part("F_pp = F_ac = noise", SOON, NOISY),
    },
}
"""By diagram and name of a claim."""

TOGETHER = ("label_noise", "free_step", "serial_time", "power")
"""Diagrams of which both points of a phase are one claim."""

TURNING = {
    "label_noise": ("tail_memory", (Fraction(9, 20), Fraction(7, 20))),
    "free_step": ("IV", (Fraction(3, 10), Fraction(7, 10))),
    "cooldown": ("features", (Fraction(9, 10), Fraction(7, 10))),
    "warmup": ("features", (Fraction(3, 4), Fraction(6, 5))),
}
"""Points, not drawn, where local slopes turn, so that extrapolated without the rates they would refute an exponent."""

NARROW = {
    "serial_time.limit.heads": ((Fraction(9, 20), Fraction(11, 20)), (Fraction(47, 100), Fraction(13, 25))),
    "serial_time.tail_memory": ((Fraction(31, 100), Fraction(47, 100)), (Fraction(7, 25), Fraction(11, 25))),
    "warmup.plateau": ((Fraction(7, 40), Fraction(9, 16)), (Fraction(3, 16), Fraction(23, 40))),
    "warmup.late_kernel": ((Fraction(9, 40), Fraction(6, 5)), (Fraction(23, 100), Fraction(11, 10))),
    "dana_constant.features": ((Fraction(2, 3), Fraction(7, 12)), (Fraction(7, 10), Fraction(3, 5))),
}
"""Phases that are too narrow for a square of the width, with two points of each that are not drawn."""

Point = tuple[Fraction, Fraction]

claim = topic(
    "plrf.drawn",
    kind=Kind.EXPONENT,
    order_of_limits="f to infinity, everything that is free minimised at each f; v/d fixed",
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.one_pass.phases.phase_diagram, "
    "tauber.theory.models.one_pass.corrections.correction_rates",
    measured_by="tauber.numerics.models.plrf.trained_frontier.trained_losses",
    dear=True,
)


def rates(diagram: str, point: Point, count: int) -> Sequence[Fraction]:
    """The w of the first corrections f^-w."""
    from sympy import Rational

    from ...theory.models.one_pass.corrections import correction_rates

    options = dict(DIAGRAMS[diagram][2])
    if options.get("cooldown") == "best":
        options["cooldown"] = cooling(point[0])
    a, b = (Rational(x) for x in point)
    return correction_rates(training_of(options), a, b, count, finite_modes=bool(2 * a < 1))


def cooling(alpha: Fraction) -> Fraction:
    """The m of a cool-down with the best exponent: the best one from point to point, 4 alpha - 1, or a linear one."""
    return max(4 * alpha - 1, Fraction(1))


def rising(alpha: Fraction, beta: Fraction) -> float:
    """The C of a warm-up: gamma ~ P^(-1/2)."""
    return -float(descent(alpha, beta)) / 2


@cache
def points(diagram: str, name: str, seed: int = SEED) -> list[Point]:
    """Points of a phase, drawn from a grid."""
    part, found, seen = PARTS[diagram][name], list[Point](), set[Point]()
    drawn = random.Random(f"{seed} {part.phase}")
    while len(found) < EACH:
        alpha = _HIGHEST * drawn.randint(1, _GRID) / _GRID
        point = alpha, _LOWEST + (_HIGHEST - _LOWEST) * drawn.randint(0, _GRID) / _GRID
        if len(seen) == _GRID * (_GRID + 1):
            raise LookupError(f"the phase {part.phase} of {diagram} has fewer than {EACH} such points: name some")
        if point in seen or not _alone(diagram, part.phase, point):
            seen.add(point)
            continue
        seen.add(point)
        last, tau = part.budgets[-1], leading(diagram, point)["tau"]
        if last ** float(rates(diagram, point, 1)[0]) >= LEFT_OVER and last**tau >= LONG:
            found.append(point)
    return found


def _alone(diagram: str, phase: str, point: Point) -> bool:
    """Whether the square around a point lies in the phase: its corners, the middles of its sides."""
    steps = -WIDTH, Fraction(0), WIDTH
    around = [(point[0] + x, point[1] + y) for x in steps for y in steps]
    if not all(alpha > 0 and alpha + beta > Fraction(1, 2) for alpha, beta in around):
        return False
    return set(_phases(diagram).at(around)[0]) == {phase}


def best_at(diagram: str, point: Point) -> OptimumAt:
    """The derived optimum."""
    from sympy import Rational

    from ...theory.models.one_pass.phases import optimum

    return optimum(training_of(DIAGRAMS[diagram][2]), *(Rational(x) for x in point))


def leading(diagram: str, point: Point) -> dict[str, float]:
    """Exponents of f at the optimum by name, also of the loss and of the height of a warm-up."""
    from sympy import Rational

    from ...theory.models.one_pass.corrections import best_warm_up, settled

    best = best_at(diagram, point)
    assert best.loss_exponent is not None  # the point lies inside a phase
    a, b = (Rational(x) for x in point)
    training, narrow = training_of(DIAGRAMS[diagram][2]), bool(2 * a < 1)
    sizes = settled(training, (a, b), best.exponents, narrow)
    powers = {"loss": -best.loss_exponent, **sizes}
    found = {name: float(power) for name, power in powers.items() if power is not None}
    if (warm := best_warm_up(training, a, b, finite_modes=narrow) if training.warmup else None) is not None:
        found["height"] = float(warm.height)
    return found


@cache
def _phases(diagram: str) -> Phases:
    from ...sweeps.phases import Phases

    return Phases(diagram_of(training_of(DIAGRAMS[diagram][2]), settled=True))


def _phase(diagram: str, name: str) -> Phase:
    """The phase of leading terms, whose loss corrections do not change: ``F_pp`` of ``F_pp, then F_ac = noise``."""
    leading_terms = name.partition(", then ")[0]
    return next(p for p in diagram_of(training_of(DIAGRAMS[diagram][2])).phases if p.name == leading_terms)


def declared(part: Part, point: Point) -> Declared:
    """What the numeric wing is told."""
    from ...numerics.models.plrf.trained_frontier import Declared

    alpha, beta = point
    told = dict(part.declared) | ({"ratio": 4.0} if 2 * alpha < 1 else {})
    if "cooldown" in told:
        told["cooldown"] = float(cooling(alpha))
    if told.get("momentum", ("",))[0] == "dana-decaying":
        told["momentum"] += (float(alpha),)
    if "warmup" in told:
        told["warmup"] = rising(alpha, beta)
    return Declared(float(alpha), float(beta), **told)


def _statement(diagram: str, part: Part) -> Any:
    phase = _phase(diagram, part.phase)
    assert phase.loss_exponent is not None  # those listed have a power law
    return state_powers("f", {"excess": (1, -phase.loss_exponent)})


def _checker(diagram: str, name: str, which: slice) -> Callable[[], Iterator[Comparison]]:
    def check() -> Iterator[Comparison]:
        for point in points(diagram, name)[which]:
            yield compare(diagram, name, point)

    return check


def _at(diagram: str, name: str, *given: Point) -> Iterator[Comparison]:
    for point in given:
        yield compare(diagram, name, point)


def compare(diagram: str, name: str, point: Point) -> Comparison:
    """The exponent of the loss at a point beside that of slopes between budgets."""
    import numpy as np

    from ...numerics.models.plrf.trained_frontier import trained_losses

    part, powers = PARTS[diagram][name], leading(diagram, point)
    found = trained_losses(declared(part, point), part.budgets, powers, part.first)
    span = float(np.log(part.budgets[1] / part.budgets[0]))
    slopes = (np.diff(found.loss) / span).tolist()
    errors = ((found.error[1:] + found.error[:-1]) / span).tolist()
    what = f"exponent of loss at alpha = {point[0]}, beta = {point[1]}, {part.phase}, f up to {part.budgets[-1]:.3g}"
    known = [float(w) for w in rates(diagram, point, len(slopes) - 1)]
    return compare_by_rates(what, powers["loss"], slopes, errors, float(np.exp(span)), known)


def _told(part: Part) -> str:
    """In words, what the numeric wing is told."""
    words = {
        "noise": "sigma = {:g}", "step_size": "the largest step size {:g}",
        "cooldown": "m = 4 alpha - 1, 1 at least", "warmup": "gamma ~ P^(-1/2) up to its peak",
        "averaging": "the weights averaged with {0:g}/(t + {0:g})", "momentum": "{0[0]} with c = {0[1]:g}",
        "decay": "gamma (1 + t)^(-{:.3g})", "parallel": "gamma B = {:g}", "steps": "f^{:g} steps",
    }  # fmt: skip
    return ", ".join(words[name].format(value) for name, value in part.declared.items())


def _claimed(
    diagram: str, name: str, part: Part, title: str, where: str, check: Callable[[], Iterator[Comparison]]
) -> None:
    batch = "the batch that is left" if "steps" in part.declared else "batch 1"
    claim(
        name,
        f"{title}: {DIAGRAMS[diagram][0]}",
        partial(_statement, diagram, part),
        each=len(part.budgets),
        assumptions=f"{where}; {batch}; v = infinity, for alpha < 1/2 v = 4 d; {_told(part)}".removesuffix("; "),
    )(check)


_INSIDE = (
    f"the first derived correction a tenth at most and the time {LONG} at least at the last budget, no other phase "
    f"nearer than {WIDTH}"
)
for _diagram, _parts in PARTS.items():
    for _short, _part in _parts.items():
        if f"{_diagram}.{_short}" in NARROW:
            continue
        _each = {"": slice(None)} if _diagram in TOGETHER else {".first": slice(1), ".second": slice(1, 2)}
        for _end, _which in _each.items():
            _name, _title = (
                f"{_diagram}.{_short}{_end}",
                f"Points of a phase, drawn by a seed, have its exponent, {_short}",
            )
            _claimed(_diagram, _name, _part, _title, _INSIDE, _checker(_diagram, _short, _which))
for _diagram, (_short, _point) in TURNING.items():
    _where = f"at alpha = {_point[0]}, beta = {_point[1]}"
    _title = f"Where local slopes turn they have the exponent of the phase, {_short}"
    _name, _check = f"turning.{_diagram}", partial(_at, _diagram, _short, _point)
    _claimed(_diagram, _name, PARTS[_diagram][_short], _title, _where, _check)
for _name, _given in NARROW.items():
    _diagram, _, _short = _name.partition(".")
    _where = " and ".join(f"alpha = {a}, beta = {b}" for a, b in _given)
    _title, _check = f"Points of a narrow phase have its exponent, {_short}", partial(_at, _diagram, _short, *_given)
    _claimed(_diagram, _name, PARTS[_diagram][_short], _title, f"at {_where}", _check)
