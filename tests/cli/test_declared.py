"""Models of one's own, declared once: the same answers as the options, in Python and from a file; the refusals."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tauber
from tauber import plrf
from tauber.cli import main
from tauber.declared.claims import claims_of
from tauber.declared.options import arguments
from tauber.declared.reading import BUDGET, TRAINING, read

from .conftest import Run

POINT = {"alpha": "4/5", "beta": "3/10"}
few = settings(max_examples=max(10, settings().max_examples // 4))

options = st.fixed_dictionaries(
    {},
    optional={
        "label_noise": st.sampled_from(["0", "1", "1/4", "f^(-1/2)", "f^(1/2)"]),
        "step_size": st.sampled_from(["stable", "free", "n^(-1/2)", "d^(-1)", "n^2"]),
        "schedule": st.sampled_from(["constant", "warmup", "cooldown:2", "power:1/3", "best", "cooldown"]),
        "momentum": st.sampled_from(["none", "heavy-ball", "dana-constant", "dana-decaying"]),
        "averaging": st.sampled_from(["3", "1/4"]),
        "serial_time": st.sampled_from(["f^(1/3)", "f"]),
        "cost": st.sampled_from(["d*r", "d^2*r", "d"]),
    },
)


def tables(asked: dict, point: dict = POINT) -> dict:
    """The options of `derive plrf` as a declaration."""
    keys = {"training": ("step_size", "schedule", "momentum", "averaging"), "noise": ("label_noise",),
            "budget": ("cost", "serial_time")}  # fmt: skip
    parts = {name: {k: asked[k] for k in of if k in asked} for name, of in keys.items()}
    return {"spectrum": point} | {name: part for name, part in parts.items() if part}


def as_toml(table: dict) -> str:
    return "\n".join(
        f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in part.items()) for name, part in table.items()
    )


def outcome(call) -> tuple:
    """What a call gives: everything that its JSON, screen and LaTeX show, or how it is refused."""
    try:
        found = call()
    except tauber.BadInput as error:
        return ("refused", str(error))
    return found.plain(), found.text(full=True), found.latex()


@few
@given(options)
def test_any_options_of_derive_are_the_same_declared(tmp_path_factory: pytest.TempPathFactory, asked: dict) -> None:
    known = outcome(lambda: plrf.derive(**POINT, **asked))
    path = tmp_path_factory.mktemp("declared") / "model.toml"
    path.write_text(as_toml(tables(asked)), encoding="utf-8")

    assert outcome(lambda: tauber.declare(tables(asked)).derive()) == known
    from_file = outcome(lambda: tauber.declare(path).derive())
    if known[0] == "refused":
        assert from_file == ("refused", f"{path} was refused: {known[1]}")
    else:
        assert from_file == known


TRAININGS = [
    {}, {"step_size": "1/10"}, {"step_size": "free"}, {"step_size": "d^(-1/2)"}, {"schedule": "warmup:1/100"},
    {"schedule": "best"}, {"schedule": "cooldown:2"}, {"momentum": "dana-decaying"}, {"averaging": "3"},
]  # fmt: skip


@pytest.mark.dear
@pytest.mark.parametrize("zero", [0, "0.0", "0/3"])
@pytest.mark.parametrize("training", TRAININGS, ids=str)
def test_label_noise_of_the_variance_0_is_the_same_as_none(training: dict, zero: object) -> None:
    """In every action, in what it answers as in what it refuses."""
    none, same = (tauber.declare(spectrum=POINT, training=training, label_noise=noise) for noise in (None, zero))
    runs = {"derive": {}, "phases": {}, "frontier": {"flops": [1e8]}, "curve": {"d": 50, "times": [1, 3]},
            "simulate": {"d": 10, "draws": 2, "times": [1, 3]}}  # fmt: skip
    for action, run in runs.items():
        assert shown(lambda a=action, r=run: getattr(same, a)(**r)) == shown(
            lambda a=action, r=run: getattr(none, a)(**r)
        )
    known = shown(lambda: plrf.derive(**POINT, **training))
    assert shown(lambda: plrf.derive(**POINT, **training, label_noise=zero)) == known


def shown(call) -> str:
    """The screen of an answer, or its refusal."""
    try:
        return call().text(full=True)
    except tauber.BadInput as error:
        return f"refused: {error}"


@pytest.mark.parametrize(
    "training", [{"schedule": "warmup"}, {"step_size": "free"}, {"step_size": "d^(-1/2)"}], ids=str
)
def test_label_noise_of_the_variance_0_is_verified_as_none(training: dict) -> None:
    none, same = (
        [(claim.id, claim.statement, claim.assumptions) for claim in claims_of(read({**declared, **noise}))]
        for declared in [{"spectrum": POINT, "training": training}]
        for noise in ({}, {"noise": {"label_noise": 0}})
    )
    assert same == none


@pytest.mark.dear
def test_the_phases_are_those_of_the_options(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "warm.toml"
    path.write_text('[training]\nschedule = "warmup"\n[budget]\ncost = "d^2*r"\n', encoding="utf-8")

    declared = run("phases", str(path), "--json")
    assert declared.json == run("phases", "plrf", "--schedule", "warmup", "--cost", "d^2*r", "--json").json
    assert tauber.declare(training={"schedule": "warmup"}, budget="d^2*r").phases().plain() == declared.json


SOLVED = [
    ({"step_size": "0.1"}, "1/4", {"lr": "0.1", "noise": "1/2"}),
    ({"step_size": "stable", "batch": 2}, None, {"lr": "auto", "batch": 2}),
    ({"step_size": "d^(-1/2)"}, None, {"lr": "0.1"}),
    ({"step_size": "0.1", "schedule": "cooldown:2"}, 1, {"lr": "0.1", "noise": 1, "schedule": "cooldown:2"}),
    ({"step_size": "0.1", "schedule": "warmup:1/10"}, None, {"lr": "0.1", "schedule": "warmup:1/10:3/8"}),
    ({"step_size": "0.1", "momentum": "dana-decaying"}, None, {"lr": "0.1", "momentum": "dana-decaying:1"}),
    ({"step_size": "0.1", "momentum": "dana-constant"}, None, {"lr": "0.1", "momentum": "dana-constant:1/100"}),
    ({"step_size": "0.1", "averaging": 10}, 2, {"lr": "0.1", "averaging": 10, "noise": 2**0.5}),
]


@pytest.mark.parametrize(("training", "noise", "asked"), SOLVED, ids=[str(row[0]) for row in SOLVED])
def test_a_curve_is_that_of_the_options(training: dict, noise: object, asked: dict) -> None:
    model = tauber.declare(spectrum=POINT, training=training, label_noise=noise)
    run = {"d": 100, "times": [1, 10, 100]}

    assert model.curve(**run).plain() == plrf.curve(**POINT, **run, **asked).plain()


@pytest.mark.dear
def test_the_other_actions_are_those_of_the_options(run: Run, tmp_path: Path) -> None:
    plain = tauber.declare(spectrum=POINT, training={"step_size": "1/10"}, budget="d^2*r")
    noisy = tauber.declare(spectrum=POINT, training={"step_size": "free"}, label_noise="1/100")
    drawn = {"d": 10, "times": [0, 10], "draws": 3}

    assert plain.frontier(flops="1e9").plain() == plrf.frontier(**POINT, flops="1e9", lr="1/10", cost="d^2*r").plain()
    free = plrf.frontier(**POINT, flops="1e9,1e10", noise="1/10", step_size="free").plain()
    assert noisy.frontier(flops="1e9,1e10").plain() == free
    fading = tauber.declare(
        spectrum=POINT, training={"step_size": "d^(-1/2)"}, label_noise="4*f^(-1/2)", budget="d*r^2"
    )
    asked = {"noise": "2*f^(-1/4)", "step_size": "d^(-1/2)", "cost": "d*r^2", "flops": "1e9"}
    assert fading.frontier(flops="1e9").plain() == plrf.frontier(**POINT, **asked).plain()
    assert plain.simulate(**drawn).plain() == plrf.simulate(**POINT, lr="1/10", **drawn).plain()
    proved = {"d": 10, "v": 100, "times": 100, "digits": 8}
    assert plain.certify(**proved).plain() == plrf.certify(**POINT, lr="1/10", **proved).plain()
    assert noisy.certify(lr="0.1", **proved).plain() == plrf.certify(**POINT, lr="0.1", noise="1/10", **proved).plain()
    path = tmp_path / "plain.toml"
    path.write_text(as_toml({"spectrum": POINT, "training": {"step_size": "1/10"}}), encoding="utf-8")
    known = run("curve", "plrf", "--alpha", "4/5", "--beta", "3/10", "--lr", "1/10", "--d", "50", "--json").json
    assert run("curve", str(path), "--d", "50", "--json").json == known


@pytest.mark.dear
def test_a_spectrum_of_any_form() -> None:
    law = tauber.Powers("3/2", 2, shift="1/2")
    model = tauber.declare(spectrum=law, training={"step_size": "1/10"})

    assert model.curve(d=50, times=[100]).plain() == plrf.curve(spectrum=law, lr="1/10", d=50, times=[100]).plain()
    assert model.derive().plain() == plrf.derive(spectrum=law, lr="1/10").plain()
    powers = tauber.declare(spectrum=tauber.Powers("8/5", "11/5"), training={"step_size": "free"}, label_noise=1)
    assert powers.derive().plain() == plrf.derive(**POINT, step_size="free", label_noise=1).plain()
    plane = tauber.declare(training={"step_size": "free"}, label_noise=1)
    assert plane.derive(**POINT).plain() == plrf.derive(**POINT, step_size="free", label_noise=1).plain()


def test_the_exponents_of_a_point_are_by_resource() -> None:
    """The JSON that the declaration promises: every free resource, and the terms that tie."""
    found = tauber.declare(spectrum=POINT, training={"step_size": "free"}, label_noise=1).derive().plain()

    assert found["exponents"] == {"d": "5/19", "serial_time": "8/19", "step_size": "-6/19", "batch": "6/19"}
    assert found["active"] == ["F_0 of tail modes", "F_pp", "noise"]


def test_a_list_of_terms_is_declared_the_same_way() -> None:
    terms = {"model": "N^(-a)", "data": "D^(-b)"}
    model = tauber.declare(resources=["N", "D"], budget="N*D", terms=terms, parameters={"a": 0, "b": 0})
    table = {"resources": ["N", "D"], "budget": "N*D", "terms": terms, "parameters": {"a": 0, "b": 0}}

    assert model.derive(at={"a": 1, "b": 2}).plain() == tauber.terms.derive(table, at={"a": 1, "b": 2}).plain()
    assert model.phases().plain() == tauber.terms.phases(table).plain()
    assert list(model.export().formulas) == ["phase.model_data", "term.model", "term.data"]
    for name in ("curve", "verify"):
        with pytest.raises(tauber.BadInput, match=f"{name} was asked of this model, but a list of terms"):
            getattr(model, name)()


@pytest.mark.parametrize(
    ("declaration", "says"),
    [
        ({}, "no declaration was found"),
        ({"training": {"momentum": "adam"}}, "momentum was given as 'adam', whose steps are not linear"),
        ({"training": {"optimiser": "Adam"}}, "not linear in the weights"),
        ({"training": {"optimizer": "adamw"}}, "not linear in the weights"),
        ({"training": {"momentum": "heavy-ball:3/2"}}, r"heavy-ball momentum must lie in \(0, 1\]"),
        ({"training": {"rate": 1}}, r"\[training\] has no key 'rate'; its keys are step_size, batch"),
        ({"training": {"step_size": [1]}}, "must be a number or a text"),
        ({"spectrum": {"alpha": ["4/5"], "beta": 1}}, r"alpha of \[spectrum\] .* must be a number or a text"),
        *[({"training": {"batch": batch}}, "^batch was given as .* a whole number from 1") for batch in (0, -3, 1.5)],
        *[
            ({"training": {"schedule": f"warmup:{start}"}}, "^schedule warmup was given as .* positive number")
            for start in ("-1", "0", "1e400", "x", "")
        ],
        ({"training": {"step_size": "n + 1"}}, "^step_size was given as 'n [+] 1', but .* no product of powers"),
        ({"training": {"step_size": "x^2"}}, "^step_size .* its factor 'x' is neither a number nor a power of d, n"),
        ({"training": {"schedule": "cosine"}}, "^schedule was given as 'cosine', but it must be"),
        ({"training": {"schedule": "warmup:1/10:2"}}, "^schedule .* derived for the best rise: write warmup:1/10"),
        ({"training": {"momentum": "dana-constant:0.1"}}, "^momentum .* derived for c/d"),
        ({"training": {"momentum": "nesterov"}}, "^momentum was given as 'nesterov', but it must be one of none"),
        ({"label_noise": "f^(1/2)"}, "^label_noise .* must fall or be constant"),
        ({"budget": "d"}, "^cost was given as 'd', but both d and r must cost something"),
        ({"resources": {"serial_time": "1/f"}}, "^serial_time .* must rise or be constant"),
        ({"resources": {"memory": "f"}}, r"\[budget\] has no key 'memory'"),
        ({"resources": ["d"], "training": {}}, "'spectrum' belongs to a training and 'resources' to a list of terms"),
        ({"spectrum": {"gamma": 1}}, r"\[spectrum\] has no key 'gamma'"),
        ({"spectrum": {"alpha": 1}, "training": {"step_size": "free"}}, "derived at a point; give alpha and beta"),
    ],
)
def test_bad_declarations_are_refused_in_a_sentence(declaration: dict, says: str) -> None:
    given = ({"spectrum": POINT} if declaration else {}) | declaration
    with pytest.raises(tauber.BadInput, match=says) as refused:
        tauber.declare(**given).derive()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("training", "asked"),
    [
        ({"schedule": "warmup:1/10"}, {"schedule": "warmup"}),
        ({"schedule": "best", "step_size": "free"}, {"schedule": "best", "step_size": "free"}),
        ({"momentum": "dana-constant:0.5/d", "step_size": "0.1"}, {"momentum": "dana-constant:1/2", "lr": "1/10"}),
        ({"averaging": 4}, {"averaging": "4"}),
    ],
)
def test_a_frontier_of_a_training_that_changes_is_asked_in_its_own_words(training: dict, asked: dict) -> None:
    declared = read({"spectrum": POINT, "training": training})
    assert arguments(declared, "frontier", {}) == POINT | asked


@pytest.mark.parametrize(
    ("action", "training", "noise", "says"),
    [
        ("curve", {"schedule": "best"}, None, "for a curve give cooldown:M"),
        ("curve", {"schedule": "warmup"}, None, "write warmup:S"),
        ("curve", {}, "f^(-1/2)", "a curve has the noise of one number"),
        ("curve", {"momentum": "heavy-ball:2", "step_size": "0.1"}, None, r"must lie in \(0, 1\]"),
        ("curve", {"momentum": "dana-decaying:100", "step_size": "0.3"}, None, "momentum is unstable"),
        ("certify", {"averaging": 3}, 1, "certify was asked of a training with averaging 3"),
    ],
)
def test_what_an_action_does_not_cover_is_refused(action: str, training: dict, noise: object, says: str) -> None:
    model = tauber.declare(spectrum=POINT, training=training, label_noise=noise)
    with pytest.raises(tauber.BadInput, match=says):
        getattr(model, action)()


def test_a_file_is_refused_by_its_name_and_what_it_says_is_no_option(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(as_toml(tables({"step_size": "n^2"})), encoding="utf-8")
    assert run("derive", str(path)).is_refusal(str(path), "step_size was given as 'n^2'")
    path.write_text(as_toml(tables({"step_size": "free"})) + "[terms]\nx = 'd'\n", encoding="utf-8")
    assert run("derive", str(path)).is_refusal("'spectrum' belongs to a training and 'terms' to a list of terms")
    path.write_text(as_toml(tables({"step_size": "0.1"})), encoding="utf-8")
    assert run("curve", str(path), "--alpha", "1").is_refusal("No such option: --alpha", f"which {path} decides")
    path.write_text("[training", encoding="utf-8")
    assert run("curve", str(path)).is_refusal("is no TOML file")
    assert run("curve", str(tmp_path / "none.toml")).is_refusal("cannot be read")
    assert main(["derive", str(path), "--help"]) == 2  # there is no help for what is no declaration


@pytest.mark.parametrize("action", ["derive", "phases", "curve", "frontier", "simulate", "certify"])
def test_no_key_of_a_declaration_is_given_twice(run: Run, tmp_path: Path, action: str) -> None:
    path = tmp_path / "whole.toml"
    path.write_text(as_toml({"spectrum": POINT, "training": {"step_size": "1/10"}}), encoding="utf-8")
    for key in ("alpha", "beta", "spectrum", "label_noise", *TRAINING, *BUDGET):
        option = f"--{key.replace('_', '-')}"
        for words in ((option, "1"), (f"{option}=1",)):
            assert run(action, str(path), *words).is_refusal(f"No such option: {option}, which {path} decides")
    assert run(action, str(path), "--foo", "1").is_refusal("No such option: --foo", "--help")


def test_a_file_of_another_name_is_told_how_a_declaration_is_called(run: Run, tmp_path: Path) -> None:
    text = as_toml({"spectrum": POINT, "training": {"step_size": "free"}})
    for name in ("model", "model.json"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert run("derive", str(tmp_path / name)).is_refusal(f"'{tmp_path / name}' is a file", "ends in .toml")
    assert run("phases", str(tmp_path)).is_refusal(f"'{tmp_path}' is a folder", "ends in .toml")
    (tmp_path / "MODEL.TOML").write_text(text, encoding="utf-8")
    assert "6/13" in run("derive", str(tmp_path / "MODEL.TOML")).out


def test_a_model_is_not_hidden_by_a_folder_of_its_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plrf").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "6/13" in run("derive", "plrf", "--alpha", "4/5", "--beta", "3/10").out


def test_the_help_of_a_file_has_the_options_of_one_run(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    path.write_text(as_toml({"spectrum": POINT, "training": {"step_size": "1/10"}}), encoding="utf-8")
    shown = run("curve", str(path), "--help").out

    listed = set(re.findall(r"^\W*(--[a-z-]+)", shown, re.MULTILINE))
    assert {"--times", "--d", "--plot"} <= listed
    assert not {"--alpha", "--lr", "--schedule"} & listed


@pytest.mark.dear
def test_a_declared_model_is_verified(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "noisy.toml"
    path.write_text(as_toml(tables({"step_size": "free", "label_noise": "1/100"})), encoding="utf-8")
    found = run("verify", str(path), "--json").json
    names = ["declared.frontier.loss", "declared.frontier.d", "declared.frontier.step_size"]

    assert [claim["id"] for claim in found["claims"]] == names
    assert found["verified"] == 3
    assert {claim["evidence"][0]["derived"] for claim in found["claims"]} == {6 / 19, 5 / 19, -6 / 19}
    assert run("verify", str(path), "plrf").is_refusal("is checked alone")


@pytest.mark.dear
def test_a_cooldown_is_verified_by_its_curve() -> None:
    cooled = tauber.declare(
        spectrum={"alpha": "6/5", "beta": "3/5"},
        training={"schedule": "cooldown:1/2", "step_size": "1/10"},
        label_noise=1,
    )
    (claim,) = cooled.verify().claims

    assert claim["outcome"] == "verified"
    assert claim["statement"] == "P - sigma^2 ~ n^(-1/3)"
    boundary = tauber.declare(  # m = 2 alpha - 1, where a logarithm comes in
        spectrum={"alpha": "1", "beta": "3/5"}, training={"schedule": "cooldown:1", "step_size": "1/10"}, label_noise=1
    )
    (claim,) = boundary.verify().claims
    assert (claim["outcome"], claim["evidence"]) == ("undecided", [])
    assert "boundary" in claim["note"]


@pytest.mark.slow
def test_a_warm_up_is_verified_by_its_frontier() -> None:
    """Where it starts hardly matters here, so that the valley is nearly flat."""
    size, loss = sorted(tauber.declare(spectrum=POINT, training={"schedule": "warmup:1/10"}).verify().claims,
                        key=lambda claim: claim["id"])  # fmt: skip
    assert (loss["id"], loss["outcome"]) == ("declared.frontier.loss", "verified")
    assert (size["id"], size["outcome"]) == ("declared.frontier.d", "verified")


def test_what_is_verified_needs_a_point() -> None:
    with pytest.raises(tauber.BadInput, match="not at a point"):
        tauber.declare(training={"step_size": "free"}).verify()


@pytest.mark.dear
def test_formulas_are_exported_by_id(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "noisy.toml"
    path.write_text(as_toml(tables({"step_size": "free", "label_noise": "1"})), encoding="utf-8")
    listed = [entry["id"] for entry in run("export", str(path), "--list", "--json").json["ids"]]
    text = run("export", str(path), "optimum", "phase.F_0_of_tail_modes_F_pp_noise", "term.noise").out

    assert {name.partition(".")[0] for name in listed} == {"phase", "boundary", "term", "optimum"}
    assert len(set(listed)) == len(listed)
    assert r"\label{tauber:optimum}" in text
    assert r"\gamma_\star \sim f^{- 6 / 19}" in text
    assert "F_0 of" not in text  # an underscore in words is no subscript
    assert run("export", str(path), "phase.none").is_refusal("has the id 'phase.none'", "list them all")
    model = tauber.declare(path)
    assert model.export("term.noise").formulas["term.noise"] == model.export().formulas["term.noise"]
