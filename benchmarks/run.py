"""Speed and memory of tauber beside plain methods and proofs, each with its correctness: ``make bench-all``.

Every case runs in a process of its own with one thread. Seconds are the least of several runs after the import; memory
is the growth of the peak over that after the import. A curve is compared with the 20-digit solution at its first,
middle and last time, so that fast but wrong is visible.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from certified import (
    certified_case,
    certified_curve_case,
    certified_range_rows,
    certified_rows,
    certified_slope_case,
    estimated_case,
    estimated_curve_case,
)
from coverage import HEADER as COVERED
from coverage import coverage_case, coverage_rows
from digits import PLAIN, plain_case, promised_case, value_case
from dynamical import dynamical_case, dynamical_rows, simulated_case
from explaining import best_ridge_case, explaining_rows, learning_case
from measure import in_own_process, peak_megabytes, print_rows, timed

RUNS = 5


def curve_case(d: float, v: float, last: float, count: int, solver: str, runs: int) -> dict[str, Any]:
    """Solve one loss curve and compare three of its values with 20 digits."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF

    times = np.unique(np.rint(np.geomspace(1, last, count)))
    before = peak_megabytes()

    def solve() -> Any:
        return PLRF("0.8", "0.3", d, v).curve(times, solver=solver)

    seconds, solved = timed(solve, runs)
    memory = peak_megabytes() - before
    chosen = [0, len(times) // 2, len(times) - 1]
    sharp = PLRF("0.8", "0.3", d, v, precision=20)
    truth = np.array([float(x) for x in sharp.curve([float(times[k]) for k in chosen]).loss])
    wrong = float(np.max(np.abs(np.asarray(solved.loss, float)[chosen] / truth - 1)))
    return {"seconds": seconds, "memory": memory, "estimate": float(np.max(solved.error)), "wrong": wrong}


def diagram_case() -> dict[str, Any]:
    """Derive the whole phase diagram."""
    from tauber.theory.models.plrf import phase_diagram

    before = peak_megabytes()
    seconds, diagram = timed(phase_diagram, runs=1)
    found = f"{len(diagram.phases)} phases, {len(diagram.boundaries)} boundaries"
    return {"seconds": seconds, "memory": peak_megabytes() - before, "found": found}


def command_line(*words: str) -> tuple[float, str]:
    """Seconds of a whole command, start-up included, and its output."""

    def work() -> str:
        command = [sys.executable, "-m", "tauber.cli", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return timed(work, runs=3)


def curve_rows() -> Iterator[tuple[str, ...]]:
    """Horizon against cost, v against cost, and the three solvers side by side."""
    cases: list[tuple[float, float, float, int, str, int]] = [
        *((1e6, 1e7, last, 60, "contour", RUNS) for last in (1e3, 1e6, 1e9, 1e12)),
        *((1e3, v, 1e6, 60, "contour", RUNS) for v in (1e4, 1e6, 1e9, 1e12, 1e15, float("inf"))),
        *((1e3, 1e4, last, 60, solver, 1) for last in (1e3, 1e4, 1e5) for solver in ("contour", "fft", "recursion")),
    ]
    for d, v, last, count, solver, runs in cases:
        found = in_own_process("curve", d=d, v=v, last=last, count=count, solver=solver, runs=runs)
        yield (
            solver,
            f"{d:.0e}",
            f"{v:.0e}",
            f"{last:.0e}",
            f"{found['seconds']:.4f}",
            f"{found['memory']:.0f}",
            f"{found['estimate']:.0e}",
            f"{found['wrong']:.0e}",
        )


def digit_rows() -> Iterator[tuple[str, ...]]:
    """Digits, size and solver against time, for one loss value."""
    inf, middle = float("inf"), {"d": 1e3, "v": 1e6, "r": 1e6}
    cases: list[tuple[str, str, dict[str, Any]]] = [
        *(("contour", "value", {**middle, "digits": digits}) for digits in (None, 30, 50, 100)),
        *(("contour", "value", {"d": d, "v": inf, "r": 1e6, "digits": None}) for d in (1e2, 1e5, 1e10, 1e15)),
        *(
            (s, "value", {"d": 50, "v": 200, "r": 1e3, "digits": None, "solver": s})
            for s in ("contour", "fft", "recursion")
        ),
        *((m, "plain", {"method": m, "d": 50, "v": 200, "r": 1000}) for m in PLAIN),
    ]
    for name, case, arguments in cases:
        found = in_own_process(case, **arguments)
        size = tuple(f"{arguments[key]:.0e}" for key in ("d", "v", "r"))
        error = "none given" if case == "plain" else f"{found['estimate']:.0e}"
        measured = (f"{found['seconds']:.4f}", f"{found['memory']:.0f}", error, f"{found['wrong']:.0e}")
        yield (name, str(arguments.get("digits") or "float64"), *size, *measured)


def main() -> None:
    """Run every case and print eight tables."""
    print("Loss curves, 60 log-spaced times from 1, alpha = 0.8, beta = 0.3, one thread\n")
    print_rows(("solver", "d", "v", "last time", "seconds", "MB", "estimated error", "true error"), curve_rows())
    print("\nOne loss value, step size 0.1, building the model included; then the same value by plain methods\n")
    columns = ("method", "digits", "d", "v", "r", "seconds", "MB", "estimated error", "true error")
    print_rows(columns, digit_rows())
    print("\nDynamical model, 60 log-spaced times with test and training loss, a = b = 1.5, one thread\n")
    header = ("method", "N", "P", "M", "first", "last time", "seconds", "MB", "estimated error", "true error", "")
    print_rows(header, dynamical_rows(in_own_process))
    print("\nLearning curves L(D, P), a = 1.8, b = 1.5, noise 0.1, seconds per value\n")
    curves = ("what", "ridge", "modes", "seconds", "MB", "estimated error", "true error")
    print_rows(curves, explaining_rows(in_own_process))
    print("\nCertified loss values, alpha = 4/5, beta = 3/10, step size 1/10; beside the ball float64 and mpmath\n")
    solvers = ("seconds", "estimated error", "true error")
    proved = ("d", "v", "r", "digits", "seconds", "processor", "MB", "radius", "mpmath's value", *solvers, *solvers)
    print_rows(proved, certified_rows(in_own_process))
    print("\nCertified curves (d = 1000, v = 1e6, 60 times to 1e6) and slopes (d = 1e8, v = inf)\n")
    ranges = ("what", "seconds", "processor", "MB", "radius or interval", "")
    print_rows(ranges, certified_range_rows(in_own_process))
    print("\nDerivation\n")
    diagram = in_own_process("diagram")
    words = ("derive", "plrf", "--alpha", "4/5", "--beta", "3/10", "--json")
    seconds, out = command_line(*words)
    rows = [
        (
            "whole phase diagram, after import",
            f"{diagram['seconds']:.2f}",
            f"{diagram['memory']:.0f}",
            diagram["found"],
        ),
        ("tauber " + " ".join(words[:-1]), f"{seconds:.2f}", "", f"phase {json.loads(out)['phase']}"),
    ]
    print_rows(("what", "seconds", "MB", "result"), rows)
    print("\nHow often the errors of exponents and noise hold that are read off pools of Gaussian points\n")
    print_rows(COVERED, coverage_rows(in_own_process))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        asked = json.loads(sys.argv[1])
        cases: dict[str, Callable[..., dict[str, Any]]] = {
            "curve": curve_case,
            "diagram": diagram_case,
            "value": value_case,
            "plain": plain_case,
            "promised": promised_case,
            "learning": learning_case,
            "best ridge": best_ridge_case,
            "dynamical": dynamical_case,
            "simulated": simulated_case,
            "certified": certified_case,
            "estimated": estimated_case,
            "certified curve": certified_curve_case,
            "estimated curve": estimated_curve_case,
            "certified slope": certified_slope_case,
            "coverage": coverage_case,
        }
        json.dump(cases[asked["case"]](**asked["arguments"]), sys.stdout)
