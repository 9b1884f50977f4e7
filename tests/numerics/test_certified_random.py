"""Random problems, two goals each: both are met, the balls overlap, and the float solution keeps its promise."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import PrecisionLost
from tauber.numerics.certified import CertifiedPLRF, Refused

from ..sampling import sampled

DRAWS_A_SEED = 2500


def problem(number):
    """A problem from a source of numbers in [0, 1): exponents, sizes to 1e7 or infinite, step size, time, goals."""
    alpha = Fraction(round(15 + 135 * number()), 100)
    beta = Fraction(round(150 * number()), 100)
    d = math.floor(3 * 10 ** (6.5 * number()))
    infinite = alpha >= Fraction(11, 20) and number() < 0.4
    v = math.inf if infinite else d + 1 + math.floor(d * 10 ** (4 * number() - 3))
    batch = 1 + math.floor(8 * number())
    share = Fraction(round(20 + 950 * number()), 1000)
    early = number() < 0.2
    time = math.floor(100 * number()) if early else math.floor(10 ** (10 * number()))
    goals = [6 + math.floor(6 * number()), 8 + math.floor(14 * number())]
    return (alpha, beta, d, v, batch), share, time, goals


def check(case, share, time, goals):
    """Raises AssertionError on a miss, Refused without a certificate."""
    *point, batch = case
    limit = CertifiedPLRF(*point, batch=batch).stability_limit(12).lower
    model = CertifiedPLRF(*point, batch=batch, step_size=(limit * share).limit_denominator(10**12))
    one, two = (model.curve([time], goal)[0].ball for goal in goals)

    for ball, goal in zip((one, two), goals, strict=True):
        assert ball.rad * 10**goal <= ball.lower, (case, share, time, goal)
    assert one.overlaps(two), (case, share, time, goals)
    try:
        loss, error, *_ = model.rough.point(time) if time else (None, None)
    except PrecisionLost:
        return
    if loss is not None:  # ten times its estimate is what tests/numerics/test_honesty.py promises of a float
        assert abs(Fraction(float(loss)) - two.mid) <= two.rad + Fraction(10 * float(error) * float(loss)), (case, time)


@pytest.mark.dear
@sampled(5, 25)
@given(seed=st.integers(0, 2**32))
def test_random_problems(seed):
    check(*problem(random.Random(seed).random))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_random_problems(seed):
    """No miss, and fewer than one refusal in a thousand (two in the share of each seed at most)."""
    draw, refused = random.Random(seed), []
    for _ in range(DRAWS_A_SEED):
        case = problem(draw.random)
        try:
            check(*case)
        except Refused as refusal:
            refused.append((case, str(refusal)))

    assert len(refused) <= 2, refused
