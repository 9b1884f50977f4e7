"""What can be swept, and the options of a sweep: those of the actions that can.

A model declares in its `measured.py` what a sweep of its actions measures (`measured`). From these declarations come
what `tauber sweep` takes and what its help says, so that an action that is declared there is swept with nothing more.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, get_args

from ..action import Argument, Numbers
from ..models import MODELS
from .measured import Measured

DATA = "data"
"""The package whose actions have data in the place of a model: a file, or a name."""

MANY = "START:STOP:COUNT|LIST"
_NUMBERS = ("NUMBER", "WHOLE", "MASS", "STEP")
"""How placeholders begin of arguments that are one number."""


def declared(model: str, table: str = "") -> Mapping[str, Measured]:
    """The actions of a model that can be swept, by name; none where it declares none."""
    if table:
        from ..declared.measured import measured

        return measured(table)
    home = f"tauber.models.{model}.measured"
    if importlib.util.find_spec(f"tauber.models.{model}") is None or importlib.util.find_spec(home) is None:
        return {}
    found: Mapping[str, Measured] = importlib.import_module(home).MEASURED
    return found


def swept() -> Iterator[tuple[str, str, Measured]]:
    """All that can be swept: model, name of the action, and what it measures."""
    for model in dict.fromkeys((*MODELS, DATA)):
        for name, known in declared(model).items():
            yield model, name, known


def function(model: str, name: str) -> Callable[..., Any]:
    """The action that a sweep asks."""
    found: Callable[..., Any] = getattr(importlib.import_module(f"tauber.models.{model}"), name)
    return found


def is_number(argument: Argument) -> bool:
    """Whether an argument is one number, so that several can be points."""
    return argument.metavar.startswith(_NUMBERS) and not argument.several


def taking(*own: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a function with ``**given`` the arguments of all that can be swept, after its own; but none of these names.

    Those that are one number take several; those that run along a dimension of the answer stay what they are.
    """

    def decorate(called: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(called, eval_str=True)
        mine = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        names = {*own, *(p.name for p in mine)}
        called.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*mine, *(p for p in _arguments() if p.name not in names)]
        )
        return called

    return decorate


def _arguments() -> Iterator[inspect.Parameter]:
    """Of all actions that can be swept: each once, with what it is in each of them."""
    kinds: dict[str, list[tuple[str, Argument, Any]]] = {}
    for model, name, known in swept():
        action = function(model, known.of or name).action  # type: ignore[attr-defined]
        for key, argument in action.arguments.items():
            if not argument.positional and key not in known.given:
                kind = next(iter(get_args(action.signature.parameters[key].annotation)), None)
                kinds.setdefault(key, []).append((model, argument, kind))
    for key, uses in kinds.items():
        _, argument, kind = next((use for use in uses if use[1].option), uses[0])  # --classes/--numbers says more
        several, flag = any(is_number(use) or use.metavar == MANY for _, use, _ in uses), kind in (bool, bool | None)
        told = Argument(
            MANY if several else argument.metavar or ("" if flag else "NAME"), _help(uses), argument.option,
            several=argument.several, as_is=argument.as_is, hidden=not several,
        )  # fmt: skip
        yield inspect.Parameter(
            key, inspect.Parameter.KEYWORD_ONLY, default=None,
            annotation=Annotated[bool | None if flag else Numbers | None, told],
        )  # fmt: skip


def _help(uses: list[tuple[str, Argument, Any]]) -> str:
    """What an argument is, with the models of which it is that; of each model as its first action has it.

    >>> _help([("plrf", Argument("", "Step size."), None), ("dynamical", Argument("", "Step size."), None)])
    'Step size (plrf, dynamical).'
    """
    models: dict[str, list[str]] = {}
    for model, text in dict(reversed([(model, argument.help) for model, argument, _ in uses])).items():
        models.setdefault(text.rstrip("."), []).insert(0, model)
    return "; ".join(f"{text} ({', '.join(names)})" for text, names in reversed(models.items())) + "."
