"""Near the lines where exponents crowd: the series stay short, complete and right, and the crowd is said."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.models.crossover import Crossover
from tauber.theory.models.plrf.crossover_series import SmallTime
from tauber.theory.models.plrf.crowding import crowds
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.model import assumption_at
from tauber.theory.models.plrf.optimum import optimal_constants
from tauber.theory.models.plrf.window import Window

from ..sampling import sampled, some

HALF = Rational(1, 2)


def law_at(alpha, beta, order=4):
    narrow = 2 * alpha <= 1
    return ExactLaw(Setting(alpha, beta, strength=HALF, ratio=Rational(10) if narrow else None), order)


def off(line, digits, side):
    return line + side * Rational(1, 10**digits)


@sampled(3, 16)
@given(
    st.fractions(Fraction(13, 20), Fraction(3, 2), max_denominator=40),
    st.fractions(Fraction(1, 40), Fraction(3, 2), max_denominator=40),
)
@example(Fraction(4, 5), Fraction(3, 10))  # 2 beta < 1: T begins with a negative power
@example(Fraction(4, 5), Fraction(7, 10))
def test_all_terms_below_the_bound_are_complete(alpha, beta):
    spectrum = assumption_at(Rational(alpha.numerator, alpha.denominator), Rational(beta.numerator, beta.denominator))
    short, long = (Window(spectrum, order, bound) for order, bound in ((2, Fraction(1)), (3, Fraction(3, 2))))
    found, expected = (
        {(t.i, t.e, t.log, t.factor): str(t.coefficient) for t in w.terms if t.i <= 2 and short.within(t.i, t.e)}
        for w in (short, long)
    )

    assert found == expected


@settings(max_examples=5, deadline=None)
@given(
    st.fractions(Fraction(3, 10), Fraction(9, 20), max_denominator=40),
    st.fractions(Fraction(1, 10), Fraction(3, 2), max_denominator=40).filter(lambda b: 2 * b != 1),
)
def test_the_series_of_the_crossover_is_complete(alpha, beta):
    crossover = Crossover(
        Rational(alpha.numerator, alpha.denominator), Rational(beta.numerator, beta.denominator), Rational(10), HALF
    )
    short, long = (SmallTime(crossover, Fraction(bound)) for bound in (0, 1))
    found, expected = ({(e, log, f): str(c) for e, log, c, f in series.terms if e <= 0} for series in (short, long))

    assert found == expected


@pytest.mark.parametrize("digits", [2, 16])
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    "beta", some([Rational(1, 1000), Rational(3, 10), Rational(7, 10), Rational(2)], quick=(0, 2)), ids=str
)
def test_near_the_line_the_series_are_no_longer_than_asked(beta, side, digits):
    """The cost is the number of terms: it must not grow like the distance from the line."""
    law = law_at(off(HALF, digits, side), beta)
    assert len(law.corrections) == law.order
    assert len({(t.d, t.r, t.log) for t in law.corrections}) == law.order

    if side > 0:
        assert len(law.window.in_time.terms) < 120
        assert law.remainder not in {(t.d, t.r, t.log) for t in law.corrections}


@pytest.mark.parametrize("alpha", ["51/100", "5001/10000", "500000001/1000000000"])
def test_near_the_line_the_row_of_the_kernel_comes_first(alpha):
    """``S (-y)^n / (1-N)^{n+1} t^{-n(1-q)-1} / Gamma(-n(1-q))``, from 1/(1 - N + y eta^{1-q}) with y = gamma A/2."""
    law = law_at(Rational(alpha), Rational(7, 10))
    with mpmath.workdps(30):
        q = 1 / (2 * mpmath.mpf(law.setting.alpha.p) / law.setting.alpha.q)
        w = 2 * mpmath.mpf(7) / 10
        step = mpmath.mpf(1) / 2 / mpmath.zeta(1 / q)
        norm = mpmath.nsum(lambda k: step**k * mpmath.zeta(k / q), [1, mpmath.inf]) / 2
        level = mpmath.zeta(w) + mpmath.nsum(lambda k: step**k * mpmath.zeta(w + k / q), [1, mpmath.inf])
        y = step / 2 * mpmath.pi * q / mpmath.sin(mpmath.pi * q)
        for n, term in enumerate(law.corrections, start=2):
            e = n * (1 - q)
            value = level * (-y) ** n / (1 - norm) ** (n + 1) * (2 * step) ** (-e - 1) * mpmath.rgamma(-e)
            assert term.d == 0
            assert term.r == -n * (1 - 1 / (2 * law.setting.alpha)) - 1
            assert abs(mpmath.mpf(str(term.value)) / value - 1) < 1e-12


@sampled(4, 24)
@given(
    st.fractions(Fraction(13, 25), Fraction(3, 2), max_denominator=60),
    st.fractions(Fraction(13, 25), Fraction(5, 2), max_denominator=60),
)
@example(Fraction(5001, 10000), Fraction(7, 10))
@example(Fraction(4, 5), Fraction(5001, 10000))
@example(Fraction(4, 5), Fraction(7999, 10000))
@example(Fraction(4, 5), Fraction(8001, 10000))
def test_the_correction_of_the_optimum_inside_the_window(alpha, beta):
    """Phases II and III: the next terms are those of the other pole and of the kernel (or of both)."""
    if alpha == beta:
        return
    q = 1 / (2 * alpha)
    expected = (
        min(beta - Fraction(1, 2), alpha - beta) / (alpha + beta)
        if beta < alpha
        else min((beta - alpha) * q, (1 - q) / 2)
    )
    a, b = (Rational(x.numerator, x.denominator) for x in (alpha, beta))
    found = optimal_constants(ExactLaw(Setting(a, b)), minimise=False).correction_exponent

    assert found == Rational(expected.numerator, expected.denominator)


@given(
    st.fractions(Fraction(1, 100), 3, max_denominator=10**6), st.fractions(Fraction(1, 100), 3, max_denominator=10**6)
)
def test_a_crowd_is_said_exactly_where_exponents_are_near(alpha, beta):
    rows = [crowd for crowd in crowds(alpha, beta) if crowd.needed is not None]
    gap = abs(1 - 1 / (2 * alpha))

    assert bool(rows) == (0 < gap < Fraction(1, 10))
    assert all(crowd.needed - 1 < 1 / gap <= crowd.needed for crowd in rows)


@pytest.mark.parametrize(
    ("alpha", "beta", "line"),
    [
        ("4/5", "5001/10000", "2*beta = 1"), ("4/5", "13001/10000", "2*beta = 1 + 2*alpha"),
        ("2501/10000", "7/10", "4*alpha = 1"), ("3/10", "2001/10000", "2*beta = 1 - 2*alpha"),
    ],
)  # fmt: skip
def test_pairs_that_nearly_cancel_are_said(alpha, beta, line):
    found = crowds(Fraction(alpha), Fraction(beta))

    assert [(crowd.line, crowd.needed) for crowd in found] == [(line, None)]
