"""The phase diagrams of the report: 4+3 phases, and what a warm-up or a free step size makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from .look import look, trained
from .one_pass import LETTERS, derived_plane
from .phases import WORDING, derived_diagram
from .samples import samples
from .training import Asked

if TYPE_CHECKING:
    from ...site.plane import Plane

_TRAININGS = {
    "free-step": ("The best step size at each compute", {"step_size": "free"}),
    "warmup": ("The best warm-up of the step size", {"schedule": "warmup"}),
}


def planes() -> Iterator[Plane]:
    """Constant step size, free step size, warm-up."""
    from ...declared.reading import Declaration
    from ...declared.samples import samples as solved
    from ...site.plane import Plane, optimal

    spent = {"d": Fraction(1), "r": Fraction(1)}
    yield Plane(
        name="plrf", title="The largest stable step size: 4+3 phases", diagram=derived_diagram(spent),
        look=look("d r B"), laws=optimal(WORDING), command="tauber derive plrf", samples=samples,
    )  # fmt: skip
    for name, (title, training) in _TRAININGS.items():
        options = " ".join(f"--{option.replace('_', '-')} {value}" for option, value in training.items())
        diagram, drawn = derived_plane(Asked(**training), spent), trained("d r B", training)
        yield Plane(
            name=f"plrf-{name}", title=title, diagram=diagram, look=drawn, laws=optimal(LETTERS),
            command=f"tauber derive plrf {options}",
            samples=partial(solved, Declaration("plrf", training=training), diagram, drawn),
        )  # fmt: skip
