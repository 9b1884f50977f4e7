r"""Kernels by name, as functions of a matrix of points (one per row), each with the features it is the limit of.

    linear    x . y                                       rbf      exp(-r^2/(2 h^2))           laplace  exp(-r/h)
    arccos0   1 - theta/pi                                arccos1  [sin theta + (pi - theta) cos theta]/pi
    ntk       t kappa_0 + kappa_1, t = cos theta          matern   see below

r is the distance, theta the angle of two points, h the `scale`.  arccos0, arccos1 and ntk live on the sphere: rows are
normalised here.  arccos n is 2 E_w s(w.x) s(w.y), w standard normal, s(u) = max(u, 0)^n (0^0 = 0), n = 0, 1 (Cho and
Saul 2009); ntk is the tangent kernel of a network with one hidden ReLU layer and no biases (both layers trained), with
K(1) = 2.  The angle is 2 arctan(|x - y|/|x + y|), which loses no digits at either end.

**Matern on the torus.**  On the flat unit torus [0, 1)^d the kernel with eigenvalues (1 + (2 pi h |m|)^2)^-(nu + d/2)
on the Fourier modes m, over its value at 0, is the sum over all lattice vectors of the one on R^d,

    M(u) = e^-u,   (1 + u) e^-u,   (1 + u + u^2/3) e^-u        u = r/h, nu = 1/2, 3/2, 5/2      (Poisson summation).

No Fourier sum is truncated: that would flatten the kernel at the origin and blow up the noise of close pairs.  For
d = 1 the lattice sum is closed: with q = e^{-1/h} and S_j = sum_n n^j q^n,

    sum_{n >= 0} (u + n/h)^j q^n = u^j S_0 + j u^{j-1} S_1/h + ...,  once for r and once for 1 - r;

for d > 1 it runs over all images within 37 h beyond the cell, where e^-u is below round-off.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from ..core.precision import Array
from ..errors import TauberInputError

NAMES = ("linear", "rbf", "laplace", "arccos0", "arccos1", "ntk", "matern")
_FEATURES = ("linear", "rbf", "arccos0", "arccos1")

_SPHERE = ("arccos0", "arccos1", "ntk")
_SMOOTHNESS = {0.5: (1.0,), 1.5: (1.0, 1.0), 2.5: (1.0, 1.0, 1 / 3)}  # nu: coefficients of the polynomial in u
_REACH = 37.0  # e^-37 = 8.5e-17; polynomials in u add less than two digits
_MAX_IMAGES = 80_000
_DIRECT = 16  # coordinates up to which distances are summed one by one


@dataclass(frozen=True)
class Kernel:
    """A kernel K(x, y); call it with one matrix of points, (n, p), for (n, n), or with two for (n, m).

    Parameters
    ----------
    name : one of `NAMES`
    scale : real > 0
        h of rbf, laplace and matern; the others have none.
    nu : 1/2, 3/2 or 5/2
        smoothness of matern.

    Raises TauberInputError for an unknown name, a scale that is not positive, and points the kernel is not defined on.
    """

    name: str
    scale: float = 1.0
    nu: float = 0.5

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise TauberInputError(f"There is no kernel {self.name!r}; choose one of {', '.join(NAMES)}.")
        if not (math.isfinite(self.scale) and self.scale > 0):
            raise TauberInputError(f"The scale of a kernel must be positive and finite, got {self.scale!r}.")
        if self.name == "matern" and self.nu not in _SMOOTHNESS:
            raise TauberInputError(f"The smoothness nu of matern must be 1/2, 3/2 or 5/2, got {self.nu!r}.")

    def __call__(self, points: object, others: object = None) -> Array:
        """The matrix of K(x, y) over the points, and over the others if given, else the points again."""
        x = self._points(points)
        y = None if others is None else self._points(others)
        if y is not None and x.shape[1] != y.shape[1]:
            raise TauberInputError(f"Both sets of points need as many coordinates, got {x.shape[1]} and {y.shape[1]}.")
        return _FORMULAS[self.name](self, x, y)

    def diagonal(self, points: object) -> Array:
        """K(x, x) of each point, shape (n,)."""
        x = self._points(points)
        if self.name == "linear":
            return np.asarray((x**2).sum(axis=1))
        return np.full(len(x), 2.0 if self.name == "ntk" else 1.0)

    def random_features(self, points: object, width: int, generator: np.random.Generator) -> Array:
        """`width` random features with mean product K, divided by the root of the width: shape (n, width).

        arccos n: s(w.x) sqrt 2; linear: w.x; rbf: sqrt 2 cos(w.x/h + phase).  The other kernels have none here.
        """
        if self.name not in _FEATURES:
            raise TauberInputError(
                f"No random features are known for the kernel {self.name!r}; choose one of {', '.join(_FEATURES)}."
            )
        x = self._points(points)
        drawn = x @ generator.standard_normal((x.shape[1], width))
        if self.name == "rbf":
            values = math.sqrt(2) * np.cos(drawn / self.scale + generator.uniform(0, 2 * math.pi, width))
        elif self.name == "linear":
            values = drawn
        else:
            values = math.sqrt(2) * np.maximum(drawn if self.name == "arccos1" else np.sign(drawn), 0)
        return np.asarray(values / math.sqrt(width))

    def _points(self, points: object) -> Array:
        x = np.asarray(points, dtype=float)
        if x.ndim != 2 or not x.size or not np.isfinite(x).all():
            raise TauberInputError(
                f"Points must be a matrix of finite numbers, one point per row, got the shape {x.shape}."
            )
        return on_sphere(x) if self.name in _SPHERE else x


def on_sphere(points: Array) -> Array:
    """Rows divided by their lengths; raises TauberInputError for a row of zeros."""
    length = np.linalg.norm(points, axis=1, keepdims=True)
    if (length == 0).any():
        raise TauberInputError(
            f"Point {int(np.argmin(length[:, 0])) + 1} is the origin, which has no direction; leave it out."
        )
    return np.asarray(points / length)


def distances(x: Array, y: Array | None = None) -> Array:
    """Euclidean distances, shape (n, m); exactly 0 from a point to itself.

    In many dimensions by |x|^2 + |y|^2 - 2 x.y, with an absolute error of r^2 of about eps |x|^2.
    """
    other = x if y is None else y
    if x.shape[1] <= _DIRECT:
        return cdist(x, other)
    square = (x**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * (x @ other.T)
    if y is None:
        np.fill_diagonal(square, 0.0)
    return np.sqrt(np.maximum(square, 0.0))


def _angles(x: Array, y: Array | None) -> Array:
    opposite = -(x if y is None else y)
    return 2 * np.arctan2(distances(x, y), distances(x, opposite))


def _linear(kernel: Kernel, x: Array, y: Array | None) -> Array:
    return x @ (x if y is None else y).T


def _rbf(kernel: Kernel, x: Array, y: Array | None) -> Array:
    return np.exp(-((distances(x, y) / kernel.scale) ** 2) / 2)


def _laplace(kernel: Kernel, x: Array, y: Array | None) -> Array:
    return np.exp(-distances(x, y) / kernel.scale)


def _arccos0(kernel: Kernel, x: Array, y: Array | None) -> Array:
    return 1 - _angles(x, y) / math.pi


def _arccos1(kernel: Kernel, x: Array, y: Array | None) -> Array:
    theta = _angles(x, y)
    return (np.sin(theta) + (math.pi - theta) * np.cos(theta)) / math.pi


def _ntk(kernel: Kernel, x: Array, y: Array | None) -> Array:
    theta = _angles(x, y)
    return (np.sin(theta) + 2 * (math.pi - theta) * np.cos(theta)) / math.pi


def _matern(kernel: Kernel, x: Array, y: Array | None) -> Array:
    """On the unit torus; coordinates are taken modulo 1."""
    other = x if y is None else y
    offset = x[:, None, :] - other
    offset -= np.round(offset)
    if x.shape[1] == 1:
        r = abs(offset[:, :, 0])
        at_zero = _ring(kernel, np.zeros(1))
        return (_ring(kernel, r) + _ring(kernel, 1 - r)) / (at_zero + _ring(kernel, np.ones(1)))
    images = _images(kernel, x.shape[1])
    total, top = np.zeros(offset.shape[:2]), 0.0
    for image in images:
        total += _free_matern(kernel, np.sqrt(((offset + image) ** 2).sum(axis=-1)))
        top += float(_free_matern(kernel, np.linalg.norm(image)))
    return total / top


def _free_matern(kernel: Kernel, r: Array | np.floating) -> Array:
    u = np.asarray(r) / kernel.scale
    return np.asarray(np.polynomial.polynomial.polyval(u, _SMOOTHNESS[kernel.nu]) * np.exp(-u))


def _ring(kernel: Kernel, r: Array) -> Array:
    """sum_{n >= 0} of the free kernel at r + n."""
    h = kernel.scale
    q, rest = math.exp(-1 / h), -math.expm1(-1 / h)
    sums = (1 / rest, q / rest**2, q * (1 + q) / rest**3)  # S_0, S_1, S_2
    u, total = r / h, np.zeros_like(r)
    for power, coefficient in enumerate(_SMOOTHNESS[kernel.nu]):
        for j in range(power + 1):
            total += coefficient * math.comb(power, j) * u ** (power - j) * sums[j] / h**j
    return np.asarray(total * np.exp(-u))


def _images(kernel: Kernel, dim: int) -> list[Array]:
    """Lattice vectors whose kernel counts somewhere in the cell."""
    reach = _REACH * kernel.scale + math.sqrt(dim) / 2
    side = math.floor(reach)
    if (2 * side + 1) ** dim > _MAX_IMAGES:
        raise TauberInputError(
            f"The Matern kernel of scale {kernel.scale} on a torus of dimension {dim} needs too many periodic images; "
            "take a smaller scale or a lower dimension."
        )
    vectors = np.array(list(itertools.product(range(-side, side + 1), repeat=dim)), dtype=float)
    return list(vectors[(vectors**2).sum(axis=1) <= reach**2])


_FORMULAS: dict[str, Callable[[Kernel, Array, Array | None], Array]] = {
    "linear": _linear,
    "rbf": _rbf,
    "laplace": _laplace,
    "arccos0": _arccos0,
    "arccos1": _arccos1,
    "ntk": _ntk,
    "matern": _matern,
}
