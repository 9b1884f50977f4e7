"""Rows of the table of promises (`table.py`): many digits, drawn models, claims that have not changed.

Seconds are processor seconds, the median of several runs after one that warms up. "true error" compares with ten or
more digits beyond, drawn losses with the recursion step by step. Two rows repeat a calculation with mpmath's numbers,
which is how it was done before, so that the ratio is that of one run. Old figures were measured in the same way on two
shared cores before the work of issue 13.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from measure import median_of

Figures = tuple[float, float | None, float | None]
"""Processor seconds, estimated and true relative error."""


def plrf_digits(d: float, v: float, t: str, digits: int, solver: str = "auto", runs: int = 3) -> Figures:
    """One loss of PLRF at alpha = 4/5, beta = 3/10, gamma = 1/10."""
    from tauber.numerics.models.plrf import PLRF

    def solved(precision: int, by: str) -> Any:
        return PLRF("0.8", "0.3", d, v, step_size="0.1", precision=precision).curve([t], by)

    seconds, curve = median_of(lambda: solved(digits, solver), runs)
    truth = solved(digits + 15, "auto").loss[0]
    return seconds, float(curve.error[0]), float(abs(curve.loss[0] - truth) / truth)


def dynamical_digits(digits: int, by_mpmath: bool = False, runs: int = 3) -> Figures:
    """Test and training loss of the dynamical model, N = 80, P = 160, sigma = 1/10, M = 400, t = 100."""
    from tauber.numerics.core.inner import inner_precision
    from tauber.numerics.core.precision import precision_of
    from tauber.numerics.models.dynamical import Dynamical, model

    def solved(precision: int) -> Any:
        return Dynamical("3", "1.5", 80, 160, noise="0.1", modes=400, precision=precision).curve([100])

    with patch.object(model, "inner_precision", precision_of if by_mpmath else inner_precision):
        seconds, curve = median_of(lambda: solved(digits), runs)
    truth = solved(digits + 10)
    wrong = max(float(abs(getattr(curve, x)[0] / getattr(truth, x)[0] - 1)) for x in ("test", "train"))
    return seconds, float(max(curve.test_error[0], curve.train_error[0])), wrong


def draws(d: int, last: float, count: int, runs: int) -> Figures:
    """The expected loss of `count` draws at 20 times up to `last`; the first draw against its recursion."""
    import numpy as np

    from tauber.numerics.models.plrf import PLRF, expected_recursion
    from tauber.numerics.models.plrf.simulation import draw

    model = PLRF(0.8, 0.3, d, 10 * d)
    times = np.unique(np.geomspace(1, last, 20).round())
    seconds, found = median_of(lambda: expected_recursion(model, times, seed=0, draws=count), runs)
    steps = draw(model, np.random.default_rng(0)).curve(times, "recursion")
    return seconds, float(max(steps.error)), float(max(abs(found.losses[0] / steps.loss - 1)))


def unchanged(name: str) -> Figures:
    """``tauber verify`` of claims that were checked before: processor seconds of the process, start included."""
    with tempfile.TemporaryDirectory() as folder:
        kept = os.environ | {"TAUBER_CACHE_DIR": folder}
        command = [sys.executable, "-m", "tauber.cli", "verify", *name.split()]
        subprocess.run(command, env=kept, capture_output=True, check=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=kept, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, None, None


ROWS: list[tuple[str, str, str, Callable[[], Figures]]] = [
    ("one loss, 50 digits (d = 1e3, v = 1e6)", "0.7 s", "6 to 10 s", lambda: plrf_digits(1e3, 1e6, "1e5", 50)),
    ("the same by mpmath's numbers", "", "", lambda: plrf_digits(1e3, 1e6, "1e5", 50, "contour", 1)),
    ("one loss, 40 digits (d = 1e15, t = 1e30)", "0.7 s", "33 s", lambda: plrf_digits(1e15, math.inf, "1e30", 40)),
    ("dynamical, one value, 20 digits", "0.5 s", "5 to 8 s", lambda: dynamical_digits(20)),
    ("the same by mpmath's numbers", "", "", lambda: dynamical_digits(20, True, 1)),
    ("dynamical, one value, 50 digits", "1.5 s", "19 to 33 s", lambda: dynamical_digits(50, runs=1)),
    ("simulate plrf, d = 50, t = 1e5, 50 draws", "0.1 s", "3.2 s", lambda: draws(50, 1e5, 50, 5)),
    ("simulate plrf, d = 800, t = 1e3, 4 draws", "1.9 s", "6.5 s", lambda: draws(800, 1e3, 4, 3)),
    ("verify plrf.term, unchanged", "", "", lambda: unchanged("plrf.term")),
]
