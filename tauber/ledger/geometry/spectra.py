"""Claims: spectra derived from geometry.

Exact eigenvalues of kernels on the sphere stand beside quadrature in the angle, where all four kernels are analytic, so
that a Gauss rule converges at once; those of the Matern kernel on the circle beside the Fourier integral of its closed
form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import compare_limit
from ..papers import BAHRI
from ..source import derived_here
from ..topic import equation, topic
from ..typed import typed

if TYPE_CHECKING:
    from ...numerics.core.precision import Array
    from ...theory.models.geometry import Sphere, Torus

SOURCE = derived_here(f"by Funk-Hecke, and Bach (2017), Bietti and Mairal (2019), for the setting of {BAHRI}")
SPHERES = ("laplace", "arccos0", "arccos1", "ntk")
AT_ONE = {"laplace": 1.0, "arccos0": 1.0, "arccos1": 1.0, "ntk": 2.0}
DIMENSIONS = (1, 2, 3, 5)
DEGREES = range(9)
NODES = 120
ROUNDING = 1e-14  # of a sum of NODES numbers below 2, in float64
_FINE = 1e-12
_ROOTS = 1e-13  # of a power in float64

CUTS = (16, 32, 64)
FAR = (25, 50, 100, 200)


_UNIFORM = "uniform probability; no average: a statement about the kernel"
claim = topic(
    "geometry",
    kind=Kind.IDENTITY,
    assumptions=f"the unit sphere S^d, {_UNIFORM}",
    order_of_limits="none: exact at every degree",
    source=SOURCE,
    derived_by="tauber.theory.models.geometry.Sphere",
    measured_by="tauber.ledger.geometry.spectra.by_quadrature",
)


def sphere(kernel: str, dim: int) -> Sphere:
    """A kernel on S^dim; the Laplace kernel with h = 1."""
    from sympy import Integer

    from ...theory.models.geometry import Sphere

    return Sphere(kernel, dim, Integer(1) if kernel == "laplace" else None)


def profile(kernel: str, angle: Array) -> Array:
    """The kernel as a function of the angle, by its definition."""
    import numpy as np

    if kernel == "laplace":
        return np.exp(-2 * np.sin(angle / 2))
    zero = 1 - angle / np.pi
    one = (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
    return {"arccos0": zero, "arccos1": one, "ntk": np.cos(angle) * zero + one}[kernel]


def by_quadrature(kernel: str, dim: int, degree: int) -> float:
    """The eigenvalue by Funk-Hecke, Gauss-Legendre in the angle; the polynomial by its recurrence."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    angle = (nodes + 1) * np.pi / 2
    t, last, now = np.cos(angle), np.zeros(NODES), np.ones(NODES)
    for n in range(degree):  # (n + d - 1) P_{n+1} = (2n + d - 1) t P_n - n P_{n-1}
        last, now = now, t if n == 0 else ((2 * n + dim - 1) * t * now - n * last) / (n + dim - 1)
    density = np.sin(angle) ** (dim - 1) * weights
    return float((profile(kernel, angle) * now * density).sum() / density.sum())


def _check_sphere(kernel: str) -> Iterator[Comparison]:
    for dim in DIMENSIONS:
        geometry = sphere(kernel, dim)
        for degree in DEGREES:
            exact, found = float(geometry.value(degree, 17)), by_quadrature(kernel, dim, degree)
            what = f"eigenvalue of {kernel} on S^{dim}, l = {degree}, by quadrature"
            yield Comparison(what, exact, found, ROUNDING, "round-off of the quadrature", _FINE)


def _by_degree(kernel: str) -> Any:
    """The eigenvalue by the degree; where every second one vanishes, by its parity."""
    from sympy import Eq, Mod, Piecewise

    from ...theory.spectra.sphere import DEGREE

    cases = [
        (value, words == "every l" or Eq(Mod(DEGREE, 2), int(words.startswith("odd"))))
        for words, value in sphere(kernel, 2).formula.items()
    ]
    return equation("lambda", Piecewise(*cases, evaluate=False) if len(cases) > 1 else cases[0][0], DEGREE)


for _kernel in SPHERES:
    claim(
        f"sphere.{_kernel}",
        f"Eigenvalues of the {_kernel} kernel on spheres, exactly (the formula is shown for S^2, l >= 2)",
        partial(_by_degree, _kernel),
    )(partial(_check_sphere, _kernel))


def _torus_statement() -> Any:
    from ...theory.spectra.torus import SQUARE

    (value,) = torus(2, "1/2").formula.values()
    return equation("lambda", value, SQUARE)


