"""How often the stated errors of training-curve fits hold: ``python benchmarks/curve_coverage.py``.

Curves are drawn from the functional law itself, 200 sets of each kind, with noise of log loss of 0.3 %. One error must
hold in 68 % of them, the interval of 95 % in 95 %; chance is that of being as far from either with so many sets, the
lesser. Where errors are withheld there is none to hold: `given` counts the sets that have them. Searches begin at the
truth: what is measured are intervals, not whether the best fit is found. The kinds of two schedules have the noise of
the steps, the others have not; those of sizes have E + B/N^b for their floor. `end` is the last loss of the first run,
noise and all, foretold from the first half of every run
(not of two schedules: it takes as long as all else). ``--workers N`` checks sets in N processes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from typing import Any

SEEDS, SAMPLES = 200, 200  # half as many where the law has noise of the steps
STEPS, ROWS, LONG, NOISE, MEMORY = 20000, 120, 1200, 0.003, 10
KINDS = ("1 curve", "1 curve, correlated rows", "1 long curve, correlated rows", "12 curves",
         "12 curves that share 0.3 %", "12 curves of 4 sizes", "2 schedules")  # fmt: skip
HEADER = ("curves", "of", "given", "1 error", "95 %", "chance", "median error over truth")


@cache
def exact(kind: str) -> tuple[Any, Any, Any]:
    """Curves without noise, their law, and its natural parameters."""
    from dataclasses import replace

    import numpy as np

    from tauber.numerics.runs import Curve, Curves, FunctionalLaw
    from tauber.numerics.runs.curves import points
    from tauber.numerics.runs.memory import Sight

    rows = LONG if "long" in kind else ROWS
    step = np.unique(np.rint(np.concatenate([np.geomspace(1, STEPS, rows // 2), np.linspace(1, STEPS, rows // 2)])))
    scheduled, sized = "schedules" in kind, kind.endswith("sizes")
    count = 2 if scheduled else int(kind.split()[0])
    rates = [0.03 * (1 - 0.9 * step / STEPS), np.where(step < STEPS / 2, 0.03, 0.006)] if scheduled else [None] * count
    sizes = [1e6 * 4.0 ** (i % 4) if sized else None for i in range(count)]
    runs = [Curve(str(i), step, step, lr, None, size) for i, (lr, size) in enumerate(zip(rates, sizes, strict=True))]
    law = FunctionalLaw(scheduled, sized)
    fine = [_finer(run) for run in runs] if scheduled else runs
    x = Sight.of([points(run, 0.0, 10 * STEPS) for run in fine])  # a block for each row
    noise = (np.log(0.25), 1.4, np.log(0.02)) if scheduled else ()
    theta = np.array([[0.8, np.log(0.6), 0.6, np.log(0.02), *noise, *((np.log(0.3), 0.3) if sized else ())]])
    losses = np.split(np.exp(law.log_loss(theta, x)[0]) * x.unit, np.cumsum([len(run.loss) for run in x.runs])[:-1])
    drawn = [
        replace(run, loss=loss[np.searchsorted(dense.step, run.step)])
        for run, dense, loss in zip(runs, fine, losses, strict=True)
    ]
    return Curves(tuple(drawn)), law, law.natural(theta, x)[0]


def _finer(run: Any) -> Any:
    """The run with rows between its own, so that its law is solved to 3e-4 of the loss; their rate is linear."""
    from dataclasses import replace

    import numpy as np

    half = STEPS / 2
    between = [np.geomspace(1, STEPS, 900), np.linspace(1, STEPS, 1200), half + np.geomspace(1, half, 300)]
    step = np.unique(np.rint(np.concatenate([run.step, *between])))
    return replace(run, step=step, loss=step, lr=np.interp(step, run.step, run.lr))


def noisy(curves: Any, kind: str, seed: int) -> Any:
    """The curves with noise: of rows, of rows with a memory of ten, or a part that a run's rows share."""
    from dataclasses import replace

    import numpy as np
    from scipy.signal import lfilter

    generator, runs = np.random.default_rng(seed), []
    for run in curves.runs:
        drawn = generator.standard_normal(len(run.loss))
        if "correlated" in kind:
            keep = np.exp(-1 / MEMORY)
            drawn = lfilter([np.sqrt(1 - keep**2)], [1, -keep], drawn, zi=keep * generator.standard_normal(1))[0]
        if "share" in kind:
            drawn = drawn + generator.standard_normal()
        runs.append(replace(run, loss=run.loss * np.exp(NOISE * drawn)))
    return replace(curves, runs=tuple(runs))


def curve_case(kind: str, seed: int) -> dict[str, tuple[bool | None, bool, float] | None]:
    """Of each parameter and an end: whether one error and the interval hold, the error over the truth; None if none."""
    import numpy as np

    from tauber.numerics.runs import bootstrap_curves, ends, fit_curves, interval, open_ends

    curves, law, truth = exact(kind)
    fitted = fit_curves(noisy(curves, kind, seed), law=law, near=truth)
    drawn = bootstrap_curves(fitted, SAMPLES // (1 + law.noise), seed)
    natural, beyond = law.natural(drawn.theta, fitted.x), open_ends(fitted, drawn)
    known = drawn.noise.reason is None
    found: dict[str, tuple[bool | None, bool, float] | None] = {}
    for i, name in enumerate(law.parameters):
        at = interval(fitted.natural[i], natural[:, i])
        below, above = beyond[name]
        within = (below or at.low <= truth[i]) and (above or truth[i] <= at.high)
        one = None if name in law.lopsided else abs(at.value - truth[i]) <= at.error
        found[name] = (one, within, at.error / truth[i]) if known else None
    if law.noise:  # an end costs as much as the rest
        return found
    end = ends(fitted, 0.5, SAMPLES, seed)
    last, error, value = end.last[0], end.error[0], end.foretold[0]
    known = bool(np.isfinite(error))
    found["end"] = (abs(value - last) <= error, end.low[0] <= last <= end.high[0], error / last) if known else None
    return found


def coverage_rows(kinds: tuple[str, ...], seeds: int = SEEDS, workers: int = 1) -> Iterator[tuple[str, ...]]:
    """A row for each kind and each parameter."""
    import numpy as np
    from fit import chance_of

    for kind in kinds:
        begun = time.perf_counter()
        with ProcessPoolExecutor(workers) as pool:
            cases = list(pool.map(partial(curve_case, kind), range(seeds), chunksize=5))
        print(f"{kind}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        for name in cases[0]:
            known = [held for case in cases if (held := case[name]) is not None]
            if not known:
                yield (kind, name, f"0 of {seeds}", *[""] * 4)
                continue
            one, two, error = zip(*known, strict=True)
            columns = [(one, 0.6827), (two, 0.95)]
            least = min(chance_of(sum(column), len(known), p) for column, p in columns if None not in column)
            shares = ("not given" if None in column else f"{sum(column) / len(known):.1%}" for column, _ in columns)
            yield (kind, name, f"{len(known)} of {seeds}", *shares, f"{least:.2f}", f"{np.median(error):.2g}")


if __name__ == "__main__":
    from measure import print_rows

    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", default=KINDS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    print(f"Coverage of the intervals of training curves, {asked.seeds} sets of each kind, {SAMPLES} samples\n")
    print_rows(HEADER, coverage_rows(tuple(asked.kinds), asked.seeds, asked.workers))
