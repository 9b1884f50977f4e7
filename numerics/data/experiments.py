r"""Kernel regression on spheres and tori: the loss over Gaussian targets, exactly for every draw of the points.

For D uniform points X, the student f(x) = k(x)^T A y, A = (K + delta)^-1, and a target drawn from the Gaussian process
with covariance T (the student's own kernel unless another is given), labels with noise of variance sigma^2, the mean
over target and noise of the squared error at x, without the label's own noise, is

    T(x, x) - 2 k^T A t + k^T A T_XX A k + sigma^2 |A k|^2,       t = T(X, x),

so that chance is left only in the points: the runs draw X, and new points x to average over.  For the student's own
kernel the first three terms are the "random teacher" of arXiv:2102.06701 (every mode as strong as its eigenvalue), with
loss ~ D^(-alpha_K).
"""

from __future__ import annotations

import math

import numpy as np

from ..core.precision import Array
from ..core.runs import Progress, at_least_two, mean_and_error, one_thread
from ..errors import TauberInputError
from .kernels import Kernel, on_sphere
from .measure import fitted
from .neighbours import Experiment
from .problem import MAX_POINTS

DOMAINS = ("sphere", "torus")


def uniform_points(domain: str, dim: int, count: int, generator: np.random.Generator) -> Array:
    """`count` uniform points on the sphere S^dim, (count, dim + 1), or on the unit torus T^dim, (count, dim)."""
    if domain not in DOMAINS:
        raise TauberInputError(f"There is no domain {domain!r}; choose one of {', '.join(DOMAINS)}.")
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
        raise TauberInputError(f"The dimension must be a whole number >= 1, got {dim!r}.")
    if domain == "sphere":
        return on_sphere(generator.standard_normal((count, dim + 1)))
    return generator.random((count, dim))


@one_thread
def kernel_regression(
    domain: str,
    dim: int,
    kernel: Kernel,
    data: object,
    *,
    seed: int,
    teacher: Kernel | None = None,
    ridge: float = 0.0,
    noise: float = 0.0,
    runs: int = 20,
    tests: int = 500,
    progress: Progress | None = None,
) -> Experiment:
    """Excess loss (noise^2 not included) of kernel regression on `data` uniform points, whole numbers, shape (n,).

    Parameters
    ----------
    domain, dim : "sphere" (S^dim in dim + 1 coordinates) or "torus" (T^dim, with the kernel matern)
    teacher : covariance of the target, the student's kernel if None
    ridge : delta >= 0, not divided by D
    noise : standard deviation of the label noise
    runs : independent draws of the points, >= 2;  tests : new points per run

    Raises TauberInputError for a kernel that does not fit the domain and numbers out of their ranges.
    """
    source = kernel if teacher is None else teacher
    for each in (kernel, source):
        if (each.name == "matern") != (domain == "torus"):
            raise TauberInputError(
                f"On the {domain} the kernel {each.name!r} is not periodic or not defined; "
                "use matern on the torus and any other on the sphere."
            )
    sizes = np.atleast_1d(np.asarray(data))
    if sizes.ndim != 1 or not ((sizes >= 1) & (sizes <= MAX_POINTS) & (sizes == np.floor(sizes))).all():
        raise TauberInputError(f"The numbers of data must be whole and from 1 to {MAX_POINTS}.")
    if not (ridge >= 0 and noise >= 0 and math.isfinite(ridge) and math.isfinite(noise)):
        raise TauberInputError("The ridge and the noise must be finite and at least 0.")
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    losses = np.empty((runs, sizes.size))
    for run in range(runs):
        for i, size in enumerate(sizes):
            points = uniform_points(domain, dim, int(size), generator)
            new = uniform_points(domain, dim, tests, generator)
            losses[run, i] = _loss(kernel, source, points, new, ridge, noise)
            if progress is not None:
                progress(run * sizes.size + i + 1, runs * sizes.size)
    return Experiment(sizes, *mean_and_error(losses), losses)


def _loss(kernel: Kernel, teacher: Kernel, points: Array, new: Array, ridge: float, noise: float) -> float:
    """Mean over the new points of the formula in the module's docstring."""
    weights, _ = fitted(kernel(points), kernel(points, new), ridge)  # A k, (D, tests)
    between = teacher(points, new)
    quadratic = (weights * (teacher(points) @ weights)).sum(axis=0)
    excess = teacher.diagonal(new) - 2 * (weights * between).sum(axis=0) + quadratic
    return float(excess.mean() + noise**2 * (weights**2).sum(axis=0).mean())
