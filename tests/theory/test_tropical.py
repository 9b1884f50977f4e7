"""The engine behind the phases, on models that are not PLRF."""

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from sympy import Eq, Rational, symbols

from tauber.theory.errors import AssumptionError
from tauber.theory.optimum.arrangement import stacks
from tauber.theory.optimum.partition import neighbours, partition
from tauber.theory.optimum.roots import simplest_between
from tauber.theory.optimum.tropical import Power, Program

a, b = symbols("a b", positive=True)
START = (Power("N >= 1", (-1, 0)), Power("D >= 1", (0, -1)))


def toy(budget):
    """L = N^-a + D^-b + (N D)^-1/2: two bottlenecks and a joint floor."""
    floor = Power("floor", (Rational(-1, 2), Rational(-1, 2)))
    return Program((a, b), ("N", "D"), (Power("size", (-a, 0)), Power("data", (0, -b)), floor), START, budget)


def question(program):
    def ask(at):
        best = program.solve(at)
        return (best.value, tuple(sorted(best.active))), best.certificate

    return ask


def test_another_model_and_budget_give_other_phases():
    cut = partition((a, b), question(toy((1, 1))))

    assert {r.label for r in cut.regions} == {(-a * b / (a + b), ("data", "size")), (Rational(-1, 2), ("floor",))}
    (border,) = cut.borders
    assert border.polynomial in (2 * a * b - a - b, a + b - 2 * a * b)
    assert border.equation == Eq(border.equation.lhs, border.equation.rhs, evaluate=False)


def test_a_budget_that_prices_data_higher_moves_the_optimum():
    best = Program((a, b), ("N", "D"), toy((1, 1)).terms[:2], START, (1, 2)).solve({a: 1, b: 1})

    assert best.value == -a * b / (2 * a + b)
    assert best.point == (b / (2 * a + b), a / (2 * a + b))


def test_a_curved_boundary_is_found_at_a_point_on_it():
    assert len(neighbours((a, b), question(toy((1, 1))), (Fraction(1), Fraction(1)))) == 2
    assert len(neighbours((a, b), question(toy((1, 1))), (Fraction(1), Fraction(2)))) == 1


def test_a_flat_optimum_is_said_not_to_be_unique():
    """Where the joint floor leads, every split of the budget does equally well."""
    assert not toy((1, 1)).solve({a: 2, b: 2}).unique
    assert toy((1, 1)).solve({a: Rational(1, 2), b: Rational(1, 2)}).unique


def test_three_resources():
    c = symbols("c", positive=True)
    terms = tuple(
        Power(n, tuple(-s if i == k else 0 for i in range(3)))
        for k, (n, s) in enumerate(zip("xyz", (a, b, c), strict=True))
    )
    start = tuple(Power(f"{n} >= 1", tuple(-1 if i == k else 0 for i in range(3))) for k, n in enumerate("xyz"))
    best = Program((a, b, c), tuple("xyz"), terms, start, (1, 1, 1)).solve({a: 1, b: 2, c: 3})

    assert (best.value + 1 / (1 / a + 1 / b + 1 / c)).simplify() == 0


def test_an_empty_window_is_said_to_be_empty():
    closed = (*START, Power("N <= 1", (1, 0)), Power("D <= 1", (0, 1)))
    with pytest.raises(AssumptionError, match="window is empty"):
        Program((a, b), ("N", "D"), toy((1, 1)).terms, closed, (1, 1)).solve({a: 1, b: 1})


rationals = st.fractions(min_value=Fraction(1, 9), max_value=4, max_denominator=9)


@given(st.lists(st.tuples(rationals, rationals), min_size=2, max_size=5))
def test_the_exact_optimum_is_the_floating_point_one(exponents):
    """Random decreasing monomials against SciPy's linear programming (HiGHS)."""
    terms = tuple(Power(f"t{i}", (-Rational(x), -Rational(y))) for i, (x, y) in enumerate(exponents))
    best = Program((a,), ("N", "D"), terms, START, (1, 1)).solve({a: 1})
    rows = [[-float(x), -float(y), -1] for x, y in exponents] + [[-1, 0, 0], [0, -1, 0]]
    found = linprog([0, 0, 1], rows, [0.0] * len(rows), [[1, 1, 0]], [1], bounds=[(None, None)] * 3)

    assert float(best.value) == pytest.approx(found.fun, abs=1e-9)


@given(rationals, rationals)
def test_certified_labels_equal_direct_answers(x, y):
    """A label read off the partition's inequalities is the label found at the point itself."""
    ask = question(toy((1, 1)))
    at = {a: Rational(x), b: Rational(y)}
    holding = [r.label for r in partition((a, b), ask).regions if r.condition.subs(at) == True]  # noqa: E712

    assert holding in ([], [ask(at)[0]])
    assert bool(holding) == (2 * x * y != x + y)


@given(st.fractions(min_value=0, max_value=5), st.fractions(min_value=0, max_value=5))
def test_simplest_fraction_lies_strictly_between(x, y):
    if x == y:
        return
    lo, hi = sorted((x, y))
    middle = simplest_between(lo, hi)

    assert lo < middle < hi
    assert not any(
        lo < Fraction(n, d) < hi
        for d in range(1, min(middle.denominator, 60))
        for n in range(int(lo * d), int(hi * d) + 2)
    )


def test_every_cell_of_a_circle_and_a_line_is_visited():
    from sympy import Poly

    x, y = symbols("x y", positive=True)
    circle, line = Poly((x - 2) ** 2 + (y - 2) ** 2 - 1, x, y), Poly(x - y, x, y)
    signs = {(circle.eval(p) > 0, line.eval(p) > 0) for stack in stacks([circle, line]) for p in stack.samples}

    assert len(signs) == 4


def test_pieces_of_a_vertical_line_are_seen_though_other_curves_meet_beside_it():
    """Across x = 1 the label changes below y = 3 alone; at y = 1 two other curves meet, in the middle of a piece."""
    x, y = symbols("x y", positive=True)
    curves = [x - 1, y - 3, x + y - 3, x - 2 * y]

    def ask(at):
        signs = tuple(bool(curve.subs(at) > 0) for curve in curves)
        low = not signs[1]
        return (low and signs[0], *signs[1:]), curves

    found = partition((x, y), ask)
    upright = [border for border in found.borders if border.polynomial == x - 1]

    assert {border.equation for border in upright} == {Eq(x, 1)}
    assert {(a[1:], a[0], b[0]) for a, b in (border.between for border in upright)} == {
        ((False, above, right), False, True) for above, right in ((False, False), (False, True), (True, False))
    }  # over y < 1/2, up to 2 and up to 3


@pytest.mark.dear
def test_a_diagram_does_not_depend_on_how_sets_are_ordered():
    program = (
        "from tauber.theory.models.one_pass.phases import phase_diagram\n"
        "from tauber.theory.models.one_pass.training import Training\n"
        "from sympy import Rational\n"
        "print(phase_diagram(Training('free', Rational(0))))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "2")
    }

    assert len(answers) == 1
