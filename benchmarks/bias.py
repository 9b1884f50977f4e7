"""How wrong the usual fits are about runs of the exact PLRF: ``python benchmarks/bias.py``.

Runs lie a decade to each side of the derived best size, nine for each of the budgets from 1e8 on, four budgets in two
decades of compute; nothing is random. Beside what follows from the derived optimum d* ~ f^x, P* ~ f^-y stand the
exponents a of size and b of data of the form E + A/N^a + B/D^b, its exponent of the best size and its E over the least
loss, which ought to be 0, and the exponent of the best size by parabolas.
"""

from __future__ import annotations

from collections.abc import Iterator

PHASES = {"Ia": ("4/5", "3/10"), "Ib": ("2/5", "3/10"), "Ic": ("1/5", "7/10"), "II": ("4/5", "7/10"),
          "III": ("3/5", "9/10"), "IVa": ("2/5", "4/5")}  # fmt: skip
DECADES = (2, 4, 6)
HEADER = ("phase", "alpha, beta", "decades", "a", "b", "best size, sum", "best size, isoFLOP", "E/least loss")


def bias_rows() -> Iterator[tuple[str, ...]]:
    """A row for what is derived, and one for each range of compute."""
    from fractions import Fraction

    import numpy as np

    from tauber.numerics.runs import FORMS, Cost, fit, isoflop, optimum, plrf_runs
    from tauber.theory.models.plrf import derive

    for phase, (alpha, beta) in PHASES.items():
        found = derive(alpha, beta)
        assert found.phase == phase
        x, y = float(found.d_exponent), float(found.loss_exponent)  # type: ignore[arg-type]
        yield (phase, f"{alpha}, {beta}", "derived", f"{y / x:.3f}", f"{y / (1 - x):.3f}", f"{x:.3f}", f"{x:.3f}", "0")
        for decades in DECADES:
            compute = np.geomspace(1e8, 10.0 ** (8 + decades), 2 * decades + 1)
            point = (float(Fraction(alpha)), float(Fraction(beta)))
            runs = plrf_runs(*point, compute, np.geomspace(0.1, 10, 9), x)
            fitted = fit(FORMS["sum"], runs)
            floor, _, _, a, b = fitted.natural
            best = float(optimum(fitted, fitted.theta[None], Cost(1.0), compute).size_exponent[0])
            parabola = isoflop(fitted, best, 0)
            cells = (f"{a:.3f}", f"{b:.3f}", f"{best:.3f}", "none" if parabola is None else f"{parabola.exponent:.3f}")
            yield (phase, f"{alpha}, {beta}", str(decades), *cells, f"{floor / runs.loss.min():.2g}")


if __name__ == "__main__":
    from measure import print_rows

    print_rows(HEADER, bias_rows())
