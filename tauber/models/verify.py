"""``tauber verify``: check the claims of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..read import arguments as options
from ..read import numbers
from ..report import screen

if TYPE_CHECKING:
    from ..ledger import Claim, Report, Result


def verify(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="Claims to check, or the beginning of their ids, such as plrf.phase; all by default."
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the claims without checking them.")] = False,
    seed: options.Seed = "",
    json: options.Json = False,
) -> None:
    """Check the claims of the ledger: what the symbolic wing derives against what the numeric wing measures.

    Ends with a table and the number of claims verified, refuted and undecided. An undecided claim is never counted as
    passed; the exit code is 1 if a verdict contradicts the record, which --list shows: some claims are there to be
    refuted.

    Example: tauber verify plrf.phase.Ia
    """
    from ..ledger import claims, run
    from ..ledger.runner import DEFAULT_SEED

    selected = claims(ids or ())
    start = DEFAULT_SEED if seed == "" else numbers.whole("--seed", seed, 0)
    if listing:
        _list(selected, json)
        return
    with screen.progress_bar("Checking claims", len(selected)) as advance:
        done = iter(range(len(selected)))

        def started(claim: Claim) -> None:
            advance(1 if next(done) else 0, claim.id)

        report = run(selected, seed=start, started=started)
    if json:
        screen.print_json(report_payload(report))
    else:
        _show(report)
    if not report.passed:
        raise typer.Exit(1)


def claim_payload(claim: Claim) -> dict[str, Any]:
    """JSON object of a claim."""
    return {
        "id": claim.id,
        "title": claim.title,
        "kind": claim.kind.value,
        "statement": str(claim.formula()),
        "assumptions": claim.assumptions,
        "order_of_limits": claim.order_of_limits,
        "source": claim.source,
        "derived_by": claim.derived_by,
        "measured_by": claim.measured_by,
        "expected": claim.expected.value,
    }


def result_payload(result: Result) -> dict[str, Any]:
    """JSON object of a checked claim: the record, the verdict and its evidence."""
    verdict = result.verdict
    evidence = [
        {
            "what": comparison.what,
            "derived": comparison.derived,
            "measured": comparison.measured,
            "tolerance": comparison.tolerance,
            "because": comparison.because,
            "resolution": comparison.resolution,
            "outcome": comparison.outcome.value,
        }
        for comparison in verdict.evidence
    ]
    return claim_payload(result.claim) | {
        "outcome": verdict.outcome.value,
        "evidence": evidence,
        "samples": verdict.samples,
        "seed": verdict.seed,
        "precision": verdict.precision,
        "note": verdict.note,
        "seconds": round(result.seconds, 3),
    }


def report_payload(report: Report) -> dict[str, Any]:
    """JSON object of a run of the ledger."""
    return {
        "claims": [result_payload(result) for result in report.results],
        **report.counts,
        "passed": report.passed,
        "seed": report.seed,
        "versions": report.versions,
    }


def _list(selected: tuple[Claim, ...], json: bool) -> None:
    if json:
        with screen.progress_bar("Deriving statements", len(selected)) as advance:
            records = []
            for claim in selected:
                records.append(claim_payload(claim))
                advance(1, claim.id)
        screen.print_json({"claims": records})
        return
    rows = [(claim.id, claim.kind.value, claim.expected.value, claim.title) for claim in selected]
    screen.print_table("Claims of the ledger", ("id", "kind", "expected", "claim"), rows)


def _show(report: Report) -> None:
    rows = [
        (
            result.claim.id,
            result.verdict.outcome.value,
            _closest_call(result),
            str(result.verdict.samples),
            f"{result.seconds:.1f} s",
        )
        for result in report.results
    ]
    columns = ("claim", "verdict", "closest call: |measured - derived| of tolerance", "samples", "time")
    screen.print_table("Ledger", columns, rows)
    for result in report.results:
        if result.verdict.outcome.value != "verified":
            on_record = " (as on record)" if result.verdict.outcome is result.claim.expected else ""
            screen.print_line(f"{result.claim.id}: {_why(result)}{on_record}")
    screen.print_line(f"seed {report.seed}; " + ", ".join(f"{name} {text}" for name, text in report.versions.items()))
    screen.print_line(report.summary)


def _closest_call(result: Result) -> str:
    """The comparison that used up most of its tolerance."""
    evidence = result.verdict.evidence
    if not evidence:
        return "nothing compared"
    worst = max(
        evidence, key=lambda item: abs(item.measured - item.derived) / item.tolerance if item.tolerance else 0.0
    )
    return f"{abs(worst.measured - worst.derived):.2g} of {worst.tolerance:.2g}"


def _why(result: Result) -> str:
    """Why a claim was not verified: its note, or the first comparison that failed."""
    outcome = result.verdict.outcome
    for item in result.verdict.evidence:
        if item.outcome is outcome:
            return (
                f"{item.what}: derived {item.derived:.6g}, measured {item.measured:.6g}, tolerance {item.tolerance:.2g}"
            )
    return result.verdict.note
