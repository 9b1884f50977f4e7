"""What is solved over the plane of the report: the loss of samples alone, of features alone, and with 100 features."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from .look import LOOK
from .phases import derived_diagram

if TYPE_CHECKING:
    from ...site.samples import Curve, Sample, Samples
    from ...workers import Map

LINES = (("D", "P", inf, "L(n, ∞)"), ("P", "D", inf, "L(∞, n)"), ("D", "P", 100.0, "L(n, 100)"))
"""What takes the sizes n, what is held and at which value, and the name of the line."""
COUNT = 6
"""Points of the grid along an axis."""


def samples(mapped: Map) -> Samples:
    """Losses on the grid, from the disk if they are there."""
    from ...site.samples import Samples, grid, solved, whole

    points = grid(derived_diagram(), LOOK, COUNT)
    sizes = whole(*(k / 4 + 1 / 8 for k in range(24)))  # none is 100, where the loss is infinite
    each = solved("explaining", points, lambda: mapped(partial(_sample, sizes), points), sizes)
    setting = "L(D, P) for D samples and P features, without ridge and label noise; at D = P it is infinite."
    return Samples("n", "L", sizes, setting, each, laws=(0, 1))


def _sample(sizes: tuple[float, ...], point: tuple[Fraction, Fraction]) -> Sample:
    from ...site.samples import Sample

    a, b = point
    return Sample((str(a), str(b)), tuple(_curve(a, b, sizes, *line) for line in LINES))


def _curve(a: Fraction, b: Fraction, sizes: tuple[float, ...], along: str, held: str, value: float, name: str) -> Curve:
    from ...numerics.errors import PrecisionLost, TauberInputError
    from ...numerics.models.explaining import LearningCurve
    from ...site.samples import Curve

    data, features = (sizes, [value]) if along == "D" else ([value], sizes)
    try:
        found = LearningCurve(a, b).grid(data, features)
    except (PrecisionLost, TauberInputError) as error:
        return Curve(name, {held: value}, along, 1.0, str(error))
    loss, error_of = (tuple(map(float, x.ravel())) for x in (found.loss, found.error))
    return Curve(name, {held: value}, along, 1.0, "", loss, error_of)
