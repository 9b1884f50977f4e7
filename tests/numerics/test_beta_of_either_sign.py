"""beta <= 0, where the coefficients of the target grow from mode to mode: all solvers, and how good they say they are.

The power of a mode, j^(-2 alpha - 2 beta), still falls; with infinitely many modes it has a finite sum for
alpha + beta > 1/2, which is nearly one over 2 alpha + 2 beta - 1 close to there.
"""

import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PLRF, PrecisionLost, TauberInputError, expected_recursion, frontier, sgd
from tauber.numerics.certified import CertifiedPLRF
from tauber.numerics.core.modes import power_laws
from tauber.numerics.core.precision import FLOAT64, precision_of

from ..sampling import sampled, some
from .test_certified_domain import wide


def negative(seed):
    """A model of the whole domain as in `test_certified_domain`, with beta from -alpha to 0 in place of its own."""
    source = random.Random(seed).random
    (alpha, _, d, v, batch), share, times = wide(source)
    least = Fraction(1, 2) - alpha if math.isinf(v) else -alpha
    near = Fraction(1) if source() < 0.7 else Fraction(1, 10 ** math.ceil(12 * source()))
    beta = least * (1 - near * Fraction(round(1 + 998 * source()), 1000))
    return (alpha, beta, d, v, batch), share, times


@pytest.mark.dear
@sampled(2, 150)
@given(seed=st.integers(0, 2**32))
def test_the_whole_domain_is_proved_and_floats_keep_their_promise(seed):
    """Balls at two times to two goals; a float is within ten of its estimates, or says that digits are lost."""
    (*point, batch), share, times = negative(seed)
    limit = CertifiedPLRF(*point, batch=batch).stability_limit(20).lower
    model = CertifiedPLRF(*point, batch=batch, step_size=limit * share)
    for time in {times[0], times[-1]}:
        one, two = (model.curve([time], goal)[0].ball for goal in (8, 13))
        assert one.overlaps(two)
        assert two.lower > 0
        assert two.rad * 10**13 <= two.lower
        try:
            rough = PLRF(*point, batch=batch, step_size=limit * share)
            loss, error, *_ = rough.point(float(time))
        except PrecisionLost:
            continue
        assert abs(Fraction(float(loss)) - two.mid) <= two.rad + Fraction(10 * float(error) * float(loss))


@pytest.mark.parametrize("power", some([2, 4, 8, 12, 15], quick=(0, 4)))
@pytest.mark.parametrize("alpha", ["4/5", "1.37", "6.1"])
def test_close_to_where_the_power_of_the_target_diverges(alpha, power):
    """The sum is one over 2 alpha + 2 beta - 1 of the numbers as given: rounded first, its digits would be lost."""
    beta = Fraction(1, 2) - Fraction(alpha) + Fraction(1, 3 * 10**power)
    rough = PLRF(alpha, beta, 100, math.inf, step_size="1/10")
    proved = CertifiedPLRF(alpha, beta, 100, math.inf, step_size="1/10")
    found = rough.curve([0.0, 10.0, 1e5])
    for loss, error, value in zip(found.loss, found.error, proved.curve([0, 10, 10**5], 15), strict=True):
        assert abs(Fraction(float(loss)) - value.ball.mid) <= Fraction(float(error) * float(loss))
    assert error < 1e-12


@pytest.mark.parametrize("a", [1 + 1e-4, 1 + 1e-9, 1.5])
def test_models_with_a_and_b_have_the_sums_of_their_a(a):
    """The same of the other models, whose a is given, and b above it."""
    rough, exact = (power_laws(ctx, a, 3.1, math.inf, 1e-3) for ctx in (FLOAT64, precision_of(30)))
    assert abs(float(exact.target_power) / float(rough.target_power) - 1) < 1e-14


@pytest.mark.parametrize(("alpha", "beta", "d", "v"), [(1, -0.3, 40, 900), (0.6, -0.55, 5, 700), (2.5, -2.4, 12, 500)])
@pytest.mark.parametrize("noise", [0, 0.7])
def test_a_list_of_all_modes_is_the_witness(alpha, beta, d, v, noise):
    """Modes one by one instead of Gauss rules; and the recursion, step by step, instead of the contour."""
    j = np.arange(1, v + 1, dtype=float)
    listed = PLRF(None, None, d, spectrum=(j ** (-2 * alpha), j ** (-2 * alpha - 2 * beta)), noise=noise, step_size=0.1)
    model = PLRF(alpha, beta, d, v, noise=noise, step_size=0.1)
    times = [0, 1, 30, 1000]
    witnesses = listed.curve(times), model.curve(times, "recursion"), model.curve(times, "fft")
    found = model.curve(times, "contour")
    for other in witnesses:
        assert (abs(other.loss / found.loss - 1) <= other.error + found.error).all()
    assert math.isclose(model.level, listed.level, rel_tol=float(model.level_error + listed.level_error))


@pytest.mark.dear
def test_drawn_embeddings_and_sgd_have_this_loss():
    """Medians over draws within four standard errors and a relative 2/d of the solution."""
    model = PLRF(1, Fraction(-3, 10), 40, 400)
    times = [0, 10, 100, 1000]
    solved = model.curve(times).loss
    for drawn in (
        expected_recursion(model, times, seed=5, draws=200),
        sgd(model, times, seed=5, runs=200),
    ):
        assert (abs(drawn.median / solved - 1) <= 4 * drawn.median_error / solved + 2 / 40).all()


@pytest.mark.parametrize(("alpha", "beta"), [(Fraction(1), Fraction(-3, 10)), (Fraction(3, 2), Fraction(-1, 2))])
def test_frontiers_have_the_exponents_of_the_plane(alpha, beta):
    """d* ~ f^(1/(1 + 2 alpha)), P* ~ f^(-s/(1 + 2 alpha)): distances fall like 1/d* from f = 1e10 to 1e20."""
    limit = (2 * alpha + 2 * beta - 1) / (1 + 2 * alpha)
    off = []
    for f in (1e10, 1e20):
        found = frontier(alpha, beta, [f])
        off.append((abs(-found.loss_slope[0] - float(limit)), abs(found.d_slope[0] - float(1 / (1 + 2 * alpha)))))
    # the slowest correction is a relative 1/d*, and one that is not alone yet counts twice; slopes are known to 1e-7
    fall = 2 * 1e10 ** -float(1 / (1 + 2 * alpha))
    assert all(late <= early * fall + 1e-7 for early, late in zip(*off, strict=True))
    assert max(off[1]) < 1e-3


@settings(max_examples=40)
@given(alpha=st.fractions(Fraction(1, 100), 10, max_denominator=100), below=st.fractions(0, 5, max_denominator=100))
def test_what_the_mathematics_does_not_hold_is_refused(alpha, below):
    with pytest.raises(TauberInputError, match="-alpha < beta <= 100"):
        PLRF(alpha, -alpha - below, 10, 100)
    if alpha > Fraction(1, 2):
        with pytest.raises(TauberInputError, match=r"alpha \+ beta > 1/2"):
            PLRF(alpha, max(Fraction(1, 2) - alpha - below, Fraction(1, 100) - alpha), 10, math.inf)
