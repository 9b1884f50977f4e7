"""The dynamical model beside a simulation of it: the third part of ``make bench-all``.

A curve is 60 log-spaced times with test and training loss, a = b = 1.5, N = 100, P = 200; "true error" is the largest
relative distance of both losses from the 20-digit solution at the first, middle and last time. The simulation draws
features and data of the same model, M = 500; its accuracy is its largest relative standard error, which falls like one
over the root of the number of runs, so the time for one per cent is computed from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from measure import peak_megabytes, timed

A, B, WIDTH, DATA = 1.5, 1.5, 100, 200
OPTIMISERS = ("flow", "descent", "momentum")
Runner = Callable[..., dict[str, Any]]


def dynamical_case(
    modes: float, first: float, last: float, optimiser: str, runs: int, width: float = WIDTH, data: float = DATA
) -> dict[str, Any]:
    """Solve one curve, building the model included, and compare three of its values with 20 digits."""
    import numpy as np

    from tauber.numerics.models.dynamical import Dynamical, GradientDescent, GradientFlow, Momentum

    rule = {"flow": GradientFlow(), "descent": GradientDescent(0.5), "momentum": Momentum(0.5)}[optimiser]
    times = np.geomspace(first, last, 60)
    if optimiser == "descent":
        times = np.unique(np.rint(times))
    before = peak_megabytes()

    def solve(precision: int | None = None, at: Any = times) -> Any:
        return Dynamical(A, B, width, data, modes=modes, optimiser=rule, precision=precision).curve(at)

    seconds, solved = timed(solve, runs)
    memory = peak_megabytes() - before
    chosen = [0, len(times) // 2, len(times) - 1]
    sharp = solve(20, [float(times[k]) for k in chosen])
    wrong = 0.0
    for name in ("test", "train"):
        truth = np.array([float(x) for x in getattr(sharp, name)])
        wrong = max(wrong, float(np.max(np.abs(getattr(solved, name)[chosen] / truth - 1))))
    estimate = float(max(np.max(solved.test_error), np.max(solved.train_error)))
    return {"seconds": seconds, "memory": memory, "estimate": estimate, "wrong": wrong}


def simulated_case(last: float, runs: int) -> dict[str, Any]:
    """Simulate the same curve, and compare it with the theory."""
    import numpy as np

    from tauber.numerics.models.dynamical import Dynamical
    from tauber.numerics.models.dynamical.simulation import simulate

    times = np.geomspace(0.1, last, 60)
    before = peak_megabytes()
    seconds, found = timed(lambda: simulate(A, B, WIDTH, DATA, times, modes=500, seed=1, runs=runs), 1)
    memory = peak_megabytes() - before
    theory = Dynamical(A, B, WIDTH, DATA, modes=500).curve(times)
    spread = float(np.max(found.test_error / found.test))
    apart = float(np.max(np.abs(theory.test / found.test - 1)))
    return {"seconds": seconds, "memory": memory, "estimate": spread, "wrong": apart}


def dynamical_rows(in_own_process: Runner) -> Iterator[tuple[str, ...]]:
    """Horizon, modes, optimisers and ties against time; then the simulation."""
    inf = math.inf
    cases: list[tuple[str, dict[str, Any]]] = [
        *(("flow", {"modes": modes, "first": 0.1, "last": last}) for modes in (500.0, inf) for last in (10, 1e4, 1e12)),
        ("flow", {"modes": inf, "first": 1e11, "last": 1e12}),
        ("flow", {"modes": inf, "first": 0.1, "last": 1e12, "width": 200, "data": 200}),
        ("flow", {"modes": inf, "first": 0.1, "last": 1e12, "width": inf, "data": inf}),
        ("descent", {"modes": 500.0, "first": 1, "last": 1e6}),
        ("momentum", {"modes": 500.0, "first": 0.1, "last": 1e6}),
    ]
    for name, arguments in cases:
        found = in_own_process("dynamical", optimiser=name, runs=5, **arguments)
        sizes = tuple(f"{arguments.get(key, usual):g}" for key, usual in (("width", WIDTH), ("data", DATA)))
        spans = tuple(f"{arguments[key]:g}" for key in ("modes", "first", "last"))
        yield (name, *sizes, *spans, *_measured(found), "")
    found = in_own_process("simulated", last=1e4, runs=100)
    percent = found["seconds"] * (found["estimate"] / 0.01) ** 2
    yield (
        "simulation, 100 runs",
        f"{WIDTH}",
        f"{DATA}",
        "500",
        "0.1",
        "10000",
        *_measured(found),
        f"{percent:.1f} s for 1 %",
    )


def _measured(found: dict[str, Any]) -> tuple[str, ...]:
    return f"{found['seconds']:.4f}", f"{found['memory']:.0f}", f"{found['estimate']:.0e}", f"{found['wrong']:.0e}"
