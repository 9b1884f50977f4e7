"""``tauber derive``: exponents of the loss and of compute-optimal training, derived exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...boundary import theory_errors
from ...errors import BadInput
from ...read import arguments as options
from ...report import screen
from ...report.laws import text
from .constants import Training, add_constants, crowding_sentence
from .given import Point
from .phases import PLRF, diagram_payload, show_phases

if TYPE_CHECKING:
    from ...theory.plrf import Derivation, Term

app = typer.Typer(name="derive", no_args_is_help=True, help="Derive the scaling laws of a model exactly (SymPy).")

_OPTIONAL_NUMBER = "Exact: 4/5 or 0.8. Leave both exponents out for the general formulas."


@app.command("plrf")
def plrf(
    alpha: Annotated[str | None, typer.Option(metavar="NUMBER", help=f"Spectral exponent. {_OPTIONAL_NUMBER}")] = None,
    beta: Annotated[str | None, typer.Option(metavar="NUMBER", help=f"Target exponent. {_OPTIONAL_NUMBER}")] = None,
    lr: Annotated[str | None, typer.Option(metavar="NUMBER", help="Step size, for 2 alpha > 1.")] = None,
    lr_trace: options.TraceRate = None,
    batch: Annotated[str | None, typer.Option(metavar="WHOLE", help="Samples per step; 1 by default.")] = None,
    ratio: Annotated[
        str | None, typer.Option(metavar="NUMBER|inf", help="Data modes per parameter, v/d; needed for 2 alpha <= 1.")
    ] = None,
    order: Annotated[
        str | None, typer.Option(metavar="WHOLE", help="How many corrections to the leading terms; 4 by default.")
    ] = None,
    digits: options.Digits = None,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Derive phase, trade-off, compute-optimal exponents and loss terms of the power-law random-features model.

    With f = d r B the compute, the optimal size is d* ~ f^x (x: d_exponent), its loss P* ~ f^-y (y: loss_exponent),
    and each term of the loss is a power of d times a power of r times an exact constant, whose decimal value is given
    where the step size is.

    Example: tauber derive plrf --alpha 4/5 --beta 3/10 --lr 0.1
    """
    if (alpha is None) != (beta is None):
        raise BadInput(
            "One of --alpha and --beta was given; give both for a point, or neither for the general formulas."
        )
    training = Training.read(lr, lr_trace, batch, ratio, order, digits)
    if alpha is None or beta is None:
        if training.given:
            raise BadInput("Constants were asked without a point; give both --alpha and --beta with them.")
        _show_general(json)
        return
    point = Point.read(alpha, beta)
    with theory_errors(), screen.waiting("Deriving"):
        from ...theory.plrf import derive

        found = derive(point.alpha, point.beta)
        payload = point_payload(found)
        add_constants(payload, found, point, training)
    if json:
        screen.print_json(payload)
    else:
        _show_point(payload, full)


def point_payload(found: Derivation) -> dict[str, Any]:
    """JSON object of a derivation at one point; numbers are exact strings."""
    return {
        "model": "plrf",
        "alpha": str(found.alpha),
        "beta": str(found.beta),
        "phase": found.phase,
        "boundary_of": list(found.boundary_of),
        "tradeoff": list(found.tradeoff),
        "d_exponent": text(found.d_exponent),
        "loss_exponent": text(found.loss_exponent),
        "limits": {name: [text(x), text(y)] for name, (x, y) in found.limits.items()},
        "terms": [term_payload(term) | {"present": bool(term.present)} for term in found.terms],
    }


def term_payload(term: Term) -> dict[str, Any]:
    """JSON object of one loss term."""
    return {"name": term.name, "d": text(term.d), "r": text(term.r), "condition": text(term.condition)}


