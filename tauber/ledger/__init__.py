"""The ledger of claims: where the two wings meet.

:func:`claims` gives the records, :func:`verify` checks them. The command line, the tests, the LaTeX export and the
notebooks all read this one registry.
"""

from .claim import Claim, Comparison, Kind, Outcome, Verdict, judge
from .formula import statement
from .registry import REGISTRY, Registry, claims, load
from .runner import Report, Result, last, run, verify
from .source import AtHand, Paper, Source, Stated, derived_here, stated

__all__ = [
    "REGISTRY",
    "AtHand",
    "Claim",
    "Comparison",
    "Kind",
    "Outcome",
    "Paper",
    "Registry",
    "Report",
    "Result",
    "Source",
    "Stated",
    "Verdict",
    "claims",
    "derived_here",
    "judge",
    "last",
    "run",
    "stated",
    "statement",
    "verify",
]

load()
