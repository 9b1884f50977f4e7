"""One-pass SGD of the dynamical model: the same as PLRF where it is, and what it adds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import PLRF, TauberInputError, UnstableStepSize
from tauber.numerics.models.dynamical import Dynamical, GradientDescent
from tauber.numerics.models.dynamical.one_pass import OnePassSGD
from tauber.numerics.models.plrf.model import GivenDraw
from tauber.numerics.volterra import solve

from ..sampling import some

TIMES = [0, 1, 2, 7, 10, 30, 200, 1e4, 1e9]


@given(
    alpha=st.floats(0.55, 1.5),
    beta=st.floats(0, 1.5),
    d=st.integers(2, 80),
    batch=st.integers(1, 6),
    share=st.floats(0.05, 0.95),
)
def test_is_plrf_under_the_dictionary(alpha, beta, d, batch, share):
    """b = 2 alpha, a = 2 alpha + 2 beta, N = d, M = v, h = B gamma, sigma = 0: equal curve, limit, kernel, level."""
    v = 200
    plain = PLRF(alpha, beta, d, v, batch=batch)
    gamma = share * plain.stability_limit
    plain = PLRF(alpha, beta, d, v, batch=batch, step_size=gamma)
    model = Dynamical(2 * alpha + 2 * beta, 2 * alpha, d, modes=v)
    sgd = OnePassSGD(model, batch=batch, step_size=batch * gamma)
    one, two = sgd.curve(TIMES), plain.curve(TIMES)
    assert (abs(one.loss / two.loss - 1) <= one.error + two.error).all()
    assert sgd.stability_limit == pytest.approx(batch * plain.stability_limit, rel=1e-12)
    assert sgd.kernel_norm == pytest.approx(plain.kernel_norm, rel=1e-10)
    assert sgd.level == pytest.approx(plain.level, rel=1e-10)
    assert sgd.stability_cause == plain.stability_cause


def by_the_closed_contour(model, step, batch, times):
    """F_t and K_t of the trace form straight from its contour integrals, on a circle around the spectrum.

    kappa from `Dynamical.ridge`, sums over the modes as they stand.
    """
    k = np.arange(1, float(model.modes) + 1)
    lam, power = k ** -float(model.b), k ** -float(model.a)
    edge = model.edge
    angle = 2 * np.pi * (np.arange(4000) + 0.5) / 4000
    radius = 0.55 * edge
    s = -edge / 2 + radius * np.exp(1j * angle)
    kappa = model.ridge(s)[:, None]
    trace = (lam / (kappa + lam)).sum(axis=1)
    target = (power / (kappa + lam)).sum(axis=1) / (1 - trace / float(model.width))
    weight = radius * np.exp(1j * angle) / 4000
    growth = (1 + step * s) ** (2 * np.asarray(times)[:, None])
    return (growth @ (weight * target)).real, step**2 / batch * (growth @ (weight * -s * trace)).real


def test_trace_form_is_that_of_the_mean_field_theory():
    model, step, batch = Dynamical(2, 1.5, 25, modes=60), 0.3, 3
    sgd = OnePassSGD(model, batch=batch, step_size=step, moments="trace")
    times = [0, 1, 2, 5, 12, 30]
    forcing, kernel = by_the_closed_contour(model, step, batch, times)
    assert sgd.forcing(times).values == pytest.approx(forcing, rel=1e-10)
    assert sgd.kernel(times).values == pytest.approx(kernel, rel=1e-10)
    summed = sgd.kernel(np.arange(10000)).values
    rest = summed[-1] / (1 - summed[-1] / summed[-2])  # the tail as a geometric series with the last ratio
    assert sgd.kernel_norm == pytest.approx(summed.sum() + rest, rel=1e-10)


def test_trace_form_is_the_limit_of_large_batches():
    """F and B K of PLRF at B = 1e12 are F and B K of the trace form; at B = 1 they are not."""
    model = Dynamical(2, 1.5, 25, modes=60)
    times = [0, 1, 4, 20, 1000]
    trace = OnePassSGD(model, batch=1, step_size=0.2, moments="trace")
    many = OnePassSGD(model, batch=10**12, step_size=0.2)
    one = OnePassSGD(model, batch=1, step_size=0.2)
    assert many.forcing(times).values == pytest.approx(trace.forcing(times).values, rel=1e-10)
    assert 1e12 * many.kernel(times).values == pytest.approx(trace.kernel(times).values, rel=1e-10)
    assert (one.forcing([1, 4, 20]).values > 1.01 * trace.forcing([1, 4, 20]).values).all()
    small, same = (OnePassSGD(model, step_size=1e-6, moments=kind).curve([1e6]).loss for kind in ("gaussian", "trace"))
    assert small == pytest.approx(same, rel=1e-5)  # of relative order h^2 x^2 t


@pytest.mark.parametrize("moments", ["gaussian", "trace"])
def test_without_features_the_modes_are_those_of_the_data(moments):
    """N = infinity: one equation per mode, stepped as it stands, label noise included."""
    k = np.arange(1, 41.0)
    lam, forcing = k**-1.5, k**-3
    sgd = OnePassSGD(Dynamical(3, 1.5, modes=40, noise=0.2), batch=3, moments=moments)
    h, pairs = float(sgd.step_size), {"gaussian": 4 / 3, "trace": 1}[moments]
    factor, fed, exact = 1 - 2 * h * lam + h**2 * lam**2 * pairs, 0 * lam, []
    for _ in range(301):
        exact.append((forcing + fed).sum() + 0.2**2)
        forcing, fed = factor * forcing, factor * fed + h**2 / 3 * lam**2 * exact[-1]
    times = [0, 1, 5, 9, 10, 11, 60, 300]
    assert sgd.curve(times).loss == pytest.approx(np.array(exact)[times], rel=1e-12)
    assert sgd.curve(times, "recursion").loss == pytest.approx(np.array(exact)[times], rel=1e-12)


@given(
    a=st.floats(1.1, 4),
    b=st.floats(1.1, 2.5),
    width=st.one_of(st.floats(1, 300), st.just(math.inf)),
    modes=st.sampled_from([30, 200, math.inf]),
    noise=st.floats(0, 1),
    batch=st.integers(1, 20),
    share=st.floats(0.05, 0.95),
    moments=st.sampled_from(["gaussian", "trace"]),
)
def test_solvers_agree_and_the_loss_ends_at_its_level(a, b, width, modes, noise, batch, share, moments):
    model = Dynamical(a, b, width, modes=modes, noise=noise)
    limit = OnePassSGD(model, batch=batch, moments=moments).stability_limit
    sgd = OnePassSGD(model, batch=batch, step_size=share * limit, moments=moments)
    times = [0, 3, 11, 150]
    one, two = (solve(sgd.equation, times, kind) for kind in ("contour", "recursion"))
    assert (abs(one.values / two.values - 1) <= one.error + two.error).all()
    assert sgd.kernel_norm < 1
    if (
        width < 0.5 * modes
    ):  # a gap below the spectrum: after the slowest mode, 1/(h kappa_0) steps, only the level is left
        gap = 2.0**-b * (4 + 2 * width) ** -b
        late = sgd.curve([1e3 / (gap * float(sgd.step_size))])
        assert late.loss[0] == pytest.approx(sgd.level, rel=late.error[0] + sgd.level_error + 1e-13)


def test_noise_against_the_algorithm():
    """One A; the mean loss over 4000 streams of noisy data, steps on the batch mean, against the exact equation."""
    rng = np.random.default_rng(3)
    modes, width, batch, step, noise, runs = 12, 24, 2, 0.25, 0.4, 4000
    root, target = np.arange(1, modes + 1) ** -0.75, np.arange(1, modes + 1) ** -1.0
    features = root[:, None] * rng.standard_normal((modes, width)) / math.sqrt(width)
    left, singular, _ = np.linalg.svd(features, full_matrices=False)
    known = target @ left
    floor = float(((target - left @ known) ** 2).sum()) + noise**2  # the noise is a mode that does not contract
    exact = GivenDraw(singular**2, known**2, floor, batch, step / batch).curve(range(16)).loss
    weights, losses = np.zeros((runs, width)), []
    for _ in range(16):
        losses.append(((weights @ features.T - target) ** 2).sum(axis=1) + noise**2)
        z = rng.standard_normal((runs, batch, modes))
        inputs = z @ features
        residual = np.einsum("rbn,rn->rb", inputs, weights) - z @ target - noise * rng.standard_normal((runs, batch))
        weights = weights - step * np.einsum("rb,rbn->rn", residual, inputs) / batch
    mean, error = np.mean(losses, axis=1), np.std(losses, axis=1, ddof=1) / math.sqrt(runs)
    assert (abs(mean - exact) <= 4 * error + 1e-12).all()
    assert (error < 0.05 * exact).all()


@pytest.mark.dear
@pytest.mark.parametrize(
    ("a", "b", "width", "modes", "noise", "batch"),
    some([(2, 1.5, 50, 200, 0.3, 1), (1.3, 1.6, 60, 150, 0.1, 3), (2, 1.5, 80, 40, 0.2, 2)], quick=(0,)),
)
def test_median_over_draws_of_the_features(a, b, width, modes, noise, batch):
    """a > b, a < b and N > M, against the exact equations of drawn A; 3/N relative and four standard errors."""
    sgd = OnePassSGD(Dynamical(a, b, width, modes=modes, noise=noise), batch=batch)
    rng, times, draws = np.random.default_rng(1), [1, 10, 100, 1000], 80
    k = np.arange(1, modes + 1.0)
    losses = []
    for _ in range(draws):
        features = k[:, None] ** (-b / 2) * rng.standard_normal((modes, width)) / math.sqrt(width)
        left, singular, _ = np.linalg.svd(features, full_matrices=False)
        known = k ** (-a / 2) @ left
        floor = float(((k ** (-a / 2) - left @ known) ** 2).sum()) + noise**2
        given_draw = GivenDraw(singular**2, known**2, floor, batch, float(sgd.step_size) / batch)
        losses.append(given_draw.curve(times).loss)
    low, middle, high = np.quantile(losses, [0.25, 0.5, 0.75], axis=0)
    error = 1.2533 * (high - low) / 1.349 / math.sqrt(draws)
    exact = sgd.curve(times).loss
    assert (abs(middle - exact) <= 3 / width * exact + 4 * error).all()
    assert (4 * error < 0.15 * exact).all()


def test_exact_moments_are_the_better_ones():
    """B = 1, half the stability limit, no features in the way: the algorithm's mean rejects the trace form."""
    rng, modes, runs, step = np.random.default_rng(5), 6, 40000, 0.25
    lam, target = np.arange(1, modes + 1.0) ** -1.5, np.arange(1, modes + 1.0) ** -0.5
    v = np.tile(target, (runs, 1))
    for _ in range(4):
        x = rng.standard_normal((runs, modes)) * np.sqrt(lam)
        v = v - step * np.einsum("rm,rm->r", x, v)[:, None] * x
    losses = (lam * v**2).sum(axis=1)
    mean, error = losses.mean(), losses.std(ddof=1) / math.sqrt(runs)
    model = Dynamical(spectrum=(lam, lam * target**2))
    exact, trace = (
        OnePassSGD(model, step_size=step, moments=kind).curve([4]).loss[0] for kind in ("gaussian", "trace")
    )
    assert abs(mean - exact) <= 4 * error
    assert abs(mean - trace) > 8 * error


