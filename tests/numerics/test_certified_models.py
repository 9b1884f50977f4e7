"""The other models in balls, and given draws of W: against solvers with thirty digits and against themselves."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import GivenDraw, TauberInputError
from tauber.numerics.certified import CertifiedDraw, CertifiedDynamical, CertifiedLearningCurve, Refused
from tauber.numerics.certified.balls import enclosure, working
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.explaining import LearningCurve

from ..sampling import sampled, some

ROUNDING = Fraction(1, 10**27)  # of an estimate with thirty digits


def holds(ball, estimate):
    value = Fraction(str(estimate))
    slack = abs(value) * ROUNDING
    return ball.lower - slack <= value <= ball.upper + slack


DYNAMICAL = [
    ((3, Fraction(3, 2), 80, 160), {"noise": Fraction(1, 10), "modes": 200}),
    ((Fraction(3, 2), Fraction(3, 2), 100, math.inf), {}),
    ((2, Fraction(5, 4), math.inf, 60), {"noise": Fraction(1, 5), "modes": 40}),
    ((2, Fraction(5, 4), 60, 60), {"noise": Fraction(1, 5)}),
    ((3, Fraction(3, 2), 100, 150), {"noise": Fraction(1, 10), "modes": 50}),
    ((Fraction(6, 5), Fraction(8, 5), 50, Fraction(75, 2)), {"noise": Fraction(1, 2)}),
    ((2, Fraction(3, 2), math.inf, math.inf), {"noise": Fraction(1, 3)}),
]


@pytest.mark.dear
@pytest.mark.parametrize(("sizes", "options"), some(DYNAMICAL, quick=(1, 2, 6)))
def test_training_losses_hold_the_solution(sizes, options):
    """N = P, either infinite, all modes fitting; times from 0 to where the loss is still of the size of its start."""
    times = [0, Fraction(1, 10), 100]
    proved = CertifiedDynamical(*sizes, **options).train(times, 20)
    solved = Dynamical(*sizes, precision=30, **options).curve(times).train  # its test losses take most of the time
    for value, estimate in zip(proved, solved, strict=True):
        assert value.ball.relative <= 1e-20
        assert holds(value.ball, estimate)


def test_without_limits_the_loss_is_a_sum_of_exponentials():
    """N = P = inf: train(t) = sum v e^(-2 lambda t), here summed directly in mpmath."""
    import mpmath

    with mpmath.workdps(40):
        truth = mpmath.fsum(mpmath.mpf(k) ** -3 * mpmath.exp(-200 * mpmath.mpf(k) ** -1.5) for k in range(1, 51))
    found = CertifiedDynamical(3, Fraction(3, 2), modes=50).train([100], 25)[0].ball

    assert holds(found, mpmath.nstr(truth, 38))


@pytest.mark.dear
def test_fresh_data_make_training_and_test_loss_one():
    model = CertifiedDynamical(3, Fraction(3, 2), 40, math.inf, noise=Fraction(1, 10))
    solved = Dynamical(3, Fraction(3, 2), 40, math.inf, noise=Fraction(1, 10), precision=30).curve([7, 700]).test
    for value, estimate in zip(model.train([7, 700], 20), solved, strict=True):
        assert holds(value.ball, estimate)


@pytest.mark.dear
def test_a_small_loss_is_proved_where_floats_have_lost_it():
    """N = inf, P = 50: 1e-39 of the start at t = 1e4, at two goals."""
    model = CertifiedDynamical(3, Fraction(3, 2), math.inf, 50, noise=Fraction(1, 2))
    one, two = (model.train([10**4], goal)[0].ball for goal in (8, 14))

    assert one.overlaps(two)
    assert 0 < two.upper < Fraction(1, 10**38)


@pytest.mark.dear
def test_an_exponentially_small_loss_is_refused():
    with pytest.raises(Refused, match="of its start"):
        CertifiedDynamical(3, Fraction(3, 2), math.inf, 5).train([10**9])


@pytest.mark.parametrize("times", [[-1], [1e30], [math.nan]])
def test_times_of_the_flow(times):
    with pytest.raises(TauberInputError):
        CertifiedDynamical(3, Fraction(3, 2), 40, 50).train(times)


@st.composite
def curves(draw):
    """Exponents, sizes, ridge, noise and modes over their ranges."""
    b = draw(st.fractions(Fraction(11, 10), 4, max_denominator=20))
    a = draw(st.fractions(Fraction(11, 10), 8, max_denominator=20))
    modes = draw(st.sampled_from([math.inf, 30, 200, 5000]))
    ridge = draw(st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(5), Fraction(1, 10**40)]))
    noise = draw(st.sampled_from([Fraction(0), Fraction(1, 2)]))
    sizes = [draw(st.one_of(st.just(math.inf), st.integers(1, 10**6))) for _ in range(2)]
    return (a, b), {"ridge": ridge, "noise": noise, "modes": modes}, sizes


@pytest.mark.dear
@sampled(2, 40)
@given(case=curves())
def test_learning_curves_hold_the_solution(case):
    point, options, sizes = case
    proved, solved = CertifiedLearningCurve(*point, **options), LearningCurve(*point, precision=30, **options)
    estimate = solved.at(*sizes)
    if not 0 < float(estimate.loss) < math.inf:
        with pytest.raises(TauberInputError, match=r"infinite|exactly 0"):
            proved.at(*sizes, 20)
        return
    found = proved.at(*sizes, 20)

    assert found.loss.relative <= 1e-20
    assert holds(found.loss, estimate.loss)
    assert holds(found.train, estimate.train)


@pytest.mark.parametrize("exponent", [Fraction(4, 3), Fraction(2)])
@pytest.mark.parametrize(("data", "features"), [(30, 70), (50, 50), (1000, 1500)])
def test_duality_to_thirty_digits(exponent, data, features):
    ridge = Fraction(1, 10)
    one = CertifiedLearningCurve(exponent, exponent, ridge=ridge).at(data, features, 30).loss
    two = CertifiedLearningCurve(exponent, exponent, ridge=ridge * features / data).at(features, data, 30).loss

    assert one.overlaps(two)


def test_nothing_left_over_without_ridge():
    """D < P: the training loss is exactly 0; all modes fit: a rational number."""
    assert CertifiedLearningCurve(2, Fraction(3, 2)).at(50, 100).train.upper == 0
    found = CertifiedLearningCurve(2, Fraction(3, 2), noise=1, modes=30).at(400, 500, 30)
    assert Fraction(30, 370) in found.loss


def drawn():
    """A stable draw: some eigenvalues and powers, given as floats."""
    generator = np.random.default_rng(1)
    modes = np.sort(generator.random(20))[::-1] ** 3 + 1e-4
    return GivenDraw(modes, generator.random(20) * modes, 0.001, 2, Fraction(1, 20))


def test_a_given_draw_against_its_recursion_in_balls():
    """No radius grows in 3000 steps of positive terms, and the contour overlaps them."""
    draw = drawn()
    model = CertifiedDraw.of(draw)
    times = [0, 1, 59, 60, 61, 300, 3000]
    stepped = model.recursion(3000, bits=96)
    for value in model.curve(times, 15):
        with working(96):
            step = stepped[int(value.time)]
            assert step.rel_accuracy_bits() > 75
        assert value.ball.overlaps(enclosure(step))
    solved = draw.curve([float(t) for t in times])
    for value, loss in zip(model.curve(times, 12), solved.loss, strict=True):
        assert abs(float(value.ball) / float(loss) - 1) < 1e-11


def test_an_unstable_draw_is_bad_input():
    draw = drawn()
    with pytest.raises(TauberInputError, match="contract"):
        CertifiedDraw.of(GivenDraw(draw.eigenvalues, draw.power, 0.001, 2, Fraction(3, 2)))
