"""Exact constants of the compute optimum: ``loss* ~ l C^-y``, ``resource* ~ c C^x``.

**Inside the window**, as many terms as resources balance, and the least value of their sum is known in closed form:
`geometric.least`, with the multipliers of the linear program as shares.

**At the end of the window** (time = width level, for P = infinity) the two leading terms are limits of one function:
``L = N^{1-a} Psi(x)``, ``x = 2 t N^-b``, the crossover of the power-law random-features model without its noise (the
same equations for P = infinity: b = 2 alpha, a = 2 alpha + 2 beta; its time 2 gamma B r is 2t here). For ``C = N^n
t^m`` one has ``N = (2 C^{1/m}/x)^{1/e}``, e = b + n/m, so that ``x^{(a-1)/e} Psi(x)`` is to be minimised over x.
A spectrum with other residues has N/density in the place of N (`spectra.likeness`), and its share times the loss.

Other optima at the end of the window (data, or both sizes) need scaling functions of the double transform, which are
not derived here: no constants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Expr, Integer, Rational, Symbol, nan, zoo

from ...algebra.number import number
from ...errors import NoConstant
from ...laws import LONG, tidy
from ...optimum.geometric import PowerTerm, least
from ...optimum.plane import a, b
from ...optimum.problem import OptimumAt
from ...spectra.zeta import SpectralAssumption
from ..crossover import Crossover, scaled_minimum
from .model import like
from .phases import Budget, linear_optimum


@dataclass(frozen=True)
class OptimalConstants:
    """Constants of the optimum, exact and as numbers.

    With ``x_star`` (the place of the least ``x^power Psi(x)``) and ``psi_star = Psi(x_star)`` where it ends the window;
    None elsewhere.
    """

    loss: Expr
    resources: Mapping[str, Expr]
    loss_value: Any
    resource_values: Mapping[str, Any]
    x_star: Any = None
    psi_star: Any = None


def optimal_constants(
    source: Rational, decay: Rational, spent: Budget, found: OptimumAt, digits: int = 15,
    spectrum: SpectralAssumption | None = None,
) -> OptimalConstants:  # fmt: skip
    """The constants of an optimum that `phases.optimum` found at the same point, for a spectrum that is like it.

    With label noise they are in the symbol sigma, and the numbers are for sigma = 1.

    Raises:
        NoConstant: they are not derived: on a boundary, without a power law, or at the end of the window beyond P =
            infinity, or at a resonance.
    """
    if found.phase is None or found.loss_exponent is None:
        where = "is on a boundary, where logarithms come in" if found.phase is None else "has no power law"
        raise NoConstant(f"(a, b) = ({source}, {decay}) {where}: there are no optimal constants")
    at = {a: source, b: decay}
    best, monomials = linear_optimum(spent, at, spectrum)
    if best.unique and not best.binding and len(monomials) == len(spent.resources):
        return _balanced(at, spent, best, monomials, digits)
    if spent.resources == ("N", "t") and found.tradeoff == ("time", "width level"):
        return _at_the_end(source, decay, spent, digits, spectrum)
    raise NoConstant(
        f"the optimum {found.phase} lies at the end of the window, in the crossover of "
        f"{' and '.join(spent.resources)}: its constants are not derived"
    )


def _balanced(
    at: Mapping[Symbol, Rational], spent: Budget, best: Any, monomials: Mapping[str, Any], digits: int
) -> OptimalConstants:
    longest = max(x.q for x in at.values())
    if longest > LONG:
        raise NoConstant(
            f"constants of the optimum are written out for fractions up to /{LONG}, and a or b has one of /{longest}"
        )
    terms = []
    for name, m in monomials.items():
        if m is None or m.logs:
            raise NoConstant(f"{name} resonates for this spectrum: the constants of the optimum are not derived")
        constant = tidy(m.constant.subs(at)) * (_SIGMA**2 if name.startswith("label noise") else 1)
        if constant.has(nan, zoo):
            raise NoConstant(f"{name} resonates at this point: the constants of the optimum are not derived")
        exponents = tuple(m[x].subs(at) for x in spent.resources)
        terms.append(PowerTerm(constant, exponents, best.multipliers[name].subs(at)))
    loss, sizes = least(terms, [p for _, p in spent.powers])
    named = dict(zip(spent.resources, sizes, strict=True))
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    values = {name: number(ctx, size.subs(_SIGMA, 1)) for name, size in named.items()}
    return OptimalConstants(loss, named, number(ctx, loss.subs(_SIGMA, 1)), values)


_SIGMA = Symbol("sigma", positive=True)


def _at_the_end(
    source: Rational, decay: Rational, spent: Budget, digits: int, spectrum: SpectralAssumption | None
) -> OptimalConstants:
    n, m = (power for _, power in spent.powers)
    found = None if spectrum is None else like(spectrum)
    density, share = (Integer(1), Integer(1)) if found is None else (found.density, found.share)
    crossover = Crossover(decay / 2, (source - decay) / 2)
    ctx = mpmath.mp.clone()
    ctx.dps = digits + 5
    e = decay + n / m
    star, psi = Symbol("x_star", positive=True), Symbol("Psi_star", positive=True)
    time = 2 * density**decay  # x is this times t N^-b: N/density features do what N do for the power law
    size = (time / star) ** (1 / e)
    exact = {"N": size, "t": size ** (-n / m)}
    amplitude = share * density ** (source - 1)
    loss = amplitude * size ** (1 - source) * psi
    place, value = scaled_minimum(crossover, number(ctx, (source - 1) / e), digits)
    width = (number(ctx, time) / place) ** number(ctx, 1 / e)
    values = {"N": width, "t": width ** number(ctx, -n / m)}
    least_loss = number(ctx, amplitude) * width ** number(ctx, 1 - source) * value
    return OptimalConstants(loss, exact, least_loss, values, place, value)
