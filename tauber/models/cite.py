"""The sources of what was used, as BibTeX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from ..action import Argument, action
from ..output import screen
from ..output.result import Result


@action()
def cite(
    ids: Annotated[
        Sequence[str] | None,
        Argument(
            "ID",
            "What was used: formulas, claims, or the beginning of their ids, such as plrf.phase; all by default.",
            positional=True,
            several=True,
        ),
    ] = None,
) -> Result:
    """Print the BibTeX of what was used: exactly the papers that state it or that it builds on, and tauber itself.

    A formula builds on the paper of its model; a claim also on the papers that state it, or what holds instead. What
    is not known of a paper is left out of its entry.

    Example: tauber cite dynamical.published.optimum

    Returns
    -------
    Result
        ``sources``: each id with the keys of its entries; ``bibtex``: the entries.

    Raises
    ------
    BadInput
        An id that no formula and no claim has or begins with.
    """
    from ..ledger.bib import PAPERS, bibliography
    from ..tex.sources import of

    sources = of(ids or ())
    cited = {paper for found in sources.values() for paper in found} if ids else set(PAPERS.values())
    keys = {name: [f"arXiv:{paper.arxiv}" for paper in found] for name, found in sources.items()}
    bibtex = bibliography(cited)
    return Result({"sources": keys, "bibtex": bibtex}, lambda *_: screen.print_line(bibtex.rstrip("\n")))
