"""Fits to training runs: how often the stated errors hold, how fast they are, and beside another package.

``python benchmarks/fit.py`` prints the coverage over 200 tables of each kind: of a +- error (68 %), of the interval of
95 % from the bootstrap and of that from the profile, for every parameter and for the exponent of the best size. Chance
is that of being as far from the stated share with so many tables, the least of the columns. ``--surface`` has that of
the models' surfaces alone, or of those named after it; ``--chinchilla`` sets the package of that name (0.2.0, which
must be installed) beside it on the same tables.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

LAW = {"E": 1.8, "A": 480.0, "B": 2000.0, "a": 0.35, "b": 0.37}
SEEDS, SAMPLES = 200, 300
KINDS = {
    "200 runs, Gaussian 1 %": (200, "normal", 0),
    "200 runs, t of 3 degrees, 1 %": (200, "heavy", 0),
    "60 runs, Gaussian 1 %": (60, "normal", 0),
    "200 runs of 20 sizes, Gaussian 1 %": (200, "normal", 20),
    "200 runs of 20 sizes that share 0.5 % of 1 %": (200, "shared", 20),
}
HEADER = ("tables", "of", "1 error", "95 %", "95 % by profile", "chance")


def table(kind: str, seed: int) -> Any:
    """Runs of the law, at random compute from 1e18 to 1e22 and 2 to 200 tokens a parameter, or on a grid of sizes."""
    import numpy as np

    from tauber.numerics.runs import Runs

    count, noise, sizes = KINDS[kind]
    generator = np.random.default_rng(seed)
    ratio = 10 ** generator.uniform(0.3, 2.3, count)
    if sizes:
        size = np.repeat(np.geomspace(10**7.5, 1e10, sizes), count // sizes)
    else:
        size = np.sqrt(10 ** generator.uniform(18, 22, count) / 6 / ratio)
    data = ratio * size
    drawn = generator.standard_t(3, count) / np.sqrt(3) if noise == "heavy" else generator.standard_normal(count)
    if noise == "shared":
        common = np.repeat(generator.standard_normal(sizes), count // sizes)
        drawn = np.sqrt(0.75) * drawn + 0.5 * common
    loss = LAW["E"] + LAW["A"] / size ** LAW["a"] + LAW["B"] / data ** LAW["b"]
    return Runs(loss * np.exp(0.01 * drawn), size, data, 6 * size * data)


def fit_case(kind: str, seed: int) -> dict[str, Any]:
    """Whether each interval of one table holds the truth, how far each value is off, and the CPU seconds."""
    import numpy as np

    from tauber.numerics.runs import FORMS, Cost, bootstrap, fit, interval, optimum, profile

    runs, begun = table(kind, seed), time.process_time()
    fitted = fit(FORMS["sum"], runs)
    fitting = time.process_time() - begun
    drawn = bootstrap(fitted, SAMPLES, seed)
    natural, ends = fitted.form.natural(drawn.theta, fitted.x), profile(fitted, drawn)
    found: dict[str, Any] = {}
    for i, (name, truth) in enumerate(LAW.items()):
        at = interval(fitted.natural[i], natural[:, i])
        low, high = ends[name]
        held = (low is None or low <= truth) and (high is None or truth <= high)
        found[name] = (abs(at.value - truth) <= at.error, at.low <= truth <= at.high, held, at.value / truth - 1)
    best = optimum(fitted, np.vstack([fitted.theta, drawn.theta]), Cost(), np.array([1e20])).size_exponent
    at, truth = interval(best[0], best[1:]), LAW["b"] / (LAW["a"] + LAW["b"])
    found["N*"] = (abs(at.value - truth) <= at.error, at.low <= truth <= at.high, None, at.value / truth - 1)
    return {"found": found, "fitting": fitting, "seconds": time.process_time() - begun}


def coverage_rows(seeds: int = SEEDS) -> Iterator[tuple[str, ...]]:
    """A row for each kind and each quantity."""
    for kind in KINDS:
        cases = [fit_case(kind, seed)["found"] for seed in range(seeds)]
        for name in cases[0]:
            columns = [[case[name][i] for case in cases] for i in range(3)]
            known = [c for c in columns if c[0] is not None]
            shares = [f"{sum(c) / seeds:.1%}" if c[0] is not None else "" for c in columns]
            least = min(chance_of(sum(c), seeds, p) for c, p in zip(known, (0.6827, 0.95, 0.95), strict=False))
            yield (kind, name, *shares, f"{least:.2f}")


SCALES = {"E": 1.2, "S": 3.0, "N0": 1e5, "D0": 1e6}
SURFACE_LAWS = {
    "plrf": SCALES | {"alpha": 0.82, "beta": 0.44},
    "dynamical": SCALES | {"a": 1.9, "b": 1.53},
    "explaining": SCALES | {"a": 1.9, "b": 1.53},
}
SURFACE_SAMPLES = 200


def surface_rows(models: Iterable[str] = SURFACE_LAWS, seeds: int = SEEDS) -> Iterator[tuple[str, ...]]:
    """The coverage of the models' surfaces, 100 runs of each at random places with Gaussian noise of 0.3 %."""
    import numpy as np

    from tauber.numerics.runs import SURFACE_FORMS, Runs, bootstrap, fit, interval, profile, surface_runs

    generator = np.random.default_rng(0)
    size, data = 10 ** generator.uniform((6, 7), (8, 10), (100, 2)).T
    for model in models:
        law, begun = SURFACE_LAWS[model], time.process_time()
        exact = surface_runs(model, law, size, data).loss
        held: dict[str, list[tuple[bool, bool, bool]]] = {name: [] for name in law}
        for seed in range(seeds):
            noise = np.random.default_rng(seed).standard_normal(len(size))
            fitted = fit(SURFACE_FORMS[model], Runs(exact * np.exp(0.003 * noise), size, data))
            drawn = bootstrap(fitted, SURFACE_SAMPLES, seed)
            natural, ends = fitted.form.natural(drawn.theta, fitted.x), profile(fitted, drawn)
            for i, (name, truth) in enumerate(law.items()):
                at = interval(fitted.natural[i], natural[:, i])
                low, high = ends[name]
                within = (low is None or low <= truth) and (high is None or truth <= high)
                held[name].append((abs(at.value - truth) <= at.error, at.low <= truth <= at.high, within))
        print(f"surface of {model}: {time.process_time() - begun:.0f} s of CPU", file=sys.stderr)
        for name, rows in held.items():
            columns = list(zip(*rows, strict=True))
            shares = (f"{sum(column) / seeds:.1%}" for column in columns)
            least = min(chance_of(sum(c), seeds, p) for c, p in zip(columns, (0.6827, 0.95, 0.95), strict=True))
            yield (f"surface of {model}, 100 runs, 0.3 %", name, *shares, f"{least:.2f}")


