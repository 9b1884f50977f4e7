"""Exact constants, corrections, crossover and optimum against the numeric solver.

Two witnesses that share no code: series and contour integrals derived in `theory`, and the solver in `numerics` at 26
digits. Tolerances are the stated remainder orders: an error is compared with itself at a larger scale, and must shrink
as fast as claimed.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mpmath import findroot
from sympy import Float, Integer, Rational, oo, sympify

from tauber.numerics import PLRF
from tauber.numerics.models.plrf import frontier
from tauber.theory.algebra.number import number
from tauber.theory.models.crossover import Crossover, K
from tauber.theory.models.plrf.constants import Constants
from tauber.theory.models.plrf.crossover_series import SmallTime
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.half import HalfLine, T, V
from tauber.theory.models.plrf.level import Level
from tauber.theory.models.plrf.model import assumption_at
from tauber.theory.models.plrf.optimum import optimal_constants
from tauber.theory.models.plrf.window import Window

from ..sampling import sampled

DIGITS = 26
STEP = Rational(1, 10)
wide_alpha = st.fractions(Fraction(13, 20), Fraction(6, 5), max_denominator=40)
any_beta = st.fractions(Fraction(1, 10), Fraction(3, 2), max_denominator=40)


def rational(x):
    return Rational(x.numerator, x.denominator)


def series_value(terms, constants, small, d):
    """Sum of series terms ``coefficient factor d^-i small^-(e+1) log^k`` in the constants' context."""
    ctx = constants.context(DIGITS)
    total = ctx.mpf(0)
    for term in terms:
        factor = number(ctx, term.factor) if hasattr(term, "factor") else ctx.mpf(1)
        size = constants.polynomial(term.coefficient, DIGITS) * factor
        total += size * ctx.mpf(d) ** -term.i * small(ctx, term)
    return total


@pytest.mark.dear
@settings(max_examples=1)
@given(wide_alpha, any_beta, st.sampled_from([1, 2, 5]))
@example(Fraction(7, 10), Fraction(6, 5), 1)  # 2 beta = 1 + 2 alpha: a logarithm in the corrections
@example(Fraction(4, 5), Fraction(1, 2), 2)  # 2 beta = 1: logarithms in the leading terms
@example(Fraction(1), Fraction(1), 1)  # alpha = beta: two terms of the same power
def test_window_series_reaches_its_stated_remainder(alpha, beta, batch):
    """Along r = d^alpha, the middle of the window, the error falls like the first term left out."""
    order, bound = 2, Fraction(2)
    window = Window(assumption_at(rational(alpha), rational(beta)), order, bound)
    constants = Constants(window.spectrum, window.poles, window.names, STEP, Integer(batch))
    q = 1 / (2 * alpha)
    least = min(2 * alpha, 2 * alpha + 2 * beta - 1)
    rest = min((order + 1 + least) / 2, (bound + 1) / q / 2)  # weights of what is left out, in powers of d
    errors = []
    for d in (10**6, 10**10):
        r = round(d ** float(alpha))

        def in_time(ctx, term, r=r):
            t = 2 * ctx.mpf(1) / 10 * batch * r
            return t ** (-ctx.mpf(term.e.numerator) / term.e.denominator - 1) * ctx.log(t) ** term.log

        derived = series_value(window.terms, constants, in_time, d)
        curve = PLRF(str(alpha), str(beta), d, math.inf, batch=batch, step_size="1/10", precision=DIGITS).curve([r])
        exact = constants.context(DIGITS).mpf(str(curve.loss[0]))
        errors.append(float(abs(derived - exact)) + 1e-24 * float(exact))

    assert errors[1] <= errors[0] * 1e4 ** -float(0.85 * rest)


@pytest.mark.dear
@sampled(1, 6)
@given(wide_alpha, any_beta)
@example(Fraction(4, 5), Fraction(1, 2))
@example(Fraction(7, 10), Fraction(6, 5))
def test_level_series_reaches_its_stated_remainder(alpha, beta):
    bound = Fraction(2)
    level = Level(assumption_at(rational(alpha), rational(beta)), int(bound * 2 * alpha), bound)
    constants = Constants(level.spectrum, level.poles, level.names, STEP, Integer(1))
    errors = []
    for d in (10**4, 10**6):

        def at_ridge(ctx, term, d=d):
            x = (constants.value(level.leading, DIGITS) / d) ** (1 / constants.value("s0", DIGITS))
            return x ** (ctx.mpf(term.e.numerator) / term.e.denominator) * ctx.log(x) ** term.log

        derived = series_value(level.terms, constants, at_ridge, d)
        model = PLRF(str(alpha), str(beta), d, math.inf, step_size="1/10", precision=DIGITS)
        exact = constants.context(DIGITS).mpf(str(model.level))
        errors.append(float(abs(derived - exact)) + 1e-28 * float(exact))

    assert errors[1] <= errors[0] * 100 ** -float(0.9 * bound * 2 * alpha)


