"""One-pass training: derived exponents against a brute force, against tables, and against the model without options.

The loss is typed here in the logs of d, gamma and tau from the statements of arXiv:2405.15074 for the forcing function
and the kernel, and minimised over every vertex of the arrangement of its terms and of the window, in fractions. The
tables hold closed forms that were found by others or by hand: for label noise (arXiv:2509.19189, arXiv:2609.40148), for
schedules (arXiv:2609.40148, arXiv:2602.06797) and for momentum (arXiv:2505.16098).
"""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sympy import Rational

from tauber.theory.errors import AssumptionError
from tauber.theory.models.one_pass.decay import decay
from tauber.theory.models.one_pass.phases import optimum, phase_diagram, problem
from tauber.theory.models.one_pass.training import Training
from tauber.theory.models.plrf import derive
from tauber.theory.models.plrf import phase_diagram as plain_diagram

from ..sampling import sampled

HALF = Fraction(1, 2)
alphas = st.fractions(Fraction(1, 20), 2, max_denominator=40)
excesses = st.fractions(Fraction(1, 20), Fraction(5, 2), max_denominator=40)
noises = st.none() | st.just(Fraction(0)) | st.fractions(0, 1, max_denominator=6)
cooldowns = st.none() | st.just("best") | st.fractions(Fraction(1, 2), 5, max_denominator=4)
limits = st.none() | st.fractions(Fraction(1, 10), Fraction(1, 2), max_denominator=10)
few = sampled(5, 20)


def rational(x):
    return x if x is None or isinstance(x, str) else Rational(x.numerator, x.denominator)


# ---- the oracle: rows are the powers of (d, gamma, tau, 1) in the terms of the loss


def rows(a, b, nu, cost, cooldown, warmup):
    """All terms of the loss with a free step size; every one is a lower bound of the loss, and their largest is it."""
    q, p = 1 / (2 * a), (2 * a + 2 * b - 1) / (2 * a)
    loss = [(-2 * a, 0, 0), (1 - 2 * a - 2 * b, 0, 0), (0, 0, -p), (-1, 0, q - 1)]
    memory = [(0, 1, q - 2), (1 - 4 * a, 1, 0)]
    start = -1 if warmup else 0
    for d, g, t in memory:
        loss.append((d, g, t + start))
        loss += [(d - 0, g, t - p + 1), (d - 1, g, t + q)]
    if nu is not None:
        f = (cost[0], -cost[1], cost[1])
        end = {None: Fraction(0), "best": None}.get(cooldown, cooldown)
        end = end if cooldown in (None, "best") else cooldown / (1 + cooldown)
        noise = [(0, 1, q - 1), (1 - 4 * a, 1, 1)] + ([(0, 1, -end)] if end is not None else [])
        loss += [tuple(x - nu * y for x, y in zip(row, f, strict=True)) for row in noise]
    return loss


def window(a, cost, limit):
    q = 1 / (2 * a)
    found = [(-1, 0, 0), (0, 0, -1), (-2 * a, 0, 1), (0, 1, 0), (0, 1, q - 1), (1 - 4 * a, 1, 1)]
    if limit is not None:
        f = (cost[0], -cost[1], cost[1])
        found.append(tuple(x - limit * y for x, y in zip((0, 0, 1), f, strict=True)))
    return found


def brute_force(loss, inside, cost):
    """The least of the largest term over every vertex where two of the planes cross on the budget."""
    f = (cost[0], -cost[1], cost[1])
    planes = inside + [tuple(x - y for x, y in zip(r, s, strict=True)) for r, s in combinations(loss, 2)]
    best = None
    for one, other in combinations(dict.fromkeys(planes), 2):
        u = crossing(one, other, f)
        if u is not None and all(dot(row, u) <= 0 for row in inside):
            value = max(dot(row, u) for row in loss)
            best = value if best is None else min(best, value)
    return best


def crossing(one, other, budget):
    """The point where both vanish and the budget is 1, by Cramer's rule: the cross product, scaled."""
    (a, b, c), (d, e, f) = one, other
    u = (b * f - c * e, c * d - a * f, a * e - b * d)
    scale = dot(budget, u)
    return tuple(Fraction(x) / scale for x in u) if scale else None


def dot(row, u):
    return sum(x * y for x, y in zip(row, u, strict=True))


