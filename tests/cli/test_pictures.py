"""Phase diagrams as pictures: titled by what was asked, in letters that can be read, with no line through a label."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from sympy import Rational

from tauber.models.dynamical.look import look
from tauber.models.explaining.look import LOOK as EXPLAINING
from tauber.models.plrf.look import LOOK as PLRF
from tauber.models.plrf.look import trained
from tauber.plots.apart import apart
from tauber.plots.labels import SMALLEST
from tauber.plots.phases import draw_phases
from tauber.theory.models.one_pass.training import Training

pytestmark = pytest.mark.xdist_group("pictures")  # in one process, which draws each of them once
TRAINED = {  # one with a curved boundary that is short, one with more trade-offs than hues
    "serial time": Training("free", Rational(0), serial_time=Rational(1, 4)),
    "warm-up": Training("free", warmup=True),
}
BUDGETS = [({"N": 1, "t": 1}, False), ({"N": 1, "P": 1}, False), ({"N": 1, "P": 1}, True), ({"P": 1}, True)]


def _plrf(*frame: tuple[float, float]) -> Figure:
    from tauber.theory.models import plrf

    return draw_phases(plrf.phase_diagram(), PLRF, *frame)


def _explaining() -> Figure:
    from tauber.theory.models import explaining

    return draw_phases(explaining.phase_diagram(), EXPLAINING)


def _dynamical(powers: dict[str, int], noise: bool) -> Figure:
    from tauber.theory.models import dynamical

    return draw_phases(dynamical.phase_diagram(dynamical.budget(powers, noise)), look("*".join(powers), noise))


def _trained(name: str) -> Figure:
    from tauber.theory.models.one_pass.settled import phase_diagram

    return draw_phases(phase_diagram(TRAINED[name]), trained("d r B", {name: ""}))


MAKERS: dict[str, Callable[[], Figure]] = {
    "plrf": _plrf,
    "plrf, narrow": partial(_plrf, (1.0, 2.0)),
    "explaining": _explaining,
    **{f"dynamical {'*'.join(powers)} {noise}": partial(_dynamical, powers, noise) for powers, noise in BUDGETS},
    **{name: partial(_trained, name) for name in TRAINED},
}


@cache
def picture(name: str) -> Figure:
    """One of them, drawn once: where its letters are is known then."""
    figure = MAKERS[name]()
    FigureCanvasAgg(figure).draw()
    return figure


def _texts(figure: Figure) -> list[Text]:
    (axes,) = figure.axes
    return [text for text in (*axes.texts, *figure.texts) if text.get_text()]


def _box(text: Text, figure: Figure) -> tuple[np.ndarray, np.ndarray, float]:
    """Centre, half the size and angle of a text, in pixels, its turn undone."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    turned, angle = text.get_window_extent(renderer), text.get_rotation()
    centre = np.array([(turned.x0 + turned.x1) / 2, (turned.y0 + turned.y1) / 2])
    text.set_rotation(0)
    plain = text.get_window_extent(renderer)
    text.set_rotation(angle)
    return centre, np.array([plain.width, plain.height]) / 2, float(angle)


def _turn(points: np.ndarray, angle: float) -> np.ndarray:
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return points @ np.array([[cosine, -sine], [sine, cosine]])


@pytest.mark.dear
@pytest.mark.parametrize("name", MAKERS)
def test_no_line_goes_through_a_label_and_no_label_over_another(name: str) -> None:
    figure = picture(name)
    (axes,) = figure.axes
    lines = []
    leaders = [text for text in axes.texts if text.arrow_patch is not None]
    every = [np.asarray(line.get_xydata()) for line in axes.lines]
    for ends in (*every, *(np.array([text.xyann, text.xy]) for text in leaders)):
        corners = axes.transData.transform(ends)
        lines += [a + np.linspace(0, 1, 500)[:, None] * (b - a) for a, b in pairwise(corners)]
    boxes = {text: _box(text, figure) for text in _texts(figure)}
    for text, (centre, half, angle) in boxes.items():
        for points in lines:
            inside = np.abs(_turn(points - centre, angle)) < half
            assert not inside.all(axis=1).any(), text.get_text()
        rim = np.array([(x, y) for x in np.linspace(-1, 1, 30) for y in (-1, 0, 1)]) * half
        for other, (middle, reach, turn) in boxes.items():
            if other is not text:
                covered = np.abs(_turn(_turn(rim, -angle) + centre - middle, turn)) < reach - 0.5
                assert not covered.all(axis=1).any(), (text.get_text(), other.get_text())


