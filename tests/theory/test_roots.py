"""Roots of polynomials in one variable, and numbers between them."""

from fractions import Fraction
from itertools import pairwise
from math import prod

from hypothesis import given
from hypothesis import strategies as st
from sympy import Poly, Rational, symbols

from tauber.theory.optimum.roots import factors, samples_between

x = symbols("x")


def whole(poly: Poly) -> tuple[int, ...]:
    return tuple(int(c) for c in poly.clear_denoms(convert=True)[1].all_coeffs())


linear = st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=40).map(
    lambda at: Poly(x - Rational(at.numerator, at.denominator), x, domain="QQ")
)
square = st.integers(2, 60).filter(lambda n: round(n**0.5) ** 2 != n).map(lambda n: Poly(x**2 - n, x, domain="QQ"))


@given(st.lists(linear | square, min_size=1, max_size=6, unique_by=whole), st.integers(1, 2))
def test_a_number_lies_between_any_two_neighbouring_roots(parts: list[Poly], power: int) -> None:
    """The sign of each polynomial changes at its own roots alone, those of a factor that is there twice included."""
    samples, roots = samples_between([(whole(part**power), part) for part in parts])

    assert len(samples) == len(parts) + 1
    assert [part for _, part in roots] == sorted(parts, key=lambda part: float(max(part.real_roots())))
    for (below, above), ((lo, hi), part) in zip(pairwise(samples), roots, strict=True):
        assert below < lo <= hi < above
        for other in parts:
            assert (other.eval(below) * other.eval(above) < 0) == (other is part)


@given(st.lists(linear | square, min_size=1, max_size=4, unique_by=whole))
def test_factors_have_a_root_above_zero(parts: list[Poly]) -> None:
    product = prod(parts[1:], start=parts[0]) * Poly(-6 * (x + 1) * (x**2 + 1), x)

    assert set(factors(whole(product))) == {whole(part.primitive()[1]) for part in parts}
    assert factors(whole(Poly(2 * x + 4, x))) == factors((7,)) == factors(()) == ()
    assert factors((-4, 6)) == ((2, -3),)
