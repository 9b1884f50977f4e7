"""Spectra of zonal kernels on the unit sphere S^d in R^{d+1}, under the uniform probability.

**Funk-Hecke.** A kernel K(t) of the cosine t has as eigenfunctions the spherical harmonics of degree l, degenerate

    N(d, l) = (2l + d - 1) Gamma(l + d - 1) / (l! Gamma(d)),     N(d, 0) = 1,

with eigenvalue ``lambda_l = c_d int_{-1}^{1} K(t) P_l(t) (1 - t^2)^{(d-2)/2} dt``, ``c_d = Gamma((d+1)/2)/(sqrt(pi)
Gamma(d/2))``, P_l being the Gegenbauer polynomial with P_l(1) = 1, and ``sum_l N lambda_l = K(1)``.

**Closed forms** (by Rodrigues' formula, l integrations by parts):

    (1 - t)^s             c_d 2^{s+d-1} B(s + d/2, d/2) (-s)_l / (s + d)_l
    exp(-r/h), r^2 = 2 (1 - t)  (Laplace)      sum_j (-1/h)^j 2^{j/2}/j!  times the one above at s = j/2
    arc-cosine of order n, kappa_n(1) = 1      2 M_n a_l^2,  M_n = 2^n Gamma((d+1)/2 + n)/Gamma((d+1)/2), where a_l is,
        up to its sign, the coefficient of relu^n: for l > n it is 0 unless l - n - 1 = 2m, and then
        n! Gamma((d+1)/2) Gamma(m + 1/2) / (pi 2^{n+1} Gamma(m + n + 1 + d/2))
    t kappa_0 + kappa_1  (NTK, two layers, no bias)      from t P_l = (l P_{l-1} + (l+d-1) P_{l+1})/(2l+d-1)

For integer s the first vanishes beyond l = s; the arc-cosine kernels of order n and the NTK have eigenvalues that
vanish by parity: a target there is never learned.

**Decay.** ``Gamma(l + p)/Gamma(l + q) ~ l^{p-q}`` turns closed forms into power laws ``A l^-gamma``; with N ~ 2
l^{d-1}/Gamma(d) the eigenvalues in order of size fall like ``j^-(1 + alpha_K)``, ``alpha_K = gamma/d - 1``.

Sources: A. Bach, JMLR 18 (2017), and Bietti, Mairal, NeurIPS 2019, for arc-cosine and NTK; the rest derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from math import comb
from typing import Any

import mpmath
from sympy import (
    Expr,
    Integer,
    Rational,
    Sum,
    Symbol,
    factorial,
    gamma,
    gammasimp,
    oo,
    pi,
    powsimp,
    rf,
    sqrt,
    sympify,
)

from ..errors import AssumptionError
from .decay import Decay, leading_power

DEGREE = Symbol("l", integer=True, nonnegative=True)
_J = Symbol("j", integer=True, nonnegative=True)
_HALF = Rational(1, 2)

KERNELS = ("laplace", "arccos0", "arccos1", "ntk")


def surface(dim: int) -> Expr:
    """c_d: the density of the cosine is ``c_d (1 - t^2)^{(d-2)/2}``."""
    return gamma(Rational(dim + 1, 2)) / (sqrt(pi) * gamma(Rational(dim, 2)))


def degeneracy(dim: int, degree: int) -> Integer:
    """N(d, l), the number of independent harmonics.

    >>> [degeneracy(2, l) for l in range(4)], degeneracy(1, 5)
    ([1, 3, 5, 7], 2)
    """
    if degree == 0:
        return Integer(1)
    return Integer((2 * degree + dim - 1) * comb(degree + dim - 1, degree) // (degree + dim - 1))


def power_of_distance(s: Expr, degree: Expr, dim: int, rising: Callable[[Expr, Expr], Expr] = rf) -> Expr:
    """The eigenvalue of ``(1 - t)^s``; ``rising(x, l)`` is to be ``Gamma(x + l)/Gamma(x)``."""
    half = Rational(dim, 2)
    size = surface(dim) * 2 ** (s + dim - 1) * gamma(s + half) * gamma(half) / gamma(s + dim)
    return size * rising(-s, degree) / rising(s + dim, degree)


def relu_coefficient(order: int, degree: int, dim: int) -> Expr:
    """|a_l| of ``relu(t)^order``: exact at any degree."""
    if degree > order:
        m = Rational(degree - order - 1, 2)
        return _relu_tail(order, m, dim) if m.is_Integer else Integer(0)
    table = {(0, 0): _HALF, (1, 0): surface(dim) / dim, (1, 1): Rational(1, 2 * (dim + 1))}
    return table[order, degree]


def _relu_tail(order: int, m: Expr, dim: int) -> Expr:
    """|a_l| for l - n - 1 = 2m."""
    size = factorial(order) * gamma(Rational(dim + 1, 2)) / (pi * 2 ** (order + 1))
    return size * gamma(m + _HALF) / gamma(m + order + 1 + Rational(dim, 2))


def _moment(order: int, dim: int) -> Expr:
    """M_n."""
    half = Rational(dim + 1, 2)
    return 2**order * gamma(half + order) / gamma(half)


def arc_cosine(order: int, degree: int, dim: int) -> Expr:
    """The eigenvalue of the arc-cosine kernel of an order 0 or 1, ``kappa_n(1) = 1``."""
    return gammasimp(2 * _moment(order, dim) * relu_coefficient(order, degree, dim) ** 2)


@dataclass(frozen=True)
class Sphere:
    """A kernel on S^dim.

    Args:
        kernel: one of `KERNELS`.
        dim: d >= 1, the dimension of the sphere.
        scale: h of the Laplace kernel, a positive rational; of no meaning to the others.

    Raises:
        AssumptionError: another kernel, dimension or scale.
    """

    kernel: str
    dim: int
    scale: Rational | None = None

    def __post_init__(self) -> None:
        if self.kernel not in KERNELS:
            raise AssumptionError(f"the kernel {self.kernel} was asked; on the sphere there are {', '.join(KERNELS)}")
        if int(self.dim) != self.dim or self.dim < 1:
            raise AssumptionError(f"the dimension {self.dim} was asked; the sphere S^d needs a whole d >= 1")
        if (self.scale is None) == (self.kernel == "laplace") or (self.scale is not None and not self.scale > 0):
            need = "a positive scale" if self.kernel == "laplace" else "no scale: it depends on the angle alone"
            raise AssumptionError(f"the scale {self.scale} was asked; the kernel {self.kernel} takes {need}")

    @property
    def formula(self) -> dict[str, Expr]:
        """The eigenvalue as a function of the degree l, by the degrees where it holds."""
        if self.kernel == "laplace":
            return {"every l": self._laplace(DEGREE)}
        if self.kernel == "ntk":
            return {"even l >= 2": self._mixed(), "odd l >= 3": Integer(0)}
        order = int(self.kernel[-1])
        parity = "odd" if order == 0 else "even"
        other = "even l >= 2" if order == 0 else "odd l >= 3"
        return {f"{parity} l > {order}": self._tail(order, (DEGREE - order - 1) / 2), other: Integer(0)}

    def eigenvalue(self, degree: int) -> Expr:
        """The exact eigenvalue of a degree: closed, or, for the Laplace kernel, a convergent series.

        Raises:
            AssumptionError: the degree is not a whole number >= 0.
        """
        if int(degree) != degree or degree < 0:
            raise AssumptionError(f"the degree {degree} was asked; degrees are whole numbers >= 0")
        if self.kernel == "laplace":
            return self._laplace(Integer(degree))
        if self.kernel == "ntk":
            return gammasimp(self._at(degree))
        return arc_cosine(int(self.kernel[-1]), degree, self.dim)

    def value(self, degree: int, digits: int = 30) -> Any:
        """The eigenvalue as an mpmath number of that many digits, kept, since sums and ranks ask for the same ones."""
        return _value(self, degree, digits)

    def degeneracy(self, degree: int) -> Integer:
        """Multiplicity of the eigenvalue."""
        return degeneracy(self.dim, degree)

    @cached_property
    def decay(self) -> Decay:
        """``A l^-gamma`` and the step between degrees that do not vanish."""
        if self.kernel == "laplace":  # the roughest term of the series
            rising = lambda x, n: gamma(x + n) / gamma(x)  # noqa: E731 - no integer x here, where it would be 0/0
            rough = -sqrt(2) / self.scale * power_of_distance(_HALF, DEGREE, self.dim, rising)
            return Decay(*leading_power(rough, DEGREE), step=1)
        if self.kernel == "ntk":
            return Decay(*leading_power(self._mixed(), DEGREE), step=2)
        order = int(self.kernel[-1])
        return Decay(*leading_power(self._tail(order, (DEGREE - order - 1) / 2), DEGREE), step=2)

    @property
    def alpha_K(self) -> Expr:
        """Eigenvalues in order of size fall like ``j^-(1 + alpha_K)``."""
        return self.decay.exponent / self.dim - 1

    def _tail(self, order: int, m: Expr) -> Expr:
        return 2 * _moment(order, self.dim) * _relu_tail(order, m, self.dim) ** 2

    def _mixed(self) -> Expr:
        """The NTK's eigenvalue at even l from those of order 0 at l - 1, l + 1 and of order 1 at l."""
        below, above, own = (self._tail(n, (DEGREE + k - n - 1) / 2) for n, k in ((0, -1), (0, 1), (1, 0)))
        weight = 2 * DEGREE + self.dim - 1
        return DEGREE * below / weight + (DEGREE + self.dim - 1) * above / weight + own

    def _at(self, degree: int) -> Expr:
        d = self.dim
        if degree == 0:
            return arc_cosine(0, 1, d) + arc_cosine(1, 0, d)
        first = degree * arc_cosine(0, degree - 1, d) + (degree + d - 1) * arc_cosine(0, degree + 1, d)
        return first / (2 * degree + d - 1) + arc_cosine(1, degree, d)

    def _laplace(self, degree: Expr) -> Expr:
        weight = (-1 / sympify(self.scale)) ** _J * 2 ** (_J / 2) / factorial(_J)
        return Sum(powsimp(weight * power_of_distance(_J / 2, degree, self.dim)), (_J, 0, oo))


