"""What a claim states as one object, and in one line.

A claim about exponents alone states laws without their constants, which are no equations: ``L_star ~ C^(-2/3)``. It is
gathered into a mapping of each quantity to its power, and written with ``~``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .. import cache
from .claim import Claim, Kind
from .registry import REGISTRY

if TYPE_CHECKING:
    from sympy import Basic, Tuple


def parts(claim: Claim) -> Tuple:
    """The formulas of a claim, derived, or kept from when they were: screen, page and paper write the same ones."""
    from sympy import Tuple

    def made() -> Tuple:
        found = claim.formula()
        return Tuple(*found) if isinstance(found, list | tuple | Tuple) else Tuple(found)

    return cache.kept("formula", made, claim.id) if claim in REGISTRY else made()


def are_powers(claim: Claim, stated: Iterable[Any]) -> bool:
    """Whether a claim is about exponents alone, and its equations are laws without their constants."""
    from sympy import Eq, Function
    from sympy.core.function import AppliedUndef

    return claim.kind is Kind.EXPONENT and all(
        isinstance(part, Eq)
        and (isinstance(part.lhs, AppliedUndef) or str(part.lhs).endswith("_star"))
        and part.lhs.func != Function("exponent")
        for part in stated
    )


def gathered(claim: Claim, stated: Tuple, written: Tuple) -> Basic:
    """One object of the parts of a claim, written in the letters of a notation."""
    from sympy import Dict

    if are_powers(claim, stated):
        return Dict({part.lhs: part.rhs for part in written})
    return written[0] if len(written) == 1 else written


def statement(claim: Claim) -> str:
    """The statement of a claim in one line, derived, or kept from when it was."""

    def made() -> str:
        if not callable(claim.statement):
            return claim.statement
        from ..tex.plain import plain

        found = parts(claim)
        return "; ".join(plain(gathered(claim, found, found)).splitlines())

    return cache.kept("statement", made, claim.id) if claim in REGISTRY else made()
