"""TOML files: marks before the text, other encodings, and mistakes named as the file has them."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

import tauber
from tauber.read.spectrum import spectrum
from tauber.read.toml import tables

from .conftest import Run

LAW = '[spectrum]\nkind = "powers"\ndecay = "3/2"\ntarget = 2\n'


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "law.toml"
    path.write_bytes(codecs.BOM_UTF8 + LAW.encode())

    assert spectrum(path) == tauber.Powers("3/2", 2)
    assert tauber.declare(path).derive().loss_exponent == tauber.plrf.derive(alpha="3/4", beta="1/4").loss_exponent


@pytest.mark.parametrize("content", [LAW.encode("utf-16"), "# größer\n".encode("latin-1"), bytes(range(128, 256))])
def test_other_encodings_are_refused_without_the_words_of_python(tmp_path: Path, content: bytes, run: Run) -> None:
    path = tmp_path / "law.toml"
    path.write_bytes(content)

    for words in (("derive", str(path)), ("derive", "plrf", "--spectrum", str(path))):
        shown = run(*words)
        assert shown.is_refusal(str(path), "is no UTF-8 text")
        assert "codec" not in shown.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1\nb = 2\na = 3", "'a = 3' gives a value to a key that has one already (at line 3,"),
        ("a = 1\r\na = 3\r\n", "'a = 3' gives a value to a key that has one already (at line 2,"),
        ("[a]\nb.c = 1\nb.c = 2\n", "'b.c = 2' gives a value to a key that has one already (at line 3,"),
        ("[s]\n[[s]]\n", "'[[s]]' gives a value to a key that has one already (at line 2,"),
        ("[s.t]\na = 1\n[s.t]\n", "[s.t] is given twice (at line 3,"),
        ('["it\'s".t]\n["it\'s".t]\n', "[it's.t] is given twice (at line 2,"),
        ("['x(y)']\n['x(y)']\n", "[x(y)] is given twice (at line 2,"),
        ("a = [1]\n[[a]]\n", "[a] is given already, and nothing can be added to it (at line 2,"),
        ("[a.b]\n[a]\nb.c = 1\n", "[a.b] is given already, and nothing can be added to it (at line 3,"),
        ("a = {b = 1, b = 2}\n", "Duplicate inline table key 'b' (at line 1,"),
        ("a =", "Invalid value (at line 1,"),
    ],
)
def test_what_is_given_twice_is_named_as_the_file_has_it(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "twice.toml"
    path.write_bytes(text.encode())
    with pytest.raises(tauber.BadInput) as refused:
        tables(path)

    assert str(refused.value).startswith(f"it is no TOML file: {says}")


@pytest.mark.parametrize("given", ["spectrum = 3", "[[spectrum]]\nalpha = 1", "spectrum = [1, 2, 3]"])
def test_a_spectrum_that_is_no_table_is_told_of_tables_first(tmp_path: Path, given: str, run: Run) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(given, encoding="utf-8")

    assert run("derive", str(path)).is_refusal("it must be a table with a kind, such as [spectrum]")
