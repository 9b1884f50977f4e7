"""What is exported of the power-law random-features model."""

from ...models.plrf.look import LOOK
from ...theory.models.plrf import phase_diagram, terms
from .. import diagram, formulas, fragments
from ..document import Document, Fragment
from . import exact, model, noise

DOCUMENT = Document(
    "plrf",
    "Scaling laws of the power-law random-features model",
    (
        Fragment("model", "Model", model.model),
        Fragment("terms", "Terms of the loss", lambda: model.term_table(terms()), lettered=True),
        Fragment("phases", "Phases", lambda: fragments.phase_table(phase_diagram(), LOOK), lettered=True),
        Fragment("boundaries", "Boundaries", lambda: fragments.boundary_list(phase_diagram()), lettered=True),
        Fragment("constants", "Exact constants", exact.constants),
        Fragment("crossover", "The crossover", exact.crossover),
        Fragment("logarithms", "Logarithms", exact.logarithms),
        Fragment("noise", "Label noise", noise.noise),
        Fragment("diagram", "Phase diagram", lambda: diagram.tikz(phase_diagram(), LOOK)),
    ),
)

FORMULAS: formulas.Kinds = {
    "phase": lambda letters: formulas.phases(phase_diagram(), letters, "P", "f", "d*r*B"),
    "boundary": lambda letters: formulas.boundaries(phase_diagram(), letters),
    "term": lambda letters: formulas.terms(terms(), letters),
}
