"""The power law that a spectrum is like: the one whose two zeta functions have the same largest poles.

**Statement.** A model sees its spectrum through ``D(kappa) = sum lambda/(lambda+kappa)`` and ``T(kappa) = sum
omega/(lambda+kappa)`` for kappa << 1, all modes present. Each is a sum over poles of its zeta function, ``kappa^{-s}``,
and of regular powers ``kappa^n`` (`mellin`). A term of a loss comes from one of these monomials, and is the larger the
larger it is; so of all poles the largest, s_0 of Z and sigma_0 of Z_omega, gives the leading term of its kind, and the
regular powers are the same for every spectrum but for their constants. Hence terms, where they are present, phases and
exponents are those of the power law with the same s_0 and sigma_0; the other poles are corrections.

**Constants.** If the residues are rho and tau times those of that power law, then, up to corrections,

    D(kappa) = rho D_power(kappa),          T(kappa) = tau T_power(kappa)   where its pole leads, else the sum T(0):

rho times as many modes in every range of eigenvalues, which is n/rho in the place of a size n, in ``D(kappa) = n``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Dummy, Expr, Min, Rational, Symbol, floor, solve

from ..errors import AssumptionError
from .zeta import Pole, SpectralAssumption, SpectralZeta

_FARTHEST = 64  # no exponent that is asked puts the largest pole so far to the left


@dataclass(frozen=True)
class Likeness:
    """What a spectrum shares with a power law, and where it begins to differ.

    Attributes:
        parameters: the exponents of the power law with the same largest poles.
        density: rho, the residue of Z over that of the power law.
        share: tau, the same of Z_omega.
        gap: the relative power of kappa with which the next pole of either function comes in; None where the
            correction of the power law itself, a relative kappa^{s_0}, comes first.
    """

    parameters: Mapping[Symbol, Rational]
    density: Expr
    share: Expr
    gap: Rational | None


def largest_pole(series: SpectralZeta) -> Pole:
    """The largest pole of a zeta function.

    Raises:
        AssumptionError: there is none to the right of -64.
    """
    left = 0
    while left >= -_FARTHEST:
        if found := series.poles(left):
            return max(found, key=lambda pole: pole.at)
        left = 2 * left - 1
    raise AssumptionError(f"a zeta function without a pole to the right of -{_FARTHEST} belongs to no power law")


def reach(series: SpectralZeta, regular: int) -> int:
    """How many regular powers an expansion needs to be one beyond the largest pole, and no fewer than asked."""
    return regular if series.poles(-regular) else 1 - int(floor(largest_pole(series).at))


def likeness(spectrum: SpectralAssumption, law: SpectralAssumption, parameters: Sequence[Symbol]) -> Likeness:
    """Compare a spectrum with a power law in two symbols.

    Args:
        spectrum: with rational places of its poles, all modes present.
        law: the power law, as the model states it.
        parameters: its two symbols.

    Raises:
        AssumptionError: the sum of the eigenvalues is infinite, or that of the target powers.

    >>> from sympy import symbols
    >>> from .zeta import TwoPowers, spectral_assumption
    >>> k, a, b = symbols("k a b", positive=True)
    >>> law = spectral_assumption(lambda k: k**-b, lambda k: k**-a, k)
    >>> near = TwoPowers(Rational(3, 2), Rational(1, 4), Rational(1, 2))
    >>> found = likeness(SpectralAssumption(near, near), law, (a, b))
    >>> found.parameters, found.density, found.gap
    ({a: 3/2, b: 3/2}, 1, 1/6)
    """
    capacity, target = largest_pole(spectrum.capacity), largest_pole(spectrum.target)
    for pole, what in ((capacity, "the eigenvalues"), (target, "the powers of the target")):
        if pole.at >= 1:
            raise AssumptionError(
                f"the sum of {what} is infinite for this spectrum (a pole at {pole.at} >= 1), and a cut at finitely "
                "many modes is derived for the power law alone; let them fall faster than 1/j"
            )
    (first,), (second,) = law.capacity.poles(0), law.target.poles(0)
    free = {s: Dummy() for s in parameters}  # of any sign: what is no power law of the model is for the model to say
    equal = [(p.at - q.at).subs(free) for p, q in ((first, capacity), (second, target))]
    (found,) = solve(equal, list(free.values()), dict=True)
    at = {s: found[x] for s, x in free.items()}
    density = capacity.residue / first.residue.subs(at)
    share = target.residue / second.residue.subs(at)
    # in D the regular power kappa^0 comes a relative kappa^{s_0} after the pole, and every correction is at most that
    gaps = [top.at - pole.at for series, top in ((spectrum.capacity, capacity), (spectrum.target, target))
            for pole in series.poles(top.at - capacity.at) if pole.at != top.at]  # fmt: skip
    return Likeness(at, density.simplify(), share.simplify(), Min(*gaps) if gaps else None)
