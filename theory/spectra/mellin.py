"""From the poles of a spectral zeta function to the expansion of its resolvent sum.

**Statement.** Let ``Z(s) = sum_j w_j lambda_j^s`` and ``h(kappa) = sum_j w_j lambda_j / (lambda_j + kappa)``. The
Mellin transform of h is

    int_0^inf kappa^{s-1} h(kappa) d kappa = Gamma(s) Gamma(1-s) Z(s)        (largest pole of Z, or 0, < Re s < 1),

where ``Gamma(s) Gamma(1-s) = pi / sin(pi s)``.
Moving the line of the inverse transform to the left collects residues: a pole of Z at s_0 gives ``R pi / sin(pi
s_0) kappa^{-s_0}``, the poles of 1/sin at s = -n give ``(-1)^n Z(-n) kappa^n``. If only the modes up to v exist,
the missing ones are expanded the other way (kappa is far above their eigenvalues): poles of 1/sin at s = m >= 1
subtract ``(-1)^{m-1} kappa^{-m} sum_{j>v} w_j lambda_j^m``.

Where a pole of Z falls on s = -n the two poles make a double one: with the finite part C of Z there, the residue is
``(-1)^n kappa^n (C - R log kappa)``. This is decided exactly, never by a small difference of floating-point numbers.

P. Flajolet, X. Gourdon, P. Dumas, *Mellin transforms and asymptotics: harmonic sums*, Theoret. Comput. Sci. 144 (1995).
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Integer, gamma

from ..algebra.scales import Monomial
from .zeta import Pole, SpectralZeta


def resolvent_sum(series: SpectralZeta, regular: int = 1, truncation: int = 1) -> tuple[Monomial, ...]:
    """Expansion of ``sum_{j<=v} w_j lambda_j / (lambda_j + kappa)`` for eigenvalues of mode v << kappa << 1.

    Args:
        series: the spectral zeta function ``sum_j w_j lambda_j^s``.
        regular: how many powers ``kappa^0, kappa^1, ...`` to give.
        truncation: how many powers ``kappa^-1, kappa^-2, ...`` of the cut at v to give (0 for v = infinity).

    Returns:
        Monomials in ``kappa`` and ``v`` with the origins ``pole`` (the largest), ``pole 2``, ... in order of size,
        ``regular n`` and ``cut m``.
    """
    poles = {p.at: (p, label) for p, label in _labelled(series.poles(-regular))}
    found = [
        Monomial(p.residue * gamma(p.at) * gamma(1 - p.at), {"kappa": -p.at}, (label,))
        for p, label in poles.values()
        if not (p.at.is_Integer and p.at <= 0)
    ]
    for n in range(regular):
        if Integer(-n) in poles:
            p, label = poles[Integer(-n)]
            found.append(Monomial(-_sign(n) * p.residue, {"kappa": Integer(n)}, (label,), logs=1))
            found.append(Monomial(_sign(n) * p.finite, {"kappa": Integer(n)}, (f"regular {n}",)))
        else:
            found.append(Monomial(_sign(n) * series.value(-n), {"kappa": Integer(n)}, (f"regular {n}",)))
    for m in range(1, truncation + 1):
        constant, exponent = series.tail(m)
        found.append(Monomial(_sign(m) * constant, {"kappa": Integer(-m), "v": exponent}, (f"cut {m}",)))
    return tuple(found)


def _labelled(poles: Iterable[Pole]) -> list[tuple[Pole, str]]:
    """Poles, the largest first, each with its label."""
    ordered = sorted(poles, key=lambda pole: -pole.at)
    return [(p, f"pole {n}" if n > 1 else "pole") for n, p in enumerate(ordered, 1)]


def moment(series: SpectralZeta, order: int) -> tuple[Monomial, ...]:
    """``sum_{j<=v} w_j lambda_j^order`` for large v: the value at infinity and the leading power of v."""
    constant, exponent = series.tail(order)
    return Monomial(series.value(order), {}, ("all modes",)), Monomial(-constant, {"v": exponent}, ("cut",))


def _sign(n: int) -> Expr:
    return Integer(-1) ** n
