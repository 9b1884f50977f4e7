"""Claims: the power laws of the dynamical model in t, N and P, exponents and exact constants.

Every law is measured at one point in each part of the (a, b) plane in which it has another exponent. The exponent is
the limit of local slopes at scales in equal ratios. For the constant, what is measured over what is derived tends to
one like the derived next term.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..families.laws import Laws, Subject
from ..papers import BOTTLENECKS, LEVEL, SIGN_LEVEL, WANG_LEVEL
from ..source import Source, stated
from .probe import DERIVED_HERE, Probe, measured, probe

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

CURVE = "tauber.numerics.models.dynamical.Dynamical.curve"
FINAL = "tauber.numerics.models.dynamical.Dynamical.final"
_SINGLE = "a single network, averaged over features and data"


def _about(
    title: str, order_of_limits: str, average: str, measured_by: str = CURVE, source: Source = DERIVED_HERE
) -> Subject:
    assumptions = f"a, b > 1 off the lines between the cases; average: {average}"
    return Subject(
        title=title, assumptions=assumptions, order_of_limits=order_of_limits, measured_by=measured_by, source=source
    )


_PUBLISHED = stated(BOTTLENECKS)
_LEVEL = stated(LEVEL, WANG_LEVEL, SIGN_LEVEL, note="there for one pass: the level does not depend on the training")
SUBJECTS = {
    "time": _about("Time bottleneck", "N, P infinite", "the loss is not random in this limit", source=_PUBLISHED),
    "width": _about("Width bottleneck of a single network", "P, then t, then N to infinity", _SINGLE, FINAL, _LEVEL),
    "data": _about("Data bottleneck", "N, then t, then P to infinity", _SINGLE, FINAL, _PUBLISHED),
    "width_bias": _about(
        "Width bottleneck of the bias",
        "P, then t, then N to infinity",
        "the mean predictor of infinitely many networks, each with its own features",
        FINAL,
    ),
    "early_width_time": _about("Early correction of width", "P, then N to infinity first, then t", _SINGLE),
    "early_data_time": _about("Early correction of data, test loss", "N, then P to infinity first, then t", _SINGLE),
    "train_data_time": _about("Early correction of data, train loss", "N, then P to infinity first, then t", _SINGLE),
    "gap_time": _about("Gap of test and train loss by reuse of data", "N, then P to infinity first, then t", _SINGLE),
    "noise_time": _about("Label noise in the test loss", "N, then P to infinity first, then t", _SINGLE),
    "noise_gap_time": _about(
        "Label noise in the gap of test and train loss", "N, then P to infinity first, then t", _SINGLE
    ),
    "threshold": _about("Width equal to data: the loss grows like t^(1/2)", "t, then N = P to infinity", _SINGLE),
    "both": _about("What a large width adds to the data bottleneck", "t, then N, then P to infinity", _SINGLE, FINAL),
    "noise_width": _about(
        "Label noise at infinite time, more data than width", "t, then P, then N to infinity", _SINGLE, FINAL
    ),
    "noise_level": _about("What label noise leaves at infinite time", "N, then t, then P to infinity", _SINGLE, FINAL),
}


def _points(name: str) -> tuple[Probe, ...]:
    if name.startswith("noise"):
        return NOISE_PROBES
    return GAP_PROBES if name == "gap_time" else PROBES


def _scales(name: str) -> tuple[float, ...]:
    from ...theory.models.dynamical import subjects

    return THRESHOLD_SIZES if name == "threshold" else SCALES[subjects()[name].variable]


def _constant(point: Probe, name: str) -> float:
    constant = point.law(name).constant
    assert constant is not None, "the probes lie where the constants are derived"
    return float(constant)


def _law(name: str) -> Law:
    from ...theory.models.dynamical import law

    return law(name)


LAWS = Laws(
    model="dynamical",
    derived_source=DERIVED_HERE,
    subjects=SUBJECTS,
    law=_law,
    points=_points,
    scales=_scales,
    measured=measured,
    constant=_constant,
    rate=lambda point, name: min(float(point.next_power(name)), BEYOND_ALL_ORDERS),
    level="noise_level",
)
compare_power, compare_constant = LAWS.compare_power, LAWS.compare_constant
LAWS.register()
