"""The noise of training curves: covariances by brute force, the likelihood by contrasts, and errors that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.signal import lfilter
from scipy.stats import binomtest, multivariate_normal

from tauber.numerics.runs import Curve, Curves, FunctionalLaw, bootstrap_curves, ends, fit_curves, interval, open_ends
from tauber.numerics.runs.curves import points
from tauber.numerics.runs.memory import Sight
from tauber.numerics.runs.noise import Noise, Parts, Span, _likelihood, covariance

ROWS = np.array([1, 1, 2, 5, 3])
SPAN = Span(np.cumsum(ROWS) - ROWS, ROWS)
STEPS = np.unique(np.rint(np.concatenate([np.geomspace(1, 20000, 60), np.linspace(1, 20000, 60)])))
TRUTH = np.array([0.8, 30.0, 0.6, 40.0])


def test_covariances_are_those_of_means_over_rows() -> None:
    parts = Parts(0.4, 3.0, 0.5)
    at = np.arange(ROWS.sum())
    rows = 0.6 * np.eye(len(at)) + 0.4 * np.exp(-abs(at[:, None] - at) / 3) + 0.25
    mean = np.repeat(np.eye(len(ROWS)), ROWS, axis=1) / ROWS[:, None]

    assert covariance(SPAN, parts) == pytest.approx(mean @ rows @ mean.T)
    # A last point that is a row of its own, far from the others.
    alone = covariance(SPAN.with_row(20), parts)[-1]
    assert alone[:-1] == pytest.approx(mean @ (0.4 * np.exp(-(20 - at) / 3) + 0.25))


def test_the_likelihood_is_that_of_contrasts() -> None:
    """Differences of l between parts are those of the density of K'r, s^2 at its best, K the null space of J."""
    generator = np.random.default_rng(3)
    spans, slopes = [SPAN, SPAN], generator.standard_normal((3, 10))
    residuals, contrasts = generator.standard_normal(10), null_space(slopes)
    found, direct = [], []
    for parts in (Parts(0.0, 0.0, 0.3), Parts(0.6, 3.0, 1.0)):
        sides = np.split(np.vstack([residuals, slopes]), 2, axis=1)
        found.append(_likelihood(spans, sides, parts, 7)[0])
        whole = np.kron(np.eye(2), covariance(SPAN, parts))
        inner, drawn = contrasts.T @ whole @ contrasts, contrasts.T @ residuals
        scale = drawn @ np.linalg.solve(inner, drawn) / 7
        direct.append(multivariate_normal(np.zeros(7), scale * inner).logpdf(drawn))

    assert found[1] - found[0] == pytest.approx(direct[1] - direct[0])


def test_the_parts_of_noise_are_found_again() -> None:
    """Thirty runs of 200 rows: 0.2 of each row, 0.3 with a memory of nine, 0.4 of each run."""
    rows = np.full(40, 5)
    spans = [Span(np.cumsum(rows) - rows, rows)] * 30
    generator, keep = np.random.default_rng(5), np.exp(-1 / 9)
    shape = (30, 200)
    level = lfilter([np.sqrt(1 - keep**2)], [1, -keep], generator.standard_normal((30, 400)))[:, 200:]
    own = generator.standard_normal((30, 1))
    noise = 0.2 * generator.standard_normal(shape) + 0.3 * level + 0.4 * own
    found = Noise.of(spans, noise.reshape(30, 40, 5).mean(axis=2).ravel(), np.ones((1, 1200)))

    # The grid of parts is coarse: within its steps, and 0.4 of thirty runs is known to an eighth of itself.
    parts = found.parts_known
    assert parts["neighbours"] == pytest.approx(0.3, rel=0.3)
    assert parts["run"] == pytest.approx(0.4, rel=0.4)
    assert 3 < parts["memory"] < 27
    drawn = found.draw(spans, 400, generator).reshape(400, 30, 40)
    assert drawn.mean(axis=2).std() == pytest.approx(noise.mean(axis=1).std(), rel=0.3)


def test_a_point_has_the_mean_of_its_rows() -> None:
    """Of a jump of the rate, too: what relaxes after it is no power, and a value at the mean time would be 1 % off."""
    rate = np.where(STEPS < 10000, 0.03, 0.006)
    run, law = Curve("jump", STEPS, np.ones(len(STEPS)), rate), FunctionalLaw()
    theta = np.array([[0.8, np.log(0.6), 0.6, np.log(0.02), np.log(0.25), 1.4, np.log(0.02)]])
    every = Sight.of([points(run, 0.0, 4000)])
    exact = replace(run, loss=np.exp(law.log_loss(theta, every)[0]))
    x = Sight.of([points(exact)])
    off = law.log_loss(law.internal(law.natural(theta, every), x), x)[0] - x.target

    assert abs(off).max() < 2e-3


def _curve(noise: np.ndarray) -> Curves:
    energy, amount, power, scale = TRUTH
    loss = (energy + amount * (1 + STEPS / scale) ** -power) * np.exp(0.003 * noise)
    return Curves((Curve("one", STEPS, loss),))


def test_a_memory_that_is_as_long_as_the_law_has_no_errors() -> None:
    keep = np.exp(-1 / 15)
    noise = lfilter([np.sqrt(1 - keep**2)], [1, -keep], np.random.default_rng(1).standard_normal(400))[-len(STEPS) :]
    curves = _curve(noise)
    fitted = fit_curves(curves)
    reason = bootstrap_curves(fitted, 20, 0).noise.reason

    assert reason is not None
    assert "cannot be told from the law" in reason
    end = ends(fitted, 0.5, 20, 0)
    assert end.reason == reason
    assert np.isnan(end.error).all()
    assert np.isfinite(end.foretold).all()


def test_a_time_that_is_not_seen_has_an_open_interval() -> None:
    """t_F = 0.2 of a step: the curve is a power from its first row on, and A, a value at T = 0, not known either."""
    noise = 0.003 * np.random.default_rng(2).standard_normal(len(STEPS))
    curves = Curves((Curve("one", STEPS, (0.8 + 30.0 * (1 + STEPS / 0.2) ** -0.6) * np.exp(noise)),))
    fitted = fit_curves(curves)
    beyond = open_ends(fitted, bootstrap_curves(fitted, 60, 0))

    assert beyond == {"E": (False, False), "A": (False, True), "q_F": (False, False), "t_F": (True, False)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_errors_of_one_curve_hold_as_often_as_they_say(seed: int) -> None:
    near, held = TRUTH, {name: [0, 0, 0] for name in ("E", "q_F")}
    for n in range(100 * seed, 100 * seed + 100):
        fitted = fit_curves(_curve(np.random.default_rng(n).standard_normal(len(STEPS))), near=near)
        drawn = bootstrap_curves(fitted, 100, n)
        natural = fitted.law.natural(drawn.theta, fitted.x)
        if drawn.noise.reason is not None:
            continue
        for name, counts in held.items():
            i = fitted.law.parameters.index(name)
            at = interval(fitted.natural[i], natural[:, i])
            counts[0] += 1
            counts[1] += abs(at.value - near[i]) <= at.error
            counts[2] += at.low <= near[i] <= at.high
    for given, one, two in held.values():
        assert given > 70
        # Of eight counts the rarest has a chance of about 1/8; 100 samples cost an interval of 95 % a percent.
        assert binomtest(one, given, 0.6827).pvalue > 1e-3
        assert binomtest(two, given, 0.94).pvalue > 1e-3
