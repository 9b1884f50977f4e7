r"""The model itself, by chance: drawn features, drawn data.

Two simulators, the judges of the deterministic equivalent:

* `expected_recursion` draws W, diagonalises D^(1/2) W W^T D^(1/2) and solves the exact recursion of the loss expected
  over the data (`GivenDraw`) in closed form, at a cost that does not grow with time; what scatters between draws is W
  alone;
* `sgd` draws W and every sample and runs the algorithm itself; the loss of the weights theta is evaluated exactly.

Which average to compare: at every fixed gamma rare draws have a mode that does not contract, so the mean over W
diverges as time grows, and even the mean over stable draws is dominated by those near the limit.  The *median* is the
typical loss, and agrees with the deterministic equivalent up to a relative O(1/d).  Unstable draws are kept, and
counted; a run that leaves the range of float64 has the loss +inf from there on.

**Decomposition.**  With Z = D^(1/2) W and Z^T Z = V diag(x) V^T the coefficients of the target y = D^(1/2) b are c_i =
(V^T Z^T y)_i/sqrt(x_i).  This costs a fifth of the singular values of Z and knows x_i to eps x_1/x_i, relatively; where
that is more than a thousandth of what float64 promises, the singular values are taken, good to eps sqrt(x_1/x_i).

**Closed form.**  A stable draw goes through the contour.  One that grows has eigenvalues beyond the contour, and is
small enough to be diagonalised: with rates g_i = 1 - gap_i and s_i = gamma sqrt(B) x_i the modes x_i rho_i of the loss
obey z(r+1) = (diag(g) + s^2 1^T) z(r) + s^2 P_inf, which is symmetric in z/s, so that with I - M = diag(gap) - s s^T =
Q diag(nu) Q^T

    P(r) = sum_m (Q^T s)_m (1 - nu_m)^r (Q^T c^2/s)_m + P_inf (1 + sum_m (Q^T s)_m^2 (1 - (1 - nu_m)^r)/nu_m).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.declared import every_mode
from ...core.precision import FLOAT64, Array
from ...core.runs import MAX_ENTRIES, Progress, at_least_two, mean_and_error, one_thread
from ...errors import TauberInputError
from .model import PLRF, GivenDraw

_MEDIAN_EFFICIENCY = (
    1.2533141373155001  # sqrt(pi/2): standard error of a median over that of a mean, for normal scatter
)
_SAMPLES_AT_ONCE = 1 << 22  # random numbers held in memory by `sgd`
_EIGENVALUE_ERROR = FLOAT64.loss_limit / 1000
_FEW, _SOON = 16, 10**4  # modes and steps up to which a diagonalisation, good to eps t, takes a tenth of a contour


@dataclass(frozen=True, eq=False)
class SimulatedCurve:
    """Losses of independent runs and their summary.

    Attributes
    ----------
    times : int array of shape (n,)
    losses : array of shape (runs, n)
    mean, median : arrays of shape (n,), over the runs
    mean_error, median_error : their standard errors, infinite where they rest on a run that is
    unstable : how many draws of W had ||K|| >= 1 at this step size (their loss grows without bound)
    step_size : gamma
    """

    times: Array
    losses: Array
    mean: Array
    median: Array
    mean_error: Array
    median_error: Array
    unstable: int
    step_size: float


@one_thread
def draw(model: PLRF, generator: np.random.Generator) -> GivenDraw:
    """One W with its eigenvalues and the target's coefficients, from the singular values of D^(1/2) W."""
    root, target, d = _problem(model)
    return _draw(root, target, d, model, generator)[0]


@one_thread
def expected_recursion(
    model: PLRF, times: object, *, seed: int, draws: int, progress: Progress | None = None
) -> SimulatedCurve:
    """The loss expected over the data, for `draws` independent W, at whole `times`, shape (n,).

    Raises TauberInputError for a model that cannot be drawn (infinite or too many modes, fractional d or v, other than
    float64).
    """
    root, target, d = _problem(model)
    steps = _whole_steps(times)
    at_least_two("draws", draws)
    generator = np.random.default_rng(seed)
    drawn, losses = [], np.empty((draws, len(steps)))
    for k in range(draws):
        drawn.append(_draw(root, target, d, model, generator)[0])
        small = d <= _FEW and steps.max() <= _SOON
        direct = small or not drawn[k].kernel_norm < 1
        losses[k] = growing(drawn[k], steps) if direct else drawn[k].curve(steps, "contour").loss
        if progress is not None:
            progress(k + 1, draws)
    return _summary(steps, losses, _unstable(drawn), float(model.step_size))


def growing(given: GivenDraw, steps: Array) -> Array:
    """The loss of any draw, stable or not, at whole `steps`, shape (n,), by diagonalisation; +inf beyond float64."""
    x, gamma, b = given.eigenvalues, given.step_size, given.batch
    gap, s = gamma * b * x * (2 - gamma * (b + 1) * x), gamma * math.sqrt(b) * x
    nu, q = np.linalg.eigh(np.diag(gap) - np.outer(s, s))
    reached, start = s @ q, (given.power / s) @ q
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        decay = np.log1p(-nu) * steps[:, None].astype(float)
        gone = np.where(nu == 0, steps[:, None], -np.expm1(decay) / nu)
        return _or_infinite(np.exp(decay) @ (reached * start) + given.floor * (1 + gone @ reached**2))


def _or_infinite(loss: Array) -> Array:
    """Losses, with +inf where a number behind them has left the range of float64."""
    return np.where(np.isfinite(loss), loss, math.inf)


def _unstable(drawn: list[GivenDraw]) -> int:
    return sum(not given.kernel_norm < 1 for given in drawn)


