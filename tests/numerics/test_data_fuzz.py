"""Whatever a file holds, the reader gives a sound problem or one sentence: no traceback, no class per point.

Files are tables of odd cells in every layout, true tables with a byte changed, arrays of any shape and dtype, and
archives cut short or changed. `test_many_files` is the same over 10,000 of them.
"""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tauber.numerics import TauberInputError
from tauber.numerics.data import Layout, load

from ..sampling import sampled

STYLES = (
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.6g}"),
    st.floats(-99, 99).map(lambda x: f"{x:.3f}"),
    st.floats(-99, 99).map(lambda x: f"{x:.3f}".replace(".", ",")),
    st.one_of(st.integers(-50, 50).map(str), st.sampled_from(["1e5", "1.5E-3", "+2", ".5", "3.", "1,234", "-0"])),
)
ODD = st.one_of(
    st.sampled_from(
        ["", "nan", "inf", "NA", "<0.01", "5 %", "12€", "a", "b", '"q,x"', "1_000", "٣", "0x10", "#", "id"]
    ),
    st.sampled_from(
        ["target", "loss", "tokens", "Unnamed: 0", "1.2.3", "2020-01-01", '"', "x;y", "true", "\x00", "\\"]
    ),
    st.text(max_size=4),
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table whose columns are mostly of one kind, with some odd cells, in some layout and encoding."""
    width, height = draw(st.integers(2, 5)), draw(st.sampled_from([0, 1, 3, *range(6, 14)]))
    style = draw(st.sampled_from(STYLES))
    kinds = draw(
        st.lists(st.sampled_from(["number"] * 12 + ["whole", "whole", "count", "id"]), min_size=width, max_size=width)
    )
    kinds[-1] = draw(st.sampled_from([kinds[-1], "class", "whole", "number"]))
    columns = [draw(_columns(kind, style, height)) for kind in kinds]
    rows = [list(row) for row in zip(*columns, strict=True)]
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 2])) if rows else 0):
        rows[draw(st.integers(0, height - 1))][draw(st.integers(0, width - 1))] = draw(ODD)
    names = draw(st.sampled_from(["none", "letters", "letters", "counted", "odd"]))
    if names != "none":
        odd = draw(st.lists(ODD, min_size=width, max_size=width))
        rows.insert(0, {"letters": list("abcde"), "counted": list("01234"), "odd": odd}[names][:width])
    separator = draw(st.sampled_from([",", ",", ";", ";", "\t", "|", " ", ", ", ":"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    tail = draw(st.sampled_from(["", separator]))
    lines = [separator.join(row) + tail for row in rows]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        extra = draw(st.sampled_from(["", "", "# a comment", "%", separator * 3, "# a,b,c", "one more"]))
        lines.insert(draw(st.integers(0, len(lines))), extra)
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])), "replace")


def _columns(kind: str, style: st.SearchStrategy[str], height: int) -> st.SearchStrategy[list[str]]:
    cells = {
        "number": style,
        "whole": st.integers(0, 3).map(str),
        "class": st.sampled_from(["cat", "dog", "eel"]),
        "id": st.text("abcdef0123456789", min_size=6, max_size=6),
    }
    if kind == "count":
        return st.just([str(row) for row in range(height)])
    return st.lists(cells[kind], min_size=height, max_size=height)


@st.composite
def stored(draw: st.DrawFn) -> tuple[str, bytes]:
    """Arrays in a .npy or .npz file, now and then symmetric, and now and then damaged."""
    kinds = st.one_of(
        arrays.floating_dtypes(endianness="<"), arrays.integer_dtypes(endianness="<"), arrays.complex_number_dtypes(),
        arrays.boolean_dtypes(), arrays.unicode_string_dtypes(), arrays.byte_string_dtypes(),
        arrays.datetime64_dtypes(endianness="<"),
    )  # fmt: skip
    shapes = st.one_of(
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5), st.just((4, 4)), st.just((6, 6))
    )

    def one() -> np.ndarray:
        found = draw(arrays.arrays(draw(kinds), draw(shapes)))
        if found.ndim == 2 and found.shape[0] == found.shape[1] and draw(st.booleans()):
            found = np.triu(found) + np.triu(found, 1).T if found.dtype.kind in "fiu" else found
        return found

    buffer = io.BytesIO()
    suffix = draw(st.sampled_from([".npy", ".npz"]))
    with np.errstate(all="ignore"):
        if suffix == ".npy":
            np.save(buffer, one())
        else:
            keys = st.sampled_from(["features", "x", "kernel", "targets", "y", "labels", "loss", "tokens"])
            np.savez(buffer, **{key: one() for key in draw(st.lists(keys, unique=True, max_size=3))})
    content = bytearray(buffer.getvalue())
    damage = draw(st.integers(0, 9))
    if damage == 0:
        content = content[: draw(st.integers(0, len(content)))]
    for _ in range(damage == 1 and draw(st.integers(1, 3))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return suffix, bytes(content)


def _table(rows: int = 8) -> bytes:
    values = np.random.default_rng(0).standard_normal((rows, 3))
    return ("a,b,target\n" + "\n".join(",".join(f"{x:.4f}" for x in row) for row in values) + "\n").encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound table with a few bytes changed, cut out or put in."""
    content = bytearray(_table())
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(content) - 1))
        content[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(content)


FILES = st.one_of(
    tables().map(lambda content: (".csv", content)),
    tables().map(lambda content: (".txt", content)),
    damaged().map(lambda content: (".csv", content)),
    stored(),
    st.tuples(st.sampled_from([".csv", ".npy", ".npz"]), st.binary(max_size=60)),
)
OPTIONS = st.just({}) | st.fixed_dictionaries(
    {},
    optional={
        "target": st.sampled_from(["0", "a", "target", "y", "-1"]),
        "classes": st.booleans(),
        "supervised": st.booleans(),
        "prepare": st.booleans(),
        "layout": st.builds(
            Layout,
            delimiter=st.sampled_from([None, None, ",", ";", " "]),
            decimal=st.sampled_from([None, None, ".", ","]),
            header=st.sampled_from([None, None, True, False]),
            drop=st.sampled_from([(), (), ("a",), ("0",)]),
            keep=st.sampled_from([(), (), ("0",)]),
            complete=st.booleans(),
        ),
    },
)


def is_read_or_refused(file: tuple[str, bytes], options: dict) -> None:
    suffix, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        try:
            problem = load(path, **options)
        except TauberInputError as refusal:
            sentence = str(refusal)
            assert sentence.endswith(".")
            assert "\n" not in sentence
            return
    reading = problem.reading
    assert np.isfinite(problem.targets).all()
    assert problem.size == reading.rows
    assert problem.targets.shape[1] == reading.outputs
    if reading.targets == "classes":
        assert 2 * reading.outputs <= reading.rows
    if suffix in {".csv", ".txt"}:
        assert reading.outputs <= max(reading.rows // 2, 1)


@pytest.mark.dear
@sampled(40, 300)
@given(FILES, OPTIONS)
def test_a_file_is_read_or_refused(file: tuple[str, bytes], options: dict) -> None:
    is_read_or_refused(file, options)


@pytest.mark.slow
@settings(max_examples=10_000, derandomize=False, database=None)
@given(FILES, OPTIONS)
def test_many_files(file: tuple[str, bytes], options: dict) -> None:
    is_read_or_refused(file, options)
