"""Claims about an optimum: the loss and the resources at the best use of a budget are powers of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def state_powers(budget: str, powers: Mapping[str, tuple[Any, Any]], rest: Any = None) -> tuple[Any, ...]:
    """Equations for quantities at the optimum.

    Parameters
    ----------
    budget
        Its letter.
    powers
        For the name of each quantity its constant and its exponent.
    rest
        The relative size of what is left out is budget^-rest; None for exponents alone.

    Examples
    --------
    >>> state_powers("C", {"N": (1, 2)})
    (Eq(N_star, C**2),)
    """
    from sympy import Eq, Order, oo, symbols

    spent = symbols(budget, positive=True)
    tail = 1 if rest is None else 1 + Order(spent**-rest, (spent, oo))
    return tuple(
        Eq(symbols(f"{name}_star", positive=True), constant * spent**exponent * tail, evaluate=False)
        for name, (constant, exponent) in powers.items()
    )
