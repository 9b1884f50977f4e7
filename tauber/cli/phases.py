"""``tauber phases``: the complete phase diagram, derived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import options, screen
from .plotting import plot_target
from .wings import theory_errors

if TYPE_CHECKING:
    from ..theory.plrf import PhaseDiagram

app = typer.Typer(name="phases", no_args_is_help=True, help="Derive the phase diagram of a model, and draw it.")


@app.command("plrf")
def plrf(plot: options.Plot = None, json: options.Json = False) -> None:
    """Derive the phases of the power-law random-features model in the quarter plane alpha, beta > 0.

    Each phase comes with its inequalities, its exponents (d* ~ f^x, P* ~ f^-y at compute f = d r B) and the two terms
    of the loss that its optimum balances; each boundary as an equation.

    Example: tauber phases plrf --plot phases.svg
    """
    target = plot_target(plot)
    with theory_errors():
        from ..theory.plrf import phase_diagram

        diagram = phase_diagram()
    if target is not None:
        _draw(diagram, target)
    payload = diagram_payload(diagram)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def diagram_payload(diagram: PhaseDiagram) -> dict[str, Any]:
    """JSON object of a phase diagram; formulas are SymPy strings."""
    return {
        "model": "plrf",
        "phases": [
            {
                "name": phase.name,
                "inequalities": [str(inequality) for inequality in phase.inequalities],
                "tradeoff": list(phase.tradeoff),
                "d_exponent": None if phase.d_exponent is None else str(phase.d_exponent),
                "loss_exponent": None if phase.loss_exponent is None else str(phase.loss_exponent),
            }
            for phase in diagram.phases
        ],
        "boundaries": [
            {"equation": f"{boundary.equation.lhs} = {boundary.equation.rhs}", "between": list(boundary.between)}
            for boundary in diagram.boundaries
        ],
    }


def _draw(diagram: PhaseDiagram, target: Path) -> None:
    from ..plots.phases import draw_phases
    from ..plots.save import save

    save(draw_phases(diagram), target)


def show_phases(phases: list[dict[str, Any]]) -> None:
    """Print the table of the phases in a payload."""
    rows = [
        (
            phase["name"],
            ", ".join(phase["inequalities"]),
            " = ".join(phase["tradeoff"]),
            phase["d_exponent"] or "no power law",
            phase["loss_exponent"] or "no power law",
        )
        for phase in phases
    ]
    columns = ("phase", "where", "trade-off", "x in d* ~ f^x", "y in P* ~ f^-y")
    screen.print_table("Phases of the power-law random-features model", columns, rows)


def _show(payload: dict[str, Any], target: Path | None) -> None:
    show_phases(payload["phases"])
    boundaries = [(entry["equation"], " | ".join(entry["between"])) for entry in payload["boundaries"]]
    screen.print_table("Boundaries", ("equation", "between"), boundaries)
    if target is not None:
        screen.print_line(f"Wrote {target}")
