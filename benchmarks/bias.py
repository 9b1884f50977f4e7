"""How wrong the usual fits are about runs of the exact models: ``python benchmarks/bias.py``.

Runs lie a decade to each side of the derived best size, nine for each of the budgets from 1e8 on, four budgets in two
decades of compute; nothing is random. Beside what follows from the derived optimum N* ~ C^x, D* ~ C^z, L* ~ C^-y stand
the exponents a of size and b of data of the form E + A/N^a + B/D^b, its exponent of the best size and its E over the
least loss, which ought to be 0, and the exponent of the best size by parabolas. The points are those of the claims
``plrf.fit.bias`` and ``dynamical.fit.bias``.
"""

from __future__ import annotations

from collections.abc import Iterator

HEADER = ("phase", "at", "decades", "a", "b", "best size, sum", "best size, isoFLOP", "E/least loss")


def bias_rows() -> Iterator[tuple[str, ...]]:
    """A row for what is derived, and one for each range of compute."""
    from tauber.ledger.dynamical import fit_bias as dynamical
    from tauber.ledger.families.bias import DECADES, usual
    from tauber.ledger.plrf import fit_bias as plrf

    for module in (plrf, dynamical):
        for phase, case in module.CASES.items():
            true = module.truth(case)
            numbers = (true.of("a"), true.of("b"), true.x, true.x)
            yield (phase, str(case), "derived", *(f"{n:.3f}" for n in numbers), "0")
            for decades, found in zip(DECADES, usual(case, true, module.runs), strict=True):
                numbers = (found.a, found.b, found.best, found.parabolas)
                yield (phase, str(case), str(decades), *(f"{n:.3f}" for n in numbers), f"{found.floor:.2g}")


if __name__ == "__main__":
    from measure import print_rows

    print_rows(HEADER, bias_rows())
