"""A budget with a price of the batch of its own, ``f = d^x r^y B^z``: against an exact brute force without a batch.

The oracle never has the batch as a variable. At a given size, step size and number of samples n = r B the loss does not
depend on B, and the cost is monotonic in it: so the best batch is the least or the largest one that is allowed, each a
budget in (d, gamma, tau), whose minimum is `test_one_pass_diagrams.least` over every vertex:

    B = 1             f = d^x n^y
    B = 1/gamma       f = d^x tau^y gamma^-z
    B = n f^-rho      f^(1 - rho y + rho z) = d^x n^z,  the least one under a limit r <= f^rho
"""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.models.one_pass.phases import optimum, phase_diagram
from tauber.theory.models.one_pass.training import Training

from ..sampling import repeated
from .test_one_pass import HALF, alphas, excesses, rational
from .test_one_pass_diagrams import NothingInside, drawn, least
from .test_one_pass_mixed import agrees, ends, laws, left, limits, noises, programme, raised, ruled, times

few = settings(max_examples=settings().max_examples // 2)
prices = st.sampled_from([Fraction(1, 4), HALF, Fraction(3, 4), Fraction(3, 2), Fraction(2)])
budgets = st.sampled_from([(1, 1), (2, 1), (1, 2), (HALF, 1)])
TIME = (0, 0, 1)


def choices(a, step, cost, z, limit):
    """Of each best batch the budget f in (d, gamma, tau), and what it needs."""
    (x, y), longest = cost, (min(Fraction(0), 2 * a - 1), -1, 0)  # gamma >= d^-l, as a row <= 1
    given = ruled(step, a, 0, "none")
    small, large = (x, -y, y), (x, -z, y)
    few_steps = [] if limit is None else [times((0, -1, 1), raised(small, -limit))]
    few_times = [] if limit is None else [times(TIME, raised(large, -limit))]
    yield small, [*given, *few_steps]
    yield large, [*([raised(longest, -1)] if step == "stable" else given), *few_times]
    if limit is not None and (more := 1 - limit * y + limit * z) > 0:
        middle = raised((x, -z, z), 1 / Fraction(more))
        batch = times((0, -1, 1), raised(middle, -limit))
        yield middle, [*given, raised(batch, -1), times(batch, (0, 1, 0))]


def expected(a, b, *, step, nu, end, warmup, averaging, cost, z, limit):
    """The exponent of the loss; None where no size and time are allowed."""
    found = []
    for budget, inside in choices(a, step, cost, z, limit):
        loss, window = programme(a, b, TIME, Fraction(0), warmup)
        if nu is not None:
            loss += [times(row, raised(budget, -nu)) for row in left(a, TIME, Fraction(0), end, averaging)]
        whole = math.lcm(*(Fraction(x).denominator for x in budget))
        try:
            found.append(-whole * least(loss, [*window, *inside], [int(whole * x) for x in budget]))
        except NothingInside:
            continue
    return max(found) if found else None


@st.composite
def trainings(draw):
    warmup = draw(st.booleans())
    return {
        "step": draw(st.sampled_from(["free", "stable"]) | laws),
        "nu": draw(noises),
        "end": None if warmup else draw(ends),
        "warmup": warmup,
        "averaging": draw(st.booleans()),
        "cost": draw(budgets),
        "z": draw(prices),
        "limit": draw(limits),
    }


def declared(asked):
    step = asked["step"] if isinstance(asked["step"], str) else tuple(map(rational, asked["step"]))
    return Training(
        step, rational(asked["nu"]), rational(asked["end"]), asked["warmup"], asked["averaging"],
        cost=tuple(map(Rational, asked["cost"])), serial_time=rational(asked["limit"]), batch=rational(asked["z"]),
    )  # fmt: skip


@pytest.mark.dear
@few
@given(alphas, excesses, trainings())
def test_the_best_batch_is_that_of_the_brute_force(a, excess, asked):
    b = excess + HALF - a
    agrees(declared(asked), a, b, expected(a, b, **asked))


@pytest.mark.dear
@few
@given(alphas, excesses, noises, budgets)
def test_a_batch_that_costs_what_steps_do_is_the_budget_in_samples(a, excess, nu, cost):
    point, cost = (rational(a), rational(excess + HALF - a)), tuple(map(Rational, cost))
    one, other = (optimum(Training("free", rational(nu), cost=cost, batch=z), *point) for z in (cost[1], None))
    assert one.loss_exponent == other.loss_exponent


@pytest.mark.dear
@few
@given(alphas, excesses, noises, prices)
def test_a_batch_is_one_or_as_large_as_it_may_be(a, excess, nu, z):
    found = optimum(Training("free", rational(nu), batch=rational(z)), rational(a), rational(excess + HALF - a))
    for powers in found.limits.values() if found.phase is None else [found.exponents]:
        if None not in powers.values():
            assert powers["B"] == (-powers["gamma"] if z < 1 else 0)
            assert powers["d"] + powers["r"] + rational(z) * powers["B"] == 1


@pytest.mark.dear
@pytest.mark.parametrize("step", ["free", "stable"])
@pytest.mark.parametrize(("nu", "z"), [(Fraction(0), HALF), (None, Fraction(1, 4)), (Fraction(0), Fraction(2))])
def test_the_diagram_is_the_brute_force_at_many_points(step, nu, z):
    training = Training(step, rational(nu), batch=rational(z))
    asked = {"step": step, "nu": nu, "end": None, "warmup": False, "averaging": False, "cost": (1, 1), "z": z}
    diagram = phase_diagram(training)
    checked = 0
    for a, b in drawn(repeated(15, 300), 7, 0):
        at = dict(zip(diagram.parameters, (rational(a), rational(b)), strict=True))
        here = [p for p in diagram.phases if all(bool(x.subs(at)) for x in p.inequalities)]
        assert len(here) <= 1
        for phase in here:
            checked += 1
            derived = 0 if phase.loss_exponent is None else phase.loss_exponent.subs(at)
            assert derived == rational(expected(a, b, **asked, limit=None))
    assert checked
