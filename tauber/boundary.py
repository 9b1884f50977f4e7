"""The outer boundary: exceptions of the wings become the two of the face, arguments in their words become options.

A wing knows nothing of a command line. It names an argument of its functions in backticks, "ask for more digits with
`precision`"; here the name becomes the option of the running command that sets it, "ask for more digits with --digits",
or stays a plain word where the command has none.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .action import running
from .errors import BadInput, CheckFailed

_ARGUMENT = re.compile(r"`(\w+)(?:=([^`]*))?`")

_OPTIONS = {
    "budgets": ("--flops", "--budget"),
    "mass": ("--momentum",),
    "modes": ("--modes", "--v"),
    "precision": ("--digits",),
    "step": ("--gd", "--lr"),
    "step_size": ("--lr", "--one-pass"),
    "strength": ("--lr-trace",),
}
"""Options whose name is not that of the argument; the first one that the command has is meant."""


@contextmanager
def theory_errors() -> Iterator[None]:
    """Turn a refusal of the symbolic wing into :class:`BadInput`."""
    from .theory.errors import AssumptionError

    try:
        yield
    except AssumptionError as error:
        text = in_options(str(error)).rstrip(".")
        raise BadInput(f"{text[:1].upper()}{text[1:]}.") from error


@contextmanager
def numerics_errors() -> Iterator[None]:
    """Turn a refusal of the numeric wing into :class:`BadInput`, lost digits into :class:`CheckFailed`."""
    from .numerics.errors import PrecisionLost, TauberInputError

    try:
        yield
    except TauberInputError as error:
        raise BadInput(in_options(str(error))) from error
    except PrecisionLost as error:
        raise CheckFailed(in_options(str(error))) from error


def in_options(message: str) -> str:
    """A message of a wing with its arguments as options of the running action; of any if none is running.

    What is False goes by the option that says no.

    >>> in_options("lower the step size (`step_size`), or allow it (`allow_unstable=True`).")
    'lower the step size (--lr), or allow it (--allow-unstable).'
    >>> in_options("say which, `decimal=','` or `header=False`, or leave it out (`drop='row number'`).")
    "say which, --decimal , or --no-header, or leave it out (--drop 'row number')."
    """
    action = running.get()
    known = None if action is None else {*action.options, "--plot", "--json"}
    off = {} if action is None else {name: option for option, name in action.options.items() if "=" in name}

    def option(found: re.Match[str]) -> str:
        name, value = found.groups()
        if value == "False":
            return off.get(f"{name}=False", f"--no-{name.replace('_', '-')}")
        for candidate in _OPTIONS.get(name, (f"--{name.replace('_', '-')}",)):
            if known is None or candidate in known:
                return candidate if value in {None, "True"} else f"{candidate} {_word(value)}"
        return found.group(0).strip("`")

    return _ARGUMENT.sub(option, message)


def _word(value: str) -> str:
    """A text or number of Python's as a word of the shell's; what is neither was not written by a wing, and stays."""
    with suppress(ValueError, SyntaxError):
        value = str(ast.literal_eval(value))
    return shlex.quote(value)
