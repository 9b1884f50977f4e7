"""What is kept on disk: the same answers, nothing stale or damaged, nothing executed, and a note where it cannot be."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import sympy

import tauber
from tauber import cache
from tauber.cache_text import read, written
from tauber.output import screen

a, b = sympy.symbols("a b", positive=True)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of entries."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def counted(value=1):
    """A derivation that counts how often it is done."""
    calls = []

    def make():
        calls.append(None)
        return value

    return make, calls


@pytest.mark.parametrize(
    "command",
    [
        "derive plrf --alpha 4/5 --beta 3/10 --full",
        "derive plrf --alpha 4/5 --beta 7/10 --lr 0.1 --digits 25 --json",
        "derive plrf --alpha 4/5",
        "phases plrf --json",
        "derive dynamical --a 3 --b 3/2 --full",
        "derive explaining --a 3/2 --b 3/2 --json",
        "claims plrf.phase --json",
    ],
)
def test_the_second_answer_is_the_first(run, place, command, monkeypatch):
    first = run(*command.split())
    assert first.code == 0
    assert list(place.glob("*.txt"))
    monkeypatch.setattr(cache, "_write", lambda *_: pytest.fail("it was derived again"))

    assert run(*command.split()) == first


HEAVY = ("sympy", "mpmath", "numpy", "scipy", "matplotlib", "pandas")


def alone(*commands):
    """What commands print, one after the other in a process of their own, and which of the heavy imports they made."""
    program = (
        "import sys; from tauber.cli import main; [main(words.split()) for words in sys.argv[1:]]; "
        f"sys.stderr.write('|'.join(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program, *commands], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_what_was_printed_is_printed_again_without_sympy(run, place):
    commands = (
        "derive plrf --alpha 4/5 --beta 3/10",
        "derive plrf --alpha 2/5 --beta 1 --notation bordelon --full",
        "derive explaining --a 3/2 --b 3/2 --latex",
        "phases dynamical --cost N*P --json",
    )
    first = [run(*words.split()).out for words in commands]

    assert alone(*commands) == ("".join(first), "")


def test_lists_help_and_refusals_import_nothing_heavy(place):
    shown, heavy = alone(
        "--version", "derive plrf --help", "verify --list --json", "claims", "verify nosuch",
        "derive plrf --alpha x", "derive dynamical --a 1/2", "phases dynamical --cost x", "curve plrf --beta x",
    )  # fmt: skip

    assert "plrf.phase.Ia" in shown
    assert heavy.count("\n") == 5  # the refusals
    assert not heavy.splitlines()[5:]


def test_of_a_file_no_print_is_kept(run, place, tmp_path):
    spectrum = tmp_path / "own.toml"
    found = []
    for decay in ("8/5", "2"):
        spectrum.write_text(f'[spectrum]\nkind = "powers"\ndecay = "{decay}"\ntarget = "11/5"\n', encoding="utf-8")
        found.append(run("derive", "plrf", "--spectrum", str(spectrum)).out)

    assert found[0] != found[1]


def test_a_recorded_page_is_printed_as_it_was(capsys):
    with screen.recorded() as page:
        screen.print_line("one")
        screen.print_table("title", ("a", "b"), [("1", "2")])
    screen.print_line("not recorded")
    first = capsys.readouterr().out
    screen.print_again(page)

    assert page == ["one", ("title", ["a", "b"], [["1", "2"]])]
    assert first == capsys.readouterr().out + "not recorded\n"


def test_in_python_the_same_objects_come_back(place):
    def derived():
        return tauber.plrf.derive(alpha="2/5", beta=1, lr_trace="1/2", ratio=10, digits=20)

    first, second = derived(), derived()

    assert second.to_dict() == first.to_dict()
    assert second.latex() == first.latex()
    assert [t["value"].context.dps for t in second.terms if t["value"]] == [
        t["value"].context.dps for t in first.terms if t["value"]
    ]


def test_without_the_cache_nothing_is_read_or_kept(run, place):
    assert run("phases", "plrf", "--no-cache").code == 0
    assert not place.exists()


def test_other_arguments_and_other_code_are_other_entries(place, monkeypatch):
    make, calls = counted()
    for arguments in ((1,), (1,), (Fraction(1),)):
        cache.kept("test", make, *arguments)
    assert len(calls) == 2
    monkeypatch.setattr(cache, "_code", lambda measured: "changed")
    cache.kept("test", make, 1)

    assert len(calls) == 3


@pytest.mark.parametrize("damage", ["", "nonsense", "half", "turned"])
def test_a_damaged_entry_is_made_again(place, damage):
    make, calls = counted([sympy.pi * a, 12])
    cache.kept("test", make)
    (entry,) = place.glob("*.txt")
    text = entry.read_text()
    entry.write_text({"half": text[: len(text) // 2], "turned": text.replace("12", "13")}.get(damage, damage))

    assert cache.kept("test", make) == [sympy.pi * a, 12]
    assert cache.kept("test", make) == [sympy.pi * a, 12]
    assert len(calls) == 2


def test_one_note_where_nothing_can_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "file" / "kept"))
    make, calls = counted()

    assert [cache.kept("test", make), cache.kept("test", make)] == [1, 1]
    assert len(calls) == 2
    assert capsys.readouterr().err.count("Note: ") == 1


def test_old_entries_make_room(place, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 4)
    for n in range(9):
        cache.kept("test", lambda: 1, n)

    assert len(list(place.glob("*.txt"))) <= 4


def test_the_folder_is_the_users_own(place):
    cache.kept("test", lambda: 1)

    assert place.stat().st_mode & 0o077 == 0
    assert all(entry.stat().st_mode & 0o077 == 0 for entry in place.iterdir())


VALUES = [
    None,
    (1, -2, 0.5, True, "it's"),
    {"x": [Fraction(-1, 3), {}]},
    sympy.gamma(1 - 1 / a) ** b / sympy.sin(sympy.pi * a) - sympy.Rational(2, 3),
    sympy.And(a > 1, b < 2 * a),
    sympy.Eq(a, 1, evaluate=False),
    sympy.Piecewise((sympy.Sum(a**b, (b, 1, sympy.oo)), a > 1), (sympy.oo, True)),
    sympy.hyper([1, a], [b], -1),
    sympy.Function("D")(a),
    sympy.true,
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_values_are_read_as_they_were(value):
    assert read(written(value)) == value
    assert type(read(written(value))) is type(value)


def test_numbers_of_many_digits_keep_their_context():
    ctx = mpmath.mp.clone()
    ctx.dps = 40
    value = ctx.sqrt(2)
    back = read(written([value]))[0]

    assert (back._mpf_, back.context.prec) == (value._mpf_, ctx.prec)


ATTACKS = [
    "__import__('os').getpid()",
    "gamma('__import__(\"os\").getpid()')",
    "Add(['1'], '1')",
    "Tuple(('x', 'y'))",
    "sympify('1')",
    "lambdify(1)",
    "Symbol('x', positive='y')",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "Symbol.__class__",
    "{**{}}",
    "open('file')",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_else_is_read(text):
    with pytest.raises(ValueError, match=r"kept|exact values"):
        read(text)


def test_what_is_of_another_kind_is_derived_each_time(place):
    made = [cache.kept("test", lambda: [Path("x")]), cache.kept("test", lambda: [Path("x")])]

    assert made == [[Path("x")]] * 2
    assert not list(place.glob("*.txt"))
