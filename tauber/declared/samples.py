"""What is solved over the plane of a declared model for its page: at each point the actions of the model there.

The declaration is put at the points of a grid, and asked for its curves and its frontier as a user would ask; what is
refused is shown as refused. Where more than the size is free, the step size or where a warm-up starts, each curve is
the run that is best at one of the computes, through its dot. A list of terms says a loss only up to constants, so that
nothing is solved of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

from ..errors import BadInput, CheckFailed
from ..site.samples import Best, Curve, Point, Sample, Samples, grid, solved, whole
from . import actions
from .reading import Declaration

if TYPE_CHECKING:
    from ..plots.look import Look
    from ..theory.optimum.diagram import PhaseDiagram
    from ..workers import Map

_OTHERS = ("step_size", "start")
"""What a frontier may find beside the size, by its keys; it is found, and not given, where it has an error."""
SIZES = (100.0, 1000.0, 10000.0)
RATIO = 10
"""v/d where infinitely many modes have no finite trace, 2 alpha < 1; v is infinite elsewhere."""
_REACH = {
    "quick": (3, 6, (1e8, 1e10, 1e12)),
    "in log time": (1, 6, (1e8,)),
    "step by step": (2, 4, (1e4, 1e5, 1e6)),
}
"""By how it is solved: points of the grid along an axis, powers of ten of the last step, and the computes, as seconds
allow."""


def _reach(declaration: Declaration) -> tuple[int, int, tuple[float, ...]]:
    training = declaration.training
    if declaration.kind == "recursion":
        return _REACH["step by step"]
    plain = (training.get("schedule", "constant"), training.get("momentum", "none")) == ("constant", "none")
    return _REACH["quick" if plain and "averaging" not in training else "in log time"]


def samples(declaration: Declaration, diagram: PhaseDiagram, look: Look, mapped: Map) -> Samples:
    """Losses less the label noise, and optima, on a grid over the plane; from the disk if they are there."""
    count, longest, budgets = _reach(declaration)
    points = grid(diagram, look, count)
    steps = whole(*(k / 2 for k in range(2 * longest + 1)))
    asked = repr(replace(declaration, source=None, spectrum=None)), steps, SIZES, budgets
    each = solved("declared", points, lambda: mapped(partial(_sample, declaration, steps, budgets), points), *asked)
    spent = declaration.budget.get("cost", "d*r")
    sizes = ", ".join(f"{size:.0f}" for size in SIZES)
    setting = (
        f"v/d infinite for 2 alpha > 1 and {RATIO} otherwise; the loss less the label noise. Where the best step size "
        "or the best start of a warm-up is sought, too, each line is the run that is best at one of the computes; "
        f"elsewhere d = {sizes}, where the step size is free the largest stable one."
    )
    ours = spent == "d*r"  # curves stand over d r, and dots over the compute
    each = each if ours else tuple(replace(sample, frontier=()) for sample in each)
    return Samples(
        f"compute f = {spent.replace('*', ' ')}" if ours else "d r", "P", steps, setting, each,
        compute="f" if ours else "", size="d", laws=(0,) if ours else (),
    )  # fmt: skip


def _sample(declaration: Declaration, steps: tuple[float, ...], budgets: tuple[float, ...], point: Point) -> Sample:
    alpha, beta = point
    here = replace(declaration, spectrum={"alpha": str(alpha), "beta": str(beta)})
    modes = inf if 2 * alpha > 1 else RATIO
    found = _frontier(here, budgets)
    if any(key in best for best, _ in found if best is not None for key in _OTHERS):
        curves = tuple(_best_run(here, modes, steps, *one) for one in found)
    else:
        curves = tuple(_curve(here, size, modes * size, steps) for size in SIZES)
    optima = tuple(_best(f, *one) for f, one in zip(budgets, found, strict=True))
    return Sample((str(alpha), str(beta)), curves, optima)


def _asked(declaration: Declaration, name: str, run: Mapping[str, Any]) -> tuple[Any, str]:
    """What an action of the model answers, or None with the reason."""
    try:
        return actions.of(declaration, name)(**run), ""
    except (BadInput, CheckFailed) as error:
        return None, str(error)


def _frontier(declaration: Declaration, budgets: tuple[float, ...]) -> list[tuple[dict[str, float] | None, str]]:
    """The numbers of the frontier at each compute by their keys, or None with the reason.

    All are asked for at once, since each helps to find the next one; then, if one is refused, each alone.
    """
    found, reason = _asked(declaration, "frontier", {"flops": list(budgets)})
    if found is None and len(budgets) > 1:
        return [row for budget in budgets for row in _frontier(declaration, (budget,))]
    if found is None:
        return [(None, reason)]
    keys = [*("d", "d_error", "loss", "error"), *(key for key in _OTHERS if f"{key}_error" in found)]
    return [({key: float(found[key][n]) for key in keys}, "") for n in range(len(budgets))]


def _best_run(
    declaration: Declaration, ratio: float, steps: tuple[float, ...], best: Mapping[str, float] | None, reason: str
) -> Curve:
    """The training that is best at a compute, with the nearest whole size."""
    if best is None:
        return Curve("the best run", {}, "r", 1.0, reason)
    training = dict(declaration.training)
    if "step_size" in best:
        training["step_size"] = repr(best["step_size"])
    if "start" in best:
        training["schedule"] = f"warmup:{best['start']!r}"
    size = float(round(best["d"]))
    found = _curve(replace(declaration, training=training), size, ratio * size, steps)
    return replace(found, held=dict(found.held) | {key: best[key] for key in _OTHERS if key in best})


def _curve(declaration: Declaration, size: float, modes: float, steps: tuple[float, ...]) -> Curve:
    run = {"d": f"{size:.0f}", "v": "inf" if modes == inf else f"{modes:.0f}", "times": list(map(int, steps))}
    found, reason = _asked(declaration, "curve", run)
    at: tuple[str, Mapping[str, float], str, float] = (f"d = {size:.0f}", {"d": size}, "r", size)
    if found is None:
        return Curve(*at, reason)
    if "excess" in found:
        return Curve(*at, "", tuple(map(float, found.excess)), tuple(map(float, found.excess_error)))
    floor = float(found.noise) ** 2
    loss = [float(x) - floor for x in found.loss]
    wrong = [float(e) * float(x) / rest for e, x, rest in zip(found.error, found.loss, loss, strict=True)]
    return Curve(*at, "", tuple(loss), tuple(wrong))


def _best(budget: float, best: Mapping[str, float] | None, reason: str) -> Best:
    if best is None:
        return Best(budget, reason)
    return Best(budget, "", *(best[key] for key in ("d", "d_error", "loss", "error")))
