"""An algorithm of one's own in the shell and in Python: curve, frontier, runs, terms beside it, and the refusals."""

from pathlib import Path

import numpy as np
import pytest
import sympy

import tauber
from tauber import BadInput, Recursion, declare, plrf

from .conftest import Run

NESTEROV = str(Path(__file__).resolve().parents[2] / "docs" / "examples" / "nesterov.toml")
POINT = {"alpha": "4/5", "beta": "3/10"}
SGD = {
    "A": [["1 - 2*gamma*B*lambda + gamma^2*B*(B+1)*lambda^2"]],
    "b": ["gamma^2*B*lambda"],
    "read_out": ["lambda"],
    "start": ["1/lambda"],
}
RUN = {"d": 200, "v": "inf", "times": [1, 10, 100]}


def own(recursion, step="1/10", **more):
    return declare(
        spectrum=POINT, training={"step_size": step, "batch": 2}, recursion=recursion, label_noise="1/4", **more
    )


def test_every_form_of_the_same_algorithm_gives_the_same() -> None:
    """Texts, SymPy, functions, and the steps from which the moments follow; the curve is that of the solver."""
    x, gamma, batch = sympy.symbols("lambda gamma B")
    forms = [
        SGD,
        Recursion(**SGD),
        SGD | {"A": sympy.Matrix([[1 - 2 * gamma * batch * x + gamma**2 * batch * (batch + 1) * x**2]])},
        SGD | {"A": lambda t, y: [[1 - 0.4 * y + 0.06 * y**2]], "b": lambda t, y: [0.02 * y]},
        {"carry": [[1]], "gradient": ["-gamma"]},
    ]
    known = plrf.curve(**POINT, **RUN, lr="1/10", batch=2, noise="1/2")
    for form in forms:
        found = own(form).curve(**RUN)
        assert (abs(found.loss / known.loss - 1) <= found.error + known.error).all()
        assert (found.error < 1e-9).all()
    slopes = np.diff(np.log(found.excess)) / np.diff(np.log([1, 10, 100]))
    assert found.slope == pytest.approx(slopes)


def test_steps_are_those_of_their_moments() -> None:
    """What the faster solver of polynomials does, against the moments (v v, v y, y y) of DANA written out."""
    e, g3, both = "(1 - 8/(t + 8))", "(gamma*(1 + t)^(-1/(2*alpha)))", "(gamma + gamma*(1 + t)^(-1/(2*alpha)))"
    square = "B*(B + 1)*lambda^2"
    moments = {
        "A": [
            [
                f"1 - 2*{both}*B*lambda + {both}^2*{square}",
                f"-2*{g3}*{e} + 2*{both}*{g3}*{e}*B*lambda",
                f"{g3}^2*{e}^2",
            ],
            [f"B*lambda - {both}*{square}", f"{e} - ({both} + {g3})*{e}*B*lambda", f"-{g3}*{e}^2"],
            [square, f"2*{e}*B*lambda", f"{e}^2"],
        ],
        "b": [f"{both}^2*B*lambda", f"-{both}*B*lambda", "B*lambda"],
        "read_out": ["lambda", 0, 0],
        "start": ["1/lambda", 0, 0],
    }
    steps = {"carry": [[1, f"-{g3}*{e}"], [0, e]], "gradient": [f"-{both}", 1]}
    slow, fast = (own(form, "1/20").curve(**RUN) for form in (moments, steps))
    known = plrf.curve(**POINT, **RUN, lr="1/20", batch=2, noise="1/2", momentum="dana-decaying:1")

    assert fast.excess == pytest.approx(slow.excess, rel=1e-13)  # the same sums in another order, of a hundred steps
    assert (abs(fast.excess / known.excess - 1) <= fast.excess_error + known.excess_error).all()


def test_an_average_with_a_rate_of_its_own() -> None:
    steps = {"carry": [[1, 0], ["k/(t + k)", "1 - k/(t + k)"]], "gradient": ["-gamma", "-gamma*k/(t + k)"],
             "start": [1, 1], "reported": 1, "parameters": {"k": 5}}  # fmt: skip
    known = plrf.curve(**POINT, **RUN, lr="1/10", batch=2, noise="1/2", averaging=5)
    found = own(steps).curve(**RUN)

    assert (abs(found.loss / known.loss - 1) <= found.error + known.error).all()


