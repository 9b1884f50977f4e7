"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tauber.errors import BadInput
from tauber.files import check_fillable, check_writable, filling, renewing, replacing


def test_a_file_replaces_its_predecessor(tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    target.write_text("old")
    with replacing(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"

    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["figure.svg"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as part:
            part.write_text("half")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["figure.svg"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    with replacing(tmp_path / "link.svg") as part:
        part.write_text("new")

    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "new"


def test_a_folder_keeps_what_was_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "own.tex").write_text("mine")
    (folder / "model.tex").write_text("old")
    with filling(folder) as draft:
        (draft / "model.tex").write_text("new")

    assert (folder / "own.tex").read_text() == "mine"
    assert (folder / "model.tex").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["paper"]


def test_a_failure_makes_no_folder(tmp_path: Path) -> None:
    def fail() -> None:
        with filling(tmp_path / "paper") as draft:
            (draft / "model.tex").write_text("half")
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["missing/figure.svg", "folder", "file/figure.svg"])
def test_targets_that_cannot_be_written(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(BadInput, match="cannot be written"), replacing(tmp_path / target):
        pass


def test_folders_that_cannot_be_filled(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "paper" / "model.tex").mkdir(parents=True)
    for folder in ("file", "missing/paper", "paper"):
        with pytest.raises(BadInput, match="cannot be filled"), filling(tmp_path / folder) as draft:
            (draft / "model.tex").touch()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "paper"]


def test_folders_are_checked_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "paper" / "model.tex").mkdir(parents=True)
    for folder in ("file", "file/paper", "missing/paper", "loop", "loop/paper", "a" * 300, "paper"):
        with pytest.raises(BadInput, match="cannot be filled"):
            check_fillable(tmp_path / folder, ["model.tex"])
    check_fillable(tmp_path / "new")
    check_fillable(tmp_path / "paper", ["other.tex"])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop", "paper"]
    assert [path.name for path in (tmp_path / "paper").iterdir()] == ["model.tex"]


@pytest.mark.parametrize("target", ["loop.svg", "loop/x.svg", "dangling.svg", "folder.svg", "a" * 300 + ".svg"])
def test_files_are_checked_before_the_work(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "loop.svg").symlink_to("loop.svg")
    (tmp_path / "dangling.svg").symlink_to("missing/x.svg")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInput, match="cannot be written"):
        check_writable(tmp_path / target)

    assert sorted(tmp_path.iterdir()) == before


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
