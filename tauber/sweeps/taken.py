"""From the result of an action at one point to the numbers of a sweep, as the action declares them (`Measured`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import BadInput
from .measured import Measured


def taken(result: Any, known: Measured, inside: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """The numbers of each output that the result has; what some options do not give is left out.

    Parameters
    ----------
    result
        Of the action.
    known
        What a sweep of it has.
    inside
        The numbers along which the action was asked to run.

    Raises
    ------
    BadInput
        If it has none of them, has something else than numbers there, or ran along other numbers.
    """
    import numpy as np

    values = result.to_dict()
    read = known.read(values) if known.read is not None else {
        name: next(_under(values, output.keys or (name,)), None) for name, output in known.outputs.items()
    }  # fmt: skip
    there = {name: value for name, value in read.items() if value is not None}
    if not there:
        raise BadInput(
            f"Nothing of {', '.join(known.outputs)} is there at this point with these options; change one of them."
        )
    _check_along(values, inside)
    shape, found = tuple(map(len, inside.values())), dict[str, Any]()
    for name, value in there.items():
        output = known.outputs[name]
        try:
            coded = np.vectorize(output.flags.index)(value) if output.flags else np.asarray(value, float)
            wanted = shape if output.inside and coded.size > 1 else ()  # one for all is the same everywhere
            found[name] = coded.reshape(wanted)
        except (TypeError, ValueError) as error:
            raise BadInput(
                f"With these options the action gives as {name} something else than the "
                f"{' x '.join(map(str, shape)) or 'one'} doubles that a sweep keeps; leave some of them out."
            ) from error
    return found


def _check_along(values: Mapping[str, Any], inside: Mapping[str, Sequence[float]]) -> None:
    """Refuse a result along other numbers than those that are the coordinates: some options round them."""
    import numpy as np

    for name, numbers in inside.items():
        if name not in values:
            continue
        own = np.asarray(values[name], float)
        if own.shape != (len(numbers),) or not np.allclose(own, numbers, rtol=1e-12, atol=0):
            raise BadInput(
                f"--{name} was given as a range that the action rounds with these options, to {own.tolist()!s:.60}; "
                "give these numbers as a list."
            )


def _under(values: Mapping[str, Any], keys: Sequence[str]) -> Iterator[Any]:
    """What is under each of the keys that is there.

    >>> next(_under({"final": {"test": 2}, "curve": [{"loss": 1}, {"loss": 3}]}, ("level", "curve.loss", "final.test")))
    [1, 3]
    """
    for key in keys:
        try:
            yield _at(values, key.split("."))
        except KeyError:
            continue


def _at(values: Any, path: Sequence[str]) -> Any:
    """What is under a path; of a list what is there in each entry."""
    if not path:
        return values
    if isinstance(values, list | tuple):
        return [_at(entry, path) for entry in values]
    if not isinstance(values, Mapping):
        raise KeyError(path[0])
    return _at(values[path[0]], path[1:])
