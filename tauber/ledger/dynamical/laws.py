"""Claims: the power laws of the dynamical model in t, N and P, exponents and exact constants.

Every law is measured at one point in each part of the (a, b) plane in which it has another exponent. The exponent is
the limit of local slopes at scales in equal ratios. For the constant, what is measured over what is derived tends to
one like the derived next term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..claim import Comparison, Verdict, judge
from ..families.laws import compare_leading, law_claims
from ..measure import compare_exponent
from ..registry import REGISTRY
from .probe import ABSTRACT, DERIVED_HERE, Probe, measured, probe, slopes

if TYPE_CHECKING:
    from ...theory.laws import Law

TAIL, HEAD_WIDTH, HEAD_BOTH = probe("2", "3/2"), probe("3", "3/2"), probe("5", "3/2")
"""Points with a - 1 < b, with b < a - 1 < 2 b, and with a - 1 > 2 b."""
PROBES = (TAIL, HEAD_WIDTH, HEAD_BOTH)
# The gap is a difference of two losses that digits are left of; with a - 1 > 2 b by little they are enough.
NOISE_PROBES = (TAIL, probe("2", "5/4"))  # noise knows nothing of the target, that is of a
GAP_PROBES = (TAIL, HEAD_WIDTH, probe("17/4", "3/2"))

TIMES = (1e4, 1e5, 1e6, 1e7, 1e8)
SIZES = (1e3, 1e5, 1e7, 1e9, 1e11)
THRESHOLD_SIZES = (1e1, 1e2, 1e3, 1e4, 1e5)  # at N = P the time is a million times N^b, and has a limit
SCALES = {"t": TIMES, "N": SIZES, "P": SIZES}

BEYOND_ALL_ORDERS = 2.0
"""Rate put where the rest is smaller than any power: t^-2 bounds it by far at these scales."""

CURVE = "tauber.numerics.dynamical.Dynamical.curve"
FINAL = "tauber.numerics.dynamical.Dynamical.final"
_SINGLE = "a single network, averaged over features and data"


@dataclass(frozen=True)
class Subject:
    """What a law of the symbolic wing is about, in words, which quantity is averaged, and who measures it."""

    title: str
    order_of_limits: str
    average: str
    measured_by: str = CURVE
    source: str = DERIVED_HERE


SUBJECTS = {
    "time": Subject("Time bottleneck", "N, P infinite", "the loss is not random in this limit", source=ABSTRACT),
    "width": Subject("Width bottleneck of a single network", "P, then t, then N to infinity", _SINGLE, FINAL),
    "data": Subject("Data bottleneck", "N, then t, then P to infinity", _SINGLE, FINAL, ABSTRACT),
    "width_bias": Subject(
        "Width bottleneck of the bias",
        "P, then t, then N to infinity",
        "the mean predictor of infinitely many networks, each with its own features",
        FINAL,
    ),
    "early_width_time": Subject("Early correction of width", "P, then N to infinity first, then t", _SINGLE),
    "early_data_time": Subject("Early correction of data, test loss", "N, then P to infinity first, then t", _SINGLE),
    "train_data_time": Subject("Early correction of data, train loss", "N, then P to infinity first, then t", _SINGLE),
    "gap_time": Subject("Gap of test and train loss by reuse of data", "N, then P to infinity first, then t", _SINGLE),
    "noise_time": Subject("Label noise in the test loss", "N, then P to infinity first, then t", _SINGLE),
    "noise_gap_time": Subject(
        "Label noise in the gap of test and train loss", "N, then P to infinity first, then t", _SINGLE
    ),
    "threshold": Subject("Width equal to data: the loss grows like t^(1/2)", "t, then N = P to infinity", _SINGLE),
    "both": Subject("What a large width adds to the data bottleneck", "t, then N, then P to infinity", _SINGLE, FINAL),
    "noise_width": Subject(
        "Label noise at infinite time, more data than width", "t, then P, then N to infinity", _SINGLE, FINAL
    ),
    "noise_level": Subject("What label noise leaves at infinite time", "N, then t, then P to infinity", _SINGLE, FINAL),
}


def _points(name: str) -> tuple[Probe, ...]:
    if name.startswith("noise"):
        return NOISE_PROBES
    return GAP_PROBES if name == "gap_time" else PROBES


def _scales(name: str) -> tuple[float, ...]:
    from ...theory.dynamical import law

    return THRESHOLD_SIZES if name == "threshold" else SCALES[law(name).variable]


def compare_power(name: str, point: Probe, derived: float | None = None) -> Comparison:
    """Set the limit of the slopes of a law's quantity beside its exponent, or beside another one."""
    exponent = float(point.law(name).exponent) if derived is None else derived
    scales = _scales(name)
    return compare_exponent(f"exponent of {name} at {point}, to {scales[-1]:g}", exponent, *slopes(name, point, scales))


def compare_constant(name: str, point: Probe) -> Comparison:
    """Set a law's quantity beside its derived leading term."""
    law, scales = point.law(name), _scales(name)
    assert law.constant is not None, "the probes lie where the constants are derived"
    rate = min(float(point.next_power(name)), BEYOND_ALL_ORDERS)
    term = (float(law.constant), law.exponent)
    return compare_leading(name, point, term, *measured(name, point, scales), scales, rate)


def _check(compare: Callable[[str, Probe], Comparison], name: str, seed: int) -> Verdict:
    del seed  # nothing is drawn
    evidence = [compare(name, point) for point in _points(name)]
    return judge(evidence, samples=len(_scales(name)) * len(evidence), precision="float64")


def _law(name: str) -> Law:
    from ...theory.dynamical import law

    return law(name)


for _name, _about in SUBJECTS.items():
    for _claim in law_claims(
        "dynamical", _name, _about.title,
        law=_law,
        source=_about.source,
        derived_source=DERIVED_HERE,
        power=partial(_check, compare_power),
        constant=partial(_check, compare_constant),
        has_power=_name != "noise_level",  # its exponent is 0: a constant
        assumptions=f"a, b > 1 off the lines between the cases; average: {_about.average}",
        order_of_limits=_about.order_of_limits,
        derived_by="tauber.theory.dynamical.law_at",
        measured_by=_about.measured_by,
    ):  # fmt: skip
        REGISTRY.add(_claim)
