"""What the command line answered before its commands were made from functions: the record, and how it is compared.

For each command that the README of that time named, the JSON object, the lines in a pipe and the ``--help`` were
written down from the face as it then was. `differences` says where another face answers otherwise, by these rules:

* keys and texts are the same; floats differ by a relative `CLOSE` at most, which leaves room for another order of
  summation and for no other digit on the screen; error estimates, which are themselves roundings of a solver (on the
  screen: what is below `ROUNDING`), by a factor `LOOSE`, since they change from one processor to the next;
* what is measured beside a stated tolerance, and the tolerance, differ by a part `FINE` of it at most;
* of a long list the first and last entries are kept, of a long text the first and last lines, with how many there were;
* seconds and versions (`PASSING`) are not compared;
* a help page is the set of its sentences and option lines: their order and the width of the columns are the layout's.

To record again from the checkout FACE: ``python tests/golden/record.py FACE [COMMAND...]``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CLOSE = 1e-9
LOOSE = 2.0
FINE = 1e-3
ROUNDING = 1e-11
ENTRIES, LINES = 3, 12
MEASURED = {"measured", "tolerance"}
PASSING = {"seconds", "versions"}
SECONDS = 20
DEAR = {"verify", "export --out paper/", "report --out report"}
"""Of the README's commands, those that take minutes."""
TEXT_ONLY = {"verify --list"}
"""Its JSON object has the verdicts that happen to be kept."""
WIDE = "300"
"""Columns of the terminal for help pages, so that a sentence is one line."""

Main = Callable[[list[str]], int]


def of_readme(text: str) -> list[str]:
    """The commands a README names, those in its lines of code and those in its prose that are complete."""
    shown = re.findall(r"^ {4}\$ tauber (.+)$", text, re.MULTILINE)
    named = [c for c in re.findall(r"`tauber ([^`\n]+)`", text) if re.search(r" --|\.npz", c)]
    found = dict.fromkeys(command.removesuffix(" --json") for command in [*shown, *named])
    return [command for command in found if command not in DEAR]


