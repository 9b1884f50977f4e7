"""Claims of the paper beside what holds: the width bottleneck, the compute optimum, and time against width.

Only the abstract and public summaries of the paper were at hand, not its full text: a claim refuted here is refuted as
it is stated there, for the average that its record names. What the paper states for the loss of a network, with the
exponent min(a - 1, 2 b), holds for the bias; for one network the width bottleneck has the first power of
kappa_0/(kappa_0 + lambda), not the second, and so min(a - 1, b). The two agree for a - 1 < b.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..claim import Comparison, Kind, Outcome
from ..topic import topic
from .laws import HEAD_BOTH, HEAD_WIDTH, PROBES, SIZES, TAIL, compare_power
from .optimum import TWO, compare_slopes
from .probe import ABSTRACT, SINGLE, Probe, probe
from .tradeoffs import compare_asymmetry

BEYOND = (HEAD_WIDTH, HEAD_BOTH)
"""Points with a - 1 > b, where the published exponents are others."""


_bottleneck = topic(
    "dynamical.published",
    kind=Kind.EXPONENT,
    order_of_limits="P, then t, then N to infinity",
    source=ABSTRACT,
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.dynamical.Dynamical.final",
)
_optimum = topic(
    "dynamical.published",
    kind=Kind.EXPONENT,
    order_of_limits="P to infinity first, then C to infinity with the loss minimised at each C",
    source=ABSTRACT,
    derived_by="tauber.theory.models.dynamical.phase_diagram",
    measured_by="tauber.numerics.models.dynamical.frontier.frontier",
)


def published_width(point: Probe) -> Fraction:
    """The published exponent of the width bottleneck, min(a - 1, 2 b)."""
    return min(point.a - 1, 2 * point.b)


def published_optimum(point: Probe, width: Fraction) -> dict[str, Fraction]:
    """Exponents that follow from ``L = A t^(-(a-1)/b) + B N^-m`` with the given m."""
    total = point.a - 1 + width * point.b
    return {"loss": width * (point.a - 1) / total, "N": (point.a - 1) / total, "t": width * point.b / total}


@_bottleneck(
    "width",
    "As published, for a - 1 > b: width bottleneck of a single network N^-min(a-1, 2b)",
    "L(N) ~ N^-min(a-1, 2b)",
    each=len(SIZES),
    assumptions=f"a - 1 > b; {SINGLE}",
    expected=Outcome.REFUTED,
)
def _check_width() -> Iterator[Comparison]:
    yield from (compare_power("width", point, -float(published_width(point))) for point in BEYOND)


@_bottleneck(
    "width_bias",
    "The published width exponent holds for the bias: N^-min(a-1, 2b)",
    "squared bias(N) ~ N^-min(a-1, 2b)",
    each=len(SIZES),
    assumptions="a - 1 not 2 b; average: the mean predictor of infinitely many networks, each with its own features",
)
def _check_bias() -> Iterator[Comparison]:
    yield from (compare_power("width_bias", point, -float(published_width(point))) for point in PROBES)


@_bottleneck(
    "width_corrected",
    "What holds instead for a single network: width bottleneck N^-min(a-1, b)",
    "L(N) - sigma^2 ~ N^-min(a-1, b), as published for a - 1 < b only",
    each=len(SIZES),
    assumptions=f"a - 1 not b; {SINGLE}",
)
def _check_width_common() -> Iterator[Comparison]:
    yield from (compare_power("width", point, -float(min(point.a - 1, point.b))) for point in PROBES)


@_optimum(
    "optimum",
    "As published, for a - 1 > b: compute optimum from the exponents (a-1)/b and min(a-1, 2b)",
    "L* ~ C^(-m (a-1)/(b m + a - 1)), N* ~ C^((a-1)/(b m + a - 1)), t* ~ C^(b m/(b m + a - 1)), m = min(a-1, 2b)",
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.width_transient",
    assumptions=f"a - 1 > b; C = N t; {SINGLE}",
    expected=Outcome.REFUTED,
)
def _check_optimum() -> Iterator[Comparison]:
    yield from compare_slopes(HEAD_WIDTH, published_optimum(HEAD_WIDTH, published_width(HEAD_WIDTH)))


@_optimum(
    "optimum_common",
    "As published, for a - 1 < b: t* ~ C^(b/(1+b)), N* ~ C^(1/(1+b))",
    "L* ~ C^(-(a-1)/(1+b)), N* ~ C^(1/(1+b)), t* ~ C^(b/(1+b))",
    samples=len(TWO.values),
    assumptions=f"a - 1 < b; C = N t; {SINGLE}",
)
def _check_optimum_common() -> Iterator[Comparison]:
    yield from compare_slopes(TAIL, published_optimum(TAIL, published_width(TAIL)))


@_optimum(
    "additive",
    "Compute optimum from a sum of two powers, L = A t^-r + B N^-s, even with the right s, for a - 1 > b",
    "L* ~ C^(-(a-1) b/(b^2 + a - 1)), N* ~ C^((a-1)/(b^2 + a - 1)), from r = (a-1)/b, s = b",
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.width_transient",
    assumptions=f"a - 1 > b; C = N t; {SINGLE}",
    expected=Outcome.REFUTED,
    source="the form usually fitted to such losses; not a statement of the paper",
)
def _check_additive() -> Iterator[Comparison]:
    yield from compare_slopes(HEAD_WIDTH, published_optimum(HEAD_WIDTH, HEAD_WIDTH.b))


FASTER = probe("5", "3/2")


@_optimum(
    "asymmetry",
    "As published, without a condition: the best time grows faster than the best width",
    "t* grows faster than N*: x_t - x_N = (b m - (a-1))/(b m + a - 1) > 0, m = min(a-1, 2b)",
    samples=len(TWO.values),
    note="what holds: dynamical.optimum.asymmetry",
    kind=Kind.INEQUALITY,
    assumptions=f"a > 2 b; C = N t; {SINGLE}",
    expected=Outcome.REFUTED,
)
def _check_asymmetry() -> Iterator[Comparison]:
    """At a > 2 b: the published rule, (b m - (a - 1))/(b m + a - 1) > 0, beside the measured difference."""
    rule = published_optimum(FASTER, published_width(FASTER))
    difference = float(rule["t"] - rule["N"])
    yield compare_asymmetry(FASTER, difference, difference / 2)
