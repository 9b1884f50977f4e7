"""Docstrings as the site shows them: of an action, the arguments are described where the command line has them.

An action says what its arguments are in its signature, once for the shell and for Python (`tauber/action.py`); here
they become the section `Parameters` of its docstring. Names in single backticks are references.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from sphinx.application import Sphinx

from tauber.output.pen import in_python


def parameters(action: Any) -> list[str]:
    """The section of the arguments of an action, in the words of Python."""
    lines = ["Parameters", "----------"]
    for name, argument in action.arguments.items():
        default = action.signature.parameters[name].default
        said = "" if default in (inspect.Parameter.empty, None) else f", by default ``{default!r}``"
        kind = f"``{argument.metavar}``" if argument.metavar else "one of the words, or True or False"
        lines += [f"{name} : {kind}{said}", f"    {_plain(in_python(argument.help, action.options))}"]
    return [*lines, ""]


def _plain(text: str) -> str:
    """A text without what reStructuredText would take for markup."""
    return re.sub(r"([*|])", r"\\\1", text)


def _barred(line: str) -> str:
    """A line with its bars as bars, |z|, which reStructuredText would take for a substitution; not in literals."""
    if line.lstrip().startswith((">>>", "...")):
        return line
    return re.sub(r"(``.*?``|`[^`]*`)|\|", lambda match: match[1] or r"\|", line)


def _described(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    del app, what, name, options
    lines[:] = [_barred(line) for line in lines]
    action = getattr(found, "action", None)
    if action is None:
        return
    lines[:] = [re.sub(r"^Example: (tauber .*)$", r"Example: ``\1``", line) for line in lines]
    underlined = [n for n in range(1, len(lines)) if set(lines[n]) == {"-"}]
    if action.arguments and underlined:
        lines[underlined[0] - 1 : underlined[0] - 1] = parameters(action)


def _signature(app: Sphinx, what: str, name: str, found: Any, options: Any, *said: Any) -> tuple[str, str] | None:
    """The names of an action's arguments, with their defaults."""
    del app, what, name, options, said
    action = getattr(found, "action", None)
    if action is None:
        return None
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in action.signature.parameters.values()]
    return str(inspect.Signature(bare)), ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Work before numpydoc does, which has the priority 500."""
    app.connect("autodoc-process-docstring", _described, priority=400)
    app.connect("autodoc-process-signature", _signature, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
