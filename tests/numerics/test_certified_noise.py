"""Label noise in balls: exact recursions, linearity, the mass of the noise in every bound, the solver of floats."""

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import PLRF, TauberInputError
from tauber.numerics.certified import CertifiedDraw, CertifiedPLRF
from tauber.numerics.certified.balls import arb, enclosure, real, working
from tauber.numerics.certified.one_pass import Solver
from tauber.numerics.certified.sequences import by_recursion, forcing_and_kernel

from ..sampling import sampled
from .test_certified_random import problem

POINT = ("4/5", "3/10", 20, 100)


def noisy(noise, point=POINT, **more):
    return CertifiedPLRF(*point, noise=noise, step_size="1/10", **more)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_draw_with_noise_is_the_finite_sum_over_its_modes(d):
    """The recursion of d second moments in rational numbers, each with the noise of the labels in its gradient."""
    draw, sigma, gamma, batch = random.Random(d), Fraction(1, 3), Fraction(1, 20), 2
    modes = [Fraction(draw.randrange(1, 64), 64) for _ in range(d)]
    power = [Fraction(draw.randrange(1, 64), 64) for _ in range(d)]
    floor = Fraction(1, 128)
    states, expected = [c / x for x, c in zip(modes, power, strict=True)], []
    for _ in range(25):
        loss = floor + sigma**2 + sum(x * state for x, state in zip(modes, states, strict=True))
        expected.append(loss)
        states = [
            (1 - 2 * gamma * batch * x + gamma**2 * batch * (batch + 1) * x**2) * state + gamma**2 * batch * x * loss
            for x, state in zip(modes, states, strict=True)
        ]
    proved = CertifiedDraw(tuple(modes), tuple(power), floor + sigma**2, batch, gamma)
    for value in proved.curve(range(25), 20):
        assert expected[int(value.time)] in value.ball


@pytest.mark.parametrize(("point", "more"), [
    (POINT, {}), (("4/5", "3/10", 1, 3), {}), (("7/10", "6/5", 3, math.inf), {"batch": 4}), (("1/5", "1/2", 2, 6), {}),
])  # fmt: skip
def test_the_recursion_with_noise_in_every_step(point, more):
    """F and K of the model without noise, then P(t) = F(t) + sigma^2 + sum K P step by step: no transform of noise."""
    sigma, times = Fraction(3, 2), range(48)
    forcing, kernel = forcing_and_kernel(noisy(0, point, **more), 48, 20)
    with working(250):
        stepped = by_recursion([value + real(sigma**2) for value in forcing], kernel, 250)
    late = [30, 37, 47]  # on a hyperbola
    on_contours = noisy(sigma, point, **more).curve(late, 9) + noisy(sigma, point, **more).curve(times, 20)

    assert {value.theorem for value in on_contours} == {"circle", "hyperbola"}
    for value in on_contours:
        assert value.ball.overlaps(enclosure(stepped[int(value.time)]))


@pytest.mark.dear
def test_noise_is_added_in_proportion_to_its_variance():
    """What noise adds is sigma^2 (1 + rho - T): it starts at sigma^2, rises, and ends at sigma^2/(1 - ||K||)."""
    times = [0, 1, 5, 60, 10**3, 10**6, 10**12]
    balls = [[value.ball for value in noisy(sigma).curve(times, 20)] for sigma in (0, 1, 7)]
    norm = noisy(0).kernel_norm_enclosure(30)
    added = []
    with working(200):
        plain, one, seven = ([real(b.mid) + arb(0, real(b.rad).upper()) for b in row] for row in balls)
        for nothing, unit, more in zip(plain, one, seven, strict=True):
            assert (49 * (unit - nothing)).overlaps(more - nothing)
            added.append(unit - nothing)
        limit = 1 / (1 - real(norm.mid) - arb(0, real(norm.rad).upper()))
        assert added[0].contains(1)
        assert all(later > earlier for earlier, later in itertools.pairwise(added[:5]))
        assert all(value <= limit or value.overlaps(limit) for value in added)
        assert added[-1].overlaps(limit)


@pytest.mark.dear
@sampled(5, 200)
@given(seed=st.integers(0, 2**32), power=st.integers(-6, 3))
def test_random_problems_with_noise(seed, power):
    """Two goals are met, their balls overlap, and the solver of floats is within ten of its estimates of them."""
    (*point, batch), share, time, goals = problem(random.Random(seed).random)
    limit = CertifiedPLRF(*point, batch=batch).stability_limit(12).lower
    step, sigma = (limit * share).limit_denominator(10**12), Fraction(10) ** power
    model = CertifiedPLRF(*point, batch=batch, noise=sigma, step_size=step)
    one, two = (model.curve([time], goal)[0].ball for goal in goals)

    for ball, goal in zip((one, two), goals, strict=True):
        assert ball.rad * 10**goal <= ball.lower
    assert one.overlaps(two)
    assert one.upper >= sigma**2
    solved = model.rough.curve([float(time)])
    loss, error = float(solved.loss[0]), float(solved.error[0])
    assert abs(Fraction(loss) - two.mid) <= two.rad + Fraction(10 * error * loss)


def test_twenty_digits_of_the_solver_that_proves_nothing():
    solved, time = PLRF(*POINT, noise="3/2", step_size="1/10", precision=20), 10**4
    loss, level = (Fraction(str(x)) for x in (solved.curve([time], "contour").loss[0], solved.level))

    assert abs(noisy("3/2").curve([time], 18)[0].ball.mid - loss) <= loss / 10**18
    assert abs(noisy("3/2").level(18).mid - level) <= level / 10**18


def test_a_slope_with_noise_holds_at_every_time_that_is_looked_at():
    point = ("4/5", "3/10", 10**6, math.inf)
    found = noisy("1/100", point).slope(10**3, 10**5)
    solved = noisy("1/100", point).rough.slope(np.geomspace(10**3, 10**5, 101))
    assert solved.error.max() < min(ball.rad for *_, ball in found.pieces) / 1000
    for t, slope, error in zip(solved.times, solved.values, solved.error, strict=True):
        inside = [ball for left, right, ball in found.pieces if left <= float(t) <= right]
        assert inside
        for ball in inside:
            assert ball.lower - Fraction(error) <= Fraction(slope) <= ball.upper + Fraction(error)


class _WithoutItsMass(CertifiedPLRF):
    """The bounds of the model without noise for the transform of that with noise."""

    def start(self):
        return self.spectrum.target_power


def test_the_mass_of_the_noise_is_part_of_every_bound():
    """Few nodes and much noise: with F(0) in the place of F(0) + sigma^2 circle and hyperbola miss the loss."""
    sigma, times = 10**4, [20, 25]
    truth = [value.ball for value in noisy(sigma).curve(times, 25)]
    for kind, holds in ((CertifiedPLRF, True), (_WithoutItsMass, False)):
        model = kind(*POINT, noise=sigma, step_size="1/10")
        with working(200):
            on_circle = [enclosure(value) for value, _ in Solver(model).circle(times, 32, 5.0)]
            panel = Solver(model).panel(Fraction(20), Fraction(25), 10.0, whole=True)
            on_hyperbola = [enclosure(panel.value(Fraction(t))[0]) for t in times]
        for found in (on_circle, on_hyperbola):
            assert all(ball.overlaps(true) for ball, true in zip(found, truth, strict=True)) == holds


@pytest.mark.parametrize("noise", ["-1", "nan", math.inf])
def test_noise_is_not_negative_and_finite(noise):
    with pytest.raises(TauberInputError, match=r"\.$"):
        noisy(noise)
