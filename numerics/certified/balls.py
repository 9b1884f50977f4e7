"""Ball arithmetic: what python-flint is asked for, in one place.

A *ball* [mid +/- rad] is a set that provably holds the number it stands for; every operation of Arb (FLINT) keeps that
promise.  Four habits keep it here, too:

* parameters are exact rationals (`exact`) and become balls inside the working precision (`real`), never before;
* the precision is set by `working` alone: python-flint keeps it in one global, so certified work is for one thread;
* a comparison of balls is True only when it is certain, so a decision is written `if not a < b: refuse`;
* what leaves the wing is an `Enclosure`, whose decimals are rounded outward.

mpmath's interval context is no substitute: its functions violate containment (mpmath issue 1181).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..core.precision import exact_number
from ..errors import MissingLibrary, PrecisionLost, TauberInputError

try:
    import flint
    from flint import acb, acb_series, arb, arb_series, fmpq
except ImportError as error:
    raise MissingLibrary(
        "Certified results need python-flint, which is not installed; run \"pip install 'tauber[certified]'\"."
    ) from error

__all__ = [
    "Ball", "Box", "Enclosure", "Refused", "acb", "acb_series", "arb", "arb_series", "arithmetic", "bits_now",
    "enclosure", "exact", "fmpq", "magnitude", "midpoint", "power", "ratio", "real", "widened", "working",
]  # fmt: skip

Ball = Any
"""A real ball, `flint.arb`."""
Box = Any
"""A complex ball, `flint.acb`: a rectangle."""

_SERIES = 100_000  # python-flint truncates every series at this global length as well


class Refused(PrecisionLost):
    """No certificate: `inequality` could not be decided with `bits` bits of working precision; `advice`: what to do."""

    def __init__(self, inequality: str, bits: int, advice: str = "move to other parameters") -> None:
        super().__init__(
            f"Refused: with {bits} bits of working precision it could not be decided whether {inequality}; {advice}."
        )
        self.inequality = inequality
        self.bits = bits


@contextmanager
def working(bits: int) -> Iterator[None]:
    """Compute with `bits` bits inside the block."""
    cap = flint.ctx.cap
    try:
        flint.ctx.cap = _SERIES
        with flint.ctx.workprec(bits):
            yield
    finally:
        flint.ctx.cap = cap


def bits_now() -> int:
    """The working precision in bits."""
    return int(flint.ctx.prec)


def arithmetic() -> str:
    """Name and versions of the arithmetic, for a certificate."""
    return f"python-flint {flint.__version__} (FLINT {flint.__FLINT_VERSION__})"


def exact(value: object) -> Fraction:
    """A finite real parameter as the rational it is: int, Fraction, decimal string, or a float (that very double)."""
    number: Any = exact_number(value)
    if isinstance(number, float) and not math.isfinite(number):
        raise TauberInputError(f"A finite number was expected, got {value!r}.")
    try:
        return Fraction(number)
    except (TypeError, ValueError) as error:
        raise TauberInputError(
            f"An exact rational was expected, got {value!r}; give an int, a Fraction, a decimal string or a float."
        ) from error


def ratio(value: Fraction | int) -> fmpq:
    """The rational for FLINT."""
    return fmpq(value.numerator, value.denominator)


def real(value: Fraction | int) -> Ball:
    """A ball around the rational, at the working precision."""
    return arb(ratio(value))


def power(base: Any, exponent: int) -> Any:
    """base^exponent by multiplication, exponent >= 0: `arb ** int` takes a logarithm, and is nan where base holds 0."""
    result, square = base * 0 + 1, base
    while exponent:
        if exponent & 1:
            result = result * square
        square, exponent = square * square, exponent >> 1
    return result


def midpoint(x: Any) -> Any:
    """The exact centre of a ball, a proposal without a proof."""
    return x.mid()


def magnitude(x: Ball) -> float:
    """log2 of an upper bound of |x|, a float to choose parameters by; -inf at 0."""
    upper = x.abs_upper()
    if not upper.is_finite():
        return math.inf
    if not upper > 0:
        return -math.inf
    man, exp = upper.man_exp()
    return math.log2(int(man)) + int(exp)


def widened(value: Box, bound: Ball) -> Box:
    """The ball with `bound` added to its radius; a real value stays real."""
    error = arb(0, bound)
    return value + (acb(error) if value.imag.is_zero() else acb(error, error))


@dataclass(frozen=True, eq=False)
class Enclosure:
    """A proved enclosure of one real number: `mid` and `rad`, exact rationals.

    `text` is what to print: decimals that enclose the ball, and parse back to a ball that does.
    """

    mid: Fraction
    rad: Fraction

    @property
    def lower(self) -> Fraction:
        """The exact lower end."""
        return self.mid - self.rad

    @property
    def upper(self) -> Fraction:
        """The exact upper end."""
        return self.mid + self.rad

    @property
    def relative(self) -> float:
        """The radius over the least absolute value, rounded up; infinite if 0 is not excluded."""
        least = max(self.lower, -self.upper)
        return _rounded_up(self.rad / least) if least > 0 else math.inf

    def __contains__(self, value: object) -> bool:
        return self.lower <= exact(value) <= self.upper

    def __float__(self) -> float:
        """The centre, rounded: a number for plots, without a proof."""
        return float(self.mid)

    def overlaps(self, other: Enclosure) -> bool:
        """Whether both can hold the same number."""
        return self.lower <= other.upper and other.lower <= self.upper

    def text(self, digits: int) -> str:
        """`[mid +/- rad]` with at most one digit more than `digits`, and none that the radius makes uncertain.

        A ball of relative radius 10^-digits/4 is printed with one below 10^-digits.
        """
        places = digits - _exponent(max(abs(self.mid), self.rad)) if self.mid or self.rad else 0
        if self.rad:
            places = min(places, -_exponent(self.rad) - 1)
        unit = Fraction(10) ** -places
        centre = round(self.mid / unit) * unit
        radius = self.rad + abs(self.mid - centre)
        return f"[{_decimal(centre, places)} +/- {_short_up(radius)}]"

    def radius_text(self, digits: int) -> str:
        """The radius of `text`, rounded up."""
        return self.text(digits).split("+/- ")[1].rstrip("]")

    def interval(self, digits: int) -> tuple[str, str]:
        """Lower and upper end, rounded outward to `digits` digits of the larger."""
        size = max(abs(self.lower), abs(self.upper))
        places = digits - 1 - _exponent(size) if size else 0
        unit = Fraction(10) ** -places
        low, high = math.floor(self.lower / unit), math.ceil(self.upper / unit)
        return _decimal(low * unit, places), _decimal(high * unit, places)


def enclosure(ball: Ball) -> Enclosure:
    """A finite ball as exact rationals; raises Refused for one that bounds nothing."""
    if not ball.is_finite():
        raise Refused("a ball is finite", bits_now())
    return Enclosure(_fraction(ball.mid()), _fraction(ball.rad()))


def _fraction(point: Ball) -> Fraction:
    man, exp = point.man_exp()
    man, exp = int(man), int(exp)
    return Fraction(man * 2**exp) if exp >= 0 else Fraction(man, 2**-exp)


def _exponent(value: Fraction) -> int:
    """The e with 10^e <= |value| < 10^(e+1), value != 0."""
    value = abs(value)
    e = math.floor((value.numerator.bit_length() - value.denominator.bit_length()) * math.log10(2))
    while Fraction(10) ** (e + 1) <= value:
        e += 1
    while Fraction(10) ** e > value:
        e -= 1
    return e


def _decimal(value: Fraction, places: int) -> str:
    """An exact multiple of 10^-places as decimals, in scientific form where the plain one is long."""
    if not value:
        return "0"
    whole = abs(value) * Fraction(10) ** places
    digits, sign = str(int(whole)), "-" if value < 0 else ""
    lead = len(digits) - 1 - places
    if -5 <= lead < 16 and places >= 0:
        padded = digits.rjust(places + 1, "0")
        return sign + (f"{padded[:-places]}.{padded[-places:]}" if places else padded)
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{lead:+d}"


def _short_up(value: Fraction) -> str:
    """A radius with three digits, rounded up."""
    if not value:
        return "0"
    e = _exponent(value)
    unit = Fraction(10) ** (e - 2)
    count = math.ceil(value / unit)
    if count == 1000:
        count, e = 100, e + 1
    return f"{count // 100}.{count % 100:02d}e{e:+d}"


def _rounded_up(value: Fraction) -> float:
    """The least double that is not below, 5e-324 for smaller positive numbers."""
    try:
        number = float(value)
    except OverflowError:
        return math.inf
    return number if Fraction(number) >= value else math.nextafter(number, math.inf)
