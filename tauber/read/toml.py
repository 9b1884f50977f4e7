"""A declaration in a TOML file: what cannot be read of it is refused by the name of the file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..errors import BadInput

Declared = TypeVar("Declared")


def read_toml(path: Path, declared: Callable[[Mapping[str, Any]], Declared]) -> Declared:
    """What the tables of a file declare; its decimal numbers come as texts, so that they are exact.

    Raises
    ------
    BadInput
        The file cannot be read or is no TOML, or what it declares is refused.
    """
    try:
        with path.open("rb") as stream:
            return declared(tomllib.load(stream, parse_float=str))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{path} cannot be read ({reason}); name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is no TOML file: {error}.") from error
    except BadInput as error:
        raise BadInput(f"{path} was refused: {error}") from error
