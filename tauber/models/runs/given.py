"""Arguments of `fit` that are texts with a grammar of their own: columns, cost, form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...read import numbers

if TYPE_CHECKING:
    from ...numerics.runs import Cost

ROLES = ("size", "data", "compute", "loss")
FORMS = ("sum", "power-mean", "kaplan", "size", "data", "compute")


def read_columns(given: Any) -> dict[str, str]:
    """Read ``size=params,loss=val_loss``, or a mapping.

    >>> read_columns("size=params, loss=val_loss")
    {'size': 'params', 'loss': 'val_loss'}
    """
    if given is None:
        return {}
    if isinstance(given, Mapping):
        pairs = [(str(role), str(name)) for role, name in given.items()]
    else:
        parts = [part.partition("=") for part in str(given).split(",")]
        pairs = [(role.strip(), name.strip()) for role, _, name in parts]
    for role, name in pairs:
        if role not in ROLES or not name or [r for r, _ in pairs].count(role) > 1:
            raise BadInput(
                f"--columns was given as '{given}', but it must be pairs such as size=params,data=tokens,loss=loss, of "
                f"{', '.join(ROLES)}, each at most once."
            )
    return dict(pairs)


def read_cost(text: str) -> Cost:
    """Read a product of a number and powers of size and data, such as ``6*size*data``."""
    from ...numerics.runs import Cost

    factor, factors = 1.0, []
    for part in text.replace("**", "^").split("*"):
        if part.strip()[:1].isdigit() or part.strip()[:1] == ".":
            factor *= numbers.positive_float("--cost", part.strip())
        else:
            factors.append(part)
    powers = numbers.cost("--cost", "*".join(factors), ("size", "data"))
    return Cost(factor, float(powers.get("size", 0)), float(powers.get("data", 0)))


def read_form(text: str) -> str:
    """Read the name of a form."""
    if text not in FORMS:
        raise BadInput(f"--form was given as '{text}', but it must be one of {', '.join(FORMS)}.")
    return text


def read_huber(text: str) -> float:
    """Read delta of Huber's loss, inf for least squares."""
    return float("inf") if numbers.is_inf(text) else numbers.positive_float("--huber", text)
