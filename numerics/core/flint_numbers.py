"""Many digits by FLINT: floating-point numbers of a fixed number of bits, where python-flint is installed.

A `Number` is the centre of a ball of Arb, real (`arb`) or complex (`acb`); each operation keeps the centre of its
result and drops the radius, so that these are floating-point numbers as mpmath's are, four to eight times as fast, and
prove nothing (what is proved is in `numerics/certified`).  Errors are estimated by the algorithms, as for every
`Precision`.

python-flint keeps its precision in one global.  `Flint.working()` sets it for a calculation, whose results are lifted
out of these numbers (`MultiPrecision.lift`) before it ends: they never reach a user.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import acb, acb_mat, arb, arb_mat, fmpq

from ..errors import TauberInputError
from .precision import Array, Precision, Scalar, digits_behind, exact_number

_ZERO = arb(0)


class Number:
    """A real or complex number, the centre `x` of a ball without radius."""

    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x

    def __add__(self, other: Any) -> Any:
        try:
            return Number((self.x + other.x).mid())
        except AttributeError:
            return _with(self.x, other, lambda x, y: x + y)

    def __sub__(self, other: Any) -> Any:
        try:
            return Number((self.x - other.x).mid())
        except AttributeError:
            return _with(self.x, other, lambda x, y: x - y)

    def __mul__(self, other: Any) -> Any:
        try:
            return Number((self.x * other.x).mid())
        except AttributeError:
            return _with(self.x, other, lambda x, y: x * y)

    def __truediv__(self, other: Any) -> Any:
        try:
            return Number((self.x / other.x).mid())
        except AttributeError:
            return _with(self.x, other, lambda x, y: x / y)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Any:
        return _with(self.x, other, lambda x, y: y - x)

    def __rtruediv__(self, other: Any) -> Any:
        return _with(self.x, other, lambda x, y: y / x)

    def __pow__(self, power: int) -> Number:
        if power != int(power) or power < 0:
            return NotImplemented
        result, square, power = arb(1), self.x, int(power)
        while power:
            if power & 1:
                result = (square * result).mid()
            square, power = (square * square).mid(), power >> 1
        return Number(result)

    def __neg__(self) -> Number:
        return Number(-self.x)

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return Number(abs(self.x).mid())

    def __lt__(self, other: Any) -> bool:
        return bool(self.x < _raw(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.x <= _raw(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.x > _raw(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.x >= _raw(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.x == _raw(other))

    def __hash__(self) -> int:
        return hash(complex(self))

    def __bool__(self) -> bool:
        return bool(self.x != 0)

    def __float__(self) -> float:
        return float(self.x)

    def __int__(self) -> int:
        return int(self.x.floor().unique_fmpz()) if self.x >= 0 else -int((-self.x).floor().unique_fmpz())

    def __complex__(self) -> complex:
        return complex(self.x)

    def __repr__(self) -> str:
        return f"Number({self.x.str(radius=False)})"

    def conjugate(self) -> Number:
        """The complex conjugate."""
        return Number(self.x.conjugate()) if type(self.x) is acb else self

    @property
    def real(self) -> Number:
        """The real part."""
        return Number(self.x.real) if type(self.x) is acb else self

    @property
    def imag(self) -> Number:
        """The imaginary part."""
        return Number(self.x.imag) if type(self.x) is acb else Number(_ZERO)

    @property
    def _mpf_(self) -> Any:
        """A real number as mpmath takes it."""
        return self.x._mpf_


def _with(x: Any, other: Any, operation: Callable[[Any, Any], Any]) -> Any:
    """The result with a number that is none of FLINT's; NumPy's arrays are left to do it entry by entry."""
    if isinstance(other, np.ndarray):
        return NotImplemented
    return Number(operation(x, _raw(other)).mid())


def _raw(value: Any) -> Any:
    """A number for FLINT."""
    if type(value) is Number:
        return value.x
    if isinstance(value, (arb, acb)):
        return value
    if isinstance(value, complex):
        return acb(value)
    return arb(int(value) if isinstance(value, (int, np.integer)) else float(value))


class Flint(Precision):
    """`digits` decimal digits by FLINT, computed with the guard digits of `MultiPrecision`."""

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.bits = math.ceil((digits_behind(digits) + 1) * math.log2(10))
        with self.working():
            self.eps = Number(arb(2) ** -self.bits)
            self.loss_limit = Number((1 / arb(10) ** digits).mid())
            self.pi = Number(arb.pi().mid())
        for name in ("exp", "expm1", "log1p"):
            setattr(self, name, np.frompyfunc(_function(name), 1, 1))
        self.log, self.sqrt = (np.frompyfunc(_rooted(name), 1, 1) for name in ("log", "sqrt"))
        self.real_part = np.frompyfunc(lambda number: number.real, 1, 1)
        self.imag_part = np.frompyfunc(lambda number: number.imag, 1, 1)

    def working(self) -> AbstractContextManager[None]:
        """Calculate with this precision."""
        return flint.ctx.workprec(self.bits)

    def real(self, value: object) -> Number:
        """Rounded to the working precision."""
        number: Any = exact_number(value)
        if type(number) is Number:
            return number
        if isinstance(number, Fraction):
            return Number(arb(fmpq(number.numerator, number.denominator)).mid())
        try:
            if math.isinf(number):
                return Number(arb(float(number)))
            return Number(arb(number).mid())
        except (TypeError, ValueError) as error:
            raise TauberInputError(f"A real number was expected, got {value!r}.") from error

    def lift(self, values: object) -> Array:
        """As `Number`."""
        array = np.asarray(values)
        return np.frompyfunc(self._number, 1, 1)(array.astype(object))

    def _number(self, value: Any) -> Number:
        if hasattr(value, "_mpc_"):
            return Number(acb(*(arb(part).mid() for part in (value.real, value.imag))))
        return Number(acb(value)) if isinstance(value, complex) else self.real(value)

    def packed(self, values: Array) -> Array:
        """As balls, eight times as fast: their radii grow with the length of a formula, their centres are the same."""
        return np.frompyfunc(_packed, 1, 1)(values)

    def unpacked(self, values: Array) -> Array:
        """The centres."""
        return np.frompyfunc(lambda x: Number(x.mid()), 1, 1)(values)

    def beside(self, values: Array, number: Scalar) -> Scalar:
        """As a ball beside balls."""
        return _packed(number) if type(values.flat[0]) is acb else number

    def rounded(self, values: Array) -> Array:
        """Rounded to float64, or complex128 if any entry is complex."""
        flat = [_raw(value) for value in values.ravel().tolist()]
        is_complex = any(type(x) is acb for x in flat)
        found = [complex(x) if is_complex else float(x) for x in flat]
        return np.array(found, dtype=complex if is_complex else float).reshape(values.shape)

    def dot(self, matrix: Array, vector: Array) -> Array:
        """As a product of matrices of FLINT, with one rounding per row."""
        rows, columns = matrix.shape
        entries, others = ([_raw(x) for x in array.ravel().tolist()] for array in (matrix, vector))
        is_complex = any(type(x) is acb for x in (*entries, *others))
        kind, unit = (acb_mat, acb) if is_complex else (arb_mat, arb)
        if is_complex:
            entries, others = ([x if type(x) is acb else unit(x) for x in part] for part in (entries, others))
        product = kind(rows, columns, entries) * kind(columns, 1, others)
        return np.array([Number(x.mid()) for x in product.entries()] + [None], dtype=object)[:-1]

    def row_sums(self, table: Array) -> Array:
        """The sum of each row, shape (k, n) -> (k,), with one rounding per row."""
        return self.dot(table, self.lift(np.ones(table.shape[1], dtype=int)))

    def __repr__(self) -> str:
        return f"Flint({self.digits})"


def _packed(value: Any) -> Any:
    x = _raw(value)
    return x if type(x) is acb else acb(x)


def _function(name: str) -> Callable[[Any], Number]:
    def value(number: Any) -> Number:
        return Number(getattr(_raw(number), name)().mid())

    return value


def _rooted(name: str) -> Callable[[Any], Number]:
    """Of a negative real number the value above the cut, as mpmath gives it."""

    def value(number: Any) -> Number:
        x = _raw(number)
        return Number(getattr(acb(x) if type(x) is arb and x < 0 else x, name)().mid())

    return value
