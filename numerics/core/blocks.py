"""The modes of a smooth law in dyadic blocks: a few nodes with weights for each (`gram`), and the cuts between them."""

from __future__ import annotations

import functools
import math

import numpy as np

from .gram import gram_rules
from .precision import Array, Precision, Scalar


def doubling_cuts(size: int) -> list[int]:
    """Cuts of an uncompressed list: 0, 1, 2, 4, ... and its end."""
    return [0] + [2**k for k in range(size.bit_length()) if 2**k < size] + [size]


@functools.lru_cache(maxsize=64)
def blocks(ctx: Precision, v: Scalar, reach: float, head: int, points: int) -> tuple[Array, Array, tuple[int, ...]]:
    """j and weights of the compressed sum 1..v (1..2^m - 1 >= reach - 1 for v = inf), and the cuts between blocks.

    Kept, and not to be written to: all power laws of a size share them.
    """
    starts, counts = [], []
    start = head
    while start < reach and (math.isinf(v) or 2 * start <= v):
        starts.append(start)
        counts.append(ctx.real(start))
        start *= 2
    if not math.isinf(v):  # the last two blocks share what is left, so that none has an end ratio above 2
        starts[-1:] = [start // 2, 3 * start // 4]
        counts[-1:] = [ctx.real(start // 4), v - 3 * start // 4 + 1]
    offsets, weights = _cached_rules(ctx, counts, points)
    centres = ctx.lift(np.array(starts)) + (ctx.lift(np.array(counts, dtype=object)) - 1) / 2
    nodes = (centres[:, None] + offsets).ravel()
    j = np.concatenate([ctx.lift(np.arange(1, head)), nodes])
    weight = np.concatenate([ctx.lift(np.ones(head - 1, dtype=int)), weights.ravel()])
    cuts = doubling_cuts(head - 1) + [head - 1 + points * (k + 1) for k in range(len(starts))]
    j.flags.writeable = weight.flags.writeable = False
    return j, weight, tuple(cuts)


_RULES: dict[tuple[Precision, int, int], tuple[Array, Array]] = {}


def _cached_rules(ctx: Precision, counts: list[Scalar], points: int) -> tuple[Array, Array]:
    """Gauss rules of all blocks; those of dyadic length are kept, since every power law uses the same."""
    keys = [(ctx, points, int(c)) for c in counts]
    dyadic = [c == k[2] and k[2] & (k[2] - 1) == 0 for c, k in zip(counts, keys, strict=True)]
    missing = [i for i, key in enumerate(keys) if not (dyadic[i] and key in _RULES)]
    found: dict[int, tuple[Array, Array]] = {}
    if missing:
        offsets, weights = gram_rules(ctx, [counts[i] for i in missing], points)
        found = {i: (offsets[n], weights[n]) for n, i in enumerate(missing)}
        _RULES.update({keys[i]: found[i] for i in missing if dyadic[i]})
    rows = [found[i] if i in found else _RULES[keys[i]] for i in range(len(counts))]
    return np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows])