def recorded() -> dict[str, dict[str, Any]]:
    """The records of all commands, by command."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.json"))]
    return {record["command"]: record for record in records}


def sampled() -> set[str]:
    """Commands in an order drawn at random, as long as they fit into the time: those that `make test` compares."""
    records, left, found = recorded(), SECONDS, set()
    for command in random.Random(12).sample(sorted(records), len(records)):
        if records[command]["seconds"] <= left:
            left -= records[command]["seconds"]
            found.add(command)
    return found


def pages() -> dict[str, list[str]]:
    """The recorded help pages, by the words before ``--help``."""
    return {
        " ".join(path.stem.split("-")): path.read_text(encoding="utf-8").splitlines()
        for path in sorted((HERE / "help").glob("*.txt"))
    }


def observe(main: Main, command: str) -> dict[str, Any]:
    """What a command answers, shortened: in a fresh folder, its JSON object and its lines in a pipe."""
    begun = time.perf_counter()
    without_plot = re.sub(r" --plot \S+", "", command)
    code, lines = _run(main, command)
    answer = {"command": command, "code": code, "text": shortened(lines.splitlines(), LINES)}
    if command not in TEXT_ONLY:
        answer["json"] = shortened(json.loads(_run(main, f"{without_plot} --json")[1]), ENTRIES)
    return answer | {"seconds": round(time.perf_counter() - begun, 1)}


def help_page(main: Main, command: str) -> list[str]:
    """The sentences and option lines of a help page, in alphabetical order."""
    _, page = _run(main, f"{command} --help")
    sentences: list[str] = []
    for line in re.sub(r"[─-╿]", " ", page).splitlines():
        words = " ".join(line.split())
        if line.startswith(" " * 20) and sentences:  # goes on in the last column: a default, or that it is required
            sentences[-1] = f"{sentences[-1]} {words}".rstrip()
        elif words not in {"", "Options", "Arguments", "Commands"}:
            sentences.append(words)
    return sorted(sentences)


def shortened(value: Any, most: int) -> Any:
    """A nested value with its long lists cut to their first and last entries."""
    if isinstance(value, dict):
        return {key: shortened(entry, most) for key, entry in value.items()}
    if not isinstance(value, list):
        return value
    kept = value if len(value) <= 2 * most + 2 else [*value[:most], f"... of {len(value)} ...", *value[-most:]]
    return [shortened(entry, most) for entry in kept]


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Where a new answer is not the old one; nothing if it is."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new} - PASSING):
            if key not in old or key not in new:
                yield f"{where}.{key}: {'new' if key in new else 'gone'}"
            elif key not in MEASURED or not _within(old, new, key):
                yield from differences(old[key], new[key], f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{where}[{n}]")
    elif type(old) in (int, float) and type(new) in (int, float):
        if not _near(old, new, "error" in where):
            yield f"{where}: {old!r} became {new!r}"
    elif isinstance(old, str) and isinstance(new, str) and where.startswith(".text"):
        if not _same_line(old, new):
            yield f"{where}: {old!r} became {new!r}"
    elif type(old) is not type(new) or old != new:
        yield f"{where}: {old!r} became {new!r}"


def _near(old: float, new: float, estimate: bool) -> bool:
    if estimate and old > 0 and new > 0:
        return max(old / new, new / old) <= LOOSE
    return abs(old - new) <= CLOSE * max(abs(old), abs(new))


def _within(old: dict[str, Any], new: dict[str, Any], key: str) -> bool:
    """A number measured against a tolerance, or the tolerance, the same up to a small part of it."""
    one, other = old[key], new[key]
    if "tolerance" not in old or type(one) not in (int, float) or type(other) not in (int, float):
        return False
    return abs(one - other) <= FINE * old["tolerance"]


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


def _same_line(old: str, new: str) -> bool:
    """Equal but for numbers, which may differ by one in the last digit that is printed, and for seconds."""
    old, new = (re.sub(r"\b\d+\.\d s\b", "0 s", line) for line in (old, new))
    ones, others = _NUMBER.findall(old), _NUMBER.findall(new)
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return False
    return all(_same_number(x, y) for x, y in zip(ones, others, strict=True))


def _same_number(old: str, new: str) -> bool:
    one, other = float(old), float(new)
    if 0 < one < ROUNDING and 0 < other < ROUNDING:
        return _near(one, other, estimate=True)
    return abs(one - other) <= max(_last_digit(old), _last_digit(new))


def _last_digit(number: str) -> float:
    """What the last digit of a decimal counts; nothing for a whole number."""
    mantissa, _, power = number.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(power or 0) - decimals) * 1.001 if decimals else 0.0


def _run(main: Main, command: str) -> tuple[int, str]:
    """Exit code and standard output of a command line, in a folder of its own."""
    page, columns = io.StringIO(), os.environ.get("COLUMNS")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(page):
        if "training.npz" in command:
            _training_set(Path("training.npz"))
        os.environ["COLUMNS"] = WIDE
        try:
            code = main(shlex.split(command))
        finally:
            os.environ.pop("COLUMNS")
            if columns is not None:
                os.environ["COLUMNS"] = columns
    return code, page.getvalue()


def _training_set(path: Path) -> None:
    """A kernel matrix of 60 points on the circle with the targets of one of its smooth functions."""
    import numpy as np

    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False) + 0.05 * np.sin(np.arange(60))
    kernel = np.exp(np.cos(angles[:, None] - angles[None, :]) - 1)
    np.savez(path, kernel=kernel, labels=np.sin(3 * angles) + 0.3 * np.cos(angles))


def _write(main: Main, commands: list[str]) -> None:
    for command in commands:
        record = observe(main, command)
        name = re.sub(r"[^a-z0-9]+", "_", command.lower())[:60].strip("_")
        target = HERE / f"{name}.json"
        target.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        sys.stderr.write(f"{record['seconds']:6.1f} s  exit {record['code']}  {command}\n")


def _write_pages(main: Main, commands: list[str]) -> None:
    words = {re.match(r"\w+(?: (?:plrf|dynamical|explaining|geometry|kernel)(?= |$))?", c).group() for c in commands}
    (HERE / "help").mkdir(exist_ok=True)
    for command in sorted(words):
        target = HERE / "help" / f"{command.replace(' ', '-')}.txt"
        target.write_text("\n".join(help_page(main, command)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    face, *asked = sys.argv[1:]
    sys.path.insert(0, str(Path(face).resolve()))
    from tauber.cli import main as of_the_face

    shown = [Path(face) / "README.md", Path(face) / "docs" / "models.md", Path(face) / "docs" / "certificates.md"]
    named = asked or of_readme("\n".join(path.read_text(encoding="utf-8") for path in shown))
    _write_pages(of_the_face, [*named, "verify", "export"])
    _write(of_the_face, named)
