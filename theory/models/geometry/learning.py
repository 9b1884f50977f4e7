"""From a geometry to its learning curve: the spectrum enters through its zeta function, as every spectrum does here.

``Z(s) = sum_l N_l lambda_l^s`` has its largest pole at ``s_0 = 1/(1 + alpha_K)``. `mellin.resolvent_sum` makes of it
``T(kappa) ~ c kappa^{-s_0}``; for the target drawn from the kernel itself (isotropic: v = lambda) the ridgeless loss
of the deterministic equivalent is ``L = kappa n`` at ``T(kappa) = n`` for n data, or for n features, so that

    L(n) ~ c^{1 + alpha_K} n^{-alpha_K}.

On low-dimensional domains without ridge or noise the amplitude of a real kernel regression differs from that of the
deterministic equivalent by a factor near 1 (4/3 for the Laplace kernel on a circle); the exponent does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, gamma

from ...errors import AssumptionError, NoConstant
from ...spectra.mellin import resolvent_sum
from ...spectra.sphere import Sphere
from ...spectra.torus import Torus
from ...spectra.zeta import Pole

Geometry = Sphere | Torus


@dataclass(frozen=True)
class LargestPole:
    """The zeta function of a geometry, as far as leading orders need it: its largest pole."""

    pole: Pole

    def poles(self, floor: Expr | int = 0) -> tuple[Pole, ...]:
        """The largest pole."""
        return (self.pole,)

    def value(self, at: Expr | int) -> Expr:
        """Not derived."""
        raise NoConstant("the zeta function of a geometry is known at its largest pole alone")

    def tail(self, at: Expr | int) -> tuple[Expr, Expr]:
        """Not derived."""
        raise AssumptionError("the zeta function of this geometry is for all modes; it is not cut")


def zeta(geometry: Geometry) -> LargestPole:
    """The zeta function of the eigenvalues, degeneracies counted.

    On the sphere ``N_l lambda_l^s ~ (2/Gamma(d)) A^s l^{d-1-gamma s}`` on every ``step``-th degree.
    """
    if isinstance(geometry, Torus):
        return LargestPole(geometry.poles()[0])
    decay, d = geometry.decay, geometry.dim
    place = d / decay.exponent
    residue = 2 * decay.constant**place / (gamma(Integer(d)) * decay.exponent * decay.step)
    return LargestPole(Pole(place, residue, None))


@dataclass(frozen=True)
class LearningLaw:
    """``L(n) ~ constant n^-alpha_K`` for n data or n features, and ``T(kappa) ~ capacity kappa^{-1/(1+alpha_K)}``."""

    alpha_K: Expr  # noqa: N815 - the field's name
    capacity: Expr
    constant: Expr


def learning_law(geometry: Geometry) -> LearningLaw:
    """The law of the kernel's own target.

    >>> from sympy import Integer
    >>> law = learning_law(Sphere("laplace", 1, Integer(1)))
    >>> law.alpha_K, law.constant
    (1, pi)
    """
    (leading,) = resolvent_sum(zeta(geometry), regular=0, truncation=0)
    exponent = -1 / leading["kappa"]
    capacity = leading.constant.simplify()
    return LearningLaw(exponent - 1, capacity, (capacity**exponent).simplify())