@pytest.mark.dear
@few
@given(alphas, excesses, noises, cooldowns, st.booleans(), limits, st.sampled_from([(1, 1), (2, 1), (1, 2)]))
def test_derived_exponents_are_those_of_the_brute_force(a, excess, nu, cooldown, warmup, limit, cost):
    b = excess + HALF - a
    training = Training(
        "free", rational(nu), rational(cooldown), warmup, cost=tuple(map(Rational, cost)), serial_time=rational(limit)
    )
    assume(b != HALF)
    least = brute_force(rows(a, b, nu, cost, cooldown, warmup), window(a, cost, limit), cost)

    assert (optimum(training, rational(a), rational(b)).loss_exponent or 0) == rational(-least)


# ---- closed forms


def numbers(a, b):
    q, s = 1 / (2 * a), 2 * a + 2 * b - 1
    return q, s, s * q


def constant_noise(a, b):
    q, _, p = numbers(a, b)
    if a > HALF:
        return (p / (1 + p + q), q / (1 + p + q)) if b < HALF else (p / (1 + p + b / a), b / a / (1 + p + b / a))
    if b < HALF:
        return p / (p + 2 * q), q / (p + 2 * q)
    below = p + q + p * q if a > Fraction(1, 4) else 2 - p + 2 * p * q
    return p / below, p * q / below


def best_cooldown(a, b):
    q, s, p = numbers(a, b)
    if b < 0 and a > HALF:
        return (s / (1 + 2 * a),)
    if b < HALF:
        return (p / (p + 2 * q),)
    if a > 1:
        return a / (1 + a), 1 / (2 + 2 * a)
    if a > HALF:
        return (p / (p + q + b / a),)
    return (p / (p + q + p * q if a > Fraction(1, 4) else 2 - p + 2 * p * q),)


def warmup(a, b):
    q, s, p = numbers(a, b)
    if a > HALF and b < HALF:
        return s / (2 * a + 1), 1 / (2 * a + 1)
    if a > HALF:
        return (s / (2 * (a + b)), b / (a + b)) if b < 2 * a else (1 - 1 / (6 * a), Fraction(2, 3))
    if b < HALF:
        return a + b - HALF, HALF
    if a > Fraction(1, 4):
        return (p / (q * (1 + p)), p / (1 + p)) if p < 2 else (4 * a / 3, Fraction(2, 3))
    below = 2 * p * q - p + max(0, 2 - p)
    return p / below, p * q / below


def free_without_noise(a, b):
    q, _s, p = numbers(a, b)
    if b > HALF and Fraction(1, 4) < a < HALF:
        below = p * q + p + q - 1
        return p / below, p * q / below
    found = derive(rational(a), rational(b))
    return found.loss_exponent, found.d_exponent


def decaying(a, b):
    q, s, p = numbers(a, b)
    h = 2 - q
    if b < HALF:
        return s / (1 + 2 * a / h), 1 / (1 + 2 * a / h)
    if (4 * a - 3) ** 2 < 5 or a < Fraction(3, 4):
        return (p / (b / a + 1 / h), b / a / (b / a + 1 / h)) if b < a else (h / (1 + 1 / h), 1 / (1 + 1 / h))
    return 2 * a / (1 + 2 * a / h), 1 / (1 + 2 * a / h)


def constant_dana(a, b):
    q, s, p = numbers(a, b)
    if b < HALF:
        return s / (a + 3 * HALF), 1 / (a + 3 * HALF)
    if a < Fraction(3, 4):
        return (2 * p / (1 + 3 * b / a), 2 * b / a / (1 + 3 * b / a)) if b < a else (1 - q / 2, HALF)
    return 2 * a / (a + 3 * HALF), 1 / (a + 3 * HALF)


TABLES = {
    "label noise": (Training("free", Rational(0)), constant_noise),
    "label noise, best cool-down": (Training("free", Rational(0), "best"), best_cooldown),
    "label noise, averaging": (Training("free", Rational(0), averaging=True), best_cooldown),
    "warm-up": (Training("free", warmup=True), warmup),
    "free step size": (Training("free"), free_without_noise),
    "DANA-decaying": (Training(momentum="dana-decaying"), decaying),
    "DANA-constant": (Training(momentum="dana-constant"), constant_dana),
}


@few
@given(alphas, excesses, st.sampled_from(sorted(TABLES)))
def test_closed_forms(a, excess, name):
    training, table = TABLES[name]
    a = a + HALF if training.momentum != "none" else a
    b = excess + HALF - a
    # On a boundary of phases exponents are stated only where both sides agree.
    answer = optimum(training, rational(a), rational(b))
    assume(answer.phase is not None)
    if name == "free step size":
        assume(b > 0)

    expected = [Rational(x.numerator, x.denominator) if isinstance(x, Fraction) else x for x in table(a, b)]
    assert [answer.loss_exponent, answer.exponents["d"]][: len(expected)] == expected


