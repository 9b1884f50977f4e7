"""The two ways in which a request can end without an answer, as exceptions of the face.

Each message is one sentence: what was asked, what is allowed, what to do. These two belong to the command line; in
Python the wings raise exceptions of their own, a ValueError or an ArithmeticError likewise (see :mod:`tauber`), and
:mod:`tauber.boundary` turns the one into the other at the outer boundary.
"""

from __future__ import annotations

from typing import Any


class BadInput(ValueError):
    """The request cannot be carried out as asked: exit code 2."""


class CheckFailed(ArithmeticError):
    """The request was fine, a check of its answer failed (a proof not found, digits lost): exit code 1.

    Attributes
    ----------
    result
        What is to be shown all the same as the JSON object, a :class:`tauber.output.result.Result`; or None.
    """

    def __init__(self, message: str, result: Any = None) -> None:
        super().__init__(message)
        self.result = result
