"""What is in the letters of an output already, marked until nobody can take it for words in other letters any more."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

_OPEN, _CLOSE = "\ue000", "\ue001"
SEALED = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
"""A sealed text, as a regular expression."""

writing: ContextVar[Any] = ContextVar("writing", default=None)
"""The `tauber.letters.Letters` in which an output is being written, other than those in which it was derived."""


def sealed(text: str) -> str:
    """A text with its marks."""
    return f"{_OPEN}{text}{_CLOSE}"


def unsealed(text: str) -> str:
    """A text without its marks, as it is read."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")
