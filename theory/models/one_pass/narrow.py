r"""The three terms that tie at the optimum for 2 alpha < 1, beta > 1/2, with exact constants in d, gamma and tau.

As f grows the noise remembered vanishes up to the horizon, so that terms are those of gradient flow in ``t = 2 tau``,
and to first order in the kernel; with R = v/d and V = (R d)^{1 - 2 alpha}/(1 - 2 alpha) the trace,

    F_0     zeta(2 beta) V/(d eta)       the ridge kappa = eta + V/d + ... in (kappa/eta) T(kappa), T(0) = zeta(2 beta)
    F_pp    the pole of T
    K_pp    zeta(2 beta) K^              the noise of the start
    noise   sigma^2 K^/eta               label noise;  K^ = -gamma/2 (eta D(kappa) - V)

of which the pole of D is the memory, and the modes cut at v with those that the features mix, (V - V^2/(d eta)), the
plateau. All are monomials of `mellin.resolvent_sum`, inverted by `scales.inverse_laplace`. Where the pole of T falls on
a power eta^n it is ``eta^n log eta``, whose inverse has no logarithm: F_pp has none, and keeps the constant it has
nearby. For 2 alpha > 1 K_pp is the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Integer, Rational, Symbol, floor

from ...algebra.scales import Monomial, inverse_laplace, power
from ...errors import NoConstant
from ...spectra.likeness import largest_pole, reach
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralZeta
from ..plrf import model

RATIO = Symbol("R", positive=True)
"""v/d."""

SIGMA_SQUARED = Symbol("sigma", positive=True) ** 2


def tied_terms(alpha: Rational, beta: Rational, names: Iterable[str], spread: Expr) -> list[Monomial]:
    """The named terms as monomials in d, gamma and tau; `spread` of the whole is the share of a plateau (cool-downs).

    Raises:
        NoConstant: one of them is not among those of the module.
    """
    spectrum = model.assumption_at(alpha, beta)
    capacity, target = (
        {m.origin[0]: _cut_at_ratio(m) for m in resolvent_sum(series, _regular(series), 2)}
        for series in (spectrum.capacity, spectrum.target)
    )
    trace, start = capacity["cut 1"], target["regular 0"]
    half = power("gamma", 1, -Rational(1, 2)) * power("eta")
    mixed = trace * trace * power("d", -1, -1)
    memory = (half * capacity["pole"],) if "pole" in capacity else ()
    kernel = {
        "": memory,
        " of the memory": memory,
        " of the plateau": (half * capacity["cut 2"], half * mixed) if "cut 2" in capacity else (),
    }
    made: dict[str, tuple[Monomial, ...]] = {
        "F_0 of head modes": (start * trace * power("d", -1),),
        "F_pp": (target["pole"],) if "pole" in target else (),
    }
    for where, parts in kernel.items():
        made[f"K_pp{where}"] = tuple(start * k for k in parts)
        made[f"noise{where}"] = tuple(k * power("eta", -1, SIGMA_SQUARED) for k in parts)
    found = []
    for name in names:
        if not made.get(name):
            raise NoConstant(f"at alpha = {alpha}, beta = {beta} the constant of {name} at the optimum is not derived")
        timed = [_in_time(m) for m in made[name]]
        constant = sum((m.constant for m in timed), Integer(0))
        share = spread if name == "noise of the plateau" else Integer(1)
        found.append(Monomial(constant * share, timed[0].exponents, (name,)))
    return found


def _regular(series: SpectralZeta) -> int:
    """How many regular powers: one beyond the largest pole, which may fall on one of them."""
    return max(reach(series, 1), 1 - int(floor(largest_pole(series).at))) + 1


def _cut_at_ratio(m: Monomial) -> Monomial:
    """v = R d, kappa = eta."""
    return m.substitute("v", power("d", 1, RATIO)).substitute("kappa", power("eta"))


def _in_time(m: Monomial) -> Monomial:
    """A power of eta as one of tau."""
    return inverse_laplace(m, "eta", "t").substitute("t", power("tau", 1, Integer(2)))