CROSSOVERS = {
    "Ia": (Fraction(81, 100), Fraction(29, 100), oo, None),
    "Ia, v = 4 d": (Fraction(4, 5), Fraction(3, 10), 4, None),
    "II": (Fraction(83, 100), Fraction(71, 100), oo, None),
    "III": (Fraction(71, 100), Fraction(113, 100), oo, None),
    "Ib": (Fraction(3, 10), Fraction(7, 20), 10, Fraction(1, 2)),
    "Ic": (Fraction(3, 20), Fraction(9, 10), 4, Fraction(1, 2)),
    "IVa": (Fraction(2, 5), Fraction(1), 10, Fraction(1, 2)),
    "IVb": (Fraction(27, 100), Fraction(9, 10), 4, Fraction(1, 2)),
}


@pytest.mark.parametrize("name", CROSSOVERS)
@pytest.mark.parametrize("x", [0.05, 1.0, 8.0])
def test_crossover_function_is_the_limit_of_the_solver(name, x):
    """At t = x d^{2 alpha} the loss over its scale tends to Psi, as fast as the smallest correction exponent says."""
    alpha, beta, ratio, strength = CROSSOVERS[name]
    law = ExactLaw(Setting(rational(alpha), rational(beta), None if strength else STEP,
                           rational(strength) if strength else None, Integer(1), sympify(ratio)))  # fmt: skip
    psi = float(law.crossover.value(x)) * float(law.evaluate(law.crossover_amplitude))
    gap = min(abs(1 - 2 * beta), abs(1 - 2 * alpha), Fraction(1), 2 * alpha)
    errors = []
    for d in (1e8, 1e11):
        v = math.inf if ratio == oo else ratio * d
        gamma = 0.1 if strength is None else float(strength) / trace(alpha, v)
        times = [x * d ** (2 * float(alpha)) / (2 * gamma)]
        loss = PLRF(alpha, beta, d, v, step_size=gamma).curve(times).loss[0]
        errors.append(abs(loss / d ** float(law.crossover.d_exponent) / psi - 1))

    assert errors[0] < 3
    assert errors[1] < errors[0] * 1000 ** -float(0.75 * gap) + 1e-9


def trace(alpha, v):
    """``sum_{j<=v} j^{-2 alpha}`` by Euler-Maclaurin from SciPy's or mpmath's zeta function."""
    from mpmath import zeta

    c = 2 * float(alpha)
    return float(zeta(c)) + v ** (1 - c) / (1 - c) + v**-c / 2


@pytest.mark.parametrize("name", ["Ia", "III", "Ib", "Ic", "IVa", "IVb"])
def test_crossover_series_is_the_contour_integral(name):
    """The convergent series and the contour: the error falls like the first power left out."""
    alpha, beta, ratio, strength = CROSSOVERS[name]
    crossover = Crossover(rational(alpha), rational(beta), Integer(ratio) if ratio != oo else oo,
                          rational(strength) if strength else None)  # fmt: skip
    bound = Fraction(3, 2)
    series = SmallTime(crossover, bound)
    errors = [abs(series.value(x, 20) - crossover.value(x, 20)) for x in ("1e-3", "1e-5")]

    assert errors[1] < errors[0] * 100 ** -float(bound)
    assert errors[1] < 1e-5 * abs(crossover.value("1e-5", 20))


def test_logarithm_of_the_kernel_at_one_quarter():
    """At alpha = 1/4 two poles meet in the kernel: log x, found and summed exactly."""
    crossover = Crossover(Rational(1, 4), Rational(9, 10), Integer(4), Rational(1, 2))
    series = SmallTime(crossover, Fraction(3, 2))

    assert any(log == 1 and e == 0 for e, log, _, _ in series.terms)
    assert abs(series.value("1e-5", 20) / crossover.value("1e-5", 20) - 1) < 1e-8


def test_logarithm_where_the_power_law_ends():
    """On alpha + beta = 1/2 the target's pole meets a pole of the sine: the loss falls like log(1/x)."""
    crossover = Crossover(Rational(3, 10), Rational(1, 5), Integer(4), Rational(1, 2))
    series = SmallTime(crossover, Fraction(1))
    (slope,) = (c for e, log, c in series.exact() if log == 1 and e == 0)

    assert slope == -1 / (2 * Rational(3, 10))
    assert abs(series.value("1e-5", 20) / crossover.value("1e-5", 20) - 1) < 1e-4


@pytest.mark.parametrize("name", ["Ia", "Ib", "Ic", "IVa"])
def test_plateau_is_the_long_time_limit(name):
    alpha, beta, ratio, strength = CROSSOVERS[name]
    crossover = Crossover(rational(alpha), rational(beta), Integer(ratio) if ratio != oo else oo,
                          rational(strength) if strength else None)  # fmt: skip

    assert abs(crossover.value(2000, 15) / crossover.plateau(15) - 1) < 1e-13


