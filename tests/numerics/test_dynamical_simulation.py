"""The dynamical model's simulator: against plain loops, against the theory, and the bias between the two."""

import math

import mpmath
import numpy as np
import pytest
from scipy.linalg import expm

from tauber.numerics import TauberInputError
from tauber.numerics.core.draws import decomposed
from tauber.numerics.models.dynamical import Dynamical, GradientDescent, GradientFlow, Momentum
from tauber.numerics.models.dynamical.learned import learned_fraction
from tauber.numerics.models.dynamical.simulation import simulate

from ..sampling import repeated, some

WIDTH, DATA, MODES, NOISE = 7, 9, 15, 0.3


def drawn_by_hand(seed):
    """A, data and labels of the first run, drawn in the order of the simulator."""
    rng = np.random.default_rng(seed)
    k = np.arange(1, MODES + 1.0)
    lam, target = k**-1.5, k**-0.25  # a = 2, b = 1.5
    a = rng.standard_normal((MODES, WIDTH)).T
    psi = rng.standard_normal((DATA, MODES)) * np.sqrt(lam)
    return lam, target, a, psi, psi @ target + NOISE * rng.standard_normal(DATA)


def losses_by_hand(problem, weights):
    lam, target, a, psi, y = problem
    test = (lam * (target - a.T @ weights / math.sqrt(WIDTH)) ** 2).sum() + NOISE**2
    return test, ((psi @ a.T @ weights / math.sqrt(WIDTH) - y) ** 2).mean()


@pytest.mark.parametrize("optimiser", [GradientFlow(), GradientDescent(0.7), Momentum(2.5)])
def test_simulation_is_the_algorithm(optimiser):
    """Step by step for gradient descent, by the exponential of the whole system for the two in continuous time."""
    problem = drawn_by_hand(5)
    _, _, a, psi, y = problem
    features = psi @ a.T / math.sqrt(WIDTH)
    hessian, force = features.T @ features / DATA, features.T @ y / DATA
    times = [0, 1, 7, 40]
    found = simulate(2, 1.5, WIDTH, DATA, times, modes=MODES, noise=NOISE, seed=5, runs=2, optimiser=optimiser)
    for n, t in enumerate(times):
        weights = np.zeros(WIDTH)
        if isinstance(optimiser, GradientDescent):
            for _ in range(t):
                weights = weights - optimiser.step * (hessian @ weights - force)
        else:
            one, zero = np.eye(WIDTH), np.zeros((WIDTH, WIDTH))
            if isinstance(optimiser, Momentum):
                system = np.block([[zero, one], [-hessian / optimiser.mass, -one / optimiser.mass]])
                source = np.concatenate([0 * force, force / optimiser.mass])
            else:
                system, source = -hessian, force
            weights = np.linalg.solve(system, expm(t * system) @ source - source)[:WIDTH]
        assert (found.test_runs[0, n], found.train_runs[0, n]) == pytest.approx(
            losses_by_hand(problem, weights), rel=1e-11
        )


CASES = [
    (1.5, 1.5, 30, 60, 0.0, 120),
    (2, 1.25, 60, 30, 0.3, 120),
    (3, 1.5, 24, 48, 0.1, 100),
    (1.3, 0.8, 50, 35, 0.0, 150),
    (1.8, 1.2, math.inf, 40, 0.2, 90),
    (2, 1.5, 36, math.inf, 0.1, 120),
    (1.5, 1.25, 40, 40, 0.2, 110),
]


def agrees(found, error, exact, width, data):
    """3/min(N, P) relative for the finite-size bias of the mean, and four standard errors."""
    return abs(found - exact) <= 3 / min(width, data) * abs(exact) + 4 * error + 1e-12


@pytest.mark.parametrize(("a", "b", "width", "data", "noise", "modes"), CASES)
def test_mean_over_draws_agrees_with_the_theory(a, b, width, data, noise, modes):
    """The training loss only before it is exponentially small: then its mean is that of the smallest eigenvalue."""
    times = np.array([0, 0.1, 1, 10, 100, 1e4])
    found = simulate(a, b, width, data, times, modes=modes, noise=noise, seed=3, runs=300)
    exact = Dynamical(a, b, width, data, modes=modes, noise=noise).curve(times)
    assert agrees(found.test, found.test_error, exact.test, width, data).all()
    early = times <= 10
    assert agrees(found.train, found.train_error, exact.train, width, data)[early].all()
    assert (4 * found.test_error < 0.25 * exact.test)[:-1].all()  # the agreement means something
    assert found.unstable == 0


