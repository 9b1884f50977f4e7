"""The target's exponent together with its noise: what every point adds, the sums behind, and how often errors hold."""

import math

import numpy as np
import pytest
from scipy import linalg
from scipy.stats import binomtest, chi2, norm

from tauber.numerics import TauberInputError
from tauber.numerics.data import fit_exponents, pool_of
from tauber.numerics.data.predict import degrees_of_freedom
from tauber.numerics.data.tails import tails_of
from tauber.numerics.data.target import _asymptote, _power_law, fit_target

from ..sampling import repeated, some
from .test_data_pool import infinite_pool


def noisy_pool(size, a, b, noise, seed):
    kernel, y = infinite_pool(size, a, b, seed)
    return pool_of(kernel, y + noise * np.random.default_rng(seed + 10**6).standard_normal(size))


def contrasts(kernel, y):
    """The N - 1 contrasts of the points, by another basis than the Householder reflection's."""
    across = linalg.null_space(np.ones((1, len(kernel))))
    return pool_of(across.T @ kernel @ across, across.T @ y)


def third_tail(pool, n):
    """E_3 by central differences of the sums of `Pool`, whose own step and rounding are below 1e-6."""
    step, p = 1e-3, degrees_of_freedom(pool, n)
    below, at, above = (pool.sums(p * math.exp(s)) for s in (-step, 0, step))
    rise = (above.target - above.descent) - (below.target - below.descent)
    return at.target - at.descent - rise / np.log(above.kappa / below.kappa) / 2


def test_the_tail_and_its_jackknife_by_leaving_out_points():
    """Exact up to the second order in one point's influence, here a few hundredths of the covariance."""
    pool, n = noisy_pool(120, 1.7, 1.5, 0.2, 0), np.array([4.0, 12.0, 40.0])
    pool = pool_of(pool.kernel, np.column_stack([pool.targets, np.roll(pool.targets, 7)]))
    found, whole = tails_of(pool, n), contrasts(pool.kernel, pool.targets)
    left = whole.sums(degrees_of_freedom(pool, n) * pool.size / whole.size).df1  # at the ridges of the pool
    assert found.value == pytest.approx(third_tail(whole, left), rel=1e-5)
    logs = []
    for i in range(pool.size):
        rest = np.arange(pool.size) != i
        logs.append(np.log(third_tail(contrasts(pool.kernel[np.ix_(rest, rest)], pool.targets[rest]), left)))
    expected = np.cov(np.array(logs).T, ddof=0) * pool.size
    scale = np.sqrt(np.outer(expected.diagonal(), expected.diagonal()))
    assert (abs(found.jackknife - expected) < 0.1 * scale).all()


def tails_of_pools(pools, a, b, noise, n, size):
    found = [tails_of(noisy_pool(size, a, b, noise, seed), n) for seed in range(pools)]
    return np.log([tails.value for tails in found]), found


def test_the_tail_is_that_of_the_population():
    a, b, noise, n = 1.8, 1.4, 0.3, np.array([5.0, 20.0, 60.0])
    logs, _ = tails_of_pools(24, a, b, noise, n, 200)
    k = np.arange(1, 200_001.0)
    for i, kappa in enumerate((math.pi / b / math.sin(math.pi / b) / (n + 0.5)) ** b):
        exact = math.log((k**-a * (kappa / (k**-b + kappa)) ** 3).sum() + noise**2)
        sample = logs[:, i]
        assert abs(sample.mean() - exact) < 4 * sample.std(ddof=1) / math.sqrt(24) + 3 / 200


