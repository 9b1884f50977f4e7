"""Fits to training runs: how often the stated errors hold, and how fast they are; `packages` has them beside others.

``python benchmarks/fit.py`` prints the coverage over 200 tables of each kind: of a +- error (68 %), of the interval of
95 % from the bootstrap and of that from the profile, for every parameter and for the exponent of the best size. Chance
is that of being as far from the stated share with so many tables, the least of the columns. Then the same of the
models' surfaces. Kinds of tables and models may be named to have those alone. Tables of one seed share their noise, in
all models and in both kinds of 20 sizes: what is off in one by chance is off in all. `--first 1000` has other tables,
and `--straight` has so many of them, where a surface is replaced by its tangent.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

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


class Asked(NamedTuple):
    """Which tables, by their seeds; delta of the objective that is fitted; whether surfaces are made straight."""

    seeds: range
    huber: float
    straight: bool


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


def fit_case(kind: str, seed: int, huber: float) -> dict[str, Any]:
    """Whether each interval of one table holds the truth, and whether sizes have the weights."""
    import numpy as np

    from tauber.numerics.runs import FORMS, Cost, bootstrap, fit, interval, optimum, profile

    fitted = fit(FORMS["sum"], table(kind, seed), huber)
    drawn = bootstrap(fitted, SAMPLES, seed)
    natural, ends = fitted.form.natural(drawn.theta, fitted.x), profile(fitted, drawn)
    found: dict[str, Any] = {}
    for i, (name, truth) in enumerate(LAW.items()):
        at = interval(fitted.natural[i], natural[:, i])
        low, high = ends[name]
        held = (low is None or low <= truth) and (high is None or truth <= high)
        found[name] = (abs(at.value - truth) <= at.error, at.low <= truth <= at.high, held)
    best = optimum(fitted, np.vstack([fitted.theta, drawn.theta]), Cost(), np.array([1e20])).size_exponent
    at, truth = interval(best[0], best[1:]), LAW["b"] / (LAW["a"] + LAW["b"])
    found["N*"] = (abs(at.value - truth) <= at.error, at.low <= truth <= at.high, None)
    return {"found": found, "clustered": drawn.clustered}


def coverage_rows(kinds: Iterable[str], asked: Asked) -> Iterator[tuple[str, ...]]:
    """A row for each kind and each quantity; a profile that `tauber fit` does not give is in brackets."""
    count = len(asked.seeds)
    for kind in kinds:
        cases = [fit_case(kind, seed, asked.huber) for seed in asked.seeds]
        for name in cases[0]["found"]:
            one, two, by_profile = ([case["found"][name][i] for case in cases] for i in range(3))
            given = [(one, 0.6827), (two, 0.95)]
            shares = [f"{sum(one) / count:.1%}", f"{sum(two) / count:.1%}", ""]
            if by_profile[0] is not None:
                shares[2] = f"{sum(by_profile) / count:.1%}"
                if cases[0]["clustered"]:
                    shares[2] = f"({shares[2]})"
                else:
                    given.append((by_profile, 0.95))
            yield (kind, name, *shares, f"{min(chance_of(sum(c), count, p) for c, p in given):.3f}")


SCALES = {"E": 1.2, "S": 3.0, "N0": 1e5, "D0": 1e6}
SURFACE_LAWS = {
    "plrf": SCALES | {"alpha": 0.82, "beta": 0.44},
    "dynamical": SCALES | {"a": 1.9, "b": 1.53},
    "explaining": SCALES | {"a": 1.9, "b": 1.53},
}
SURFACE_SAMPLES = 200


class Tangent:
    """A form made straight at parameters theta: log loss and natural parameters are linear there in the internal ones.

    A table takes a small part of the time that one of the surface does, so that a thousand tell what is chance in 200.
    """

    def __init__(self, fitted: Any) -> None:
        import numpy as np

        form, x, self.theta = fitted.form, fitted.x, fitted.theta
        self.parameters = form.parameters
        (self.value,), (self.slopes,) = form.linearised(self.theta[None], x)
        steps = 1e-6 * np.eye(len(self.theta))
        self.named = fitted.natural
        self.moved = (form.natural(self.theta + steps, x) - form.natural(self.theta - steps, x)) / 2e-6
        self.bounds = np.full(len(self.theta), -np.inf), np.full(len(self.theta), np.inf)

    def log_loss(self, theta: Any, _: Any) -> Any:
        """log(L/unit), (R, n)."""
        return self.value + (theta - self.theta) @ self.slopes

    def linearised(self, theta: Any, x: Any) -> tuple[Any, Any]:
        """The same, and its derivatives by the parameters, (R, p, n)."""
        return self.log_loss(theta, x), self.slopes[None]

    def natural(self, theta: Any, _: Any) -> Any:
        """The parameters by their names, (R, p)."""
        return self.named + (theta - self.theta) @ self.moved


def surface_rows(models: Iterable[str], asked: Asked) -> Iterator[tuple[str, ...]]:
    """The coverage of the models' surfaces, 100 runs of each at random places with Gaussian noise of 0.3 %.

    Searches begin at the fit to runs without noise: what is measured are intervals.
    """
    from dataclasses import replace

    import numpy as np

    from tauber.numerics.runs import SURFACE_FORMS, Runs, bootstrap, fit, interval, profile, surface_runs
    from tauber.numerics.runs.objective import minimise

    generator, count = np.random.default_rng(0), len(asked.seeds)
    size, data = 10 ** generator.uniform((6, 7), (8, 10), (100, 2)).T
    for model in models:
        law, begun = SURFACE_LAWS[model], time.process_time()
        exact = surface_runs(model, law, size, data).loss
        known = fit(SURFACE_FORMS[model], Runs(exact, size, data), asked.huber)
        if asked.straight:
            tangent: Any = Tangent(known)
            known = replace(known, form=tangent)
        held: dict[str, list[tuple[bool, ...]]] = {name: [] for name in law}
        for seed in asked.seeds:
            noise = np.random.default_rng(seed).standard_normal(len(size))
            fitted = replace(known, runs=Runs(exact * np.exp(0.003 * noise), size, data))
            best = minimise(
                known.form, known.x, fitted.target[None], np.ones((1, len(size))), known.theta[None], known.huber,
                tolerance=1e-13, most=2000,
            )  # fmt: skip
            fitted = replace(fitted, theta=best.theta[0], value=float(best.value[0]))
            drawn = bootstrap(fitted, SURFACE_SAMPLES, seed)
            natural = fitted.form.natural(drawn.theta, fitted.x)
            ends = {} if asked.straight else profile(fitted, drawn)
            for i, (name, truth) in enumerate(law.items()):
                at = interval(fitted.natural[i], natural[:, i])
                held[name].append((abs(at.value - truth) <= at.error, at.low <= truth <= at.high))
                if ends:
                    low, high = ends[name]
                    held[name][-1] += ((low is None or low <= truth) and (high is None or truth <= high),)
        print(f"surface of {model}: {time.process_time() - begun:.0f} s of CPU", file=sys.stderr)
        for name, rows in held.items():
            columns = list(zip(*rows, strict=True))
            shares = [f"{sum(column) / count:.1%}" for column in columns] + [""] * (3 - len(columns))
            least = min(chance_of(sum(c), count, p) for c, p in zip(columns, (0.6827, 0.95, 0.95), strict=False))
            kind = "tangent" if asked.straight else "surface"
            yield (f"{kind} of {model}, 100 runs, 0.3 %", name, *shares, f"{least:.3f}")


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


def chance_of(hits: int, count: int, share: float) -> float:
    """Of being as far from a share as so many hits are."""
    from scipy.stats import binomtest

    return float(binomtest(hits, count, share).pvalue)


if __name__ == "__main__":
    from measure import print_rows

    from tauber.numerics.runs import USUAL_HUBER

    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help=", ".join([*KINDS, *SURFACE_LAWS]).replace("%", "%%"))
    parser.add_argument("--tables", type=int, default=SEEDS, metavar="COUNT", help="tables of each kind (%(default)s)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first table (%(default)s)")
    parser.add_argument("--huber", type=float, default=USUAL_HUBER, help="delta of the objective (%(default)s)")
    parser.add_argument("--straight", action="store_true", help="in place of a surface its tangent at the truth")
    options = parser.parse_args()
    names = options.names or [*KINDS, *SURFACE_LAWS]
    asked = Asked(range(options.first, options.first + options.tables), options.huber, options.straight)
    print(f"A fit with 1,000 samples to 200 runs: {speed_case()}\n")
    print(f"Coverage of the intervals of a fit, {options.tables} tables of each kind, {SAMPLES} samples\n")
    kinds, models = ([name for name in known if name in names] for known in (KINDS, SURFACE_LAWS))
    print_rows(HEADER, (row for rows in (coverage_rows(kinds, asked), surface_rows(models, asked)) for row in rows))
