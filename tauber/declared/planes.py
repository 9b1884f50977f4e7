"""The plane of a declared model as the report shows it: its derived phases, with the words of its declaration."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..boundary import theory_errors
from ..errors import BadInput
from .reading import Declaration, read, terms_beside

if TYPE_CHECKING:
    from ..site.plane import Plane


def planes_of(file: str) -> list[Plane]:
    """The plane of a file's model, named by the file.

    Raises
    ------
    BadInput
        The file is no declaration, or its model has no plane of two parameters.
    """
    declaration = read(file)
    name = re.sub(r"\W+", "-", Path(file).stem).strip("-").lower() or "model"
    with theory_errors():
        plane = _of_plrf(declaration, name) if declaration.kind == "plrf" else _of_terms(declaration, name)
    return [plane]


def _of_plrf(declaration: Declaration, name: str) -> Plane:
    """Of a training in the plane alpha, beta, wherever in it the declaration lies."""
    from ..models.plrf.given import compute, read_cost
    from ..models.plrf.look import look, trained
    from ..models.plrf.one_pass import derived_plane, letters
    from ..models.plrf.phases import WORDING, derived_diagram
    from ..models.plrf.training import Asked
    from ..site.plane import Plane, optimal
    from .options import arguments
    from .samples import samples

    words = arguments(declaration, "phases", {})
    words.pop("spectrum", None)
    options = "".join(f" --{key.replace('_', '-')} '{value}'" for key, value in words.items())
    cost = words.pop("cost", "d*r")
    asked = Asked(**words)
    spent = read_cost(cost, asked.anything)
    spoken = compute(dict(spent))
    diagram = derived_plane(asked, spent) if asked.anything else derived_diagram(spent)
    drawn = trained(spoken, asked.words) if asked.anything else look(spoken)
    return Plane(
        name=name, title=f"{Path(declaration.called).name}: the best use of f = {spoken}", diagram=diagram, look=drawn,
        samples=partial(samples, declaration, diagram, drawn),
        laws=optimal(letters(spent) if asked.anything else WORDING), command=f"tauber derive plrf{options}",
    )  # fmt: skip


def _of_terms(declaration: Declaration, name: str) -> Plane:
    """Of a list of terms, which a recursion may have beside it."""
    from ..models.terms.given import read as given
    from ..models.terms.phases import look_of
    from ..output.phases import Wording
    from ..site.plane import Plane, optimal
    from .samples import samples

    declared = given(declaration.terms if declaration.kind == "terms" else terms_beside(declaration))
    if len(declared.parameters) != 2:
        raise BadInput(
            f"--models was given {declaration.called}, which has {len(declared.parameters)} parameters, but a plane "
            "has two; run tauber phases on it, with values for the others (at)."
        )
    diagram, drawn = declared.phase_diagram(), look_of(declared)
    solves = declaration.kind == "recursion" and set(declared.resources) == {"d", "r"}
    words = Wording("loss as it was given", "C", "L", {name: name for name in declared.resources})
    return Plane(
        name=name, title=f"{Path(declaration.called).name}: the best {', '.join(declared.resources)}",
        diagram=diagram, look=drawn, samples=partial(samples, declaration, diagram, drawn) if solves else None,
        laws=optimal(words), command=f"tauber derive {declaration.source or 'terms'}", at=declaration.kind == "terms",
    )  # fmt: skip
