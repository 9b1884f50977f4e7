"""The compute optimum of the dynamical model for budgets drawn at random: derived, by brute force, and measured.

Three witnesses. The symbolic wing solves a parametric programme on each piece of the resources. `brute_force` knows
nothing of it: the loss exponent is typed in here as a function of the logs of t, N, P, and is evaluated at *every*
vertex of the arrangement of all lines where two of its terms are equal, or two resources resolve as many modes. The
numeric wing measures the loss along rays of resources, and the frontier itself.
"""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sympy import Rational

from tauber.ledger.claim import Outcome
from tauber.ledger.measure import compare_exponent
from tauber.numerics.models.dynamical import Dynamical
from tauber.numerics.models.dynamical.frontier import frontier
from tauber.theory.models.dynamical import budget, optimum
from tauber.theory.models.dynamical.phases import loss_terms, shown_terms
from tauber.theory.optimum import plane

from ..sampling import sampled

exponents = st.fractions(Fraction(11, 10), 6, max_denominator=20)
powers = st.fractions(Fraction(1, 4), 3, max_denominator=4).filter(bool)
names = st.sets(st.sampled_from("tNP"), min_size=1)
budgets = names.flatmap(lambda chosen: st.fixed_dictionaries(dict.fromkeys(sorted(chosen), powers)))

few = sampled(5, 20)


def rational(x):
    return Rational(x.numerator, x.denominator)


# ---- the oracle: the loss in the logs of the resources; None is a resource that is infinite


def terms(a, b, noise, has):
    """Rows {resource: exponent} of the loss, by the resource that resolves the fewest modes."""
    rows = {
        "t": [{"t": (1 - a) / b}],
        "N": [{"N": -min(a - 1, b)}],
        "P": [{"P": -min(a - 1, 2 * b)}, {"P": 1 - min(a - 1, b), "N": Fraction(-1)}],
    }
    if a - 1 > b:
        rows["t"].append({"t": (1 - b) / b, "N": Fraction(-1)})
    if a - 1 > 2 * b:
        rows["t"].append({"t": (1 - 2 * b) / b, "P": Fraction(-1)})
    if noise:
        rows["t"].append({"t": 1 / b, "P": Fraction(-1)})
        rows["N"].append({"N": Fraction(1), "P": Fraction(-1)})
        rows["P"].append({})
    return {k: [row for row in found if set(row) <= has] for k, found in rows.items() if k in has}


def resolved(b):
    return {"t": 1 / b, "N": Fraction(1), "P": Fraction(1)}


def loss(a, b, noise, u):
    smallest = min(u, key=lambda name: resolved(b)[name] * u[name])
    return max(sum(e * u[name] for name, e in row.items()) for row in terms(a, b, noise, set(u))[smallest])


def brute_force(a, b, noise, cost):
    """The least loss exponent on the budget: over all vertices of the arrangement."""
    order, modes = sorted(cost), resolved(b)
    rows = [row for piece in terms(a, b, noise, set(cost)).values() for row in piece]
    planes = [{name: Fraction(1)} for name in order]
    planes += [{x: modes[x], y: -modes[y]} for x, y in combinations(order, 2)]
    planes += [{n: r.get(n, 0) - s.get(n, 0) for n in order} for r, s in combinations(rows, 2)]
    best = Fraction(0)
    for chosen in combinations(planes, len(order) - 1):
        u = solved([[plane.get(n, Fraction(0)) for n in order] for plane in chosen] + [[cost[n] for n in order]])
        if u is not None and min(u) >= 0:
            best = min(best, loss(a, b, noise, dict(zip(order, u, strict=True))))
    return best


def solved(rows):
    """Gauss-Jordan in fractions of rows . u = (0, ..., 0, 1); None where it is singular."""
    n = len(rows)
    table = [[*map(Fraction, row), Fraction(int(i == n - 1))] for i, row in enumerate(rows)]
    for i in range(n):
        pivot = next((j for j in range(i, n) if table[j][i]), None)
        if pivot is None:
            return None
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [x / table[i][i] for x in table[i]]
        for j in range(n):
            if j != i:
                table[j] = [x - table[j][i] * y for x, y in zip(table[j], table[i], strict=True)]
    return [row[-1] for row in table]


