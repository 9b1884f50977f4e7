"""``tauber simulate explaining``: drawn features and samples, fitted for real, beside the solved losses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...boundary import numerics_errors
from ...cli.plotting import plot_target
from ...errors import BadInput
from ...read import arguments as options
from ...read import numbers
from ...report import screen
from ..dynamical import given as model_options
from ..plrf.simulate import Runs, counting
from . import given as own
from .curve import losses
from .given import Problem, Size, described

if TYPE_CHECKING:
    from pathlib import Path

    from ...numerics.explaining.simulation import Simulation

_STATISTICS = ("loss", "loss_error", "median", "median_error", "train", "train_error")


def explaining(
    a: model_options.A,
    b: model_options.B,
    data: own.Data = "25,50,100,200",
    features: own.Features = "100",
    ridge: own.Ridge = "0.1",
    noise: model_options.Noise = "0",
    modes: model_options.Modes = "500",
    draws: Runs = "40",
    seed: options.Seed = "0",
    plot: options.Plot = None,
    json: options.Json = False,
) -> None:
    """Draw random features and samples, fit them by ridge regression, and compare with the solved losses.

    Means over the draws stand with their standard errors, medians with half their 68 % interval. They differ from the
    solution by a relative 1/min(D, P) or so. Without ridge the mean is infinite for |D - P| <= 1, and has no standard
    error for |D - P| <= 3: look at the median there. loss[i][j] belongs to the i-th D and the j-th P.

    Example: tauber simulate explaining --a 1.8 --b 1.5 --data 25,50,100,200 --features 100 --ridge 0.1
    """
    problem = Problem.read(a, b, ridge, noise, modes)
    if problem.ridge is None:
        raise BadInput(
            "--ridge best was given, but a simulation needs a number; tauber curve explaining finds the best."
        )
    if math.isinf(problem.modes):
        raise BadInput(
            "--modes inf was given, but a simulation draws every mode: choose a finite number, a few times data and "
            "features."
        )
    datas, widths = _sizes("--data", data), _sizes("--features", features)
    if any(math.isinf(size) for size in datas) and any(math.isinf(width) for width in widths):
        raise BadInput(
            "--data and --features both contain inf, but then nothing is drawn; leave it out of one of them."
        )
    count, start = numbers.whole("--draws", draws, 2, 10**6), numbers.whole("--seed", seed, 0)
    target = plot_target(plot)
    with numerics_errors():
        solved = problem.curve().grid(datas, widths)
        simulated = _simulate(problem, datas, widths, count, start)
        payload = problem.payload | {"draws": count, "seed": start}
        payload |= {"data": own.shown(datas), "features": own.shown(widths)}
        payload |= {name: [[float(getattr(s, name)[0]) for s in row] for row in simulated] for name in _STATISTICS}
        payload |= {"solved_loss": solved.loss.tolist(), "solved_train": solved.train.tolist()}
        if target is not None:
            from ...plots.save import save
            from ...plots.sizes import draw_simulation

            with screen.waiting("Drawing"):
                save(draw_simulation(described(payload), losses(problem), payload), target)
    if json:
        screen.print_json(payload)
    else:
        _show(payload, target)


def _sizes(option: str, text: str) -> list[Size]:
    """Read whole sizes, or ``inf``."""
    found = numbers.sizes(option, text)
    if ":" in text:  # log-spaced ones are rounded
        return list(dict.fromkeys(float(round(size)) for size in found if round(size) >= 1))
    if any(not math.isinf(size) and size != int(size) for size in found):
        raise BadInput(f"{option} was given as '{text}', but a simulation needs whole numbers, or inf.")
    return found


def _simulate(problem: Problem, datas: list[Size], widths: list[Size], count: int, seed: int) -> list[list[Simulation]]:
    """Simulate every pair of sizes, each from a seed of its own."""
    import numpy as np

    from ...numerics.explaining.simulation import simulate

    seeds = np.random.SeedSequence(seed).generate_state(len(datas) * len(widths)).reshape(len(datas), len(widths))
    assert problem.ridge is not None
    found = []
    with screen.progress_bar("Fitting", count * seeds.size) as advance:
        for size, row in zip(datas, seeds, strict=True):
            found.append(
                [
                    simulate(
                        float(problem.a), float(problem.b), float(size), float(width), seed=int(start), runs=count,
                        ridges=float(problem.ridge), modes=problem.modes, noise=float(problem.noise),
                        progress=counting(advance),
                    )
                    for width, start in zip(widths, row, strict=True)
                ]
            )  # fmt: skip
    return found


def _show(payload: dict[str, Any], target: Path | None) -> None:
    screen.print_line(f"{described(payload)}; {payload['draws']} draws, seed {payload['seed']}")
    rows = []
    for i, size in enumerate(payload["data"]):
        for j, width in enumerate(payload["features"]):
            cells = [f"{payload[name][i][j]:.6g}" for name in (*_STATISTICS, "solved_loss", "solved_train")]
            for k in (1, 3, 5):
                cells[k] = f"{float(cells[k]):.1e}"
            rows.append((f"{size:.10g}", f"{width:.10g}", *cells[:4], cells[6], *cells[4:6], cells[7]))
    columns = (
        "data", "features", "excess loss, mean", "standard error", "median", "its error", "solved",
        "train loss, mean", "standard error", "solved",
    )  # fmt: skip
    screen.print_table("Simulation beside the solution", columns, rows)
    if target is not None:
        screen.print_line(f"Wrote {target}")