OPTIMA = {
    "Ia": Setting(Rational(81, 100), Rational(29, 100), step=Rational(3, 20)),
    "II": Setting(Rational(113, 100), Rational(81, 100), step=STEP),
    "III": Setting(Rational(71, 100), Rational(113, 100), step=STEP),
    "Ib": Setting(Rational(2, 5), Rational(3, 10), strength=Rational(1, 2), ratio=Integer(10)),
    "Ic": Setting(Rational(3, 20), Rational(9, 10), strength=Rational(1, 2), ratio=Integer(4)),
    "IVa": Setting(Rational(2, 5), Rational(1), strength=Rational(1, 2), ratio=Integer(10)),
}


@pytest.mark.parametrize("name", OPTIMA)
def test_optimal_constants_are_the_limit_of_the_frontier(name):
    """Measured over predicted tends to one; from f = 1e16 to 1e24 the deviation shrinks like f^-correction_exponent."""
    setting = OPTIMA[name]
    best = optimal_constants(ExactLaw(setting))
    alpha = float(setting.alpha)
    if setting.narrow:
        step = lambda d: float(setting.strength) / trace(alpha, float(setting.ratio) * d)  # noqa: E731
        found = frontier(alpha, float(setting.beta), [1e16, 1e20, 1e24], ratio=float(setting.ratio), step_size=step)
    else:
        found = frontier(alpha, float(setting.beta), [1e16, 1e20, 1e24], step_size=float(setting.step))
    deviations = [
        abs(loss / (float(best.loss_value) * f ** -float(best.loss_exponent)) - 1)
        for f, loss in zip(found.budgets, found.loss, strict=True)
    ]
    sizes = [
        d / (float(best.d_value) * f ** float(best.d_exponent)) - 1 for f, d in zip(found.budgets, found.d, strict=True)
    ]

    assert deviations[2] < 0.02
    assert deviations[2] < deviations[1] * 1e4 ** -float(0.8 * best.correction_exponent)
    assert abs(sizes[2]) < abs(sizes[0])


def test_a_wrong_constant_would_be_seen():
    """The tests above can fail: one percent on a constant stands out at f = 1e24."""
    best = optimal_constants(ExactLaw(OPTIMA["II"]))
    found = frontier(1.13, 0.81, [1e20, 1e24], step_size=0.1)
    wrong = 1.01 * float(best.loss_value)
    deviations = [
        abs(x / (wrong * f ** -float(best.loss_exponent)) - 1) for f, x in zip(found.budgets, found.loss, strict=True)
    ]

    assert not deviations[1] < deviations[0] * 1e4 ** -float(0.8 * best.correction_exponent)


@pytest.mark.dear
@settings(max_examples=8)
@given(wide_alpha, any_beta)
def test_named_terms_are_the_loss_in_their_own_regime(alpha, beta):
    """Early in the window, with d huge, the loss is F_pp + K_pp up to the next power of t."""
    assume(abs(beta - alpha) > Fraction(1, 20) and beta != Fraction(1, 2))
    law = ExactLaw(Setting(rational(alpha), rational(beta), step=STEP), order=2)
    ratios = []
    for r in (10**5, 10**7):
        loss = PLRF(alpha, beta, 1e15, math.inf, step_size=0.1).curve([r]).loss[0]
        leading = sum(float(law.terms[n].value) * r ** float(law.terms[n].r) for n in ("F_pp", "K_pp"))
        ratios.append(abs(loss / leading - 1))
    slow = min(1 - 1 / (2 * alpha), Fraction(1))

    assert ratios[1] < ratios[0] * 100 ** -float(0.7 * slow) + 1e-6


def test_the_line_of_the_logarithmic_trace():
    """On 2 alpha = 1 the window's prefactor is a logarithm of time, up to O(1/log^2 v); the level has none."""
    half = HalfLine(Rational(3, 10), Rational(10), Rational(1, 2))
    k = findroot(lambda z: math.log(1 + 10 * z) - z, 3.6)
    deviations = []
    for d in (1e6, 1e12):
        v = 10 * d
        gamma = 0.5 / (math.log(v) + 0.5772156649015329)
        model = PLRF(0.5, 0.3, d, v, step_size=gamma)
        r = math.sqrt(d)
        derived = half.window.subs({T: Float(2 * gamma * r), V: Float(v)})
        deviations.append(abs(float(model.curve([r]).loss[0]) / float(derived.evalf()) - 1))
        exponent, constant = half.level
        level = float(constant.subs(K, k).evalf()) * d ** float(exponent)

        # the other pole, d^-|1 - 2 beta|, and the next term of the kernel norm, G^2 zeta(2)/(2 trace^2) for B = 1
        assert abs(float(model.level) / level - 1) < 2 * d**-0.4 + 0.25 * 1.65 / math.log(v) ** 2

    assert deviations[1] < deviations[0]
    assert deviations[1] < 2 / math.log(1e13) ** 2
