"""The reference of the command line, made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import typer

from tauber.cli.app import app


def page(found: Any = None, name: str = "tauber", depth: int = 2) -> str:
    """The commands in the order of the help, each with its help text, arguments and options."""
    found = found or typer.main.get_command(app)
    said = re.sub(r"^Example: (tauber .+)$", r"Example: `\1`", found.help or "", flags=re.MULTILINE)
    parts = [f"{'#' * depth} `{name}`", said]
    subcommands = getattr(found, "commands", {})
    if not subcommands:
        parts.append("\n".join(_table(found)))
    parts += [page(subcommands[word], f"{name} {word}", min(depth + 1, 4)) for word in subcommands]
    return "\n\n".join(parts)


def _table(command: Any) -> Iterator[str]:
    yield "| argument | default | what it is |"
    yield "|---|---|---|"
    for parameter in command.params:
        if parameter.name == "help":
            continue
        positional = parameter.param_type_name == "argument"
        names = [""] if positional else [*parameter.opts, *parameter.secondary_opts]
        value = parameter.metavar or _choices(parameter)
        shown = ", ".join(f"`{f'{option} {value}'.strip()}`" for option in names)
        default = parameter.default
        given = "" if default in (None, False, (), []) or callable(default) else f"`{default}`"
        given = "required" if parameter.required else given
        yield f"| {_cell(shown)} | {_cell(given)} | {_cell(parameter.help or '')} |"


def _choices(parameter: Any) -> str:
    """The words that an option takes, where it has no placeholder."""
    kind = parameter.type_descriptor.annotation
    return "|".join(get_args(kind)) if get_origin(kind) is Literal else ""


def _cell(text: str) -> str:
    """A text for a cell of a table; stars outside of code would be taken for emphasis."""
    pieces = re.sub(r"\s+", " ", text).replace("|", "\\|").split("`")
    return "`".join(part if n % 2 else re.sub(r"([*$<])", r"\\\1", part) for n, part in enumerate(pieces))
