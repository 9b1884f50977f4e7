"""Monomials in several scales, with exact constants: what asymptotic expansions are made of.

A monomial is ``c * x_1^{e_1} * x_2^{e_2} ...``: a constant, named scales (``kappa``, ``eta``, ``d``, ``v``,
``gamma``, ``t``, ...) with exponents that are exact expressions in the parameters, and the ``origin`` of the term:
the labels of the poles that made it. Sums are tuples of monomials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Integer, cancel, gamma, sympify


@dataclass(frozen=True)
class Monomial:
    """One term of an expansion; see the module."""

    constant: Expr
    exponents: Mapping[str, Expr] = field(default_factory=dict)
    origin: tuple[str, ...] = ()
    logs: int = 0

    def __getitem__(self, scale: str) -> Expr:
        return self.exponents.get(scale, Integer(0))

    def __mul__(self, other: Monomial) -> Monomial:
        scales = dict.fromkeys([*self.exponents, *other.exponents])
        return Monomial(
            self.constant * other.constant, {x: cancel(self[x] + other[x]) for x in scales}, self.origin + other.origin
        )

    def substitute(self, scale: str, value: Monomial) -> Monomial:
        """Put a monomial in place of a scale: ``x -> c y^e`` (its origin does not count)."""
        power = self[scale]
        rest = Monomial(self.constant, {x: e for x, e in self.exponents.items() if x != scale}, self.origin)
        return rest * Monomial(value.constant**power, {x: cancel(e * power) for x, e in value.exponents.items()})


def power(scale: str, exponent: Expr | int = 1, constant: Expr | int = 1) -> Monomial:
    """The monomial ``constant * scale^exponent``."""
    return Monomial(sympify(constant), {scale: sympify(exponent)})


def is_analytic(exponent: Expr) -> bool:
    """Whether ``eta^exponent`` is an integer power >= 0 identically: its inverse Laplace transform is then zero."""
    return bool(exponent.is_Integer and exponent >= 0)


def inverse_laplace(term: Monomial, variable: str, time: str) -> Monomial:
    """Termwise inversion ``eta^e -> t^{-e-1} / Gamma(-e)``, zero being the analytic powers."""
    e = term[variable]
    rest = Monomial(term.constant / gamma(-e), {x: k for x, k in term.exponents.items() if x != variable}, term.origin)
    return rest * power(time, -e - 1)
