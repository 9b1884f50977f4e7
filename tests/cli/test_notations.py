"""Every action in every notation: no letter keeps its old meaning, none has two, and the numbers stay.

The check: in a notation whose letters are words that nobody else uses, an output holds none of the letters that have a
role in any paper. Whatever is left of these was not rewritten, or has a second meaning.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sympy

import tauber
from tauber.letters import _STAND_INS, Letters
from tauber.models import ACTIONS, actions
from tauber.notation import NOTATIONS, WRITTEN, Notation, notation, point, rewritten
from tauber.output.pen import Pen
from tauber.output.result import Result

ROLES = ("features", "samples", "training", "compute", "modes", "loss", "noise", "ridge")
WORDS = Notation(
    "a test", ("xi", "psi"), {"a": "xi", "b": "psi"}, {role: f"X{n}" for n, role in enumerate(ROLES)}, "X2", frozenset()
)
"""Letters that no paper uses: each says what it is."""
ALL_LETTERS = {letter for known in (*NOTATIONS.values(), *WRITTEN.values()) for letter in known.letters}

AB = {"a": "3", "b": "3/2"}
LEFT = {"alpha": "4/5", "beta": "3/10"}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("plrf", "derive", LEFT | {"lr": "0.1"}),
    ("plrf", "derive", {"alpha": "1", "beta": "1/2", "lr": "0.1"}),
    ("plrf", "derive", {"alpha": "2/5", "beta": "1", "lr_trace": "0.5", "ratio": "10"}),
    ("plrf", "derive", {"alpha": "51/100", "beta": "7/10"}),
    ("plrf", "derive", {"alpha": "1", "beta": "1/4", "noise": "1"}),
    ("plrf", "derive", {}),
    ("plrf", "derive", {"beta": "3/10"}),
    ("plrf", "derive", {"alpha": "2/5", "noise": "1"}),
    ("plrf", "phases", {}),
    ("plrf", "phases", {"cost": "d^2*r"}),
    ("plrf", "curve", LEFT | {"d": 100, "times": [10, 100]}),
    ("plrf", "frontier", LEFT | {"flops": [1e8, 1e9]}),
    ("plrf", "simulate", LEFT | {"d": 10, "draws": 3, "times": [1, 10]}),
    ("plrf", "certify", LEFT | {"d": 100, "v": 1000, "times": [10], "level": True, "slope": "100:1000"}),
    ("dynamical", "derive", AB),
    ("dynamical", "derive", {"a": "5", "b": "3/2", "cost": "N*P", "label_noise": True}),
    ("dynamical", "derive", {"a": "2", "b": "3/2"}),
    ("dynamical", "derive", {"a": "5/2", "b": "3/2"}),
    ("dynamical", "derive", {}),
    ("dynamical", "phases", {"cost": "N*P", "label_noise": True}),
    ("dynamical", "curve", AB | {"width": 10, "data": 20, "modes": 50, "times": [1, 10], "components": True}),
    ("dynamical", "frontier", AB | {"budget": [1e6, 1e7]}),
    ("dynamical", "simulate", AB | {"width": 5, "data": 6, "modes": 10, "draws": 3, "times": [1, 10]}),
    ("dynamical", "certify", AB | {"width": 80, "data": 160, "modes": 400, "times": [1]}),
    ("explaining", "derive", AB),
    ("explaining", "derive", {}),
    ("explaining", "phases", {}),
    ("explaining", "curve", AB | {"data": [10, 20], "features": [15, "inf"], "ridge": "best", "noise": "0.1"}),
    ("explaining", "simulate", AB | {"data": [5, 10], "features": [20], "modes": 30, "draws": 3}),
    ("explaining", "certify", AB | {"data": [100], "features": [50], "ridge": "1/10"}),
]
IDS = [f"{model} {action} {n}" for n, (model, action, _) in enumerate(CALLS)]
QUICK = {0, 4, 10, 13, 14, 20, 24, 26, 27, 29}
"""What `make test` looks at; the slow tests look at every call."""
EACH = [pytest.param(n, id=IDS[n], marks=() if n in QUICK else pytest.mark.slow) for n in range(len(CALLS))]
_FOUND: dict[int, Result] = {}


def _result(n: int) -> Result:
    """The result of a call in the letters of its model."""
    if n not in _FOUND:
        model, action, given = CALLS[n]
        _FOUND[n] = getattr(getattr(tauber, model), action)(**given)
    return _FOUND[n]


def _in(n: int, target: str | Notation) -> Result:
    return _result(n).written(Pen(Letters(CALLS[n][0], target)), notation="test")


def _texts(value: Any) -> Iterator[str]:
    """All texts in what JSON shows, but keys and the notation's own name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key == "definitions":
                yield from entry
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)


