r"""Generating functions of the model, free of cancellation.

Notation: g(x) = 1 - 2 gamma B x + gamma^2 B (B+1) x^2 is the contraction of a mode x; for w = g the roots are
z_1 = -eta (small) and z_2 = z_c + eta (large), z_c = 2/(gamma (B+1)),

    eta = y/(gamma B (1 + s)),     s = sqrt(1 + (B+1) y/B),     y = w - 1 = expm1(l).

With kappa_i the effective ridge at z_i, D_i = df1(kappa_i), T_i = T(kappa_i), m_i = 1 - D_i/d, the sums
F~(w) = sum_r F(r) w^(-r-1) and K~(w) = sum_r K(r) w^(-r-1) of the Volterra equation P = F + K * P are

    F~ = (T_1/m_1 - T_2/m_2)/(2 gamma B s),     K~ = -(z_2 D_2 + eta D_1)/((B+1)(z_2 + eta)),     P~ = F~/(1 - K~),

(arXiv:2405.15074, section 2 and appendix C, with z = -kappa m inserted; the textbook partial fractions subtract
numbers of size d).

**Regular parts are removed.**  A constant in w adds nothing to a contour integral, yet its rounding does: eps times the
constant over t, which buries a loss decaying faster than 1/t.  All three transforms have one, their regular part at
w = 1.  With c = T(0) = sum omega/lambda (0 where that diverges), the index c for z = z_c, and N = ||K||,

    N - K~         = (z_2 (D_2 - D_c) + eta (D_1 - D_c))/((B+1)(z_2 + eta)),
    2 gamma B F~ - a = ((T_1 - c)/m_1 + c D_1/(d m_1) - (T_2/m_2 - T_c/m_c))/s + a (1 - s)/s,     a = c - T_c/m_c,
    P~ - A         = (F~ - a/(2 gamma B) - A (N - K~))/(1 - K~),                           A = a/(2 gamma B (1-N)),

where every difference is formed without subtracting: T_1 - c in `Spectrum.resolvents`, and at the large root
kappa_2 - kappa_c = -eta/(1 - E/d), D_2 - D_c = -(kappa_2 - kappa_c) G, T_2 - T_c = -(kappa_2 - kappa_c) H with G, H
from `Spectrum.pairs_beside` and E = D_c - kappa_2 G.  So the relative error of each transform stays at round-off as
w -> 1.

For |y| >> gamma B, on the contours of early times, the constant is larger than the transform.  What is removed is
therefore A tau/(y + tau), the transform of A tau (1 - tau)^t, with A tau = P(0): it equals A at w = 1 and is never
larger than the transform.  For |y| < tau the difference form above plus A y/(y + tau) is used, beyond it the plain
form minus A tau/(y + tau).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Scalar
from ...core.ridge import Moved, Ridge, effective_ridge, ridge_beside
from ...core.spectrum import Spectrum
from ...core.stack import Stack
from ...volterra.contour import Summands, Transform
from . import ridge_plane

# What is removed decays no faster than (1 - tau)^t, 1 - tau >= _SHORTEST (or the support's end, 1 - B/C, if larger).
_SHORTEST = 2.0**-8
_STEEP = 0.5  # from this slope of eta on the ridge at the large root starts along it


@dataclass(frozen=True, eq=False)
class _Roots:
    """What the transforms need at a set of points w = 1 + y.

    `close`: where y holds more digits than w.  `forcing_rise` = F~ - a/(2 gamma B) and `kernel_drop` = N - K~ come with
    the sum of the absolute values of their parts (`_size`); `error` is the relative error of each part.
    """

    w: Array
    y: Array
    close: Array
    error: Array
    forcing: Array
    kernel: Array
    forcing_rise: Array
    forcing_size: Array
    kernel_drop: Array
    kernel_size: Array


@dataclass(frozen=True, eq=False)
class _Parts:
    """Q as it stands and Q - constant (`rise`), the rounding of each in units of `_Roots.error`, and the drift of Q."""

    plain: Array
    plain_size: Array
    rise: Array
    rise_size: Array
    drift: Array


@dataclass(frozen=True, eq=False)
class Transforms:
    """Transforms of loss, forcing and kernel for `volterra.contour`.

    `pairs` = C of `one_pass` stands for every B + 1 of the module's docstring; `noise_power` = sigma^2 is added to F,
    and so sigma^2/((w - 1)(1 - K~)) to P~.  `ridge_zero` = kappa_0; `ridge_kernel` = kappa_c and `sums_kernel`,
    `Resolvents.sums` there, are None beyond the edge limit, where only `plain` is offered; `ridge_kernel_error`:
    relative error of what is derived from kappa_c.

    Of many models (`lockstep`) the numbers are columns, (models, 1), and only what `ridge_plane` serves is offered.
    """

    spectrum: Spectrum | Stack
    d: Scalar
    batch: Scalar
    gamma: Scalar
    ridge_zero: Scalar
    ridge_kernel: Scalar | None
    sums_kernel: tuple[Scalar, ...] | None
    ridge_kernel_error: Scalar
    pairs: Scalar
    noise_power: Scalar

    @property
    def loss(self) -> Transform:
        """Of P; needs ||K|| < 1.

        An error of N = ||K|| moves P~ by P~/(1 - K~) times as much, at all nodes together: the drift.
        """
        return self._of_loss(lambda at: self.noise_power)

    @property
    def excess(self) -> Transform:
        """Of P - sigma^2, which beside sigma^2 would be lost where it is small: its labels are sigma^2 K~."""
        return self._of_loss(lambda at: self.noise_power * at.kernel)

    def _of_loss(self, labels_at: Callable[[_Roots], Array | Scalar]) -> Transform:
        """Of P less what labels have beside this over ``(w - 1)(1 - K~)``: all of it has sigma^2."""
        level = self._constant / (1 - self._norm)

        def parts(at: _Roots) -> _Parts:
            rest = (1 - self._norm) + at.kernel_drop
            rise = (at.forcing_rise - level * at.kernel_drop) / rest
            rise_size = (at.forcing_size + level * at.kernel_size) / abs(rest)
            labels = labels_at(at) / (at.y * rest)  # from the transform sigma^2/(w - 1) of their noise
            plain = at.forcing / rest + labels
            rise, rise_size = rise + labels, rise_size + abs(labels)
            gain = at.kernel_size / abs(rest)
            loss = at.forcing / rest + self.noise_power / (at.y * rest)
            drift = loss * (self._norm * self.ridge_kernel_error) / rest
            return _Parts(plain, abs(plain) * (1 + gain), rise, rise_size + abs(rise) * gain, drift)

        return self._transform(parts, level, self.spectrum.target_power)

    @property
    def forcing(self) -> Transform:
        """Of F."""

        def parts(at: _Roots) -> _Parts:
            return _Parts(at.forcing, abs(at.forcing), at.forcing_rise, at.forcing_size, 0 * at.y)

        return self._transform(parts, self._constant, self.spectrum.target_power)

    @property
    def kernel(self) -> Transform:
        """Of K; K(0) = gamma^2 B (sum lambda^2 + (sum lambda)^2/d)."""
        spectrum = self.spectrum
        start = self.gamma**2 * self.batch * (spectrum.square_trace + spectrum.trace**2 / self.d)

        def parts(at: _Roots) -> _Parts:
            return _Parts(at.kernel, abs(at.kernel), -at.kernel_drop, at.kernel_size, 0 * at.y)

        return self._transform(parts, self._norm, start)

    def _transform(self, parts: Callable[[_Roots], _Parts], constant: Scalar, start: Scalar) -> Transform:
        """Q - constant tau/(y + tau) from both forms of Q; constant * tau <= `start` keeps 1 - tau in the support."""
        ctx = self.spectrum.ctx
        shortest = max(1 - self.batch / self.pairs, ctx.real(_SHORTEST))
        tau = np.minimum(start / constant, 1 - shortest)
        rest = np.maximum(1 - start / constant, shortest)  # 1 - tau without its cancellation

        def value(at: _Roots) -> tuple[Array, Array, Array]:
            of = parts(at)
            pole = 1 / np.where(at.close, at.y + tau, at.w - rest)
            near = np.asarray(abs(at.y) < tau, dtype=bool)
            value = np.where(near, of.rise + constant * at.y * pole, of.plain - constant * tau * pole)
            removed = constant * abs(pole)
            size = np.where(near, of.rise_size + removed * abs(at.y), of.plain_size + removed * tau)
            value = np.where(value == 0, ctx.eps * size, value)  # cancelled to nothing: known to round-off only
            return at.w * value, at.error * size / abs(value), at.w * of.drift

        near_one = np.asarray(tau < 0.5, dtype=bool)
        rate = np.where(near_one, ctx.log1p(-np.atleast_1d(np.minimum(tau, 0.5))), ctx.log(np.atleast_1d(rest)))
        return Transform(
            lambda ell: value(self._roots(ell)),
            self._length,
            constant * tau,
            rate,
            ridge_plane.EARLIEST if self._explicit else math.inf,
            lambda first, last: self._along_ridge(value, first, last),
        )

    @property
    def _explicit(self) -> bool:
        """Whether the contour of `ridge_plane` may serve; more digits keep to the one in l, its witness."""
        return self.spectrum.ctx is FLOAT64 and bool(np.all(self.ridge_zero > 0))

    def _along_ridge(
        self, value: Callable[[_Roots], tuple[Array, Array, Array]], first: Scalar, last: Scalar
    ) -> Summands | None:
        """What is summed for all times in [first, last], from the contour of `ridge_plane`."""
        rates = self.gamma * self.batch, self.gamma * self.pairs
        found = ridge_plane.nodes(self.spectrum, self.d, self.ridge_zero, rates, (first, last))
        if found is None:
            return None
        y, s = rates[0] * found.eta * (2 + rates[1] * found.eta), 1 + rates[1] * found.eta
        q, error, drift = value(self._at(1 + y, y, s, found.eta, found.small))
        factor = found.weights * found.slope * (2 * rates[0] * s / (1 + y))
        return Summands(ridge_plane.log1p(y), factor * q, error, factor * drift, open_end=True)

    def plain(self, w: Array) -> tuple[Array, Array, Array]:
        """F~(w), K~(w) and a relative error, on points with |w| > 1 only; sigma^2 is counted as forcing."""
        b, gamma, pairs = self.batch, self.gamma, self.pairs
        s, eta, small = self._small_roots(w, w - 1)
        z2 = (1 + s) / (gamma * pairs)
        large = effective_ridge(self.spectrum, self.d, -z2, -z2)
        error = self._error(small, large)
        forcing = (small.kappa * small.target / eta + large.kappa * large.target / z2) / (2 * gamma * b * s)
        forcing = forcing + self.noise_power / (w - 1)
        return forcing, -(z2 * large.df1 + eta * small.df1) / (pairs * (z2 + eta)), error

    def _small_roots(self, w: Array, y: Array) -> tuple[Array, Array, Ridge]:
        """s, eta and the ridge at the small root."""
        b, pairs = self.batch, self.pairs
        s = self.spectrum.ctx.sqrt(np.where(_close(y), 1 + pairs * y / b, (pairs * w - (pairs - b)) / b))
        eta = y / (self.gamma * b * (1 + s))
        return s, eta, effective_ridge(self.spectrum, self.d, eta, eta + self.ridge_zero)

    def _error(self, small: Ridge, large: Ridge | Moved) -> Array:
        """The relative error that both ridges bring."""
        spectrum, ctx = self.spectrum, self.spectrum.ctx
        compression = spectrum.compression_error(small.kappa) + spectrum.compression_error(large.kappa)
        if ctx is not FLOAT64:
            compression = ctx.real(compression)
        return 2 * (small.error + large.error) + compression + 4 * ctx.eps

    @functools.cached_property
    def _at_kernel(self) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """D_c, T_c, m_c and eta'(kappa_c), or 1 where that is small: a slope for start values."""
        assert self.sums_kernel is not None  # nothing but `plain` is asked where there are none
        df1, spread, _, target, _ = self.sums_kernel
        slope = 1 - (df1 - spread) / self.d
        steep = np.asarray(slope > _STEEP, dtype=bool)
        return df1, target, 1 - df1 / self.d, np.where(steep, slope, slope * 0 + 1)

    @property
    def _length(self) -> float:
        """Modes contract by factors from 1 - B/C to 1; infinite for C = B."""
        return math.log(float(self.pairs) / float(self.pairs - self.batch)) if self.pairs > self.batch else math.inf

    @property
    def _norm(self) -> Scalar:
        return -self._at_kernel[0] / self.pairs

    @property
    def _constant(self) -> Scalar:
        """a/(2 gamma B)."""
        _, target, mass, _ = self._at_kernel
        return (self.spectrum.target_at_zero - target / mass) / (2 * self.gamma * self.batch)

    def _roots(self, ell: Array) -> _Roots:
        w, y = self.spectrum.ctx.exp(ell), self.spectrum.ctx.expm1(ell)
        return self._at(w, y, *self._small_roots(w, y))

    def _at(self, w: Array, y: Array, s: Array, eta: Array, small: Ridge) -> _Roots:
        b, unit, pairs = self.batch, 2 * self.gamma * self.batch, self.pairs
        df1, target, mass, slope = self._at_kernel
        z2 = (1 + s) / (self.gamma * pairs)
        large = ridge_beside(self.spectrum, self.d, self.ridge_kernel, df1, -eta, -eta / slope)
        error = self._error(small, large)
        forcing = (small.kappa * small.target / eta + large.kappa * large.target / z2) / (unit * s)
        scale = pairs * (z2 + eta)
        kernel = -(z2 * large.df1 + eta * small.df1) / scale
        ratio = (
            large.move * (large.power + target * large.mass / (self.d * mass)) * large.kappa / z2
        )  # T_2/m_2 - T_c/m_c, as 1/m_2 = -kappa_2/z_2
        inverse = small.kappa / eta  # 1/m_1
        forcing_parts = (
            small.excess * inverse / (unit * s),
            self.spectrum.target_at_zero * small.df1 / self.d * inverse / (unit * s),
            -ratio / (unit * s),
            -self._constant * pairs * y / (b * (1 + s)) / s,  # a (1 - s)/s
        )
        kernel_parts = -z2 * large.move * large.mass / scale, eta * (small.df1 - df1) / scale
        return _Roots(
            w,
            y,
            _close(y),
            error + 2 * self.ridge_kernel_error,
            forcing,
            kernel,
            *_total(forcing_parts),
            *_total(kernel_parts),
        )


def _total(parts: tuple[Array, ...]) -> tuple[Array, Array]:
    """The sum of the parts and of their absolute values."""
    total, size = parts[0], abs(parts[0])
    for part in parts[1:]:
        total, size = total + part, size + abs(part)
    return total, size


def _close(y: Array) -> Array:
    """Where y holds more digits than w."""
    return np.asarray(abs(y) < 0.5, dtype=bool)
