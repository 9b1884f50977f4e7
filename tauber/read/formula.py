"""Formulas as people type them, ``d^(-2*alpha)*r``, read exactly and without running anything.

Python's parser makes the tree, of which only arithmetic is allowed: numbers, names, + - * / ^ and brackets. What a name
may be is said by whoever asks; words of Python's, such as lambda, are names like others.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from .quoted import unusual

if TYPE_CHECKING:
    from sympy import Expr

_AS_NAME = "__word"  # after a word of Python's, so that its parser reads a name
_WORDS = re.compile(rf"\b({'|'.join(keyword.kwlist)})\b")
LONGEST = 1000
"""Characters of a formula."""
LARGEST_POWER = 100
LARGEST_BITS = 10_000
"""Of a number on the way; beyond, someone wants to fill the memory."""

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def formula(what: str, text: str, names: Mapping[str, Any], *, roots: bool = False) -> Expr:
    """Read a formula.

    Parameters
    ----------
    what
        What the text is, for the message of a refusal.
    names
        The symbols that may be in it, by their names.
    roots
        Whether powers may be other than whole numbers.

    Raises
    ------
    BadInput
        It is no arithmetic, has another name, or divides by zero.

    >>> from sympy.abc import alpha
    >>> formula("The exponent", "1.5*alpha^2 - 1/2", {"alpha": alpha})
    3*alpha**2/2 - 1/2
    >>> formula("The step size", "d^(-1/2)", {"d": 100}, roots=True)
    1/10
    """
    return _read(what, text, names, (), lambda tree: tree.value, roots)


def powers(what: str, text: str, resources: Sequence[str], names: Mapping[str, Any]) -> list[Expr]:
    """Read a product of powers of resources: the exponent of each, formulas of the given names.

    Positive numbers as factors are constants, on which no exponent depends; ``x <= y`` stands for the product ``x/y``.

    Raises
    ------
    BadInput
        It is no such product; the message says what of it is not.

    >>> from sympy.abc import alpha
    >>> powers("The term", "3*d^(-2*alpha)/r", ["d", "r"], {"alpha": alpha})
    [-2*alpha, -1]
    >>> powers("The bound", "r <= d^2", ["d", "r"], {})
    [-2, 1]
    >>> powers("The term", "lambda^2/in", ["lambda", "in"], {})
    [2, -1]
    """
    return _read(what, text, names, resources, lambda tree: tree.exponents)


class _NotArithmetic(ValueError):
    """A part of a text that is not what is allowed, in words."""


@dataclass(frozen=True)
class _Tree:
    """A part of a formula."""

    source: str
    node: ast.expr
    names: Mapping[str, Any]
    resources: Sequence[str]
    roots: bool = False

    def _part(self, node: ast.expr) -> _Tree:
        return _Tree(self.source, node, self.names, self.resources, self.roots)

    @property
    def text(self) -> str:
        return (ast.get_source_segment(self.source, self.node) or "").replace("**", "^").replace(_AS_NAME, "")

    @property
    def name(self) -> str:
        """The name that a part is."""
        assert isinstance(self.node, ast.Name)
        return self.node.id.removesuffix(_AS_NAME)

    @property
    def value(self) -> Expr:
        """The formula; 0.3 is 3/10."""
        from sympy import Rational, sympify

        node = self.node
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return Rational(Fraction(self.text))
        if isinstance(node, ast.Name):
            if self.name not in self.names:
                allowed = ", ".join(self.names) or "none"
                raise _NotArithmetic(f"'{self.name}' is not among the names that are allowed there: {allowed}")
            return sympify(self.names[self.name])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            found = self._part(node.operand).value
            return -found if isinstance(node.op, ast.USub) else found
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return self._joined(type(node.op), self._part(node.left).value, self._part(node.right).value)
        raise _NotArithmetic(
            f"'{self.text}' is no arithmetic: numbers, names, + - * / ^ and brackets are allowed"
            f"{self._no_function(self.roots)}"
        )

    def _no_function(self, roots: bool) -> str:
        """What is said of a part that is a function, such as sqrt(N), where roots are allowed or not."""
        root = "; a root is a power such as ^(1/2)" if roots else ""
        return f" (no functions{root})" if isinstance(self.node, ast.Call) else ""

    def _joined(self, operation: type, left: Expr, right: Expr) -> Expr:
        if operation is ast.Pow and not (self.roots or right.is_Integer):
            raise _NotArithmetic(f"the power in '{self.text}' is no whole number up to {LARGEST_POWER}")
        if operation is ast.Pow and right.is_number and abs(right) > LARGEST_POWER:
            raise _NotArithmetic(f"the power in '{self.text}' is beyond {LARGEST_POWER}")
        if (right == 0 and operation is ast.Div) or (left == 0 and operation is ast.Pow and right < 0):
            raise _NotArithmetic(f"'{self.text}' divides by zero")
        found = _BINARY[operation](left, right)
        if found.is_real is False:
            raise _NotArithmetic(f"'{self.text}' is no real number")
        if found.is_Rational and max(int(found.p).bit_length(), int(found.q).bit_length()) > LARGEST_BITS:
            raise _NotArithmetic(f"the number '{self.text}' has too many digits")
        return found

    @property
    def exponents(self) -> list[Expr]:
        """The exponents of a product of powers."""
        from sympy import Integer

        node = self.node
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.LtE):
            return self._quotient(node.left, node.comparators[0], -1)
        if isinstance(node, ast.Compare):
            raise _NotArithmetic(f"'{self.text}' is no bound: one <= between products of powers is allowed")
        if isinstance(node, ast.Name) and self.name in self.resources:
            return [Integer(name == self.name) for name in self.resources]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            return self._quotient(node.left, node.right, 1 if isinstance(node.op, ast.Mult) else -1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and any(self._part(node.left).exponents):
            power = self._part(node.right).value
            return [x * power for x in self._part(node.left).exponents]
        self._check_constant()
        return [Integer(0)] * len(self.resources)

    def _quotient(self, one: ast.expr, other: ast.expr, sign: int) -> list[Expr]:
        pairs = zip(self._part(one).exponents, self._part(other).exponents, strict=True)
        return [x + sign * y for x, y in pairs]

    def _check_constant(self) -> None:
        used = {self._part(node).name for node in ast.walk(self.node) if isinstance(node, ast.Name)}
        known = ", ".join(self.resources)
        if used & set(self.resources):
            raise _NotArithmetic(f"'{self.text}' is no product of powers of {known}{self._no_function(True)}")
        if used:
            raise _NotArithmetic(f"its factor '{self.text}' is neither a number nor a power of {known}")
        if not self.value > 0:
            raise _NotArithmetic(f"its factor '{self.text}' is not positive")


def _read(
    what: str, text: str, names: Mapping[str, Any], resources: Sequence[str], look: Callable[[_Tree], Any],
    roots: bool = False,
) -> Any:  # fmt: skip
    """What is found in the tree of a text, its refusals in whole sentences."""
    if len(text) > LONGEST:
        raise BadInput(f"{what} has {len(text)} characters, but a formula has at most {LONGEST}.")
    remark = unusual(text, known="".join([*names, *resources]))
    source = _WORDS.sub(rf"\1{_AS_NAME}", text.strip().replace("^", "**"))
    try:
        return look(_Tree(source, ast.parse(source, mode="eval").body, names, resources, roots))
    except _NotArithmetic as error:
        raise BadInput(f"{what} was given as '{text}', but {error}{remark}.") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadInput(
            f"{what} was given as '{text}', but it must be a formula such as d^(-2*alpha){remark}."
        ) from None
