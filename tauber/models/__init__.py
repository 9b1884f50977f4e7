"""What can be done with each model: one package a model, one function an action (see :mod:`tauber.action`).

`MODELS` is the registry: a model is a package here and one line there. The command line, the public API and the
documents are made from it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

MODELS = ("plrf", "dynamical", "explaining", "geometry", "kernel", "terms")
"""Every model, in the order of the documents."""

ACTIONS = ("derive", "phases", "curve", "frontier", "simulate", "certify")
"""What may be done with a model, in the order in which the work goes."""


def actions(name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The actions that are there for every model that has them, as pairs of model and function."""
    for model in MODELS:
        found: Any = getattr(importlib.import_module(f"{__name__}.{model}"), name, None)
        if hasattr(found, "action"):
            yield model, found


GENERAL = {"spectrum": "data", "predict": "data", "sweep": "sweep", "verify": "verify", "export": "export"}
"""Actions of no model - own data, the ledger, the export - and the module that has each."""


def general() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The actions of no model, as pairs of name and function."""
    for name, home in GENERAL.items():
        yield name, getattr(importlib.import_module(f"{__name__}.{home}"), name)


def parts(package: str) -> Iterator[Any]:
    """What each model has in a package of the house that keeps a folder a model, such as ``tauber.ledger``."""
    for model in MODELS:
        if find_spec(folder := f"{package}.{model}"):
            yield importlib.import_module(folder)
