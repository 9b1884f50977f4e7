"""A declaration as a file or a table gives it, of one of three kinds, which its keys decide.

One-pass training, in the words of the options of ``tauber derive plrf``::

    [spectrum]          # alpha and beta, or a kind as in docs/own_spectrum.md; left out: the plane of both exponents
    alpha = "4/5"
    beta = "3/10"

    [training]          # step_size, batch, schedule, momentum, averaging
    step_size = "free"

    [noise]
    label_noise = 1     # the variance: 0, a number, or a law such as "f^(-1/2)"

    [budget]
    cost = "d*r"        # the compute f
    serial_time = "f^(1/3)"

Any other linear algorithm has a table ``[recursion]`` beside these (:mod:`tauber.declared.recursion`), and the terms of
its loss, where they are known, in ``[terms]``. A bare list of terms has ``resources``, ``budget``, ``[terms]``
(:mod:`tauber.models.terms.given`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..action import spelled
from ..errors import BadInput
from ..read import numbers
from ..read.momentum import refuse_not_linear
from ..read.toml import read_toml
from ..spectra import Powers, from_table
from .recursion import Recursion

TRAINING = ("step_size", "batch", "schedule", "momentum", "averaging")
BUDGET = ("cost", "serial_time")
_TABLES = {"training": TRAINING, "noise": ("label_noise",), "budget": BUDGET}
_OF_TERMS = ("resources", "parameters", "terms", "window")
_OF_TRAINING = ("spectrum", "training", "noise", "recursion")


@dataclass(frozen=True)
class Declaration:
    """What a model is.

    Attributes
    ----------
    kind : "plrf", "recursion" or "terms"
        Which actions it has: those of one-pass training by options, by matrices, or of a list of terms.
    spectrum
        None for the plane of exponents, a table with ``alpha`` and ``beta``, or what `tauber.read.spectrum` reads.
    training, budget
        Texts by the keys `TRAINING` and `BUDGET`, those that were given.
    label_noise
        The variance of the labels, a number or a law; None without noise, which is the variance 0, too.
    recursion
        Matrices, for the kind of that name.
    terms
        The table of a list of terms; of a recursion those beside it.
    source
        The file, None for a caller of Python.
    """

    kind: str
    spectrum: Any = None
    training: Mapping[str, str] = field(default_factory=dict)
    label_noise: str | None = None
    budget: Mapping[str, str] = field(default_factory=dict)
    recursion: Recursion | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None

    @property
    def exponents(self) -> dict[str, str]:
        """``alpha`` and ``beta`` as they are given, none for another spectrum."""
        given = self.spectrum
        named = isinstance(given, Mapping) and "kind" not in given
        return {name: str(spelled(value)) for name, value in given.items()} if named else {}

    @property
    def called(self) -> str:
        """The model in a sentence."""
        return "this model" if self.source is None else self.source


def read(given: Any) -> Declaration:
    """Read a declaration: one that is read already, a mapping, or the path of a TOML file.

    Raises
    ------
    BadInput
        It is none of these, of no kind or of two, or has a key that its kind has not.
    """
    if isinstance(given, Declaration):
        return given
    if isinstance(given, Mapping):
        return of_table(given)
    if not isinstance(given, str | os.PathLike):
        raise BadInput(f"A declaration was given as {given!r:.60}, but it must be a table or the path of a TOML file.")
    path = Path(given)
    return read_toml(path, lambda table: of_table(table, path))


def terms_beside(declaration: Declaration) -> dict[str, Any]:
    """The list of terms of a recursion, in d and r, as `terms` takes it.

    Raises
    ------
    BadInput
        It has none: exponents of a recursion then are measured.
    """
    given = declaration.terms
    if "terms" not in given:
        raise BadInput(
            f"Exponents were asked of {declaration.called}, whose expansion is not given, so that they are measured "
            "only: solve curve or frontier, or declare the terms of its loss in d and r beside it, in [terms]."
        )
    if "serial_time" in declaration.budget:
        raise BadInput("serial_time was given beside a recursion; a limit on its steps is a line of [window].")
    plane = {"alpha": 0, "beta": "1/2 - alpha"}
    return {"parameters": plane, **given, "resources": ["d", "r"], "budget": declaration.budget.get("cost", "d*r")}


def of_table(table: Mapping[str, Any], path: Path | None = None) -> Declaration:
    """Read a declaration from a table, which may be that of a file."""
    from ..models.plrf.training import some_noise  # whose package reads declarations

    source = None if path is None else str(path)
    if _kind(table) == "terms":
        return Declaration("terms", terms=table, source=source)
    known = (*_OF_TRAINING, "budget", *(_OF_TERMS[1:] if "recursion" in table else ()))
    for key in table:
        if key not in known:
            raise BadInput(f"'{key}' was given, but the tables of such a declaration are {', '.join(known)}.")
    parts = {name: _texts(table, name, keys) for name, keys in _TABLES.items()}
    recursion = None if "recursion" not in table else Recursion.of_table(table["recursion"])
    if recursion is not None:
        recursion.check_names()
    for key, text in parts["training"].items():
        refuse_not_linear(key, text)
    if "batch" in parts["training"]:
        numbers.whole("batch", parts["training"]["batch"])
    return Declaration(
        "plrf" if recursion is None else "recursion",
        _spectrum(table.get("spectrum"), path),
        parts["training"],
        some_noise(parts["noise"].get("label_noise")),
        parts["budget"],
        recursion,
        {key: table[key] for key in _OF_TERMS[1:] if key in table},
        source,
    )


def _kind(table: Mapping[str, Any]) -> str:
    """The kind of a declaration, by its keys."""
    training = [key for key in _OF_TRAINING if key in table]
    listed = [key for key in _OF_TERMS if key in table]
    if isinstance(table.get("budget"), Mapping):
        training.append("budget")
    elif "budget" in table:
        listed.append("budget")
    if "recursion" in table and not {"resources", "budget"} & set(listed):
        return "recursion"
    if training and listed:
        raise BadInput(
            f"'{training[0]}' belongs to a training and '{listed[0]}' to a list of terms; declare one of them in one "
            "file."
        )
    if not training and not listed:
        raise BadInput(
            "no declaration was found; it has tables [spectrum], [training], [noise], [budget], or resources, budget "
            "and [terms]."
        )
    return "plrf" if training else "terms"


def _texts(table: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, str]:
    """One table of a declaration, its values as they are written in the shell."""
    found = table.get(name, {})
    if not isinstance(found, Mapping):
        raise BadInput(f"[{name}] was given as {found!r:.60}, but it must be a table with the keys {', '.join(keys)}.")
    for key, value in found.items():
        if key in {"optimiser", "optimizer"}:
            refuse_not_linear(key, str(value))
        if key not in keys:
            raise BadInput(f"[{name}] has no key '{key}'; its keys are {', '.join(keys)}.")
        _refuse_no_number(name, key, value)
    return {key: str(spelled(value)) for key, value in found.items()}


def _refuse_no_number(name: str, key: str, value: Any) -> None:
    if isinstance(value, bool | Mapping | list | tuple) or value is None:
        raise BadInput(f"{key} of [{name}] was given as {value!r:.60}, but it must be a number or a text.")


def _spectrum(given: Any, path: Path | None) -> Any:
    """The spectrum: exponents are checked by whoever uses them, a file is named from where the declaration is."""
    if isinstance(given, Powers):
        return _exponents_of_powers(given.table)
    if not isinstance(given, Mapping):
        return given
    if "file" in given:
        if set(given) != {"file"}:
            raise BadInput("[spectrum] names a file, so it has no other key.")
        return Path(given["file"]) if path is None else path.parent / given["file"]
    if "kind" in given:
        return _exponents_of_powers(given)
    for key in given:
        if key not in {"alpha", "beta"}:
            raise BadInput(f"[spectrum] has no key '{key}'; it has alpha and beta, a kind with its keys, or a file.")
        _refuse_no_number("spectrum", key, given[key])
    return given


def _exponents_of_powers(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Powers without a shift are a point of the plane: alpha and beta in their place."""
    record = from_table(table)
    if not isinstance(record, Powers) or record.shift:
        return table
    return {"alpha": record.decay / 2, "beta": (record.target - record.decay) / 2}
