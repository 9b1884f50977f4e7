"""What a fit to runs puts into its result, and the flags that say what of it is not to be believed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...boundary import in_options

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.runs import Cost, Estimate, Fitted, HeldOut, Interval, Runs, Samples

Ends = Mapping[str, "tuple[float | None, float | None]"]
"""Intervals by the profile, None on a side without an end."""
_OUTLIER = 10  # errors of a run's log loss: no draw of any noise that a fit assumes
_ALIKE = 0.99  # correlation of two parameters, at centred coordinates
_VAGUE = 0.3  # relative error of a parameter
_FEW_AGREE = 4  # of the searches that went to the end
_MAD = 1.4826  # of the median of |r| to one sigma of a Gaussian
_MANY_AT_BOUND = 0.05  # of the bootstrap samples
_KNOWN = 0.99  # of the bootstrap samples: what of a surface's optimum must lie on the surface
_ALONE = 0.95  # leverage: at 0.92 intervals of 95 % hold as they say (test_leverage.py), at 0.97 in 90 %
_TABLE_OFF = 0.5  # of the in-sample error: a surface's table is then too coarse to be overlooked
_BEYOND = 2  # decades of compute, past the runs


def reading_payload(runs: Runs) -> dict[str, Any]:
    """What was read."""
    return {
        "reading": {
            "columns": dict(runs.names), "guessed": list(runs.guessed),
            "form": runs.form, "left_out": list(runs.left_out),
        },
        "runs": len(runs),
    }  # fmt: skip


def fit_payload(
    fitted: Fitted, drawn: Samples, ends: Ends | None, seed: int
) -> dict[str, Any]:  # fmt: skip
    """The parameters with their errors and both intervals."""
    from ...numerics.runs import interval

    natural = fitted.form.natural(drawn.theta, fitted.x)
    parameters = {
        name: _interval(interval(fitted.natural[i], natural[:, i]))
        | {"profile": None if ends is None else list(ends[name])}
        for i, name in enumerate(fitted.form.parameters)
    }
    return {
        "form": fitted.form.name,
        "formula": fitted.form.formula,
        "huber": fitted.huber,
        "parameters": parameters,
        "objective": fitted.value,
        "in_sample": math.sqrt(float((fitted.residuals**2).mean())),
        "searches": {"ended": fitted.starts, "agreeing": fitted.agreeing},
        "bootstrap": {
            "samples": len(drawn.theta), "clustered": drawn.clustered, "sizes": drawn.clusters, "seed": seed,
        },
    }  # fmt: skip


def _interval(found: Interval) -> dict[str, float]:
    return {"value": found.value, "error": found.error, "low": found.low, "high": found.high}


def _sampled(values: np.ndarray) -> dict[str, float | None]:
    """The interval of a quantity from its value and those of the samples, (1 + R,), NaN where these are not known.

    Error and ends are None if so many samples have none that the interval of 95 % is not known either.
    """
    import numpy as np

    from ...numerics.runs import interval

    known = values[1:][np.isfinite(values[1:])]
    if len(known) < _KNOWN * len(values[1:]):
        return {"value": float(values[0]), "error": None, "low": None, "high": None}
    return dict(_interval(interval(values[0], known)))


def optimum_payload(
    fitted: Fitted, drawn: Samples, cost: Cost, budgets: list[float] | None, seed: int
) -> dict[str, Any]:  # fmt: skip
    """The best use of compute, with what is read off the runs without a form; ``reason`` where there is none."""
    import numpy as np

    from ...numerics.errors import TauberInputError
    from ...numerics.runs import QUANTITIES, envelope, isoflop, optimum

    runs = fitted.runs
    compute = _budgets(runs) if budgets is None else budgets
    try:
        best = optimum(fitted, np.vstack([fitted.theta, drawn.theta]), cost, np.array(compute))
    except TauberInputError as error:
        return {"reason": in_options(str(error))}
    if not math.isfinite(best.size_exponent[0]):
        return {"reason": "In the middle of the runs' compute the best size lies beyond what was solved of the model."}
    found: dict[str, Any] = {"reason": None}
    for name in QUANTITIES:
        found[name] = _sampled(getattr(best, name))
    found["budgets"] = [
        {"compute": budget}
        | {n: _sampled(getattr(best, n)[:, i]) for n in ("size", "data", "loss")}
        | {"inside": _inside(runs, budget, float(best.size[0, i]), float(best.data[0, i]))}
        for i, budget in enumerate(compute)
        if math.isfinite(best.size[0, i])
    ]
    found["unsolved"] = [budget for i, budget in enumerate(compute) if not math.isfinite(best.size[0, i])]
    exact = found["size_exponent"]["value"]
    estimates = (isoflop(fitted, exact, seed), envelope(fitted, exact, seed))
    found["estimates"] = [_estimate(e) for e in estimates if e is not None]
    return found


def _budgets(runs: Runs) -> list[float]:
    if runs.compute is None:  # a table of one resource, which has no optimum either
        return []
    first = math.ceil(math.log10(runs.compute.min()))
    last = math.ceil(math.log10(runs.compute.max())) + _BEYOND
    step = max(1, (last - first) // 8)
    return [10.0**power for power in range(first, last + 1, step)]


def _inside(runs: Runs, compute: float, size: float, data: float) -> bool:
    """Whether compute, best size and best data all lie where runs are."""
    columns = ((runs.compute, compute), (runs.size, size), (runs.data, data))
    return all(c is None or c.min() <= value <= c.max() for c, value in columns)


def _estimate(found: Estimate) -> dict[str, Any]:
    return {
        "name": found.name, "size_exponent": found.exponent, "error": known(found.error), "bias": found.bias,
        "without_bias": found.exponent - found.bias, "points": found.points,
    }  # fmt: skip


def known(value: float) -> float | None:
    """A number, or None for one that is not known."""
    return value if math.isfinite(value) else None


def heldout_payload(found: Iterable[HeldOut]) -> list[dict[str, Any]]:
    """Of each form its in-sample error, and what it foretells."""
    return [
        {
            "form": entry.form,
            "in_sample": entry.in_sample,
            "cuts": [
                {name: getattr(cut, name) for name in ("fitted", "foretold", "up_to", "error", "bias")}
                for cut in entry.cuts
            ],
            "reason": None if entry.reason is None else in_options(entry.reason),
        }
        for entry in found
    ]


@dataclass(frozen=True, eq=False)
class Exponents:
    """Two exponents, (2,), and those of the bootstrap samples, (R, 2).

    They are the powers of size and of data, or, where `model` names one, that model's own parameters.
    """

    value: np.ndarray
    samples: np.ndarray
    model: str | None = None

    @classmethod
    def of(cls, fitted: Fitted, drawn: Samples) -> Exponents | None:
        """Those of a fit; None for a form that has not both."""
        form = fitted.form
        if form.resources != ("size", "data"):
            return None
        columns = [form.parameters.index(name) for name in form.exponents]
        model = form.name if hasattr(form, "surface") else None
        return cls(fitted.theta[columns], drawn.theta[:, columns], model)


def places_payload(where: Exponents | None, cost: Cost, optimum: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the exponents lie on the phase diagrams; empty without both, or without an optimum."""
    from .lies import phases_payload

    if where is None or optimum["reason"] is not None:
        return []
    return phases_payload(where.value, where.samples, cost, optimum, where.model)