def test_modes_of_the_data_themselves() -> None:
    """With all features nothing is averaged: the recursion over the modes, written out."""
    modes = ([1.0, 0.5, 0.1], [1.0, 0.3, 0.2])
    model = declare(spectrum=modes, training={"step_size": "1/5"}, recursion=SGD)
    x, y = np.array(modes[0]), np.array(modes[1]) / np.array(modes[0])
    losses = []
    for _ in range(8):
        losses.append((x * y).sum())
        y = (1 - 0.4 * x + 0.08 * x**2) * y + 0.04 * x * losses[-1]
    assert model.curve(d="inf", times=list(range(8))).loss == pytest.approx(losses, rel=1e-13)


@pytest.mark.dear
def test_the_commands_of_an_algorithm(run: Run) -> None:
    solved = run("curve", "recursion", NESTEROV, "--d", "100", "--times", "10,100", "--json").json
    assert run("curve", NESTEROV, "--d", "100", "--times", "10,100", "--json").json == solved
    best = run("frontier", "recursion", NESTEROV, "--flops", "1e4", "--json").json
    derived = run("derive", NESTEROV, "--json").json
    powers = {"d_exponent": derived["exponents"]["d"], "loss_exponent": derived["loss_exponent"]}
    assert best["derived"] == powers | {"phase": derived["phase"]}
    assert abs(best["loss_slope"][0] - 6 / 13) < 0.1  # on the way to its exponent
    drawn = run("simulate", "recursion", NESTEROV, "--d", "20", "--draws", "20", "--times", "0,300", "--json").json
    assert drawn["median"][0] == pytest.approx(drawn["solved"][0], rel=0.05)
    apart = abs(drawn["median"][1] / drawn["solved"][1] - 1)
    assert apart <= 4 * drawn["median_error"][1] / drawn["median"][1] + 1 / 20  # the equivalent is off by 1/d


def test_what_is_derived_of_the_terms_beside_it(run: Run) -> None:
    assert run("derive", NESTEROV, "--json").json["loss_exponent"] == "6/13"
    alpha, beta = sympy.symbols("alpha beta")
    at = {alpha: sympy.Rational(7, 9), beta: sympy.Rational(5, 11)}

    def values(phases):
        named = [{s: at[sympy.Symbol(s.name)] for s in p["loss_exponent"].free_symbols} for p in phases]
        return {p["loss_exponent"].subs(known) for p, known in zip(phases, named, strict=True)}

    plain = [phase for phase in plrf.phases().phases if phase["name"] in {"Ia", "II", "III"}]
    assert values(declare(NESTEROV).phases().phases) == values(plain)
    ids = {entry["id"] for entry in run("export", NESTEROV, "--list", "--json").json["ids"]}
    assert {"phase.tail_descent", "term.features", "optimum"} <= ids
    with pytest.raises(BadInput, match="expansion is not given, so that they are measured"):
        own(SGD).derive()


@pytest.mark.dear
def test_the_phases_of_a_falling_step_size_are_those_of_its_schedule() -> None:
    """What docs/own_model.md finds by hand in three steps is what the engine derives, where both hold."""
    declared = declare(str(Path(NESTEROV).with_name("falling_step.toml"))).phases().phases
    derived = plrf.phases(label_noise="1", schedule="power:1/2", step_size="stable").phases

    def at(phases, **point):
        known = {sympy.Symbol(name): value for name, value in point.items()}
        for phase in phases:
            own = {s: known[sympy.Symbol(s.name)] for s in sympy.Tuple(*phase["inequalities"]).free_symbols}
            if all(bool(x.subs(own)) for x in phase["inequalities"]):
                own |= {s: known[sympy.Symbol(s.name)] for s in phase["loss_exponent"].free_symbols}
                return phase["loss_exponent"].subs(own)
        raise AssertionError(point)

    for place in ({"alpha": sympy.Rational(7, 9), "beta": sympy.Rational(5, 11)},
                  {"alpha": sympy.Rational(7, 9), "beta": sympy.Rational(8, 11)},
                  {"alpha": sympy.Rational(7, 6), "beta": sympy.Rational(-5, 11)}):  # fmt: skip
        assert at(declared, **place) == at(derived, **place)


