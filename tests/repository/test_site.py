"""The site of `make docs`: built without a warning, with every public name and command, and nothing from elsewhere."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sphinx.util.inventory import InventoryFile

import tauber
from tauber.ledger import papers
from tauber.ledger.bib import PAPERS
from tauber.ledger.source import AtHand, Stated
from tauber.models import ACTIONS, GENERAL, MODELS, actions, general
from tauber.notation import NOTATIONS

from ..sampling import repeated

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]  # as root, and in containers with little shared memory
ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
SELLING = r"\b(simply|obviously|easily|effortless\w*|powerful|seamless\w*|blazing\w*|cutting-edge|state-of-the-art)\b"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by the recipe of the Makefile: warnings are errors."""
    out = tmp_path_factory.mktemp("site")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^\t\$\(BIN\)/python (-m sphinx .*) build/docs$", makefile, re.MULTILINE)
    assert "--fail-on-warning" in recipe
    command = [sys.executable, *shlex.split(recipe), str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def mathml() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mathml", ROOT / "docs" / "mathml.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _page(site: Path, name: str) -> str:
    return (site / f"{name}.html").read_text(encoding="utf-8")


def test_every_public_name_has_an_entry(site: Path) -> None:
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    entries = {name for kind, found in inventory.items() if kind.startswith("py:") for name in found}
    names = {f"tauber.{name}" for name in tauber.__all__}
    names |= {f"tauber.{model}.{name}" for model in MODELS for name in getattr(tauber, model).__all__}

    assert len(names) > 50
    assert names - entries == set()


def test_every_public_method_of_a_public_class_has_an_entry(site: Path) -> None:
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    entries = {name for kind, found in inventory.items() if kind.startswith("py:") for name in found}
    classes = [name for name in tauber.__all__ if inspect.isclass(getattr(tauber, name))]
    for name in classes:
        found = getattr(tauber, name)
        if not issubclass(found, Exception):
            methods = {m for m, value in inspect.getmembers(found, inspect.isfunction) if not m.startswith("_")}
            assert {f"tauber.{name}.{m}" for m in methods} <= entries, name


def test_the_arguments_of_every_action_are_on_its_page(site: Path) -> None:
    text = {name: _page(site, f"api/{name}") for name in ("models", "actions")}
    called = [("models", f"tauber.{model}.{name}", f) for name in ACTIONS for model, f in actions(name)]
    called += [("actions", f"tauber.{name}", general(name)) for name in GENERAL]
    for page, name, function in called:
        entry = text[page].split(f'id="{name}"', 1)[1].split("</section>", 1)[0]
        for argument in function.action.arguments:
            assert f"<strong>{argument}</strong>" in entry, f"{name}: {argument}"


def test_every_command_and_every_option_is_in_the_reference(site: Path) -> None:
    page = _page(site, "commands")
    called = [(f"tauber {name} {model}", f) for name in ACTIONS for model, f in actions(name)]
    called += [(f"tauber {name}", general(name)) for name in GENERAL]
    for command, function in called:
        words = '</span> <span class="pre">'.join(command.split())
        entry = page.split(f'<span class="pre">{words}</span></code><a', 1)
        assert len(entry) == 2, command
        shown = entry[1].split("</section>", 1)[0]
        for option in function.action.options:
            assert f'<span class="pre">{option}</span>' in shown, f"{command} {option}"


def test_the_letters_and_the_papers_are_all_there(site: Path) -> None:
    assert all(f'<span class="pre">{name}</span>' in _page(site, "notations") for name in NOTATIONS)
    page = _page(site, "references")
    for word in AtHand:
        assert f'<span class="pre">{word}</span>' in page
    for number, paper in PAPERS.items():
        entry = page.split(f">arXiv:{number}<a", 1)[1].split("</section>", 1)[0]
        places = [found for found in vars(papers).values() if isinstance(found, Stated) and found.paper == paper]
        assert entry.count("<tr") == (len(places) + 1 if places else 0)


def test_a_page_needs_nothing_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        page = path.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]+)\"", page)
        loaded += re.findall(r"<link\b(?=[^>]*stylesheet)[^>]*\bhref=\"([^\"]+)\"", page)
        assert loaded
        for target in loaded:
            assert not re.match(r"(\w+:)?//", target), f"{path.name} loads {target}"
            assert (path.parent / target.partition("?")[0]).exists(), f"{path.name} loads {target}"
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(\w+:)?//", style.read_text(encoding="utf-8")), style


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_check_of_what_can_be_read_finds_nothing(site: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme, names in (
            ("light", ("notations", "index")),
            ("dark", ("notebooks/own_runs", "api/errors", "claims")),
        ):
            page = browser.new_context(color_scheme=scheme).new_page()
            for name in names[: repeated(1, 3)]:
                page.goto((site / f"{name}.html").as_uri())
                assert axe.run(page).response["violations"] == [], name
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [390, 1280])
def test_no_column_of_the_claims_is_out_of_sight(site: Path, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        for name in ("claims", "index", "notations", "references"):
            page.goto((site / f"{name}.html").as_uri())
            wide = "[...document.querySelectorAll('.table-wrapper')].map((t) => t.scrollWidth - t.clientWidth)"
            found = page.evaluate(wide)
            assert len(found) > 0, name
            assert max(found) <= 1, name
        browser.close()


def test_formulas_are_mathml(site: Path) -> None:
    for name in ("equivalent", "notations", "notebooks/exact_asymptotics", "notebooks/your_own_model"):
        page = _page(site, name)
        assert page.count("<math ") > 5
        assert not re.search(r"class=\"math notranslate|MathJax", page)
        assert not re.search(r"\\\\?(frac|alpha|sqrt|left)\b", re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"L_\star \sim C^{-2/3}", "L⋆∼C−2/3"),
        (r"\sqrt[5]{2}", "25"),  # the base comes first
        (r"\text{F\_0 = F\_pp}", "F_0\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}F_pp"),
        (r"\frac1d \sum_j \frac{\lambda_j}{\lambda_j + \kappa}", "1d∑jλjλj+κ"),
    ],
)
def test_a_formula_says_the_same(mathml: ModuleType, latex: str, expected: str) -> None:
    import html

    assert html.unescape(re.sub(r"<[^>]+>", "", mathml.mathml(latex, display=False))) == expected


def test_a_command_that_is_not_known_is_refused(mathml: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"does not know \\foo of the formula"):
        mathml.mathml(r"\foo + 1", display=True)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_page_does_not_sell(path: Path) -> None:
    assert re.findall(SELLING, path.read_text(encoding="utf-8"), re.IGNORECASE) == []
