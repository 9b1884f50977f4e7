"""What is exported of a declared model: phases, boundaries, terms and the optimum at its point, as LaTeX by id.

An id is ``phase.NAME``, ``boundary.NAME-NAME``, ``term.NAME``, ``optimum`` or ``floor``; a name is that of the screen,
in the letters that an id may have.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..boundary import theory_errors
from ..errors import BadInput
from ..formulas import starred, tex
from ..models.plrf.like import place_of
from ..plots.look import tex_name
from ..read import numbers
from ..spectra import Exponential, LogPowers
from ..tex.formulas import Formula
from ..tex.fragments import condition
from ..tex.layout import breakable
from . import actions
from .options import arguments, placed
from .reading import Declaration, terms_beside

if TYPE_CHECKING:
    from sympy import Expr

    from ..output.phases import Logs
    from ..theory.optimum.diagram import Phase, PhaseDiagram


def formulas_of(declaration: Declaration, ids: Sequence[str] | None = None) -> dict[str, Formula]:
    """The formulas of these ids, all of them if none is named.

    Raises
    ------
    BadInput
        An id that the model does not have.
    """
    with theory_errors(), actions.refusing(declaration, {}):
        found = _of_plrf(declaration) if declaration.kind == "plrf" else _of_terms(declaration)
    found |= _at_point(declaration)
    for name in ids or ():
        if name not in found:
            near = difflib.get_close_matches(name, found, n=3, cutoff=0.3) or list(found)[:3]
            raise BadInput(
                f"No formula of {declaration.called} has the id '{name}', but it has {', '.join(near)}; list them all."
            )
    return {name: found[name] for name in ids} if ids else found


def _of_plrf(declaration: Declaration) -> dict[str, Formula]:
    """Phases of the plane, and the terms of the loss in d, the step size gamma and the serial time tau."""
    from ..models.plrf.given import read_cost
    from ..models.plrf.log_plane import logs_of
    from ..models.plrf.one_pass import derived_plane
    from ..models.plrf.phases import derived_diagram
    from ..models.plrf.training import Asked
    from ..theory.models.one_pass.phases import loss

    if (place := placed(declaration)) is not None:
        if isinstance(place.spectrum, Exponential):
            return {}  # it is not in the plane, and has an optimum alone
        place_of(place)
    words = arguments(declaration, "phases", {})
    words.pop("spectrum", None)
    cost = words.pop("cost", "d*r")
    asked = Asked(**words)
    spent = read_cost(cost, asked.anything)
    diagram = derived_plane(asked, spent) if asked.anything else derived_diagram(spent)
    written = numbers.product(spent)
    cost = written.replace("batch", "B") if "batch" in spent else written.replace("r", "r*B")
    parts = {p.name: {x: p.monomial[x] for x in ("d", "gamma", "tau", "r", "B")} for p in loss(asked.read(spent))}
    logs: Logs = {}
    if place is not None and isinstance(place.spectrum, LogPowers):
        letters = {x: x for phase in diagram.phases for x in phase.exponents}
        logs = logs_of(place.spectrum, diagram, asked.read(spent), letters)
    return _diagram(diagram, "P", "f", cost, logs) | _terms(parts)


def _of_terms(declaration: Declaration) -> dict[str, Formula]:
    """Phases and terms of a list of terms, which a recursion may have beside it."""
    from ..models.terms.given import read

    declared = read(declaration.terms if declaration.kind == "terms" else terms_beside(declaration))
    names = declared.resources
    parts = {t.name: dict(zip(names, t.exponents, strict=True)) for t in declared.terms}
    cost = "*".join(n if p == 1 else f"{n}^({p})" for n, p in zip(names, declared.budget, strict=True) if p != 0)
    found = _diagram(declared.phase_diagram(), "L", "C", cost) if 1 <= len(declared.parameters) <= 2 else {}
    return found | _terms(parts)


def _diagram(
    diagram: PhaseDiagram, loss: str, budget: str, cost: str, logs: Logs = MappingProxyType({})
) -> dict[str, Formula]:
    """Phases, with the powers of the logarithm that some have, and boundaries."""
    found = {
        f"phase.{slug(p.name)}": _phase(p, loss, budget, cost, logs.get(p.name) or {})
        for p in diagram.phases
        if p.power_law
    }
    for boundary in diagram.boundaries:
        name = "-".join(map(slug, boundary.between))
        meaning = f"boundary between {' and '.join(boundary.between)}"
        found[f"boundary.{name}"] = Formula(meaning, boundary.equation, (f"${tex(boundary.equation)}$",))
    return found


def _phase(phase: Phase, loss: str, budget: str, cost: str, logs: Mapping[str, Any]) -> Formula:
    from sympy import And, Dict, Integer, Symbol
    from sympy import log as logarithm

    compute = Symbol(budget, positive=True)
    assert phase.loss_exponent is not None  # as it has a power law of a budget
    grown = {loss: -phase.loss_exponent, **phase.exponents}
    slow = {name: logs.get("loss" if name == loss else name, Integer(0)) for name in grown}
    powers = {Symbol(name): compute**power * logarithm(compute) ** slow[name] for name, power in grown.items()}
    lines = [rf"$\displaystyle {starred(left.name)} \sim {breakable(right)}$" for left, right in powers.items()]
    where = condition(And(*phase.inequalities))
    letters = re.sub(r"[A-Za-z]\w*", lambda name: tex(Symbol(name[0])), cost)
    spent = letters.replace("*", r"\,").replace("(", "{").replace(")", "}")
    lines.append(f"at ${budget} = {spent}$" + ("" if where == "always" else f" where {where}"))
    meaning = f"phase {phase.name}: best {', '.join(grown)} at {budget} = {cost}"
    return Formula(meaning, Dict(powers), tuple(lines))


def _terms(parts: Mapping[str, Mapping[str, Expr]]) -> dict[str, Formula]:
    from sympy import Symbol, prod

    found = {}
    for name, powers in parts.items():
        size = prod(Symbol(x, positive=True) ** power for x, power in powers.items())
        line = rf"$\displaystyle {tex_name(name)} \sim {breakable(size)}$"
        found[f"term.{slug(name)}"] = Formula(f"term {name} of the loss", size, (line,))
    return found


def _at_point(declaration: Declaration) -> dict[str, Formula]:
    """The laws at the point of the declaration, or the floor where there are none; nothing without a point."""
    if declaration.kind == "terms" or (place := placed(declaration)) is None:
        return {}
    best = actions.of(declaration, "derive")()
    if "floor" in best:
        what = "the floor of the loss at the point of the model, and how the loss comes to it"
        return {"floor": Formula(what, best.floor, (f"${best.latex()}$",))}
    exponents: Any = {"loss": best.loss_exponent, **best.exponents}
    from sympy import Dict, Symbol, sympify

    value = Dict({Symbol(name): sympify(power) for name, power in exponents.items() if power is not None})
    if place.spectrum is not None:
        what = "the best use of compute for the spectrum of the model"
        at = f"for ${place.spectrum.tex}$" if place.spectrum.tex else f"for a spectrum {place.spectrum.kind}"
    else:
        what = "the best use of compute at the point of the model"
        point = (rf"$\{name} = {tex(sympify(text))}$" for name, text in declaration.exponents.items())
        at = f"at {', '.join(point)}"
    return {"optimum": Formula(what, value, (f"${best.latex()}$", at))}


def slug(name: str) -> str:
    """The name of a phase or a term in an id.

    >>> slug("F_0 of tail modes = F_pp = noise")
    'F_0_of_tail_modes_F_pp_noise'
    """
    return re.sub(r"\W+", "_", name).strip("_")
