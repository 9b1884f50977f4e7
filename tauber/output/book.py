"""The page of what papers state and how it came out, in Markdown: docs/claims.md.

One table under one dictionary of notations: where a formula of the symbolic wing stands in a statement it is rewritten
into the letters of Bordelon et al., exactly; a statement in words keeps the letters of its model. The numbers are those
of the last verdict that is kept, at the comparison that decided it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from ..cache import kept
from ..errors import BadInput
from ..notation import NOTATIONS
from .evidence import decisive

if TYPE_CHECKING:
    from ..ledger import Claim, Stated

LETTERS = "bordelon"
NEWLINE = "\n"
COLUMNS = ("claim", "statement", "stated by", "at hand", "order of limits", "stated", "measured", "verdict")
_HEAD = """# Where the papers agree, differ, and are wrong

Made by `tauber claims --out docs/claims.md` from the ledger and its last verdicts, those of `tauber verify --all`; a
test keeps it so. `tauber claims ID` shows the whole record of a claim, `--latex` its statement as LaTeX, and
`tauber verify ID` checks it again.
"""
_TABLE = """## The tables

A *statement* that is a formula is in the letters of Bordelon et al. (below); one in words keeps those of its model.
*Stated* is the number that the claim derives or quotes, *measured* what the numeric wing finds, with the tolerance of
the comparison, at the point that decided: that which refutes, or came closest to it. *At hand* is what of the paper was
read: its text or its authors' own words, a digest, their code, the abstract and captions.
"""
SECTIONS = {
    "Stated, and not so": (
        "Statements of papers that do not hold as stated, or not where they are stated. What holds instead is named."
    ),
    "Stated, and so": "Statements of papers that were derived again and measured.",
    "Read beyond what is stated": (
        "No paper states these: they are what a reader may take from one who leaves out its assumptions. They fail."
    ),
}


def page(selected: Sequence[Claim], records: Sequence[Mapping[str, Any]]) -> str:
    """The page of these claims, of which the records are those of `tauber claims`."""
    parts = [_HEAD, _minute(), _TABLE]
    sections: dict[str, list[str]] = {name: [] for name in SECTIONS}
    others: Counter[str] = Counter()
    for claim, record in ordered(selected, records):
        name = section(record)
        if name is None:
            others[".".join(claim.id.split(".")[:2])] += 1
        else:
            sections[name].append(_row(claim, record))
    for name, rows in sections.items():
        if rows:
            parts.append(f"## {name}\n\n{SECTIONS[name]}\n\n{_ruled(COLUMNS)}\n" + "\n".join(rows) + "\n")
    listed = ", ".join(f"`{topic}` ({count})" for topic, count in others.items())
    if listed:
        parts.append(f"## Derived here\n\nNo paper at hand states these, {others.total()} claims: {listed}.\n")
    cited = {s.paper.arxiv: s.paper for c in selected for s in (*c.source.stated, *c.source.instead)}
    papers = [
        f"- [arXiv:{number}](https://arxiv.org/abs/{number}) {cited[number].authors}".rstrip()
        for number in sorted(cited)
    ]
    parts.append(_dictionary())
    parts.append("## Papers\n\n" + "\n".join(papers) + "\n")
    return "\n".join(parts)


def ordered(selected: Sequence[Claim], records: Sequence[Mapping[str, Any]]) -> list[tuple[Claim, Mapping[str, Any]]]:
    """Claims with their records: first those of which the text was at hand, last those of which least was."""
    from ..ledger.source import AtHand

    strength = list(AtHand)
    return sorted(zip(selected, records, strict=True), key=lambda pair: strength.index(pair[0].source.at_hand))


def section(record: Mapping[str, Any]) -> str | None:
    """The section of a claim; None of one that no paper states and that holds."""
    if record["expected"] == "refuted":
        return "Stated, and not so" if record["published_by"] else "Read beyond what is stated"
    return "Stated, and so" if record["published_by"] else None


@dataclass(frozen=True)
class Minute:
    """The best use of compute at one point, by every rule that was published for it.

    ``published`` and ``truth`` are the exponents of the loss, a row ends with the id of its claim, and ``paragraph``
    says where the rule holds, in Markdown.
    """

    a: Fraction
    b: Fraction
    published: str
    truth: str
    rows: tuple[tuple[str, ...], ...]
    paragraph: str

    COLUMNS: ClassVar = ("rule", "L* ~ C^", "N* ~ C^", "t* ~ C^", "verdict")


def minute() -> Minute:
    """The point (3, 3/2), where the published rule fails."""
    from ..ledger.dynamical.laws import HEAD_WIDTH as POINT
    from ..ledger.dynamical.laws import TAIL
    from ..ledger.dynamical.optimum import exponents_of
    from ..ledger.dynamical.published import published_optimum, published_width
    from ..ledger.papers import BORDELON, PAQUETTE, SEQUEL

    def row(who: str, powers: Mapping[str, Any], claim: str) -> tuple[str, ...]:
        return who, f"-{powers['loss']}", str(powers["N"]), str(powers["t"]), claim

    held = {name: Fraction(str(value)) for name, value in exponents_of(POINT).items()}
    rule, summed = published_optimum(POINT, published_width(POINT)), published_optimum(POINT, POINT.b)
    right = published_optimum(TAIL, published_width(TAIL))
    edge = ", at its edge" if POINT.a == 2 * POINT.b else ""
    rows = (
        row(f"{BORDELON}, eq. (17)", rule, "dynamical.published.optimum"),
        row(f"{PAQUETTE}, phase II{edge}; the loss: {SEQUEL}", held, "dynamical.published.sequel"),
        row("derived here", held, "dynamical.optimum.width_transient"),
        row("a sum of two powers with the right exponents", summed, "dynamical.published.additive"),
    )
    common = "`dynamical.published.optimum_common`"
    where = f"""The rule (17) holds for a - 1 < b ({common}): at (a, b) = ({TAIL.a}, {TAIL.b}) it says
