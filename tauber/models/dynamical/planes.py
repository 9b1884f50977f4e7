"""The phase diagram of the report: the best width and time at a compute, for infinitely many data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .look import look
from .phases import derived_diagram, wording
from .samples import COST, samples

if TYPE_CHECKING:
    from ...site.plane import Plane


def planes() -> Iterator[Plane]:
    """Width and time at compute N t."""
    from ...site.plane import Plane, optimal

    yield Plane(
        name="dynamical", title="Compute C = N t, infinitely many data", diagram=derived_diagram(COST, False),
        look=look("N*t"), laws=optimal(wording(COST)), command="tauber derive dynamical",
        samples=samples,
    )  # fmt: skip
