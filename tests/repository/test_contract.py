"""The numbered lists of CONTRIBUTING.md, held by every model, action and claim that is there."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest

import tauber
from tauber import ledger
from tauber.action import Argument
from tauber.ledger import Kind, Outcome
from tauber.models import ACTIONS, GENERAL, MODELS, actions, general
from tauber.notation import WRITTEN
from tauber.output.pen import in_python

from ..cli.conftest import Run, run
from ..golden import record

__all__ = ["run"]  # a fixture
ROOT = Path(__file__).resolve().parents[2]
FACE = sorted(path for path in (ROOT / "tauber").rglob("*.py") if not {"theory", "numerics"} & set(path.parts))
TESTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
ALL = [
    *(pytest.param(name, model, f, id=f"{name} {model}") for name in ACTIONS for model, f in actions(name)),
    *(pytest.param(name, None, general(name), id=name) for name in GENERAL),
]
DEAR = {
    "predict", "spectrum", "export", "verify", "report", "fit", "sweep", "frontier plrf", "frontier dynamical",
    "frontier recursion", "simulate recursion",
}  # fmt: skip
CLAIMS = ledger.claims()
LISTS = re.findall(
    r"^## (To add .+)\n\n((?:(?:\d\. | {3}).+\n)+)",
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)  # a list may have a paragraph before it in other sections; these have none


def _numbers(lines: str) -> list[int]:
    return [int(n) for n in re.findall(r"^(\d)\.", lines, re.MULTILINE)]


def test_the_contract_has_its_lists_and_they_name_what_exists() -> None:
    assert [title for title, _ in LISTS] == [
        "To add an action of a model", "To add a model", "To add a spectrum", "To add a solver", "To add a claim",
    ]  # fmt: skip
    for _, lines in LISTS:
        assert _numbers(lines) == list(range(1, len(_numbers(lines)) + 1))
        for name in re.findall(r"`([\w./]+(?:/|\.py|\.toml))`", lines):
            assert "MODEL" in name or name in {"given.py"} or (ROOT / name).exists(), name


@pytest.mark.parametrize(("name", "model", "function"), ALL)
def test_an_action_is_where_it_belongs(name: str, model: str | None, function: Callable[..., Any]) -> None:
    """Action 1 and 5: file and function have its name, the package exports it."""
    path = Path(inspect.getsourcefile(inspect.unwrap(function)) or "")
    assert (function.__name__, path.stem) == (name, name)
    if model:
        assert path.parent == ROOT / "tauber" / "models" / model
        assert name in importlib.import_module(f"tauber.models.{model}").__all__
    else:
        assert getattr(tauber, name) is function


@pytest.mark.parametrize(("name", "model", "function"), ALL)
def test_an_action_says_what_its_arguments_are(name: str, model: str | None, function: Callable[..., Any]) -> None:
    """Action 2: every argument has a help text that is a sentence."""
    for parameter in inspect.signature(inspect.unwrap(function), eval_str=True).parameters.values():
        assert get_origin(parameter.annotation) is Annotated, f"{name} {model}: {parameter.name}"
        (argument,) = (x for x in get_args(parameter.annotation) if isinstance(x, Argument))
        assert argument.help.rstrip().endswith((".", "?")), argument.help


@pytest.mark.parametrize(("name", "model", "function"), ALL)
def test_the_docstring_of_an_action_is_its_help(name: str, model: str | None, function: Callable[..., Any]) -> None:
    """Action 3: the help, an example with options that exist, Returns and Raises."""
    text = inspect.getdoc(function) or ""
    words = _example(function)
    assert words[: 2 if model else 1] == [name, model][: 2 if model else 1]
    known = {*function.action.options, "--plot", "--json", "--full", "--latex"}  # type: ignore[attr-defined]
    assert {word for word in words if re.match(r"--[a-z]", word)} <= known
    for section in ("Returns", "Raises") if function.action.arguments else ("Returns",):  # type: ignore[attr-defined]
        assert re.search(rf"^{section}\n-+\n\S", text, re.MULTILINE), section
    assert not re.findall(r"^-{3,}$", text.partition("\nReturns\n")[0], re.MULTILINE)


@pytest.mark.parametrize(("name", "model", "function"), ALL)
def test_an_action_is_tested(name: str, model: str | None, function: Callable[..., Any]) -> None:
    """Action 6: some test runs its command."""
    command = rf"\b{name}[\"', ]+{model}\b" if model else rf"[\"' ]{name}\b"

    assert any(re.search(command, text) for path, text in TESTS.items() if path != Path(__file__))


@pytest.mark.parametrize(
    ("name", "model", "function"),
    [pytest.param(*p.values, id=p.id, marks=pytest.mark.slow if p.id in DEAR else ()) for p in ALL],
)
def test_the_example_of_an_action_gives_the_same_in_the_shell_and_in_python(
    name: str,
    model: str | None,
    function: Callable[..., Any],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Actions 3, 4 and 6: the example runs, and the call of the function with its arguments has the same object."""
    monkeypatch.chdir(tmp_path)
    record._training_set(Path("training.npz"))
    shutil.copytree(ROOT / "docs" / "examples", tmp_path, dirs_exist_ok=True)
    words = [word for word in _example(function) if word != "--plot" and not word.endswith(".svg")]
    in_shell = in_python(json.dumps(run(*words, "--json").json), function.action.options)  # type: ignore[attr-defined]
    result = function(**_arguments(words[2 if model else 1 :], function))

    assert list(record.differences(json.loads(in_shell), json.loads(result.to_json()))) == []
    assert isinstance(result, tauber.Result)
    assert result.text().strip()
    assert all(getattr(result, key) is result[key] for key in result)


