"""Field elements against SymPy's expressions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, cancel, limit, oo, solve, symbols

from tauber.theory.algebra.rational import at_infinity, element, factored, point_of, reduced, root, shifted, value
from tauber.theory.errors import AssumptionError

a, b, x, y = symbols("a b x y", positive=True)
whole = st.integers(-3, 3)


@st.composite
def rational_functions(draw):
    """A small rational function of a and b, as a model would write an exponent."""
    above, below = (
        sum((draw(whole) * m for m in (1, a, b, a * b)), Integer(0)) / draw(st.integers(1, 4)) for _ in range(2)
    )
    return above / (below or 1) + Rational(draw(whole), 2)


@given(rational_functions())
def test_reduced_is_what_cancel_gives(formula):
    assert reduced(formula) == cancel(formula)


@given(rational_functions(), st.fractions(1, 9, max_denominator=20), st.fractions(1, 9, max_denominator=20))
def test_a_value_is_that_of_the_expression(formula, first, second):
    found = element(formula, (a, b))
    at = {a: Rational(first), b: Rational(second)}
    if formula.subs(at).is_finite:
        assert value(found, point_of(at)) == Fraction(*map(int, formula.subs(at).as_numer_denom()))
        moved = shifted(found, (1, 2), (x, y))
        assert value(moved, (first - 1, second - 2)) == value(found, (first, second))
    assert cancel(factored(found) - formula) == 0


def test_an_irrational_point_is_refused():
    with pytest.raises(AssumptionError, match="give rational parameters"):
        point_of({a: 2 ** Rational(1, 2)})


def test_roots_and_limits():
    """Against SymPy's general routines."""
    line = 2 * a * b - 3 * a + b
    assert cancel(root(line, a) - solve(line, a)[0]) == 0
    assert at_infinity((a * b**2 + 1) / (3 * b**2 - a * b), b) == limit((a * b**2 + 1) / (3 * b**2 - a * b), b, oo)
    assert at_infinity(1 / b, b) == 0
    with pytest.raises(ValueError, match="not linear"):
        root(a**2 - 2, a)
    with pytest.raises(ValueError, match="grows"):
        at_infinity(b, b)
