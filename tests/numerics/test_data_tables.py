"""One table in every form that people have it in is one problem; where the form leaves a guess, it is refused."""

import sys

import numpy as np
import pytest

from tauber.numerics import TauberInputError
from tauber.numerics.data import Layout, load

ROWS = 40
NAMES = ["f0", "f1", "f2", "target"]
VALUES = np.random.default_rng(5).standard_normal((ROWS, 4)).round(5)


def text(
    rows=None, names=NAMES, separator=",", decimal=".", end="\n", tail="", before="", after="", index=False, every=0
):
    """A table as text; `every` puts a blank line in front of so many rows."""
    lines = [] if names is None else [[*([""] if index else []), *names]]
    for i, row in enumerate(VALUES if rows is None else rows):
        cells = [cell if isinstance(cell, str) else f"{cell:.5f}".replace(".", decimal) for cell in row]
        lines.append([*([str(i)] if index else []), *cells])
    joined = [("" if not every or i % every else end) + separator.join(line) + tail for i, line in enumerate(lines)]
    return before + end.join(joined) + end + after


FORMS = {
    "semicolon": text(separator=";"),
    "tab": text(separator="\t"),
    "bar": text(separator="|"),
    "aligned": text(separator="   "),
    "spaces after commas": text(separator=", "),
    "decimal comma": text(separator=";", decimal=","),
    "decimal comma with tabs": text(separator="\t", decimal=","),
    "quoted decimal comma": text(rows=[[f'"{x:.5f}"'.replace(".", ",") for x in row] for row in VALUES]),
    "comment": text(before="# made by a tool, version 2\n\n"),
    "comment of MATLAB": text(before="% a; b\n"),
    "names in a comment": text(names=None, before="# f0,f1,f2,target\n"),
    "separator at the end": text(tail=","),
    "separator at the end of data": ",".join(NAMES) + "\n" + text(names=None, tail=","),
    "separator at the end, decimal comma": text(separator=";", decimal=",", tail=";"),
    "separator told to Excel": text(separator=";", before="sep=;\n"),
    "blank lines": text(every=3),
    "rows of separators": text(after=",,,\n,,,\n"),
    "Windows lines": text(end="\r\n"),
    "old Macintosh lines": text(end="\r"),
    "quoted": text(rows=[[f'"{x:.5f}"' for x in row] for row in VALUES], names=[f'"{n}"' for n in NAMES]),
    "exponents": text(rows=[[f"{x:.5e}" for x in row] for row in VALUES]),
    "no names": text(names=None),
    "whole names": text(names=["0", "1", "2", "target"]),
    "only whole names": text(names=["0", "1", "2", "3"]),
    "whole names from 1": text(names=["1", "2", "3", "4"]),
    "index of pandas": text(index=True),
    "index and whole names": text(index=True, names=["0", "1", "2", "3"]),
    "index with a name": text(index=True).replace("", "Unnamed: 0", 1),
    "one number too many in the names": text(names=["f0", "f1", "2", "target"]),
}


