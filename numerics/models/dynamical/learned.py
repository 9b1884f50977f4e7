r"""How much of an eigenmode an optimiser has learned: 1 - p_t(x) on the real axis.

Full-batch optimisers act on each eigendirection of the training problem alone: the residual along an eigenvalue x >= 0
is p_t(x) times its start, p_0 = 1, with

    gradient flow              p_t = e^{-x t},
    gradient descent, step h   p_t = (1 - h x)^t,                                   t = 0, 1, 2, ...,
    heavy ball, mass mu        mu p'' + p' + x p = 0, p'(0) = 0:   with tau = t/(2 mu), delta = sqrt(1 - 4 mu x),
                               p_t = e^{-tau} (cosh(delta tau) + sinh(delta tau)/delta).

What a simulation needs is 1 - p_t to its own relative accuracy, since it is divided by sqrt(x).  For the heavy ball and
x < 3/(16 mu) (delta > 1/2) it is the difference of two positive terms of which the second is the smaller,

    1 - p_t = (1 + 1/delta)/2 (1 - e^{-(1-delta) tau}) - (1 - delta)/(2 delta) (1 - e^{-(1+delta) tau}),

exact to round-off of x tau.  The simulator takes p_t from here and not from the contours of the theory it judges.
"""

from __future__ import annotations

import numpy as np

from ...core.precision import Array
from ...errors import TauberInputError
from .optimisers import GradientDescent, GradientFlow, Momentum, Optimiser


def learned_fraction(optimiser: Optimiser, x: Array, times: Array) -> Array:
    """1 - p_t(x), shape (len(x), len(times)), at x >= 0 and times >= 0, infinity included (all is learned).

    Not finite where gradient descent with h x > 2 has left the range of float64.  Raises TauberInputError for gradient
    descent at fractional times.
    """
    finite = np.isfinite(times)
    learned = np.ones((len(x), len(times)))
    learned[:, finite] = _finite(optimiser, x[:, None], times[finite])
    if isinstance(optimiser, GradientDescent):
        diverges = float(optimiser.step) * x > 2
        learned[np.ix_(diverges, ~finite)] = np.inf
    learned[x == 0] = 0
    return learned


def _finite(optimiser: Optimiser, x: Array, times: Array) -> Array:
    if isinstance(optimiser, GradientFlow):
        return -np.expm1(-x * times)
    if isinstance(optimiser, GradientDescent):
        return _descent(float(optimiser.step) * x, times)
    if isinstance(optimiser, Momentum):
        return _heavy_ball(float(optimiser.mass), x, times)
    raise TauberInputError(f"The optimiser {optimiser!r} cannot be simulated; take flow, gradient descent or momentum.")


def _descent(rate: Array, steps: Array) -> Array:
    if (steps != np.floor(steps)).any():
        raise TauberInputError("Gradient descent takes whole steps; give whole numbers as times (`times`).")
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        slow = -np.expm1(steps * np.log1p(-np.minimum(rate, 1.0)))
        fast = 1 - (1 - rate) ** steps
    return np.where(rate < 0.5, slow, fast)


def _heavy_ball(mass: float, x: Array, times: Array) -> Array:
    tau = times / (2 * mass)
    delta = np.sqrt(1 - 4 * mass * x + 0j)
    gap = 4 * mass * x / (1 + delta)  # 1 - delta
    slow, fast = -np.expm1(-gap * tau), -np.expm1(-(1 + delta) * tau)
    split = delta.real > 0.5
    safe = np.where(split, delta, 1.0)
    apart = (slow - gap / (2 * safe) * (fast - slow)).real  # (1 + 1/delta)/2 = 1 + gap/(2 delta)
    # near delta = 0 and beyond, sinh(delta tau)/delta as an entire function of delta
    sine = np.where(delta == 0, tau, -np.expm1(-2 * delta * tau) / (2 * np.where(delta == 0, 1.0, delta)))
    together = (1 - np.exp(-gap * tau) * ((1 + np.exp(-2 * delta * tau)) / 2 + sine)).real
    return np.where(split, apart, together)
