"""Two sizes, either of which may be infinite, and the effective ridge where they leave no freedom (s = 0).

N and P are width and data of a model; kappa solves s = kappa R_1 R_3 (see `dynamical.response`), and at rest
T(kappa(0)) = min(N, P).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .precision import Array, Precision, Scalar
from .ridge import zero_ridge
from .spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class Sizes:
    """N and P (real or infinite) with their inverses, which are 0 for infinity; numbers, or arrays of shape (n,)."""

    width: Scalar
    data: Scalar

    @property
    def by_width(self) -> Scalar:
        """1/N."""
        return 1 / self.width

    @property
    def by_data(self) -> Scalar:
        """1/P."""
        return 1 / self.data

    @property
    def least(self) -> Scalar:
        """min(N, P)."""
        return np.minimum(self.width, self.data)


def rest_ridge(spectrum: Spectrum, sizes: Sizes) -> Scalar:
    """kappa(0): T(kappa) = min(N, P), or 0 where all modes fit (the number of modes is at most min(N, P))."""
    return spectrum.lam[0] * 0 if sizes.least >= spectrum.size else zero_ridge(spectrum, sizes.least)


def move_from_rest(spectrum: Spectrum, sizes: Sizes, s: Array, rest: Scalar) -> Array:
    """(kappa - kappa(0))/kappa(0) > 0 at s for kappa(0) = `rest` > 0, see `quadratic_move`."""
    spread = spectrum.freedom(np.array([rest]))[1][0]  # -kappa T'
    return quadratic_move(spectrum.ctx, sizes, s, rest, spread)


def quadratic_move(ctx: Precision, sizes: Sizes, s: Array, rest: Scalar, spread: Scalar) -> Array:
    """(kappa - kappa(0))/kappa(0) of the quadratic that s = kappa R_1 R_3 is near kappa(0) = `rest`.

    T' changes by a relative 2 move at most, as kappa does by move: the quadratic is right up to a few move^2.
    `spread` is -kappa T' at rest; it, `rest` and the sizes may be arrays of the shape of s.
    """
    least, most = sizes.least, np.maximum(sizes.width, sizes.data)
    endless = np.asarray(1 / most == 0, dtype=bool)
    level = np.where(endless, 1, (np.where(endless, least, most) - least) / most)
    target = s / (rest * spread) * least
    return 2 * target / (level + ctx.sqrt(level * level + 4 * (spread / most) * target))


def start_near_rest(spectrum: Spectrum, sizes: Sizes, s: Array) -> Array:
    """Start values for Newton: near kappa(0) those of `move_from_rest`, else kappa(0) + s."""
    rest = rest_ridge(spectrum, sizes)
    if rest == 0:
        return s + spectrum.trace * 0
    move = move_from_rest(spectrum, sizes, s, rest)
    return np.where(np.asarray(abs(move) < 0.5, dtype=bool), rest * (1 + move), rest + s)
