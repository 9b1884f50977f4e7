"""A point (a, b) at which laws are measured, and what measures them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Self

Value = tuple[float, float]
"""A number and its absolute error."""

Measured = tuple[tuple[float, ...], tuple[float, ...]]
"""Several numbers, and their absolute errors."""


@dataclass(frozen=True)
class Exponents:
    """Exponents of the spectrum, lambda_k = k^-b, and of the target, lambda_k w_k^2 = k^-a."""

    a: Fraction
    b: Fraction

    @classmethod
    def of(cls, a: str, b: str) -> Self:
        """A point from exact decimals or fractions."""
        return cls(Fraction(a), Fraction(b))

    def __str__(self) -> str:
        return f"a = {self.a}, b = {self.b}"

    @property
    def exact(self) -> tuple[Any, Any]:
        """The exponents as SymPy numbers."""
        from sympy import Rational

        return Rational(self.a), Rational(self.b)


def measuring(
    measures: Mapping[str, Callable[[Any, float], Value]],
) -> Callable[[str, Any, tuple[float, ...]], Measured]:
    """Measure a law by its name at a point, for several values of its variable; kept, since several claims look."""

    @cache
    def measured(name: str, point: Any, scales: tuple[float, ...]) -> Measured:
        values, errors = zip(*(measures[name](point, x) for x in scales), strict=True)
        return values, errors

    return measured
