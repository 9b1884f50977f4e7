r"""The sources of claims and formulas as BibTeX: of each exactly those that it states or builds on.

A formula builds on the paper of its model; a claim, too, on the papers that state it, that its source speaks of, and
that publish what holds instead. An entry has what is known of a paper for certain (:mod:`tauber.ledger.papers`): its
number on arXiv, and so the year in which it came out there; authors and title where they were at hand. Its key is
``arXiv:NUMBER``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .. import __version__
from . import papers
from .claim import Claim
from .source import Paper

PAPERS = {found.arxiv: found for found in vars(papers).values() if isinstance(found, Paper)}
"""Every paper that the ledger knows, by its number on arXiv."""

_MODELS = {
    "plrf": papers.PAQUETTE,
    "dynamical": papers.BORDELON,
    "explaining": papers.BAHRI,
    "geometry": papers.BAHRI,
}

_TITLE = "tauber: neural scaling laws, derived, solved and verified"
SOFTWARE = rf"""@software{{tauber,
  author = {{{{The tauber authors}}}},
  title = {{{{{_TITLE}}}}},
  version = {{{__version__}}},
}}
"""
"""The entry of tauber itself, as CITATION.cff has it."""


def of_model(name: str) -> Paper:
    """The paper of a model, by the beginning of an id."""
    return _MODELS[name]


def of_claim(claim: Claim) -> tuple[Paper, ...]:
    """The papers of a claim: that of its model first, then those that its source names."""
    named = re.findall(r"arXiv:(\d{4}\.\d{5})", str(claim.source))
    return tuple(dict.fromkeys([of_model(claim.id.partition(".")[0]), *(PAPERS[number] for number in named)]))


def entry(paper: Paper) -> str:
    """The BibTeX of a paper; what is not known of it is left out.

    >>> print(entry(Paper("Lin, Wu", "2406.08466")), end="")
    @misc{arXiv:2406.08466,
      author = {Lin and Wu},
      year = {2024},
      eprint = {2406.08466},
      archivePrefix = {arXiv},
      url = {https://arxiv.org/abs/2406.08466},
    }
    """
    fields = {
        "author": " and ".join(paper.names),
        "title": f"{{{paper.title}}}" if paper.title else "",
        "year": str(paper.year),
        "eprint": paper.arxiv,
        "archivePrefix": "arXiv",
        "url": f"https://arxiv.org/abs/{paper.arxiv}",
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{arXiv:{paper.arxiv},\n{''.join(lines)}}}\n"


def bibliography(cited: Iterable[Paper]) -> str:
    """The BibTeX of papers, in the order of their numbers, and of tauber itself, last."""
    found = sorted(set(cited), key=lambda paper: paper.arxiv)
    return "\n".join([*map(entry, found), SOFTWARE])
