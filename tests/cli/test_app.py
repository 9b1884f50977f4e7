"""The command as a whole: help, version, usage errors, pipes, interruption."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import tauber
from tauber.cli import main
from tauber.cli.app import EXIT_CODES
from tauber.models import ACTIONS, MODELS, models_with, verify
from tauber.output import screen

COMMANDS = ("derive", "phases", "curve", "frontier", "simulate", "verify", "export")


def test_help_names_every_command(run) -> None:
    shown = run("--help")

    assert shown.code == 0
    assert all(f" {command} " in shown.out for command in COMMANDS)


@pytest.mark.parametrize("words", [*((c, "plrf") for c in COMMANDS[:5]), ("verify",), ("export",)], ids=" ".join)
def test_every_command_has_help_with_an_example_and_json(run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help")

    assert shown.code == 0
    assert "Example:" in shown.out
    assert "--json" in shown.out


def test_version(run) -> None:
    assert run("--version").out == f"tauber {tauber.__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("derive", "plrf", "--gamma", "1"), "--gamma"),
        (("derive", "ising"), "ising"),
        (("nothing",), "nothing"),
        (("curve", "plrf", "--alpha"), "--alpha"),
        (("curve", "plrf", "--alpha", "0.8", "--beta", "0.3", "--solver", "magic"), "magic"),
        (("export",), "--out"),
        (("derive", "plrf", "--alpha"), "--alpha"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_usage_errors_are_one_sentence(run, words: tuple[str, ...], expected: str) -> None:
    assert run(*words).is_refusal(expected, "--help")


def test_no_command_shows_the_help(run) -> None:
    shown = run()

    assert shown.code == 2
    assert "Usage:" in shown.out + shown.err
    assert "No command was given" in shown.err


def test_an_interrupted_command_says_so(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "listed", interrupt)
    shown = run("verify", "--list")

    assert shown.code == 130
    assert shown.err.count("\n") == 1


@pytest.mark.dear
@pytest.mark.parametrize("buffering", ["", "1"])
def test_the_console_script_in_a_pipe_whose_reader_leaves(buffering: str) -> None:
    program = f"{sys.executable} -m tauber.cli phases plrf | head -n 1"
    command = ["bash", "-o", "pipefail", "-c", program]
    environment = os.environ | {"PYTHONUNBUFFERED": buffering}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_main_is_what_the_script_calls() -> None:
    assert main(["--version"]) == 0


@pytest.mark.dear
def test_a_full_disk_behind_standard_output_is_said() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full to stand for a full disk")
    command = [sys.executable, "-m", "tauber.cli", "phases", "plrf", "--json"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.strip() == "Standard output cannot be written (No space left on device); send it elsewhere."


def test_exit_codes_are_worded_alike_everywhere(run) -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "outputs.md").read_text(encoding="utf-8").split())

    assert f"Exit codes: {EXIT_CODES}." in page
    assert f"Exit codes: {EXIT_CODES}." in " ".join(run("--help").out.split())


@pytest.mark.parametrize(
    "words",
    [("derive", "plrf"), ("derive", "plrf", "--alpha", "4/5", "--beta", "7/10"), ("phases", "plrf")],
    ids=" ".join,
)
def test_work_on_formulas_is_announced(run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    said: list[str] = []

    @contextmanager
    def waiting(description: str) -> Iterator[None]:
        said.append(description)
        yield

    monkeypatch.setattr(screen, "waiting", waiting)

    assert run(*words, "--json").json["model"] == "plrf"
    assert said


def test_a_command_imports_its_own_model_and_no_other() -> None:
    code = (
        "import sys; from tauber.cli import main; main(['derive', 'terms', '--help']); "
        "print(*(name for name in ('plrf', 'terms', 'data', 'verify') if f'tauber.models.{name}' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "terms"


@pytest.mark.parametrize("name", ACTIONS)
def test_the_models_of_an_action_are_those_that_export_it(name: str) -> None:
    packages = {model: importlib.import_module(f"tauber.models.{model}") for model in MODELS}

    assert list(models_with(name)) == [model for model, package in packages.items() if name in package.__all__]
