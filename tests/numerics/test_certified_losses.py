"""Certified losses: references of another library, witnesses that share nothing, edges, slopes, refusals."""

import math
from fractions import Fraction

import numpy as np
import pytest

from tauber.numerics import PLRF, TauberInputError, UnstableStepSize
from tauber.numerics.certified import CertifiedPLRF, Refused
from tauber.numerics.certified.balls import arb, enclosure, real, working
from tauber.numerics.certified.one_pass import Solver, earliest
from tauber.numerics.certified.sequences import by_division, by_recursion, forcing_and_kernel

from ..sampling import some
from .reference import PARAMETERS, REFERENCE, TIMES

IA = CertifiedPLRF("4/5", "3/10", 20, 100, step_size="1/10")
MIDDLE = CertifiedPLRF("4/5", "3/10", 1000, 10**6, step_size="1/10")


def model(name):
    p = PARAMETERS[name]
    return CertifiedPLRF(p["alpha"], p["beta"], p["d"], p["v"], batch=p["batch"], step_size=p["gamma"])


def holds(ball, digits, rounding):
    """Whether a ball holds a decimal that is itself rounded."""
    value = Fraction(digits)
    slack = abs(value) * rounding
    return ball.lower - slack <= value <= ball.upper + slack


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("digits", some([12, 20, 30, 38], quick=(0, 3)))
def test_references_of_forty_digits(name, digits):
    for found, truth in zip(model(name).curve(TIMES, digits), REFERENCE[name], strict=True):
        assert holds(found.ball, truth, Fraction(1, 10**39))
        assert found.ball.relative <= 10.0**-digits


@pytest.mark.parametrize(
    ("case", "batch", "step"),
    some(
        [
            (("4/5", "3/10", 1000, 10**6), 1, "1/10"),
            (("7/10", "6/5", 10**5, 10**12), 4, "1/10"),
            (("27/100", "7/10", 100, 1000), 2, "1/400"),
            (("4/5", "3/10", 10**8, math.inf), 1, "1/10"),
        ],
        quick=(0, 2),
    ),
)
def test_level_norm_and_limit_against_forty_estimated_digits(case, batch, step):
    proved = CertifiedPLRF(*case, batch=batch, step_size=step)
    solved = PLRF(*map(str, case[:2]), *case[2:], batch=batch, step_size=step, precision=40)
    for ball, estimate in (
        (proved.kernel_norm_enclosure(30), solved.kernel_norm),
        (proved.level(30), solved.level),
        (proved.stability_limit(30), solved.stability_limit),
    ):
        assert holds(ball, str(estimate), Fraction(1, 10**38))
        assert ball.relative <= 1e-30


def test_an_edge_limited_case():
    """The noise formula would give 0.1358 here; beyond the edge limit ||K|| is still below 1."""
    proved = CertifiedPLRF("4/5", "3/10", 20, 100, batch=8)
    limit = proved.stability_limit(20)
    near = CertifiedPLRF("4/5", "3/10", 20, 100, batch=8, step_size=limit.mid * (1 - Fraction(1, 10**9)))

    assert proved.stability_cause == "edge"
    assert holds(limit, "0.141996287765", Fraction(1, 10**11))
    assert abs(float(near.kernel_norm_enclosure(8)) - 0.6176) < 1e-3


@pytest.mark.parametrize(
    "case", [("4/5", "3/10", 1000, 10**6, 1), ("4/5", "3/10", 20, 100, 8), ("1/4", "1", 30, 31, 2)]
)
def test_both_sides_of_the_limit_are_decided(case):
    *point, batch = case
    limit = CertifiedPLRF(*point, batch=batch).stability_limit(25).mid
    small = Fraction(1, 10**12)

    assert CertifiedPLRF(*point, batch=batch, step_size=limit * (1 - small)).kernel_norm_enclosure(5).upper < 1
    with pytest.raises(UnstableStepSize, match="limited"):
        CertifiedPLRF(*point, batch=batch, step_size=limit * (1 + small))


def test_at_the_limit_itself_stability_is_refused():
    """A step size that agrees with the limit to 400 digits: neither side can be certain."""
    limit = CertifiedPLRF("4/5", "3/10", 20, 100).stability_limit(400).mid
    with pytest.raises(Refused, match="could not be decided"):
        CertifiedPLRF("4/5", "3/10", 20, 100, step_size=limit)


