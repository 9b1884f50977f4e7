"""Kernels against their definitions: quadrature, mpmath, Fourier sums, random features."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.numerics import TauberInputError
from tauber.numerics.data import Kernel, uniform_points
from tauber.numerics.data.kernels import NAMES


def pair(theta, coordinates=3):
    """Two unit vectors at the angle theta."""
    first, second = np.zeros((1, coordinates)), np.zeros((1, coordinates))
    first[0, 0], second[0, :2] = 1, (math.cos(theta), math.sin(theta))
    return first, second


@pytest.mark.parametrize("order", [0, 1])
@given(theta=st.floats(0.01, math.pi - 0.01))
def test_arccos_is_the_gaussian_mean(order, theta):
    """2 E s(w.x) s(w.y) in polar coordinates of w: both factors are positive on an arc of length pi - theta."""
    radial = 2 * 2.0**order * math.gamma(1 + order)  # 2 E |w|^(2 order) in the plane
    with mpmath.workdps(20):
        angular = mpmath.quad(
            lambda a: (mpmath.cos(a) * mpmath.cos(a - theta)) ** order, [theta - mpmath.pi / 2, mpmath.pi / 2]
        ) / (2 * mpmath.pi)
    assert Kernel(f"arccos{order}")(*pair(theta))[0, 0] == pytest.approx(float(radial * angular), rel=1e-12, abs=1e-15)


@given(theta=st.floats(0, math.pi))
def test_ntk_is_the_gaussian_mean_of_both_layers(theta):
    """Tangent features of a two-layer ReLU network: t kappa_0 from the first layer, kappa_1 from the second."""
    first, second = pair(theta)
    expected = math.cos(theta) * Kernel("arccos0")(first, second) + Kernel("arccos1")(first, second)
    assert Kernel("ntk")(first, second) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("coordinates", [3, 40])
@pytest.mark.parametrize("theta", [1e-7, 1e-3, math.pi - 1e-3])
def test_angles_keep_their_digits_at_both_ends(theta, coordinates):
    expected = 1 - theta / math.pi
    # in many coordinates the squared distance carries an absolute error of a few eps
    slack = 1e-14 if coordinates == 3 else 1e-14 + 1e-15 / math.sin(theta)
    assert Kernel("arccos0")(*pair(theta, coordinates))[0, 0] == pytest.approx(expected, abs=slack)


@pytest.mark.parametrize(
    ("name", "coordinates"), [(name, p) for name in NAMES for p in (2, 30) if (name, p) != ("matern", 30)]
)
def test_matrices_are_symmetric_positive_and_agree_with_the_diagonal(name, coordinates):
    kernel = Kernel(name, scale=0.1 if name == "matern" else 0.7)
    points = np.random.default_rng(0).random((40, coordinates))
    matrix = kernel(points)
    assert matrix == pytest.approx(matrix.T, abs=1e-14)
    assert matrix == pytest.approx(kernel(points, points), abs=1e-7)  # sqrt(eps) on the diagonal in 30 coordinates
    assert np.diag(matrix) == pytest.approx(kernel.diagonal(points), rel=1e-14)
    assert np.linalg.eigvalsh(matrix)[0] > -1e-13 * len(points)


@pytest.mark.parametrize("nu", [0.5, 1.5, 2.5])
@pytest.mark.parametrize(("dim", "scale"), [(1, 0.2), (1, 3.0), (2, 0.15), (3, 0.05)])
def test_matern_eigenvalues_on_the_torus(nu, dim, scale):
    """Fourier coefficients by the trapezoidal rule (exact up to aliasing) over (1 + (2 pi h |m|)^2)^-(nu + d/2)."""
    count = {1: 512, 2: 64, 3: 32}[dim]
    axes = np.meshgrid(*[np.arange(count) / count] * dim, indexing="ij")
    grid = np.stack([axis.ravel() for axis in axes], axis=1)
    values = Kernel("matern", scale, nu)(np.zeros((1, dim)), grid).reshape((count,) * dim)
    found = np.fft.fftn(values).real / count**dim

    reach = 40 if dim < 3 else 12  # aliases summed explicitly

    def eigenvalue(square):
        return (1 + (2 * math.pi * scale) ** 2 * square) ** -(nu + dim / 2)

    shifts = np.stack([a.ravel() for a in np.meshgrid(*[np.arange(-reach, reach + 1)] * dim)], axis=1) * count
    wanted = [np.zeros(dim), np.eye(dim)[0], 2 * np.eye(dim)[-1], np.ones(dim)]
    aliased = [eigenvalue(((m + shifts) ** 2).sum(axis=1)).sum() for m in wanted]
    measured = [found[tuple(m.astype(int))] for m in wanted]
    # what lies beyond the aliases summed: an integral over |shift| > reach count
    rest = 4 * math.pi * (2 * math.pi * scale) ** -(2 * nu + dim) * (reach * count) ** (-2 * nu) / count**dim / (2 * nu)
    for m in range(1, len(wanted)):
        slack = 1e-11 + 2 * rest / aliased[m]
        assert measured[m] / measured[0] == pytest.approx(aliased[m] / aliased[0], rel=slack)


@pytest.mark.parametrize("name", ["linear", "rbf", "arccos0", "arccos1"])
def test_random_features_have_the_kernel_as_their_mean(name):
    generator = np.random.default_rng(4)
    points = uniform_points("sphere", 4, 6, generator)
    kernel = Kernel(name, scale=0.8)
    draws = np.stack([(lambda f: f @ f.T)(kernel.random_features(points, 50, generator)) for _ in range(400)])
    error = draws.std(axis=0, ddof=1) / math.sqrt(len(draws)) + 1e-14  # arccos0: the diagonal's mean is over 0 and 2
    assert (abs(draws.mean(axis=0) - kernel(points)) < 4 * error).all()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Kernel("gauss"), "There is no kernel 'gauss'"),
        (lambda: Kernel("rbf", scale=0.0), "must be positive"),
        (lambda: Kernel("matern", nu=1.0), "1/2, 3/2 or 5/2"),
        (lambda: Kernel("ntk")([[0.0, 0.0], [1.0, 0.0]]), "Point 1 is the origin"),
        (lambda: Kernel("rbf")([[1.0, math.nan]]), "finite numbers"),
        (lambda: Kernel("rbf")([[1.0, 0.0]], [[1.0]]), "as many coordinates"),
        (lambda: Kernel("matern", scale=2.0)(np.zeros((2, 3))), "too many periodic images"),
        (lambda: Kernel("laplace").random_features([[1.0]], 3, np.random.default_rng(0)), "No random features"),
    ],
)
def test_refusals(make, sentence):
    with pytest.raises(TauberInputError, match=sentence):
        make()
