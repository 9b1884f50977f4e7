"""The tree of commands, each made when it is first asked for: a command imports its own model and no other.

`tauber ACTION MODEL` asks for one command, the help of an action for those of its models, the help of `tauber` for the
groups and for the commands of no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import typer
from typer.core import TyperGroup

from ..models import ACTIONS, GENERAL, function, general, models_with
from .build import command

_HELP = {
    "derive": "Derive the scaling laws of a model exactly (SymPy).",
    "phases": "Derive the phase diagram of a model, and draw it.",
    "curve": "Solve the loss curve of a model.",
    "frontier": "Find the compute-optimal sizes of a model.",
    "simulate": "Draw models at random, and set them beside the solution.",
    "certify": "Prove values of a model: intervals that provably hold them.",
}
MARKUP: Literal["markdown"] = "markdown"


class _Made(Mapping[str, Any]):
    """Commands by name, each made once, when it is looked up."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Any]) -> None:
        self._names, self._make = names, make
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Lazy(TyperGroup):
    def list_commands(self, ctx: object) -> list[str]:
        """Their names, in the order in which the work goes; no command is made for it."""
        del ctx
        return list(self.commands)


class Root(_Lazy):
    """The actions and the commands of no model."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"commands": _Made([*ACTIONS, *GENERAL], _first_word)})


class _OfAnAction(_Lazy):
    """The models that have an action."""

    def __init__(self, **given: Any) -> None:
        action = given["name"]
        made = _Made(models_with(action), lambda model: _made(model, function(model, action)))
        super().__init__(**given | {"commands": made})


def _first_word(name: str) -> Any:
    if name in GENERAL:
        return _made(name, general(name))
    group = typer.Typer(
        name=name,
        cls=_OfAnAction,
        no_args_is_help=True,
        help=_HELP[name],
        add_completion=False,
        rich_markup_mode=MARKUP,
    )
    return typer.main.get_group(group)


def _made(name: str, action: Callable[..., Any]) -> Any:
    alone = typer.Typer(add_completion=False, rich_markup_mode=MARKUP)
    alone.command(name)(command(action))
    return typer.main.get_command(alone)
