"""Trust in a predicted loss: data on which the prediction is wrong are found out, clean ones are not, errors cover."""

import functools
import math
from pathlib import Path

import numpy as np
import pytest

from tauber.numerics import TauberInputError
from tauber.numerics.data import Kernel, Problem, held_out, judge, leave_one_out, load, pool_of, predict
from tauber.numerics.data.kernels import on_sphere
from tauber.numerics.data.repeats import chance_of_repeat, groups

from ..sampling import repeated as repeats
from ..sampling import some

CASES = Path(__file__).parents[3] / "shared" / "cases"
POOL = 200


def prepared(x):
    return on_sphere(x - x.mean(axis=0))


def repeated(rng):
    x = rng.standard_normal((40, 8))
    return np.repeat(prepared(x), 10, axis=0), np.repeat(np.sin(x[:, 0]) + x[:, 1], 10), "laplace"


def heavy(rng):
    x = rng.standard_t(2, (400, 20))
    return x, x @ rng.standard_normal(20) + 0.1 * rng.standard_normal(400), "linear"


def beside_constants(columns, count=400):
    def make(rng):
        x = rng.standard_normal((count, columns))
        return prepared(np.column_stack([x, np.ones((count, 3))])), x.sum(axis=1), "laplace"

    return make


def heavy_noise(rng):
    x = rng.standard_normal((400, 20))
    return x, x @ np.ones(20) + 0.02 * rng.standard_t(1, 400), "linear"


def judged(points, targets, kernel, sizes, *, seed=0, ridge=0.0, pool=POOL):
    problem = Problem("made", targets - targets.mean(axis=0), points)
    order = np.random.default_rng(seed).permutation(problem.size)
    part = problem.subset(order[:pool])
    known = pool_of(part.gram(Kernel(kernel)), part.targets)
    predicted = predict(known, sizes, ridge=ridge)
    return known, predicted, judge(known, predicted, seed=seed)


@pytest.mark.parametrize(
    ("make", "check"),
    [(repeated, "repeats"), (heavy_noise, "tails"), (beside_constants(1), "repeats")],
)
def test_a_pool_that_cannot_vouch_for_its_population_claims_nothing(make, check):
    _, _, found = judged(*make(np.random.default_rng(0)), [12, 25, 50, 100])
    for each in found:
        assert each.trust == "unclaimed"
        assert check in {failed.name for failed in each.failed}
        assert all(failed.value > failed.threshold for failed in each.failed)


@pytest.mark.parametrize("seed", range(4))
def test_heavy_tails_are_never_trusted(seed):
    """Student-t with two degrees of freedom: a pool does not know the large points of another one."""
    _, _, found = judged(*heavy(np.random.default_rng(seed)), [12, 25, 50])
    assert all(each.trust != "trusted" for each in found)


@pytest.mark.parametrize("seed", some(range(3), quick=(0,)))
def test_points_on_a_circle_are_predicted_too_high_and_said_to_be(seed):
    """Two Gaussian columns beside constant ones: prepared, they are a circle, no Gaussian population."""
    points, targets, kernel = beside_constants(2, 1000)(np.random.default_rng(seed))
    sizes = [62, 125]
    _, predicted, found = judged(points, targets, kernel, sizes, seed=seed, pool=500)
    gram = Kernel(kernel)(points)
    measured = held_out(gram, targets - targets.mean(), sizes, splits=40, seed=1)
    for each, loss, truth in zip(found, predicted.loss, measured.loss, strict=True):
        assert each.trust == "high"
        assert loss > each.inside
        assert loss > truth  # of all 1000 points
        assert [check.name for check in each.failed] == ["splits"]


