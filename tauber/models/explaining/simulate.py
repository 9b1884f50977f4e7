"""Drawn features and samples, fitted for real, beside the solved losses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...action import action
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ..dynamical.given import A, B, Modes, Noise
from .given import AXES, Data, Features, Problem, Ridge, Size, described, pictured, shown

if TYPE_CHECKING:
    from ...numerics.models.explaining.simulation import Simulation

_STATISTICS = ("loss", "loss_error", "median", "median_error", "train", "train_error")


@action(draws=True)
def simulate(
    a: A = None,
    b: B = None,
    data: Data = "25,50,100,200",
    features: Features = "100",
    ridge: Ridge = "0.1",
    noise: Noise = "0",
    modes: Modes = "500",
    draws: common.Runs = "40",
    seed: common.Seed = "0",
    spectrum: common.Spectrum = None,
) -> Result:
    """Draw random features and samples, fit them by ridge regression, and compare with the solved losses.

    Means over the draws stand with their standard errors, medians with half their 68 % interval. They differ from the
    solution by a relative 1/min(D, P) or so. Without ridge the mean is infinite for |D - P| <= 1, and has no standard
    error for |D - P| <= 3: look at the median there. loss[i][j] belongs to the i-th D and the j-th P.

    Example: tauber simulate explaining --a 1.8 --b 1.5 --data 25,50,100,200 --features 100 --ridge 0.1

    Returns
    -------
    Result
        ``loss``, ``median`` and ``train`` with ``loss_error``, ``median_error`` and ``train_error`` (absolute), and
        ``solved_loss``, ``solved_train``, each of shape (data, features).

    Raises
    ------
    BadInput
        A parameter out of its range, or one that cannot be drawn: infinitely many modes, sizes that are not whole.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    problem = Problem.read(a, b, ridge, noise, modes, spectrum)
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
    with numerics_errors():
        import numpy as np

        solved = problem.curve().grid(datas, widths)
        simulated = _simulate(problem, datas, widths, count, start)
        values = problem.values | {"draws": count, "seed": start} | shown(datas, widths)
        values |= {name: np.array([[getattr(s, name)[0] for s in row] for row in simulated]) for name in _STATISTICS}
        values |= {"solved_loss": solved.loss, "solved_train": solved.train}

    def figure(_: Result) -> Any:
        from ...plots.sizes import draw_simulation

        return pictured(problem, draw_simulation, values)

    return Result(values, _show, figure, axes=AXES)


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

    from ...numerics.models.explaining.simulation import simulate

    seeds = np.random.SeedSequence(seed).generate_state(len(datas) * len(widths)).reshape(len(datas), len(widths))
    assert problem.ridge is not None
    found = []
    with screen.progress_bar("Fitting", count * seeds.size) as advance:
        for size, row in zip(datas, seeds, strict=True):
            found.append(
                [
                    simulate(
                        problem.a, problem.b, float(size), float(width), seed=int(start), runs=count,
                        ridges=float(problem.ridge), modes=problem.modes, spectrum=problem.spectrum,
                        noise=float(problem.noise), progress=screen.counting(advance),
                    )
                    for width, start in zip(widths, row, strict=True)
                ]
            )  # fmt: skip
    return found


def _show(result: Result, full: bool) -> None:
    del full  # the answer is short
    screen.print_line(f"{described(result.to_dict())}; {result.draws} draws, seed {result.seed}")
    keys = ("loss", "loss_error", "median", "median_error", "solved_loss", "train", "train_error", "solved_train")
    rows = [
        (
            f"{size:.10g}",
            f"{width:.10g}",
            *(f"{result[key][i][j]:{'.1e' if key.endswith('error') else '.6g'}}" for key in keys),
        )
        for i, size in enumerate(result.data)
        for j, width in enumerate(result.features)
    ]
    columns = (
        "data", "features", "excess loss, mean", "standard error", "median", "its error", "solved",
        "train loss, mean", "standard error", "solved",
    )  # fmt: skip
    screen.print_table("Simulation beside the solution", columns, rows)
