"""The claims at drawn points: points inside their phases, what is measured there, and two claims that are checked."""

from itertools import pairwise

import pytest

from tauber.ledger.measure import compare_by_rates
from tauber.ledger.plrf.drawn import (
    EACH,
    LEFT_OVER,
    LONG,
    NARROW,
    PARTS,
    _phases,
    best_at,
    compare,
    declared,
    points,
    rates,
)

from ..sampling import some

SAMPLED = [("free_step", "IV"), ("label_noise", "tail")]
PHASES = [
    pytest.param(diagram, name, marks=() if (diagram, name) in SAMPLED else pytest.mark.slow)
    for diagram, parts in PARTS.items()
    for name in parts
    if f"{diagram}.{name}" not in NARROW
]


@pytest.mark.parametrize(("diagram", "name"), PHASES)
def test_points_lie_in_their_phase_where_corrections_are_small(diagram: str, name: str) -> None:
    part, drawn = PARTS[diagram][name], points(diagram, name)
    assert len(set(drawn)) == EACH
    assert _phases(diagram).at(drawn)[0] == [part.phase] * EACH
    for point in drawn:
        w = rates(diagram, point, 3)
        assert list(w) == sorted(set(w))
        assert part.budgets[-1] ** float(w[0]) >= LEFT_OVER
        assert part.budgets[-1] ** float(best_at(diagram, point).exponents["tau"]) >= LONG
        assert declared(part, point).alpha == float(point[0])


@pytest.mark.parametrize("budgets", {part.budgets for parts in PARTS.values() for part in parts.values()})
def test_budgets_are_in_one_ratio(budgets: tuple) -> None:
    ratios = [after / before for before, after in pairwise(budgets)]
    assert ratios == pytest.approx([ratios[0]] * len(ratios))
    assert len(budgets) >= 4  # three slopes: two corrections are taken out


@pytest.mark.parametrize("name", some(sorted(NARROW), quick=(0,)))
def test_the_points_of_a_narrow_phase_lie_in_it(name: str) -> None:
    (diagram, _, short), given = name.partition("."), NARROW[name]
    assert _phases(diagram).at(list(given))[0] == [PARTS[diagram][short].phase] * len(given)


@pytest.mark.dear
@pytest.mark.parametrize(
    ("diagram", "name"),
    some(
        [("free_step", "II"), ("label_noise", "heads_plateau"), ("serial_time", "limit.tail"), ("power", "features")],
        quick=(0, 2),
    ),
)
def test_the_exponent_is_found_and_another_is_not(diagram: str, name: str) -> None:
    point = points(diagram, name)[0]
    found = compare(diagram, name, point)
    assert found.outcome.value == "verified"
    assert found.tolerance < 2e-3
    assert abs(found.measured - found.derived * 1.02) > found.tolerance


def test_three_corrections_of_any_size_are_taken_out() -> None:
    """A fourth is in the tolerance; an exponent off by 1% is refuted; without the second rate nothing is decided."""
    known = [0.05, 0.1, 0.15]
    budgets = [1e8 * 1e4**k for k in range(1, 6)]
    slopes = [-0.4 + 0.1 * f**-0.05 - 0.3 * f**-0.1 + 0.5 * f**-0.15 + 0.1 * f**-0.3 for f in budgets]
    noise = [1e-9] * len(slopes)
    assert compare_by_rates("loss", -0.4, slopes, noise, 1e4, known).outcome.value == "verified"
    assert compare_by_rates("loss", -0.404, slopes, noise, 1e4, known).outcome.value == "refuted"
    assert compare_by_rates("loss", -0.4, slopes, [1e-2] * len(slopes), 1e4, known).outcome.value == "undecided"
