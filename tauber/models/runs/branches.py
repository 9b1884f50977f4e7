"""Which exponents of size and data each phase of a model shows to an additive fit, and which parameters these have.

Around the best use of compute the loss of a phase is C^-y g(N/C^x): the resources grow like N* ~ C^x and D* ~ C^z, the
loss falls like C^-y, and all three are derived. An additive form A/N^a + B/D^b is of this kind if a x = y and b z = y.
So to runs around the optimum it shows

    s = y/x  as the exponent of size,   u = y/z  as that of data,

in every phase, whether its loss is a sum of such terms or not, if the runs span enough of compute to tell E from the
rest: tests/agreement/test_additive_fits.py holds fits of the exact model to it, benchmarks/bias.py shows how far off
they are.

Where the loss is such a sum, these are the exponents of its terms: in phase Ia of the PLRF s = 2 alpha + 2 beta - 1 and
u = s/(2 alpha). Where s and u are independent, a measured pair is one point of the plane; where they are not, it must
lie on a line. The explaining model has laws of features and of data in place of an optimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from ...cache import kept

if TYPE_CHECKING:
    from sympy import Symbol

    from ...numerics.runs import Cost
    from ...theory.optimum.diagram import Phase, PhaseDiagram

MODELS = ("plrf", "dynamical: time", "dynamical: data", "explaining")
"""The models that have exponents of size and data, by model and what the data are."""
OWN = {"plrf": "plrf", "dynamical": "dynamical: time", "explaining": "explaining"}
"""Of a surface that can be fitted, the model as it is named here."""
_LETTERS = {
    "plrf": ("d", "r", "one-pass SGD, size d, samples r"),
    "dynamical: time": ("N", "t", "data seen once in small steps, width N, time t"),
    "dynamical: data": ("N", "P", "data reused to the end, width N, samples P"),
    "explaining": ("P", "D", "ridge regression to the end, features P, samples D"),
}


def place(name: str, cost: Cost) -> dict[str, Any]:
    """A model with its phases at a cost, and what they show to an additive fit; from the cache if it is there.

    The keys are ``parameters`` (two symbols), ``corner`` (what they must be above), ``size`` and ``data`` (letters),
    ``meaning``, and ``phases``, each with its ``name``, ``condition``, ``size`` and ``data`` (s and u), ``optimum`` (x,
    None without one), and what `turned` makes of these.
    """
    powers = _powers(cost)
    return kept("fit.place", lambda: _derived(name, powers), name, powers)


def diagram_of(name: str, cost: Cost) -> PhaseDiagram:
    """The phase diagram of a model at a cost."""
    return _diagram(name, _powers(cost))


def _powers(cost: Cost) -> tuple[str, str]:
    size, data = (str(Fraction(p).limit_denominator(1000)) for p in (cost.size_power, cost.data_power))
    return size, data


def _diagram(name: str, powers: tuple[str, str]) -> PhaseDiagram:
    from ...theory.models import dynamical, explaining, plrf

    if name == "explaining":
        return explaining.phase_diagram()
    spent = dict(zip(_LETTERS[name][:2], powers, strict=True))
    if name == "plrf":
        return plrf.phase_diagram(plrf.cost_of(spent))
    return dynamical.phase_diagram(dynamical.budget(spent))


@cache
def _derived(name: str, powers: tuple[str, str]) -> dict[str, Any]:
    diagram, (size, data, meaning) = _diagram(name, powers), _LETTERS[name]
    phases = []
    for phase in diagram.phases:
        found = _shown(phase, size, data, powers)
        if found is not None:
            phases.append(found | turned(found, diagram.parameters))
    return {
        "parameters": diagram.parameters, "corner": diagram.corner, "size": size, "data": data, "meaning": meaning,
        "phases": phases,
    }  # fmt: skip


def _shown(phase: Phase, size: str, data: str, powers: tuple[str, str]) -> dict[str, Any] | None:
    """What a phase shows to an additive fit; None where its loss has no power law."""
    from sympy import And, Rational, cancel

    if not phase.exponents:
        return None
    x, y = phase.exponents[size], phase.loss_exponent
    common = {"name": phase.name, "condition": And(*phase.inequalities)}
    if y is None:  # laws in place of an optimum
        return common | {"size": x, "data": phase.exponents[data], "optimum": None}
    z = (1 - Rational(powers[0]) * x) / Rational(powers[1])
    return common | {"size": cancel(y / x), "data": cancel(y / z), "optimum": x}


def measured() -> tuple[Symbol, Symbol]:
    """The symbols of a measured pair of exponents, of size and of data."""
    from sympy import symbols

    s, u = symbols("s u", positive=True)
    return s, u


def turned(phase: Mapping[str, Any], parameters: tuple[Symbol, Symbol]) -> dict[str, Any]:
    """The parameters as formulas of s and u (``points``), or, where these depend on each other, u as one of s.

    In the second case ``line`` is that formula, and ``known`` the parameter that s gives with its value.
    """
    from sympy import Eq, Matrix, simplify, solve

    s, u = measured()
    size, data = phase["size"], phase["data"]
    if simplify(Matrix([size, data]).jacobian(parameters).det()) != 0:
        found = solve([Eq(size, s), Eq(data, u)], parameters, dict=True)
        points = tuple(tuple(solution[p] for p in parameters) for solution in found)
        return {"points": points, "line": None, "known": None}
    known = next(p for p in parameters if size.has(p))
    (value,) = solve(Eq(size, s), known)
    return {"points": (), "line": simplify(data.subs(known, value)), "known": (known, value)}


def somewhere(conditions: Iterable[Any], parameters: tuple[Symbol, Symbol]) -> bool:
    """Whether conditions hold together anywhere on a grid of the plane, fine enough for conditions made of phases.

    Where a parameter is known and put in, the grid is that of a line.
    """
    from sympy import And, lambdify

    together = And(*conditions)
    left = [p for p in parameters if together.has(p)]
    holds = lambdify(left, together, "math")
    grid = [(n + 0.37) / 16 for n in range(80)]
    return any(holds(*at) for at in product(grid, repeat=len(left)))
