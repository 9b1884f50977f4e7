"""The derived phases at many points are those of one point at a time, and the measured plane meets them."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from tauber.ledger import Outcome
from tauber.ledger.claim import Comparison
from tauber.ledger.plrf import sweep
from tauber.ledger.plrf.sweep import STRIP, Place, compare, drawn, judged, place
from tauber.models.plrf.approach import correction_exponent
from tauber.sweeps.phases import BOUNDARY, Phases
from tauber.sweeps.shrunk import shares
from tauber.theory.models.plrf import derive, phase_diagram, rival


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


def test_the_loss_at_the_other_corner_is_the_least_where_the_best_size_jumps() -> None:
    """From IVa to IVb, at alpha = 1 - 1/sqrt(2). The other corner is the optimum of IVb, where F_pp meets K_pp."""
    assert rival("0.2928", 1) is None  # IVb
    assert 0 < rival("0.2929", 1) < Fraction(1, 10**5)
    assert rival("0.2929", 1) < rival("0.3", 1) < rival("0.32", 1)
    a, b = 0.32, 1.0
    forcing, noise, step = (2 * a + 2 * b - 1) / (2 * a), 2 - 1 / (2 * a), 2 * a - 1
    # t^-forcing = gamma t^-noise with gamma = d^step, t = gamma r, d r = f; as powers of f:
    size = (noise - forcing) / (step - (noise - forcing) * (step - 1))
    time = step * size + 1 - size
    assert float(rival("0.32", 1)) == pytest.approx(a - forcing * time, rel=1e-12)


def test_points_of_the_claim_are_outside_the_strip() -> None:
    chosen = list(drawn(3, 4))
    assert chosen == list(drawn(3, 4))
    assert chosen != list(drawn(4, 4))
    for alpha, beta in (tuple(map(Fraction, point)) for point in chosen):
        answer, rate = derive(alpha, beta), correction_exponent(alpha, beta)
        assert rate >= STRIP
        assert place(alpha, beta, answer.phase, rate) is Place.CLEAR


@pytest.mark.parametrize(
    ("alpha", "beta", "expected"),
    [
        ("0.1", "0.3", Place.OUTSIDE),  # no power law
        ("0.8", "0", Place.OUTSIDE),  # on the border of the plane
        ("0.8", "0.5", Place.BOUNDARY),
        ("0.8", "0.45", Place.STRIP),  # w = 1/26
        ("0.34", "0.69", Place.STRIP),  # w = 4/25 in IVa, and the loss at the corner of IVb only f^-0.05 from the least
        ("0.45", "0.9", Place.STRIP),
        ("0.8", "0.3", Place.CLEAR),
    ],
)
def test_where_points_lie(alpha: str, beta: str, expected: Place) -> None:
    block = sweep.question().measured.derive({"alpha": [alpha], "beta": [beta]}, {})
    names = sweep.question().outputs["derived_phase"].flags
    known = names[block["derived_phase"][0]], float(block["derived_correction_exponent"][0])
    assert place(Fraction(alpha), Fraction(beta), *known) is expected


BUDGETS = sweep.question().inside["flops"]


def _arrays(slopes: list[float], *, refused: bool = False) -> dict[str, np.ndarray]:
    """What a sweep has for (4/5, 3/10), where y = 6/13 and w = 2/13, with other slopes."""
    names = sweep.question().outputs["derived_phase"].flags
    return {
        "derived_phase": np.array([names.index("Ia")]), "derived_correction_exponent": np.array([2 / 13]),
        "derived_loss_exponent": np.array([6 / 13]), "loss_slope": np.array([slopes]),
        "loss_slope_error": np.full((1, 3), 1e-9), "refusal": np.array([[7 * refused, 0, 0]]),
    }  # fmt: skip


def test_a_point_is_judged_by_its_slopes_unless_one_is_refused() -> None:
    at = [(Fraction(4, 5), Fraction(3, 10))]
    fading = [6 / 13 + 0.1 * budget ** (-2 / 13) for budget in BUDGETS]
    (found,) = judged(at, _arrays(fading), BUDGETS)
    assert (found.place, found.comparison.outcome) == (Place.CLEAR, Outcome.VERIFIED)
    (found,) = judged(at, _arrays([slope + 0.01 for slope in fading]), BUDGETS)
    assert found.comparison.outcome is Outcome.REFUTED
    (found,) = judged(at, _arrays([float("nan"), *fading[1:]], refused=True), BUDGETS)
    assert found == (Place.CLEAR, None)


def test_a_wrong_exponent_is_refuted_and_corrections_may_cancel() -> None:
    def outcome(slopes: list[float], exponent: float, rate: float) -> Outcome:
        found: Comparison = compare("x", slopes, BUDGETS, 1e-9, exponent, rate)
        return found.outcome

    fading = [0.5 + 0.1 * budget**-0.1 for budget in BUDGETS]
    assert outcome(fading, 0.5, 0.1) is Outcome.VERIFIED
    assert outcome(fading, 0.49, 0.1) is Outcome.REFUTED
    both = [0.5 + 8.0 * budget**-0.3 - 0.1 * budget**-0.15 for budget in BUDGETS]  # of either sign
    assert (both[0] - 0.5) * (both[-1] - 0.5) < 0
    assert outcome(both, 0.5, 0.15) is Outcome.VERIFIED


@pytest.mark.slow
def test_400_points_of_the_plane() -> None:
    found = sweep.check(400, 400)
    assert (found.outcome, found.samples, found.note) == (Outcome.VERIFIED, 400, sweep.WHOLE)


def test_shares_are_one_where_the_deviation_fades_as_derived() -> None:
    budgets, rate = np.array([1e8, 1e12, 1e16]), np.array([0.1, 0.3])
    exact = budgets ** -rate[:, None]
    assert shares(exact, rate, budgets) == pytest.approx([1, 1])
    assert shares(exact * [1, 1, 5], rate, budgets) == pytest.approx([5, 5])
    assert np.isnan(shares(np.array([[np.nan, 1.0, 1.0]]), rate[:1], budgets)).all()
