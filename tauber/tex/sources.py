"""The papers of formulas and claims, by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import BadInput
from ..ledger import claims
from ..ledger.bib import of_claim, of_model
from ..ledger.source import Paper
from ..letters import Letters
from .formulas import declared


def of(ids: Iterable[str]) -> dict[str, tuple[Paper, ...]]:
    """The papers of each of these, by its own id; the beginning of ids, up to a dot, stands for all of them.

    Raises
    ------
    BadInput
        If no formula and no claim has an id or begins with it.
    """
    found: dict[str, tuple[Paper, ...]] = {}
    for name in ids:
        stated = [claim for claim in claims() if claim.id == name or claim.id.startswith(f"{name}.")]
        here = {claim.id: of_claim(claim) for claim in stated}
        if name not in here:
            here = _formulas(name) | here
        if not here:
            raise BadInput(
                f"No formula and no claim has the id '{name}' or begins with it; tauber export --list and "
                "tauber claims show them all."
            )
        found |= here
    return found


def _formulas(name: str) -> dict[str, tuple[Paper, ...]]:
    """The formulas that no claim states: they build on the model."""
    model, kind, rest = [*name.split(".", 2), "", ""][:3]
    derive = declared().get(model, {}).get(kind)
    names = derive(Letters(model, model)) if derive else {}
    return {f"{model}.{kind}.{x}": (of_model(model),) for x in names if rest in ("", x)}
