"""Where a law of the step size, ``gamma = d^x n^y``, leaves training stable for some time of the window.

With ``n = tau/gamma`` the law is a power of d and tau, and so is each mass of the memory that must stay ``<= 1``
(`terms.stability`). At ``tau = d^t``, ``0 <= t <= edge``, these are powers of d that are linear in t; all of them are
``<= 0`` somewhere iff they are at an end of the window or where one of them vanishes. As functions of alpha the powers
at these times change sign at finitely many alpha only.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from sympy import Expr, Integer, Poly, Rational, S, fraction, real_roots, together

from ...algebra.scales import power
from ..plrf import model
from . import terms
from .terms import alpha
from .training import Training


def law_in_time(training: Training) -> tuple[Expr, Expr]:
    """The powers of d and tau in the step size of a law in d and n."""
    assert isinstance(training.step, tuple)
    (x, y), more = training.step, 1 + training.fall  # n = (tau/gamma)^more
    return x / (1 + more * y), more * y / (1 + more * y)


@cache
def _powers(training: Training) -> tuple[list[Expr], list[Expr]]:
    """Times t, and for each all that must not be positive there; the last two of them keep it in the window."""
    d, tau = law_in_time(training)
    law, edge = power("d", d) * power("tau", tau), model.expansion().edge
    found = [m.substitute("gamma", law) for m in terms.stability(training.fall)]
    rows = [(m["d"], m["tau"]) for m in found]
    times = [Integer(0), edge, *(-level / rise for level, rise in rows if rise != 0)]
    return times, [(*(level + rise * t for level, rise in rows), -t, t - edge) for t in times]


def anywhere(training: Training, alpha_value: Rational) -> bool:
    """Whether the step size is stable at some time of the window for this alpha; what is no law always is."""
    if not isinstance(training.step, tuple):
        return True
    _, conditions = _powers(training)
    at = [[S(x).subs(alpha, alpha_value) for x in row] for row in conditions]
    return any(all(x.is_finite and x <= 0 for x in row) for row in at)


@cache
def from_alpha(training: Training) -> Expr:
    """The least alpha from which on the step size is stable at some time; 0 if it is for every alpha."""
    if not isinstance(training.step, tuple):
        return Integer(0)
    _, conditions = _powers(training)
    numerators = [part for row in conditions for x in row for part in fraction(together(S(x))) if part.has(alpha)]
    changes = {root for part in numerators for root in real_roots(Poly(part, alpha)) if root > 0}
    ends = [Integer(0), *sorted(changes)]
    least = Integer(0)
    for low, high in pairwise(ends):
        middle = Rational(str(((low + high) / 2).evalf(15)))
        if not anywhere(training, middle):
            least = high
    return least
