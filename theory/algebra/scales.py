"""Monomials in several scales, with exact constants: what asymptotic expansions are made of.

A monomial is ``c * x_1^{e_1} * x_2^{e_2} ...``: a constant, named scales (``kappa``, ``eta``, ``d``, ``v``,
``gamma``, ``t``, ...) with exponents that are exact expressions in the parameters, and the ``origin`` of the term:
the labels of the poles that made it. Sums are tuples of monomials. At a resonance a monomial carries ``(log x)^logs``
of its small or large scale x; operations keep the leading power of the logarithm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sympy import Expr, Integer, Symbol, binomial, diff, gamma, pi, sin, sympify

from .rational import reduced


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
        return Monomial(
            self.constant * other.constant,
            {x: reduced(self[x] + other[x]) for x in dict.fromkeys([*self.exponents, *other.exponents])},
            self.origin + other.origin,
            self.logs + other.logs,
        )

    def substitute(self, scale: str, value: Monomial) -> Monomial:
        """Put a monomial in place of a scale: ``x -> c y^e`` (its origin does not count), ``log x -> e log y``."""
        power = self[scale]
        rest = Monomial(self.constant, {x: e for x, e in self.exponents.items() if x != scale}, self.origin, self.logs)
        if self.logs:
            (stretch,) = value.exponents.values()  # more than one scale has no single logarithm
            rest = replace(rest, constant=rest.constant * stretch**self.logs)
        return rest * Monomial(
            _raised(value.constant, power), {x: reduced(e * power) for x, e in value.exponents.items()}
        )


def _raised(constant: Expr, exponent: Expr) -> Expr:
    """A power of a positive constant, which may be a power itself: what stands for a scale is positive."""
    if constant.is_Pow:
        return constant.base ** reduced(constant.exp * exponent)
    return constant**exponent


def merged(terms: Iterable[Monomial]) -> tuple[Monomial, ...]:
    """The same sum with equal powers added up, each with the origin of its first term."""
    found: dict[tuple[frozenset[tuple[str, Expr]], int], Monomial] = {}
    for m in terms:
        key = (frozenset((x, e) for x, e in m.exponents.items() if e != 0), m.logs)
        found[key] = replace(found[key], constant=found[key].constant + m.constant) if key in found else m
    return tuple(found.values())


def power(scale: str, exponent: Expr | int = 1, constant: Expr | int = 1) -> Monomial:
    """The monomial ``constant * scale^exponent``."""
    return Monomial(sympify(constant), {scale: sympify(exponent)})


def is_analytic(term: Monomial, variable: str) -> bool:
    """Whether the power of a variable is an integer >= 0 identically: its inverse Laplace transform is then zero."""
    e = term[variable]
    return bool(e.is_Integer and e >= 0 and not term.logs)


def inverse_laplace(term: Monomial, variable: str, time: str) -> Monomial:
    """Termwise inversion ``eta^e -> t^{-e-1} / Gamma(-e)``, zero being the analytic powers.

    A logarithm in eta is one in t, or, at an integer e >= 0, one power less of it: see `inverse_factors`.
    """
    e = term[variable]
    factors = inverse_factors(e, term.logs)
    logs = max((n for n, factor in enumerate(factors) if factor != 0), default=0)
    rest = {x: k for x, k in term.exponents.items() if x != variable}
    return Monomial(term.constant * factors[logs], rest, term.origin, logs) * power(time, -e - 1)


def inverse_factors(e: Expr | Fraction, logs: int) -> list[Expr]:
    """Factors of ``t^{-e-1} (log t)^l``, l = 0 ... logs, in the inverse Laplace transform of ``s^e (log s)^logs``.

    It is the derivative ``(d/de)^logs`` of ``t^{-e-1}/Gamma(-e)``, with ``1/Gamma(-x) = -sin(pi x) Gamma(1+x)/pi``
    where x > -1.
    """
    e = sympify(e)
    if logs == 0:
        return [Integer(0) if e.is_Integer and e >= 0 else 1 / gamma(-e)]
    x = Symbol("x")
    reciprocal = -sin(pi * x) * gamma(1 + x) / pi if e > -1 else 1 / gamma(-x)
    return [binomial(logs, n) * Integer(-1) ** n * diff(reciprocal, x, logs - n).subs(x, e) for n in range(logs + 1)]
