"""Balls in and out: exact parameters, decimals that enclose, precision that is restored."""

import math
from decimal import Decimal
from fractions import Fraction

import flint
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tauber.numerics.certified.balls import Enclosure, Refused, arb, enclosure, exact, power, working
from tauber.numerics.errors import TauberInputError


@st.composite
def enclosures(draw):
    """Centres and radii over many magnitudes, of both signs, radii from 0 to beyond the centre."""
    centre = Fraction(draw(st.integers(-(10**25), 10**25))) * Fraction(10) ** draw(st.integers(-60, 40))
    radius = Fraction(draw(st.integers(0, 10**6))) * Fraction(10) ** draw(st.integers(-70, 30))
    return Enclosure(centre, radius)


def parsed(text):
    """Centre and radius of a printed ball, exactly."""
    centre, radius = text.strip("[]").split(" +/- ")
    return Fraction(Decimal(centre)), Fraction(Decimal(radius))


@given(ball=enclosures(), digits=st.integers(1, 40))
@example(ball=Enclosure(Fraction(0), Fraction(0)), digits=5)
@example(ball=Enclosure(Fraction(999999), Fraction(1, 10**7)), digits=6)
@example(ball=Enclosure(Fraction(1), Fraction(999_999, 10**12)), digits=9)
def test_what_is_printed_holds_the_ball(ball, digits):
    centre, radius = parsed(ball.text(digits))

    assert centre - radius <= ball.lower
    assert ball.upper <= centre + radius
    assert ball.radius_text(digits) == ball.text(digits).split("+/- ")[1].rstrip("]")
    with working(400):
        back = enclosure(arb(ball.text(digits)))
    assert back.lower <= ball.lower
    assert ball.upper <= back.upper


@given(ball=enclosures(), digits=st.integers(1, 40))
def test_no_uncertain_digit_is_shown(ball, digits):
    """The last place printed is above the radius, and nothing is printed beyond digits + 1."""
    text = ball.text(digits).strip("[]").split(" +/- ")[0]
    shown = Decimal(text)
    if shown:
        assert len(shown.as_tuple().digits) <= digits + 2  # rounding 9.99.. up makes one more
        assert ball.rad < Fraction(10) ** shown.as_tuple().exponent


@given(ball=enclosures(), digits=st.integers(1, 20))
def test_intervals_are_rounded_outward(ball, digits):
    low, high = (Fraction(Decimal(end)) for end in ball.interval(digits))
    size = max(abs(ball.lower), abs(ball.upper))

    assert low <= ball.lower
    assert ball.upper <= high
    assert ball.lower - low <= size * Fraction(10) ** (1 - digits)
    assert high - ball.upper <= size * Fraction(10) ** (1 - digits)


@given(mid=st.integers(10**19, 10**20), digits=st.integers(3, 18))
def test_a_radius_within_the_goal_is_printed_within_it(mid, digits):
    """The promise of `goal.PRINTED`: a quarter of the goal leaves room for the rounding of the decimals."""
    ball = Enclosure(Fraction(mid), Fraction(mid, 4 * 10**digits))
    centre, radius = parsed(ball.text(digits))

    assert radius <= centre / 10**digits


@given(ball=enclosures())
def test_relative_is_rounded_up(ball):
    least = max(ball.lower, -ball.upper)

    assert ball.relative == math.inf if least <= 0 else Fraction(ball.relative) >= ball.rad / least


@pytest.mark.parametrize(
    ("given_as", "value"),
    [(0.1, Fraction(0.1)), ("0.1", Fraction(1, 10)), ("4/5", Fraction(4, 5)), (Fraction(1, 3), Fraction(1, 3)), (7, 7)],
)
def test_parameters_are_exact(given_as, value):
    assert exact(given_as) == value


@pytest.mark.parametrize("wrong", [math.nan, math.inf, True, None, 1j, "x", "1/0"])
def test_what_is_no_rational_is_refused(wrong):
    with pytest.raises(TauberInputError):
        exact(wrong)


@pytest.mark.parametrize("ball", [arb("nan"), arb("inf"), arb(0, math.inf)])
def test_a_ball_that_bounds_nothing_is_refused(ball):
    """NaN balls "contain" everything, so they must not get out."""
    with pytest.raises(Refused):
        enclosure(ball)


def test_precision_and_cap_are_restored_after_an_error():
    before = flint.ctx.prec, flint.ctx.cap

    def fail():
        with working(300):
            assert flint.ctx.prec == 300
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (flint.ctx.prec, flint.ctx.cap) == before


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 10])
def test_powers_of_a_ball_around_zero_are_finite(exponent):
    """`arb ** int` gives nan there."""
    assert power(arb(0, 0.02), exponent).is_finite()
    with working(100):
        assert power(arb(3), exponent) == 3**exponent


def test_refusal_says_what_and_at_which_precision():
    refusal = Refused("a < b", 64)

    assert (refusal.inequality, refusal.bits) == ("a < b", 64)
    assert "64 bits" in str(refusal)
    assert str(refusal).endswith(".")
