r"""The dynamical model itself, by chance: drawn features, drawn data, an optimiser on the training set.

    f(psi) = w . A psi/sqrt(N),   y = Psi w* + sigma eps,   w(0) = 0,   loss on the set |y - f(Psi)|^2/P,

A (N x M) and eps standard normal, the rows of Psi (P x M) normal with covariance Lambda (arXiv:2402.01092, without its
1/sqrt(M) in y).  Gradient flow w' = -(1/2) grad, and every other full-batch optimiser, is linear in w: with the
singular value decomposition of the training problem drawn,

    X = Psi A^T/sqrt(N P) = U S V^T,   w(t) = V [(1 - p_t(S^2))/S] U^T y/sqrt(P)        (p_t: `learned.py`)

holds exactly at every time, late ones included.  Both losses are sums of squares of residuals,

    test = |Lambda^(1/2)(w* - A^T w/sqrt(N))|^2 + sigma^2,     train = sum_i (p_t(s_i^2) U_i.y)^2/P + |y - U U^T y|^2/P,

the population loss exactly, with no test sample, and nothing cancels.  Width infinite: A^T A/N is the identity, data
infinite: Psi^T Psi/P is Lambda and the noise averages out; then train = test.

**Ensembles.**  With `ensembles`, every run draws two A and two data sets (labels and noise included) and trains all
four networks.  Products of two residuals with one draw in common estimate

    LA = different A, same data,     LD = same A, different data,     LB = both different (the squared bias),

without sigma^2, and so the components of variance V_A = LD - LB, V_data = LA - LB, V_int = L - LA - LD + LB run by run,
each with the standard error over independent runs.

**What to compare.**  The theory is the limit of many features and data; the mean over draws differs from it by a
relative O(1/min(N, P)), and for exponentially small train losses by more (the mean is then that of the smallest
eigenvalue's fluctuations).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.draws import Net, problem_of
from ...core.precision import Array
from ...core.runs import Progress, at_least_two, mean_and_error, one_thread
from ...errors import TauberInputError
from .learned import learned_fraction
from .optimisers import GradientDescent, GradientFlow, Optimiser

_RESIDUALS_AT_ONCE = 1 << 22  # modes times times held in memory


@dataclass(frozen=True, eq=False)
class Components:
    """The parts of the excess test loss, arrays of shape (n,), sigma^2 not included; see the module's docstring."""

    LB: Array
    LA: Array
    LD: Array
    V_A: Array
    V_data: Array
    V_int: Array


@dataclass(frozen=True, eq=False)
class Simulation:
    """Losses of independent runs and their summary.

    Attributes
    ----------
    times : array of shape (n,)
    test, train : arrays of shape (n,)
        means over the runs of the total test loss (noise floor included) and of the loss on the training set; infinite
        where a run has left the range of float64.
    test_error, train_error : their standard errors (absolute)
    test_runs, train_runs : arrays of shape (runs, n)
    unstable : how many networks had step * x_max >= 2 (gradient descent only)
    components, components_error : means and standard errors, None unless asked for with `ensembles`
    """

    times: Array
    test: Array
    train: Array
    test_error: Array
    train_error: Array
    test_runs: Array
    train_runs: Array
    unstable: int
    components: Components | None = None
    components_error: Components | None = None


