"""Spectra with a logarithm and exponential ones: derived laws against integrals and sums, and their optima."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol

from tauber.theory.errors import AssumptionError
from tauber.theory.models.plrf import derive
from tauber.theory.models.plrf.constants import BATCH, STEP
from tauber.theory.models.plrf.exponential import NORM, SIZE, STEPS, ExponentialLaw
from tauber.theory.models.plrf.logarithmic import LogLaw
from tauber.theory.spectra.logarithmic import LogPowers

from ..sampling import sampled

DECAYS = st.fractions(Fraction(21, 20), 4, max_denominator=20)
SHARES = st.fractions(Fraction(-9, 10), 3, max_denominator=10)
few = sampled(4, 20)
COEFFICIENTS = st.fractions(Fraction(1, 20), 3, max_denominator=20)


def rational(x):
    return Rational(x.numerator, x.denominator)


def spectrum(decay, share, coefficient):
    """log above -decay: a share of it if negative."""
    return LogPowers(rational(decay), rational(share if share > 0 else share * decay), rational(coefficient))


def integral(law, L, log_weight, power, left, right):
    """int dy y^power weight(lambda/lambda_*), y = j/j_*, U = L + log y, falling like e^-left and e^-right in log y.

    The sums over j are these integrals up to powers of 1/j_*, and j_* = e^(L-1) is taken so large that none is seen.
    """
    y = np.arange(-45 / left, 60 / right + 20, 0.01)
    log_x = -float(law.decay) * y - float(law.log) * np.log1p(y / L)
    with np.errstate(over="ignore"):
        values = np.exp((power + 1) * y + log_weight(log_x))
    assert max(values[0], values[-1]) < 1e-13 * values.max()
    return values.sum() * 0.01  # smooth and without ends: exponentially exact


@few
@given(DECAYS, SHARES, COEFFICIENTS, st.booleans())
def test_the_next_term_is_right(decay, share, coefficient, heat):
    """What is left of a sum less its law with the next term falls like L^-2: at twice the L a quarter."""
    law = spectrum(decay, share, coefficient)
    z = Integer(1) if coefficient >= 1 else 1 - law.coefficient
    a, c, k = float(law.decay), float(law.coefficient), float(law.log)
    if heat:  # sum j^-c lambda e^{-lambda t} over j_*^{1-a-c} L^-k, lambda t = x
        found, rates = law.heat(law.coefficient), (1.0, a + c - 1)
        weigh, power = (lambda x: x - np.exp(x)), -c
    else:
        found, rates = law.resolvent(z), (float(z), a - float(z))
        weigh, power = (lambda x: -np.logaddexp(0, -x)), float(z) - 1
    scale, left = (1 + abs(k)) * (1 + 1 / min(rates)), []
    for L in (4e4, 8e4):
        value = integral(law, L, weigh, power, *rates)
        left.append(value / float(found.constant) - 1 - float(found.next) / L)
    assert abs(left[1]) <= 10 * (scale / 8e4) ** 2 + 1e-11
    assert abs(left[0] - 4 * left[1]) <= 10 * (scale / 4e4) ** 3 + 1e-11


@few
@given(DECAYS, SHARES, COEFFICIENTS)
def test_the_powers_of_the_logarithm_are_those_of_the_minimum(decay, share, coefficient):
    """The two tied terms in numbers at log f = 1e40 and 1e60: where they cross, and the power of log f there."""
    law = spectrum(decay, share, coefficient)
    assume(coefficient != 1)
    terms, found = LogLaw(law), derive(law.decay / 2, law.coefficient / 2)
    assume(found.phase is not None)
    powers = terms.optimum(found)
    one, other = (terms.term(name) for name in found.tradeoff)
    at = []
    with mpmath.workdps(80):
        for F in (mpmath.mpf(10) ** 40, mpmath.mpf(10) ** 60):

            def log_of(term, x, F=F):  # x = log d / log f
                big = mpmath.log(x * F if term.log_of == "d" else (1 - x) * F)
                return F * (_mp(term.d) * x + _mp(term.r) * (1 - x)) + _mp(term.log) * big

            x = mpmath.findroot(
                lambda x, F=F: (log_of(one, x) - log_of(other, x)) / F,
                (_mp(found.d_exponent), _mp(found.d_exponent) + mpmath.mpf(10) ** -30),
                tol=1e-140,
                maxsteps=100,
            )
            at.append((x * F - _mp(found.d_exponent) * F, log_of(one, x) + _mp(found.loss_exponent) * F, mpmath.log(F)))
        rise = at[1][2] - at[0][2]
        assert abs((at[1][0] - at[0][0]) / rise - _mp(powers[0])) < 1e-12
        assert abs((at[1][1] - at[0][1]) / rise - _mp(powers[1])) < 1e-12


def _mp(x):
    return mpmath.mpf(int(x.p)) / int(x.q)


def test_without_a_logarithm_it_is_the_power_law():
    law = LogLaw(LogPowers(Rational(8, 5), Integer(0), Rational(7, 5)))
    for name, term in law.pure.terms.items():
        assert law.term(name).constant == term.constant
        assert law.term(name).log == law.term(name).next == 0


@pytest.mark.parametrize(
    ("numbers", "why"), [((1, 1, 1), "faster than 1/j"), ((2, 1, 0), "needs a positive"), ((2, 1, 1), "not derived")]
)
def test_refusals(numbers, why):
    with pytest.raises(AssumptionError, match=why):
        LogLaw(LogPowers(*map(Integer, numbers)))


# ---- exponential

RATES = st.fractions(Fraction(1, 20), 6, max_denominator=20)
SOURCES = st.fractions(Fraction(1, 10), 4, max_denominator=20).filter(lambda s: s != 1)


@given(RATES, SOURCES, st.floats(20, 60))
def test_heat_sums_oscillate_by_no_more_than_is_said(rate, source, log_t):
    """sum lambda^s e^{-lambda t}, j = 1, 2, ...; the modes before the first, which the formula has too, are e^-t."""
    law, c, s = ExponentialLaw(rational(rate), rational(source)), float(rate), float(source)
    x = log_t - c * np.arange(0, math.ceil((log_t + 45 / s) / c))  # log(lambda t)
    measured = math.fsum(np.exp(s * x - np.exp(x))) / (math.gamma(s) / c)
    bound = float(law.oscillation(law.source))
    assert abs(measured - 1) <= bound + 1e-12


def test_the_bound_of_the_oscillation_is_nearly_reached():
    law, c, s = ExponentialLaw(Integer(4), Rational(1, 2)), 4.0, 0.5
    phases = np.linspace(20, 24, 200)
    worst = max(
        abs(np.exp(s * x - np.exp(x)).sum() / (math.gamma(s) / c) - 1)
        for x in (phase - c * np.arange(40) for phase in phases)
    )
    assert 0.9 * float(law.oscillation(law.source)) < worst <= float(law.oscillation(law.source))


@few
@given(RATES, SOURCES)
def test_the_optimum_is_that_of_the_terms(rate, source):
    """The terms in logs at log f = 1e20, 1e25: d* and P* against their laws, which lack a relative log log f/log f."""
    law = ExponentialLaw(rational(rate), rational(source))
    best = law.optimum
    held = {STEP: Rational(1, 10), BATCH: 1, NORM: Rational(1, 4), Symbol("u0"): 1}
    with mpmath.workdps(60):
        found = [_least(law, held, mpmath.mpf(10) ** n) for n in (20, 25)]
        (first, _, F), (second, high, G) = found
        loss = mpmath.mpf(str(best.loss_constant.subs(held).n(40)))
        expected = mpmath.log(loss) - _mp(best.loss_exponent) * G + _mp(best.loss_log) * mpmath.log(G)
        assert abs(high - expected) < 1e-15
        rise = second - first - _mp(best.d_exponent) * (G - F)
        assert abs(rise / (mpmath.log(G) - mpmath.log(F)) - _mp(best.d_log)) < 1e-12
        if best.d_constant is not None:
            assert abs(second - mpmath.log(_mp(best.d_constant) * G)) < 1e-15


def _least(law, held, F):
    """log d* and log P* of F_pp, F_ac and K_pp at f = e^F, by golden section in log d.

    For a source above 1 the loss is F_ac without crowding, which does not depend on d, times 1 + a part that falls like
    a power of 1/f, which alone is minimised: ``u^-2 - 1 = w (2 - w)/(1 - w)^2``, w = 1 - u, and the ratios to F_ac.
    """
    c, s = _mp(law.rate), _mp(law.source)
    constant = {}
    for term in law.terms[1:]:
        if term.present:  # at d = r = 1 and nothing in use
            at = term.law.subs(held).replace(lambda e: e.func.__name__ == "log", lambda e: Integer(0))
            constant[term.name] = mpmath.log(mpmath.mpf(str(at.subs({SIZE: 1, STEPS: 1}).n(60))))

    def log_of(x):
        r = F - x
        w = (r + mpmath.log(mpmath.mpf(1) / 5)) / (c * mpmath.exp(x))
        if w >= 1:
            return mpmath.inf
        if not law.easy:
            return constant["F_pp"] - s * (r + mpmath.log(1 - w))
        ratios = [mpmath.log(w * (2 - w) / (1 - w) ** 2)]
        ratios += [constant[name] - n * r - (constant["F_ac"] - F) for name, n in (("F_pp", s), ("K_pp", 2))]
        top = max(ratios)
        return top + mpmath.log(mpmath.fsum(mpmath.exp(v - top) for v in ratios))

    low = mpmath.log(F / c)
    high = _mp(law.optimum.d_exponent) * F + 10 * mpmath.log(F) if law.easy else low + 20
    ratio = (mpmath.sqrt(5) - 1) / 2
    for _ in range(400):
        one, two = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, two) if log_of(one) < log_of(two) else (one, high)
    x = (low + high) / 2
    return x, constant["F_ac"] - F if law.easy else log_of(x), F


def test_refusals_of_exponential_laws():
    with pytest.raises(AssumptionError, match="source 1"):
        ExponentialLaw(Integer(1), Integer(1))
    with pytest.raises(AssumptionError, match="both positive"):
        ExponentialLaw(Integer(0), Integer(2))
