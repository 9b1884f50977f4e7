"""Learning curves predicted from a pool of data, measured on the rest, and the laws they follow."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number, Numbers, action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...workers import Map, mapping
from . import given, reading
from .exponents import exponents_payload, show_exponents
from .law import law_payload, show_law

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from ...numerics.data import Kernel, Measured, Pool, Predicted, Problem

_USUAL_POOL = 1000
_SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4)
"""Of the pool: numbers of samples if none are asked for."""
_LEAST_POOL = 16
"""Two points in each part of the jackknife behind the errors."""
_FEATURED = ("linear", "rbf", "arccos0", "arccos1")
_TRUSTED, _UNCLAIMED = "trusted", "unclaimed"
_WITHIN = 1 / 2
"""Of the pool: samples up to which the measured exponent is taken, as far as exponents may be fitted."""


@action(draws=True)
def predict(
    source: given.Source,
    kernel: given.KernelName = None,
    scale: given.Scale = None,
    target: given.Target = None,
    classes: given.Classes = None,
    raw: given.Raw = False,
    size: given.Count = None,
    labels: reading.Labels = None,
    delimiter: reading.Delimiter = None,
    decimal: reading.Decimal = None,
    header: reading.Header = None,
    drop: reading.Drop = None,
    keep: reading.Keep = None,
    complete: reading.Complete = False,
    pool: Annotated[
        Number | None,
        Argument("WHOLE", f"Points to predict from; by default half of them, at most {_USUAL_POOL}."),
    ] = None,
    data: Annotated[Numbers | None, Argument("LIST", "Training samples D; by default 1/32 to 3/4 of the pool.")] = None,
    features: Annotated[
        Numbers, Argument("LIST", "Random features P of linear, rbf, arccos0 or arccos1; inf is the kernel.")
    ] = "inf",
    ridge: Annotated[Number, Argument("NUMBER", "delta in sum (y - f)^2 + delta |theta|^2, not divided by D.")] = "0",
    splits: Annotated[Number, Argument("WHOLE", "Random splits to measure on, at least 2.")] = "8",
    window: given.Window = None,
    seed: common.Seed = "0",
    workers: common.Workers = "1",
) -> Result:
    """Predict learning curves from a pool of data, measure them on the other points, and name the laws behind.

    The loss is the whole mean square error on new points, summed over the outputs. Predictions come from the spectrum
    of the pool alone. They are trusted where nothing that the pool can show speaks against them: trained and tested
    inside it, they come out the same; no points repeat, no few points carry all. Else they are low, high, or unclaimed,
    with the reason, and leave-one-out inside the pool may be the better estimate. Then the exponents a and b, and what
    the models say there: the laws of data, features and time, and the best use of compute.

    Example: tauber predict digits --kernel laplace --plot digits.svg

    Returns
    -------
    Result
        ``curve``: for each pair of data and features ``predicted`` and ``measured`` losses with their errors, ``trust``
        and its ``checks``; ``exponents`` as in `spectrum`, and ``law``, what the models say at them.

    Raises
    ------
    BadInput
        Data that cannot be read or have no targets, too few points, or a kernel without random features.
    """
    form = reading.Form.read(labels, delimiter, decimal, header, drop, keep, complete)
    asked = given.Asked.read(source, kernel, scale, target, classes, raw, size, seed, form)
    penalty, fitted = numbers.not_negative("--ridge", ridge), given.read_window(window)
    count, processes = numbers.whole("--splits", splits, 2, 10**4), numbers.whole("--workers", workers, 1)
    chosen = None if data is None else [numbers.whole("--data", part) for part in data.split(",")]
    widths = [numbers.whole_or_inf("--features", part) for part in features.split(",")]
    whole = None if pool is None else numbers.whole("--pool", pool)
    task = _Task.read(asked, whole, chosen, widths, float(penalty), count)
    with numerics_errors():
        with screen.waiting("Diagonalising the pool"):
            from ...numerics.data import pool_of

            known = pool_of(task.pool.gram(task.kernel), task.pool.targets)
            predicted = task.predicted(known)
            values = {"model": "predict"} | asked.payload(task.problem, task.kernel) | task.payload
            values |= {"curve": _rows(predicted)} | exponents_payload(known, fitted)
        with mapping(processes) as mapped:
            _judge(values["curve"], task, known, predicted, mapped)
            _measure(values, task, mapped)
        _widen(values)
    with screen.waiting("Deriving the laws"):
        values["law"] = law_payload(values["exponents"])
    return Result(values, _show, lambda result: _figure(result, known))


def _figure(result: Result, pool: Pool) -> Any:
    from ...plots.sizes import draw_prediction

    with numerics_errors(), screen.waiting("Drawing"):
        return draw_prediction(given.described(result.to_dict()), pool, result.to_dict())


@dataclass(frozen=True, eq=False)
class _Task:
    """What is to be predicted from which points, and measured on which others."""

    problem: Problem
    kernel: Kernel | None
    pool: Problem
    rest: Problem | None
    data: list[int]
    features: list[int | float]
    ridge: float
    splits: int
    seed: int

    @classmethod
    def read(
        cls, asked: given.Asked, pool: int | None, data: list[int] | None, features: list[int | float], ridge: float,
        splits: int,
    ) -> _Task:  # fmt: skip
        """Load the data and divide them.

        Raises
        ------
        BadInput
            If there are too few points, or the kernel has no random features.
        """
        problem = asked.supervised_problem()
        kernel = asked.chosen_kernel(problem)
        if any(math.isfinite(width) for width in features) and (kernel is None or kernel.name not in _FEATURED):
            name = "a kernel matrix" if kernel is None else f"the kernel {kernel.name}"
            raise BadInput(
                f"--features was given for {name}, which has no random features here; name one of "
                f"{', '.join(_FEATURED)} with --kernel, or leave --features out."
            )
        size = min(problem.size // 2, _USUAL_POOL) if pool is None else pool
        if not _LEAST_POOL <= size <= problem.size:
            raise BadInput(
                f"A pool of {size} points was asked of the {problem.size} in {asked.source}, but it needs "
                f"{_LEAST_POOL} of them at least and all at most; change --pool, or give more data."
            )
        order = asked.shuffled(problem)
        rest = problem.subset(order[size:]) if problem.size - size >= 2 else None
        sizes = data or sorted({max(1, round(share * size)) for share in _SHARES})
        return cls(problem, kernel, problem.subset(order[:size]), rest, sizes, features, ridge, splits, asked.seed)

    def predicted(self, pool: Pool) -> Predicted:
        """Predicted losses, shape (samples, features)."""
        import numpy as np

        from ...numerics import data

        return data.predict(pool, np.array(self.data)[:, None], features=np.array(self.features), ridge=self.ridge)

    def drawn(self, points: Problem) -> Callable[[int, np.random.Generator], np.ndarray]:
        """Random features of the kernel at some of the points."""
        kernel, features = self.kernel, points.features

        def draw(width: int, generator: np.random.Generator) -> np.ndarray:
            assert kernel is not None
            return kernel.random_features(features, width, generator)

        return draw

    @property
    def payload(self) -> dict[str, Any]:
        """How the points were divided."""
        rest = 0 if self.rest is None else self.rest.size
        ridge = numbers.whole_if_it_is(self.ridge)
        return {"pool": self.pool.size, "held_out": rest, "splits": self.splits, "ridge": ridge}


def _rows(predicted: Predicted) -> list[dict[str, Any]]:
    """One entry for each pair of samples and features, without what is measured or judged."""
    rows = []
    for index, loss in _entries(predicted.loss):
        rows.append(
            {
                "data": int(predicted.data[index]),
                "features": numbers.whole_if_it_is(float(predicted.features[index])),
                "predicted": loss,
                "predicted_scatter": float(predicted.error[index]),
                "predicted_train": float(predicted.train[index]),
            }
        )
    return rows


def _entries(table: np.ndarray) -> list[tuple[tuple[int, ...], float]]:
    import numpy as np

    return [(index, float(value)) for index, value in np.ndenumerate(table)]


def _judge(
    rows: list[dict[str, Any]], task: _Task, pool: Pool, predicted: Predicted, mapped: Map[Any, Any]
) -> None:  # fmt: skip
    """Add how far each prediction goes, with its error, and what of the pool says so."""
    from ...numerics.data import judge

    with screen.progress_bar("Checking inside the pool", len(rows)) as advance:
        judged = judge(
            pool, predicted, seed=task.seed, draw=task.drawn(task.pool), progress=screen.counting(advance),
            mapped=mapped,
        )  # fmt: skip
    for row, found in zip(rows, judged, strict=True):
        left_out = found.leave_one_out
        row |= {
            "predicted_error": found.error,
            "trust": found.trust,
            "inside": None if math.isnan(found.inside) else found.inside,
            "inside_error": None if math.isnan(found.inside_error) else found.inside_error,
            "leave_one_out": None if left_out is None else left_out.loss,
            "leave_one_out_error": None if left_out is None else left_out.error,
            "better": found.better,
            "checks": [asdict(check) for check in found.checks],
        }


_MEASURED = ("measured", "measured_error", "points_error", "measured_median", "measured_train")


def _measure(payload: dict[str, Any], task: _Task, mapped: Map[Any, Any]) -> None:
    """Add what is measured on the points outside the pool, where there are enough of them."""
    rows = payload["curve"]
    for row in rows:
        row.update(dict.fromkeys(_MEASURED))
    payload["measured_exponent"] = None
    if task.rest is None:
        return
    count = task.rest.size
    for endless in (True, False):
        chosen = [row for row in rows if math.isinf(row["features"]) == endless and row["data"] < count]
        if not chosen:
            continue
        found = _held_out(task, task.rest, chosen, endless, mapped)
        fields = ("loss", "error", "points_error", "median", "train")
        for i, row in enumerate(chosen):
            row.update({name: float(getattr(found, field)[i]) for name, field in zip(_MEASURED, fields, strict=True)})
        if endless:
            payload["measured_exponent"] = _slope(found, [row["data"] <= _WITHIN * payload["pool"] for row in chosen])


def _held_out(
    task: _Task, rest: Problem, rows: list[dict[str, Any]], endless: bool, mapped: Map[Any, Any]
) -> Measured:  # fmt: skip
    """Train and test under a progress bar."""
    from ...numerics.data import held_out, held_out_features

    sizes, widths = ([row[name] for row in rows] for name in ("data", "features"))
    with screen.progress_bar("Training", task.splits * len(rows)) as advance:
        known = {"ridge": task.ridge, "splits": task.splits, "seed": task.seed, "progress": screen.counting(advance),
                 "mapped": mapped}  # fmt: skip
        if endless:
            return held_out(rest.gram(task.kernel), rest.targets, sizes, **known)
        return held_out_features(task.drawn(rest), rest.targets, sizes, widths, **known)


def _slope(found: Measured, kept: list[bool]) -> dict[str, Any] | None:
    """The measured exponent in the samples: the mean of the slopes of the splits, with its standard error."""
    import numpy as np

    within = np.asarray(kept) & (found.runs > 0).all(axis=0) & np.isfinite(found.runs).all(axis=0)
    sizes = np.asarray(found.data, float)[within]
    if len(np.unique(sizes)) < 3:
        return None
    slopes = -np.polyfit(np.log(sizes), np.log(found.runs[:, within]).T, 1)[0]
    error = float(slopes.std(ddof=1) / math.sqrt(len(slopes)))
    return {"value": float(slopes.mean()), "error": error, "range": [int(sizes.min()), int(sizes.max())]}


def _widen(payload: dict[str, Any]) -> None:
    """Let the error of a cover the measured exponent, where that is of the same curve: without ridge and noise."""
    measured, exponents = payload["measured_exponent"], payload["exponents"]
    if measured is None or exponents is None or payload["ridge"] or payload["noise"]["seen"]:
        return
    if exponents["a"]["value"] is None or exponents["alpha_D"]["value"] is None:
        return
    apart = abs(measured["value"] - exponents["alpha_D"]["value"]) + measured["error"]
    exponents["a"]["error"] = max(exponents["a"]["error"], apart)


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    values = result.to_dict()
    screen.print_line(given.described(values))
    reading.show_reading(values["reading"])
    screen.print_line(
        f"Predicted from a pool of {values['pool']} points, ridge {values['ridge']:.6g}; measured on the other "
        f"{values['held_out']} in {values['splits']} splits, seed {values['seed']}"
    )
    rows = values["curve"]
    wide = any(math.isfinite(row["features"]) for row in rows)
    columns = ("data", *["features"] * wide, "predicted", "trust", "measured", "leave-one-out", "better")
    screen.print_table("Loss on new points", columns, [_cells(row, wide) for row in rows])
    for line in _doubts(rows, wide):
        screen.print_line(line)
    show_exponents(values)
    if (slope := values["measured_exponent"]) is not None:
        start, stop = slope["range"]
        screen.print_line(
            f"Measured: loss ~ D^-{slope['value']:.4g} +- {slope['error']:.2g} for {start} to {stop} samples"
        )
    show_law(values["law"])


def _doubts(rows: list[dict[str, Any]], wide: bool) -> list[str]:
    """What keeps predictions from being trusted, a line for each sentence and the sizes that it was said of."""
    sizes: dict[str, list[str]] = {}
    for row in rows:
        at = f"{row['data']}" + f" with {row['features']:.10g} features" * wide
        for check in row["checks"]:
            if not check["passed"]:
                sizes.setdefault(check["says"], []).append(at)
    return [f"Not trusted at {', '.join(said)}: {says}" for says, said in sizes.items()]


def _cells(row: dict[str, Any], wide: bool) -> tuple[str, ...]:
    predicted = _with_error(row["predicted"], row["predicted_error"])
    if row["trust"] == _UNCLAIMED:
        predicted = f"({row['predicted']:.3g})"
    measured = None if row["measured"] is None else math.hypot(row["measured_error"], row["points_error"])
    found = [
        _with_error(row["measured"], measured),
        _with_error(row["leave_one_out"], row["leave_one_out_error"]),
    ]
    better = (row["better"] or "").replace("_", "-")
    return (f"{row['data']}", *[f"{row['features']:.10g}"] * wide, predicted, row["trust"], *found, better)


def _with_error(value: float | None, error: float | None) -> str:
    if value is None or error is None:
        return ""
    return f"{value:.4g} +- {error:.1g}" if math.isfinite(error) else f"{value:.4g}"
