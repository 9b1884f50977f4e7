"""One training problem by chance: features, data and labels, decomposed so that every time is one product away.

With X = Psi A^T/sqrt(N P) = U S V^T the weights are w(t) = V [(1 - p_t(S^2))/S] U^T y/sqrt(P) at any time (see
`dynamical.simulation`), and what both losses need of V is Lambda^(1/2) A^T V/sqrt(N) alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import TauberInputError
from .declared import every_mode
from .modes import check_alone
from .precision import FLOAT64, Array
from .runs import MAX_ENTRIES

_SAFE = 1e-6
"""The least s^2/s_1^2 that is an eigenvalue of a Gram matrix with ten digits."""


@dataclass(frozen=True, eq=False)
class Net:
    """One drawn training problem in its singular basis.

    `singular` s_i, `labels` U^T y/sqrt(P), `rest` = |y - U U^T y|^2/P, `readout` = Lambda^(1/2) A^T V/sqrt(N) (M x r),
    `target` = Lambda^(1/2) w*.
    """

    singular: Array
    labels: Array
    rest: float
    readout: Array
    target: Array

    def residual(self, learned: Array) -> Array:
        """Lambda^(1/2) v0, shape (M, n), from 1 - p_t of shape (r, n)."""
        safe = np.where(self.singular > 0, self.singular, 1.0)
        return self.target[:, None] - self.readout @ (learned * (self.labels / safe)[:, None])

    def train(self, learned: Array) -> Array:
        """|Psi v0 + sigma eps|^2/P, shape (n,)."""
        return (((1 - learned) * self.labels[:, None]) ** 2).sum(axis=0) + self.rest


@dataclass(frozen=True, eq=False)
class Problem:
    """What is drawn from: sqrt(lambda), Lambda^(1/2) w*, sizes (None for infinite) and sigma."""

    root: Array
    target: Array
    width: int | None
    data: int | None
    noise: float

    def draw(self, generator: np.random.Generator, copies: int) -> list[list[Net]]:
        """All networks from `copies` feature matrices (rows) and `copies` data sets (columns); one where infinite."""
        maps = [self.draw_features(generator) for _ in range(1 if self.width is None else copies)]
        sets = [self.draw_set(generator) for _ in range(1 if self.data is None else copies)]
        return [[self.net(features, *given) for given in sets] for features in maps]

    def draw_features(self, generator: np.random.Generator) -> Array | None:
        """Lambda^(1/2) A^T/sqrt(N), shape (M, N)."""
        if self.width is None:
            return None
        return self.root[:, None] * generator.standard_normal((len(self.root), self.width)) / math.sqrt(self.width)

    def draw_set(self, generator: np.random.Generator) -> tuple[Array | None, Array]:
        """Psi Lambda^(-1/2)/sqrt(P), shape (P, M), and y/sqrt(P)."""
        if self.data is None:
            return None, self.target
        white = generator.standard_normal((self.data, len(self.root))) / math.sqrt(self.data)
        return white, white @ self.target + self.noise / math.sqrt(self.data) * generator.standard_normal(self.data)

    def net(self, features: Array | None, white: Array | None, labels: Array) -> Net:
        """The training problem of drawn features and a drawn set."""
        if features is None:
            assert white is not None  # both infinite is refused
            design = white * self.root
        else:
            design = features if white is None else white @ features
        left, singular, right = decomposed(design)
        rank = min(len(self.root), len(singular))  # what lies beyond is round-off
        left, right = left[:, :rank], right[:rank].T
        known = labels @ left
        rest = labels - left @ known  # its norm, not |y|^2 - |U^T y|^2, which cancels
        readout = self.root[:, None] * right if features is None else features @ right
        return Net(singular[:rank], known, float(rest @ rest), readout, self.target)


def decomposed(design: Array) -> tuple[Array, Array, Array]:
    """U, s and V^T as of a thin singular value decomposition, (m, n) -> (m, r), (r,), (r, n), in half its time.

    The squares s^2 are the eigenvalues of the smaller of the two Gram matrices, which lose eps s_1^2/s^2 of themselves:
    1e-10 at most, as the decomposition itself is taken where that would be more.
    """
    tall = len(design) > design.shape[1]
    squares, basis = np.linalg.eigh(design.T @ design if tall else design @ design.T)
    if not squares[0] > _SAFE * squares[-1]:
        return np.linalg.svd(design, full_matrices=False)
    singular, basis = np.sqrt(squares[::-1]), basis[:, ::-1]
    if tall:
        return design @ basis / singular, singular, basis.T
    return basis, singular, basis.T @ design / singular[:, None]


def problem_of(
    a: object,
    b: object,
    modes: float,
    spectrum: Any,
    width: float,
    data: float,
    noise: float,
    copies: int,
) -> Problem:
    """The problem of `simulation.simulate`, checked; `copies` of features and of data are held at once.

    Raises TauberInputError for what cannot be drawn.
    """
    lam, power = _spectrum(a, b, modes) if spectrum is None else _given(a, b, modes, spectrum)
    features, samples = _size("width", width), _size("data", data)
    if features is None and samples is None:
        raise TauberInputError(
            "With width and data both infinite nothing is random; give a finite width or data, or take the exact curve."
        )
    sigma = FLOAT64.real(noise)
    if not (math.isfinite(sigma) and sigma >= 0):
        raise TauberInputError(f"The noise must be a finite number >= 0, got {noise!r}.")
    _check_memory(len(lam), features, samples, copies)
    return Problem(np.sqrt(lam), np.sqrt(power), features, samples, sigma)


def _check_memory(modes: int, width: int | None, data: int | None, copies: int) -> None:
    """Features and data of one run, and of each network the design and what is left of its decomposition."""
    rank = min(size for size in (modes, width, data) if size is not None)
    drawn = copies * modes * ((width or 0) + (data or 0))
    solved = copies**2 * modes * rank + 3 * (data or modes) * (width or modes)
    if drawn + solved > MAX_ENTRIES:
        raise TauberInputError(
            f"A simulation holds matrices of at most {MAX_ENTRIES} entries in all, got {drawn + solved:.3g}; lower "
            "modes (`modes`), width (`width`) or data (`data`)."
        )


def _spectrum(a: object, b: object, modes: float) -> tuple[Array, Array]:
    if a is None or b is None:
        raise TauberInputError("Give both exponents a and b (`a`, `b`), or a spectrum of your own.")
    first, second, count = FLOAT64.real(a), FLOAT64.real(b), FLOAT64.real(modes)
    if not (math.isfinite(first) and math.isfinite(second) and second > 0):
        raise TauberInputError(f"The exponents must be finite and b > 0, got a = {a}, b = {b}.")
    if not (1 <= count <= MAX_ENTRIES) or count != int(count):
        raise TauberInputError(
            f"A simulation draws every mode: modes must be a whole number from 1 to {MAX_ENTRIES}, got {modes}; give a "
            "finite number (`modes`), a few times width and data."
        )
    k = np.arange(1, int(count) + 1, dtype=float)
    return k**-second, k**-first


def _given(a: object, b: object, modes: float, spectrum: Any) -> tuple[Array, Array]:
    check_alone(a, b)
    return every_mode(spectrum, modes)


def _size(name: str, value: float) -> int | None:
    size = FLOAT64.real(value)
    if math.isinf(size) and size > 0:
        return None
    if size < 1 or size != int(size):
        raise TauberInputError(
            f"A simulation draws whole networks and sets: {name} must be a whole number >= 1 or inf, got {value}."
        )
    return int(size)