@cache
def _value(sphere: Sphere, degree: int, digits: int) -> Any:
    if sphere.kernel == "laplace":
        return _laplace_value(sphere.dim, Rational(sphere.scale), degree, digits)
    return _context(digits + 10).mpf(str(sympify(sphere.eigenvalue(degree)).n(digits + 5)))


def _laplace_value(dim: int, scale: Rational, degree: int, digits: int) -> Any:
    """The series, summed until its terms are below.

    With s = j/2 the term two places on is ``(2/h^2) (s + d/2)/((2s + 1) (s + 1 - l) (s + d + l))`` times it, so two
    chains make the sum: odd j from 1 on, and even j from 2l on, those before being 0. Terms alternate in pairs and are
    at most ``(2/h)^j/j!``; the sum is carried with guard digits for their size.
    """
    ratio = Rational(2) / scale
    ctx = _context(digits + 10 + int(ratio) + degree // 2)  # the largest term, and the smallness of the sum
    terms = {j % 2: _term(ctx, dim, scale, degree, j) for j in (1, 2 * degree)}
    total, bound, j = ctx.zero, ctx.one, 0
    while True:
        if j % 2 or j >= 2 * degree:
            term = terms[j % 2]
            total += term
            falling = (j + 1) * (j + 2 - 2 * degree) * (j + 2 * (dim + degree))
            terms[j % 2] = term * (ratio.p**2 * (j + dim)) / (ratio.q**2 * falling)
        if j > 2 * degree and bound < ctx.eps * abs(total):
            return total
        j += 1
        bound *= ctx.mpf(ratio.p) / (ratio.q * j)


def _term(ctx: Any, dim: int, scale: Rational, degree: int, j: int) -> Any:
    """The term of number j in closed form."""
    s, half, h = ctx.mpf(j) / 2, ctx.mpf(dim) / 2, ctx.mpf(scale.p) / scale.q
    front = ctx.gamma(half + ctx.mpf(1) / 2) / ctx.sqrt(ctx.pi)
    beta = ctx.gamma(s + half) / ctx.gamma(s + dim)
    size = (-1 / h) ** j * 2 ** (s + s + dim - 1) / ctx.factorial(j) * front * beta
    return size * ctx.rf(-s, degree) / ctx.rf(s + dim, degree)


@cache
def _context(digits: int) -> Any:
    """Arithmetic of that many digits, never changed."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    return ctx