def _outputs(found: Result) -> Iterator[str]:
    yield found.text(full=True)
    yield found.text()
    yield from _texts({key: value for key, value in found.plain().items() if key != "notation"})
    if found._formula is not None:
        yield re.sub(r"\\(?:text|mathrm|begin|end)\{[^}]*\}(\{l+\})?", " ", found.latex())


def _pictured(found: Result) -> Iterator[str]:
    from matplotlib.text import Text

    if found._draw is not None:
        for text in found.plot().findobj(Text):
            yield re.sub(r"\\(?:text|mathrm)\{[^}]*\}", " ", text.get_text())


def _left(text: str) -> set[str]:
    """Letters of a paper in a text: standing alone, or with an index. The article is none."""
    text = re.sub(r"\b[Aa] (?=[a-z])|--[a-z-]+|\d[eE][+-]?\d+", " ", text)
    return {x for x in re.findall(r"(?<![A-Za-z_\d\\])\\?([A-Za-z]+)(?![A-Za-z])", text) if x in ALL_LETTERS}


def test_every_action_of_a_model_with_letters_is_called() -> None:
    every = {(model, name) for name in ACTIONS for model, _ in actions(name) if model in WRITTEN}

    assert {(model, action) for model, action, _ in CALLS} == every


@pytest.mark.parametrize("n", EACH)
def test_every_letter_is_rewritten(n: int) -> None:
    for text in _outputs(_in(n, WORDS)):
        assert not _left(text) - _free(CALLS[n][0]), text


@pytest.mark.slow
@pytest.mark.parametrize("n", EACH)
def test_every_letter_of_a_picture_is_rewritten(n: int) -> None:
    for text in _pictured(_in(n, WORDS)):
        assert not _left(text) - _free(CALLS[n][0]), text


def _free(model: str) -> set[str]:
    """Names without a role in a model, which give way where they meet a letter; and those that are the same in all."""
    return {"sigma", "delta"} | {*_STAND_INS, "v", "alpha"} - {*WRITTEN[model].letters}


@pytest.mark.parametrize(("model", "target"), [(model, target) for model in WRITTEN for target in NOTATIONS])
def test_a_name_without_a_role_gives_way(model: str, target: str) -> None:
    """Where it meets a letter of the notation, and to a name that is none."""
    letters, own = Letters(model, target), notation(model).letters
    for name, other in _STAND_INS.items():
        bare, tex = name.removeprefix("\\").partition("_")[0], name.startswith("\\")
        if bare in own:
            continue
        met = not letters.same and bare in notation(target).letters
        assert (letters.tex if tex else letters.words)(name) == (other if met else name)
        assert other.removeprefix("\\").partition("_")[0] not in ALL_LETTERS


@pytest.mark.parametrize("n", EACH)
def test_the_keys_and_numbers_of_a_result_stay(n: int) -> None:
    target = {"plrf": "bordelon", "dynamical": "bahri", "explaining": "paquette"}[CALLS[n][0]]
    own, other = _result(n), _in(n, target)

    assert [*other] == [*own, "notation"]
    for key in own:
        if hasattr(own[key], "dtype") or isinstance(own[key], int | float):
            assert other[key] is own[key]
    assert json.dumps(other.plain(), allow_nan=False)