def _show_point(payload: dict[str, Any], full: bool) -> None:
    """Print the answer in some lines; its tables in full only."""
    screen.print_line(f"Power-law random-features model at alpha = {payload['alpha']}, beta = {payload['beta']}")
    if payload["phase"] is None:
        screen.print_line(
            f"On the boundary of the phases {' and '.join(payload['boundary_of'])}; logarithms may appear."
        )
        for name, (x, y) in payload["limits"].items():
            law = "no power law" if y is None else f"d* ~ f^({x}), P* ~ f^(-{y})"
            screen.print_line(f"Limit from {name}: {law}")
    elif payload["phase"] == "none":
        screen.print_line("No power law: the loss does not fall as a power of the compute here.")
    else:
        screen.print_line(f"Phase {payload['phase']}, trade-off {' = '.join(payload['tradeoff'])}")
    if payload["loss_exponent"] is not None:
        screen.print_line(f"d* ~ f^({payload['d_exponent']}), P* ~ f^(-{payload['loss_exponent']})")
    if payload["optimum"] is not None and (full or payload["optimum"]["d_value"] is not None):
        _show_optimum(payload["optimum"])
    if full:
        _show_tables(payload)
    for note in payload["notes"]:
        screen.print_line(f"Note: {note}")


def _show_tables(payload: dict[str, Any]) -> None:
    rows = [(*_term_row(term), _when(term)) for term in payload["terms"]]
    screen.print_table("Terms of the loss", (*_TERM_COLUMNS, "present"), rows)
    if payload["corrections"]:
        corrections = [_term_row(term)[1:] for term in payload["corrections"]]
        screen.print_line()
        screen.print_table("Corrections, largest in the middle of the window first", _TERM_COLUMNS[1:], corrections)
        if (left := payload["remainder"]) is not None:
            screen.print_line(
                f"The next term, left out, is of order d^({left['d']}) r^({left['r']}) log(t)^{left['log']}"
            )
    for crowd in payload["crowded"]:
        screen.print_line(crowding_sentence(crowd))
    shown = _mentioned(payload)
    if shown:
        screen.print_line()
        screen.print_table("Where", ("name", "meaning"), shown)


_TERM_COLUMNS = ("term", "power of d", "power of r", "log", "value", "constant")


def _term_row(term: dict[str, Any]) -> tuple[str, ...]:
    logs = "" if not term["log"] else f"log({term['log_of']})" + (f"^{term['log']}" if term["log"] > 1 else "")
    return (term["name"], term["d"], term["r"], logs, _number(term["value"]), term["constant"] or "")


def _number(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.10g}"


def _show_optimum(optimum: dict[str, Any]) -> None:
    """The two laws with their constants: numbers where the step size is known, else exact."""
    known = optimum["d_value"] is not None
    size, loss = (_number(optimum[k]) if known else optimum[k.replace("value", "constant")] for k in _OPTIMAL)
    screen.print_line(
        f"d* = ({size}) f^({optimum['d_exponent']}), P* = ({loss}) f^(-{optimum['loss_exponent']}) "
        f"(1 + O(f^(-{optimum['correction_exponent']})))"
    )
    if optimum["x_star"] is not None:
        screen.print_line(f"x_star = {_number(optimum['x_star'])}, Psi_star = {_number(optimum['Psi_star'])}")


_OPTIMAL = ("d_value", "loss_value")


def _mentioned(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """The definitions, with the time wherever a logarithm is of it."""
    logs = {term["log_of"] for term in (*payload["terms"], *payload["corrections"]) if term["log"]}
    times = {"t": "2*lr*batch*r", "x": f"2*lr*batch*r/d^({Fraction(payload['alpha']) * 2})"}
    return [*payload["definitions"].items(), *((name, text) for name, text in times.items() if name in logs)]


def _show_terms(terms: list[dict[str, Any]]) -> None:
    rows = [(term["name"], term["d"], term["r"], _general_when(term)) for term in terms]
    screen.print_table("Terms of the loss", ("term", "power of d", "power of r", "present"), rows)


def _general_when(term: dict[str, Any]) -> str:
    return "always" if term["condition"] == "True" else term["condition"]


def _when(term: dict[str, Any]) -> str:
    return "yes" if term["present"] else f"no, needs {term['condition']}"


def _show_general(json: bool) -> None:
    with theory_errors(), screen.waiting("Deriving"):
        from ...theory.plrf import phase_diagram, terms

        general = [term_payload(term) for term in terms()]
        diagram = diagram_payload(phase_diagram(), PLRF)
    if json:
        screen.print_json({"model": "plrf", "terms": general, "phases": diagram["phases"]})
        return
    screen.print_line("Power-law random-features model, general formulas (alpha, beta > 0)")
    _show_terms(general)
    show_phases(diagram["phases"], PLRF)
