"""Training that changes with time: exact recursions, the contour, and steps against log time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.numerics import PLRF
from tauber.numerics.core.precision import FLOAT64
from tauber.numerics.errors import PrecisionLost, TauberInputError, UnstableStepSize
from tauber.numerics.models.one_pass import recursion
from tauber.numerics.models.one_pass import training as module
from tauber.numerics.models.one_pass.lens import support
from tauber.numerics.models.one_pass.nodes import Nodes, _exact_difference
from tauber.numerics.models.one_pass.optimisers import Momentum, Optimiser, dana_constant, dana_decaying, heavy_ball
from tauber.numerics.models.one_pass.recursion import Rules
from tauber.numerics.models.one_pass.schedule import Constant, CoolDown, Decay, Steps, WarmUp
from tauber.numerics.models.one_pass.training import Training, high_warm_up, warm_up

few = settings(max_examples=settings().max_examples // 8)


def own_momentum():
    """All coefficients change with time."""
    return Momentum(lambda t: 0.5 + 0.4 * np.cos(t), lambda t: 0.3 + 0.2 * np.sin(3 * t), 0.7)


def by_the_notes(x, power, floor, gamma, batch, sigma2, momentum, averaging, steps):
    """Momentum and averaging mode by mode, in the published form (own_models.md, sections 4 and 5), in plain Python.

    rho = E v^2, xi = E v y, chi = E y^2; with averaging S = E vbar v, W = E vbar^2 (SGD only).
    """
    rho, xi, chi = power / x, 0 * x, 0 * x
    S, W = rho.copy(), rho.copy()
    losses = []
    for t in range(steps + 1):
        loss = floor + (x * rho).sum()
        losses.append(loss if averaging is None else floor + (x * W).sum())
        g = gamma[t] if t < steps else 0.0
        Q = batch * (batch + 1) * x**2 * rho + batch * x * (loss + sigma2)
        if momentum is None:
            after = (1 - 2 * g * batch * x) * rho + g**2 * Q
            e = 0.0 if averaging is None else averaging / (t + averaging)
            S_after = (1 - e) * (1 - g * batch * x) * S + e * after
            W = (1 - e) ** 2 * W + 2 * e * (1 - e) * (1 - g * batch * x) * S + e**2 * after
            rho, S = after, S_after
            continue
        time = np.array([float(t)])
        e, g3 = 1 - momentum.damping(time)[0], g * momentum.ratio(time)[0]
        Gm, Bx = g * momentum.direct + g3, batch * x
        rho, xi, chi = (
            rho - 2 * Gm * Bx * rho - 2 * g3 * e * xi + 2 * Gm * g3 * e * Bx * xi + g3**2 * e**2 * chi + Gm**2 * Q,
            e * xi + Bx * rho - (Gm + g3) * e * Bx * xi - g3 * e**2 * chi - Gm * Q,
            e**2 * chi + 2 * e * Bx * xi + Q,
        )
    return np.array(losses)


@pytest.mark.parametrize(
    ("momentum", "averaging"),
    [(None, None), (None, 3.0), (own_momentum(), None), (heavy_ball(0.3), None), (dana_decaying(0.8), None)],
)
@pytest.mark.parametrize("compiled", [False, True])
def test_the_published_recursions(momentum, averaging, compiled):
    """The lift of a linear optimiser to second moments, against the recursions written out by hand."""
    if compiled and not recursion.COMPILED:
        pytest.skip("numba is not installed")
    generator = np.random.default_rng(5)
    x, power, batch, sigma2 = generator.lognormal(-2, 1, 8), generator.random(8), 3, 0.2
    gamma = 0.1 * generator.random(60) / (batch * x.max())
    optimiser = Optimiser(momentum, averaging)
    rules = Rules.of((Nodes.from_eigenvalues(x, power, 0.3),))
    found, _ = recursion.run(
        rules,
        lambda t: optimiser.second_moments(t, gamma[t.astype(int)], batch, batch + 1),
        optimiser.start()[:, None, None] * rules.power,
        np.arange(61),
        sigma2,
        reported=optimiser.reported,
        compiled=compiled,
    )
    expected = by_the_notes(x, power, 0.3, gamma, batch, sigma2, momentum, averaging, 60)
    assert found[0] == pytest.approx(expected, rel=1e-12)


def test_averaging_of_momentum():
    """No closed form is published: dense 3 x 3 matrices of E s s^T, mode by mode."""
    generator = np.random.default_rng(6)
    x, power, batch, gamma, k = generator.lognormal(-2, 1, 6), generator.random(6), 2, 0.05, 4.0
    momentum = own_momentum()
    model = PLRF(1, 0.5, 6, 20, batch=batch, step_size=gamma, noise=0.5)
    nodes = Nodes.from_eigenvalues(x, power, 0.1)
    S = np.zeros((6, 3, 3))
    S[:, [0, 0, 2, 2], [0, 2, 0, 2]] = (power / x)[:, None]
    for t in range(40):
        drive = batch * x * (0.1 + (x * S[:, 0, 0]).sum() + 0.25) + batch * x**2 * S[:, 0, 0]
        e, r = 1 - momentum.damping(np.array([t]))[0], momentum.ratio(np.array([t]))[0]
        a = k / (t + k)
        y = np.stack([batch * x, 0 * x + e, 0 * x], axis=1)
        v = np.array([1, 0, 0]) - gamma * (0.7 * np.stack([batch * x, 0 * x, 0 * x], axis=1) + r * y)
        M = np.stack([v, y, (1 - a) * np.array([0, 0, 1]) + a * v], axis=1)
        u = np.array([-gamma * (0.7 + r), 1, -a * gamma * (0.7 + r)])
        S = M @ S @ M.transpose(0, 2, 1) + drive[:, None, None] * np.outer(u, u)
    training = Training(model, momentum=momentum, averaging=k, nodes=nodes)
    assert training.curve([40]).excess[0] == pytest.approx(0.1 + (x * S[:, 2, 2]).sum(), rel=1e-12)


@st.composite
def models(draw):
    alpha, beta = draw(st.floats(0.2, 1.5)), draw(st.floats(0.3, 1.5))
    d, batch = 10 ** draw(st.floats(0.5, 8)), draw(st.integers(1, 9))
    noise = draw(st.just(0) | st.floats(0.01, 2))
    v = math.inf if 2 * alpha > 1.05 else max(50.0, round(4 * d))
    model = PLRF(alpha, beta, d, v, batch=batch, noise=noise)
    share = draw(st.floats(0.02, 1.9))  # of half the limit
    return PLRF(alpha, beta, d, v, batch=batch, noise=noise, step_size=share * model.step_size)


@few
@given(models())
def test_constant_steps_against_the_contour(model):
    """Recursion to 300 steps, log time to 1e15: both within their estimates of the contour's 1e-12."""
    training = Training(model)
    for times, solver in (([0, 1, 17, 300], "recursion"), (np.geomspace(5e3, 1e15, 5).round(), "log-time")):
        curve, exact = training.curve(times, solver), model.curve(times)
        assert np.all(abs(curve.loss / exact.loss - 1) <= curve.error + exact.error)
        assert np.all(curve.error < 1e-6)


