"""The maps of a sweep, from its folder alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import BadInput
from .question import DISTANCE, Question
from .shrunk import shares
from .store import ASKED, opened


def figure(folder: Path) -> Any:
    """The maps at the last budget, over the first two numbers that are swept; at the first value of all others.

    Raises
    ------
    BadInput
        If there is no sweep in the folder, or not over two numbers.
    """
    import numpy as np

    from ..plots.plane import Plane, draw_plane

    whole = opened(folder)
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    question, points = Question(**asked["question"]), asked["points"]
    known, axes = question.measured, [name for name in points if name != "rows"]
    if len(axes) < 2 or points["rows"]:
        raise BadInput("A picture of a sweep needs two numbers given as ranges or lists, such as --alpha and --beta.")
    own = known.plane is not None and {*known.plane} <= {*axes}
    names = known.plane if known.plane is not None and own else (axes[0], axes[1])
    data = whole.isel({name: 0 for name in axes if name not in names}).transpose(*names, ...)
    inner = list(question.inside)
    last = data.isel(dict.fromkeys(inner, -1))
    shown, symbol = known.picture
    share = None
    if known.rate is not None and len(budgets := np.asarray(question.inside[inner[0]])) > 1:
        share = shares(data[f"{shown}{DISTANCE}"].values, data[known.rate].values, budgets)
    where = ", ".join(f"{name} = {question.inside[name][-1]:.3g}" for name in inner)
    plane = Plane(
        title=", ".join(filter(None, (f"{question.action} {question.called}, measured at {last['refusal'].size} points",
                                      where))),
        names=names, x=data[names[0]].values, y=data[names[1]].values, exponent=last[shown].values, symbol=symbol,
        share=share, refusal=last["refusal"].values,
        sentences={int(code): words for code, words in whole["refusal"].attrs.get("refusals", {}).items()},
    )  # fmt: skip
    return draw_plane(plane, known.diagram(question.fixed) if own and known.diagram is not None else None)
