"""From measured runs to a law: the fit, how sure it is, what it foretells, and the best use of compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers, action
from ...boundary import numerics_errors, theory_errors
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...workers import mapping
from ..data import reading
from . import given, payload
from .curves import fit_curves
from .result import FitResult
from .show import show

if TYPE_CHECKING:
    from ...numerics.runs import AnyForm, Cost, Fitted, HeldOut, Runs

_LEAST_SAMPLES, _RUN_SAMPLES, _DEAR_SAMPLES = 100, 1000, 200


@action(draws=True, full=True, derives=True)
def fit(
    table: Annotated[
        Any,
        Argument(
            "RUNS",
            "A table of runs, one a row: .csv, .tsv, .txt, .dat or .parquet; in Python a data frame or a mapping, too.",
            positional=True,
            as_is=True,
        ),
    ],
    columns: Annotated[
        Any,
        Argument(
            "PAIRS", "Which column is what, such as size=params,data=tokens,loss=loss; guessed by default.", as_is=True
        ),
    ] = None,
    cost: Annotated[
        str, Argument("PRODUCT", "Compute of a run, a number times powers of size and data.")
    ] = "6*size*data",
    form: Annotated[str, Argument("NAME", f"Form of the law: one of {', '.join(given.FORMS)}.")] = "auto",
    leave_out: Annotated[Number, Argument("WHOLE", "Leave out so many runs, those of the largest losses.")] = "0",
    huber: Annotated[
        Number, Argument("NUMBER", "Error of log loss from which on it counts linearly; inf is least squares.")
    ] = "1e-3",
    bootstrap: Annotated[
        Number | None,
        Argument(
            "WHOLE",
            f"Resampled tables for the errors, at least {_LEAST_SAMPLES}; by default 1000, of curves and surfaces 200.",
        ),
    ] = None,
    budgets: Annotated[
        Numbers | None,
        Argument(
            "START:STOP:COUNT|LIST", "Compute to find the best size at; by default decades, to two beyond the runs."
        ),
    ] = None,
    early: Annotated[
        Number | None,
        Argument("SHARE", "Of training curves: leave out so much of each run's time at its start; by default 0.02."),
    ] = None,
    hold_out: Annotated[
        str | None,
        Argument("NAMES", "Of training curves: runs to foretell from the others; by default each in turn.", as_is=True),
    ] = None,
    delimiter: reading.Delimiter = None,
    decimal: reading.Decimal = None,
    header: reading.Header = None,
    complete: reading.Complete = False,
    seed: common.Seed = "0",
    workers: common.Workers = "1",
) -> Result:
    """Fit a law to the final losses of training runs, or to their curves, and say how sure it is and what follows.

    Forms: sum is E + A/N^a + B/D^b; in power-mean the two terms are joined by an exponent q (1 is the sum, infinity the
    larger alone); kaplan has no E, and q = 1/b; size, data and compute have one term; plrf, dynamical and explaining
    are E + S P(N/N0, D/D0), P the exact loss of that model, and give its own exponents. Errors come from random weights
    of the runs, by size where sizes repeat, and a second interval from the profile of the objective. Forms are compared
    by what they foretell of the dearer runs when fitted to the cheaper ones. Then the best size and data at a compute,
    beside what parabolas and the lower envelope say, with their bias.

    A table with a row for each logged step (columns run, step, loss, and lr, batch, size if known) has training curves:
    their law is functional, a power of intrinsic time and the noise of the steps with its memory.

    Example: tauber fit runs.csv --leave-out 2 --bootstrap 200

    Returns
    -------
    Result
        ``parameters``, each with value, error (one sigma) and the 95 % interval low to high; ``optimum`` with its
        exponents, constants and budgets; ``heldout``; ``phases``, where the exponents lie; ``flags``; arrays over the
        runs. In Python also ``predict(N, D)`` and ``samples``, the parameters of each bootstrap sample.

    Raises
    ------
    BadInput
        A table that cannot be read, a cell that is no positive number, columns that cannot be told, or too few runs.
    """  # fmt: skip
    wanted, spent, shape = given.read_columns(columns), given.read_cost(cost), given.read_form(form)
    omitted, delta = numbers.whole("--leave-out", leave_out, 0), given.read_huber(huber)
    start, processes = numbers.whole("--seed", seed, 0), numbers.whole("--workers", workers, 1)
    count = None if bootstrap is None else numbers.whole("--bootstrap", bootstrap, _LEAST_SAMPLES, 10**6)
    asked = None if budgets is None else numbers.budgets("--budgets", budgets)
    layout = reading.Form.read(None, delimiter, decimal, header, None, None, complete).layout
    with numerics_errors():
        from ...numerics import runs as wing

        if wing.holds_curves(table, wanted, layout):
            given.check_kind(True, shape, {"--leave-out": omitted > 0, "--budgets": asked is not None})
            share = wing.EARLY if early is None else given.read_early(early)
            curves = wing.read_curves(table, wanted, layout)
            held, drawings = given.read_names(hold_out), _DEAR_SAMPLES if count is None else count
            return fit_curves(_named(table), curves, delta, drawings, start, share, held, processes)
        given.check_kind(False, shape, {"--early": early is not None, "--hold-out": hold_out is not None})
        shape = "sum" if shape == "auto" else shape
        law = wing.SURFACE_FORMS[shape] if shape in given.SURFACES else wing.FORMS[shape]
        if count is None:
            count = _DEAR_SAMPLES if shape in given.SURFACES else _RUN_SAMPLES
        with screen.waiting("Reading and fitting"):
            runs = wing.read_runs(table, wanted, layout, spent).without_largest(omitted)
            fitted = wing.fit(law, runs, delta)
        with screen.progress_bar("Bootstrap", count) as advance, mapping(processes) as mapped:
            drawn = wing.bootstrap(fitted, count, start, advance, mapped)
        with screen.waiting("Profiles"):
            ends = None if drawn.clustered else wing.profile(fitted, drawn)
        values: dict[str, Any] = {"model": "fit", "source": _named(table)}
        values |= payload.reading_payload(runs) | payload.fit_payload(fitted, drawn, ends, start)
        values["cost"] = str(spent)
        values["spent"] = {"factor": spent.factor, "size": spent.size_power, "data": spent.data_power}
        values["optimum"] = payload.optimum_payload(fitted, drawn, spent, asked, start)
        compared = _held_out(runs, fitted)
        values["heldout"] = payload.heldout_payload(compared)
    where = payload.Exponents.of(fitted, drawn)
    with theory_errors(), screen.waiting("Deriving phases"):
        values["phases"] = payload.places_payload(where, spent, values["optimum"])
    with numerics_errors():
        values |= payload.surface_payload(fitted)
        values["flags"] = [*runs.flags, *payload.flags(fitted, drawn, ends), *payload.surface_flags(values)]
        values |= payload.arrays(fitted)

    def figure(result: Result) -> Any:
        return _figure(result, fitted, compared, where, spent)

    return FitResult(payload.in_words(values), show, figure, fitted, drawn)


def _named(table: Any) -> str:
    return str(table) if isinstance(table, str) or hasattr(table, "__fspath__") else "a table in memory"


def _held_out(runs: Runs, fitted: Fitted) -> list[HeldOut]:
    from ...numerics import runs as wing

    if runs.compute is None:
        return []
    forms: list[AnyForm] = [*wing.forms_for(runs)]
    if fitted.form.name not in wing.FORMS:
        forms.insert(0, fitted.form)
    with screen.progress_bar("Holding out the dearer runs", len(forms)) as advance:
        return wing.held_out(runs, forms, fitted.huber, fitted, advance)


def _figure(
    result: Result, fitted: Fitted, compared: list[HeldOut], where: payload.Exponents | None, cost: Cost
) -> Any:  # fmt: skip
    from ...plots.runs import draw_fit
    from .lies import landing

    with theory_errors(), numerics_errors(), screen.waiting("Drawing"):
        lands = landing(where.value, where.samples, cost, where.model) if where and result["phases"] else None
        return draw_fit(result.to_dict(), fitted, compared, lands)
