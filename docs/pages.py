"""Pages that are made: of a page that has the line ``<!-- made: NAME -->`` that line becomes what `MADE` says.

Links are written as they lead in the repository, so that a page can be read there, too; here they lead to the same
pages of the site.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import api
import commands
import tables
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"README.md": "docs/index.md", "CHANGELOG.md": "docs/changes.md", "CONTRIBUTING.md": "docs/contributing.md"}
"""Files of the repository that are pages of the site."""


def _file(name: str) -> str:
    return linked((ROOT / name).read_text(encoding="utf-8"), ".", "docs")


MADE: dict[str, Callable[[], str]] = {
    **{name: partial(_file, name) for name in PAGES},
    "commands": commands.page,
    "letters": tables.letters,
    "models": tables.models,
    "at hand": tables.at_hand,
    "references": tables.references,
    **{f"api {group}": partial(api.page, group) for group in api.GROUPS},
}


def linked(text: str, source: str, folder: str) -> str:
    """A text with its links, relative to the folder `source` of the repository, led to pages of the site."""

    def led(match: re.Match[str]) -> str:
        words, path, anchor = match.groups()
        target = os.path.normpath(f"{source}/{path}")
        target = PAGES.get(target, target)
        target = f"docs/{target}" if target.startswith("notebooks/") else target
        name, kind = os.path.splitext(target.removeprefix("docs/"))
        if (
            kind in {".md", ".ipynb"} and not anchor
        ):  # by name: MyST follows the link docs/notebooks, and is then outside
            return f"{{doc}}`{' '.join(words.replace('`', '').split())} </{name}>`"
        return f"[{words}]({os.path.relpath(target, folder)}{anchor})"

    return re.sub(r"\[([^\]\[\"]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*|)\)", led, text)


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    del app
    folder = os.path.dirname(f"docs/{name}")
    where = folder.removeprefix("docs/") if name.startswith("notebooks/") else folder
    text = linked(source[0], where, folder)
    source[0] = re.sub(r"^<!-- made: (.+) -->$", lambda match: MADE[match[1]](), text, flags=re.MULTILINE)


def setup(app: Sphinx) -> dict[str, bool]:
    """Make pages when they are read."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