@pytest.mark.dear
@pytest.mark.parametrize("name", TRAINED)
def test_a_label_in_a_phase_lies_in_that_phase(name: str) -> None:
    """Every corner of the box of what is written in a phase has the trade-off that is written there."""
    from tauber.theory.models.one_pass.settled import problem

    figure, training = picture(name), TRAINED[name]
    (axes,) = figure.axes
    key = {text.get_text()[5]: text.get_text() for text in figure.texts if r"$\bf{" in text.get_text()}
    seen, led = 0, [text for text in axes.texts if not text.get_text()]  # lines from a label outside
    for text in axes.texts:
        if text.get_weight() != "bold" or text.get_text() not in key:
            continue
        centre, half, _ = _box(text, figure)
        pointed = [x.xy for x in led if (abs(axes.transData.transform(x.xyann) - centre) <= half + 2).all()]
        corners = [centre + half * side for side in ((-1, -1), (-1, 1), (1, -1), (1, 1))]
        for at in pointed or [axes.transData.inverted().transform(corner) for corner in corners]:
            phase = problem(training).at(tuple(Rational(round(1000 * x), 1000) for x in at)).phase
            assert f"   {phase}," in key[text.get_text()], text.get_text()
        seen += 1
    assert seen == len(key) > 3


@pytest.mark.dear
def test_every_place_has_the_colour_of_its_phase_beside_a_pole_of_a_boundary_too() -> None:
    """One boundary of warm-ups has a pole at alpha = 1/5."""
    from matplotlib.patches import Polygon

    from tauber.plots.palette import phase_colours
    from tauber.theory.models.one_pass.settled import phase_diagram

    diagram, (axes,) = phase_diagram(TRAINED["warm-up"]), picture("warm-up").axes
    colours = phase_colours(diagram)
    shapes = [(to_hex(x.get_facecolor()), x.get_path()) for x in axes.patches if isinstance(x, Polygon)]
    for alpha in (0.1, 0.19, 0.1999, 0.2001, 0.21, 0.235, 0.3, 0.7):
        for beta in (-0.1, 0.31, 0.43, 0.57, 0.72, 0.9, 1.23):
            if alpha + beta > 0.5:
                phase = diagram.phase_at(*(Rational(str(x)) for x in (alpha, beta)))
                found = {colour for colour, path in shapes if path.contains_point((alpha, beta))}
                assert found == {to_hex(colours[phase.name])}, (alpha, beta)


@pytest.mark.dear
def test_neighbours_of_any_diagram_are_told_apart_by_their_colours() -> None:
    from tauber.plots.palette import phase_colours
    from tauber.theory.models.one_pass.phases import phase_diagram

    diagram = phase_diagram(TRAINED["warm-up"])
    colours = phase_colours(diagram)
    assert len(diagram.phases) > 7  # hues
    assert all(colours[one] != colours[other] for boundary in diagram.boundaries for one, other in [boundary.between])


@pytest.mark.dear
@pytest.mark.parametrize("name", MAKERS)
def test_every_letter_can_be_read_and_is_on_the_paper(name: str) -> None:
    figure = picture(name)
    page = figure.bbox
    for text in _texts(figure):
        assert text.get_fontsize() >= SMALLEST >= 7, text.get_text()
        box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text.get_text()
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text.get_text()


