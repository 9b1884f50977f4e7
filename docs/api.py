"""The pages of the API: every public name of `tauber`, in the group that its kind says."""

from __future__ import annotations

import inspect
from typing import Any

import tauber
from tauber import models
from tauber.spectra import Spectrum

GROUPS = ("models", "actions", "own", "spectra", "solvers", "errors")


def group(name: str) -> str:
    """The group of a public name: there is one for each."""
    found: Any = getattr(tauber, name)
    if name in models.MODELS:
        return "models"
    if name in models.GENERAL:
        return "actions"
    if inspect.isclass(found) and issubclass(found, Exception):
        return "errors"
    if found is Spectrum or found.__module__ == Spectrum.__module__:
        return "spectra"
    return "solvers" if found.__module__.startswith("tauber.numerics") else "own"


def page(wanted: str) -> str:
    """The entries of a group."""
    names = [name for name in tauber.__all__ if group(name) == wanted]
    return "\n\n".join(_model(name) if wanted == "models" else _entry(f"tauber.{name}", 2) for name in names)


def _model(name: str) -> str:
    package = getattr(tauber, name)
    said = f".. py:module:: tauber.{name}\n\n.. automodule:: {package.__name__}\n   :no-index:"
    parts = [f"## `tauber.{name}`", f"```{{eval-rst}}\n{said}\n```"]
    return "\n\n".join([*parts, *(_entry(f"tauber.{name}.{action}", 3) for action in package.__all__)])


def _entry(name: str, depth: int) -> str:
    """A heading, and what the docstring says."""
    owner, _, last = name.rpartition(".")
    found = getattr(tauber if owner == "tauber" else getattr(tauber, owner.removeprefix("tauber.")), last)
    kind = "exception" if inspect.isclass(found) and issubclass(found, Exception) else "class"
    kind = kind if inspect.isclass(found) else "function"
    members = "" if kind in {"function", "exception"} else "\n   :members:\n   :inherited-members:"
    return f"{'#' * depth} `{name}`\n\n```{{eval-rst}}\n.. auto{kind}:: {name}{members}\n```"
