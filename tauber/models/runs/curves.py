"""Training curves in `fit`: the functional law, its errors, the schedules it has not seen, ends, and the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...boundary import in_options, numerics_errors, theory_errors
from ...output import screen
from ...output.result import Result
from ...workers import mapping
from .payload import known
from .regimes import regimes_payload
from .show import between, number

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.runs import Curves, CurveSamples, Ends, FittedCurves, Unseen

_VAGUE = 0.5  # relative error from which on an exponent is said to be hardly known
_FIT_OFF = 3.0  # times in-sample error: a run held out is foretold badly


class CurveResult(Result):
    """A `Result` with the `samples` of its bootstrap."""

    def __init__(
        self, values: Mapping[str, Any], show: Callable[[Result, bool], None], draw: Callable[[Result], Any],
        fitted: FittedCurves, drawn: CurveSamples,
    ) -> None:  # fmt: skip
        super().__init__(values, show, draw)
        self._fitted, self._drawn = fitted, drawn

    @property
    def samples(self) -> dict[str, np.ndarray]:
        """The parameters of each bootstrap sample by their names, in the units of the table."""
        natural = self._fitted.law.natural(self._drawn.theta, self._fitted.x)
        return {name: natural[:, i] for i, name in enumerate(self._fitted.law.parameters)}


def fit_curves(
    source: str, curves: Curves, huber: float, count: int, seed: int, early: float, held: list[str] | None,
    workers: int = 1,
) -> CurveResult:  # fmt: skip
    """Fit the functional law to curves that were read."""
    with numerics_errors():
        from ...numerics import runs as wing

        with screen.waiting("Fitting the functional law"):
            fitted = wing.fit_curves(curves, huber, early=early)
        with screen.progress_bar("Bootstrap", count) as advance, mapping(workers) as mapped:
            drawn = wing.bootstrap_curves(fitted, count, seed, advance, mapped)
        with screen.waiting("Holding out runs"):
            unseen = wing.held_out_curves(fitted, held)
        with screen.waiting("Foretelling the ends"):
            foretold = [wing.ends(fitted, share, wing.END_SAMPLES, seed) for share in wing.SHARES]
        natural = fitted.law.natural(drawn.theta, fitted.x)
        values = _values(source, fitted, drawn, natural, seed, unseen, foretold)
    if fitted.law.noise and all(values["parameters"][name]["error"] is not None for name in ("q_F", "q_K")):
        at = [fitted.law.parameters.index(name) for name in ("q_F", "q_K")]
        with theory_errors(), screen.waiting("Deriving phases"):
            values["regimes"] = regimes_payload(fitted.natural[at], natural[:, at])
    values["flags"] = [in_options(flag) for flag in (*curves.flags, *_flags(fitted, drawn, values))]

    def figure(result: Result) -> Any:
        from ...plots.run_curves import draw_curves

        return draw_curves(result.to_dict(), fitted)

    return CurveResult(values, show, figure, fitted, drawn)


def _values(
    source: str, fitted: FittedCurves, drawn: CurveSamples, natural: np.ndarray, seed: int, unseen: list[Unseen],
    foretold: list[Ends],
) -> dict[str, Any]:  # fmt: skip
    import numpy as np

    from ...numerics.runs import interval, open_ends

    curves, x = fitted.curves, fitted.x
    reason, beyond, parameters = drawn.noise.reason, open_ends(fitted, drawn), dict[str, Any]()
    for i, name in enumerate(fitted.law.parameters):
        at = interval(fitted.natural[i], natural[:, i])
        low, high = (None if out else end for out, end in zip(beyond[name], (at.low, at.high), strict=True))
        error = None if name in fitted.law.lopsided else at.error
        sure = {"error": error, "low": low, "high": high}
        parameters[name] = {"value": at.value, **(sure if reason is None else dict.fromkeys(sure))}
    loss = np.concatenate([run.loss for run in x.runs])
    return {
        "model": "fit",
        "kind": "curves",
        "source": source,
        "reading": {
            "columns": dict(curves.names), "guessed": list(curves.guessed),
            "form": curves.form, "left_out": list(curves.left_out),
        },
        "runs": len(curves),
        "rows": sum(len(run.step) for run in curves.runs),
        "time": _time(curves),
        "early": fitted.early,
        "form": fitted.law.name,
        "formula": fitted.law.formula,
        "huber": fitted.huber,
        "parameters": parameters,
        "objective": fitted.value,
        "in_sample": math.sqrt(float((fitted.residuals**2).mean())),
        "autocorrelation": fitted.correlation,
        "searches": {"ended": fitted.starts, "agreeing": fitted.agreeing},
        "bootstrap": {
            "samples": len(drawn.theta), "seed": seed,
        },
        "noise": drawn.noise.parts_known | {"reason": drawn.noise.reason},
        "heldout": [
            {"run": u.name, "error": u.error, "bias": u.bias, "last": u.last, "foretold": u.foretold} for u in unseen
        ],
        "ends": [entry for found in foretold for entry in _ends(found)],
        "regimes": [],
        "run": [x.runs[i].name for i in x.owner],
        "intrinsic_time": np.concatenate([run.time for run in x.runs]),
        "loss": loss,
        "fitted": loss * np.exp(-fitted.residuals),
        "residuals": fitted.residuals,
    }  # fmt: skip


def _time(curves: Curves) -> str:
    lr, batch = (any(getattr(run, name) is not None for run in curves.runs) for name in ("lr", "batch"))
    return " * ".join([*["lr"] * lr, *["batch"] * batch]) or "1"


def _ends(found: Ends) -> list[dict[str, Any]]:
    columns = zip(found.names, found.last, found.foretold, found.error, found.low, found.high, strict=True)
    return [
        {"run": name, "share": found.share, "last": float(last), "foretold": float(value)}
        | {"error": known(error), "low": known(low), "high": known(high), "reason": found.reason}
        for name, last, value, error, low, high in columns
    ]  # fmt: skip


def _flags(fitted: FittedCurves, drawn: CurveSamples, values: Mapping[str, Any]) -> list[str]:
    found = []
    if not fitted.law.noise:
        found.append(
            "The learning rate is not known, or the same everywhere: its noise cannot be told from E and A, and K and "
            "q_K are not fitted."
        )
    low, high = fitted.law.bounds
    for i, name in enumerate(fitted.law.parameters):
        at = values["parameters"][name]
        if fitted.theta[i] <= low[i] or fitted.theta[i] >= high[i]:
            found.append(f"{name} is at the end of its range: these curves cannot tell it.")
        elif name in {"q_F", "q_K", "b"} and at["error"] is not None and at["error"] > _VAGUE * at["value"]:
            found.append(f"{name} is hardly known from these curves.")
    reason = drawn.noise.reason
    if reason is not None:
        found.append(f"No errors are given: {reason}.")
    found += [
        f"No errors are given of the ends, foretold from {share:.0%} of every run: {why}."
        for share, why in dict.fromkeys((e["share"], e["reason"]) for e in values["ends"])
        if why not in (None, reason)
    ]
    if not drawn.done.all():
        found.append(f"{int((~drawn.done).sum())} of {len(drawn.done)} drawn sets of curves did not come to an end.")
    bad = [u["run"] for u in values["heldout"] if u["error"] > _FIT_OFF * values["in_sample"]]
    if bad:
        found.append(
            f"Held out, {', '.join(map(repr, bad[:3]))}{' and others' * (len(bad) > 3)} is foretold with more than "
            f"{_FIT_OFF:g} times the in-sample error."
        )
    return found


def show(result: Result, full: bool) -> None:
    """Write what was read, the law, what was held out and foretold, where the exponents lie, and the flags."""
    values = result.to_dict()
    reading, drawn = values["reading"], values["bootstrap"]
    listed = ", ".join(
        f"{role} = {name}{' (guessed)' * (role in reading['guessed'])}" for role, name in reading["columns"].items()
    )
    screen.print_line(
        f"{values['source']}: training curves, {values['runs']} run{'s' * (values['runs'] != 1)} of {values['rows']} "
        f"rows, {listed}; {reading['form']}"
    )
    for words in reading["left_out"]:
        screen.print_line(f"Left out: {words}")
    screen.print_line(
        f"Intrinsic time T = sum of {values['time']} over steps; the first {values['early']:.0%} of each run's T are "
        f"left out, the rest averaged in {len(values['loss'])} blocks"
    )
    screen.print_line(f"L(T) = {values['formula']}")
    rows = [
        (
            name,
            number(p["value"]),
            "not given" if p["error"] is None else number(p["error"], 2),
            _interval(p, 4, values["noise"]["reason"]),
        )
        for name, p in values["parameters"].items()
    ]
    screen.print_table("Parameters", ("parameter", "value", "error", "95 %"), rows)
    screen.print_line(
        f"In-sample error {values['in_sample']:.2%} of the loss; errors from {drawn['samples']} sets of curves drawn "
        f"with noise like theirs: {_noise_in_words(values['noise'])}"
    )
    if full:
        search = values["searches"]
        screen.print_line(f"{search['agreeing']} of {search['ended']} searches ended at these parameters")
    _show_unseen(values["heldout"])
    _show_ends(values["ends"])
    _show_regimes(values["regimes"])
    for flag in values["flags"]:
        screen.print_line(f"Flag: {flag}")


def _interval(found: Mapping[str, Any], digits: int, reason: str | None) -> str:
    return "unknown" if reason is not None else between(found["low"], found["high"], digits)


def _noise_in_words(noise: Mapping[str, Any]) -> str:
    parts = [f"{noise['row']:.2%} of each row"]
    if noise["neighbours"] > 0:
        parts.append(f"{noise['neighbours']:.2%} with a memory of {noise['memory']:.0f} rows")
    if noise["run"] > 0:
        parts.append(f"{noise['run']:.2%} of each run")
    return ", ".join(parts)


def _show_unseen(found: list[dict[str, Any]]) -> None:
    if not found:
        return
    screen.print_line()
    rows = [
        (u["run"], f"{u['error']:.2%} ({u['bias']:+.2%})", number(u["last"], 5), number(u["foretold"], 5))
        for u in found
    ]
    heads = ("run", "error (mean)", "last loss", "foretold")
    screen.print_table("Runs foretold by their schedules, from the others", heads, rows)


def _show_ends(found: list[dict[str, Any]]) -> None:
    screen.print_line()
    rows = [
        (e["run"], f"{e['share']:.0%}", number(e["last"], 5), number(e["foretold"], 5),
         _interval(e, 5, e["reason"]))
        for e in found
    ]  # fmt: skip
    heads = ("run", "seen of every run", "last loss", "foretold", "95 %")
    screen.print_table("Last losses foretold from the first part of every run", heads, rows)


def _show_regimes(found: list[dict[str, Any]]) -> None:
    if not found:
        return
    screen.print_line()
    rows = []
    for entry in found:
        at = entry["parameters"] or {}
        point = ", ".join(f"{n} = {number(p['value'], 3)} +- {number(p['error'], 2)}" for n, p in at.items())
        said = entry["size_exponent"]
        best = "not said" if said is None else f"{number(said['low'], 3)} to {number(said['high'], 3)}"
        rows.append((entry["phase"], entry["forcing"], number(entry["errors"], 2), entry["line"] or point, best))
    heads = ("phase of plrf", "forcing", "errors away", "parameters there", "size* ~ C^x")
    screen.print_table("Where q_F and q_K lie", heads, rows)
