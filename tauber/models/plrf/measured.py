"""What a sweep of this model measures: frontier and curve, many points at once, and the derived phase beside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from ...boundary import theory_errors
from ...read import numbers
from ...sweeps.measured import Columns, Found, Measured, Output
from ...sweeps.phases import BOUNDARY, Phases
from ...sweeps.proved import PROVED, ends
from .approach import correction_exponent
from .given import rate, read_cost

_SLOPE = "a local exponent over the compute f"


def _value(option: str, text: str) -> Any:
    """A number as the solver takes it, exact."""
    return math.inf if numbers.is_inf(text) else numbers.exact(option, text)


def _arrays(columns: Columns, fixed: Mapping[str, str], *names: str) -> dict[str, Any]:
    """The arguments of these names, those that are swept as arrays of shape (points, 1)."""
    import numpy as np

    found: dict[str, Any] = {}
    for name in names:
        read = rate if name == "lr" else lambda text, name=name: _value(f"--{name}", text)
        if name in columns:
            found[name] = np.array([read(text) for text in columns[name]], dtype=object)[:, None]
        elif name in fixed:
            found[name] = read(fixed[name])
    return {{"lr": "step_size"}.get(name, name): value for name, value in found.items()}


def _frontiers(columns: Columns, fixed: Mapping[str, str], inside: Mapping[str, list[float]]) -> Found:
    from ...numerics.models.plrf import frontiers

    given = _arrays(columns, fixed, "alpha", "beta", "ratio", "lr", "batch")
    spent = read_cost(fixed["cost"]) if "cost" in fixed else None
    count = len(next(iter(columns.values())))
    found = frontiers(given.pop("alpha"), given.pop("beta"), [inside["flops"]] * count, cost=spent, **given)
    arrays = {name: getattr(found, name) for name in _FRONTIER} | {"loss_slope": -found.loss_slope}
    return Found(arrays, found.reason)


def _losses(columns: Columns, fixed: Mapping[str, str], inside: Mapping[str, list[float]]) -> Found:
    import numpy as np

    from ...numerics.models.plrf import losses

    given = _arrays(columns, fixed, "alpha", "beta", "d", "v", "lr", "batch", "noise")
    sizes = given.setdefault("d", numbers.whole("--d", "1000"))
    given.setdefault("v", 10 * np.asarray(sizes, dtype=object))
    count = len(next(iter(columns.values())))
    found = losses(given.pop("alpha"), given.pop("beta"), given.pop("d"), [inside["times"]] * count, **given)
    return Found({name: getattr(found, name) for name in _CURVE}, found.reason)


@cache
def _phases(cost: str | None) -> Phases:
    """The diagram is derived once a process; only its formulas meet the points."""
    with theory_errors():
        from ...theory.models.plrf import cost_of, phase_diagram

        return Phases(phase_diagram(cost_of(None if cost is None else read_cost(cost))))


def _derive(columns: Columns, fixed: Mapping[str, str]) -> dict[str, Any] | None:
    """Phase, exponents and the exponent of the leading correction at each point."""
    import numpy as np

    cost = fixed.get("cost")
    if "cost" in columns or not {"alpha", "beta"} <= {*columns, *fixed}:
        return None
    count = len(next(iter(columns.values())))
    alpha, beta = (
        [numbers.exact(f"--{name}", text) for text in columns.get(name) or [fixed[name]] * count]
        for name in ("alpha", "beta")
    )
    points = list(zip(alpha, beta, strict=True))
    names, powers = _phases(cost).at(points)
    places = {name: k for k, name in enumerate(_PHASES)}
    usual = cost is None or set(read_cost(cost).values()) == {1}
    rates = [
        correction_exponent(*point) if usual and name not in ("none", BOUNDARY) else None
        for name, point in zip(names, points, strict=True)
    ]
    return {
        "derived_phase": np.array([places.get(name, _OTHER) for name in names], np.int8),
        "derived_loss_exponent": powers["loss"],
        "derived_d_exponent": powers["d"],
        "derived_correction_exponent": np.array([math.nan if w is None else float(w) for w in rates]),
    }


def _diagram(fixed: Mapping[str, str]) -> tuple[Any, Any]:
    from .look import LOOK

    return _phases(fixed.get("cost")).diagram, LOOK


_PHASES = (BOUNDARY, "none", "Ia", "Ib", "Ic", "II", "III", "IVa", "IVb", "other")
_OTHER = _PHASES.index("other")
"""Phases of another budget than d*r have no names of the paper's."""

