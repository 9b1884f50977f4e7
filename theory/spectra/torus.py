"""The Matern kernel on the flat unit torus T^d, by its Fourier coefficients.

    lambda_m = (1 + (2 pi h |m|)^2)^{-(nu + d/2)},     m in Z^d,

(K(0) is their sum, not 1). The "degree" of a mode is ``n = |m|^2``, its degeneracy r_d(n), the number of ways to
write n as a sum of d squares. A ball of radius R holds V_d R^d lattice points, so that in order of size

    lambda_(j) ~ (2 pi h)^{-(2 nu + d)} (V_d/j)^{1 + 2 nu/d},     alpha_K = 2 nu/d.

**Zeta function.** By Poisson summation of ``int u^{w-1} e^{-u} sum_m e^{-u c^2 |m|^2} du``, with w = s (nu + d/2) and
c = 2 pi h,

    sum_m (1 + c^2 |m|^2)^{-w} = pi^{d/2} c^{-d} Gamma(w - d/2)/Gamma(w) + an entire function of w:

all poles are those of Gamma(w - d/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import mpmath
from sympy import Expr, Integer, Rational, S, Symbol, factorial, gamma, pi

from ..errors import AssumptionError
from .decay import Decay
from .zeta import Pole

_MOST = 1000
SQUARE = Symbol("n", integer=True, nonnegative=True)


def ball(dim: int) -> Expr:
    """V_d, the volume of the unit ball."""
    return pi ** Rational(dim, 2) / gamma(Rational(dim, 2) + 1)


def sums_of_squares(dim: int, number: int) -> int:
    """r_d(n): points of Z^d at the squared distance n.

    >>> [sums_of_squares(2, n) for n in range(6)], sums_of_squares(3, 9)
    ([1, 4, 4, 0, 4, 8], 30)
    """
    counts = [1] + [0] * number
    for _ in range(dim):
        counts = [sum((1 + (k > 0)) * counts[n - k * k] for k in range(isqrt(n) + 1)) for n in range(number + 1)]
    return counts[number]


@dataclass(frozen=True)
class Torus:
    """The Matern kernel of smoothness nu > 0 and length scale h > 0 on T^dim.

    Raises:
        AssumptionError: another kernel, dimension, smoothness or scale.
    """

    kernel: str
    dim: int
    nu: Rational
    scale: Rational = S.One

    def __post_init__(self) -> None:
        if self.kernel != "matern":
            raise AssumptionError(f"the kernel {self.kernel} was asked; on the torus there is matern")
        if int(self.dim) != self.dim or self.dim < 1:
            raise AssumptionError(f"the dimension {self.dim} was asked; the torus T^d needs a whole d >= 1")
        for name, value in (("smoothness nu", self.nu), ("scale", self.scale)):
            if value is None or not value > 0:
                raise AssumptionError(f"the {name} {value} was asked; matern needs a positive one")
            if value > _MOST or value.q > _MOST:
                raise AssumptionError(
                    f"the {name} {value} was asked; exact powers are written out up to {_MOST} and for fractions up to "
                    f"/{_MOST}: round it"
                )

    @property
    def power(self) -> Expr:
        """``nu + d/2``."""
        return self.nu + Rational(self.dim, 2)

    @property
    def formula(self) -> dict[str, Expr]:
        """The eigenvalue as a function of n = |m|^2."""
        return {"n = |m|^2": (1 + (2 * pi * self.scale) ** 2 * SQUARE) ** -self.power}

    def eigenvalue(self, degree: int) -> Expr:
        """The exact eigenvalue of the modes with ``|m|^2 = degree``.

        Raises:
            AssumptionError: the degree is not a whole number >= 0.
        """
        if int(degree) != degree or degree < 0:
            raise AssumptionError(f"the degree {degree} was asked; degrees are whole numbers |m|^2 >= 0")
        return (1 + (2 * pi * self.scale) ** 2 * Integer(degree)) ** -self.power

    def value(self, degree: int, digits: int = 30) -> Any:
        """The eigenvalue as an mpmath number."""
        ctx = mpmath.mp.clone()
        ctx.dps = digits + 10
        return ctx.mpf(str(self.eigenvalue(degree).n(digits + 5)))

    def degeneracy(self, degree: int) -> Integer:
        """r_d(|m|^2); 0 where no mode has this degree."""
        return Integer(sums_of_squares(self.dim, int(degree)))

    @property
    def decay(self) -> Decay:
        """The power law in the wave number |m|."""
        return Decay((2 * pi * self.scale) ** (-2 * self.power), 2 * self.power)

    @property
    def alpha_K(self) -> Expr:
        """Eigenvalues in order of size fall like ``j^-(1 + alpha_K)``."""
        return self.decay.exponent / self.dim - 1

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """All poles of the zeta function right of a floor, with their residues; finite parts are not derived (None)."""
        half, found, n = Rational(self.dim, 2), [], 0
        while (place := (half - n) / self.power) > floor:
            if not (place.is_Integer and place <= 0) and not ((half - n).is_Integer and half - n <= 0):
                size = pi**half * (2 * pi * self.scale) ** -self.dim * Integer(-1) ** n / factorial(n)
                found.append(Pole(place, size / self.power / gamma(half - n), None))
            n += 1
        return tuple(found)
