"""Fits to training runs: derivatives, recovery, invariance, intervals, the optimum, what is read and refused."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import least_squares, minimize_scalar

from tauber.numerics.errors import TauberInputError
from tauber.numerics.runs import (
    FORMS,
    Cost,
    Fitted,
    Runs,
    bootstrap,
    draw_runs,
    envelope,
    fit,
    forms_for,
    held_out,
    interval,
    isoflop,
    optimum,
    profile,
    read_runs,
)
from tauber.numerics.runs.intervals import _growing, sizes_of
from tauber.numerics.runs.leverage import leverage
from tauber.numerics.runs.objective import minimise

from ..sampling import repeated, sampled

SHARED = Path(__file__).parents[3] / "shared"
LAW = {"E": 1.8, "A": 480.0, "B": 2000.0, "a": 0.35, "b": 0.37}
BUDGETS = 10.0 ** np.arange(18, 23)

exponents = st.floats(0.15, 0.8)
terms = st.floats(0.3, 3.0)  # each term at the middle of the runs, over E
LAWS = st.builds(
    lambda a, b, u, w, q, floor: {"a": a, "b": b, "u": u, "w": w, "q": q, "E": floor},
    exponents, exponents, terms, terms, st.floats(0.4, 4.0), st.floats(0.1, 10.0),
)  # fmt: skip


def law_of(form: str, drawn: dict[str, float]) -> dict[str, float]:
    """A law whose terms are comparable where the runs are, about 1e9 parameters and 2e10 tokens."""
    scale = drawn["E"]
    found = drawn | {
        "A": drawn["u"] * scale * 1e9 ** drawn["a"], "B": drawn["w"] * scale * 2e10 ** drawn["b"],
        "K": drawn["u"] * scale * 1e20 ** drawn["a"], "c": drawn["a"],
    }  # fmt: skip
    return {name: found[name] for name in FORMS[form].parameters}


@sampled(30, 60)
@given(st.sampled_from(sorted(FORMS)), LAWS, st.integers(0, 2**32))
def test_the_derivatives_are_those_of_the_log_loss(form: str, drawn: dict[str, float], seed: int) -> None:
    shape = FORMS[form]
    runs = draw_runs(law_of("sum", drawn), BUDGETS, 4)
    x = shape.coordinates(runs)
    theta = shape.starts(x, np.log(runs.loss / x.unit))
    at = theta[seed % len(theta)][None] * 1.01 + 0.003
    value, slopes = shape.linearised(at, x)
    assert np.array_equal(value, shape.log_loss(at, x))

    for i in range(at.shape[1]):
        step = np.zeros_like(at)
        step[0, i] = 1e-5
        numeric = (shape.log_loss(at + step, x) - shape.log_loss(at - step, x)) / 2e-5
        # The next term of the difference is h^2/6 of the third derivative, which is at most some hundred here.
        assert slopes[:, i] == pytest.approx(numeric, abs=2e-8, rel=1e-7)


@pytest.mark.dear
@sampled(8, 25)
@given(st.sampled_from(sorted(FORMS)), LAWS)
def test_a_table_without_noise_gives_its_law_back(form: str, drawn: dict[str, float]) -> None:
    law = law_of(form, drawn)
    fitted = fit(FORMS[form], draw_runs(law, BUDGETS, 8, form=form))

    assert dict(zip(fitted.form.parameters, fitted.natural, strict=True)) == pytest.approx(law, rel=1e-6)
    assert np.sqrt(np.mean(fitted.residuals**2)) < 1e-12


@lru_cache(maxsize=3)
def fitted_to_a_noisy_table(form: str) -> Fitted:
    return fit(FORMS[form], draw_runs(LAW, BUDGETS, 8, noise=0.01, seed=3))


@sampled(5, 15)
@given(
    st.sampled_from(["sum", "power-mean", "kaplan"]),
    st.floats(1e-9, 1e9),
    st.floats(1e-9, 1e9),
    st.floats(0.01, 100),
    st.randoms(use_true_random=False),
)
def test_units_change_constants_only_and_the_order_of_rows_nothing(
    form: str, size_unit: float, data_unit: float, loss_unit: float, random: object
) -> None:
    here = fitted_to_a_noisy_table(form)
    runs = here.runs
    order = np.arange(len(runs))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert runs.size is not None
    assert runs.data is not None
    other = Runs(runs.loss[order] * loss_unit, runs.size[order] * size_unit, runs.data[order] * data_unit)
    there = fit(FORMS[form], other)
    names = here.form.parameters
    known, found = (dict(zip(names, x.natural, strict=True)) for x in (here, there))
    known["A"] *= loss_unit * size_unit ** known["a"]
    known["B"] *= loss_unit * data_unit ** known["b"]
    if "E" in known:
        known["E"] *= loss_unit

    # Both stop where F changes by less than 1e-13: parameters then are within the root of it, in their errors.
    assert found == pytest.approx(known, rel=1e-4)
    assert there.value == pytest.approx(here.value, rel=1e-9)


@pytest.mark.parametrize("huber", [1e-3, 1e-2, np.inf])
def test_no_better_minimum_is_found_by_another_method(huber: float) -> None:
    runs = draw_runs(LAW, BUDGETS, 8, noise=0.01, seed=5)
    fitted = fit(FORMS["sum"], runs, huber)

    def residuals(theta: np.ndarray) -> np.ndarray:
        return fitted.form.log_loss(theta[None], fitted.x)[0] - fitted.target

    options = {"loss": "linear"} if np.isinf(huber) else {"loss": "huber", "f_scale": huber}
    other = least_squares(residuals, fitted.theta * 1.02, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000, **options)
    assert fitted.value <= other.cost * (1 + 1e-9)
    assert fitted.agreeing > fitted.starts / 2


def test_the_bootstrap_depends_on_the_seed_alone_and_knows_repeated_sizes() -> None:
    runs = draw_runs(LAW, BUDGETS, 8, noise=0.01, seed=5)
    fitted = fit(FORMS["sum"], runs)
    first, again, other = (bootstrap(fitted, 50, seed).theta for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not bootstrap(fitted, 2, 1).clustered
    sizes = np.geomspace(1e8, 1e10, 12)
    size, data = (x.ravel() for x in np.meshgrid(sizes, np.geomspace(1e9, 1e11, 5)))
    table = Runs(1.8 + 480 / size**0.35 + 2000 / data**0.37, size * (1 + 1e-5 * np.arange(60) / 60), data)
    repeated = fit(FORMS["sum"], table)
    assert len(set(sizes_of(repeated))) == 12
    assert bootstrap(repeated, 2, 1).clustered


@pytest.mark.parametrize("huber", [1e-3, np.inf])
def test_bootstrap_samples_are_minima_of_their_own_weights(huber: float) -> None:
    """Each is as good as the best of all starts; its deviation is enlarged by its draw of chi-squared, and by 1/s."""
    runs = draw_runs(LAW, BUDGETS, 8, noise=0.01, seed=5)
    fitted = fit(FORMS["sum"], runs, huber)
    form, x = fitted.form, fitted.x
    slopes = form.linearised(fitted.theta[None], x)[1][0]
    _, freedom = leverage(slopes, np.arange(40))
    kappa = 1.0 if np.isinf(huber) else _growing(fitted)
    variance = 1 / (1 - kappa * np.diag(slopes.T @ np.linalg.solve(slopes @ slopes.T, slopes)))
    shape = 4 * variance.max() / variance
    generator = np.random.default_rng(7)
    weights = generator.gamma(shape, 1 / shape, (3, 40))
    wider = np.sqrt(freedom / generator.chisquare(freedom, 3) * 4 * variance.max())
    drawn = bootstrap(fitted, 3, 7).theta
    for own, factor, found in zip(weights, wider, drawn, strict=True):
        starts = form.starts(x, fitted.target)
        best = minimise(form, x, fitted.target[None], own[None], starts, fitted.huber, tolerance=1e-13, most=2000)
        least = best.theta[np.argmin(best.value)]
        assert fitted.theta + factor * (least - fitted.theta) == pytest.approx(found, rel=1e-3)


@pytest.mark.dear
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 40 tables, 10 in `make test`: 68 and 95 % within three standard errors of a binomial.

    benchmarks/fit.py has 200 of more kinds.
    """
    within = {"one": 0, "two": 0, "profile": 0}
    count = repeated(10, 40)
    for seed in range(count):
        fitted = fit(FORMS["sum"], draw_runs(LAW, BUDGETS, 20, noise=0.01, seed=seed))
        drawn = bootstrap(fitted, 200, seed)
        natural = fitted.form.natural(drawn.theta, fitted.x)
        a = interval(fitted.natural[3], natural[:, 3])
        low, high = profile(fitted, drawn)["a"]
        within["one"] += abs(a.value - LAW["a"]) <= a.error
        within["two"] += a.low <= LAW["a"] <= a.high
        within["profile"] += (low or 0) <= LAW["a"] <= (high or np.inf)
    for name, share in (("one", 0.683), ("two", 0.95), ("profile", 0.95)):
        assert abs(within[name] - share * count) <= 3 * np.sqrt(share * (1 - share) * count), (name, within)


