"""Compute-optimal constants: ``d* ~ d_constant f^x`` and ``P* ~ loss_constant f^-y`` for f = d r B.

Where the optimum lies decides the method, and that is read off the exact linear program of `phases`.

**Inside the window** two terms ``U d^a1 r^b1`` and ``V d^a2 r^b2`` balance. With r = f/(d B) they are ``U' d^P``
and ``V' d^-S``, so ``d* = (S V' / (P U'))^{1/(P+S)}`` and ``P* = U' d*^P (1 + P/S)``.

**At the end of the window** the two leading terms are the two limits of one function, the crossover Psi, and
adding them up would give a wrong constant. With x = t d^{-2 alpha} = rho f d^{-n} the loss is ``L d^e Psi(x) = L
(rho f)^{e/n} [x^{-e/n} Psi(x)]``: a minimum over one variable, found to any number of digits as the zero of
``(-e/n) Psi + x Psi'``.

**The leading correction** of P* is relative ``f^-correction``: by the envelope theorem it is what the next term of
the loss is at the leading optimum (d* itself is corrected at the same order).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Abs, Expr, Integer, Min, Rational, Symbol, cancel

from ...algebra.number import number
from ...algebra.powers import raised
from ...errors import NoConstant
from ...spectra.likeness import Likeness
from ..crossover import scaled_minimum
from . import model
from .crossover_series import SmallTime
from .exact import Amount, ExactLaw, rational
from .phases import PAPER_COST, Derivation, TermAt, derive, optimum_at
from .window import Window


@dataclass(frozen=True)
class OptimalConstants:
    """``d* ~ d_constant f^d_exponent``, ``P* = loss_constant f^-loss_exponent (1 + O(f^-correction_exponent))``.

    Values are None where the step size is left open. Where the optimum ends the window, the constants contain
    ``x_star``, the place of the least value ``x^a Psi(x)`` of the scaled loss, and ``Psi_star = Psi(x_star)``.
    """

    d_exponent: Rational
    loss_exponent: Rational
    d_constant: Expr
    loss_constant: Expr
    correction_exponent: Rational
    d_value: Any = None
    loss_value: Any = None
    x_star: Any = None
    psi_star: Any = None


def optimal_constants(law: ExactLaw, minimise: bool = True, answer: Derivation | None = None) -> OptimalConstants:
    """The compute optimum of a law.

    ``minimise=False`` leaves out the numbers that need the minimum over the crossover function, which takes seconds;
    ``answer`` is what `derive` says at the point, if that is known already.

    Raises
    ------
    NoConstant
        The point lies on a boundary, or has no power law.
    """
    answer, x, y, at_the_end = _power_law(law, answer)
    w = _correction(law, answer, x, y, at_the_end)
    return _at_the_end(law, x, y, w, minimise) if at_the_end else _balanced(law, answer.tradeoff, x, y, w)


def leading_correction(law: ExactLaw, answer: Derivation | None = None) -> Rational:
    """The exponent w of the leading relative correction f^-w to P*, without the constants, which take longer.

    Raises
    ------
    NoConstant
        The point lies on a boundary, or has no power law.
    """
    return _correction(law, *_power_law(law, answer))


def _power_law(law: ExactLaw, answer: Derivation | None) -> tuple[Derivation, Rational, Rational, bool]:
    """What is derived at the point, its exponents x and y, and whether the optimum lies at the end of the window."""
    setting = law.setting
    answer = answer or derive(setting.alpha, setting.beta)
    if answer.cost != PAPER_COST:
        raise NoConstant("the constants of the optimum are derived for the budget d*r alone")
    if answer.d_exponent is None or answer.loss_exponent is None:
        where = "has no power law" if answer.phase else f"is on the boundary of {', '.join(answer.boundary_of)}"
        raise NoConstant(f"(alpha, beta) = ({setting.alpha}, {setting.beta}) {where}: there are no optimal constants")
    best = optimum_at({model.alpha: setting.alpha, model.beta: setting.beta})
    return answer, answer.d_exponent, answer.loss_exponent, "end of the window" in best.binding


def _balanced(law: ExactLaw, names: tuple[str, ...], x: Rational, y: Rational, w: Rational) -> OptimalConstants:
    """Two powers of d at fixed f."""
    terms = [_plateau_inside(law) if name == "F_0" else law.terms[name] for name in names]
    rising, falling = sorted(terms, key=lambda t: t.r - t.d)  # d^{d - r} at fixed f
    grow, fall = rising.d - rising.r, falling.r - falling.d
    batch = law.setting.batch

    u, v = (t.constant * raised(batch, -t.r) for t in (rising, falling))
    d_exact = raised(fall * v / (grow * u), 1 / (grow + fall))
    loss_exact = u * raised(d_exact, grow) * (1 + grow / fall)
    values: tuple[Any, Any] = (None, None)
    if law.valued:
        ctx = law.context
        u, v = (ctx.convert(t.value) * number(ctx, raised(batch, -t.r)) for t in (rising, falling))
        size = (v * number(ctx, fall / grow) / u) ** number(ctx, 1 / (grow + fall))
        values = size, u * size ** number(ctx, grow) * number(ctx, 1 + grow / fall)
    return OptimalConstants(x, y, d_exact, loss_exact, w, *values)


def _plateau_inside(law: ExactLaw) -> Amount:
    """The early plateau C_0 of the crossover at small x, the level seen inside the window for 2 alpha < 1."""
    (constant,) = (c for e, log, c in SmallTime(law.crossover, Fraction(1)).exact() if e == 0 and not log)
    amplitude = law.crossover_amplitude * constant
    value = law.evaluate(amplitude) if law.valued else None
    return Amount("F_0", amplitude, law.crossover.d_exponent, Integer(0), 0, value)


def _at_the_end(law: ExactLaw, x: Rational, y: Rational, w: Rational, minimise: bool) -> OptimalConstants:
    """The minimum over the crossover function."""
    crossover, (rho, n) = law.crossover, law.scaled_time
    a = cancel(-crossover.d_exponent / n)
    star, psi = Symbol("x_star", positive=True), Symbol("Psi_star", positive=True)
    amplitude = law.crossover_amplitude
    loss_exact = amplitude * raised(rho, -a) * star**a * psi
    place, least = scaled_minimum(crossover, number(law.context, a), law.digits) if minimise else (None, None)
    values: tuple[Any, Any] = (None, None)
    if law.valued and minimise:
        ctx = law.context
        scale = number(ctx, rho)
        values = (
            (scale / place) ** number(ctx, 1 / n),
            law.evaluate(amplitude) * (place / scale) ** number(ctx, a) * least,
        )
    return OptimalConstants(x, y, raised(rho, 1 / n) * star ** (-1 / n), loss_exact, w, *values, place, least)


def crossover_gap(at: Mapping[Symbol, Any], found: Likeness | None = None) -> Rational:
    """Exponent w of the relative correction d^-w there.

    It comes from the other pole of the level, the other limit of the trace, the 1/d of the ridge, or the next
    power of kappa_0; with a spectrum that is not the power law, from the next poles of its zeta functions.
    """
    e = model.expansion()
    (first, second), (one, other) = (m["d"] for m in e.levels), e.step_limits
    own = [] if found is None or found.gap is None else [found.gap * e.edge]
    gaps = [x.subs(at) for x in (first - second, one - other, e.edge, *own)]
    return Min(Integer(1), *map(Abs, gaps))


def _correction(law: ExactLaw, answer: Derivation, x: Rational, y: Rational, at_the_end: bool) -> Rational:
    """The next term of the loss at the leading optimum, relative to it, as a power of 1/f."""
    if at_the_end:
        own = law.setting.likeness if law.setting.spectrum is not None else None
        return crossover_gap({model.alpha: law.setting.alpha, model.beta: law.setting.beta}, own) * x
    leading = [term for term in answer.terms if term.name in answer.tradeoff]
    if law.setting.narrow:
        return _narrow_correction(law, leading, x)
    used = {(-t.d, -t.r - 1) for t in leading}
    slope = law.start.grading.slope
    deeper = x - rational(slope) * (1 - x)  # what each factor t^q/d costs at the optimum
    order, bound = 1, law.start.bound
    while True:
        terms = Window(law.spectrum, order, bound).terms
        sizes = [t.i * x + rational(t.e + 1) * (1 - x) - y for t in terms if (t.i, rational(t.e)) not in used]
        least = min((size for size in sizes if size > 0), default=None)
        # of what is not in this window: beyond the bound, and beyond the order
        wider = rational(bound + 1) * (1 - x) - y
        longer = (order + 1) * deeper + min(rational(law.forcing_power), Integer(1)) * (1 - x) - y
        if least is not None and least <= min(wider, longer):
            return least
        order, bound = (order, bound + 1 - slope) if wider < longer else (order + 1, bound)


def _narrow_correction(law: ExactLaw, leading: list[TermAt], x: Rational) -> Rational:
    """The same for 2 alpha < 1: next terms of the crossover's series, of F_pp (times the kernel), of the limits."""
    at = {model.alpha: law.setting.alpha, model.beta: law.setting.beta}
    _, n = law.scaled_time
    shrink = n * x - 1  # x* of the crossover falls like f^-shrink
    plateau = next(t for t in leading if t.name != "F_pp")
    others = [rational(e) - plateau.r for e, *_ in SmallTime(law.crossover, Fraction(2)).terms]
    kernel = -model.named("F_ac")[0]["t"].subs(at)  # F_pp * K is F_pp times x^{-(1 - q)}
    candidates = [e * shrink for e in (*others, -kernel) if e > 0]
    return min(*candidates, crossover_gap(at) * x, 1 - x)