x = -{right["loss"]}, and so it is. For a - 1 > b the right exponent was published by Paquette et al., and seven months
after the rule by its own authors. All of this is for the loss of one network, C = N t, and P infinite."""
    return Minute(POINT.a, POINT.b, f"-{rule['loss']}", f"-{held['loss']}", rows, where)


def _minute() -> str:
    from ..ledger import claims

    found = minute()
    at = f"--a {found.a} --b {found.b}"
    recorded = [(*row, f"{claims([name])[0].expected.value}: `{name}`") for *row, name in found.rows]
    rows = NEWLINE.join(f"| {' | '.join(row)} |" for row in recorded)
    return f"""## In a minute: L\\* ~ C^x at (a, b) = ({found.a}, {found.b})

The published rule says x = {found.published}, and the truth is **x = {found.truth}**:

{_ruled(found.COLUMNS)}
{rows}

{found.paragraph} To see it:

    $ tauber derive dynamical {at}
    $ tauber derive dynamical {at} --latex
    $ tauber verify dynamical.published.optimum dynamical.published.sequel
"""


def letters() -> list[tuple[str, ...]]:
    """The letters of the three papers: who they are, and a row for each thing that has a letter."""
    names = list(NOTATIONS)
    spectrum = [
        (what, *(f"{name}^-{_factor(NOTATIONS[n].exponents[x])}" for n, name in zip(names, "jkk", strict=True)))
        for what, x in (("eigenvalues", "b"), ("powers of the target", "a"))
    ]
    roles = [r for r in NOTATIONS[LETTERS].sizes if r not in {"modes"}]
    sizes = [(role, *(NOTATIONS[n].sizes[role] for n in names)) for role in roles]
    return [("", *(NOTATIONS[n].source for n in names)), *spectrum, *sizes]


def _factor(exponent: str) -> str:
    return exponent if exponent.isalnum() else f"({exponent})"


def _dictionary() -> str:
    head, *rows = letters()
    return "\n".join(
        ["## Whose letters", "", _ruled(head), *(f"| {' | '.join(map(_cell, row))} |" for row in rows), ""]
    )


def _row(claim: Claim, record: Mapping[str, Any]) -> str:
    return f"| {' | '.join(map(_cell, cells(claim, record)))} |"


def cells(claim: Claim, record: Mapping[str, Any]) -> tuple[str, ...]:
    """The row of a claim under `COLUMNS`, in Markdown's text and code."""
    verdict = record["last"]
    stated, measured, outcome = "", "", "not checked since the code changed"
    if verdict is not None:
        outcome = f"**{verdict['outcome']}**"
        item = decisive(verdict)
        if item is not None:
            stated = f"{item['what']}: {item['derived']:.5g}"
            measured = f"{item['measured']:.5g} (tolerance {item['tolerance']:.1g})"
    if record["instead_by"]:
        outcome += f"; what holds: {_places(claim.source.instead)}"
    if verdict is not None and verdict["note"] and record["expected"] == "refuted":
        outcome += f"; {verdict['note']}"
    return (
        f"{claim.title} (`{claim.id}`)", statement(claim), _places(claim.source.stated) or "nobody",
        record["at_hand"], record["order_of_limits"], stated, measured, outcome,
    )  # fmt: skip


def _places(stated: Iterable[Stated]) -> str:
    """Papers by their numbers, with the places; who they are stands at the end of the page."""
    return "; ".join(f"{s.paper.arxiv}, {s.place}" + (f" ({s.words})" if s.words else "") for s in stated)


def statement(claim: Claim) -> str:
    """The statement of a claim, a formula in the letters of Bordelon et al., if these can say it."""

    def made() -> str:
        from ..tex.claimed import value
        from ..tex.plain import plain

        if not callable(claim.statement):
            return f"`{claim.statement}`"
        try:
            found = value(claim, LETTERS)
        except BadInput:  # a letter of it would have two meanings: it stays as it is
            found = value(claim, None)
        return ", ".join(f"`{line}`" for line in plain(found).splitlines())

    return kept("book.statement", made, claim.id)


def _ruled(columns: Iterable[str]) -> str:
    names = list(columns)
    return f"| {' | '.join(map(_cell, names))} |\n|{'---|' * len(names)}"


def _cell(text: str) -> str:
    """A text for a cell of a Markdown table; stars outside of code would be taken for emphasis."""
    pieces = text.replace("|", "\\|").split("`")
    return "`".join(p if n % 2 or p.startswith("**") else p.replace("*", "\\*") for n, p in enumerate(pieces))
