"""Label noise: the series of the noise's part against the solver, and the claims that say it."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Integer, Rational

from tauber.ledger import Outcome, claims
from tauber.ledger.plrf import noise as ledger
from tauber.numerics import PLRF
from tauber.theory.algebra.number import number
from tauber.theory.models.plrf.constants import Constants
from tauber.theory.models.plrf.model import assumption_at
from tauber.theory.models.plrf.noise import NoiseWindow

DIGITS = 20
STEP = Rational(1, 10)
SIZES = (10**3, 10**5)  # large enough for the series, small enough for its errors to be seen in float64


@pytest.mark.parametrize(("alpha", "batch"), [("7/10", 1), ("4/5", 2), ("1", 3)])
@pytest.mark.parametrize(("order", "bound"), [(1, 1), (2, 2)])
def test_the_series_reaches_its_stated_remainder(alpha, batch, order, bound):
    """Along r = d^alpha the error falls like the first term left out; the noise's part does not know beta."""
    a = Rational(alpha)
    series = NoiseWindow(assumption_at(a, Rational(3, 10)), order, Fraction(bound))
    constants = Constants(series.spectrum, series.poles, series.names, STEP, Integer(batch))
    ctx = constants.context(DIGITS)
    errors = []
    for d in SIZES:
        r = round(d ** float(a))
        t = 2 * ctx.mpf(1) / 10 * batch * r
        derived = ctx.mpf(0)
        for term in series.terms:
            size = constants.polynomial(term.coefficient, DIGITS) * number(ctx, term.factor)
            power = -ctx.mpf(term.e.numerator) / term.e.denominator - 1
            derived += size * ctx.mpf(d) ** -term.i * t**power * ctx.log(t) ** term.log
        model = PLRF(alpha, "3/10", d, math.inf, batch=batch, step_size="1/10", noise=1)
        noisy, clean = (float(m.curve([r]).loss[0]) for m in (model, replace(model, noise=0)))
        errors.append(float(abs(derived - (noisy - clean))))

    rest = min((order + 1) / 2, (bound + 1) * float(a))  # in the middle of the window, between its two ends
    assert errors[1] <= errors[0] * 100 ** (-0.85 * rest)


@pytest.mark.dear
def test_the_claims_on_noise_are_verified():
    for claim in claims(["plrf.noise"]):
        assert claim.verdict(seed=1).outcome is Outcome.VERIFIED, claim.id


@pytest.mark.parametrize("wrong", [{"r": Rational(-3, 8) - Rational(1, 50)}, {"scale": 1.001}])
def test_a_wrong_transient_is_refuted(monkeypatch, wrong):
    """An exponent off by 0.02, or a constant off by one part in a thousand."""
    from tauber.theory.models.plrf import noise

    right = noise.transient(ledger.WIDE[0].law(), Rational(1, 2))
    changed = replace(right, r=wrong.get("r", right.r), value=right.value * wrong.get("scale", 1))
    monkeypatch.setattr(noise, "transient", lambda law, sigma: changed)

    assert ledger.compare_transient(ledger.WIDE[0], ledger.plrf).outcome is Outcome.REFUTED


def test_a_wrong_floor_is_refuted(monkeypatch):
    from tauber.theory.models.plrf import noise

    right = noise.floor_value
    monkeypatch.setattr(noise, "floor_value", lambda law, sigma: right(law, sigma) * 1.001)

    assert ledger.compare_floor(ledger.WIDE[0], ledger.plrf).outcome is Outcome.REFUTED
