"""Constants under a price of the batch against measured frontiers, and the best length of a step among lengths."""

import math
from fractions import Fraction

import pytest
from sympy import Integer, Rational

from tauber.ledger.claim import Outcome
from tauber.ledger.measure import compare_by_rates
from tauber.numerics.models.plrf.trained_frontier import Declared, trained_frontier
from tauber.theory.models.one_pass.constants import best_constants
from tauber.theory.models.one_pass.corrections import correction_rates
from tauber.theory.models.one_pass.phases import optimum
from tauber.theory.models.one_pass.training import Training

BUDGETS = [1e14, 1e17, 1e20, 1e23]
FAR = [1e16, 1e20, 1e24, 1e28]  # for 2 alpha < 1, where corrections fall more slowly
HALF = Fraction(1, 2)
POINTS = [  # alpha, beta, label noise, cost of d, price of the batch, v/d
    ("4/5", "3/10", True, 1, HALF, math.inf),
    ("3/4", "6/5", False, 1, Fraction(1, 4), math.inf),
    ("4/5", "3/10", True, 2, HALF, math.inf),
    ("2/5", "11/10", False, 1, HALF, 4),
    ("1/5", "1", False, 1, HALF, 4),
]


def setting(alpha, beta, noisy, x, z, ratio, length):
    training = Training("free", Integer(0) if noisy else None, cost=(Rational(x), Integer(1)), batch=Rational(z))
    declared = Declared(
        float(Fraction(alpha)), float(Fraction(beta)), ratio, noise=float(noisy), parallel=length,
        cost=(float(x), 1.0), batch_cost=float(z),
    )  # fmt: skip
    return training, declared


@pytest.mark.dear
@pytest.mark.parametrize("point", POINTS)
def test_measured_frontiers_come_to_the_constants(point):
    """The logs of all sizes over their laws, from budget to budget without two derived corrections."""
    alpha, beta, *_, share = point
    at = Rational(alpha), Rational(beta)
    training, _ = setting(*point, 1.0)
    found, exponents = best_constants(training, *at), optimum(training, *at)
    length = float(found.length.values(20)[0])
    _, declared = setting(*point, length)
    budgets = BUDGETS if share == math.inf else FAR
    measured = trained_frontier(declared, budgets)
    rates = [float(w) for w in correction_rates(training, *at, 2, finite_modes=bool(2 * at[0] < 1))]
    assert float(found.correction) == rates[0]

    loss, d, step = map(float, found.values(Integer(1), None if share == math.inf else Integer(share)))
    laws = {
        "loss": (measured.excess, measured.error, loss, -exponents.loss_exponent),
        "d": (measured.resources["d"], measured.resource_errors["d"], d, exponents.exponents["d"]),
        "batch": (
            measured.resources["batch"], measured.resource_errors["batch"], length / step, exponents.exponents["B"],
        ),
    }  # fmt: skip
    for name, (values, errors, constant, power) in laws.items():
        logs = [math.log(v) - float(power) * math.log(f) for v, f in zip(values, budgets, strict=True)]
        apart = budgets[1] / budgets[0]
        told = compare_by_rates(name, math.log(constant), logs, list(errors), apart, rates, resolution=0.02)
        assert told.outcome is Outcome.VERIFIED, (name, told)


@pytest.mark.dear
@pytest.mark.parametrize("point", POINTS[:2])
def test_no_other_length_has_less(point):
    """At a large budget the loss over lengths is least where it is derived to be, up to what the corrections move."""
    alpha, beta, *_ = point
    training, _ = setting(*point, 1.0)
    best = float(best_constants(training, Rational(alpha), Rational(beta)).length.values(20)[0])
    shares = (0.8, 0.9, 0.97, 1.0, 1.03, 1.1, 1.15)
    losses = [trained_frontier(setting(*point, share * best)[1], [1e20]).excess[0] for share in shares]
    assert min(range(len(shares)), key=lambda n: losses[n]) == shares.index(1.0)
