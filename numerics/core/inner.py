"""Which number system serves a calculation of many digits that hands out none of its numbers."""

from __future__ import annotations

import functools

from .precision import Precision, precision_of


@functools.lru_cache(maxsize=8)
def inner_precision(digits: int) -> Precision:
    """The quickest number system for a calculation that is done inside `working()` and lifts its results out of it."""
    try:
        from .flint_numbers import Flint
    except ImportError:  # python-flint is an extra
        return precision_of(digits)
    return Flint(digits)
