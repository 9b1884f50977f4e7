r"""LaTeX that fits any column: tables as blocks, displays that break, long products as shorter ones.

Nothing is shrunk. A row of a table is a block between rules, a line for each cell. A display is a centred paragraph, in
which TeX itself breaks a formula at its relations and at ``+`` and ``-``; a product too long for a column becomes a
product of fractions, which breaks at its dots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sympy import Add, Eq, Expr, Mul, Pow, fraction

from ..formulas import normal, tex

_LONG = 22  # symbols that have room in a column of two


def table(header: Sequence[str], rows: Sequence[Sequence[str]], lead: int = 1) -> str:
    """Set each row as a block; its first cells, ``lead`` of them, are the heading. Each cell is LaTeX."""
    blocks = []
    for row in rows:
        named = [f"{name} {cell}" if name else cell for name, cell in zip(header[:lead], row[:lead], strict=True)]
        cells = [rf"{name}:\quad {cell}\par" for name, cell in zip(header[lead:], row[lead:], strict=True) if cell]
        heading = ", ".join(rf"\textbf{{{part}}}" for part in named)
        blocks.append("\n".join([rf"{heading}\par", *cells]))
    ruled = "\n\\smallskip\\hrule\\smallskip\n".join(["", *blocks, ""])
    return f"{{\\raggedright\\parindent0pt\\parskip3pt\\relax{ruled}}}\n"


def formula(expression: Any, **settings: Any) -> str:
    r"""A formula in the text, in the size of a display, that breaks where it must.

    >>> from sympy.abc import a, b
    >>> print(formula((a + b) / 2))
    $\displaystyle \frac{a}{2} + \frac{b}{2}$
    """
    return rf"$\displaystyle {breakable(expression, **settings)}$"


def breakable(expression: Any, **settings: Any) -> str:
    """A formula in LaTeX's mathematics, its long products as products of shorter ones."""
    expression = normal(expression)
    if isinstance(expression, Eq):
        return " = ".join(breakable(side, **settings) for side in expression.args)
    if not isinstance(expression, Expr) or _length(expression, settings) <= _LONG:
        return tex(expression, **settings)
    if isinstance(expression, Add):
        written = " + ".join(breakable(term, **settings) for term in expression.as_ordered_terms())
        return written.replace("+ -", "- ")
    if isinstance(expression, Mul):
        return r" \cdot ".join(_bracketed(part, **settings) for part in _parts(expression, settings))
    if isinstance(expression, Pow) and (expression.base.is_Add or expression.base.is_Mul):
        return rf"({breakable(expression.base, **settings)})^{{{tex(expression.exp, **settings)}}}"
    return tex(expression, **settings)


def equation(name: str, expression: Any, **settings: Any) -> str:
    """An equation for a name in LaTeX, its right side breakable."""
    return f"{name} = {breakable(expression, **settings)}"


def loose(text: str) -> str:
    r"""Replace every display of a text by a centred paragraph, which TeX breaks as it breaks text.

    >>> print(loose(r"\[ a = b, \qquad c = d \]"))
    \begin{center}$\displaystyle a = b,$\quad $\displaystyle c = d$\end{center}
    """
    text = re.sub(r"\\\[(.*?)\\\]", lambda found: _lines(found[1]), text, flags=re.DOTALL)
    aligned = r"\\begin\{(gather|align)\*\}(.*?)\\end\{\1\*\}"
    text = re.sub(aligned, lambda found: _lines(found[2]), text, flags=re.DOTALL)
    return "{\\sloppy\n" + text.rstrip("\n") + "\\par}\n" if "\n" in text else text


def _lines(display: str) -> str:
    lines = [line.replace("&", " ").strip() for line in re.split(r"\\\\\n", display)]
    loosened = [re.sub(r"\s*\\qquad\s*", r"$\\quad $\\displaystyle ", line) for line in lines]
    return r"\begin{center}" + "\\\\[1ex]\n".join(rf"$\displaystyle {line}$" for line in loosened) + r"\end{center}"


def _bracketed(part: Any, **settings: Any) -> str:
    return (
        rf"({breakable(part, **settings)})"
        if part.is_Add
        else breakable(part, **settings)
        if part.is_Pow
        else tex(part, **settings)
    )


def _parts(product: Any, settings: dict[str, Any]) -> list[Any]:
    """Factors of a product gathered, in their order, into parts that are short, where the factors are."""
    parts: list[Any] = []
    for factor in product.as_ordered_factors():
        joined = parts[-1] * factor if parts else factor
        if parts and _length(joined, settings) <= _LONG:
            parts[-1] = joined
        else:
            parts.append(factor)
    return parts


def _length(expression: Any, settings: dict[str, Any]) -> int:
    """About how many symbols wide a formula is: the wider one of numerator and denominator."""
    above, below = fraction(expression)
    return max(_symbols(tex(above, **settings)), 0 if below == 1 else _symbols(tex(below, **settings)))


def _symbols(written: str) -> int:
    bare = re.sub(r"\\(left|right|operatorname|mathrm|begin|end|,)\b", "", written)
    return len(re.sub(r"[{}^_\s]", "", re.sub(r"\\[A-Za-z]+", "x", bare)))