@pytest.mark.parametrize("form", ["sum", "power-mean", "kaplan"])
@pytest.mark.parametrize("cost", [Cost(), Cost(2.0, 1.5, 0.5)])
def test_the_optimum_is_the_least_loss_on_the_line_of_equal_cost(form: str, cost: Cost) -> None:
    law = LAW | {"q": 1.7} if form != "kaplan" else {"A": 20.0, "B": 30.0, "a": 0.08, "b": 0.1}
    fitted = fit(FORMS[form], draw_runs(law, BUDGETS, 8, form=form))
    compute = np.array([1e20, 1e23])
    best = optimum(fitted, fitted.theta[None], cost, compute)
    for i, c in enumerate(compute):

        def loss(log_size: float, c: float = c) -> float:
            size = np.exp(log_size)
            return float(fitted.losses(size, (c / cost.factor / size**cost.size_power) ** (1 / cost.data_power)))

        centre = np.log(best.size[0, i])
        found = minimize_scalar(loss, bracket=(centre - 1, centre + 1), tol=1e-12)
        assert best.loss[0, i] == pytest.approx(found.fun, rel=1e-12)
        assert centre == pytest.approx(found.x, abs=1e-5)  # the loss is flat at its minimum
        assert cost.of(best.size[0, i], best.data[0, i]) == pytest.approx(c, rel=1e-10)
    x = best.size_exponent[0]
    assert np.log(best.size[0, 1] / best.size[0, 0]) / np.log(1e3) == pytest.approx(x, rel=1e-10)
    assert cost.size_power * x + cost.data_power * best.data_exponent[0] == pytest.approx(1, rel=1e-12)


