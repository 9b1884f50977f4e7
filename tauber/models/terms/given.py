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
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument
from ...errors import BadInput
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
    if isinstance(resources, str) or not all(isinstance(name, str) and name.isidentifier() for name in resources):
        raise BadInput(f'resources was given as {resources!r}, but it must be a list of names such as ["N", "D"].')
    letters = {name: Symbol(name, real=True) for name in _table(table, "parameters")}
    if both := sorted(set(letters) & set(resources)):
        raise BadInput(f"{', '.join(both)} is a parameter and a resource; give one of them another name.")
    bounds = [(s, formula(f"The bound of {name}", str(_table(table, "parameters")[name]), _before(name, letters)))
              for name, s in letters.items()]  # fmt: skip

    def monomials(key: str) -> list[Power]:
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
    cost = powers("budget", str(table["budget"]), resources, letters)
    if not any(cost):
        raise BadInput(f"budget was given as '{table['budget']}', on which nothing depends; name what it costs.")
    for n, name in enumerate(resources):
        if cost[n] == 0 and all((sympify(p.exponents[n]) <= 0) == True for p in window):  # noqa: E712  (SymPy's)
            raise BadInput(
                f"budget was given as '{table['budget']}', in which {name} costs nothing, and [window] does not bound "
                "it from above; let it cost something, or bound it."
            )
    return Declared(tuple(bounds), tuple(resources), tuple(monomials("terms")), tuple(window), tuple(cost))


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
