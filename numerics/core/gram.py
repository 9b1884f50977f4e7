r"""Gauss rules of the discrete uniform measure.

A sum over N consecutive integers is an integral against the measure with mass one at each of them.  Its orthogonal
polynomials are those of Gram (discrete Chebyshev polynomials); in the centred and scaled variable xi = (j - centre)/N
the orthonormal ones obey

    b_{k+1} p_{k+1} = xi p_k - b_k p_{k-1},    b_k^2 = k^2 (1 - k^2/N^2) / (4 (4 k^2 - 1)),    p_0 = 1,

(Szego, Orthogonal Polynomials, section 2.8; Gautschi, Orthogonal Polynomials: Computation and Approximation, 1.5.2).
The n zeros of p_n with the weights N / sum_{k<n} p_k^2 sum every polynomial of degree < 2n exactly, with n terms
instead of N.  All coefficients are analytic in N, so a *real* N > n gives the analytic continuation of the sum in its
length, which is what keeps the loss a smooth function of a real v.

In float64 nodes and weights come from the eigenvectors of the Jacobi matrix (Golub and Welsch), stable even when n is
close to N, where the recurrence is not.  With more digits they start from there and are polished by Newton's iteration
on the recurrence, whose loss of digits the guard digits absorb; sum of weights = N is checked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..errors import PrecisionLost
from .precision import FLOAT64, Array, Precision, Scalar


def gram_rules(ctx: Precision, counts: Sequence[Scalar], points: int) -> tuple[Array, Array]:
    """Nodes (offsets from the block's centre) and weights for blocks of `counts` integers, shape (blocks, points).

    `counts` may be real, each > `points`; `points` is even.
    """
    length = ctx.lift(np.array(list(counts), dtype=object))[:, None]
    k = ctx.lift(np.arange(1, points))[None, :]
    off_diagonal = ctx.sqrt(k * k * (1 - (k / length) ** 2) / (4 * (4 * k * k - 1)))
    nodes, weights = _golub_welsch(np.asarray(ctx.rounded(off_diagonal), dtype=float))
    if ctx is not FLOAT64:
        nodes, weights = _polish(ctx, nodes, off_diagonal * off_diagonal)
    if abs(weights.sum(axis=1) - 1).max() > 1000 * points * ctx.eps + ctx.loss_limit / 1000:
        raise PrecisionLost(
            f"The {points}-point rules do not sum to their length; ask for more digits with `precision`."
        )
    return nodes * length, weights * length


def _golub_welsch(off_diagonal: Array) -> tuple[Array, Array]:
    """Nodes and weights (total 1) of all Jacobi matrices at once, symmetrised."""
    rows, size = off_diagonal.shape
    matrices = np.zeros((rows, size + 1, size + 1))
    index = np.arange(size)
    matrices[:, index, index + 1] = matrices[:, index + 1, index] = off_diagonal
    nodes, vectors = np.linalg.eigh(matrices)
    weights = vectors[:, 0, :] ** 2 + vectors[:, 0, ::-1] ** 2
    return (nodes - nodes[:, ::-1]) / 2, weights / weights.sum(axis=1, keepdims=True)


def _polish(ctx: Precision, nodes: Array, square: Array) -> tuple[Array, Array]:
    """Full-precision nodes and weights from float64 ones and b_k^2; the upper half suffices by symmetry."""
    half = nodes.shape[1] // 2
    xi = ctx.lift(nodes[:, half:])
    for _ in range(math.ceil(math.log2(-math.log10(float(ctx.eps)) / 13))):
        value, slope = _monic(xi, square)
        xi = xi - value / slope
    weights = 1 / _squares(xi, square)
    return np.concatenate([-xi[:, ::-1], xi], axis=1), np.concatenate([weights[:, ::-1], weights], axis=1)


def _monic(xi: Array, square: Array) -> tuple[Array, Array]:
    """The monic polynomial of degree n = len(b) + 1 and its derivative at xi."""
    before, value = xi * 0 + 1, xi
    slope_before, slope = xi * 0, xi * 0 + 1
    for k in range(square.shape[1]):
        left = square[:, k : k + 1]
        value, before, slope, slope_before = (
            xi * value - left * before,
            value,
            value + xi * slope - left * slope_before,
            slope,
        )
    return value, slope


def _squares(xi: Array, square: Array) -> Array:
    """sum_{k<n} p_k^2 of the orthonormal polynomials, from the monic ones and their norms b_1^2 ... b_k^2."""
    before, value = xi * 0 + 1, xi
    total, norm = before, square[:, :1] * 0 + 1
    for k in range(square.shape[1]):
        left = square[:, k : k + 1]
        norm = norm * left
        total = total + value * value * (1 / norm)
        value, before = xi * value - left * before, value
    return total
