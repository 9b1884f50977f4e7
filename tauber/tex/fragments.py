"""Fragments of every model: tables of laws and phases, lists of boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import sympy
from sympy import Symbol

from ..formulas import in_latex, tex
from ..output.laws import missing
from ..plots.look import tex_name
from .layout import formula, table
from .words import escaped

if TYPE_CHECKING:
    from ..notation import Notation
    from ..plots.look import Look
    from ..theory.laws import Law
    from ..theory.optimum.diagram import PhaseDiagram


def condition(where: sympy.Basic) -> str:
    """A condition in LaTeX with words between its parts."""
    if where == sympy.true:
        return "always"
    parts = where.args if isinstance(where, sympy.And) else (where,)
    return ", ".join(f"${tex(part)}$" for part in sorted(parts, key=sympy.default_sort_key))


def law_table(laws: Iterable[Law], quantities: Mapping[str, str]) -> str:
    """Table of laws: what they are of, as people write it; where in the plane; power; constant."""
    rows = []
    for law in laws:
        for case in law.cases:
            power = Symbol(law.variable, positive=True) ** case.exponent
            rows.append([quantities[law.name], condition(case.condition), formula(power), formula(case.constant)])
    return table(("", "where", "power", "constant"), rows)


def phase_table(diagram: PhaseDiagram, look: Look, loss: str = "P", budget: str = "f") -> str:
    """Table of the phases: name and trade-off, or the latter alone if it is the name; where; exponents."""
    resources = dict.fromkeys(name for phase in diagram.phases for name in phase.exponents)
    rows = []
    for phase in diagram.phases:
        where = ", ".join(f"${tex(inequality)}$" for inequality in phase.inequalities) or "everywhere"
        tradeoff = "$" + " = ".join(map(tex_name, phase.tradeoff)) + "$" if phase.tradeoff else "none"
        powers = [phase.exponents.get(name) for name in resources] + [phase.loss_exponent]
        exponents = [missing(phase.loss_exponent) if power is None else formula(power) for power in powers]
        rows.append([phase.name, where, *[tradeoff] * look.named, *exponents])
    laws = [rf"$x$ in ${name}_\star \sim {budget}^{{x}}$" for name in resources]
    named = ["trade-off"] if look.named else []
    return table(["phase", "where", *named, *laws, rf"$y$ in ${loss}_\star \sim {budget}^{{-y}}$"], rows)


def letter_table() -> str:
    """Table of the letters of the papers: exponents of the spectrum, and what has a letter of its own."""
    from ..notation import NOTATIONS

    spectrum = [
        [what, *(rf"$k^{{-({in_latex(_read(notation.exponents[x], notation))})}}$" for notation in NOTATIONS.values())]
        for what, x in (("eigenvalues", "b"), ("powers of the target", "a"))
    ]
    roles = next(iter(NOTATIONS.values())).sizes
    sizes = [
        [role, *(f"${in_latex(Symbol(notation.sizes[role]))}$" for notation in NOTATIONS.values())] for role in roles
    ]
    papers = [notation.source.replace("arXiv ", "arXiv:") for notation in NOTATIONS.values()]
    return table(["", *papers], [*spectrum, *sizes])


def _read(formula: str, notation: Notation) -> sympy.Expr:
    """An exponent in the letters of a notation, of which beta would be a function of SymPy's."""
    return sympy.sympify(formula, locals={name: Symbol(name) for name in notation.parameters})


def boundary_list(diagram: PhaseDiagram) -> str:
    """List of the boundaries: equation, and the polynomial that it was found as a root of; a sentence without any."""
    items = []
    for boundary in diagram.boundaries:
        first, second = boundary.between
        names = f"{_spoken(first)} and {_spoken(second)}"
        items.append(rf"\item between {names}: ${tex(boundary.equation)}$, from ${tex(boundary.polynomial)} = 0$")
    if not items:
        return "There is one phase, without a boundary.\\par\n"
    return "\\begin{itemize}\\raggedright\n" + "\n".join(items) + "\n\\end{itemize}\n"


def _spoken(name: str) -> str:
    if name in {"none", "no power law"}:
        return "the region without a power law"
    return f"phase ``{escaped(name)}''" if " " in name else f"phase {escaped(name)}"
