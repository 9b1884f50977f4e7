"""SymPy's presentation MathML, with functions under their own names: SymPy writes ``L(D)`` as ``l(D)``."""

from __future__ import annotations

from typing import Any

from sympy.printing.mathml import MathMLPresentationPrinter


class Printer(MathMLPresentationPrinter):
    """A printer of formulas."""

    def _print_AppliedUndef(self, expr: Any) -> Any:
        row, name = self.dom.createElement("mrow"), self.dom.createElement("mi")
        name.appendChild(self.dom.createTextNode(expr.func.__name__))
        row.appendChild(name)
        for n, argument in enumerate(expr.args):
            row.appendChild(self._sign("," if n else "("))
            row.appendChild(self._print(argument))
        row.appendChild(self._sign(")"))
        return row

    def _print_Kept(self, expr: Any) -> Any:
        return self._print(expr.number)

    def _sign(self, sign: str) -> Any:
        found = self.dom.createElement("mo")
        found.appendChild(self.dom.createTextNode(sign))
        return found
