"""Where the exponents of the loss crowd, so that its leading terms say little at any size that can be reached.

**Rows.** Each product with the kernel multiplies a term by ``t^-(1-q)`` for 2 alpha > 1, ``x^(q-1)`` for 2 alpha < 1,
with q = 1/(2 alpha). Near 2 alpha = 1 neighbours in such a row are nearly of the same size, and it takes about
``1/|1-q|`` of them to come down by a factor t, where elsewhere two or three do.

**Pairs.** A pole of the target's zeta function near a regular power of kappa, or near a power of the cut at v (and the
pole of the capacity likewise), makes two terms whose exponents differ by a small gap, and whose constants are about
+1/gap and -1/gap: they nearly cancel, and are like a logarithm as long as ``t^gap`` is near 1. On the line itself the
logarithm is exact (`mellin`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

CLOSE_ROW, CLOSE_PAIR = Fraction(1, 10), Fraction(1, 100)
_NEAREST = 3  # pairs of higher powers are beyond the corrections that matter


@dataclass(frozen=True)
class Crowd:
    """Exponents that differ by ``gap`` because the point is near ``line``.

    ``of`` names what has these exponents: the time t, or ``x = t d^(-2 alpha)`` for 2 alpha < 1. ``needed`` is the
    number of terms of a row until the next is smaller by a factor t (or x); None for a pair.
    """

    line: str
    gap: Fraction
    of: str
    needed: int | None


def crowds(alpha: Fraction, beta: Fraction) -> tuple[Crowd, ...]:
    """All crowds near a point.

    >>> crowds(Fraction(51, 100), Fraction(7, 10))
    (Crowd(line='2*alpha = 1', gap=Fraction(1, 51), of='t', needed=51),)
    """
    q, s = 1 / (2 * alpha), (2 * beta - 1) / (2 * alpha)
    of, found = "t" if q <= 1 else "x", []
    if 0 < abs(1 - q) < CLOSE_ROW:
        found.append(Crowd("2*alpha = 1", abs(1 - q), of, ceil(1 / abs(1 - q))))
    # T has kappa^s beside the regular powers kappa^n, and beside the cuts kappa^-m where the modes end
    regular = [(f"2*beta = 1 + {2 * n}*alpha" if n else "2*beta = 1", abs(s - n)) for n in range(_NEAREST + 1)]
    cuts = [(f"2*beta = 1 - {2 * m}*alpha", abs(s + m)) for m in range(1, _NEAREST + 1)]
    capacity = [(f"{2 * m}*alpha = 1", abs(q - m)) for m in range(2, _NEAREST + 1)]
    pairs = regular if q <= 1 else [*regular[:1], *cuts, *capacity]
    return (*found, *(Crowd(line, gap, of, None) for line, gap in pairs if 0 < gap < CLOSE_PAIR))
