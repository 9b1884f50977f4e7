"""The phase diagram of the report: how the loss falls with data and with features, and whether the two are dual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .look import LOOK
from .phases import derived_diagram
from .samples import samples

if TYPE_CHECKING:
    from ...site.plane import Plane


def planes() -> Iterator[Plane]:
    """The resolution-limited exponents."""
    from ...site.plane import Law, Plane

    yield Plane(
        name="explaining", title="Resolution-limited exponents, without noise", diagram=derived_diagram(), look=LOOK,
        laws=tuple(Law("L", size, size, -1, starred=False) for size in ("D", "P")), command="tauber derive explaining",
        beside="data and features", samples=samples,
    )  # fmt: skip