@claim(
    "torus.matern",
    "Eigenvalues of the Matern kernel on the torus, exactly",
    _torus_statement,
    assumptions=f"the flat unit torus (shown for T^2, nu = 1/2, h = 1/5; measured for d = 1), {_UNIFORM}",
    derived_by="tauber.theory.models.geometry.Torus",
    measured_by="tauber.numerics.data.Kernel",
)
def _check_torus() -> Iterator[Comparison]:
    """lambda_m over the sum of all, against the Fourier integral of the closed form over [0, 1]."""
    import numpy as np

    from ...numerics.data import Kernel

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    x = (nodes + 1) / 2
    for nu, scale in (("1/2", "1/5"), ("3/2", "1/5"), ("5/2", "1/10")):
        geometry = torus(1, nu, scale)
        values = Kernel("matern", float(geometry.scale), float(geometry.nu))(x[:, None], np.zeros((1, 1)))[:, 0]
        first = float((values * weights).sum() / 2)
        for mode in range(1, 7):
            found = float((values * np.cos(2 * np.pi * mode * x) * weights).sum() / 2)
            exact = first * float(geometry.value(mode**2, 17) / geometry.value(0, 17))
            what = f"eigenvalue of matern, nu = {nu}, h = {scale}, on T^1, m = {mode}, over K(0), by quadrature"
            yield Comparison(what, exact, found, ROUNDING, "round-off of the quadrature", _FINE)


def torus(dim: int, nu: str, scale: str = "1/5") -> Torus:
    """The Matern kernel on T^dim."""
    from sympy import Rational

    from ...theory.models.geometry import Torus

    return Torus("matern", dim, Rational(nu), Rational(scale))


@claim(
    "sphere.sum",
    "Eigenvalue sum rule: all eigenvalues, degeneracies counted, add up to K(1)",
    typed("Sum(N(d, l)*lambda_(l), (l, 0, oo)) = K(1)"),
    each=len(CUTS),
    assumptions=f"the unit sphere S^d, {_UNIFORM}; N(d, l) degenerate eigenvalues; "
    "K(1) = 1, and 2 for the two-layer NTK",
    measured_by="tauber.theory.models.geometry.Sphere.value, Sphere.decay for the tail",
)
def _check_sum() -> Iterator[Comparison]:
    """Partial sum plus leading tail over K(1), to one like the next term of the tail."""
    for kernel in SPHERES:
        for dim in (1, 2, 3):
            geometry = sphere(kernel, dim)
            gamma, size = float(geometry.decay.exponent), float(geometry.decay.constant)
            terms = [float(geometry.value(n, 17)) * int(geometry.degeneracy(n)) for n in range(CUTS[-1] + 1)]
            lead = 2 * size / math.gamma(dim) / (gamma - dim) / geometry.decay.step
            shares = [(sum(terms[: cut + 1]) + lead * cut ** (dim - gamma)) / AT_ONE[kernel] for cut in CUTS]
            what = f"sum of N_l lambda_l to l = {CUTS[-1]}, and the leading tail, over K(1), {kernel} on S^{dim}"
            yield compare_limit(what, shares, CUTS, gamma - dim + 1, noise=ROUNDING)


@claim(
    "sphere.decay",
    "Power laws of the eigenvalues in the degree, with exact constants",
    typed(
        "lambda_(l) = A*(l + (d - 1)/2)^-p*(1 + O(1/l^2, l))",
        "p_laplace = d + 1",
        "p_arccos0 = d + 1",
        "p_ntk = d + 1",
        "p_arccos1 = d + 3",
    ),
    each=len(FAR),
    kind=Kind.EQUIVALENCE,
    order_of_limits="degree to infinity, over those that do not vanish",
    derived_by="tauber.theory.spectra.decay",
    measured_by="tauber.theory.models.geometry.Sphere.value",
)
def _check_decay() -> Iterator[Comparison]:
    """lambda_l over A (l + (d - 1)/2)^-gamma on degrees that do not vanish."""
    for kernel in SPHERES:
        for dim in (1, 2, 3):
            geometry = sphere(kernel, dim)
            size, gamma = float(geometry.decay.constant), float(geometry.decay.exponent)
            degrees = [alive(geometry, cut) for cut in FAR]
            shares = [float(geometry.value(n, 17)) / size * (n + (dim - 1) / 2) ** gamma for n in degrees]
            what = (
                f"lambda_l over {size:.6g} (l + {(dim - 1) / 2:g})^-{gamma:g}, {kernel} on S^{dim}, l = {degrees[-1]}"
            )
            yield compare_limit(what, shares, degrees, 2.0, noise=_ROOTS)


def alive(geometry: Sphere, degree: int) -> int:
    """This degree, or the next one if its eigenvalue is zero."""
    return degree if geometry.value(degree, 17) > 0 else degree + 1