@pytest.mark.dear
@pytest.mark.parametrize(("a", "noise"), some([(1.7, 0.0), (1.6, 1.5)], quick=(1,)))
def test_the_covariance_is_that_over_pools_and_the_jackknife_is_above_it(a, noise):
    """Also of what hardly varies, such as differences of neighbours. m pools know a variance to sqrt(2/m)."""
    pools, size = repeated(60, 100), 128
    logs, found = tails_of_pools(pools, a, 1.4, noise, np.geomspace(size / 64, size / 2, 6), size)
    _, directions = np.linalg.eigh(np.mean([tails.gaussian for tails in found], axis=0))
    sample = (logs @ directions).var(axis=0, ddof=1)

    def along(matrices):
        return np.array([np.diag(directions.T @ matrix @ directions) for matrix in matrices])

    stated, used = (along([getattr(t, name) for t in found]).mean(axis=0) for name in ("gaussian", "covariance"))
    assert (abs(sample / stated - 1) < 4 * math.sqrt(2 / pools)).all()
    assert (abs(sample / used - 1) < 4 * math.sqrt(2 / pools)).all()
    jackknife = along([tails.jackknife for tails in found])
    assert (sample / jackknife.mean(axis=0)).mean() < 1 - 3 * math.sqrt(2 / pools / 6)  # the directions: independent
    apart = jackknife - along([tails.gaussian + tails.excess for tails in found])  # made, and expected of Gaussians
    within = 4 * apart.std(axis=0, ddof=1) / math.sqrt(pools) + 3 / size * jackknife.mean(axis=0)
    assert (abs(apart.mean(axis=0)) < within).all()


def test_what_heavy_tails_add_is_left_in():
    """Noise of Student's t with 3 degrees of freedom has no fourth moment: the jackknife is far above a Gaussian's."""
    pool = noisy_pool(200, 1.7, 1.5, 0.0, 0)
    noise = 2 * np.random.default_rng(1).standard_t(3, (200, 1))
    found = tails_of(pool_of(pool.kernel, pool.targets + noise), np.array([5.0, 20.0, 60.0]))
    assert (np.diag(found.jackknife) > 4 * np.diag(found.gaussian)).all()
    left = found.covariance - (found.jackknife - found.excess)  # never more than the excess of Gaussian points is taken
    assert np.linalg.eigvalsh(left)[0] > -1e-9 * found.jackknife.max()


def test_the_cautious_covariance_is_never_below_that_of_gaussian_points():
    """Of small pools chance often makes the other one so, in some direction."""
    below = 0
    for seed in range(4):
        found = tails_of(noisy_pool(64, 3.0, 2.5, 0.05, seed), np.geomspace(1, 32, 6))
        below += linalg.eigvalsh(found.covariance - found.gaussian)[0] < -0.01 * found.gaussian.max()
        for less in (found.gaussian, found.covariance):
            assert linalg.eigvalsh(found.cautious - less)[0] > -1e-9 * found.cautious.max()
    assert below


def test_units_of_the_kernel_do_not_matter():
    pool, n = noisy_pool(100, 1.7, 1.5, 0.2, 0), np.array([5.0, 10.0, 20.0])
    one, other = tails_of(pool, n), tails_of(pool_of(1e-80 * pool.kernel, 1e-80 * pool.targets), n)
    assert other.value == pytest.approx(1e-160 * one.value, rel=1e-9)
    assert other.covariance == pytest.approx(one.covariance, rel=1e-6)


@pytest.mark.parametrize("b", [1.05, 1.5, 4.0])
def test_the_sums_of_a_power_law(b):
    """Against 10^6 terms and the integral of the rest, where 1 - s is 1 up to (n/10^6)^b."""
    n, exponents = np.array([1.0, 10.0, 100.0]), np.array([0.3, 1.0, 2.5])
    k = np.arange(1, 10**6 + 1.0)
    u = ((math.pi / b / math.sin(math.pi / b) / (n + 0.5))[:, None] * k) ** b
    found = _power_law(n, b, 200)(exponents)
    for i, exponent in enumerate(exponents):
        rest = (len(k) + 0.5) ** -exponent / exponent
        plain = (k ** -(1 + exponent) * (u / (1 + u)) ** 3).sum(axis=1) + rest
        assert found[i] == pytest.approx(plain, rel=1e-3)
    far = _power_law(np.array([2000.0, 4000.0]), 1.5, 8192)(exponents)
    ratio = (far[:, 1] / far[:, 0]) / (_asymptote(np.array([2000.0, 4000.0]))(exponents) @ np.array([[0.0], [1.0]]))[
        :, 0
    ]
    assert ratio * 2000.5**-exponents == pytest.approx(1.0, rel=1e-2)


