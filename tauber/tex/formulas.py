r"""Formulas by id: the phases, boundaries, laws and terms of the models, each an equation with a label.

An id is ``MODEL.KIND.NAME``, such as ``plrf.phase.IVb``, in the words of the ledger. The folder of a model declares its
kinds in its ``FORMULAS``; a kind is derived when one of its formulas is asked for, and no other is. What no kind has is
a claim of the ledger that states a formula (:mod:`tauber.tex.claimed`). A formula is
rewritten into another notation exactly (:mod:`tauber.notation`), its right sides and conditions as objects, and what
stands in words of LaTeX letter by letter, where the time of the flow becomes ``\gamma B r``. A condition includes the
domain of the model, ``a, b > 1``, as far as the letters do not say it; where a formula lies outside the range of a
paper, ``alpha_K > 0``, its condition says so, ``alpha_K < 0``.

An equation is a paragraph as wide as its column, in which TeX breaks long formulas (see :mod:`tauber.tex.layout`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import sympy
from sympy import And, Basic, Dict, Expr, Function, Piecewise, Symbol

from ..cache import kept
from ..errors import BadInput
from ..formulas import tex
from ..letters import Letters
from ..models import parts
from ..notation import NOTATIONS, WRITTEN, notation, point
from . import claimed
from .fragments import condition
from .latex import headed
from .layout import breakable

if TYPE_CHECKING:
    from ..theory.laws import Law
    from ..theory.models.plrf import Term
    from ..theory.optimum.diagram import Phase, PhaseDiagram


@dataclass(frozen=True)
class Formula:
    """A formula: what it is of, in one line; the SymPy object; its lines in LaTeX."""

    meaning: str
    value: Basic
    lines: tuple[str, ...]


Kinds = Mapping[str, Callable[[Letters], dict[str, Formula]]]
"""What a model declares: for each kind, what derives its formulas, by name."""


def phases(
    diagram: PhaseDiagram, letters: Letters, loss: str, budget: str | None = None, cost: str | None = None
) -> dict[str, Formula]:
    """The powers of compute in each phase that has them; without a budget, the powers of each size in the loss."""
    return {
        slug(phase.name): _phase(phase, diagram.corner, letters, loss, budget, cost)
        for phase in diagram.phases
        if phase.power_law
    }


def _phase(
    phase: Phase, corner: Sequence[int], letters: Letters, loss: str, budget: str | None, cost: str | None
) -> Formula:
    from ..theory.optimum.diagram import tidy

    at = point(
        dict(zip(notation(letters.source).parameters, phase.sample, strict=True)), letters.source, letters.target
    )
    here = {Symbol(name, positive=True): value for name, value in at.items()}

    def exponent(given: Expr) -> Expr:
        return given if letters.same else tidy(letters(given), here)

    where, star = letters.where(And(*phase.inequalities), corner), {}
    if budget is None:
        of = Function(str(letters.symbol(loss)))
        powers = {of(letters.symbol(x)): letters.symbol(x) ** -exponent(e) for x, e in phase.exponents.items()}
        meaning, at_cost = f"phase {phase.name}: {loss} by {' and by '.join(phase.exponents)}", ""
    else:
        compute = letters.symbol(budget)
        assert phase.loss_exponent is not None  # as it has exponents of a budget
        powers = {letters.symbol(loss): compute ** -exponent(phase.loss_exponent)}
        powers |= {letters(Symbol(x, positive=True)): compute ** exponent(e) for x, e in phase.exponents.items()}
        star = {s: rf"{s}_\star" for s in map(letters.symbol, (loss, *phase.exponents))}
        spent = letters(sympy.prod(Symbol(x, positive=True) for x in (cost or "").split("*")))
        meaning = f"phase {phase.name}: best {', '.join([loss, *phase.exponents])} at {budget} = {cost}"
        at_cost = rf" at ${tex(compute)} = {tex(spent)}$"
    powers = {left: _beside(right, where) for left, right in powers.items()}
    lines = [
        rf"$\displaystyle {tex(left, symbol_names=star)} \sim {breakable(right)}$" for left, right in powers.items()
    ]
    value = Dict({left: _piecewise([(right, where)]) for left, right in powers.items()})
    return Formula(meaning, value, (*lines, f"{at_cost}{_where(where)}".strip()))


def boundaries(diagram: PhaseDiagram, letters: Letters) -> dict[str, Formula]:
    """The equation of each boundary, by its two phases in the order of the diagram."""
    found, order = {}, [phase.name for phase in diagram.phases]
    for boundary in diagram.boundaries:
        equation = letters.shown(boundary.equation)
        meaning = f"boundary between {' and '.join(boundary.between)}"
        found["-".join(map(slug, sorted(boundary.between, key=order.index)))] = Formula(
            meaning, equation, (f"${tex(equation)}$",)
        )
    return found


def laws(derived: Iterable[Law], letters: Letters, quantities: Mapping[str, str]) -> dict[str, Formula]:
    """Each law with its constant; ``quantities`` says in LaTeX what it is of."""
    from ..theory.optimum.plane import ABOVE_ONE

    found = {}
    for law in derived:
        variable = letters(Symbol(law.variable, positive=True))
        cases = [
            (_beside(letters(case.constant) * variable ** letters(case.exponent), where), where)
            for case in law.cases
            for where in [letters.where(case.condition, ABOVE_ONE.corner)]
        ]
        lines = [rf"$\displaystyle \sim {breakable(right)}${_where(where)}" for right, where in cases]
        head = letters.dollars(quantities[law.name])
        found[law.name] = Formula(law.meaning, _piecewise(cases), (f"{head}:", *lines))
    return found


def terms(derived: Iterable[Term], letters: Letters) -> dict[str, Formula]:
    """The size of each term of a loss, without its constant."""
    found = {}
    for term in derived:
        where = letters.where(term.condition, (0, 0))
        size = _beside(letters(term.law), where)
        line = rf"$\displaystyle {tex(Symbol(term.name))} \sim {breakable(size)}${_where(where)}"
        found[term.name] = Formula(term.origin, _piecewise([(size, where)]), (line,))
    return found


def slug(name: str) -> str:
    """The name of a phase in an id: of a trade-off what stands against the first term, as in the ledger.

    >>> slug("IVb"), slug("time = width level"), slug("tail in data, head in features")
    ('IVb', 'width_level', 'tail_in_data_head_in_features')
    """
    return re.sub(r"\W+", "_", name.rpartition(" = ")[2])


def find(ids: Sequence[str], target: str | None = None) -> dict[str, Formula]:
    """The formulas of these ids, in the notation of their model or in another.

    Raises
    ------
    BadInput
        If there is no such formula, or no such notation.
    """
    known_notation(target)

    @cache
    def derived(model: str, kind: str) -> dict[str, Formula]:
        derive = declared().get(model, {}).get(kind)
        return derive(Letters(model, target or model)) if derive else {}

    return {name: _found(name, target, derived) for name in ids}


def known_notation(target: str | None) -> None:
    """Refuse what is no notation; None is that of the models."""
    if target is not None and target not in NOTATIONS:
        notation("" if target in WRITTEN else target)  # a model is none that is asked for by name


def _found(name: str, target: str | None, derived: Callable[[str, str], dict[str, Formula]]) -> Formula:
    model, kind, rest = [*name.split(".", 2), "", ""][:3]
    found = derived(model, kind).get(rest)
    if found is None:
        claim = claimed.stated(name)
        if claim is None:
            raise _unknown(name)
        value = claimed.value(claim, target)
        return Formula(claim.title, value, claimed.lines(value))
    return found


def listed() -> dict[str, str]:
    """What each formula means, by id, those of the ledger last; these are not derived."""

    def made() -> dict[str, str]:
        return {
            f"{model}.{kind}.{name}": formula.meaning
            for model, kinds in declared().items()
            for kind, derive in kinds.items()
            for name, formula in derive(Letters(model, model)).items()
        }

    meanings: dict[str, str] = kept("export.meanings", made)
    return meanings | {name: title for name, title in claimed.titles().items() if name not in meanings}


def text(formulas: Mapping[str, Formula]) -> str:
    """The equations in LaTeX, under a line that names the packages that they need."""
    return headed("\n".join(_equation(name, formula) for name, formula in formulas.items()))


def _equation(name: str, formula: Formula) -> str:
    body = "\\\\[1ex]\n".join(formula.lines)
    return f"{_OPENING % name}\n{body}{_CLOSING}\n"


_OPENING = r"""\begin{equation}\label{tauber:%s}
\parbox{\dimexpr\linewidth-3em\relax}{\centering"""
_CLOSING = r"""}
\end{equation}"""


def declared() -> dict[str, Kinds]:
    """What each model declares."""
    return {part.__name__.rpartition(".")[2]: part.FORMULAS for part in parts(__package__)}


def _unknown(name: str) -> BadInput:
    near = difflib.get_close_matches(name, listed(), n=3, cutoff=0.3)
    meant = f"the nearest are {', '.join(near)}; " if near else ""
    return BadInput(f"No formula has the id '{name}'; {meant}run tauber export --list to see them all.")


def _beside(value: Expr, where: Basic) -> Expr:
    """A formula with the letters of its condition: one that may have any sign is another symbol than a positive one."""
    return value.xreplace({Symbol(s.name, positive=True): s for s in where.free_symbols})


def _where(condition_: Basic) -> str:
    return "" if condition_ == sympy.true else f" where {condition(condition_)}"


def _piecewise(cases: Sequence[tuple[Expr, Basic]]) -> Basic:
    return cases[0][0] if cases[0][1] == sympy.true else Piecewise(*cases, evaluate=False)
