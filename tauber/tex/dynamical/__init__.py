"""What is exported of the dynamical model."""

from functools import cache

from ...models.dynamical.look import look
from ...theory.models.dynamical import laws, phase_diagram
from .. import diagram, formulas, fragments
from ..document import Document, Fragment
from . import model

_COST = "N*t"
_plane, _LOOK = cache(phase_diagram), look(_COST)

DOCUMENT = Document(
    "dynamical",
    "Scaling laws of the dynamical model",
    (
        Fragment("dynamical_model", "Model", model.model),
        Fragment(
            "dynamical_laws",
            "Laws of time, width and data",
            lambda: fragments.law_table(laws(), model.QUANTITIES),
            lettered=True,
        ),
        Fragment("dynamical_phases", "Phases", lambda: fragments.phase_table(_plane(), _LOOK, "L", "C"), lettered=True),
        Fragment("dynamical_boundaries", "Boundaries", lambda: fragments.boundary_list(_plane()), lettered=True),
        Fragment("dynamical_optimum", "Constants of the compute optimum", model.optima),
        Fragment("dynamical_diagram", "Phase diagram", lambda: diagram.tikz(_plane(), _LOOK)),
    ),
)

FORMULAS: formulas.Kinds = {
    "phase": lambda letters: formulas.phases(_plane(), letters, "L", "C", _COST),
    "boundary": lambda letters: formulas.boundaries(_plane(), letters),
    "law": lambda letters: formulas.laws(laws(), letters, model.QUANTITIES),
}
