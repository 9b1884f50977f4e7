r"""Sums over the nodes of a spectrum,  sum_j c_j/(lambda_j + kappa)  and  sum_j c_j lambda_j/(lambda_j + kappa)^2.

In float64 a complex kappa = x + iy is taken apart: with  w = 1/((lambda + x)^2 + y^2),  p = (lambda + x) w,  q = y w

    1/(lambda + kappa) = p - iq,      1/(lambda + kappa)^2 = w - 2 (q^2 + i p q),

real arithmetic throughout (one division a node, a fifth of the time of complex numbers), each part with the relative
accuracy of the complex quotient; all sums share one table.  |kappa|^2 must not underflow: smaller ones take the complex
quotient itself, as do numbers of more digits.

**Many models at once** (`stack.py`): with lambda and the columns of each model stacked in a first axis, and kappa of
shape (models, k), all is done row by row of that axis; a single row of lambda and columns is that of all models.
"""

from __future__ import annotations

import numpy as np

from .precision import FLOAT64, Array, Precision

_TABLE = 1 << 14  # entries of a table: it stays in the cache, and its products below what BLAS gives to threads
_THREADED = 1 << 18
SMALLEST = 1e-140


def resolvent_sums(
    ctx: Precision, lam: Array, kappa: Array, once: Array, twice: Array | None = None
) -> tuple[Array, Array]:
    """Sums with one and with two factors at kappa, shape (k,): shapes (c, k) for `once` (n, c), (e, k) for `twice`.

    Of many models, with their number m before every other axis of what is given, (c, m, k) and (e, m, k).
    """
    if lam.ndim == 2:
        return _stacked(lam, kappa, once, twice)
    if ctx is FLOAT64 and (kappa.dtype.kind == "f" or (len(kappa) and abs(kappa).min() > SMALLEST)):
        rows = max(1, _TABLE // max(len(lam), 1))
        if len(kappa) <= rows:
            return _in_doubles(lam, kappa, once, twice)
        parts = [_in_doubles(lam, kappa[i : i + rows], once, twice) for i in range(0, len(kappa), rows)]
        first, second = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
        return first, second
    inverse = 1 / (lam + kappa[:, None])
    first = np.array([ctx.dot(inverse, column) for column in once.T])
    if twice is None:
        return first, first[:0]
    steep = lam * inverse * inverse
    return first, np.array([ctx.dot(steep, column) for column in twice.T])


def _stacked(lam: Array, kappa: Array, once: Array, twice: Array | None) -> tuple[Array, Array]:
    """In float64, as many models at a time as their tables stay in the cache."""
    models = max(1, _TABLE // max(kappa.shape[1] * lam.shape[1], 1))
    if len(kappa) <= models:
        return _in_doubles(lam, kappa, once, twice)

    parts = []
    for begin in range(0, len(kappa), models):
        own, columns = (array if len(array) == 1 else array[begin : begin + models] for array in (lam, once))
        steep = twice if twice is None or len(twice) == 1 else twice[begin : begin + models]
        parts.append(_in_doubles(own, kappa[begin : begin + models], columns, steep))
    first, second = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return first, second


def _in_doubles(lam: Array, kappa: Array, once: Array, twice: Array | None) -> tuple[Array, Array]:
    nodes = lam[..., None, :]
    if kappa.dtype.kind == "f":
        inverse = 1 / (nodes + kappa[..., None])
        first = _row_sums(inverse, once)
        return first, first[:0] if twice is None else _row_sums(nodes * inverse * inverse, twice)
    height = kappa.imag[..., None]
    real = nodes + kappa.real[..., None]
    weight = real * real
    weight += height * height
    np.reciprocal(weight, out=weight)
    real *= weight
    if twice is not None:
        twice = lam[..., None] * twice
        square = _product(weight, twice)
    weight *= height
    first = _product(real, once) - 1j * _product(weight, once)
    if twice is None:
        return first, first[:0]
    real *= weight
    weight *= weight
    return first, square - 2 * (_product(weight, twice) + 1j * _product(real, twice))


def _product(table: Array, columns: Array) -> Array:
    """(table @ columns)^T, of each model."""
    if columns.shape[-2] * columns.shape[-1] > _TABLE // 4:  # long lists: a product that BLAS would give to threads
        return np.asarray(np.einsum("...ij,...jc->c...i", table, columns))
    return columns_first(table @ columns)


def _row_sums(table: Array, columns: Array) -> Array:
    """The same pairwise, with the few round-offs that the estimates of roots on the real axis count on."""
    return np.asarray(np.add.reduce(np.multiply(table, columns_first(columns)[..., None, :], order="C"), axis=-1))


def columns_first(table: Array) -> Array:
    """The last axis first."""
    return table.T if table.ndim == 2 else table.transpose(2, 0, 1)


def pieces_product(left: Array, right: Array) -> Array:
    """left @ right^T over a long common axis, in pieces below what BLAS gives to threads."""
    size = max(1, _THREADED // max(1, len(left) * len(right)))
    parts = (left[:, i : i + size] @ right[:, i : i + size].T for i in range(0, max(1, left.shape[1]), size))
    return sum(parts, np.zeros((len(left), len(right))))
