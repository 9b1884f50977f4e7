"""Truncated series in 1/d and in general powers of a small variable, with logarithms and exact coefficients.

**Definition.** A term is ``c * d^{-i} * x^e * (log x)^k``. The exponent ``e = n_0 + n_1 s_1 + n_2 s_2 + ...`` is
kept as the integer vector ``(n_0, n_1, ...)`` over a basis (1, s_1, s_2, ...) of pole positions, so that it stays
exact for symbolic parameters; ``c`` is a polynomial over QQ in named constants, the pole positions among them.
Numbers for the basis are used for one purpose only: to order terms and to cut.

**Grading.** With ``x ~ d^{-tau}`` for some tau between 0 and 1/slope (the window), a term is ``d^{-(i + tau e)}``.
It is kept if ``i <= order`` and the *grade* ``e + slope * i <= bound``: the bounds at the two ends of the window,
hence everywhere between. Every operation keeps exactly the terms within the grading. A product is therefore complete to
``bound + g``, g being the lowest grade of its factors if that is negative, and to ``bound`` if not. A single power is
multiplied by shifting exponents (`Series.shifted`), for as a series of its own it might lie beyond the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import add, mul
from typing import Any

Exponent = tuple[int, ...]
Key = tuple[int, Exponent, int]


@dataclass(frozen=True)
class Grading:
    """Coefficient ring, numeric values of the exponent basis, and the cut; see the module.

    ``units`` are the ring elements of the basis: 1 and the pole positions.
    """

    ring: Any
    basis: tuple[Fraction, ...]
    units: tuple[Any, ...]
    order: int
    bound: Fraction
    slope: Fraction

    def size(self, exponent: Exponent) -> Fraction:
        """The number that an exponent stands for."""
        return Fraction(self._count(exponent), self._unit)

    def _count(self, exponent: Exponent) -> int:
        """The size in units of ``1/_unit``, so that the cut is decided in whole numbers."""
        if (known := self._counts.get(exponent)) is None:
            known = self._counts[exponent] = sum(map(mul, exponent, self._steps))
        return known

    @cached_property
    def _counts(self) -> dict[Exponent, int]:
        """Counts found: a product of series asks for the same ones again and again."""
        return {}

    @cached_property
    def _unit(self) -> int:
        return lcm(*(s.denominator for s in (*self.basis, self.slope, self.bound)))

    @cached_property
    def _steps(self) -> tuple[int, ...]:
        return tuple(int(s * self._unit) for s in self.basis)

    @cached_property
    def _limits(self) -> tuple[int, int]:
        return int(self.slope * self._unit), int(self.bound * self._unit)

    def element(self, exponent: Exponent) -> Any:
        """The same as an element of the coefficient ring."""
        return sum((n * u for n, u in zip(exponent, self.units, strict=True)), self.ring.zero)

    def keeps(self, key: Key) -> bool:
        """Whether a term is within the cut."""
        slope, bound = self._limits
        return key[0] <= self.order and self._count(key[1]) + slope * key[0] <= bound

    def zero(self) -> Exponent:
        """The exponent of a constant."""
        return (0,) * len(self.basis)

    def vector(self, e: Exponent | int) -> Exponent:
        """An exponent as a vector; an integer stands for itself."""
        return (e, *self.zero()[1:]) if isinstance(e, int) else e

    def series(self, terms: Mapping[Key, Any] | Iterable[tuple[Key, Any]]) -> Series:
        """A series from its terms; what lies beyond the cut is dropped."""
        items = terms.items() if isinstance(terms, Mapping) else terms
        return Series(self, {k: self.ring(c) for k, c in items if self.keeps(k)})

    def constant(self, value: Any) -> Series:
        """A constant as a series."""
        return self.series({(0, self.zero(), 0): value})

    def monomial(self, i: int = 0, e: Exponent | int = 0, k: int = 0, value: Any = 1) -> Series:
        """The series ``value d^-i x^e (log x)^k``; an integer stands for an integer exponent."""
        return self.series({(i, self.vector(e), k): value})


@dataclass(frozen=True)
class Series:
    """A truncated series; sums, products and the compositions below stay within its grading."""

    grading: Grading
    terms: Mapping[Key, Any]

    def __add__(self, other: Series) -> Series:
        terms = dict(self.terms)
        for key, c in other.terms.items():
            terms[key] = terms[key] + c if key in terms else c
        return Series(self.grading, {key: c for key, c in terms.items() if c})

    def __neg__(self) -> Series:
        return self * -1

    def __sub__(self, other: Series) -> Series:
        return self + -other

    def __mul__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            scale = self.grading.ring(other)
            return Series(self.grading, {key: c * scale for key, c in self.terms.items() if scale})
        terms: dict[Key, Any] = {}
        order, (slope, bound), count = self.grading.order, self.grading._limits, self.grading._count
        left = [(key, c, count(key[1]) + slope * key[0]) for key, c in self.terms.items()]
        right = [(key, c, count(key[1]) + slope * key[0]) for key, c in other.terms.items()]
        for (i, e, k), c, u in left:
            for (j, f, m), b, v in right:
                if i + j <= order and u + v <= bound:
                    key = (i + j, tuple(map(add, e, f)), k + m)
                    terms[key] = terms[key] + c * b if key in terms else c * b
        return Series(self.grading, {key: c for key, c in terms.items() if c})

    @cached_property
    def powers(self) -> list[Series]:
        """``[1, w, w^2, ...]`` up to the cut, for a series without constant term; all its compositions share them."""
        found = [self.grading.constant(1)]
        while found[-1].terms:
            found.append(found[-1] * self)
        return found[:-1]

    def compose(self, coefficient: Callable[[int], Any]) -> Series:
        """``sum_n coefficient(n) w^n`` for a series w without constant term."""
        total = self.grading.series({})
        for n, power in enumerate(self.powers):
            total = total + power * coefficient(n)
        return total

    def log1p(self) -> Series:
        """``log(1 + w)``."""
        return self.compose(lambda n: Fraction((-1) ** (n + 1), n) if n else 0)

    def shifted(self, i: int = 0, e: Exponent | int = 0) -> Series:
        """The series times ``d^-i x^e``; an integer stands for an integer exponent."""
        step = self.grading.vector(e)
        return self.grading.series({(j + i, tuple(map(add, f, step)), k): c for (j, f, k), c in self.terms.items()})

    def scaled_power(self, exponent: Exponent, logs: int = 0, i: int = 0, e: Exponent | int = 0) -> Series:
        """``d^-i x^e y^exponent (log y)^logs`` at ``y = x (1 + w)``, this series being w."""
        grading = self.grading
        step = tuple(map(add, exponent, grading.vector(e)))
        shifted = self.compose(binomials(grading.element(exponent))).shifted(i, step)
        if not logs:
            return shifted
        log = grading.monomial(k=1) + self.log1p()
        for _ in range(logs):
            shifted = shifted * log
        return shifted


def binomials(x: Any) -> Callable[[int], Any]:
    """Coefficients ``binomial(x, n)`` of ``(1 + w)^x``."""
    found = [x.ring.one if hasattr(x, "ring") else Fraction(1)]

    def coefficient(n: int) -> Any:
        while len(found) <= n:
            m = len(found)
            found.append(found[-1] * (x - (m - 1)) * Fraction(1, m))
        return found[n]

    return coefficient
