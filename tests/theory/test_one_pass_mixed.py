"""All options of one-pass training at once, at points of the plane: the optimum against an exact brute force.

The oracle is a second writing of the rule of convolution: forcing, kernel, step size and what must be stable are rows
of powers of (d, gamma, tau), the terms are their sums, and the least of the largest of them is taken over every vertex
(`test_one_pass_diagrams.least`). A rule for the step size is two inequalities; a clock of momentum is a row for theta.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.errors import AssumptionError
from tauber.theory.models.one_pass.logarithms import of_logarithmic
from tauber.theory.models.one_pass.phases import optimum, phase_diagram
from tauber.theory.models.one_pass.training import Training

from .test_one_pass import HALF, alphas, excesses, rational
from .test_one_pass_diagrams import NothingInside, least

few = settings(max_examples=settings().max_examples // 2)
budgets = st.sampled_from([(1, 1), (2, 1), (1, 2), (HALF, 1), (1, 3 * HALF)])
limits = st.none() | st.fractions(Fraction(1, 12), Fraction(2, 3), max_denominator=12)
noises = st.none() | st.just(Fraction(0)) | st.fractions(0, 1, max_denominator=8)
laws = st.tuples(
    st.fractions(Fraction(-3, 2), 0, max_denominator=4), st.fractions(Fraction(-7, 8), 0, max_denominator=8)
)
decays = st.just(Fraction(0)) | st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10)
ends = st.none() | st.just("best") | st.fractions(Fraction(1, 4), 5, max_denominator=4)


def times(*rows):
    """The product of monomials."""
    return tuple(map(sum, zip(*rows, strict=True)))


def raised(row, power):
    return tuple(x * power for x in row)


def clocks(momentum, q):
    """Rows of theta, and what must be <= 1 where it is that."""
    tau, faster = (0, 0, 1), (-1, 0, 2)
    if momentum == "dana-constant":
        return [(tau, [(-1, 0, 1)]), (faster, [(1, 0, -1)])]
    return [((0, 0, 2 - q) if momentum == "dana-decaying" else tau, [])]


def expected(a, b, *, step, nu, end, decay, warmup, averaging, momentum, cost, limit):
    """The exponent of the loss; None where no size and time are allowed."""
    c = decay / (1 - decay)
    budget = (cost[0], -cost[1] * (1 + c), cost[1] * (1 + c))  # n = (tau/gamma)^(1 + c)
    found = []
    for theta, region in clocks(momentum, 1 / (2 * a)):
        loss, inside = programme(a, b, theta, c, warmup)
        if nu is not None:
            loss += [times(row, raised(budget, -nu)) for row in left(a, theta, c, end, averaging)]
        inside += region if limit is None else [*region, times((0, 0, 1), raised(budget, -limit))]
        whole = math.lcm(*(Fraction(x).denominator for x in budget))
        inside += ruled(step, a, c, momentum)
        try:
            found.append(-whole * least(loss, inside, [int(whole * x) for x in budget]))
        except NothingInside:
            continue
    return max(found) if found else None


def parts(a, theta, c):
    """The kernel at theta and its plateau, the step size there, and the masses of the first steps."""
    q = 1 / (2 * a)
    first = [(0, 1 + c, 0), (0, 2, 0)] if c else [(0, 1, 0)]
    return [raised(theta, q - 2), (1 - 4 * a, 0, 0)], times((0, 1 + c, 0), raised(theta, -c)), first


def programme(a, b, theta, c, warmup):
    """The loss without label noise, and the window."""
    q, s = 1 / (2 * a), 2 * a + 2 * b - 1
    forcing = [(-2 * a, 0, 0), (-s, 0, 0), raised(theta, -s * q), times((-1, 0, 0), raised(theta, q - 1))]
    kernel, now, first = parts(a, theta, c)
    started = [times(k, mass) for k in kernel for mass in first]
    loss = [*forcing, *(times(row, raised(theta, -1 if warmup else 0)) for row in started)]
    loss += [times(row, now, k, theta) for row in forcing[2:] for k in kernel]
    stable = [(0, 1, 0), now, *(times(now, k, theta) for k in kernel), *(started if c else [])]
    return loss, [(-1, 0, 0), raised(theta, -1), times((-2 * a, 0, 0), theta), *stable]


def left(a, theta, c, end, averaging):
    """What label noise of variance one leaves."""
    kernel, now, first = parts(a, theta, c)
    noise = [times(now, k, theta) for k in kernel] + ([times(k, mass) for k in kernel for mass in first] if c else [])
    if averaging or end == "best":
        return noise
    return [*noise, times(now, raised(theta, 0 if end is None else -end / (end + 1)))]


def ruled(step, a, c, momentum):
    """That gamma is what a rule says, both ways."""
    if step == "free":
        return []
    d, tau = (min(Fraction(0), 2 * a - 1), Fraction(0)) if step == "stable" else step
    more = 1 + (0 if step == "stable" else (1 + c) * tau)
    row = (d / more, -1, (1 + c) * tau / more)
    return [row, raised(row, -1)]


@st.composite
def trainings(draw):
    """What a declaration may say at once: one schedule, a rule for the step size, the rest as it comes."""
    schedule = draw(st.sampled_from(["end", "decay", "warmup"]))
    return {
        "step": draw(st.sampled_from(["free", "stable"]) | laws),
        "nu": draw(noises),
        "end": draw(ends) if schedule == "end" else None,
        "decay": draw(decays) if schedule == "decay" else Fraction(0),
        "warmup": schedule == "warmup",
        "averaging": draw(st.booleans()),
        "momentum": "none",
        "cost": draw(budgets),
        "limit": draw(limits),
    }


def declared(asked):
    step = asked["step"] if isinstance(asked["step"], str) else tuple(map(rational, asked["step"]))
    return Training(
        step, rational(asked["nu"]), rational(asked["end"]), asked["warmup"], asked["averaging"], asked["momentum"],
        tuple(map(Rational, asked["cost"])), rational(asked["limit"]), rational(asked["decay"]),
    )  # fmt: skip


def compare(asked, a, b):
    """The best exponent, or a refusal where nothing is allowed."""
    agrees(declared(asked), a, b, expected(a, b, **asked))


def agrees(training, a, b, known):
    """The optimum has the exponent of the brute force; it is refused where that has none."""
    try:
        found = optimum(training, rational(a), rational(b))
    except AssumptionError:
        assert known is None
        return
    exponents = {x["loss"] for x in found.limits.values()} if found.phase is None else {found.loss_exponent}
    assert {exponent or 0 for exponent in exponents} == {rational(known)}


@few
@given(alphas, excesses, trainings())
def test_options_at_once_are_the_brute_force(a, excess, asked):
    compare(asked, a, excess + HALF - a)


@few
@given(alphas, excesses, budgets, limits, st.sampled_from(["dana-constant", "dana-decaying"]))
def test_momentum_with_other_budgets_and_a_limit_is_the_brute_force(a, excess, cost, limit, momentum):
    a = a + HALF
    asked = dict(trainings_of_momentum, cost=cost, limit=limit, momentum=momentum)
    compare(asked, a, excess + HALF - a)


trainings_of_momentum = {
    "step": "stable", "nu": None, "end": None, "decay": Fraction(0), "warmup": False, "averaging": False,
}  # fmt: skip


@pytest.mark.parametrize("limit", [Rational(1, 4), Rational(1, 2)])
def test_a_limit_that_leaves_nothing_of_a_piece_leaves_the_other(limit):
    """With tau below f^(1/4), d = f/tau is above it, so that the velocity of dana-constant never counts."""
    training = Training(momentum="dana-constant", serial_time=limit)
    slow = optimum(Training(serial_time=limit), Rational(4, 5), Rational(3, 10))
    found = optimum(training, Rational(4, 5), Rational(3, 10))

    assert (found.loss_exponent, found.exponents) == (slow.loss_exponent, slow.exponents)
    assert [str(x) for x in phase_diagram(training).boundaries[0].equation.args] == ["alpha", "beta"]


def test_logarithms_where_a_piece_is_empty():
    point, log = (Rational(4, 5), Rational(3, 10)), Rational(1)
    limited, slow = (
        of_logarithmic(Training(momentum=x, serial_time=Rational(1, 4)), *point, log) for x in ("dana-constant", "none")
    )
    assert (limited.value, limited.log, limited.logs) == (slow.value, slow.log, slow.logs)
    assert limited.log != 0


@pytest.mark.dear
@few
@given(alphas, excesses, st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10))
def test_a_limit_beyond_all_times_changes_nothing(a, excess, decay):
    point = rational(a), rational(excess + HALF - a)
    assume(optimum(Training(power=rational(decay)), *point).phase is not None)
    free, limited = (optimum(Training(power=rational(decay), serial_time=x), *point) for x in (None, Rational(5)))
    assert free == limited
