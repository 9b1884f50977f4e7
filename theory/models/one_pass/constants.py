r"""Exact constants of the optimum with the best step size.

**The loss.** As f grows the best step size falls, so that the kernel norm vanishes and terms of the transient are those
of gradient flow, in t = 2 tau. A step size ``gamma (1 - t/n)^m`` is ``gamma (u/tau)^mu`` at the time to go u, mu =
m/(m+1) and ``tau = gamma n/(m+1)``; to first order in gamma the labels add

    sigma^2 sum lambda^2 int_0^tau gamma(u) e^{-2 lambda u} du  =  sigma^2 gamma tau^-nu c
    mu < 1 - q    nu = mu        c = Gamma(1+mu) 2^{-1-mu} Z(1-mu)                the end decides
    mu > 1 - q    nu = 1 - q     c = q Gamma(2-q) 2^{q-2}/(mu + q - 1)            the whole, inside the window

with Z the zeta function of the eigenvalues, q = 1/(2 alpha): ``c = Z(1)/2`` for a constant step size.

**Optimum.** The budget ``f = d^x n^y`` is ``d^x tau^y gamma^-z = F``, with z = y and ``F = f/(m+1)^y``. Where beta >
1/2 three monomials in (d, gamma, tau) tie: closed form by the weighted inequality (`optimum.geometric`). Where beta <
1/2 descent meets the level at the end of the window, ``t = X d^{2 alpha}``, with the crossover function Psi: ``P = L
d^-s Psi(X) + N gamma tau^-nu``, of which the budget has gamma, so that the noise is ``N F^{-1/z} (X/2)^a d^n`` with ``a
= y/z - nu``, ``n = (x + 2 alpha y)/z - 2 alpha nu``. It is least in d where ``s L d^-s Psi`` is n times the noise, and
then where ``X^{a s/n} Psi(X)`` is.

**For 2 alpha < 1** and beta > 1/2 three monomials tie with and without label noise (`narrow`), in closed form, too.
Without label noise for 2 alpha > 1, and for beta < 1/2, the best step size is a number times its limit, no power of f:
constants are those at a step size that is given (`plrf.optimum`).

**A price of the batch** below that of steps, ``f = d^x r^y B^z``, makes the batch grow as 1/gamma. How long a step is
best then (`lengths`) makes F of f, and changes the noise by a number; the rest is as it was. Without label noise the
noise of the start may tie then for 2 alpha > 1, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from ..plrf import model
from ..plrf.constants import STEP
from ..plrf.exact import ExactLaw, Setting
from ..plrf.noise import NORM, SIGMA
from . import narrow, phases
from .corrections import correction_rates
from .lengths import LENGTH, NOISE, Length, best_length
from .training import Training

_X, _PSI = Symbol("x_star", positive=True), Symbol("Psi_star", positive=True)
DIGITS = 20
_INSIDE, _STARTED = {"F_pp", "F_ac", "noise"}, {"F_pp", "F_ac", "K_pp"}


@dataclass(frozen=True)
class BestConstants:
    """``P* = loss f^-y (1 + O(f^-correction))``, ``d* = d f^x``, ``gamma* = step f^-g``, exact in sigma.

    The order of the correction is not derived of a spectrum that is no power law, nor of a cool-down at the longest
    steps.

    Where ``weight`` is given they contain ``x_star``, the place of the least value of ``x^weight Psi(x)``, and
    ``Psi_star``, Psi there; the law is whose crossover function that is. For 2 alpha < 1 they contain ``R = v/d``.
    Where the batch grows they contain ``c_star``, the best ``length`` of a step, and ``Z_star`` (`lengths`); the best
    batch is ``c_star/gamma*``, and ``r* = steps f^(..)``.
    """

    loss: Expr
    d: Expr
    step: Expr
    correction: Rational | None
    weight: Rational | None = None
    law: ExactLaw | None = None
    digits: int = DIGITS
    length: Length | None = None
    steps: Expr | None = None

    @property
    def batch(self) -> Expr | None:
        """The constant of the best batch where it grows."""
        return None if self.length is None else LENGTH / self.step

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
        if self.length is not None:
            star |= dict(zip((LENGTH, NOISE), self.length.values(self.digits), strict=True))
        return tuple(_evaluate(ctx, e.subs(known), star) for e in (self.loss, self.d, self.step))


def _evaluate(ctx: Any, expression: Expr, star: dict[Symbol, Any]) -> Any:
    """A product of powers of the names and an exact number."""
    total = ctx.mpf(1)
    powers = expression.as_powers_dict() if star else {}
    rest = expression
    for name, value in star.items():
        total *= value ** number(ctx, powers.get(name, Integer(0)))
        rest = rest.subs(name, 1)
    return total * number(ctx, rest)


@dataclass(frozen=True)
class _Budget:
    """``f larger = d^x tau^y gamma^-z``; the exponents."""

    x: Rational
    y: Rational
    z: Rational
    larger: Expr

    @property
    def powers(self) -> tuple[Expr, Expr, Expr]:
        """Of d, gamma and tau."""
        return self.x, -self.z, self.y


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
    plain = Training("free", training.label_noise, training.cooldown, cost=training.cost, batch=training.batch)
    if training != plain or training.label_noise not in {None, 0} or _unused(training):
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
    kinds = {name.split()[0] for name in found.tradeoff}
    if spectrum is not None and not (2 * alpha > 1 and kinds == _INSIDE):
        raise NoConstant(
            "for a spectrum that is no power law constants of the optimum are derived where three terms tie inside the "
            "window; elsewhere they need the whole crossover at its end, or the modes cut at v, of this spectrum"
        )
    modes = model.assumption_at(alpha, beta) if spectrum is None else spectrum
    length = best_length(training, found, modes)
    if 2 * alpha < 1:
        return _narrow(training, alpha, beta, found, length, digits)
    if training.label_noise is None and kinds != _STARTED:
        raise NoConstant(
            "without label noise, for 2 alpha > 1, the best step size is a number times its limit, no power of f: give "
            "the step size as a number, and derive has the constants"
        )
    law = ExactLaw(Setting(alpha, beta, spectrum=spectrum), order=0, digits=digits)
    if kinds in (_INSIDE, _STARTED):
        made = _inside(law, _noise(training, alpha, beta, modes), training, length, found)
    elif kinds == {"F_0", "F_pp", "noise"} and noise_left(alpha, _cooling(training))[1] < 1 - 1 / (2 * alpha):
        made = _at_the_end(law, _noise(training, alpha, beta, modes), training, length)
    else:
        raise NoConstant("here the noise meets the end of the window, and its constant is not derived")
    return made if spectrum is not None else replace(made, correction=_correction(training, alpha, beta, length))


def _unused(training: Training) -> bool:
    """Whether there is a cool-down without what it is for: noise at the end."""
    return training.label_noise is None and training.cooldown is not None


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


def _budget(training: Training, length: Length | None) -> _Budget:
    """The budget in d, gamma and tau."""
    (x, y), z = training.cost, training.batch
    larger = raised(_cooling(training) + 1, -y)
    if z is None or length is None:
        return _Budget(x, y, y, larger)
    larger *= LENGTH ** (y - z) * (NOISE**-z if length.noise is not None else 1)
    return _Budget(x, y, z, larger)


def _noise(training: Training, alpha: Rational, beta: Rational, modes: SpectralAssumption) -> PowerTerm:
    """The noise of large modes for 2 alpha > 1, in (d, gamma, tau)."""
    if training.label_noise is not None:
        size, fall = noise_left(alpha, _cooling(training), modes.capacity)
        return PowerTerm(size, (Integer(0), Integer(1), -fall), Integer(0))
    (start,) = narrow.tied_terms(alpha, beta, ("K_pp",), spread=Integer(1))
    return PowerTerm(start.constant, (start["d"], start["gamma"], start["tau"]), Integer(0))


def _per_noise(row: PowerTerm, length: Length | None) -> PowerTerm:
    """The same for Z = 1."""
    return row if length is None else replace(row, constant=row.constant / length.short)


def _narrow(
    training: Training, alpha: Rational, beta: Rational, found: OptimumAt, length: Length | None, digits: int
) -> BestConstants:
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
            size, fall = noise_left(alpha, power)
            row = PowerTerm(size, (Integer(0), Integer(1), -fall), Integer(0))
        rows.append(_per_noise(row, length) if row.exponents[1] != 0 else row)
    made = _tied(rows, _budget(training, length), length, found)
    return replace(made, correction=_correction(training, alpha, beta, length, rows), digits=digits)


def _inside(
    law: ExactLaw, noise: PowerTerm, training: Training, length: Length | None, found: OptimumAt
) -> BestConstants:
    """Constants of gradient flow are those at gamma = 1, where t = 2 tau = 2 r."""
    rows = [_per_noise(noise, length)]
    for name in ("F_pp", "F_ac"):
        term = law.term(name)
        flow = term.constant.subs({NORM: 0, STEP: 1})
        rows.append(PowerTerm(flow, (term.d, Integer(0), term.r), Integer(0)))
    return replace(_tied(rows, _budget(training, length), length, found), law=law, digits=law.digits)


def _tied(rows: list[PowerTerm], budget: _Budget, length: Length | None, found: OptimumAt) -> BestConstants:
    """Three monomials in (d, gamma, tau) of one order."""
    assert found.loss_exponent is not None  # the point lies inside a phase
    system = Matrix([[row.exponents[k] for row in rows] for k in range(3)])
    shares = system.LUsolve(Matrix([-found.loss_exponent * b for b in budget.powers]))
    shared = [PowerTerm(r.constant, r.exponents, w) for r, w in zip(rows, shares, strict=True)]
    loss, sizes = least(shared, budget.powers)
    grown = [-found.loss_exponent, found.exponents["d"], found.exponents["gamma"]]
    made = [c * raised(budget.larger, e) for c, e in zip((loss, sizes[0], sizes[1]), grown, strict=True)]
    return _constants(made, budget, length)


def _at_the_end(law: ExactLaw, noise: PowerTerm, training: Training, length: Length | None) -> BestConstants:
    """The crossover function and the noise, as in the module's introduction."""
    alpha, s, budget = law.setting.alpha, -law.crossover.d_exponent, _budget(training, length)
    row = _per_noise(noise, length)
    level, fall = law.crossover_amplitude.subs(NORM, 0), -row.exponents[2]
    x, y, z = budget.x, budget.y, budget.z
    a, n = y / z - fall, (x + 2 * alpha * y) / z - 2 * alpha * fall
    size = row.constant * raised(budget.larger, -1 / z) * raised(_X / 2, a)
    d = raised(s * level * _PSI / (n * size), 1 / (n + s))
    step = raised(budget.larger, -1 / z) * raised(_X / 2, y / z) * raised(d, (x + 2 * alpha * y) / z)
    loss = level * _PSI * raised(d, -s) * (1 + s / n)
    made = _constants([_powers(e) for e in (loss, d, step)], budget, length)
    return replace(made, weight=a * s / n, law=law, digits=law.digits)


