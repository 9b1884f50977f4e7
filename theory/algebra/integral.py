"""The integral ``s int_0^1 u^{s-1} / (1 + z u) du = 2F1(1, s; 1 + s; -z)`` of a complex z, to any number of digits.

Its three series are geometric in z, in 1/z and in w = z/(1+z):

    s sum_{n>=0} (-z)^n / (s + n)
    s (pi / sin(pi s) z^-s + sum_{n>=0} (-1/z)^{n+1} / (n + 1 - s))        (what ``int_0^inf - int_1^inf`` gives)
    1/(1 + z) sum_{n>=0} n! / (1+s)_n  w^n                                 (Euler's transformation)

The one with the smallest ratio is summed in whole numbers, by fixed point: each sum is about 1, and `GUARD` bits are
kept against rounding. Where s = m + e is nearly a positive integer m, the head of the second and its term n = m - 1 are
each about 1/e and cancel; together they are

    (-1)^m z^-m ((pi e / sin(pi e)) z^-e - 1) / e,        (-1)^(m-1) z^-m log z  for e = 0.

Where all are slow (near z = -1) mpmath's general ``hyp2f1`` is called, which takes some times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath.libmp import from_man_exp, to_fixed

GUARD = 24
SLOWEST = 0.9
"""The largest ratio of a series that is summed."""


def mode_integral(ctx: Any, s: Any) -> Callable[[Any], Any]:
    """The function of z for a real number s > -1 of an mpmath context, not 0."""
    bits = ctx.prec + GUARD
    one, fixed = 1 << bits, to_fixed(s._mpf_, bits)
    m = int(ctx.nint(s))
    crowded = m > 0 and abs(s - m) < ctx.mpf(1) / 16
    head = _joined(ctx, s, m) if crowded else _alone(ctx, s)

    def powers(x: Any, c: int, left_out: int = -1) -> Any:
        """``sum_n x^n / (c + n)`` for c in fixed point, without one of the terms."""
        (a, b), p, q, total, rest, n = _parts(x, bits), one, 0, 0, 0, 0
        while abs(p) + abs(q) > 16:
            if n != left_out:
                total += (p << bits) // c
                rest += (q << bits) // c
            p, q = (p * a - q * b) >> bits, (p * b + q * a) >> bits
            c += one
            n += 1
        return _whole(ctx, total, rest, bits)

    def euler(w: Any) -> Any:
        """``sum_n n! / (1+s)_n w^n``."""
        (a, b), p, q, total, rest, n = _parts(w, bits), one, 0, 0, 0, 0
        while abs(p) + abs(q) > 16:
            total += p
            rest += q
            n += 1
            share = (n << (2 * bits)) // ((n << bits) + fixed)
            p, q = (p * a - q * b) >> bits, (p * b + q * a) >> bits
            p, q = (p * share) >> bits, (q * share) >> bits
        return _whole(ctx, total, rest, bits)

    def found(z: Any) -> Any:
        size, w = abs(z), z / (1 + z)
        ratio = min(size, 1 / size, abs(w))
        if ratio > SLOWEST:
            return ctx.hyp2f1(1, s, 1 + s, -z)
        if ratio == size:
            return s * powers(-z, fixed)
        if ratio == 1 / size:
            return s * (head(z) - powers(-1 / z, one - fixed, m - 1 if crowded else -1) / z)
        return euler(w) / (1 + z)

    return found


def _alone(ctx: Any, s: Any) -> Callable[[Any], Any]:
    """``pi / sin(pi s) z^-s``."""
    factor = ctx.pi / ctx.sin(ctx.pi * s)
    return lambda z: factor * z**-s


def _joined(ctx: Any, s: Any, m: int) -> Callable[[Any], Any]:
    """The same with the term of ``s = m + e`` that cancels most of it; digits are added for those that 1/e takes."""
    e, sign = s - m, (-1) ** m
    if e == 0:
        return lambda z: -sign * ctx.ln(z) / z**m
    wide = ctx.clone()
    wide.prec = ctx.prec - 2 * ctx.mag(e)
    e = wide.convert(e)
    factor = wide.pi * e / wide.sin(wide.pi * e)
    return lambda z: sign * ctx.convert((factor * wide.convert(z) ** -e - 1) / e) / z**m


def _parts(x: Any, bits: int) -> tuple[int, int]:
    return to_fixed(x.real._mpf_, bits), to_fixed(x.imag._mpf_, bits)


def _whole(ctx: Any, real: int, imag: int, bits: int) -> Any:
    """A sum in fixed point as a number of the context; real if all its parts are."""
    value = ctx.make_mpf(from_man_exp(real, -bits, ctx.prec, "n"))
    return value if not imag else ctx.mpc(value, ctx.make_mpf(from_man_exp(imag, -bits, ctx.prec, "n")))
