"""Running claims: every check once, with time, seed and versions recorded beside its verdict.

The claims of the ledger are independent and deterministic, each given the same seed, so that they may be checked in
several processes, and a verdict may be kept until the code changes (`tauber.cache`); verdicts and their order are those
of one process. Those of a module go to one process, since they look at the same solutions, as long as none is idle;
those that took longest when they were last checked go first.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from inspect import unwrap
from typing import Any

from .. import __version__, cache
from ..workers import as_they_come, cores
from .claim import Claim, Comparison, Outcome, Series, Verdict
from .formula import statement
from .registry import REGISTRY, claims

DEFAULT_SEED = 20240515  # any number would do; this one is the arXiv date of the first paper
_FEW = 4  # a process takes a second or two to start: fewer claims are checked in this one

Done = Callable[[Claim], None]


@dataclass(frozen=True)
class Result:
    """A claim, its statement in one line, its verdict, and the seconds its check took when it was last made."""

    claim: Claim
    statement: str
    verdict: Verdict
    seconds: float

    @property
    def alarming(self) -> bool:
        """Whether the verdict contradicts the record: refuted where that is not on record, or the reverse."""
        decided = self.verdict.outcome is not Outcome.UNDECIDED
        return decided and self.verdict.outcome is not self.claim.expected


@dataclass(frozen=True)
class Report:
    """All results of one run, with what is needed to repeat it; `kept` of them are from an earlier run."""

    results: tuple[Result, ...]
    seed: int
    versions: dict[str, str]
    kept: int

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
    ids: Iterable[str] = (), *, seed: int = DEFAULT_SEED, workers: int | None = None, done: Done = lambda claim: None
) -> Report:
    """Check claims of the ledger.

    Parameters
    ----------
    ids
        Which claims; all of them if none is named.
    seed
        Seed of every check that draws random numbers.
    workers
        Processes, by default as many as there are cores.
    done
        Called with each claim after its check.

    Raises
    ------
    BadInput
        If an id is unknown.

    Examples
    --------
    >>> verify(["plrf.boundary.II-III"]).summary
    '1 verified, 0 refuted, 0 undecided'
    """
    return run(claims(ids), seed=seed, workers=workers, done=done)


def run(
    selected: Iterable[Claim], *, seed: int = DEFAULT_SEED, workers: int | None = None, done: Done = lambda claim: None
) -> Report:
    """Check the given claims, whether registered or not; these are neither kept nor checked elsewhere."""
    wanted = list(selected)
    results: dict[int, Result] = {}
    for place, claim in enumerate(wanted):
        found = last(claim, seed)
        if found is not None:
            results[place] = found
            done(claim)
    kept = len(results)
    for place, result in _checked(wanted, [n for n in range(len(wanted)) if n not in results], seed, workers):
        results[place] = result
        if result.claim in REGISTRY:
            entry = result.statement, _written(result.verdict), result.seconds
            cache.keep("verdict", entry, result.claim.id, seed, measured=True)
            cache.keep("seconds", result.seconds, result.claim.id, lasting=True)
        done(result.claim)
    return Report(tuple(results[place] for place in range(len(wanted))), seed, versions(), kept)


def last(claim: Claim, seed: int = DEFAULT_SEED) -> Result | None:
    """The last verdict on a claim of the ledger, while the code is the same; None if none is kept."""
    if claim in REGISTRY:
        for text, verdict, seconds in cache.found("verdict", claim.id, seed, measured=True):
            return Result(claim, text, _read(verdict), seconds)
    return None


def _written(verdict: Verdict) -> tuple[object, ...]:
    """A verdict for the cache; numbers in hexadecimal, infinite ones included."""
    evidence = []
    for c in verdict.evidence:
        numbers, series = _hexed((c.derived, c.measured, c.tolerance, c.resolution)), None
        if c.series is not None:
            columns = c.series.scales, c.series.values, (c.series.centre,), c.series.band
            series = c.series.over, *map(_hexed, columns)
        evidence.append((c.what, c.because, numbers, series))
    return verdict.outcome.value, evidence, int(verdict.samples), verdict.precision, verdict.note, verdict.seed


def _read(entry: tuple[Any, ...]) -> Verdict:
    outcome, evidence, *rest = entry
    found = []
    for what, because, numbers, series in evidence:
        derived, measured, tolerance, resolution = map(float.fromhex, numbers)
        found.append(Comparison(what, derived, measured, tolerance, because, resolution, _series(series)))
    return Verdict(Outcome(outcome), tuple(found), *rest)


def _hexed(numbers: Iterable[float]) -> list[str]:
    return [float(x).hex() for x in numbers]


def _series(entry: tuple[Any, ...] | None) -> Series | None:
    if entry is None:
        return None
    scales, values, centre, band = (tuple(map(float.fromhex, numbers)) for numbers in entry[1:])
    return Series(entry[0], scales, values, centre[0], band)


def _checked(
    wanted: Sequence[Claim], places: list[int], seed: int, workers: int | None
) -> Iterator[tuple[int, Result]]:
    """Results of the claims at these places as they come: in one process, or in several, longest first."""
    processes = min(len(places), workers or cores())
    if processes < 2 or len(places) < _FEW or not all(wanted[place] in REGISTRY for place in places):
        for place in places:
            yield place, _check(wanted[place], seed)
        return
    kept, groups = cache.wanted(), dict[str, list[int]]()  # claims of a module look at the same solutions
    seconds_before = {place: sum(cache.found("seconds", wanted[place].id, lasting=True)) for place in places}
    for place in places:
        groups.setdefault(_home(wanted[place].check), []).append(place)
    named = [
        [(place, wanted[place].id, seed, kept) for place in sorted(group, key=lambda n: -seconds_before[n])]
        for group in sorted(groups.values(), key=lambda group: -sum(seconds_before[n] for n in group))
    ]
    for place, text, verdict, seconds in as_they_come(_check_named, named, processes):
        yield place, Result(wanted[place], text, verdict, seconds)


def _home(check: Callable[..., Any]) -> str:
    """The module of a check, or of what it calls with some of its arguments set."""
    found: Any = unwrap(check)
    while isinstance(found, partial):
        found = found.func
    return str(found.__module__)


def _check_named(place: int, name: str, seed: int, kept: bool) -> tuple[int, str, Verdict, float]:
    """Check the claim of this id, in a process with a ledger of its own; `kept`: derivations are kept."""
    with nullcontext() if kept else cache.unused():
        result = _check(REGISTRY[name], seed)
    return place, result.statement, result.verdict, result.seconds


def _check(claim: Claim, seed: int) -> Result:
    """Run one check; digits lost on the way, or a library, leave the claim undecided, with the reason."""
    from ..numerics.core.runs import one_thread
    from ..numerics.errors import MissingLibrary, PrecisionLost

    begin = time.perf_counter()
    try:
        verdict = one_thread(claim.verdict)(seed)  # sums in the same order whatever the number of processes
    except (PrecisionLost, MissingLibrary) as error:
        verdict = Verdict(Outcome.UNDECIDED, (), 0, "lost", note=str(error), seed=seed)
    seconds = time.perf_counter() - begin
    return Result(claim, statement(claim), verdict, seconds)


def versions() -> dict[str, str]:
    """Versions of everything whose change could change a verdict."""
    libraries = {name: version(name) for name in ("mpmath", "numpy", "scipy", "sympy")}
    with suppress(PackageNotFoundError):  # an extra
        libraries["python-flint"] = version("python-flint")
    return {"tauber": __version__, "python": platform.python_version(), **libraries}
