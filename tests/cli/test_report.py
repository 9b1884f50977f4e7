"""The report: pages that load nothing, exponents on them that are the derived ones, and what a browser makes of it."""

from __future__ import annotations

import csv
import itertools
import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sympy import Rational

import tauber
from tauber.declared.planes import planes_of as declared_planes
from tauber.ledger import claims
from tauber.models.claims import listed, verdict_payload
from tauber.output.book import minute, section
from tauber.output.screen import no_bar
from tauber.site import paper, sweep
from tauber.site.pages import Site, planes_of
from tauber.site.paper_tables import breaking
from tauber.site.samples import grid
from tauber.sweeps.grid import Grid
from tauber.sweeps.question import Question
from tauber.sweeps.store import Plan, Store, opened
from tauber.tex.words import escaped

from ..sampling import repeated, some
from .conftest import Run

MODELS = ("plrf", "dynamical", "explaining")
MEGABYTE = 2**20
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]  # as root, and in containers with little shared memory
CLAIMS = ["dynamical.published", "dynamical.optimum.width_transient", "explaining.examples", "plrf.boundary"]
SIDEWAYS = """[...document.querySelectorAll('.wide')].filter((table) => table.scrollWidth > table.clientWidth + 1)
    .map((table) => table.ariaLabel)"""
"""Tables of which a part is out of sight."""
DECLARED = {"step_size": "docs/examples/step_size.toml", "noisy_sgd": "docs/examples/noisy_sgd.toml"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep, measured in this process; one of its points has no power law."""
    folder = tmp_path_factory.mktemp("swept") / "sweep"
    axes = {"alpha": ("1/5", "4/5"), "beta": ("1/5", "3/4", "1")}
    plan = Plan(Question("plrf", "frontier", {}, {"flops": "1e8,1e11"}), Grid(axes), (2, 3))
    store = Store(folder, plan)
    store.write(0, plan.question.ask(plan.grid.columns(plan.block(0))))
    store.finish()
    return folder


def checked(record: dict[str, Any]) -> dict[str, Any]:
    """The record of a claim, one of them with its verdict."""
    if record["id"] != "explaining.examples.threshold":
        return record
    (claim,) = claims([record["id"]])
    return {**record, "last": verdict_payload(claim.verdict(0))}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, swept: Path) -> Path:
    """All phase diagrams, curves at a few points, two declared models and a sweep, a few claims; TeX's log beside."""
    folder, run = tmp_path_factory.mktemp("site"), subprocess.run
    selected, log = claims(CLAIMS), folder.with_suffix(".log")
    with no_bar() as advance, pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper.subprocess, "run", lambda *a, **k: (done := run(*a, **k), log.write_text(done.stdout))[0])
        patch.setattr("tauber.models.plrf.samples.ALPHAS", (Fraction(1, 10), Fraction(4, 5)))
        patch.setattr("tauber.models.plrf.samples.BETAS", (Fraction(1, 12), Fraction(3, 4)))
        patch.setattr("tauber.models.dynamical.samples.COUNT", 2)
        patch.setattr("tauber.models.explaining.samples.COUNT", 2)
        patch.setattr("tauber.declared.samples.grid", lambda *asked: grid(*asked)[:: len(grid(*asked)) - 1])
        planes = {m: planes_of(m) for m in MODELS}
        planes |= {name: declared_planes(str(ROOT / file)) for name, file in DECLARED.items()}
        Site(planes, selected, [*map(checked, listed(selected)["claims"])], sweep.read(swept)).write(folder, advance)
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


def point_phase(plane: dict[str, Any], sample: dict[str, Any]) -> str | None:
    x, y = map(Fraction, sample["point"])
    return next((phase["name"] for phase in phases_at(plane, (x, y))), None)


