"""The dynamical model as a whole: values, error estimates, limits, and what it refuses."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PrecisionLost, TauberInputError, UnstableStepSize
from tauber.numerics.models.dynamical import Dynamical, GradientDescent, GradientFlow, Momentum

from .reference_dynamical import PARAMETERS, REFERENCE, TIMES

LATE = 10.0 ** np.arange(-2, 13, 2)


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_values(name):
    """30 digits of an independent method (see `reference_dynamical`): float64 within its estimates, which are small."""
    found = Dynamical(**PARAMETERS[name]).curve(TIMES)
    for k, time in enumerate(TIMES):
        for value, error, text in zip(
            (found.test[k], found.train[k]),
            (found.test_error[k], found.train_error[k]),
            REFERENCE[name][time],
            strict=True,
        ):
            assert abs(value / float(text) - 1) <= error
            assert error * float(text) < 1e-12 * max(1, float(text))


@pytest.mark.parametrize("name", ["tie", pytest.param("wide", marks=pytest.mark.slow)])
def test_reference_values_with_more_digits(name):
    model = Dynamical(**PARAMETERS[name], precision=28)
    found = model.curve(TIMES[1:2])
    for value, error, text in zip(
        (found.test[0], found.train[0]),
        (found.test_error[0], found.train_error[0]),
        REFERENCE[name][TIMES[1]],
        strict=True,
    ):
        assert error < 1e-28
        assert abs(value / model.ctx.real(text) - 1) < error + 1e-29  # the reference has 30 digits


@st.composite
def models(draw):
    """Any model that fits in a second with 20 digits, and one time."""
    modes = draw(st.integers(2, 25))
    size = st.one_of(st.floats(-0.3, 6).map(lambda x: 10**x), st.just(math.inf), st.just(12.0))
    width, data = draw(size), draw(size)
    noise = draw(st.sampled_from([0.0, 0.1, 1.0]))
    optimiser = draw(st.sampled_from([GradientFlow(), GradientFlow(), GradientDescent, Momentum]))
    a, b = draw(st.floats(0.5, 6)), draw(st.floats(0.3, 4))
    if optimiser in (GradientDescent, Momentum):
        edge = Dynamical(a, b, width, data, modes=modes).edge
        optimiser = optimiser(draw(st.floats(0.05, 1.9)) / edge)
    time = 10 ** draw(st.floats(-2, 6))
    if isinstance(optimiser, GradientDescent):
        time = math.ceil(time)
    return {"a": a, "b": b, "width": width, "data": data, "noise": noise, "modes": modes, "optimiser": optimiser}, time


def check(arguments, time):
    """Every value lies within its estimate of the 20-digit one."""
    rough, exact = Dynamical(**arguments), Dynamical(**arguments, precision=20)
    found, sharp = rough.curve([time]), exact.curve([time])
    for name in ("test", "train"):
        value, error = getattr(found, name)[0], getattr(found, f"{name}_error")[0]
        truth, rest = getattr(sharp, name)[0], getattr(sharp, f"{name}_error")[0]
        distance = float(abs(exact.ctx.real(value) - truth))
        assert distance <= error * abs(value) + float(rest * abs(truth)), (name, value, error)
        assert error * abs(value) < 1e-9 * max(1, found.test[0])  # and not silly


@pytest.mark.dear
@settings(max_examples=4)
@given(case=models())
def test_estimates_are_honest(case):
    check(*case)


@pytest.mark.slow
@settings(max_examples=40)
@given(case=models())
def test_estimates_are_honest_everywhere(case):
    check(*case)


@pytest.mark.parametrize(
    ("arguments", "time"),
    [
        ({"width": 10, "data": 10, "noise": 0.3, "modes": 30}, 1e9),  # N = P, late: R_1 and R_3 vanish together
        ({"width": 40, "data": 8, "noise": 0.0, "modes": 30}, 300),  # the training loss decays exponentially
        pytest.param(  # N and P nearly equal
            {"width": 10, "data": 10 * (1 + 1e-9), "noise": 0.3, "modes": 30}, 1e8, marks=pytest.mark.slow
        ),
        pytest.param(  # P = M: kappa(0) = 0 and the variance grows
            {"width": 40, "data": 25, "noise": 0.3, "modes": 25}, 1e7, marks=pytest.mark.slow
        ),
    ],
)
def test_estimates_are_honest_where_it_is_hard(arguments, time):
    check({"a": 1.6, "b": 1.2, **arguments}, time)


def test_zero_time_is_exact():
    found = Dynamical(2, 1.5, 30, 40, noise=0.5, modes=100).curve([0, 1, 0])
    start = (np.arange(1, 101.0) ** -2).sum() + 0.25
    assert abs(found.test[[0, 2]] / start - 1).max() < 1e-14
    assert (found.test[[0, 2]] == found.train[[0, 2]]).all()
    assert Dynamical("3", "3/2").curve([0]).test[0] == pytest.approx(1.2020569031595942, rel=1e-14)


def test_small_times_lead_to_the_value_at_zero():
    """The loss starts with slope -2 sum lambda^2 w^2 in test and train, up to O(t^2)."""
    model = Dynamical(2, 1.5, 30, 40, noise=0.5, modes=100)
    t = 1e-6
    found, k = model.curve([t]), np.arange(1, 101.0)
    start = (k**-2).sum() + 0.25
    assert abs((start - found.test[0]) / t - 2 * (k**-3.5).sum()) < 1e-4
    slope = 2 * ((k**-3.5).sum() + ((k**-1.5).sum() * ((k**-2).sum() + 0.25)) / 40)
    assert abs((start - found.train[0]) / t - slope) < 1e-4


@pytest.mark.parametrize(
    ("a", "b", "width", "data", "noise", "modes"),
    [
        (1.8, 1.2, 100, 50, 0.2, math.inf),
        (1.8, 1.2, 50, 100, 0.2, math.inf),
        (3.5, 1.4, 60, 300, 0.0, 500),
        (2.5, 1.4, math.inf, 20, 0.1, 200),
        (2.5, 1.4, 20, math.inf, 0.1, 200),
        (2.5, 1.4, 40, 50, 0.3, 30),
        (2.5, 1.4, 30.5, math.inf, 0.3, 30),
    ],
)
def test_closed_limit_is_where_the_contour_ends(a, b, width, data, noise, modes):
    """t = infinity in closed form against t = 1e11: what is left at that time is exponentially small."""
    model = Dynamical(a, b, width, data, noise=noise, modes=modes)
    end, late, parts = model.final(), model.curve([1e11]), model.ensembles([1e11])
    assert abs(late.test[0] - end.test) <= late.test_error[0] * abs(late.test[0]) + end.error * end.test
    assert abs(late.train[0] - end.train) <= late.train_error[0] * abs(late.train[0]) + end.error * end.train
    for name in ("bias", "features", "data", "interaction"):
        gap = abs(getattr(parts, name)[0] - getattr(end, name))
        assert gap <= getattr(parts, f"{name}_error")[0] + end.error * getattr(end, name)


def test_closed_limits_by_hand():
    """The simplest form of each case, with kappa(0) found by bisection on the dense sum."""
    k = np.arange(1, 201.0)
    lam, power = k**-1.4, k**-2.5
    low, high = 1e-12, 1e6
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if (lam / (lam + middle)).sum() > 20 else (low, middle)
    floor = (power * low / (low + lam)).sum()
    wide = Dynamical(2.5, 1.4, 20, 50, noise=0.3, modes=200).final()
    assert wide.ridge == pytest.approx(low, rel=1e-13)
    assert wide.test == pytest.approx((floor + 0.09) / (1 - 20 / 50), rel=1e-13)
    assert wide.train == pytest.approx((floor + 0.09) * (1 - 20 / 50), rel=1e-13)
    narrow = Dynamical(2.5, 1.4, math.inf, 20, noise=0.3, modes=200).final()
    bent = (lam / (lam + low)) @ (lam / (lam + low))
    expected = (low**2 * (power / (lam + low) ** 2).sum() + 0.09) / (1 - bent / 20)
    assert narrow.test == pytest.approx(expected, rel=1e-13)
    assert narrow.train == 0
    assert Dynamical(2.5, 1.4, 300, 400, noise=0.3, modes=200).final().test == pytest.approx(0.18, rel=1e-14)


def test_ties_grow_without_bound():
    """At N = P the loss grows like t^(1/2); at P = M < N with noise the limit is infinite too."""
    tie = Dynamical(1.8, 1.2, 100, 100, noise=0.2)
    end = tie.final()
    assert end.test == end.interaction == math.inf
    assert end.train == 0
    loss = tie.curve([1e10, 1e12]).test
    assert abs(math.log(loss[1] / loss[0]) / math.log(100) - 0.5) < 1e-4  # next term: relative t^(-1/2)
    assert abs(tie.ensembles([1e11]).bias[0] / end.bias - 1) < 1e-3
    assert Dynamical(1.8, 1.2, 100, 30, noise=0.2, modes=30).final().test == math.inf
    assert Dynamical(1.8, 1.2, 100, 30, modes=30).final().test == 0
    assert Dynamical(1.8, 1.2, noise=0.2).final().test == pytest.approx(0.04)


@pytest.mark.parametrize("noise", [0.0, 0.4])
@pytest.mark.parametrize(("name", "size"), [("width", 30), ("data", 30), ("width", math.inf)])
def test_infinite_sizes_are_limits_of_finite_ones(name, size, noise):
    """The single contour of an infinite size, against the double contour at 1e20."""
    other = "data" if name == "width" else "width"
    times = [0.1, 10, 1e3]
    ends = [Dynamical(2.2, 1.3, **{name: size, other: big}, noise=noise) for big in (math.inf, 1e20)]
    one, two = (model.curve(times) for model in ends)
    for kind in ("test", "train"):
        first, second = getattr(one, kind), getattr(two, kind)
        slack = getattr(one, f"{kind}_error") * abs(first) + getattr(two, f"{kind}_error") * abs(second)
        assert (abs(first - second) <= slack + 1e-16 * 1e3).all()  # the first correction is t^(1/b)/1e20


def test_without_limits_the_loss_is_a_sum_of_exponentials():
    k = np.arange(1, 301.0)
    times = np.array([0.01, 1, 30, 1000])
    found = Dynamical(1.7, 1.3, noise=0.2, modes=300).curve(times)
    truth = (k**-1.7 * np.exp(-2 * k**-1.3 * times[:, None])).sum(axis=1) + 0.04
    assert (abs(found.test / truth - 1) <= found.test_error + 1e-15).all()
    assert (found.test == found.train).all()


def test_infinite_modes_are_the_limit_of_many():
    """The distance is proportional to the trace left out, M^(1-b)/(b-1): a tenth for each factor of 100."""
    limit, *finite = (
        Dynamical(2.5, 1.5, 50, 80, noise=0.1, modes=m).curve([1.0, 100.0]).test for m in (math.inf, 1e8, 1e10, 1e12)
    )
    first, second, third = (limit - x for x in finite)
    assert (abs(second / third - 10) < abs(first / second - 10) / 5).all()
    assert (abs(second / third - 10) < 0.1).all()


def test_spectrum_of_ones_own():
    k = np.arange(1, 101.0)
    times = [0.5, 50, 5e3]
    given_ = Dynamical(width=20, data=30, noise=0.2, spectrum=(k[::-1] ** -1.4, k[::-1] ** -2.1)).curve(times)
    named = Dynamical(2.1, 1.4, 20, 30, noise=0.2, modes=100).curve(times)
    assert (abs(given_.test / named.test - 1) <= given_.test_error + named.test_error).all()
    assert (abs(given_.train / named.train - 1) <= given_.train_error + named.train_error).all()
    scaled = Dynamical(width=20, data=30, noise=0.2, spectrum=(100 * k**-1.4, k**-2.1)).curve(np.array(times) / 100)
    assert (abs(scaled.test / named.test - 1) <= scaled.test_error + named.test_error).all()


def test_nothing_to_learn():
    """Without a target only noise is fitted; without noise either, every loss is 0, at N = P too."""
    k = np.arange(1, 41.0)
    noisy, silent = (Dynamical(width=12, data=12, noise=noise, spectrum=(k**-1.4, 0 * k)) for noise in (0.5, 0.0))
    found = noisy.curve([0, 1, 100])
    assert found.test[0] == found.train[0] == pytest.approx(0.25)
    assert (np.diff(found.test) > 0).all()
    assert (np.diff(found.train) < 0).all()
    assert noisy.final().test == math.inf
    assert silent.final().test == 0
    assert (silent.curve([0, 1, 100]).test == 0).all()
    assert (silent.curve([0, 1, 100]).train == 0).all()


def test_order_and_company_of_times_do_not_matter():
    model = Dynamical(1.5, 1.5, 100, 200, modes=500)
    times = np.geomspace(0.1, 1e4, 12)
    together, backwards = model.curve(times), model.curve(times[::-1])
    for k, t in enumerate(times):
        alone = model.curve([t])
        assert abs(alone.test[0] / together.test[k] - 1) <= alone.test_error[0] + together.test_error[k]
    assert (together.train == backwards.train[::-1]).all()


@pytest.mark.parametrize(("width", "data"), [(100, 50), (50, 100), (70, 70), (40, math.inf), (math.inf, 40)])
@pytest.mark.parametrize("optimiser", [GradientFlow(), GradientDescent(0.5), Momentum(0.7)])
def test_parts_of_the_loss(width, data, optimiser):
    """They sum to it, none is negative, and ensembles interpolate between one network and the bias."""
    model = Dynamical(1.8, 1.2, width, data, noise=0.2, optimiser=optimiser)
    times = np.array([0.0, 1, 10, 1000, 1e8])
    parts, curve = model.ensembles(times), model.curve(times)
    assert (abs(parts.total - curve.test) <= parts.total_error + curve.test_error * curve.test).all()
    for name in ("bias", "features", "data", "interaction"):
        assert (getattr(parts, name) >= -getattr(parts, f"{name}_error")).all()
    assert (parts.grid(math.inf, math.inf) == parts.bias + parts.floor).all()
    assert abs(parts.networks(4) - (parts.networks(math.inf) * 3 + parts.total) / 4).max() < 1e-13
    assert abs(parts.datasets(4) - (parts.datasets(math.inf) * 3 + parts.total) / 4).max() < 1e-13
    assert parts.bias[0] == pytest.approx(Dynamical(1.8, 1.2).curve([0]).test[0], rel=1e-14)
    with pytest.raises(TauberInputError, match="at least 1 or inf"):
        parts.networks(0.5)


def test_bias_is_the_squared_mean_response():
    """sum lambda w^2 h_k^2 with the mean response h_k from single contours, for a few modes."""
    lam, power = np.array([1.0, 0.4, 0.1]), np.array([1.0, 0.5, 0.3])
    model = Dynamical(width=2.5, data=4, spectrum=(lam, power))
    times = np.array([0.3, 4.0, 90.0])
    for t in times:
        total = 0
        # 1/(s + lam_j r) = kappa/(s (kappa + lam_j)), inverted at t by the rule of the training loss at t/2
        for j in range(3):
            (rule,) = GradientFlow().quadratures(model.ctx, model.edge, np.array([t / 2]))
            kappa = model.ridge(rule.nodes)
            terms = rule.weights * kappa / (rule.nodes * (kappa + lam[j])) * rule.growth[:, 0] ** 2
            total += power[j] * terms.real.sum() ** 2
        assert total == pytest.approx(model.ensembles([t]).bias[0], rel=1e-12)


def test_gradient_descent_tends_to_the_flow():
    """(1 - h x)^(2t/h) = e^{-2xt} (1 - h x^2 t + ...): train - flow = -(h t/4) train'' + O(h^2)."""
    arguments = {"a": 1.8, "b": 1.2, "width": 30, "data": 50, "noise": 0.2, "modes": 100}
    t, d = 8.0, 0.01
    flow = Dynamical(**arguments).curve([t - d, t, t + d])
    second = (flow.train[0] - 2 * flow.train[1] + flow.train[2]) / d**2
    steps = [0.1 / 2**k for k in range(3)]
    found = [Dynamical(**arguments, optimiser=GradientDescent(h)).curve([round(t / h)]) for h in steps]
    slopes = [(x.train[0] - flow.train[1]) / h for x, h in zip(found, steps, strict=True)]
    next_term = abs(slopes[1] - slopes[2])
    assert abs(2 * slopes[2] - slopes[1] + t / 4 * second) < next_term
    tests = [x.test[0] for x in found]
    assert 1.9 < (tests[0] - tests[1]) / (tests[1] - tests[2]) < 2.1
    assert abs(2 * tests[2] - tests[1] - flow.test[1]) < abs(tests[2] - tests[1]) * steps[0]


def test_light_momentum_tends_to_the_flow():
    """p_t = e^{-xt} (1 + mu x - mu x^2 t + ...): train - flow = -mu (train' + t train''/2) + O(mu^2)."""
    arguments = {"a": 1.8, "b": 1.2, "width": 30, "data": 50, "noise": 0.2, "modes": 100}
    t, d = 8.0, 0.01
    flow = Dynamical(**arguments).curve([t - d, t, t + d])
    first, second = (
        (flow.train[2] - flow.train[0]) / (2 * d),
        (flow.train[0] - 2 * flow.train[1] + flow.train[2]) / d**2,
    )
    masses = [0.04 / 2**k for k in range(3)]
    found = [Dynamical(**arguments, optimiser=Momentum(mass)).curve([t]) for mass in masses]
    slopes = [(x.train[0] - flow.train[1]) / mass for x, mass in zip(found, masses, strict=True)]
    assert abs(2 * slopes[2] - slopes[1] + first + t / 2 * second) < abs(slopes[1] - slopes[2])
    tests = [x.test[0] for x in found]
    assert abs(2 * tests[2] - tests[1] - flow.test[1]) < abs(tests[2] - tests[1]) / 2


def test_the_loss_grows_no_worse_with_time_than_with_its_estimate():
    """t = 1e12 is as good as t = 1: estimates below 1e-12 throughout, on both sides of N = P."""
    for width, data in ((100, 50), (50, 100), (80, 80), (50, math.inf), (math.inf, 50)):
        found = Dynamical(1.8, 1.2, width, data, noise=0.2).curve(LATE)
        assert found.test_error.max() < 1e-12


def test_a_vanishing_training_loss_says_so():
    found = Dynamical(1.8, 1.2, 100, 50, noise=0.2).curve([1e4])
    assert found.train_error[0] > 1
    assert abs(found.train[0]) < 1e-15


def test_rational_parameters_are_taken_exactly():
    model = Dynamical("8/5", "1.3", "20", 30, noise="0.1", modes=40, precision=22)
    again = Dynamical(1.6, 1.3, 20, 30, noise=0.1, modes=40)
    value, other = model.curve([3]).test[0], again.curve([3])
    assert model.a == model.ctx.real("1.6")
    assert abs(float(value) / other.test[0] - 1) <= other.test_error[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"a": 2, "b": 1}, "need a > 1 and b > 1"),
        ({"a": 1, "b": 2}, "need a > 1 and b > 1"),
        ({"a": 2, "b": 0, "modes": 10}, "0 < b <= 20"),
        ({"a": -1, "b": 1, "modes": 10}, "0 < a <= b"),
        ({"a": 2, "b": 1.5, "width": 0}, "width N must be a number from 1e-06 to 1e"),
        ({"a": 2, "b": 1.5, "data": -3}, "data P must be"),
        ({"a": 2, "b": 1.5, "width": math.nan}, "width N must be"),
        ({"a": 2, "b": 1.5, "noise": -0.1}, "label noise sigma"),
        ({"a": 2, "b": 1.5, "modes": 0}, "number of modes M must be"),
        ({"a": 2, "b": 1.5, "modes": 3.5}, "is not whole"),
        ({"a": 2}, "give both"),
        ({"a": 2, "b": 1.5, "spectrum": ([1.0], [1.0])}, "leave one out"),
        ({"spectrum": ([1.0, 2.0], [1.0])}, "lists of the same length"),
        ({"spectrum": ([1.0, 2.0],)}, "must be a pair"),
        ({"spectrum": ([1.0, -2.0], [1.0, 1.0])}, "must be positive"),
        ({"a": 2, "b": 1.5, "optimiser": "adam"}, "optimiser 'adam' is not known"),
        ({"a": 2, "b": 1.5, "precision": 3}, "number of digits"),
    ],
)
def test_bad_models_are_refused_in_one_sentence(arguments, message):
    with pytest.raises(TauberInputError, match=message) as caught:
        Dynamical(**arguments).curve([1])
    assert str(caught.value).endswith((".", ")."))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("times", [[], [-1], [math.inf], [math.nan], [[1, 2]], [1e17]])
def test_bad_times_are_refused(times):
    with pytest.raises(TauberInputError, match=r"times must be|latest allowed"):
        Dynamical(2, 1.5, 10, 20).curve(times)


def test_bad_points_and_steps_are_refused():
    model = Dynamical(2, 1.5, 10, 20, modes=100)
    with pytest.raises(TauberInputError, match="not 0"):
        model.ridge([0])
    with pytest.raises(PrecisionLost, match="wrong branch"):
        model.ridge([-0.5 * model.edge])  # on the spectrum
    with pytest.raises(UnstableStepSize, match="`step`"):
        Dynamical(2, 1.5, 10, 20, optimiser=GradientDescent(2.1 / model.edge))
    with pytest.raises(TauberInputError, match="whole steps"):
        Dynamical(2, 1.5, 10, 20, optimiser=GradientDescent(0.1)).curve([2.5])
