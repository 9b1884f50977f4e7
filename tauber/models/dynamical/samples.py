"""What is solved over the plane of the report: losses at three widths, and the best width at three computes."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from .look import look
from .phases import derived_diagram

if TYPE_CHECKING:
    from ...site.samples import Best, Curve, Sample, Samples
    from ...workers import Map

WIDTHS = (100.0, 1000.0, 10000.0)
BUDGETS = (1e6, 1e9, 1e12)
COST = {"N": Fraction(1), "t": Fraction(1)}
COUNT = 6
"""Points of the grid along an axis; the two points of the front page come to them."""


def samples(mapped: Map) -> Samples:
    """Losses and optima on the grid, from the disk if they are there."""
    from ...ledger.dynamical.laws import HEAD_WIDTH, TAIL
    from ...site.samples import Samples, grid, solved, whole

    shown = {(point.a, point.b) for point in (HEAD_WIDTH, TAIL)}
    points = sorted({*grid(derived_diagram(COST, False), look("N*t"), COUNT), *shown})
    times = whole(*(k / 2 for k in range(19)))
    each = solved("dynamical", points, lambda: mapped(partial(_sample, times), points), WIDTHS, times, BUDGETS)
    setting = "Infinitely many data and modes, gradient flow, no label noise."
    return Samples("compute C = N t", "L", times, setting, each, compute="C", size="N")


def _sample(times: tuple[float, ...], point: tuple[Fraction, Fraction]) -> Sample:
    from ...site.samples import Sample

    a, b = point
    curves = tuple(_curve(a, b, width, times) for width in WIDTHS)
    return Sample((str(a), str(b)), curves, tuple(_best(a, b)))


def _curve(a: Fraction, b: Fraction, width: float, times: tuple[float, ...]) -> Curve:
    from ...numerics.errors import PrecisionLost, TauberInputError
    from ...numerics.models.dynamical import Dynamical
    from ...site.samples import Curve

    try:
        found = Dynamical(a, b, width=width).curve(times)
    except (PrecisionLost, TauberInputError) as error:
        return Curve(f"N = {width:.0f}", {"N": width}, "t", width, str(error))
    loss, error_of = tuple(map(float, found.test)), tuple(map(float, found.test_error))
    return Curve(f"N = {width:.0f}", {"N": width}, "t", width, "", loss, error_of)


def _best(a: Fraction, b: Fraction) -> list[Best]:
    from ...numerics.errors import PrecisionLost, TauberInputError
    from ...numerics.models.dynamical.frontier import frontier
    from ...site.samples import Best

    try:
        found = frontier(a, b, list(BUDGETS), cost=COST)
    except (PrecisionLost, TauberInputError) as error:
        return [Best(budget, str(error)) for budget in BUDGETS]
    width = found.resources["N"]
    columns = (width.amount, width.error, found.loss, found.error)
    return [Best(budget, "", *map(float, row)) for budget, *row in zip(BUDGETS, *columns, strict=True)]