def speed_case() -> dict[str, Any]:
    """A fit with 1,000 samples to 200 runs: seconds of CPU and of the clock."""
    import numpy as np

    from tauber.numerics.runs import FORMS, bootstrap, fit

    runs = table("200 runs, Gaussian 1 %", 0)
    begun, clock = time.process_time(), time.perf_counter()
    fitted = fit(FORMS["sum"], runs)
    drawn = bootstrap(fitted, 1000, 0)
    seconds, wall = time.process_time() - begun, time.perf_counter() - clock
    again = bootstrap(fitted, 1000, 0)
    return {"seconds": seconds, "clock": wall, "ended": bool(drawn.done.all()),
            "same": bool(np.array_equal(drawn.theta, again.theta))}  # fmt: skip


def beside_rows(seeds: int = 5) -> Iterator[tuple[str, ...]]:
    """Recovery of a and b, intervals, and seconds of CPU a fit, by tauber and by chinchilla on the same tables.

    Its two losses: the default, meant for runs that lie above the law, and Huber on log loss as here; 243 starts.
    """
    import numpy as np

    kind = "200 runs, Gaussian 1 %"
    ours = [fit_case(kind, seed) for seed in range(seeds)]
    off = {"tauber": [(c["found"]["a"][3], c["found"]["b"][3], c["fitting"]) for c in ours]}
    for loss in ("asymmetric_mae", "log_huber"):
        off[f"chinchilla, {loss}"] = [_chinchilla(table(kind, seed), loss) for seed in range(seeds)]
    held = [f"{sum(c['found'][name][1] for c in ours)} of {seeds}" for name in ("a", "b")]
    for name, values in off.items():
        a, b, seconds = np.array(values).T
        means = (f"{np.sqrt(np.mean(x**2)):.2%}" for x in (a, b))
        intervals = held if name == "tauber" else ["none given"] * 2
        yield (name, str(seeds), *means, *intervals, f"{np.mean(seconds):.2f}")


def _chinchilla(runs: Any, loss: str) -> tuple[float, float, float]:
    """Relative errors of a and b by that package, and its seconds of CPU, those of its processes included."""
    import functools
    import tempfile

    import numpy as np
    from chinchilla import Chinchilla, _metrics  # type: ignore[import-not-found]

    grid = {"e": [0.3, 0.6, 0.9], "a": [3.0, 6.0, 9.0], "b": [3.0, 6.0, 9.0], "alpha": [0.2, 0.35, 0.5],
            "beta": [0.2, 0.35, 0.5]}  # fmt: skip
    function = getattr(_metrics, loss)
    if loss == "log_huber":
        function = functools.partial(function, delta=1e-3)
    with tempfile.TemporaryDirectory() as folder:
        model = Chinchilla(folder, param_grid=grid, loss_fn=function, log_level=50)
        for n, d, value in zip(runs.size, runs.data, runs.loss, strict=True):
            model.database.append(N=float(n), D=float(d), loss=float(value))
        begun = sum(os.times()[:4])
        model.fit()
        seconds = sum(os.times()[:4]) - begun
    return float(model.alpha) / LAW["a"] - 1, float(model.beta) / LAW["b"] - 1, float(np.float64(seconds))


def chance_of(hits: int, count: int, share: float) -> float:
    """Of being as far from a share as so many hits are."""
    from scipy.stats import binomtest

    return float(binomtest(hits, count, share).pvalue)


if __name__ == "__main__":
    from measure import print_rows

    if "--chinchilla" in sys.argv:
        heads = ("error of a", "error of b", "a in its 95 %", "b in its 95 %", "CPU seconds a fit")
        print_rows(("package", "tables", *heads), beside_rows())
        print("\nThe package simple-scaling-laws is not beside them: the index of packages at hand does not have it.")
    elif "--surface" in sys.argv:
        print_rows(HEADER, surface_rows(sys.argv[sys.argv.index("--surface") + 1 :] or SURFACE_LAWS))
    else:
        print(f"A fit with 1,000 samples to 200 runs: {speed_case()}\n")
        print(f"Coverage of the intervals of a fit, {SEEDS} tables of each kind, {SAMPLES} samples\n")
        print_rows(HEADER, (*coverage_rows(), *surface_rows()))
