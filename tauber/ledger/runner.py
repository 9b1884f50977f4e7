"""Running claims: every check once, with time, seed and versions recorded beside its verdict."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from .. import __version__
from .claim import Claim, Outcome, Verdict
from .registry import claims

DEFAULT_SEED = 20240515  # any number would do; this one is the arXiv date of the first paper


@dataclass(frozen=True)
class Result:
    """A claim, its verdict, and the seconds its check took."""

    claim: Claim
    verdict: Verdict
    seconds: float

    @property
    def alarming(self) -> bool:
        """Whether the verdict contradicts the record: refuted where that is not on record, or the reverse."""
        decided = self.verdict.outcome is not Outcome.UNDECIDED
        return decided and self.verdict.outcome is not self.claim.expected


@dataclass(frozen=True)
class Report:
    """All results of one run, with what is needed to repeat it."""

    results: tuple[Result, ...]
    seed: int
    versions: dict[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """Number of claims per outcome, all three always present."""
        found = Counter(result.verdict.outcome for result in self.results)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def summary(self) -> str:
        """The closing line."""
        return ", ".join(f"{count} {word}" for word, count in self.counts.items())

    @property
    def passed(self) -> bool:
        """Whether no verdict contradicts the record."""
        return not any(result.alarming for result in self.results)


def verify(
    ids: Iterable[str] = (), *, seed: int = DEFAULT_SEED, started: Callable[[Claim], None] = lambda claim: None
) -> Report:
    """Check claims of the ledger.

    Parameters
    ----------
    ids
        Which claims; all of them if none is named.
    seed
        Seed of every check that draws random numbers.
    started
        Called with each claim before its check.

    Raises
    ------
    BadInput
        If an id is unknown.

    Examples
    --------
    >>> verify(["plrf.boundary.II-III"]).summary
    '1 verified, 0 refuted, 0 undecided'
    """
    return run(claims(ids), seed=seed, started=started)


def run(
    selected: Iterable[Claim], *, seed: int = DEFAULT_SEED, started: Callable[[Claim], None] = lambda claim: None
) -> Report:
    """Check the given claims, whether registered or not."""
    results = []
    for claim in selected:
        started(claim)
        begin = time.perf_counter()
        verdict = _check(claim, seed)
        results.append(Result(claim, verdict, time.perf_counter() - begin))
    return Report(tuple(results), seed, versions())


def _check(claim: Claim, seed: int) -> Verdict:
    """Run one check; digits lost on the way, or a library, leave the claim undecided, with the reason."""
    from ..numerics.errors import MissingLibrary, PrecisionLost

    try:
        return claim.verdict(seed)
    except (PrecisionLost, MissingLibrary) as error:
        return Verdict(Outcome.UNDECIDED, (), 0, "lost", note=str(error), seed=seed)


def versions() -> dict[str, str]:
    """Versions of everything whose change could change a verdict."""
    libraries = {name: version(name) for name in ("mpmath", "numpy", "scipy", "sympy")}
    with suppress(PackageNotFoundError):  # an extra
        libraries["python-flint"] = version("python-flint")
    return {"tauber": __version__, "python": platform.python_version(), **libraries}
