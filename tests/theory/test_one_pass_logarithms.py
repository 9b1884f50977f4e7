"""Powers of the logarithm at the optimum: against linear programmes in floats with a large log log f, and by hand."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Integer, Rational

from tauber.theory.errors import AssumptionError, NoConstant
from tauber.theory.models.one_pass.log_phases import log_phases
from tauber.theory.models.one_pass.logarithms import of_exponential, of_logarithmic
from tauber.theory.models.one_pass.terms import alpha, beta
from tauber.theory.models.one_pass.training import Training
from tauber.theory.models.plrf import derive
from tauber.theory.models.plrf.logarithmic import LogLaw
from tauber.theory.spectra.logarithmic import LogPowers

from ..sampling import repeated, sampled, some

NOISY = Training("free", Integer(0))
TRAININGS = {
    "stable": Training(),
    "label noise": NOISY,
    "cool-down": Training("free", Integer(0), Integer(2)),
    "best end": Training("free", Integer(0), "best"),
    "law": Training((Integer(0), Rational(-1, 2)), Integer(0)),
    "dana-constant": Training(momentum="dana-constant"),
    "cost": Training("free", Integer(0), cost=(Rational(3, 2), Rational(1, 2))),
    "price": Training("free", Integer(0), batch=Rational(1, 2)),
    "price without noise": Training("free", batch=Rational(1, 4)),
    "dear batch": Training("free", Integer(0), batch=Rational(3, 2)),
}
EDGE = 1e-6
"""log log f over log f: at which the programme in floats has the powers of the logarithm as its slope."""


def by_floats(training, alpha, beta, k, slow):
    """The least log_f of the loss at log log f/log f = slow, monomials typed in from own_models.md, section 0.1."""
    from scipy.optimize import linprog

    a, p, q = 2 * alpha, (2 * alpha + 2 * beta - 1) / (2 * alpha), 1 / (2 * alpha)
    # rows over (d, gamma, theta) and the power of s = (log f)^-k, from the scaling lambda -> s lambda
    terms = [(-a, 0, 0, 1), (1 - a - 2 * beta, 0, 0, 1), (0, 0, -p, 1 - p), (-1, 0, q - 1, q)]
    kernels = [(0, 0, q - 2, q), (1 - 2 * a, 0, 0, 2)]
    noise = [(0, 1, 0, 0), *((d, 1, t + 1, s) for d, _, t, s in kernels)]
    terms += [(d, 1, t, s) for d, _, t, s in kernels]
    terms += [(d + e, 1, t + u + 1, s + v) for d, _, t, s in kernels for e, _, u, v in terms[2:4]]
    if training.label_noise is not None:
        end = {None: 0, Integer(2): 2 / 3, "best": None}[training.cooldown]
        terms += [(0, 1, -end, 0)] if end is not None else []
        terms += noise[1:]
    window = [(-1, 0, 0, 0), (0, 0, -1, 0), (-a, 0, 1, 1), *noise]
    clocks = [(lambda row: row, [])]
    if training.momentum == "dana-constant":  # theta = tau below d, tau^2/d beyond; the rows are then in tau
        clocks = [(lambda r: r, [(-1, 0, 1, 0)]), (lambda r: (r[0] - r[2], r[1], 2 * r[2], r[3]), [(1, 0, -1, 0)])]
    best = []
    for clocked, region in clocks:
        rows = [*(([*clocked(r)[:3], -1], k * r[3] * slow) for r in terms)]
        bounds = [*map(clocked, window[:3]), *window[3:], *region]
        rows += [([*r[:3], 0], k * r[3] * slow) for r in bounds]
        x, y = map(float, training.cost)
        # the best batch is 1/gamma below the price of steps, else 1
        z = y if training.batch is None else min(float(training.batch), y)
        equal, right = [[x, -z, y, 0]], [1]
        if training.step == "stable":
            equal.append([0, 1, 0, 0]), right.append(0)
        elif training.step != "free":  # gamma = n^(-1/2), n = tau/gamma
            equal.append([0, 0.5, 0.5, 0]), right.append(0)
        A, b = zip(*rows, strict=True)
        found = linprog([0, 0, 0, 1], A, b, equal, right, bounds=[(None, None)] * 4)
        best += [found.fun] if found.success else []
    return min(best)


@sampled(8, 40)
@given(
    st.sampled_from(sorted(TRAININGS)),
    st.fractions(Fraction(11, 20), 2, max_denominator=20),
    st.fractions(Fraction(1, 20), 2, max_denominator=20),
    st.sampled_from([Fraction(1), Fraction(-1, 2), Fraction(2)]),
)
def test_powers_of_the_logarithm_by_a_programme_in_floats(name, alpha, beta, k):
    a, b = (Rational(x.numerator, x.denominator) for x in (alpha, beta))
    try:
        found = of_logarithmic(TRAININGS[name], a, b, Rational(k.numerator, k.denominator))
    except NoConstant:
        assume(False)
    plain, slow = (by_floats(TRAININGS[name], float(alpha), float(beta), float(k), x) for x in (0.0, EDGE))

    assert plain == pytest.approx(float(found.value), abs=1e-7)
    assert (slow - plain) / EDGE == pytest.approx(float(found.log), abs=1e-2)


@sampled(6, 40)
@given(
    st.fractions(Fraction(11, 20), 2, max_denominator=20),
    st.fractions(Fraction(1, 20), 2, max_denominator=20),
    st.sampled_from([Integer(1), Rational(-1, 2)]),
)
def test_without_noise_it_is_the_tie_of_two_terms(alpha, beta, k):
    a, b = (Rational(x.numerator, x.denominator) for x in (alpha, beta))
    assume(2 * b != 1)
    tie = LogLaw(LogPowers(2 * a, k, 2 * b)).optimum(derive(a, b))
    assume(tie is not None)
    found = of_logarithmic(Training(), a, b, k)
    assert (found.logs["d"], found.log) == tie


def test_exponential_eigenvalues_by_hand():
    half, more = Rational(1, 2), Rational(3, 2)
    # sigma < 1: tau^-sigma = gamma at d = log f: P^(1 + 1/sigma) = log f/f
    found = of_exponential(NOISY, half)
    assert (found.value, found.log) == (-Rational(1, 3), Rational(1, 3))
    assert (found.exponents["d"], found.logs["d"]) == (0, 1)
    assert (found.logs["gamma"], found.logs["tau"]) == (Rational(1, 3), -Rational(2, 3))
    # sigma > 1: 1/(d tau) times gamma = d tau/f is 1/f whatever d
    found = of_exponential(NOISY, more)
    assert (found.value, found.log, found.exponents["d"], found.exponents["gamma"]) == (-half, 0, None, -half)
    # gamma = n^-1/2 with noise: both terms tie at d = f^0, and d >= log f costs (log f)^1/2
    found = of_exponential(TRAININGS["law"], more)
    assert (found.value, found.log, found.logs["d"]) == (-half, half, 1)
    # f = d^2 r without noise: 1/(d r) = d/f
    found = of_exponential(Training(cost=(Integer(2), Integer(1))), more)
    assert (found.value, found.log) == (-1, 1)


@pytest.mark.parametrize(
    ("training", "sigma", "why"),
    [
        (NOISY, Integer(1), "other than 1"),
        (Training("stable", Integer(0)), Integer(2), "does not fall"),
        (Training("free", Integer(0), "best"), Integer(2), "logarithm of its own"),
        (Training(momentum="dana-decaying"), Integer(2), "its clock is that of a power law"),
    ],
)
def test_what_is_not_covered_is_refused(training, sigma, why):
    with pytest.raises(AssumptionError, match=why):
        of_exponential(training, sigma)


def test_where_a_logarithm_is_not_derived():
    for point in ((Rational(2, 5), Integer(1)), (Integer(1), Rational(1, 2))):
        with pytest.raises(NoConstant):
            of_logarithmic(NOISY, *point, Integer(1))
    assert np.isfinite(float(of_logarithmic(NOISY, Integer(1), Integer(1), Integer(1)).log))


@pytest.mark.parametrize("name", some(sorted(TRAININGS), quick=(0, 3, 5, 6)))
def test_phase_by_phase_they_are_what_a_point_has(name):
    """Formulas of the cells against the programme at random points, which is against floats above."""
    training, k = TRAININGS[name], Rational(3, 2)
    draws = random.Random(f"plane {name}")
    for _ in range(repeated(12, 40)):
        point = Rational(draws.randint(51, 200), 100), Rational(draws.randint(-90, 199), 100)
        if sum(point) <= Rational(1, 2):
            continue
        try:
            found = of_logarithmic(training, *point, k)
        except NoConstant:
            continue
        at = dict(zip((alpha, beta), point, strict=True))
        (part,) = (x for x in log_phases(training, k) if all(c.subs(at) for c in x.inequalities))
        assert {x: part.logs[x].subs(at) for x in found.logs} == dict(found.logs)
        assert (part.logs["loss"].subs(at), -part.loss_exponent.subs(at)) == (found.log, found.value)