@pytest.mark.parametrize(
    ("optimiser", "times"), [(GradientDescent(0.4), [1, 3, 10, 100, 1000]), (Momentum(1.2), [0.3, 1, 4, 20, 300])]
)
def test_other_optimisers_agree_with_the_theory(optimiser, times):
    found = simulate(3, 1.5, 40, 80, times, modes=120, noise=0.1, seed=8, runs=300, optimiser=optimiser)
    exact = Dynamical(3, 1.5, 40, 80, modes=120, noise=0.1, optimiser=optimiser).curve(times)
    assert agrees(found.test, found.test_error, exact.test, 40, 80).all()
    assert agrees(found.train, found.train_error, exact.train, 40, 80).all()
    flow = Dynamical(3, 1.5, 40, 80, modes=120, noise=0.1).curve(times)
    assert not agrees(found.test, found.test_error, flow.test, 40, 80).all()  # the optimiser makes a difference


@pytest.mark.parametrize(("width", "data"), some([(30, 60), (60, 30), (math.inf, 30), (30, math.inf)], quick=(0, 2, 3)))
def test_components_agree_with_the_theory(width, data):
    times = [0.5, 5, 50, 1e4]
    found = simulate(2, 1.5, width, data, times, modes=100, noise=0.2, seed=4, runs=300, ensembles=True)
    exact = Dynamical(2, 1.5, width, data, modes=100, noise=0.2).ensembles(times)
    floor = 0.2**2
    pairs = {"LB": exact.bias, "LA": exact.grid(math.inf, 1) - floor, "LD": exact.grid(1, math.inf) - floor}
    for name, value in pairs.items():
        mean, error = getattr(found.components, name), getattr(found.components_error, name)
        assert agrees(mean, error, value, width, data).all(), name
    # variances are differences of products: the finite-size bias is that of what is subtracted
    for name, value, size in (
        ("V_A", exact.features, pairs["LD"]),
        ("V_data", exact.data, pairs["LA"]),
        ("V_int", exact.interaction, exact.total - floor),
    ):
        mean, error = getattr(found.components, name), getattr(found.components_error, name)
        assert (abs(mean - value) <= 3 / min(width, data) * size + 4 * error).all(), name
    if math.isinf(width):
        assert (found.components.V_A == 0).all()
    if math.isinf(data):
        assert (found.components.V_data == 0).all()
    assert found.test == pytest.approx(
        floor + sum(getattr(found.components, n) for n in ("LB", "V_A", "V_data", "V_int"))
    )


@pytest.mark.parametrize(("width", "data"), [(20, 60), (60, 20), (math.inf, 20), (20, math.inf), (150, 60)])
def test_the_end_of_training(width, data):
    """t = infinity against the closed form; with N, P > M only noise is left."""
    modes = 30 if width == 150 else 200
    found = simulate(2, 1.5, width, data, [1e3, math.inf], modes=modes, noise=0.3, seed=6, runs=400)
    last = Dynamical(2, 1.5, width, data, modes=modes, noise=0.3).final()
    assert agrees(found.test[1], found.test_error[1], last.test, width, data)
    assert agrees(found.train[1], found.train_error[1], last.train, width, data)


def bias_of_the_mean(width, data, modes, runs, seed):
    """theory/simulation - 1 of the test loss at t = 1, (a, b) = (3, 1.5), and its standard error.

    Control variate: the training loss at t = 0, |y|^2/P, whose mean is known.
    """
    found = simulate(3, 1.5, width, data, [0, 1], modes=modes, noise=0.1, seed=seed, runs=runs)
    exact = Dynamical(3, 1.5, width, data, modes=modes, noise=0.1).curve([0, 1]).test
    control, loss = found.train_runs[:, 0] - exact[0], found.test_runs[:, 1]
    loss = loss - np.cov(loss, control)[0, 1] / control.var(ddof=1) * control
    return exact[1] / loss.mean() - 1, loss.std(ddof=1) / math.sqrt(runs) / loss.mean()


def check_that_the_bias_is_of_first_order(found):
    """bias(n) = c/n + c'/n^2 at n, 2n, 4n: c from the first two sizes and from the last two, and c' not the leader.

    `found` holds bias and standard error in units of 1/n, that is n * bias.
    """
    (one, one_error), (two, two_error), (four, four_error) = found
    extrapolated = 2 * two - one, 2 * four - two
    scatter = math.sqrt(one_error**2 + (3 * two_error) ** 2 + (2 * four_error) ** 2)
    assert abs(extrapolated[0] - extrapolated[1]) <= 4 * scatter
    assert extrapolated[1] + 4 * math.hypot(2 * four_error, two_error) < 0  # theory below simulation, significantly
    assert abs(four - extrapolated[1]) <= abs(extrapolated[1]) / 2 + 4 * scatter  # halves, rather than quarters
    assert abs(one) < 3  # the tolerance of the comparisons above


@pytest.mark.dear
def test_bias_halves_when_the_data_double():
    runs = repeated(1200, 2500)
    found = [(p, bias_of_the_mean(math.inf, p, 40, runs, p)) for p in (15, 30, 60)]
    check_that_the_bias_is_of_first_order([(p * bias, p * error) for p, (bias, error) in found])


