"""The outer boundary: exceptions of the wings become the two of the face, with their words unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import BadInput, CheckFailed


@contextmanager
def theory_errors() -> Iterator[None]:
    """Turn a refusal of the symbolic wing into :class:`BadInput`."""
    from ..theory.errors import AssumptionError

    try:
        yield
    except AssumptionError as error:
        text = str(error).rstrip(".")
        raise BadInput(f"{text[:1].upper()}{text[1:]}.") from error


@contextmanager
def numerics_errors() -> Iterator[None]:
    """Turn a refusal of the numeric wing into :class:`BadInput`, lost digits into :class:`CheckFailed`."""
    from ..numerics.errors import PrecisionLost, TauberInputError

    try:
        yield
    except TauberInputError as error:
        raise BadInput(str(error)) from error
    except PrecisionLost as error:
        raise CheckFailed(str(error)) from error
