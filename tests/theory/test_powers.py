"""Powers of exact numbers: short as strings, and the same numbers."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, N, Rational, Symbol, gamma, latex, pi, zeta

from tauber.theory.algebra.powers import LONGEST, raised

positive = st.fractions(min_value="1/10000", max_value=10**4).filter(lambda x: x > 0)
exponents = st.fractions(min_value=-20, max_value=20, max_denominator=10**30)


def rational(x):
    return Rational(x.numerator, x.denominator)


def exact(base, exponent):
    return mpmath.mpf(base.numerator) / base.denominator, mpmath.mpf(exponent.numerator) / exponent.denominator


@given(positive, exponents)
def test_the_power_is_the_number_and_short(base, exponent):
    found = raised(rational(base), rational(exponent))
    with mpmath.workdps(25):
        number, power = exact(base, exponent)
        assert abs(mpmath.mpf(str(N(found, 25))) / number**power - 1) < mpmath.mpf(10) ** -20

    # two integers of the base's and two of the normal form, and what the exponents have
    assert len(str(found)) < 4 * LONGEST + 100


@given(positive, exponents, exponents)
def test_a_power_of_a_power(base, first, second):
    nested = raised(raised(rational(base), rational(first)) * -zeta(Rational(3, 5)) / 7, rational(second))
    with mpmath.workdps(30):
        number, power = exact(base, first)
        whole = (number**power * -mpmath.zeta(mpmath.mpf(3) / 5) / 7) ** exact(base, second)[1]
        assert abs(mpmath.mpf(str(N(nested, 30))) / whole - 1) < mpmath.mpf(10) ** -18


def test_what_is_short_is_what_sympy_has():
    rate = Symbol("rate", positive=True)

    assert raised(12 * rate, Rational(1, 2)) == (12 * rate) ** Rational(1, 2)
    assert raised(Integer(2), Rational(-5, 3)) == Integer(2) ** Rational(-5, 3)


@pytest.mark.parametrize("exponent", ["30289/50000", "-30289/50000", "3028932188134524/5000000000000001"])
def test_what_is_long_stays_as_written(exponent):
    e = Rational(exponent)
    kept = raised(Integer(12), e)

    assert str(kept) == f"12**({e})"
    assert kept * pi * gamma(Rational(1, 3)) / kept == pi * gamma(Rational(1, 3))
    assert raised(kept, 1 / e) == raised(raised(Integer(12), e), 1 / e)
    assert "12^" in latex(kept) or "12^" in latex(1 / kept)


def test_a_long_number_without_small_primes():
    """Of whose power, met on the way, SymPy takes the logarithm as a double."""
    base = 5 * Integer(2) ** Rational(8, 13) * Integer(64647703632525482) ** Rational(6, 13) / 973078528
    exponent = Rational(29, 21)

    assert abs(N(raised(base, exponent), 25) / N(base, 25) ** N(exponent, 25) - 1) < 1e-20


def test_the_multiplicity_of_a_large_prime_is_a_whole_number() -> None:
    """With python-flint SymPy's factors have multiplicities that are no int, and times a float they are an error."""
    prime = 1009 * 1000003
    assert N(raised(Integer(prime) ** 3, Rational(2, 7)), 20) == N(Integer(prime) ** Rational(6, 7), 20)
