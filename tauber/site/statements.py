"""The statements of claims, as the page and the paper write them; formulas are derived in the processes of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..cache import found, keep
from ..tex import claimed
from ..tex.forms import mathml
from .paper_tables import words

if TYPE_CHECKING:
    from ..ledger import Claim
    from ..workers import Map


@dataclass(frozen=True)
class Statement:
    """In HTML, a formula as MathML, and in LaTeX."""

    page: str
    paper: str


def written(selected: Sequence[Claim], mapped: Map) -> list[Statement]:
    """The statement of each claim, from the disk if it is there."""
    known = {claim.id: Statement(*texts) for claim in selected for texts in found("site.statement", claim.id)}
    left = [claim.id for claim in selected if claim.id not in known]
    if left:
        for name, made in zip(left, mapped(_written, left), strict=True):
            keep("site.statement", astuple(made), name)
            known[name] = made
    return [known[claim.id] for claim in selected]


def _written(name: str) -> Statement:
    """The statement of the claim with this id."""
    from ..ledger import REGISTRY

    claim = REGISTRY[name]
    if not callable(claim.statement):
        return Statement(str(Markup("<code>{}</code>").format(claim.statement)), rf"{words(claim.statement)}\par")
    value = claimed.value(claim, None)
    lines = "\\\\[1ex]\n".join(claimed.lines(value))
    return Statement(mathml(value), rf"\begin{{center}}{lines}\end{{center}}")
