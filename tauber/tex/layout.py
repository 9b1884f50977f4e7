r"""LaTeX that fits any column: tables that break over pages, displays that break, long products as shorter ones.

Nothing is shrunk. A table is a ``longtable`` with the rules of booktabs, whose head stands on every page; one that is
too wide for a page has a line for each of its cells. In two columns ``longtable`` does not work, and few tables would
fit: there the same rows are blocks of lines between rules. The file decides by the class that inputs it. A display is
a centred paragraph, in which TeX itself breaks a formula at its relations and at ``+`` and ``-``; a product too long
for a column becomes a product of fractions, which breaks at its dots.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Add, Expr, Integer, Integral, Mul, Pow, Rational, Sum, factorint, log

from ..formulas import normal, tex
from ..seal import sealed, unsealed, writing
from .plain import SIGNS, sides
from .widths import columns, width

_LONG = 11.3  # em: of the narrowest column of article, beside the number, with brackets, a power and a dot
_MANY = 10**12  # an integer that is written by its prime factors
_PAGE, _BETWEEN = 32.5, 1.25  # em: the narrowest page of the class article, and what a column takes beside its text
_MOST = 9  # arguments of a macro
_SIGNS = {"=": "=", "!=": r"\ne", "<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "<=>": r"\Leftrightarrow",
          "=>": r"\Rightarrow", "and": r"\wedge"}  # fmt: skip
_NAMES = 9.0  # em: the longest name beside a cell


def table(header: Sequence[str], rows: Sequence[Sequence[str]], lead: int = 1) -> str:
    """Set rows as a table, or as blocks where there is no room; their first cells, ``lead`` of them, head a block.

    Each cell is LaTeX. In other letters than those of the model its formulas are written so already; words follow here.
    """
    header, rows = _lettered(header), list(map(_lettered, rows))
    widths = columns([list(header), *map(list, rows)], _PAGE, _BETWEEN) if len(header) <= _MOST else None
    if widths is None:
        return _wide(header, rows, lead)
    places = [f"#{n + 1}" for n in range(len(header))]
    heading, *lines = _block(header, places, lead)
    return _TABLE % {
        "arguments": "".join(places),
        "block": rf"\textbf{{{heading}}}\par" + "".join(
            rf"\ifx\relax{place}\relax\else{name}:\quad {place}\par\fi"
            for (name, _), place in zip(lines, places[lead:], strict=True)
        ),
        "row": " & ".join(places),
        "columns": "".join(map(_column, widths)),
        "head": " & ".join(name.replace(" =$", "$") for name in header),
        "rows": "\n".join(rf"\tauberrow{''.join(f'{{{cell}}}' for cell in row)}" for row in rows),
    }  # fmt: skip


def _wide(header: Sequence[str], rows: Sequence[Sequence[str]], lead: int) -> str:
    """A table with a line for each cell."""
    each, name = [], min(_NAMES, max(width(text)[0] for text in header[lead:]))
    for row in rows:
        heading, *lines = _block(header, row, lead)
        cells = [rf"\taubercell{{{name}}}{{{cell}}}" for name, cell in lines if cell]
        each.append("\n".join([rf"\tauberhead{{{heading}}}", *cells]))
    return _LINES % {
        "columns": _column(name) + _column(_PAGE - 2 * _BETWEEN - name),
        "all": _column(_PAGE - _BETWEEN),
        "rows": "\n\\tauberrule\n".join(each),
    }


def _column(wide: float) -> str:
    return rf">{{\raggedright\arraybackslash}}p{{{wide:.2f}em}}"


def _block(header: Sequence[str], row: Sequence[str], lead: int) -> tuple[Any, ...]:
    """The heading of a block, and a pair of name and cell for each other cell."""
    named = [f"{name} {cell}" if name else cell for name, cell in zip(header[:lead], row[:lead], strict=True)]
    return ", ".join(named), *zip(header[lead:], row[lead:], strict=True)


def _lettered(row: Sequence[str]) -> list[str]:
    """Cells in the letters of the output."""
    letters = writing.get()
    return list(row) if letters is None else [unsealed(letters.dollars(cell)) for cell in row]


def formula(expression: Any, **settings: Any) -> str:
    r"""A formula in the text, in the size of a display, that breaks where it must.

    >>> from sympy.abc import a, b
    >>> print(formula((a + b) / 2))
    $\displaystyle \frac{a}{2} + \frac{b}{2}$
    """
    return rf"$\displaystyle {breakable(expression, **settings)}$"


def breakable(expression: Any, **settings: Any) -> str:
    """A formula in LaTeX's mathematics and the letters of the output, its long products as products of shorter ones.

    Losses of a finite size, such as ``L_P(D)``, are symbols that stand for themselves.
    """
    letters = writing.get()
    if letters is None:
        return _broken(expression, settings)
    # as a whole: a letter that becomes a sum takes its brackets
    token = writing.set(None)
    try:
        return sealed(_broken(letters.shown(expression), settings))
    finally:
        writing.reset(token)


def _broken(expression: Any, settings: Mapping[str, Any]) -> str:
    losses = {s: s.name for s in getattr(expression, "free_symbols", ()) if "(" in s.name}
    return _pieces(expression, **{**settings, "symbol_names": losses | settings.get("symbol_names", {})})


def _pieces(expression: Any, **settings: Any) -> str:
    expression = normal(expression)
    if type(expression) in SIGNS:
        return f" {_SIGNS[SIGNS[type(expression)]]} ".join(_pieces(side, **settings) for side in sides(expression))
    if isinstance(expression, Integral):
        return _integral(expression, **settings)
    if isinstance(expression, Sum) and _length(expression, settings) > _LONG:
        (limits,) = expression.limits
        variable, first, last = (tex(limit, **settings) for limit in limits)
        return rf"\sum_{{{variable}={first}}}^{{{last}}} {_bracketed(expression.function, **settings)}"
    if _is_long_root(expression):
        return _by_primes(expression, **settings)
    if not isinstance(expression, Expr) or _length(expression, settings) <= _LONG:
        return tex(expression, **settings)
    if isinstance(expression, Add):
        written = " + ".join(_pieces(term, **settings) for term in expression.as_ordered_terms())
        return written.replace("+ -", "- ")
    if isinstance(expression, Mul):
        return r" \cdot ".join(_bracketed(part, **settings) for part in _parts(expression, settings))
    if isinstance(expression, Pow) and (expression.base.is_Add or expression.base.is_Mul):
        return rf"({_pieces(expression.base, **settings)})^{{{tex(expression.exp, **settings)}}}"
    if isinstance(expression, log):
        return rf"\log({_pieces(expression.args[0], **settings)})"
    return tex(expression, **settings)


def _integral(found: Integral, **settings: Any) -> str:
    """An integral without limits whose integrand breaks; one with limits as it is."""
    if any(len(limit) > 1 for limit in found.limits) or _length(found, settings) <= _LONG:
        return tex(found, **settings)
    variables = r" \, ".join(f"d{tex(limit[0], **settings)}" for limit in found.limits)
    return rf"\int {_bracketed(found.function, **settings)}\, {variables}"


def _is_long_root(expression: Any) -> bool:
    return bool(
        isinstance(expression, Pow)
        and isinstance(expression.base, Integer)
        and isinstance(expression.exp, Rational)
        and abs(expression.base) > _MANY
    )


def _by_primes(root: Pow, **settings: Any) -> str:
    """A root of a large integer as powers of its prime factors, those of no prime below 10^5 together."""
    factors = factorint(root.base, limit=10**5)
    powers = [Pow(Integer(prime), root.exp * times, evaluate=False) for prime, times in factors.items()]
    return r" \cdot ".join(tex(power, **settings) for power in powers)


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
    """A factor of a product."""
    if part.is_Add:
        return rf"({_pieces(part, **settings)})"
    if part.is_Pow or isinstance(part, Mul | Integral | Sum | log):
        return _pieces(part, **settings)
    return tex(part, **settings)


def _parts(product: Any, settings: dict[str, Any]) -> list[Any]:
    """Factors of a product gathered, in their order, into parts that are short, where the factors are."""
    parts: list[Any] = []
    for factor in product.as_ordered_factors():
        if _is_long_root(factor) or isinstance(factor, Integral | Sum):
            parts.append(factor)
            continue
        joined = parts[-1] * factor if parts else factor
        if parts and not _is_long_root(parts[-1]) and _length(joined, settings) <= _LONG:
            parts[-1] = joined
        else:
            parts.append(factor)
    return parts


def _length(expression: Any, settings: dict[str, Any]) -> float:
    """How wide a formula is, in em."""
    return width(f"${tex(expression, **settings)}$")[0]


_TABLE = r"""\begingroup\makeatletter
\if@twocolumn %% longtable needs one column: a block for each row
\raggedright\parindent0pt\parskip3pt\relax
\def\tauberrow%(arguments)s{%(block)s\smallskip\hrule\smallskip}
\def\taubertable{\smallskip\hrule\smallskip}\def\endtaubertable{}
\else
\def\tauberrow%(arguments)s{%(row)s \\}
\def\taubertable{\begin{longtable}{%(columns)s}
  \toprule %(head)s \\ \midrule \endhead \bottomrule \endfoot}
\def\endtaubertable{\end{longtable}}
\fi
\taubertable
%(rows)s
\endtaubertable
\endgroup
"""
_LINES = r"""\begingroup\makeatletter
\if@twocolumn %% longtable needs one column: a block for each row
\raggedright\parindent0pt\parskip3pt\relax
\def\tauberhead#1{\textbf{#1}\par}\def\taubercell#1#2{#1:\quad #2\par}
\def\tauberrule{\smallskip\hrule\smallskip}\let\taubertable\tauberrule\let\endtaubertable\tauberrule
\else
\def\tauberhead#1{\multicolumn{2}{%(all)s}{\textbf{#1}} \\*}\def\taubercell#1#2{#1 & #2 \\}
\def\tauberrule{\midrule}
\def\taubertable{\begin{longtable}{%(columns)s} \toprule \endhead \bottomrule \endfoot}
\def\endtaubertable{\end{longtable}}
\fi
\taubertable
%(rows)s
\endtaubertable
\endgroup
"""