@pytest.mark.parametrize(
    "proved", some([IA, MIDDLE, model("III"), model("IVb")], quick=(0, 2, 3)), ids=["Ia", "middle", "III", "IVb"]
)
def test_independent_witnesses_overlap(proved):
    """Hyperbola, circle, division of power series, recursion."""
    times = [40, 55, 63]
    solver = Solver(proved)
    forcing, kernel = forcing_and_kernel(proved, 64, 20)
    divided, stepped = by_division(forcing, kernel, 250), by_recursion(forcing, kernel, 250)
    with working(320):
        on_circle = [value for value, _ in solver.circle(times, 64, 60.0)]
        panel = solver.panel(Fraction(40), Fraction(63), 30.0, whole=False)
        on_hyperbola = [panel.value(Fraction(t))[0] for t in times]
    for t, circle, hyperbola in zip(times, on_circle, on_hyperbola, strict=True):
        for other in (circle, hyperbola, stepped[t]):
            assert divided[t].overlaps(other)
        assert circle.rel_accuracy_bits() > 60
        assert hyperbola.rel_accuracy_bits() > 25
        assert divided[t].rel_accuracy_bits() > 50


def test_kernel_sums_below_its_norm_and_loss_starts_at_the_target():
    forcing, kernel = forcing_and_kernel(IA, 64, 20)
    with working(200):
        assert sum(kernel, arb(0)) < IA.kernel_norm()
        assert forcing[0].overlaps(IA.start())
    assert IA.curve([0], 20)[0].ball.overlaps(enclosure(forcing[0]))


def test_late_times_reach_the_level():
    late, level = IA.curve([10**9, 10**30], 25), IA.level(25)

    assert all(value.ball.overlaps(level) for value in late)
    assert IA.curve([10**3], 25)[0].ball.lower > level.upper


@pytest.mark.dear
def test_two_contours_and_one_time_alone_overlap():
    together = MIDDLE.curve([100, 10**4, 10**7], 15)
    for value in together:
        alone = MIDDLE.curve([value.time], 25)[0]

        assert value.ball.overlaps(alone.ball)
        assert alone.ball.relative < 1e-25


@pytest.mark.dear
def test_times_that_are_not_whole():
    times = [Fraction(2001, 2), Fraction(10**6 + 1, 3)]
    solved = PLRF("4/5", "3/10", 1000, 10**6, step_size="1/10", precision=30).curve(times).loss
    for found, estimate in zip(MIDDLE.curve(times, 25), solved, strict=True):
        assert holds(found.ball, str(estimate), Fraction(1, 10**28))


EDGES = [
    ("1/6", "1", 300, 1000, 1), ("1/4", "1", 30, 31, 2), ("1/2", "1/5", 20, 200, 1), ("4/5", "0", 50, 1000, 10**6),
    ("1001/2000", "3/10", 1000, math.inf, 1), ("3/2", "6/5", 10**6, 10**7, 3), ("4/5", "3/10", 10**15, math.inf, 1),
    ("1/10", "1/2", 5, 6, 1), ("4/5", "100", 10, 100, 1),
]  # fmt: skip


@pytest.mark.parametrize("case", EDGES)
def test_edges_of_the_domain(case):
    """Degenerate 2F1, v = d + 1, 2 alpha near 1 at v = inf, a million samples a step, the largest size."""
    alpha, beta, d, v, batch = case
    proved = CertifiedPLRF(alpha, beta, d, v, batch=batch)
    times = [0, 1, 59, 60, 61, 10**4]
    found = proved.curve(times, 12)
    solved = proved.rough.curve([float(t) for t in times])

    assert all(value.ball.relative <= 1e-12 for value in found)
    for value, loss, error in zip(found, solved.loss, solved.error, strict=True):
        # ten times the float estimate is what tests/numerics/test_honesty.py promises
        assert abs(Fraction(loss) - value.ball.mid) <= value.ball.rad + Fraction(10 * float(error) * float(loss))


