"""A claim is a record, and a verdict is one of three words with the numbers behind it.

A :class:`Comparison` sets one derived number beside one measured number with a tolerance that says where it comes from,
and a resolution: the coarsest tolerance at which the comparison still means something. From these the outcome follows,
by one rule for all claims:

* *refuted* if some measured number lies further from the derived one than its tolerance,
* *undecided* if nothing was compared, or some tolerance exceeds its resolution (the measurement was too coarse to be
  evidence), or some number is not finite,
* *verified* otherwise.

An undecided or never sampled claim is never counted as passed. A claim of a paper that is known to fail is kept with
``expected=Outcome.REFUTED``, and then being verified would be the alarm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from inspect import signature
from typing import Any

from .source import Source

FLOAT64 = "float64"
"""Arithmetic of most measurements."""


class Kind(StrEnum):
    """What sort of statement a claim makes, and so what a check of it must show."""

    EXPONENT = "exponent"
    EQUIVALENCE = "equivalence with remainder"
    IDENTITY = "exact identity"
    BOUNDARY = "phase boundary"
    INEQUALITY = "inequality"


class Outcome(StrEnum):
    """The three verdicts."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Series:
    """What the measured number of a comparison was taken from: a value at each of several scales.

    Attributes
    ----------
    over
        What the scales are of.
    scales, values
        At increasing scales, shape (n,).
    centre, band
        What the values tend to by the claim, and how far from it the tolerance reaches at each scale.
    """

    over: str
    scales: tuple[float, ...]
    values: tuple[float, ...]
    centre: float
    band: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """One derived number beside one measured number.

    Attributes
    ----------
    what
        The quantity, with the parameters at which it was measured.
    derived, measured
        The two numbers.
    tolerance
        Largest difference that the claim allows at these parameters.
    because
        Where the tolerance comes from.
    resolution
        Largest tolerance at which the comparison counts as evidence.
    series
        The values over which a limit was taken; None of a comparison at one place.
    """

    what: str
    derived: float
    measured: float
    tolerance: float
    because: str
    resolution: float
    series: Series | None = None

    @property
    def outcome(self) -> Outcome:
        """The verdict of this comparison alone.

        >>> Comparison("slope", 0.5, 0.501, 0.002, "next term", 0.02).outcome
        <Outcome.VERIFIED: 'verified'>
        >>> Comparison("slope", 0.5, 0.55, 0.002, "next term", 0.02).outcome
        <Outcome.REFUTED: 'refuted'>
        >>> Comparison("slope", 0.5, 0.55, 0.1, "next term", 0.02).outcome
        <Outcome.UNDECIDED: 'undecided'>
        """
        if not all(math.isfinite(number) for number in (self.derived, self.measured, self.tolerance)):
            return Outcome.UNDECIDED
        if abs(self.measured - self.derived) > self.tolerance:
            return Outcome.REFUTED
        return Outcome.VERIFIED if self.tolerance <= self.resolution else Outcome.UNDECIDED


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    outcome
        The verdict.
    evidence
        The comparisons made.
    samples
        How many parameter points, draws or runs met the assumptions and were used.
    precision
        Arithmetic of the measurement.
    note
        What a reader should know beside the numbers; the reason, where the outcome is undecided.
    seed
        Seed of the random numbers, None where there are none.
    """

    outcome: Outcome
    evidence: tuple[Comparison, ...]
    samples: int
    precision: str
    note: str = ""
    seed: int | None = None


def judge(
    evidence: Sequence[Comparison], *, samples: int, precision: str = FLOAT64, note: str = "", seed: int | None = None
) -> Verdict:
    """Form the verdict of a list of comparisons by the rule of this module.

    >>> judge([], samples=0).outcome
    <Outcome.UNDECIDED: 'undecided'>
    """
    outcomes = {comparison.outcome for comparison in evidence}
    if Outcome.REFUTED in outcomes:
        outcome = Outcome.REFUTED
    elif Outcome.UNDECIDED in outcomes or not evidence or samples < 1:
        outcome = Outcome.UNDECIDED
    else:
        outcome = Outcome.VERIFIED
    return Verdict(outcome, tuple(evidence), samples, precision, note, seed)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim of the ledger.

    Attributes
    ----------
    id
        Stable name, never reused: model, subject, instance.
    title
        The claim in one line of plain words.
    kind
        What sort of statement it is.
    statement
        The formula: text, or a function that fetches SymPy objects from the symbolic wing when they are wanted.
    assumptions
        Where the claim is made.
    order_of_limits
        Which of size, data and time goes first.
    source
        Who states it, and what of that was at hand; see :mod:`tauber.ledger.source`.
    derived_by, measured_by
        The function of the symbolic wing that derives it; the functions of the numeric wing that measure it.
    check
        Returns the verdict; takes the ``seed`` if it draws random numbers.
    expected
        The verdict on record; REFUTED for a claim kept as a known failure.
    dear
        Whether the check takes so long, some seconds, that it is made only where it is asked for.
    """

    id: str
    title: str
    kind: Kind
    statement: str | Callable[[], Any]
    assumptions: str
    order_of_limits: str
    source: Source
    derived_by: str
    measured_by: str
    check: Callable[..., Verdict]
    expected: Outcome = Outcome.VERIFIED
    dear: bool = False

    def formula(self) -> Any:
        """Give the statement: a text or SymPy objects."""
        return self.statement() if callable(self.statement) else self.statement

    def verdict(self, seed: int) -> Verdict:
        """Check the claim."""
        return self.check(seed) if "seed" in signature(self.check).parameters else self.check()
