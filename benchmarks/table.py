"""The speeds that were promised, one row each: goal, what it was, what it is, how wrong the answer is: ``make bench``.

    python benchmarks/table.py [WORD ...]       rows whose name holds one of the words, or all; then the small tables

Seconds are processor seconds, the median of several runs in this process after one that warms up; a model is built anew
each time, its spectrum too (what the library keeps of one is thrown away between runs). Symbolic commands are processes
of their own (`symbolic`), first without the cache, then from it. "true error" compares the answer with one of 30 digits
(`table_digits`: with ten more); "estimate" is what the solver says of itself. Old figures were measured in the same way
on two shared cores before the work of issue 13. Rows of `lean` run in turns with the least NumPy for this one case.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import symbolic
import table_digits
from lean import lean
from measure import ONE_THREAD, in_own_process, median_of, medians_of, print_rows

INF = math.inf
TRUTH = 30


@dataclass(frozen=True)
class Answer:
    """Median processor seconds, the estimated and the true relative error of what was checked."""

    seconds: float
    estimate: float | None = None
    wrong: float | None = None


@dataclass(frozen=True)
class Row:
    """A promise: `goal` and `before` as texts with their units and conditions, `measure` as a function."""

    name: str
    goal: str
    before: str
    measure: Callable[[], Answer]


def forget() -> None:
    """Throw away the spectra that the library keeps."""
    from tauber.numerics.core import modes

    modes.forget_spectra()


def relative(found: Any, truth: Any) -> float:
    """The largest relative distance of two lists of numbers."""
    return max(abs(float(x) / float(y) - 1) for x, y in zip(found, truth, strict=True))


def ends(count: int) -> list[int]:
    """First, middle and last."""
    return sorted({0, count // 2, count - 1})


def plrf_curve(
    last: float, count: int, d: float = 1e6, v: float = INF, runs: int = 9, exponents: tuple[str, str] = ("0.8", "0.3")
) -> Answer:
    """Loss of PLRF at log-spaced times up to `last`, the first of several being 1."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF

    times = np.geomspace(1 if count > 1 else last, last, count)

    def work() -> Any:
        forget()
        return PLRF(*exponents, d, v).curve(times)

    seconds, curve = median_of(work, runs)
    chosen = ends(count)
    truth = PLRF(*exponents, d, v, step_size=curve.step_size, precision=TRUTH).curve([times[k] for k in chosen])
    return Answer(seconds, float(max(curve.error)), relative(curve.loss[chosen], truth.loss))


