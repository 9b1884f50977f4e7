"""A TOML file, its errors in words: what cannot be read of it is refused by the name of the file."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..errors import BadInput

Declared = TypeVar("Declared")

_MESSAGE = re.compile(r"(?P<what>.*?)(?P<key> \('.*\)| \(\".*\))?(?P<twice> twice)? \((?P<place>at .*)\)", re.DOTALL)
_LINE = re.compile(r"at line (\d+), ")


def is_toml(name: str) -> bool:
    """Whether a file of this name is read as TOML.

    >>> is_toml("model.toml"), is_toml("MODEL.TOML"), is_toml("plrf")
    (True, True, False)
    """
    return name.lower().endswith(".toml")


def tables(path: Path) -> dict[str, Any]:
    """The tables of a file, with a byte order mark or without; decimal numbers come as texts, so that they are exact.

    Raises
    ------
    OSError
        The file cannot be read.
    BadInput
        It is no TOML; the message names the key or the table, not the file.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("it is no UTF-8 text; save it as UTF-8, which TOML asks for.") from error
    try:
        return tomllib.loads(f"{text}\n", parse_float=str)  # a mistake in the last line has its number, too
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"it is no TOML file: {_in_words(str(error), text)}.") from error


def read_toml(path: Path, declared: Callable[[Mapping[str, Any]], Declared]) -> Declared:
    """What the tables of a file declare.

    Raises
    ------
    BadInput
        The file cannot be read or is no TOML, or what it declares is refused.
    """
    try:
        return declared(tables(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{path} cannot be read ({reason}); name a TOML file.") from error
    except BadInput as error:
        raise BadInput(f"{path} was refused: {error}") from error


def _in_words(message: str, text: str) -> str:
    """A message of the parser that names the key or the line of what is given twice, as the file has it."""
    parts = _MESSAGE.fullmatch(message)
    if parts is None:
        return message
    what, line = parts["what"], _LINE.match(parts["place"])
    if parts["key"]:  # written as a tuple there
        key = ".".join(ast.literal_eval(parts["key"].strip()))
        what = f"[{key}] is given " + ("twice" if parts["twice"] else "already, and nothing can be added to it")
    elif what == "Cannot overwrite a value" and line:
        last = text.replace("\r\n", "\n").split("\n")[int(line[1]) - 1].strip()
        what = f"'{last:.60}' gives a value to a key that has one already"
    return f"{what} ({parts['place']})"