# ---- derived = brute force


@pytest.mark.dear
@few
@given(exponents, exponents, budgets, st.booleans())
@example(Fraction(3, 2), Fraction(3, 2), {"N": Fraction(1), "P": Fraction(1)}, True)
@example(Fraction(3), Fraction(5, 2), {"N": Fraction(1), "P": Fraction(1)}, False)
def test_derived_exponents_are_those_of_the_brute_force(a, b, cost, noise):
    found = optimum(rational(a), rational(b), budget({k: rational(v) for k, v in cost.items()}, noise))
    least = -brute_force(a, b, noise, cost)
    assert (found.loss_exponent or 0) == rational(least)
    point = {name: Fraction(int(x.p), int(x.q)) for name, x in found.exponents.items() if x is not None}
    if found.loss_exponent is not None and len(point) == len(cost):
        assert sum(cost[name] * x for name, x in point.items()) == 1
        assert loss(a, b, noise, point) == -least


def test_the_exponent_that_was_wrong():
    """Label noise without early stopping, N*P, a < 2: C^(-(a-1)/(a+1)) with N* ~ C^(1/(a+1))."""
    found = optimum(Rational(3, 2), Rational(3, 2), budget({"N": 1, "P": 1}, noise=True))
    assert (found.loss_exponent, found.exponents) == (Rational(1, 5), {"N": Rational(2, 5), "P": Rational(3, 5)})
    assert found.tradeoff == ("width level", "label noise")


# ---- derived terms = the measured loss, on every piece


@st.composite
def rays(draw):
    """Exponents, label noise and a direction of the resources, away from where terms or pieces meet."""
    a, b = draw(exponents), draw(st.fractions(Fraction(5, 4), 3, max_denominator=12))
    noise = draw(st.booleans())
    chosen = draw(names)
    u = {name: draw(st.integers(2, 12)) * Fraction(1, 12) for name in sorted(chosen)}
    return a, b, noise, {name: x * (b if name == "t" else 1) for name, x in u.items()}


def derived_terms(a, b, noise, u):
    """The derived terms at u: (exponent, constant) of each on the piece of u, and the gap to the next piece."""
    spent = budget(dict.fromkeys(u, 1), noise)
    at = {plane.a: rational(a), plane.b: rational(b)}
    order = sorted((resolved(b)[name] * x, name) for name, x in u.items())
    shown, _ = shown_terms(spent, at)
    table = loss_terms(spent)[order[0][1]]
    found = [
        (sum(Fraction(str(m[name].subs(at))) * x for name, x in u.items()), abs(float(m.constant.subs(at))))
        for name, m in table.items()
        if (order[0][1], name) in shown
    ]
    return sorted(found, reverse=True), order[1][0] - order[0][0] if len(order) > 1 else math.inf


PARTS = ("bias", "features", "data", "interaction")


def measured_excess(a, b, noise, amounts):
    """L - sigma^2 and its relative error by the solver's own estimate."""
    model = Dynamical(str(a), str(b), amounts.get("N", math.inf), amounts.get("P", math.inf), noise=float(noise))
    last = model.ensembles([amounts["t"]]) if "t" in amounts else model.final()
    excess = sum(float(np.sum(getattr(last, part))) for part in PARTS)
    if "t" not in amounts:
        return excess, float(last.error)
    return excess, sum(float(np.sum(getattr(last, f"{part}_error"))) for part in PARTS) / excess


TOLD_APART = 0.1  # exponents that a ray must tell apart


def ends(a, b, noise, u):
    """Two values of the resource with exponent one: times stay below 1e13, and the loss where float64 has digits."""
    (lead, _), *_ = derived_terms(a, b, noise, u)[0]
    high = 10 ** min(10.0, 13 / float(max(u.values())), 22 / max(float(-lead), 1))
    return high / 100, high


