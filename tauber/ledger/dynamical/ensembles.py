"""Claims: an ensemble against one wide network of the same cost.

E networks of width N, each with its own features and all trained for the same time, cost as much as one network of
width E N trained for that time. For P infinite their loss is bias + V/E, V the variance over features. In the window
both bias and V have a part in 1/N, positive since h_k decays more slowly with fewer features, and the ensemble removes
only that of V: the wide network wins. At infinite time, with m = min(a - 1, b) and the constants of the two laws,

    (bias(N) + V(N)/E) / L(E N)  ->  E^m (1 - m/b + m/(b E)),        which grows with E from 1 on.

So for P infinite the compute optimum over E, N and t has E = 1. With finite, noisy data and late times it is not so: at
E N = P the wide network sits at the interpolation threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..claim import Comparison, Kind, Verdict, judge
from ..measure import compare_limit, exactly
from ..papers import ENSEMBLES
from ..source import derived_here
from ..topic import topic
from ..typed import letters, typed
from .laws import HEAD_BOTH, HEAD_WIDTH, TAIL
from .probe import DERIVED_HERE, Probe, probe

POINTS = (TAIL, HEAD_WIDTH, HEAD_BOTH, probe("3/2", "2"))
COUNTS = (2.0, 4.0, 16.0)
WIDTHS = (3.0, 30.0, 1e3)
TIMES = (0.1, 1.0, 1e1, 1e2, 1e4, 1e6)
LEVEL_WIDTHS = (1e3, 1e5, 1e7)
DATA = 128.0
LATE = 1e6


_ENSEMBLE = (
    "E networks with features of their own, mean of outputs, same data, against one of width E N; "
    "bias and V: bias and variance over features of one network; average: over features and data; "
)
claim = topic(
    "dynamical.ensemble",
    kind=Kind.INEQUALITY,
    source=DERIVED_HERE,
    derived_by="by hand: an inequality between losses, of which exceptions are counted",
    measured_by="tauber.numerics.models.dynamical.Dynamical.ensembles",
)


@claim(
    "equal_cost",
    "With unlimited data one wide network beats every ensemble of the same cost, at every time measured",
    typed("E > 1 => L(t, E*N) < bias(t, N)^2 + V(t, N)/E"),
    assumptions=f"{_ENSEMBLE}gradient flow, P infinite; shown in first order in 1/N and at infinite time, "
    "measured in between",
    order_of_limits="P to infinity first; any N and t",
    source=derived_here(f"the paper says it less strictly: {ENSEMBLES}"),
)
def _check_equal_cost() -> Verdict:
    """How often the wide network is not better by more than the errors; how much better it is, at least."""
    lost, least, samples = 0, math.inf, 0
    for point in POINTS:
        for width in WIDTHS:
            parts = point.model(width=width).ensembles(TIMES)
            for count in COUNTS:
                wide = point.model(width=count * width).curve(TIMES)
                ahead = parts.networks(count) - wide.test
                margin = ahead / (parts.total_error + wide.test * wide.test_error)
                lost += int((margin <= 1).sum())
                least = min(least, float(margin.min()))
                samples += len(TIMES)
    evidence = [exactly("ensembles that lose by less than the errors of the solver, or win", lost)]
    note = f"the smallest lead of the wide network is {least:.3g} times the error of the solver"
    return judge(evidence, samples=samples, precision="float64", note=note)


def level_share(point: Probe, count: float) -> float:
    """The limit of ensemble over wide network at infinite time."""
    m, b = float(min(point.a - 1, point.b)), float(point.b)
    return float(_share(m, b, count))


def _share(m: Any, b: Any, count: Any) -> Any:
    return count**m * (1 - m / b + m / (b * count))


def _rate(point: Probe) -> float:
    """Relative power of the largest term left out: of the width law, or of the bias where that is of higher order."""
    first = float(point.next_power("width"))
    gap = float(point.law("width").exponent - point.law("width_bias").exponent)
    return min(first, gap) if gap else first


@claim(
    "level",
    "By what factor an ensemble loses against one network of its cost, at infinite time",
    typed(
        "(bias(N)^2 + V(N)/E)/L(E*N) -> share as N -> oo",
        "m = Min(a - 1, b)",
        share=lambda: _share(*letters("m b E")),
    ),
    each=len(LEVEL_WIDTHS),
    kind=Kind.EQUIVALENCE,
    assumptions=f"{_ENSEMBLE}a - 1 neither b nor 2 b",
    order_of_limits="P, then t, then N to infinity at fixed E",
    derived_by="tauber.theory.models.dynamical.law_at",
)
def _check_level() -> Iterator[Comparison]:
    for point in POINTS:
        for count in COUNTS:
            shares = []
            for width in LEVEL_WIDTHS:
                parts, wide = point.model(width=width).final(), point.model(width=count * width).final()
                mean = float(parts.bias + parts.features / count)
                shares.append(mean / float(wide.test) / level_share(point, count))
            what = f"loss of {count:g} networks over one of their cost, over its limit, {point}, N = {width:g}"
            yield compare_limit(what, shares, LEVEL_WIDTHS, _rate(point), noise=1e-11)


@claim(
    "threshold",
    "With finite noisy data the ensemble wins where the wide network is at its interpolation threshold",
    typed("L(t, E*N, P) > L_E(t, N, P)", "E*N = P"),
    assumptions=f"{_ENSEMBLE}E N = P, trained to a late time without early stopping; t = {LATE:g}, P = {DATA:g}, "
    "sigma = 0.3; L_E: the loss of E networks of width N",
    order_of_limits="none: at fixed P and t",
    source=derived_here(f"contradicts no statement of the paper, which has ample or fresh data: {ENSEMBLES}"),
)
def _check_threshold() -> Verdict:
    """Late, with noise, at E N = P: how often the ensemble is not better by more than the errors."""
    lost, samples, shares = 0, 0, []
    for point in POINTS:
        wide = point.model(DATA, DATA, noise=0.3).curve([LATE])
        for count in COUNTS:
            parts = point.model(DATA / count, DATA, noise=0.3).ensembles([LATE])
            mean, error = float(parts.networks(count)[0]), float(parts.total_error[0])
            test = float(wide.test[0])
            lost += (test - mean) <= error + test * float(wide.test_error[0])
            shares.append(test / mean)
            samples += 1
    evidence: list[Comparison] = [exactly("ensembles that win by less than the errors of the solver, or lose", lost)]
    note = f"the wide network has {min(shares):.3g} to {max(shares):.3g} times the loss of the ensemble"
    return judge(evidence, samples=samples, precision="float64", note=note)
