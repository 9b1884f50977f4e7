"""Every phase diagram of one-pass training at many points of the plane: its own formula against an exact brute force.

At a point the diagram is asked as a reader would: which inequalities hold, and what the exponent is there. The oracle
has the terms of `test_one_pass`, and takes the least of the largest of them over every vertex where two planes of the
arrangement cross on the budget: in whole numbers, 64 bits being enough for the points drawn, by NumPy; what is nearly
the least of all is compared again in fractions.
`make test` takes 60 points of three diagrams, `make test-all` 2,000 points of each.
"""

import math
import random
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational, lambdify

from tauber.theory.models.one_pass.phases import STEEP, phase_diagram
from tauber.theory.models.one_pass.training import Training

from ..sampling import repeated, some
from .test_one_pass import HALF, TABLES, rows, window

POINTS = 2000
CHOSEN = {
    **{name: training for name, (training, _) in TABLES.items()},
    "linear cool-down": Training("free", Rational(0), Rational(1)),
    "serial time": Training("free", Rational(0), serial_time=Rational(1, 4)),
    "another budget": Training("free", cost=(Rational(2), Rational(1))),
    "falling label noise": Training("free", Rational(1, 2)),
}


def drawn(count, seed, corner):
    """Points of the plane, alpha to 2 and alpha + beta to 3, beta of either sign."""
    chance = random.Random(seed)
    while count:
        alpha, excess = Fraction(chance.randint(1, 80), 40), Fraction(chance.randint(1, 100), 41)
        if alpha > corner:
            yield alpha, excess + HALF - alpha
            count -= 1


def whole(table):
    """Rows of fractions as whole numbers: each by its own positive factor, which moves no plane."""
    found = []
    for row in table:
        entries = [Fraction(x) for x in row]
        factor = math.lcm(*(x.denominator for x in entries))
        found.append([int(x * factor) for x in entries])
    return np.array(found, dtype=np.int64)


class NothingInside(Exception):
    """No point of the budget obeys all constraints."""


def least(terms, inside, budget):
    """The exact least of the largest term over all vertices, rows in (x_1, x_2, x_3), on ``budget . x = 1``."""
    common = math.lcm(*(Fraction(x).denominator for row in terms for x in row))
    scaled = np.array([[int(Fraction(x) * common) for x in row] for row in terms], dtype=np.int64)
    bounds, f = whole(inside), np.array(budget, dtype=np.int64)
    upper = np.triu_indices(len(scaled), 1)
    planes = np.unique(np.vstack([bounds, scaled[upper[0]] - scaled[upper[1]]]), axis=0)
    planes = planes[(planes != 0).any(axis=1)]
    planes = np.unique(planes // np.gcd.reduce(planes, axis=1)[:, None], axis=0)
    one, other = np.triu_indices(len(planes), 1)
    line = np.cross(planes[one], planes[other])
    scale = line @ f
    line = line * np.sign(scale)[:, None]
    scale = abs(scale)
    kept = (scale > 0) & (line @ bounds.T <= 0).all(axis=1)
    if not kept.any():
        raise NothingInside
    line, scale = line[kept], scale[kept]
    above = line @ scaled.T
    assert abs(above).max() < 2**62  # nothing wrapped around
    values = above.max(axis=1) / scale
    near = np.flatnonzero(values <= values.min() + 1e-9 * (1 + abs(values.min())))
    return min(Fraction(int(above[n].max()), int(scale[n]) * common) for n in near)


def of_training(training, a, b):
    """The exponent of the loss by brute force, in (d, gamma, tau); with momentum gamma is 1."""
    if training.momentum != "none":
        return of_momentum(training.momentum, a, b)
    cost = tuple(int(x) for x in training.cost)
    nu, limit = (
        None if x is None else Fraction(int(x.p), int(x.q)) for x in (training.label_noise, training.serial_time)
    )
    cooldown = "best" if training.averaging else training.cooldown
    cooldown = cooldown if cooldown in (None, "best") else Fraction(int(cooldown.p), int(cooldown.q))
    terms = rows(a, b, nu, cost, cooldown, training.warmup)
    return -least(terms, window(a, cost, limit), (cost[0], -cost[1], cost[1]))


def of_momentum(momentum, a, b):
    """The best of the pieces of the effective time theta, in (d, 1, tau): the middle resource is held at 1."""
    q = 1 / (2 * a)
    powers = [(d, t) for d, g, t in rows(a, b, None, (1, 1), None, False)]  # in (d, theta), a step size of O(1)
    pieces = {
        "dana-decaying": [((0, 2 - q), [])],
        "dana-constant": [((0, Fraction(1)), [(-1, 0, 1)]), ((-1, Fraction(2)), [(1, 0, -1)])],
    }[momentum]
    found = []
    for (shift, rate), region in pieces:
        terms = [(d + shift * t, 0, rate * t) for d, t in powers]
        inside = [(-shift, 0, -rate), (shift - 2 * a, 0, rate), (-1, 0, 0), *region, (0, 1, 0), (0, -1, 0)]
        inside += [(0, 0, q - 1), (1 - 4 * a, 0, 1)]  # stable up to the horizon
        found.append(-least(terms, inside, (1, 0, 1)))
    return max(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOSEN)
def test_the_diagram_is_the_brute_force_at_many_points(name):
    training = CHOSEN[name]
    compare(training, POINTS, seed=len(name))


@pytest.mark.parametrize("name", some(["label noise", "free step size", "DANA-constant"], quick=(0, 2)))
def test_the_diagram_is_the_brute_force_at_some_points(name):
    compare(CHOSEN[name], repeated(25, 60), seed=1)


def compare(training, points, seed):
    """In one phase its formula is exact; on a boundary no phase has the point as its own."""
    diagram = phase_diagram(training)
    corner = STEEP.corner[0] if training.momentum != "none" else 0
    inside = [lambdify(diagram.parameters, [x.gts - x.lts for x in p.inequalities], "math") for p in diagram.phases]
    wrong, checked = [], 0
    for a, b in drawn(points, seed, corner):
        near = [n for n, rows_of in enumerate(inside) if all(x > -1e-9 for x in rows_of(a, b))]
        at = dict(zip(diagram.parameters, (Rational(a.numerator, a.denominator), Rational(b.numerator, b.denominator)),
                      strict=True))  # fmt: skip
        here = [n for n in near if all(bool(x.subs(at)) for x in diagram.phases[n].inequalities)]
        assert len(here) <= 1
        if not here:
            continue
        checked += 1
        found = diagram.phases[here[0]].loss_exponent
        derived = 0 if found is None else found.subs(at)
        expected = of_training(training, a, b)
        if derived != Rational(expected.numerator, expected.denominator):
            wrong.append((a, b, diagram.phases[here[0]].name, derived, expected))
    assert not wrong, (len(wrong), wrong[:3])
    assert checked > 0.8 * points
