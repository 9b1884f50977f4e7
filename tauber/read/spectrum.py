"""A spectrum of one's own, in any of the forms in which it can be given.

In Python a record of :mod:`tauber.spectra`, a table (a dict as in a file), a pair of arrays (eigenvalues, target
powers), or a path. A file is

- ``.toml`` with a table ``[spectrum]``: ``kind = "powers"`` and the fields of that record, numbers as texts or TOML's;
- ``.npz``, ``.npy`` with named fields, ``.csv``, ``.tsv``, ``.txt`` or ``.dat`` with the columns ``eigenvalues`` and
  ``target_powers``, whose names decide; other columns are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..boundary import numerics_errors
from ..errors import BadInput
from ..spectra import Modes, Spectrum, from_table
from .toml import is_toml, tables

_NAMES = {
    "eigenvalues": ("eigenvalues", "eigenvalue", "lambda"),
    "target_powers": ("target_powers", "target_power", "power", "omega"),
}

_FORMS = (
    'a table with a kind, such as [spectrum] with kind = "powers", or the path of a file; in Python also a record such '
    "as tauber.Powers('8/5', '11/5'), or a pair (eigenvalues, target powers)"
)


def spectrum(given: Any) -> Spectrum:
    """Read a spectrum.

    Parameters
    ----------
    given
        A record, a mapping, a pair of sequences of numbers, or the path of a file.

    Raises
    ------
    BadInput
        If it is none of these, or what it holds is no spectrum; of a file the message says which.
    """
    if isinstance(given, Spectrum):
        return given
    if isinstance(given, Mapping):
        return from_table(given)
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        try:
            return _from_toml(path) if is_toml(path.name) else _from_columns(path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadInput(f"--spectrum {path} cannot be read ({reason}); name a file that exists.") from error
        except BadInput as error:
            raise BadInput(f"--spectrum {path} was refused: {error}") from error
    if hasattr(given, "tolist") or isinstance(given, Sequence):
        if len(given) == 2 and not any(isinstance(part, str) for part in given):
            return Modes(*given)
        raise BadInput(f"--spectrum was given as a sequence of {len(given)}, but it must be {_FORMS}.")
    raise BadInput(f"--spectrum was given as {given!r:.60}, but it must be {_FORMS}.")


def in_place(options: Mapping[str, Any], given: Any) -> Spectrum:
    """The spectrum that is given in place of exponents.

    Raises
    ------
    BadInput
        As `instead`.
    """
    record = instead(options, given)
    assert record is not None  # for it is given
    return record


def instead(options: Mapping[str, Any], given: Any) -> Spectrum | None:
    """The spectrum given in place of exponents, None where these are given: all of them, or none beside a spectrum.

    Raises
    ------
    BadInput
        If both are given, an exponent is missing, or `spectrum` refuses what was given.

    >>> instead({"--a": "2", "--b": "3/2"}, None) is None
    True
    """
    missing = [option for option, value in options.items() if value is None]
    if given is None and missing:
        raise BadInput(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: give {' and '.join(options)}, or "
            "a --spectrum in their place."
        )
    if given is None:
        return None
    for option, value in options.items():
        if value is not None:
            raise BadInput(f"{option} {value} was given with --spectrum, which takes its place; leave one of them out.")
    return spectrum(given)


def _from_toml(path: Path) -> Spectrum:
    found = tables(path)
    if set(found) != {"spectrum"}:
        has = ", ".join(map(str, found)) or "nothing"
        raise BadInput(f"a file of a spectrum has one table [spectrum], this one has {has}.")
    return from_table(found["spectrum"])


def _from_columns(path: Path) -> Spectrum:
    from ..numerics.data.named import named_columns

    with numerics_errors():
        columns = named_columns(path)
    found = {}
    for name, spellings in _NAMES.items():
        there = [column for column in columns if column.strip().lower() in spellings]
        if len(there) != 1:
            has = ", ".join(map(repr, columns)) or "nothing"
            raise BadInput(
                f"it needs one column {name} (or {', '.join(spellings[1:])}), but its columns are {has:.200}."
            )
        found[name] = columns[there[0]]
    return Modes(**found)