SCHEDULES = [
    Constant(),
    CoolDown(3e4, 1),
    CoolDown(3e4, 4),
    CoolDown(3e4, 0.5),
    Decay(0.4, 10.0),
    WarmUp(1e-2, 0.6),
    WarmUp(1e-2, 1.4, 30.0),
    WarmUp(5e-4, 1.0),
]


@pytest.mark.slow
@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
@pytest.mark.parametrize("model", [PLRF(0.8, 0.3, 1e6, math.inf, noise=1), PLRF(0.4, 1, 1e4, 1e5, batch=4)], ids="ab")
def test_log_time_against_every_single_step(schedule, model):
    training = Training(model, schedule=schedule)
    times = np.array([1e3, 3e3, 6e3, 1e4, 2e4, 2.5e4, 2.95e4, 3e4])
    steps, fast = (training.curve(times, solver) for solver in ("recursion", "log-time"))
    shared = training._rules()[0].error  # both solvers use the same nodes
    assert np.all(abs(fast.excess / steps.excess - 1) <= fast.excess_error - shared + recursion.rounding(times, 400))
    assert fast.excess_error.max() < 1e-6


LINEAR = {
    "averages": {"averaging": 3.0},
    "heavy ball": {"momentum": heavy_ball(0.05)},
    "dana-constant": {"momentum": dana_constant(1e-3)},
    "dana-decaying": {"momentum": dana_decaying(0.8)},
    "averages of dana": {"momentum": dana_decaying(0.8), "averaging": 4.0},
    "averages of a cool-down": {"averaging": 3.0, "schedule": CoolDown(5e4, 2)},
}


