"""Phase diagrams as results: exact values by the keys of JSON, and their tables; the same for every model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tex.words import escaped
from . import screen
from .laws import missing
from .result import Result

if TYPE_CHECKING:
    from ..plots.look import Look
    from ..theory.optimum.diagram import Phase, PhaseDiagram
    from ..theory.optimum.line import PhaseOnLine


Logs = Mapping[str, Mapping[str, Any] | None]
"""By phase the powers of the logarithm of the budget by the words of resources and loss; None where there are none."""


@dataclass(frozen=True)
class Wording:
    """How a model speaks of its phases: its name, the letters of budget and loss, and of each resource its word."""

    model: str
    budget: str
    loss: str
    resources: Mapping[str, str]


def answer(
    asked: Mapping[str, Any], diagram: PhaseDiagram, wording: Wording, look: Look | None, logs: Logs | None = None
) -> Result:
    """The result of an action `phases`: what was asked, the diagram in words, and its picture if there is a look.

    Where a spectrum has a logarithm, `logs` are the powers of that of the budget, by phase.
    """

    def show(result: Result, full: bool) -> None:
        del full  # the answer is the two tables
        if (holds := result.plain().get("assumption")) is not None:
            screen.print_line(f"For {holds}")
        show_phases(result.phases, wording)
        if logs is not None:
            show_logs(result.phases, wording)
        show_boundaries(result.boundaries)
        for note in result.to_dict().get("notes", ()):
            screen.print_line(f"Note: {note}")

    draw = None if look is None else picture(diagram, look)
    found = diagram_payload(diagram, wording)
    if logs is not None:
        found["phases"] = [phase | {"log_exponents": logs[phase["name"]]} for phase in found["phases"]]
    return Result({**asked, **found}, show, draw)


def picture(diagram: PhaseDiagram, look: Look) -> Callable[[Result], Any]:
    """What draws a diagram, when it is asked to."""

    def draw(_: Result) -> Any:
        from ..plots.phases import draw_phases

        return draw_phases(diagram, look)

    return draw


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
            *(phase[f"{word}_exponent"] or missing(phase["loss_exponent"]) for word in words),
        ]
        for phase in phases
    ]
    tradeoffs = [" = ".join(phase["tradeoff"]) for phase in phases]
    if any(row[0] != tradeoff for row, tradeoff in zip(rows, tradeoffs, strict=True)):  # else the name says it
        columns.insert(2, "trade-off")
        for row, tradeoff in zip(rows, tradeoffs, strict=True):
            row.insert(2, tradeoff)
    screen.print_table(f"Phases of the {wording.model}", columns, rows)


def show_logs(phases: Sequence[Mapping[str, Any]], wording: Wording) -> None:
    """Print the powers of the logarithm behind those of the table of phases, where they are derived."""
    budget, words = wording.budget, [*wording.resources.values(), "loss"]
    laws = [f"l in {name}* ~ {budget}^x log({budget})^l" for name in wording.resources]
    columns = ["phase", *laws, f"l in {wording.loss}* ~ {budget}^-y log({budget})^l"]
    derived = [phase for phase in screen.plain(phases) if phase["log_exponents"] is not None]
    rows = [[phase["name"], *(phase["log_exponents"][word] for word in words)] for phase in derived]
    screen.print_table(f"Powers of log({budget})", columns, rows)


def show_boundaries(boundaries: Sequence[Mapping[str, Any]]) -> None:
    """Print the table of boundaries."""
    rows = [(entry["equation"], " | ".join(entry["between"])) for entry in screen.plain(boundaries)]
    screen.print_table("Boundaries", ("equation", "between"), rows)


def optimum_tex(
    sides: Mapping[str, Mapping[str, Any]],
    wording: Wording,
    constants: Mapping[str, Any] | None = None,
    logs: Mapping[str, Any] | None = None,
) -> str:
    r"""The laws of a compute optimum in LaTeX's mathematics, after the name of their phase.

    Parameters
    ----------
    sides
        Exponents of the resources and of the loss (which falls) by their words, by the name of the phase; more than
        one on a boundary. Without a power law the exponent of the loss is None.
    constants
        Exact constants by the same words, where they are known.
    logs
        Powers of the logarithm of the budget by the same words, where there are some.

    >>> from sympy import Rational
    >>> words = Wording("model", "C", "L", {"N": "width"})
    >>> print(optimum_tex({"I": {"loss": Rational(2), "width": Rational(1, 3)}}, words))
    \text{I}:\quad N_\star \sim C^{1 / 3},\quad L_\star \sim C^{-2}
    """
    found = ((name, powers, _laws_tex(powers, wording, constants or {}, logs or {})) for name, powers in sides.items())
    return r";\qquad ".join(
        laws if powers["loss"] is None else rf"\text{{{_text(name)}}}:\quad {laws}" for name, powers, laws in found
    )


def phases_tex(phases: Sequence[Mapping[str, Any]], wording: Wording) -> str:
    """All phases in LaTeX's mathematics, a line each: name, laws, and where."""
    from ..formulas import tex

    words = [*wording.resources.values(), "loss"]
    rows = [
        rf"\text{{{_text(phase['name'])}}} & "
        + _laws_tex({word: phase[f"{word}_exponent"] for word in words}, wording, {}, {})
        + " & "
        + (r",\ ".join(map(tex, phase["inequalities"])) or r"\text{everywhere}")
        for phase in phases
    ]
    return "\\begin{array}{lll}\n" + " \\\\\n".join(rows) + "\n\\end{array}"


def _text(name: str) -> str:
    """A name in LaTeX's words."""
    return escaped(name)


def _laws_tex(
    powers: Mapping[str, Any], wording: Wording, constants: Mapping[str, Any], logs: Mapping[str, Any]
) -> str:
    from ..formulas import starred, tex

    if powers["loss"] is None:
        return r"\text{no power law}"
    laws = []
    for letter, word in [*wording.resources.items(), (wording.loss, "loss")]:
        if powers.get(word) is None:  # leading terms leave it free
            continue
        exponent, constant = -powers[word] if word == "loss" else powers[word], constants.get(word)
        # A slash is for numbers: (1 - a)/4a could be read in two ways.
        shown = tex(exponent, fold_short_frac=not exponent.free_symbols)
        law = wording.budget if exponent == 1 else rf"{wording.budget}^{{{shown}}}"
        if log := logs.get(word):
            slow = rf"(\log {wording.budget})^{{{tex(log, fold_short_frac=True)}}}"
            law = slow if exponent == 0 else rf"{law}\,{slow}"
        if constant is not None and constant != 1:
            factor = rf"\left({tex(constant)}\right)" if constant.is_Add else tex(constant)
            law = rf"{factor}\,{law}"
        relation = r"\sim" if constant is None else r"\simeq"
        laws.append(rf"{starred(letter)} {relation} {law}")
    return r",\quad ".join(laws)
