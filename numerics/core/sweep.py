"""One long solve as many short ones, so that whoever waits sees how far it is.

With many digits each time, size or budget takes its own while, and a solver that is asked for all of them is silent
until the last. :func:`sweep` asks for one after the other, counts them, and glues the answers to what one call would
have given.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from ..errors import TauberInputError

Solved = TypeVar("Solved")


def sweep(
    solve: Callable[[list[Any]], Solved], inputs: Iterable[Any], advance: Callable[[int], object] | None = None
) -> Solved:
    """What ``solve(inputs)`` gives, solved input by input.

    Parameters
    ----------
    solve
        Takes a list of inputs; gives an array, or a dataclass or dictionary of these, whose first axis runs along the
        inputs, and of what is the same for all inputs. Its answer for an input must not depend on the others.
    inputs
        At least one.
    advance
        Called with 1 after each input.

    Raises
    ------
    TauberInputError
        Without an input, or if ``solve`` refuses one.
    """
    parts = []
    for each in inputs:
        parts.append(solve([each]))
        if advance is not None:
            advance(1)
    if not parts:
        raise TauberInputError("There is nothing to solve; give at least one input.")
    return glued(parts)


def glued(parts: Sequence[Any]) -> Any:
    """Parts of one shape as one: arrays joined along their first axis, dataclasses and dictionaries entry by entry.

    >>> glued([{"loss": np.array([0.5]), "solver": "contour"}, {"loss": np.array([0.25]), "solver": "contour"}])
    {'loss': array([0.5 , 0.25]), 'solver': 'contour'}

    Raises
    ------
    ValueError
        If parts differ in what is no array.
    """
    first = parts[0]
    if isinstance(first, np.ndarray) and first.ndim:
        return np.concatenate(parts)
    if isinstance(first, dict):
        return {name: glued([part[name] for part in parts]) for name in first}
    if dataclasses.is_dataclass(first) and not isinstance(first, type):
        names = [field.name for field in dataclasses.fields(first)]
        return dataclasses.replace(first, **{name: glued([getattr(part, name) for part in parts]) for name in names})
    if any(part != first for part in parts[1:]):
        raise ValueError(f"parts that differ in a single value cannot be glued: {first!r} and others")
    return first
