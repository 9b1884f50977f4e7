"""Declared spectra: what is derived from their zeta functions against the solvers on their modes.

The two wings make the spectrum from its record each by itself. Errors are compared with themselves at a larger scale,
and must shrink as the derived remainder says: the first term that the window leaves out, the next pole of a law.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.models.assumption import assumption
from tauber.numerics import PLRF
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.explaining import LearningCurve
from tauber.spectra import Powers, TwoPowers, Union
from tauber.theory.models import dynamical, explaining
from tauber.theory.models.plrf import derive
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.optimum import optimal_constants

STEP = Rational(1, 10)
TWO = TwoPowers("8/5", "67/100", "1/2", "3/5")
SLOW_TARGET = Union((Powers("8/5", "4"), Powers("12/5", "13/5")))  # the capacity of the first, the target of the second
DOUBLED = Union((Powers("8/5", "14/5"), Powers("8/5", "14/5", "1/2")))  # twice as many modes
SHIFTED = Powers("9/5", "12/5", "3/2")


def slow(record):
    return pytest.param(record, marks=pytest.mark.slow)


two_powers = st.builds(
    TwoPowers,
    st.fractions(Fraction(7, 5), Fraction(11, 5), max_denominator=10),
    st.fractions(Fraction(1, 2), Fraction(3, 2), max_denominator=7),
    st.fractions(Fraction(-1, 2), Fraction(1), max_denominator=6),
    st.fractions(Fraction(1, 5), Fraction(2), max_denominator=9),
)
shifted = st.builds(
    lambda decay, coefficient, shift: Powers(decay, decay + coefficient, shift),
    st.fractions(Fraction(7, 5), Fraction(11, 5), max_denominator=10),
    st.fractions(Fraction(1, 5), Fraction(2), max_denominator=9),
    st.fractions(Fraction(-1, 2), Fraction(3), max_denominator=8),
)


def size(amount, d, r, gamma=0.1):
    return float(amount.value) * d ** float(amount.d) * r ** float(amount.r) * math.log(2 * gamma * r) ** amount.log


FOUR, NAMES = [SHIFTED, SLOW_TARGET, DOUBLED, slow(TWO)], ["shifted", "slow", "doubled", "two"]


@pytest.mark.slow
@settings(max_examples=4)
@given(st.one_of(two_powers, shifted))
@example(TwoPowers("8/5", "1/4", "-1/3", "7/5"))  # a ladder of many poles
def test_the_window_of_any_draw(record):
    check_window(record)


@pytest.mark.parametrize("record", [SHIFTED, SLOW_TARGET, DOUBLED], ids=["shifted", "slow", "doubled"])
def test_the_window_of_the_plrf(record):
    check_window(record)


def check_window(record):
    """Along r = d^alpha, the middle of the window: named terms and two corrections, then the remainder."""
    law = ExactLaw(Setting.of(assumption(record), step=STEP), order=2)
    shown = [t for t in law.terms.values() if t.name != "F_0"] + list(law.corrections)
    alpha = float(law.setting.alpha)
    d_left, r_left, _ = law.remainder
    rest = -float(d_left) - alpha * float(r_left)
    errors = []
    for d in (1e6, 1e10):
        r = round(d**alpha)
        loss = float(PLRF(None, None, d, math.inf, spectrum=record, step_size=0.1).curve([r]).loss[0])
        errors.append(abs(sum(size(t, d, r) for t in shown) - loss) + 1e-12 * loss)

    assert errors[1] <= errors[0] * 1e4 ** -(0.85 * rest)


@pytest.mark.parametrize(
    "record", [SHIFTED, SLOW_TARGET, DOUBLED, slow(TWO)], ids=["shifted", "slow", "doubled", "two"]
)
def test_the_level_of_the_plrf(record):
    """Its leading constant, reached like the derived gap says: the next pole, the other power of the level, or 1/d."""
    law = ExactLaw(Setting.of(assumption(record), step=STEP))
    level, like = law.term("F_0"), law.setting.likeness
    q = 1 / (2 * law.setting.alpha)
    gap = min([1, abs(1 - 2 * law.setting.beta), *([] if like.gap is None else [like.gap / q])])
    ratios = [
        float(PLRF(None, None, d, math.inf, spectrum=record, step_size=0.1).level) / size(level, d, 10.0) - 1
        for d in (1e6, 1e9)
    ]

    assert abs(ratios[1]) < abs(ratios[0]) * 1000 ** -(0.8 * float(gap))


def optimum_by_search(record, f):
    """The least loss on the budget ``d r = f``, by golden section over log d."""

    def loss(x):
        d = math.exp(x)
        return float(PLRF(None, None, d, math.inf, spectrum=record, step_size=0.1).curve([f / d]).loss[0])

    low, high = 0.25 * math.log(f), 0.65 * math.log(f)
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        one, two = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, two) if loss(one) < loss(two) else (one, high)
    return loss(low)


@pytest.mark.slow
@pytest.mark.parametrize("record", [TWO, DOUBLED, Powers("9/5", "16/5", "-1/4")], ids=["Ia", "doubled", "shifted"])
def test_the_optimum_has_the_derived_constant(record):
    law = ExactLaw(Setting.of(assumption(record), step=STEP))
    best = optimal_constants(law, answer=derive(law.setting.alpha, law.setting.beta))
    off = [
        optimum_by_search(record, f) / (float(best.loss_value) * f ** -float(best.loss_exponent)) - 1
        for f in (1e12, 1e18)
    ]

    assert abs(off[1]) < abs(off[0]) * 1e6 ** -(0.7 * float(best.correction_exponent))


@pytest.mark.parametrize(
    "record", [SHIFTED, SLOW_TARGET, DOUBLED, slow(TWO)], ids=["shifted", "slow", "doubled", "two"]
)
def test_laws_of_the_dynamical_model(record):
    """Time, width and data, each with its constant, reached at the relative power that is stated."""
    spectrum = assumption(record)
    for name, sizes in (("time", (1e5, 1e8)), ("width", (1e4, 1e7)), ("data", (1e4, 1e7))):
        law = dynamical.law_of(name, spectrum)
        ratios = [measured(record, name, x) / law_size(law, x) - 1 for x in sizes]

        shrunk = 0 if law.correction is None else abs(ratios[0]) * 1000 ** -(0.8 * float(law.correction))
        assert abs(ratios[1]) < shrunk + 1e-7, name


def law_size(law, x):
    return float(law.constant.n(20)) * x ** float(law.exponent) * math.log(x) ** law.logs


def measured(record, name, x):
    if name == "time":
        return float(Dynamical(None, None, math.inf, math.inf, spectrum=record).curve([x]).test[0])
    model = LearningCurve(None, None, spectrum=record)
    one, other = (x, math.inf) if name == "data" else (math.inf, x)
    return float(model.at(one, other).loss)


def test_laws_of_explaining_are_those_of_the_dynamical_model():
    spectrum = assumption(SLOW_TARGET)
    found = explaining.derive_spectrum(spectrum)

    assert found.laws["features"] == dynamical.law_of("width", spectrum)
    assert found.duality == "exponents"
    assert explaining.derive_spectrum(assumption(TwoPowers("8/5", "1/2", "1/2", 0))).duality == "identity"