def test_estimates_without_a_form_have_the_bias_that_is_measured() -> None:
    law = {"E": 1.8, "A": 60.0, "B": 40000.0, "a": 0.25, "b": 0.5}  # the best ratio of data to size drifts with compute
    fitted = fit(FORMS["sum"], draw_runs(law, BUDGETS, 15, ratio=(0.5, 5000)))
    exact = optimum(fitted, fitted.theta[None], Cost(), BUDGETS).size_exponent[0]
    parabola, lowest = isoflop(fitted, exact, 0), envelope(fitted, exact, 0)

    assert exact == pytest.approx(0.5 / 0.75)
    assert parabola is not None
    assert lowest is not None
    for found in (parabola, lowest):  # without noise all of the distance is bias
        assert found.exponent - exact == pytest.approx(found.bias, abs=1e-9)
    assert 1e-3 < abs(parabola.bias) < 0.1  # a wide grid is no parabola


@pytest.mark.dear
def test_the_true_form_foretells_best() -> None:
    runs = draw_runs(LAW, BUDGETS, 12, noise=0.003, seed=2)
    found = {entry.form: entry for entry in held_out(runs, forms_for(runs), 1e-3)}

    assert set(found) == set(FORMS)
    for form in ("kaplan", "size", "data"):
        assert found["sum"].cuts[0].error < found[form].cuts[0].error
    assert all(cut.foretold + cut.fitted == len(runs) for cut in found["sum"].cuts)
    assert found["sum"].cuts[-1].error < 3 * 0.003


