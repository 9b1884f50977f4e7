"""Claims: eigenvalues that vanish by parity, and targets that are never learned because of it.

The two-layer NTK without bias has no odd degree from 3 on, the arc-cosine kernel of order n none of n + 2, n + 4, ...:
a target of such a degree is orthogonal to all that the kernel can represent. It stays as a floor of the loss, and acts
on the rest like label noise. Power laws in the rank are those of the other degrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..claim import Comparison, Kind
from ..explaining.probe import DERIVED_HERE
from ..families.draws import STANDARD_ERRORS, compare_mean
from ..measure import exactly
from ..topic import topic
from ..typed import typed
from .spectra import DIMENSIONS, ROUNDING, SOURCE, by_quadrature, sphere

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.core.precision import Array

VANISHING = {"arccos0": "even l >= 2", "arccos1": "odd l >= 3", "ntk": "odd l >= 3"}
LAST = 30
_FINE = 1e-12
SIZES = (50, 150, 450)
RUNS, TESTS = 12, 500
RIDGE = 1.0


claim = topic("geometry.sphere", derived_by="tauber.theory.models.geometry.Sphere.eigenvalue")


@claim(
    "parity",
    "Eigenvalues that vanish by parity: arc-cosine of order n at n + 2, n + 4, ..., the NTK at odd l >= 3",
    typed("lambda_arccos0(2*k) = 0", "lambda_arccos1(2*k + 1) = 0", "lambda_ntk(2*k + 1) = 0"),
    kind=Kind.IDENTITY,
    assumptions="k = 1, 2, ...; the NTK of two layers without bias; the unit sphere S^d, uniform probability; no "
    "average: a statement about the kernel",
    order_of_limits="none: exact at every degree",
    source=SOURCE,
    samples=(LAST + 1) * len(VANISHING) * len(DIMENSIONS),
    precision="exact, and float64",
    measured_by="tauber.ledger.geometry.spectra.by_quadrature",
)
def _check_parity() -> Iterator[Comparison]:
    """The degrees with eigenvalue zero: exactly, and by quadrature; no others."""
    for kernel, stated in VANISHING.items():
        parity, start = int(stated.startswith("odd")), int(stated[-1])
        claimed = {n for n in range(start, LAST + 1) if n % 2 == parity}
        for dim in DIMENSIONS:
            geometry = sphere(kernel, dim)
            wrong = sum((geometry.eigenvalue(n) == 0) != (n in claimed) for n in range(LAST + 1))
            yield exactly(f"degrees to {LAST} that vanish against the claim, {kernel} on S^{dim}", wrong)
            worst = max(abs(by_quadrature(kernel, dim, n)) for n in claimed if n < 12)
            what = f"largest of these eigenvalues by quadrature, {kernel} on S^{dim}, l < 12"
            yield Comparison(what, 0.0, worst, ROUNDING, "round-off of the quadrature", _FINE)


def target(degree: int, points: Array) -> Array:
    """Legendre's polynomial of the first coordinate on S^2, mean square one."""
    import numpy as np

    return np.sqrt(2 * degree + 1) * np.polynomial.Legendre.basis(degree)(points[:, 0])


def losses(degree: int, size: int, generator: np.random.Generator) -> list[float]:
    """Losses of NTK regression with a ridge, for fresh points on S^2."""
    from ...numerics.core.runs import one_thread
    from ...numerics.data import Kernel, uniform_points
    from ...numerics.data.measure import fitted

    kernel, found = Kernel("ntk"), []
    for _ in range(RUNS):
        points, new = (uniform_points("sphere", 2, n, generator) for n in (size, TESTS))
        weights, _ = one_thread(fitted)(kernel(points), target(degree, points)[:, None], RIDGE)
        missed = (kernel(new, points) @ weights)[:, 0] - target(degree, new)
        found.append(float((missed**2).mean()))
    return found


@claim(
    "unlearnable",
    "A target on vanishing eigenvalues is never learned: its power stays, and acts like label noise",
    typed("mean(L_drawn(D)) = (p + L(D))*(1 + O(1/D, D))", "L(D) -> 0 as D -> oo", "L(D) > 0"),
    samples=RUNS * (len(SIZES) + 1),
    kind=Kind.EQUIVALENCE,
    assumptions="a target of power p on null modes, L the theory with sigma^2 = p; two-layer NTK without bias on S^2, "
    "target of degree 3, delta = 1; average: over points",
    order_of_limits="P infinite, D to infinity",
    source=DERIVED_HERE,
    measured_by="tauber.numerics.data.measure.fitted",
)
def _check_unlearnable(seed: int) -> Iterator[Comparison]:
    """Degree 3 beside the theory with all power on null modes; degree 2 falls."""
    import numpy as np

    from ...numerics.core.runs import mean_and_error
    from ...numerics.models.explaining import LearningCurve
    from .regression import eigenvalues

    generator = np.random.default_rng(seed)
    lam = eigenvalues("ntk", 2)
    curve = LearningCurve(spectrum=(lam, 0 * lam), null_power=1.0, ridge=RIDGE)
    for size in SIZES:
        mean, error = (float(x[0]) for x in mean_and_error(np.array(losses(3, size, generator))[:, None]))
        derived = float(curve.at(size, float("inf")).loss)
        what = f"loss of a target of degree 3, ntk on S^2, over the one of its power on null modes, D = {size}"
        yield compare_mean(what, derived, mean, error, 0.3, size=size, named="D")
    learned = float(np.mean(losses(2, SIZES[-1], generator)))
    yield exactly(f"loss of a target of degree 2 is above a tenth of its power, D = {SIZES[-1]}", learned > 0.1)
    below = mean + STANDARD_ERRORS * error < 1
    yield exactly(f"loss of a target of degree 3 is below its power, D = {SIZES[-1]}", below)
