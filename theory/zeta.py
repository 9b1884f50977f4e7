"""Spectral assumptions, known through the poles of two zeta functions.

**Definitions.** A problem has modes j = 1, 2, ... with eigenvalues lambda_j and powers omega_j of the target. All that
asymptotics needs to know of them are two Dirichlet series,

    Z(s) = sum_j lambda_j^s                      (capacity),
    Z_omega(s) = sum_j omega_j lambda_j^{s-1}    (target, or source),

continued to meromorphic functions: the places and residues of their poles, their values at integers, and, when only the
first v modes exist, the size of what is cut off.

**Power laws.** If the j-th summand is j^{-w(s)} with w affine, the series is the Riemann zeta function of w(s):
its one pole lies where w(s) = 1, with residue 1 / w'(s), and the modes beyond v sum to v^{1-w(s)} / (w(s) - 1) to
leading order (continued to w(s) < 1, where the sum over the first v modes grows).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Symbol, expand, solve, zeta

s = Symbol("s")


@dataclass(frozen=True)
class Pole:
    """A simple pole of a spectral zeta function."""

    at: Expr
    residue: Expr


@dataclass(frozen=True)
class DirichletSeries:
    """``sum_j j^{-w(s)}`` with an affine ``exponent`` w in the module's symbol ``s``."""

    exponent: Expr

    @cached_property
    def poles(self) -> tuple[Pole, ...]:
        """Where the continued sum over all modes has its pole, and the residue."""
        (place,) = solve(self.exponent - 1, s)
        return (Pole(place, 1 / self.exponent.diff(s)),)

    def value(self, at: Expr | int) -> Expr:
        """The continued sum over all modes."""
        return zeta(self.exponent.subs(s, at))

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """Coefficient and exponent of the leading power of v in the continued sum over the modes beyond v."""
        w = self.exponent.subs(s, at)
        return 1 / (w - 1), 1 - w


@dataclass(frozen=True)
class SpectralAssumption:
    """The two spectral zeta functions of a problem: ``capacity`` Z and ``target`` Z_omega."""

    capacity: DirichletSeries
    target: DirichletSeries


def spectral_assumption(
    eigenvalue: Callable[[Expr], Expr], target_power: Callable[[Expr], Expr], mode: Symbol
) -> SpectralAssumption:
    """Both zeta functions of a power-law spectrum.

    Args:
        eigenvalue: ``lambda_j`` as a power of the mode ``j``, for example ``lambda j: j**(-2*alpha)``.
        target_power: ``omega_j``, the power of the target on the mode, likewise.
        mode: a positive symbol for ``j``.

    >>> from sympy import symbols
    >>> j, alpha, beta = symbols("j alpha beta", positive=True)
    >>> plrf = spectral_assumption(lambda j: j**(-2*alpha), lambda j: j**(-2*alpha - 2*beta), j)
    >>> plrf.capacity.poles, plrf.target.poles
    ((Pole(at=1/(2*alpha), residue=1/(2*alpha)),), (Pole(at=(1/2 - beta)/alpha, residue=1/(2*alpha)),))
    """
    decay, power = (expand(-mode * f.diff(mode) / f) for f in (eigenvalue(mode), target_power(mode)))
    return SpectralAssumption(
        DirichletSeries((decay * s).expand()), DirichletSeries((decay * (s - 1) + power).expand())
    )
