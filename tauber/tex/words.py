"""Words, with formulas in one line among them, as LaTeX's text mode prints them."""

from __future__ import annotations


def escaped(text: str) -> str:
    r"""Words in LaTeX.

    >>> print(escaped("L_P is 5 % of a^2"))
    L\_P is 5 \% of a\textasciicircum{}2
    """
    signs = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    signs |= {sign: f"${sign}$" for sign in "<>|"} | {s: f"\\{s}" for s in "#$%&_{}"}
    return "".join(signs.get(sign, sign) for sign in text)


def beside_mathematics(text: str) -> str:
    """Words in LaTeX, mathematics between dollars as it is."""
    return "$".join(part if n % 2 else escaped(part) for n, part in enumerate(text.split("$")))