def hits(cases, size, seeds):
    """How often one and two errors of b, a and the noise hold, where there is a value; all bounds must be reported."""
    found = {"b": [], "a": [], "noise": []}
    bounds = []
    for case, (a, b, noise) in enumerate(cases):
        for seed in range(seeds):  # other pools for every case: they count as independent
            fits = fit_exponents(noisy_pool(size, a, b, noise, seed + 1000 * case))
            found["b"].append(abs(fits.spectrum.value - b) / fits.spectrum.error)
            if noise:
                found["noise"].append(abs(fits.target.noise.value - noise**2) / fits.target.noise.error)
            if fits.target.reason is None:
                found["a"].append(abs(fits.target.a.value - a) / fits.target.a.error)
            else:
                bounds.append(fits.target.a.low <= a)
    return found, bounds


def assert_covered(misses):
    """Within what chance does to this many pools in one of a thousand tests."""
    for times, share in ((1, 0.6827), (2, 0.9545)):
        count = sum(miss <= times for miss in misses)
        assert binomtest(count, len(misses), share).pvalue > 1e-3, (times, count, len(misses))


@pytest.mark.dear
def test_errors_hold_as_often_as_they_should():
    found, bounds = hits([(2.0, 1.5, 0.5), (3.2, 1.5, 0.0), (2.0, 1.5, 0.0)][: repeated(1, 3)], 160, 4)
    for misses in found.values():
        assert_covered(misses)
    assert sum(bounds) >= len(bounds) - 1


PLANE = [(size, *at) for at in ((3.0, 2.5, 0.05), (2.0, 1.5, 0.5), (4.0, 1.5, 0.1)) for size in (128, 512)]


def scores(draws, size, a, b, noise):
    """(estimated - true noise)/stated error for pools whose targets are centred, by a kernel without a constant."""
    found = []
    for seed in range(draws):
        pool = noisy_pool(size, a, b, noise, 10**5 + seed)
        pool = pool_of(pool.kernel, pool.targets - pool.targets.mean())
        n = np.geomspace(size / 16, size / 4, 13)
        slope = -np.polyfit(np.log(n + 0.5), np.log(pool.sums(degrees_of_freedom(pool, n)).kappa), 1)[0]
        estimate = fit_target(pool, slope, size / 16, size / 4).noise
        found.append((estimate.value - noise**2) / estimate.error)
    return np.array(found)


@pytest.mark.dear
@pytest.mark.parametrize(("size", "a", "b", "noise"), some(PLANE, quick=(0,)))
def test_the_error_of_the_noise_holds_where_the_mean_is_taken_off(size, a, b, noise):
    """As normal scores, each of three statistics within what chance does in one of a thousand tests.

    Their sum of squares is chi^2 with as many degrees of freedom as there are draws; the largest of m is beyond z with
    probability m erfc(z/sqrt 2). With the mean as noise the root mean square at (3, 5/2), 512 points, was 4.
    """
    draws = repeated(8, 100)
    found = scores(draws, size, a, b, noise)
    assert (found**2).sum() <= chi2.isf(1e-3, draws)
    assert abs(found).max() <= norm.isf(1e-3 / draws / 2)
    assert_covered(abs(found))


@pytest.mark.parametrize("shift", [-3.0, 1e4])
def test_a_constant_in_the_target_changes_nothing(shift):
    pool = noisy_pool(128, 3.0, 2.5, 0.05, 0)
    one, other = (fit_exponents(pool_of(pool.kernel, pool.targets + add)) for add in (0.0, shift))
    for name in ("features", "data"):
        assert getattr(other, name).value == pytest.approx(getattr(one, name).value, rel=1e-6, nan_ok=True)
    for name in ("a", "noise"):
        for part in ("value", "error"):
            expected = getattr(getattr(one.target, name), part)
            assert getattr(getattr(other.target, name), part) == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_the_sums_by_the_contrasts_of_the_points():
    """Against a pool made of the contrasts, for a target so steep that its mean is all that is left of it."""
    pool, p = noisy_pool(120, 8.0, 1.5, 0.0, 0), np.array([1e-4, 1e-2, 1.0])
    pool = pool_of(pool.kernel, np.column_stack([pool.targets - pool.targets.mean(), np.roll(pool.targets, 7)]))
    whole = contrasts(pool.kernel, pool.targets)
    sums = whole.sums(p * pool.size / whole.size)
    assert pool.losses(p)[0] == pytest.approx(sums.target, rel=1e-9)
    assert pool.losses(p)[1] == pytest.approx(sums.target - sums.descent, rel=1e-9)


