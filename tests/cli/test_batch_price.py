"""A cost with a power of the batch of its own: read, answered, refused."""

import pytest

import tauber
from tauber import BadInput, plrf
from tauber.ledger.claim import Outcome
from tauber.ledger.slow import compare_beside_log

POINT = {"alpha": "4/5", "beta": "3/10"}
PRICED = POINT | {"step_size": "free", "label_noise": 1, "cost": "d*r*batch^(1/2)"}


def test_every_resource_has_its_power_and_the_budget_is_spent() -> None:
    found = plrf.derive(**PRICED)
    powers = found.exponents

    assert set(powers) == {"d", "step_size", "serial_time", "batch"}
    assert powers["d"] + powers["serial_time"] + powers["batch"] / 2 == 1
    assert powers["batch"] == -powers["step_size"]
    assert "r* ~ f^(1/2)" in str(found)
    assert r"B_\star \sim f^{3 / 8}" in found.latex()


def test_a_batch_at_the_price_of_steps_is_in_the_samples() -> None:
    assert plrf.derive(**PRICED | {"cost": "d*r*batch"}).plain() == plrf.derive(**PRICED | {"cost": "d*r"}).plain()
    assert plrf.derive(**POINT, cost="d*r*batch").plain() == plrf.derive(**POINT).plain()


def test_the_plane_has_the_optimum_of_the_point() -> None:
    best = plrf.derive(**PRICED)
    phase = next(x for x in plrf.phases(step_size="free", label_noise=1, cost=PRICED["cost"]).phases
                 if x["name"] == best.phase)  # fmt: skip
    at = {str(x): value for x, value in (("alpha", best.alpha), ("beta", best.beta))}
    for name, power in (("batch", best.exponents["batch"]), ("serial_time", best.exponents["serial_time"])):
        formula = phase[f"{name}_exponent"]
        assert formula.subs({x: at[str(x)] for x in formula.free_symbols}) == power


@pytest.mark.dear
def test_a_declaration_has_it_too() -> None:
    model = tauber.declare(spectrum=POINT, training={"step_size": "free"}, label_noise=1, budget="d*r*batch^(1/2)")
    assert model.derive().plain() == plrf.derive(**PRICED | {"label_noise": "1"}).plain()
    formulas = model.export().formulas
    assert any("B" in str(formula) for formula in formulas.values())
    run = {"noise": "1", "step_size": "free", "cost": PRICED["cost"], "flops": "1e12"}
    assert model.frontier(flops="1e12").plain() == plrf.frontier(**POINT, **run).plain()


@pytest.mark.dear
@pytest.mark.parametrize(
    ("point", "noise", "price"),
    [(("4/5", "3/10"), "0.1", "1/2"), (("3/4", "6/5"), "0", "1/4"), (("4/5", "3/10"), "1", "2")],
)
def test_measured_slopes_come_near_the_derived_powers(point: tuple, noise: str, price: str) -> None:
    """Nearer from one budget to the next; the ledger has the limits."""
    at = dict(zip(("alpha", "beta"), point, strict=True))
    asked = at | {"step_size": "free", "cost": f"d*r*batch^({price})"}
    found = plrf.frontier(**asked, noise=noise, flops="1e12,1e18")
    best = plrf.derive(**asked, **({} if noise == "0" else {"label_noise": 1}))

    assert found.derived["loss_exponent"] == best.loss_exponent
    for name in ("d", "step_size", *(["batch"] if best.exponents["batch"] != 0 else [])):
        assert found.derived[f"{name}_exponent"] == best.exponents[name]
        far, near = (abs(slope - float(best.exponents[name])) for slope in found[f"{name}_slope"])
        assert near < far
    assert ("batch_slope" in found) == (best.exponents["batch"] != 0)  # else it stays at 1


@pytest.mark.dear
def test_the_product_of_step_size_and_batch_is_held_at_its_best() -> None:
    """Where it is best at the limit of stability, half of that is held."""
    best = plrf.derive(**PRICED)
    found = plrf.frontier(**POINT, noise="1", step_size="free", cost=PRICED["cost"], flops="1e12")
    assert found.step_size_times_batch == pytest.approx(float(best.optimum["c_star"]), rel=1e-12)
    assert "step size times batch 1.20133" in str(found)
    at = {"alpha": "2/5", "beta": "1", "step_size": "free", "cost": PRICED["cost"]}
    limit = plrf.derive(**at, label_noise=1)
    assert float(limit.optimum["c_star"]) == pytest.approx(2, abs=1e-12)
    assert "limit of stability" in limit.definitions["c_star"]
    assert "Z_star" not in limit.optimum
    assert plrf.frontier(**at, noise="1", flops="1e12").step_size_times_batch == pytest.approx(1, rel=1e-3)


def test_a_spectrum_has_constants_of_its_own_under_a_price() -> None:
    spectrum = {"kind": "powers", "decay": "9/5", "target": "16/5", "shift": "1/2"}
    found = plrf.derive(spectrum=spectrum, step_size="free", label_noise=1, cost=PRICED["cost"])
    plain = plrf.derive(alpha="9/10", beta="7/10", step_size="free", label_noise=1, cost=PRICED["cost"])
    assert found.exponents == plain.exponents
    assert 0 < float(found.optimum["c_star"]) < 2 * 1.5**1.8
    assert found.optimum["c_star"] != plain.optimum["c_star"]


