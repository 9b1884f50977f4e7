"""What a pure function of the code has answered, kept on disk: an answer is found again by everything it depends on.

An entry is a file. Its name is the SHA-256 of its key, it lies in a folder named by the SHA-256 of the code (every
source file of tauber, with the versions of Python and of the libraries it calculates with), and it opens with the
SHA-256 of its content, so that a file cut short is no answer. Whatever cannot be read or written is passed over: an
answer is then worked out, as it is under ``off``. The folder is ``TAUBER_CACHE_DIR``, or the user's folder for caches;
entries of older code go when those of newer code come.

The key must name all that the answer depends on beside the code, with a ``repr`` that says which value it is.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

_LIBRARIES = ("sympy", "mpmath", "numpy", "scipy", "python-flint", "pandas", "scikit-learn", "mlxtend")
_GENERATIONS = 3  # folders of older code that are left: other checkouts and environments come back to theirs

_off: ContextVar[bool] = ContextVar("cache_off", default=False)
_Answer = TypeVar("_Answer")


def remembered(key: tuple[Any, ...], answer: Callable[[], _Answer]) -> _Answer:
    """The answer kept under a key, or the one that is worked out now, and kept."""
    found = recall(key)
    if found is None:
        found = answer()
        keep(key, found)
    return found


def recall(key: tuple[Any, ...], *, lasting: bool = False) -> Any:
    """What is kept under a key, None where nothing is; `lasting`: of any code, of no weight for an answer."""
    if _off.get():
        return None
    try:
        content = _place(key, lasting).read_bytes()
    except OSError:
        return None
    mark, pickled = content[:32], content[32:]
    return pickle.loads(pickled) if hashlib.sha256(pickled).digest() == mark else None


def keep(key: tuple[Any, ...], found: Any, *, lasting: bool = False) -> None:
    """Keep an answer, which is not None; a folder that cannot be written to keeps none."""
    if _off.get():
        return
    pickled = pickle.dumps(found)
    place = _place(key, lasting)
    with contextlib.suppress(OSError):
        if not place.parent.exists():
            place.parent.mkdir(parents=True, mode=0o700)
            _forget(place.parent)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(hashlib.sha256(pickled).digest() + pickled)
        os.replace(file.name, place)


@contextlib.contextmanager
def off(unused: bool = True) -> Iterator[None]:
    """Neither look for answers nor keep them while the block runs."""
    token = _off.set(unused)
    try:
        yield
    finally:
        _off.reset(token)


def is_off() -> bool:
    """Whether answers are neither looked for nor kept."""
    return _off.get()


def folder() -> Path:
    """Where entries of all generations lie."""
    given = os.environ.get("TAUBER_CACHE_DIR")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("tauber"))


@functools.cache
def code() -> str:
    """The SHA-256 of everything an answer depends on beside its key."""
    mark = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):  # an extra
            mark.update(f"{name} {version(name)}\n".encode())
    here = Path(__file__).resolve().parent
    for part in (here, here / "theory", here / "numerics"):  # the wings may be links, which rglob does not follow
        for source in sorted(part.resolve().rglob("*.py")):
            mark.update(source.relative_to(part.resolve()).as_posix().encode() + b"\n" + source.read_bytes())
    return mark.hexdigest()


def _place(key: tuple[Any, ...], lasting: bool) -> Path:
    return (
        folder()
        / ("lasting" if lasting else f"code-{code()[:16]}")
        / f"{hashlib.sha256(repr(key).encode()).hexdigest()}.pickle"
    )


def _forget(newest: Path) -> None:
    """Remove the folders of older code but a few."""
    others = [place for place in newest.parent.glob("code-*") if place != newest]
    for place in sorted(others, key=lambda place: place.stat().st_mtime, reverse=True)[_GENERATIONS:]:
        shutil.rmtree(place, ignore_errors=True)
