"""Claims for the page of them: the table of what papers state, every record, and the evidence as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..output.book import SECTIONS, cells, ordered, section
from . import deviations, series
from .figures import code

if TYPE_CHECKING:
    from ..ledger import Claim

UNCHECKED = "not checked yet"


def outcome(record: Mapping[str, Any]) -> str:
    """The last verdict that is kept."""
    return UNCHECKED if record["last"] is None else record["last"]["outcome"]


def counts(records: Sequence[Mapping[str, Any]]) -> str:
    """How many claims came out how, in a sentence."""
    if not records:
        return "No claim of the ledger is about these models."
    found = Counter(map(outcome, records))
    each = ", ".join(f"{number} {name}" for name, number in found.most_common())
    unsure = " (tauber verify checks them, and the next report has what it finds)" if found[UNCHECKED] else ""
    return f"{len(records)} claims: {each}{unsure}."


def stated(selected: Sequence[Claim], records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The sections of what papers state, as in docs/claims.md."""
    pairs = ordered(selected, records)
    for name, about in SECTIONS.items():
        rows = [list(map(code, cells(claim, record))) for claim, record in pairs if section(record) == name]
        if rows:
            yield {
                "name": name,
                "anchor": name.lower().replace(" ", "-").replace(",", ""),
                "about": about,
                "rows": rows,
            }


def shown(
    selected: Sequence[Claim], records: Sequence[Mapping[str, Any]], statements: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Every claim with its evidence, and its statement in HTML."""
    for claim, record, statement in zip(selected, records, statements, strict=True):
        verdict = record["last"]
        fields = {
            "kind": record["kind"],
            "assumptions": record["assumptions"],
            "order of limits": record["order_of_limits"],
            "source": record["source"],
            "at hand": record["at_hand"],
            "derived by": Markup("<code>{}</code>").format(record["derived_by"]),
            "measured by": Markup("<code>{}</code>").format(record["measured_by"]),
            "expected": record["expected"],
        }
        if verdict is None:
            fields["last verdict"] = Markup("{}: <code>tauber verify {}</code> does").format(UNCHECKED, claim.id)
        else:
            fields["last verdict"] = verdict["outcome"] + (f"; {verdict['note']}" if verdict["note"] else "")
        yield {
            "id": claim.id,
            "title": claim.title,
            "outcome": outcome(record),
            "statement": Markup(statement),
            "fields": list(fields.items()),
            "figure": Markup(deviations.draw(claim.id, verdict["evidence"])) if verdict and verdict["evidence"] else "",
            "series": [(item["what"], Markup(picture)) for item in (verdict["evidence"] if verdict else ())
                       if (picture := series.draw(item))],
            "evidence": [
                (
                    item["what"], f"{item['derived']:.8g}", f"{item['measured']:.8g}", f"{item['tolerance']:.2g}",
                    item["because"], item["outcome"],
                )
                for item in (verdict["evidence"] if verdict else ())
            ],
        }  # fmt: skip


def claim_records(records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The claims as rows of a table of data."""
    for record in records:
        flat = {key: "; ".join(value) if isinstance(value, list) else value for key, value in record.items()}
        yield flat | {"last": outcome(record)}


def evidence_records(records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every comparison as a row of a table of data, floats with all their digits."""
    for record in records:
        for item in record["last"]["evidence"] if record["last"] else ():
            yield {"id": record["id"], **{key: value for key, value in item.items() if key != "series"}}