def beside_lean(last: float, count: int, runs: int) -> tuple[str, str, str]:
    """Times, estimate and errors of `plrf_curve` and of `lean`, one after the other."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF

    times = np.geomspace(1 if count > 1 else last, last, count)

    def work() -> Any:
        forget()
        return PLRF("0.8", "0.3", 1e6).curve(times)

    (ours, curve), (least, bare) = medians_of(work, lambda: lean(0.8, 0.3, 1e6, times), runs)
    chosen = ends(count)
    truth = PLRF("0.8", "0.3", 1e6, step_size=curve.step_size, precision=TRUTH).curve(times[chosen]).loss
    now = f"{shown(ours)} = {ours / least:.1f} of {shown(least)}"
    wrong = relative(curve.loss[chosen], truth), relative(bare[chosen], truth)
    return now, number(float(max(curve.error))), f"{number(wrong[0])}; lean {number(wrong[1])}"


def plane(count: int, checked: int) -> Answer:
    """`count` curves of 60 values over the plane, d = 1e4, v = 1e5, timed on a tenth; `checked` by one value."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF, losses

    side = math.isqrt(count // 10)
    alpha, beta = np.linspace(0.26, 1.4, side)[:, None, None], np.linspace(0.3, 1.5, side)[:, None]
    times = np.geomspace(1, 1e12, 60)

    def work() -> Any:
        forget()
        return losses(alpha, beta, 1e4, times, v=1e5)

    seconds, found = median_of(work, 1)
    wrong = 0.0
    for i, j in np.linspace(0, side - 1, checked).astype(int)[:, None] + [0, 0]:
        known = {"step_size": found.step_size[i, j, 30], "precision": TRUTH}
        model = PLRF(alpha[i, 0, 0], beta[j, 0], 1e4, 1e5, **known)
        wrong = max(wrong, relative(found.loss[i, j, [30]], model.curve([times[30]]).loss))
    return Answer(seconds * count / side**2, float(found.error.max()), wrong)


def dynamical_curve() -> Answer:
    """Test and training loss of the dynamical model, N = 100, P = 200."""
    import numpy as np

    from tauber.numerics.models.dynamical import Dynamical

    times = np.geomspace(0.1, 1e12, 60)

    def work() -> Any:
        forget()
        return Dynamical("1.5", "1.5", 100, 200).curve(times)

    seconds, curve = median_of(work, 9)
    chosen = ends(60)
    truth = Dynamical("1.5", "1.5", 100, 200, precision=20).curve([times[k] for k in chosen])
    wrong = max(relative(getattr(curve, name)[chosen], getattr(truth, name)) for name in ("test", "train"))
    return Answer(seconds, float(max(max(curve.test_error), max(curve.train_error))), wrong)


def plrf_frontier() -> Answer:
    """Thirteen budgets from 1e8 to 1e16; the last loss against 30 digits at its size."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF, frontier

    budgets = np.geomspace(1e8, 1e16, 13)

    def work() -> Any:
        forget()
        return frontier("0.8", "0.3", budgets)

    seconds, found = median_of(work, 3)
    rough = PLRF("0.8", "0.3", found.d[-1], INF)
    sharp = PLRF("0.8", "0.3", found.d[-1], INF, step_size=rough.step_size, precision=TRUTH)
    return Answer(seconds, float(max(found.error)), relative(found.loss[-1:], sharp.curve([1e16 / found.d[-1]]).loss))


def learning_grid(side: int) -> Answer:
    """L(D, P) at ridge 0.1, sizes from 10 to 2e4; three pairs against 30 digits."""
    import numpy as np

    from tauber.numerics.models.explaining import LearningCurve

    data, features = np.geomspace(10, 1e4, side), np.geomspace(12, 2e4, side)

    def work() -> Any:
        forget()
        return LearningCurve("1.8", "1.5", ridge="0.1", noise="0.1").grid(data, features)

    seconds, found = median_of(work, 3)
    sharp = LearningCurve("1.8", "1.5", ridge="0.1", noise="0.1", precision=TRUTH)
    pairs = [(k, side - 1 - k) for k in ends(side)]
    truth = [sharp.at(data[i], features[j]).loss for i, j in pairs]
    return Answer(seconds, float(found.error.max()), relative([found.loss[pair] for pair in pairs], truth))


def plrf_frontiers() -> Answer:
    """Three budgets at each of 25 points of the plane; the estimates alone."""
    import numpy as np

    from tauber.numerics.models.plrf import frontiers

    alpha, beta = np.linspace(0.55, 1.4, 5)[:, None, None], np.linspace(0.3, 1.5, 5)[:, None]

    def work() -> Any:
        forget()
        return frontiers(alpha, beta, [1e8, 1e12, 1e16])

    seconds, found = median_of(work, 1)
    return Answer(seconds / 25, float(np.nanmax(found.error)))


ROWS = [
    Row("one PLRF value at 1e12 (d = 1e6, v = inf)", "1.7 ms", "2.3 to 6.3 ms", lambda: plrf_curve(1e12, 1, runs=25)),
    Row("60 PLRF values to 1e12", "14 ms", "19 to 21 ms", lambda: plrf_curve(1e12, 60)),
    Row("600 PLRF values to 1e12", "1.3 of lean", "17 to 36 ms", lambda: plrf_curve(1e12, 600)),
    Row("60 PLRF values to 1e30", "16 ms", "33 to 39 ms", lambda: plrf_curve(1e30, 60)),
    Row("1,000 PLRF curves of 60 values over the plane", "10 s", "33 s", lambda: plane(1000, 3)),
    Row("PLRF frontier, 13 budgets", "0.7 s", "6.1 to 6.7 s", plrf_frontier),
    Row("PLRF frontiers over the plane, a point at 3 budgets", "180 ms", "", plrf_frontiers),
    Row("dynamical, 60 values to 1e12 (N = 100, P = 200)", "30 ms", "67 to 95 ms", dynamical_curve),
    Row("L(D, P), 100 x 100 pairs", "1.5 s", "27 to 35 s", lambda: learning_grid(100)),
]  # fmt: skip

LEAN_GOAL = "1.3 of lean"
LEAN = [
    ("one PLRF value at 1e12 beside lean NumPy", "2.3 ms = 1.8", lambda: beside_lean(1e12, 1, 101)),
    ("60 PLRF values to 1e12 beside lean NumPy", "19 to 21 ms = 1.8", lambda: beside_lean(1e12, 60, 41)),
    ("600 PLRF values to 1e12 beside lean NumPy", "", lambda: beside_lean(1e12, 600, 41)),
    ("60 PLRF values to 1e30 beside lean NumPy", "33 ms = 2.4", lambda: beside_lean(1e30, 60, 41)),
]  # fmt: skip
"""Before, the issue's author had leaner code of his own, which is not in the repository."""


AUTHORS = """The notebook of the PLRF's authors (arXiv:2405.15074; not in the repository) took 313 s of processor time
for one curve at alpha = 0.8, beta = 0.3, D = 100, with 1 to 7 % error; in the same run this solver, before
issue 13, took 0.021 s with 5e-14. These figures are stated, not measured here."""
COSTS = "A PLRF curve (to 1e12, d = 1e6, v = inf, 60 values, one of them changed), and one value of many digits"


def cost_rows() -> Iterator[tuple[str, ...]]:
    """Cost of a PLRF curve against horizon, d, v and the number of values, one changed at a time; then digits."""
    usual: dict[str, Any] = {"last": 1e12, "d": 1e6, "v": INF, "count": 60}
    changes: list[tuple[str, tuple[float, ...]]] = [
        ("last", (1e3, 1e6, 1e9, 1e12, 1e30, 1e60)),
        ("d", (1e2, 1e4, 1e6, 1e9, 1e12)),
        ("v", (1e7, 1e9, 1e12, 1e15)),
        ("count", (1, 6, 60, 600, 6000)),
    ]
    for name, values in changes:
        for value in values:
            found = in_own_process("promised", **usual | {name: int(value) if name == "count" else value})
            errors = number(found["estimate"]), number(found["wrong"])
            yield name, f"{value:g}", shown(found["seconds"]), *errors, f"{found['memory']:.0f}"
    for digits in (20, 30, 40, 50):
        found = in_own_process("value", d=1e3, v=1e6, r=1e6, digits=digits, solver="auto")
        errors = number(found["estimate"]), number(found["wrong"])
        yield "digits, 1 value", str(digits), shown(found["seconds"]), *errors, f"{found['memory']:.0f}"


def shown(seconds: float) -> str:
    """Seconds or milliseconds."""
    return f"{seconds:.2f} s" if seconds >= 0.5 else f"{1000 * seconds:.1f} ms"


def number(value: float | None) -> str:
    """An error, or nothing."""
    return "" if value is None else f"{value:.0e}"


def promises(words: list[str]) -> Iterator[tuple[str, ...]]:
    """The rows whose name holds one of the words, or all, measured."""
    for row in ROWS:
        if asked(row.name, words):
            yield row.name, row.goal, row.before, *cells(row.measure())
    for name, goal, before, measure in table_digits.ROWS:
        if asked(name, words):
            yield name, goal, before, *cells(Answer(*measure()))
    for name, before, compare in LEAN:
        if asked(name, words):
            yield name, LEAN_GOAL, before, *compare()
    for command in symbolic.ROWS:
        if asked(command.command, words):
            first, again, same = symbolic.measured(command)
            now = f"{first:.2f}; {again:.2f} s"
            yield f"`tauber {command.command}`", command.goal, command.before, now, "", "same" if same else "DIFFERS"


def cells(found: Answer) -> tuple[str, ...]:
    """What was measured."""
    return shown(found.seconds), number(found.estimate), number(found.wrong)


def asked(name: str, words: list[str]) -> bool:
    """Whether a name holds one of the words."""
    return not words or any(word in name for word in words)


def main(words: list[str]) -> None:
    """Print the table; without words the small tables too."""
    print_rows(("what", "goal", "before", "now", "estimate", "true error"), promises(words))
    if not words:
        print(f"\n{AUTHORS}\n\n{COSTS}\n")
        print_rows(("changed", "to", "time", "estimate", "true error", "MB"), cost_rows())


if __name__ == "__main__":
    os.environ |= ONE_THREAD
    main(sys.argv[1:])
