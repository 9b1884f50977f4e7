"""The phase diagram of the report: the best width and time at a compute, for infinitely many data."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from .look import look
from .phases import derived_diagram, wording

if TYPE_CHECKING:
    from ...site.plane import Plane


def planes() -> Iterator[Plane]:
    """Width and time at compute N t."""
    from ...site.plane import Plane, optimal

    spent = {"N": Fraction(1), "t": Fraction(1)}
    yield Plane(
        name="dynamical", title="Compute C = N t, infinitely many data", diagram=derived_diagram(spent, False),
        look=look("N*t"), laws=optimal(wording(spent)), command="tauber derive dynamical",
    )  # fmt: skip