@pytest.mark.dear
@pytest.mark.parametrize("options", LINEAR.values(), ids=LINEAR)
def test_log_time_of_momentum_and_averages_against_every_single_step(options):
    """On an exact small spectrum, some of whose modes have died, others not moved, the slowest oscillate."""
    x = np.array([0.9, 0.3, 0.04, 3e-3, 2e-4, 1e-5, 3e-7, 1e-9])
    nodes = Nodes.from_eigenvalues(x, x**1.3, 1e-4)
    training = Training(PLRF(0.8, 0.3, 8, 40, batch=2, noise=0.1, step_size=0.1), nodes=nodes, **options)
    times = np.array([5000, 7001, 10000, 20000, 40000])
    steps = training.curve(times, "recursion")
    for accuracy in (1e-6, 1e-9):
        fast = training.curve(times, "log-time", accuracy=accuracy)
        assert fast.excess_error.max() < accuracy
        assert np.all(abs(fast.excess / steps.excess - 1) <= fast.excess_error + steps.excess_error)


def test_momentum_comes_to_the_level_where_its_moments_are_in_balance():
    """After 1e20 steps Y = A Y + b (P + sigma^2), solved at once; a step changes Y by a part in 1e20 by then."""
    training = Training(PLRF(0.8, 0.3, 30, math.inf, noise=0.5, step_size=0.1), momentum=heavy_ball(0.2))
    nodes = training._rules(0.0)[0]
    given = training.optimiser.second_moments(np.zeros(1), np.array([0.1]), 1.0, 2.0)
    powers = nodes.x[:, None, None] ** np.arange(3)[:, None]
    change = (powers[..., None] * given.change[0]).sum(axis=1)
    Y = np.linalg.solve(-change, np.broadcast_to(given.b[0], (len(nodes.x), 3))[..., None])[:, 0, 0]
    noise = float((nodes.x**2 * nodes.modes * Y).sum())
    found = training.curve([1e20])
    assert found.excess[0] == pytest.approx((nodes.floor + 0.25 * noise) / (1 - noise), rel=found.excess_error[0])
    assert found.excess_error[0] < 1e-8


def test_log_time_comes_to_the_accuracy_that_is_asked():
    """Noiseless, where errors are relative to a loss that falls by eight decades: steps are shortened until 1e-9."""
    training = Training(PLRF(0.8, 0.3, 1e12, math.inf, step_size=0.1), schedule=WarmUp(1e-2, 0.4))
    times = np.geomspace(5e3, 1e15, 6).round()
    usual, fine = training.curve(times), training.curve(times, accuracy=1e-9)
    assert fine.excess_error.max() <= 1e-9 < usual.excess_error.max()
    assert (abs(usual.excess / fine.excess - 1) <= usual.excess_error + fine.excess_error).all()


