"""A formula as plain text: a line for each equation or case, and powers by what has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy import Basic, Dict, Piecewise, Symbol, Tuple

from ..formulas import in_line

STAR = "_star"
"""At the end of a name: the best of a size."""


def plain(value: Basic) -> str:
    """A line for each equation or case.

    >>> from sympy.abc import a, b
    >>> print(plain(Dict({a: Piecewise((b, b < 1), (1, True), evaluate=False)})))
    a ~ b where b < 1
    a ~ 1 otherwise
    """
    lines = []
    for left, right, where in cases(value):
        side = "" if left is None else f"{_line(left)} ~ "
        case = "" if where is None else " otherwise" if where == sympy.true else f" where {_where(where)}"
        lines.append(f"{side}{_line(right)}{case}")
    return "\n".join(lines)


def cases(value: Basic) -> Iterator[tuple[Any, Any, Any]]:
    """The left side, the right side and the condition of each case, None where there is none."""
    if isinstance(value, Tuple):
        for part in value.args:
            yield from cases(part)
    elif isinstance(value, Dict):
        for left, right in sorted(value.items(), key=lambda pair: str(pair[0])):
            for _, case, where in cases(right):
                yield left, case, where
    elif isinstance(value, sympy.Eq) and isinstance(value.rhs, Piecewise):
        for case, where in value.rhs.args:
            yield None, sympy.Eq(value.lhs, case, evaluate=False), where
    elif isinstance(value, Piecewise):
        for case, where in value.args:
            yield None, case, where
    else:
        yield None, value, None


SIGNS = {sympy.Eq: "=", sympy.Ne: "!=", sympy.Lt: "<", sympy.Gt: ">", sympy.Le: "<=", sympy.Ge: ">=",
         sympy.Equivalent: "<=>", sympy.Implies: "=>", sympy.And: "and"}  # fmt: skip
"""What stands between the sides of a relation, and between statements of which one follows from the other."""


def sides(formula: Any) -> Sequence[Any]:
    """The sides of a relation of `SIGNS`; of an equivalence in the order of their texts, as SymPy has none."""
    if isinstance(formula, sympy.Equivalent | sympy.And):
        return sorted(formula.args, key=sympy.default_sort_key)
    return tuple(formula.args)


def limit(formula: Any) -> tuple[Any, Any, Any, Any] | None:
    """Of an equation for a limit: of what it is, its value, the variable and where that goes; None of any other."""
    if isinstance(formula, sympy.Eq) and isinstance(formula.lhs, sympy.Limit):
        of, variable, end, _ = formula.lhs.args
        return of, formula.rhs, variable, end
    return None


def _where(condition: Any) -> str:
    parts = condition.args if isinstance(condition, sympy.And) else (condition,)
    return ", ".join(_line(part) for part in sorted(parts, key=sympy.default_sort_key))


def _line(formula: Any) -> str:
    if found := limit(formula):
        of, value, variable, end = map(_line, found)
        return f"{of} -> {value} as {variable} -> {end}"
    if type(formula) in SIGNS:
        return f" {SIGNS[type(formula)]} ".join(map(_line, sides(formula)))
    starred = {s: Symbol(f"{s.name.removesuffix(STAR)}*") for s in formula.free_symbols if s.name.endswith(STAR)}
    return in_line(formula.xreplace(starred), short=True)  # where a remainder is small the order of limits says
