"""Where the resolution-limited exponents of data and features change, and agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import theory_errors
from ...cache import kept
from ...output import screen
from ...output.line import notes
from ...output.phases import boundaries_payload, picture, show_boundaries
from ...output.result import Result
from .look import LOOK

if TYPE_CHECKING:
    from ...theory.optimum.diagram import PhaseDiagram
    from ...theory.optimum.line import Line


@action(draws=True, derives=True, pure=True)
def phases() -> Result:
    """Derive the phases of ridge regression with P random features on D samples in the plane a, b > 1.

    Each phase comes with its inequalities, the exponents of the excess loss (~ D^-x for many features, ~ P^-y for many
    data, without noise), and what of the duality of D and P holds; each boundary as an equation. On the line a = b,
    inside the phase of equal exponents, the duality is an identity.

    Example: tauber phases explaining --plot phases.svg

    Returns
    -------
    Result
        ``phases``, each with ``name``, ``inequalities``, ``duality``, ``data_exponent`` and ``features_exponent``;
        ``boundaries``, each with its ``equation`` and the two phases ``between`` which it lies. Formulas are SymPy's.

    Raises
    ------
    BadInput
        The notation is none of the three.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    with theory_errors(), screen.waiting("Deriving the phases"):
        diagram = derived_diagram()

    return Result({"model": "explaining"} | plane(diagram), show_plane, picture(diagram, LOOK))


def plane(diagram: PhaseDiagram, line: Line | None = None) -> dict[str, Any]:
    """Phases and boundaries, with SymPy's relations and expressions; on a line its phases, and notes."""
    phases = [
        {
            "name": phase.name,
            "inequalities": list(phase.inequalities),
            "duality": phase.tradeoff[0].removeprefix("duality: "),
            "data_exponent": phase.exponents["D"],
            "features_exponent": phase.exponents["P"],
        }
        for phase in (diagram if line is None else line).phases
    ]
    if line is not None:
        return {"phases": phases, "notes": notes(line)}
    return {"phases": phases, "boundaries": boundaries_payload(diagram)}


def show_plane(result: Result, full: bool) -> None:
    """Print the tables of phases and boundaries of a result."""
    del full  # the answer is the two tables
    keys = ("name", "inequalities", "data_exponent", "features_exponent", "duality")
    rows = [
        [", ".join(phase[key]) if key == "inequalities" else phase[key] for key in keys]
        for phase in screen.plain(result.phases)
    ]
    columns = ("phase", "where", "x in L(D) ~ D^-x", "y in L(P) ~ P^-y", "duality")
    screen.print_table("Phases of ridge regression on random features", columns, rows)
    if "boundaries" in result:
        show_boundaries(result.boundaries)


def derived_diagram() -> PhaseDiagram:
    """The phase diagram, from the cache if it is there."""

    def made() -> PhaseDiagram:
        from ...theory.models.explaining import phase_diagram

        return phase_diagram()

    return kept("explaining.phase_diagram", made)
