"""The ledger: what the symbolic wing derives against what the numeric wing measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ..action import Argument, Number, action
from ..errors import BadInput
from ..output import screen
from ..output.evidence import compared, decisive
from ..output.result import Result
from ..read import arguments as common
from ..read import numbers
from ..read.toml import is_toml
from .claims import claim_payload, listed, verdict_payload

if TYPE_CHECKING:
    from .. import ledger
    from ..ledger import Report


@action(derives=True)
def verify(
    ids: Annotated[
        Sequence[str] | None,
        Argument(
            "ID",
            "Claims to check, or the beginning of their ids, such as plrf.phase; by default all but those whose check "
            "takes long. Or the file of a declared model.",
            positional=True,
            several=True,
        ),
    ] = None,
    everything: Annotated[
        bool, Argument("", "Check all claims, also those whose check takes long: minutes more.", "--all")
    ] = False,
    listing: Annotated[
        bool, Argument("", "List the claims without checking them, as tauber claims does.", "--list")
    ] = False,
    seed: common.Seed = None,
    workers: Annotated[
        Number | None, Argument("WHOLE", "Processes that check claims. Default: as many as there are cores.")
    ] = None,
) -> Result:
    """Check the claims of the ledger: what the symbolic wing derives against what the numeric wing measures.

    Ends with a table and the number of claims verified, refuted and undecided. An undecided claim is never counted as
    passed; the exit code is 1 if a verdict contradicts the record, which tauber claims shows: some claims are there to
    be refuted. The verdicts and their order do not depend on the number of processes. They are kept on disk, in
    TAUBER_CACHE_DIR if that is set, and made again when the code, a library or the seed is another. Some claims take as
    long as all others together, such as plrf.drawn; they are checked with --all, or when they are named.

    Of a declared model (docs/own_model.md) the exponents derived for it are checked against its frontier, or its curve.

    Example: tauber verify plrf.phase.Ia

    Returns
    -------
    Result
        ``claims``: the record, the ``outcome`` and the ``evidence`` of each; how many are ``verified``, ``refuted`` and
        ``undecided``; ``left_out``, how many were not checked, since they take long; ``kept``, how many verdicts are
        from an earlier run; ``passed``, False where one contradicts its record. Of a list ``claims`` alone, with the
        ``last`` verdict of each that is kept; a ``statement`` that is a formula is None there, since nothing is
        derived: tauber claims ID derives it.

    Raises
    ------
    BadInput
        An id that no claim has or begins with; a declared model of which nothing is derived, or nothing measured.
    """
    from ..ledger import claims, run

    files = [text for text in ids or () if is_toml(text)]
    if files:
        return verify_declared(_alone(files, ids or ()), listing=listing)
    named = claims(ids or ())
    selected = named if ids or everything or listing else tuple(claim for claim in named if not claim.dear)
    chosen = {} if seed is None else {"seed": numbers.whole("--seed", seed, 0)}
    processes = None if workers is None else numbers.whole("--workers", workers, 1)
    if listing:
        return listed(selected, derive=False)
    with screen.progress_bar("Checking claims", len(selected)) as advance:
        report = run(selected, workers=processes, done=lambda claim: advance(1, claim.id), **chosen)
    left_out = {"left_out": len(named) - len(selected)}
    return Result(report_payload(report) | left_out, _show, ok=report.passed)


def verify_declared(declaration: Any, listing: bool = False) -> Result:
    """Check a declared model: a file, a table, or what is read of it."""
    from ..declared.claims import claims_of
    from ..declared.reading import read
    from ..ledger import run

    selected = claims_of(read(declaration))
    if listing:
        return listed(selected)
    with screen.progress_bar("Checking claims", len(selected)) as advance:
        report = run(selected, workers=1, done=lambda claim: advance(1, claim.id))
    return Result(report_payload(report) | {"left_out": 0}, _show, ok=report.passed)


def _alone(files: Sequence[str], ids: Sequence[str]) -> str:
    """The one file among ids."""
    if len(ids) != 1:
        raise BadInput(f"{files[0]} was given with other words, but a declared model is checked alone; give it alone.")
    return files[0]


def result_payload(result: ledger.Result) -> dict[str, Any]:
    """JSON object of a checked claim: the record, the verdict and its evidence."""
    seconds = {"seconds": round(result.seconds, 3)}
    return claim_payload(result.claim, result.statement) | verdict_payload(result.verdict) | seconds


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
    if result["left_out"]:
        screen.print_line(
            f"{result['left_out']} claims that take long were left out; tauber verify --all checks them, too"
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
    """Why a claim was not verified: the comparison that decided, and the note where nothing is decided."""
    item = decisive(claim)
    if item is None:
        return str(claim["note"])
    note = claim["note"] if claim["outcome"] == "undecided" else ""
    return f"{compared(item)}; {note}" if note else compared(item)
