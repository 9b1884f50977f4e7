"""``tauber export ID``: single formulas, in every notation, that say the same and compile in any column."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import sympy
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction

import tauber
from tauber.errors import BadInput
from tauber.ledger import claims
from tauber.notation import NOTATIONS, WRITTEN, notation, rewritten
from tauber.notation import point as point_of
from tauber.tex import formulas
from tauber.tex.formulas import Formula, Letters

from ..sampling import of_each_subject

pytestmark = [
    pytest.mark.xdist_group("formulas"),  # in one process, which derives each of them once
    pytest.mark.usefixtures("kept_answers"),
]
TARGETS = (None, *NOTATIONS)
KINDS = [(model, kind) for model, kinds in formulas.declared().items() for kind in kinds]
INSIDE = {"plrf": ("alpha", "beta"), "dynamical": ("a", "b"), "explaining": ("a", "b")}
POINTS = {
    "plrf": [("7/10", "3/10"), ("7/10", "6/10"), ("7/10", "9/10"), ("2/5", "3/10"), ("3/11", "1")],
    "dynamical": [("9/5", "3/2"), ("3", "3/2"), ("5", "3/2")],
    "explaining": [("9/5", "3/2"), ("3", "3/2"), ("5", "3/2")],
}


@cache
def _derived(model: str, kind: str, target: str | None) -> dict[str, Formula]:
    return formulas.declared()[model][kind](Letters(model, target or model))


@pytest.mark.dear
def test_one_formula_is_printed(run) -> None:
    shown = run("export", "plrf.phase.IVb", "--notation", "bordelon")

    assert shown.code == 0
    assert shown.out.count(r"\begin{equation}") == shown.out.count(r"\label{tauber:plrf.phase.IVb}") == 1
    assert r"L_\star \sim C^{" in shown.out
    assert r"N_\star \sim C^{" in shown.out
    assert "alpha" not in shown.out


@pytest.mark.dear
def test_several_formulas_are_printed_in_the_order_asked(run) -> None:
    asked = ["explaining.law.data", "plrf.term.F_pp", "dynamical.boundary.width_level-width_transient"]

    assert re.findall(r"\\label\{tauber:(.+?)\}", run("export", *asked).out) == asked


def test_the_ids_are_listed_with_their_meaning(run) -> None:
    shown, listed = run("export", "--list"), run("export", "--list", "--json").json["ids"]
    ids = [entry["id"] for entry in listed]

    assert {"plrf.phase.IVb", "plrf.boundary.II-III", "dynamical.law.width", "plrf.term.F_pp"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert all(entry["meaning"].strip() and "\n" not in entry["meaning"] for entry in listed)
    assert [line.split("\t")[0] for line in shown.out.splitlines()[1:]] == ids


def test_ids_are_those_of_the_ledger_where_it_has_them() -> None:
    kinds = ("plrf.phase.", "plrf.boundary.", "plrf.term.")
    claimed = {claim.id for claim in claims() if claim.id.startswith(kinds)} - {"plrf.phase.none"}
    laws = {re.sub("constant", "law", claim.id) for claim in claims() if re.match(r"dynamical\.constant", claim.id)}

    assert claimed
    assert laws
    assert claimed | laws <= set(formulas.listed())


def test_from_python_the_formulas_are_objects() -> None:
    found = tauber.export("plrf.phase.IVb", notation="bordelon")
    a, b, compute, loss = (sympy.Symbol(x, positive=True) for x in ("a", "b", "C", "L"))
    (phase,) = (p for p in tauber.theory.models.plrf.phase_diagram().phases if p.name == "IVb")

    power = found.formulas["plrf.phase.IVb"][loss].args[0][0].as_base_exp()
    assert power[0] == compute
    assert sympy.simplify(power[1] + rewritten(phase.loss_exponent, "plrf", "bordelon")) == 0
    assert power[1].free_symbols == {a, b}
    assert found.latex() == found.text().rstrip("\n")
    assert found._repr_latex_() is None


@pytest.mark.dear
@pytest.mark.parametrize("target", NOTATIONS)
@pytest.mark.parametrize(("model", "kind"), KINDS)
def test_a_formula_says_the_same_in_every_notation(model: str, kind: str, target: str) -> None:
    """At points of the plane: the same value, and the same answer whether it holds there at all."""
    compared = 0
    for words in POINTS[model]:
        here = {name: sympy.Rational(x) for name, x in zip(INSIDE[model], words, strict=True)}
        there = point_of(here, model, target)
        for name, own in _derived(model, kind, None).items():
            other = _derived(model, kind, target)[name]
            if any(there.get(s.name, 1) <= 0 for s in other.value.free_symbols if s.is_positive):
                continue  # a letter that is positive says where the formula holds
            pairs = _pairs(own.value, other.value)
            for old, new in pairs:
                first, second = _value(old, here), _value(_back(new, model, target), here)
                assert first == second or abs(first - second) < sympy.Float("1e-20") * abs(first), (name, words)
                compared += 1
    assert compared


def _pairs(own: sympy.Basic, other: sympy.Basic) -> list[tuple[sympy.Basic, sympy.Basic]]:
    """The right sides of a formula in two notations."""
    if isinstance(own, sympy.Dict):
        # The keys of both in the order of the model's: one value each, told apart by the exponent alone.
        return [(sympy.Add(*(_exponent(v) for v in own.values())), sympy.Add(*(_exponent(v) for v in other.values())))]
    return [(own, other)]


def _exponent(power: sympy.Basic) -> sympy.Expr:
    """A power of compute or size as a piecewise exponent."""
    return power.func(*((e.as_base_exp()[1] ** 2 + 1, c) for e, c in power.args), evaluate=False)


def _back(value: sympy.Basic, model: str, target: str) -> sympy.Basic:
    """A rewritten formula with the values of the other letters put back: B is 2, gamma 3, sizes by their roles."""
    return value.xreplace(
        {
            s: rewritten(s, target, model).xreplace(_PARTS)
            for s in value.free_symbols
            if s.name in notation(target).letters
        }
    )


_PARTS = {sympy.Symbol("B", positive=True): sympy.Integer(2), sympy.Symbol("gamma", positive=True): sympy.Integer(3)}


def _value(value: sympy.Basic, here: dict[str, sympy.Rational]) -> sympy.Basic:
    """A number or a truth at a point, at fixed sizes; losses of a finite size are one number, however named."""
    symbols = {s: here.get(s.name, _SIZES.get(s.name, sympy.Rational(7, 3))) for s in value.free_symbols}
    found = value.xreplace(_PARTS).subs(symbols)
    if found in (sympy.true, sympy.false) or found.has(sympy.nan):
        return found
    if isinstance(found, sympy.Eq):
        return found.lhs.equals(found.rhs)
    return sympy.N(found, 40)


_SIZES = {name: sympy.Integer(n) for name, n in {"d": 101, "r": 1009, "N": 101, "P": 211, "D": 307, "t": 6053}.items()}


def test_only_the_kind_that_is_asked_for_is_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    from tauber.tex import plrf

    def derived(*_: object) -> None:
        pytest.fail("derived, though nobody asked")

    monkeypatch.setattr(plrf, "FORMULAS", {"phase": derived, "term": plrf.FORMULAS["term"]})
    monkeypatch.setattr("tauber.tex.dynamical.FORMULAS", {"law": derived})

    assert list(formulas.find(["plrf.term.F_pp"])) == ["plrf.term.F_pp"]


@pytest.mark.parametrize(
    ("asked", "near"),
    [("plrf.phase.IVd", "plrf.phase.IVb"), ("plrf.phases.II", "plrf.phase.II"), ("dynamical.law", "dynamical.law."),
     ("plrf.term.F_p", "plrf.term.F_pp"), ("explaining.law.daten", "explaining.law.data")],
)  # fmt: skip
def test_an_unknown_id_is_refused_with_the_nearest(run, asked: str, near: str) -> None:
    assert run("export", asked).is_refusal(asked, near, "--list")


def test_an_id_that_is_near_to_nothing_is_refused(run) -> None:
    assert run("export", "???").is_refusal("???", "--list")


@pytest.mark.parametrize("name", ["kaplan", "", *WRITTEN])
def test_an_unknown_notation_is_refused(run, name: str) -> None:
    assert run("export", "plrf.term.F_pp", "--notation", name).is_refusal("paquette, bordelon, bahri")


def test_what_lies_outside_the_range_of_a_paper_says_so(run) -> None:
    """Phase IVb has 2 alpha < 1, where alpha_K = 2 alpha - 1 is negative."""
    phase, boundary = ("plrf.phase.IVb", "plrf.boundary.IVa-IVb")
    shown = run("export", phase, boundary, "--notation", "bahri", "--format", "text")

    assert shown.code == 0
    assert all(", alpha_K < " in line for line in shown.out.splitlines() if " ~ " in line)
    assert shown.out.splitlines()[-1] == "  alpha_K = 1 - sqrt(2)"
    assert {s.name: s.is_positive for s in _derived("plrf", "phase", "bahri")["IVb"].value.free_symbols}[
        "alpha_K"
    ] is None


def _own_names(value: sympy.Basic, letters: tuple[str, ...]) -> set[str]:
    """Names without a role: those of symbols, and of what is a function."""
    names = {s.name.removesuffix("_star") for s in value.atoms(sympy.Symbol) - value.atoms(sympy.Dummy)}
    names |= {f.func.__name__ for f in value.atoms(AppliedUndef)}
    return names - {*letters, "gamma", "B"}


@pytest.mark.dear
@pytest.mark.parametrize("target", NOTATIONS)
def test_every_claim_is_written_in_every_notation(target: str) -> None:
    """Of each subject one, and all in `make test-all`; names without a role stay as many, and meet no letter."""
    for name, own in _claimed().items():
        other = formulas.find([name], target)[name]
        source = WRITTEN.get(name.partition(".")[0], WRITTEN["explaining"])
        source = NOTATIONS["bahri"] if "alpha_K" in {s.name for s in own.value.free_symbols} else source
        before, after = _own_names(own.value, source.letters), _own_names(other.value, NOTATIONS[target].letters)
        assert other.lines, name
        if not {"alpha", "beta"} <= before:  # a claim that compares two notations holds the letters of both
            assert len(after) == len(before), (name, before, after)
        else:
            assert after == before - {*NOTATIONS[target].parameters}


@pytest.mark.parametrize(
    ("asked", "target", "said"),
    [
        ("plrf.noise.floor", "bordelon", "L_infinity = sigma**2/(1 - nu)"),  # N is the norm of the kernel there
        ("explaining.duality.ratio", "paquette", "P_n(m)/P_d(m)"),  # n is any size there
        ("explaining.constant.variance_data", "paquette", "variance_data(n) = d*(P_d(d) + sigma**2)/n"),
        ("explaining.tail.loss", "bordelon", "L(P)/tail(P) -> "),
        ("explaining.identity.limits", "bordelon", "as N -> oo"),  # P goes to infinity there, and is free elsewhere
        ("geometry.regression.exponent", "paquette", "P(n) ~ n**(-1/dim)"),  # d is a width there
        ("dynamical.plrf.phase_II", "bahri", "beta/(alpha + beta) = (a - alpha_K - 1)/a"),
        ("dynamical.plrf.phase_II", "paquette", "beta/(alpha + beta) = beta/(alpha + beta)"),
        ("geometry.neighbours.mean", "bordelon", "gamma(P + 1)"),
        ("geometry.sphere.arccos0", "paquette", "lambda(l) = 0 where Mod(l, 2) = 0"),
    ],
)
def test_a_name_that_would_have_two_meanings_gives_way(run, asked: str, target: str, said: str) -> None:
    assert said in run("export", asked, "--notation", target, "--format", "text").out


@pytest.mark.parametrize(
    "words", [(), ("plrf.term.F_pp", "--list"), ("--out", "paper", "--list"), ("plrf.term.F_pp", "--out", "paper")]
)
def test_one_thing_is_asked_at_a_time(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str]) -> None:
    monkeypatch.chdir(tmp_path)

    assert run("export", *words).is_refusal("--out", "--list", "plrf.phase.IVb")
    assert list(tmp_path.iterdir()) == []


def test_a_notation_of_the_list_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^notation was given with listing"):
        tauber.export(listing=True, notation="bordelon")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("columns", [pytest.param("onecolumn", marks=pytest.mark.slow), "twocolumn"])
def test_every_formula_compiles_in_any_column(tmp_path: Path, columns: str, target: str | None) -> None:
    """All of a notation in one article, with amsmath alone; the labels are all different."""
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no TeX engine here: install pdflatex to compile the exported LaTeX")
    found = {f"{model}.{kind}.{name}": f for model, kind in KINDS for name, f in _derived(model, kind, target).items()}
    text = formulas.text(found)
    (tmp_path / "one.tex").write_text(
        f"\\documentclass[{columns}]{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{text}\\end{{document}}\n"
    )
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "one.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)

    assert text.startswith(f"% Written by tauber {tauber.__version__}; packages: amsmath.\n")
    assert done.returncode == 0, done.stdout[-2000:]
    assert not re.findall(r"Overfull \\hbox.*(?:\n.*){3}|Missing character.*|multiply defined.*", done.stdout)


@pytest.mark.parametrize("target", [None, *(pytest.param(target, marks=pytest.mark.slow) for target in NOTATIONS)])
def test_every_claim_compiles_alone_and_in_two_columns(tmp_path: Path, target: str | None) -> None:
    """Of each subject one, and all in `make test-all`, in one document: in one column first, then in two."""
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no TeX engine here: install pdflatex to compile the exported LaTeX")
    asked = sorted(of_each_subject([c.id for c in claims() if callable(c.statement)]))
    text = formulas.text(formulas.find(asked, target))
    (tmp_path / "one.tex").write_text(
        f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{text}\n\\twocolumn\n"
        f"\\renewcommand{{\\label}}[1]{{}}\n{text}\\end{{document}}\n"
    )
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "one.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)

    assert text.count(r"\begin{equation}") == len(asked)
    assert done.returncode == 0, done.stdout[-2000:]
    assert not re.findall(r"Overfull \\hbox.*(?:\n.*){3}|Missing character.*|multiply defined.*", done.stdout)


def test_a_long_integral_and_the_root_of_a_large_integer_are_written_in_pieces() -> None:
    from tauber.tex.layout import breakable

    x, y = sympy.symbols("x y", positive=True)
    long = sympy.Mul(*(1 / (y + sympy.Symbol(f"letter_{n}") + x) for n in range(6)))
    root = sympy.Integer(2**100 * 3**50 * 5**7) ** sympy.Rational(1, 71)

    assert breakable(sympy.Integral(long, y)).count(r"\cdot") > 1
    assert r"\log(" in breakable(y * sympy.log(long))
    assert breakable(y * sympy.log(long)).count(r"\cdot") > 1
    assert max(map(len, re.findall(r"\d+", breakable(x * root)))) < 4


FORMS = ("latex", "sympy", "mathml", "text")


@cache
def _claimed() -> dict[str, Formula]:
    """Claims that state a formula and are cheap to derive: of each subject one, and all in `make test-all`."""
    asked = [c.id for c in claims() if callable(c.statement) and ".training.diagram." not in c.id]
    return formulas.find(sorted(of_each_subject(asked)))


@pytest.mark.parametrize("form", FORMS)
def test_a_formula_is_printed_in_a_form(run, form: str) -> None:
    shown = run("export", "dynamical.optimum.boundary", "--format", form)

    assert shown.code == 0
    assert {"latex": "$\\displaystyle a - 1 = b$", "sympy": "formula = Eq(a + S(-1), b)", "text": "  a - 1 = b\n",
            "mathml": "<mi>a</mi><mo>-</mo><mn>1</mn>"}[form] in shown.out  # fmt: skip


def test_json_has_every_form(run) -> None:
    found = run("export", "plrf.boundary.IVa-IVb", "dynamical.plrf.F_0", "--json").json["forms"]

    assert list(found) == ["plrf.boundary.IVa-IVb", "dynamical.plrf.F_0"]
    assert all(set(forms) == {*FORMS, "python"} and all(forms.values()) for forms in found.values())


@pytest.mark.parametrize("words", [("--list", "--format", "text"), ("--out", "paper", "--format", "text")])
def test_a_form_without_an_id_is_refused(run, words: tuple[str, ...]) -> None:
    assert run("export", *words).is_refusal("--format", "text")


def test_a_claim_in_words_is_refused(run) -> None:
    name = next(c.id for c in claims() if not callable(c.statement))

    assert run("export", name).is_refusal(name, "words", f"tauber claims {name}")


@pytest.mark.slow
def test_srepr_is_the_object_and_the_code_makes_it() -> None:
    """Read back, each is the formula; where numbers are kept from SymPy's arithmetic, or signs move, in value."""
    from sympy import Symbol

    from tauber.tex.forms import python, srepr
    from tauber.theory.algebra.powers import Kept

    derived = {f"{m}.{k}.{n}": f for m, k in KINDS for n, f in _derived(m, k, None).items()}
    for name, formula in (derived | _claimed()).items():
        names: dict[str, object] = {}
        exec("from sympy import *", names)
        back = eval(srepr(formula.value), names)
        exec(python(formula.value), names)
        assert formula.value.has(Kept) or back == formula.value, name
        for read in (back, names["formula"]):
            assert not read.atoms(sympy.Float), name
            assert read.atoms(Symbol) == formula.value.atoms(Symbol), name
            assert sympy.srepr(read.func) == sympy.srepr(formula.value.func), name
            for old, new in zip(_sides(formula.value, True), _sides(read, True), strict=True):
                assert old == new or _same(old, new), name