def test_what_runs_cannot_tell_is_open_or_at_a_bound() -> None:
    """Over a factor of two in size, with this noise, nothing is known of its exponent."""
    size, data = (x.ravel() for x in np.meshgrid(np.geomspace(1e9, 2e9, 6), np.geomspace(1e9, 1e12, 6)))
    loss = (1.8 + 480 / size**0.35 + 2000 / data**0.37) * np.exp(0.02 * np.random.default_rng(0).standard_normal(36))
    fitted = fit(FORMS["sum"], Runs(loss, size, data))
    low, high = profile(fitted, bootstrap(fitted, 200, 0))["a"]
    assert low is None or high is None or "a" in fitted.at_bounds or high - low > 1


TABLES = {
    "guessed": ("Params,train_tokens,val loss\n", {"size": "Params", "data": "train_tokens", "loss": "val loss"}),
    "letters": ("N,D,L\n", {"size": "N", "data": "D", "loss": "L"}),
    "steps": ("model_size,steps,nll\n", {"size": "model_size", "data": "steps", "loss": "nll"}),
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_columns_are_guessed_from_their_names(name: str, tmp_path: Path) -> None:
    head, expected = TABLES[name]
    path = tmp_path / "runs.csv"
    path.write_text(head + "".join(f"{n}e8,{d}e9,{3 - n / 10 - d / 20}\n" for n in (1, 2, 3) for d in (1, 3)))
    runs = read_runs(path)

    assert {role: runs.names[role] for role in expected} == expected
    assert runs.guessed == ("size", "data", "loss")
    assert runs.compute == pytest.approx(6 * runs.size * runs.data)
    assert runs.called(2) == "row 3 (line 4)"


def _table(**more: np.ndarray) -> dict[str, np.ndarray]:
    runs = draw_runs(LAW, BUDGETS, 5)
    return {"params": runs.size, "tokens": runs.data, "loss": runs.loss} | more


@pytest.mark.parametrize("cost", [Cost(), Cost(2.0, 1.5, 0.5)])
def test_size_or_data_come_from_the_compute_where_they_are_missing(cost: Cost) -> None:
    table = _table()
    compute = cost.of(table["params"], table["tokens"])
    for role, name, other in (("data", "tokens", "params"), ("size", "params", "tokens")):
        runs = read_runs({other: table[other], "flops": compute, "loss": table["loss"]}, cost=cost)

        assert getattr(runs, role) == pytest.approx(table[name])
        assert runs.names[role] == f"from compute by {cost}"


def test_the_product_test_finds_other_units() -> None:
    table = _table()
    compute = 6 * table["params"] * table["tokens"]
    assert read_runs(table | {"flops": compute}).flags == ()
    (flag,) = read_runs(table | {"flops": compute, "tokens": table["tokens"] / 1e9}).flags
    assert "1e+09 times 6*size*data" in flag
    assert "'tokens'" in flag
    compute[3] /= 1e9
    (flag,) = read_runs(table | {"flops": compute}).flags
    assert flag.startswith("In row 4 the compute")


def test_repeated_rows_and_wrong_columns_are_flagged() -> None:
    table = _table()
    twice = {name: np.concatenate([column, column[:2]]) for name, column in table.items()}
    (flag,) = read_runs(twice).flags
    assert flag.startswith("2 rows repeat another, as row 26 does row 1")
    (flag,) = read_runs(table | {"loss": table["params"] ** 0.1 * table["tokens"] ** 0.1}).flags
    assert "grows with" in flag
    assert "'loss'" in flag


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss": [3.0, 2.0, 0.0]}, ("row 3", "'loss'", "0", "no positive number")),
        ({"loss": [3.0, np.nan, 2.0]}, ("row 2", "'loss'", "nan")),
        ({"params": ["1e8", "many", "1e9"]}, ("row 2", "'params'", "'many'")),
        ({"tokens": [1e9, -1e9, 1e9]}, ("row 2", "'tokens'", "-1")),
        ({"tokens": [1e9, 1e9]}, ("one length",)),
        ({"params": [], "tokens": [], "loss": []}, ("no runs",)),
        ({"loss": [True, False, True]}, ("row 1", "'loss'", "True")),
        ({"params": np.array([5, 6, 7], dtype="datetime64[D]")}, ("row 1", "'params'", "1970-01-06")),
        ({"tokens": [1e9, 1e300, 1e9]}, ("row 2", "the compute by the cost 6*size*data is inf", "data = 1e+300")),
        ({"tokens": [1e-320, 1e9, 1e9], "params": [1e-9, 1e8, 1e8]}, ("row 1", "the compute by the cost", "is 0")),
        ({"tokens": [1e300, 1e9, 1e9], "flops": [1e20, 1e20, 1e20]}, ("row 1", "is inf", "compute = 1e+20")),
        ({"val_loss": [1.0, 1.0, 1.0]}, ("'loss', 'val_loss'", "say in which")),
    ],
)
def test_a_bad_cell_is_named(change: dict[str, list[object]], words: tuple[str, ...]) -> None:
    table: dict[str, object] = {"params": [1e8, 2e8, 1e10], "tokens": [1e9, 2e9, 3e9], "loss": [3.0, 2.9, 2.8]} | change
    if "val_loss" in change:
        table["train_loss"] = table.pop("loss")
        words = ("'val_loss', 'train_loss'", "say in which")
    with pytest.raises(TauberInputError) as caught:
        read_runs(table)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_too_few_runs_and_one_size_are_refused() -> None:
    runs = draw_runs(LAW, BUDGETS, 1)
    with pytest.raises(TauberInputError, match="has 5 parameters, E, A, B, a, b, and there are 5 runs"):
        fit(FORMS["sum"], runs)
    one = Runs(np.linspace(3, 2, 9), np.full(9, 1e9), np.geomspace(1e9, 1e11, 9))
    with pytest.raises(TauberInputError, match="the same size"):
        fit(FORMS["sum"], one)
    assert fit(FORMS["data"], one).form.name == "data"
    with pytest.raises(TauberInputError, match="leaves none"):
        runs.without_largest(5)


