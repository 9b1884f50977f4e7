"""The power law behind a product of gamma functions: ``Gamma(c l + p)/Gamma(c l + q) ~ (c l)^{p-q}`` for large l."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, Symbol, gamma

from ..errors import AssumptionError


@dataclass(frozen=True)
class Decay:
    """``constant * l^-exponent`` on every ``step``-th degree; the others vanish."""

    constant: Expr
    exponent: Expr
    step: int = 1


def leading_power(expression: Expr, variable: Symbol) -> tuple[Expr, Expr]:
    """``(A, gamma)`` with ``expression ~ A variable^-gamma``, the absolute value of an alternating sign being taken.

    Raises:
        AssumptionError: the expression is no sum of products of gamma functions and powers that balance.

    >>> l = Symbol("l", positive=True)
    >>> leading_power(3*gamma(2*l + 1)/gamma(2*l + 4)/(l + 7), l)
    (3/8, 4)
    """
    if isinstance(expression, Add):
        parts = [leading_power(part, variable) for part in expression.args]
        least = min(exponent for _, exponent in parts)
        return Add(*(constant for constant, exponent in parts if exponent == least)).simplify(), least
    if any(factor.is_Add and not factor.is_polynomial(variable) for factor in Mul.make_args(expression)):
        return leading_power(expression.expand(mul=True, power_base=False, power_exp=False), variable)
    constant, power = Integer(1), Integer(0)
    growth: dict[Expr, Expr] = {}
    for factor in Mul.make_args(expression):
        base, e = factor.as_base_exp()
        if not factor.has(variable):
            constant *= factor
        elif isinstance(base, gamma):
            slope, shift = _linear(base.args[0], variable)
            growth[slope] = growth.get(slope, Integer(0)) + e
            constant *= slope ** (e * shift)
            power += e * shift
        elif base.is_polynomial(variable) and not e.has(variable):
            lead = base.as_poly(variable)
            constant *= lead.LC() ** e
            power += lead.degree() * e
        elif base != -1:  # an alternating sign
            raise AssumptionError(f"{factor} is neither a gamma function nor a power of {variable}")
    if any(total != 0 for total in growth.values()):
        raise AssumptionError(f"{expression} is no power law for large {variable}")
    return constant.simplify(), -power


def _linear(argument: Expr, variable: Symbol) -> tuple[Expr, Expr]:
    slope = argument.expand().coeff(variable, 1)
    return slope, (argument - slope * variable).expand()