@few
@given(alphas, excesses)
def test_without_options_it_is_the_model_of_the_paper(a, excess):
    b = excess + HALF - a
    assume(b > 0)
    found, known = optimum(Training(), rational(a), rational(b)), derive(rational(a), rational(b))

    if known.phase is not None:  # on a boundary both say what meets there, under their own names
        assert found.loss_exponent == known.loss_exponent
        assert found.exponents["d"] == known.d_exponent
    else:
        assert {x["loss"] for x in found.limits.values()} == {y for _, y in known.limits.values()}


# ---- diagrams


def test_a_free_step_size_merges_phase_iv() -> None:
    """IVa and IVb are one phase, and the boundary alpha = 1 - 1/sqrt 2 is gone."""
    diagram, known = phase_diagram(Training("free")), plain_diagram()
    surd = {str(b.polynomial) for b in known.boundaries if set(b.between) == {"IVa", "IVb"}}
    assert surd
    assert not surd & {str(b.polynomial) for b in diagram.boundaries}
    assert len({p.name for p in diagram.phases}) == len({p.loss_exponent for p in diagram.phases}) == 6


@pytest.mark.dear
def test_warmup_has_no_noise_phase_below_twice_alpha() -> None:
    """The only phase with noise for alpha > 1/2 begins at beta = 2 alpha."""
    diagram = phase_diagram(Training("free", warmup=True))
    noisy = [p for p in diagram.phases if any(t.startswith("K_pp") for t in p.tradeoff) and p.sample[0] > HALF]
    (phase,) = noisy
    assert str(phase.inequalities[-1]) == "alpha < beta/2"
    assert str(phase.loss_exponent) == "(6*alpha - 1)/(6*alpha)"


TRAININGS = {name: training for name, (training, _) in TABLES.items()} | {
    "stable": Training(),
    "a law": Training((Rational(-1), Rational(0)), Rational(0)),
    "falling label noise": Training("stable", Rational(1, 2)),
    "linear cool-down": Training("free", Rational(0), Rational(1)),
    "another budget": Training("free", cost=(Rational(2), Rational(1))),
    "serial time": Training("stable", serial_time=Rational(1, 4)),
}
"""One for each option but a decay."""

LIMITED = Training("free", serial_time=Rational(1, 4))

_diagram = cache(phase_diagram)


@pytest.mark.dear
@sampled(4, 40)
@given(alphas, excesses, st.sampled_from(sorted(TRAININGS)))
@example(Fraction(7, 5), Fraction(7, 5) - Fraction(189, 410) - HALF, "label noise")
@example(Fraction(7, 5), Fraction(7, 5) - Fraction(189, 410) - HALF, "label noise, best cool-down")
def test_the_inequalities_of_a_phase_hold_where_it_is_the_optimum(a, excess, name) -> None:
    """On the whole plane, beta of either sign: no inequality is decided by what the letters are said to be.

    A diagram comes of the cells of a partition, an optimum at a point of the programme there.
    """
    compare_at(TRAININGS[name], a, excess)


@pytest.mark.slow  # the diagram takes half a minute
@given(alphas, excesses)
def test_the_inequalities_of_a_phase_hold_where_it_is_the_optimum_under_a_decay(a, excess) -> None:
    compare_at(Training(power=Rational(3, 10)), a, excess)


@pytest.mark.dear
def test_phases_of_one_trade_off_are_told_apart_in_the_plane_and_where_they_meet() -> None:
    """With the serial time of the largest step size limited d is what is left, by two laws of the step size."""
    training = Training(serial_time=Rational(1, 4))
    diagram = phase_diagram(training)
    names = [phase.name for phase in diagram.phases]
    between = [wall.between for wall in diagram.boundaries]

    for term in ("F_pp", "K_pp"):
        beside = [phase for phase in diagram.phases if phase.tradeoff == (term,)]
        assert [phase.name for phase in beside] == [f"{term}, part {n}" for n in (1, 2)]
        assert len({tuple(phase.exponents.values()) for phase in beside}) == 2
        assert (f"{term}, part 1", f"{term}, part 2") in between
    assert len({(wall.equation, frozenset(wall.between)) for wall in diagram.boundaries}) == len(between)
    assert all(set(pair) <= set(names) and len(set(pair)) == 2 for pair in between)

    at = dict(zip(diagram.parameters, (Rational(1, 2), Rational(1)), strict=True))
    met = optimum(training, *at.values())

    assert met.boundary_of == ("K_pp, part 1", "K_pp, part 2")
    for name in met.boundary_of:
        phase = diagram[name]
        expected = {n: x.subs(at) for n, x in phase.exponents.items()} | {"loss": phase.loss_exponent.subs(at)}
        assert met.limits[name] == expected


