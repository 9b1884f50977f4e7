"""Where a claim comes from: who states it, what of the paper was at hand, and who published what holds instead.

What a paper does not say carries no label of it: a claim that is derived here has no `Source.published_by`, whatever
model it is about. A statement of a paper that fails keeps the paper's own words of scope, and whoever published what
holds in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AtHand(StrEnum):
    """What of a paper its statement was taken from."""

    TEXT = "text"
    """The paper itself, or its authors' own words elsewhere."""
    DIGEST = "digest"
    """A summary section by section, with numbered formulas: these are good, side conditions need not be."""
    CODE = "code"
    """The authors' programs."""
    ABSTRACT = "abstract"
    """Abstract, captions, reviews."""
    NONE = "none"
    """Nothing: derived here."""


@dataclass(frozen=True)
class Paper:
    """A paper, by its authors, where they are known to us, and its number on arXiv.

    >>> str(Paper("Lin et al.", "2406.08466"))
    'Lin et al., arXiv:2406.08466'

    Attributes
    ----------
    authors
        Family names; none where they are not known.
    arxiv
        The number.
    title
        Where it was at hand, that of the last version on arXiv.
    given
        Given names in the order of the authors, where they were at hand.
    """

    authors: str
    arxiv: str
    title: str = ""
    given: str = ""

    @property
    def year(self) -> int:
        """The year in which it came out on arXiv, which its number tells."""
        return 2000 + int(self.arxiv[:2])

    @property
    def names(self) -> tuple[str, ...]:
        """The authors as BibTeX has them, which says "and others".

        >>> Paper("Lin, Wu", "2406.08466", given="Licong, Jingfeng").names
        ('Lin, Licong', 'Wu, Jingfeng')
        >>> Paper("Hoffmann, others", "2203.15556").names
        ('Hoffmann', 'others')
        """
        family = [name for name in self.authors.split(", ") if name]
        if not self.given:
            return tuple(family)
        return tuple(f"{last}, {first}" for last, first in zip(family, self.given.split(", "), strict=True))

    def __str__(self) -> str:
        authors = self.authors.replace(", others", " et al.")
        return f"{authors}, arXiv:{self.arxiv}" if authors else f"arXiv:{self.arxiv}"

    def says(self, place: str, at_hand: AtHand, words: str = "") -> Stated:
        """A statement of the paper: where it is, what of it was at hand, and the paper's own words of scope."""
        return Stated(self, place, at_hand, words)


@dataclass(frozen=True)
class Stated:
    """A place of a paper that states something.

    >>> str(Paper("Lin et al.", "2406.08466").says("abstract", AtHand.ABSTRACT, "one pass"))
    'Lin et al., arXiv:2406.08466, abstract (one pass)'
    """

    paper: Paper
    place: str
    at_hand: AtHand
    words: str = ""

    def __str__(self) -> str:
        return f"{self.paper}, {self.place}" + (f" ({self.words})" if self.words else "")


@dataclass(frozen=True, kw_only=True)
class Source:
    """The source of a claim.

    Attributes
    ----------
    stated
        Who states the claim; nobody if it is derived here.
    note
        What else a reader should know: of whose model a derived claim is, what it goes beyond, what of it is ours.
    instead
        Who published what holds, where the claim does not.
    """

    stated: tuple[Stated, ...] = ()
    note: str = ""
    instead: tuple[Stated, ...] = ()

    @property
    def at_hand(self) -> AtHand:
        """What was at hand of the statement that the claim quotes."""
        return self.stated[0].at_hand if self.stated else AtHand.NONE

    @property
    def published_by(self) -> tuple[str, ...]:
        """Papers that state the claim, with the place."""
        return tuple(map(str, self.stated))

    @property
    def instead_by(self) -> tuple[str, ...]:
        """Papers that state what holds instead, with the place."""
        return tuple(map(str, self.instead))

    def __str__(self) -> str:
        parts = [*self.published_by] or ["derived here"]
        parts += [self.note] if self.note else []
        parts += [f"what holds instead: {' and '.join(self.instead_by)}"] if self.instead else []
        return "; ".join(parts)


def stated(*by: Stated, note: str = "", instead: tuple[Stated, ...] = ()) -> Source:
    """The source of a claim that papers state."""
    return Source(stated=by, note=note, instead=instead)


def derived_here(note: str = "") -> Source:
    """The source of a claim that no paper states.

    >>> str(derived_here("in the model of arXiv:2402.01092"))
    'derived here; in the model of arXiv:2402.01092'
    """
    return Source(note=note)
