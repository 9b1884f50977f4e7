"""Claims about the usual fits of training runs, if a model were the truth: what they find of its exponents.

Around the best size the loss of a phase with N* ~ C^x, D* ~ C^z, L* ~ C^-y shows the exponents y/x of size and y/z of
data (`tauber.models.runs.branches`). Runs of the exact model, without noise, a decade to each side of the best size,
over 2, 4 and 6 decades of compute, are fitted by the additive form E + A/N^a + B/D^b and by parabolas. A fit that finds
an exponent to half of the difference at which the ledger tells two apart has found it; one that does not is biased, and
the claim that it finds it fails. That is so by the form of the law: its own errors do not know it. Which claims fail
is on record from a look at the numbers; nothing follows from theory about how fast the bias falls.

The claims have names of the model, not of the fit: what is claimed is true of runs of that model alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from ..claim import Comparison, Kind, Outcome
from ..measure import EXPONENT_RESOLUTION
from ..papers import HOFFMANN
from ..source import derived_here
from ..topic import topic

DECADES = (2, 4, 6)
TOLD = "half of the difference at which two exponents must be told apart"
METHODS = {
    "exponents": ("The additive form finds the exponents of size and data", "a = y/x, b = y/z", ("a", "b")),
    "best": ("The additive form finds the exponent of the best size", "b/(a + b) = x", ("best",)),
    "parabolas": ("Parabolas find the exponent of the best size", "the lowest points lie on N ~ C^x", ("parabolas",)),
}


@dataclass(frozen=True)
class Truth:
    """What is derived at a point: the exponents of the best size x, the best data z and the loss y."""

    x: float
    z: float
    y: float

    def of(self, name: str) -> float:
        """What a number of `Usual` would be without bias."""
        return {"a": self.y / self.x, "b": self.y / self.z}.get(name, self.x)


@dataclass(frozen=True)
class Case:
    """A point of a phase, in words and as numbers; which of `METHODS` fail there."""

    point: Mapping[str, Fraction]
    biased: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.point.items())


def usual(case: Case, derived: Truth, runs: Callable[..., Any]) -> list[Any]:
    """What the usual fits say at a point over each of `DECADES` of compute: `numerics.runs.Usual`."""
    from ...numerics.runs import SIZES, usual_fits

    numbers = [float(value) for value in case.point.values()]
    return usual_fits(lambda compute: runs(*numbers, compute, SIZES, derived.x), DECADES)


def add_claims(
    model: str, cases: Mapping[str, Case], truth: Callable[[Case], Truth], runs: Callable[..., Any], derived_by: str,
    measured_by: str, order_of_limits: str,
) -> None:  # fmt: skip
    """Add the claims of a model.

    Parameters
    ----------
    cases
        A point in each phase.
    truth
        What is derived there.
    runs
        Runs at a point, from its numbers, budgets, sizes over C^x, and x.
    """

    @cache
    def found(phase: str) -> tuple[Truth, list[Any]]:
        derived = truth(cases[phase])
        return derived, usual(cases[phase], derived, runs)

    def register(phase: str, case: Case, method: str) -> None:
        title, statement, names = METHODS[method]
        fails = method in case.biased

        @claim(
            f"{method}.{phase.rpartition(' ')[2]}",
            f"{'Read beyond its range: ' * fails}{title}, phase {phase}",
            f"{statement}, each to {EXPONENT_RESOLUTION}",
            assumptions=f"{case}; no noise, sizes a decade to each side of the best, budgets from 1e8 over "
            f"{', '.join(map(str, DECADES))} decades",
            expected=Outcome.REFUTED if fails else Outcome.VERIFIED,
        )
        def _check() -> Iterator[Comparison]:
            derived, several = found(phase)
            for decades, fitted in zip(DECADES, several, strict=True):
                for name in names:
                    what = f"{name} at {case} over {decades} decades, E/least loss = {fitted.floor:.2g}"
                    number = getattr(fitted, name)
                    yield Comparison(what, derived.of(name), number, EXPONENT_RESOLUTION, TOLD, EXPONENT_RESOLUTION)

    claim = topic(
        f"{model}.fit.bias",
        kind=Kind.EXPONENT,
        order_of_limits=order_of_limits,
        source=derived_here(f"the form and the parabolas are those of {HOFFMANN}, which is about networks"),
        derived_by=derived_by,
        measured_by=measured_by,
    )
    for method in METHODS:
        for phase, case in cases.items():
            register(phase, case, method)
