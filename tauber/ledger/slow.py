"""Exponents beside powers of the logarithm: what is left of a local slope falls like a power of log f, not of f.

Where ``X* ~ f^x (log f)^l`` the local slope is ``x + l/log f + O(log log f/(log f)^2)``. With the derived l taken
away, the last slope is set beside x. Nothing is extrapolated: `measure` does that for corrections that fall like a
power of f. The tolerance is what the next term can be: ``A/(log f)^2`` with the largest A that the last three changes
of the slopes ask for, twice that for the ``log log f`` in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .claim import Comparison
from .measure import EXPONENT_RESOLUTION

SLOW = "next term, of the order log log f/(log f)^2, from the last three changes of the slopes; twice that"


def compare_beside_log(
    what: str, derived: float, log: float, slopes: Iterable[float], errors: Iterable[float], scales: Sequence[float]
) -> Comparison:
    """Set the exponent x of ``f^x (log f)^log`` beside the last of the local slopes at these f.

    >>> scales = [1e9, 1e12, 1e15, 1e18]
    >>> slopes = [0.5 + 2 / math.log(f) - 1 / math.log(f) ** 2 for f in scales]
    >>> compare_beside_log("slope", 0.5, 2, slopes, [0.0] * 4, scales).outcome.value
    'verified'
    >>> compare_beside_log("slope", 0.5, 1, slopes, [0.0] * 4, scales).outcome.value
    'refuted'
    """
    logs = [math.log(f) for f in scales]
    left = [float(s) - log / x for s, x in zip(slopes, logs, strict=True)]
    wrong = [abs(float(e)) for e in errors]
    sizes = [
        (abs(left[n] - left[n - 1]) + wrong[n] + wrong[n - 1]) / (logs[n - 1] ** -2 - logs[n] ** -2)
        for n in range(max(1, len(left) - 3), len(left))
    ]
    tolerance = 2 * max(sizes) / logs[-1] ** 2 + wrong[-1]
    return Comparison(what, float(derived), left[-1], tolerance, SLOW, EXPONENT_RESOLUTION)
