"""The claims at drawn points: derived corrections by hand, a limit by them, points outside the strip."""

from fractions import Fraction
from itertools import pairwise

import pytest

from tauber.ledger.plrf.diagrams import training_of
from tauber.ledger.plrf.drawn import BUDGETS, EACH, LATE, PHASES, RATIO, STRIP, _phases, compare, corrections, points


@pytest.mark.parametrize(
    ("options", "point", "exponents"),
    [
        # d, gamma, tau = f^(5/19, -6/19, 8/19), P = f^(-6/19): F_ac and F_0 of head modes are f^(-8/19), and what is
        # left of noise remembered is f^(-9/19)
        ({"label_noise": 0}, ("4/5", "3/10"), ["2/19", "3/19", "4/19"]),
        # d = tau = f^(1/2), P = f^(-11/16): the next is F_0 of head modes, d^(-8/5) = f^(-4/5), then F_pp, f^(-7/8)
        ({}, ("4/5", "11/10"), ["9/80", "3/16", "9/40"]),
    ],
)
def test_corrections_are_what_is_next_in_the_programme(options: dict, point: tuple, exponents: list) -> None:
    found = corrections(training_of(options), tuple(map(Fraction, point)))
    assert found == list(map(Fraction, exponents))


def test_the_correction_vanishes_at_a_boundary() -> None:
    for side in (Fraction(-1, 100), Fraction(1, 100)):
        assert 0 < corrections(training_of({}), (Fraction(4, 5), Fraction(1, 2) + side))[0] < Fraction(1, 50)


@pytest.mark.parametrize(("diagram", "options"), [("label_noise", {"label_noise": 0}), ("free_step", {})])
def test_points_lie_in_their_phase_outside_the_strip(diagram: str, options: dict) -> None:
    for phase in PHASES[diagram].values():
        drawn = points(diagram, phase)
        assert len(set(drawn)) == EACH
        assert _phases(diagram).at(drawn)[0] == [phase] * EACH
        assert all(corrections(training_of(options), point)[0] >= STRIP for point in drawn)


@pytest.mark.parametrize("budgets", [BUDGETS, LATE])
def test_the_rule_tells_exponents_apart(budgets: tuple) -> None:
    """Three corrections of any size are taken out; a fourth is in the tolerance; an exponent off by 1% is refuted."""
    assert all(after == pytest.approx(RATIO * before) for before, after in pairwise(budgets))
    rates = [0.05, 0.1, 0.15]
    slopes = [-0.4 + 0.1 * f**-0.05 - 0.3 * f**-0.1 + 0.5 * f**-0.15 + 0.1 * f**-0.3 for f in budgets]
    assert compare("loss", -0.4, slopes, 1e-9, rates).outcome.value == "verified"
    assert compare("loss", -0.404, [-0.4 + 1e-3 * f**-0.05 for f in budgets], 1e-9, rates).outcome.value == "refuted"
