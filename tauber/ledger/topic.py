"""Claims of one topic: what they share is said once, and each claim stands at the function that checks it.

    claim = topic("explaining.peak", kind=Kind.EQUIVALENCE, source=DERIVED_HERE)

    @claim("pole", "Without ridge ...", "|D - P| L -> ...", each=4, order_of_limits="D to P at fixed P")
    def _pole() -> Iterator[Comparison]:
        yield compare_limit(...)

A check yields comparisons, and the verdict follows from them by the rule of :mod:`tauber.ledger.claim`; a check whose
note or samples depend on what it finds gives its verdict itself. It takes the ``seed`` if it draws random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Protocol, TypeVar

from .claim import FLOAT64, Claim, Comparison, Verdict, judge
from .registry import REGISTRY

Check = TypeVar("Check", bound=Callable[..., Iterable[Comparison] | Verdict])


class Adding(Protocol):
    """What :func:`topic` makes."""

    def __call__(
        self, name: str, title: str, statement: str | Callable[[], Any], *,
        each: int = 1, samples: int | None = None, precision: str = FLOAT64, note: str = "", **own: Any,
    ) -> Callable[[Check], Check]:  # fmt: skip
        """Add the claim that the decorated function checks."""


def topic(prefix: str, **shared: Any) -> Adding:
    """Make the decorator that adds the claims of a topic to the ledger.

    Parameters
    ----------
    prefix
        How their ids begin.
    **shared
        Fields of :class:`~tauber.ledger.claim.Claim` that they share; a claim may say one of its own.

    Returns
    -------
    Adding
        A decorator of checks, with the rest of a claim as arguments: the end of its id, its title, its statement, and
        what of its verdict is known beforehand: how many samples ``each`` comparison stands for, or all ``samples``,
        the ``precision`` and a ``note``.
    """

    def add(
        name: str, title: str, statement: str | Callable[[], Any], *,
        each: int = 1, samples: int | None = None, precision: str = FLOAT64, note: str = "", **own: Any,
    ) -> Callable[[Check], Check]:  # fmt: skip
        def register(check: Check) -> Check:
            @wraps(check)
            def judged(*seed: int) -> Verdict:
                found = check(*seed)
                if isinstance(found, Verdict):
                    return found
                evidence = list(found)
                count = each * len(evidence) if samples is None else samples
                return judge(evidence, samples=count, precision=precision, note=note, seed=seed[0] if seed else None)

            fields = shared | own
            REGISTRY.add(Claim(id=f"{prefix}.{name}", title=title, statement=statement, check=judged, **fields))
            return check

        return register

    return add


def equation(left: str, right: Any, *of: Any) -> Any:
    """The statement ``left = right``, or ``left(of) = right``, left as it stands.

    >>> equation("L", 2)
    Eq(L, 2)
    """
    from sympy import Eq, Function, Symbol

    return Eq(Function(left)(*of) if of else Symbol(left), right, evaluate=False)
