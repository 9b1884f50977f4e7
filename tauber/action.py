"""An action is a function: its signature is the command line, its docstring the help, its result every output.

`tauber.plrf.curve(alpha="4/5", beta=0.3)` in Python and ``tauber curve plrf --alpha 4/5 --beta 0.3`` in the shell are
one function. It takes what people write - numbers as texts such as ``4/5`` or ``1e6``, ranges such as ``1:1e6:60`` -
since only a text says exactly which number is meant; Python's own numbers and sequences are spelled out first,
`spelled`. It gives a :class:`tauber.report.result.Result`. `tauber.cli.build` makes the command from it.

Errors are in the words of the caller: inside, an argument goes by its option (``--lr-trace``); `action` turns these
into argument names for a Python caller.
"""

from __future__ import annotations

import functools
import inspect
import math
import os
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args, get_origin

from .errors import BadInput, CheckFailed
from .report.result import Result

Number: TypeAlias = Any
"""A number as people write it: ``4/5``, ``0.8``, ``1e6``, ``inf``; or any number of Python's, NumPy's or SymPy's."""

Numbers: TypeAlias = Any
"""Several: a range ``start:stop:count``, a comma list, or a sequence."""


@dataclass(frozen=True)
class Argument:
    """What the shell shows of an argument: its placeholder, its help, and its option where that is not its name.

    An option with a slash, ``--header/--no-header``, sets True and False. What is ``several`` is a sequence of texts,
    in the shell one word each. What is taken ``as_is`` is not spelled out first: an object, an array.
    """

    metavar: str
    help: str
    option: str | None = None
    positional: bool = False
    several: bool = False
    as_is: bool = False

    def read(self, value: Any) -> Any:
        """A value of Python's as the action takes it."""
        if self.as_is:
            return value
        return _each(value) if self.several else spelled(value)


@dataclass(frozen=True)
class Action:
    """A function that is one action of one model, and which outputs it has beside the screen and JSON."""

    function: Callable[..., Result]
    draws: bool
    latex: bool
    full: bool

    @functools.cached_property
    def arguments(self) -> dict[str, Argument]:
        """Every argument, as it is described."""
        found = {}
        for name, parameter in inspect.signature(self.function, eval_str=True).parameters.items():
            given = [x for x in getattr(parameter.annotation, "__metadata__", ()) if isinstance(x, Argument)]
            found[name] = given[0] if given else Argument("", "")
        return found

    @functools.cached_property
    def options(self) -> dict[str, str]:
        """Every option, as it is written in Python."""
        found: dict[str, str] = {}
        for name, argument in self.arguments.items():
            if not argument.positional:
                on, _, off = (argument.option or f"--{name.replace('_', '-')}").partition("/")
                found |= {on: name} | ({off: f"{name}=False"} if off else {})
        return found

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse what is none of the words that an argument may be; the shell does so itself."""
        for name, parameter in inspect.signature(self.function, eval_str=True).parameters.items():
            kind = next(iter(get_args(parameter.annotation)), None)
            if get_origin(kind) is Literal and name in given and given[name] not in get_args(kind):
                words = ", ".join(get_args(kind))
                raise BadInput(f"--{name} was given as '{given[name]}', but it must be one of {words}.")


running: ContextVar[Action | None] = ContextVar("running", default=None)
"""The action that is being done, for messages that name its options."""


def action(
    *, draws: bool = False, latex: bool = False, full: bool = False
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function an action.

    Parameters
    ----------
    draws
        Its result has a picture: `Result.plot`, and ``--plot FILE``.
    latex
        Its result has a formula: `Result.latex`, and ``--latex``.
    full
        Its result has more to show than the short answer: ``--full``.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        described = Action(function, draws, latex, full)

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Result:
            bound = inspect.signature(function).bind(*args, **kwargs)
            given = {name: described.arguments[name].read(value) for name, value in bound.arguments.items()}
            token = running.set(described)
            try:
                described.check(given)
                return function(**given)
            except BadInput as error:
                raise BadInput(in_python(str(error), described.options)) from error
            except CheckFailed as error:
                raise CheckFailed(in_python(str(error), described.options), error.result) from error
            finally:
                running.reset(token)

        called.action = described  # type: ignore[attr-defined]
        return called

    return decorate


def spelled(value: Any) -> Any:
    """A value as it would be written in the shell; what is no number, path or sequence stays.

    >>> from fractions import Fraction
    >>> spelled(0.3), spelled(Fraction(4, 5)), spelled(10**6), spelled([1, 2.5]), spelled(float("inf")), spelled(None)
    ('0.3', '4/5', '1000000', '1,2.5', 'inf', None)
    """
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "tolist"):  # NumPy arrays and scalars, without importing NumPy; some of these are floats, too
        return spelled(value.tolist())
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple | range):
        return ",".join(str(spelled(entry)) for entry in value)
    return str(value)


def _each(value: Any) -> list[str]:
    """One text or several, or none, as a list."""
    single = isinstance(value, str | os.PathLike)
    return [str(value)] if single else [spelled(entry) for entry in value or ()]


_OPTION = re.compile(r"--[a-z][a-z-]*[a-z]|--[a-z]")


def in_python(message: str, options: dict[str, str]) -> str:
    """A message with the options of an action as the arguments that they are in Python.

    >>> in_python("--lr was given as '-1', leave out --lr-trace.", {"--lr": "lr", "--lr-trace": "lr_trace"})
    "lr was given as '-1', leave out lr_trace."
    """
    return _OPTION.sub(lambda m: options.get(m.group(0), m.group(0)[2:].replace("-", "_")), message)
