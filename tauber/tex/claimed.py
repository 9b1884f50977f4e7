"""Formulas of the ledger by their ids: what a claim states as a formula, in the notation of its model or another.

A claim names a best size ``d_star``, a loss at the end ``P_infinity``, a constant by a letter of its own. A letter of
the dictionary is rewritten (:mod:`tauber.notation`), with its star, and so is a loss with an index. Another name that
would meet a letter of the notation gives way (:mod:`tauber.letters`); what cannot is refused, since that letter would
have two meanings, and so is a claim that is stated in words. A claim with the exponents of two notations compares
these: those of the other stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Basic, Dict, Dummy, Eq, Function, Integral, Limit, Piecewise, Sum, Symbol, Tuple, true
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction

from ..errors import BadInput
from ..letters import Letters
from ..notation import NOTATIONS, WRITTEN, Notation, notation
from .fragments import condition
from .layout import breakable
from .plain import STAR

if TYPE_CHECKING:
    from ..ledger import Claim

_KEPT = "kept"
_DIMENSION = "d"
"""That of a space, where no width has this letter."""


def stated(name: str) -> Claim | None:
    """The claim of this id, None if there is none.

    Raises
    ------
    BadInput
        If it is stated in words.
    """
    from ..ledger import REGISTRY

    try:
        claim = REGISTRY[name]
    except KeyError:
        return None
    if not callable(claim.statement):
        raise BadInput(
            f"{name} was asked as a formula, but it is stated in words; run tauber claims {name} to read it."
        )
    return claim


def titles() -> dict[str, str]:
    """The claims that state a formula: their titles, by id; nothing is derived."""
    from ..ledger import claims

    return {claim.id: claim.title for claim in claims() if callable(claim.statement)}


def value(claim: Claim, target: str | None) -> Basic:
    """What a claim states, in a notation: of several equations all of them; of exponents the powers, by what has them.

    Raises
    ------
    BadInput
        If the notation does not cover it.
    """
    from ..ledger.formula import gathered, parts

    found = parts(claim)
    written = found if target is None else _rewritten(claim.id, found, NOTATIONS[target])
    return gathered(claim, found, written)


def lines(value: Basic) -> tuple[str, ...]:
    """Each equation in LaTeX, a line for each case of it."""
    if isinstance(value, Dict):
        return tuple(line for left, right in value.items() for line in _lines(left, r"\sim", right))
    if isinstance(value, Tuple):
        return tuple(line for part in value.args for line in lines(part))
    if isinstance(value, Eq):
        return tuple(_lines(value.lhs, "=", value.rhs))
    return (rf"$\displaystyle {breakable(value, symbol_names=names(value))}$",)


def _lines(left: Any, sign: str, right: Any) -> list[str]:
    """An equation or a law, a line for each of its cases; an equation for a limit as its arrow."""
    to = ""
    if isinstance(left, Limit):
        left, variable, end, _ = left.args
        sign, to = r"\to", rf"$ as $\displaystyle {breakable(variable)} \to {breakable(end)}"
    cases = right.args if isinstance(right, Piecewise) else ((right, true),)
    many, begun = len(cases) > 1, breakable(left, symbol_names=names(left))
    found = []
    for case, where in cases:
        words = f" where {condition(where)}" if where != true else " otherwise" if many else ""
        found.append(rf"$\displaystyle {begun} {sign} {breakable(case, symbol_names=names(case))}{to}${words}")
    return found


def names(part: Basic) -> dict[Symbol, str]:
    """How symbols are written in LaTeX that are none of its own: stars, and names of several words."""
    found = {}
    for symbol in part.free_symbols:
        if symbol.name.endswith(STAR):
            found[symbol] = rf"{_tex(symbol.name.removesuffix(STAR))}_\star"
        elif re.search(r"[ (]", symbol.name):
            found[symbol] = symbol.name if re.fullmatch(r"\w+\(\w\)", symbol.name) else _spoken(symbol.name)
    return found


def _spoken(name: str) -> str:
    r"""A name of several words: words as such, letters and their powers as mathematics.

    >>> print(_spoken("E r^2"))
    E\, r^{2}
    >>> print(_spoken("largest step"))
    \text{largest step}
    """
    words = [re.fullmatch(r"([A-Za-z])(?:\^(\w+))?", word) for word in name.split()]
    if all(words):
        return r"\, ".join(found[1] + (f"^{{{found[2]}}}" if found[2] else "") for found in words if found)
    plain = re.sub(r"([_^])", r"\\\1{}", name)
    return rf"\text{{{plain}}}"


def _tex(name: str) -> str:
    from sympy import latex

    return str(latex(Symbol(name)))


def _rewritten(name: str, given: Any, target: Notation) -> Any:
    letters = Letters(_source(name, given), target)
    if letters.same:
        return given
    given, bound = _freed(given, letters)
    called = _called(name, given, letters) | bound
    functions = {f.func.__name__: letters.words(f.func.__name__) for f in given.atoms(AppliedUndef)}
    # What is no letter is kept from being rewritten: taken for a positive one, an equation with it would decide itself.
    keep = {s: Symbol(f"{_KEPT}{n}", positive=s.is_positive) for n, s in enumerate(sorted(called, key=str))}
    back = {keep[s]: new for s, new in called.items()}
    found = _in_letters(_sides(given, lambda side: side.xreplace(keep)), letters)
    return _sides(found, lambda side: side.xreplace(back).replace(
        lambda part: isinstance(part, AppliedUndef), lambda part: Function(functions[part.func.__name__])(*part.args)
    ))  # fmt: skip


def _freed(given: Any, letters: Letters) -> tuple[Any, dict[Symbol, Any]]:
    """Letters that limits, sums and integrals bind, under names of their own, and what these become."""
    names: dict[Symbol, Symbol] = {}

    def renamed(part: Any) -> Any:
        variables = [part.args[1]] if isinstance(part, Limit) else part.bound_symbols
        fresh = {s: Symbol(f"{_KEPT}_{s.name}", positive=s.is_positive) for s in variables
                 if s.name in notation(letters.source).letters}  # fmt: skip
        names.update({new: s for s, new in fresh.items()})
        return part.xreplace(fresh)

    found = _sides(given, lambda side: side.replace(lambda part: isinstance(part, Limit | Integral | Sum), renamed))
    return found, {new: letters(s) for new, s in names.items()}


def _called(name: str, given: Any, letters: Letters) -> dict[Symbol, Any]:
    """What each symbol becomes that is no letter by itself: the best of a size, a bound variable, a name of its own."""
    source, target = notation(letters.source), notation(letters.target)
    symbols = {s for s in given.atoms(Symbol) - given.atoms(Dummy) if re.match("[^+-]", s.name)}  # no side of a limit
    known = {s for s in symbols if s.name in source.letters}
    starred = {s for s in symbols if s.name.endswith(STAR) and s.name.removesuffix(STAR) in source.letters}
    others = {s.name for s in symbols - known - starred}
    compared = {x for other in NOTATIONS.values() if {*other.parameters} <= others for x in other.parameters}
    words = {x: x if x in compared else letters.words(x) for x in others}
    if _DIMENSION in others and _DIMENSION in target.letters:
        words[_DIMENSION] = "dim"
    if met := sorted(x for x in others - compared if {words[x], *words[x].split()} & {*target.letters}):
        raise BadInput(
            f"{name} was asked in the notation of {target.source}, but holds {met[0]}, which has another meaning "
            "there; leave the notation out."
        )
    found = {s: _starred(letters(Symbol(s.name.removesuffix(STAR), positive=True))) for s in starred}
    return found | {
        s: s if words[s.name] == s.name else Symbol(words[s.name], positive=s.is_positive)
        for s in symbols - known - starred
    }


def _in_letters(part: Any, letters: Letters) -> Any:
    """All equations in other letters; of one that names its left side, or has no letter there, each side by itself."""
    if isinstance(part, Tuple):
        return Tuple(*(_in_letters(one, letters) for one in part))
    if isinstance(part, Dict):
        return Dict({letters(left): letters(right) for left, right in part.items()})
    if isinstance(part, BooleanFunction):
        return part.func(*(_in_letters(one, letters) for one in part.args))
    if isinstance(part, Relational) and not isinstance(part, Eq):
        return part.func(letters(part.lhs), letters(part.rhs), evaluate=False)
    if isinstance(part, Eq):
        held = {s.name for s in part.lhs.free_symbols} & {*notation(letters.source).letters}
        if isinstance(part.lhs, AppliedUndef) or not held:
            return Eq(letters(part.lhs), letters(part.rhs), evaluate=False)
    return letters.shown(part)


def _sides(part: Any, change: Callable[[Any], Any]) -> Any:
    """A change of both sides of all equations, which stay equations whatever comes of it."""
    if isinstance(part, Tuple):
        return Tuple(*(_sides(one, change) for one in part))
    if isinstance(part, Dict):
        return Dict({change(left): change(right) for left, right in part.items()})
    if isinstance(part, BooleanFunction):
        return part.func(*(_sides(one, change) for one in part.args))
    return part.func(*map(change, part.args), evaluate=False) if isinstance(part, Relational) else change(part)


def _source(name: str, given: Any) -> Notation:
    """The letters that a claim is in: those of its model, or those with alpha_K; of spectra from geometry Bahri's."""
    model = name.partition(".")[0]
    return (
        NOTATIONS["bahri"]
        if "alpha_K" in {s.name for s in given.free_symbols}
        else WRITTEN.get(model, WRITTEN["explaining"])
    )


def _starred(size: Any) -> Any:
    """The best of a size: the letter that is a size gets the star, the step and the batch do not."""
    sizes = {s: Symbol(f"{s.name}{STAR}", positive=True) for s in size.free_symbols if s.name not in ("gamma", "B")}
    return size.xreplace(sizes)
