"""Labels on one line, moved apart until each has room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def apart(places: Iterable[float], room: float) -> list[float]:
    """Move places, in rising order, apart until each has room; their mean place stays.

    >>> apart([0, 1, 50], 10)
    [-4.5, 5.5, 50.0]
    """
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _spread(groups[-2], room)[-1] + room > _spread(groups[-1], room)[0]:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [place for group in groups for place in _spread(group, room)]


def _spread(group: Sequence[float], room: float) -> list[float]:
    middle = sum(group) / len(group)
    return [middle + room * (n - (len(group) - 1) / 2) for n in range(len(group))]
