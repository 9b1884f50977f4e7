r"""Exact constants of the optimum with the best step size.

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

**For 2 alpha < 1** and beta > 1/2 three monomials tie with and without label noise (`narrow`), in closed form, too.
Without label noise for 2 alpha > 1, and for beta < 1/2, the best step size is a number times its limit, no power of f:
constants are those at a step size that is given (`plrf.optimum`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Expr, Integer, Matrix, Rational, Symbol, gamma, zeta

from ...algebra.number import number
from ...algebra.powers import raised
from ...errors import NoConstant
from ...optimum.geometric import PowerTerm, least
from ...optimum.problem import OptimumAt
from ...spectra.likeness import largest_pole
from ...spectra.zeta import SpectralAssumption, SpectralZeta
from ..crossover import scaled_minimum
from ..plrf.constants import STEP
from ..plrf.exact import ExactLaw, Setting
from ..plrf.noise import NORM, SIGMA
from . import narrow, phases
from .corrections import correction_rates
from .training import Training

_X, _PSI = Symbol("x_star", positive=True), Symbol("Psi_star", positive=True)
DIGITS = 20
_INSIDE = {"F_pp", "F_ac", "noise"}


@dataclass(frozen=True)
class BestConstants:
    """``P* = loss f^-y (1 + O(f^-correction))``, ``d* = d f^x``, ``gamma* = step f^-g``, exact in sigma.

    The order of the correction is not derived of a spectrum that is no power law.

    Where ``weight`` is given they contain ``x_star``, the place of the least value of ``x^weight Psi(x)``, and
    ``Psi_star``, Psi there; the law is whose crossover function that is. For 2 alpha < 1 they contain ``R = v/d``.
    """

    loss: Expr
    d: Expr
    step: Expr
    correction: Rational | None
    weight: Rational | None = None
    law: ExactLaw | None = None
    digits: int = DIGITS

    def values(self, sigma: Rational, ratio: Rational | None = None) -> tuple[Any, Any, Any]:
        """All three as numbers, of v/d for 2 alpha < 1; the minimum over the crossover function takes a second."""
        known = {SIGMA: sigma} | ({} if ratio is None else {narrow.RATIO: ratio})
        ctx = mpmath.mp.clone()
        ctx.dps = self.digits
        star: dict[Symbol, Any] = {}
        if self.law is not None and self.weight is not None:
            ctx = self.law.context
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


def best_constants(
    training: Training,
    alpha: Rational,
    beta: Rational,
    digits: int = DIGITS,
    spectrum: SpectralAssumption | None = None,
) -> BestConstants:
    """The constants of an optimum at a point, of the power law or of a spectrum that is like it there.

    Raises
    ------
    NoConstant
        Another training than a free step size, constant or with a cool-down, without label noise or with one of
        constant variance; or a point where they are not derived.
    """
    training = training.of_samples
    if training.batch is not None:
        raise NoConstant(
            "constants of the optimum are not derived where the batch grows: steps then are as long as the largest "
            "eigenvalue allows, and what they learn is no gradient flow"
        )
    if training not in (Training("free"), Training("free", Rational(0), training.cooldown)):
        raise NoConstant(
            "constants of the optimum are derived for a free step size, constant or with a cool-down, without label "
            "noise or with constant label noise"
        )
    if training.cooldown == "best":
        raise NoConstant(
            "constants of the optimum with constant label noise are derived for a cool-down of given power"
        )
    if not beta > 0:
        raise NoConstant("constants of the optimum are derived for beta > 0")
    found = phases.optimum(training, alpha, beta)
    if found.phase is None or found.loss_exponent is None:
        raise NoConstant("on a boundary the constants are not derived")
    if spectrum is not None and not (2 * alpha > 1 and {name.split()[0] for name in found.tradeoff} == _INSIDE):
        raise NoConstant(
            "for a spectrum that is no power law constants of the optimum are derived where three terms tie inside the "
            "window; elsewhere they need the whole crossover at its end, or the modes cut at v, of this spectrum"
        )
    if 2 * alpha < 1:
        return _narrow(training, alpha, beta, found, digits)
    if training.label_noise is None:
        raise NoConstant(
            "without label noise, for 2 alpha > 1, the best step size is a number times its limit, no power of f: give "
            "the step size as a number, and derive has the constants"
        )
    kinds = {name.split()[0] for name in found.tradeoff}
    law = ExactLaw(Setting(alpha, beta, spectrum=spectrum), order=0, digits=digits)
    q, power = 1 / (2 * alpha), _cooling(training)
    noise, fall = noise_left(alpha, power, None if spectrum is None else spectrum.capacity)
    correction = _corrections(training, alpha, beta)[0] if spectrum is None else None
    if kinds == _INSIDE:
        loss, d, step = _inside(law, noise, fall, power, found)
        return BestConstants(loss, d, step, correction, None, law, digits)
    if kinds == {"F_0", "F_pp", "noise"} and fall < 1 - q:
        return _at_the_end(law, noise, fall, power, correction)
    raise NoConstant("here the noise meets the end of the window, and its constant is not derived")


def noise_left(alpha: Rational, power: Rational, modes: SpectralZeta | None = None) -> tuple[Expr, Rational]:
    """``c sigma^2`` and nu of ``gamma tau^-nu c sigma^2``, what a cool-down with this power leaves of the label noise.

    Of other modes than those of the power law Z is their zeta function, and its residue stands for the q before Gamma.

    Raises
    ------
    NoConstant
        A logarithm comes in.
    """
    q, mu = 1 / (2 * alpha), power / (power + 1)
    if mu == 1 - q:
        raise NoConstant("at m = 2 alpha - 1 the noise has a logarithm")
    if mu < 1 - q:
        total = zeta((1 - mu) / q) if modes is None else modes.value(1 - mu)
        return SIGMA**2 * gamma(1 + mu) * Integer(2) ** (-1 - mu) * total, mu
    residue = q if modes is None else largest_pole(modes).residue
    return SIGMA**2 * residue * gamma(2 - q) * Integer(2) ** (q - 2) / (mu + q - 1), 1 - q


def _cooling(training: Training) -> Rational:
    """The power of a cool-down, 0 for a constant step size."""
    assert training.cooldown != "best"  # refused
    return training.cooldown or Integer(0)


def _narrow(training: Training, alpha: Rational, beta: Rational, found: OptimumAt, digits: int) -> BestConstants:
    """2 alpha < 1: three monomials where head modes decide, else the end of the window."""
    if "F_0 of head modes" not in found.tradeoff:
        what = "noise" if training.label_noise is not None else "kernel, at a step size of the order of its limit,"
        raise NoConstant(
            f"for 2 alpha < 1 and beta < 1/2 the {what} meets the end of the window: no constant is derived"
        )
    power = _cooling(training)
    rows = []
    for m in narrow.tied_terms(alpha, beta, found.tradeoff, spread=(power + 1) / (2 * power + 1)):
        row = PowerTerm(m.constant, (m["d"], m["gamma"], m["tau"]), Integer(0))
        if m.origin == ("noise of the memory",):  # of a cool-down
            noise, fall = noise_left(alpha, power)
            row = PowerTerm(noise, (Integer(0), Integer(1), -fall), Integer(0))
        rows.append(row)
    loss, d, step = _tied(rows, power, found)
    (correction,) = _corrections(training, alpha, beta)
    return BestConstants(loss, d, step, correction, digits=digits)


def _inside(law: ExactLaw, noise: Expr, fall: Rational, power: Rational, found: OptimumAt) -> tuple[Expr, ...]:
    """Constants of gradient flow are those at gamma = 1, where t = 2 tau = 2 r."""
    rows = [PowerTerm(noise, (Integer(0), Integer(1), -fall), Integer(0))]
    for name in ("F_pp", "F_ac"):
        term = law.term(name)
        flow = term.constant.subs({NORM: 0, STEP: 1})
        rows.append(PowerTerm(flow, (term.d, Integer(0), term.r), Integer(0)))
    return _tied(rows, power, found)


def _tied(rows: list[PowerTerm], power: Rational, found: OptimumAt) -> tuple[Expr, ...]:
    """Three monomials in (d, gamma, tau) of one order: constants of the loss, of d and of the step size."""
    assert found.loss_exponent is not None  # the point lies inside a phase
    budget = (Integer(1), Integer(-1), Integer(1))
    system = Matrix([[row.exponents[k] for row in rows] for k in range(3)])
    shares = system.LUsolve(Matrix([-found.loss_exponent * b for b in budget]))
    loss, sizes = least([PowerTerm(r.constant, r.exponents, w) for r, w in zip(rows, shares, strict=True)], budget)
    grown = [-found.loss_exponent, found.exponents["d"], found.exponents["gamma"]]
    return tuple(c * raised(power + 1, -e) for c, e in zip((loss, sizes[0], sizes[1]), grown, strict=True))


def _at_the_end(law: ExactLaw, noise: Expr, fall: Rational, power: Rational, correction: Rational) -> BestConstants:
    """The crossover function and the noise, as in the module's introduction."""
    alpha, s = law.setting.alpha, -law.crossover.d_exponent
    level = law.crossover_amplitude.subs(NORM, 0)
    n = 2 * alpha * (1 - fall) + 1
    size = noise * (power + 1) * raised(_X / 2, 1 - fall)  # M x^{1-nu}
    d = raised(s * level * _PSI / (n * size), 1 / (n + s))
    step = (power + 1) * _X / 2 * raised(d, 2 * alpha + 1)
    loss = level * _PSI * raised(d, -s) * (1 + s / n)
    return BestConstants(_powers(loss), _powers(d), _powers(step), correction, (1 - fall) * s / n, law, law.digits)


def _powers(expression: Expr) -> Expr:
    """The same as one product of powers."""
    from sympy import expand_power_base, powdenest, powsimp

    return powsimp(powdenest(expand_power_base(expression, force=True), force=True))


def _corrections(training: Training, alpha: Rational, beta: Rational, count: int = 1) -> tuple[Rational, ...]:
    """The next orders of the loss at the optimum, relative to it."""
    rates = correction_rates(training, alpha, beta, count, finite_modes=bool(2 * alpha < 1))
    return tuple(Rational(w.numerator, w.denominator) for w in rates)
