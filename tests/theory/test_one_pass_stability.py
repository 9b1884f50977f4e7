"""Where a law of the step size is stable: against a scan of the window, and in the answers of the diagram."""

from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.errors import AssumptionError
from tauber.theory.models.one_pass.phases import optimum, phase_diagram
from tauber.theory.models.one_pass.stability import anywhere, from_alpha
from tauber.theory.models.one_pass.training import Training

from ..sampling import sampled

SCAN = 240
falls = st.fractions(Fraction(-3, 2), 0, max_denominator=12)
slow_falls = st.fractions(Fraction(-11, 12), 0, max_denominator=12)
alphas = st.fractions(Fraction(1, 40), 1, max_denominator=40)


def stable_at(x, y, alpha, t):
    """gamma, gamma tau^(q-1) and gamma tau d^(1 - 4 alpha) at tau = d^t, all at most 1; gamma = d^x n^y."""
    gamma = (x + y * t) / (1 + y)  # gamma = d^x (tau/gamma)^y
    q = 1 / (2 * alpha)
    return max(gamma, gamma + (q - 1) * t, gamma + t + 1 - 4 * alpha) <= 0


def scanned(x, y, alpha):
    """At many times of the window, and at all where one of the three is 1."""
    q, rest = 1 / (2 * alpha), x / (1 + y)
    slopes = [(y / (1 + y), 0), (y / (1 + y) + q - 1, 0), (y / (1 + y) + 1, 1 - 4 * alpha)]
    times = [2 * alpha * k / SCAN for k in range(SCAN + 1)] + [
        -(rest + level) / slope for slope, level in slopes if slope
    ]
    return any(0 <= t <= 2 * alpha and stable_at(x, y, alpha, t) for t in times)


def law(x, y):
    return Training((Rational(x), Rational(y)))


@given(x=falls, y=slow_falls, alpha=alphas)
@example(x=Fraction(0), y=Fraction(-1, 10), alpha=Fraction(1, 4))
def test_stable_somewhere_is_what_a_scan_finds(x, y, alpha):
    assert anywhere(law(x, y), Rational(alpha)) == scanned(x, y, alpha)


@sampled(6, 40)
@given(x=falls, y=slow_falls, more=st.fractions(0, 2, max_denominator=20))
def test_from_the_least_alpha_on_it_is_stable_and_just_below_it_is_not(x, y, more):
    least = from_alpha(law(x, y))
    assume(least.is_Rational)
    least = Fraction(int(least.p), int(least.q))
    if least + more > 0:
        assert scanned(x, y, least + more)
    if least > 0:
        assert not scanned(x, y, least * Fraction(999, 1000))


@pytest.mark.dear
@sampled(6, 40)
@given(x=falls, y=slow_falls, alpha=alphas)
def test_the_optimum_is_refused_where_it_is_unstable_and_only_there(x, y, alpha):
    point = Rational(alpha), Rational(1) - Rational(alpha)
    if anywhere(law(x, y), point[0]):
        assert optimum(law(x, y), *point).exponents
    else:
        with pytest.raises(AssumptionError, match="unstable at every size and time; it is stable for alpha >= "):
            optimum(law(x, y), *point)


def test_a_diagram_is_that_of_the_stable_part():
    diagram = phase_diagram(law(0, Fraction(-1, 10)))

    assert from_alpha(law(0, Fraction(-1, 10))) == Rational(1, 4)
    assert {phase.name for phase in diagram.phases} >= {"F_pp = F_ac", "none"}
    assert from_alpha(Training("free")) == from_alpha(Training("stable")) == 0
