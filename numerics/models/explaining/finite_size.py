r"""Exact losses at finite size, for Gaussian data and Gaussian features, and for given matrices.

X (D x S) holds white data, G (P x S) the projection, C = diag(lambda); w is the target in the basis of C^{1/2}, so that
v = C w^2, and no ridge is used.  Losses are without sigma^2.

* D > P + 1: given G, what the features miss of the target is independent of them and acts as noise,

      L = L_P (D - 1)/(D - P - 1) + sigma^2 P/(D - P - 1),

  L_P the squared length of C^{1/2} w less its projection on the rows of G C^{1/2}; P = S is ordinary least squares,
  where L_P = 0.
* D < P - 1: given the data F = X C^{1/2}, with Pi the projection on the rows of F and R = 1 - Pi,

      L = w' R C R w + tr(C R) w' Pi w/(P - D - 1) + sigma^2 [tr(C F^+ F^+') + tr(C R) tr((F F')^{-1})/(P - D - 1)].

  The features enter through F G' alone; averaged over G the spread of the weights outside the rows of F is an inverse
  Wishart mean.
* |D - P| <= 1: the mean is infinite (use medians).

**Duality.**  For given X and G and any un-normalised ridge delta' (features not scaled by P^{-1/2}) the loss summed
over the targets w = e_k is the squared norm of C^{1/2} - C^{1/2} G' (Phi' Phi + delta')^{-1} Phi' X C^{1/2} with
Phi = X C G', and exchanging X and G transposes this matrix.

Sources: derived for this library (the notes of the project, section 1 and 3); the duality is that of arXiv:2102.06701.
"""

from __future__ import annotations

import math

import numpy as np

from ...core.precision import Array
from ...errors import TauberInputError


def ols_excess(features: int, data: int, noise: float) -> float:
    """sigma^2 P/(D - P - 1): ordinary least squares on P Gaussian inputs; infinite for |D - P| <= 1, D >= P - 1."""
    _at_least("data", data, features - 1)
    return _many_data(0.0, features, data, noise)


def many_data(lam: object, power: object, projection: object, data: int, noise: float = 0.0) -> float:
    """Mean loss over D = `data` >= P - 1 samples, given the projection G, shape (P, S); infinite for D <= P + 1.

    `lam` and `power`: lambda and v, shape (S,).
    """
    root, target, (matrix,) = _checked(lam, power, (projection,))
    features = len(matrix)
    _at_least("data", data, features - 1)
    return _many_data(_missed(matrix * root, target), features, data, noise)


def many_features(lam: object, power: object, design: object, features: int, noise: float = 0.0) -> float:
    """Mean loss over P = `features` >= D - 1 of them, given white data X, shape (D, S); infinite for P <= D + 1."""
    root, target, (matrix,) = _checked(lam, power, (design,))
    count = len(matrix)
    _at_least("features", features, count - 1)
    if features <= count + 1:
        return math.inf
    data = matrix * root
    _, singular, rows = np.linalg.svd(data, full_matrices=False)
    weights = target / root
    known = rows @ weights
    rest = weights - rows.T @ known
    covered = root**2 @ (rows**2).T  # diagonal of rows C rows'
    outside = float((root**2).sum() - covered.sum()) / (features - count - 1)
    bias = float(((root * rest) ** 2).sum()) + outside * float(known @ known)
    return bias + noise**2 * float((covered / singular**2).sum() + outside * (1 / singular**2).sum())


def isotropic_loss(lam: object, design: object, projection: object, ridge: float) -> float:
    """The loss summed over the targets w = e_k, for given X (D, S), G (P, S) and `ridge` delta' > 0, un-normalised."""
    root, _, (data, features) = _checked(lam, lam, (design, projection))
    if not (math.isfinite(ridge) and ridge > 0):
        raise TauberInputError(f"The ridge must be a finite number > 0, got {ridge!r}.")
    left, singular, right = np.linalg.svd((data * root**2) @ features.T, full_matrices=False)
    solved = (right.T * (singular / (singular**2 + ridge))) @ left.T
    return float(((np.diag(root) - (root[:, None] * features.T) @ solved @ (data * root)) ** 2).sum())


def _many_data(missed: float, features: int, data: int, noise: float) -> float:
    free = data - features - 1
    return math.inf if free <= 0 else (missed * (data - 1) + noise**2 * features) / free


def _missed(features: Array, target: Array) -> float:
    """|target - its projection on the rows of `features`|^2."""
    rows = np.linalg.svd(features, full_matrices=False)[2]
    if len(features) >= len(target):
        return 0.0
    rest = target - rows.T @ (rows @ target)
    return float(rest @ rest)


def _at_least(name: str, size: int, least: int) -> None:
    if size < least:
        raise TauberInputError(f"This formula needs {name} >= {least}, got {size}; take the one for the other side.")


def _checked(lam: object, power: object, matrices: tuple[object, ...]) -> tuple[Array, Array, list[Array]]:
    """lambda^{1/2}, v^{1/2} and the matrices, of one width."""
    spectrum, target = (np.asarray(x, dtype=float) for x in (lam, power))
    found = [np.asarray(matrix, dtype=float) for matrix in matrices]
    if spectrum.ndim != 1 or target.shape != spectrum.shape or not ((spectrum > 0).all() and (target >= 0).all()):
        raise TauberInputError("lambda > 0 and v >= 0 must be lists of the same length.")
    if any(matrix.ndim != 2 or matrix.shape[1] != len(spectrum) for matrix in found):
        shapes = ", ".join(str(matrix.shape) for matrix in found)
        raise TauberInputError(f"The matrices must have one column per mode, {len(spectrum)}, got shapes {shapes}.")
    return np.sqrt(spectrum), np.sqrt(target), found
