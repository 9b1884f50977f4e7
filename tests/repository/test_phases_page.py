"""docs/phases.md: every phase that is derived is explained, in the words of the code."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tauber.models.explaining.phases import plane
from tauber.output.tradeoff import meaning
from tauber.theory.models import dynamical, explaining, plrf

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "phases.md").read_text(encoding="utf-8")
MODELS = ("plrf", "dynamical", "explaining")


def _terms(model: str) -> dict[str, str]:
    found: dict[str, str] = importlib.import_module(f"tauber.models.{model}.terms").TERMS
    return found


@pytest.mark.parametrize("model", MODELS)
def test_the_page_has_the_words_of_the_code(model: str) -> None:
    rows = [f"| {name} | {text} |" for name, text in _terms(model).items()]

    assert "\n".join(["|---|---|", *rows]) + "\n" in PAGE


@pytest.mark.parametrize(
    ("cost", "noise"), [({"N": 1, "t": 1}, False), ({"N": 1, "P": 1}, True), ({"t": 1, "P": 1}, True)]
)
def test_every_phase_of_the_dynamical_model_is_made_of_terms_that_are_explained(
    cost: dict[str, int], noise: bool
) -> None:
    for phase in dynamical.phase_diagram(dynamical.budget(cost, noise)).phases:
        assert all(meaning(term, _terms("dynamical")).strip() for term in phase.tradeoff)


def test_every_term_that_a_loss_may_have_is_explained() -> None:
    spent = dynamical.budget({"N": 1, "t": 1, "P": 1}, noise=True)
    names = {name.split(":")[0] for table in dynamical.phases.loss_terms(spent).values() for name in table}

    assert names
    assert {name.removesuffix(dynamical.phases.HEAD) for name in names} == set(_terms("dynamical"))
    assert set(plrf.model.NAMES) == set(_terms("plrf"))
    assert {phase["name"] for phase in plane(explaining.phase_diagram())["phases"]} == set(_terms("explaining"))


def test_the_phases_of_plrf_on_the_page_are_those_that_are_derived() -> None:
    for phase in plrf.phase_diagram().phases:
        if phase.tradeoff:
            assert f"| {phase.name} | {' = '.join(phase.tradeoff)} |" in PAGE
