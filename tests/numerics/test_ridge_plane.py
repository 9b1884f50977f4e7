"""The contour in the plane of the ridge beside the one in l, whose ridges are found by Newton's iteration."""

import math

import numpy as np
import pytest

from tauber.numerics import PLRF
from tauber.numerics.core.modes import shared_power_law
from tauber.numerics.core.precision import FLOAT64
from tauber.numerics.models.one_pass import ridge_plane
from tauber.numerics.models.one_pass.transforms import Transforms
from tauber.numerics.volterra import contour

TIMES = np.geomspace(1, 1e13, 40)
MODELS = [
    ((0.8, 0.3, 1e6, math.inf), 1, 0.5),
    ((0.26, 0.3, 1e4, 1e5), 1, 0.5),
    ((1.4, 1.5, 1e4, 1e5), 2, 0.9),
    ((0.49, 0.92, 107683, 246149), 2, 0.9),
    ((0.9, 0.6, 52, math.inf), 5, 0.999),
    ((10, 1, 30, 300), 1, 0.5),
    ((0.8, 0.3, 2, math.inf), 100, 0.1),
]


@pytest.mark.parametrize(("parameters", "batch", "fraction"), MODELS)
def test_two_contours_agree_within_their_estimates(parameters, batch, fraction, monkeypatch):
    model = PLRF(*parameters, batch=batch)
    model = PLRF(*parameters, batch=batch, step_size=fraction * model.stability_limit)
    transforms = model._transforms
    rates = transforms.gamma * transforms.batch, transforms.gamma * transforms.pairs
    found = ridge_plane.nodes(model.nodes, model.d, transforms.ridge_zero, rates, (ridge_plane.EARLIEST, 1e13))
    assert found is not None
    times, explicit = model._loss_inverse(TIMES)
    monkeypatch.setattr(Transforms, "_explicit", False)
    model = PLRF(*parameters, batch=batch, step_size=model.step_size)
    _, by_newton = model._loss_inverse(times)

    assert (abs(explicit.values / by_newton.values - 1) <= explicit.error + by_newton.error).all()
    assert (abs(explicit.slope - by_newton.slope) <= explicit.slope_error + by_newton.slope_error).all()
    assert (explicit.error <= 10 * by_newton.error).all()


def spread(seed: int) -> dict:
    """Where the model of eta is at its worst: eigenvalues spread evenly in their logarithm over eight decades."""
    random = np.random.default_rng(seed)
    size = 300 * (seed + 1)
    lam = 10 ** random.uniform(-8, 0, size)
    return {"d": 0.55 * size, "spectrum": (lam, lam * 10 ** random.uniform(-2, 2, size))}


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_more_steps_for_the_curve_gain_nothing(seed, monkeypatch):
    monkeypatch.setattr(contour, "_EXPLICIT", math.inf)
    found = PLRF(**spread(seed))._loss_inverse(TIMES)[1]
    monkeypatch.setattr(ridge_plane, "_STEPS", 30)
    converged = PLRF(**spread(seed))._loss_inverse(TIMES)[1]
    assert (abs(found.values / converged.values - 1) <= found.error + converged.error).all()
    assert (found.error <= 1.1 * converged.error).all()


@pytest.mark.parametrize("seed", range(5))
def test_where_it_errs_the_contour_in_l_serves(seed, monkeypatch):
    """At seed 2 it had 3e-6 at one time, which was refused."""
    found = PLRF(**spread(seed))._loss_inverse(TIMES)[1]
    monkeypatch.setattr(Transforms, "_explicit", False)
    by_newton = PLRF(**spread(seed))._loss_inverse(TIMES)[1]
    assert (abs(found.values / by_newton.values - 1) <= found.error + by_newton.error).all()
    assert (found.error <= contour._EXPLICIT).all()
    assert (abs(found.slope - by_newton.slope) <= found.slope_error + by_newton.slope_error).all()


def test_nearly_as_many_features_as_modes_are_left_to_newton():
    model = PLRF(0.8, 0.3, 1000, 1001)
    rates = (model.step_size, 2 * model.step_size)
    assert ridge_plane.nodes(model.nodes, model.d, model._ridge_zero, rates, (100, 1e6)) is None


@pytest.mark.parametrize("v", [1e5, math.inf])
@pytest.mark.parametrize("beta", [0.3, 0.9])
def test_sums_beside_a_root_are_those_at_kappa(v, beta):
    """As a power series in x, node by node, and, far off, by the other method."""
    spectrum, root = shared_power_law(FLOAT64, 0.8, beta, v, 1e-9), 1e-5
    for size in (1e-9, 0.06, 0.3, 0.9):
        x = size * root * np.exp(1j * np.linspace(0, 2.4, 5))
        used, spread, _, target, excess = spectrum.sums(root + x)
        pair, _ = spectrum.pair_sums(root + x, root)
        for found, true in zip(spectrum.beside(root, x), (used, spread, target, excess, pair), strict=True):
            assert found == pytest.approx(true, rel=1e-13)


@pytest.mark.parametrize(("last", "ratio"), [(1e3, 1), (1e12, 1), (1e12, 1e9)])
@pytest.mark.parametrize("power", [0.05, 0.4, 0.95])
def test_the_derivative_of_the_curve_is_exact(last, ratio, power):
    """Beside differences of points by their distance in u: nothing else is asked of the curve itself."""
    u, step, given = np.linspace(0.1, math.acosh(8 * ratio) - 0.1, 30), 1e-4, ((0.1, 0.2), 1e-5, power)
    ahead, here, behind = (
        ridge_plane._curve(6.0 / last, 0.7, at, *given) for at in (u + step, u, u - step)
    )  # fmt: skip
    assert (ahead[0] - behind[0]) / (2 * step) == pytest.approx(1j * here[1], rel=1e-6)


def test_the_logarithm_keeps_the_digits_of_small_numbers():
    import mpmath

    for z in (1e-9 + 1e-12j, -1e-12 + 1e-6j, 0.3 - 0.2j):
        exact = complex(mpmath.log1p(mpmath.mpc(z)))
        assert ridge_plane.log1p(np.array([z]))[0] == pytest.approx(exact, rel=4e-16)
