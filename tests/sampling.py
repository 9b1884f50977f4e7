"""How much of a dear test `make test` does: a seeded sample, chosen here, and all of it in `make test-all`.

A sample is a number of Hypothesis' examples (derandomised, so the same everywhere), some of a test's parameters, some
of the claims, or some of the tests of a file that are marked `dear`: those of a second and more beside which others
do the same on less. What is left out stands beside it in the same place, so nothing that is asserted is lost.
"""

import math
import os
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
"""`ci`; `whole`, which is what `make test-all` sets; `all`, with ten times as many examples everywhere."""


def sampled(few: int, whole: int) -> Callable[[Any], Any]:
    """Settings of a dear Hypothesis test: the first `few` examples in `make test`, `whole` in `make test-all`."""
    return settings(max_examples={"ci": few, "whole": whole, "all": 10 * whole}[PROFILE])


def some(cases: Sequence[Any], quick: Sequence[int]) -> list[Any]:
    """Parameters of a dear test: the cases at the places `quick` in `make test`, the others marked slow."""
    return [case if n in quick else _slow(case) for n, case in enumerate(cases)]


def repeated(few: int, whole: int) -> int:
    """Repetitions of a dear measurement: `few` in `make test`, `whole` in `make test-all`."""
    return few if PROFILE == "ci" else whole


def of_each_subject(ids: Iterable[str]) -> set[str]:
    """Claims to check: of each subject, two words of an id, one drawn at random; all of them in `make test-all`."""
    found = sorted(ids)
    if PROFILE != "ci":
        return set(found)
    subjects: dict[str, list[str]] = {}
    for name in found:
        subjects.setdefault(".".join(name.split(".")[:2]), []).append(name)
    draw = random.Random(13)
    return {draw.choice(names) for names in subjects.values()}


def dear_ones(ids: Iterable[str]) -> set[str]:
    """Tests marked `dear` that are run: of each file an eighth, drawn at random, and one at least.

    These are 114 of 546. All take 8 minutes of the processor, of the 8 that the other tests take.
    """
    files: dict[str, list[str]] = {}
    for name in sorted(ids):
        files.setdefault(name.partition("::")[0], []).append(name)
    if PROFILE != "ci":
        return {name for names in files.values() for name in names}
    return {x for file, names in files.items() for x in random.Random(file).sample(names, math.ceil(len(names) / 8))}


def _slow(case: Any) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.slow)
