r"""Whole sequences in balls: forcing and kernel from one circle, the loss by division and by recursion.

F(s) and K(s), s < count, come from one set of transforms (`one_pass.Circle`; F <= F(0), K <= ||K||).  Then P follows in
two ways that share nothing with the hyperbola: by one division of power series, sum P(s) z^s = F(z)/(1 - z K(z)), or
step by step.  All terms are positive, so radii do not blow up: rad P <= (rad F + rad K sum P)/(1 - ||K||).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .balls import Ball, arb, arb_series, working
from .one_pass import Circle, OnePassProblem


def forcing_and_kernel(problem: OnePassProblem, count: int, digits: int) -> tuple[list[Ball], list[Ball]]:
    """F(s) and K(s) for s < `count` (even), with absolute errors of about 10^-digits F(0) and ||K||."""
    decay = digits * math.log(10)
    with working(math.ceil(2 * decay / math.log(2)) + 48):
        circle = Circle(count, decay)
        problem.prepare(circle.points)
        pairs = [problem.transforms(w - 1) for w in circle.nodes]
        steps = range(count)
        forcing = circle.sequence([pair[0] for pair in pairs], steps, problem.start())
        kernel = circle.sequence([pair[1] for pair in pairs], steps, problem.kernel_norm())
    return forcing, kernel


def by_division(forcing: Sequence[Ball], kernel: Sequence[Ball], bits: int) -> list[Ball]:
    """P from F and K by one division of power series."""
    with working(bits):
        count = len(forcing)
        below = arb_series([1, *(-k for k in kernel[: count - 1])], count)
        found = arb_series(list(forcing), count) / below
        return [found[s] for s in range(count)]


def by_recursion(forcing: Sequence[Ball], kernel: Sequence[Ball], bits: int) -> list[Ball]:
    """P from F and K step by step."""
    with working(bits):
        found: list[Ball] = []
        for r, start in enumerate(forcing):
            found.append(start + sum((kernel[r - 1 - s] * found[s] for s in range(r)), arb(0)))
        return found
