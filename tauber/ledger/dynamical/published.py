"""Claims of the papers beside what holds: the width bottleneck, the compute optimum, and time against width.

What eq. (14) of 2402.01092 states for the loss of a network, the exponent min(a - 1, 2 b), holds for the bias; for one
network the width bottleneck has the first power of kappa_0/(kappa_0 + lambda), not the second, and so min(a - 1, b).
The two agree for a - 1 < b, and all simulations of the paper have a - 1 <= b. For a - 1 > b two papers of one year
contradict each other: the level of 2405.15074 is ``F_0 ~ N^-(b - max(0, 1 + b - a)) = N^-min(a-1, b)`` in the letters
here. It holds, and the sequel of the authors, 2409.17858, has the optimum that follows from it: ``L* ~ C^-((a-1)/a)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..families.optimum import state_powers
from ..families.points import Exponents
from ..measure import FINE, SOLVER, exactly
from ..papers import (
    BALANCE,
    BIAS,
    BOTTLENECKS,
    COMMON,
    FITTED,
    LAZY,
    LEVEL,
    PHASES,
    PLOTTED,
    RANDOM_FEATURES,
    SIGN_LEVEL,
    WANG_LEVEL,
)  # fmt: skip
from ..source import derived_here, stated
from ..topic import topic
from ..typed import least, letters, most, typed
from .laws import HEAD_BOTH, HEAD_WIDTH, PROBES, SIZES, TAIL, compare_power
from .optimum import TRANSIENT, TWO, compare_slopes, exponents_of
from .probe import SINGLE, probe
from .tradeoffs import compare_asymmetry

BEYOND = (HEAD_WIDTH, HEAD_BOTH)
"""Points with a - 1 > b, where the published exponents are others."""

_HOLDS = (LEVEL, WANG_LEVEL, SIGN_LEVEL)
_bottleneck = topic(
    "dynamical.published",
    kind=Kind.EXPONENT,
    order_of_limits="P, then t, then N to infinity",
    source=stated(*_HOLDS),
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final",
)
_optimum = topic(
    "dynamical.published",
    kind=Kind.EXPONENT,
    order_of_limits="P to infinity first, then C to infinity with the loss minimised at each C",
    derived_by="tauber.theory.models.dynamical.phase_diagram",
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)


def published_width(point: Exponents) -> Any:
    """The published exponent of the width bottleneck, min(a - 1, 2 b)."""
    return least(point.a - 1, 2 * point.b)


def published_level(point: Exponents) -> Any:
    """The exponent of F_0 by its own formula, at b = 2 alpha, a = 2 alpha + 2 beta."""
    return _level(point.b / 2, (point.a - point.b) / 2)


def _level(alpha: Any, beta: Any) -> Any:
    return 2 * alpha - most(0 * beta, 1 - 2 * beta)


def corrected_width(point: Exponents) -> Any:
    """The same in the letters here: what holds of a single network."""
    return least(point.a - 1, point.b)


def published_optimum(point: Exponents, width: Any) -> dict[str, Any]:
    """Exponents that follow from ``L = A t^(-(a-1)/b) + B N^-m`` with the given m."""
    total = point.a - 1 + width * point.b
    return {"loss": width * (point.a - 1) / total, "N": (point.a - 1) / total, "t": width * point.b / total}


def _letters() -> Exponents:
    """The point of the formulas."""
    return Exponents(*letters("a b"))


def _balanced(*lines: str, width: Callable[[], Any], only: str = "LNt") -> Callable[[], Any]:
    """The laws of `published_optimum` in letters, and what else is stated; ``width`` makes the m."""

    def power(name: str, less: str = "") -> Any:
        from sympy import factor

        powers = published_optimum(_letters(), width()) | {"": 0}
        return factor(powers[name] - powers[less])

    laws = {"L": "L_star ~ C^-x", "N": "N_star ~ C^y", "t": "t_star ~ C^z"}
    given = {"x": partial(power, "loss"), "y": partial(power, "N"), "z": partial(power, "t")}
    return typed(*(laws[x] for x in only), *lines, **given, gap=partial(power, "t", "N"))


@_bottleneck(
    "width",
    "As published, for a - 1 > b: width bottleneck of a single network N^-min(a-1, 2b)",
    typed("L(N) ~ N^-m", m=lambda: published_width(_letters())),
    each=len(SIZES),
    assumptions=f"a - 1 > b; {SINGLE}",
    source=stated(BOTTLENECKS, note=f"{PLOTTED}; a theorem that stops there: {RANDOM_FEATURES}", instead=_HOLDS),
    expected=Outcome.REFUTED,
)
def _check_width() -> Iterator[Comparison]:
    yield from (compare_power("width", point, -float(published_width(point))) for point in BEYOND)


@_bottleneck(
    "width_bias",
    "The published width exponent holds for the bias: N^-min(a-1, 2b)",
    typed("bias(N)^2 ~ N^-m", m=lambda: published_width(_letters())),
    each=len(SIZES),
    assumptions="a - 1 not 2 b; average: the mean predictor of infinitely many networks, each with its own features",
    source=derived_here(f"the exponent that eq. (14) has for the loss; of the bias {BIAS}"),
)
def _check_bias() -> Iterator[Comparison]:
    yield from (compare_power("width_bias", point, -float(published_width(point))) for point in PROBES)


@_bottleneck(
    "width_corrected",
    "What holds instead for a single network: width bottleneck N^-min(a-1, b)",
    typed("L(N) - sigma^2 ~ N^-m", m=lambda: corrected_width(_letters())),
    each=len(SIZES),
    assumptions=f"a - 1 not b; {SINGLE}",
)
def _check_width_common() -> Iterator[Comparison]:
    yield from (compare_power("width", point, -float(corrected_width(point))) for point in PROBES)


@_bottleneck(
    "resolution",
    "Two papers of 2024 contradict each other for a - 1 > b: one level, solved as both models, has the exponent of F_0",
    typed(
        "F_0(N) ~ N^-m",
        "L(N) = F_0(N)",
        "m = width",
        "b = 2*alpha",
        "a = 2*alpha + 2*beta",
        m=lambda: _level(*letters("alpha beta")),
        width=lambda: corrected_width(_letters()),
    ),
    samples=len(BEYOND) * len(SIZES),
    assumptions=f"a - 1 > b > 1, no noise; {SINGLE}",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final, tauber.numerics.models.plrf.PLRF.level_forcing",
)
def _check_resolution() -> Iterator[Comparison]:
    """The same number from two models; its exponent is that of F_0, and 2 b less than that of eq. (14) by b or so."""
    from ...numerics.models.plrf import PLRF

    for point in BEYOND:
        for width in SIZES[:3]:
            plrf = PLRF(point.b / 2, (point.a - point.b) / 2, width, math.inf)
            final = point.model(width=width).final()
            what = f"level of PLRF over that of the dynamical model at {point}, d = N = {width:g}"
            error = float(final.error) + float(plrf.level_error)
            yield Comparison(what, 1.0, float(plrf.level_forcing / final.test), error, SOLVER, FINE)
        yield compare_power("width", point, -float(published_level(point)))


@_optimum(
    "optimum",
    "As published, for a - 1 > b: compute optimum from the exponents (a-1)/b and min(a-1, 2b)",
    _balanced("m = Min(a - 1, 2*b)", width=lambda: letters("m")),
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.width_transient",
    assumptions=f"a - 1 > b; C = N t; {SINGLE}",
    source=stated(BALANCE, instead=(LAZY, PHASES)),
    expected=Outcome.REFUTED,
)
def _check_optimum() -> Iterator[Comparison]:
    yield from compare_slopes(HEAD_WIDTH, published_optimum(HEAD_WIDTH, published_width(HEAD_WIDTH)))


@_optimum(
    "optimum_common",
    "As published, for a - 1 < b: t* ~ C^(b/(1+b)), N* ~ C^(1/(1+b))",
    _balanced(width=lambda: _letters().a - 1),
    samples=len(TWO.values),
    assumptions=f"a - 1 < b; C = N t; {SINGLE}",
    source=stated(COMMON, PHASES),
)
def _check_optimum_common() -> Iterator[Comparison]:
    yield from compare_slopes(TAIL, published_optimum(TAIL, published_width(TAIL)))


EASY = probe("11/4", "3/2")
"""Inside the easy tasks of the sequel, b < a - 1 < 2 b - 1, at whose end HEAD_WIDTH lies."""


def _sequel() -> Any:
    """The loss of the phase with a - 1 > b, as a formula."""
    phase = TWO.phase(TRANSIENT)
    assert phase.loss_exponent is not None, "the phase has a power law"
    return state_powers("C", {"L": (1, -phase.loss_exponent)})


@_optimum(
    "sequel",
    "As published seven months later by the same authors, for a - 1 > b: L* ~ C^-((a-1)/a)",
    _sequel,
    samples=2 * len(TWO.values),
    assumptions=f"a - 1 > b, a < 2 b with gradient noise; lazy limit; C = N t; {SINGLE}",
    source=stated(LAZY, PHASES, note="their alpha = b, beta = (a - 1)/b; easy tasks: alpha beta/(alpha beta + 1)"),
)
def _check_sequel() -> Iterator[Comparison]:
    """Their exponent from their letters, beside the derived one and the measured."""
    for point in (EASY, HEAD_WIDTH):
        alpha, beta = point.b, (point.a - 1) / point.b
        easy = alpha * beta / (alpha * beta + 1)
        what = f"published exponent of L* minus the derived one at {point}"
        yield exactly(what, float(easy - Fraction(str(exponents_of(point)["loss"]))))
        yield from compare_slopes(point, {"loss": easy})


@_optimum(
    "additive",
    "Compute optimum from a sum of two powers, L = A t^-r + B N^-s, even with the right s, for a - 1 > b",
    _balanced("L(t, N) = c_1*t^(-(a - 1)/b) + c_2*N^-b", width=lambda: _letters().b, only="LN"),
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.width_transient",
    assumptions=f"a - 1 > b; C = N t; {SINGLE}",
    source=derived_here(f"s = b is put in here; the form of the loss is that of {FITTED}"),
    expected=Outcome.REFUTED,
)
def _check_additive() -> Iterator[Comparison]:
    yield from compare_slopes(HEAD_WIDTH, published_optimum(HEAD_WIDTH, HEAD_WIDTH.b))


FASTER = probe("7/2", "3/2")
"""In the common case of the paper, a - 1 < 2 b, and with a > 2 b."""


@_optimum(
    "asymmetry",
    "As published, in the common case a - 1 < 2 b: the best time grows faster than the best width",
    _balanced("x_t - x_N = gap", "b > 1 => x_t > x_N", width=lambda: _letters().a - 1, only="tN"),
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.asymmetry; the contradiction reaches over 2 b < a < 2 b + 1",
    kind=Kind.INEQUALITY,
    assumptions=f"2 b < a < 2 b + 1, b > 1; C = N t; {SINGLE}",
    source=stated(COMMON),
    expected=Outcome.REFUTED,
)
def _check_asymmetry() -> Iterator[Comparison]:
    """The published difference, (b - 1)/(b + 1), beside the measured one, which has the other sign."""
    rule = published_optimum(FASTER, published_width(FASTER))
    difference = float(rule["t"] - rule["N"])
    yield compare_asymmetry(FASTER, difference, difference / 2)
