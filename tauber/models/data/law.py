"""From measured exponents to laws: what the three models say at (a, b), with what the uncertainty of a and b does.

Exponents are piecewise rational in (a, b). They are evaluated at the measured point and all over the rectangle that its
errors span; the error of a law is the largest distance from its value at the point. Nothing about correlations of a and
b is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from ...cache import kept
from ...output import screen

if TYPE_CHECKING:
    from sympy import Expr

    from ...theory.optimum.diagram import PhaseDiagram

_STEPS = 9  # along each side of the rectangle
_LEAST = 1e-3  # a and b are above 1 by this much at least
Law = Callable[[float, float], float | None]


@dataclass(frozen=True)
class _Rule:
    """An exponent of a law: its names, and its value at (a, b), None without a power law."""

    group: str
    name: str
    meaning: str
    value: Law


def law_payload(exponents: Mapping[str, Any] | None) -> dict[str, Any]:
    """Exponents of the laws at the measured a and b, each with its error.

    Parameters
    ----------
    exponents
        ``a`` and ``b``, each with ``value`` and ``error``, or None if there are none.

    Returns
    -------
    dict
        ``reason`` says why there is no law, or is None; ``laws`` and ``compute_optimal`` then hold what there is.
    """
    if exponents is None:
        return _without("the exponents could not be fitted")
    a, b = (dict(exponents[name]) for name in ("a", "b"))
    if a["value"] is None:
        return _without(f"a cannot be told: {a['reason']}; a >= {a['low']:.3g}")
    for name, fit in (("a", a), ("b", b)):
        if fit["value"] <= 1 + _LEAST:
            return _without(f"{name} = {fit['value']:.3g} is not above 1, which the models need")
    notes = [
        f"{name} is uncertain down to 1 and below; the errors of the laws are those over {name} > 1"
        for name, fit in (("a", a), ("b", b))
        if fit["value"] - fit["error"] <= 1
    ]
    centre, rectangle = (a["value"], b["value"]), _rectangle(a, b)
    groups: dict[str, dict[str, Any]] = {}
    for rule in _rules():
        groups.setdefault(rule.group, {})[rule.name] = _with_error(rule, centre, rectangle)
    laws = groups.pop("laws")
    optimal = [{"model": group.split(": ")[0], "cost": group.split(": ")[1]} | found for group, found in groups.items()]
    if centre[0] <= centre[1]:
        notes.append("the model plrf needs a > b (beta > 0): it says nothing here")
    elif any(x <= y for x, y in rectangle):
        notes.append("a may be below b, where the model plrf says nothing; its errors are those over a > b")
    return {"reason": None, "a": a, "b": b, "laws": laws, "compute_optimal": optimal, "notes": notes}


def _without(reason: str) -> dict[str, Any]:
    return {"reason": reason, "laws": None, "compute_optimal": None, "notes": []}


def _rectangle(a: Mapping[str, float], b: Mapping[str, float]) -> list[tuple[float, float]]:
    sides = [
        [max(fit["value"] + fit["error"] * (2 * i / (_STEPS - 1) - 1), 1 + _LEAST) for i in range(_STEPS)]
        for fit in (a, b)
    ]
    return [(x, y) for x in sides[0] for y in sides[1]]


def _with_error(rule: _Rule, centre: tuple[float, float], rectangle: list[tuple[float, float]]) -> dict[str, Any]:
    value = rule.value(*centre)
    if value is None:
        return {"value": None, "error": None, "meaning": rule.meaning}
    others = [found for point in rectangle if (found := rule.value(*point)) is not None]
    return {"value": value, "error": max(abs(found - value) for found in others), "meaning": rule.meaning}


_BUDGETS = (("N", "t"), ("N", "P"))
"""Of the dynamical model."""


def _exponent_of_time() -> Expr:
    from ...theory.models import dynamical

    return -dynamical.law("time").cases[0].exponent


@cache
def _rules() -> tuple[_Rule, ...]:
    """All laws, read off the derived phases."""
    from ..dynamical.phases import derived_diagram as dynamical
    from ..explaining.phases import derived_diagram as explaining
    from ..plrf.phases import derived_diagram as plrf

    plane, once = explaining(), Fraction(1)
    parameters = plane.parameters
    rules = [
        _Rule("laws", "data", "loss ~ D^-x in samples, width and time unlimited", _piecewise(plane, "D", parameters)),
        _Rule("laws", "features", "loss ~ P^-x in features, data unlimited", _piecewise(plane, "P", parameters)),
        _Rule("laws", "time", "loss ~ t^-x in training time, width and data unlimited",
              _numeric(kept("data.time", _exponent_of_time), parameters)),
    ]  # fmt: skip
    words = {"N": "width", "t": "time", "P": "data"}
    for cost in _BUDGETS:
        group, diagram = f"dynamical: {'*'.join(cost)}", dynamical(dict.fromkeys(cost, once), False)
        rules += [
            _Rule(group, words[name], f"{name}* ~ C^x", _piecewise(diagram, name, diagram.parameters)) for name in cost
        ]
        rules.append(_Rule(group, "loss", "L* ~ C^-x", _piecewise(diagram, None, diagram.parameters)))
    phases = plrf({"d": once, "r": once})
    for resource, name, meaning in (("d", "d", "d* ~ f^x"), (None, "loss", "P* ~ f^-x")):
        rules.append(_Rule("plrf: d*r", name, meaning, _one_pass(_piecewise(phases, resource, phases.parameters))))
    return tuple(rules)


def _one_pass(found: Law) -> Law:
    """A law in alpha = b/2 and beta = (a - b)/2, which must be positive, as one in a and b."""
    return lambda a, b: found(b / 2, (a - b) / 2) if a > b else None


def _piecewise(diagram: PhaseDiagram, resource: str | None, parameters: tuple[Any, ...]) -> Law:
    """The exponent of a resource, or of the loss, as a function on the plane of a diagram."""
    from sympy import And, lambdify

    cases = []
    for phase in diagram.phases:
        formula = phase.loss_exponent if resource is None else phase.exponents.get(resource)
        inside = lambdify(parameters, And(*phase.inequalities), "math")
        cases.append((inside, None if formula is None else _numeric(formula, parameters)))

    def value(x: float, y: float) -> float | None:
        for inside, formula in cases:
            if inside(x, y):
                return None if formula is None else formula(x, y)
        return None  # on a boundary, where two of the formulas agree but none is named

    return value


def _numeric(formula: Expr, parameters: tuple[Any, ...]) -> Law:
    from sympy import lambdify

    function = lambdify(parameters, formula, "math")
    return lambda x, y: float(function(x, y))


def show_law(law: Mapping[str, Any]) -> None:
    """Print the tables of the laws in a payload."""
    screen.print_line()
    if law["reason"] is not None:
        screen.print_line(f"No law: {law['reason']}.")
        return
    a, b = (f"{name} = {law[name]['value']:.4g} +- {law[name]['error']:.2g}" for name in ("a", "b"))
    screen.print_line(f"Laws at {a}, {b}")
    rows = [(name, *_cells(found), found["meaning"]) for name, found in law["laws"].items()]
    screen.print_table("Laws", ("law", "exponent", "error", "meaning"), rows)
    screen.print_line()
    best = [
        (rule["model"], rule["cost"], name, *_cells(found), found["meaning"])
        for rule in law["compute_optimal"]
        for name, found in rule.items()
        if isinstance(found, dict)
    ]
    screen.print_table("Compute-optimal", ("model", "cost", "of", "exponent", "error", "meaning"), best)
    for note in law["notes"]:
        screen.print_line(f"Note: {note}")


def _cells(found: Mapping[str, Any]) -> tuple[str, str]:
    if found["value"] is None:
        return ("no power law", "")
    return (f"{found['value']:.4g}", f"{found['error']:.2g}")