def test_the_latest_time_at_the_largest_size():
    proved = CertifiedPLRF("4/5", "3/10", 10**15, math.inf, step_size="1/10")
    found = proved.curve([10**30], 15)[0].ball

    assert found.overlaps(proved.level(15))
    assert found.relative <= 1e-15


def test_close_to_the_stability_limit():
    """||K|| within 1e-7 of 1; the value is that of shared notes to its digits."""
    limit = MIDDLE.stability_limit(30).mid
    proved = CertifiedPLRF("4/5", "3/10", 1000, 10**6, step_size=limit * (1 - Fraction(2, 10**8)))
    norm = proved.kernel_norm_enclosure(15)

    assert 0 < 1 - norm.upper < Fraction(1, 10**7)
    assert proved.curve([10**6], 10)[0].ball.relative <= 1e-10


def test_a_slope_holds_at_every_time_that_is_looked_at():
    first, last = 10**4, 10**6
    proved = CertifiedPLRF("4/5", "3/10", 10**8, math.inf, step_size="1/10")
    found = proved.slope(first, last)
    solved = proved.rough.slope(np.geomspace(first, last, 201))
    assert solved.error.max() < min(ball.rad for *_, ball in found.pieces) / 1000
    for t, slope, error in zip(solved.times, solved.values, solved.error, strict=True):
        inside = [ball for left, right, ball in found.pieces if left <= t <= right]
        assert inside
        assert all(ball.lower - Fraction(error) <= Fraction(slope) <= ball.upper + Fraction(error) for ball in inside)
    assert found.pieces[0][0] == first
    assert found.pieces[-1][1] == last
    assert all(one[1] == two[0] for one, two in zip(found.pieces, found.pieces[1:], strict=False))
    assert max(abs(found.interval.lower + Fraction(3, 4)), abs(found.interval.upper + Fraction(3, 4))) < Fraction(
        7, 10**4
    )
    assert found.interval.upper - found.interval.lower < Fraction(6, 10**4)  # true variation 5.5e-4


@pytest.mark.dear
def test_chords_lie_in_the_slope_interval():
    """A crossover: the slope moves by 0.4 in one decade."""
    proved = CertifiedPLRF("7/10", "6/5", 10**5, 10**12, batch=4, step_size="1/10")
    interval = proved.slope(100, 1000).interval
    times = [100, 150, 300, 700, 1000]
    values = proved.curve(times, 20)
    with working(120):
        logs = [(real(v.ball.mid) + arb(0, float(v.ball.rad))).log() for v in values]
        for i in range(4):
            chord = enclosure((logs[i + 1] - logs[i]) / (real(times[i + 1]) / times[i]).log())
            assert interval.lower <= chord.lower
            assert chord.upper <= interval.upper


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CertifiedPLRF("4/5", "3/10", 10, 10),
        lambda: CertifiedPLRF("4/5", "3/10", "21/2", 100),
        lambda: CertifiedPLRF("4/5", "3/10", 10, math.inf, batch=0),
        lambda: CertifiedPLRF("2/5", "3/10", 10, math.inf),
        lambda: CertifiedPLRF("4/5", "nan", 10, 100),
        lambda: CertifiedPLRF("4/5", "3/10", 10, 100, step_size="-1"),
        lambda: IA.curve([-1]),
        lambda: IA.curve([math.inf]),
        lambda: IA.curve([10], digits=0),
        lambda: IA.curve([10], digits=True),
        lambda: IA.curve([2.5]),
        lambda: IA.slope(100, 10),
        lambda: IA.slope(1, 10),
    ],
)
def test_bad_input_is_refused_in_a_sentence(wrong):
    with pytest.raises(TauberInputError, match=r"\.$"):
        wrong()


def test_the_first_time_that_need_not_be_whole():
    start = earliest(12)

    assert IA.curve([start + Fraction(1, 2)], 12)[0].ball.relative <= 1e-12
    with pytest.raises(TauberInputError, match="whole"):
        IA.curve([start - Fraction(1, 2)], 12)


def test_a_time_that_is_not_whole_never_gets_to_the_circle():
    """The circle knows whole times only: a loss that falls too fast for the hyperbola is refused there."""
    with pytest.raises(Refused, match="not whole"):
        Solver(IA).values([Fraction(5, 2)], 12)
