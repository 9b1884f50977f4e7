"""What can be done with each model: one package a model, one function an action (see :mod:`tauber.action`).

`MODELS` is the registry: a model is a package here and one line there. The command line, the public API and the
documents are made from it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import Any

MODELS = ("plrf", "dynamical", "explaining", "geometry", "kernel", "terms", "recursion")
"""Every model, in the order of the documents."""

ACTIONS = ("derive", "phases", "curve", "frontier", "simulate", "certify")
"""What may be done with a model, in the order in which the work goes."""


def models_with(name: str) -> tuple[str, ...]:
    """The models that have an action, found without importing them: a module of their package has its name."""
    homes = ((model, find_spec(f"{__name__}.{model}")) for model in MODELS)
    return tuple(
        model
        for model, home in homes
        if home is not None and PathFinder.find_spec(f"{home.name}.{name}", home.submodule_search_locations)
    )


def function(model: str, name: str) -> Callable[..., Any]:
    """An action of a model."""
    return getattr(importlib.import_module(f"{__name__}.{model}"), name)


def actions(name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The actions that are there for every model that has them, as pairs of model and function."""
    for model in models_with(name):
        yield model, function(model, name)


GENERAL = {
    "spectrum": "data",
    "predict": "data",
    "fit": "runs",
    "sweep": "sweep",
    "verify": "verify",
    "claims": "claims",
    "report": "report",
    "export": "export",
    "cite": "cite",
}
"""Actions of no model - own data, own runs, sweeps, the ledger, export, sources - and the module that has each."""


def general(name: str) -> Callable[..., Any]:
    """An action of no model."""
    return getattr(importlib.import_module(f"{__name__}.{GENERAL[name]}"), name)


def parts(package: str) -> Iterator[Any]:
    """What each model has in a package of the house that keeps a folder a model, such as ``tauber.ledger``."""
    for model in MODELS:
        if find_spec(folder := f"{package}.{model}"):
            yield importlib.import_module(folder)
