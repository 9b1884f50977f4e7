"""Numbers as people type them."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.cli import numbers
from tauber.errors import BadInput


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6))
def test_fractions_are_read_exactly(value: Fraction) -> None:
    assert numbers.exact("--x", str(value)) == value


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 200))
def test_log_spaced_times_are_whole_increasing_and_meet_their_ends(start: int, more: int, count: int) -> None:
    found = numbers.times("--times", f"{start}:{start + more}:{count}")

    assert found == sorted(set(found))
    assert all(isinstance(step, int) for step in found)
    assert found[0] == start
    assert count == 1 or found[-1] == start + more
    assert len(found) <= count


@given(st.lists(st.integers(0, 2**53), min_size=1, max_size=20))
def test_listed_times_are_sorted_and_distinct(steps: list[int]) -> None:
    assert numbers.times("--times", ",".join(map(str, steps))) == sorted(set(steps))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:100:4", [0, 1, 10, 100]),
        ("0:0:5", [0]),
        ("7:7:3", [7]),
        ("1:1e12:2", [1, 10**12]),
        ("0:5:1", [0]),
        ("3", [3]),
    ],
)
def test_times(text: str, expected: list[int]) -> None:
    assert numbers.times("--times", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "1:2",
        "1:2:3:4",
        "1:10:0",
        "10:1:5",
        "-1:10:5",
        "1.5,2",
        "1:1e6:x",
        "nan",
        "inf",
        "1:inf:9",
        "1e31",
        "1:10:1e9",
    ],
)
def test_bad_times_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"--times was given as .* must be .*\.$"):
        numbers.times("--times", text)


def test_whole_numbers() -> None:
    assert numbers.whole("--d", "1e6") == 10**6
    assert math.isinf(numbers.whole_or_inf("--v", "Infinity"))
    for bad in ("0", "1.5", "-3", "1e16", "inf", "many"):
        with pytest.raises(BadInput, match="--d was given as"):
            numbers.whole("--d", bad)


def test_budgets_are_log_spaced() -> None:
    assert numbers.budgets("--flops", "1e8:1e16:5") == pytest.approx([1e8, 1e10, 1e12, 1e14, 1e16])
    for bad in ("0:1:2", "1e16:1e8:3", "1e400", "-5"):
        with pytest.raises(BadInput, match="--flops was given as"):
            numbers.budgets("--flops", bad)
