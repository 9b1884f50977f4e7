r"""The response side: kappa(s) and what follows from it at a set of points s.

With N features and P data, both possibly infinite, the averaged response to a target mode is <v_k>(s) = w_k kappa/(s
(kappa + lambda_k)), where kappa solves (arXiv:2402.01092, the self-consistent pair R_1, R_3 reduced here to one number)

    s = kappa R_1 R_3,     R_1 = 1 - T(kappa)/P,     R_3 = 1 - T(kappa)/N,     T = sum_k lambda_k/(kappa + lambda_k).

R_1 and R_3 are formed from their product s/kappa and their difference, which keeps all digits where one of them goes to
zero (t -> infinity) and where both do (N = P).  The error of each quantity is carried relative to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...core.precision import Array
from ...core.ridge import effective_ridge, factors
from ...core.sizes import Sizes, start_near_rest
from ...core.spectrum import Spectrum
from .tracked import Tracked

_FACTOR_ERRORS = 6
"""R_1 and R_3 come from T and s/kappa through a square root of a sum whose parts never oppose each other by more than
138 degrees on the contours, each relative error being multiplied by at most this."""


@dataclass(frozen=True, eq=False)
class Response:
    """kappa, R_1, R_3, T and G = sum lambda w^2/(kappa + lambda) at points s, each array of shape (k,).

    `excess` = G - G(0) where G(0) is finite, else G; `relative`: the relative error of kappa, T, G and `excess`.
    """

    spectrum: Spectrum
    sizes: Sizes
    s: Array
    kappa: Tracked
    r_data: Tracked
    r_width: Tracked
    mass: Tracked
    power: Tracked
    excess: Tracked
    relative: Array

    def rearranged(self, change: Callable[[Array], Array]) -> Response:
        """The same points after `np.conj`, a reshaping or the like of every array."""
        return Response(
            self.spectrum,
            self.sizes,
            change(self.s),
            self.kappa.changed(change),
            self.r_data.changed(change),
            self.r_width.changed(change),
            self.mass.changed(change),
            self.power.changed(change),
            self.excess.changed(change),
            change(self.relative),
        )

    def packed(self) -> Response:
        """The same with `Precision.packed` values, for the formulas of all pairs."""
        names = ("kappa", "r_data", "r_width", "mass", "power", "excess")
        return replace(self, **{name: getattr(self, name).packed() for name in names})

    def beside(self, other: Response) -> Response:
        """These points followed by others."""
        return Response(
            self.spectrum,
            self.sizes,
            np.concatenate([self.s, other.s]),
            self.kappa.beside(other.kappa),
            self.r_data.beside(other.r_data),
            self.r_width.beside(other.r_width),
            self.mass.beside(other.mass),
            self.power.beside(other.power),
            self.excess.beside(other.excess),
            np.concatenate([self.relative, other.relative]),
        )


def respond(spectrum: Spectrum, sizes: Sizes, s: Array) -> Response:
    """Solve for kappa at points s off the spectrum; raises PrecisionLost on a wrong branch (see `ridge.py`)."""
    ctx = spectrum.ctx
    ridge = effective_ridge(spectrum, sizes.width, s, start_near_rest(spectrum, sizes, s), sizes.data)
    ratio = s / ridge.kappa
    r_width, r_data = factors(ctx, (sizes.width, sizes.data), ridge.df1, ratio)
    relative = np.asarray(ctx.rounded(ridge.error), dtype=float) + spectrum.compression_errors(ridge.kappa)
    both = not (math.isinf(sizes.width) or math.isinf(sizes.data))
    by_factors = (_FACTOR_ERRORS if both else 1) * relative + 4 * float(ctx.eps)
    return Response(
        spectrum,
        sizes,
        s,
        Tracked.known(ctx, ridge.kappa, relative),
        Tracked.known(ctx, r_data, by_factors),
        Tracked.known(ctx, r_width, by_factors),
        Tracked.known(ctx, ridge.df1, relative),
        Tracked.known(ctx, ridge.target, relative),
        Tracked.known(ctx, ridge.excess, relative),
        relative,
    )


def upper_edge(spectrum: Spectrum, sizes: Sizes) -> float:
    """x_+, the upper edge of the spectrum: min over q > lambda_1 of q (1 + U/N)(1 + U/P), U = sum lambda/(q - lambda).

    In float64, the bracket of the minimum narrowed on grids; rounded up by a part in 10^6, the minimum being flat.
    """
    rough = spectrum.rounded
    by_width, by_data, first = float(sizes.by_width), float(sizes.by_data), float(rough.lam[0])
    if by_width == by_data == 0:
        return first * (1 + 1e-9)
    low, high = 1e-12, 4 * (1 + float(rough.trace) / first * (by_width + by_data) + by_width + by_data)
    for _ in range(6):
        grid = np.geomspace(low, high, 40)
        q = first * (1 + grid)
        mass = -rough.df1_df2(-q)[0]
        edge = q * (1 + mass * by_width) * (1 + mass * by_data)
        best = int(np.argmin(edge))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 39)]
    return float(edge.min() * (1 + 1e-6))
