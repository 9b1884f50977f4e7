"""Schedules: the optimisation time is the integral of the shape, and has an inverse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from tauber.numerics.errors import TauberInputError
from tauber.numerics.models.one_pass.schedule import Constant, CoolDown, Decay, Steps, WarmUp

powers = st.floats(0.1, 3) | st.just(1.0)
schedules = st.one_of(
    st.just(Constant()),
    st.builds(WarmUp, start=st.floats(1e-3, 1), power=powers, scale=st.floats(0.5, 20)),
    st.builds(CoolDown, length=st.floats(100, 1e4), power=powers),
    st.builds(Decay, power=st.floats(0, 0.95) | st.just(1.0), scale=st.floats(0.5, 20)),
)


@given(schedules, st.floats(0.01, 0.99))
def test_tau_is_the_integral_of_the_shape(schedule, part):
    end = part * min(schedule.horizon, 1000.0)
    exact, _ = quad(
        lambda t: schedule.shape(np.array([t]))[0], 0, end, limit=200, epsabs=0, epsrel=1e-10,
        points=[k for k in schedule.kinks if k < end] or None,
    )  # fmt: skip
    tau = schedule.tau(np.array([end]))
    assert tau[0] == pytest.approx(exact, rel=1e-8)
    assert schedule.steps(tau)[0] == pytest.approx(end, rel=1e-8)


@given(st.floats(1e-3, 0.9), powers, st.floats(0.5, 20), st.floats(0, 1e4))
def test_a_warm_up_obeys_its_law_in_optimisation_time(start, power, scale, time):
    schedule = WarmUp(start, power, scale)
    t = np.array([time])
    law = min(start * (1 + schedule.tau(t)[0] / scale) ** power, 1)
    assert schedule.shape(t)[0] == pytest.approx(law, rel=1e-9)
    assert schedule.shape(np.array([schedule.peak_time]))[0] == pytest.approx(1, rel=1e-9)


def test_steps_of_ones_own():
    schedule = Steps(np.array([1.0, 0.0, 0.5]))
    assert schedule.shape(np.array([0, 1, 2])).tolist() == [1, 0, 0.5]
    assert schedule.tau(np.array([0, 1, 2, 3])).tolist() == [0, 1, 1, 1.5]
    assert schedule.steps(np.array([0.5, 1.0, 1.25, 2])).tolist() == [0.5, 1, 2.5, math.inf]
    assert Decay(2.0).steps(np.array([0.5, 2.0])).tolist() == pytest.approx([1, math.inf])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: WarmUp(2.0, 0.5), "lower `start`"),
        (lambda: WarmUp(0.1, -1.0), "change `power`"),
        (lambda: CoolDown(math.inf, 1.0), "change `length`"),
        (lambda: Decay(-0.1), "change `power`"),
        (lambda: Steps(np.array([1.0, -1.0])), "change `values`"),
        (lambda: Steps(np.array([])), "change `values`"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(TauberInputError, match=words):
        make()
