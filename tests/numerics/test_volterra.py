"""Three solvers of one Volterra equation: against each other, against closed forms, with a user's own data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics.core.precision import FLOAT64, precision_of
from tauber.numerics.errors import PrecisionLost, TauberInputError
from tauber.numerics.models.plrf import PLRF, GivenDraw
from tauber.numerics.volterra import Equation, contour, solve
from tauber.numerics.volterra.circle import circle_sequences
from tauber.numerics.volterra.contour import Transform, ellipse, first_far_time, hyperbola, invert

from ..sampling import some


def pole(gap):
    """The transform of (1 - gap)^t."""
    return Transform(lambda ell: (np.exp(ell) / (np.expm1(ell) + gap), 4e-16 + 0 * abs(ell), 0 * ell), math.log(2))


@pytest.mark.parametrize("gap", [0.5, 0.01, 1e-6, 1e-15])
def test_contour_inverts_a_power(gap):
    """(1 - gap)^t and its log-slope t log(1 - gap), at times from 0 to 1e15, whole or not, within the estimates."""
    times = np.concatenate([[0, 0.5, 1, 3.7, 9, 10, 11], np.logspace(1, 15, 60)])
    times = times[-times * math.log1p(-gap) < 12]
    found = invert(FLOAT64, pole(gap), times)
    exact = np.exp(times * math.log1p(-gap))
    slope = times * math.log1p(-gap)
    assert (abs(found.values / exact - 1) <= 3 * found.error).all()
    assert (abs(found.slope - slope) <= 3 * found.slope_error + 1e-15).all()
    assert found.error.max() < 1e-9


def test_error_estimate_sees_a_contour_with_too_few_nodes(monkeypatch):
    """With a coarse step the estimate must rise with the error, not stay at round-off."""
    fine = invert(FLOAT64, pole(0.01), np.array([50.0]))
    monkeypatch.setattr("tauber.numerics.volterra.contour.goal_exponent", lambda ctx: 12.0)
    coarse = invert(FLOAT64, pole(0.01), np.array([50.0]))
    wrong = abs(coarse.values[0] / 0.99**50 - 1)
    assert wrong > 1e-8 > 1e-12 > fine.error[0]
    assert wrong <= coarse.error[0]


def test_number_of_nodes_is_logarithmic_in_the_ratio_of_times():
    sizes = [len(hyperbola(FLOAT64, 10.0, 10.0 * 10**k).nodes) for k in (0, 6, 12, 18, 24)]
    assert np.ptp(np.diff(sizes)) <= 2
    assert sizes[-1] < 700
    assert len(ellipse(FLOAT64, first_far_time(FLOAT64), math.log(2)).nodes) < 40


def test_arms_are_left_out_where_they_are_over(monkeypatch):
    """Late times of a long curve take fewer nodes; values and estimates are those of all of them."""
    times, transform, counts = np.geomspace(10, 1e12, 200), pole(1e-13), []
    sums = contour._Columns.sums
    monkeypatch.setattr(contour._Columns, "sums", lambda own, t: counts.append(len(own.nodes)) or sums(own, t))
    found = invert(FLOAT64, transform, times)
    assert counts[-1] < counts[0] / 2
    monkeypatch.setattr(contour, "_GONE", -math.inf)
    whole = invert(FLOAT64, transform, times)
    assert found.values == pytest.approx(whole.values, rel=1e-14)
    assert found.error == pytest.approx(whole.error, rel=1e-6)


@pytest.mark.dear
@given(
    gaps=st.lists(st.floats(1e-5, 0.5), min_size=1, max_size=8),
    seed=st.integers(0, 10**6),
    norm=st.floats(0.01, 0.98),
    times=st.lists(st.integers(0, 3000), min_size=1, max_size=8),
)
def test_solvers_agree_within_their_estimates(gaps, seed, norm, times):
    """Exponential sums, sum K = norm: states, direct sums, FFT and contour."""
    rng = np.random.default_rng(seed)
    gap = np.array(gaps)
    forcing, kernel = rng.uniform(0.1, 1, len(gap)), rng.uniform(0.1, 1, len(gap))
    kernel *= norm / (kernel / gap).sum()
    # a constant in F keeps P away from 0, where an FFT has no relative accuracy
    gap, forcing, kernel = np.append(gap, 0), np.append(forcing, 0.1), np.append(kernel, 0)
    equation = Equation.from_modes(gap, forcing, kernel)
    sequences = equation.sequences(max(times) + 1)
    bare = Equation.from_sequences(sequences.forcing, sequences.kernel)
    found = [solve(equation, times, m) for m in ("recursion", "fft", "contour")] + [solve(bare, times, "recursion")]
    for other in found[1:]:
        assert other.values == pytest.approx(found[0].values, rel=1e-9)
        assert (abs(other.values / found[0].values - 1) <= 3 * (other.error + found[0].error)).all()


@pytest.mark.parametrize("solver", ["recursion", "fft", "auto"])
def test_sequences_with_a_closed_form(solver):
    """F = 1, K(r) = 2^-(r+2), so sum K = 1/2: P(r) = 2 - (3/4)^r."""
    steps = 5000
    equation = Equation.from_sequences(np.ones(steps + 1), 0.5 ** (np.arange(steps) + 2.0))
    times = [0, 1, 2, 10, 100, steps]
    found = solve(equation, times, solver)
    exact = 2 - 0.75 ** np.array(times, dtype=float)
    assert (abs(found.values / exact - 1) <= found.error).all()
    assert found.error.max() < 1e-11


def test_user_transforms():
    """F~ = 1/(w - 1) and K~ = (1/4)/(w - 1/2): the closed form above, by contour, in two precisions."""
    for digits in (None, 25):
        ctx = precision_of(digits)

        def forcing(ell, ctx=ctx):
            return ctx.exp(ell) / ctx.expm1(ell), 4 * ctx.eps + 0 * abs(ell), 0 * ell

        def kernel(ell, ctx=ctx):
            return ctx.exp(ell) / (4 * (ctx.expm1(ell) + ctx.real("1/2"))), 4 * ctx.eps + 0 * abs(ell), 0 * ell

        equation = Equation.from_transforms(forcing, kernel, math.log(2), ctx)
        found = solve(equation, [0, 1, 2, 10, 100])
        exact = [2 - ctx.real("3/4") ** t for t in (0, 1, 2, 10, 100)]
        assert all(abs(a / b - 1) <= 3 * e for a, b, e in zip(found.values, exact, found.error, strict=True))
        assert found.solver == "contour"
        with pytest.raises(TauberInputError, match="sequences"):
            solve(equation, [3], "fft")


def test_what_is_missing_is_said():
    equation = Equation.from_sequences([1.0, 1.0], [0.1])
    for times, method, words in (
        ([5], "recursion", "needs F"),
        ([0.5], "recursion", "whole"),
        ([1], "contour", "transforms"),
        ([1], "laplace", "choose one of"),
        ([-1], "auto", "times"),
        ([], "auto", "times"),
    ):
        with pytest.raises(TauberInputError, match=words):
            solve(equation, times, method)
    with pytest.raises(TauberInputError, match=">= 0"):
        Equation.from_sequences([1.0, -1.0], [0.1])
    with pytest.raises(TauberInputError, match="float64 only"):
        solve(Equation.from_sequences([1, 1], [1], precision_of(20)), [1], "fft")


@pytest.mark.parametrize(("alpha", "beta", "d", "v", "batch"), [(0.8, 0.3, 50, 400, 1), (0.3, 0.9, 30, 90, 3)])
def test_plrf_solvers_agree(alpha, beta, d, v, batch):
    model = PLRF(alpha, beta, d, v, batch=batch)
    times = [0, 1, 2, 9, 10, 11, 100, 2500]
    found = [model.curve(times, solver) for solver in ("contour", "fft", "recursion")]
    assert [c.solver for c in found] == ["contour", "fft", "recursion"]
    for other in found[1:]:
        assert (abs(other.loss / found[0].loss - 1) <= 3 * (other.error + found[0].error)).all()
        assert other.loss == pytest.approx(found[0].loss, rel=1e-11)


def test_circle_and_contours_give_the_same_sequences():
    model = PLRF(0.8, 0.3, 100, 1000)
    given_ = circle_sequences(FLOAT64, model._transforms.plain, 1.0, 300)
    times = np.arange(301)
    forcing, kernel = model.forcing(times), model.kernel(times[:-1])
    given_ = given_.tilted(-given_.tilt)
    assert (abs(given_.forcing / forcing.values - 1) <= given_.forcing_error + forcing.error).all()
    assert (abs(given_.kernel / kernel.values - 1) <= given_.kernel_error + kernel.error).all()
    assert given_.forcing_error.max() < 1e-10


@pytest.mark.parametrize("factor", [1.0000001, 1.2, 1.9, 2.5])
def test_unstable_runs_continue_the_stable_ones(factor):
    """Past the limit, even past the edge: P(0), P(1) from the moments of the spectral measures; recursion = FFT."""
    alpha, beta, d, v, b = 0.8, 0.3, 60, 200, 1
    limit = PLRF(alpha, beta, d, v).stability_limit
    gamma = factor * limit
    model = PLRF(alpha, beta, d, v, step_size=gamma, allow_unstable=True)
    assert not model.stable
    assert model.level == math.inf
    lam = np.arange(1, v + 1, dtype=float) ** (-2 * alpha)
    omega = lam * np.arange(1, v + 1, dtype=float) ** (-2 * beta)
    m0, m1 = omega.sum(), (omega * lam).sum()
    m2 = (omega * lam**2).sum() + m1 * lam.sum() / d
    k0 = gamma**2 * b * ((lam**2).sum() + lam.sum() ** 2 / d)
    forced = m0 - 2 * gamma * b * m1 + gamma**2 * b * (b + 1) * m2
    curve = model.curve([0, 1, 40])
    assert curve.loss[0] == pytest.approx(m0, rel=1e-11)
    assert curve.loss[1] == pytest.approx(forced + k0 * m0, rel=1e-9)
    fft = model.curve([0, 1, 40], "fft")
    assert fft.loss == pytest.approx(curve.loss, rel=1e-8)
    with pytest.raises(TauberInputError, match="stable"):
        model.curve([10], "contour")
    with pytest.raises(TauberInputError, match="stable"):
        model.slope([10])


@pytest.mark.parametrize(
    ("step_size", "last", "solver"),
    some([(0.7, 4128, "fft"), (0.7, 4128, "recursion"), (3, 226, "fft"), (3, 226, "recursion")], quick=(0, 3)),
)
def test_a_run_that_overflows_says_at_which_step(step_size, last, solver):
    """Noise-limited and edge-limited: fine up to the last step below 1.8e308, which the growth per step confirms."""
    model = PLRF(0.8, 0.3, 1000, 10**4, step_size=step_size, allow_unstable=True)
    with pytest.raises(PrecisionLost, match=rf"^The loss exceeds 1\.8e308.* at step {last + 1}; stop earlier"):
        model.curve([0, 1, 10**4], solver)
    found = model.curve([0, 1, 100, last - 1, last], solver)
    assert found.error.max() < 1e-8
    before, end = np.log(found.loss[-2:])
    assert 2 * end - before > math.log(np.finfo(float).max)  # one step more would not fit
    assert found.loss[:3] == pytest.approx(model.curve([0, 1, 100], solver).loss, rel=1e-9)


@pytest.mark.parametrize("solver", ["fft", "recursion"])
def test_growing_modes_overflow_at_the_right_step(solver):
    """One mode of rate 10, without a kernel: 10^308 is the last power float64 holds."""
    equation = Equation.from_modes([-9.0], [1.0], [0.0])
    found = solve(equation, [0, 1, 308], solver)
    assert found.values == pytest.approx([1, 10, 1e308], rel=1e-12)
    assert found.error.max() < 1e-10
    with pytest.raises(PrecisionLost, match="at step 309;"):
        solve(equation, [0, 2000], solver)


def test_given_draw_by_recursion_and_contour():
    """The exact loss of one W: recursion, contour and the update rule of plrf.md written out."""
    rng = np.random.default_rng(5)
    lam, power, floor, gamma, b = rng.uniform(0.001, 1, 12), rng.uniform(0, 1, 12), 0.05, 0.15, 3
    draw = GivenDraw(lam, power, floor, b, gamma)
    rho, losses = power / lam, []
    for _ in range(400):
        loss = floor + (lam * rho).sum()
        losses.append(loss)
        rho = (1 - 2 * gamma * b * lam + gamma**2 * b * (b + 1) * lam**2) * rho + gamma**2 * b * lam * loss
    times = [0, 1, 5, 50, 399]
    for solver in ("recursion", "contour", "fft"):
        assert draw.curve(times, solver).loss == pytest.approx(np.array(losses)[times], rel=1e-12)
    late = draw.curve([10**9], "contour").loss[0]
    assert late == pytest.approx(floor / (1 - draw.kernel_norm), rel=1e-10)