def _relations(value: sympy.Basic) -> list[sympy.Basic]:
    """The equations and relations of a formula, of which one may follow from others."""
    if isinstance(value, sympy.Tuple | BooleanFunction) and not isinstance(value, sympy.Dict):
        plane = {"a", "b", "alpha", "beta", "alpha_K"}
        # SymPy keeps no order of statements that are equivalent: those of the plane come first
        first = [one for one in value.args if {s.name for s in one.free_symbols} <= plane]
        args = [*first, *(one for one in value.args if one not in first)]
        return [
            part for one in (args if isinstance(value, BooleanFunction) else value.args) for part in _relations(one)
        ]
    return [value]


def _sides(value: sympy.Basic, arranged: bool = False) -> list[sympy.Basic]:
    """Both sides of all equations of a formula; of powers in the order of their letters, or as they are stated."""
    if isinstance(value, sympy.Dict):
        pairs = sorted(value.items(), key=str) if arranged else value.items()
        return [side for pair in pairs for side in pair]
    if isinstance(value, sympy.Tuple | Relational | BooleanFunction):
        return [side for part in value.args for side in _sides(part, arranged)]
    return [value]


def _same(old: sympy.Basic, new: sympy.Basic) -> bool:
    """Equal at a point, without what is of smaller order, and of integrals what is integrated."""
    here = {s: sympy.Rational(7 + 2 * n, 3) for n, s in enumerate(sorted(old.free_symbols | new.free_symbols, key=str))}
    plain = [
        x.replace(sympy.Order, lambda *_: sympy.S.Zero).replace(sympy.Integral, lambda inside, *_: inside)
        for x in (old, new)
    ]
    first, second = (x.subs(here) for x in plain)
    return bool(first == second or abs(sympy.N(first - second, 30)) < abs(sympy.N(first, 30)) * sympy.Float("1e-25"))


