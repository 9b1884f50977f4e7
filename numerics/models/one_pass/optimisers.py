r"""Optimisers that are linear: what they do to one eigenmode, and how its second moments follow.

On an eigenmode x of the features every linear optimiser moves a state s = (v, ...), v the error of the weights, by

    s' = (M_0 + x M_1) s + u z,     batch sum of gradients = B x v + z,

with numbers M_0, M_1 (matrices), u (a vector) that may depend on the step t.  z is the gradient's noise: in expectation
over B fresh Gaussian samples E z = 0, E z^2 = B (C - B) x^2 v^2 + B x (P + sigma^2), with C = B + 1 (`one_pass.model`),
P the excess loss of the weights, uncorrelated with the state.  M_1 = B u e_v^T, since gradients enter as z does; so a
declaration is M_0 and u alone.  The second moments S = E s s^T obey, exactly,

    S' = M S M^T + u u^T (B (C - B) x^2 S_vv + B x (P + sigma^2)),   P = F_0 + sum_x x S_vv,   S_vv = c^2/x at first,

a linear recursion whose coefficients are polynomials of degree 2 in x (`second_moments`); `recursion` runs it.

    SGD           (v):        v' = v - g (B x v + z)
    momentum      (v, y):     y' = (1 - D) y + (B x v + z),  v' = v - g_2 (B x v + z) - g_3 y'
    averaging     (.., a):    a' = (1 - e) a + e v',  e = k/(t + k);  the loss reported is that of the averaged weights

Heavy ball has g_2 = 0, g_3 = g D; DANA (arXiv:2505.16098) D = delta/(t + delta), g_2 = g, g_3 = g r_t, with r_t = c/d
(constant) or c (1 + t)^(-1/(2 alpha)) (decaying).  g = g_t is the schedule's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.precision import Array
from ...errors import TauberInputError

Coefficient = Callable[[Array], Array]
"""Steps t, shape (n,) -> numbers, shape (n,)."""


@dataclass(frozen=True)
class Momentum:
    """y' = (1 - D_t) y + G, theta' = theta - g_t (direct G + ratio_t y'), G the batch sum of the gradients.

    `damping` = D_t in (0, 1], `ratio` = g_3/g >= 0, `direct` = g_2/g >= 0; see `heavy_ball`, `dana_constant`,
    `dana_decaying`.
    """

    damping: Coefficient
    ratio: Coefficient
    direct: float = 1.0


def heavy_ball(damping: float) -> Momentum:
    """Polyak's: g_2 = 0, g_3 = g D with constant D, so that g is the step size in effect; 0 < damping <= 1."""
    if not 0 < damping <= 1:
        raise TauberInputError(f"The damping of heavy-ball momentum must lie in (0, 1], got {damping:g}.")
    return Momentum(lambda t: np.full_like(t, damping), lambda t: np.full_like(t, damping), 0.0)


def dana_constant(ratio: float, delta: float = 8.0) -> Momentum:
    """DANA-constant: g_3/g_2 = `ratio`, c/d in the paper; D_t = delta/(t + delta)."""
    return _dana(ratio, 0.0, delta)


def dana_decaying(alpha: float, ratio: float = 1.0, delta: float = 8.0) -> Momentum:
    """DANA-decaying: g_3/g_2 = `ratio` (1 + t)^(-1/(2 alpha))."""
    return _dana(ratio, 1 / (2 * alpha), delta)


def _dana(ratio: float, power: float, delta: float) -> Momentum:
    if not (math.isfinite(ratio) and ratio >= 0 and math.isfinite(delta) and delta > 0):
        raise TauberInputError(f"DANA needs `ratio` >= 0 and `delta` > 0, got {ratio:g} and {delta:g}.")
    return Momentum(lambda t: delta / (t + delta), lambda t: ratio * (1 + t) ** -power)


@dataclass(frozen=True, eq=False)
class SecondMoments:
    """The coefficients of a block of T steps for k moments S_ij, i <= j, times x: Y = x S.

    Y' = Y + sum_p x^p N_p Y + modes x^2 b (P + sigma^2), P = F_0 + sum_x Y_0.

    Attributes
    ----------
    change : array of shape (T, 3, k, k)
        the N_p; late steps change so little that 1 + N_0 would have lost it.
    b : array of shape (T, k)
    """

    change: Array
    b: Array

    @property
    def A(self) -> Array:
        """What takes Y to Y', shape (T, 3, k, k): 1 + N_0, N_1, N_2."""
        A = self.change.copy()
        A[:, 0] += np.eye(A.shape[-1])
        return A


@dataclass(frozen=True)
class Optimiser:
    """SGD with what is added to it: `momentum` or none, `averaging` = k > 0 or none."""

    momentum: Momentum | None = None
    averaging: float | None = None

    def __post_init__(self) -> None:
        if self.averaging is not None and not (math.isfinite(self.averaging) and self.averaging > 0):
            raise TauberInputError(
                f"The averaging k of weights k/(t + k) must be a finite number > 0, got {self.averaging:g}; change "
                "`averaging`."
            )

    @property
    def states(self) -> int:
        """How many numbers s has."""
        return 1 + (self.momentum is not None) + (self.averaging is not None)

    def start(self) -> Array:
        """Which moments are c^2/x at time 0, shape (k,): those of v and its average (1), not those with y (0)."""
        moving = [self.momentum is not None and i == 1 for i in range(self.states)]
        return np.array([0.0 if moving[i] or moving[j] else 1.0 for i, j in pairs(self.states)])

    @property
    def reported(self) -> int:
        """Which moment is the loss reported: that of the averaged weights, if there are any."""
        return 0 if self.averaging is None else len(pairs(self.states)) - 1

    def first_moments(self, times: Array, gamma: Array) -> tuple[Array, Array]:
        """M_0 - 1 and u at `times` with step sizes `gamma`, shapes (T,): shapes (T, s, s) and (T, s)."""
        size = self.states
        N, u = np.zeros((len(times), size, size)), np.zeros((len(times), size))
        if self.momentum is None:
            u[:, 0] = -gamma
        else:
            damping, ratio = self.momentum.damping(times), self.momentum.ratio(times)
            N[:, 1, 1], u[:, 1] = -damping, 1
            N[:, 0, 1], u[:, 0] = -gamma * ratio * (1 - damping), -gamma * (self.momentum.direct + ratio)
        if self.averaging is not None:
            weight = self.averaging / (times + self.averaging)
            N[:, -1], u[:, -1] = weight[:, None] * N[:, 0], weight * u[:, 0]
            N[:, -1, 0] += weight
            N[:, -1, -1] -= weight
        return N, u

    def second_moments(self, times: Array, gamma: Array, batch: float, pairs_per_step: float) -> SecondMoments:
        """See `SecondMoments`; `pairs_per_step` is C."""
        N, u = self.first_moments(times, gamma)
        one, first = np.eye(self.states), np.zeros_like(N)
        first[:, :, 0] = batch * u  # M_1
        M, index = one + N, pairs(self.states)
        change, b = np.zeros((len(times), 3, len(index), len(index))), np.empty((len(times), len(index)))
        for row, (i, j) in enumerate(index):
            for column, (m, n) in enumerate(index):
                entry = change[:, :, row, column]
                for left, right in ((m, n), (n, m))[: 1 + (m != n)]:
                    entry[:, 0] += N[:, i, left] * M[:, j, right] + one[i, left] * N[:, j, right]
                    entry[:, 1] += M[:, i, left] * first[:, j, right] + first[:, i, left] * M[:, j, right]
                    entry[:, 2] += first[:, i, left] * first[:, j, right]
            b[:, row] = batch * u[:, i] * u[:, j]
            change[:, 2, row, 0] += (pairs_per_step - batch) * b[:, row]
        return SecondMoments(change, b)


def pairs(states: int) -> list[tuple[int, int]]:
    """The moments S_ij kept, i <= j, in order; the first is S_vv, the last that of the last state."""
    return [(i, j) for i in range(states) for j in range(i, states)]
