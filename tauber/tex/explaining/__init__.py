"""What is exported of ridge regression on random features, and of spectra from geometry."""

from ...models.explaining.look import LOOK
from ...theory.models.explaining import laws, phase_diagram
from .. import diagram, formulas, fragments
from ..document import Document, Fragment
from . import geometry, model

DOCUMENT = Document(
    "explaining",
    "Scaling laws of ridge regression on random features",
    (
        Fragment("explaining_model", "Model", model.model),
        Fragment(
            "explaining_laws",
            "Laws of data and features",
            lambda: fragments.law_table(laws(), model.QUANTITIES),
            lettered=True,
        ),
        Fragment("explaining_phases", "Phases", lambda: model.phase_table(phase_diagram()), lettered=True),
        Fragment(
            "explaining_boundaries", "Boundaries", lambda: fragments.boundary_list(phase_diagram()), lettered=True
        ),
        Fragment("explaining_diagram", "Phase diagram", lambda: diagram.tikz(phase_diagram(), LOOK)),
        Fragment("geometry", "Spectra from geometry", geometry.geometries),
    ),
)

FORMULAS: formulas.Kinds = {
    "phase": lambda letters: formulas.phases(phase_diagram(), letters, "L"),
    "boundary": lambda letters: formulas.boundaries(phase_diagram(), letters),
    "law": lambda letters: formulas.laws(laws(), letters, model.QUANTITIES),
}
