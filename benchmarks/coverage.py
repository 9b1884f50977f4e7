"""How often the stated errors of a, b and the noise hold: ``make bench-all``, or ``python benchmarks/coverage.py``.

Pools of Gaussian points with eigenvalues k^-b and target powers k^-a, k = 1, 2, ... without end, and label noise.
Errors are right if they hold in 68 % of the pools and twice the errors in 95 %; the last column is the chance that so
many pools are as far from either as these are. Where a has no value, its bound must hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

SIZE, SEEDS = 300, 20
CASES = {
    "clean": [(1.5, 1.5, 0.0), (2.0, 1.5, 0.0), (1.3, 2.0, 0.0), (2.0, 1.2, 0.0)],
    "noisy": [(2.0, 1.5, 0.1), (2.0, 1.5, 0.5), (1.5, 1.5, 0.5), (1.3, 1.2, 0.3), (2.0, 1.5, 2.0)],
    "steep": [(3.2, 1.5, 0.0), (3.2, 1.5, 0.1), (3.2, 1.5, 0.5), (2.5, 1.1, 0.0), (5.0, 1.5, 0.0), (6.0, 1.5, 0.3)],
}
HEADER = ("target", "a", "b", "noise", "of", "has a value", "mean", "mean error", "1 error", "2 errors", "bound holds",
          "chance")  # fmt: skip


def gaussian_pool(size: int, a: float, b: float, noise: float, seed: int) -> tuple[Any, Any]:
    """Kernel matrix and targets. Modes beyond 6 N are self-averaging: a ridge and noise of their sums."""
    import numpy as np
    from scipy.special import zeta

    generator = np.random.default_rng(seed)
    k = np.arange(1, 6 * size + 1.0)
    psi = generator.standard_normal((size, len(k))) * k ** (-b / 2)
    kernel = psi @ psi.T + zeta(b, len(k) + 1) * np.eye(size)
    deviation = math.sqrt(zeta(a, len(k) + 1) + noise**2)
    return kernel, psi @ k ** ((b - a) / 2) + deviation * generator.standard_normal(size)


def coverage_case(a: float, b: float, noise: float, size: int = SIZE, seeds: int = SEEDS) -> dict[str, Any]:
    """Values and errors of b, a (None where it cannot be told, with its bound) and the noise over the pools."""
    from tauber.numerics.data import fit_exponents, pool_of

    found: dict[str, Any] = {"a": [], "b": [], "noise": [], "bounds": []}
    start = round(1000 * (a + 10 * b + 100 * noise))  # other pools for every case: they count as independent
    for seed in range(start, start + seeds):
        fits = fit_exponents(pool_of(*gaussian_pool(size, a, b, noise, seed)))
        found["b"].append((fits.spectrum.value, fits.spectrum.error))
        found["noise"].append((fits.target.noise.value, fits.target.noise.error))
        if fits.target.reason is None:
            found["a"].append((fits.target.a.value, fits.target.a.error))
        else:
            found["bounds"].append(fits.target.a.low)
    return found


def row(kind: str, case: tuple[float, float, float], name: str, found: dict[str, Any]) -> tuple[str, ...]:
    """How often the errors of one estimate hold."""
    truth = {"a": case[0], "b": case[1], "noise": case[2] ** 2}[name]
    pairs, bounds = found[name], found["bounds"] if name == "a" else []
    start = (kind, *(f"{x:g}" for x in case), name, f"{len(pairs)} of {len(pairs) + len(bounds)}")
    held = f"{sum(bound <= truth for bound in bounds)} of {len(bounds)}" if bounds else ""
    if not pairs:
        return (*start, "", "", "", "", held, "")
    hits = [sum(abs(value - truth) <= times * error for value, error in pairs) for times in (1, 2)]
    means = (f"{sum(column) / len(pairs):.4g}" for column in zip(*pairs, strict=True))
    return (*start, *means, *(f"{n / len(pairs):.0%}" for n in hits), held, chance(hits, len(pairs)))


def chance(hits: list[int], count: int) -> str:
    """Of being as far from a share of the normal distribution, the smaller one of both."""
    from scipy.stats import binomtest

    return f"{min(binomtest(n, count, p).pvalue for n, p in zip(hits, (0.6827, 0.9545), strict=True)):.2f}"


def coverage_rows(in_own_process: Any) -> Iterator[tuple[str, ...]]:
    """A row for a, b and the noise of every population, then those of all together."""
    together: dict[str, list[float]] = {}
    for kind, cases in CASES.items():
        for case in cases:
            found = in_own_process("coverage", a=case[0], b=case[1], noise=case[2])
            for name in ("a", "b", "noise")[: 3 if case[2] else 2]:  # noise that is not there cannot be missed
                yield row(kind, case, name, found)
                truth = {"a": case[0], "b": case[1], "noise": case[2] ** 2}[name]
                together.setdefault(name, []).extend(abs(value - truth) / error for value, error in found[name])
    for name, misses in together.items():
        count = f"{len(misses)} of {len(misses)}"
        hits = [sum(miss <= times for miss in misses) for times in (1, 2)]
        shares = (f"{n / len(misses):.0%}" for n in hits)
        yield ("all", "", "", "", name, count, "", "", *shares, "", chance(hits, len(misses)))


if __name__ == "__main__":
    from measure import in_own_process, print_rows

    print(f"Coverage of the stated errors, {SEEDS} pools of {SIZE} points\n")
    print_rows(HEADER, coverage_rows(in_own_process))