@pytest.mark.dear
def test_few_steps_and_a_price_spend_the_compute() -> None:
    found = plrf.frontier(**POINT, noise="0.1", step_size="free", cost="d*r*batch^(1/2)", serial_time="f^(1/4)",
                          flops="1e12,1e16")  # fmt: skip
    for f, d, batch in zip(found.flops, found.d, found.batch, strict=True):
        assert d * f**0.25 * batch**0.5 == pytest.approx(f, rel=1e-12)
    balance = [d + 0.25 + batch / 2 for d, batch in zip(found.d_slope, found.batch_slope, strict=True)]
    assert balance == pytest.approx([1, 1], abs=1e-12)


@pytest.mark.parametrize("asked", [{}, {"step_size": "free", "schedule": "cooldown:2"}, {"step_size": "n^(-1/2)"}])
def test_a_frontier_of_another_training_is_refused(asked: dict) -> None:
    with pytest.raises(BadInput, match="found beside the best constant step size alone; give step_size free"):
        plrf.frontier(**POINT, noise="1", cost="d*r*batch^(1/2)", flops="1e9", **asked)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"cost": "d*r*batch^0"}, "a batch that costs nothing has no best size"),
        ({"cost": "d*batch"}, "both d and r must cost something"),
        ({"step_size": None, "label_noise": None}, "add step_size stable or free"),
        ({"step_size": None, "label_noise": None, "momentum": "dana-decaying"}, "without momentum"),
        ({"schedule": "power:1/2"}, "does not fall from the start"),
    ],
)
def test_what_is_not_derived_is_refused(asked: dict, says: str) -> None:
    given = {key: value for key, value in (PRICED | asked).items() if value is not None}
    with pytest.raises(BadInput, match=says):
        plrf.derive(**given)


LOGARITHMIC = {"kind": "log-powers", "decay": "8/5", "log": 1, "coefficient": "3/5"}


def test_powers_of_the_logarithm_spend_the_budget() -> None:
    found = plrf.derive(spectrum=LOGARITHMIC, step_size="free", label_noise=1, cost="d*r*batch^(1/2)")
    logs = found.log_exponents
    assert logs["d"] + logs["serial_time"] + logs["batch"] / 2 == 0
    assert logs["batch"] == -logs["step_size"]
    fixed = plrf.derive(spectrum=LOGARITHMIC, step_size="stable", label_noise=1, cost="d*r*batch^(1/2)")
    assert fixed.log_exponents is None
    assert any("for a free step size" in note for note in fixed.notes)


@pytest.mark.dear
def test_phases_have_the_powers_of_the_logarithm_of_the_point() -> None:
    asked = {"spectrum": LOGARITHMIC, "step_size": "free", "label_noise": 1, "cost": "d*r*batch^(1/2)"}
    best = plrf.derive(**asked)
    (phase,) = [x for x in plrf.phases(**asked).phases if x["name"] == best.phase]
    at = {"alpha": best.alpha, "beta": best.beta}
    for name, power in best.log_exponents.items():
        formula = phase["log_exponents"][name]
        assert formula.subs({x: at[str(x)] for x in formula.free_symbols}) == power


@pytest.mark.dear
def test_measured_slopes_beside_the_logarithm_are_the_derived_powers() -> None:
    """The slopes less l/log f, within the next term; without l or with its opposite the loss would be refuted."""
    asked = {"spectrum": LOGARITHMIC, "step_size": "free", "cost": "d*r*batch^(1/2)"}
    best = plrf.derive(**asked, label_noise=1)
    found = plrf.frontier(**asked, noise="1", flops="1e6,1e8,1e10,1e12")

    def told(name: str, log: float) -> Outcome:
        sign = -1 if name == "loss" else 1
        power = float(best.compute_optimal[name])
        slopes, errors = found[f"{name}_slope"], found[f"{name}_slope_error"]
        return compare_beside_log(name, power, sign * log, slopes, errors, found.flops).outcome

    for name in ("loss", "d", "batch"):
        assert told(name, float(best.log_exponents[name])) is Outcome.VERIFIED, name
    for log in (0.0, -float(best.log_exponents["loss"])):
        assert told("loss", log) is Outcome.REFUTED


@pytest.mark.dear
def test_sizes_under_a_price_are_verified_and_have_constants_where_the_batch_is_one() -> None:
    asked = {"alpha": "4/5", "beta": "3/10", "label_noise": 1, "step_size": "free"}
    cheap, dear = (plrf.derive(**asked, cost=f"d*r*batch^({z})") for z in ("1/2", "3/2"))
    assert dear.optimum == plrf.derive(**asked).optimum != cheap.optimum
    assert {"batch_constant", "serial_time_constant", "c_star", "Z_star"} <= set(cheap.optimum)
    assert "batch_constant" not in dear.optimum
    for point in (POINT, {"alpha": "9/10", "beta": "7/10"}):  # at the second the excess is 6e-11 beside a noise of 1
        model = tauber.declare(spectrum=point, training={"step_size": "free"}, label_noise=1, budget="d*r*batch^(1/2)")
        for claim in model.verify().claims:
            assert claim["outcome"] == "verified"
            assert claim["evidence"][0]["tolerance"] < 0.0025
