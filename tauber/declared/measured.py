"""What a sweep of a declared model measures: curve and frontier, point by point, and the derived exponent beside.

A sweep keeps the whole declaration as text, so that it needs no file where it is measured, and changes keys of it:
``noise.label_noise`` is the key ``label_noise`` of the table ``[noise]``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from ..errors import BadInput, CheckFailed
from ..models.plrf.measured import MEASURED as PLRF
from ..read import numbers
from ..read.spectrum import spectrum
from ..read.toml import read_toml
from ..sweeps.grid import is_key, plain
from ..sweeps.measured import Columns, Measured, Output
from .actions import of
from .reading import of_table

_SLOPE = "a local exponent over the compute f"
_FRONTIER = dict(PLRF["frontier"].outputs) | {
    "step_size": Output("1", "best step size, where it is free"),
    "step_size_slope": Output("1", f"d log step_size/d log f, {_SLOPE}"),
    "step_size_slope_error": Output("1", "absolute uncertainty of step_size_slope"),
}


_DERIVED = Measured(outputs={"loss_exponent": PLRF["derive"].outputs["loss_exponent"]}, picture=PLRF["derive"].picture)


def measured(table: str) -> dict[str, Measured]:
    """The actions of a declaration that can be swept, by name."""
    kind = of_table(json.loads(table)).kind
    derived = {"derive": _DERIVED}
    if kind == "terms":
        return derived
    drawn = {"simulate": PLRF["simulate"]}
    level = {"level": PLRF["level"]} if kind == "plrf" else {}
    return derived | drawn | level | {
        "frontier": Measured(
            along={"flops": numbers.budgets}, outputs=_FRONTIER,
            derived={"derived_loss_exponent": PLRF["frontier"].derived["derived_loss_exponent"]},
            derive=partial(_derive, table), beside={"loss_slope": "derived_loss_exponent"},
            picture=PLRF["frontier"].picture,
        ),
        "curve": Measured(along={"times": numbers.times}, outputs=PLRF["curve"].outputs, picture=PLRF["curve"].picture),
    }  # fmt: skip


def declaration(given: Any) -> tuple[str, str]:
    """The name of a declaration, a file or a table, and all of it as JSON.

    Raises
    ------
    BadInput
        If it cannot be read, or cannot be written as text.
    """
    path = None if isinstance(given, Mapping) else Path(given)
    table = dict(given) if path is None else read_toml(path, dict)
    known = of_table(table, path)
    if isinstance(known.spectrum, Path):  # a file of its own, which is kept as well
        table["spectrum"] = spectrum(known.spectrum).table
    try:
        return "declaration" if path is None else path.name, json.dumps(plain(table))
    except TypeError as error:
        raise BadInput(
            f"A declaration of a sweep is kept as text, but here {error}; give numbers and texts."
        ) from error


def changed(table: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """The declaration with other texts for some of its keys.

    >>> changed('{"noise": {"label_noise": 1}}', {"noise.label_noise": "1/2", "training.batch": "2"})
    {'noise': {'label_noise': '1/2'}, 'training': {'batch': '2'}}

    Raises
    ------
    BadInput
        If a table is none.
    """
    found: dict[str, Any] = json.loads(table)
    for key, text in keys.items():
        *path, last = key.split(".")
        place = found
        for name in path:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise BadInput(f"'{key}' was asked, but '{name}' of the declaration is no table; name a key of it.")
        place[last] = text
    return found


def _derive(table: str, columns: Columns, fixed: Mapping[str, str]) -> dict[str, Any]:
    """The derived exponent at each point, NaN where there is none."""
    import numpy as np

    own = tuple((name, text) for name, text in fixed.items() if is_key(name))
    keys = [name for name in columns if is_key(name)]
    points = zip(*(columns[name] for name in keys), strict=True) if keys else [()]
    found = np.array([_loss_exponent(table, (*own, *zip(keys, point, strict=True))) for point in points])
    count = len(next(iter(columns.values())))
    return {"derived_loss_exponent": np.broadcast_to(found, (count,)).copy()}


@cache
def _loss_exponent(table: str, keys: tuple[tuple[str, str], ...]) -> float:
    try:
        found = of(changed(table, dict(keys)), "derive")()
    except (BadInput, CheckFailed):  # measured only: the point's own refusal, if it has one, is that of the action
        return math.nan
    exponent = found["loss_exponent"] if "loss_exponent" in set(found) else None
    return math.nan if exponent is None else float(exponent)
