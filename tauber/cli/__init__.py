"""Command line of tauber; :func:`main` takes the words and returns the exit code."""

from .app import entry, main

__all__ = ["entry", "main"]
