"""docs/own_model.md, docs/own_training.md: what they say of files of one's own is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import tauber

DOCS = Path(__file__).resolve().parents[2] / "docs"
POINT = {"alpha": "4/5", "beta": "3/10"}
TABLES = [
    tomllib.loads(block)
    for block in re.findall(r"^```toml\n(.*?)^```", (DOCS / "own_model.md").read_text(encoding="utf-8"), re.M | re.S)
]
CHINCHILLA: dict[str, Any] = {
    "resources": ["N", "D"], "budget": "6*N*D", "parameters": {"a": 0, "b": 0},
    "terms": {"model": "N^(-a)", "data": "D^(-b)"},
}  # fmt: skip


def test_the_two_forms_of_an_average_on_the_page_are_one_algorithm() -> None:
    forms = [table["recursion"] for table in TABLES if table["recursion"].get("parameters", {}).get("c")]
    steps, moments = forms

    assert ("carry" in steps, "report" in moments) == (True, True)
    solved = [
        tauber.declare(spectrum=POINT, training={"step_size": "1/5"}, label_noise="1/4", recursion=form).curve(
            d=100, v="inf", times=[0, 1, 30, 1000]
        )
        for form in (steps, moments, {key: value for key, value in moments.items() if key != "report"})
    ]
    assert solved[1].loss == pytest.approx(solved[0].loss, rel=1e-10)
    assert solved[2].loss[-1] > 1.1 * solved[0].loss[-1]  # without report it is the loss of the weights themselves


def test_constants_of_terms_are_numbers_and_no_exponent_depends_on_them() -> None:
    at = {"a": "0.3", "b": "0.4"}
    plain = tauber.terms.derive(CHINCHILLA, at=at)
    scaled = tauber.terms.derive(CHINCHILLA | {"terms": {"model": "400/N^a", "data": "410/D^b"}}, at=at)

    assert (scaled.loss_exponent, scaled.exponents) == (plain.loss_exponent, plain.exponents)
    for extra in ({"irreducible": "E"}, {"model": "A/N^a"}):
        with pytest.raises(tauber.BadInput, match="neither a number nor a power of N, D"):
            tauber.terms.derive(CHINCHILLA | {"terms": CHINCHILLA["terms"] | extra}, at=at)
    with_floor = CHINCHILLA | {"terms": CHINCHILLA["terms"] | {"irreducible": "1.69"}}
    assert tauber.terms.derive(with_floor, at=at).text().startswith("No power law")


def test_a_label_noise_that_is_a_law_is_for_what_grows_and_its_value_for_one_size() -> None:
    law, value = (
        tauber.declare(spectrum=POINT, training={"step_size": "1/10"}, label_noise=x) for x in ("f^(-1/2)", "1/1000")
    )

    assert law.phases().phases
    for action in ("curve", "simulate", "certify"):
        with pytest.raises(tauber.BadInput, match="a law of the compute"):
            getattr(law, action)()
    assert value.curve(d=100, times=[10]).loss[0] > 0
    same = tauber.plrf.curve(**POINT, lr="1/10", d=100, times=[10], noise=0.001**0.5)  # the standard deviation
    assert value.curve(d=100, times=[10]).loss[0] == pytest.approx(same.loss[0], rel=1e-12)


@pytest.mark.parametrize(
    ("alpha", "beta", "asked", "has"),
    [
        ("4/5", "3/10", {"label_noise": 1, "step_size": "free"}, True),
        ("2/5", "1", {"label_noise": 1, "step_size": "free"}, True),
        ("3/10", "1", {"label_noise": 1, "schedule": "cooldown:2"}, True),
        ("2/5", "1", {"step_size": "free"}, True),
        ("4/5", "3/10", {"step_size": "free"}, False),
        ("2/5", "3/10", {"label_noise": 1, "step_size": "free"}, False),
        ("3/10", "1", {"schedule": "cooldown:2"}, False),
    ],
)
def test_constants_of_the_optimum_are_where_the_page_says(alpha: str, beta: str, asked: dict, has: bool) -> None:
    found = tauber.plrf.derive(alpha=alpha, beta=beta, **asked)

    assert (found.optimum is not None) == has
