"""The series ring, the termwise inverse Laplace transform, and the engine's own laws."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import N, Rational
from sympy.polys.domains import QQ
from sympy.polys.rings import ring

from tauber.theory.algebra.scales import inverse_factors
from tauber.theory.algebra.series import Grading
from tauber.theory.errors import AssumptionError
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.level import Level
from tauber.theory.models.plrf.model import assumption_at
from tauber.theory.models.plrf.optimum import optimal_constants
from tauber.theory.models.plrf.window import Window

made, Q, C = ring("q, c", QQ)
GRADING = Grading(made, (Fraction(1), Fraction(5, 8)), (made.one, Q), 2, Fraction(4), Fraction(5, 8))
small = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(-1, 2), st.integers(0, 1), st.integers(-3, 3))


@st.composite
def series(draw):
    """A series without constant term: every monomial has a power of 1/d or a positive exponent."""
    terms = {}
    for i, n, m, k, c in draw(st.lists(small, max_size=4)):
        if i > 0 or n + m * 0.625 > 0:
            terms[i, (n, m), k] = made(c) * C
    return GRADING.series(terms)


@given(series(), series(), series())
def test_a_ring(u, v, w):
    assert ((u + v) * w).terms == (u * w + v * w).terms
    assert ((u * v) * w).terms == (u * (v * w)).terms
    assert (u - u).terms == {}


@given(series())
def test_powers_add_up(w):
    """(1 + w)^q (1 + w)^{1-q} = 1 + w for the symbolic exponent q, with everything cut alike."""
    one = GRADING.constant(1)
    half, rest = w.scaled_power((0, 1)), w.scaled_power((1, -1))

    assert (half * rest).terms == (GRADING.monomial(e=1) * (one + w)).terms


@given(series())
def test_the_logarithm_of_a_product(w):
    doubled = w + w + w * w  # (1 + w)^2 - 1

    assert doubled.log1p().terms == (w.log1p() * 2).terms


@pytest.mark.parametrize("e", [Fraction(-1, 3), Fraction(-1), Fraction(-7, 4)])
@pytest.mark.parametrize("logs", [0, 1, 2])
def test_inverse_transform_transforms_back(e, logs):
    """``int e^{-st} t^{-e-1} sum_l f_l (log t)^l dt = s^e (log s)^logs``, by quadrature in u = log t, for e < 0."""
    factors = [mpmath.mpf(str(N(f, 20))) for f in inverse_factors(e, logs)]
    s, power = mpmath.mpf(3) / 2, mpmath.mpf(e.numerator) / e.denominator

    def integrand(u):
        return mpmath.exp(-s * mpmath.exp(u) - power * u) * sum(f * u**n for n, f in enumerate(factors))

    found = mpmath.quad(integrand, [-130, -60, -20, -5, 0, 2, 5])
    assert abs(found - s**power * mpmath.log(s) ** logs) < 1e-12


def test_analytic_powers_vanish_and_their_logarithms_do_not():
    assert inverse_factors(Fraction(2), 0) == [0]
    assert inverse_factors(Fraction(2), 1) == [-2, 0]  # d/de of 1/Gamma(-e) at e = n is (-1)^{n+1} n!


def test_a_longer_expansion_contains_the_shorter_one():
    spectrum = assumption_at(Rational(81, 100), Rational(29, 100))
    short, long = (Window(spectrum, order, Fraction(bound)).terms for order, bound in ((1, 1), (2, 2)))
    longer = {(t.i, t.e, t.log): t.coefficient for t in long}

    for t in short:
        assert str(longer[t.i, t.e, t.log]) == str(t.coefficient)


def test_the_level_begins_with_the_two_poles_of_the_target():
    first, second = Level(assumption_at(Rational(81, 100), Rational(29, 100)), 2, Fraction(2)).terms[:2]

    assert (first.i, second.i) == (0, 0)
    assert {first.e, second.e} == {Fraction(20, 27), Fraction(1)}  # p and 1


def test_setting_says_what_is_missing():
    with pytest.raises(AssumptionError, match="`strength`"):
        Setting(Rational(2, 5), Rational(1), step=Rational(1, 10))
    with pytest.raises(AssumptionError, match="`ratio=10`"):
        _ = Setting(Rational(2, 5), Rational(1), strength=Rational(1, 2)).modes_per_feature
    with pytest.raises(AssumptionError, match="give one of"):
        Setting(Rational(4, 5), Rational(1), step=Rational(1, 2), strength=Rational(1, 2))


def test_no_optimal_constants_on_a_boundary():
    with pytest.raises(AssumptionError, match="boundary of II, III"):
        optimal_constants(ExactLaw(Setting(Rational(1), Rational(1), step=Rational(1, 10))))
