"""Fits of E + A/N^a + B/D^b beside the packages that do the same: ``python benchmarks/packages.py``.

All have the same tables of `fit`, 200 runs with Gaussian noise of 1 %: how far a and b are off, how often the stated
intervals hold them, and the CPU seconds. `chinchilla` 0.2.0 takes seconds a fit and states no interval, so it has
the first five tables, and tauber and the other these five, too; `simple-scaling-laws` 0.2.0, which needs Python 3.12,
has all 200. It knows repeated evaluations of a run, of which these tables have none. A package that is not installed
is left out, with a word.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fit import LAW, table

KIND = "200 runs, Gaussian 1 %"
FEW, MANY, SAMPLES = 5, 200, 300
LETTERS = ("a", "b")
HEADER = ("package", "tables", "error of a", "error of b", "a in its 68 %", "b in its 68 %", "a in its 95 %",
          "b in its 95 %", "CPU s a fit", "with 300 samples")  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Of a and b the values, and the ends of the intervals of 68 and 95 % where there are any; CPU seconds."""

    values: tuple[float, float]
    seconds: float
    one: tuple[tuple[float, float], ...] = ()
    two: tuple[tuple[float, float], ...] = ()
    sampled: float | None = None


def tauber(runs: Any, seed: int) -> Found:
    """This package."""
    from tauber.numerics.runs import FORMS, bootstrap, fit, interval

    begun = time.process_time()
    fitted = fit(FORMS["sum"], runs)
    seconds = time.process_time() - begun
    natural = fitted.form.natural(bootstrap(fitted, SAMPLES, seed).theta, fitted.x)
    known = [interval(fitted.natural[i], natural[:, i]) for i in map(fitted.form.parameters.index, LETTERS)]
    a, b = (at.value for at in known)
    one = tuple((at.value - at.error, at.value + at.error) for at in known)
    return Found((a, b), seconds, one, tuple((at.low, at.high) for at in known), time.process_time() - begun)


def chinchilla(runs: Any, seed: int, loss: str) -> Found:
    """From 243 starts, with one of its losses: the default, meant for runs above the law, or Huber on log loss."""
    import chinchilla  # type: ignore[import-not-found]

    grid = {"e": [0.3, 0.6, 0.9], "a": [3.0, 6.0, 9.0], "b": [3.0, 6.0, 9.0], "alpha": [0.2, 0.35, 0.5],
            "beta": [0.2, 0.35, 0.5]}  # fmt: skip
    function = getattr(chinchilla._metrics, loss)
    if loss == "log_huber":
        function = functools.partial(function, delta=1e-3)
    with tempfile.TemporaryDirectory() as folder:
        model = chinchilla.Chinchilla(folder, param_grid=grid, loss_fn=function, log_level=50)
        for n, d, value in zip(runs.size, runs.data, runs.loss, strict=True):
            model.database.append(N=float(n), D=float(d), loss=float(value))
        begun = sum(os.times()[:4])  # with those of its processes
        model.fit()
        return Found((float(model.alpha), float(model.beta)), sum(os.times()[:4]) - begun)


def simple_scaling_laws(runs: Any, seed: int) -> Found:
    """Its separable power law with its wild bootstrap; quantiles of the draws are its intervals."""
    import numpy as np
    import polars  # type: ignore[import-not-found]
    from simple_scaling_laws import fit  # type: ignore[import-not-found]

    frame = polars.DataFrame({
        "training_run_id": [str(i) for i in range(len(runs.loss))], "model_size__n": runs.size,
        "dataset_size__n": runs.data, "test_loss__l": runs.loss,
    })  # fmt: skip
    spent = []
    for draws in (1, SAMPLES):
        begun = time.process_time()
        model = fit(frame, law="separable-power", n_draws=draws, seed=seed)
        spent.append(time.process_time() - begun)
    known = model.params("test_loss__l")
    columns = [model.law.param_names.index(name) for name in ("alpha", "beta")]
    low, below, above, high = model.draws["test_loss__l"].quantiles(np.array([0.025, 0.1587, 0.8413, 0.975]))
    one, two = (tuple((float(x[i]), float(y[i])) for i in columns) for x, y in ((below, above), (low, high)))
    return Found((known["alpha"], known["beta"]), spent[0], one, two, spent[1])


def row(name: str, fit: Callable[[Any, int], Found], count: int) -> tuple[str, ...]:
    """A row of the table, from so many tables."""
    import numpy as np

    found = [fit(table(KIND, seed), seed) for seed in range(count)]
    truth = [LAW[letter] for letter in LETTERS]
    off = np.sqrt(np.mean([[(v / t - 1) ** 2 for v, t in zip(f.values, truth, strict=True)] for f in found], axis=0))
    shares = [_held([(f.one, f.two)[which] for f in found], i, truth[i]) for which in (0, 1) for i in (0, 1)]
    sampled = [f.sampled for f in found if f.sampled is not None]
    seconds = f"{np.mean([f.seconds for f in found]):.2f}"
    return (name, str(count), *(f"{x:.2%}" for x in off), *shares, seconds,
            f"{np.mean(sampled):.2f}" if sampled else "")  # fmt: skip


def _held(ends: list[tuple[tuple[float, float], ...]], i: int, truth: float) -> str:
    if not all(ends):
        return "none given"
    hits = sum(low <= truth <= high for low, high in (e[i] for e in ends))
    return f"{hits} of {len(ends)}" if len(ends) <= FEW else f"{hits / len(ends):.1%}"


def rows() -> Iterator[tuple[str, ...]]:
    """A row for each package and number of tables."""
    for name, module in (("chinchilla", "chinchilla"), ("simple-scaling-laws", "simple_scaling_laws")):
        if importlib.util.find_spec(module) is None:
            print(f"The package {name} is not installed, and is left out.", file=sys.stderr)
    yield row("tauber", tauber, FEW)
    if importlib.util.find_spec("chinchilla"):
        for loss in ("asymmetric_mae", "log_huber"):
            yield row(f"chinchilla, {loss}", functools.partial(chinchilla, loss=loss), FEW)
    yield row("tauber", tauber, MANY)
    if importlib.util.find_spec("simple_scaling_laws"):
        yield row("simple-scaling-laws", simple_scaling_laws, MANY)


if __name__ == "__main__":
    from measure import print_rows

    print_rows(HEADER, rows())