def test_every_phase_has_its_exponent_in_the_picture_or_in_the_key() -> None:
    from tauber.formulas import tex
    from tauber.theory.models.plrf import phase_diagram

    for name in ("plrf", "plrf, narrow"):
        written = "\n".join(text.get_text() for text in _texts(picture(name))).replace(r"\dfrac", r"\frac")
        for phase in phase_diagram().phases:
            if phase.exponents:
                assert f"y = {tex(phase.loss_exponent)}$" in written, (name, phase.name)


@pytest.mark.parametrize("words", [["--cost", "P", "--label-noise"], ["--cost", "N*P"], ["--cost", "N^1/2*t"]])
def test_a_picture_says_its_model_and_its_budget(run, tmp_path: Path, monkeypatch, words: list[str]) -> None:
    titles = []
    monkeypatch.setattr("tauber.plots.save.save", lambda figure, _: titles.append(figure.texts[0].get_text()))
    assert run("phases", "dynamical", *words, "--plot", str(tmp_path / "x.png")).code == 0

    (title,) = titles
    assert "dynamical model" in title
    assert ("with label noise" in title) == ("--label-noise" in words)
    assert "Ridge regression" not in title
    assert words[1].replace("*", " ").replace("^1/2", "^{1/2}") in title


def test_labels_are_moved_apart_no_further_than_needed() -> None:
    moved = apart([0, 1, 2, 40, 45, 90], 10)

    assert all(after - before >= 10 - 1e-9 for before, after in pairwise(moved))
    assert moved[-1] == 90


def test_a_boundary_below_zero_is_drawn_where_it_is() -> None:
    """The line beta = 0 of a cool-down is level, and a cell has the phase that is the optimum in the middle of it."""
    from tauber.plots.shapes import Shapes
    from tauber.theory.models.one_pass.phases import optimum, phase_diagram

    training = Training("free", Rational(0), "best")
    shapes = Shapes(phase_diagram(training), trained("d r B", {}))
    level = [curve for curve in shapes.curves() if str(curve.boundary.equation) == "Eq(beta, 0)"]

    assert level
    assert all(np.ptp(curve.points[:, 1]) == 0 for curve in level)
    for cell in shapes.cells:
        x = np.array([(cell.left + cell.right) / 2])
        y = float(cell.lower(x)[0] + cell.upper(x)[0]) / 2
        assert optimum(training, Rational(float(x[0])), Rational(y)).phase == cell.phase


def _mathematics(texts: list[str]) -> set[str]:
    """The formulas in texts, without what is the form of a picture alone."""
    found = {formula for text in texts for formula in re.findall(r"\$(.*?)\$", text.replace("\\displaystyle ", ""))}
    return {formula.replace(r"\dfrac", r"\frac").strip() for formula in found if r"\bf{" not in formula}


def test_the_picture_in_latex_has_the_labels_of_the_plot() -> None:
    """Equations, exponents, trade-offs and names of both are the same, and so is what is said of the diagonal."""
    from tauber.tex.diagram import tikz
    from tauber.theory.models import explaining, plrf

    planes = {"plrf": (plrf.phase_diagram(), PLRF), "explaining": (explaining.phase_diagram(), EXPLAINING)}
    for name, (diagram, look_of) in planes.items():
        figure = picture(name)
        said = {text.get_text() for text in figure.findobj(Text)} - {look_of.title, *look_of.axes}
        said = {text for text in said if not re.fullmatch(r"[\d.\N{MINUS SIGN}]*", text)}  # ticks
        drawn = tikz(diagram, look_of)
        written = [line for line in drawn.splitlines() if re.match(r"\\(node|textbf)", line)]
        assert _mathematics(list(said)) == _mathematics(written)
        plain = " ".join(" ".join(sorted(said)).split())
        for phase in diagram.phases:
            if phase.exponents:
                assert phase.name in drawn
                assert phase.name in said or all(word in plain for word in phase.name.split())
        assert ("a = b" in drawn) == bool(look_of.diagonal) == any("a = b" in text for text in said)
