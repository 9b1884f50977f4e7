"""Tables of pages that are made: the letters of the papers, and what of each paper was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sphinx.pycode import ModuleAnalyzer
from sympy import Symbol, latex, sympify

from tauber.ledger import claims, papers
from tauber.ledger.bib import PAPERS, of_claim
from tauber.ledger.source import AtHand, Paper, Stated
from tauber.notation import NOTATIONS, WRITTEN, Notation


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _formula(text: str) -> str:
    """A formula of the dictionary in LaTeX; its names are all symbols, S and N among them."""
    return f"${latex(sympify(text, {name: Symbol(name) for name in re.findall(r'[A-Za-z_]+', text)}))}$"


def _sizes(notation: Notation) -> Iterator[tuple[str, str]]:
    """What a notation calls each thing, and the house's own letters with a mark."""
    index = "j" if notation is NOTATIONS["paquette"] else "k"
    for what, role in (("eigenvalues", "b"), ("powers of the target", "a")):
        yield what, _formula(f"{index}**(-({notation.exponents[role]}))")
    for role, letter in [*notation.sizes.items(), ("time of gradient flow", notation.time)]:
        yield role, _formula(letter) + (" (ours)" if letter in notation.ours else "")


def letters() -> str:
    """What the papers call the same things."""
    columns = [dict(_sizes(notation)) for notation in NOTATIONS.values()]
    names = [f"`{name}`: {notation.source}" for name, notation in NOTATIONS.items()]
    return _table(["", *names], ([what, *(column[what] for column in columns)] for what in columns[0]))


def models() -> str:
    """In whose letters the formulas of each model are derived."""
    rows = []
    for model, notation in WRITTEN.items():
        parameters = ", ".join(map(_formula, notation.parameters))
        said = ", ".join(f"{_formula(name)} = {_formula(notation.exponents[name])}" for name in "ab")
        rows.append([f"`{model}`", notation.source, parameters, said])
    return _table(["model", "letters of", "parameters", "in the letters of Bordelon et al."], rows)


def at_hand() -> str:
    """What the words of the column *at hand* mean."""
    said = ModuleAnalyzer.for_module("tauber.ledger.source").find_attr_docs()
    return _table(["at hand", "meaning"], ([f"`{x}`", " ".join(said["AtHand", x.name]).strip()] for x in AtHand))


def references() -> str:
    """Every paper, and each place of it that the ledger quotes, with what of it was read."""
    places = [found for found in vars(papers).values() if isinstance(found, Stated)]
    cited = [paper.arxiv for claim in claims() for paper in of_claim(claim)]
    parts = []
    for number in sorted(PAPERS):
        paper = PAPERS[number]
        rows = [[s.place, f"`{s.at_hand}`", s.words] for s in places if s.paper == paper]
        parts.append(f"## arXiv:{number}\n\n{_who(paper)} Claims that build on it: {cited.count(number)}.")
        if rows:
            parts.append(_table(["place", "at hand", "scope, in the paper's words or ours"], rows))
    return "\n\n".join(parts)


def _who(paper: Paper) -> str:
    who = f"{paper.authors}. " if paper.authors else "Authors not at hand. "
    title = f"*{paper.title}*. " if paper.title else "Title not at hand. "
    return f"{who}{title}[arXiv:{paper.arxiv}](https://arxiv.org/abs/{paper.arxiv}), {paper.year}."
