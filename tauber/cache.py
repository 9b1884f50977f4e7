"""What was derived before, kept on disk: a derivation is a pure function of the code, the libraries and its arguments.

An entry is a file of the user's own cache folder, or of ``TAUBER_CACHE_DIR`` (nothing is kept if that is empty). Its
name is a hash of its key: the version, a hash of the code of the symbolic wing and of the face, the versions of SymPy
and mpmath, what was derived, and the arguments; of what was measured, the numeric wing and its libraries, too. Its
first line is the key, its second a hash of the rest, the text of the value (`cache_text`: reading it executes nothing).
An entry that is not exactly so is ignored and made again; what does not read back as the same value is not kept; and
where nothing can be written, one note says so.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from . import __version__
from .cache_text import read, written

T = TypeVar("T")
FOLDER = "TAUBER_CACHE_DIR"
MOST = 5000
"""Entries kept; beyond that the older half goes."""

_EXACT = ("sympy", "mpmath")
_LIBRARIES = {False: _EXACT, True: (*_EXACT, "numpy", "scipy", "python-flint", "pandas", "scikit-learn", "mlxtend")}
"""What a derivation, or a measurement, depends on."""

_wanted: ContextVar[bool] = ContextVar("wanted", default=True)


@contextmanager
def unused() -> Iterator[None]:
    """Derive everything anew meanwhile, and keep nothing."""
    token = _wanted.set(False)
    try:
        yield
    finally:
        _wanted.reset(token)


def kept(name: str, make: Callable[[], T], *arguments: Any) -> T:
    """What a derivation gives, from the disk if it is there.

    Parameters
    ----------
    name
        The derivation.
    make
        Derives; called if there is no entry.
    arguments
        All that the derivation depends on beside the code, with a ``repr`` that tells them apart.
    """
    for value in found(name, *arguments):
        return value
    value = make()
    keep(name, value, *arguments)
    return value


def found(name: str, *arguments: Any, measured: bool = False, lasting: bool = False) -> tuple[Any, ...]:
    """The value of a derivation, empty if it is not kept.

    `measured`: of what needs the numeric wing, too; `lasting`: of whatever code, for what is no answer.
    """
    place = _entry(key := _key(name, arguments, measured, lasting))
    with suppress(OSError, ValueError):
        return () if place is None else (_opened(place.read_text(encoding="utf-8"), key),)
    return ()


def keep(name: str, value: Any, *arguments: Any, measured: bool = False, lasting: bool = False) -> None:
    """Keep a value for `found`."""
    place = _entry(key := _key(name, arguments, measured, lasting))
    if place is not None:
        with suppress(ValueError):  # of a kind that is not kept
            text = written(value)
            if read(text) == value:
                _write(place, f"{key}\n{_hash(text)}\n{text}")


def wanted() -> bool:
    """Whether answers are looked for and kept."""
    return _wanted.get()


def _key(name: str, arguments: tuple[Any, ...], measured: bool, lasting: bool) -> str:
    if lasting:
        return f"tauber, any version: {name}{arguments!r}"
    libraries = [f"{library} {found}" for library in _LIBRARIES[measured] if (found := _version(library))]
    return f"tauber {__version__} {_code(measured)} {' '.join(libraries)}: {name}{arguments!r}"


@cache
def made_by() -> dict[str, str]:
    """What a measurement depends on beside its arguments: the code by its hash, Python, and the libraries."""
    libraries = {library: found for library in _LIBRARIES[True][:4] if (found := _version(library))}
    return {"tauber": __version__, "code": _code(True), "python": platform.python_version(), **libraries}


@cache
def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:  # an extra
        return None


def _entry(key: str) -> Path | None:
    place = folder() if _wanted.get() else None
    return None if place is None else place / f"{_hash(key)}.txt"


def folder() -> Path | None:
    """Where entries are; None if nothing is to be kept."""
    if (chosen := os.environ.get(FOLDER)) is not None:
        return Path(chosen) if chosen else None
    from platformdirs import user_cache_path

    return user_cache_path("tauber", appauthor=False)


def _opened(entry: str, key: str) -> Any:
    """The value of an entry; ValueError where it is another's, older, or damaged."""
    found, check, text = entry.split("\n", 2)
    if found != key or check != _hash(text):
        raise ValueError("this is no entry of that key")
    return read(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code(measured: bool) -> str:
    """A hash of everything that derives and words what is derived: the package, the numeric wing if `measured`."""
    found, root = hashlib.sha256(), os.path.dirname(__file__)
    for place, folders, files in os.walk(root, followlinks=True):
        folders[:] = sorted(set(folders) - {"__pycache__", "" if measured else "numerics"})
        for file in sorted(files):
            if file.endswith(".py"):
                with open(path := os.path.join(place, file), "rb") as code:  # a `Path` for each takes as long again
                    found.update(f"{path[len(root) + 1 :]}\n".encode() + code.read())
    return found.hexdigest()[:16]


def _write(entry: Path, text: str) -> None:
    try:
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(entry.parent)
        with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".part", delete=False, encoding="utf-8") as part:
            part.write(text)
        Path(part.name).replace(entry)
    except OSError as error:
        _say(entry.parent, (error.strerror or str(error)).lower())


def _make_room(place: Path) -> None:
    names = [name for name in os.listdir(place) if name.endswith(".txt")]  # a path for each costs more than the write
    if len(names) >= MOST:
        for old in sorted((place / name for name in names), key=lambda entry: entry.stat().st_mtime)[: MOST // 2]:
            old.unlink(missing_ok=True)


@cache
def _say(place: Path, reason: str) -> None:
    """Once in a process."""
    sys.stderr.write(
        f"Note: '{place}' cannot be written ({reason}), so what is derived is not kept; set {FOLDER} to a folder of "
        "yours, or to nothing.\n"
    )
