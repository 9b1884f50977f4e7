"""Formulas of the ledger by their ids: what a claim states as a formula, in the notation of its model or another.

A claim names a best size ``d_star``, a loss at the end ``P_infinity``, a constant by a letter of its own. A letter of
the dictionary is rewritten (:mod:`tauber.notation`), with its star; a claim that holds another name made of a letter of
either notation is refused, since that letter would have two meanings, and so is one that is stated in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sympy import Basic, Eq, Function, Piecewise, Symbol, Tuple, true
from sympy.core.function import AppliedUndef

from ..errors import BadInput
from ..letters import Letters
from ..notation import NOTATIONS, WRITTEN, Notation, letter, notation, rewritten
from .fragments import condition
from .layout import breakable

if TYPE_CHECKING:
    from ..ledger import Claim

STAR = "_star"
_KEPT = "kept"


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
    """What a claim states, of several equations all of them, in a notation.

    Raises
    ------
    BadInput
        If the notation does not cover it.
    """
    found = claim.formula()
    parts = Tuple(*found) if isinstance(found, list | tuple | Tuple) else found
    if target is not None:
        parts = _rewritten(claim.id, parts, NOTATIONS[target])
    return parts[0] if isinstance(parts, Tuple) and len(parts) == 1 else parts


def lines(value: Basic) -> tuple[str, ...]:
    """Each equation in LaTeX, a line for each case of it."""
    parts = value.args if isinstance(value, Tuple) else (value,)
    return tuple(line for part in parts for line in _lines(part))


def _lines(part: Any) -> list[str]:
    if not (isinstance(part, Eq) and isinstance(part.rhs, Piecewise)):
        return [rf"$\displaystyle {breakable(part, symbol_names=names(part))}$"]
    found = []
    for right, where in part.rhs.args:
        case = Eq(part.lhs, right, evaluate=False)
        words = " otherwise" if where == true else f" where {condition(where)}"
        found.append(rf"$\displaystyle {breakable(case, symbol_names=names(case))}${words}")
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
    source = _source(name, given)
    if source is None:
        raise BadInput(
            f"{name} was asked in the notation of {target.source}, but its letters are in no dictionary of notations; "
            "leave the notation out."
        )
    letters = Letters(source, target)
    if letters.same:
        return given
    starred = {s: s.name.removesuffix(STAR) for s in given.free_symbols if s.name.endswith(STAR)}
    starred = {s: plain for s, plain in starred.items() if plain in source.letters}
    functions = {f.func.__name__ for f in given.atoms(AppliedUndef)} - {*source.letters}
    known = {s for s in given.free_symbols if s.name in source.letters} | set(starred)
    others = functions | {s.name for s in given.atoms(Symbol) - known}
    taken = {*source.letters, *target.letters} | {x for other in NOTATIONS.values() for x in other.parameters}
    if doubled := sorted(x for x in others if _words(x) & taken):
        raise BadInput(
            f"{name} was asked in the notation of {target.source}, but holds {doubled[0]}, which has another meaning "
            "there or none; leave the notation out."
        )
    stars = {s: _starred(rewritten(Symbol(plain, positive=True), source, target)) for s, plain in starred.items()}
    # What is no letter stays the symbol that it is: taken for a positive one, an equation with it would decide itself.
    stay = {s: s for s in given.free_symbols - known}
    keep = {s: Symbol(f"{_KEPT}{n}", positive=True if s in stars else None) for n, s in enumerate([*stars, *stay])}
    found = _in_letters(given.xreplace(keep), letters).xreplace({keep[s]: new for s, new in (stars | stay).items()})
    return found.replace(
        lambda part: isinstance(part, AppliedUndef) and part.func.__name__ in source.letters,
        lambda part: Function(letter(part.func.__name__, source, target))(*part.args),
    )


def _in_letters(part: Any, letters: Letters) -> Any:
    """All equations in other letters; what a law names stays alone on its side."""
    if isinstance(part, Tuple):
        return Tuple(*(_in_letters(one, letters) for one in part))
    if isinstance(part, Eq) and (isinstance(part.lhs, AppliedUndef) or str(part.lhs).startswith(_KEPT)):
        return Eq(letters(part.lhs), letters(part.rhs), evaluate=False)
    return letters.shown(part)


def _source(name: str, given: Any) -> Notation | None:
    """The letters that a claim is in: those of its model, or those with alpha_K."""
    model = name.partition(".")[0]
    if model not in WRITTEN:
        return None
    return NOTATIONS["bahri"] if "alpha_K" in {s.name for s in given.free_symbols} else notation(model)


def _words(name: str) -> set[str]:
    return {name, *re.findall(r"[A-Za-z]+", name)}


def _starred(size: Any) -> Any:
    """The best of a size: the letter that is a size gets the star, the step and the batch do not."""
    sizes = {s: Symbol(f"{s.name}{STAR}", positive=True) for s in size.free_symbols if s.name not in ("gamma", "B")}
    return size.xreplace(sizes)
