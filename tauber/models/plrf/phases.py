"""``tauber phases``: the complete phase diagram, derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...boundary import theory_errors
from ...cli.plotting import plot_target
from ...read import arguments as options
from ...report import screen
from ...report.laws import text

if TYPE_CHECKING:
    from ...theory.diagram import PhaseDiagram

app = typer.Typer(name="phases", no_args_is_help=True, help="Derive the phase diagram of a model, and draw it.")


@app.command("plrf")
def plrf(plot: options.Plot = None, json: options.Json = False) -> None:
    """Derive the phases of the power-law random-features model in the quarter plane alpha, beta > 0.

    Each phase comes with its inequalities, its exponents (d* ~ f^x, P* ~ f^-y at compute f = d r B) and the two terms
    of the loss that its optimum balances; each boundary as an equation.

    Example: tauber phases plrf --plot phases.svg
    """
    target = plot_target(plot)
    with theory_errors(), screen.waiting("Deriving the phases"):
        from ...theory.plrf import phase_diagram

        diagram = phase_diagram()
    if target is not None:
        from ...plots.phases import draw_phases
        from ...plots.save import save
        from .look import LOOK

        save(draw_phases(diagram, LOOK), target)
    answer({"model": "plrf"} | diagram_payload(diagram, PLRF), PLRF, target, json)


@dataclass(frozen=True)
class Wording:
    """How a model speaks of its phases: its name, the letters of budget and loss, and of each resource its word."""

    model: str
    budget: str
    loss: str
    resources: Mapping[str, str]


PLRF = Wording("power-law random-features model", "f", "P", {"d": "d"})


def diagram_payload(diagram: PhaseDiagram, wording: Wording) -> dict[str, Any]:
    """JSON object of a phase diagram; formulas are SymPy strings."""
    return {
        "phases": [
            {
                "name": phase.name,
                "inequalities": [text(inequality) for inequality in phase.inequalities],
                "tradeoff": list(phase.tradeoff),
                **{f"{word}_exponent": text(phase.exponents.get(name)) for name, word in wording.resources.items()},
                "loss_exponent": text(phase.loss_exponent),
            }
            for phase in diagram.phases
        ],
        "boundaries": boundaries_payload(diagram),
    }


def boundaries_payload(diagram: PhaseDiagram) -> list[dict[str, Any]]:
    """JSON list of the boundaries of a phase diagram."""
    return [
        {
            "equation": f"{text(boundary.equation.lhs)} = {text(boundary.equation.rhs)}",
            "between": list(boundary.between),
        }
        for boundary in diagram.boundaries
    ]


def show_phases(phases: list[dict[str, Any]], wording: Wording) -> None:
    """Print the table of the phases in a payload."""
    words = [*wording.resources.values(), "loss"]
    laws = [f"x in {name}* ~ {wording.budget}^x" for name in wording.resources]
    columns = ["phase", "where", *laws, f"y in {wording.loss}* ~ {wording.budget}^-y"]
    rows = [
        [
            phase["name"],
            ", ".join(phase["inequalities"]) or "everywhere",
            *(phase[f"{word}_exponent"] or "no power law" for word in words),
        ]
        for phase in phases
    ]
    tradeoffs = [" = ".join(phase["tradeoff"]) for phase in phases]
    if any(row[0] != tradeoff for row, tradeoff in zip(rows, tradeoffs, strict=True)):  # else the name says it
        columns.insert(2, "trade-off")
        for row, tradeoff in zip(rows, tradeoffs, strict=True):
            row.insert(2, tradeoff)
    screen.print_table(f"Phases of the {wording.model}", columns, rows)


def show_boundaries(boundaries: list[dict[str, Any]]) -> None:
    """Print the table of the boundaries in a payload."""
    rows = [(entry["equation"], " | ".join(entry["between"])) for entry in boundaries]
    screen.print_table("Boundaries", ("equation", "between"), rows)


def answer(payload: dict[str, Any], wording: Wording, target: Path | None, json: bool) -> None:
    """Print phases and boundaries as asked."""
    if json:
        screen.print_json(payload)
        return
    show_phases(payload["phases"], wording)
    show_boundaries(payload["boundaries"])
    if target is not None:
        screen.print_line(f"Wrote {target}")
