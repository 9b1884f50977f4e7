"""What is derived for L(D, P): limits, duality, regimes, optimal ridge."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sympy import Rational, S, cancel, simplify

from tauber.theory.errors import AssumptionError
from tauber.theory.models import dynamical
from tauber.theory.models.explaining import derive, dual_form, law_at, laws, phase_diagram
from tauber.theory.models.explaining import model as m
from tauber.theory.optimum.plane import a, b

above_one = st.fractions(min_value=Fraction(21, 20), max_value=6, max_denominator=30).filter(lambda x: x > 1)
few = settings(max_examples=settings().max_examples // 4)


def rational(x):
    return Rational(x.numerator, x.denominator)


def test_limits_are_those_of_the_notes():
    q, d, p, s2 = m.Q, m.DATA, m.FEATURES, m.SIGMA**2
    assert cancel(m.many_features() - (d * m.T0 + s2 * q) / (d - q)) == 0
    assert cancel(m.few_features() - (d * m.T1 + s2 * p) / (d - p)) == 0
    few_data = d * m.T0 / (d - q) + d * m.T1 / (p - d) + s2 * (q / (d - q) + d / (p - d))
    assert cancel(m.few_data() - few_data) == 0


def test_duality_is_an_identity_and_breaks_with_noise_or_another_target():
    swap = {m.DATA: m.FEATURES, m.FEATURES: m.DATA}
    assert cancel(dual_form() - dual_form().subs(swap, simultaneous=True)) == 0
    general = m.loss().subs(m.SIGMA, 0)
    assert simplify(general - general.subs(swap, simultaneous=True)) != 0
    noisy = m.loss().subs({m.T1: m.KAPPA * m.Z, m.T2: m.KAPPA * m.Q})
    assert simplify(noisy - noisy.subs(swap, simultaneous=True)) != 0


@few
@given(above_one, above_one)
def test_exponents_and_duality(p, q):
    found = derive(p, q)
    least = {
        "data": min(p - 1, 2 * q),
        "features": min(p - 1, q),
        "noise": 0,
        "variance_data": 1,
        "variance_features": 1,
    }
    least["optimal_ridge"] = Fraction(min(p - 1, 2 * q)) / (min(p - 1, 2 * q) + 1)
    for name, exponent in least.items():
        assert -found.laws[name].exponent == rational(Fraction(exponent)), name
    assert found.duality == ("identity" if p == q else "exponents" if p - 1 <= q else "none")


@few
@given(above_one, above_one)
def test_no_ridge_is_the_other_model_at_infinite_time(p, q):
    """Two models, two derivations: the levels of the one are the regimes of the other."""
    for name, other in (("data", "data"), ("features", "width"), ("noise", "noise_level")):
        one, two = law_at(name, rational(p), rational(q)), dynamical.law_at(other, rational(p), rational(q))
        assert (one.exponent, one.logs, one.correction) == (two.exponent, two.logs, two.correction)
        assert abs(one.constant.n(25) / two.constant.n(25) - 1) < 1e-20


@few
@given(above_one, above_one)
def test_optimal_ridge_by_minimisation(p, q):
    """The constant against a one-dimensional minimisation of the two leading powers of kappa, constants included."""
    assume(abs(p - 1 - 2 * q) > Fraction(1, 10) and abs(p - 1 - q) > Fraction(1, 50))
    found = law_at("optimal_ridge", rational(p), rational(q))
    x, y = float(p), float(q)
    c = mpmath.pi / y / mpmath.sin(mpmath.pi / y)
    grow = min(x - 1, 2 * y) / y
    s = (x - 1) / y
    size = (1 - s) * mpmath.pi / y / mpmath.sin(mpmath.pi * s) if s < 2 else mpmath.zeta(x - 2 * y)
    data = 1e12
    loss = lambda log: float(size * mpmath.exp(grow * log) + (1 - 1 / y) * c * mpmath.exp(-log / y) / data)  # noqa: E731
    best = minimize_scalar(loss, bracket=(-30, -5), tol=1e-12)
    derived = float(found.constant.subs(m.SIGMA, 1)) * data ** float(found.exponent)
    assert derived == pytest.approx(best.fun, rel=1e-6)


def test_general_laws_hold_the_answer_at_a_point():
    at = {a: Rational(9, 4), b: Rational(8, 5)}
    for entry in laws():
        (case,) = (c for c in entry.cases if c.condition.subs(at) == S.true)
        here = law_at(entry.name, at[a], at[b])
        assert cancel(case.exponent.subs(at) - here.exponent) == 0
        assert simplify((case.constant.subs(at) / here.constant).subs(m.SIGMA, 1)).n(20) == pytest.approx(1, abs=1e-15)


def test_phases_of_the_plane():
    diagram = phase_diagram()
    assert {p.name for p in diagram.phases} == {"tail", "tail in data, head in features", "head"}
    assert diagram["tail"].inequalities == (a - 1 < b,)
    assert {str(x.equation) for x in diagram.boundaries} == {"Eq(a - 1, b)", "Eq(a - 1, 2*b)"}


@pytest.mark.parametrize(("p", "q"), [(1, 2), (2, "1/2"), ("x", 2)])
def test_bad_exponents_are_refused(p, q):
    with pytest.raises(AssumptionError, match="above 1"):
        derive(p, q)


@pytest.mark.parametrize(("p", "q"), [("1.8123", "1.5"), ("1.85", "1.4567"), ("1.234567", "1.5")])
def test_measured_decimals_are_answered(p, q):
    """Exponents as `tauber spectrum` prints them: no power of a rational number is multiplied out."""
    found = derive(p, q)
    assert found.laws["data"].exponent == 1 - Rational(p)
    assert max(len(str(law.constant)) for law in found.laws.values()) < 400
    near = derive(str(round(float(p), 2)), str(round(float(q), 1)))
    assert float(found.laws["data"].constant) == pytest.approx(float(near.laws["data"].constant), rel=0.2)