def test_mathml_is_xml_and_names_every_letter() -> None:
    import xml.etree.ElementTree as ET

    from tauber.tex.forms import mathml

    for name, formula in _claimed().items():
        tree = ET.fromstring(mathml(formula.value))
        assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math", name
        written = "".join(tree.itertext())
        functions = {f.func.__name__ for f in formula.value.atoms(sympy.core.function.AppliedUndef)}
        assert all(f in written for f in functions), name


@pytest.mark.parametrize(("target", "letter"), [("paquette", "d*"), ("bahri", "P*")])
def test_a_claim_is_rewritten_with_its_stars(run, target: str, letter: str) -> None:
    """Width is d for one paper and P for another; so is the best one."""
    shown = run("export", "dynamical.optimum.width_transient", "--notation", target, "--format", "text").out

    assert f"  {letter} ~ " in shown
    assert "N" not in shown


def test_a_name_that_cannot_give_way_is_refused() -> None:
    """No claim has such a name; for f, which is no letter of Bordelon et al., there is no other one."""
    from tauber.ledger import REGISTRY
    from tauber.tex import claimed

    stated = sympy.Eq(sympy.Symbol("L"), 1 / sympy.Symbol("f"), evaluate=False)
    claim = replace(REGISTRY["dynamical.optimum.boundary"], statement=lambda: stated)

    with pytest.raises(BadInput, match=r"holds f, which has another meaning there"):
        claimed.value(claim, "paquette")