def next_term(a, b, noise, u):
    """What relative corrections ``c x^-g`` do to the slope: ``c low^-g/log(high/low)`` in all.

    They are the other derived terms, with their constants, and what lies beyond the derivation, with c of order ten:
    the next piece, and the ridge's own corrections.
    """
    (lead, *others), apart = derived_terms(a, b, noise, u)
    low, high = ends(a, b, noise, u)
    smallest = min(resolved(b)[name] * x for name, x in u.items())
    rest = sum(abs(c / lead[1]) * low ** float(e - lead[0]) for e, c in others)
    return (rest + 10 * low ** -float(min(apart, smallest))) / math.log(high / low)


def check_ray(a, b, noise, u, off=Fraction(0)):
    """The slope of the measured loss along a ray is the derived exponent, within what the next terms still do."""
    found = [measured_excess(a, b, noise, {name: x ** float(e) for name, e in u.items()}) for x in ends(a, b, noise, u)]
    (low, low_error), (high, high_error) = found
    slope, slope_error = math.log(high / low) / math.log(100), (low_error + high_error) / math.log(100)
    assert slope_error <= TOLD_APART / 4
    (exponent, _), *_ = derived_terms(a, b, noise, u)[0]
    assert abs(slope - float(exponent + off)) <= next_term(a, b, noise, u) + slope_error


@pytest.mark.dear
@settings(max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.filter_too_much])
@given(rays())
@example((Fraction(3, 2), Fraction(3, 2), True, {"N": Fraction(2, 5), "P": Fraction(1)}))  # where the level was wrong
def test_every_piece_of_the_loss_is_the_measured_one(ray):
    a, b, _, _ = ray
    assume(all(abs(a - 1 - n * b) > Fraction(1, 4) for n in (1, 2)) and next_term(*ray) <= TOLD_APART / 2)
    check_ray(*ray)


def test_a_ray_with_a_wrong_exponent_is_noticed():
    ray = (Fraction(3, 2), Fraction(3, 2), True, {"N": Fraction(2, 5), "P": Fraction(1)})
    check_ray(*ray)
    with pytest.raises(AssertionError):
        check_ray(*ray, off=Fraction(TOLD_APART))


# ---- derived = measured frontier


@sampled(1, 4)
@given(
    st.fractions(Fraction(5, 4), 4, max_denominator=4),
    st.fractions(Fraction(5, 4), Fraction(5, 2), max_denominator=4),
    st.sets(st.sampled_from("tNP"), min_size=2).flatmap(
        lambda chosen: st.fixed_dictionaries({name: st.sampled_from([1, Fraction(1, 2), 2]) for name in sorted(chosen)})
    ),
    st.booleans(),
)
@example(Fraction(3, 2), Fraction(3, 2), {"N": 1, "P": 1}, True)
def test_measured_frontiers_do_not_refute(a, b, cost, noise):
    spent = budget({name: rational(Fraction(x)) for name, x in cost.items()}, noise)
    derived = optimum(rational(a), rational(b), spent)
    assume(derived.phase is not None and derived.loss_exponent is not None)
    scale = float(sum(cost.values())) * 3  # about a thousand of each resource, and then more
    found = frontier(
        str(a), str(b), [10.0 ** (scale + 2 * k) for k in range(4)], cost=cost, noise=1.0 if noise else 0.0
    )
    evidence = compare_exponent("L*", derived.loss_exponent, -found.loss_slope, found.loss_slope_error)
    assert evidence.outcome is not Outcome.REFUTED, evidence


def test_the_measured_frontier_refutes_the_exponent_that_was_wrong():
    found = frontier("3/2", "3/2", [1e8, 1e10, 1e12, 1e14], cost={"N": 1, "P": 1}, noise=1.0)
    slopes = (-found.loss_slope, found.loss_slope_error)
    assert compare_exponent("L*", Rational(1, 5), *slopes).outcome is Outcome.VERIFIED
    assert compare_exponent("L*", Rational(1, 7), *slopes).outcome is Outcome.REFUTED