@one_thread
def simulate(
    a: object,
    b: object,
    width: float,
    data: float,
    times: object,
    *,
    seed: int,
    runs: int,
    modes: float = math.inf,
    noise: float = 0.0,
    spectrum: Any = None,
    optimiser: Optimiser | None = None,
    ensembles: bool = False,
    progress: Progress | None = None,
) -> Simulation:
    """Mean test and train loss of `runs` independent draws at `times`, shape (n,); infinity is a time, too.

    Parameters
    ----------
    a, b : real, or None with `spectrum`
        lambda_k = k^-b, lambda_k w*_k^2 = k^-a, k = 1..modes.
    width, data : whole numbers >= 1; one of them may be infinite
    modes : whole number, finite
    noise : sigma, the standard deviation of the label noise
    spectrum : (lambda, lambda w*^2), arrays of shape (M,), or a declared one (`core.declared`), instead of a and b
    optimiser : gradient flow if None
    progress : called with (runs done, runs)

    Raises TauberInputError for what cannot be drawn: infinite or too many modes, fractional sizes, both sizes infinite
    (nothing is random then), gradient descent at fractional times.
    """
    copies = 2 if ensembles else 1
    problem = problem_of(a, b, modes, spectrum, width, data, noise, copies)
    moments = _checked_times(times)
    at_least_two("runs", runs)
    chosen = GradientFlow() if optimiser is None else optimiser
    generator = np.random.default_rng(seed)
    rows, unstable = [], 0
    for run in range(runs):
        nets = problem.draw(generator, copies)
        unstable += _unstable(nets, chosen)
        rows.append(_losses(nets, chosen, moments, ensembles))
        if progress is not None:
            progress(run + 1, runs)
    values = np.stack(rows, axis=1)  # test without the noise floor, train, and the components: (2 or 8, runs, n)
    floor = problem.noise**2
    return _summary(moments, values, floor, floor if math.isinf(data) else 0.0, unstable)


def _checked_times(times: object) -> Array:
    moments = np.atleast_1d(np.asarray(times, dtype=float))
    if moments.ndim != 1 or not len(moments) or not (moments >= 0).all():
        raise TauberInputError("The times must be a non-empty list of numbers >= 0.")
    return moments


def _unstable(nets: list[list[Net]], optimiser: Optimiser) -> int:
    if not isinstance(optimiser, GradientDescent):
        return 0
    return sum(bool(float(optimiser.step) * net.singular[0] ** 2 >= 2) for row in nets for net in row)


def _losses(nets: list[list[Net]], optimiser: Optimiser, times: Array, ensembles: bool) -> Array:
    """Test loss without its floor, train loss, and with `ensembles` the components, shape (2 or 8, n)."""
    flat = [net for row in nets for net in row]
    block = max(1, _RESIDUALS_AT_ONCE // (len(flat) * len(flat[0].target)))
    parts = []
    for start in range(0, len(times), block):
        moments = times[start : start + block]
        learned = [[learned_fraction(optimiser, net.singular**2, moments) for net in row] for row in nets]
        pairs = [list(zip(*both, strict=True)) for both in zip(nets, learned, strict=True)]
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run overflows, and is counted as infinite
            train = sum(net.train(share) for row in pairs for net, share in row) / len(flat)
            residuals = [[net.residual(share) for net, share in row] for row in pairs]
            test = _mean_product(residuals, 0, 0)
            rows = [test, train, *(_components(test, residuals) if ensembles else ())]
        parts.append(np.stack(rows))
    found = np.concatenate(parts, axis=1)
    return np.where(np.isfinite(found), found, math.inf)


def _mean_product(residuals: list[list[Array]], other_map: int, other_set: int) -> Array:
    """Mean over all networks of the product with the one whose map and/or set is the other one, shape (n,)."""
    height, width = len(residuals), len(residuals[0])
    total = sum(
        (residuals[i][j] * residuals[(i + other_map) % height][(j + other_set) % width]).sum(axis=0)
        for i in range(height)
        for j in range(width)
    )
    return np.asarray(total) / (height * width)


def _components(test: Array, residuals: list[list[Array]]) -> tuple[Array, ...]:
    both, maps, sets = (_mean_product(residuals, *other) for other in ((1, 1), (1, 0), (0, 1)))
    return both, maps, sets, sets - both, maps - both, test - maps - sets + both


def _summary(times: Array, values: Array, test_floor: float, train_floor: float, unstable: int) -> Simulation:
    test, train = values[0] + test_floor, values[1] + train_floor
    (test_mean, test_error), (train_mean, train_error) = mean_and_error(test), mean_and_error(train)
    means, errors = None, None
    if len(values) > 2:
        pairs = [mean_and_error(part) for part in values[2:]]
        means, errors = Components(*(mean for mean, _ in pairs)), Components(*(error for _, error in pairs))
    return Simulation(times, test_mean, train_mean, test_error, train_error, test, train, unstable, means, errors)
