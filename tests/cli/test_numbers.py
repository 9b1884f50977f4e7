"""Numbers as people type them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tauber.errors import BadInput
from tauber.numerics.core.precision import FLOAT64
from tauber.numerics.errors import TauberInputError
from tauber.read import numbers


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


@pytest.mark.parametrize(
    "text", ["\u0660.\u0668", "\uff11", "1_000", "0.8\u00a0", "\u20030.8", "\u00b2", "0x10", "1e", "0 .8", "8e1\u0660"]
)
def test_only_ascii_digits_are_numbers(text: str) -> None:
    """In every reader; what Python itself reads (1_000, digits of any script) is refused, too."""
    readers = [numbers.exact, numbers.positive, numbers.whole, numbers.times, numbers.moments, numbers.sizes]
    readers += [numbers.budgets, numbers.whole_or_inf, numbers.positive_or_inf, numbers.not_negative]
    for reader in readers:
        with pytest.raises(BadInput, match="--x was given as"):
            reader("--x", text)
    with pytest.raises(BadInput):
        numbers.cost("--cost", f"N^{text}", ("N",))
    with pytest.raises(TauberInputError):
        FLOAT64.real(text if not text.endswith("\u00a0") else f"{text}1")


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 60))
def test_log_spaced_sizes_are_whole(start: int, more: int, count: int) -> None:
    found = numbers.sizes("--data", f"{start}:{start + more}:{count}")

    assert found == sorted(set(found))
    assert all(size == int(size) for size in found)
    assert found[0] == start


@pytest.mark.parametrize(
    ("reader", "text", "named"),
    [
        (numbers.times, "1:1e6:100000000", "but its count '100000000' must be a whole number from 1 to 100000"),
        (numbers.times, "foo", "but it must be start:stop:count such as 1:1e6:60, or a comma list, each entry a whole"),
        (numbers.times, "1,x", "but its entry 'x' must be a whole number"),
        (numbers.times, "a:9:3", "but its start 'a' must be"),
        (numbers.moments, "0.1:b:3", "but its stop 'b' must be a time from 0"),
        (numbers.sizes, "10.5:100:3", "but its start '10.5' must be a whole number"),
        (numbers.budgets, "9:1:3", "with start <= stop"),
        (numbers.budgets, "1e8:-1:3", "but its stop '-1' must be a positive number"),
    ],
)
def test_a_refusal_quotes_the_whole_text_and_names_the_part(
    reader: Callable[..., object], text: str, named: str
) -> None:
    with pytest.raises(BadInput, match=re.escape(f"--x was given as '{text}', ") + ".*" + re.escape(named)):
        reader("--x", text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("N^2t", "its exponent '2t' must be a power from 0 to 1000"),
        ("N*Q", "its factor 'Q' is not read"),
        ("N^-1*t", "its exponent '-1' must be a power"),
    ],
)
def test_a_refused_cost_is_quoted_whole(text: str, named: str) -> None:
    with pytest.raises(BadInput, match=re.escape(f"--cost was given as '{text}', ") + ".*" + re.escape(named)):
        numbers.cost("--cost", text, ("N", "t", "P"))
