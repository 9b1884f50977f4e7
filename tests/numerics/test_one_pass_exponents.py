"""Exponents of training that changes with time: measured slopes and, from how they drift, where they go.

Each slope is a limit s plus corrections, of which the last decays like a known power, over a factor F of time by r =
F^-gap: what is left of it after the slopes s_1, s_2, s_3 is r/(1-r) (s_3 - s_2).  Shorter corrections are allowed as
much again.
"""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.models.one_pass.nodes import Nodes, two_rules
from tauber.numerics.models.one_pass.optimisers import dana_decaying, heavy_ball
from tauber.numerics.models.one_pass.schedule import CoolDown, Decay
from tauber.numerics.models.one_pass.training import Training

from ..sampling import some


def agrees(times, values, gap, exponent):
    """Whether the last slope between consecutive `times` (equal ratios) is as close to `exponent` as it should be."""
    slopes = np.diff(np.log(values)) / np.diff(np.log(times))
    r = (times[1] / times[0]) ** -gap
    left = r / (1 - r) * abs(slopes[-1] - slopes[-2])
    assert left < 0.1 * abs(exponent)  # otherwise nothing is tested
    assert slopes[-1] == pytest.approx(exponent, abs=2 * left)


@pytest.mark.parametrize(
    ("alpha", "m"), some([(0.8, m) for m in (0.5, 1, 2, 4)] + [(1.5, m) for m in (0.5, 1, 4, 8)], quick=(0, 2))
)
def test_cool_down_of_label_noise(alpha, m):
    """V ~ tau^-min(m/(m+1), 1-q), what is left of the noise in the labels alone; the other of the two corrects it."""
    model = PLRF(alpha, 0.5, 1e12 if alpha < 1 else 1e8, math.inf, noise=1)
    rule = two_rules(model.nodes, float(model.d), top=1 / float(model.step_size))[0]
    noise_only = Nodes(rule.x, rule.modes, 0 * rule.power, 0.0, rule.error)
    q = 1 / (2 * alpha)
    lengths = np.array([1e6, 1e8, 1e10, 1e12])
    values = [Training(model, schedule=CoolDown(n, m), nodes=noise_only).curve([n]).excess[0] for n in lengths]
    ends = m / (m + 1), 1 - q
    agrees(lengths, values, abs(ends[0] - ends[1]), -min(ends))


@pytest.mark.parametrize("c", [0.3, 0.7])
def test_power_decay_with_label_noise(c):
    """P ~ t^-min((1-c) p, c)."""
    p = (2 * 0.8 + 2 * 0.6 - 1) / (2 * 0.8)
    times = np.array([1e9, 1e11, 1e13, 1e15])
    training = Training(PLRF(0.8, 0.6, 1e12, math.inf, noise=1), schedule=Decay(c))
    ends = (1 - c) * p, c
    # besides the other of the two, label noise has gamma tau^(q-1), shorter by (1-c)(1-q)
    gap = min(abs(ends[0] - ends[1]), (1 - c) * (1 - 1 / 1.6))
    agrees(times, training.curve(times).excess, gap, -min(ends))


@pytest.mark.parametrize(("alpha", "beta"), [(1.2, 0.6), pytest.param(0.8, 0.3, marks=pytest.mark.slow)])
def test_averaging_of_label_noise(alpha, beta):
    """sigma^2 tau^q/n: the exponent of the best cool-down, where the last iterate stays flat."""
    model = PLRF(alpha, beta, 1e10, math.inf, noise=1)
    times, q = np.array([100.0, 1e3, 1e4, 1e5]), 1 / (2 * alpha)
    p = (2 * alpha + 2 * beta - 1) * q
    agrees(times, Training(model, averaging=8).curve(times).excess, min(q, p - (1 - q)), -(1 - q))
    last = Training(model).curve(times).excess
    assert abs(math.log(last[-1] / last[-2])) / math.log(10) < 0.01


def test_heavy_ball_has_the_exponent_of_sgd():
    times = np.array([300.0, 3e3, 3e4])
    ball, plain = (
        Training(PLRF(0.8, 0.3, 1e10, math.inf), momentum=momentum).curve(times).excess
        for momentum in (heavy_ball(0.1), None)
    )
    slopes = np.diff(np.log([ball, plain])) / math.log(10)
    assert slopes[0, -1] == pytest.approx(slopes[1, -1], abs=abs(slopes[0, -1] - slopes[0, 0]))
    assert slopes[0, -1] == pytest.approx(-0.75, abs=abs(slopes[0, -1] - slopes[0, 0]))


@pytest.mark.slow
@pytest.mark.parametrize(("alpha", "beta"), [(0.8, 0.3), (1.1, 0.4)])
def test_dana_decaying_is_faster(alpha, beta):
    """P ~ t^-(2-q) p, with corrections t^-(1-q) from the time in which its momentum overtakes plain steps."""
    q = 1 / (2 * alpha)
    p = (2 * alpha + 2 * beta - 1) * q
    times = np.array([300.0, 3e3, 3e4, 3e5])
    curve = Training(PLRF(alpha, beta, 1e10, math.inf), momentum=dana_decaying(alpha)).curve(times)
    agrees(times, curve.excess, 1 - q, -(2 - q) * p)