def test_more_digits():
    rough, fine = (
        OnePassSGD(Dynamical("2", "1.5", 40, noise="0.1", precision=digits), batch=2, step_size="0.3").curve([0, 5, 60])
        for digits in (None, 20)
    )
    assert (abs(rough.loss - fine.loss.astype(float)) <= rough.error * rough.loss).all()
    assert (fine.error < 1e-20).all()


def test_what_is_refused():
    model = Dynamical(2, 1.5, 30)
    for change, words in (
        ({"model": Dynamical(2, 1.5, 30, 40)}, "data must be infinite"),
        ({"model": Dynamical(2, 1.5, 30, optimiser=GradientDescent(0.1))}, "is the optimiser"),
        ({"batch": 1.5}, "batch size"),
        ({"batch": 0}, "batch size"),
        ({"moments": "all"}, "gaussian, trace"),
        ({"step_size": -1}, "positive number"),
    ):
        with pytest.raises(TauberInputError, match=words):
            OnePassSGD(**{"model": model, **change})
    limit = OnePassSGD(model).stability_limit
    with pytest.raises(UnstableStepSize, match="stays bounded only below") as caught:
        OnePassSGD(model, step_size=limit)
    assert caught.value.limit == limit
    assert "allow" not in str(caught.value)
    with pytest.raises(TauberInputError, match="must be whole numbers"):
        OnePassSGD(model, moments="trace").curve([2.5])
