r"""Which step sizes are stable: the kernel norm and the stability limit.

With z_c = 2/(gamma (B + 1)) the Volterra kernel sums to

    ||K|| = -df1(kappa_c)/(B + 1) = (1/(B+1)) sum_j lambda_j/(q - lambda_j),     q = -kappa(z_c),

and the loss is bounded iff z_c lies right of the limiting spectrum (each mode contracts) and ||K|| < 1 (the noise the
modes feed each other dies out).  As gamma grows, whichever fails first sets the limit:

* noise-limited: ||K|| = 1, at q* with sum lambda/(q* - lambda) = B + 1, hence gamma_max = 2/((B+1) q* (1 + (B+1)/d));
* edge-limited: z_c meets the upper edge of the spectrum, q_e with sum (lambda/(q_e - lambda))^2 = d, hence
  gamma_max = 2/((B+1) psi(q_e)), psi(q) = q (1 + sum lambda/(q - lambda)/d).  It happens iff sum (lambda/(q* -
  lambda))^2 >= d, never for d > (B + 1)^2, and is common for few parameters or large batches.

Derivation: 2 - gamma (B+1) x = (z_c - x) gamma (B+1) and int d mu_K/(z_c - x) = -d/kappa_c.  The functions take
`pairs`, the C of `one_pass`, which stands for every B + 1 above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...core.precision import Array, Precision, Scalar
from ...core.resolvents import Resolvents
from ...core.ridge import edge_root, positive_root, ridge_right
from ...core.spectrum import Spectrum


@dataclass(frozen=True)
class StabilityLimit:
    """The largest stable step size `gamma` (not itself stable) and what sets it, "noise" or "edge"."""

    gamma: Scalar
    cause: str


@lru_cache(maxsize=8)
def stability_limit(spectrum: Spectrum, d: Scalar, pairs: Scalar) -> StabilityLimit:
    """gamma_max of a spectrum with d parameters (may be infinite); `pairs` = C, B + 1 for B Gaussian samples a step.

    Kept, because searches over step sizes come back to a size.
    """
    limit, by_noise = noise_limits(spectrum, d, pairs, np.array([positive_root(spectrum, pairs)]))
    if by_noise[0]:
        return StabilityLimit(limit[0], "noise")
    edge = edge_root(spectrum, d)
    df1, _ = spectrum.df1_df2(-np.array([edge]))
    return StabilityLimit(2 / (pairs * edge * (1 - df1[0] / d)), "edge")


def noise_limits(spectrum: Resolvents, d: Scalar, pairs: Scalar, q: Array) -> tuple[Array, Array]:
    """The limit by noise, from q = `positive_root` at `pairs`, and whether it is met first; of many models, too."""
    limit = 2 / (pairs * q * (1 + pairs / d))
    if np.all(pairs**2 < d):  # sum (lambda/(q - lambda))^2 is at most the square of the sum, C
        return limit, np.full(np.shape(q), True)
    _, df2 = spectrum.df1_df2(-q)
    return limit, np.asarray(df2 < d, dtype=bool)


def kernel_ridge(spectrum: Spectrum, d: Scalar, pairs: Scalar, gamma: Scalar) -> Scalar | None:
    """kappa_c = kappa(z_c) < 0, or None where z_c is not right of the spectrum (some mode does not contract)."""
    z = 2 / (gamma * pairs)
    if math.isinf(d):  # kappa(z) = -z, and the spectrum ends at lambda_1
        return -z if z > spectrum.lam[0] else None
    q = ridge_right(spectrum, d, z)
    return None if q is None else -q


def kernel_norm(ctx: Precision, d: Scalar, pairs: Scalar, df1: Scalar, spread: Scalar) -> tuple[Scalar, Scalar]:
    """||K|| = sum_r K(r) from df1 and `spread` = df1 - df2 at kappa_c, and its relative error; of many models, too.

    Round-off is magnified by kappa_c near the edge of the spectrum, and by df1 near lambda_1.
    """
    moved = (4 + 4 * abs(df1) / d) / (1 - (df1 - spread) / d)
    return -df1 / pairs, ctx.eps * (8 + (1 + moved) * (1 + abs(spread / df1)))
