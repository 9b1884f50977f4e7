"""The ledger: what the symbolic wing derives against what the numeric wing measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from ..action import Argument, Number, action
from ..errors import BadInput
from ..read import arguments as common
from ..read import numbers
from ..report import screen
from ..report.result import Result

if TYPE_CHECKING:
    from .. import ledger
    from ..ledger import Claim, Report


@action(derives=True)
def verify(
    ids: Annotated[
        Sequence[str] | None,
        Argument(
            "ID",
            "Claims to check, or the beginning of their ids, such as plrf.phase; all by default. Or the file of a "
            "declared model.",
            positional=True,
            several=True,
        ),
    ] = None,
    listing: Annotated[bool, Argument("", "List the claims without checking them.", "--list")] = False,
    seed: common.Seed = None,
    jobs: Annotated[
        Number | None, Argument("WHOLE", "Processes that check claims. Default: as many as there are cores.")
    ] = None,
) -> Result:
    """Check the claims of the ledger: what the symbolic wing derives against what the numeric wing measures.

    Ends with a table and the number of claims verified, refuted and undecided. An undecided claim is never counted as
    passed; the exit code is 1 if a verdict contradicts the record, which --list shows: some claims are there to be
    refuted. The verdicts and their order do not depend on the number of processes. They are kept on disk, in
    TAUBER_CACHE_DIR if that is set, and made again when the code, a library or the seed is another.

    Of a declared model (docs/own_model.md) the exponents derived for it are checked against its frontier, or its curve.

    Example: tauber verify plrf.phase.Ia

    Returns
    -------
    Result
        ``claims``: the record, the ``outcome`` and the ``evidence`` of each; how many are ``verified``, ``refuted`` and
        ``undecided``; ``kept``, how many verdicts are from an earlier run; ``passed``, False where one contradicts its
        record.

    Raises
    ------
    BadInput
        An id that no claim has or begins with; a declared model of which nothing is derived, or nothing measured.
    """
    from ..ledger import claims, run

    files = [text for text in ids or () if text.endswith(".toml")]
    if files:
        return verify_declared(_alone(files, ids or ()), listing=listing)
    selected = claims(ids or ())
    chosen = {} if seed is None else {"seed": numbers.whole("--seed", seed, 0)}
    processes = None if jobs is None else numbers.whole("--jobs", jobs, 1)
    if listing:
        return _list(selected)
    with screen.progress_bar("Checking claims", len(selected)) as advance:
        report = run(selected, jobs=processes, done=lambda claim: advance(1, claim.id), **chosen)
    return Result(report_payload(report), _show, ok=report.passed)


def verify_declared(declaration: Any, listing: bool = False) -> Result:
    """Check a declared model: a file, a table, or what is read of it."""
    from ..declared.claims import claims_of
    from ..declared.reading import read
    from ..ledger import run

    selected = claims_of(read(declaration))
    if listing:
        return _list(selected)
    with screen.progress_bar("Checking claims", len(selected)) as advance:
        report = run(selected, jobs=1, done=lambda claim: advance(1, claim.id))
    return Result(report_payload(report), _show, ok=report.passed)


def _alone(files: Sequence[str], ids: Sequence[str]) -> str:
    """The one file among ids."""
    if len(ids) != 1:
        raise BadInput(f"{files[0]} was given with other words, but a declared model is checked alone; give it alone.")
    return files[0]


def claim_payload(claim: Claim, statement: str) -> dict[str, Any]:
    """JSON object of a claim."""
    return {
        "id": claim.id,
        "title": claim.title,
        "kind": claim.kind.value,
        "statement": statement,
        "assumptions": claim.assumptions,
        "order_of_limits": claim.order_of_limits,
        "source": claim.source,
        "derived_by": claim.derived_by,
        "measured_by": claim.measured_by,
        "expected": claim.expected.value,
    }


def result_payload(result: ledger.Result) -> dict[str, Any]:
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
    return claim_payload(result.claim, result.statement) | {
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
        "kept": report.kept,
        "passed": report.passed,
        "seed": report.seed,
        "versions": report.versions,
    }


class _Records(Mapping[str, Any]):
    """The records of claims under the key ``claims``, made when they are first asked for: statements are derived."""

    def __init__(self, selected: Sequence[Claim]) -> None:
        self._selected = selected

    @cached_property
    def _claims(self) -> list[dict[str, Any]]:
        from ..ledger import statement

        records = []
        with screen.progress_bar("Deriving statements", len(self._selected)) as advance:
            for claim in self._selected:
                records.append(claim_payload(claim, statement(claim)))
                advance(1, claim.id)
        return records

    def __getitem__(self, key: str) -> Any:
        if key != "claims":
            raise KeyError(key)
        return self._claims

    def __iter__(self) -> Iterator[str]:
        return iter(("claims",))

    def __len__(self) -> int:
        return 1


def _list(selected: Sequence[Claim]) -> Result:
    rows = [(claim.id, claim.kind.value, claim.expected.value, claim.title) for claim in selected]
    columns = ("id", "kind", "expected", "claim")
    return Result(_Records(selected), lambda _, full: screen.print_table("Claims of the ledger", columns, rows))


def _show(result: Result, full: bool) -> None:
    del full  # there is one answer
    rows = [
        (claim["id"], claim["outcome"], _closest_call(claim), str(claim["samples"]), f"{claim['seconds']:.1f} s")
        for claim in result["claims"]
    ]
    columns = ("claim", "verdict", "closest call: |measured - derived| of tolerance", "samples", "time")
    screen.print_table("Ledger", columns, rows)
    for claim in result["claims"]:
        if claim["outcome"] != "verified":
            on_record = " (as on record)" if claim["outcome"] == claim["expected"] else ""
            screen.print_line(f"{claim['id']}: {_why(claim)}{on_record}")
    if result["kept"]:
        screen.print_line(
            f"{result['kept']} of {len(result['claims'])} verdicts are from an earlier run of the same code; "
            "--no-cache makes them again"
        )
    versions = ", ".join(f"{name} {text}" for name, text in result["versions"].items())
    screen.print_line(f"seed {result['seed']}; {versions}")
    screen.print_line(", ".join(f"{result[word]} {word}" for word in ("verified", "refuted", "undecided")))


def _closest_call(claim: Mapping[str, Any]) -> str:
    """The comparison that used up most of its tolerance."""
    used = [(abs(item["measured"] - item["derived"]), item["tolerance"]) for item in claim["evidence"]]
    if not used:
        return "nothing compared"
    apart, tolerance = max(used, key=lambda pair: pair[0] / pair[1] if pair[1] else 0.0)
    return f"{apart:.2g} of {tolerance:.2g}"


def _why(claim: Mapping[str, Any]) -> str:
    """Why a claim was not verified: the first comparison that failed, or its note."""
    for item in claim["evidence"]:
        if item["outcome"] == claim["outcome"]:
            return (
                f"{item['what']}: derived {item['derived']:.6g}, measured {item['measured']:.6g}, tolerance "
                f"{item['tolerance']:.2g}"
            )
    return str(claim["note"])
