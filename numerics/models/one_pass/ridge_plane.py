r"""A contour in the plane of the ridge: inversion without root finding.

The equation of the ridge, eta = kappa (1 - df1(kappa)/d), is explicit in kappa.  So the integral over l of `contour` is
taken over kappa instead, with

    y = gamma B eta (2 + gamma C eta) = w - 1,      l = log1p(y),      dl = 2 gamma B s eta'(kappa) d kappa/w,

s = 1 + gamma C eta, eta' = 1 - df2/d, along a hyperbola around the half-line left of kappa_0 = kappa(0),

    kappa(u) = kappa_0 + x(u),      x(u) = c (1 - sin(a - iu)),      u = 0, h, 2h, ...

Each node costs one pass over the spectrum where Newton's iteration needs five.  For small x

    eta = kappa x G/d,      G = sum lambda/((lambda + kappa)(lambda + kappa_0)),

as df1(kappa_0) = d: nothing cancels.  An error of kappa_0 is one of d, of the relative size that `zero_ridge_error`
states divided by d log d/d log kappa_0, and the same for all nodes.

**Where it holds.**  In the upper half plane Im eta > 0 says that kappa is the ridge of its eta (`core.ridge`), and
Re s > 0 that eta is the small root of its w; every node must have both, else there is no such contour (None), and the
one in l serves.  Where x is small l is proportional to x, where kappa is large to kappa itself: both ends of the curve
are the hyperbola of `contour` in l, with its step and its rate.  In between it is bent, which costs some of the rate;
what remains of the error is estimated as there, from every second node.  c makes the growth e^{l t} at u = 0 that of
`contour`; the curve ends where e^{Re l t0} is below the goal, for which t0 must not be early (`EARLIEST`): along its
arms |w| falls to one half or so at Re s > 0, not to nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, goal_exponent
from ...core.ridge import Ridge, share_left, together, zero_ridge_error
from ...core.spectrum import Spectrum
from ...core.tails import TAIL_RATIO

EARLIEST = 32.0
"""Times from here on may be served."""

_SPARE = 1.5  # v/d from which on the model of eta is near enough
_WIDEST = (1.4, 1.15, 0.9)  # A: what is tried
_TESTED = 5  # every so many steps the curve with angle A is tested
_BESIDE = 2.0  # eta by G up to this multiple of kappa_0 in |x|
_STEPS = 30
_DONE = 1e-8  # after a step of Newton's iteration this small the next error is round-off


@dataclass(frozen=True, eq=False)
class Nodes:
    """Ridges `small` at `eta`, and `weights` for d kappa: P = Re sum weight_k eta'(kappa_k) (...)(kappa_k)."""

    eta: Array
    slope: Array
    weights: Array
    small: Ridge


def nodes(
    spectrum: Spectrum, d: float, root: float, rates: tuple[float, float], span: tuple[float, float]
) -> Nodes | None:
    """Nodes for all times in `span` = [t0, t1] in float64, None where there are none; `rates` = gamma B, gamma C."""
    if spectrum.size < _SPARE * d:
        return None
    first, last = span
    reach = 4 + goal_exponent(FLOAT64) / 16  # as in `contour.hyperbola`
    decay = goal_exponent(FLOAT64) + reach
    _, spread, _ = spectrum.freedom(np.array([root]))
    power = float(spread[0] / d)
    for widest in _WIDEST:
        angle, h = (widest * part / (2 * decay + reach) for part in (decay + reach, 2 * math.pi))
        end = math.acosh((1 + decay * last / (first * reach)) / math.sin(angle))
        u = h * np.arange(math.ceil(end / h) + 1)
        tested = _curve(reach / last, widest, u[1::_TESTED], rates, root, power)
        if tested is not None and (_ridges(spectrum, d, root, tested[0])[0].imag > 0).all():
            break
    else:
        return None
    curve = _curve(reach / last, angle, u, rates, root, power)
    if curve is None:
        return None
    x, weights = curve
    weights[0] /= 2
    eta, slopes, small = _ridges(spectrum, d, root, x)
    if not ((eta.imag[1:] > 0).all() and (1 + rates[1] * eta.real > 0).all()):
        return None
    return Nodes(eta, slopes, h / math.pi * weights, small)


def _curve(
    mu: float, angle: float, u: Array, rates: tuple[float, float], root: float, power: float
) -> tuple[Array, Array] | None:
    """x(u) and x'(u)/i of the hyperbola in l with vertex mu, taken to the plane of kappa by the model of eta."""
    sine, cosine, grow, rise = math.sin(angle), math.cos(angle), np.cosh(u), np.sinh(u)
    ell, move = mu * (1 - grow * sine + 1j * rise * cosine), mu * (grow * cosine + 1j * rise * sine)
    y = np.expm1(ell)
    s = np.sqrt(1 + y * rates[1] / rates[0])
    zeta = y / (rates[0] * (1 + s) * root)
    ratio = zeta / power + 0  # x/kappa_0, exact for small ones
    far = abs(zeta) > power
    ratio[far] = zeta[far] + zeta[far] ** (1 - power)
    for _ in range(_STEPS):
        log = log1p(ratio)
        rest = np.expm1((1 - power) * log)
        slope = 1 - (1 - power) * (rest + 1) / (ratio + 1)
        step = (ratio - rest - zeta) / slope
        ratio = ratio - step
        if (abs(step) <= _DONE * abs(ratio)).all():
            break
    else:
        return None
    slope = 1 - (1 - power) * np.exp(-power * log1p(ratio))
    return root * ratio, move * (1 + y) / (2 * rates[0] * s * slope)


def log1p(z: Array) -> Array:
    """log(1 + z) of complex numbers; NumPy's has no digits where they are small."""
    return np.log1p(2 * z.real + z.real**2 + z.imag**2) / 2 + 1j * np.arctan2(z.imag, 1 + z.real)


def _ridges(spectrum: Spectrum, d: float, root: float, x: Array) -> tuple[Array, Array, Ridge]:
    """eta, eta' and the sums at kappa_0 + x."""
    kappa = root + x
    rows = np.empty((6, len(x)), dtype=kappa.dtype)  # 1 - df1/d, its rounding, df1, df1 - df2, T, T - T(0)
    size = abs(x)
    series, far = size * TAIL_RATIO <= root, size > _BESIDE * root
    for part in [*_pieces(spectrum, kappa, np.flatnonzero(~far & ~series)), np.flatnonzero(series)]:
        if len(part):
            *sums, pair = spectrum.beside(root, x[part])
            share = x[part] * pair / d
            rows[:, part] = share, 4 * abs(share), *sums
    for part in _pieces(spectrum, kappa, np.flatnonzero(far)):
        used, spread, free, target, excess = spectrum.sums(kappa[part])
        rows[:, part] = *share_left(spectrum, d, used, free), used, spread, target, excess
    share, doubt, df1, spread, target, excess = rows
    eta, slope = kappa * share, share + spread / d
    error = FLOAT64.eps * (2 + abs(doubt / share)) + zero_ridge_error(spectrum, root)
    return eta, slope, Ridge(kappa, df1, target, excess, error)


def _pieces(spectrum: Spectrum, kappa: Array, places: Array) -> list[Array]:
    """`places` in pieces that are summed together."""
    size = abs(kappa[places])
    return [places[piece] for piece in together(spectrum, np.argsort(size, kind="stable"), size)]
