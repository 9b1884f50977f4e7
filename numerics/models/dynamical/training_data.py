r"""The test curve from training data alone.

Gradient flow of a linear model on P samples, f(0) = 0, is known by its kernel matrix K_ij = <phi(x_i), phi(x_j)> and
labels y.  With K/P = U diag(x) U^T and y_i' = (U^T y)_i the train loss is (1/P) sum y_i'^2 e^{-2 x_i t}, and in the
dynamical model the two functions that fix the test loss can be measured on the training set, too (arXiv:2402.01092
gives the correlation functions; that both are observable, and the form below, is derived here):

    Q(s) = (1/P) y^T (s + K/P)^{-1} y,     R(s) = (s/P) Tr (s + K/P)^{-1},
    test(s, s') = [Q(s') - Q(s)]/((s - s') R(s) R(s')) = (1/P) sum_i y_i'^2/((s + x_i) R(s) (s' + x_i) R(s')).

The second form has no difference to cancel and separates, so that the double inverse Laplace transform is a square:

    test(t) = (1/P) sum_i y_i'^2 g_i(t)^2,     g_i(t) = (1/2 pi i) int e^{s t} ds/((s + x_i) R(s)).

At t = infinity it is generalised cross-validation, test = train/R(0)^2: g_i = (1/x_i)/mean(1/x) for an invertible K,
and g_i = 1/(share of zeros) on the null space of a singular one (0 elsewhere).  It holds for every full-batch optimiser
with p_t(-s) in place of e^{st}; flow is what is offered here.

**Evaluation.**  All poles of g_i (the -x_i are none; the zeros of R between them are) lie in [-x_max, 0].  In the
variable s/x_max the two contour families of `volterra.contour` serve, ellipse and hyperbola, for any list of times at
once: one eigendecomposition, then O(P) per node and time.

**Errors.**  `error` is the numerical one, relative: contour, round-off, and the absolute error eps x_max of the
eigenvalues, which counts where t exceeds 1/x_i and, if the matrix is singular, at the border of its null space.
`test_error` is the statistical one, of a single training set: the curve is the mean of P squared *predicted held-out
residuals* e_j(t), e = U g U^T y (e_j^2 summed over the outputs, if there are several), and

    test_error = std(e_j^2)/sqrt(P_eff),     P_eff = (sum g_i^2)^2/sum g_i^4,

since late residuals live in few dimensions (P_eff would be exact for labels of pure noise).  It is the scatter about
the test loss of *this* trained network, which itself varies between draws: measured on the model in five settings, N, P
from 60 to 400, one hundred draws each, the root mean square of (predicted - true)/test_error is 0.84 to 1.34 at all
times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array
from ...core.runs import one_thread
from ...errors import PrecisionLost, TauberInputError
from ...volterra.contour import Rule, ellipse, estimate, first_far_time, hyperbola

MAX_SAMPLES = 8192
"""Largest P: the eigendecomposition takes O(P^3) time and a few times 8 P^2 bytes."""

# Errors of computed eigenvalues over the largest one, and where they are taken as zero: the null space of kernels of
# rank 30 to 500, P up to 2000, came out within 6 eps (measured).
_ROUND_OFF = 16 * FLOAT64.eps


@dataclass(frozen=True, eq=False)
class Predicted:
    """Curves measured and predicted on one training set, arrays of shape (n,).

    Attributes
    ----------
    times
    test, test_error : the predicted total test loss (label noise included) and its statistical standard error, absolute
    train : the loss on the training set
    error : relative numerical error of `test`
    """

    times: Array
    test: Array
    test_error: Array
    train: Array
    error: Array


@one_thread
def predicted_test(kernel_matrix: object, labels: object, times: object) -> Predicted:
    """Test loss of gradient flow predicted from its kernel matrix, (P, P), and labels at `times`, shape (n,).

    Labels are (P,) or (P, outputs); losses are summed over the outputs, which share the kernel.

    Time is that of w' = -(1/2) grad of the mean squared error: residuals on the set decay as e^{-(K/P) t}.  For a
    network that does not start at 0, hand in the labels minus its first outputs.  Times may be
    infinite (generalised cross-validation).  Eigenvalues below 2e-15 of the largest are taken as zero.

    Raises TauberInputError for a matrix that is not symmetric, positive semidefinite and finite, or too large, and
    PrecisionLost for times at which round-off of the smallest eigenvalues would show.
    """
    k, y = _checked(kernel_matrix, labels)  # (P, P) and (P, outputs)
    moments = np.atleast_1d(np.asarray(times, dtype=float))
    if moments.ndim != 1 or not len(moments) or not (moments >= 0).all():
        raise TauberInputError("The times must be a non-empty list of numbers >= 0.")
    x, basis, scale = _eigen(k)
    known = basis.T @ y
    weight, doubt = _held_out(x, moments * scale)  # g_i(t), shape (P, n)
    squares, spread = np.zeros_like(weight), np.zeros(len(moments))
    for output in known.T:
        squares += (basis @ (weight * output[:, None])) ** 2
        spread += _spread(x, output, weight, doubt)
    test = squares.mean(axis=0)
    error = np.where(test > 0, spread / np.where(test > 0, test, 1.0), 0.0) + 8 * FLOAT64.eps
    _guard(moments, error)
    with np.errstate(invalid="ignore"):  # 0 * inf
        decay = np.where(x[:, None] == 0, 1.0, np.exp(-2 * x[:, None] * (moments * scale)))
    train = (decay * (known**2).sum(axis=1)[:, None]).mean(axis=0)
    effective = (weight**2).sum(axis=0) ** 2 / (weight**4).sum(axis=0)
    return Predicted(moments, test, squares.std(axis=0, ddof=1) / np.sqrt(effective), train, error)


def _checked(kernel_matrix: object, labels: object) -> tuple[Array, Array]:
    k, y = np.asarray(kernel_matrix, dtype=float), np.asarray(labels, dtype=float)
    fits = k.ndim == 2 and k.shape[0] == k.shape[1] and y.ndim in {1, 2} and y.shape[:1] == k.shape[:1] and y.size
    if not fits or not 2 <= len(y) <= MAX_SAMPLES:
        raise TauberInputError(
            f"The kernel matrix must be P x P and the labels P numbers, or P x outputs, 2 <= P <= {MAX_SAMPLES}, got "
            f"shapes {k.shape} and {y.shape}."
        )
    if not (np.isfinite(k).all() and np.isfinite(y).all()):
        raise TauberInputError("The kernel matrix and the labels must be finite.")
    if abs(k - k.T).max() > _ROUND_OFF * len(y) * abs(k).max():
        raise TauberInputError(
            "The kernel matrix must be symmetric; take (K + K^T)/2 if it is so up to errors of yours."
        )
    return (k + k.T) / 2, y.reshape(len(y), -1)


def _eigen(k: Array) -> tuple[Array, Array, float]:
    """Eigenvalues of K/P over the largest one, zero where they are round-off, eigenvectors, and the largest one."""
    values, basis = np.linalg.eigh(k)
    top = max(float(values[-1]), 0.0)
    if values[0] < -_ROUND_OFF * len(k) * abs(values).max():
        raise TauberInputError(
            f"The kernel matrix must be positive semidefinite, its smallest eigenvalue is {values[0]:.3g} "
            f"(largest: {values[-1]:.3g}); check how it was computed."
        )
    if top == 0:
        return 0 * values, basis, 1.0
    share = values / top
    return np.where(share > _ROUND_OFF, share, 0.0), basis, top / len(k)


def _held_out(x: Array, times: Array) -> tuple[Array, Array]:
    """g_i(t) and absolute errors, shape (P, n), for eigenvalues in [0, 1]."""
    value, error = np.empty((len(x), len(times))), np.empty((len(x), len(times)))
    last = np.isinf(times)
    value[:, last], error[:, last] = (part[:, None] for part in _limit(x))
    far = (times >= first_far_time(FLOAT64)) & ~last
    near = ~far & ~last
    if near.any():
        value[:, near], error[:, near] = _inverse(x, times[near], ellipse(FLOAT64, times[near].max(), 1.0))
    if far.any():
        rule = hyperbola(FLOAT64, times[far].min(), times[far].max())
        value[:, far], error[:, far] = _inverse(x, times[far], rule)
    return value, error


def _inverse(x: Array, times: Array, rule: Rule) -> tuple[Array, Array]:
    """g_i(t) by one contour for all times."""
    s = rule.nodes[:, None]
    resolvent, uncertain = 1 / (s + x), np.where(x > 0, _ROUND_OFF, 0.0)
    ratio = (s * resolvent).mean(axis=1, keepdims=True)
    moved = (abs(s * resolvent**2) * uncertain).mean(axis=1, keepdims=True) / abs(ratio)
    doubt = 8 * FLOAT64.eps + abs(resolvent) * uncertain + moved
    weighted = rule.weights[:, None] * resolvent / ratio
    columns = [estimate(FLOAT64, rule.open_end, np.exp(s * t) * weighted, doubt, 0 * weighted) for t in times]
    value, error = zip(*columns, strict=True)
    return np.stack(value, axis=1), np.stack(error, axis=1)


def _spread(x: Array, known: Array, weight: Array, doubt: Array) -> Array:
    """Absolute error of (1/P) sum y_i'^2 g_i^2: of g, of y', and of the border between the null space and the rest."""
    size, rounding = abs(known)[:, None], 8 * FLOAT64.eps * np.linalg.norm(known)
    spread = (2 * size * (abs(weight) * doubt * size + weight**2 * rounding) + (doubt * size) ** 2).mean(axis=0)
    spread = spread + (weight**2).mean(axis=0) * rounding**2
    empty = x == 0
    if empty.any() and not empty.all():
        # eigenvectors mix by an angle of about round-off over the distance of their eigenvalues
        jump = (weight[~empty] ** 2 - weight[empty][0] ** 2) * (known[~empty] / x[~empty])[:, None]
        spread = spread + 2 * _ROUND_OFF * np.linalg.norm(known[empty]) * np.linalg.norm(jump, axis=0) / len(x)
    return spread


def _limit(x: Array) -> tuple[Array, Array]:
    """g_i at t = infinity."""
    if (x == 0).any():
        return np.where(x == 0, 1 / (x == 0).mean(), 0.0), 0 * x
    weight = (1 / x) / (1 / x).mean()
    return weight, weight * _ROUND_OFF * (1 / x + (1 / x**2).mean() / (1 / x).mean())


def _guard(times: Array, error: Array) -> None:
    bad = ~(error <= FLOAT64.loss_limit)
    if bad.any():
        worst = int(np.argmax(bad))
        raise PrecisionLost(
            f"At time {times[worst]:.6g} the predicted loss depends on eigenvalues of the kernel matrix near round-off "
            f"(relative error about {error[worst]:.1e}, {FLOAT64.loss_limit:.0e} allowed); stop earlier."
        )
