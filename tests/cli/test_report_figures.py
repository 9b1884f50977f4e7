"""What the report draws and evaluates: comparisons in units of their tolerances, series, formulas as data."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import pytest

from tauber.ledger.claim import Comparison, Outcome
from tauber.ledger.measure import compare_exponent, compare_limit
from tauber.models.claims import comparison_payload
from tauber.site import deviations, series
from tauber.site.exact import positive, tree


def test_the_figure_of_a_claim_has_every_comparison_where_its_outcome_says() -> None:
    made = [Comparison(f"<{n}>", 1.0, 1.0 + n / 4, abs(n) % 3 / 4, "test", 9.0) for n in range(-9, 10)]
    made.append(Comparison("none", 1.0, math.nan, 1.0, "test", 9.0))
    items = [vars(one) for one in made]
    picture = deviations.draw("some.claim", items)

    for one, item in zip(made, items, strict=True):
        away = deviations.deviation(item)
        assert (one.outcome is Outcome.VERIFIED) == (abs(away) <= 1)
        assert (one.outcome is Outcome.UNDECIDED) == (away != away)
    inside = sum(one.outcome is Outcome.VERIFIED for one in made)
    assert picture.count('class="in"') == inside
    assert picture.count('class="out"') + picture.count('class="none"') == len(made) - inside
    assert f"{len(made)} comparisons" in picture
    assert f"{len(made) - inside} outside" in picture
    assert "<-9>" not in picture


def test_the_series_of_a_comparison_is_drawn_over_its_band() -> None:
    """A value within the band stands in the shaded part, lower than its edge; what cannot be drawn is left out."""

    def shown(found: Any) -> str:
        return series.draw(comparison_payload(found))

    scales = [1e2, 1e4, 1e6]
    right, wrong = (compare_limit("x < y", [1.1, 1.01, last], scales, 0.5) for last in (1.001, 1.2))
    assert right.series is not None
    assert right.series.band[-1] == right.tolerance
    for found, last in ((right, "in"), (wrong, "out")):
        picture = shown(found)
        heights = [float(y) for y in re.findall(r'<circle [^>]*cy="([^"]*)"', picture)]
        band = re.findall(r"[\d.]+ ([\d.]+)", picture.split('class="band" d="M')[1].split('"')[0])
        edge = [float(y) for y in band[: len(heights)]]
        assert [y >= e for y, e in zip(heights, edge, strict=True)] == [True, True, found is right]
        assert f'<circle class="{last}"' in picture
        assert "x &lt; y" in picture
    limit = compare_exponent("slope", 0.5, [0.5 + 0.1 * 0.4**k for k in range(4)], [0.0] * 4, [1e1, 1e2, 1e3, 1e4])
    assert shown(limit).count("<circle") == 4
    assert shown(compare_exponent("slope", 0.5, [0.5, 0.7, 0.5, 0.7], [0.0] * 4, [1e1, 1e2, 1e3, 1e4])) == ""
    assert shown(replace(limit, series=None)) == ""


def test_what_is_no_rational_function_is_refused() -> None:
    from sympy import sqrt
    from sympy.abc import a, b

    with pytest.raises(ValueError, match="no rational function"):
        tree(sqrt(a), {a: "x", b: "y"})
    assert positive(a > b, {a: "x", b: "y"}) == ["+", "x", ["*", "-1", "y"]]
