"""Orders of what corrects the least loss: by hand, and against what the exact constants know of them."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.errors import AssumptionError, NoConstant
from tauber.theory.models.one_pass import phases, stability
from tauber.theory.models.one_pass.corrections import best_warm_up, correction_rates, on_a_line, settled
from tauber.theory.models.one_pass.settled import problem as with_corrections
from tauber.theory.models.one_pass.training import Training
from tauber.theory.models.plrf.exact import ExactLaw, Setting
from tauber.theory.models.plrf.optimum import optimal_constants

from ..sampling import repeated, sampled

NOISE, HALF = Rational(0), Rational(1, 2)


@pytest.mark.parametrize(
    ("training", "point", "expected"),
    [
        # d = f^(5/14), tau = f^(9/14): tau^q/d of the ridge is f^(-5/42); noise gamma tau^(q-1) is f^(-17/42)
        (Training("free"), ("27/20", "3/4"), ["5/42", "5/21", "2/7"]),
        # d = tau = f^(1/2): tau^q/d = f^(-3/16); F_0 of head modes is no term inside the window
        (Training("free"), ("4/5", "11/10"), ["3/16", "3/8", "1/2"]),
        # d, gamma, tau = f^(5/19, -6/19, 8/19): F_ac over F_pp is d^(-2/5), noise remembered over noise tau^(-3/8)
        (Training("free", NOISE), ("4/5", "3/10"), ["2/19", "3/19", "4/19"]),
        # tau_c^p = tau^(q-1)/P with d = f^(6/11), tau = f^(5/11), p = 23/15, q = 2/3: tau_c/tau
        (Training("free", warmup=True), ("3/4", "9/10"), ["25/253"]),
        # the noise leads: tau_c^p = tau^2, p = 17/6; memory up to tau_c and in all, tau_c^(q-1) and tau^(q-1), q = 5/6;
        # the ends tau_c^(1-p/2) are 5/51
        (Training("free", warmup=True), ("3/5", "8/5"), ["2/51", "1/18", "4/51", "29/306", "5/51"]),
        # it leads where memory is of order one, p = 9/4, q = 5/4: tau = f^(4/15), tau_c^p = tau^2; memory up to tau_c
        # is tau_c/tau = f^(-4/135) to the power q - 1
        (Training("free", warmup=True), ("2/5", "1"), ["1/135", "2/135", "1/45"]),
        # p = 3/2, the step size rises all the time, tau = f^(8/25): F_ac over F_0, tau^(q-1) d^(2 alpha-1), and the
        # lower ends tau^(p/2-1)
        (Training("free", warmup=True), ("2/5", "7/10"), ["1/25", "2/25", "3/25"]),
        # q = 5/2, p = 3/2, tau = f^(2/13), d = f^(15/26): the pole of the memory beside its plateau and the lower ends
        # are both f^(-1/26)
        (Training("free", warmup=True), ("1/5", "3/5"), ["1/26", "1/13", "3/26"]),
        # c = 1/2: tau = f^(12/37), d = f^(9/37), q = 5/12: tau^q/d, the whole of the noise over its end, tau^(q-1)
        (Training("free", NOISE, power=Rational(1, 3)), ("6/5", "9/10"), ["4/37", "7/37", "8/37"]),
        # tau = f^(1/4), p = 7/9, q = 5/9: noise gamma = d tau/f over tau^-p and tau^q/d are equal at d = f^(25/72);
        # then 1/tau, and F_ac over F_pp
        (Training("free", NOISE, serial_time=Rational(1, 4)), ("9/10", "3/10"), ["5/24", "1/4", "19/72"]),
        # a price of the batch below that of steps: d, gamma, tau = f^(5/16, -3/8, 1/2), F_ac over F_pp d^(-2/5), then
        # noise remembered tau^(-3/8); at a higher price the batch is 1, as without one
        (Training("free", NOISE, batch=Rational(1, 2)), ("4/5", "3/10"), ["1/8", "3/16", "1/4"]),
        (Training("free", NOISE, batch=Rational(3, 2)), ("4/5", "3/10"), ["2/19", "3/19", "4/19"]),
        # a limit that does not bind changes nothing
        (Training("free", NOISE, serial_time=Rational(9, 10)), ("4/5", "3/10"), ["2/19", "3/19", "4/19"]),
        # theta = tau^(11/8) = f^(88/119), d = f^(55/119): modes learned over steps made theta^q/tau; tau^q/d of the
        # velocity's noise; head over tail modes d^(-2/5); tau/theta
        (
            Training(momentum="dana-decaying"),
            ("4/5", "3/10"),
            ["9/119", "15/119", "18/119", "22/119", "24/119"],
        ),
        # d = f^(10/23), tau = f^(13/23), theta = tau^2/d: the velocity's noise tau^q/d; theta^q/tau = tau/theta
        (Training(momentum="dana-constant"), ("4/5", "3/10"), ["15/184", "3/23", "15/92", "4/23"]),
    ],
)
def test_by_hand(training: Training, point: tuple, expected: list) -> None:
    alpha, beta = map(Rational, point)
    found = correction_rates(training, alpha, beta, len(expected), finite_modes=bool(2 * alpha < 1))
    assert list(found) == list(map(Fraction, expected))


@pytest.mark.parametrize("point", [("4/5", "3/10"), ("2/5", "7/10"), ("1/5", "3/2")])
def test_a_warm_up_that_helps_nothing_corrects_nothing(point: tuple) -> None:
    """With label noise, which is more than the noise of the start."""
    plain, at = Training("free", NOISE), tuple(map(Rational, point))
    found, known = (
        correction_rates(x, *at, 4, finite_modes=bool(2 * at[0] < 1)) for x in (replace(plain, warmup=True), plain)
    )
    assert found == known


def test_what_is_the_same_along_a_line_of_sizes_moves_nothing_on_it() -> None:
    """The orders less the first, 5/24: F_ac over F_pp, 19/72; the noise remembered tau^(q-1), 23/72; not 1/tau, 1/4."""
    training, point = Training("free", NOISE, serial_time=Rational(1, 4)), (Rational(9, 10), Rational(3, 10))
    found = correction_rates(training, *point, 4, finite_modes=False, of_loss=False)
    assert list(found) == list(map(Fraction, ["1/18", "1/9", "5/36", "1/6"]))
    free = replace(training, serial_time=None)
    assert len({correction_rates(free, *point, 4, finite_modes=False, of_loss=x) for x in (True, False)}) == 1


halves = st.fractions(Fraction(11, 20), Fraction(3, 2), max_denominator=20)


@sampled(4, 20)
@given(halves, st.fractions(Fraction(1, 10), Fraction(3, 2), max_denominator=20))
def test_the_first_is_that_of_the_exact_constants(alpha: Fraction, beta: Fraction) -> None:
    """For a fixed step size, whose window is expanded with its constants in `plrf.window`."""
    a, b = Rational(alpha), Rational(beta)
    try:
        known = optimal_constants(ExactLaw(Setting(a, b), order=0), minimise=False).correction_exponent
    except (NoConstant, AssumptionError):
        assume(False)
    (first,) = correction_rates(Training("stable"), a, b, 1, finite_modes=False)
    assert first == Fraction(int(known.p), int(known.q))


@pytest.mark.parametrize("point", [("2/5", "3/10"), ("3/10", "7/20"), ("2/5", "1"), ("3/20", "9/10")])
def test_the_first_for_a_step_size_by_the_trace(point: tuple) -> None:
    a, b = map(Rational, point)
    law = ExactLaw(Setting(a, b, strength=Rational(1, 2), ratio=Rational(4)), order=0)
    known = optimal_constants(law, minimise=False).correction_exponent
    (first,) = correction_rates(Training("stable"), a, b, 1, finite_modes=True)
    assert first == Fraction(int(known.p), int(known.q))


def test_the_best_end_needs_its_power() -> None:
    with pytest.raises(AssumptionError, match="give its power"):
        correction_rates(Training("free", NOISE, "best"), Rational(4, 5), Rational(3, 10), 1, finite_modes=False)
    with pytest.raises(AssumptionError, match="leave sizes free"):
        correction_rates(
            Training("free", warmup=True, serial_time=Rational(1, 50)),
            Rational(1, 5), Rational(9, 10), 1, finite_modes=True,
        )  # fmt: skip
    with pytest.raises(AssumptionError, match="at p = 2"):
        correction_rates(Training("free", warmup=True), Rational(2, 5), Rational(9, 10), 1, finite_modes=True)
    with pytest.raises(AssumptionError, match="power of the batch of its own"):
        correction_rates(Training(batch=Rational(1, 2)), Rational(4, 5), Rational(3, 10), 1, finite_modes=False)


OTHERS = {
    "power 1/3": Training("free", NOISE, power=Rational(1, 3)),
    "power 2/3": Training("free", NOISE, power=Rational(2, 3)),
    "power, a law": Training((Rational(0), Rational(-1, 4)), NOISE, power=Rational(1, 4)),
    "serial time": Training("free", NOISE, serial_time=Rational(1, 4)),
    "warm-up": Training("free", warmup=True),
}


@pytest.mark.parametrize("name", OTHERS)
def test_no_term_of_the_series_is_larger_than_the_least_loss(name: str) -> None:
    """The programme knows the leading terms alone, the series all: one that were larger would be refused."""
    draws = random.Random(name)
    for _ in range(repeated(4, 12)):
        alpha, beta = Rational(draws.randint(1, 60), 40), Rational(draws.randint(-20, 60), 40)
        if not alpha + beta > Rational(1, 2):
            continue
        if name == "warm-up" and (alpha == beta - HALF or alpha <= min(beta - HALF, HALF / 2)):
            continue  # there are logarithms, or free sizes
        if not stability.anywhere(OTHERS[name], alpha):
            continue
        found = correction_rates(OTHERS[name], alpha, beta, 3, finite_modes=bool(2 * alpha < 1))
        assert list(found) == sorted({w for w in found if w > 0})
        assert len(found) in {0, 3}


@sampled(12, 200)
@given(alpha=st.fractions(Fraction(1, 50), Fraction(1, 4), max_denominator=200),
       above=st.fractions(Fraction(1, 100), 3, max_denominator=100))  # fmt: skip
def test_what_corrections_choose_of_a_late_warm_up_is_the_best_of_a_grid(alpha: Fraction, above: Fraction) -> None:
    """Signed orders on a grid of times and delays: none lowers the loss more, or raises it less, and none is first."""
    beta = alpha + Fraction(1, 2) + above
    assume(alpha < Fraction(1, 4))
    training, point = Training("free", warmup=True), (Rational(alpha), Rational(beta))
    sizes = settled(training, point, {}, finite=True)
    d, tau, late = (Fraction(str(sizes[x])) for x in ("d", "tau", "late"))
    p, q, y = (2 * alpha + 2 * beta - 1) / (2 * alpha), 1 / (2 * alpha), 2 * alpha * d

    def orders(t: Fraction, more: Fraction) -> tuple[Fraction, Fraction]:
        """Of what raises the loss, F_pp, the peak and gamma tau k with n gamma = f^(t + more); of what lowers it."""
        return min(p * t - y, more, y - more - 2 * t), (q - 2) * (y - t)

    def gain(t: Fraction, more: Fraction) -> tuple[bool, Fraction]:
        up, down = orders(t, more)
        return (True, -down) if down <= up else (False, up)

    assert d == 1 / (2 - 2 * alpha)
    best, steps = gain(tau, late), 40
    for i in range(steps + 1):
        for j in range(steps + 1):
            t, more = y * Fraction(i, steps), y * Fraction(j, steps)
            assert gain(t, more) <= best
    first = correction_rates(training, *point, 2, finite_modes=True)[0]
    assert first == min(orders(tau, late))


@pytest.mark.parametrize(
    ("point", "tau", "late", "first"),
    [  # 3 y/(2(p+1)), y/2 less that, (y/2)(p-2)/(p+1); and y (5/2-q)/(3-q), where the kernel lowers the loss by more
        (("1/5", "11/10"), "3/40", "1/20", "1/20"),
        (("3/20", "9/10"), "27/476", "15/476", "15/476"),
        (("9/40", "6/5"), "45/434", "9/217", "9/217"),
    ],
)
def test_a_late_warm_up_by_hand(point: tuple[str, str], tau: str, late: str, first: str) -> None:
    training, (alpha, beta) = Training("free", warmup=True), map(Rational, point)
    sizes = settled(training, (alpha, beta), {}, finite=True)
    assert (sizes["tau"], sizes["late"]) == (Rational(tau), Rational(late))
    assert correction_rates(training, alpha, beta, 1, finite_modes=True) == (Fraction(first),)
    warm = best_warm_up(training, alpha, beta, finite_modes=True)
    assert warm is not None
    assert warm.late == Fraction(late)
    assert warm.start == -Fraction(tau) - Fraction(late)  # c n is of order one


@pytest.mark.parametrize("more", [{"serial_time": Rational(1, 4)}, {"label_noise": NOISE}, {"batch": HALF}])
def test_the_rise_of_a_warm_up_beside_more_is_refused(more: dict) -> None:
    with pytest.raises(AssumptionError, match="alone"):
        best_warm_up(Training("free", warmup=True, **more), Rational(9, 10), Rational(7, 4), finite_modes=False)


def test_the_rise_of_a_warm_up_on_a_boundary_is_refused() -> None:
    with pytest.raises(AssumptionError, match="more than one phase"):
        best_warm_up(Training("free", warmup=True), Rational(1, 5), Rational(7, 10), finite_modes=True)


LINES = {
    "noise": Training("free", NOISE, serial_time=Rational(1, 4)),
    "none": Training("free", serial_time=Rational(1, 4)),
    "a warm-up, another cost": Training("free", warmup=True, cost=(Rational(3, 2), Rational(1))),
    "falling noise, another cost": Training(
        "free", Rational(1, 4), cost=(Rational(2), Rational(1)), serial_time=Rational(1, 6)
    ),
}


@pytest.mark.dear
@pytest.mark.parametrize("name", LINES)
def test_a_formula_chooses_on_a_line_what_the_series_at_a_point_does(name: str) -> None:
    training, draws, lines = LINES[name], random.Random(name), 0
    most = 23 if training.warmup else 145  # a warm-up leaves its time free for alpha < 1/4
    for _ in range(repeated(12, 60)):
        point = Rational(draws.randint(1, most), 97), Rational(draws.randint(-60, 145), 97)
        if not sum(point) > Rational(1, 2):
            continue
        lines += on_a_line(training, point)
        found, leading = (problem(training).at(point) for problem in (with_corrections, phases.problem))
        assert found.loss_exponent == leading.loss_exponent
        expected = settled(training, point, leading.exponents, bool(2 * point[0] < 1))
        assert found.exponents == {name: expected[name] for name in found.exponents}, point
    assert lines > 2
