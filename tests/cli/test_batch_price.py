"""A cost with a power of the batch of its own: read, answered, refused."""

import pytest

import tauber
from tauber import BadInput, plrf

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


def test_logarithms_are_not_derived_and_said_so() -> None:
    spectrum = {"kind": "log-powers", "decay": "8/5", "log": 1, "coefficient": "3/5"}
    found = plrf.derive(spectrum=spectrum, step_size="free", label_noise=1, cost="d*r*batch^(1/2)")
    assert found.log_exponents is None
    assert any("power of the batch" in note for note in found.notes)


@pytest.mark.dear
def test_sizes_under_a_price_are_verified_and_have_constants_where_the_batch_is_one() -> None:
    asked = {"alpha": "4/5", "beta": "3/10", "label_noise": 1, "step_size": "free"}
    cheap, dear = (plrf.derive(**asked, cost=f"d*r*batch^({z})") for z in ("1/2", "3/2"))
    assert dear.optimum == plrf.derive(**asked).optimum != cheap.optimum
    assert cheap.optimum is None
    assert any("where the batch grows" in note for note in cheap.notes)
    model = tauber.declare(
        spectrum={"alpha": "4/5", "beta": "3/10"}, training={"step_size": "free"}, label_noise=1,
        budget="d*r*batch^(1/2)",
    )  # fmt: skip
    for claim in model.verify().claims:
        assert claim["outcome"] == "verified"
        assert claim["evidence"][0]["tolerance"] < 0.0025
