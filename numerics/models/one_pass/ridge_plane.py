r"""A contour in the plane of the ridge: inversion without root finding.

The equation of the ridge, eta = kappa (1 - df1(kappa)/d), is explicit in kappa.  So the integral over l of `contour` is
taken over kappa instead, with

    y = gamma B eta (2 + gamma C eta) = w - 1,      l = log1p(y),      dl = 2 gamma B s eta'(kappa) d kappa/w,

s = 1 + gamma C eta, eta' = 1 - df2/d.  Each node costs one pass over the spectrum where Newton's iteration needs five.

**The curve** is the hyperbola of `contour` in l, taken to the plane of kappa by a model of eta that needs no sums over
the spectrum: with kappa_0 = kappa(0) and p = eta'(kappa_0),

    eta ~ kappa (1 - (kappa/kappa_0)^-p),

right to first order at kappa_0 and at infinity, and exact for an infinite power law in the limit of many features.  It
is inverted by two steps of Newton's iteration, no more: from x/kappa_0 = Z + p ((1 + Z/p^2)^(1-p) - 1), right at both
ends, at Z = eta/kappa_0.  Any curve is allowed on which the integrand is analytic, if its derivative is exact; the
nearer the model, the nearer its rate to that of the hyperbola (after one step spectra far from powers lose digits).

**Where it holds.**  In the upper half plane Im eta > 0 says that kappa is the ridge of its eta (`core.ridge`), and
Re s > 0 that eta is the small root of its w.  Every node must have both, and so must points on the curve that begins at
the same place with an angle A wider than a: between the two the integrand is analytic, so that the hyperbola with

    h = 2 pi A/(2D + m),      a = A (D + m)/(2D + m)

keeps the rate of `contour`, where A = pi/2.  A is the largest of a few that pass; without one (nearly as many features
as modes) the contour in l serves.  What is left of the error is estimated as there, from every second node.

**Sums.**  For small x = kappa - kappa_0

    eta = kappa x G/d,      G = sum lambda/((lambda + kappa)(lambda + kappa_0)),

as df1(kappa_0) = d: nothing cancels (`Spectrum.beside`).  An error of kappa_0 is an error of d of that size and the
same for all nodes; it is counted at each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Scalar, goal_exponent
from ...core.resolvents import NEAR, Resolvents
from ...core.ridge import Ridge, share_left, together, zero_ridge_doubt
from ...core.spectrum import Spectrum
from ...core.stack import Stack

EARLIEST = 32.0
"""Times from here on may be served: for them Im l stays below pi, where s and -s change places."""

_SPARE = 1.5  # v/d from which on the model of eta is near enough
_WIDEST = (1.4, 1.15, 0.9)  # A: what is tried
_TESTED = 5  # every so many steps the curve with angle A is tested
_BESIDE = 2.0  # eta by G up to this multiple of kappa_0 in |x|
_MANY = 32  # points from which on power series cost less than the sums over nodes, which the others need anyway
_MODELS = 8  # in one piece
_TOGETHER = 1 << 16  # entries of the tables of one piece
_STEPS = 2  # of Newton's iteration for the curve


@dataclass(frozen=True, eq=False)
class Nodes:
    """Ridges `small` at `eta`, and `weights` for d kappa: P = Re sum weight_k eta'(kappa_k) (...)(kappa_k)."""

    eta: Array
    slope: Array
    weights: Array
    small: Ridge


def nodes(
    spectrum: Spectrum | Stack, d: Scalar, root: Scalar, rates: tuple[Scalar, Scalar], span: tuple[Scalar, Scalar]
) -> Nodes | None:
    """Nodes for all times in `span` = [t0, t1] in float64, None where there are none; `rates` = gamma B, gamma C.

    Of many models, whose numbers are columns, (models, 1), those that the first angle does not serve get an infinite
    error.
    """
    if not (spectrum.infinite or np.all(spectrum.size >= _SPARE * d)):
        return None
    first, last = span
    reach = 4 + goal_exponent(FLOAT64) / 16  # as in `contour.hyperbola`
    decay = goal_exponent(FLOAT64) + reach
    at_root = spectrum.freedom(np.atleast_1d(root))
    power, doubt = at_root[1] / d, zero_ridge_doubt(FLOAT64, *at_root)
    if power.size == 1:
        power, doubt = power.item(), doubt.item()  # numbers cost less than arrays of one
    ratio = float(np.max(last / first))
    for widest in _WIDEST:
        angle, h = (widest * part / (2 * decay + reach) for part in (decay + reach, 2 * math.pi))
        end = math.acosh((1 + decay * ratio / reach) / math.sin(angle))
        u = h * np.arange(math.ceil(end / h) + 1)
        tested = u[1::_TESTED]
        angles = np.repeat([angle, widest], [len(u), len(tested)])
        x, weights = _curve(reach / last, angles, np.append(u, tested), rates, root, power)
        eta, slopes, small = _ridges(spectrum, d, root, x)
        served = (eta.imag[..., 1:] > 0).all(axis=-1) & (1 + rates[1] * eta.real > 0).all(axis=-1)
        if served.any():
            weights[..., 0] /= 2
            used = (..., slice(len(u)))
            error = np.where(served[..., None], small.error + doubt, math.inf)
            sums = small.kappa, small.df1, small.target, small.excess, error
            return Nodes(eta[used], slopes[used], h / math.pi * weights[used], Ridge(*(part[used] for part in sums)))
    return None


