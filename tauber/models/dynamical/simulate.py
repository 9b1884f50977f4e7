"""``tauber simulate dynamical``: drawn features and data, trained for real, beside the solved curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..plrf.simulate import Runs, counting
from . import given as model_options
from .curve import PARTS
from .given import Problem, described

if TYPE_CHECKING:
    from ...numerics.dynamical import Curve, Ensembles
    from ...numerics.dynamical.simulation import Simulation

# What the two wings' components are called here: solved and simulated.
_SIMULATED = {"bias": "LB", "features": "V_A", "data": "V_data", "interaction": "V_int"}


def dynamical(
    a: model_options.A,
    b: model_options.B,
    width: model_options.Width = "50",
    data: model_options.Data = "100",
    noise: model_options.Noise = "0",
    modes: model_options.Modes = "500",
    times: model_options.Times = None,
    momentum: model_options.Momentum = None,
    gd: model_options.Descent = None,
    draws: Runs = "40",
    components: model_options.Components = False,
    seed: options.Seed = "0",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Draw random features and training sets of the dynamical model, train on them, and compare with the solved curves.

    Means over the draws stand with their standard errors. They differ from the solution by a relative 1/min(width,
    data) or so, more where a training loss is exponentially small. With --components every draw trains four networks,
    on two data sets each of two sets of features.

    Example: tauber simulate dynamical --a 3 --b 1.5 --width 50 --data 100 --noise 0.1
    """
    problem = Problem.read(a, b, width, data, noise, modes, momentum, gd)
    if math.isinf(problem.modes):
        raise BadInput(
            "--modes inf was given, but a simulation draws every mode: choose a finite number, a few times width and "
            "data."
        )
    moments, target = problem.times(times, 11), plot_target(plot)
    count, start = numbers.whole("--draws", draws, 2, 10**6), numbers.whole("--seed", seed, 0)
    with numerics_errors():
        model = problem.model()
        solved = model.curve(moments)
        parts = model.ensembles(moments) if components else None
        simulated = _simulate(problem, moments, count, start, components)
        if target is not None:
            from ...plots.curves import draw_simulated_losses
            from ...plots.save import save

            save(draw_simulated_losses(described(problem.payload), model, simulated), target)
    payload = problem.payload | {"draws": count, "seed": start} | _payload(moments, solved, simulated)
    if parts is not None:
        payload["components"] = _components(parts, simulated)
    if json:
        screen.print_json(payload)
        return
    _show(payload)
    if target is not None:
        screen.print_line(f"Wrote {target}")


def _simulate(problem: Problem, moments: list[int] | list[float], count: int, seed: int, split: bool) -> Simulation:
    from ...numerics.dynamical.simulation import simulate

    with screen.progress_bar("Training", count) as advance:
        return simulate(
            float(problem.a), float(problem.b), float(problem.width), float(problem.data), moments,
            seed=seed, runs=count, modes=problem.modes, noise=float(problem.noise), optimiser=problem.optimiser,
            ensembles=split, progress=counting(advance),
        )  # fmt: skip


def _payload(moments: list[int] | list[float], solved: Curve, simulated: Simulation) -> dict[str, Any]:
    return {
        "unstable": simulated.unstable,
        "times": moments,
        "test": simulated.test,
        "test_error": simulated.test_error,
        "solved_test": solved.test,
        "train": simulated.train,
        "train_error": simulated.train_error,
        "solved_train": solved.train,
    }


def _components(parts: Ensembles, simulated: Simulation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, symbol in _SIMULATED.items():
        found[name] = getattr(simulated.components, symbol)
        found[f"{name}_error"] = getattr(simulated.components_error, symbol)
        found[f"solved_{name}"] = getattr(parts, name)
    return found


def _show(payload: dict[str, Any]) -> None:
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


def _cells(values: dict[str, Any], name: str) -> list[list[str]]:
    """Mean, standard error and solution of a quantity at each time."""
    columns = zip(values[name], values[f"{name}_error"], values[f"solved_{name}"], strict=True)
    return [[f"{mean:.6g}", f"{error:.1e}", f"{solved:.6g}"] for mean, error, solved in columns]
