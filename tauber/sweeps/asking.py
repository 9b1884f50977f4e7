"""From the arguments of a sweep to what is asked, and where: a `Question`, and the points of a `Grid`.

Whatever an argument of the action may be in Python becomes text, or what JSON has: a spectrum of one's own is kept as
its whole table, so that workers need no file of it; a file of data is named by its path, with a hash of what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..action import Action
from ..errors import BadInput
from ..models import MODELS
from ..read.toml import is_toml
from . import grid
from .arguments import DATA, declared, is_number, swept
from .grid import Grid, coordinate, is_key, plain
from .question import Question, digest

_EVEN = ("alpha", "beta", "a", "b")
"""Exponents, whose ranges are evenly spaced."""


def ask(
    model: Any, action: str, given: Mapping[str, Any], keys: Any = None, points: Any = None
) -> tuple[Question, Grid]:  # fmt: skip
    """Read what is asked, and where.

    Parameters
    ----------
    model
        The name of one, a declaration (a mapping, or a file that ends in .toml), or a file of data.
    action
        What is measured.
    given
        Arguments of the action as they were given, and None for those that were not.
    keys
        Keys of a declaration with their texts, KEY=TEXT.
    points
        A table in place of ranges and lists, or None.

    Raises
    ------
    BadInput
        If the model has no such action, the action no such argument, or there are not several points.
    """
    asked = _of(model, action)
    described: Action = asked.function({}).action  # type: ignore[attr-defined]
    texts = {name: value for name, value in given.items() if value is not None}
    along = _along(asked, described, texts)
    if strange := [name for name in texts if name not in described.arguments or name in asked.measured.given]:
        raise BadInput(
            f"{_option(strange[0])} was given, which {asked.action} {asked.called} does not have; leave it out."
        )
    numbers = {name: x for name, x in described.arguments.items() if name not in along and is_number(x)}
    axes, fixed, files = {}, dict(asked.fixed), dict(asked.files)
    for name, value in (*texts.items(), *_keys(asked, keys)):
        if name in along:
            continue
        if name not in numbers and not is_key(name):
            fixed[name], more = _kept(name, value, described)
            files |= more
            continue
        whole = name in numbers and numbers[name].metavar.startswith("WHOLE")
        found = grid.values(_option(name), value, even=name in _EVEN or is_key(name), whole=whole)
        if len(found) > 1:
            axes[name] = _numbers(name, found)
        else:
            fixed[name] = found[0]
    question = replace(asked, fixed=fixed, along=along, files=files)
    if points is None:
        where = Grid(axes)
    else:
        rows = grid.table("--points", Path(points), [*numbers], keys=bool(asked.table))
        where = Grid({name: _numbers(name, texts) for name, texts in rows.items()}, True)
        if twice := [name for name in where.axes if name in axes or name in fixed]:
            raise BadInput(f"{_option(twice[0])} was given, and is a column of --points, too; give it once.")
    if not where.axes or (axes and points is not None):
        raise BadInput(
            f"A sweep needs several points: give one of {', '.join(numbers)} as a range or a list, or --points."
        )
    _ = question.inside  # refuses what is not read so
    return question, where


def _of(model: Any, action: str) -> Question:
    """The action of a model, of a declaration or of data, without other arguments."""
    name, table = str(model), ""
    if isinstance(model, Mapping) or is_toml(name):
        from ..declared.measured import declaration

        name, table = declaration(model)
    home = name if table or name in MODELS else DATA
    known = declared(home, table)
    if action not in known:
        there = _all() if home == DATA else [", ".join(known) or "nothing"]
        raise BadInput(
            f"A sweep of {action} {name} was asked; what can be swept {'' if home == DATA else 'of it '}is "
            f"{'; '.join(there)}; choose by --action."
        )
    return _of_data(action, name) if home == DATA else Question(name, action, {}, {}, table)


def _all() -> Iterator[str]:
    """What can be swept, a text for each model."""
    found: dict[str, list[str]] = {}
    for model, name, known in swept():
        found.setdefault("DATA" if known.subject else model, []).append(name)
    return (f"{', '.join(names)} {model}" for model, names in found.items())


def _of_data(action: str, source: str) -> Question:
    """An action of data, which stand in a file or have a name."""
    path = Path(source)
    there = path.is_file()
    fixed = {declared(DATA)[action].subject: str(path.resolve()) if there else source}
    return Question(DATA, action, fixed, {}, files=_hashed(path) if there else {})


def _hashed(path: Path) -> dict[str, str]:
    """The path of a file, and a hash of what is in it."""
    return {str(path.resolve()): digest(str(path))}


def _along(asked: Question, described: Action, texts: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the arguments along which the action itself runs; its own where they are not given."""
    found = {name: texts.get(name, described.signature.parameters[name].default) for name in asked.measured.along}
    for name, text in found.items():
        if text is None:
            raise BadInput(
                f"{_option(name)} is missing, along which a sweep of {asked.action} {asked.called} has its numbers; "
                "give it as a range or a list."
            )
    return found


def _kept(name: str, value: Any, described: Action) -> tuple[Any, dict[str, str]]:
    """An argument that is no number as JSON has it, and the file that it names, if it does."""
    argument = described.arguments[name]
    if argument.as_is:
        from ..read.spectrum import spectrum

        return plain(spectrum(value).table), {}
    if argument.metavar == "FILE":
        path = Path(str(value))
        if path.is_file():
            return str(path.resolve()), _hashed(path)
    return value, {}


def _keys(asked: Question, given: Any) -> Iterator[tuple[str, str]]:
    """The keys of a declaration with their texts, from KEY=TEXT."""
    for entry in given or ():
        name, equals, text = entry.partition("=")
        if not (equals and is_key(name)):
            raise BadInput(f"--set was given as '{entry}', but it must be KEY=RANGE, as in noise.label_noise=0:1:5.")
        if not asked.table:
            raise BadInput(
                f"--set was given with {asked.called}, which is no file that declares a model; sweep its own options."
            )
        yield name, text


def _option(name: str) -> str:
    return f"--set {name}" if is_key(name) else f"--{name.replace('_', '-')}"


def _numbers(name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The same texts, numbers all of them."""
    for text in texts:
        coordinate(_option(name), text)
    return texts
