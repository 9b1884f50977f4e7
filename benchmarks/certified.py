"""What a proof costs: certified values, curves and slopes beside the float64 and mpmath solvers, in ``make bench-all``.

Every case builds its model anew, so that no table is left from the run before. The radius of a ball is proved, the
error of the other solvers is estimated; their true error is the distance to a ball with five digits more. Processor
time stands beside the seconds, since other work on the machine prolongs the latter only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from measure import peak_megabytes, timed

ALPHA, BETA, STEP = Fraction(4, 5), Fraction(3, 10), Fraction(1, 10)
INF = math.inf
SIZES: tuple[tuple[int, float], ...] = ((20, 100), (1000, 10**6), (1000, INF), (10**8, INF), (10**15, INF))
TIMES, DIGITS = (10**4, 10**9, 10**30), (12, 20, 40)
SMALL = 1000  # modes up to which another library's value is put into the ball
RUNS = 3

Case = dict[str, Any]


def certified_case(d: int, v: float, r: int, digits: int) -> Case:
    """One certified loss value, its model and its stability included; for few modes also whether mpmath's is inside."""
    from tauber.numerics.models.plrf import PLRF

    found, (value,) = _measured(lambda: _model(d, v).curve([r], digits), RUNS)
    found |= {"radius": value.ball.relative, "nodes": value.nodes, "bits": value.bits}
    if v <= SMALL:
        sharp = PLRF(ALPHA, BETA, d, v, step_size=STEP, precision=digits + 10).curve([r])
        found["inside"] = str(sharp.loss[0]) in value.ball
    return found


def estimated_case(d: int, v: float, r: int, digits: int | None) -> Case:
    """The same value by the float64 solver (`digits` None) or with mpmath, and its distance to a ball."""
    from tauber.numerics.models.plrf import PLRF

    runs = 1 if digits else RUNS
    found, curve = _measured(lambda: PLRF(ALPHA, BETA, d, v, step_size=STEP, precision=digits).curve([r]), runs)
    (truth,) = _model(d, v).curve([r], (digits or 15) + 5)
    return found | {"estimate": float(curve.error[0]), "wrong": _distance(curve.loss[0], truth)}


def certified_curve_case(digits: int) -> Case:
    """60 times over six decades."""
    times = _times()
    found, values = _measured(lambda: _model(1000, 10**6).curve(times, digits), RUNS)
    worst = max(value.ball.relative for value in values)
    return found | {"radius": worst, "nodes": values[-1].nodes, "bits": values[-1].bits}


def estimated_curve_case(digits: int | None) -> Case:
    """The same curve by the float64 solver or with mpmath, its largest estimate and its largest true error."""
    from tauber.numerics.models.plrf import PLRF

    times, runs = _times(), 1 if digits else RUNS
    found, curve = _measured(
        lambda: PLRF(ALPHA, BETA, 1000, 10**6, step_size=STEP, precision=digits).curve(times), runs
    )
    truth = _model(1000, 10**6).curve(times, (digits or 15) + 5)
    wrong = max(_distance(loss, value) for loss, value in zip(curve.loss, truth, strict=True))
    return found | {"estimate": max(float(error) for error in curve.error), "wrong": wrong}


def certified_slope_case(first: int, last: int) -> Case:
    """d log P/d log t for every real t of a range, at d = 1e8 and v = inf."""
    found, slope = _measured(lambda: _model(10**8, INF).slope(first, last), RUNS)
    low, high = slope.interval.interval(6)
    return found | {"interval": f"[{low}, {high}]", "nodes": slope.nodes, "bits": slope.bits}


def certified_rows(in_own_process: Any) -> Iterator[tuple[str, ...]]:
    """Size, time and digits against seconds and radius of one value, with the other solvers beside it."""
    for d, v in SIZES:
        for r in TIMES:
            for digits in DIGITS:
                where: Case = {"d": d, "v": v, "r": r}
                ball = in_own_process("certified", **where, digits=digits)
                floats = in_own_process("estimated", **where, digits=None) if digits == DIGITS[0] else None
                sharp = in_own_process("estimated", **where, digits=digits)
                inside = {True: "inside", False: "OUTSIDE", None: ""}[ball.get("inside")]
                yield (
                    *(f"{x:.0e}" for x in (d, v, r)),
                    str(digits),
                    *_costs(ball),
                    f"{ball['radius']:.0e}",
                    inside,
                    *(_beside(floats) if floats else ("",) * 3),
                    *_beside(sharp),
                )


def certified_range_rows(in_own_process: Any) -> Iterator[tuple[str, ...]]:
    """Curves of 60 values over six decades, and slopes."""
    for digits in (10, 15):
        found = in_own_process("certified curve", digits=digits)
        yield (f"curve, {digits} digits", *_costs(found), f"{found['radius']:.0e}", _contour(found))
    for solver, precision in (("float64", None), ("mpmath, 20 digits", 20)):
        found = in_own_process("estimated curve", digits=precision)
        shown = f"{found['estimate']:.0e}, estimated"
        yield (f"curve, {solver}", *_costs(found), shown, f"true error {found['wrong']:.0e}")
    for first, last in ((10**4, 10**5), (10**4, 10**6)):
        found = in_own_process("certified slope", first=first, last=last)
        yield (f"slope, {first:.0e} to {last:.0e}", *_costs(found), found["interval"], _contour(found))


def _model(d: int, v: float) -> Any:
    from tauber.numerics.certified import CertifiedPLRF

    return CertifiedPLRF(ALPHA, BETA, d, v, step_size=STEP)


def _times() -> list[int]:
    """60 whole times from 1 to 1e6: the distinct ones among 63, as early ones fall together."""
    return sorted({round(10 ** (6 * k / 62)) for k in range(63)})


def _measured(work: Callable[[], Any], runs: int) -> tuple[Case, Any]:
    """Least seconds and least processor seconds of several runs, memory, and the last result."""
    spent = []

    def counted() -> Any:
        begin = time.process_time()
        result = work()
        spent.append(time.process_time() - begin)
        return result

    before = peak_megabytes()
    seconds, result = timed(counted, runs)
    return {"seconds": seconds, "processor": min(spent), "memory": peak_megabytes() - before}, result


def _distance(loss: Any, truth: Any) -> float:
    """Relative distance of a number to the centre of a ball."""
    from tauber.numerics.certified.balls import exact

    return abs(float(exact(str(loss)) / truth.ball.mid - 1))


def _costs(found: Case) -> tuple[str, ...]:
    return (f"{found['seconds']:.3f}", f"{found['processor']:.3f}", f"{found['memory']:.0f}")


def _beside(found: Case) -> tuple[str, ...]:
    return (f"{found['seconds']:.3f}", f"{found['estimate']:.0e}", f"{found['wrong']:.0e}")


def _contour(found: Case) -> str:
    return f"{found['nodes']} nodes, {found['bits']} bits"