@one_thread
def sgd(model: PLRF, times: object, *, seed: int, runs: int, progress: Progress | None = None) -> SimulatedCurve:
    """One-pass SGD on sampled data, `runs` independent W and data streams side by side, at whole `times`, shape (n,).

    theta <- theta - gamma sum_{i<=B} W^T x_i (<W^T x_i, theta> - y_i), y = <x, b> + sigma eps, theta_0 = 0.  The cost
    of a step is B v d per run.
    """
    root, target, d = _problem(model)
    steps = _whole_steps(times)
    at_least_two("runs", runs)
    generator = np.random.default_rng(seed)
    drawn = [_draw(root, target, d, model, generator) for _ in range(runs)]
    features = np.stack([feature for _, feature in drawn])  # D^(1/2) W, shape (runs, v, d): x = D^(1/2) z
    theta = np.zeros((runs, d))
    batch, gamma, last = int(model.batch), float(model.step_size), int(steps.max())
    block = max(1, _SAMPLES_AT_ONCE // (runs * batch * len(root)))
    losses = np.empty((runs, len(steps)))
    for first in range(0, last + 1, block):
        count = min(block, last + 1 - first)
        z = generator.standard_normal((runs, count * batch, len(root)))
        inputs = np.matmul(z, features).reshape(runs, count, batch, d)  # W^T x of every sample of the block
        labels = (z @ target).reshape(runs, count, batch)
        if model.noise:
            labels += float(model.noise) * generator.standard_normal(labels.shape)
        for k in range(count):
            with np.errstate(over="ignore", invalid="ignore"):  # an unstable run overflows, and stays at +inf
                if (steps == first + k).any():
                    rest = np.einsum("rvd,rd->rv", features, theta) - target
                    excess = (rest**2).sum(axis=1)
                    losses[:, steps == first + k] = _or_infinite(excess + float(model.noise_power))[:, None]
                residual = np.einsum("rbd,rd->rb", inputs[:, k], theta) - labels[:, k]
                theta -= gamma * np.einsum("rb,rbd->rd", residual, inputs[:, k])
        if progress is not None:
            progress(min(first + count, last), last)
    return _summary(steps, losses, _unstable([given for given, _ in drawn]), gamma)


def _problem(model: PLRF) -> tuple[Array, Array, int]:
    """D^(1/2), D^(1/2) b and d of a model that can be drawn."""
    if model.ctx is not FLOAT64:
        raise TauberInputError("Simulations run in float64; leave out `precision`.")
    if math.isinf(model.v) or model.v != int(model.v) or model.d != int(model.d) or model.v * model.d > MAX_ENTRIES:
        raise TauberInputError(
            f"A simulation draws a v by d matrix, whole and with at most {MAX_ENTRIES} entries, "
            f"got v = {model.v:g}, d = {model.d:g}; lower v (`v`) or d (`d`)."
        )
    if model.spectrum is not None:
        lam, power = every_mode(model.spectrum, model.v)
        return np.sqrt(lam), np.sqrt(power), int(model.d)
    j = np.arange(1, int(model.v) + 1, dtype=float)
    root = j ** (-model.alpha)
    return root, root * j ** (-model.beta), int(model.d)


def _draw(root: Array, target: Array, d: int, model: PLRF, generator: np.random.Generator) -> tuple[GivenDraw, Array]:
    features = root[:, None] * generator.standard_normal((len(root), d)) / math.sqrt(d)
    values, right = np.linalg.eigh(features.T @ features)
    if FLOAT64.eps * values[-1] <= _EIGENVALUE_ERROR * values[0]:
        known = target @ features @ right
        power = known**2 / values
        rest = target - features @ (right @ (known / values))
    else:
        left, singular, _ = np.linalg.svd(features, full_matrices=False)
        known, values = target @ left, singular**2
        power, rest = known**2, target - left @ known
    floor = float(rest @ rest) + float(model.noise_power)  # not |y|^2 - |c|^2, which cancels
    given = GivenDraw(values, power, floor, int(model.batch), float(model.step_size))
    return given, features


def _whole_steps(times: object) -> Array:
    steps = np.atleast_1d(np.asarray(times, dtype=float))
    if steps.ndim != 1 or not len(steps) or not (np.isfinite(steps) & (steps >= 0) & (steps == np.floor(steps))).all():
        raise TauberInputError("Simulated times must be a non-empty list of whole numbers >= 0.")
    return steps.astype(int)


def _summary(times: Array, losses: Array, unstable: int, gamma: float) -> SimulatedCurve:
    """Mean and median over runs; the median's error from the quartiles' distance, which no heavy tail spoils."""
    count = math.sqrt(len(losses))
    low, middle, high = (_quantile(losses, share) for share in (0.25, 0.5, 0.75))
    deviation = _spread(low, high) / 1.3489795003921634  # the quartiles' distance of a unit normal
    mean, mean_error = mean_and_error(losses)
    return SimulatedCurve(
        times, losses, mean, middle, mean_error, _MEDIAN_EFFICIENCY * deviation / count, unstable, gamma
    )


def _quantile(losses: Array, share: float) -> Array:
    """Quantiles over the runs, linear between two of them; infinite where one of these is."""
    ordered = np.sort(losses, axis=0)
    place = share * (len(losses) - 1)
    below = math.floor(place)
    left, right = ordered[below], ordered[math.ceil(place)]
    return left + (place - below) * _spread(left, right) if place > below else left


def _spread(low: Array, high: Array) -> Array:
    """high - low, infinite where `high` is."""
    finite = np.isfinite(high)
    return np.where(finite, high, math.inf) - np.where(finite, low, 0.0)
