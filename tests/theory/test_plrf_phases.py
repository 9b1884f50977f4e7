"""What is derived for the PLRF model, against the published table and against an independent minimisation."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sympy import Max, Rational, S, cancel, simplify, sqrt, sympify

from tauber.theory.errors import AssumptionError
from tauber.theory.models.plrf import alpha, beta, cost_of, derive, phase_diagram, terms

from . import paper_table

exponents = st.fractions(min_value=Fraction(1, 50), max_value=2, max_denominator=60)


@pytest.mark.parametrize("name", paper_table.EXPONENTS)
def test_formulas_equal_the_published_ones(name):
    derived = phase_diagram()[name]
    x, y, tradeoff = paper_table.EXPONENTS[name]

    assert cancel(derived.exponents["d"] - sympify(x, {"alpha": alpha, "beta": beta})) == 0
    assert cancel(derived.loss_exponent - sympify(y, {"alpha": alpha, "beta": beta})) == 0
    assert set(derived.tradeoff) == tradeoff


def test_every_phase_and_no_other():
    assert {p.name for p in phase_diagram().phases} == {*paper_table.EXPONENTS, "none"}


@given(exponents, exponents)
@example(Fraction(1, 2), Fraction(1, 2))
@example(Fraction(1, 4), Fraction(1, 2))
@example(Fraction(1, 4), Fraction(1, 4))
@example(Fraction(29, 99), Fraction(1))  # one part in 3000 from the line alpha = 1 - 1/sqrt(2)
def test_phase_at_a_point_is_the_published_one(a, b):
    answer = derive(a, b)

    assert answer.phase == paper_table.phase(a, b)
    if answer.phase in paper_table.EXPONENTS:
        x, y, tradeoff = paper_table.EXPONENTS[answer.phase]
        at = {"alpha": Rational(a), "beta": Rational(b)}
        assert answer.d_exponent == sympify(x, at)
        assert answer.loss_exponent == sympify(y, at)
        assert set(answer.tradeoff) == tradeoff
    if answer.phase is None:
        assert len(answer.boundary_of) >= 2


@given(exponents, exponents)
def test_derived_inequalities_hold_in_exactly_one_phase(a, b):
    assume(paper_table.phase(a, b) is not None)
    at = {alpha: Rational(a), beta: Rational(b)}
    holding = [p.name for p in phase_diagram().phases if all(i.subs(at) == S.true for i in p.inequalities)]

    assert holding == [paper_table.phase(a, b)]


@given(exponents, exponents)
def test_exponents_minimise_the_table_of_terms(a, b):
    """A floating-point linear program on the derived terms alone finds the same least loss and the same size."""
    assume(paper_table.phase(a, b) in paper_table.EXPONENTS)
    answer = derive(a, b)
    step = -max(0.0, 1 - 2 * float(a))
    rows = [[float(t.d), float(t.r), -1.0] for t in answer.terms if t.present]
    rows += [[-step, -1.0, 0.0], [step - 2 * float(a), 1.0, 0.0]]
    found = linprog([0, 0, 1], rows, [0.0] * len(rows), [[1.0, 1.0, 0.0]], [1.0], bounds=[(None, None)] * 3)

    assert found.x[2] == pytest.approx(-float(answer.loss_exponent), abs=1e-9)


def test_boundaries_are_five_lines_and_a_root_of_a_quadratic():
    equations = {(b.equation.lhs, b.equation.rhs) for b in phase_diagram().boundaries}
    half = Rational(1, 2)

    assert equations == {
        (alpha + beta, half), (alpha, half), (beta, half), (beta, alpha),
        (alpha, Rational(1, 4)), (alpha, 1 - sqrt(2) / 2),
    }  # fmt: skip
    (surd,) = (b for b in phase_diagram().boundaries if b.equation.rhs == 1 - sqrt(2) / 2)
    assert surd.between == ("IVa", "IVb")
    assert surd.polynomial == 2 * alpha**2 - 4 * alpha + 1
    assert not paper_table.is_square(2)


def test_neighbouring_phases_agree_on_their_boundary():
    """The least loss is continuous, so the two formulas for its exponent coincide on the curve."""
    diagram = phase_diagram()
    for boundary in diagram.boundaries:
        if "none" not in boundary.between:
            first, second = (diagram[name].loss_exponent for name in boundary.between)
            gap = (first - second).subs(boundary.equation.lhs, boundary.equation.rhs)
            assert simplify(gap) == 0, boundary


@pytest.mark.parametrize(
    ("point", "phases"),
    [
        (("4/5", "1/2"), {"Ia", "II"}),
        (("1", "1"), {"II", "III"}),
        (("1/2", "1"), {"III", "IVa"}),
        (("1/2", "1/4"), {"Ia", "Ib"}),
        (("1/4", "1"), {"Ic", "IVb"}),
        (("1/4", "1/4"), {"Ib", "none"}),
        (("1/4", "1/2"), {"Ib", "Ic", "IVb"}),
        (("1/2", "1/2"), {"Ia", "Ib", "II", "III", "IVa"}),
        (("2/5", "1/2"), {"Ib", "IVa"}),
    ],
)
def test_a_boundary_point_names_the_phases_that_meet_there(point, phases):
    answer = derive(*point)

    assert answer.phase is None
    assert set(answer.boundary_of) == phases
    assert set(answer.limits) == phases


def test_terms_and_their_conditions():
    """The table of terms in `shared/math/plrf.md`, with the stable step size gamma ~ d^-max(0, 1 - 2 alpha) put in."""
    table = {t.name: t for t in terms()}
    g = -Max(0, 1 - 2 * alpha)
    p = (2 * alpha + 2 * beta - 1) / (2 * alpha)
    expected = {
        "F_0": (Max(-2 * alpha, 1 - 2 * alpha - 2 * beta), 0),
        "F_pp": (-p * g, -p),
        "F_ac": (-1 + g * (1 / (2 * alpha) - 1), 1 / (2 * alpha) - 1),
        "K_pp": (g + g * (1 / (2 * alpha) - 2), 1 / (2 * alpha) - 2),
    }
    for name, (d, r) in expected.items():
        assert simplify(table[name].d - d) == 0
        assert simplify(table[name].r - r) == 0
    assert table["F_0"].condition == S.true
    assert table["F_pp"].condition == (alpha + beta > Rational(1, 2))
    assert table["F_ac"].condition == (alpha > Rational(1, 2)) & (beta > Rational(1, 2))
    assert table["K_pp"].condition == (alpha > Rational(1, 4))


@pytest.mark.parametrize("bad", ["-1", "0", "nan", "inf", "one", "1/0", "sqrt(2)"])
def test_bad_exponents_are_refused_in_one_sentence(bad):
    with pytest.raises(AssumptionError, match="positive rational number"):
        derive(bad, "1/2")
    with pytest.raises(AssumptionError, match="beta"):
        derive("1/2", bad)


def lines(a, b, n, m):
    """The loss on the budget d^n r^m = f in the window, by hand: every term as (slope, intercept) in x = log_f d."""
    rule = max(0, 1 - 2 * a)  # gamma = d^-rule
    time = (-n / m - rule, 1 / m)  # t = gamma r
    scaled = lambda power, own=(0, 0): (own[0] + power * time[0], own[1] + power * time[1])  # noqa: E731
    q = 1 / (2 * a)
    found = [(max(-2 * a, 1 - 2 * a - 2 * b), 0), scaled(-(2 * a + 2 * b - 1) * q)]
    if a > Fraction(1, 2) and b > Fraction(1, 2):
        found.append(scaled(q - 1, (-1, 0)))
    if a > Fraction(1, 4):
        found.append(scaled(q - 2, (-rule, 0)))
    return found, [time, (2 * a - time[0], -time[1])]  # the window: both at least 0


def least_loss(a, b, n, m):
    """The least of the largest term: at a tie of two of them, or at an end of the window."""
    terms, window = lines(a, b, n, m)
    ties = [(p[0] - r[0], p[1] - r[1]) for p, r in combinations(terms, 2)]
    places = [-c / s for s, c in [*ties, *window] if s]
    inside = [x for x in places if all(s * x + c >= 0 for s, c in window)]
    return min(max(s * x + c for s, c in terms) for x in inside)


@settings(max_examples=settings().max_examples // 2)
@given(
    st.fractions(Fraction(1, 10), 2, max_denominator=20),
    st.fractions(Fraction(1, 10), 2, max_denominator=20),
    st.fractions(Fraction(1, 4), 3, max_denominator=4),
    st.fractions(Fraction(1, 4), 3, max_denominator=4),
)
def test_the_optimum_of_any_monomial_budget_by_brute_force(a, b, n, m):
    assume(2 * a + 2 * b > 1)
    found = derive(a, b, cost_of({"d": n, "r": m}))
    losses = {found.loss_exponent} if found.phase else {loss for _, loss in found.limits.values()}
    assert losses == {-Rational(least_loss(a, b, n, m))}


def test_a_budget_that_is_none():
    for cost in ({"N": 1}, {"d": -1}, {}, {"d": 0}):
        with pytest.raises(AssumptionError, match="exponents >= 0 of d and r"):
            cost_of(cost)