def test_the_default_is_the_own_notation_and_a_model_is_the_name_of_none() -> None:
    own, asked = (tauber.plrf.derive(**LEFT, notation=name) for name in (None, "paquette"))

    assert own.to_json() == asked.to_json()
    assert "notation" not in own
    with pytest.raises(tauber.BadInput, match="notation was given as 'plrf'; it is one of paquette, bordelon, bahri"):
        tauber.plrf.derive(**LEFT, notation="plrf")


def test_the_same_point_in_the_shell(run) -> None:
    asked = ("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--notation", "bordelon")
    shown, found = run(*asked), run(*asked, "--json").json

    assert shown.out.splitlines()[0].endswith("at a = 11/5, b = 8/5")
    assert "N* ~ C^(5/13), L* ~ C^(-6/13)" in shown.out
    assert (found["alpha"], found["notation"], found["loss_exponent"]) == ("4/5", "bordelon", "6/13")


def test_formulas_are_the_same_in_other_letters() -> None:
    a, b = sympy.symbols("a b", positive=True)
    own = {phase["name"]: phase["loss_exponent"] for phase in tauber.plrf.phases().phases}
    for phase in tauber.plrf.phases(notation="bordelon").phases:
        if (here := own[phase["name"]]) is not None:
            assert sympy.simplify(rewritten(here, "plrf", "bordelon") - phase["loss_exponent"]) == 0
            assert phase["loss_exponent"].free_symbols <= {a, b}


def test_a_point_outside_of_a_notation_is_refused(run) -> None:
    shown = run("derive", "dynamical", "--a", "2", "--b", "3", "--notation", "paquette")

    assert shown.is_refusal("--notation", "a = 2, b = 3", "beta = -1/2", "not positive")


def test_a_result_speaks_python_to_python_and_shell_to_the_shell(run) -> None:
    found = tauber.plrf.derive(alpha="2/5", beta="1")
    shown = run("derive", "plrf", "--alpha", "2/5", "--beta", "1")

    assert any("they need ratio and lr_trace" in note for note in found.notes)
    assert "they need ratio and lr_trace" in found.text()
    assert "they need --ratio and --lr-trace" in shown.out
    (line,) = (x for x in tauber.plrf.certify(**LEFT, d=50, v=500, times=[1]).certificate if "trained model" in x)
    assert line.endswith("(see tauber.plrf.simulate)")


@pytest.mark.parametrize("n", EACH)
def test_no_result_names_an_option_or_a_command_to_a_caller_of_python(n: int) -> None:
    found = _result(n)

    for text in (*_texts(found.plain()), found.text(full=True)):
        assert not re.search(r"(?<![\w-])--[a-z]|\btauber (?:derive|curve|simulate|export)", text), text


@pytest.mark.parametrize(
    ("target", "columns", "calls"),
    [
        ("bordelon", "onecolumn", QUICK),
        *(
            pytest.param(target, columns, range(len(CALLS)), marks=pytest.mark.slow)
            for target in NOTATIONS
            for columns in ("onecolumn", "twocolumn")
        ),
    ],
)
def test_the_latex_of_every_answer_compiles(tmp_path: Path, target: str, columns: str, calls: Iterable[int]) -> None:
    """In an article with amsmath alone, in every notation that has the point."""
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no TeX engine here: install pdflatex to compile the LaTeX of answers")
    shown = []
    for n in calls:
        if CALLS[n][1] != "derive":
            continue
        exponents = {x: sympy.Rational(str(_result(n)[x])) for x in notation(CALLS[n][0]).parameters if x in _result(n)}
        if len(exponents) < 2 or min(point(exponents, CALLS[n][0], target).values()) > 0:
            shown.append(rf"\[ {_in(n, target).latex()} \]")
    text = "\n".join(shown)
    document = (
        f"\\documentclass[{columns}]{{article}}\\usepackage{{amsmath}}\\begin{{document}}\n{text}\n\\end{{document}}\n"
    )
    (tmp_path / "one.tex").write_text(document)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "one.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)

    assert done.returncode == 0, done.stdout[-2000:]
    assert "Missing character" not in done.stdout
