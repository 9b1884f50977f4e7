"""Files that appear whole or not at all.

Everything is written beside its target under a temporary name and renamed when complete; a rename within one folder is
atomic. A failure on the way leaves neither a half-written target nor the temporary file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import BadInput


def _beside(target: Path) -> Path:
    """Name of the temporary file for a target: hidden, of this process, with the suffix that names the format."""
    return target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")


def _real(path: Path) -> Path:
    """Where links lead; a loop of links stays, and is refused when it is written to."""
    return Path(os.path.realpath(path))


def _refusal(target: Path, reason: str) -> BadInput:
    return BadInput(
        f"'{target}' cannot be written ({reason}); name a file in an existing folder that you may write to."
    )


def check_writable(target: Path) -> None:
    """Refuse a target that cannot be written, before the work for it begins.

    Parameters
    ----------
    target
        The file to be written later.

    Raises
    ------
    BadInput
        If the target is a folder, or no file can be created beside it.
    """
    probe = _beside(_real(target))
    try:
        if target.is_dir() or _real(target).is_symlink():
            raise _refusal(target, "it is a folder" if target.is_dir() else "its links lead in a circle")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _refusal(target, (error.strerror or str(error)).lower()) from error


def check_fillable(folder: Path, names: Iterable[str] = ()) -> None:
    """Refuse a folder that cannot be made or filled, before the work for it begins.

    Parameters
    ----------
    folder
        The folder to be filled later; it may exist.
    names
        The files that will be put into it, as far as they are known.

    Raises
    ------
    BadInput
        If it is a file, or nothing can be created in it or beside it, or a folder has the name of one of the files.
    """
    folder = _real(folder)
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise _folder_refusal(folder, "its links lead in a circle" if folder.is_symlink() else "it is a file")
        _check_names(folder, names)
        # files are made beside the folder, and move into it in the end
        for probe in (_beside(folder), _beside(folder / "probe"))[: 1 + folder.exists()]:
            probe.mkdir()
            probe.rmdir()
    except OSError as error:
        raise _folder_refusal(folder, (error.strerror or str(error)).lower()) from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path to write to; on success it becomes the target, on failure it vanishes.

    Parameters
    ----------
    target
        The file that shall appear. A link is followed, so that its destination is replaced and the link stays.

    Raises
    ------
    BadInput
        If the operating system refuses the file.
    """
    check_writable(target)
    target = _real(target)
    part = _beside(target)
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise _refusal(target, (error.strerror or str(error)).lower()) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; on success its files move into the target folder together.

    The target may exist and hold other files, which stay as they are: only files of the same names are replaced.

    Parameters
    ----------
    folder
        The folder to fill; it is created if its parent exists.

    Raises
    ------
    BadInput
        If the folder cannot be made or written to, or a folder has the name of one of the files.
    """
    check_fillable(folder)
    folder = _real(folder)
    draft = _beside(folder)
    try:
        draft.mkdir()
        yield draft
        _move_in(draft, folder)
    except OSError as error:
        raise _folder_refusal(folder, (error.strerror or str(error)).lower()) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def renewing(folder: Path, made_before: Callable[[Path], bool]) -> Iterator[Path]:
    """Give an empty folder to write into; on success it takes the place of the target folder as a whole.

    Parameters
    ----------
    folder
        The folder that shall appear; its parent exists.
    made_before
        Whether an existing folder is one that may be replaced, with all that is in it; an empty one always may.

    Raises
    ------
    BadInput
        If there is a folder that may not be replaced, or the operating system refuses the new one.
    """
    check_renewable(folder, made_before)
    folder = _real(folder)
    draft, old = _beside(folder), folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        draft.mkdir()
        yield draft
        if folder.exists():
            folder.replace(old)
        draft.replace(folder)
    except OSError as error:
        raise _folder_refusal(folder, (error.strerror or str(error)).lower()) from error
    finally:
        if old.exists() and not folder.exists():
            old.replace(folder)  # the new one did not get there
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)


def check_renewable(folder: Path, made_before: Callable[[Path], bool]) -> None:
    """Refuse a folder that cannot be made, or must not be replaced, before the work for it begins.

    Raises
    ------
    BadInput
        As in `renewing`.
    """
    check_fillable(folder)
    folder = _real(folder)
    if folder.exists() and any(folder.iterdir()) and not made_before(folder):
        raise BadInput(
            f"'{folder}' holds files that were not made by this command; name a new folder, or an empty one."
        )


def _move_in(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.replace(folder)
        return
    files = sorted(draft.iterdir())
    _check_names(folder, (file.name for file in files))
    for file in files:
        file.replace(folder / file.name)


def _check_names(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if (folder / name).is_dir():
            raise _folder_refusal(folder, f"'{name}' in it is a folder")


def _folder_refusal(folder: Path, reason: str) -> BadInput:
    return BadInput(f"'{folder}' cannot be filled ({reason}); name a folder whose parent exists and is yours to write.")
