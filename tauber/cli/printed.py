"""What a command prints, and what it printed before.

An answer that was derived is kept as exact values (`tauber.cache`), and to read these takes SymPy, whose import is most
of the time of such a command. So the shell keeps what a pure action printed, too, in each of its forms: the lines and
tables, of which only texts are left. A picture is drawn of the values. What is given as a file is not in the key: with
one nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from .. import cache
from ..action import Action
from ..output import screen
from ..output.result import Result

Form: TypeAlias = Literal["short", "full", "json", "latex"]


def again(action: Action, given: Mapping[str, Any], form: Form) -> bool:
    """Print what the command printed before; False if that is not kept."""
    for page in cache.found("printed", *_key(action, given, form)) if _keeps(action, given) else ():
        screen.print_again(page)
        return True
    return False


def show(action: Action, given: Mapping[str, Any], form: Form, result: Result) -> None:
    """Print a result, and keep what is printed."""
    with screen.recorded() as page:
        if form == "json":
            screen.print_line(result.to_json())
        elif form == "latex":
            screen.print_line(result.latex())
        else:
            result.show(form == "full")
    if _keeps(action, given):
        cache.keep("printed", page, *_key(action, given, form))


def _keeps(action: Action, given: Mapping[str, Any]) -> bool:
    objects = (name for name, argument in action.arguments.items() if argument.as_is)
    return action.pure and all(given.get(name) is None for name in objects)


def _key(action: Action, given: Mapping[str, Any], form: Form) -> tuple[Any, ...]:
    return action.function.__module__, form, sorted(given.items())