def test_its_picture_and_lines(tmp_path: Path) -> None:
    model = declare(NESTEROV)
    shown = model.curve(d=50, times=[1, 10])
    assert "noise of variance 0, a recursion of one's own" in shown.text()
    shown.save(tmp_path / "curve.svg")
    assert "solved loss" in model.simulate(d=10, draws=2, times=[0, 1]).text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"A": [["1", "0"]]}, "A of the recursion has 1 by 2 entries, but it must have 1 by 1"),
        ({"b": ["1", "2"]}, "b of the recursion has 2 entries, but it must have 1"),
        ({"A": "1"}, "must be a list of its rows"),
        ({"b": None}, "b is missing"),
        ({"carry": [[1]]}, "gradient is missing"),
        ({"A": [["1 - gamma*mu"]]}, "'mu' is not among the names that are allowed there: lambda, t, B"),
        ({"A": [["1 - gamma*P"]]}, "must not depend on the loss: the recursion is linear"),
        ({"A": [[sympy.Symbol("loss")]]}, "must not depend on the loss"),
        ({"A": [["import os"]]}, "must be a formula"),
        ({"A": [["__import__('os')"]]}, "no arithmetic"),
        ({"read_out": ["lambda*t"]}, "read_out of the recursion depends on t"),
        ({"parameters": {"t": 1}}, "A parameter of the recursion was named 't'"),
        ({"speed": 1}, r"\[recursion\] has no key 'speed'"),
        ({"A": [["2"]]}, "unstable: at the eigenvalue .* its moments grow"),
        ({"b": ["100*lambda"]}, "unstable: what the noise of a step adds .* comes back"),
        ({"A": lambda t, x: [[1], [2]]}, "gave 2 by 1 entries, but it must give 1 by 1"),
        ({"A": [["1/(lambda - lambda)"]]}, "divides by zero"),
        ({"A": [["1 - gamma*lambda/t"]]}, "A of .* no finite real number at step 0; write 1 \\+ t for t"),
        ({"A": [["1 - gamma*lambda*(4 - t)^(1/2)"]]}, "A of the recursion is no finite real number at step 5; change"),
        ({"b": ["gamma/(4 - t)"]}, "b of the recursion is no finite real number at step 4; change it"),
        ({"read_out": ["1/(B - 2)"]}, "divides by zero"),
        ({"A": lambda t, x: [[1 / (x - x)]]}, "A of the recursion is no finite real number at step 0; change it"),
        ({"b": ["-1"]}, "no sum of squares: at step 0 .* what noise adds would make it negative"),
        ({"b": ["gamma*(3 - t)"]}, "no sum of squares: at step [4-9] .* what noise adds would make it negative"),
        ({"read_out": ["-lambda"], "b": [0]}, "no sum of squares: at step 0 .* its moments at first would make it"),
        ({"report": ["-lambda"], "b": [0]}, "no sum of squares: at step 0 .* its moments at first would make it"),
        ({"A": [["-1/2"]], "b": [0]}, "has the loss -.* at step 1, less than 0, which no sum of squares is"),
    ],
)
def test_bad_recursions_are_refused_in_a_sentence(change: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        own({key: value for key, value in (SGD | change).items() if value is not None}).curve(d=100, times=[10])
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("gradient", ["-gamma/t", "-gamma/(4 - t)", "-gamma*(3 - t)^(1/2)"])
def test_steps_that_are_no_numbers_are_refused_in_a_sentence(gradient: str, run: Run, tmp_path: Path) -> None:
    """Beside which nothing is printed, not even a warning of numpy's."""
    file = tmp_path / "own.toml"
    rest = f'[training]\nstep_size = "1/10"\n[recursion]\ncarry = [[1]]\ngradient = ["{gradient}"]\n'
    file.write_text(f'[spectrum]\nalpha = "4/5"\nbeta = "3/10"\n{rest}', encoding="utf-8")
    assert run("curve", str(file), "--times", "1:9:5").is_refusal("carry or gradient of the recursion is no finite")


def test_matrices_are_judged_at_the_steps_that_are_taken() -> None:
    """Heavy ball whose damping falls like 1/sqrt(t): its modes begin to grow at a step that is said, and not before."""
    kept = "(1 - 1/(1 + t)^(1/2))"
    steps = {"carry": [["1", f"-gamma*{kept}"], ["0", kept]], "gradient": ["-gamma", "1"]}
    model = tauber.declare(spectrum=POINT, training={"step_size": "1/10"}, recursion=steps)
    with pytest.raises(BadInput, match=r"its moments grow from step to step, first at step (\d+);") as refused:
        model.curve(d=1000, times=[10**4])
    first = int(str(refused.value).partition("first at step ")[2].partition(";")[0])
    early = model.curve(d=1000, times=[1, 10, 90])
    assert (early.loss > 0).all()
    assert early.loss[:2] == pytest.approx(model.curve(d=1000, times=[1, 10]).loss, rel=1e-9)
    assert first > 90
    with pytest.raises(BadInput, match="grows without bound"):
        model.curve(d=1000, times=[first])
    with pytest.raises(BadInput, match=f"first at step {first};"):
        model.curve(d=1000, times=[first + 1])


def test_a_momentum_that_rises_beyond_what_its_noise_bears_is_refused_with_the_step() -> None:
    """Nesterov's, mu = 1 - 3/(t + 3): stable for every mode at every step, and yet its noise feeds itself."""
    mu, later = "(1 - 3/(t + 3))", "(1 - 3/(t + 4))"
    steps = {"carry": [["1", f"-gamma*{later}*{mu}"], ["0", mu]], "gradient": [f"-gamma*(1 + {later})", "1"]}
    model = tauber.declare(spectrum=POINT, training={"step_size": "1/10", "batch": 2}, recursion=steps)
    assert model.curve(d=100, times=[1, 16]).loss[1] < 1  # before it does
    for last in (1000, 20000):  # the second is beyond the range of doubles
        with pytest.raises(BadInput, match=r"grows without bound from about step (16|32|64) on") as refused:
            model.curve(d=100, times=[1, last])
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('mu = "1/2"', 'nu = "1/2"', "carry[0][1] of the recursion was given as '-gamma*mu^2', but 'mu' is not among"),
        ('mu = "1/2"', 'mu = "11/10"', "The recursion is unstable: at the eigenvalue"),
        ('step_size = "1/20"', 'step_size = "3"', "lower the step size (step_size)"),
        ('"d^(-2*alpha)"', '"d^(-2*alpha) + r"', "is no product of powers of d, r"),
        ('"d^(-2*alpha)"', '"d^(-2*gama)"', "'gama' is not among the names that are allowed there: alpha, beta"),
        ("parameters = {", "reported = 1\nparameters = {", "give start with 1 for both, as [1, 1]"),
    ],
)
def test_nothing_is_derived_of_a_bad_recursion(run: Run, tmp_path: Path, old: str, new: str, says: str) -> None:
    """Not only what is solved needs its matrices to be good: terms say nothing of an algorithm that does not run."""
    text = Path(NESTEROV).read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = tmp_path / "own.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    for action in ("derive", "phases"):
        assert run(action, str(file)).is_refusal(f"{file} was refused: ", says)


