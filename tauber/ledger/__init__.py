"""The ledger of claims: where the two wings meet.

:func:`claims` gives the records, :func:`verify` checks them. The command line, the tests, the LaTeX export and the
notebooks all read this one registry.
"""

from .claim import Claim, Comparison, Kind, Outcome, Verdict, judge
from .registry import REGISTRY, Registry, claims, load
from .runner import Report, Result, run, statement, verify

__all__ = [
    "REGISTRY",
    "Claim",
    "Comparison",
    "Kind",
    "Outcome",
    "Registry",
    "Report",
    "Result",
    "Verdict",
    "claims",
    "judge",
    "run",
    "statement",
    "verify",
]

load()