def _constants(of_one: list[Expr], budget: _Budget, length: Length | None) -> BestConstants:
    """Of the loss, d and the step size at the optimum for Z = 1 those for Z, and the constant of the steps."""
    loss, d, step = of_one
    if length is None:
        return BestConstants(loss, d, step, None)
    if length.noise is not None:
        step = step / NOISE
    steps = raised(d, -budget.x / budget.y) * raised(LENGTH / step, -budget.z / budget.y)
    return BestConstants(loss, d, step, None, length=length, steps=steps)


def _powers(expression: Expr) -> Expr:
    """The same as one product of powers."""
    from sympy import expand_power_base, powdenest, powsimp

    return powsimp(powdenest(expand_power_base(expression, force=True), force=True))


def _correction(
    training: Training, alpha: Rational, beta: Rational, length: Length | None, rows: list[PowerTerm] | None = None
) -> Rational | None:
    """The next order of the loss at the optimum, relative to it.

    Where steps are the longest they come to their limit by the square root of what gamma is of the noise among `rows`.
    """
    (rate,) = correction_rates(training, alpha, beta, 1, finite_modes=bool(2 * alpha < 1))
    first = Rational(rate.numerator, rate.denominator)
    if length is None or length.noise is not None:
        return first
    if _cooling(training) != 0 or rows is None:
        return None
    powers = {x: Rational(power) for x, power in phases.optimum(training, alpha, beta).exponents.items()}
    time = powers["gamma"] + powers["r"] + powers["B"]
    (noise,) = (row for row in rows if row.exponents[1] != 0)
    return min(first, (noise.exponents[0] * powers["d"] + noise.exponents[2] * time) / 2)
