"""The ranges of the parameters, in one place.

Inside them float64 neither overflows nor underflows on the way, and the relative errors of a loss were checked against
more digits (tests/numerics/test_limits.py); beyond them a question is refused.  The same ranges hold with any number of
digits, since iterations start from float64.

Certified work (`certified`) has the same ranges and needs no float to succeed in them: its roots are searched between
proved bounds, and floats only save time.  Ten values of a random model in these ranges take seconds, with v = d + 1 and
v = inf, step sizes up to 1 - 1e-12 of the limit and times up to 1e30 (tests/numerics/test_certified_domain.py); a
refusal there is a fault.  Its times end at 1e100, its goals at 1000 digits, which take minutes a value.
"""

from __future__ import annotations

from .precision import Scalar

MAX_ALPHA = 10
"""Steeper spectra need ever more nodes per block, and in float64 too few digits of the loss are left."""

MAX_BETA = 100

MAX_SIZE = 1e24
"""Largest d and finite v; see `largest_size` for steep spectra."""

MAX_BATCH = 1e15
"""Beyond, B and B + 1 are hardly two numbers in float64."""

MIN_EIGENVALUE = 1e-250
"""Smallest lambda_d, and smallest lambda_v of a finite v."""

MIN_STEP_SIZE = 1e-100

MAX_TIME = 1e100


def largest_size(alpha: Scalar) -> float:
    """The largest v (or d, for v = inf) at this alpha: `MAX_SIZE`, or where lambda_v = v^(-2 alpha) gets too small."""
    return float(min(MAX_SIZE, MIN_EIGENVALUE ** (-1 / (2 * max(float(alpha), 1.0)))))