@pytest.mark.dear
def test_what_leading_terms_leave_free_has_no_power() -> None:
    """With the serial time limited d and gamma are free where F_pp is alone; under the noise of labels d and tau."""
    for training, name, known in (
        (LIMITED, "F_pp", {"tau"}),
        (Training(label_noise=HALF), "noise", set()),
        (Training("free", warmup=True), "F_0 of head modes = K_pp of the plateau", {"d"}),
    ):
        diagram = phase_diagram(training)
        assert set(diagram[name].exponents) == known
        at = dict(zip(diagram.parameters, map(rational, diagram[name].sample), strict=True))
        found = optimum(training, *at.values())
        assert {x for x, power in found.exponents.items() if power is not None} == known
        corners = [x for one in problem(training).pieces(at)[0].programs for x in one.corners(at).items()]
        sizes = {place for place, loss in corners if loss == -Fraction(str(found.loss_exponent))}
        assert len(sizes) > 1
        for n, resource in enumerate(problem(training).resources):
            assert (len({place[n] for place in sizes}) == 1) == (resource in known)


def test_a_diagram_refuses_two_phases_of_one_name() -> None:
    diagram = _diagram(TRAININGS["label noise"])
    with pytest.raises(ValueError, match="a name of its own"):
        replace(diagram, phases=diagram.phases + diagram.phases[:1])


def compare_at(training, a, excess) -> None:
    a = a + HALF if training.momentum != "none" else a
    diagram, b = _diagram(training), excess + HALF - a
    at = dict(zip(diagram.parameters, (rational(a), rational(b)), strict=True))
    here = [p for p in diagram.phases if all(x.subs(at) for x in p.inequalities)]
    found = optimum(training, *at.values())

    if found.phase is not None:
        (phase,) = here
        values = {n: x.subs(at) for n, x in phase.exponents.items()}
        assert (phase.name.partition(", part ")[0], phase.tradeoff) == (found.phase, found.tradeoff)
        assert values == found.exponents
        assert phase.loss_exponent.subs(at) == found.loss_exponent
    else:
        assert not here


@pytest.mark.parametrize(("a", "b"), [("-1/2", "2"), ("1/4", "1/4"), ("1/4", "1/5")])
def test_outside_of_the_plane_is_refused(a: str, b: str) -> None:
    with pytest.raises(AssumptionError, match=r"alpha \+ beta > 1/2"):
        optimum(Training(), Rational(a), Rational(b))


@few
@given(st.fractions(Fraction(11, 20), 2, max_denominator=20), st.fractions(0, 2, max_denominator=20),
       st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20))  # fmt: skip
def test_a_step_size_that_falls_leaves_the_larger_of_descent_and_last_noise(a, b, c) -> None:
    """P ~ t^-min((1 - c) p, c) with constant label noise, and the noise of the start is forgotten like tau^-(2 - q).

    Here alpha > 1/2, the step size is fixed at the start, and tau = t^(1 - c). What the memory of the whole leaves,
    tau^(q - 1) t^-c, is less than the last noise.
    """
    p, q = (2 * a + 2 * b - 1) / (2 * a), 1 / (2 * a)
    found = decay(Training(label_noise=Rational(0), power=rational(c)), rational(a), rational(b))

    assert found == -rational(min((1 - c) * p, (1 - c) * (2 - q), c))


@pytest.mark.dear
def test_a_falling_step_size_with_the_best_peak_is_the_best_constant_one() -> None:
    """As long as it falls more slowly than the best constant one, whose size it then has at the end of each run."""
    a, b = Rational(4, 5), Rational(3, 10)
    constant = optimum(Training("free", Rational(0)), a, b)
    samples = constant.exponents["tau"] - constant.exponents["gamma"]
    for power in (Rational(1, 10), Rational(3, 10)):
        falling = optimum(Training("free", Rational(0), power=power), a, b)
        assert falling.loss_exponent == constant.loss_exponent
        assert falling.exponents["d"] == constant.exponents["d"]
        assert falling.exponents["gamma"] == constant.exponents["gamma"] + power * samples
    steep = optimum(Training("free", Rational(0), power=Rational(1, 2)), a, b)
    assert steep.loss_exponent < constant.loss_exponent