def surface_payload(fitted: Fitted) -> dict[str, Any]:
    """How far the table of a model's surface is off the model, in log loss less E; nothing for other forms."""
    surface = getattr(fitted.form, "surface", None)
    if surface is None:
        return {}
    x, y = fitted.x.log + fitted.theta[2:4, None]
    return {"surface": {"model": surface.name, "meaning": surface.meaning,
                        "error": surface.error(fitted.theta[4:], x, y)}}  # fmt: skip


def surface_flags(values: Mapping[str, Any]) -> list[str]:
    """A flag where the table of a surface is coarse beside the residuals, or the optimum lies beyond it."""
    if "surface" not in values:
        return []
    found, off = [], values["surface"]["error"]
    if off > _TABLE_OFF * values["in_sample"]:
        found.append(
            f"The surface of {values['form']} was interpolated, and is up to {off:.1e} off the model at these runs, "
            f"beside an in-sample error of {values['in_sample']:.1e}."
        )
    best = values["optimum"]
    if best["reason"] is None and best["unsolved"]:
        budgets = ", ".join(f"{budget:.4g}" for budget in best["unsolved"])
        found.append(f"At the budgets {budgets} the best size lies beyond what was solved of the model.")
    if best["reason"] is None and any(at["size"]["error"] is None for at in best["budgets"]):
        found.append("Some of the resampled fits have their best size beyond what was solved of the model.")
    return found


def arrays(fitted: Fitted) -> dict[str, Any]:
    """The runs and the fit at each of them."""
    import numpy as np

    runs = fitted.runs
    columns = {name: c for name in ("size", "data", "compute") if (c := getattr(runs, name)) is not None}
    fitted_loss = runs.loss * np.exp(-fitted.residuals)
    return columns | {"loss": runs.loss, "fitted": fitted_loss, "residuals": fitted.residuals}


def flags(fitted: Fitted, drawn: Samples, ends: Ends | None) -> list[str]:
    """What of the fit is not to be believed, in sentences."""
    return [
        *_of_search(fitted, drawn),
        *_of_parameters(fitted, drawn, ends),
        *_of_runs(fitted),
        *_of_leverage(fitted, drawn),
        *_of_clusters(fitted, drawn),
    ]