@pytest.mark.parametrize("seed", some(range(4), quick=(0,)))
def test_no_case_is_trusted_and_wrong(seed):
    """Rank-3 features, circles, MNIST's kind of one +-1 target: what is trusted is right within three errors."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((400, 3))
    wide = x @ rng.standard_normal((3, 20))
    points = prepared(wide)
    for targets in (np.sin(x[:, 0]) + 0.3 * rng.standard_normal(400), x[:, 0], np.sign(wide[:, 0] * wide[:, 1])):
        sizes = [12, 25, 50, 100]
        _, predicted, found = judged(points, targets, "laplace", sizes, seed=seed)
        order = np.random.default_rng(seed).permutation(400)[POOL:]
        gram, y = Kernel("laplace")(points[order]), (targets - targets.mean())[order]
        measured = held_out(gram, y, sizes, splits=16, seed=1)
        for i, each in enumerate(found):
            error = math.hypot(each.error, measured.error[i], measured.points_error[i])
            assert each.trust != "trusted" or abs(predicted.loss[i] - measured.loss[i]) < 3 * error


def gaussian(rng, size=POOL, modes=300):
    k = np.arange(1, modes + 1.0)
    x = rng.standard_normal((size, modes)) * k**-0.8
    return x, x @ k**-0.3 + 0.1 * rng.standard_normal(size)


@functools.cache
def truths(sizes, ridge):
    """Mean loss over fresh training sets, exact over new points."""
    rng, k = np.random.default_rng(99), np.arange(1, 301.0)
    means = []
    for size in sizes:
        losses = []
        for _ in range(200):
            x, y = gaussian(rng, size)
            fit = x.T @ np.linalg.solve(x @ x.T + ridge * np.eye(size), y)
            losses.append((k**-1.6 * (k**-0.3 - fit) ** 2).sum() + 0.01)
        means.append(np.mean(losses))
    return np.array(means)


@pytest.mark.dear
def test_clean_gaussian_pools_are_trusted_and_their_errors_cover():
    """Three a pool: three standard deviations of a binomial around 95 % and 68 %; no upper end, errors are safe."""
    sizes, ridge, pools = (12, 25, 50), 0.05, repeats(12, 24)
    off, trusted = [], []
    for seed in range(pools):
        x, y = gaussian(np.random.default_rng(seed))
        pool = pool_of(x @ x.T, y)
        predicted = predict(pool, sizes, ridge=ridge)
        found = judge(pool, predicted, seed=seed)
        off.append((predicted.loss - truths(sizes, ridge)) / [each.error for each in found])
        trusted.append([each.trust == "trusted" for each in found])
    # the three sizes share a pool, so that only the pools count as independent
    for within, share in ((1, 0.68), (2, 0.95)):
        covered = (abs(np.array(off)) < within).mean()
        assert covered > share - 3 * math.sqrt(share * (1 - share) / pools)
    # two tests at 95 %, splits and leave-one-out, in the worst case
    assert np.mean(trusted) > 0.9 - 3 * math.sqrt(0.9 * 0.1 / pools)


@pytest.mark.parametrize("kernel", ["laplace", "ntk"])
def test_digits_are_trusted_where_they_are_right(kernel):
    problem = load("digits")
    _, predicted, found = judged(problem.features, problem.targets, kernel, [20, 40, 300], pool=600)
    assert [each.trust for each in found] == ["trusted", "trusted", "low"]
    assert all(each.better == "predicted" for each in found[:2])
    assert predicted.loss[2] < found[2].inside


def test_random_features_are_judged_by_drawing_some():
    problem, kernel = load("digits"), Kernel("arccos1")
    part = problem.subset(np.random.default_rng(0).permutation(problem.size)[:300])
    pool = pool_of(part.gram(kernel), part.targets)
    predicted = predict(pool, 30, features=np.array([10, 30, 200]))
    with pytest.raises(TauberInputError, match="draw="):
        judge(pool, predicted, seed=0)
    found = judge(pool, predicted, seed=0, draw=lambda width, rng: kernel.random_features(part.features, width, rng))
    assert found[1].trust == "unclaimed"  # the interpolation peak
    assert all("peak" in check.says for check in found[1].failed if check.name == "error")
    assert all(math.isfinite(each.error) and each.leave_one_out is None for each in (found[0], found[2]))


@pytest.mark.parametrize("factor", [1e-70, 1e-30, 1e30, 1e70])
def test_judgements_do_not_change_with_the_scale(factor):
    x, y = gaussian(np.random.default_rng(1), 64)
    first, again = (judge(p, predict(p, [4, 16]), seed=0) for p in (pool_of(x @ x.T, y), pool_of(x @ x.T, factor * y)))
    for one, other in zip(first, again, strict=True):
        assert one.trust == other.trust
        assert other.error == pytest.approx(one.error * factor**2, rel=1e-9)


@pytest.mark.parametrize("factor", [1e-300, 1e-160, 1e-155, 1e160])
def test_targets_whose_squares_leave_float64_are_refused(factor):
    x, y = gaussian(np.random.default_rng(1), 32)
    with np.errstate(over="ignore"):
        pool = pool_of(x @ x.T, factor * y)
        with pytest.raises(TauberInputError, match="common factor"):
            predict(pool, 4)


@pytest.mark.parametrize("name", ["targets", "features"])
def test_a_problem_of_vanishing_numbers_is_refused(name):
    parts = {"targets": np.ones(4), "features": np.eye(4)}
    with pytest.raises(TauberInputError, match=f"The {name} reach .* vanish"):
        Problem("made", **(parts | {name: 1e-300 * parts[name]}))


def test_leave_one_out_where_some_points_have_doubles():
    """Without ridge: by leaving out and solving with the pseudo-inverse, the limit of no ridge."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 4))
    x[20:] = x[:10]
    gram, y = Kernel("laplace")(x), rng.standard_normal(30)
    squares = []
    for i in range(30):
        kept = np.arange(30) != i
        inverse = np.linalg.pinv(gram[np.ix_(kept, kept)], rcond=1e-10, hermitian=True)
        squares.append((y[i] - gram[i, kept] @ inverse @ y[kept]) ** 2)
    assert leave_one_out(gram, y).loss == pytest.approx(np.mean(squares), rel=1e-9)


def test_groups_of_equal_points():
    rng = np.random.default_rng(0)
    sizes = np.array([1, 1, 1, 2, 5])
    x = np.repeat(rng.standard_normal((5, 30)), sizes, axis=0)[rng.permutation(10)]
    for name in ("laplace", "linear", "ntk"):
        found = groups(pool_of(Kernel(name)(x), rng.standard_normal(10)))
        assert sorted(found) == sorted(sizes)
        assert chance_of_repeat(found) == pytest.approx((2 + 20) / 90)
    assert (groups(pool_of(Kernel("rbf")(rng.random((400, 1))), np.ones(400) - np.eye(400)[0])) == 1).mean() > 0.98


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
def test_doubled_noisy_points_of_the_shared_case():
    with np.load(CASES / "dup_noisy.npz") as file:
        points, targets = file["features"], file["targets"]
    pool, _, found = judged(prepared(points), targets, "laplace", [6, 12, 25, 50, 100, 150])
    variance = float(pool.power.sum())
    for each in found:
        assert each.trust == "unclaimed"
        assert each.better is None
        assert each.leave_one_out.loss < 2 * variance  # 3.5e31 when 0/0 was taken for a residual
        assert "repeats" in {check.name for check in each.failed}


def test_nothing_above_the_variance_is_better():
    """At the peak of least squares the loss is far above the target's variance, and may be predicted rightly."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 40))
    _, predicted, found = judged(x, 0.1 * x[:, 0] + rng.standard_normal(200), "linear", [38, 39, 41, 42], pool=150)
    assert (predicted.loss > 2).all()
    assert all(each.better is None for each in found)