def test_a_parquet_file_needs_its_package(tmp_path: Path) -> None:
    path = tmp_path / "runs.parquet"
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        path.write_bytes(b"PAR1")
        with pytest.raises(TauberInputError, match=r"pip install 'tauber\[data,parquet\]'"):
            read_runs(path)
        return
    import pandas as pd

    pd.DataFrame(_table()).to_parquet(path)
    assert read_runs(path).loss == pytest.approx(_table()["loss"])


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data and cases are not here")
def test_the_published_runs_and_the_shared_case() -> None:
    published = read_runs(SHARED / "data" / "chinchilla_runs.csv").without_largest(5)
    fitted = fit(FORMS["sum"], published)
    found = dict(zip(fitted.form.parameters, fitted.natural, strict=True))
    assert (round(found["E"], 3), round(found["a"], 3), round(found["b"], 3)) == (1.817, 0.347, 0.367)
    drawn = bootstrap(fitted, 400, 0)
    natural = fitted.form.natural(drawn.theta, fitted.x)
    # Besiroglu et al., arXiv 2404.10102, table 1, as the notes on the shared cases have it.
    for i, value in enumerate((1.8172, 482.01, 2085.43, 0.3478, 0.3658)):
        at = interval(fitted.natural[i], natural[:, i])
        assert at.low <= value <= at.high

    case = fit(FORMS["sum"], read_runs(SHARED / "cases" / "losses.csv"))
    drawn = bootstrap(case, 400, 0)
    natural = case.form.natural(drawn.theta, case.x)
    for i, value in ((0, 1.8), (3, 0.35), (4, 0.37)):
        at = interval(case.natural[i], natural[:, i])
        assert abs(at.value - value) <= 2 * at.error
    best = optimum(case, np.vstack([case.theta, drawn.theta]), Cost(), np.array([1e20])).size_exponent
    assert abs(best[0] - 0.37 / 0.72) <= 2 * interval(best[0], best[1:]).error


@sampled(6, 20)
@given(LAWS, st.integers(0, 2**16), st.floats(0.001, 0.02))
def test_noisy_tables_give_their_law_back_within_errors(drawn: dict[str, float], seed: int, noise: float) -> None:
    """Five errors: one in a million of a Gaussian, room for the tails of intervals of 20 runs a parameter."""
    law = law_of("sum", drawn)
    fitted = fit(FORMS["sum"], draw_runs(law, BUDGETS, 20, noise=noise, seed=seed))
    assume(not fitted.at_bounds)
    samples = bootstrap(fitted, 100, seed).theta
    for i, name in ((3, "a"), (4, "b")):
        at = interval(fitted.theta[i], samples[:, i])
        assert abs(at.value - law[name]) <= 5 * at.error
