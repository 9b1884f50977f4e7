"""A statement typed as text, as a paper or a proof has it, made a formula of SymPy when it is wanted.

A line is two sides with a sign between them, the right one by cases where it has several:

    L_star ~ C^(-x)                          a law without its constant
    x = 1 - b where b < 1 | 0 where b > 1    an equation (also < > <= >= !=)
    L(N)/B(N) -> 2 as N -> oo                a limit
    a < b <=> L(N) < B(N)                    statements that are equivalent; => of which one follows from the other

A name is a positive letter, with brackets a function without a formula, unless it is one of `KNOWN`; ``lambda_`` is
lambda, a word of Python's. ``O(1/N, N)`` is a remainder for large N, ``O(x, x, 0)`` for small x; conditions are
separated by semicolons, and those of the last case may be ``otherwise``. What the check compares is given, not typed:
``typed("L(N) ~ N^-m", m=lambda: width(a, b))`` has the exponent from the function that the check calls with numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

KNOWN = frozenset((
    "Abs", "I", "Integral", "Max", "Min", "O", "Sum", "diff", "exp", "gamma", "im", "log", "oo", "pi", "sign", "sin",
    "sqrt", "zeta",
))  # fmt: skip
"""Names with a meaning of SymPy's; gamma without brackets is a letter."""

_LAW = "~"
_SIGN = re.compile(r" (~|->|<=|>=|!=|=|<|>) ")
_LOGIC = re.compile(r" (<=>|=>) ")


def typed(*lines: str, **given: Callable[[], Any]) -> Callable[[], Any]:
    """Make the function that makes the formulas of these lines.

    Parameters
    ----------
    *lines
        See the module.
    **given
        What makes the formula of a name in them.

    Examples
    --------
    >>> typed("L(N) ~ N^(1 - a)", "a < 2*b")()
    ({L(N): N**(1 - a)}, a < 2*b)
    >>> typed("x = m", m=lambda: 2)()
    Eq(x, 2)
    """

    def make() -> Any:
        from sympy import Dict

        values = {name: make_value() for name, make_value in given.items()}
        laws: dict[Any, Any] = {}
        found = []
        for line in lines:
            logic = _LOGIC.split(line)
            part = _logic(values, *logic) if len(logic) > 1 else _statement(line, values)
            if isinstance(part, Dict):
                laws |= dict(part.items())
            else:
                found.append(part)
        every = (Dict(laws), *found) if laws else tuple(found)
        return every[0] if len(every) == 1 else every

    return make


def letters(names: str) -> Any:
    """Positive symbols, as those of a statement are.

    >>> letters("a b")
    (a, b)
    """
    from sympy import symbols

    return symbols(names, positive=True)


def least(*values: Any) -> Any:
    """The least of numbers, or of formulas."""
    from sympy import Basic, Min

    return Min(*values) if any(isinstance(value, Basic) for value in values) else min(values)


def most(*values: Any) -> Any:
    """The largest of numbers, or of formulas."""
    return -least(*(-value for value in values))


def _logic(values: Mapping[str, Any], one: str, sign: str, other: str) -> Any:
    from sympy import Equivalent, Implies

    return (Equivalent if sign == "<=>" else Implies)(*(_condition(side, values) for side in (one, other)))


def _statement(line: str, values: Mapping[str, Any]) -> Any:
    """A line with one sign."""
    from sympy import Dict, Eq, Ge, Gt, Le, Limit, Lt, Ne

    left, sign, right = _SIGN.split(line, maxsplit=1)
    one = _expression(left, values)
    if sign == "->":
        right, _, where = right.partition(" as ")
        variable, _, end = where.partition(" -> ")
        one, sign = Limit(one, _expression(variable, values), _expression(end, values), "-+"[end == "0"]), "="
    other = _cases(right, values)
    if sign == _LAW:
        return Dict({one: other})
    relation = {"=": Eq, "<": Lt, ">": Gt, "<=": Le, ">=": Ge, "!=": Ne}[sign]
    return relation(one, other, evaluate=False)


def _cases(text: str, values: Mapping[str, Any]) -> Any:
    """The right side of a line."""
    from sympy import Piecewise

    if " where " not in text:
        return _expression(text, values)
    pairs = (case.split(" where ") for case in text.split(" | "))
    return Piecewise(*((_expression(e, values), _condition(where, values)) for e, where in pairs), evaluate=False)


def _condition(text: str, values: Mapping[str, Any]) -> Any:
    from sympy import And, true

    if text == "otherwise":
        return true
    # 1/4 < alpha < 1/2 is two relations
    chains = [_SIGN.split(part) for part in text.split("; ")]
    parts = [_statement(" ".join(x[n : n + 3]), values) for x in chains for n in range(0, len(x) - 2, 2)]
    return parts[0] if len(parts) == 1 else And(*parts, evaluate=False)


def _expression(text: str, values: Mapping[str, Any]) -> Any:
    from sympy import Function, Order, Symbol, oo, sympify

    def order(size: Any, variable: Any, end: Any = oo) -> Any:
        return Order(size, (variable, end))

    meanings: dict[str, Any] = {"O": order}
    for name, bracket in re.findall(r"([A-Za-z]\w*)(\()?", text):
        if name in values:
            meanings[name] = values[name]
        elif name not in KNOWN or (name == "gamma" and not bracket):
            meanings[name] = Function(name.rstrip("_")) if bracket else Symbol(name.rstrip("_"), positive=True)
    return sympify(text, locals=meanings)
