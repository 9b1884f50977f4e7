"""Exact values as text and back: what the cache of derivations (`tauber.cache`) holds.

The text is an expression of Python's: SymPy's objects as its ``srepr`` writes them, numbers, texts, nestings of these
in lists, tuples and dictionaries, and the phase diagrams of the symbolic wing. It is read by walking its syntax tree:
names stand for SymPy's classes and constants alone, these take no texts that they would parse, and so nothing is
executed, whoever wrote the file.
"""

from __future__ import annotations

import ast
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from typing import Any

_DIAGRAM = ("PhaseDiagram", "Phase", "Boundary")


def written(value: Any) -> str:
    """Write a value.

    Raises
    ------
    ValueError
        It has a part of a kind that this module does not know.

    >>> from sympy import Rational
    >>> written({"x": [Rational(1, 2), None]})
    "{'x': [Rational(1, 2), None]}"
    """
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)}: {written(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, tuple):
        return f"({''.join(f'{written(entry)}, ' for entry in value)})"
    if isinstance(value, Fraction):
        return f"Fraction({value.numerator}, {value.denominator})"
    if hasattr(value, "_mpf_"):
        return f"mpf({value.context.prec}, {', '.join(str(int(part)) for part in value._mpf_)})"
    if is_dataclass(value) and type(value).__name__ in _DIAGRAM:
        return f"{type(value).__name__}({', '.join(written(getattr(value, f.name)) for f in fields(value))})"
    from sympy import Basic, srepr

    if isinstance(value, Basic):
        return str(srepr(value))
    raise ValueError(f"{type(value).__name__} is not kept")


def read(text: str) -> Any:
    """The value of a text.

    Raises
    ------
    ValueError
        It is none that `written` makes.

    >>> read(written((1, "a", {"b": 0.5})))
    (1, 'a', {'b': 0.5})
    """
    try:
        return _built(ast.parse(text, mode="eval").body)
    except (SyntaxError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("this is no text of exact values") from error


def _built(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -value
        case ast.Name(name):
            return _known(name)
        case ast.List(entries):
            return [_built(entry) for entry in entries]
        case ast.Tuple(entries):
            return tuple(_built(entry) for entry in entries)
        case ast.Dict(keys, entries) if None not in keys:
            return {_built(key): _built(entry) for key, entry in zip(keys, entries, strict=True) if key is not None}
        case ast.Call(function, arguments, keywords) if all(word.arg for word in keywords):
            named = {str(word.arg): _built(word.value) for word in keywords}
            return _made(_built(function), [_built(argument) for argument in arguments], named)
    raise ValueError(f"{ast.dump(node)} is not kept")


def _made(kind: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    import sympy
    from sympy.core.relational import Relational

    if not (isinstance(kind, type) and issubclass(kind, sympy.Basic)):
        return kind(*arguments)
    # SymPy would parse a text elsewhere, and parsing is executing.
    allowed = _LITERALS.get(kind.__name__, sympy.Basic)
    if not all(isinstance(part, allowed) for part in arguments) or not all(isinstance(x, int) for x in named.values()):
        raise ValueError(f"{kind.__name__} is not kept with these arguments")
    return kind(*arguments, evaluate=False) if issubclass(kind, Relational) else kind(*arguments, **named)


_LITERALS: dict[str, type] = {
    "Integer": int,
    "Rational": int,
    **dict.fromkeys(("Symbol", "Dummy", "Function", "Float"), str),
}


def _known(name: str) -> Any:
    """What a name stands for: a class or a constant of SymPy, a fraction, a number of many digits, a diagram."""
    if name == "Fraction":
        return Fraction
    if name == "mpf":
        return _real
    if name in _DIAGRAM:
        from .theory.optimum import diagram

        return getattr(diagram, name)
    import sympy
    from sympy.functions.elementary.piecewise import ExprCondPair
    from sympy.functions.special.hyper import TupleArg

    found = {"ExprCondPair": ExprCondPair, "TupleArg": TupleArg}.get(name) or getattr(sympy, name, None)
    if isinstance(found, sympy.Basic) or (isinstance(found, type) and issubclass(found, sympy.Basic)):
        return found
    raise ValueError(f"{name} is not kept")


def _real(precision: int, sign: int, mantissa: int, exponent: int, bits: int) -> Any:
    """A number of mpmath with all its digits, in a context of its precision."""
    from mpmath.libmp import MPZ

    return _context(precision).make_mpf((sign, MPZ(mantissa), exponent, bits))


@cache
def _context(precision: int) -> Any:
    import mpmath

    found = mpmath.mp.clone()
    found.prec = precision
    return found
