"""Exact constants at a point: every term of the loss, its corrections, and the compute optimum.

For 2 alpha > 1 the terms come from the window series (`window`) and the level series (`level`), with v = infinity
or v/d fixed (which changes the level only). For 2 alpha < 1 the step size falls with d, gamma = G/trace =
(G/tau_0) d^{2 alpha - 1}, and terms come from the crossover function (`crossover`), whose small-x series is the
window. The compute optimum is in `optimum`.

Constants are SymPy expressions in gamma, B (or the given numbers), and in the names explained by ``definitions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import mpmath
from sympy import Eq, Expr, Integer, N, Rational, S, Symbol, factor_terms, oo, sympify, zeta

from ...algebra.number import number
from ...algebra.powers import raised
from ...algebra.scales import inverse_factors
from ...errors import AssumptionError, NoConstant
from ...spectra.likeness import Likeness
from ...spectra.zeta import SpectralAssumption
from ..crossover import Crossover, ModeIntegral
from . import model
from .constants import STEP, Constants
from .crossover_series import SmallTime
from .half import HalfLine
from .level import Level
from .model import alpha as ALPHA  # noqa: N812 - the symbols, beside the numbers of a point
from .model import beta as BETA  # noqa: N812
from .window import Window, WindowTerm

DIGITS = 20
_NORM, _ZERO_RIDGE = Symbol("N"), Symbol("k_0")


@dataclass(frozen=True)
class Amount:
    """``constant * d^d * r^r * log(z)^log``; ``value`` is the constant in numbers where the step size is given.

    ``log_of`` names z: ``t = 2 gamma B r``, ``d`` (in the level), or ``x = t d^{-2 alpha}`` (for 2 alpha < 1).
    """

    name: str
    constant: Expr
    d: Rational
    r: Rational
    log: int
    value: Any = None
    log_of: str = "t"


@dataclass(frozen=True)
class Setting:
    """A point and how it is trained: exact rationals.

    Parameters
    ----------
    alpha, beta
        Exponents.
    step
        The step size gamma (2 alpha > 1), or None to leave it open.
    strength
        G = gamma * trace of the spectrum, instead of ``step``.
    batch
        B.
    ratio
        v/d, ``oo`` allowed (and meant where None) for 2 alpha > 1.
    spectrum
        What has these exponents (`model.like`) beside the power law itself; with all modes.

    Raises
    ------
    AssumptionError
        The combination has no exact constants; the message says which is needed.
    """

    alpha: Rational
    beta: Rational
    step: Rational | None = None
    strength: Rational | None = None
    batch: Rational = S.One
    ratio: Expr | None = None
    spectrum: SpectralAssumption | None = None

    @classmethod
    def of(cls, spectrum: SpectralAssumption, **training: Any) -> Setting:
        """The setting of a spectrum, trained as the other parameters say."""
        point = model.like(spectrum).parameters
        return cls(point[ALPHA], point[BETA], spectrum=spectrum, **training)

    def __post_init__(self) -> None:
        if self.spectrum is not None:
            if (point := self.likeness.parameters) != {ALPHA: self.alpha, BETA: self.beta}:
                raise AssumptionError(
                    f"alpha = {self.alpha}, beta = {self.beta} were given with a spectrum that has {point}; use `of`"
                )
            if self.ratio not in (None, oo):
                raise AssumptionError(
                    f"{self.ratio} modes per feature were asked with a spectrum of its own, which is derived with all "
                    "its modes; leave `ratio` out"
                )
        if self.step is not None and self.strength is not None:
            raise AssumptionError(
                "both a step size and its product with the trace were given; give one of `step` and `strength`"
            )
        if self.step is not None and self.narrow:
            raise AssumptionError(
                f"a fixed step size {self.step} was asked with 2 alpha = {2 * self.alpha} <= 1, where the stable step "
                "size falls with d; give `strength` (step size times trace of the spectrum) instead of `step`"
            )
        if self.strength is not None and self.narrow and self.strength >= 2:
            raise AssumptionError(
                f"a step size of {self.strength} over the trace is not stable: the loss stays bounded only below 2; "
                "lower `strength`"
            )

    @property
    def assumption(self) -> SpectralAssumption:
        """The spectrum, or the power law where there is none of its own."""
        return self.spectrum or model.assumption_at(self.alpha, self.beta)

    @property
    def likeness(self) -> Likeness:
        """How the spectrum differs from the power law."""
        return model.like(self.assumption)

    @property
    def narrow(self) -> bool:
        """Whether 2 alpha <= 1: the trace grows with v, the step size falls with d."""
        return bool(2 * self.alpha <= 1)

    @property
    def gamma(self) -> Expr | None:
        """The step size for 2 alpha > 1, exact; for a finite ratio its limit at large d."""
        if self.step is not None or self.strength is None:
            return self.step
        return self.strength / self.assumption.capacity.value(1)

    @property
    def modes_per_feature(self) -> Expr:
        """R = v/d."""
        if self.ratio is not None:
            return sympify(self.ratio)
        if self.narrow:
            raise AssumptionError("for 2 alpha <= 1 the number of modes matters; give v/d (`ratio=10`)")
        return oo


class ExactLaw:
    """Exact constants of the loss at a :class:`Setting`.

    Attributes
    ----------
    setting
        The point.
    order
        How many corrections are asked.
    digits
        Digits of the values.
    """

    def __init__(self, setting: Setting, order: int = 4, digits: int = DIGITS) -> None:
        self.setting, self.order, self.digits = setting, order, digits
        self.spectrum = setting.assumption

    # -- 2 alpha > 1 ---------------------------------------------------------------------------------------------------

    @cached_property
    def window(self) -> Window:
        """The window series as far as the asked corrections and one term more, and no further: terms may crowd."""
        slope, p = self.start.grading.slope, self.forcing_power
        least = min(p, Fraction(1)) / slope
        weight = min(p, 2 - slope, 1 + slope) / (2 * slope)  # of F_pp, K_pp, F_ac: the largest comes first
        step = min(Fraction(1, 4), (self.order + 4) * (1 - slope) / (4 * slope))  # two rows, each by t^-(1-q)
        while True:
            # a term of weight w is d^-i at the beginning and d^-(2w-i) at the end of the window, the latter d^-least or
            # less
            window = Window(self.spectrum, max(1, int(2 * weight - least)), 2 * weight * slope - 1)
            if sum(t.weight <= weight for (t, *_) in self._unnamed(window).values()) > self.order:
                return window
            weight += step

    def _unnamed(self, window: Window) -> dict[tuple[int, Fraction, int], list[WindowTerm]]:
        """The terms of a window that have no name, by place, largest first."""
        named = {(t.d, t.r, t.log) for t in self.terms.values()}
        found: dict[tuple[int, Fraction, int], list[WindowTerm]] = {}
        for t in window.terms:
            if (Integer(-t.i), -rational(t.e) - 1, t.log) not in named:
                found.setdefault((t.i, t.e, t.log), []).append(t)
        return found

    @cached_property
    def start(self) -> Window:
        """The window series just far enough for the named terms but F_pp: the last of them is K_pp, ``eta^{1-q}``."""
        return Window(self.spectrum, 1, 1 - 1 / (2 * _fraction(self.setting.alpha)), analytic=True)

    @property
    def forcing_power(self) -> Fraction:
        """``p``: F_pp falls like t^-p."""
        return 1 + (2 * _fraction(self.setting.beta) - 1) / (2 * _fraction(self.setting.alpha))

    @cached_property
    def constants(self) -> Constants:
        """Definitions and values of the named constants of the window."""
        return self._constants_of(self.start)

    def _constants_of(self, series: Window | Level) -> Constants:
        return Constants(self.spectrum, series.poles, series.names, self.setting.gamma, self.setting.batch)

    def _of_start(self, name: str, i: int, exponent: Any, terms: Mapping[int, Any]) -> Amount:
        """The term at a place, with its highest power of the logarithm; ``terms`` are coefficients by power of log."""
        e = self.start.grading.size(exponent)
        found: dict[int, list[tuple[Any, Expr]]] = {}
        for k, c in terms.items():
            for log, factor in enumerate(inverse_factors(e, k)):
                if factor != 0:
                    found.setdefault(log, []).append((c, factor))
        log = max(found)
        return self._amount(name, self.constants, i, e, log, found[log])

    def _amount(
        self, name: str, constants: Constants, i: int, e: Fraction, log: int, parts: list[tuple[Any, Expr]]
    ) -> Amount:
        r = Rational(-e.numerator - e.denominator, e.denominator)
        step, batch = self.setting.gamma or STEP, self.setting.batch
        constant = factor_terms(sum(f * constants.expression(c) for c, f in parts) * raised(2 * step * batch, r))
        value = None
        if self.setting.gamma is not None:
            ctx = constants.context(self.digits)
            total = sum(constants.polynomial(c, self.digits) * number(ctx, f) for c, f in parts)
            value = total * number(ctx, 2 * step * batch) ** number(ctx, r)
        return Amount(name, constant, Integer(-i), r, log, value)

    # -- 2 alpha < 1 ---------------------------------------------------------------------------------------------------

    @cached_property
    def crossover(self) -> Crossover:
        """The scaling function at t ~ d^{2 alpha}."""
        if 2 * self.setting.beta == 1:
            raise NoConstant("2 beta = 1 has a logarithm in the target: no scaling function of one variable")
        return Crossover(self.setting.alpha, self.setting.beta, self.setting.modes_per_feature, self.setting.strength)

    @cached_property
    def context(self) -> Any:
        """The mpmath context of all values."""
        ctx = mpmath.mp.clone()
        ctx.dps = self.digits + 10
        return ctx

    @property
    def valued(self) -> bool:
        """Whether the step size is known, so that constants have values."""
        return (self.setting.strength if self.setting.narrow else self.setting.gamma) is not None

    def evaluate(self, constant: Expr) -> Any:
        """The value of a constant that contains no other name than N."""
        ctx = self.context
        if constant.has(_NORM):
            free = constant.subs(_NORM, 0)
            return number(ctx, free) * (
                ctx.convert(self.constants.value("prefactor", self.digits)) if constant != free else 1
            )
        return number(ctx, constant)

    @property
    def scaled_time(self) -> tuple[Expr, Expr]:
        """(rho, n): on the budget f = d r B the crossover variable ``x = t d^{-2 alpha}`` is ``rho f d^-n``.

        A spectrum of another density has ``x = t (d/density)^{-2 alpha}``.
        """
        if self.setting.narrow:
            return self.rate / self.setting.batch, Integer(2)
        step = self.setting.gamma if self.setting.gamma is not None else STEP
        return 2 * step * self._dense(2 * self.setting.alpha), 2 * self.setting.alpha + 1

    def _dense(self, exponent: Expr) -> Expr:
        """A power of the density of modes, that of the power law being 1."""
        return raised(self.setting.likeness.density, exponent) if self.setting.spectrum else Integer(1)

    @property
    def crossover_amplitude(self) -> Expr:
        """The loss is this times ``d^d_exponent Psi(x)``."""
        if self.crossover.target is None:
            amplitude = self.spectrum.target.value(0)
        else:
            amplitude = self.setting.likeness.share if self.setting.spectrum else Integer(1)
        amplitude *= self._dense(-self.crossover.d_exponent)
        return amplitude if self.setting.narrow else amplitude / (1 - _NORM)

    @property
    def rate(self) -> Expr:
        """``2 B gamma d^{1 - 2 alpha}``, the factor of t = rate * d^{2 alpha - 1} r, for 2 alpha < 1."""
        if 2 * self.setting.alpha == 1:
            raise NoConstant("2 alpha = 1 has logarithms in the kernel, and so in the prefactor of every term")
        strength = self.setting.strength if self.setting.strength is not None else Symbol("G", positive=True)
        weight = ModeIntegral(2 * self.setting.alpha, 2 * self.setting.alpha, self.setting.modes_per_feature).scale
        return 2 * self.setting.batch * strength / weight

    # -- both ----------------------------------------------------------------------------------------------------------

    @cached_property
    def terms(self) -> dict[str, Amount]:
        """The named terms that are present at the point; on a boundary of presence a term is left out."""
        at = {ALPHA: self.setting.alpha, BETA: self.setting.beta}
        return {name: self.term(name) for name in model.NAMES if model.presence(name).xreplace(at)}

    def term(self, name: str) -> Amount:
        """One named term.

        Raises
        ------
        AssumptionError
            It has no constant here, or the step size is not stable.
        """
        if name not in self._made:
            if not self.setting.narrow and self.valued and self.constants.value("N", self.digits) >= 1:
                raise AssumptionError(
                    f"the step size {self.setting.gamma} is not stable: the kernel norm reaches 1; lower it"
                )
            self._made[name] = self._narrow_term(name) if self.setting.narrow else self._wide_term(name)
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, Amount]:
        return {}

    def _wide_term(self, name: str) -> Amount:
        if name == "F_0":
            return self._level()
        start, gens = self.start, self.start.gens
        if name == "F_pp":
            ((source, m),) = ((n, m) for n, m in start.target.items() if m.origin == ("pole",))
            return self._of_start(name, 0, start.exponent(m["kappa"]), {m.logs: gens[source] * gens["prefactor"]})
        pole = start.exponent(start.names[start.leading]["kappa"])
        i, place = (1, pole) if name == "F_ac" else (0, (pole[0] + 1, *pole[1:]))
        series = {k: c for (j, e, k), c in start.in_time.terms.items() if (j, e) == (i, place)}
        return self._of_start(name, i, place, series)

    def _level(self) -> Amount:
        if self.setting.modes_per_feature is not oo:
            return self._plateau()
        # the largest term is kappa_0 T(kappa_0), x^1 or more, unless T(0) vanishes: a short series has it
        found = (Level(self.spectrum, bound, Fraction(bound)) for bound in (1, 2))
        level = next(level for level in found if level.terms)
        constants = self._constants_of(level)
        first = level.terms[0]
        scale = raised(level.names[level.leading].constant, rational(first.e) / level.poles[0])
        x_log = Integer(-1) / level.poles[0] if first.log else Integer(1)
        constant = constants.expression(first.coefficient) * scale * x_log**first.log
        value = None
        if self.setting.gamma is not None:
            ctx = constants.context(self.digits)
            value = constants.polynomial(first.coefficient, self.digits) * number(ctx, scale * x_log**first.log)
        return Amount("F_0", constant, rational(-first.weight), Integer(0), first.log, value, "d")

    def _plateau(self) -> Amount:
        """The level from the crossover function: ``k_0 S(k_0)`` times constants."""
        crossover = self.crossover
        source = crossover.source.subs(Symbol("k"), _ZERO_RIDGE)
        gap = 1 - crossover.strength / 2 if crossover.strength is not None else Integer(1)
        constant = self.crossover_amplitude * _ZERO_RIDGE * source / gap
        value = None
        if self.valued:
            value = self.evaluate(self.crossover_amplitude) * self.context.convert(crossover.plateau(self.digits))
        return Amount("F_0", constant, crossover.d_exponent, Integer(0), 0, value)

    @cached_property
    def half_line(self) -> HalfLine:
        """The formulas for 2 alpha = 1."""
        if self.setting.strength is None:
            raise AssumptionError(
                "for 2 alpha = 1 the level depends on the step size times the trace; give it (`strength`)"
            )
        if 2 * self.setting.beta == 1:
            raise NoConstant("at alpha = beta = 1/2 five phases and two double poles meet: no formula is given")
        return HalfLine(self.setting.beta, self.setting.modes_per_feature, self.setting.strength)

    def _half_level(self) -> Amount:
        """The level on the line 2 alpha = 1, with k_0 from Lambert's function."""
        d, constant = self.half_line.level
        ctx, inverse = self.context, number(self.context, 1 / self.setting.modes_per_feature)
        ridge = -ctx.lambertw(-inverse * ctx.exp(-inverse), -1).real - inverse
        k = Symbol("k")
        value = ctx.convert(N(constant.subs(k, ridge), ctx.dps))
        return Amount("F_0", constant.subs(k, _ZERO_RIDGE), d, Integer(0), 0, value)

    def _narrow_term(self, name: str) -> Amount:
        if name == "F_0":
            return self._half_level() if 2 * self.setting.alpha == 1 else self._plateau()
        (monomial,) = model.named(name)
        at = {ALPHA: self.setting.alpha, BETA: self.setting.beta}
        r = monomial["t"].subs(at)
        d = monomial["d"].subs(at) + (2 * self.setting.alpha - 1) * (r + monomial["gamma"])
        constant = monomial.constant.subs(at)
        if name == "K_pp":
            constant *= -zeta(2 * self.setting.beta) / 2 * self.rate / (2 * self.setting.batch)
        constant = constant * raised(self.rate, r)
        if constant.is_finite is False:
            raise NoConstant(f"{name} meets another pole here; its logarithm is among the corrections, if it has one")
        value = self.evaluate(constant) if self.valued else None
        return Amount(name, constant, d, r, 0, value)

    def _small_time(self, bound: Fraction) -> list[tuple[Fraction, int, Expr]]:
        """The series of the crossover function, equal powers added up."""
        merged: dict[tuple[Fraction, int], Expr] = {}
        for e, log, c in SmallTime(self.crossover, bound).exact():
            merged[e, log] = merged.get((e, log), Integer(0)) + c
        return [(e, log, c) for (e, log), c in merged.items()]

    @cached_property
    def corrections(self) -> tuple[Amount, ...]:
        """The next terms of the window, largest in the middle of the window first."""
        if self.setting.narrow:
            return self._narrow_corrections()
        constants = self._constants_of(self.window)
        chosen = list(self._unnamed(self.window).items())[: self.order]
        return tuple(
            self._amount("window", constants, *place, [(t.coefficient, t.factor) for t in found])
            for place, found in chosen
        )

    def _narrow_corrections(self) -> tuple[Amount, ...]:
        named = {(t.d, t.r, t.log) for t in self.terms.values() if t.name != "F_0"}
        gap = 1 / (2 * _fraction(self.setting.alpha)) - 1
        step = (self.order + 3) * gap
        bound = (gap - 1 if self.crossover.target is None else -self.forcing_power) + step  # beyond the first term
        while True:
            bound = min(bound, Fraction(2))
            places = [
                (self.crossover.d_exponent - rational(e), rational(e), log, c) for e, log, c in self._small_time(bound)
            ]
            chosen = [place for place in places if place[:3] not in named][: self.order]
            if len(chosen) == self.order or bound == 2:
                return tuple(self._crossover_amount(*place) for place in chosen)
            bound += step

    def _crossover_amount(self, d: Expr, r: Rational, log: int, coefficient: Expr) -> Amount:
        constant = self.crossover_amplitude * coefficient * raised(self.rate, r)
        value = self.evaluate(constant) if self.valued else None
        return Amount("window", constant, d, r, log, value, "x")

    @cached_property
    def remainder(self) -> tuple[Expr, Expr, int] | None:
        """``(d, r, log)`` of the largest term, in the middle of the window, that is neither named nor a correction.

        None for 2 alpha <= 1, where the series of the crossover is exact but for its own scale: see `uniform`.
        """
        if self.setting.narrow:
            return None
        i, e, log = list(self._unnamed(self.window))[self.order]
        return Integer(-i), -rational(e) - 1, log

    @property
    def definitions(self) -> Mapping[str, Expr]:
        """Exact meaning of the names in the constants that were made before this is asked."""
        made = (*self._made.values(), *vars(self).get("corrections", ()))
        names = {s.name for t in made for s in t.constant.free_symbols}
        known: dict[str, Expr] = {}
        for name in sorted(names - {"gamma", "B", "G"}):
            line = 2 * self.setting.alpha == 1
            known[name] = (
                self.half_line.zero_ridge.subs(Symbol("k"), _ZERO_RIDGE)
                if name == "k_0" and line
                else Eq(self.crossover.modes.expression.subs(Symbol("k"), _ZERO_RIDGE), 1)
                if name == "k_0"
                else self._constants_of(vars(self).get("window", self.start)).definition(name)
            )
        return known


def _fraction(value: Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def rational(value: Fraction) -> Rational:
    """A fraction as a SymPy number."""
    return Rational(value.numerator, value.denominator)
