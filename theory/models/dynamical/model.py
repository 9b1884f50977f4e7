"""The model, stated once: random features under gradient flow on a fixed data set, and the monomials of its losses.

Source: Bordelon, Atanasov, Pehlevan, *A Dynamical Model of Neural Scaling Laws*, arXiv 2402.01092.

**Assumptions** (all that is put in). Modes k = 1, 2, ... with eigenvalues ``lambda_k = k^-b`` and target powers
``lambda_k w_k^2 = k^-a``, a, b > 1; N features, P samples, label noise of variance sigma^2. With T(kappa) = sum
lambda/(kappa+lambda) and G(kappa) = sum lambda w^2/(kappa+lambda),

    response       s = kappa R1 R3,   R1 = 1 - T(kappa)/P  (data),   R3 = 1 - T(kappa)/N  (features)
    train loss     the inverse transform of  Q(s) = G(kappa)/R3 + sigma^2 R1/s  at the time 2t
    test loss      the inverse transform of  [Q(s') - Q(s)] / ((s - s') R1(s) R1(s'))  in s and s', both at t

(the test loss with its floor sigma^2).

**Derivation.** `mellin.resolvent_sum` expands T and G. *Inside the window* 1 << t << N^b, P^b the equations are
expanded to first order in 1/N and 1/P by differentiation; products of monomials are inverted term by term, a power
that is analytic in s giving nothing. A divided difference ``[s'^e - s^e]/(s - s')`` is the transform of f(t + t'),
f being the inverse of s^e; products with it are convolutions (`two_times`). *At infinite time* kappa tends to kappa_0,
``T(kappa_0) = min(N, P)``, and Q or R1 has a simple pole or zero at s = 0:

    N < P:   R3 = s/(kappa R1),   L -> (kappa G + sigma^2) / (1 - N/P)
    P < N:   R1 = s/(kappa R3),   L -> kappa T Q'/T',  and for N = infinity  Q = G + sigma^2/kappa
             in full, L -> kappa T (G' - sigma^2/kappa^2)/T' + (kappa G + sigma^2) P/(N - P)
    N = P:   R1 = R3 = (s/kappa)^{1/2},   L -> c (kappa G + sigma^2) (kappa t)^{1/2}   (see `threshold_constant`)

with kappa = kappa_0 everywhere. The average over independently drawn features (the bias) has ``-kappa_0^2 G'(kappa_0)``
in the place of ``kappa_0 G(kappa_0)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property

from sympy import Derivative, Expr, Function, Integer, Rational, Symbol, cancel, gamma, pi, sqrt, symbols

from ...algebra.rational import reduced
from ...algebra.scales import Monomial, inverse_laplace, is_analytic, power
from ...optimum.plane import a, b
from ...spectra.likeness import Likeness, likeness, reach
from ...spectra.mellin import resolvent_sum
from ...spectra.zeta import SpectralAssumption, spectral_assumption

_mode = Symbol("k", positive=True)
_KAPPA, _S, _SIGMA = symbols("kappa s sigma", positive=True)
_OVER_P, _OVER_N = symbols("epsilon nu", positive=True)
_T, _G = Function("T"), Function("G")

Sum = tuple[Monomial, ...]
"""A sum of monomials."""


def assumption(source: Expr = a, decay: Expr = b) -> SpectralAssumption:
    """``lambda_k = k^-b`` and ``lambda_k w_k^2 = k^-a``, for symbols or for rational numbers."""
    return spectral_assumption(lambda k: k**-decay, lambda k: k**-source, _mode)


@cache
def like(spectrum: SpectralAssumption) -> Likeness:
    """The (a, b) of a spectrum, by which its phases and exponents are those of the power law.

    Raises:
        AssumptionError: a sum over all modes is infinite.
    """
    return likeness(spectrum, assumption(), (a, b))


@cache
def response() -> Expr:
    """``s(kappa)`` with 1/P and 1/N as symbols."""
    return _KAPPA * (1 - _OVER_P * _T(_KAPPA)) * (1 - _OVER_N * _T(_KAPPA))


@cache
def train_transform() -> Expr:
    """Q as a function of kappa and s."""
    return _G(_KAPPA) / (1 - _OVER_N * _T(_KAPPA)) + _SIGMA**2 * (1 - _OVER_P * _T(_KAPPA)) / _S


@cache
def first_order(small: Symbol) -> Expr:
    """The derivative of Q with respect to 1/P or 1/N, at fixed s, where both are zero."""
    none = {_OVER_P: 0, _OVER_N: 0}
    ridge = response()
    slope = -(ridge.diff(small) / ridge.diff(_KAPPA)).subs(none).doit()
    q = train_transform()
    moved = q.diff(small).subs(none) + q.subs(none).diff(_KAPPA) * slope
    return moved.subs(_KAPPA, _S).doit().expand()


class Expansion:
    """The expanded model for one spectral assumption, with symbols or rational numbers for its exponents.

    All sums hold the leading powers of every pole and resonance, in the scales t, N, P; ``noise`` is the coefficient
    of sigma^2. ``pole`` is the largest term of T.
    """

    def __init__(self, spectrum: SpectralAssumption) -> None:
        self.capacity = resolvent_sum(spectrum.capacity, regular=2, truncation=0)  # the largest pole comes first
        self.target = resolvent_sum(spectrum.target, regular=reach(spectrum.target, 4), truncation=0)
        self.pole = self.capacity[0]
        self._functions = {_T: self.capacity, _G: self.target}

    @cached_property
    def next_in_ridge(self) -> Expr:
        """The relative power of the next term of kappa_0 in 1/N or 1/P, from the next term of T.

        It is 1 for the power law, ``T = c kappa^{-1/b} - 1/2 + ...``, and 1 - b s for a second pole s > 0.
        """
        return min(reduced(1 - m["kappa"] / self.pole["kappa"]) for m in self.capacity[1:])

    def ridge(self, size: str) -> Monomial:
        """kappa_0 where T reaches a size."""
        # c = Gamma(1 + 1/b) Gamma(1 - 1/b), without the rational number 1/b, whose powers SymPy would multiply out
        p = -self.pole["kappa"]
        edge, size_of = reduced(1 / p), cancel(self.pole.constant / (p * gamma(p) * gamma(1 - p)))
        return power(size, -edge, (size_of * gamma(1 + p) * gamma(1 - p)) ** edge)

    def at_ridge(self, formula: Expr, size: str) -> Sum:
        """A function of kappa, T and G at ``T(kappa_0) = size``."""
        return tuple(m.substitute("kappa", self.ridge(size)) for m in self.resolvent(formula))

    def resolvent(self, formula: Expr) -> Sum:
        """A function of kappa, T(kappa) and G(kappa) as monomials in kappa."""
        return self._sum(formula, _KAPPA, "kappa")

    def transform(self, formula: Expr) -> Sum:
        """A function of s, T(s) and G(s) as monomials in s."""
        return self._sum(formula, _S, "s")

    def _sum(self, formula: Expr, variable: Symbol, scale: str) -> Sum:
        formula = formula.expand()
        if formula.is_Add:
            return tuple(m for term in formula.args for m in self._sum(term, variable, scale))
        if formula.is_Mul:
            return _product(self._sum(factor, variable, scale) for factor in formula.args)
        if formula == variable or (formula.is_Pow and formula.base == variable):
            return (power(scale, formula.as_base_exp()[1]),)
        if formula.is_Pow and formula.exp.is_Integer:
            base = self._sum(formula.base, variable, scale)
            if formula.exp > 0:
                return _product([base] * int(formula.exp))
            lead = base[0]  # the pole; what the rest adds is of higher order
            slopes = {x: reduced(e * formula.exp) for x, e in lead.exponents.items()}
            return (Monomial(lead.constant**formula.exp, slopes),)
        if isinstance(formula, Derivative):
            return _slope(self._sum(formula.expr, variable, scale), scale)
        if formula.func in self._functions:
            return tuple(m.substitute("kappa", power(scale)) for m in self._functions[formula.func])
        return (Monomial(formula),)


def _product(factors: Iterable[Sum]) -> Sum:
    product: Sum = (Monomial(Integer(1)),)
    for factor in factors:
        product = tuple(m * n for m in product for n in factor)
    return product


def _slope(terms: Sum, scale: str) -> Sum:
    """The derivative, termwise; of ``x^e log x`` the power with the logarithm, or, for e = 0, 1/x."""
    found = []
    for m in terms:
        if m[scale] != 0:
            found.append(Monomial(m[scale], {scale: Integer(-1)}) * m)
        elif m.logs:
            found.append(Monomial(m.constant * m.logs, {scale: Integer(-1)}, m.origin, m.logs - 1))
    return tuple(found)


def in_time(transform: Iterable[Monomial], stretch: int = 2) -> Sum:
    """Inverse transforms, termwise, at ``stretch`` times t."""
    inverses = (inverse_laplace(m, "s", "t") for m in transform if not is_analytic(m, "s"))
    return tuple(m.substitute("t", power("t", 1, stretch)) for m in inverses)


def split_noise(formula: Expr) -> tuple[Expr, Expr]:
    """The part without noise, and the coefficient of sigma^2."""
    formula = formula.expand()
    return formula.coeff(_SIGMA, 0), formula.coeff(_SIGMA, 2)


def leading_order() -> Expr:
    """Q at infinite sizes."""
    return train_transform().subs({_OVER_P: 0, _OVER_N: 0}).subs(_KAPPA, _S)


def over_width() -> Expr:
    """The coefficient of 1/N in Q."""
    return first_order(_OVER_N)


def over_data() -> Expr:
    """The coefficient of 1/P in Q."""
    return first_order(_OVER_P)


def gap_factor() -> Expr:
    """The coefficient of 1/P in ``1/R1(s)``: what the test loss has and the train loss has not."""
    return (1 / (1 - _OVER_P * _T(_S))).diff(_OVER_P).subs(_OVER_P, 0)


def levels() -> dict[str, Expr]:
    """Losses at infinite time as functions of kappa_0, by the module's equations.

    ``width`` for N << P, ``data`` for P << N; ``both``, times P/N, is what a finite width adds to the latter;
    ``width_bias`` is the bias for N << P; ``noise`` the part of sigma^2 in ``data``, without the floor; ``threshold``,
    times `threshold_constant` and ``t^{1/2}``, is the law at N = P.
    """
    k, t, g = _KAPPA, _T(_KAPPA), _G(_KAPPA)
    return {
        "width": k * g,
        "data": k * t * g.diff(k) / t.diff(k),
        "both": k * g,
        "width_bias": -(k**2) * g.diff(k),
        "noise": -t / (k * t.diff(k)) - 1,
        "threshold": k * g * sqrt(k),
    }


def noise_over_data() -> Monomial:
    """The coefficient of sigma^2/P in the level for N < P, ``sigma^2/(1 - T/P)``: exactly N, for T(kappa_0) = N."""
    level = 1 / (1 - _OVER_P * _T(_KAPPA))
    return power("N") * Monomial(level.diff(_OVER_P).subs(_OVER_P, 0) / _T(_KAPPA))


@cache
def threshold_constant() -> Expr:
    """The c of the module's last level: ``2 (2 - sqrt 2)/sqrt pi``.

    With ``R1 = R3 = (s/kappa_0)^{1/2}`` the transform is ``A kappa_0 / (s s' (sqrt s + sqrt s'))``, ``A = kappa_0^{1/2}
    (G + sigma^2/kappa_0)``. Here ``1/(sqrt s + sqrt s')`` is the divided difference of ``-sqrt s``, the transform of
    ``f(t + t')``, ``f(x) = x^{-3/2} / (2 sqrt pi)``, and its integral over both times is ``c t^{1/2}``: at t = 1, with
    f integrated twice, the second difference ``F(2) - 2 F(1) + F(0)``.
    """
    twice = power("x", Rational(-3, 2), 1 / (2 * sqrt(pi)))
    for _ in range(2):
        e = twice["x"] + 1
        twice = power("x", e, twice.constant / e)
    return -twice.constant * (2 - Integer(2) ** twice["x"])
