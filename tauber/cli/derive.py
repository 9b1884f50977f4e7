"""``tauber derive``: exponents of the loss and of compute-optimal training, derived exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import BadInput
from . import options, screen
from .parameters import Point
from .phases import diagram_payload, show_phases
from .wings import theory_errors

if TYPE_CHECKING:
    from ..theory.plrf import Derivation, Term

app = typer.Typer(name="derive", no_args_is_help=True, help="Derive the scaling laws of a model exactly (SymPy).")

_OPTIONAL_NUMBER = "Exact: 4/5 or 0.8. Leave both exponents out for the general formulas."


@app.command("plrf")
def plrf(
    alpha: Annotated[str | None, typer.Option(metavar="NUMBER", help=f"Spectral exponent. {_OPTIONAL_NUMBER}")] = None,
    beta: Annotated[str | None, typer.Option(metavar="NUMBER", help=f"Target exponent. {_OPTIONAL_NUMBER}")] = None,
    json: options.Json = False,
) -> None:
    """Derive phase, trade-off, compute-optimal exponents and loss terms of the power-law random-features model.

    With f = d r B the compute, the optimal size is d* ~ f^x (x: d_exponent), its loss P* ~ f^-y (y: loss_exponent),
    and each term of the loss is a power
    of d times a power of r.

    Example: tauber derive plrf --alpha 4/5 --beta 3/10
    """
    if (alpha is None) != (beta is None):
        raise BadInput(
            "One of --alpha and --beta was given; give both for a point, or neither for the general formulas."
        )
    if alpha is None or beta is None:
        _show_general(json)
        return
    point = Point.read(alpha, beta)
    with theory_errors():
        from ..theory.plrf import derive

        found = derive(point.alpha, point.beta)
    payload = point_payload(found)
    if json:
        screen.print_json(payload)
    else:
        _show_point(payload)


def point_payload(found: Derivation) -> dict[str, Any]:
    """JSON object of a derivation at one point; numbers are exact strings."""
    return {
        "model": "plrf",
        "alpha": str(found.alpha),
        "beta": str(found.beta),
        "phase": found.phase,
        "boundary_of": list(found.boundary_of),
        "tradeoff": list(found.tradeoff),
        "d_exponent": _exact(found.d_exponent),
        "loss_exponent": _exact(found.loss_exponent),
        "limits": {name: [_exact(x), _exact(y)] for name, (x, y) in found.limits.items()},
        "terms": [term_payload(term) | {"present": bool(term.present)} for term in found.terms],
    }


def term_payload(term: Term) -> dict[str, Any]:
    """JSON object of one loss term."""
    return {"name": term.name, "d": str(term.d), "r": str(term.r), "condition": str(term.condition)}


def _exact(value: Any) -> str | None:
    return None if value is None else str(value)


def _show_point(payload: dict[str, Any]) -> None:
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
    _show_terms(payload["terms"])


def _show_terms(terms: list[dict[str, Any]]) -> None:
    rows = [(term["name"], term["d"], term["r"], _when(term)) for term in terms]
    screen.print_table("Terms of the loss", ("term", "power of d", "power of r", "present"), rows)


def _when(term: dict[str, Any]) -> str:
    if "present" not in term:
        return "always" if term["condition"] == "True" else term["condition"]
    return "yes" if term["present"] else f"no, needs {term['condition']}"


def _show_general(json: bool) -> None:
    with theory_errors():
        from ..theory.plrf import phase_diagram, terms

        general = [term_payload(term) for term in terms()]
        diagram = diagram_payload(phase_diagram())
    if json:
        screen.print_json({"model": "plrf", "terms": general, "phases": diagram["phases"]})
        return
    screen.print_line("Power-law random-features model, general formulas (alpha, beta > 0)")
    _show_terms(general)
    show_phases(diagram["phases"])