@pytest.fixture
def write(tmp_path):
    def writer(content, name="t.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return tmp_path / name

    return writer


def is_the_table(problem):
    centred = VALUES - VALUES.mean(axis=0)
    points = centred[:, :3] / np.linalg.norm(centred[:, :3], axis=1, keepdims=True)
    assert problem.features == pytest.approx(points, abs=1e-12)
    assert problem.targets == pytest.approx(centred[:, 3:], abs=1e-12)
    assert (problem.reading.rows, problem.reading.columns, problem.reading.targets) == (ROWS, 3, "regression")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_table(write, form):
    problem = load(write(FORMS[form]))

    is_the_table(problem)
    assert ("index" in " ".join(problem.reading.left_out)) == ("index" in form)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt", "t.dat"])
def test_encodings_and_endings(write, encoding, name):
    problem = load(write(text(names=["Größe", "é", "ß", "target"]), name, encoding))

    is_the_table(problem)
    assert problem.reading.names == ("Größe", "é", "ß")


def changed(row, column, cell):
    rows = [[f"{x:.5f}" for x in values] for values in VALUES]
    rows[row][column] = cell
    return rows


@pytest.mark.parametrize(
    "cell", ["<0.01", "12.5€", "n/a", "nan", "inf", "-", "", "1_000", "٣", "1e999", "0x10", "1.2.3"]
)
@pytest.mark.parametrize("column", [1, 3])
def test_a_cell_that_is_no_number_has_an_address(write, cell, column):
    path = write(text(rows=changed(6, column, cell), before="# comment\n\n"))
    with pytest.raises(TauberInputError) as caught:
        load(path)
    shown = repr(cell) if cell else "nothing"
    assert f"In row 7 (line 10), column '{NAMES[column]}' holds {shown}, which is no finite number" in str(caught.value)

    found = load(path, layout=Layout(complete=True))
    assert found.reading.rows == ROWS - 1
    assert "1 row with a cell" in found.reading.left_out[0]
    if column == 1:
        assert load(path, layout=Layout(drop=("f1",))).reading.names == ("f0", "f2")


def test_text_that_does_not_repeat_is_no_class(write):
    path = write(text(rows=[[*(f"{x:.5f}" for x in row[:3]), f"{row[3]:.2f}€"] for row in VALUES]))
    with pytest.raises(
        TauberInputError, match=r"'target', is text with \d+ different values for 40 points, such as '.*€'"
    ):
        load(path)
    with pytest.raises(TauberInputError, match=r"row 1 \(line 2\), column 'target' holds"):
        load(path, classes=False)


@pytest.mark.parametrize("classes", [None, True])
def test_text_that_repeats_is(write, classes):
    rows = [[*(f"{x:.5f}" for x in row[:3]), "abc"[i % 3] * 2] for i, row in enumerate(VALUES)]
    found = load(write(text(rows=rows)), classes=classes)
    assert (found.targets.shape, found.reading.targets, found.reading.outputs) == ((ROWS, 3), "classes", 3)
    assert found.reading.flags == ()
    percent = [[*row[:3], f"{i % 3}%"] for i, row in enumerate(rows)]
    assert "looks like numbers, such as '0%'" in load(write(text(rows=percent)), classes=classes).reading.flags[0]
    rows[4][3] = ""
    with pytest.raises(TauberInputError, match=r"row 5 \(line 6\), column 'target' holds nothing, which is no class"):
        load(write(text(rows=rows)), classes=classes)


WHOLE = np.random.default_rng(1).integers(0, 3, (ROWS, 3)).astype(str).tolist()
REFUSED = {
    "short rows may count": (text(rows=WHOLE, names=["0", "1", "2"]), "Line 1 may hold names or a point"),
    "years over numbers": (text(names=["1990", "1991", "1992", "1993"]), "1990, 1991, 1992, 1993"),
    "a word among numbers with decimals": (text(names=["x", "1.5", "2.5", "3.5"]), "'x' where the rows below"),
    "thousands or decimals": (text(rows=[['"1,234"', "1", "2", "3"]] * 5), "'1,234' may have a decimal comma"),
    "a longer line": (text(after="1,2,3,4,5\n"), "Line 42 .* has 5 cells and the other lines have 4"),
    "a shorter line": (text(after="1,2,3\n"), "Line 42 .* has 3 cells"),
    "a quote that does not end": (text(after='"1,2,3,4\n'), "quotes"),
    "pictures": (b"\x89PNG\r\n\x1a\n\x00\x00", "control character"),
    "nothing": ("", "holds no table"),
    "comments only": ("# a\n% b\n", "holds no table"),
    "one column": ("a\n1\n2.5\n3\n", "No column of .* is left"),
    "a feature that counts": (
        text(rows=[[i, *row] for i, row in enumerate(VALUES)], names=["time", *NAMES]),
        r"'time' counts the rows.*`drop='time'`.*`keep='time'`",
    ),
    "a first column that counts": (text(rows=[[i, *row] for i, row in enumerate(VALUES)], names=None), "`drop=0`"),
    "a shuffled count": (text(rows=[[7 * i % ROWS, *row] for i, row in enumerate(VALUES)], names=None), "`drop=0`"),
    "a target that counts": (text(rows=[[*row, i] for i, row in enumerate(VALUES)], names=None), "which counts"),
    "the same name twice": (text(names=["a", "a", "b", "c"]), "2 columns 'a'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_open_is_refused(write, case):
    content, sentence = REFUSED[case]
    with pytest.raises(TauberInputError, match=sentence) as caught:
        load(write(content), target="a" if "twice" in case else None)
    assert "\n" not in str(caught.value)


def test_what_is_open_can_be_said(write):
    small = write(text(rows=WHOLE, names=["0", "1", "2"]))
    assert load(small, layout=Layout(header=True)).reading.rows == ROWS
    assert load(small, layout=Layout(header=False)).reading.rows == ROWS + 1
    clock = write(text(rows=[[i, *row] for i, row in enumerate(VALUES)], names=["time", *NAMES]))
    assert load(clock, layout=Layout(keep=("time",))).reading.columns == 4
    is_the_table(load(clock, layout=Layout(drop=("time",))))
    is_the_table(load(clock, layout=Layout(drop=("0",))))
    thousands = write(text(rows=[['"1,234"', "1", "2", str(i % 3)] for i in range(6)] + [["1", "2", "3", "4"]]))
    assert load(thousands, layout=Layout(decimal=","), prepare=False).features[0, 0] == 1.234
    both = write("".join(f"{i}.5 {i * i};{i % 2} {i * i * i}.25\n" for i in range(9)))
    assert load(both, layout=Layout(delimiter=" ", drop=(1,)), supervised=False, prepare=False).features[3, 1] == 27.25


def test_a_name_goes_before_a_number(write):
    """Column "1" of names 1, 2, 3, 4 is the first one, and number 1 the second."""
    path = write(text(names=["1", "2", "3", "4"]))
    assert load(path, target="1").targets[:, 0] == pytest.approx(VALUES[:, 0] - VALUES[:, 0].mean())
    assert load(path, target=1).targets[:, 0] == pytest.approx(VALUES[:, 1] - VALUES[:, 1].mean())


@pytest.mark.parametrize(
    "names",
    [
        ["params", "tokens", "loss"],
        ["n_parameters", "train_tokens", "val_loss"],
        ["model size", "Dataset Size", "Test Loss"],
        ["flops", "lr", "final loss"],
        ["N", "D", "L"],
        ["loss", "compute", "seed"],
    ],
)
def test_training_runs_are_no_points(write, tmp_path, names):
    size, data = np.geomspace(5e6, 1e9, 9), np.geomspace(1e9, 1e12, 9)
    rows = [[f"{n:.6g}", f"{d:.6g}", f"{1.8 + 480 / n**0.35 + 2000 / d**0.37:.4f}"] for n in size for d in data]
    with pytest.raises(
        TauberInputError, match="looks like training runs .columns .*oss" if names[2] != "L" else "runs"
    ):
        load(write(text(rows=rows, names=names)))
    np.savez(tmp_path / "runs.npz", params=size, tokens=data, loss=1 / size)
    with pytest.raises(TauberInputError, match="training runs"):
        load(tmp_path / "runs.npz")


def test_loss_alone_makes_no_runs(write):
    assert load(write(text(names=["age", "n", "d", "loss"]))).reading.target == "column 'loss'"


def test_a_matrix_has_the_same_rules(tmp_path):
    np.save(tmp_path / "t.npy", np.column_stack([np.arange(ROWS), VALUES]))
    with pytest.raises(TauberInputError, match=r"column 0 \(from 0\) counts the rows"):
        load(tmp_path / "t.npy")
    is_the_table(load(tmp_path / "t.npy", layout=Layout(drop=(0,))))
    np.savez(tmp_path / "t.npz", features=np.column_stack([np.arange(ROWS), VALUES]), targets=VALUES[:, 0])
    assert any(
        "column 0 (from 0) of features counts the rows" in flag for flag in load(tmp_path / "t.npz").reading.flags
    )
    hole = VALUES.copy()
    hole[4, 2] = np.nan
    np.save(tmp_path / "hole.npy", hole)
    with pytest.raises(TauberInputError, match=r"\[4, 2\] .counted from 0. is nan"):
        load(tmp_path / "hole.npy")
    assert load(tmp_path / "hole.npy", layout=Layout(complete=True)).reading.rows == ROWS - 1


def test_targets_that_are_all_the_same(tmp_path):
    """0.1 is no binary fraction: its mean over 70 points is not itself, and must not make a target of 1e-17."""
    for same in (0.1, 3.0, "x"):
        np.savez(tmp_path / "same.npz", features=np.random.default_rng(0).random((70, 2)), targets=np.full(70, same))
        for classes in (None, True):
            with pytest.raises(TauberInputError, match=r"70 targets in .*same\.npz' are the same, .* nothing to learn"):
                load(tmp_path / "same.npz", classes=classes)


def test_repeated_and_constant_columns_are_flagged(tmp_path):
    points = np.random.default_rng(0).standard_normal((30, 3))
    points[:, 1] = 0.1
    points = points[[*range(30), 3, 3, 8]]
    np.savez(tmp_path / "r.npz", features=points, targets=points[:, 0])
    flags = load(tmp_path / "r.npz").reading.flags
    assert any("3 of the 33 points repeat another one, 30 are distinct" in flag for flag in flags)
    assert any("same value in the features 1." in flag for flag in flags)
    np.savez(tmp_path / "k.npz", kernel=points @ points.T, targets=points[:, 0])
    assert any("3 of the 33 points repeat" in flag for flag in load(tmp_path / "k.npz").reading.flags)


def test_without_targets(write, tmp_path):
    np.savez(tmp_path / "f.npz", features=VALUES)
    for problem, columns in (
        (load(tmp_path / "f.npz"), 4),
        (load(write(text()), supervised=False), 4),
        (load("digits", size=50, supervised=False), 64),
    ):
        assert problem.targets.shape == (problem.size, 0)
        assert (problem.reading.columns, problem.reading.targets, problem.reading.target) == (columns, None, None)


@pytest.mark.parametrize("suffix", ["npy", "npz", "csv"])
def test_labels_in_a_file_of_their_own(write, tmp_path, suffix):
    y, path = VALUES[:, 3], tmp_path / f"y.{suffix}"
    {"npy": lambda: np.save(path, y), "npz": lambda: np.savez(path, y=y),
     "csv": lambda: np.savetxt(path, y, header="target", comments="")}[suffix]()  # fmt: skip
    is_the_table(load(write(text(rows=VALUES[:, :3], names=NAMES[:3])), labels=path))


def test_pandas_is_named_where_it_is_missing(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(TauberInputError, match="pip install 'tauber\\[data\\]'"):
        load(write(text()))
