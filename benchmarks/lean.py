r"""The least NumPy for a PLRF curve: what the solver's speed is measured against (``python benchmarks/table.py lean``).

The mathematics of `numerics` for one case, v = inf, one sample a step, half the stability limit, and nothing else: no
error estimate, no other spectrum, size or number system, no care for digits but where this case needs it. It shares no
line with the library. As there, Gauss rules of blocks of modes are kept between calls, all else is done anew.

    eta = kappa (1 - D/d),   g = 1 + 2 gamma eta + 2 gamma^2 eta^2,   D = sum lambda/(lambda + kappa), T likewise
    P(t) = (1/2 pi i) int g^t F~/(1 - K~) dg,   F~ = (kappa T/eta + kappa_2 T_2/z_2)/(2 gamma s),   s = 1 + 2 gamma eta,
    K~ = -(z_2 D_2 + eta D)/(2 (z_2 + eta)),    z_2 = 1/gamma + eta,   kappa_2 (1 - D_2/d) = -z_2;

from time `EXPLICIT` on along a hyperbola in the plane of kappa, where eta is explicit, before along an ellipse in
log g, where kappa is found by Newton's iteration. The constants are the cheapest that were found at which true errors
stay below 1e-13 in the rows of the table.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np
from scipy.special import zeta

Array = np.ndarray[Any, Any]

POINTS, HEAD, TERMS = (
    16,
    32,
    13,
)  # nodes a block; modes one by one; moments of what lies beyond, at least 16 times smaller
FEW = 8  # modes one by one for the roots beyond lambda_1
DECAY, REACH, WIDE = 36.0, 6.0, 1.4  # -log of truncation, m of the hyperbola, and the widest angle it may have
EXPLICIT = 32.0


class Part(NamedTuple):
    """Modes one by one or as nodes, columns of weights for each sum, and moments for what lies beyond."""

    lam: Array
    columns: Array
    moments: Array


@functools.cache
def modes(last: int) -> tuple[Array, Array, int]:
    """j and weights of the modes up to `last` or twice as far, and the first mode beyond."""
    j, weight, start = [np.arange(1.0, HEAD)], [np.ones(HEAD - 1)], HEAD
    k = np.arange(1, POINTS)
    while start < last:
        off = np.sqrt(k * k * (1 - (k / start) ** 2) / (4 * (4 * k * k - 1)))
        node, vector = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
        j.append(start + (start - 1) / 2 + start * node)
        weight.append(start * vector[0] ** 2)
        start *= 2
    return np.concatenate(j), np.concatenate(weight), start


def part(lam: Array, columns: Array, first: int, a: float, b: float) -> Part:
    """The modes before `first`; beyond, sum lambda^(m+1) and sum omega lambda^m."""
    order = np.arange(TERMS)
    return Part(lam, columns, (-1.0) ** order * zeta(np.stack([a * (order + 1), b + a * order]), first))


def sums(given: Part, kappa: Array) -> tuple[Array, Array]:
    """D, T and what else has columns, shape (c, k), and sum lambda/(lambda + kappa)^2."""
    lam, columns, moments = given
    real = lam + kappa.real[:, None]
    if kappa.dtype.kind == "f":
        real = 1 / real
        once, twice = real @ columns, (real * real) @ columns[:, 0]
    else:  # 1/(lambda + x + iy) = (lambda + x - iy) w
        y = kappa.imag
        w = real * real
        w += (y * y)[:, None]
        np.reciprocal(w, out=w)
        real *= w
        below = w @ columns
        once = real @ columns - 1j * y[:, None] * below
        real *= w
        w *= w
        twice = below[:, 0] - 2 * y * (y * (w @ columns[:, 0]) + 1j * (real @ columns[:, 0]))
    powers = np.vander(1 / kappa, TERMS + 1, increasing=True)[:, 1:]
    beyond = powers @ np.vstack([moments, moments[0] * np.arange(1, TERMS + 1)]).T
    return (once + beyond[:, :-1]).T, twice + beyond[:, -1] / kappa


def lean(alpha: float, beta: float, d: float, times: Array) -> Array:
    """The loss at `times`."""
    a, b = 2 * alpha, 2 * (alpha + beta)
    limit = (math.pi / a / (d * math.sin(math.pi / a))) ** a  # of kappa_0 as d grows
    j, weight, beyond = modes(int((limit / 20) ** (-1 / a)))
    lam = j**-a
    columns = np.stack([weight * lam, weight * j**-b], axis=1)
    few = part(lam[: FEW - 1], columns[: FEW - 1], FEW, a, b)
    whole = part(lam, columns, beyond, a, b)

    kappa = np.array([-1.5])  # sum lambda/(q - lambda) = 2 at q = -kappa
    for _ in range(4):
        (used, _), steep = sums(few, kappa)
        kappa = kappa - (1 / used + 0.5) * used**2 / steep
    gamma = 0.5 / (-kappa[0] * (1 + 2 / d))
    kappa = np.array([-1 / gamma])  # z_2 = 1/gamma
    for _ in range(2):
        (used, _), steep = sums(few, kappa)
        share = 1 - used / d
        slope = share + kappa * steep / d
        kappa = kappa - (kappa * share + 1 / gamma) / slope
    large = few, gamma, d, kappa[0], slope[0]

    zero = np.array([limit])  # D = d, along the power law
    for _ in range(4):
        (used, _), steep = sums(whole, zero)
        zero = zero * (used / d) ** (used / (zero * steep))
    root, power = zero[0], (zero * steep)[0] / d

    loss, late = np.empty(len(times)), times >= EXPLICIT
    if late.any():
        loss[late] = explicit(whole, large, root, power, times[late])
    if not late.all():
        head = part(lam[: HEAD - 1], columns[: HEAD - 1], HEAD, a, b)
        loss[~late] = early(head, large, root, times[~late])
    return loss


def explicit(whole: Part, large: Any, root: float, power: float, times: Array) -> Array:
    """Along kappa_0 + c (1 - cosh u sin a + i sinh u cos a), with eta = kappa x G/d at kappa_0 + x."""
    lam, columns, (mass, target) = whole
    _, gamma, d, *_ = large
    pair, term = [], 0.0
    for moment in (abs(mass)[::-1]).tolist():  # of lambda/((lambda + kappa)(lambda + kappa_0))
        term = moment - term / root
        pair.append(term)
    pairs = np.array(pair[::-1]) / root * np.sign(mass)
    beside = Part(lam, np.column_stack([columns, columns[:, 0] / (lam + root)]), np.stack([mass, target, pairs]))
    h, angle = 2 * math.pi * WIDE / (2 * DECAY + REACH), WIDE * (DECAY + REACH) / (2 * DECAY + REACH)
    c, sine, cosine = REACH / (2 * gamma * power * times.max()), math.sin(angle), math.cos(angle)
    end = math.acosh((1 + DECAY / (2 * gamma * times.min() * c)) / sine)
    u = h * np.arange(math.ceil(end / h) + 1)
    grow, rise = np.cosh(u), np.sinh(u)
    x, move = c * (1 - grow * sine + 1j * rise * cosine), h / math.pi * c * (grow * cosine + 1j * rise * sine)
    move[0] /= 2
    kappa = root + x
    (used, power_at, both), steep = sums(beside, kappa)
    share = x * both / d
    return final(large, times, kappa * share, kappa * power_at, used, move * (share + kappa * steep / d))


def early(head: Part, large: Any, root: float, times: Array) -> Array:
    """Along the ellipse around [-log 2, 0] in l = log g."""
    _, gamma, d, *_ = large
    length, last = math.log(2), float(times.max())
    near = 1 + 4 / (length * max(1.0, last))
    rho = min(near + math.sqrt(near * near - 1), 3 / length + math.hypot(3 / length, 1))
    count, growth = 4 * math.ceil(DECAY / (4 * math.log(rho))), math.log(rho * length / 4 * (last + 1))
    while growth * count / 2 - math.lgamma(count / 2 + 1) > -DECAY / 2:
        count += 4
    turn = rho * np.exp(2j * math.pi / count * np.arange(count // 2 + 1))
    weights = length / 2 / count * (turn - 1 / turn)
    weights[[0, -1]] /= 2
    y = np.expm1(length / 4 * (turn + 1 / turn - 2))
    s = np.sqrt(1 + 2 * y)
    eta = y / (gamma * (1 + s))
    kappa = root + eta
    for _ in range(3):
        (used, _), steep = sums(head, kappa)
        share = 1 - used / d
        kappa = kappa - (kappa * share - eta) / (share + kappa * steep / d)
    (used, power), _ = sums(head, kappa)
    return final(large, times, eta, kappa * power, used, weights * (1 + y) / (2 * gamma * s))


def final(large: Any, times: Array, eta: Array, power: Array, used: Array, move: Array) -> Array:
    """Re sum g^t F~/(1 - K~) 2 gamma s d eta."""
    few, gamma, d, root, slope = large
    z = 1 / gamma + eta
    kappa = root - eta / slope
    (used_there, _), steep = sums(few, kappa)
    share = 1 - used_there / d
    kappa = kappa - (kappa * share + z) / (share + kappa * steep / d)
    (used_there, power_there), _ = sums(few, kappa)
    term = move * (power / eta + kappa * power_there / z) / (1 + (z * used_there + eta * used) / (2 * (z + eta)))
    y = 2 * gamma * eta * (1 + gamma * eta)
    growth = np.exp(np.outer(times, np.log1p(y.real * (2 + y.real) + y.imag**2) / 2))
    phase = np.outer(times, np.arctan2(y.imag, 1 + y.real))
    phase *= growth > 0
    return (growth * np.cos(phase)) @ term.real - (growth * np.sin(phase)) @ term.imag
