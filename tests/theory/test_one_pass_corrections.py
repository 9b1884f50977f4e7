"""Orders of what corrects the least loss: by hand, and against what the exact constants know of them."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.errors import AssumptionError, NoConstant
from tauber.theory.models.one_pass.corrections import correction_rates
from tauber.theory.models.one_pass.training import Training
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.optimum import optimal_constants

NOISE = Rational(0)


@pytest.mark.parametrize(
    ("training", "point", "expected"),
    [
        # d = f^(5/14), tau = f^(9/14): tau^q/d of the ridge is f^(-5/42); noise gamma tau^(q-1) is f^(-17/42)
        (Training("free"), ("27/20", "3/4"), ["5/42", "5/21", "2/7"]),
        # d = tau = f^(1/2): tau^q/d = f^(-3/16); F_0 of head modes is no term inside the window
        (Training("free"), ("4/5", "11/10"), ["3/16", "3/8", "1/2"]),
        # d, gamma, tau = f^(5/19, -6/19, 8/19): F_ac over F_pp is d^(-2/5), noise remembered over noise tau^(-3/8)
        (Training("free", NOISE), ("4/5", "3/10"), ["2/19", "3/19", "4/19"]),
        # tau_c^p = tau^(q-1)/P with d = f^(6/11), tau = f^(5/11), p = 23/15, q = 2/3: tau_c/tau
        (Training("free", warmup=True), ("3/4", "9/10"), ["25/253"]),
        # theta = tau^(11/8) = f^(88/119), d = f^(55/119): modes learned over steps made theta^q/tau; tau^q/d of the
        # velocity's noise; head over tail modes d^(-2/5); tau/theta
        (
            Training(momentum="dana-decaying"),
            ("4/5", "3/10"),
            ["9/119", "15/119", "18/119", "22/119", "24/119"],
        ),
        # d = f^(10/23), tau = f^(13/23), theta = tau^2/d: the velocity's noise tau^q/d; theta^q/tau = tau/theta
        (Training(momentum="dana-constant"), ("4/5", "3/10"), ["15/184", "3/23", "15/92", "4/23"]),
    ],
)
def test_by_hand(training: Training, point: tuple, expected: list) -> None:
    found = correction_rates(training, *map(Rational, point), len(expected), finite_modes=False)
    assert list(found) == list(map(Fraction, expected))


halves = st.fractions(Fraction(11, 20), Fraction(3, 2), max_denominator=20)


@settings(max_examples=settings().max_examples // 2)
@given(halves, st.fractions(Fraction(1, 10), Fraction(3, 2), max_denominator=20))
def test_the_first_is_that_of_the_exact_constants(alpha: Fraction, beta: Fraction) -> None:
    """For a fixed step size, whose window is expanded with its constants in `plrf.window`."""
    a, b = Rational(alpha), Rational(beta)
    try:
        known = optimal_constants(ExactLaw(Setting(a, b), order=0), minimise=False).correction_exponent
    except (NoConstant, AssumptionError):
        assume(False)
    (first,) = correction_rates(Training("stable"), a, b, 1, finite_modes=False)
    assert first == Fraction(int(known.p), int(known.q))


@pytest.mark.parametrize("point", [("2/5", "3/10"), ("3/10", "7/20"), ("2/5", "1"), ("3/20", "9/10")])
def test_the_first_for_a_step_size_by_the_trace(point: tuple) -> None:
    a, b = map(Rational, point)
    law = ExactLaw(Setting(a, b, strength=Rational(1, 2), ratio=Rational(4)), order=0)
    known = optimal_constants(law, minimise=False).correction_exponent
    (first,) = correction_rates(Training("stable"), a, b, 1, finite_modes=True)
    assert first == Fraction(int(known.p), int(known.q))


def test_the_best_end_needs_its_power() -> None:
    with pytest.raises(AssumptionError, match="give its power"):
        correction_rates(Training("free", NOISE, "best"), Rational(4, 5), Rational(3, 10), 1, finite_modes=False)
    with pytest.raises(AssumptionError, match="does not lead"):
        correction_rates(Training("free", warmup=True), Rational(3, 5), Rational(8, 5), 1, finite_modes=False)
