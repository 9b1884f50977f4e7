"""The ledger read: its claims and their last verdicts, with nothing derived but statements, and nothing checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..action import Argument, action
from ..files import check_writable, replacing
from ..output import screen
from ..output.evidence import compared, decisive
from ..output.result import Result

if TYPE_CHECKING:
    from ..ledger import Claim, Verdict
    from ..ledger.claim import Comparison


@action(full=True, latex=True, derives=True)
def claims(
    ids: Annotated[
        Sequence[str] | None,
        Argument(
            "ID",
            "Claims to show, or the beginning of their ids, such as dynamical.published; all by default.",
            positional=True,
            several=True,
        ),
    ] = None,
    out: Annotated[
        Any, Argument("FILE", "Write the page of what papers state, and how it came out, into FILE.")
    ] = None,
) -> Result:
    """List the claims of the ledger, or show one of them: what is claimed, where it is from, how it came out last.

    Nothing is checked: tauber verify does that, and its last verdict is shown while it is kept. Of one claim, and of
    several with --full, the whole record is shown: the statement, its assumptions, the order of limits, the source and
    what of it was at hand, and by which functions it is derived and measured. With --out a page is written, in
    Markdown: where the papers agree, differ, and are wrong.

    Example: tauber claims dynamical.published.asymmetry

    Returns
    -------
    Result
        ``claims``: the record of each, with its ``last`` verdict and the evidence of that, None if none is kept; and
        ``out``, the page that was written. `latex` is the statements.

    Raises
    ------
    BadInput
        An id that no claim has or begins with, or a file that cannot be written.
    """
    from ..ledger import claims as chosen

    selected = chosen(ids or ())
    if out is not None:
        return _page(selected, Path(out))
    return listed(selected)


def listed(selected: Sequence[Claim], derive: bool = True) -> Result:
    """The records of claims, and the table of them; with ``derive`` a statement that is a formula is derived."""
    rows = [
        (claim.id, claim.kind.value, claim.expected.value, claim.source.at_hand.value, claim.title)
        for claim in selected
    ]

    def show(result: Result, full: bool) -> None:
        if len(rows) > 1 and not full:
            screen.print_table("Claims of the ledger", ("id", "kind", "expected", "at hand", "claim"), rows)
            return
        for record in result["claims"]:
            _show(record)

    return Result(_Records(selected, derive), show, formula=lambda _: _latex(selected))


def claim_payload(claim: Claim, statement: str | None) -> dict[str, Any]:
    """JSON object of a claim."""
    return {
        "id": claim.id,
        "title": claim.title,
        "kind": claim.kind.value,
        "statement": statement,
        "assumptions": claim.assumptions,
        "order_of_limits": claim.order_of_limits,
        "source": str(claim.source),
        "at_hand": claim.source.at_hand.value,
        "published_by": list(claim.source.published_by),
        "instead_by": list(claim.source.instead_by),
        "derived_by": claim.derived_by,
        "measured_by": claim.measured_by,
        "expected": claim.expected.value,
    }


def comparison_payload(comparison: Comparison) -> dict[str, Any]:
    """JSON object of a comparison."""
    return {
        "what": comparison.what,
        "derived": comparison.derived,
        "measured": comparison.measured,
        "tolerance": comparison.tolerance,
        "because": comparison.because,
        "resolution": comparison.resolution,
        "outcome": comparison.outcome.value,
        "series": None if comparison.series is None else asdict(comparison.series),
    }


def verdict_payload(verdict: Verdict) -> dict[str, Any]:
    """JSON object of a verdict and its evidence."""
    return {
        "outcome": verdict.outcome.value,
        "evidence": [comparison_payload(comparison) for comparison in verdict.evidence],
        "samples": verdict.samples,
        "seed": verdict.seed,
        "precision": verdict.precision,
        "note": verdict.note,
    }


class _Records(Mapping[str, Any]):
    """The records of claims under the key ``claims``, made when they are first asked for: statements are derived.

    Without ``derive`` a statement is its words, and None where it is a formula.
    """

    def __init__(self, selected: Sequence[Claim], derive: bool) -> None:
        self._selected, self._derive = selected, derive

    @cached_property
    def _claims(self) -> list[dict[str, Any]]:
        from ..ledger import last, statement

        records = []
        with screen.progress_bar("Deriving statements", len(self._selected)) as advance:
            for claim in self._selected:
                found = last(claim)
                verdict = None if found is None else verdict_payload(found.verdict)
                words = None if callable(claim.statement) else claim.statement
                records.append(claim_payload(claim, statement(claim) if self._derive else words) | {"last": verdict})
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


def _show(record: Mapping[str, Any]) -> None:
    """A record, a line a field."""
    screen.print_line(f"{record['id']}: {record['title']}")
    lines = {
        "statement": record["statement"],
        "kind": record["kind"],
        "assumptions": record["assumptions"],
        "order of limits": record["order_of_limits"],
        "source": record["source"],
        "at hand": record["at_hand"],
        "derived by": record["derived_by"],
        "measured by": record["measured_by"],
        "expected": record["expected"],
        "last verdict": _last(record["last"], record["id"]),
    }
    for name, text in lines.items():
        screen.print_line(f"  {name}: {text}")


def _last(verdict: Mapping[str, Any] | None, name: str) -> str:
    if verdict is None:
        return f"none is kept; tauber verify {name} makes one"
    item = decisive(verdict)
    note = f"; {verdict['note']}" if verdict["note"] else ""
    return verdict["outcome"] + (f": {compared(item)}" if item else "") + note


def _latex(selected: Sequence[Claim]) -> str:
    """The statements, a display each: formulas as such, and words as they stand."""
    from sympy import Basic, Dict

    from ..formulas import tex
    from ..ledger.formula import are_powers
    from ..tex.words import escaped

    def display(part: Any) -> str:
        if not isinstance(part, Basic):
            return rf"\text{{{escaped(str(part))}}}"
        starred = [s for s in part.free_symbols if s.name.endswith("_star")]
        return tex(part, symbol_names={s: rf"{s.name.removesuffix('_star')}^{{\star}}" for s in starred})

    lines = []
    for claim in selected:
        found = claim.formula()
        parts = list(found) if isinstance(found, list | tuple) else [found]
        powers = are_powers(claim, parts)
        laws = (
            [(x.lhs, x.rhs) for x in parts] if powers else [y for x in parts if isinstance(x, Dict) for y in x.items()]
        )
        shown = [rf"{display(left)} \sim {display(right)}" for left, right in laws]
        shown += [] if powers else [display(x) for x in parts if not isinstance(x, Dict)]
        lines += [f"% {claim.id}: {claim.title}", *(rf"\[{part}\]" for part in shown)]
    return "\n".join(lines)


def _page(selected: Sequence[Claim], out: Path) -> Result:
    from ..output.book import page

    check_writable(out)
    values = listed(selected).to_dict()
    text = page(selected, values["claims"])
    with replacing(out) as part:
        part.write_text(text, encoding="utf-8")
    return Result(values | {"out": str(out)}, lambda result, _: screen.print_line(f"Wrote {result['out']}"))
