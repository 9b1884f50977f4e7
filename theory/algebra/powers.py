"""Powers of exact numbers that stay short.

SymPy brings ``12**(30289/50000)`` to a normal form by factoring the base and reducing each exponent: the result holds
an integer of tens of thousands of digits, ever more with the denominator; and on the way to ``12**(-30289/50000)`` it
meets ``12**30289``. :func:`raised` leaves such a power as it is written; where all integers are short it comes out as
SymPy has it.
"""

from __future__ import annotations

from math import gcd, log10
from typing import Any, ClassVar

from sympy import AtomicExpr, Expr, Float, Integer, Mul, Rational, factorint, sympify

LONGEST, LONGEST_ON_THE_WAY, LONGEST_ROUGH = 100, 1000, 300
"""Digits that the integers in a normal form may have; that ``base**numerator`` may have, met on the way to it; and the
part of the latter without small primes, of which SymPy takes the logarithm as a double."""
SMALL = 2**15
"""As far as SymPy's own powers factor."""


class Kept(AtomicExpr):
    """A positive rational number in the eyes of everything but SymPy's arithmetic, which leaves powers of it alone."""

    is_number = True
    is_positive = is_real = is_finite = is_commutative = True
    __slots__: ClassVar[tuple[str, ...]] = ("number",)

    def __new__(cls, number: Rational) -> Kept:
        """Hold a number back."""
        made = super().__new__(cls)
        made.number = number
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """For copies."""
        return (self.number,)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.number,)

    def _eval_evalf(self, prec: int) -> Float:
        return self.number._eval_evalf(prec)

    def _sympystr(self, printer: Any) -> str:
        return str(self.number) if self.number.is_Integer else f"({self.number})"

    def _latex(self, printer: Any) -> str:
        return (
            str(printer._print(self.number))
            if self.number.is_Integer
            else rf"\left({printer._print(self.number)}\right)"
        )


def raised(base: Expr | int, exponent: Expr) -> Expr:
    """``base**exponent`` for a positive base and a rational exponent; see the module.

    >>> from sympy import Integer, Rational
    >>> raised(Integer(12), Rational(1, 2)), raised(Integer(12), Rational(30289, 50000))
    (2*sqrt(3), 12**(30289/50000))
    """
    kept, rest = Integer(1), Integer(1)
    for factor in Mul.make_args(sympify(base)):
        number, power = factor.as_base_exp()
        if number.is_Rational and number.is_negative and power == 1:
            number, rest = -number, -rest
            factor = number
        if number.is_Rational and number.is_positive and power.is_Rational and _is_long(number, power * exponent):
            kept *= Kept(number) ** (power * exponent)
        else:
            rest *= factor
    return kept * rest**exponent


def _is_long(number: Rational, exponent: Rational) -> bool:
    """Whether the normal form of a power, or the way to it, has an integer that is too long."""
    parts = ((int(number.p), exponent), (int(number.q), -exponent))
    return any(
        log10(n) * abs(int(e.p)) > LONGEST_ON_THE_WAY or _rough(n) * abs(int(e.p)) > LONGEST_ROUGH
        or _digits(n, e) > LONGEST
        for n, e in parts
    )  # fmt: skip


def _rough(base: int) -> float:
    """Digits of the part of a number that has no small primes."""
    return sum(int(count) * log10(prime) for prime, count in factorint(base, limit=SMALL).items() if prime > SMALL)


def _digits(base: int, exponent: Rational) -> float:
    """Digits of the longest integer in the normal form of a power, whose fractional exponents are positive."""
    numerator, q = abs(int(exponent.p)), int(exponent.q)
    outside, inside = 0.0, {}
    for prime, count in factorint(base, limit=SMALL).items():
        outside += count * numerator / q * log10(prime)
        if left := count * numerator * (q - 1 if exponent < 0 else 1) % q:
            inside[prime] = left
    common = gcd(*inside.values()) or 1
    return max(outside, sum(left // common * log10(prime) for prime, left in inside.items()))