def points(count: int, low: float, high: float, seed: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Points with a prime denominator, which lie on no boundary."""
    draw = random.Random(seed)
    for _ in range(count):
        x, y = (Fraction(draw.randint(int(low * 101), int(high * 101)), 101) for _ in "xy")
        yield x, y


def test_the_pages_are_there_and_load_nothing(site: Path) -> None:
    pages = sorted(site.glob("*.html"))

    assert [page.stem for page in pages] == sorted([*MODELS, *DECLARED, "claims", "index", "sweep"])
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert page.stat().st_size < 5 * MEGABYTE
        assert not re.search(
            r"""(?:src|srcset|poster|data)\s*=|@import|url\((?!#)|fetch\(|<link (?!rel="icon")""", text
        )
        loaded = {name for name in re.findall(r'href="([^"#]+)', text) if not name.startswith("data:")}
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


def rows_at(path: Path, **where: str) -> list[dict[str, str]]:
    return [row for row in table(path) if all(row[key] == value for key, value in where.items())]


def agree(rows: list[dict[str, str]], name: str, wrong: str, values: Any, errors: Any, most: float = 1e-6) -> None:
    """Two answers of one question, within the sum of their errors, which is small."""
    assert len(rows) == len(values) > 0
    for row, value, error in zip(rows, values, errors, strict=True):
        allowed = float(row[wrong]) + float(error)
        assert 0 < allowed < most
        assert abs(float(row[name]) / float(value) - 1) <= allowed


def test_curves_of_the_other_models_are_those_of_their_actions(site: Path) -> None:
    """At the first point of each; of a declared model the loss less its noise."""
    (data,) = planes_on(site / "dynamical.html")
    a, b = data["samples"]["each"][0]["point"]
    alone = tauber.dynamical.curve(a=a, b=b, width=100, times=data["samples"]["steps"])
    rows = rows_at(site / "curves-dynamical.csv", a=a, b=b, N="100.0")
    agree(rows, "L", "relative_error", alone.loss, alone.error)
    best = tauber.dynamical.frontier(a=a, b=b, budget="1e6,1e9,1e12")
    agree(rows_at(site / "frontier-dynamical.csv", a=a, b=b), "L_star", "loss_relative_error", best.loss, best.error)

    (data,) = planes_on(site / "explaining.html")
    a, b = data["samples"]["each"][0]["point"]
    sizes = [int(size) for size in data["samples"]["steps"]]
    alone = tauber.explaining.curve(a=a, b=b, data=sizes, features="inf,100")
    other = tauber.explaining.curve(a=a, b=b, data="inf", features=sizes)
    for where, found, index in (("inf", alone, 0), ("100.0", alone, 1)):
        rows = rows_at(site / "curves-explaining.csv", a=a, b=b, P=where)
        agree(rows[: len(sizes)], "L", "relative_error", found.loss[:, index], found.error[:, index])
    rows = rows_at(site / "curves-explaining.csv", a=a, b=b, D="inf")
    agree(rows, "L", "relative_error", other.loss[0], other.error[0])
    assert not (site / "frontier-explaining.csv").exists()

    (data,) = planes_on(site / "noisy_sgd.html")
    assert "samples" not in planes_on(site / "step_size.html")[0]


TRAINED = [
    ("noisy_sgd", {"step_size": "free"}, {"label_noise": "1/100"}),
    ("plrf-free-step", {"step_size": "free"}, {}),
    ("plrf-warmup", {"schedule": "warmup"}, {}),
]


@pytest.mark.parametrize(("name", "training", "noise"), some(TRAINED, (0, 1)))
def test_a_trained_plane_has_the_best_sizes_and_the_runs_that_are_best(
    site: Path, name: str, training: dict[str, str], noise: dict[str, str]
) -> None:
    """At each point the frontier of the declared model, and curves of its best runs, whose losses are those of `curve`.

    Where only the size is free they have other sizes.
    """
    every, best = table(site / f"curves-{name}.csv"), table(site / f"frontier-{name}.csv")
    places = {(row["alpha"], row["beta"]) for row in best}
    assert len(places) >= 2
    runs = 0
    for alpha, beta in places:
        spectrum = {"alpha": alpha, "beta": beta}
        rows = [r for r in rows_at(site / f"frontier-{name}.csv", **spectrum) if not r["reason"]]
        found = tauber.declare(spectrum=spectrum, training=training, **noise).frontier(
            flops=[float(r["f"]) for r in rows]
        )
        agree(rows, "P_star", "loss_relative_error", found.loss, found.error, most=1e-4)
        for row, d, error in zip(rows, found.d, found.d_error, strict=True):
            assert abs(float(row["d_star"]) / d - 1) <= float(row["size_relative_error"]) + error < 0.05
            own = [c for c in every if c["d"] == f"{round(d)}.0" and (c["alpha"], c["beta"]) == (alpha, beta)]
            if not own or not (own[0].get("step_size") or own[0].get("start")):
                continue
            held = {key: own[0][key] for key in ("step_size", "start") if own[0].get(key)}
            words = {**training, **({"step_size": held["step_size"]} if "step_size" in held else {})}
            words |= {"schedule": f"warmup:{held['start']}"} if "start" in held else {}
            steps = round(float(row["f"]) / round(d))
            v = "inf" if Fraction(alpha) > Fraction(1, 2) else 10 * round(d)
            alone = tauber.declare(spectrum=spectrum, training=words, **noise)
            losses = [
                x - 0.01 if noise else x
                for x in alone.curve(d=round(d), v=v, times=[int(float(c["r"])) for c in own]).loss
            ]
            agree(own, "P", "relative_error", losses, [1e-9] * len(own))
            (there,) = [x - 0.01 if noise else x for x in alone.curve(d=round(d), v=v, times=[steps]).loss]
            # d and r rounded to whole numbers: by 1/(2 d) and 1/(2 r), to which the loss has powers below 3
            assert abs(there / float(row["P_star"]) - 1) <= 1.5 / steps + 1.5 / d
            runs += 1
    assert runs >= 2


def test_curves_and_frontiers_are_those_of_the_actions_with_their_errors(site: Path) -> None:
    curves, best = table(site / "curves-plrf.csv"), table(site / "frontier-plrf.csv")
    (data, *_) = planes_on(site / "plrf.html")
    steps = data["samples"]["steps"]
    for alpha, beta, modes in (("4/5", "3/4", "inf"), ("1/10", "3/4", "10000")):
        here = [r for r in curves if (r["alpha"], r["beta"], float(r["d"])) == (alpha, beta, 1000)]
        alone = tauber.plrf.curve(alpha=alpha, beta=beta, d=1000, v=modes, times=",".join(map(str, steps)))
        assert len(here) == len(steps) == len(alone.loss)
        for row, loss, error in zip(here, alone.loss, alone.error, strict=True):
            allowed = float(row["relative_error"]) + float(error)
            assert 0 < allowed < 1e-9
            assert abs(float(row["P"]) / float(loss) - 1) <= allowed
        own = [r for r in best if (r["alpha"], r["beta"]) == (alpha, beta)]
        budgets = ",".join(r["f"] for r in own)
        there = tauber.plrf.frontier(alpha=alpha, beta=beta, flops=budgets)
        for k, row in enumerate(own):
            assert abs(float(row["P_star"]) / there.loss[k] - 1) <= float(row["loss_relative_error"]) + there.error[k]
    refused = [r["reason"] for r in best if (r["alpha"], r["beta"]) == ("1/10", "1/12")]
    assert [words[:15] for words in refused] == ["At budget 1e+08", "At budget 1e+11", "At budget 1e+14"]
    shown = next(s for s in data["samples"]["each"] if s["point"] == ["4/5", "3/4"])
    assert shown["curves"][1]["error"] > 0
    assert all(abs(b["loss"] / float(r["P_star"]) - 1) < 1e-4 for b, r in zip(
        shown["frontier"], [r for r in best if (r["alpha"], r["beta"]) == ("4/5", "3/4")], strict=True))  # fmt: skip


def test_a_declared_plane_is_what_derive_answers(site: Path) -> None:
    (plane,) = planes_on(site / "step_size.html")
    for alpha, beta in points(4, 0.6, 1.9, seed=3):
        (phase,) = phases_at(plane, (alpha, beta))
        found = tauber.declare(ROOT / DECLARED["step_size"]).derive(at={"alpha": alpha, "beta": beta})
        assert phase["name"] == found.phase
        powers = [-found.loss_exponent, *(found.exponents[x] for x in ("M", "g", "N"))]
        assert [str(value(law, (alpha, beta))) for law in phase["laws"]] == [str(power) for power in powers]
    (trained,) = planes_on(site / "noisy_sgd.html")
    at = Fraction(4, 5), Fraction(3, 10)
    (phase,) = phases_at(trained, at)
    assert -value(phase["laws"][0], at) == Fraction(
        str(tauber.declare(ROOT / DECLARED["noisy_sgd"]).derive().loss_exponent)
    )


def test_a_sweep_shows_its_store(site: Path, swept: Path, run: Run, tmp_path: Path) -> None:
    (plane,) = planes_on(site / "sweep.html")
    rows, measured = table(site / "sweep.csv"), plane["measured"]
    data = opened(swept).isel(flops=-1)
    for k, row in enumerate(rows):
        there = data.isel(alpha=k // 3, beta=k % 3)
        for name in ("loss_slope", "d_slope"):
            keys = (name, f"{name}_error", f"derived_{name.replace('slope', 'exponent')}", f"{name}_distance")
            for column, key, head in zip(
                measured["columns"][name], keys, (name, f"{name}_error", f"derived_{name}", keys[3]), strict=True
            ):
                held = float(there[key])
                assert (column[k] is None) == (row[head] == "") == (held != held)
                assert held != held or (float(row[head]) == held and abs(column[k] / held - 1) < 1e-5)
        assert measured["sentences"][measured["refused"][k]] == row["refusal"]
    assert rows[0]["refusal"].startswith("At budget 1e+")
    assert rows[4]["refusal"] == ""
    assert run("report", "--out", str(tmp_path / "x"), "--sweep", str(tmp_path)).is_refusal("no sweep")


def test_the_report_on_paper_has_planes_and_claims_and_fits_its_pages(site: Path) -> None:
    text = (site / "report.tex").read_text(encoding="utf-8")

    pages = [page for name in (*MODELS, *DECLARED) for page in planes_on(site / f"{name}.html")]
    solved = [{point_phase(page, s) for s in page["samples"]["each"]} - {None} for page in pages if "samples" in page]
    assert text.count(r"\begin{axis}") == len(pages)
    assert text.count(r"\begin{loglogaxis}") == sum(map(len, solved)) > len(solved)
    assert r"\addlegendentry{$L(n, \infty)$}" in text
    assert text.count(r"\paragraph{") == len(claims(CLAIMS))
    drawn = (site / "claims.html").read_text(encoding="utf-8")
    strips, series = drawn.count('class="deviations"'), drawn.count('class="series"')
    assert text.count(r"\noindent \unitlength") == strips == 1
    assert text.count(r"\begin{picture}") == strips + series > strips
    assert r"C^{\frac{1 - a}{a}}" in text  # the loss of the dynamical model in a phase
    said = f"The published rule says $x = {minute().published}$, and the truth is $x = {minute().truth}$"
    assert text.index(r"\section{In a minute") < text.index(said) < text.index(r"\begin{axis}")
    stated = {record["id"] for record in listed(claims(CLAIMS), derive=False)["claims"] if section(record)}
    papers = text.partition(r"\section{Where the papers")[2].partition(r"\section{Claims}")[0]
    assert len(stated) > 5
    assert {c.id for c in claims(CLAIMS) if rf"(\texttt{{{breaking(escaped(c.id))}}})" in papers} == stated
    if shutil.which(paper.ENGINE) is None:
        pytest.skip("no TeX engine here: install pdflatex with pgfplots to compile the report")
    log = site.with_suffix(".log").read_text(encoding="utf-8")
    assert "Output written on report.pdf" in log
    assert not re.findall(r"Overfull \\[hv]box.*|Missing character.*", log)
    assert (site / "report.pdf").read_bytes().startswith(b"%PDF")
    assert 'href="report.pdf"' in (site / "index.html").read_text(encoding="utf-8")


def test_claims_have_their_evidence_and_their_data(site: Path) -> None:
    text = (site / "claims.html").read_text(encoding="utf-8")
    rows = table(site / "claims.csv")

    assert [row["id"] for row in rows] == [claim.id for claim in claims(CLAIMS)]
    assert all(f'<details id="{row["id"]}">' in text for row in rows)
    assert {row["last"] for row in rows} <= {"verified", "refuted", "undecided", "not checked yet"}
    assert "Stated, and not so" in text
    assert text.count('class="deviations"') == 1
    (claim,) = claims(["explaining.examples.threshold"])
    held = [(item.what, item.series) for item in claim.verdict(0).evidence if item.series is not None]
    assert text.count('class="series"') == len(held) > 0
    assert [
        (row["compared"], row["over"], float(row["scale"]), float(row["value"]), float(row["tolerance"]))
        for row in table(site / "series.csv")
    ] == [(what, s.over, *row) for what, s in held for row in zip(s.scales, s.values, s.band, strict=True)]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("scheme", some(["light", "dark"], (0,)))
def test_a_browser_shows_the_derived_exponents(site: Path, scheme: Any) -> None:
    """No error, nothing requested, clicks and keys give what is derived, and the check of axe finds nothing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(color_scheme=scheme).new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url))
        for name in ("index", "sweep", next(iter(DECLARED)), *MODELS, "claims", *DECLARED)[: repeated(2, 99)]:
            page.goto((site / f"{name}.html").as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((claim) => { claim.open = true; })")
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

        page.goto((site / "plrf.html").as_uri() + "#9/10,7/10")
        home = page.locator("#plrf-samples")
        best = [r for r in table(site / "frontier-plrf.csv") if (r["alpha"], r["beta"]) == ("4/5", "3/4")]
        assert "alpha = 4/5, beta = 3/4" in home.locator(".where").inner_text()
        assert (
            f"P* ~ f^(-{tauber.plrf.derive(alpha='4/5', beta='3/4').loss_exponent})"
            in home.locator(".where").inner_text()
        )
        assert home.locator("svg path.loss").count() == 3
        cells = home.locator("tbody tr").last.locator("td").all_inner_texts()
        assert abs(float(cells[1].split()[0]) / float(best[-1]["P_star"]) - 1) < 1e-3
        assert "relative error" in cells[1]
        page.goto((site / "explaining.html").as_uri() + "#3/2,3/2")
        home = page.locator("#explaining-samples")
        assert home.locator("svg path.loss").count() == 3
        assert home.locator("svg path.derived").count() == 2
        assert "L ~ D^(" in home.locator(".where").inner_text()
        page.goto((site / "dynamical.html").as_uri() + "#3,3/2")
        assert "in phase time = width transient" in page.locator("#dynamical-samples .where").inner_text()
        assert page.locator("#dynamical-samples svg .best").count() == 3

        page.goto((site / "plrf.html").as_uri() + "#9/10,7/10")
        home = page.locator("#plrf-samples")
        page.locator("#plrf .stage").focus()
        for _ in range(36):
            page.keyboard.press("ArrowLeft")
        assert "alpha = 1/10" in home.locator(".where").inner_text()

        page.goto((site / "sweep.html").as_uri() + "#3/4,3/4")
        (row,) = [r for r in table(site / "sweep.csv") if (r["alpha"], r["beta"]) == ("4/5", "3/4")]
        shown = page.locator("#measured tbody tr").first.inner_text().split("\t")
        assert abs(float(shown[1].split(",")[0]) / float(row["loss_slope"]) - 1) < 1e-4
        assert abs(float(shown[2]) / float(row["derived_loss_slope"]) - 1) < 1e-4
        page.locator(".stage svg").click(position={"x": 80, "y": 300})
        page.locator("input").first.fill("1/5")
        page.locator("input").last.fill("1/5")
        page.keyboard.press("Enter")
        assert "Refused, in the words of the sweep: At budget" in page.locator("#measured .refused").inner_text()

        for name, width in itertools.product(("index", "claims", "sweep", *MODELS, *DECLARED), (390, 1280)):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto((site / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.evaluate(SIDEWAYS) == [], f"{name} at {width}"
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
