"""How often the stated errors of training-curve fits hold: ``python benchmarks/curve_coverage.py``.

Curves are drawn from the functional law itself, 200 sets of each kind, with noise of log loss. One error must hold in
68 % of them, the interval of 95 % in 95 %; chance is that of being as far from either with so many sets, the lesser.
Searches begin at the truth: what is measured are intervals, not whether the best fit is found. The two kinds with a
learning rate that changes have the noise of the steps, the others have not; `sized` has E + B/N^b for its floor.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

SEEDS, SAMPLES = 200, 60
STEPS, ROWS, BLOCKS, NOISE = 20000, 120, 16, 0.003
KINDS = ("2 schedules", "1 curve", "1 curve, correlated rows", "12 curves", "12 curves that share 0.3 %",
         "12 curves of 4 sizes")  # fmt: skip
HEADER = ("curves", "of", "1 error", "95 %", "chance", "median error over truth")


def exact(kind: str) -> tuple[Any, Any, Any]:
    """Curves without noise, their law, and its natural parameters."""
    from dataclasses import replace

    import numpy as np

    from tauber.numerics.runs import Curve, Curves, FunctionalLaw
    from tauber.numerics.runs.curves import points
    from tauber.numerics.runs.memory import Sight

    spaced = np.concatenate([np.geomspace(1, STEPS, ROWS // 2), np.linspace(1, STEPS, ROWS // 2)])
    step = np.unique(np.rint(spaced))
    scheduled, sized = kind == "2 schedules", kind.endswith("sizes")
    count = 2 if scheduled else 12 if kind.startswith("12") else 1
    rates = [0.03 * (1 - 0.9 * step / STEPS), np.where(step < STEPS / 2, 0.03, 0.006)] if scheduled else [None] * count
    sizes = [1e6 * 4.0 ** (i % 4) if sized else None for i in range(count)]
    runs = tuple(
        Curve(str(i), step, np.ones(len(step)), lr, None, size)
        for i, (lr, size) in enumerate(zip(rates, sizes, strict=True))
    )
    law = FunctionalLaw(scheduled, sized)
    x = Sight.of([points(run, 0.0, 10 * STEPS) for run in runs])  # a block for each row
    noise = (np.log(0.25), 1.4, np.log(0.02)) if scheduled else ()
    theta = np.array([[0.8, np.log(0.6), 0.6, np.log(0.02), *noise, *((np.log(0.3), 0.3) if sized else ())]])
    losses = np.split(np.exp(law.log_loss(theta, x)[0]) * x.unit, np.cumsum([len(run.loss) for run in x.runs])[:-1])
    drawn = tuple(replace(run, loss=loss) for run, loss in zip(runs, losses, strict=True))
    return Curves(drawn), law, law.natural(theta, x)[0]


def noisy(curves: Any, kind: str, seed: int) -> Any:
    """The curves with noise: of rows, of rows with a memory of ten, or a part that a run's rows share."""
    from dataclasses import replace

    import numpy as np
    from scipy.signal import lfilter

    generator, runs = np.random.default_rng(seed), []
    for run in curves.runs:
        drawn = generator.standard_normal(len(run.loss))
        if "correlated" in kind:
            keep = np.exp(-0.1)
            drawn = lfilter([np.sqrt(1 - keep**2)], [1, -keep], drawn, zi=keep * generator.standard_normal(1))[0]
        if "share" in kind:
            drawn = drawn + generator.standard_normal()
        runs.append(replace(run, loss=run.loss * np.exp(NOISE * drawn)))
    return replace(curves, runs=tuple(runs))


def curve_case(known: tuple[Any, Any, Any], kind: str, seed: int) -> dict[str, tuple[bool, bool, float]]:
    """Of each parameter: whether one error and the interval hold, and the error over the truth."""
    from tauber.numerics.runs import bootstrap_curves, fit_curves, interval

    curves, law, truth = known
    fitted = fit_curves(noisy(curves, kind, seed), law=law, near=truth, most=BLOCKS)
    natural = law.natural(bootstrap_curves(fitted, SAMPLES, seed).theta, fitted.x)
    found = {}
    for i, name in enumerate(law.parameters):
        at = interval(fitted.natural[i], natural[:, i])
        found[name] = (abs(at.value - truth[i]) <= at.error, at.low <= truth[i] <= at.high, at.error / truth[i])
    return found


def coverage_rows(kinds: tuple[str, ...] = KINDS, seeds: int = SEEDS) -> Iterator[tuple[str, ...]]:
    """A row for each kind and each parameter that is no time."""
    import numpy as np
    from fit import chance_of

    for kind in kinds:
        known, begun = exact(kind), time.process_time()
        cases = [curve_case(known, kind, seed) for seed in range(seeds)]
        print(f"{kind}: {time.process_time() - begun:.0f} s of CPU", file=sys.stderr)
        for name in (n for n in cases[0] if not n.startswith("t_")):
            one, two, error = zip(*(case[name] for case in cases), strict=True)
            least = min(chance_of(sum(column), seeds, p) for column, p in ((one, 0.6827), (two, 0.95)))
            shares = (f"{sum(column) / seeds:.1%}" for column in (one, two))
            yield (kind, name, *shares, f"{least:.2f}", f"{np.median(error):.2g}")


if __name__ == "__main__":
    from measure import print_rows

    print(f"Coverage of the intervals of training curves, {SEEDS} sets of each kind, {SAMPLES} samples\n")
    print_rows(HEADER, coverage_rows(tuple(sys.argv[1:]) or KINDS))
