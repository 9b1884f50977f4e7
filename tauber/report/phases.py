"""Phase diagrams as results: exact values by the keys of JSON, and their tables; the same for every model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import screen
from .result import Result

if TYPE_CHECKING:
    from ..theory.diagram import Phase, PhaseDiagram
    from ..theory.line import PhaseOnLine


@dataclass(frozen=True)
class Wording:
    """How a model speaks of its phases: its name, the letters of budget and loss, and of each resource its word."""

    model: str
    budget: str
    loss: str
    resources: Mapping[str, str]


def answer(asked: Mapping[str, Any], diagram: PhaseDiagram, wording: Wording, draw: Callable[[], Any]) -> Result:
    """The result of an action `phases`: what was asked, the diagram in words, and its picture."""

    def show(result: Result, full: bool) -> None:
        del full  # the answer is the two tables
        show_phases(result.phases, wording)
        show_boundaries(result.boundaries)

    return Result({**asked, **diagram_payload(diagram, wording)}, show, lambda _: draw())


def diagram_payload(diagram: PhaseDiagram, wording: Wording) -> dict[str, Any]:
    """Phases and boundaries of a diagram: inequalities and equations are SymPy's relations, exponents expressions."""
    return {"phases": phases_payload(diagram.phases, wording), "boundaries": boundaries_payload(diagram)}


def phases_payload(phases: Iterable[Phase | PhaseOnLine], wording: Wording) -> list[dict[str, Any]]:
    """Phases, of the whole plane or of a line in it."""
    return [
        {
            "name": phase.name,
            "inequalities": list(phase.inequalities),
            "tradeoff": list(phase.tradeoff),
            **{f"{word}_exponent": phase.exponents.get(name) for name, word in wording.resources.items()},
            "loss_exponent": phase.loss_exponent,
        }
        for phase in phases
    ]


def boundaries_payload(diagram: PhaseDiagram) -> list[dict[str, Any]]:
    """The boundaries of a diagram, each with its equation."""
    return [{"equation": boundary.equation, "between": list(boundary.between)} for boundary in diagram.boundaries]


def show_phases(phases: Sequence[Mapping[str, Any]], wording: Wording) -> None:
    """Print the table of phases."""
    phases = screen.plain(phases)
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


def show_boundaries(boundaries: Sequence[Mapping[str, Any]]) -> None:
    """Print the table of boundaries."""
    rows = [(entry["equation"], " | ".join(entry["between"])) for entry in screen.plain(boundaries)]
    screen.print_table("Boundaries", ("equation", "between"), rows)
