r"""Exact constants of the optimum with label noise and the best step size, for 2 alpha > 1.

**The loss.** As f grows the best step size falls, so that the kernel norm vanishes and terms of the transient are those
of gradient flow, in t = 2 tau. A step size ``gamma (1 - t/n)^m`` is ``gamma (u/tau)^mu`` at the time to go u, mu =
m/(m+1) and ``tau = gamma n/(m+1)``; to first order in gamma the labels add

    sigma^2 sum lambda^2 int_0^tau gamma(u) e^{-2 lambda u} du  =  sigma^2 gamma tau^-nu c
    mu < 1 - q    nu = mu        c = Gamma(1+mu) 2^{-1-mu} Z(1-mu)                the end decides
    mu > 1 - q    nu = 1 - q     c = q Gamma(2-q) 2^{q-2}/(mu + q - 1)            the whole, inside the window

with Z the zeta function of the eigenvalues, q = 1/(2 alpha): ``c = Z(1)/2`` for a constant step size.

**Optimum.** Where beta > 1/2 three monomials in (d, gamma, tau) tie under ``d tau/gamma = f/(m+1)``: closed form by the
weighted inequality (`optimum.geometric`). Where beta < 1/2 descent meets the level at the end of the window, ``t = x
d^{2 alpha}``, with the crossover function Psi: ``P = L d^-s Psi(x) + M x^{1-nu} d^n/f``, n = 2 alpha (1-nu) + 1, is
least in d for ``s L d^-s Psi = n M x^{1-nu} d^n/f`` and then where ``x^{(1-nu) s/n} Psi(x)`` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Matrix, Rational, Symbol, gamma, zeta

from ...algebra.number import number
from ...algebra.powers import raised
from ...errors import NoConstant
from ...optimum.geometric import PowerTerm, least
from ..crossover import scaled_minimum
from ..plrf import model
from ..plrf.constants import STEP
from ..plrf.exact import ExactLaw, Setting
from ..plrf.noise import NORM, SIGMA
from ..plrf.optimum import crossover_gap
from . import phases, terms
from .training import Training

_X, _PSI = Symbol("x_star", positive=True), Symbol("Psi_star", positive=True)
DIGITS = 20


@dataclass(frozen=True)
class BestConstants:
    """``P* = loss f^-y (1 + O(f^-correction))``, ``d* = d f^x``, ``gamma* = step f^-g``, exact in sigma.

    Where ``weight`` is given they contain ``x_star``, the place of the least value of ``x^weight Psi(x)``, and
    ``Psi_star``, Psi there; the law is whose crossover function that is.
    """

    loss: Expr
    d: Expr
    step: Expr
    correction: Rational
    weight: Rational | None
    law: ExactLaw

    def values(self, sigma: Rational) -> tuple[Any, Any, Any]:
        """All three as numbers; the minimum over the crossover function takes a second."""
        ctx, known = self.law.context, {SIGMA: sigma}
        star: dict[Symbol, Any] = {}
        if self.weight is not None:
            place, value = scaled_minimum(self.law.crossover, number(ctx, self.weight), self.law.digits)
            star = {_X: place, _PSI: value}
        return tuple(_evaluate(ctx, e.subs(known), star) for e in (self.loss, self.d, self.step))


def _evaluate(ctx: Any, expression: Expr, star: dict[Symbol, Any]) -> Any:
    """A product of powers of the two names and an exact number."""
    total = ctx.mpf(1)
    powers = expression.as_powers_dict() if star else {}
    rest = expression
    for name, value in star.items():
        total *= value ** number(ctx, powers.get(name, Integer(0)))
        rest = rest.subs(name, 1)
    return total * number(ctx, rest)


def best_constants(training: Training, alpha: Rational, beta: Rational, digits: int = DIGITS) -> BestConstants:
    """The constants of an optimum at a point.

    Raises
    ------
    NoConstant
        Another training than label noise of constant variance with a free step size, constant or with a cool-down; or
        a point where they are not derived.
    """
    plain = Training("free", Rational(0), training.cooldown)
    if training != plain or training.cooldown == "best":
        raise NoConstant(
            "constants of the optimum are derived for constant label noise and a constant step or cool-down"
        )
    if not (2 * alpha > 1 and beta > 0):
        raise NoConstant("constants of the optimum are derived for 2 alpha > 1 and beta > 0")
    found = phases.optimum(training, alpha, beta)
    if found.phase is None or found.loss_exponent is None:
        raise NoConstant("on a boundary the constants are not derived")
    kinds = {name.split()[0] for name in found.tradeoff}
    law = ExactLaw(Setting(alpha, beta), order=0, digits=digits)
    q, power = 1 / (2 * alpha), training.cooldown or Integer(0)
    noise, fall = noise_left(alpha, power)
    correction = _correction(training, alpha, beta, found.exponents, found.loss_exponent)
    if kinds == {"F_pp", "F_ac", "noise"}:
        loss, d, step = _inside(law, noise, fall, power, found.loss_exponent, found.exponents)
        return BestConstants(loss, d, step, correction, None, law)
    if kinds == {"F_0", "F_pp", "noise"} and fall < 1 - q:
        return _at_the_end(law, noise, fall, power, correction)
    raise NoConstant("here the noise meets the end of the window, and its constant is not derived")


def noise_left(alpha: Rational, power: Rational) -> tuple[Expr, Rational]:
    """``c sigma^2`` and nu of ``gamma tau^-nu c sigma^2``, what a cool-down with this power leaves of the label noise.

    Raises
    ------
    NoConstant
        A logarithm comes in.
    """
    q, mu = 1 / (2 * alpha), power / (power + 1)
    if mu == 1 - q:
        raise NoConstant("at m = 2 alpha - 1 the noise has a logarithm")
    if mu < 1 - q:
        size = gamma(1 + mu) * Integer(2) ** (-1 - mu) * zeta((1 - mu) / q)
        return SIGMA**2 * size, mu
    return SIGMA**2 * q * gamma(2 - q) * Integer(2) ** (q - 2) / (mu + q - 1), 1 - q


def _inside(
    law: ExactLaw, noise: Expr, fall: Rational, power: Rational, loss_exponent: Rational, exponents: Any
) -> tuple[Expr, Expr, Expr]:
    """Three monomials in (d, gamma, tau); constants of gradient flow are those at gamma = 1, where t = 2 tau = 2 r."""
    rows = [PowerTerm(noise, (Integer(0), Integer(1), -fall), Integer(0))]
    for name in ("F_pp", "F_ac"):
        term = law.term(name)
        flow = term.constant.subs({NORM: 0, STEP: 1})
        rows.append(PowerTerm(flow, (term.d, Integer(0), term.r), Integer(0)))
    budget = (Integer(1), Integer(-1), Integer(1))
    system = Matrix([[row.exponents[k] for row in rows] for k in range(3)])
    shares = system.LUsolve(Matrix([-loss_exponent * b for b in budget]))
    loss, sizes = least([PowerTerm(r.constant, r.exponents, w) for r, w in zip(rows, shares, strict=True)], budget)
    grown = [-loss_exponent, exponents["d"], exponents["gamma"]]
    made = (c * raised(power + 1, -e) for c, e in zip((loss, sizes[0], sizes[1]), grown, strict=True))
    return tuple(made)


def _at_the_end(law: ExactLaw, noise: Expr, fall: Rational, power: Rational, correction: Rational) -> BestConstants:
    """The crossover function and the noise, as in the module's introduction."""
    alpha, s = law.setting.alpha, -law.crossover.d_exponent
    level = law.crossover_amplitude.subs(NORM, 0)
    n = 2 * alpha * (1 - fall) + 1
    size = noise * (power + 1) * raised(_X / 2, 1 - fall)  # M x^{1-nu}
    d = raised(s * level * _PSI / (n * size), 1 / (n + s))
    step = (power + 1) * _X / 2 * raised(d, 2 * alpha + 1)
    loss = level * _PSI * raised(d, -s) * (1 + s / n)
    return BestConstants(_powers(loss), _powers(d), _powers(step), correction, (1 - fall) * s / n, law)


def _powers(expression: Expr) -> Expr:
    """The same as one product of powers."""
    from sympy import expand_power_base, powdenest, powsimp

    return powsimp(powdenest(expand_power_base(expression, force=True), force=True))


def _correction(
    training: Training, alpha: Rational, beta: Rational, exponents: Any, loss_exponent: Rational
) -> Rational:
    """The next part of the loss at the optimum, relative to it: a term, the step size itself, or 1/d and the like."""
    at = {terms.alpha: alpha, terms.beta: beta}
    x, g = exponents["d"], -exponents["gamma"]
    time = exponents["tau"]
    sizes = [
        -sum((part.monomial[k] * exponents[k] for k in ("d", "gamma", "tau")), Integer(0)).subs(at) - loss_exponent
        for part in phases.loss(training)
    ]
    gap = crossover_gap({model.alpha: alpha, model.beta: beta})
    sizes += [g, gap * x, x - time / (2 * alpha)]
    return min(size for size in sizes if size > 0)
