"""The four regimes of L(D, P), label noise and the optimal ridge: power laws with exact constants.

**Resolution-limited**: the smaller of D and P is what limits, the other is infinite: the levels of `model` at z = D or
z = P. **Variance-limited**: one size is fixed, the loss approaches its limit like the inverse of the other, with the
loss of the fixed size itself in the constant. Without ridge the loss diverges where D = P (double descent): the
variance-limited regimes of the two sides meet in a pole ``1/|D - P|``, which any ridge removes.

**Optimal ridge** with label noise, P = infinity: for kappa above its ridgeless value, q << D and ``L = T0 + sigma^2
q/D``, of which the first grows and the second falls with kappa. The least value is that of a sum of two monomials
(`..geometric`), the trade-off being a linear program in log kappa (`..tropical`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sympy import Expr, Integer, Rational, Symbol, factor, true

from ...algebra.rational import at_infinity
from ...algebra.scales import Monomial
from ...laws import LONG, Case, Law, LawAt, Quantity, Subject, at_point, collected, general, tidy
from ...optimum.geometric import PowerTerm, least
from ...optimum.plane import ABOVE_ONE, At, a, b
from ...optimum.tropical import Optimum, Power, Program
from ...spectra.zeta import SpectralAssumption
from ..dynamical.model import Expansion, assumption, like
from . import model
from .model import DATA, FEATURES, SIGMA, T0, T1, Q, Z


def _next(e: Expansion) -> Expr:
    return e.next_in_ridge


def _level(formula: Callable[[], Expr], size: Symbol, noise: int = 0) -> Callable[[Expansion], Iterable[Monomial]]:
    """A loss without ridge, or its part in sigma^2, at ``T(kappa) = size``."""

    def found(e: Expansion) -> Iterable[Monomial]:
        part = formula().diff(SIGMA, 2) / 2 if noise else formula().subs(SIGMA, 0)
        return e.at_ridge(part.subs(model.sums()).subs(size, model.sums()[Z]).doit(), str(size))

    return found


@cache
def _quantities() -> dict[str, Quantity]:
    data = Quantity(
        "data",
        "D",
        "L(D) for P = infinity, no ridge, no noise: resolution-limited in data",
        "P, then D to infinity",
        _level(model.many_features, DATA),
        _next,
    )
    features = Quantity(
        "features",
        "P",
        "L(P) for D = infinity, no ridge: resolution-limited in features",
        "D, then P to infinity",
        _level(lambda: at_infinity(model.few_features(), DATA), FEATURES),
        _next,
    )
    noise = Quantity(
        "noise",
        "D",
        "L/sigma^2 for P = infinity, no ridge, of pure noise: it does not fall",
        "P, then D to infinity",
        _level(model.many_features, DATA, noise=2),
        _next,
    )
    return {q.name: q for q in (data, features, noise)}


VARIANCE = {
    "variance_data": (
        DATA, FEATURES, "L(D, P) - L_P at fixed P, no ridge: variance-limited in data", "D to infinity at fixed P"
    ),
    "variance_features": (
        FEATURES, DATA, "L(D, P) - L_D at fixed D, no ridge: variance-limited in features", "P to infinity at fixed D"
    ),
}  # fmt: skip


def _variance(name: str) -> Expr:
    """The constant of a variance-limited regime; T1 at ``z = size`` is L_P, or what P = D features would leave."""
    found = model.variance_in_data() if name == "variance_data" else model.variance_in_features()
    return factor(found.subs(T1, Symbol(f"L_P({VARIANCE[name][1]})", positive=True)))


@cache
def _symbolic() -> Expansion:
    return Expansion(assumption())


@cache
def _numeric(spectrum: SpectralAssumption) -> Expansion:
    return Expansion(spectrum)


def names() -> tuple[str, ...]:
    """The names of all laws."""
    return tuple(subjects())


def subjects() -> dict[str, Subject]:
    """What all laws are about, by name."""
    limited = (Subject(name, str(variable), *about) for name, (variable, _, *about) in VARIANCE.items())
    return {**_quantities(), **{subject.name: subject for subject in (*limited, _RIDGE)}}


@cache
def laws() -> tuple[Law, ...]:
    """All laws in all parts of the plane a, b > 1; an exponent is that of the variable, negative for a decay.

    >>> for case in laws()[0].cases:
    ...     print(case.condition, "|", case.exponent)
    a - 1 > 2*b | -2*b
    a - 1 < 2*b | 1 - a
    """
    limited = (subjects()[name].law([Case(true, Integer(-1), _variance(name))]) for name in VARIANCE)
    return (*map(law, _quantities()), *limited, _optimal_ridge())


@cache
def law(name: str) -> Law:
    """One of the laws that the expansion has, by name."""
    return general(_quantities()[name], _symbolic())


@cache
def law_at(name: str, source: Rational, decay: Rational) -> LawAt:
    """A law at rational a = source and b = decay."""
    return law_of(name, assumption(source, decay), f"a = {source}, b = {decay}")


@cache
def law_of(name: str, spectrum: SpectralAssumption, where: str = "this spectrum") -> LawAt:
    """A law for any spectrum with rational exponents and all its modes."""
    if name in VARIANCE:
        return variance_law(name)
    if name == "optimal_ridge":
        return _optimal_ridge_of(spectrum)
    return at_point(_quantities()[name], _numeric(spectrum), where)


_RIDGE = Subject(
    "optimal_ridge", "D", "L(D) at the best ridge, P = infinity, noise sigma",
    "P, then D to infinity, at the ridge that is best for each D",
)  # fmt: skip


def quantity(name: str) -> Quantity:
    """What a law that the expansion has is about, and the sum behind it."""
    return _quantities()[name]


def variance_law(name: str) -> LawAt:
    """A variance-limited law, the same for every spectrum."""
    return LawAt(Integer(-1), _variance(name), 0, Integer(1))


def _terms(e: Expansion) -> dict[str, tuple[Monomial, Expr]]:
    """Monomials in kappa of T0 and of ``sigma^2 q/D``, each with its power of D."""
    found = {}
    for name, part, size in (("bias", T0, Integer(0)), ("noise", Q, Integer(-1))):
        powers = collected(e.resolvent(model.sums()[part].doit()), "kappa")  # T and kappa T' share their powers
        for n, (power, constant) in enumerate(powers.items()):
            if constant != 0:
                found[f"{name} {n}"] = (Monomial(constant, {"kappa": power}), size)
    return found


@cache
def _program() -> Program:
    """Over D and u = 1/kappa, between kappa = 1 and no ridge at all (kappa ~ D^-b)."""
    terms = tuple(Power(name, (size, -m["kappa"])) for name, (m, size) in _terms(_symbolic()).items())
    window = (Power("kappa <= 1", (Integer(0), Integer(-1))), Power("no ridge", (-b, Integer(1))))
    return Program((a, b), ("D", "u"), terms, window, (Integer(1), Integer(0)))


def _least(best: Optimum, terms: Mapping[str, tuple[Monomial, Expr]], at: Mapping[Symbol, Any]) -> Expr:
    shown = [
        PowerTerm(
            m.constant.subs(at) * (SIGMA**2 if size else 1),
            (size, -m["kappa"].subs(at)),
            best.multipliers[name].subs(at),
        )
        for name, (m, size) in terms.items()
        if name in best.active
    ]
    constant, _ = least(shown, (Integer(1), Integer(0)))
    return tidy(constant)


@cache
def _optimal_ridge() -> Law:
    def question(at: At) -> tuple[Expr, list[Expr]]:
        best = _program().solve(at)
        return best.value, list(best.certificate)

    cases = []
    for region in ABOVE_ONE.cut(question).regions:
        best = _program().solve(dict(zip((a, b), region.sample, strict=True)))
        cases.append(Case(region.condition, best.value, _least(best, _terms(_symbolic()), {})))
    return _RIDGE.law(cases)


def _optimal_ridge_of(spectrum: SpectralAssumption) -> LawAt:
    at = like(spectrum).parameters  # by which the trade-off is that of the power law
    source, decay = at[a], at[b]
    best = _program().solve(at)
    value = best.value.subs(at)
    if source - 1 == 2 * decay:  # a logarithm in T0, to a broken power in the optimum
        return LawAt(value, None, 0, Integer(0))
    if max(source.q, decay.q) > LONG:  # broken powers of rational numbers: SymPy would multiply them out
        return LawAt(value, None, 0, None)
    point = [x.subs(at) for x in best.point]
    active = {n: (size, m["kappa"].subs(at)) for n, (m, size) in _terms(_symbolic()).items() if n in best.active}
    exact = {(size, m["kappa"]): m for m, size in _terms(_numeric(spectrum)).values()}  # resonances resolved
    others = [value - size + power * point[1] for size, power in exact if (size, power) not in active.values()]
    wrong = -value  # q/D, which was neglected beside 1, is as large as the loss itself
    terms = {n: (exact[place], place[0]) for n, place in active.items()}
    return LawAt(value, _least(best, terms, at), 0, min([*(x for x in others if x > 0), wrong]))