def _curve(
    mu: Scalar, angle: Array, u: Array, rates: tuple[Scalar, Scalar], root: Scalar, power: Scalar
) -> tuple[Array, Array]:
    """x(u) and x'(u)/i of the hyperbola in l with vertex mu, taken to the plane of kappa by the model of eta."""
    sine, cosine, grow, rise = np.sin(angle), np.cos(angle), np.cosh(u), np.sinh(u)
    ell, move = mu * (1 - grow * sine + 1j * rise * cosine), mu * (grow * cosine + 1j * rise * sine)
    y = np.expm1(ell)
    s = np.sqrt(1 + y * rates[1] / rates[0])
    ratio, rise = by_model(y / (rates[0] * (1 + s) * root), power)
    return root * ratio, move * (1 + y) * rise / (2 * rates[0] * s)


def by_model(zeta: Array, power: Scalar) -> tuple[Array, Array]:
    """kappa/kappa_0 - 1 where the model of eta is kappa_0 zeta, and its derivative by zeta."""
    log = log1p(zeta / power**2)
    ratio, rise = zeta + power * np.expm1((1 - power) * log), 1 + (1 - power) / power * np.exp(-power * log)
    for _ in range(_STEPS):
        rest = np.expm1((1 - power) * log1p(ratio))
        bend = (1 - power) * (1 + rest) / (1 + ratio)
        step = (ratio - rest - zeta) / (1 - bend)
        rise = (1 + step * power * bend / (1 + ratio) * rise) / (1 - bend)
        ratio = ratio - step
    return ratio, rise


def log1p(z: Array) -> Array:
    """log(1 + z) of complex numbers; NumPy's has no digits where they are small."""
    x, y = z.real, z.imag
    found = 1j * np.arctan2(y, 1 + x)
    near = abs(z) < 0.5
    if near.all():
        found.real = np.log1p(x * (2 + x) + y * y) / 2
    else:
        x, y = np.where(near, x, 0), np.where(near, y, 0)
        found.real = np.where(near, np.log1p(x * (2 + x) + y * y) / 2, np.log(abs(1 + z)))
    return found


def _ridges(spectrum: Spectrum | Stack, d: Scalar, root: Scalar, x: Array) -> tuple[Array, Array, Ridge]:
    """eta, eta' and the sums at kappa_0 + x; their error without that of kappa_0."""
    kappa = root + x
    rows = _of_models(spectrum, d, root, x) if isinstance(spectrum, Stack) else _of_one(spectrum, d, root, x)
    share, doubt, df1, spread, target, excess = rows
    eta, slope = kappa * share, share + spread / d
    return eta, slope, Ridge(kappa, df1, target, excess, FLOAT64.eps * (2 + abs(doubt / share)))


def _of_one(spectrum: Spectrum, d: float, root: float, x: Array) -> Array:
    """1 - df1/d, its rounding, df1, df1 - df2, T and T - T(0) at kappa_0 + x, each as it costs least."""
    kappa = root + x
    rows = np.empty((6, len(x)), dtype=kappa.dtype)
    size = abs(x)
    series, far = size * NEAR <= root, size > _BESIDE * root
    series &= series.sum() >= _MANY
    for part in [*_pieces(spectrum, kappa, np.flatnonzero(~far & ~series)), np.flatnonzero(series)]:
        if len(part):
            rows[:, part] = _sums_beside(spectrum, d, root, x[part])
    for part in _pieces(spectrum, kappa, np.flatnonzero(far)):
        rows[:, part] = _sums_far(spectrum, d, kappa[part])
    return rows


def _of_models(stack: Stack, d: Array, root: Array, x: Array) -> Array:
    """The same of many models, a few at a time whose sums take about the same modes, in the order of their sizes."""
    size, rows = abs(x), np.empty((6, *x.shape), dtype=complex)
    near, far = (size * NEAR <= root).all(axis=1), (size > _BESIDE * root).all(axis=1)
    for kind in (near, far, ~(near | far)):
        places = np.flatnonzero(kind)
        for begin in range(0, len(places), _MODELS):
            part = places[begin : begin + _MODELS]
            own, sizes, roots = stack.rows(part), d[part], root[part]
            if kind is far:
                rows[:, part] = _sums_far(own, sizes, roots + x[part])
            else:
                rows[:, part] = _sums_beside(own, sizes, roots, x[part])
    return rows


def _sums_beside(spectrum: Resolvents, d: Scalar, root: Scalar, x: Array) -> tuple[Array, ...]:
    *sums, pair = spectrum.beside(root, x)
    share = x * pair / d
    return share, 4 * abs(share), *sums


def _sums_far(spectrum: Resolvents, d: Scalar, kappa: Array) -> tuple[Array, ...]:
    used, spread, free, target, excess = spectrum.sums(kappa)
    return *share_left(spectrum, d, used, free), used, spread, target, excess


def _pieces(spectrum: Spectrum, kappa: Array, places: Array) -> list[Array]:
    """`places` in pieces that are summed together."""
    size = abs(kappa[places])
    if not len(places):
        return []
    return [places[piece] for piece in together(spectrum, np.argsort(size, kind="stable"), size, _TOGETHER)]