@pytest.mark.parametrize("schedule", [CoolDown(1e9, 4), WarmUp(1e-2, 0.6)], ids=str)
@pytest.mark.parametrize("model", [PLRF(0.8, 0.3, 1e4, math.inf, noise=1), PLRF(0.4, 1, 1e4, 1e5, batch=4)], ids="ab")
def test_the_approximation_errs_by_no_more_than_the_rule_of_two_runs_says(schedule, model):
    training = Training(model, schedule=schedule)
    time, (_, other) = np.array([1e9]), training._rules()
    exact, found = training.curve(time), training.approximate(time)
    coarse = training._continue(other, time, module._FEW // 2, 1.5 * module._LONG)
    assert abs(found / exact.excess - 1)[0] <= 2 * abs(coarse / found - 1)[0] + exact.excess_error[0]
    assert 0 < exact.excess_error[0] < 1e-6


@pytest.mark.parametrize(
    "options", [{"momentum": heavy_ball(0.3)}, {"averaging": 3.0}, {}], ids=["ball", "mean", "sgd"]
)
def test_step_by_step_the_approximation_errs_by_its_nodes_alone(options):
    """Of the size by which these nodes miss exact values, functions as rough as any."""
    training, times = Training(PLRF(0.8, 0.3, 100, math.inf, noise=0.3), **options), [0, 10, 500]
    curve, spectrum = training.curve(times, "recursion"), training.model.nodes
    rough = training._rough_rule(module.RATES[-1] if "momentum" in options else 0.0)
    missed = _exact_difference(spectrum, 100.0, support(spectrum, 100.0), [rough])
    assert np.all(abs(training.approximate(times) / curve.excess - 1) <= curve.excess_error + rough.error + 3 * missed)
    assert rough.error + missed < 1e-7


def test_a_declared_spectrum():
    """Arrays of eigenvalues, and the numbers of a power law as such arrays."""
    j, times = np.arange(1.0, 401), [10, 1000, 50000]
    model = PLRF(spectrum=(j**-1.6, j**-2.2), d=20, noise=0.3, step_size=0.1)
    for solver in ("recursion", "log-time"):
        one, two = (
            Training(m, schedule=CoolDown(5e4, 2)).curve(times, solver)
            for m in (model, PLRF(0.8, 0.3, 20, 400, noise=0.3, step_size=0.1))
        )
        assert np.all(abs(one.excess / two.excess - 1) <= one.excess_error + two.excess_error)


def test_a_list_of_steps_is_the_schedule_it_lists():
    model, times = PLRF(0.8, 0.3, 100, math.inf, noise=0.3), [0, 10, 500]
    schedule = CoolDown(500, 2)
    listed = Steps(schedule.shape(np.arange(500.0)))
    one, two = (Training(model, schedule=s).curve(times) for s in (schedule, listed))
    assert one.excess == pytest.approx(two.excess, rel=1e-14)
    assert one.loss == pytest.approx(one.excess + 0.09, rel=1e-15)


def test_one_moment_on_one_rule_is_a_row_of_two():
    training = Training(PLRF(0.8, 0.3, 100, math.inf, noise=0.3), schedule=CoolDown(9000, 0.5))
    times = np.array([0, 1, 64, 77, 5000, 9000])
    nodes = training._rules()
    both, last = training._run(Rules.of(nodes), training._start(Rules.of(nodes)), times)
    for n, one in enumerate(nodes):
        rules = Rules.of((one,))
        alone, end = training._run(rules, training._start(rules), times)
        rel = float(recursion.rounding(times, len(one.x)).max())
        assert alone[0] == pytest.approx(both[n], rel=rel)
        assert end[0, 0] == pytest.approx(last[0, n], rel=rel, abs=rel * abs(last).max())


@pytest.mark.parametrize("kind", ["plain", "averaged", "dana"])
def test_numba_gives_the_same_numbers(kind):
    if not recursion.COMPILED:
        pytest.skip("numba is not installed")
    optimiser = {"plain": Optimiser(), "averaged": Optimiser(None, 8), "dana": Optimiser(dana_constant(0.1), 5)}[kind]
    training = Training(PLRF(0.8, 0.3, 100, math.inf, noise=0.3))
    rules = Rules.of(training._rules())
    start, times = optimiser.start()[:, None, None] * rules.power, np.array([0, 1, 77, 5000])
    one, two = (
        recursion.run(
            rules,
            lambda t: optimiser.second_moments(t, 0.2 + 0 * t, 1.0, 2.0),
            start,
            times,
            0.09,
            reported=optimiser.reported,
            compiled=compiled,
        )[0]
        for compiled in (False, True)
    )
    assert one == pytest.approx(two, rel=float(recursion.rounding(times, rules.x.size).max()))


MODEL = PLRF(0.8, 0.3, 100, math.inf)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: Training(MODEL, schedule=CoolDown(100, 1)).curve([101]), "end of the schedule"),
        (lambda: Training(MODEL).curve([-1]), "change them"),
        (lambda: Training(MODEL).curve([0.5], "recursion"), "whole times"),
        (lambda: Training(MODEL).curve([1e8], "recursion"), "whole times"),
        (lambda: Training(MODEL).curve([0.5, 1e6], "log-time"), "must be whole"),
        (lambda: Training(MODEL, schedule=Steps(np.ones(5))).curve([5], "log-time"), "choose one of them"),
        (lambda: Training(MODEL).curve([10], "contour"), "choose one of them"),
        (lambda: Training(MODEL, averaging=0), "change `averaging`"),
        (lambda: heavy_ball(1.5), "damping"),
        (lambda: dana_constant(-1.0), "DANA"),
    ],
)
def test_refusals(ask, words):
    with pytest.raises(TauberInputError, match=words):
        ask()


def test_unstable_momentum_is_refused_and_nothing_wrong_is_returned():
    """g_3 far above what the edge allows; allowed, it grows until float64 ends."""
    wild = Momentum(lambda t: 0.01 + 0 * t, lambda t: 30.0 + 0 * t)
    with pytest.raises(UnstableStepSize, match="momentum is unstable"):
        Training(MODEL, momentum=wild).curve([100])
    allowed = PLRF(0.8, 0.3, 100, math.inf, allow_unstable=True)
    with pytest.raises(PrecisionLost):
        Training(allowed, momentum=wild).curve([100000])


