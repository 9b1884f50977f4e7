"""Reading training curves: a table with a row for each logged step of each run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.precision import Array
from ..data.cells import is_missing
from ..data.reading import Layout
from ..errors import TauberInputError
from .curves import Curve, Curves
from .table import RESOURCES, Table, guess, open_table, plain

CURVE_ROLES = ("run", "step", "loss", "lr", "batch", "size")
_PATTERNS = {
    "run": re.compile(r"^(run|curve|experiment|trial)( (id|name))?$"),
    "step": re.compile(r"^(global )?(steps?|iterations?|iter)$"),
    "loss": re.compile(r"loss|\bnll\b|cross ?entropy|^l$"),
    "lr": re.compile(r"^(lr|learning rate|step ?size|gamma|eta)$"),
    "batch": re.compile(r"^(batch|batch ?size)$"),
    "size": re.compile(r"param|model ?size|^size$|^n$"),
}


def holds_curves(source: Any, columns: Mapping[str, str] | None = None, layout: Layout | None = None) -> bool:
    """Whether a table has curves: a column of steps, and one of runs that repeat or of learning rates, or no resource.

    Where columns are named, a named run, step or learning rate says that it has.
    """
    given = dict(columns or {})
    if {"run", "step", "lr"} & set(given):
        return True
    if {"data", "compute"} & set(given):
        return False
    table = open_table(source, layout or Layout())
    found = {role: [n for n in table.names if _PATTERNS[role].search(plain(n))] for role in ("run", "step", "lr")}
    if not found["step"]:
        return False
    if found["lr"]:
        return True
    if found["run"]:
        return len(set(table.texts(found["run"][0]))) < len(table.where)
    # Steps and losses alone are those of one run; final losses have a size, or compute, too.
    return "size" not in given and not any(
        pattern.search(plain(name))
        for name in table.names
        if name not in found["step"]
        for pattern in RESOURCES.values()
    )


def read_curves(source: Any, columns: Mapping[str, str] | None = None, layout: Layout | None = None) -> Curves:
    """Read training curves.

    Parameters
    ----------
    source
        As for `read_runs`.
    columns
        Names of columns by `CURVE_ROLES`, where these are not to be guessed.

    Raises
    ------
    TauberInputError
        If a column is missing or may be two, a cell is no number that it can be, steps of a run repeat, or a size
        changes within a run.
    """
    layout = layout or Layout()
    table = open_table(source, layout)
    chosen, guessed = _roles(table, dict(columns or {}))
    found, left_out, good = _numbers(table, chosen, layout)
    names = np.array(table.texts(chosen["run"])) if "run" in chosen else np.full(len(table.where), "the run")
    runs = tuple(
        _curve(str(name), {role: column[good & (names == name)] for role, column in found.items()})
        for name in dict.fromkeys(names[good])
    )
    flags = []
    if "batch" in chosen and any(np.ptp(run.batch) > 0 for run in runs if run.batch is not None):
        flags.append(
            "The batch changes: steps are taken as on the sum over the batch; if yours are on its mean, give lr/batch "
            "as the learning rate."
        )
    flags += _rising(runs, chosen["loss"])
    return Curves(runs, chosen, guessed, table.form, tuple(left_out), tuple(flags))


def _rising(runs: Sequence[Curve], name: str) -> list[str]:
    """A flag where every run ends above the middle of its losses, as one that is learnt does not."""
    if not all(run.loss[-1] > np.median(run.loss) for run in runs):
        return []
    flag = (
        f"The loss, column {name!r}, of every run ends above its middle ({runs[0].name!r}: {runs[0].loss[-1]:.4g} and "
        f"{np.median(runs[0].loss):.4g}): is the column something else (`columns`), or is it a run that failed?"
    )
    return [flag]


def _roles(table: Table, given: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    for role, name in given.items():
        if role not in CURVE_ROLES or table.names.count(name) != 1:
            raise TauberInputError(
                f"The column of the {role} was given as {name!r}, but a table of curves has columns of "
                f"{', '.join(CURVE_ROLES)}, and this one has the columns {', '.join(table.names)}."
            )
    chosen, guessed = guess({role: _PATTERNS[role] for role in CURVE_ROLES}, table.names, given)
    for role in ("step", "loss"):
        if role not in chosen:
            raise TauberInputError(
                f"No column looks like the {role}; the columns are {', '.join(table.names)}; say which "
                f"(`columns='{role}=NAME'`)."
            )
    return {role: chosen[role] for role in CURVE_ROLES if role in chosen}, tuple(guessed)


def _numbers(table: Table, chosen: dict[str, str], layout: Layout) -> tuple[dict[str, Array], list[str], Array]:
    """The columns of numbers by role, what was left out, and the rows that are complete."""
    good, found = np.ones(len(table.where), dtype=bool), {}
    for role, name in chosen.items():
        if role == "run":
            known, wanted = np.array([not is_missing(text) for text in table.texts(name)]), "name"
        else:
            found[role], known = table.column(name)
            wanted = "positive number"
            if role in {"step", "lr"}:  # learning rates end at 0, and steps begin there
                known, wanted = known | (found[role] == 0), "number >= 0"
        bad = np.flatnonzero(~known)
        if len(bad) and not layout.complete:
            raise TauberInputError(
                f"In {table.where[bad[0]]}, column {name!r}, taken as the {role}, holds "
                f"{table.cell(name, int(bad[0]))}, which is no {wanted}; mend it, leave out every row with such a cell "
                f"(`complete=True`), or name another column (`columns='{role}=NAME'`)."
            )
        good &= known
    count = int((~good).sum())
    if count == len(good):
        raise TauberInputError("No row has a number in each of its columns.")
    words = [f"{count} row{'s' * (count != 1)} with a cell that cannot be used, as asked"] if count else []
    return found, words, good


def _curve(name: str, own: dict[str, Array]) -> Curve:
    order = np.argsort(own["step"], kind="stable")
    own = {role: column[order] for role, column in own.items()}
    twice = np.flatnonzero(np.diff(own["step"]) == 0)
    if len(twice):
        raise TauberInputError(
            f"Run {name!r} has two rows at step {own['step'][twice[0]]:g}; give each run a name of its own in a column "
            "`run`, or one row a step."
        )
    size = own.get("size")
    if size is not None and np.ptp(size) > 0:
        raise TauberInputError(f"The size changes within run {name!r}, from {size.min():g} to {size.max():g}.")
    lr = own.get("lr")
    if lr is not None and not lr.max() > 0:
        raise TauberInputError(f"The learning rate of run {name!r} is 0 in all of its rows.")
    return Curve(name, own["step"], own["loss"], lr, own.get("batch"), None if size is None else float(size[0]))
