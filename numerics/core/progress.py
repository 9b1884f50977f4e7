"""What a long piece of work is at, for whoever watches: a caller inside `watched` hears of every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_watcher: ContextVar[Callable[[str], None] | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(hear: Callable[[str], None]) -> Iterator[None]:
    """Let `hear` have a few words at every step of the work inside the block."""
    token = _watcher.set(hear)
    try:
        yield
    finally:
        _watcher.reset(token)


def tell(words: str) -> None:
    """Say what comes next."""
    hear = _watcher.get()
    if hear is not None:
        hear(words)
