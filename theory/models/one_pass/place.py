"""The place that corrections choose among sizes with one leading loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr


@dataclass(frozen=True)
class Place:
    """What ties there, the powers of f of the sizes by name, and the expressions by whose signs it is the best."""

    ties: tuple[str, ...]
    sizes: Mapping[str, Expr]
    certificate: tuple[Any, ...]
