"""The two ways in which a request can end without an answer, as exceptions of the face.

Each message is one sentence: what was asked, what is allowed, what to do. The wings have exceptions of their own;
:mod:`tauber.cli.wings` turns them into these at the outer boundary.
"""

from __future__ import annotations


class BadInput(ValueError):
    """The request cannot be carried out as asked: exit code 2."""


class CheckFailed(ArithmeticError):
    """The request was fine, a check of its answer failed (a proof not found, digits lost): exit code 1."""
