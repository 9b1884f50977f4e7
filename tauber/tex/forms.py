"""A formula in every form: LaTeX, SymPy's own text and code, MathML, and one line a case of plain text.

SymPy's own text, `srepr`, is the object itself: reading it gives the same object again. The code is for people: it
declares its symbols, under names that Python can have and SymPy has not, and then says the formula, where SymPy may
order the terms of an exponent otherwise. What SymPy would change when it reads it, such as large roots of fractions,
of which it makes floats, is marked ``evaluate=False`` in both; numbers that tauber keeps from SymPy's arithmetic are
plain ones there.
"""

from __future__ import annotations

import keyword
import re
from typing import Any
from xml.sax.saxutils import escape

import sympy
from sympy import Basic, Symbol
from sympy.printing.repr import ReprPrinter
from sympy.printing.str import StrPrinter

from ..formulas import mathml as in_mathml
from ..theory.algebra.powers import Kept
from .formulas import Formula, text
from .plain import STAR, cases, plain

FORMATS = ("latex", "sympy", "mathml", "text")


def forms(name: str, formula: Formula) -> dict[str, str]:
    """Every form of a formula; `sympy` is its srepr, `python` its code."""
    return {
        "latex": text({name: formula}),
        "sympy": srepr(formula.value),
        "python": python(formula.value),
        "mathml": mathml(formula.value),
        "text": plain(formula.value),
    }


def printed(name: str, formula: Formula, form: str) -> str:
    """A formula in one form, as it is printed under its id; code and text have a line that names it."""
    made = forms(name, formula)
    if form == "latex":
        return made["latex"]
    if form == "mathml":
        return f"<!-- {escape(name).replace('--', '- -')} -->\n{made['mathml']}\n"
    if form == "text":
        return f"{name}:\n" + "".join(f"  {line}\n" for line in made["text"].splitlines())
    return f"# {name}\n{made['python']}\n# the same object by srepr:\n# {made['sympy']}\n"


def srepr(value: Basic) -> str:
    """The object as text that Python reads after ``from sympy import *``.

    >>> from sympy.abc import a
    >>> srepr(a + 1)
    "Add(Symbol('a'), Integer(1))"
    """
    return str(_Repr().doprint(value))


def python(value: Basic) -> str:
    """Code that makes the formula.

    >>> print(python(sympy.Eq(Symbol("beta", positive=True), sympy.Rational(1, 2))))
    from sympy import *
    beta_ = Symbol('beta', positive=True)
    formula = Eq(beta_, S(1)/2)
    """
    called = {s: _identifier(s.name) for s in value.atoms(Symbol) if s.name not in ("+", "-")}  # a side of a limit
    functions = {f.func.__name__ for f in value.atoms(sympy.core.function.AppliedUndef)}
    lines = ["from sympy import *"]
    lines += [f"{name} = {srepr(s)}" for s, name in sorted(called.items(), key=lambda pair: pair[1])]
    lines += [f"{_of(name)} = Function({name!r})" for name in sorted(functions)]
    return "\n".join([*lines, f"formula = {_Code(called).doprint(value)}"])


def mathml(value: Basic) -> str:
    """Presentation MathML, one element, with a row for each equation or case."""
    rows = []
    for left, right, where in cases(value):
        parts = [] if left is None else [_mathml(left), "<mo>&#x223C;</mo>"]
        parts.append(_mathml(right))
        if where is not None:
            word = "otherwise" if where == sympy.true else "where"
            parts.append(f"<mtext>&#xA0;{word}&#xA0;</mtext>{'' if where == sympy.true else _mathml(where)}")
        rows.append("".join(parts))
    inner = rows[0] if len(rows) == 1 else "".join(f"<mtr><mtd>{row}</mtd></mtr>" for row in rows)
    body = f"<mrow>{inner}</mrow>" if len(rows) == 1 else f"<mtable>{inner}</mtable>"
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{body}</math>'


def _mathml(formula: Any) -> str:
    named = {s: Symbol(s.name.replace(STAR, "^\u22c6")) for s in formula.free_symbols if s.name.endswith(STAR)}
    return in_mathml(formula.xreplace(named))


class _AsItIs:
    """A printer that marks sums, products and powers which would not be read as they are."""

    def _print_Pow(self, expr: Any, *more: Any, **settings: Any) -> str:
        return self._marked(expr, "_print_Pow", more, settings)

    def _print_Mul(self, expr: Any) -> str:
        return self._marked(expr, "_print_Mul")

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        return self._marked(expr, "_print_Add")

    def _print_Kept(self, expr: Any) -> str:
        return str(self._print(expr.number))  # type: ignore[attr-defined]

    def _marked(self, expr: Any, name: str, more: Any = (), settings: Any = None) -> str:
        if not expr.has(Kept) and expr.func(*expr.args) == expr:
            own = getattr(super(), name, None)
            return str(own(expr, *more, **settings or {}) if own else self.emptyPrinter(expr))  # type: ignore[attr-defined]
        parts = ", ".join(self._print(part) for part in expr.args)  # type: ignore[attr-defined]
        return f"{expr.func.__name__}({parts}, evaluate=False)"


class _Repr(_AsItIs, ReprPrinter):
    """SymPy's, with the cases of a piecewise formula as tuples, and a matching pair of Python's for a dictionary."""

    def _print_ExprCondPair(self, expr: Any) -> str:
        return f"({self._print(expr.expr)}, {self._print(expr.cond)})"

    def _print_Piecewise(self, expr: Any) -> str:
        return f"Piecewise({', '.join(map(self._print, expr.args))}, evaluate=False)"

    def _print_TupleArg(self, expr: Any) -> str:
        return f"Tuple({', '.join(map(self._print, expr.args))})"

    def _print_Dict(self, expr: Any) -> str:
        return f"Dict({{{', '.join(f'{self._print(k)}: {self._print(v)}' for k, v in expr.items())}}})"


class _Code(_AsItIs, StrPrinter):
    """Code in which each symbol has a name of Python's."""

    printmethod = "_python"  # what an object says of itself for the screen is no code

    def __init__(self, called: dict[Symbol, str]) -> None:
        super().__init__({"sympy_integers": True})
        self._called = called

    def _print_Symbol(self, expr: Any) -> str:
        return self._called.get(expr, expr.name)

    def _print_Dict(self, expr: Any) -> str:
        return f"Dict({super()._print_dict(expr)})"

    def _print_Tuple(self, expr: Any) -> str:
        return f"Tuple({', '.join(map(self._print, expr.args))})"

    def _print_Piecewise(self, expr: Any) -> str:
        return f"Piecewise({', '.join(f'({self._print(e)}, {self._print(c)})' for e, c in expr.args)}, evaluate=False)"

    def _print_AppliedUndef(self, expr: Any) -> str:
        return f"{_of(expr.func.__name__)}({', '.join(map(self._print, expr.args))})"


def _identifier(name: str) -> str:
    """A name that Python can have and SymPy has not."""
    plain = re.sub(r"\W+", "_", name.replace("'", "_prime")).strip("_")
    plain = plain if plain.isidentifier() else f"x_{plain}"
    return f"{plain}_" if hasattr(sympy, plain) or keyword.iskeyword(plain) or plain == "formula" else plain


def _of(name: str) -> str:
    """The name of a function, which may be that of a symbol, too."""
    return f"{_identifier(name).rstrip('_')}_of"
