"""The derived phases at many points are those of one point at a time, and the measured plane meets them."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from tauber.ledger import Outcome
from tauber.ledger.plrf.sweep import BUDGETS, STRIP, alone, compare, points
from tauber.models.plrf.approach import correction_exponent
from tauber.sweeps.phases import BOUNDARY, Phases
from tauber.sweeps.shrunk import shares
from tauber.theory.models.plrf import derive, phase_diagram


def test_many_points_have_the_phases_and_exponents_of_one_at_a_time() -> None:
    drawn = random.Random(1)
    given = [tuple(Fraction(drawn.randint(1, 60), 40) for _ in range(2)) for _ in range(40)]
    names, powers = Phases(phase_diagram()).at(given)

    assert len(set(names)) > 6
    for k, point in enumerate(given):
        one = derive(*point)
        assert names[k] == (one.phase or BOUNDARY), point
        if one.phase not in (None, "none"):
            assert powers["loss"][k] == pytest.approx(float(one.loss_exponent), rel=1e-13)
            assert powers["d"][k] == pytest.approx(float(one.d_exponent), rel=1e-13)
        else:
            assert np.isnan(powers["loss"][k])


def test_near_a_boundary_the_phase_is_decided_exactly() -> None:
    """A double of 1/3 + 1e-30 is that of 1/3, and 1 - sqrt(2)/2 is no fraction."""
    tiny = Fraction(1, 10**30)
    at = Phases(phase_diagram()).at
    x, y = Fraction(1, 2), Fraction(1, 3)
    assert at([(x, y), (x + tiny, y), (x - tiny, y), (Fraction(0), y)])[0] == [BOUNDARY, "Ia", "Ib", BOUNDARY]
    near = Fraction("0.292893218813452475599")
    assert at([(near, Fraction(1)), (near + Fraction(1, 10**20), Fraction(1))])[0] == ["IVb", "IVa"]


def test_the_correction_fades_on_boundaries_and_not_inside() -> None:
    assert correction_exponent(Fraction(4, 5), Fraction(3, 10)) == Fraction(2, 13)
    assert correction_exponent(Fraction(1, 2), Fraction(3, 10)) is None
    rates = [correction_exponent(Fraction(1), Fraction(1) + Fraction(1, 10**k)) for k in (1, 2, 3)]
    assert rates[0] > rates[1] > rates[2] > 0


def test_points_of_the_claim_are_outside_the_strip() -> None:
    chosen = points(3, 6)
    assert chosen == points(3, 6)
    assert chosen != points(4, 6)
    for alpha, beta in chosen:
        assert alone(alpha, beta)
        assert correction_exponent(alpha, beta) >= STRIP
    assert not alone(Fraction(31, 50), Fraction(33, 50))  # on the diagonal side of III: II is nearer than a tenth


def test_a_wrong_exponent_is_refuted_and_corrections_may_cancel() -> None:
    fading = [0.5 + 0.1 * budget**-0.1 for budget in BUDGETS]
    assert compare("x", fading, 1e-9, 0.5, 0.1).outcome is Outcome.VERIFIED
    assert compare("x", fading, 1e-9, 0.49, 0.1).outcome is Outcome.REFUTED
    both = [0.5 + 8.0 * budget**-0.3 - 0.1 * budget**-0.15 for budget in BUDGETS]  # of either sign
    assert (both[0] - 0.5) * (both[-1] - 0.5) < 0
    assert compare("x", both, 1e-9, 0.5, 0.15).outcome is Outcome.VERIFIED


def test_shares_are_one_where_the_deviation_fades_as_derived() -> None:
    budgets, rate = np.array([1e8, 1e12, 1e16]), np.array([0.1, 0.3])
    exact = budgets ** -rate[:, None]
    assert shares(exact, rate, budgets) == pytest.approx([1, 1])
    assert shares(exact * [1, 1, 5], rate, budgets) == pytest.approx([5, 5])
    assert np.isnan(shares(np.array([[np.nan, 1.0, 1.0]]), rate[:1], budgets)).all()
