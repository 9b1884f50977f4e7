"""What `fit` says of tables that are not what they were taken for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tauber.numerics.errors import TauberInputError
from tauber.numerics.runs import FORMS, SURFACE_FORMS, Cost, Runs, draw_runs, fit, isoflop, optimum, read_runs

LAW = {"E": 1.8, "A": 480.0, "B": 2000.0, "a": 0.35, "b": 0.37}
BUDGETS = 10.0 ** np.arange(18, 23)


def test_one_loss_for_all_runs_is_refused() -> None:
    runs = draw_runs(LAW, BUDGETS, 5)
    with pytest.raises(TauberInputError, match=r"All 25 runs have the same loss, 2.5"):
        fit(FORMS["sum"], Runs(np.full(25, 2.5), runs.size, runs.data))


@pytest.mark.parametrize("count", range(2, 6))
@pytest.mark.parametrize("varied", [("size", "data"), ("size",), ("data",)])
def test_a_refusal_names_the_forms_that_can_be_fitted(count: int, varied: tuple[str, ...]) -> None:
    """Every form that is named for the runs is taken by `fit`, every other one refused."""
    values = {"size": np.geomspace(1e8, 1e10, count), "data": np.geomspace(1e9, 3e10, count) ** 1.1}
    columns = {name: value if name in varied else np.full(count, value[0]) for name, value in values.items()}
    runs = Runs(np.linspace(3, 2, count), **columns)
    with pytest.raises(TauberInputError) as caught:
        fit(FORMS["sum"], runs)
    for name, form in FORMS.items():
        if f"`form={name}`" in str(caught.value):
            assert fit(form, runs).form.name == name
        else:
            with pytest.raises(TauberInputError):
                fit(form, runs)


@pytest.mark.parametrize("form", sorted({*FORMS, *SURFACE_FORMS}))
def test_a_form_without_its_columns_names_another(form: str) -> None:
    other = {"size": "data", "data": "size", "compute": "size"}.get(form, "compute")  # the one column that is there
    runs = draw_runs(LAW, BUDGETS, 5)
    table = Runs(runs.loss, **{other: getattr(runs, other)})
    shape = SURFACE_FORMS[form] if form in SURFACE_FORMS else FORMS[form]
    with pytest.raises(TauberInputError, match=f"needs a column of .*`columns`.*`form={other}`"):
        fit(shape, table)


def test_fewer_data_than_size_in_most_runs_are_flagged() -> None:
    """The sum of powers is the same for both, so nothing else says that columns are exchanged."""
    size, data = np.geomspace(1e7, 1e9, 9), np.geomspace(1e8, 1e11, 9)
    loss = 1.7 + 400 / size**0.34 + 1500 / data**0.36
    right, wrong = {"params": size, "tokens": data, "loss": loss}, {"size": data, "data": size, "loss": loss}

    assert read_runs(right).flags == ()
    for columns in (None, {"size": "size", "data": "data"}):  # guessed, and named
        (flag,) = read_runs(wrong, columns).flags
        assert "In 9 of 9 runs the data, column 'data', are fewer than the size, column 'size' (row 9" in flag
        assert "exchanged" in flag


def test_a_loss_and_a_resource_exchanged_are_flagged_and_billions_are_not() -> None:
    runs = draw_runs(LAW, BUDGETS, 5)
    assert runs.size is not None
    assert runs.data is not None
    (flag,) = read_runs({"params": runs.size, "loss": runs.data, "tokens": runs.loss}).flags
    assert "column 'loss', is larger than the data, column 'tokens', in every run" in flag
    assert read_runs({"params": runs.size / 1e12, "tokens": runs.data / 1e12, "loss": runs.loss}).flags == ()


def test_a_file_of_names_alone_has_no_runs(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("params,tokens,loss\n")
    with pytest.raises(TauberInputError, match="has names of columns and no runs"):
        read_runs(path)


@pytest.mark.filterwarnings("error")
def test_constants_beyond_measure_are_infinite_without_a_warning() -> None:
    """A resampled fit of few runs may have exponents at their bounds."""
    fitted = fit(FORMS["sum"], draw_runs(LAW, BUDGETS, 5))
    theta = fitted.theta.copy()
    theta[3:] = 1e-3
    theta[1:3] += 5, -5  # log N* is of the order of 10/2e-3
    found = optimum(fitted, theta[None], Cost(), np.array([1e20, 1e24]))

    assert found.size_exponent[0] == pytest.approx(0.5)
    assert np.isinf(found.size_constant[0])


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(TauberInputError, match="The table has no columns and no runs"):
        read_runs({})


def test_one_column_for_two_roles_is_refused() -> None:
    with pytest.raises(TauberInputError, match="'params' was named as the size and as the data"):
        read_runs({"params": [1e8, 2e8], "loss": [3.0, 2.0]}, {"size": "params", "data": "params"})


def test_the_size_that_compute_and_data_leave_no_number_for_is_named() -> None:
    table = {"tokens": [1e9, 1e200], "flops": [1e20, 1e-200], "loss": [3.0, 2.0]}
    with pytest.raises(TauberInputError, match=r"In row 2 the size by the cost 6\*size\*data is 0, .*compute = 1e-200"):
        read_runs(table)


@pytest.mark.filterwarnings("error")
def test_losses_of_any_unit_have_parabolas_without_a_warning() -> None:
    runs = draw_runs(LAW, BUDGETS, 7, noise=0.003)
    found = []
    for unit in (1.0, 1e200, 1e-200):
        estimate = isoflop(fit(FORMS["sum"], replace(runs, loss=runs.loss * unit)), 0.5, 0)
        assert estimate is not None
        found.append(estimate.exponent)
    assert found == pytest.approx([found[0]] * 3, rel=1e-6)
