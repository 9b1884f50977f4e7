"""Number systems: one algorithm, any number of digits.

Every algorithm of this wing is written once against a `Precision`, which is handed in and holds no global state:

* `Float64`: NumPy arrays of float64 or complex128;
* `MultiPrecision(digits)`: NumPy *object* arrays whose entries are numbers of a private mpmath context, so that
  `+ - * /`, comparisons and `abs` work elementwise as they do for floats, and no other user of mpmath is disturbed.

Words used throughout: `digits` is what is promised to the caller, `eps` the unit round-off of the arithmetic behind it
(the multi-precision context carries guard digits), and `goal` the relative size to which truncation errors (quadrature
steps, series) are driven.  An *error* is always a relative estimate unless its name says otherwise.
"""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from ..errors import TauberInputError

Array = np.ndarray[Any, Any]
Scalar = Any  # float, or a number of a private mpmath context
Elementwise = Callable[..., Any]


class Precision(ABC):
    """What an algorithm may ask of its number system; `real`, `lift` convert in, `rounded` converts out."""

    digits: int
    eps: Scalar
    loss_limit: Scalar
    pi: Scalar
    exp: Elementwise
    expm1: Elementwise
    log: Elementwise
    log1p: Elementwise
    sqrt: Elementwise
    real_part: Elementwise
    imag_part: Elementwise

    @abstractmethod
    def real(self, value: object) -> Scalar:
        """A real number as given: int, float (exactly that double), Fraction, Decimal or string."""

    @abstractmethod
    def lift(self, values: object) -> Array:
        """An array of numbers of this system, from anything `real` takes, or from complex128."""

    @abstractmethod
    def rounded(self, values: Array) -> Array:
        """The array in float64 or complex128."""

    @abstractmethod
    def dot(self, matrix: Array, vector: Array) -> Array:
        """matrix @ vector, shapes (k, n) and (n,)."""

    @abstractmethod
    def row_sums(self, table: Array) -> Array:
        """The sum of each row, shape (k, n) -> (k,); to the last bit what the row alone gives."""

    def packed(self, values: Array) -> Array:
        """The entries as the arithmetic behind has them, complex: for long formulas in which nothing is decided."""
        return values

    def unpacked(self, values: Array) -> Array:
        """Numbers of this system again."""
        return values

    def beside(self, values: Array, number: Scalar) -> Scalar:
        """A number of this system, in the form that the entries of `values` have."""
        return number

    def working(self) -> AbstractContextManager[None]:
        """Calculate with this number system; only `flint_numbers` needs to be told."""
        return nullcontext()


def exact_number(value: object) -> object:
    """A real number as given, without rounding: int, float, Fraction, Decimal, decimal string, mpmath number."""
    if type(value) in (float, int, Fraction):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, complex):
        raise TauberInputError(
            f"A real number was expected, got {value!r}; give an int, a float, a Fraction or a string."
        )
    if isinstance(value, str):
        text = value.strip()
        try:
            if not value.isascii() or "_" in value:  # which Python reads, 1_000 and digits of any script
                raise ValueError(text)
            return float(text) if text.lower() in ("inf", "+inf", "infinity") else Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise TauberInputError(f"The text {value!r} is not a number; write it like 0.8, 4/5 or 1e6.") from error
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else float(value)
    if isinstance(value, np.generic):
        return value.item()
    return value


def exact_sum(*terms: tuple[int, object]) -> Fraction | None:
    """The sum of (factor, number as given), or None where a number is infinite or no exact fraction."""
    total = Fraction(0)
    for factor, value in terms:
        number = exact_number(value)
        if not isinstance(number, (int, float, Fraction)) or not math.isfinite(number):
            return None
        total += factor * (Fraction(number) if isinstance(number, float) else number)
    return total


