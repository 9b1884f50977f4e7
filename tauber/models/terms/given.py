"""Terms, window and budget as a file or a table gives them::

resources = ["N", "D"]
budget = "N*D"

[parameters]        # exponents, each with its lower bound; the second bound may depend on the first parameter
a = 0
b = 0

[terms]             # the loss is, up to constants, the largest of them
model = "N^(-a)"
data = "D^(-b)"

[window]            # what must hold; a resource that is in none of these is at least 1
"enough data" = "N <= D"

L and C are the letters of the loss and of the budget in every answer, so that nothing else has these names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument
from ...errors import BadInput
from ...read import numbers
from ...read.formula import formula, powers
from ...read.toml import read_toml

if TYPE_CHECKING:
    from ...theory.optimum.declared import Declared

Given = Annotated[
    Any,
    Argument("FILE", "A TOML file with resources, budget, [parameters], [terms] and [window].", positional=True,
             as_is=True),
]  # fmt: skip
_KEYS = ("resources", "budget", "parameters", "terms", "window")
_NEEDED = ("resources", "budget", "terms")
_TAKEN = {"L": "the loss", "loss": "the loss", "C": "the budget"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _+*./:'()-]*")
"""Of a term or a line of the window: it stands in formulas and in words, of LaTeX too, between equals signs."""
At = Annotated[Any, Argument("NAME=NUMBER,...", "Values of the parameters, as in a=1/2,b=0.3.", as_is=True)]


def read(given: Any) -> Declared:
    """Read a declaration: a mapping, or the path of a TOML file.

    Raises
    ------
    BadInput
        It is neither, a key is missing or unknown, or a formula is none.
    """
    if isinstance(given, Mapping):
        return _declared(given)
    return read_toml(Path(os.fspath(given)), _declared)


def _declared(table: Mapping[str, Any]) -> Declared:
    from sympy import Integer, Symbol, sympify

    from ...theory.optimum.declared import Declared
    from ...theory.optimum.tropical import Power

    _check_keys(table)
    resources = table["resources"]
    _check_letters(resources, list(_table(table, "parameters")))
    letters = {name: Symbol(name, real=True) for name in _table(table, "parameters")}
    bounds = [(s, formula(f"The bound of {name}", str(_table(table, "parameters")[name]), _before(name, letters)))
              for name, s in letters.items()]  # fmt: skip

    def monomials(key: str) -> list[Power]:
        for name, text in _table(table, key).items():
            _check_name(key, name)
            _check_relation(f"'{name}' of [{key}]", str(text), key == "window")
        return [
            Power(name, tuple(powers(f"'{name}' of [{key}]", str(text), resources, letters)))
            for name, text in _table(table, key).items()
        ]

    window = monomials("window")
    bounded = [any(p.exponents[n] != 0 for p in window) for n in range(len(resources))]
    window += [
        Power(f"{name} >= 1", tuple(Integer(-(name == other)) for other in resources))
        for name, known in zip(resources, bounded, strict=True)
        if not known
    ]
    _check_relation("budget", str(table["budget"]), False)
    cost = powers("budget", str(table["budget"]), resources, letters)
    if not any(cost):
        raise BadInput(f"budget was given as '{table['budget']}', on which nothing depends; name what it costs.")
    for n, name in enumerate(resources):
        if cost[n].is_nonpositive and all((sympify(p.exponents[n]) <= 0) == True for p in window):  # noqa: E712  (SymPy's)
            spent = "costs nothing" if cost[n] == 0 else "has a negative power, so that more of it costs less"
            raise BadInput(
                f"budget was given as '{table['budget']}', in which {name} {spent}, and [window] does not bound it "
                "from above; let it cost something, or bound it."
            )
    return Declared(tuple(bounds), tuple(resources), tuple(monomials("terms")), tuple(window), tuple(cost))


def values_of(at: Any, names: list[str]) -> dict[str, Fraction]:
    """The values of parameters, exactly, from a mapping or a text NAME=NUMBER,...; those that are given.

    Raises
    ------
    BadInput
        A name is no parameter or comes twice, or a value is no number.
    """
    if at is None:
        return {}
    given = list(dict(at).items()) if hasattr(at, "keys") else [_pair(part) for part in str(at).split(",")]
    for n, (name, _) in enumerate(given):
        if name not in names:
            raise BadInput(f"--at was given {name}, but the parameters are {', '.join(names) or 'none'}.")
        if name in dict(given[:n]):
            raise BadInput(f"--at was given {name} twice; give it one value.")
    return {name: numbers.exact(f"--at {name}", str(value)) for name, value in given}


def _pair(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal:
        raise BadInput(f"--at was given '{text}', but it must be NAME=NUMBER, as in a=1/2.")
    return name.strip(), value.strip()


def _check_letters(resources: Any, parameters: list[str]) -> None:
    """Refuse names of resources and parameters that formulas cannot have, or that mean two things."""
    if isinstance(resources, str) or not all(_is_letter(name) for name in resources):
        raise BadInput(f'resources was given as {resources!r}, but it must be a list of names such as ["N", "D"].')
    for name in parameters:
        if not _is_letter(name):
            raise BadInput(f"A parameter was named '{name}', but formulas have names such as a or beta_1.")
    for key, names in (("resources", list(resources)), ("[parameters]", parameters)):
        for name in names:
            if name in _TAKEN:
                raise BadInput(f"{key} has {name}, which is {_TAKEN[name]} in the answers; take another name for it.")
            if names.count(name) > 1:
                raise BadInput(f"{key} has {name} twice; leave one of them out.")
    if both := sorted(set(parameters) & set(resources)):
        raise BadInput(f"{', '.join(both)} is a parameter and a resource; give one of them another name.")


def _is_letter(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and name.isascii()


def _check_name(key: str, name: str) -> None:
    if not _NAME.fullmatch(str(name)):
        raise BadInput(
            f"A line of [{key}] was named '{name}', but a name, which stands in formulas, begins with a letter or a "
            "digit, and has letters from a to z, digits, spaces and the signs _ + - * . / : ' ( ) alone; take another."
        )


def _check_relation(what: str, text: str, is_one: bool) -> None:
    """Refuse a line of the window that compares nothing, and a comparison where there is none."""
    if is_one and "<=" not in text:
        raise BadInput(f"{what} was given as '{text}', but it must say what is at most what, as in N <= D.")
    if not is_one and ("<" in text or ">" in text):
        raise BadInput(f"{what} was given as '{text}', but a comparison belongs to [window]; give a product of powers.")


def _check_keys(table: Mapping[str, Any]) -> None:
    unknown, missing = sorted(set(table) - set(_KEYS)), [key for key in _NEEDED if not table.get(key)]
    if unknown:
        raise BadInput(f"'{unknown[0]}' was given, but the keys are {', '.join(_KEYS)}.")
    if missing:
        raise BadInput(f"'{missing[0]}' is missing; a declaration has {', '.join(_NEEDED)}.")


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise BadInput(f"'{key}' was given as {found!r}, but it must be a table of names and formulas.")
    return found


def _before(name: str, letters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a bound may depend on: those before it."""
    names = list(letters)
    return {other: letters[other] for other in names[: names.index(name)]}
