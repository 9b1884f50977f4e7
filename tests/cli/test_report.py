"""The report: pages that load nothing, exponents on them that are the derived ones, and what a browser makes of it."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sympy import Rational

import tauber
from tauber.errors import BadInput
from tauber.files import renewing
from tauber.ledger import claims
from tauber.models.claims import listed
from tauber.output.screen import no_bar
from tauber.site.exact import positive, tree
from tauber.site.pages import Site, is_report, planes_of

from .conftest import Run

MODELS = ("plrf", "dynamical", "explaining")
MEGABYTE = 2**20
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CLAIMS = ["dynamical.published", "dynamical.optimum.width_transient", "explaining.examples", "plrf.boundary"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All phase diagrams, with the statements of a few claims."""
    folder = tmp_path_factory.mktemp("site")
    selected = claims(CLAIMS)
    with no_bar() as advance:
        Site({m: planes_of(m) for m in MODELS}, selected, listed(selected)["claims"]).write(folder, advance)
    return folder


def planes_on(page: Path) -> list[dict[str, Any]]:
    """The data from which a page evaluates a point."""
    found = re.search(r'<script type="application/json" id="planes">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def value(formula: Any, at: tuple[Fraction, Fraction]) -> Fraction:
    """What plane.js makes of a formula, in Python."""
    if isinstance(formula, str):
        return at["xy".index(formula)] if formula in {"x", "y"} else Fraction(formula)
    sign, *rest = formula
    if sign == "^":
        return value(rest[0], at) ** rest[1]
    found = Fraction(0 if sign == "+" else 1)
    for part in rest:
        found = found + value(part, at) if sign == "+" else found * value(part, at)
    return found


def phases_at(plane: dict[str, Any], at: tuple[Fraction, Fraction]) -> list[dict[str, Any]]:
    return [phase for phase in plane["phases"] if all(value(condition, at) > 0 for condition in phase["where"])]


def points(count: int, low: float, high: float, seed: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Points with a prime denominator, which lie on no boundary."""
    draw = random.Random(seed)
    for _ in range(count):
        x, y = (Fraction(draw.randint(int(low * 101), int(high * 101)), 101) for _ in "xy")
        yield x, y


def test_the_pages_are_there_and_load_nothing(site: Path) -> None:
    pages = sorted(site.glob("*.html"))

    assert [page.stem for page in pages] == ["claims", "dynamical", "explaining", "index", "plrf"]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert page.stat().st_size < 5 * MEGABYTE
        assert not re.search(r"""(?:src|srcset|poster|data)\s*=|@import|url\(|fetch\(|<link (?!rel="icon")""", text)
        loaded = set(re.findall(r'href="([^"#]+)', text)) - {"data:,"}
        assert all((site / name).is_file() for name in loaded), loaded
        assert '<meta name="viewport"' in text
        assert "prefers-color-scheme: dark" in text


def test_the_front_page_has_the_answer_in_a_minute(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    found = tauber.dynamical.derive(a=3, b="3/2")

    assert text.index("<mn>4</mn><mo>/</mo><mn>5</mn>") < text.index("<mn>2</mn><mo>/</mo><mn>3</mn>")
    assert f"<mn>{found.loss_exponent.p}</mn><mo>/</mo><mn>{found.loss_exponent.q}</mn>" in text
    assert found.latex().replace("&", "&amp;") in text
    assert "2405.15074" in text
    assert 'href="claims.html#dynamical.published.optimum"' in text


@pytest.mark.parametrize("model", MODELS)
def test_the_formulas_of_a_page_are_the_derived_ones(site: Path, model: str) -> None:
    """At random points each plane has the phase and the exponents that SymPy finds in its diagram."""
    for plane, data in zip(planes_of(model), planes_on(site / f"{model}.html"), strict=True):
        low = float(plane.diagram.corner[0])
        compared = 0
        for at in points(25, low + 0.02, low + 2, seed=len(plane.name)):
            exact = {s: Rational(x.numerator, x.denominator) for s, x in zip(plane.diagram.parameters, at, strict=True)}
            derived = [p for p in plane.diagram.phases if all(c.subs(exact) == True for c in p.inequalities)]  # noqa: E712
            shown = phases_at(data, at)
            assert [phase["name"] for phase in shown] == [phase.name for phase in derived]
            for phase, found in zip(derived, shown, strict=True):
                for law, formula in zip(plane.laws, found["laws"], strict=True):
                    power = law.exponent(phase)
                    assert (formula is None) == (power is None)
                    assert power is None or value(formula, at) == Fraction(str(power.subs(exact)))
                    compared += 1
        assert compared > 25


def test_they_are_what_derive_answers(site: Path) -> None:
    (plane,) = planes_on(site / "dynamical.html")
    for a, b in points(4, 1.1, 5, seed=1):
        (phase,) = phases_at(plane, (a, b))
        found = tauber.dynamical.derive(a=a, b=b)
        powers = [str(value(law, (a, b))) for law in phase["laws"]]
        assert phase["name"] == found.phase
        assert powers == [str(-found.loss_exponent), *(str(found.compute_optimal[x]) for x in ("width", "time"))]


@pytest.mark.parametrize(("n", "training"), [(0, {}), (1, {"step_size": "free"}), (2, {"schedule": "warmup"})])
def test_a_training_beside_another_is_what_derive_answers(site: Path, n: int, training: dict[str, str]) -> None:
    plane = planes_on(site / "plrf.html")[n]
    for alpha, beta in points(2, 0.55, 1, seed=n):
        (phase,) = phases_at(plane, (alpha, beta))
        found = tauber.plrf.derive(alpha=alpha, beta=beta, **training)
        assert phase["name"] == found.phase
        assert [str(value(law, (alpha, beta))) for law in phase["laws"][:2]] == [
            str(-found.loss_exponent),
            str(found.d_exponent),
        ]


def test_an_irrational_boundary_is_decided_exactly_near_it(site: Path) -> None:
    """Continued fractions of 1 - sqrt(2)/2 come close from both sides; no double could tell the last of them apart."""
    plane = planes_on(site / "plrf.html")[0]
    p, q = 1, 1
    for n in range(1, 31):  # p/q to sqrt(2), from below and above in turn
        p, q = p + 2 * q, p + q
        if n > 3:
            (phase,) = phases_at(plane, (1 - Fraction(p, 2 * q), Fraction(1)))
            assert phase["name"] == ("IVb" if n % 2 else "IVa")
    assert q > 1e11


def test_what_is_no_rational_function_is_refused() -> None:
    from sympy import sqrt
    from sympy.abc import a, b

    with pytest.raises(ValueError, match="no rational function"):
        tree(sqrt(a), {a: "x", b: "y"})
    assert positive(a > b, {a: "x", b: "y"}) == ["+", "x", ["*", "-1", "y"]]


def test_claims_have_their_evidence_and_their_data(site: Path) -> None:
    text = (site / "claims.html").read_text(encoding="utf-8")
    rows = table(site / "claims.csv")

    assert [row["id"] for row in rows] == [claim.id for claim in claims(CLAIMS)]
    assert all(f'<details id="{row["id"]}">' in text for row in rows)
    assert {row["last"] for row in rows} <= {"verified", "refuted", "undecided", "not checked yet"}
    assert "Stated, and not so" in text


def test_the_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept verdict is on the page with its tolerance; a report is replaced, other folders are not."""
    monkeypatch.setenv("TAUBER_CACHE_DIR", str(tmp_path / "cache"))
    target = tmp_path / "pages"
    assert run("verify", "explaining.examples.threshold").code == 0
    shown = run("report", "--out", str(target), "--models", "explaining", "--json").json
    evidence = table(target / "evidence.csv")

    assert sorted(shown["files"]) == sorted(path.name for path in target.iterdir())
    assert {row["id"] for row in evidence} == {"explaining.examples.threshold"}
    assert evidence[0]["because"] in (target / "claims.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert "In a minute" not in (target / "index.html").read_text(encoding="utf-8")
    assert is_report(target)
    (target / "notes.txt").write_text("mine")
    assert run("report", "--out", str(target)).is_refusal("pages", "new folder")
    assert run("report", "--out", str(tmp_path / "x"), "--models", "kernel").is_refusal("kernel", "plrf")
    assert (target / "notes.txt").read_text() == "mine"


def test_a_folder_is_renewed_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "pages"
    for name in ("old", "new"):
        with renewing(target, lambda _: True) as draft:
            (draft / f"{name}.html").write_text(name)
    assert [path.name for path in target.iterdir()] == ["new.html"]

    with pytest.raises(ZeroDivisionError), renewing(target, lambda _: True) as draft:
        (draft / "broken.html").write_text(str(1 / 0))
    assert [path.name for path in tmp_path.rglob("*")] == ["pages", "new.html"]
    with pytest.raises(BadInput, match="new folder"), renewing(target, lambda _: False):
        pass


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_the_derived_exponents(site: Path, scheme: Any) -> None:
    """No error, nothing requested, clicks and keys give what is derived, and the check of axe finds nothing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(color_scheme=scheme).new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url))
        for name in ("index", "claims", *MODELS):
            page.goto((site / f"{name}.html").as_uri())
            assert axe.run(page).response["violations"] == []

        page.goto((site / "dynamical.html").as_uri() + "#3,3/2")
        _shows(page, "3", "3/2")
        page.locator(".stage").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
        _shows(page, "29/10", "8/5")
        page.locator(".stage svg").click(position={"x": 150, "y": 150})
        _shows(page, *(box.input_value() for box in page.locator("input").all()))
        page.locator("input").first.fill("5/2")
        page.locator("input").last.fill("3/2")
        page.keyboard.press("Enter")
        assert "On the boundary of" in page.locator(".told").inner_text()
        page.locator("input").first.fill("two")
        page.keyboard.press("Enter")
        assert "'two' is no number" in page.locator("#point-error").inner_text()

        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        browser.close()
    assert wrong == []


def _shows(page: Any, a: str, b: str) -> None:
    """The page has the phase and the laws that are derived at a point, and their LaTeX."""
    found = tauber.dynamical.derive(a=a, b=b)
    powers = [-found.loss_exponent, *(found.compute_optimal[x] for x in ("width", "time"))]
    assert page.locator(".told .name").inner_text() == found.phase
    assert page.locator(".tex").input_value().splitlines()[1] == r",\quad ".join(
        rf"{letter}_\star \sim C^{{{power}}}" for letter, power in zip("LNt", powers, strict=True)
    )
    assert page.locator(".command").inner_text() == f"tauber derive dynamical --a {a} --b {b}"
