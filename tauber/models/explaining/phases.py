"""``tauber phases explaining``: where the resolution-limited exponents of data and features change, and agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...boundary import theory_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...report import screen
from ...report.laws import text
from ..plrf.phases import boundaries_payload, show_boundaries

if TYPE_CHECKING:
    from ...theory.diagram import PhaseDiagram


def explaining(plot: options.Plot = None, json: options.Json = False) -> None:
    """Derive the phases of ridge regression with P random features on D samples in the plane a, b > 1.

    Each phase comes with its inequalities, the exponents of the excess loss (~ D^-x for many features, ~ P^-y for many
    data, without noise), and what of the duality of D and P holds; each boundary as an equation. On the line a = b,
    inside the phase of equal exponents, the duality is an identity.

    Example: tauber phases explaining --plot phases.svg
    """
    target = plot_target(plot)
    with theory_errors(), screen.waiting("Deriving the phases"):
        from ...theory.explaining import phase_diagram

        diagram = phase_diagram()
    if target is not None:
        from ...plots.phases import draw_phases
        from ...plots.save import save
        from .look import LOOK

        save(draw_phases(diagram, LOOK), target)
    payload = {"model": "explaining"} | plane_payload(diagram)
    if json:
        screen.print_json(payload)
        return
    show_plane(payload)
    if target is not None:
        screen.print_line(f"Wrote {target}")


def plane_payload(diagram: PhaseDiagram) -> dict[str, Any]:
    """JSON object of the phases and boundaries; formulas are SymPy strings."""
    phases = [
        {
            "name": phase.name,
            "inequalities": [text(inequality) for inequality in phase.inequalities],
            "duality": phase.tradeoff[0].removeprefix("duality: "),
            "data_exponent": text(phase.exponents["D"]),
            "features_exponent": text(phase.exponents["P"]),
        }
        for phase in diagram.phases
    ]
    return {"phases": phases, "boundaries": boundaries_payload(diagram)}


def show_plane(payload: dict[str, Any]) -> None:
    """Print the tables of phases and boundaries in a payload."""
    rows = [
        (
            phase["name"],
            ", ".join(phase["inequalities"]),
            phase["data_exponent"],
            phase["features_exponent"],
            phase["duality"],
        )
        for phase in payload["phases"]
    ]
    columns = ("phase", "where", "x in L(D) ~ D^-x", "y in L(P) ~ P^-y", "duality")
    screen.print_table("Phases of ridge regression on random features", columns, rows)
    show_boundaries(payload["boundaries"])
