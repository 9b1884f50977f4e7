r"""The two measures of the deterministic equivalent as sums over a lens in the complex plane.

The expected loss needs sums over the eigenvalues x_i of the Gram matrix of the features, and what the target has on
their eigenvectors.  In the deterministic equivalent both are known through the effective ridge kappa(z) alone,

    sum_i 1/(x_i - z) = d/kappa,      F_0/(-z) + sum_i c_i^2/(x_i - z) = kappa T(kappa)/(-z),      -z = kappa m,

m = 1 - D/d, D = df1(kappa), F_0 = kappa_0 T(kappa_0) the target's part without features.  Both sums are functions
analytic off the support [x_-, x_+], so that by Cauchy's formula, for h analytic around the support with h(0) = 0,

    sum_i h(x_i) = (1/pi) Im int h (D/z) dz,       sum_i c_i^2 h(x_i) = (1/pi) Im int h (T/m - T(0)) dz

along any path from 0 to a point top > x_+ through the upper half plane (d/kappa = (D - d)/z and the constant T(0) add
nothing; without them no digits are lost, see `transforms`).  The path is an arc seen from the support at the same
angle everywhere,

    z = top w/(1 + w),     w = e^(u + i angle),     u real,

in the variable u the integrand is analytic in the strip |Im u| < angle at least, and the trapezoidal rule with step
`step` is off by e^(-2 pi angle/step).  Near the support the angle is what keeps kappa away from its cut.

kappa is found for all nodes at once (`ridge_by_model`).  Wrong branches raise in `ridge`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import Array
from ...core.ridge import Ridge, edge_root, effective_ridge, zero_ridge
from ...core.spectrum import Spectrum
from .ridge_plane import by_model


@dataclass(frozen=True, eq=False)
class Lens:
    """The measures as sum h(x) = Re sum_k weight_k h(z_k).

    Attributes
    ----------
    log : complex array of shape (k,)
        log(z/(top - z)), with constant imaginary part.
    z : complex array of shape (k,)
    modes, power : complex arrays of shape (k,)
        weights of the eigenvalues (each counts 1) and of the target's power c_i^2.
    floor : F_0
    error : largest relative error of the weights (round-off, residual of kappa, compression of the spectrum)
    """

    log: Array
    z: Array
    modes: Array
    power: Array
    floor: float
    error: float


@dataclass(frozen=True)
class Support:
    """Bounds around the eigenvalues, and kappa_0."""

    low: float
    high: float
    ridge_zero: float


def support(spectrum: Spectrum, d: float) -> Support:
    """`high` is the upper edge x_+; `low` > 0 lies at or shortly below the lower edge.

    x = kappa (D(kappa)/d - 1) is increasing from 0 to the lower edge as kappa falls from kappa_0 until df2(kappa) = d:
    each of its values is a bound, and the largest of a few the one taken.
    """
    edge = edge_root(spectrum, d)
    df1, _ = spectrum.df1_df2(-np.array([edge]))
    zero = float(zero_ridge(spectrum, d))
    floor = max(2e-3, 17 * float(spectrum.tails.scale[-1]) / zero)  # where the tail's series still converge
    kappa = zero * np.geomspace(min(floor, 0.9), 0.999, 64)
    used, _, free = spectrum.freedom(kappa)
    more = used - d if math.isinf(spectrum.size) else np.where(free < used, spectrum.size - d - free, used - d)
    return Support(float((kappa * more / d).max()), float(edge * (1 - df1[0] / d)), zero)


def lens(spectrum: Spectrum, d: float, ridge_zero: float, log: Array, top: float, angle: float) -> Lens:
    """The lens through 0 and `top` at equidistant real parts `log` of log(z/(top - z)), shape (k,)."""
    step = float(log[1] - log[0])
    w = np.exp(log + 1j * angle)
    z = top * w / (1 + w)
    found = ridge_by_model(spectrum, d, ridge_zero, -z)
    jacobian = z / (1 + w) * step  # dz = z/(1+w) du
    kappa, inverse_mass = found.kappa, -found.kappa / z
    modes = (-1j / math.pi) * (found.df1 / z) * jacobian
    excess = (found.excess + spectrum.target_at_zero * found.df1 / d) * inverse_mass
    power = (-1j / math.pi) * excess * jacobian
    _, target, _ = spectrum.resolvents(np.array([ridge_zero]))
    error = float(found.error.max()) + float(spectrum.compression_error(kappa))
    return Lens(log + 1j * angle, z, modes, power, float(ridge_zero * target[0]), error)


def ridge_by_model(spectrum: Spectrum, d: float, ridge_zero: float, eta: Array) -> Ridge:
    """kappa at eta, shape (k,): Newton's iteration from where the model of `ridge_plane` has it."""
    _, spread, _ = spectrum.freedom(np.array([ridge_zero]))
    ratio, _ = by_model(eta / ridge_zero, spread / d)
    return effective_ridge(spectrum, d, eta, ridge_zero * (1 + ratio))
