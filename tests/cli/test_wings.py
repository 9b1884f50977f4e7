"""The boundary: messages of the wings speak of arguments, those of a command of its options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tauber
from tauber.boundary import in_options
from tauber.cli.app import main

ROOT = Path(tauber.__file__).parent.parent
WINGS = sorted(path for wing in ("theory", "numerics") for path in (ROOT / wing).rglob("*.py"))


def test_arguments_become_options() -> None:
    assert in_options("ask for more digits with `precision`.") == "ask for more digits with --digits."
    assert in_options('take `solver="contour"` or `allow_unstable=True`') == "take --solver contour or --allow-unstable"


@pytest.mark.parametrize("path", WINGS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_wing_knows_no_options(path: Path) -> None:
    assert not re.findall(r"--[a-z]", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("command", "said", "unsaid"),
    [
        ("curve plrf --alpha 0.8 --beta 0.3 --d 100 --lr 10 --times 1", "--lr", "step_size"),
        ("curve dynamical --a 2 --b 1.5 --width 10 --data 20 --gd 10 --times 1", "--gd", "`"),
        ("derive plrf --alpha 1/3 --beta 1/2 --lr 0.1", "give --lr-trace", "--gd"),
        ("frontier plrf --alpha 0.8 --beta 0.3 --flops 1", "--flops", "`"),
        ("frontier dynamical --a 3 --b 2 --budget 2", "--budget", "--flops"),
    ],
)
def test_a_command_names_its_own_options(
    command: str, said: str, unsaid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 2
    message = capsys.readouterr().err
    assert said in message
    assert unsaid not in message


def test_a_caller_in_python_is_told_of_arguments() -> None:
    with pytest.raises(tauber.UnstableStepSize, match=r"\(`step_size`\), or allow an unstable run with `allow_unst"):
        tauber.PLRF(0.8, 0.3, 100, 1000, step_size=10)


def test_what_a_caller_in_python_catches() -> None:
    """Two kinds: a question that is not allowed, an answer whose digits are lost (certified or not)."""
    assert issubclass(tauber.AssumptionError, ValueError)
    assert issubclass(tauber.UnstableStepSize, tauber.TauberInputError)
    assert issubclass(tauber.TauberInputError, ValueError)
    assert issubclass(tauber.PrecisionLost, ArithmeticError)
    certified = pytest.importorskip("tauber.numerics.certified", exc_type=ImportError)
    assert issubclass(certified.Refused, tauber.PrecisionLost)