class Float64(Precision):
    """IEEE double precision: fast, about 15 digits, results with an estimate above 1e-6 are refused."""

    digits = 15
    eps = float(np.finfo(float).eps) / 2
    loss_limit = 1e-6
    pi = math.pi

    def __init__(self) -> None:
        self.exp, self.expm1, self.log, self.log1p, self.sqrt = np.exp, np.expm1, np.log, np.log1p, np.sqrt
        self.real_part, self.imag_part = np.real, np.imag

    def real(self, value: object) -> float:
        """Rounded to the nearest double."""
        number = exact_number(value)
        try:
            return float(number)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError) as error:
            raise TauberInputError(f"A real number that fits in float64 was expected, got {value!r}.") from error

    def lift(self, values: object) -> Array:
        """As float64 or complex128."""
        array = np.asarray(values)
        if array.dtype == object:
            return np.array([self.real(v) for v in array.ravel()]).reshape(array.shape)
        return array.astype(complex if np.iscomplexobj(array) else float)

    def rounded(self, values: Array) -> Array:
        """The array itself."""
        return values

    exp = staticmethod(np.exp)
    expm1 = staticmethod(np.expm1)
    log = staticmethod(np.log)
    log1p = staticmethod(np.log1p)
    sqrt = staticmethod(np.sqrt)
    real_part = staticmethod(np.real)
    imag_part = staticmethod(np.imag)

    def dot(self, matrix: Array, vector: Array) -> Array:
        """Not by BLAS, whose threads cost more than such small products (measured: 30 times)."""
        return np.asarray(np.einsum("ij,j->i", matrix, vector))

    def row_sums(self, table: Array) -> Array:
        """Pairwise, along memory."""
        return np.asarray(table.sum(axis=1))

    def __repr__(self) -> str:
        return "Float64()"


def digits_behind(digits: int) -> int:
    """Digits to calculate with where `digits` are promised.

    15 for conditioning, digits/8 for the growth e^(m (1 - sin a)) of the inversion contour (volterra/contour.py).
    """
    return digits + 15 + digits // 8


class MultiPrecision(Precision):
    """`digits` decimal digits by mpmath, computed with guard digits in a context of its own."""

    def __init__(self, digits: int) -> None:
        if isinstance(digits, bool) or not isinstance(digits, int) or digits < 5:
            raise TauberInputError(f"The number of digits, `precision`, must be a whole number >= 5, got {digits!r}.")
        self.digits = digits
        self.context = mpmath.MPContext()
        self.context.dps = digits_behind(digits)
        self.eps = self.context.mpf(2) ** -self.context.prec
        self.loss_limit = self.context.mpf(10) ** -digits
        self.pi = +self.context.pi
        for name in ("exp", "expm1", "log", "log1p", "sqrt"):
            setattr(self, name, np.frompyfunc(getattr(self.context, name), 1, 1))
        self.real_part = np.frompyfunc(lambda x: x.real, 1, 1)
        self.imag_part = np.frompyfunc(lambda x: x.imag, 1, 1)

    def real(self, value: object) -> Scalar:
        """Rounded to the working precision."""
        number = exact_number(value)
        try:
            if isinstance(number, Fraction):
                return self.context.mpf(number.numerator) / number.denominator
            return self.context.mpf(number)
        except (TypeError, ValueError) as error:
            raise TauberInputError(f"A real number was expected, got {value!r}.") from error

    def lift(self, values: object) -> Array:
        """As mpf or mpc of the private context."""
        array = np.asarray(values)
        convert = self.context.mpc if np.iscomplexobj(array) and array.dtype != object else self._number
        return np.frompyfunc(convert, 1, 1)(array.astype(object))

    def _number(self, value: object) -> Scalar:
        return value if isinstance(value, self.context.mpc) else self.real(value)

    def rounded(self, values: Array) -> Array:
        """Rounded to float64, or complex128 if any entry is complex."""
        is_complex = any(isinstance(v, self.context.mpc) for v in values.ravel())
        return np.asarray(values.astype(complex if is_complex else float))

    def dot(self, matrix: Array, vector: Array) -> Array:
        """With one rounding per row instead of one per operation (and several times faster)."""
        column = vector.tolist()
        return np.array([self.context.fdot(row, column) for row in matrix.tolist()], dtype=object)

    def row_sums(self, table: Array) -> Array:
        """With one rounding per row."""
        return np.array([self.context.fsum(row) for row in table.tolist()], dtype=object)

    def __repr__(self) -> str:
        return f"MultiPrecision({self.digits})"


FLOAT64 = Float64()


@functools.lru_cache(maxsize=8)
def precision_of(digits: int | None) -> Precision:
    """The number system for `digits` decimal digits; None means float64.  The same digits give the same context."""
    return FLOAT64 if digits is None else MultiPrecision(digits)


def goal_exponent(ctx: Precision) -> float:
    """-log of the relative size below which a truncation error is as good as none.

    With more digits the *estimates*, larger than the errors, must stay below 10^-digits too.
    """
    return math.log(10.0) * (ctx.digits + (1.5 if ctx is FLOAT64 else 4.0))
