"""The normal form of a formula is equal to it, and has its minus signs where they belong."""

from __future__ import annotations

import re

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tauber.formulas import normal, tex, text

a, b = sympy.symbols("a b", positive=True)
COEFFICIENTS = st.integers(-3, 3)
LINEAR = st.builds(lambda n, m, k: n * a + m * b + k, COEFFICIENTS, COEFFICIENTS, COEFFICIENTS)
SUMS = LINEAR.filter(lambda formula: formula.is_Add)
POWERS = st.sampled_from([-3, -2, -1, 1, 2, sympy.Rational(1, 2)])
PRODUCTS = st.builds(
    lambda number, factors: sympy.Mul(number, *(base**power for base, power in factors)),
    st.fractions(-3, 3, max_denominator=3).map(lambda x: sympy.Rational(x.numerator, x.denominator)),
    st.lists(st.tuples(SUMS, POWERS), min_size=1, max_size=4),
)
FORMULAS = st.one_of(
    PRODUCTS,
    st.builds(lambda x, y: x + y, PRODUCTS, PRODUCTS),
    st.builds(lambda x, y: (2 * a) ** x * y, SUMS, PRODUCTS),
    st.builds(lambda x, y: sympy.gamma(x) * y, SUMS, PRODUCTS),
)
AT = {a: sympy.Rational(271, 100), b: sympy.Rational(1618, 1000)}


@settings(max_examples=40)
@given(FORMULAS)
def test_the_normal_form_is_equal_to_the_formula(formula: sympy.Expr) -> None:
    found = normal(formula)

    assert normal(found) == found
    for written in (found, sympy.sympify(text(formula), locals={"a": a, "b": b})):
        # At a point that is no zero of any small integer polynomial the difference is 0 exactly or far from it.
        left, right = (complex(side.evalf(30, subs=AT)) for side in (formula, written))
        assert left == pytest.approx(right, rel=1e-12, nan_ok=True)


@settings(max_examples=40)
@given(PRODUCTS)
def test_a_minus_leads_only_where_no_sum_can_take_it(formula: sympy.Expr) -> None:
    found = normal(formula)
    factors = [factor.as_base_exp() for factor in sympy.Mul.make_args(found)]
    odd = [base for base, power in factors if base.is_Add and power.is_odd] if found.is_Mul else []
    signs = [{term.could_extract_minus_sign() for term in base.args} for base in odd]

    assert {True} not in signs
    if found.as_coeff_Mul()[0].is_negative and found.is_Mul:
        assert {True, False} not in signs
    assert not (text(found).startswith("-") and re.search(r"/\(-", text(found)))


def test_every_exponent_of_every_phase_is_written_without_a_double_minus() -> None:
    from tauber.theory.models import dynamical, explaining, plrf

    diagrams = (plrf.phase_diagram(), dynamical.phase_diagram(), explaining.phase_diagram())
    formulas = [
        f for d in diagrams for p in d.phases for f in (*p.exponents.values(), p.loss_exponent) if f is not None
    ]
    for formula in formulas:
        assert not re.search(r"^-|\(-|\{-", text(formula) + tex(formula).replace("{-1}", "")), text(formula)


def test_the_exponent_of_phase_ivb_reads_as_a_quotient_of_positive_factors() -> None:
    from tauber.theory.models.plrf import phase_diagram

    exponent = phase_diagram()["IVb"].loss_exponent
    assert text(exponent) == "(1 - 2*alpha)*(2*alpha + 2*beta - 1)/(4*beta - 4*alpha*beta - 2*alpha)"
