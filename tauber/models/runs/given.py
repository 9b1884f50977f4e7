"""Arguments of `fit` that are texts with a grammar of their own: columns, cost, form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import BadInput
from ...read import numbers

if TYPE_CHECKING:
    from ...numerics.runs import Cost

ROLES = ("size", "data", "compute", "loss", "run", "step", "lr", "batch")
SURFACES = ("plrf", "dynamical", "explaining")
"""Forms that are the exact surface of a model."""
FORMS = ("auto", "sum", "power-mean", "kaplan", "size", "data", "compute", *SURFACES, "functional")
"""auto is sum for final losses and functional for training curves."""


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
    powers = numbers.cost("--cost", "*".join(factors), ("size", "data"), given=text)
    return Cost(factor, float(powers.get("size", 0)), float(powers.get("data", 0)))


def read_form(text: str) -> str:
    """Read the name of a form."""
    if text not in FORMS:
        raise BadInput(f"--form was given as '{text}', but it must be one of {', '.join(FORMS)}.")
    return text


def read_huber(text: str) -> float:
    """Read delta of Huber's loss, inf for least squares."""
    return float("inf") if numbers.is_inf(text) else numbers.positive_float("--huber", text)


def read_early(text: str) -> float:
    """Read the share of each curve that is left out at its start."""
    share = 0.0 if text == "0" else numbers.positive_float("--early", text)
    if share >= 1:
        raise BadInput(f"--early was given as {text}, but it is a share of each run, from 0 to less than 1.")
    return share


def read_names(text: str | None) -> list[str] | None:
    """Read names of runs, separated by commas."""
    return None if text is None else [name.strip() for name in text.split(",")]


def check_kind(curves: bool, form: str, given: Mapping[str, bool]) -> None:
    """Refuse a form or an option that the kind of the table does not have; `given` has the options that were used."""
    kind = "training curves" if curves else "final losses"
    if form != "auto" and (form == "functional") != curves:
        raise BadInput(
            f"--form was given as '{form}', but the table has {kind}, which "
            f"{'have the form functional' if curves else 'have one of the other forms'}; leave --form out, or say by "
            "--columns what the columns are."
        )
    used = [option for option, was in given.items() if was]
    if used:
        raise BadInput(f"{used[0]} was given, but the table has {kind}, where it says nothing; leave it out.")
