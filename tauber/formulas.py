"""How a derived formula is written, on the screen, in a picture and in LaTeX alike: one normal form of its signs.

SymPy orders the terms of a sum by degree and leaves a sign where the algebra put it, so that an exponent may read
``-(2*a - 1)/(-4*a*b + 4*b)``. Two rules make it readable:

1. *In a product* a sum of negative terms alone gives its sign to the product, and a negative product gives its sign to
   the first sum that has terms of both signs, in the numerator if there is one, else in the denominator (odd powers
   only). A product thus begins with a minus only if no sum can take it.
2. *In a sum* the terms keep SymPy's order, but for a positive one in front if there is one.

The first rule is :func:`normal`, which gives a formula equal to the one that it was given; the second is kept while
printing, by :func:`text` and :func:`tex`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Any

from sympy import Add, Basic, Mul, Pow, S, Symbol
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from .seal import sealed, writing
from .tex.mathml import Printer


def text(formula: Any) -> str:
    """Write a formula in one line, as SymPy reads it, in the letters of the output.

    >>> from sympy.abc import a, b
    >>> text(-(2 * a - 1) / (-4 * a * b - 2 * a + 4 * b))
    '(1 - 2*a)/(4*b - 4*a*b - 2*a)'
    """
    return _in_letters(formula, in_line)


def in_line(formula: Any, *, short: bool = False) -> str:
    """The same in the letters of the formula; ``short``, of a remainder its size alone, which SymPy cannot read."""
    return str((_Short() if short else _Text()).doprint(normal(formula)))


def tex(formula: Any, **settings: Any) -> str:
    r"""Write a formula in LaTeX's mathematics; ``settings`` are those of SymPy's ``latex``.

    >>> from sympy.abc import a, b
    >>> print(tex((-a - b) / (-a + b)))
    \frac{a + b}{a - b}
    """
    return _in_letters(formula, lambda found: in_latex(found, **settings))


def starred(name: str) -> str:
    r"""Write a letter at the best use of a budget in LaTeX; one with an index is in braces, as two cannot stand there.

    >>> print(starred("N"), starred("N_1"))
    N_\star {N_{1}}_\star
    """
    letter = tex(Symbol(name))
    return rf"{{{letter}}}_\star" if "_{" in letter else rf"{letter}_\star"


def equation(formula: Any) -> str:
    """Write both sides of an equation.

    >>> from sympy import Eq
    >>> from sympy.abc import a, b
    >>> equation(Eq(a - 1, b))
    'a - 1 = b'
    """
    letters = writing.get()
    found = formula if letters is None else letters.shown(formula)
    shown = " = ".join(map(in_line, found.args))
    return shown if letters is None else sealed(shown)


def in_latex(formula: Any, **settings: Any) -> str:
    """The same in the letters of the formula."""
    return str(_Tex(settings).doprint(normal(formula)))


def mathml(formula: Any) -> str:
    """Write a formula as MathML, in its own letters, without the element ``math`` around it.

    >>> from sympy.abc import a, b
    >>> mathml((1 - a) / b)
    '<mrow><mfrac><mrow><mn>1</mn><mo>-</mo><mi>a</mi></mrow><mi>b</mi></mfrac></mrow>'
    >>> mathml(a < b)
    '<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>'
    """
    made = str(_MathML().doprint(normal(formula)))
    # SymPy writes its signs as they are, and entities that XML does not know.
    made = re.sub(r"<mo>([<>])(=?)</mo>", lambda sign: f"<mo>{escape(sign[1])}{sign[2]}</mo>", made)
    return re.sub(r"&([A-Za-z]+);", lambda entity: _character(entity[0]), made)


def _character(entity: str) -> str:
    return entity if entity in ("&lt;", "&gt;", "&amp;") else unescape(entity)


def _in_letters(formula: Any, write: Callable[[Any], str]) -> str:
    """Write a formula in the letters of the output, if these are not its own, and marked as such."""
    letters = writing.get()
    if letters is None or not getattr(formula, "free_symbols", None):
        return write(formula)
    return sealed(write(letters.shown(formula)))


def normal(formula: Any) -> Any:
    """The formula with its signs in their places; what is no formula of SymPy's is given back as it is.

    >>> from sympy.abc import a
    >>> normal(-(a - 1) / a), normal((-a - 1) / a)
    ((1 - a)/a, -(a + 1)/a)
    """
    if not isinstance(formula, Basic) or not formula.args:
        return formula
    parts = [normal(part) for part in formula.args]
    if isinstance(formula, Mul):
        return _product(parts)
    return formula if tuple(parts) == formula.args else formula.func(*parts)


def _product(factors: Sequence[Any]) -> Any:
    """The product of factors in normal form, in normal form."""
    number: Any = S.One
    rest: list[Any] = []
    for factor in factors:
        base, _ = factor.as_base_exp()
        if factor.is_Number:
            number *= factor
        elif _takes_signs(factor) and _signs(base) == {True}:
            number, rest = -number, [*rest, _turned(factor)]
        else:
            rest.append(factor)
    if number.is_negative:
        takers = [factor for factor in rest if _takes_signs(factor) and len(_signs(factor.as_base_exp()[0])) == 2]
        if takers:
            first = min(takers, key=lambda factor: bool(factor.as_base_exp()[1].is_negative))  # the numerator's first
            number, rest[rest.index(first)] = -number, _turned(first)
    product = Mul(*rest)
    if number == 1:
        return product
    # A number times a sum would be multiplied out.
    return Mul(number, product, evaluate=False) if product.is_Add else Mul(number, *rest)


def _takes_signs(factor: Any) -> bool:
    """Whether a factor is an odd power of a sum."""
    base, power = factor.as_base_exp()
    return bool(base.is_Add and power.is_odd)


def _signs(total: Any) -> set[bool]:
    """Which signs the terms of a sum have: whether they are negative."""
    return {term.could_extract_minus_sign() for term in Add.make_args(total)}


def _turned(factor: Any) -> Any:
    """Minus an odd power of a sum."""
    base, power = factor.as_base_exp()
    return Pow(Add(*(-term for term in base.args)), power)


class _PositiveFirst:
    """A printer that begins a sum with a positive term where it has one."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        terms = list(super()._as_ordered_terms(expr, order=order))  # type: ignore[misc]
        first = next((n for n, term in enumerate(terms) if not term.could_extract_minus_sign()), 0)
        return [terms[first], *terms[:first], *terms[first + 1 :]]


class _Text(_PositiveFirst, StrPrinter):
    pass


class _Short(_Text):
    def _print_Order(self, expr: Any) -> str:
        return f"O({self._print(expr.expr)})"


class _Tex(_PositiveFirst, LatexPrinter):
    pass


class _MathML(_PositiveFirst, Printer):
    pass
