"""Which exponents of size and data a model can have, and where: read off its derived laws and phases.

A *branch* is a part of a model's plane of parameters in which the loss has the term size^-s when data (or training
time) are unlimited, and data^-u when the size is; s and u are formulas of the two parameters. Where these are
independent, a measured pair (s, u) is one point of the plane; where they are not, it must lie on a line.

- `plrf`: s is the power of d in what is left after infinite r; u is the slowest power of r among the terms that do not
  fall with d. Data are seen once: the samples are r B.
- `dynamical`, time: the laws of width and of time, for data seen once in small steps.
- `dynamical` and `explaining`, data: the laws of width or features, and of data that are used to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...cache import kept

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    from ...numerics.runs import Cost
    from ...theory.optimum.diagram import PhaseDiagram

MODELS = ("plrf", "dynamical: time", "dynamical: data", "explaining")
"""The models that have exponents of size and data, by model and what the data are."""


def place(name: str, cost: Cost) -> dict[str, Any]:
    """A model's branches, and its phases with the best use of compute at a cost; from the cache if it is there.

    The keys are ``parameters`` (two symbols), ``corner`` (what they must be above), ``size`` and ``data`` (letters),
    ``meaning``, ``branches``, each with ``size``, ``data`` and ``condition`` and turned around (`_turned`), and
    ``phases``, each with ``name``, ``inequalities``, ``exponents`` and ``loss_exponent``.
    """
    powers = tuple(str(Fraction(p).limit_denominator(1000)) for p in (cost.size_power, cost.data_power))
    return kept("fit.place", lambda: _derived(name, powers), name, powers)


def diagram_of(name: str, cost: Cost) -> PhaseDiagram:
    """The phase diagram of a model at a cost."""
    powers = tuple(str(Fraction(p).limit_denominator(1000)) for p in (cost.size_power, cost.data_power))
    return _diagram(name, powers)


def _derived(name: str, powers: tuple[str, ...]) -> dict[str, Any]:
    from ...theory.models import dynamical, plrf

    diagram = _diagram(name, powers)
    if name == "plrf":
        letters, meaning = ("d", "r"), "one-pass SGD, size d, samples r"
        branches = _of_terms(plrf.terms(), diagram.parameters)
    elif name == "explaining":
        letters, meaning = ("P", "D"), "ridge regression to the end, features P, samples D"
        branches = [_branch(p.exponents["P"], p.exponents["D"], *p.inequalities) for p in diagram.phases]
    else:
        law = name.removeprefix("dynamical: ")
        letters = ("N", "t") if law == "time" else ("N", "P")
        meaning = {"time": "data seen once in small steps, width N, time t",
                   "data": "data reused to the end, width N, samples P"}[law]  # fmt: skip
        laws = {x.name: x for x in dynamical.laws()}
        branches = [
            _branch(-s.exponent, -u.exponent, s.condition, u.condition)
            for s in laws["width"].cases
            for u in laws[law].cases
        ]
    found = [b for b in branches if somewhere(b["condition"], diagram.parameters)]
    return {
        "parameters": diagram.parameters,
        "corner": diagram.corner,
        "size": letters[0],
        "data": letters[1],
        "meaning": meaning,
        "branches": [b | _turned(b, diagram.parameters) for b in found],
        "phases": [
            {
                "name": p.name,
                "inequalities": p.inequalities,
                "exponents": dict(p.exponents),
                "loss_exponent": p.loss_exponent,
            }
            for p in diagram.phases
        ],
    }


def _diagram(name: str, powers: tuple[str, ...]) -> PhaseDiagram:
    from ...theory.models import dynamical, explaining, plrf

    if name == "plrf":
        return plrf.phase_diagram(plrf.cost_of(dict(zip("dr", powers, strict=True))))
    if name == "explaining":
        return explaining.phase_diagram()
    data = "t" if name == "dynamical: time" else "P"
    return dynamical.phase_diagram(dynamical.budget(dict(zip(("N", data), powers, strict=True))))


def _branch(size: Expr, data: Expr, *conditions: Any) -> dict[str, Any]:
    from sympy import And

    return {"size": size, "data": data, "condition": And(*conditions)}


def _of_terms(terms: Iterable[Any], parameters: tuple[Symbol, Symbol]) -> list[dict[str, Any]]:
    """The branches of a loss that is a sum of terms d^x r^y."""
    from sympy import And

    pieces = [(d, t.r, And(where, t.condition)) for t in terms for d, where in _cases(t.d)]
    levels = [(d, where) for d, r, where in pieces if r == 0]
    falling = [(r, w) for d, r, w in pieces if r != 0 and somewhere(w, parameters)
               and not somewhere(And(w, d < 0), parameters)]  # fmt: skip
    found = []
    for d, here in levels:
        for r, where in falling:
            slowest = [~w | (r >= other) for other, w in falling if other != r]
            found.append(_branch(-d, -r, here, where, *slowest))
    return found


def somewhere(condition: Any, parameters: tuple[Symbol, Symbol]) -> bool:
    """Whether a condition holds anywhere on a grid of the plane, fine enough for conditions made of phases."""
    from sympy import lambdify

    holds = lambdify(parameters, condition, "math")
    grid = [(n + 0.37) / 16 for n in range(80)]
    return any(holds(x, y) for x in grid for y in grid)


def _cases(formula: Expr) -> list[tuple[Expr, Any]]:
    """A formula with at most one Min or Max as formulas without, each with its condition."""
    from sympy import And, Max, Min, true

    found = [*formula.atoms(Max), *formula.atoms(Min)]
    if not found:
        return [(formula, true)]
    (one,) = found
    cases = []
    for part in one.args:
        others = [other for other in one.args if other != part]
        condition = And(*(part > other if isinstance(one, Max) else part < other for other in others))
        cases.append((formula.xreplace({one: part}), condition))
    return cases


def measured() -> tuple[Symbol, Symbol]:
    """The symbols of a measured pair of exponents, of size and of data."""
    from sympy import symbols

    s, u = symbols("s u", positive=True)
    return s, u


def _turned(branch: Mapping[str, Any], parameters: tuple[Symbol, Symbol]) -> dict[str, Any]:
    """The parameters as formulas of s and u, or, where these depend on each other, u as a formula of s."""
    from sympy import Eq, solve

    s, u = measured()
    found = solve([Eq(branch["size"], s), Eq(branch["data"], u)], parameters, dict=True)
    if len(found) == 1 and set(found[0]) == set(parameters) and not _free(found[0]) - {s, u}:
        return {"point": tuple(found[0][p] for p in parameters), "line": None, "known": None}
    (known,) = branch["size"].free_symbols
    (value,) = solve(Eq(branch["size"], s), known)
    return {"point": None, "line": branch["data"].subs(known, value), "known": (known, value)}


def _free(values: Mapping[Symbol, Expr]) -> set[Any]:
    return set().union(*(value.free_symbols for value in values.values()))