def _of_search(fitted: Fitted, drawn: Samples) -> list[str]:
    found = []
    if fitted.agreeing < _FEW_AGREE:
        found.append(
            f"Only {fitted.agreeing} of {fitted.starts} searches ended at the best parameters; there may be better."
        )
    if not drawn.done.all():
        found.append(f"{int((~drawn.done).sum())} of {len(drawn.done)} resampled fits did not come to an end.")
    return found


def _of_parameters(fitted: Fitted, drawn: Samples, ends: Ends | None) -> list[str]:
    import numpy as np

    names = fitted.form.parameters
    bounded = fitted.at_bounds
    found = [f"{name} cannot be told from {limit}." for name, limit in bounded.items()]
    low, high = fitted.form.bounds
    for i, name in enumerate(names):
        sides = () if ends is None else zip(ends[name], ("below", "above"), strict=True)
        open_sides = [word for end, word in sides if end is None]
        share = float(np.mean((drawn.theta[:, i] <= low[i]) | (drawn.theta[:, i] >= high[i])))
        if name not in bounded and (open_sides or share > _MANY_AT_BOUND):
            where = " and ".join(open_sides)
            what = (
                f"its profile has no end {where}" if open_sides else f"{share:.0%} of the resampled fits are at a bound"
            )
            found.append(f"{name} is hardly known from these runs: {what}.")
    spread = drawn.theta.std(axis=0)
    # Internal constants are logarithms: their spread is a relative error already.
    scales = fitted.form.scales
    unit = np.array([1.0 if name in scales else abs(v) for name, v in zip(names, fitted.theta, strict=True)])
    moving = np.flatnonzero(spread > 0)
    if len(moving) > 1:
        correlation = np.corrcoef(drawn.theta[:, moving].T)
        vague = spread[moving] > _VAGUE * unit[moving]
        for i, j in zip(*np.nonzero(np.triu(abs(correlation) > _ALIKE, 1)), strict=True):
            if not (vague[i] or vague[j]):
                continue
            pair = f"{names[moving[i]]} and {names[moving[j]]}"
            found.append(
                f"These runs cannot tell {pair} apart (correlation {correlation[i, j]:.4f} in the middle of the runs): "
                "a combination of both is known, neither alone."
            )
    return found


def _of_runs(fitted: Fitted) -> list[str]:
    import numpy as np

    runs, found = fitted.runs, []
    if fitted.form.floor:
        floor = float(fitted.natural[0])
        below = np.flatnonzero(runs.loss < floor)
        if len(below):
            worst = int(below[np.argmin(runs.loss[below])])
            found.append(
                f"{_several(len(below), 'loss lies', 'losses lie')} below E = {floor:.4g}, the least in "
                f"{runs.called(worst)}: {runs.loss[worst]:.4g}."
            )
    # A fit of p parameters runs through about p of the runs, which tell nothing of the noise.
    scale = _MAD * float(np.median(np.sort(abs(fitted.residuals))[len(fitted.theta) :]))
    far = np.flatnonzero(abs(fitted.residuals) > _OUTLIER * scale) if scale > 1e-10 else np.array([], dtype=int)
    if len(far):
        worst = int(far[np.argmax(abs(fitted.residuals[far]))])
        off = math.expm1(float(fitted.residuals[worst]))
        found.append(
            f"{_several(len(far), 'run is', 'runs are')} more than {_OUTLIER} errors off the fit, {runs.called(worst)} "
            f"most: its loss is {abs(off):.1%} {'above' if off > 0 else 'below'}; is a cell in other units?"
        )
    return found


def _of_leverage(fitted: Fitted, drawn: Samples) -> list[str]:
    worst = int(drawn.leverage.argmax())
    if drawn.leverage[worst] < _ALONE:
        return []
    what = f"{'the size of ' if drawn.clustered else ''}{fitted.runs.called(worst)}"
    flag = (
        f"The fit follows {what} alone (leverage {drawn.leverage[worst]:.3g}): no other run says how far off its loss "
        "is, and intervals hold less often than they say."
    )
    return [flag]


def _of_clusters(fitted: Fitted, drawn: Samples) -> list[str]:
    if drawn.clustered or 2 * drawn.clusters > len(fitted.target):
        return []
    flag = (
        f"The runs have {drawn.clusters} sizes only, too few for weights of their own, and each run has one: where "
        "runs of one size share their noise, the errors are too small."
    )
    return [flag]


def _several(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def in_words(values: dict[str, Any]) -> dict[str, Any]:
    """The values with their flags in the words of the caller."""
    return values | {"flags": [in_options(flag) for flag in values["flags"]]}