def test_a_weakly_damped_oscillation_is_not_guessed():
    """Nodes cannot follow a hundred coherent turns: the two rules disagree, and that is said."""
    model = PLRF(0.8, 0.3, 1e6, math.inf)
    with pytest.raises(PrecisionLost, match="leave it out"):
        Training(model, momentum=heavy_ball(0.002)).curve([3420])


@pytest.mark.parametrize("excess", [1e-6, 1e-3, 1e-2, 1.0])
def test_an_unstable_step_size_is_answered_quickly_right_or_not_at_all(excess):
    """Beyond stability log time's steps are too long for fast growth; a search must not be led by what they give."""
    limit = float(PLRF(0.4, 0.9, 300, 1200).stability_limit)
    model = PLRF(0.4, 0.9, 300, 1200, step_size=limit * (1 + excess), allow_unstable=True)
    times = [30000]
    exact = Training(model).curve(times, "recursion") if excess < 1 else None
    try:
        found = Training(model).approximate(times, doubtful=True)
    except PrecisionLost:
        assert excess > 1e-3
        return
    assert exact is not None
    assert abs(found / exact.excess - 1)[0] <= FLOAT64.loss_limit


@pytest.mark.parametrize(("batch", "step_size"), [(1, 0.1), (7, 0.01)])
def test_a_warm_up_rises_with_the_time_of_the_training(batch, step_size):
    """(1 + tau)^C with tau = gamma B times steps at the peak, of which d tau/dt = gamma B shape."""
    model = PLRF(0.8, 0.3, 1e6, math.inf, batch=batch, step_size=step_size)
    schedule = warm_up(model, 1e-2, 0.4)
    training, times = Training(model, schedule=schedule), np.array([0.0, 1.0, 10.0, 1e3, 1e5])
    assert schedule.peak_time > times[-2]
    assert schedule.shape(times) == pytest.approx(np.minimum(1e-2 * (1 + training.tau(times)) ** 0.4, 1), rel=1e-12)
    rise = (training.tau(times + 0.5) - training.tau(np.maximum(times - 0.5, 0)))[1:4]
    assert rise == pytest.approx(step_size * batch * schedule.shape(times)[1:4], rel=1e-3)


def test_a_peak_beyond_the_steps_of_double_precision_is_refused():
    """At once: steps in log time, which begin where the exact ones end, would have no length."""
    model = PLRF(0.8, 0.3, 1e6, math.inf, step_size=1e-17)
    schedule = high_warm_up(model, 1e4, 1e21, 1.8)
    assert math.ulp(schedule.peak_time) > 1
    with pytest.raises(PrecisionLost, match="does not tell them apart"):
        Training(model, schedule=schedule).approximate([1e21])


def test_an_end_where_double_precision_has_every_other_step_is_solved():
    """The excess falls as n^-p: after 1e16 steps, beside ten times fewer, where each step is there."""
    model = PLRF(0.8, 0.3, 1e20, math.inf, step_size=0.1)
    known = [Training(model, schedule=CoolDown(n, 4.0)).curve([n]) for n in (1e15, 1e16)]
    assert max(float(x.error[0]) for x in known) < 1e-7
    p = (2 * 0.8 + 2 * 0.3 - 1) / (2 * 0.8)
    assert known[1].excess[0] / known[0].excess[0] == pytest.approx(10**-p, rel=1e-4)


@settings(max_examples=40)
@given(st.floats(0.1, 5), st.floats(-6, 12), st.floats(-3, 6), st.floats(-1, 12))
def test_a_warm_up_is_as_high_as_asked(power, log_height, log_unit, log_time):
    """The peak over the start, times steps over time; where no peak is reached, a rise up to the end is not as high."""
    height, unit, steps = 1 + 10.0**log_height, 10.0**log_unit, 10.0 ** (log_unit + log_time)
    try:
        schedule = WarmUp.of_height(height, steps, power, unit)
    except TauberInputError:
        low, high = 0.0, 1.0  # logs of the peak over the start
        while WarmUp(math.exp(-high), power, unit).peak_time < steps:
            low, high = high, 2 * high
        for _ in range(60):
            middle = (low + high) / 2
            reached = WarmUp(math.exp(-middle), power, unit).peak_time <= steps
            low, high = (middle, high) if reached else (low, middle)
        last = WarmUp(math.exp(-low), power, unit)
        assert steps / last.tau(np.array([steps]))[0] / last.start <= height * (1 + 1e-6)
        return
    assert schedule.peak_time <= steps * (1 + 1e-9)
    assert steps / schedule.tau(np.array([steps]))[0] / schedule.start == pytest.approx(height, rel=1e-6)