def test_an_equation_with_a_name_of_its_own_does_not_decide_itself(run) -> None:
    """Taken for a positive symbol, the exponent -1/3 of this name made the equation False."""
    shown = run("export", "plrf.training.cooldown", "--notation", "bordelon", "--format", "text").out

    assert "exponent(m = 1/2) = -1/3" in shown
    assert "False" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("target", NOTATIONS)
def test_claims_say_the_same_in_every_notation(target: str) -> None:
    """Rewritten and back again, a claim is the one that was derived, in value."""
    from tauber.tex import claimed

    def plain(side: sympy.Basic) -> sympy.Basic:
        return side.xreplace({s: sympy.Symbol(s.name.removesuffix("_star"), positive=True) for s in side.free_symbols})

    compared = 0
    for claim in claims():
        if claim.id not in _claimed():
            continue
        own, other = claimed.value(claim, None), claimed.value(claim, target)
        source = claimed._source(claim.id, own)
        if source != NOTATIONS["paquette"] and {"alpha", "beta"} <= _own_names(own, source.letters):
            continue  # it compares two notations, whose letters stand beside each other
        others = {x: Letters(source, target).words(x) for x in _own_names(own, source.letters)}
        if "d" in others and "d" in NOTATIONS[target].letters:
            others["d"] = "dim"  # a dimension, where a width has its letter
        names = {sympy.Symbol(new, positive=True): sympy.Symbol(x, positive=True) for x, new in others.items()}
        assert not other.has(sympy.false), claim.id
        assert not other.has(sympy.true) or own.has(sympy.true), claim.id  # of the last of several cases
        plane = {"a", "b", "alpha", "beta", "alpha_K"}
        for part, new in zip(_relations(own), _relations(other), strict=True):
            if isinstance(part, sympy.Eq) and {str(x) for x in part.lhs.atoms(sympy.Symbol, AppliedUndef)} <= plane:
                # a line of the plane has other sides in other letters
                back = rewritten(plain(new.lhs - new.rhs), target, source).xreplace(names)
                ratio = sympy.cancel(back / plain(part.lhs - part.rhs))
                assert ratio.is_number, claim.id
                assert ratio != 0, claim.id
                compared += 1
                continue
            for old, there in zip(_sides(part), _sides(new), strict=True):
                if old.has(AppliedUndef) or not isinstance(old, sympy.Expr) or isinstance(old, sympy.Piecewise):
                    continue  # named by its letter, or of several cases
                assert _same(plain(old), rewritten(plain(there), target, source).xreplace(names)), claim.id
                compared += 1
    assert compared