def _example(function: Callable[..., Any]) -> list[str]:
    """The words of the example in a docstring."""
    (line,) = re.findall(r"^Example: tauber (.+)$", inspect.getdoc(function) or "", re.MULTILINE)
    return shlex.split(line)


def _arguments(words: list[str], function: Callable[..., Any]) -> dict[str, Any]:
    """The words of a command line as arguments of its function: options with a value each, and what has no option."""
    names = {
        option: name
        for pair in function.action.options.items()  # type: ignore[attr-defined]
        for option, name in (pair, pair[::-1])
        if option.startswith("--")
    }
    parameters = inspect.signature(inspect.unwrap(function), eval_str=True).parameters.values()
    positional = [
        (p.name, x.several)
        for p in parameters
        for x in get_args(p.annotation)
        if isinstance(x, Argument) and x.positional
    ]
    found: dict[str, Any] = {}
    while words:
        first, *words = words
        if first.startswith("--"):
            found[names[first]], *words = words
        else:
            name, several = positional[0]
            found[name] = [first] if several else first
    return found


@pytest.mark.parametrize("path", FACE, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_command_line_knows_typer(path: Path) -> None:
    """Action 7."""
    if (ROOT / "tauber" / "cli") in path.parents:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        assert not {"typer", "click"} & {name.split(".")[0] for name in names}


@pytest.mark.parametrize("folder", ["cli", "ledger", "output", "plots", "read", "tex"])
def test_no_file_of_a_room_begins_with_a_model(folder: str) -> None:
    """Action 7: what is particular to a model lies in its folder."""
    assert (ROOT / "tauber" / folder).is_dir()
    prefixed = [
        p.name for p in (ROOT / "tauber" / folder).rglob("*.py") if p.stem.partition("_")[0] in MODELS and "_" in p.stem
    ]

    assert prefixed == []


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_a_package_of_actions(model: str) -> None:
    """Model 2 and 3: a package with a docstring, exporting actions and nothing else, and public."""
    package = importlib.import_module(f"tauber.models.{model}")
    assert (package.__doc__ or "").strip().endswith(".")
    assert package.__all__
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert name in ACTIONS
        assert hasattr(getattr(package, name), "action")
    assert getattr(tauber, model) is package


@pytest.mark.parametrize(
    "model", [m for m in MODELS if {"derive", "simulate"} <= set(vars(tauber)) | set(dir(getattr(tauber, m)))]
)
def test_a_solved_model_has_letters_and_claims(model: str) -> None:
    """Model 1, 4 and 5: what is derived and simulated has both wings, a notation, and claims."""
    assert model in WRITTEN
    assert any(claim.id.startswith(f"{model}.") for claim in CLAIMS)
    for wing in ("theory", "numerics"):
        assert (ROOT / wing / "models" / model).is_dir()


def test_every_public_method_of_a_solver_is_documented() -> None:
    """Solver 4."""
    solvers = [
        f for name in tauber.__all__ if inspect.isclass(f := getattr(tauber, name)) and "numerics" in f.__module__
    ]
    assert len(solvers) >= 6
    for solver in solvers:
        for member, value in vars(solver).items():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert inspect.getdoc(value), f"{solver.__name__}.{member}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_has_all_its_fields(claim: ledger.Claim) -> None:
    """Claim 1, 2 and 5."""
    for field in ("title", "assumptions", "order_of_limits", "source", "derived_by", "measured_by"):
        assert str(getattr(claim, field)).strip(), field
    assert isinstance(claim.source, ledger.Source)
    assert claim.id.partition(".")[0] in MODELS
    assert callable(claim.statement) or claim.statement.strip()
    assert callable(claim.check)
    assert isinstance(claim.kind, Kind)
    assert claim.expected in {Outcome.VERIFIED, Outcome.REFUTED}


def exists(name: str) -> bool:
    """Whether a dotted name is that of a module, or of what it holds."""
    found, path = tauber, "tauber"
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        try:
            found = importlib.import_module(path)
        except ModuleNotFoundError:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
    return True


def test_the_functions_that_claims_name_exist() -> None:
    """Claim 2."""
    said = " ".join(f"{claim.derived_by} {claim.measured_by}" for claim in CLAIMS)
    named = sorted(set(re.findall(r"tauber(?:\.\w+)+", said)))

    assert len(named) > 50
    assert [name for name in named if not exists(name)] == []


def test_the_ids_of_claims_are_used_once() -> None:
    """Claim 2."""
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
