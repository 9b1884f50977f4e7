"""Cases of the learning curve L(D, P): a value, a grid and an optimal ridge, each beside its true error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from measure import peak_megabytes, timed

INF = float("inf")


def learning_case(sizes: list[tuple[float, float]], ridge: float, modes: float, digits: int | None) -> dict[str, Any]:
    """The loss at all `sizes` (D, P), the first and last compared with 20 digits (30 for 20 or more)."""
    from tauber.numerics.models.explaining import LearningCurve

    before = peak_megabytes()

    def curve(precision: int | None) -> Any:
        return LearningCurve("1.8", "1.5", ridge=ridge, noise=0.1, modes=modes, precision=precision)

    seconds, found = timed(lambda: [curve(digits).at(*size) for size in sizes], runs=3)
    memory = peak_megabytes() - before
    sharp = curve(30 if digits else 20)
    wrong = max(abs(float(found[k].loss / sharp.at(*sizes[k]).loss - 1)) for k in (0, -1))
    estimate = max(float(each.error) for each in found)
    return {"seconds": seconds / len(sizes), "memory": memory, "estimate": estimate, "wrong": wrong}


def best_ridge_case(data: float, features: float, digits: int | None) -> dict[str, Any]:
    """The best ridge of the isotropic teacher; it is sigma^2 where P is infinite."""
    from tauber.numerics.models.explaining import LearningCurve

    before = peak_megabytes()
    curve = LearningCurve("1.5", "1.5", noise="0.3", precision=digits)
    seconds, found = timed(lambda: curve.optimal_ridge(data, features), runs=1)
    truth = curve.noise**2
    return {
        "seconds": seconds,
        "memory": peak_megabytes() - before,
        "estimate": float(found.ridge_error / found.ridge),
        "wrong": abs(float(found.ridge / truth - 1)),
    }


def explaining_rows(in_own_process: Any) -> Iterator[tuple[str, ...]]:
    """Size, ridge, modes and digits against time per value; then the best ridge."""
    many = [(10.0 ** (k / 10), 10.0 ** (j / 4)) for k in range(10, 60) for j in (3, 13)]
    cases: list[tuple[str, list[tuple[float, float]], float, float, int | None]] = [
        ("one, kernel", [(1e3, INF)], 0.1, INF, None),
        ("one, both sizes", [(1e3, 2e3)], 0.1, INF, None),
        ("one, D = P", [(1e3, 1e3)], 1e-9, INF, None),
        ("one, huge", [(1e15, 1e12)], 0.1, INF, None),
        ("a grid of 100", many, 0.1, INF, None),
        ("a grid of 100, no ridge", many, 0.0, INF, None),
        ("one, 30000 modes", [(1e3, 2e3)], 0.1, 3e4, None),
        ("one, 20 digits", [(1e3, 2e3)], 0.1, INF, 20),
    ]
    for name, sizes, ridge, modes, digits in cases:
        found = in_own_process("learning", sizes=sizes, ridge=ridge, modes=modes, digits=digits)
        yield (name, f"{ridge:g}", f"{modes:.0e}", *_measured(found))
    for digits in (None, 20):
        found = in_own_process("best ridge", data=1e3, features=INF, digits=digits)
        yield ("best ridge, " + (f"{digits} digits" if digits else "float64"), "", "inf", *_measured(found))


def _measured(found: dict[str, Any]) -> tuple[str, ...]:
    return (f"{found['seconds']:.4f}", f"{found['memory']:.0f}", f"{found['estimate']:.0e}", f"{found['wrong']:.0e}")