@pytest.mark.parametrize("command", ["derive", "phases", "curve", "frontier", "simulate"])
@pytest.mark.parametrize(
    ("name", "says"), [("adam:1", "not linear in the weights"), ("nesterov:1", "is declared as [recursion] in a file")]
)
def test_an_optimiser_that_has_no_option_is_refused_everywhere(run: Run, command: str, name: str, says: str) -> None:
    point = [] if command == "phases" else ["--alpha", "4/5", "--beta", "3/10"]
    flops = ["--flops", "1e9,1e12"] if command == "frontier" else []
    assert run(command, "plrf", *point, *flops, "--momentum", name).is_refusal("--momentum was given as", says)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: own(SGD, "free").curve(), "a recursion needs a number, or a law in d"),
        (lambda: own(SGD, "-1").curve(), "must be positive"),
        (lambda: own(SGD).simulate(), "not what is done to weights; declare carry and gradient"),
        (lambda: own(SGD).certify(), "certificates are of SGD"),
        pytest.param(
            lambda: own(SGD).frontier(flops="1e12"),
            "every step is run, so that runs end at 200,000 steps",
            marks=pytest.mark.dear,
        ),
        (lambda: own(SGD, resources={"serial_time": "f"}).frontier(), "over the size alone"),
        (lambda: own(SGD).curve(d="inf"), "give a finite number of modes"),
        (lambda: declare(training={"step_size": 1}, recursion=SGD).curve(), "has no spectrum"),
        (
            lambda: declare(spectrum=POINT, training={"momentum": "none"}, recursion=SGD).curve(),
            "whose matrices say it",
        ),
        (lambda: tauber.recursion.curve({"spectrum": POINT}), "has no matrices"),
    ],
)
def test_what_is_not_there_is_refused(call, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        call()
