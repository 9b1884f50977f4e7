"""``tauber cite``: the BibTeX of exactly what was used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tauber
from tauber.ledger import bib, claims
from tauber.ledger.source import Paper
from tauber.notation import WRITTEN

ROOT = Path(__file__).parents[2]


def _cited(text: str) -> set[str]:
    return set(re.findall(r"^@\w+\{(.+),$", text, re.MULTILINE))


def test_a_formula_builds_on_the_paper_of_its_model(run) -> None:
    assert _cited(run("cite", "dynamical.phase.width_transient").out) == {"arXiv:2402.01092", "tauber"}


def test_a_claim_cites_who_states_it_and_who_states_what_holds(run) -> None:
    claim = next(c for c in claims() if c.source.stated and c.source.instead)
    wanted = {f"arXiv:{s.paper.arxiv}" for s in (*claim.source.stated, *claim.source.instead)}

    assert wanted <= _cited(run("cite", claim.id).out)


def test_the_sources_are_those_of_all_that_is_asked(run) -> None:
    found = run("cite", "plrf.phase", "explaining.law.data", "--json").json

    assert {"plrf.phase.IVb", "explaining.law.data"} <= set(found["sources"])
    assert {key for keys in found["sources"].values() for key in keys} | {"tauber"} == _cited(found["bibtex"])


def test_without_ids_every_paper_is_there(run) -> None:
    assert _cited(run("cite").out) == {f"arXiv:{number}" for number in bib.PAPERS} | {"tauber"}


def test_an_unknown_id_is_refused(run) -> None:
    assert run("cite", "plrf.phase.IVd").is_refusal("plrf.phase.IVd", "--list")


def test_every_claim_has_sources_that_are_known() -> None:
    for claim in claims():
        papers = bib.of_claim(claim)
        assert {*(s.paper for s in (*claim.source.stated, *claim.source.instead))} <= set(papers), claim.id


def test_the_paper_of_a_model_is_that_of_its_notation() -> None:
    for model, letters in WRITTEN.items():
        assert letters.source.endswith(bib.of_model(model).arxiv)


def test_authors_have_a_given_name_each_or_none_has() -> None:
    for paper in bib.PAPERS.values():
        assert len(paper.names) == len([x for x in paper.authors.split(", ") if x])


def test_what_is_not_known_is_left_out() -> None:
    assert bib.entry(Paper("", "2609.02728")).count(" = ") == 4


def test_tauber_is_cited_as_its_citation_file_says() -> None:
    said = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    for field in ("title", "version"):
        (value,) = re.findall(rf'^{field}: "?(.+?)"?$', said, re.MULTILINE)
        assert f"{{{value}}}" in bib.SOFTWARE
    (name,) = re.findall(r'^  - name: "(.+)"$', said, re.MULTILINE)
    assert name.casefold() in bib.SOFTWARE.casefold()


@pytest.mark.parametrize("name", ["bibtex", "sources"])
def test_from_python(name: str) -> None:
    assert getattr(tauber.cite("plrf.term.F_0"), name)
