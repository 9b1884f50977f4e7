"""Drawn features and data, trained for real, beside the solved curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from . import given
from .curve import PARTS
from .given import Problem, described

if TYPE_CHECKING:
    from ...numerics.models.dynamical import Ensembles
    from ...numerics.models.dynamical.simulation import Simulation

# What the two wings' components are called here: solved and simulated.
_SIMULATED = {"bias": "LB", "features": "V_A", "data": "V_data", "interaction": "V_int"}


@action(draws=True)
def simulate(
    a: given.A = None,
    b: given.B = None,
    width: given.Width = "50",
    data: given.Data = "100",
    noise: given.Noise = "0",
    modes: given.Modes = "500",
    times: given.Times = None,
    momentum: given.Momentum = None,
    gd: given.Descent = None,
    draws: common.Runs = "40",
    components: given.Components = False,
    seed: common.Seed = "0",
    spectrum: common.Spectrum = None,
) -> Result:
    """Draw random features and training sets of the dynamical model, train on them, and compare with the solved curves.

    Means over the draws stand with their standard errors. They differ from the solution by a relative 1/min(width,
    data) or so, more where a training loss is exponentially small. With --components every draw trains four networks,
    on two data sets each of two sets of features.

    Example: tauber simulate dynamical --a 3 --b 1.5 --width 50 --data 100 --noise 0.1

    Returns
    -------
    Result
        ``times``; the means ``test`` and ``train``, their standard errors ``test_error`` and ``train_error``, and
        ``solved_test``, ``solved_train``, each of shape (n,); ``unstable`` draws, left out of the means; if asked,
        ``components``, the same of each part of the test loss.

    Raises
    ------
    BadInput
        A parameter out of its range, a step size that is not stable, or matrices that are too large.

    References
    ----------
    Bordelon, Atanasov, Pehlevan, arXiv 2402.01092.
    """
    problem = Problem.read(a, b, width, data, noise, modes, momentum, gd, spectrum)
    if math.isinf(problem.modes):
        raise BadInput(
            "--modes inf was given, but a simulation draws every mode: choose a finite number, a few times width and "
            "data."
        )
    moments = problem.times(times, 11)
    count, start = numbers.whole("--draws", draws, 2, 10**6), numbers.whole("--seed", seed, 0)
    with numerics_errors():
        model = problem.model()
        solved = model.curve(moments)
        parts = model.ensembles(moments) if components else None
        simulated = _simulate(problem, moments, count, start, components)
    values = problem.values | {"draws": count, "seed": start, "unstable": simulated.unstable, "times": moments}
    for name in ("test", "train"):
        values |= _beside(name, getattr(simulated, name), getattr(simulated, f"{name}_error"), getattr(solved, name))
    if parts is not None:
        values["components"] = _components(parts, simulated)
    return Result(values, _show, lambda _: _figure(problem, simulated))


def _simulate(problem: Problem, moments: list[int] | list[float], count: int, seed: int, split: bool) -> Simulation:
    from ...numerics.models.dynamical.simulation import simulate as simulated

    with screen.progress_bar("Training", count) as advance:
        return simulated(
            problem.a, problem.b, float(problem.width), float(problem.data), moments, seed=seed, runs=count,
            modes=problem.modes, spectrum=problem.spectrum, noise=float(problem.noise), optimiser=problem.optimiser,
            ensembles=split, progress=screen.counting(advance),
        )  # fmt: skip


def _beside(name: str, mean: Any, error: Any, solved: Any) -> dict[str, Any]:
    return {name: mean, f"{name}_error": error, f"solved_{name}": solved}


def _components(parts: Ensembles, simulated: Simulation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, symbol in _SIMULATED.items():
        mean, error = (getattr(of, symbol) for of in (simulated.components, simulated.components_error))
        found |= _beside(name, mean, error, getattr(parts, name))
    return found


def _figure(problem: Problem, simulated: Simulation) -> Any:
    from ...plots.curves import draw_simulated_losses

    with numerics_errors():
        return draw_simulated_losses(described(problem.values), problem.model(), simulated)


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    payload = result.to_dict()
    screen.print_line(described(payload))
    unstable = f", {payload['unstable']} of them unstable" if payload["unstable"] else ""
    screen.print_line(f"{payload['draws']} draws{unstable}, seed {payload['seed']}")
    columns, rows = ["time"], [[f"{moment:.10g}"] for moment in payload["times"]]
    for kind in ("test", "train"):
        columns += [f"{kind} loss, mean", "standard error", "solved"]
        for row, cells in zip(rows, _cells(payload, kind), strict=True):
            row += cells
    screen.print_table("Simulation beside the solution", columns, rows)
    if "components" in payload:
        parts = [
            [name, *time[:1], *cells]
            for name in PARTS
            for time, cells in zip(rows, _cells(payload["components"], name), strict=True)
        ]
        screen.print_line()
        screen.print_table("Parts of the test loss", ("part", "time", "mean", "standard error", "solved"), parts)


def _cells(values: Mapping[str, Any], name: str) -> list[list[str]]:
    """Mean, standard error and solution of a quantity at each time."""
    columns = zip(values[name], values[f"{name}_error"], values[f"solved_{name}"], strict=True)
    return [[f"{mean:.6g}", f"{error:.1e}", f"{solved:.6g}"] for mean, error, solved in columns]