@pytest.mark.slow
def test_bias_halves_when_both_sizes_double():
    found = [(n, bias_of_the_mean(n, 2 * n, 5 * n, runs, n)) for n, runs in ((20, 20000), (40, 16000), (80, 16000))]
    check_that_the_bias_is_of_first_order([(n * bias, n * error) for n, (bias, error) in found])


def test_learned_fraction_to_round_off():
    """Against the closed formula of the heavy ball with 80 digits, across critical damping."""
    for mass in (0.01, 1.2, 50.0):
        x = np.array([0, 1e-12, 1e-5, 0.1, 0.18 / mass, 0.1875 / mass, 0.24 / mass, 0.25 / mass, 0.2500001 / mass, 3.0])
        times = np.array([0, 1e-3, 1.0, 30.0, 1e6, math.inf])
        found = learned_fraction(Momentum(mass), x, times)
        assert (found[1:, -1] == 1).all()
        assert (found[0] == 0).all()
        with mpmath.workdps(80):
            for i, n in np.ndindex(len(x), len(times) - 1):
                tau, root = mpmath.mpf(times[n]) / (2 * mass), mpmath.sqrt(1 - 4 * mpmath.mpf(mass) * mpmath.mpf(x[i]))
                sine = mpmath.sinh(root * tau) / root if root else tau
                exact = float((1 - mpmath.exp(-tau) * (mpmath.cosh(root * tau) + sine)).real)
                allowed = min(1.0, x[i] * times[n]) if mass * x[i] < 0.1875 else 1.0
                assert abs(found[i, n] - exact) <= 1e-13 * abs(exact) + 8 * 2.0**-53 * allowed + 1e-70


def test_an_unstable_step_is_counted_and_infinite():
    found = simulate(2, 1.5, 20, 30, [0, 10, 10**6], modes=60, seed=1, runs=6, optimiser=GradientDescent(8))
    assert found.unstable == 6
    assert np.isfinite(found.test[:2]).all()
    assert found.test[2] == found.train[2] == found.test_error[2] == math.inf


def test_seed_progress_and_explicit_spectrum():
    calls = []
    options = {"modes": 30, "noise": 0.1, "runs": 4}
    first = simulate(2, 1.5, 10, 12, [0, 3.5], seed=2, progress=lambda *n: calls.append(n), **options)
    again = simulate(2, 1.5, 10, 12, [0, 3.5], seed=2, **options)
    other = simulate(2, 1.5, 10, 12, [0, 3.5], seed=3, **options)
    k = np.arange(1, 31.0)
    own = simulate(None, None, 10, 12, [0, 3.5], seed=2, noise=0.1, runs=4, spectrum=(k**-1.5, k**-2))
    assert (first.test_runs == again.test_runs).all()
    assert (first.test_runs[:, 1] != other.test_runs[:, 1]).all()
    assert own.test_runs == pytest.approx(first.test_runs, rel=1e-14)
    assert calls == [(n, 4) for n in (1, 2, 3, 4)]
    assert first.test[0] == pytest.approx((k**-2).sum() + 0.01)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"modes": math.inf}, "draws every mode"),
        ({"modes": 2.5}, "draws every mode"),
        ({"width": math.inf, "data": math.inf}, "nothing is random"),
        ({"width": 2.5}, "whole number >= 1 or inf"),
        ({"data": 0}, "whole number >= 1 or inf"),
        ({"width": 1e8}, "at most 33554432 entries in all"),
        ({"noise": -1}, "finite number >= 0"),
        ({"b": -1}, "b > 0"),
        ({"a": None}, "both exponents"),
        ({"times": [-1]}, "numbers >= 0"),
        ({"times": []}, "numbers >= 0"),
        ({"runs": 1}, ">= 2"),
        ({"times": [0.5], "optimiser": GradientDescent(0.1)}, "whole steps"),
        ({"spectrum": ([1.0], [1.0])}, "got both"),
    ],
)
def test_what_cannot_be_simulated(change, words):
    question = {"a": 2, "b": 1.5, "width": 4, "data": 5, "times": [1], "modes": 10, "seed": 0, "runs": 2, **change}
    with pytest.raises(TauberInputError, match=words):
        simulate(**question)


@pytest.mark.parametrize(("rows", "columns", "fall"), [(30, 50, 0.75), (50, 30, 0.75), (40, 40, 0.75), (50, 30, 6.0)])
def test_the_decomposition_is_that_by_singular_values(rows, columns, fall):
    """Tall, wide, square, and so steep that the eigenvalues of a Gram matrix would be round-off."""
    design = np.random.default_rng(1).standard_normal((rows, columns)) * np.arange(1.0, columns + 1) ** -fall
    left, singular, right = decomposed(design)
    assert abs(left * singular @ right - design).max() < 1e-14 * singular[0]
    assert singular == pytest.approx(np.linalg.svd(design, compute_uv=False), rel=1e-9)
    for basis in (left.T, right):
        assert abs(basis @ basis.T - np.eye(len(singular))).max() < 1e-9
