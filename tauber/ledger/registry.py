"""The registry: every claim once, in the order in which a reader should meet them.

The claims about a model are in the folder of its name, whose ``TOPICS`` names its modules. A topic module builds
:class:`~tauber.ledger.claim.Claim` records and adds them here when it is imported; the package imports all of them in
their order, so that the order of the claims does not depend on who imports what. Only checks import the wings, so that
listing the ledger costs nothing.
"""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Iterable

from ..errors import BadInput
from ..models import parts
from .claim import Claim

_ID = re.compile(r"[a-z0-9]+(\.[A-Za-z0-9_-]+)+")


class Registry:
    """Claims by id; a repeated id is refused when it is added.

    >>> registry = Registry()
    >>> len(registry)
    0
    """

    def __init__(self) -> None:
        self._claims: dict[str, Claim] = {}

    def __len__(self) -> int:
        return len(self._claims)

    def __contains__(self, claim: object) -> bool:
        """Whether this very claim was added, not a changed copy of it."""
        return isinstance(claim, Claim) and self._claims.get(claim.id) is claim

    def __getitem__(self, name: str) -> Claim:
        return self._claims[name]

    def add(self, claim: Claim) -> Claim:
        """Add a claim.

        Raises
        ------
        ValueError
            If the id is taken, or is not lower-case words and names joined by dots.
        """
        if not _ID.fullmatch(claim.id):
            raise ValueError(f"The claim id '{claim.id}' must be names joined by dots, such as plrf.phase.Ia.")
        if claim.id in self._claims:
            raise ValueError(f"The claim id '{claim.id}' is taken; an id is stable and used once, choose another.")
        self._claims[claim.id] = claim
        return claim

    def select(self, ids: Iterable[str] = ()) -> tuple[Claim, ...]:
        """Give the claims with these ids, in the order asked; all claims if none is named.

        The beginning of ids, up to a dot, stands for all of them: ``dynamical`` or ``plrf.phase``.

        Raises
        ------
        BadInput
            If an id is unknown.
        """
        wanted: dict[str, None] = {}
        for name in ids:
            found = [known for known in self._claims if known == name or known.startswith(f"{name}.")]
            if not found:
                near = difflib.get_close_matches(name, self._claims, n=1, cutoff=0.5)
                hint = f"did you mean '{near[0]}'? " if near else ""
                raise BadInput(f"There is no claim '{name}'; {hint}Run 'tauber claims' to see all {len(self)}.")
            wanted |= dict.fromkeys(found)
        return tuple(self._claims[name] for name in wanted or self._claims)


REGISTRY = Registry()


def claims(ids: Iterable[str] = ()) -> tuple[Claim, ...]:
    """Give the claims of the ledger with these ids; all of them if none is named.

    Raises
    ------
    BadInput
        If an id is unknown.
    """
    return REGISTRY.select(ids)


def load() -> None:
    """Import every module of claims, in the order in which a reader should meet them."""
    for folder in parts(__package__):
        for topic in folder.TOPICS:
            importlib.import_module(f".{topic}", folder.__name__)
