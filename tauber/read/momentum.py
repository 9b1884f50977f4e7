"""The optimisers that have a name here, and what is said of one that has none."""

from __future__ import annotations

from typing import NoReturn

from ..errors import BadInput

_NOT_LINEAR = ("adagrad", "adam", "adamw", "lion", "muon", "rmsprop", "signsgd", "shampoo")


def refuse_not_linear(what: str, text: str) -> None:
    """Refuse an optimiser that no linear recursion describes, by its name before a colon."""
    if text.lower().partition(":")[0] in _NOT_LINEAR:
        raise BadInput(
            f"{what} was given as '{text}', whose steps are not linear in the weights, so that no recursion of "
            "second moments holds; where its exponents are known, declare them as [terms]."
        )


def refuse_momentum(what: str, text: str, allowed: str) -> NoReturn:
    """Refuse a momentum that is none of those allowed, with the way to declare another."""
    refuse_not_linear(what, text)
    raise BadInput(
        f"{what} was given as '{text}', but it must be {allowed}; an algorithm of your own is declared as [recursion] "
        "in a file."
    )