_FRONTIER = {
    "d": Output("1", "best size d*"),
    "d_error": Output("1", "relative uncertainty of d*"),
    "loss": Output("1", "loss P* at d*"),
    "error": Output("1", "relative error of the loss, an estimate"),
    "d_slope": Output("1", f"d log d*/d log f, {_SLOPE}"),
    "d_slope_error": Output("1", "absolute uncertainty of d_slope"),
    "loss_slope": Output("1", f"-d log P*/d log f, {_SLOPE}"),
    "loss_slope_error": Output("1", "absolute uncertainty of loss_slope"),
}
_CURVE = {
    "loss": Output("1", "loss P(r)"),
    "error": Output("1", "relative error of the loss, an estimate"),
}
_DERIVED = {
    "derived_phase": Output("1", "derived phase; none has no power law", _PHASES, inside=False),
    "derived_loss_exponent": Output("1", "y of the derived law P* ~ f^-y", inside=False),
    "derived_d_exponent": Output("1", "x of the derived law d* ~ f^x", inside=False),
    "derived_correction_exponent": Output("1", "w of the leading relative correction f^-w to P*", inside=False),
}

MEASURED = {
    "frontier": Measured(
        along={"flops": numbers.budgets},
        outputs=_FRONTIER,
        many=_frontiers,
        takes=frozenset({"alpha", "beta", "ratio", "lr", "batch", "cost"}),
        derived=_DERIVED,
        derive=_derive,
        beside={"loss_slope": "derived_loss_exponent", "d_slope": "derived_d_exponent"},
        picture=("loss_slope", r"$-\mathrm{d}\log P_\star/\mathrm{d}\log f$"),
        rate="derived_correction_exponent",
        diagram=_diagram,
        plane=("alpha", "beta"),
    ),
    "curve": Measured(
        along={"times": numbers.times},
        outputs=_CURVE,
        many=_losses,
        takes=frozenset({"alpha", "beta", "d", "v", "lr", "batch", "noise"}),
        picture=("loss", "$P(r)$"),
    ),
    "level": Measured(
        of="curve",
        given={"times": "1"},
        outputs={
            "level": Output("1", "limit of the loss P(r) as r grows: what d parameters leave; inf if unstable"),
            "level_error": Output("1", "relative error of the level, an estimate"),
        },
        picture=("level", r"$P(\infty)$"),
    ),
    "simulate": Measured(
        along={"times": numbers.times},
        outputs={
            "median": Output("1", "median over the draws of the loss P(r)"),
            "median_error": Output("1", "standard error of the median"),
            "mean": Output("1", "mean over the draws of the loss P(r)"),
            "mean_error": Output("1", "standard error of the mean"),
            "solved": Output("1", "loss P(r) of the deterministic equivalent"),
            "unstable": Output("1", "draws that are unstable for plain SGD", inside=False),
        },
        picture=("median", "median of $P(r)$"),
    ),
    "certify": Measured(along={"times": numbers.exact_times}, outputs=PROVED, read=ends, picture=("low", "$P(r)$")),
    "derive": Measured(
        outputs={
            "loss_exponent": Output("1", "y of the derived law P* ~ f^-y"),
            "d_exponent": Output("1", "x of the derived law d* ~ f^x"),
            "loss_constant": Output("1", "c of P* ~ c f^-y, with a step size", keys=("optimum.loss_value",)),
            "d_constant": Output("1", "c of d* ~ c f^x, with a step size", keys=("optimum.d_value",)),
            "correction_exponent": Output("1", "w of the correction f^-w", keys=("optimum.correction_exponent",)),
        },
        picture=("loss_exponent", "$y$"),
        diagram=_diagram,
        plane=("alpha", "beta"),
    ),
}
