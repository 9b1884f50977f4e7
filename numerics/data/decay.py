"""b of a pool without targets: how fast its eigenvalues fall, as `fit.py` reads them with targets.

kappa(n) ~ (A/(n + 1/2))^b over a window of degrees of freedom depends on the eigenvalues alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fit import _CURVED, _POINTS, Exponent, _slope, _window
from .pool import Pool
from .predict import degrees_of_freedom


@dataclass(frozen=True)
class Decay:
    """What `fit_decay` found.

    Attributes
    ----------
    spectrum : b
    eigenvalues : naive slope of the pool's own eigenvalues, for comparison
    start, stop : the window in degrees of freedom
    flags : sentences on what not to believe, empty if nothing is wrong
    """

    spectrum: Exponent
    eigenvalues: Exponent
    start: float
    stop: float
    flags: tuple[str, ...]


def fit_decay(pool: Pool, *, window: tuple[float, float] | None = None) -> Decay:
    """The exponent that needs no target, over the windows of `fit_exponents` and with its refusals."""
    start, stop, pools = _window(pool, window)
    n = np.geomspace(start, stop, _POINTS)
    kappa = np.stack([np.log(p.sums(degrees_of_freedom(p, n)).kappa) for p in pools])
    own = np.stack([np.interp(np.log(n), np.log(np.arange(1, p.rank + 1)), np.log(p.lam[: p.rank])) for p in pools])
    b, naive = _slope(np.log(n + 0.5), kappa), _slope(np.log(n), own)
    flags = []
    if b.value - b.error < 1:
        flags.append(f"b = {b.value:.2f} may be below 1: the kernel then has no finite trace, and b need not last.")
    if b.drift > _CURVED * abs(b.value):
        flags.append(f"b drifts by {b.drift:.2g} over the window: the line is curved, no clean power law.")
    return Decay(b, naive, float(start), float(stop), tuple(flags))
