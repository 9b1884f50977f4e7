"""The model, stated once, and the terms of its loss.

Source: Paquette, Paquette, Xiao, Pennington, *4+3 Phases of Compute-Optimal Neural Scaling Laws*, arXiv 2405.15074.

**Assumptions** (all that is put in). Eigenvalues ``lambda_j = j^{-2 alpha}``, target ``b_j = j^{-beta}`` with
power ``omega_j = lambda_j b_j^2``, ``v ~ d`` modes seen through d random features. With D(kappa) = sum
lambda/(lambda+kappa) and T(kappa) = sum omega/(lambda+kappa),

    deterministic equivalent   eta = kappa (1 - D(kappa)/d)          (eta = -z, kappa the effective ridge)
    forcing function           F^(eta) = (kappa/eta) T(kappa)
    kernel                     1 - K^(eta) = const + (gamma/2) eta D(kappa) + ...
    Volterra equation          P = F + K * P,  so  P^ = F^/(1 - K^)
    step size                  the largest stable one:  gamma sum lambda = O(1)
    budget                     f = d r B with the batch B fixed

where ^ is the Laplace transform in the time t = 2 gamma B r.

**Derivation.** `mellin.resolvent_sum` expands D and T. Inside the window 1 << t << 1/kappa_0, kappa = eta (1 +
D(eta)/d + ...). A term of F^ that is a power of eta is inverted to a power of t, unless it is analytic in eta:
then it contributes nothing to large t itself, and its first non-analytic product with D(eta)/d (more features
needed) or with K^ (noise of SGD) takes its place. What remains at t = infinity is F^ at the pole eta = 0, the
level kappa_0 T(kappa_0) with D(kappa_0) = d. This yields

    F_0   level at infinity     F_pp  from the pole of the target zeta function
    F_ac  from the pole of the capacity zeta function, in the forcing      K_pp  the same in the kernel

together with terms that stem from the cut of the spectrum at v. A term is *present* where it is the largest of its own
function (F or K) somewhere inside the window; this condition is derived, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Max, Min, Rational, Symbol, symbols, true
from sympy.logic.boolalg import Boolean

from ...algebra.rational import reduced
from ...algebra.scales import Monomial, inverse_laplace, is_analytic, power
from ...errors import AssumptionError
from ...optimum.partition import partition
from ...optimum.presence import Window, leads
from ...spectra.likeness import Likeness, likeness
from ...spectra.mellin import moment, resolvent_sum
from ...spectra.zeta import SpectralAssumption, spectral_assumption

alpha, beta = symbols("alpha beta", positive=True)
_mode = Symbol("j", positive=True)
_D, _R, _GAMMA = symbols("d r gamma", positive=True)

NAMES = ("F_0", "F_pp", "F_ac", "K_pp")


@dataclass(frozen=True)
class Term:
    """A term ``d^d r^r`` of the loss, constants left out, present under a ``condition`` on (alpha, beta).

    ``law`` is the same in d, r and the step size gamma, before the stable rule puts a power of d for gamma.
    """

    name: str
    d: Expr
    r: Expr
    condition: Boolean
    origin: str
    law: Expr


@dataclass(frozen=True)
class Expansion:
    """The expanded model, in powers of d (with v ~ d), of the step size gamma, and of the time t.

    Attributes:
        step_limits: exponents e with ``gamma ~ d^{-max e}``.
        edge: the window ends at ``t ~ d^edge``, where 1/t reaches the ridge kappa_0.
        levels: monomials of the level at infinity.
        forcing, kernel: monomials of the forcing function and of the noise that the kernel adds to the loss, in
        the window.
    """

    step_limits: tuple[Expr, ...]
    edge: Expr
    levels: tuple[Monomial, ...]
    forcing: tuple[Monomial, ...]
    kernel: tuple[Monomial, ...]


def assumption() -> SpectralAssumption:
    """``lambda_j = j^{-2 alpha}``, ``b_j = j^{-beta}``, ``omega_j = lambda_j b_j^2``."""
    return spectral_assumption(lambda j: j ** (-2 * alpha), lambda j: j ** (-2 * alpha) * (j**-beta) ** 2, _mode)


def assumption_at(alpha_value: Rational, beta_value: Rational) -> SpectralAssumption:
    """The same with numbers for the exponents."""
    decay, power = 2 * alpha_value, 2 * alpha_value + 2 * beta_value
    return spectral_assumption(lambda j: j**-decay, lambda j: j**-power, _mode)


@cache
def like(spectrum: SpectralAssumption) -> Likeness:
    """The (alpha, beta) of a spectrum, by which its terms, phases and exponents are those of this module.

    Raises:
        AssumptionError: its target falls no faster than its eigenvalues, or a sum over all modes is infinite.
    """
    found = like_of_either_sign(spectrum)
    if found.parameters[beta] <= 0:
        raise AssumptionError(
            "the powers of the target fall no faster than the eigenvalues in this spectrum: it is like the power law "
            f"with beta = {found.parameters[beta]}, and the model needs beta > 0"
        )
    return found


@cache
def like_of_either_sign(spectrum: SpectralAssumption) -> Likeness:
    """The same where beta may be negative or 0: for what is derived in the plane alpha > 0, alpha + beta > 1/2.

    Raises:
        AssumptionError: a sum over all modes is infinite.
    """
    return likeness(spectrum, assumption(), (alpha, beta))


@cache
def expansion() -> Expansion:
    """Expand the model of this module to leading order in each of its parts."""
    spectrum = assumption()
    features = power("v", 1).substitute("v", power("d"))
    capacity = [m.substitute("v", features) for m in resolvent_sum(spectrum.capacity)]
    target = [m.substitute("v", features) for m in resolvent_sum(spectrum.target)]
    trace = [m.substitute("v", features)["d"] for m in moment(spectrum.capacity, 1)]
    edge = _edge(capacity)
    ridge = power("d", -edge)
    levels = [(power("kappa") * m).substitute("kappa", ridge) for m in target]
    shift = [m * power("d", -1) for m in capacity]
    forcing = _in_time(_in_eta(target), shift)
    noise = [power("eta") * power("gamma") * m for m in _in_eta(capacity)]
    return Expansion(tuple(trace), edge, tuple(_distinct(levels)), tuple(forcing), tuple(_in_time(noise, shift)))


def _edge(capacity: list[Monomial]) -> Expr:
    """The x with kappa_0 ~ d^{-x}: where the largest monomial of D(d^{-x}) reaches d."""
    places = {reduced((1 - m["d"]) / -m["kappa"]) for m in capacity if m["kappa"].is_negative}
    return Min(*places)


def _in_eta(terms: list[Monomial]) -> list[Monomial]:
    return [m.substitute("kappa", power("eta")) for m in terms]


def _in_time(transform: list[Monomial], shift: list[Monomial]) -> list[Monomial]:
    """Invert a transform termwise; an analytic term passes on to its products with the shift D(eta)/d of kappa."""
    found: list[Monomial] = []
    for term in transform:
        children = [term * m for m in _in_eta(shift)] if is_analytic(term, "eta") else [term]
        found += [inverse_laplace(m, "eta", "t") for m in children if not is_analytic(m, "eta")]
    return _distinct(found)


def _distinct(terms: list[Monomial]) -> list[Monomial]:
    """Keep the first monomial of every power."""
    seen: dict[tuple[Expr, ...], Monomial] = {}
    for term in terms:
        seen.setdefault(tuple(reduced(term[x]) for x in ("d", "gamma", "t")), term)
    return list(seen.values())


def named(name: str) -> tuple[Monomial, ...]:
    """The monomials behind a term: told apart by the pole that they stem from, not by their exponents."""
    e = expansion()
    chosen = {
        "F_0": e.levels,
        "F_pp": [m for m in e.forcing if m.origin == ("pole",)],
        "F_ac": [m for m in e.forcing if m.origin == ("regular 0", "pole")],
        "K_pp": [m for m in e.kernel if m.origin == ("pole",)],
    }
    return tuple(chosen[name])


_ORIGINS = {
    "F_0": "level kappa_0 T(kappa_0) of the forcing at infinite time",
    "F_pp": "pole of the target zeta function in the forcing",
    "F_ac": "pole of the capacity zeta function in the forcing, at first order in 1/d",
    "K_pp": "pole of the capacity zeta function in the kernel",
}


@cache
def terms() -> tuple[Term, ...]:
    """The four terms of the loss with their exponents in d and r and the conditions under which they are present.

    >>> for term in terms()[1:]:
    ...     print(term.name, "|", term.law, "|", term.condition)
    F_pp | (gamma*r)**((-2*alpha - 2*beta + 1)/(2*alpha)) | alpha + beta > 1/2
    F_ac | (gamma*r)**((1 - 2*alpha)/(2*alpha))/d | (alpha > 1/2) & (beta > 1/2)
    K_pp | gamma*(gamma*r)**((1 - 4*alpha)/(2*alpha)) | alpha > 1/4
    """
    step = -Max(*expansion().step_limits)
    found = []
    for name in NAMES:
        monomials = named(name)
        r = monomials[0]["t"]
        d = Max(*(m["d"] - reduced(-m["t"] - m["gamma"]) * step for m in monomials))
        law = sum(_D ** m["d"] * _GAMMA ** m["gamma"] * (_GAMMA * _R) ** m["t"] for m in monomials)
        found.append(Term(name, d, r, presence(name), _ORIGINS[name], law))
    return tuple(found)


@cache
def presence(name: str) -> Boolean:
    """Where in the plane a term is the largest of its own function somewhere inside the window."""
    if name == "F_0":
        return true
    regions = partition((alpha, beta), lambda at: present(name, at)).regions
    (region,) = (r for r in regions if r.label)
    return region.condition


def present(name: str, at: Mapping[Symbol, Any]) -> tuple[bool, tuple[Expr, ...]]:
    """Whether a term is present at a rational point, with a certificate (see `..presence`)."""
    e = expansion()
    if name == "F_0":
        return True, ()
    (term,) = named(name)
    others = [m for m in (e.kernel if name == "K_pp" else e.forcing) if m is not term]
    return leads(term, others, Window("d", "t", e.edge), at)
