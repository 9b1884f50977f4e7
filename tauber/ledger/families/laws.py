"""What the claims about power laws share: the law as one equation, its constant as a comparison, its two records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..claim import Claim, Comparison, Kind, Verdict
from ..measure import compare_limit

if TYPE_CHECKING:
    from ...theory.laws import Law

Check = Callable[[str, int], Verdict]
"""Takes the name of a law and the seed."""


def equation(law: Law, with_constant: bool) -> Any:
    """The law in all parts of the plane, as one equation."""
    from sympy import Eq, Function, Piecewise, Symbol

    x = Symbol(law.variable, positive=True)
    pieces = [(x**case.exponent * (case.constant if with_constant else 1), case.condition) for case in law.cases]
    return Eq(Function(law.name)(x), Piecewise(*pieces), evaluate=False)


def compare_leading(
    name: str, where: object, term: tuple[float, Any], values: Sequence[float], errors: Sequence[float],
    scales: Sequence[float], rate: float,
) -> Comparison:  # fmt: skip
    """Set a quantity beside the constant and exponent of its leading term, which it reaches like ``scale^-rate``."""
    constant, exponent = term
    leading = [constant * x ** float(exponent) for x in scales]
    shares = [value / part for value, part in zip(values, leading, strict=True)]
    noise = max(error / abs(part) for error, part in zip(errors, leading, strict=True))
    what = f"{name} over {constant:.8g} x^({exponent}) at {where}, x = {scales[-1]:g}"
    return compare_limit(what, shares, scales, rate, noise=noise)


def law_claims(
    model: str, name: str, title: str, *, law: Callable[[str], Law], source: str, derived_source: str,
    power: Check, constant: Check, has_power: bool, **shared: Any,
) -> list[Claim]:  # fmt: skip
    """The claims of one law: its exponent (unless it is a constant), and its constant with the order of the rest.

    Parameters
    ----------
    model, name, title
        Beginning and end of the ids; the law in words.
    law
        Fetches a law of the symbolic wing by name, when a statement is wanted.
    source, derived_source
        Where the exponent is from, and the constant.
    power, constant
        The two checks.
    shared
        The other fields of both records.
    """

    def statement(with_constant: bool) -> Any:
        return equation(law(name), with_constant)

    found = []
    if has_power:
        found.append(
            Claim(
                id=f"{model}.exponent.{name}",
                title=f"{title}: exponent",
                kind=Kind.EXPONENT,
                statement=partial(statement, False),
                source=source,
                check=partial(power, name),
                **shared,
            )
        )
    found.append(
        Claim(
            id=f"{model}.constant.{name}",
            title=f"{title}: exact constant, and the order of the next term",
            kind=Kind.EQUIVALENCE,
            statement=partial(statement, True),
            source=derived_source,
            check=partial(constant, name),
            **shared,
        )
    )
    return found
