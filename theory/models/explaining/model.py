"""The model, stated once: ridge regression on P random features from D samples, and its loss in closed form.

Source: Bahri, Dyer, Kaplan, Lee, Sharma, *Explaining Neural Scaling Laws*, arXiv 2102.06701; the deterministic
equivalent of its random-feature model (derived and checked in the notes of this project).

**Assumptions** (all that is put in). Kernel eigenvalues ``lambda_k = k^-b``, target powers ``v_k = k^-a``; P features
``P^{-1/2} G lambda^{1/2} psi``, G Gaussian; training minimises ``sum (y - f)^2 + delta |theta|^2``; label noise of
variance sigma^2; the loss is the population's mean square beyond sigma^2. With ``T(kappa) = sum lambda/(kappa+lambda)``
and ``G(kappa) = sum v/(kappa+lambda)``,

    z = T,   q = T + kappa T',   T1 = kappa G,   T0 = -kappa^2 G',   T2 = T1 - T0
    ridge    delta P = kappa (D - z) (P - z)
    loss     L = pre (T1 - T2 (P - z)/(P - q) + sigma^2) - sigma^2,
             pre = 1 / (1 - [q (P - 2z) + z^2] / [D (P - q)])

Without ridge z = min(D, P). These are the levels at infinite time of the dynamical model (N features, P samples there),
so that both models share one expansion (`..dynamical.model.Expansion`).

**Isotropic teacher** (v = lambda, the paper's): T1 = kappa z, T2 = kappa q, and the loss becomes

    L = kappa D P (z - q) / (D P - q (D + P - 2z) - z^2)

for sigma = 0: symmetric under D <-> P at the same ``delta P``. That is the duality; `dual_form` proves it.
"""

from __future__ import annotations

from functools import cache

from sympy import Expr, Function, Symbol, cancel, symbols

from ...algebra.rational import at_infinity

KAPPA, DATA, FEATURES = symbols("kappa D P", positive=True)
Z, Q, T0, T1, T2 = symbols("z q T_0 T_1 T_2", positive=True)
SIGMA = Symbol("sigma", positive=True)
_T, _G = Function("T"), Function("G")


def sums() -> dict[Symbol, Expr]:
    """z, q, T0, T1, T2 as functions of kappa, T and G."""
    t, g = _T(KAPPA), _G(KAPPA)
    t0, t1 = -(KAPPA**2) * g.diff(KAPPA), KAPPA * g
    return {Z: t, Q: t + KAPPA * t.diff(KAPPA), T0: t0, T1: t1, T2: t1 - t0}


def ridge() -> Expr:
    """``delta P`` as a function of kappa and z."""
    return KAPPA * (DATA - Z) * (FEATURES - Z)


def loss() -> Expr:
    """The loss beyond sigma^2 for any ridge, both sizes finite."""
    pre = 1 / (1 - (Q * (FEATURES - 2 * Z) + Z**2) / (DATA * (FEATURES - Q)))
    return pre * (T1 - T2 * (FEATURES - Z) / (FEATURES - Q) + SIGMA**2) - SIGMA**2


@cache
def many_features() -> Expr:
    """P -> infinity at fixed kappa: ``(D T0 + sigma^2 q)/(D - q)``."""
    return cancel(at_infinity(loss(), FEATURES).subs(T2, T1 - T0))


@cache
def few_features() -> Expr:
    """No ridge, P < D: z = P. It is ``(D T1 + sigma^2 P)/(D - P)``."""
    return cancel(loss().subs(Z, FEATURES))


@cache
def few_data() -> Expr:
    """No ridge, D < P: z = D. It is ``D T0/(D - q) + D T1/(P - D) + sigma^2 (q/(D - q) + D/(P - D))``."""
    return cancel(loss().subs({Z: DATA, T2: T1 - T0}))


@cache
def dual_form() -> Expr:
    """The loss of the isotropic teacher without noise, manifestly symmetric under D <-> P.

    >>> swap = {DATA: FEATURES, FEATURES: DATA}
    >>> [cancel(f - f.subs(swap, simultaneous=True)) for f in (dual_form(), ridge())]
    [0, 0]
    """
    return cancel(loss().subs({SIGMA: 0, T1: KAPPA * Z, T2: KAPPA * Q}))


def variance_in_data() -> Expr:
    """``lim D (L - L_P)`` for D -> infinity at fixed P without ridge, L_P = T1 at z = P: ``P (T1 + sigma^2)``."""
    excess = few_features() - at_infinity(few_features(), DATA)
    return cancel(at_infinity(DATA * excess, DATA))


def variance_in_features() -> Expr:
    """``lim P (L - L_D)`` for P -> infinity at fixed D without ridge: ``D (T1 + sigma^2)``, T1 at z = D."""
    excess = few_data() - at_infinity(few_data(), FEATURES)
    return cancel(at_infinity(FEATURES * excess, FEATURES))