def test_centring_flattens_no_curve_of_a_steep_target():
    """alpha_D = min(a - 1, 2 b) = 2 without noise: the mean of 300 targets, as noise, made 1 to 1.8 of it."""
    pool = noisy_pool(300, 3.0, 2.5, 0.0, 0)
    found = fit_exponents(pool_of(pool.kernel, pool.targets - pool.targets.mean())).data
    assert abs(found.value - 2) < 3 * found.error
    assert found.error < 0.15


def test_targets_that_are_the_same_are_refused():
    pool = noisy_pool(64, 2.0, 1.5, 0.0, 0)
    few = np.zeros(64)
    few[5] = 1.0
    for targets, word in ((np.zeros(64), "all"), (np.full(64, 0.1), "all"), (few, "most")):
        with pytest.raises(TauberInputError, match=f"the same on {word} of the 64 points"):
            fit_exponents(pool_of(pool.kernel, targets))


@pytest.mark.slow
@pytest.mark.parametrize(
    "cases",
    [
        [(1.5, 1.5, 0.0), (2.0, 1.5, 0.0), (1.3, 2.0, 0.0)],
        [(2.0, 1.5, 0.1), (2.0, 1.5, 0.5), (1.5, 1.5, 0.5), (2.0, 1.5, 2.0)],
        [(3.2, 1.5, 0.0), (3.2, 1.5, 0.1), (3.2, 1.5, 0.5), (5.0, 1.5, 0.0), (6.0, 1.5, 0.3)],
    ],
    ids=["clean", "noisy", "steep"],
)
def test_errors_of_clean_noisy_and_steep_targets(cases):
    found, bounds = hits(cases, 300, 20)
    for misses in found.values():
        if misses:
            assert_covered(misses)
    if bounds:  # of 97.5 %
        assert binomtest(sum(bounds), len(bounds), 0.975).pvalue > 1e-3 or all(bounds)


@pytest.mark.dear
def test_noise_is_not_an_exponent():
    """Noise of 0.5 on a = 2 flattens the loss: the total slope is near 0.1, what is above the noise falls as 1."""
    held, pools = {"a": 0, "noise": 0}, repeated(3, 5)
    for seed in range(pools):
        fits = fit_exponents(noisy_pool(400, 2.0, 1.5, 0.5, seed))
        assert fits.target.seen
        assert fits.target.a.error < 0.25
        assert any("The target is noisy" in flag for flag in fits.flags)
        held["a"] += abs(fits.target.a.value - 2) < 2 * fits.target.a.error
        held["noise"] += abs(fits.target.noise.value - 0.25) < 2 * fits.target.noise.error
    assert binomtest(min(held.values()), pools, 0.9545).pvalue > 1e-3


def test_nothing_but_noise_tells_nothing():
    kernel, _ = infinite_pool(200, 2.0, 1.5, 0)
    fits = fit_exponents(pool_of(kernel, np.random.default_rng(1).standard_normal(200)))
    assert math.isnan(fits.target.a.value)
    assert math.isnan(fits.data.value)
    assert any("a cannot be told" in flag for flag in fits.flags)
    assert any("alpha_D cannot be told" in flag for flag in fits.flags)


@pytest.mark.dear
@pytest.mark.parametrize("a", [8.0, 20.0])
def test_a_target_steeper_than_the_kernel_tells_is_bounded(a):
    fits = fit_exponents(noisy_pool(200, a, 1.5, 0.0, 0))
    assert math.isnan(fits.target.a.value)
    assert 2.5 < fits.target.a.low <= a
    assert any(f"a >= {fits.target.a.low:.3g}" in flag for flag in fits.flags)


@pytest.mark.dear
def test_units_of_the_target_do_not_matter():
    pool = noisy_pool(128, 1.8, 1.5, 0.3, 0)
    one, other = (fit_exponents(pool_of(pool.kernel, scale * pool.targets)).target for scale in (1.0, 1e-6))
    assert other.a.value == pytest.approx(one.a.value, rel=1e-6)
    assert other.noise.value == pytest.approx(1e-12 * one.noise.value, rel=1e-3)
