"""The contours of every optimiser, on functions whose inverse is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import TauberInputError, UnstableStepSize
from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.models.dynamical import GradientDescent, GradientFlow, Momentum
from tauber.numerics.models.dynamical.contour import double, single
from tauber.numerics.models.dynamical.optimisers import MAX_STIFFNESS

LATE = np.array([1e-3, 0.7, 3, 12, 40, 150, 1e3, 2e4, 1e7, 1e12])
STEPS = np.array([1, 2, 3, 9, 10, 19, 20, 21, 70, 500, 501, 10**4])


def residual(optimiser, x, times):
    """p_t(x) written down, for one x and all times."""
    if isinstance(optimiser, GradientFlow):
        return np.exp(-x * times)
    if isinstance(optimiser, GradientDescent):
        rate = optimiser.step * x
        return np.exp(times * np.log1p(-rate)) if rate < 0.5 else (1 - rate) ** times
    mass = optimiser.mass
    root = np.sqrt(complex(1 - 4 * mass * x))
    slow, fast = -2 * x / (1 + root), -(1 + root) / (2 * mass)
    return ((slow * np.exp(fast * times) - fast * np.exp(slow * times)) / (slow - fast)).real


optimisers = st.one_of(
    st.just(GradientFlow()),
    st.floats(0.01, 1.99).map(GradientDescent),
    st.floats(-3, math.log10(MAX_STIFFNESS)).map(lambda power: Momentum(10**power * 0.999)),
)
inside = st.floats(-8, 0).map(lambda power: 10**power)


@given(optimiser=optimisers, x=inside, y=inside)
def test_contours_return_what_each_mode_does(optimiser, x, y):
    """1/(s + x) and 1/((s + x)(s' + y)) give p_t(x)^2 and p_t(x) p_t(y); the spectrum is [0, 1]."""
    times = STEPS if isinstance(optimiser, GradientDescent) else LATE
    served = []
    for rule in optimiser.quadratures(FLOAT64, 1.0, times):
        t = times[rule.where]
        served.extend(rule.where)
        once = 1 / (rule.nodes + x)
        value, error = single(FLOAT64, rule, once, 0 * abs(once))
        size = 4e-16 * (1 + x * t)  # p_t(x) itself, as written down
        assert (abs(value - residual(optimiser, x, t) ** 2) <= error + size).all()
        other = 1 / (rule.nodes + y)
        table = once[:, None] * np.concatenate([other, other.conj()])
        value, error = double(FLOAT64, rule, table, 0 * abs(table))
        product = residual(optimiser, x, t) * residual(optimiser, y, t)
        assert (abs(value - product) <= error + size + 4e-16 * y * t).all()
        assert (error < 1e-11 / min(x, y)).all()  # and not silly
    assert sorted(served) == list(range(len(times)))


@pytest.mark.parametrize("optimiser", [GradientFlow(), GradientDescent("3/2"), GradientDescent("0.3"), Momentum("0.7")])
def test_contours_keep_their_promise_with_more_digits(optimiser):
    ctx = precision_of(30)
    times = ctx.lift(np.array([1, 7, 30, 2000]))
    x = ctx.real("0.3")
    for rule in optimiser.quadratures(ctx, 1.0, times):
        value, error = single(ctx, rule, 1 / (rule.nodes + x), np.zeros(len(rule.nodes)))
        assert float(error.max()) < 1e-29
        step, mass = (ctx.real(getattr(optimiser, name, 0)) for name in ("step", "mass"))
        for t, found, bound in zip(times[rule.where], value, error, strict=True):
            if isinstance(optimiser, Momentum):
                root = ctx.context.sqrt(1 - 4 * mass * x)
                slow, fast = (-1 + root) / (2 * mass), (-1 - root) / (2 * mass)
                one = (slow * ctx.context.exp(fast * t) - fast * ctx.context.exp(slow * t)) / (slow - fast)
            else:
                one = (1 - step * x) ** int(t) if step else ctx.context.exp(-x * t)
            assert abs(found - one.real**2) <= bound


def test_later_times_cost_no_more():
    """The number of nodes for one decade does not depend on where it lies."""
    early, late = (GradientFlow().quadratures(FLOAT64, 1.0, first * np.array([1.0, 9.9])) for first in (1, 1e11))
    assert len(early) == len(late) == 1
    assert len(early[0].nodes) == len(late[0].nodes)


def test_unusable_optimisers_are_refused_in_one_sentence():
    with pytest.raises(UnstableStepSize, match=r"bounded only below 0\.5 for") as caught:
        GradientDescent(0.5).check(4.0)
    assert caught.value.limit == 0.5
    with pytest.raises(TauberInputError, match=r"at most 12\.5 is allowed"):
        Momentum(13).check(4.0)
    for wrong in (0, -1, math.inf, math.nan, "x", "1/0", None):
        with pytest.raises(TauberInputError, match="must be a positive number"):
            GradientDescent(wrong)
        with pytest.raises(TauberInputError, match="must be a positive number"):
            Momentum(wrong)
    with pytest.raises(TauberInputError, match="whole steps"):
        GradientDescent(0.5).quadratures(FLOAT64, 1.0, np.array([1.5]))
