"""Trade-offs in words: what each term of a loss is, and what an optimum balances; the same for every model.

A model says in its ``terms.py`` what its terms mean, `TERMS`, by the names that its phases are made of; the tables of
`docs/phases.md` are these, kept by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from . import screen

_OF_HEAD = " of head modes"


def meaning(term: str, terms: Mapping[str, str]) -> str:
    """What a term is, in words.

    >>> meaning("width level of head modes", {"width level": "what a finite width leaves"})
    'what a finite width leaves, from the first modes, all learned almost, and not from the tail of those unseen'
    """
    if term in terms:
        return terms[term]
    plain = term.removesuffix(_OF_HEAD)
    return f"{terms[plain]}, from the first modes, all learned almost, and not from the tail of those unseen"


def sentence(tradeoff: Sequence[str]) -> str:
    """What is balanced.

    >>> sentence(("F_0", "F_pp"))
    'At the optimum F_0 and F_pp are of the same order: any other use of the compute lowers one and raises another.'
    """
    *first, last = tradeoff
    return (
        f"At the optimum {', '.join(first)} and {last} are of the same order: any other use of the compute lowers one "
        "and raises another."
    )


def show_tradeoffs(tradeoffs: Iterable[Sequence[str]], terms: Mapping[str, str]) -> None:
    """Print what the terms of trade-offs mean, and for a single one what it balances."""
    shown = [tradeoff for tradeoff in tradeoffs if tradeoff]
    names = dict.fromkeys(name for tradeoff in shown for name in tradeoff)
    if not names:
        return
    screen.print_line()
    screen.print_table("What is balanced", ("term", "what it is"), [(name, meaning(name, terms)) for name in names])
    if len(shown) == 1 and len(shown[0]) > 1:
        screen.print_line(sentence(shown[0]))
