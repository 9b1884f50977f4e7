r"""Loss values from their transforms: one contour for the training loss, two for the test loss.

A full-batch optimiser multiplies the residual on an eigendirection x of the training problem by p_t(x) (Bordelon,
Atanasov and Pehlevan, arXiv:2402.01092, for gradient flow, p_t = e^{-xt}; derived here otherwise).  With Q(s) and
C(s, s') analytic off the spectrum s in [-x_+, 0],

    train(t) = (1/2 pi i) oint p_t(-s)^2 Q(s) ds,     test(t) = (1/2 pi i)^2 oint oint p_t(-s) p_t(-s') C(s, s') ds ds'.

A `Quadrature` is such a contour with its trapezoidal rule, nodes s_k in the closed upper half plane and weights w_k,
sum over all nodes = Re sum_k w_k f(s_k) for a real f.  For the double integral the same nodes serve twice: with
V_k = w_k p_t(-s_k), f real, the sum over all pairs of nodes is

    (1/2) Re sum_{ij} V_i [ V_j C(s_i, s_j) + conj(V_j) C(s_i, conj s_j) ].

C is needed in a form without the divided difference (`correlation.py`), which is finite for s' = s.

**Error estimate**, absolute, as in `volterra/contour.py`: the squared distance to the rule with every second node over
the sum of the absolute terms, plus e^-D times that sum, the goal the rules are built for, plus the last terms where the
contour is open, plus the stated errors of the transforms and of p_t with their weights, plus round-off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import Array, Precision, goal_exponent

Estimate = tuple[Array, Array]
"""Values and absolute errors, shape (n,) each."""


@dataclass(frozen=True, eq=False)
class Quadrature:
    """A contour for some of the asked times.

    Attributes
    ----------
    where : int array of shape (n,), positions of these times among all.
    nodes, weights : arrays of shape (k,), s in the closed upper half plane and w.
    growth : array of shape (k, n), p_t(-s).
    units : float64 array of shape (k, n), the relative error of `growth` in units of round-off.
    coarse : bool array of shape (k,), the nodes of the rule with every second node.
    ends : positions of the nodes where the contour is broken off, empty for a closed one.
    """

    where: Array
    nodes: Array
    weights: Array
    growth: Array
    units: Array
    coarse: Array
    ends: tuple[int, ...] = ()


def single(ctx: Precision, rule: Quadrature, values: Array, error: Array) -> Estimate:
    """(1/2 pi i) oint p_t^2 Q from Q at the nodes, shape (k,), and its absolute errors in float64."""
    power = rule.weights[:, None] * rule.growth**2
    terms = ctx.real_part(power * values[:, None])
    found, coarse = terms.sum(axis=0), 2 * terms[rule.coarse].sum(axis=0)
    size = np.asarray(abs(ctx.rounded(power)), dtype=float)
    share = size * np.asarray(abs(ctx.rounded(values)), dtype=float)[:, None]
    rounding = (size * error[:, None] + float(ctx.eps) * (8 + 2 * rule.units) * share).sum(axis=0)
    truncation = sum((2 * share[end] for end in rule.ends), 0 * rounding)
    return found, _discretisation(ctx, found, coarse, share.sum(axis=0)) + ctx.lift(rounding + truncation)


def double(ctx: Precision, rule: Quadrature, values: Array, error: Array) -> Estimate:
    """The double integral from C(s_i, s_j) and C(s_i, conj s_j) side by side, shape (k, 2k), and absolute errors."""
    left = ctx.packed(rule.weights[:, None] * rule.growth)
    right = np.concatenate([left, np.conj(left)])
    found = _quadratic(ctx, left, values, right)
    chosen = np.concatenate([rule.coarse, rule.coarse])
    coarse = 4 * _quadratic(ctx, left[rule.coarse], values[np.ix_(rule.coarse, chosen)], right[chosen])
    size_left = np.asarray(abs(ctx.rounded(left)), dtype=float)
    size_right = np.concatenate([size_left, size_left])
    share = size_left * (np.asarray(abs(ctx.rounded(values)), dtype=float) @ size_right)  # of each node in the sum
    rounding = (size_left * (error @ size_right) + float(ctx.eps) * (8 + 2 * rule.units) * share).sum(axis=0)
    truncation = sum((2 * share[end] for end in rule.ends), 0 * rounding)
    return found, _discretisation(ctx, found, coarse, share.sum(axis=0)) + ctx.lift(rounding + truncation)


def _quadratic(ctx: Precision, left: Array, values: Array, right: Array) -> Array:
    """(1/2) Re of the diagonal of left^T values right."""
    return ctx.real_part(ctx.unpacked((left * (values @ right)).sum(axis=0))) / 2


def _discretisation(ctx: Precision, found: Array, coarse: Array, total: Array) -> Array:
    """Of the trapezoidal rule: what it was built for, and what halving its nodes shows."""
    goal = ctx.lift(total * math.exp(-goal_exponent(ctx)))
    return goal + 4 * (found - coarse) ** 2 / ctx.lift(total + (total == 0))


def groups(times: Array, ratio: float) -> list[Array]:
    """Positions of positive times, in groups whose members differ by at most `ratio`."""
    order = np.argsort(np.asarray(times, dtype=float), kind="stable")
    parts: list[list[int]] = []
    for position in order:
        if not parts or times[position] > ratio * times[parts[-1][0]]:
            parts.append([])
        parts[-1].append(int(position))
    return [np.array(part) for part in parts]
