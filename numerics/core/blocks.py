"""The modes of a smooth law in dyadic blocks: a few nodes with weights for each (`gram`), and the cuts between them."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

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
    start, count = head, 0
    while start < reach and (math.isinf(v) or 2 * start <= v):
        start, count = 2 * start, count + 1
    if math.isinf(v):
        j, weight = _dyadic(ctx, head, count, points)
    else:  # the last two blocks share what is left, so that none has an end ratio above 2
        whole, ends = _dyadic(ctx, head, count - 1, points), [start // 2, 3 * start // 4]
        counts = [ctx.real(start // 4), v - 3 * start // 4 + 1]
        rest = _placed(ctx, ends, counts, *gram_rules(ctx, counts, points))
        j, weight = (np.concatenate(pair) for pair in zip(whole, rest, strict=True))
        count += 1
    j.flags.writeable = weight.flags.writeable = False
    return j, weight, (*doubling_cuts(head - 1), *(head - 1 + points * (k + 1) for k in range(count)))


@functools.lru_cache(maxsize=64)
def _dyadic(ctx: Precision, head: int, count: int, points: int) -> tuple[Array, Array]:
    """The first head - 1 modes one by one and `count` blocks, each as long as all before it."""
    starts = [head << k for k in range(count)]
    alone = ctx.lift(np.arange(1, head)), ctx.lift(np.ones(head - 1, dtype=int))
    if not starts:
        return alone
    rules = [_rule(ctx, start, points) for start in starts]
    offsets, weights = (np.concatenate(part) for part in zip(*rules, strict=True))
    placed = _placed(ctx, starts, [ctx.real(start) for start in starts], offsets, weights)
    j, weight = (np.concatenate(pair) for pair in zip(alone, placed, strict=True))
    return j, weight


def _placed(
    ctx: Precision, starts: list[int], counts: Sequence[Scalar], offsets: Array, weights: Array
) -> tuple[Array, Array]:
    """j and weights of blocks from the rules around their centres."""
    centres = ctx.lift(np.array(starts)) + (ctx.lift(np.array(counts, dtype=object)) - 1) / 2
    return (centres[:, None] + offsets).ravel(), weights.ravel()


@functools.lru_cache(maxsize=4096)
def _rule(ctx: Precision, count: int, points: int) -> tuple[Array, Array]:
    """The Gauss rule of a dyadic block; every power law uses the same."""
    return gram_rules(ctx, [ctx.real(count)], points)
