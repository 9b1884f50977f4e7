"""The laws of the model: powers of t, N and P with exact constants (see `..laws` for how they are found)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sympy import Expr, Rational, sympify

from ...algebra.scales import Monomial, power
from ...errors import AssumptionError
from ...laws import Law, LawAt, Quantity, Subject, at_point, general
from ...spectra.zeta import SpectralAssumption
from . import model
from .model import Expansion, Sum
from .two_times import convolved


def _ridge(e: Expansion) -> Expr:
    return e.next_in_ridge


def _level(name: str, size: str, times: Expr | int = 1) -> Callable[[Expansion], Sum]:
    return lambda e: tuple(m * Monomial(sympify(times)) for m in e.at_ridge(model.levels()[name], size))


def _clean(formula: Expr) -> Expr:
    return model.split_noise(formula)[0]


def _noise(formula: Expr) -> Expr:
    return model.split_noise(formula)[1]


def _train(formula: Expr) -> Callable[[Expansion], Sum]:
    """The inverse of a part of Q, at 2t."""
    return lambda e: model.in_time(e.transform(formula))


def _gap(part: Callable[[Expr], Expr]) -> Callable[[Expansion], Sum]:
    """P times (test - train): the first-order factors 1/R1 on the leading order of Q, in either time.

    A constant in the transform of the factor is a pulse at its time 0: it leaves the function at the sum of the times.
    """

    def found(e: Expansion) -> Sum:
        transform = e.transform(2 * model.gap_factor())
        factors = model.in_time(transform, stretch=1)
        pulses = [Monomial(h.constant, origin=h.origin) for h in transform if h["s"] == 0 and not h.logs]
        functions = model.in_time(e.transform(part(model.leading_order())), stretch=1)
        doubled = [f.substitute("t", power("t", 1, 2)) for f in functions]
        return (*(convolved(h, f) for h in factors for f in functions), *(h * f for h in pulses for f in doubled))

    return found


def _both(*sums: Callable[[Expansion], Sum]) -> Callable[[Expansion], Sum]:
    return lambda e: tuple(m for found in sums for m in found(e))


@cache
def _quantities() -> dict[str, Quantity]:
    start, width, data = model.leading_order(), model.over_width(), model.over_data()
    early = "{0} to infinity first, then t"
    return {
        q.name: q
        for q in (
            Quantity("time", "t", "L(t) - sigma^2 for N = P = infinity", "N, P infinite", _train(_clean(start))),
            Quantity(
                "width",
                "N",
                "L(N) - sigma^2 for t = P = infinity",
                "P, then t, then N to infinity",
                _level("width", "N"),
                _ridge,
            ),
            Quantity(
                "data",
                "P",
                "L(P) for t = N = infinity, sigma = 0",
                "N, then t, then P to infinity",
                _level("data", "P"),
                _ridge,
            ),
            Quantity(
                "width_bias",
                "N",
                "loss of the average over infinitely many feature draws, t = P = infinity",
                "P, then t, then N to infinity",
                _level("width_bias", "N"),
                _ridge,
            ),
            Quantity("early_width_time", "t", "N [L(t, N) - L(t)]", early.format("P, then N"), _train(_clean(width))),
            Quantity(
                "early_data_time",
                "t",
                "P [L(t, P) - L(t)], sigma = 0",
                early.format("N, then P"),
                _both(_train(_clean(data)), _gap(_clean)),
            ),
            Quantity(
                "train_data_time",
                "t",
                "P [Lhat(t, P) - Lhat(t)], sigma = 0",
                early.format("N, then P"),
                _train(_clean(data)),
            ),
            Quantity("gap_time", "t", "P [L - Lhat], sigma = 0", early.format("N, then P"), _gap(_clean)),
            Quantity(
                "noise_time",
                "t",
                "P [L(t, P) - L(t)]/sigma^2, the part of the label noise",
                early.format("N, then P"),
                _both(_train(_noise(data)), _gap(_noise)),
            ),
            Quantity(
                "noise_gap_time",
                "t",
                "P [L - Lhat]/sigma^2, the part of the label noise",
                early.format("N, then P"),
                _gap(_noise),
            ),
            Quantity(
                "threshold",
                "N",
                "L t^{-1/2} at N = P, sigma = 0, for t beyond N^b",
                "t, then N = P to infinity",
                _level("threshold", "N", model.threshold_constant()),
                _ridge,
            ),
            Quantity(
                "both",
                "P",
                "(N/P) [L - L(N = infinity)] for t = infinity, N >> P, sigma = 0",
                "t, then N, then P to infinity",
                _level("both", "P"),
                _ridge,
            ),
            Quantity(
                "noise_width",
                "N",
                "P [L(N, P) - L(N)]/sigma^2, the part of the label noise, for t = infinity, N << P",
                "t, then P, then N to infinity",
                lambda _: (model.noise_over_data(),),
            ),
            Quantity(
                "noise_level",
                "P",
                "(L - L at sigma = 0)/sigma^2 - 1 for t = N = infinity",
                "N, then t, then P to infinity",
                _level("noise", "P"),
                _ridge,
            ),
        )
    }


@cache
def _symbolic() -> Expansion:
    return Expansion(model.assumption())


def monomials(name: str, spectrum: SpectralAssumption | Expansion | None = None) -> Sum:
    """The sum behind a law, for symbolic a and b or for a spectrum with rational exponents, or its expansion."""
    if isinstance(spectrum, Expansion):
        return tuple(_quantities()[name].sum(spectrum))
    return tuple(_quantities()[name].sum(_symbolic() if spectrum is None else _numeric(spectrum)))


@cache
def laws() -> tuple[Law, ...]:
    """All laws in all parts of the plane a, b > 1.

    >>> for case in law("width").cases:
    ...     print(case.condition, "|", case.exponent, "|", case.constant)
    a - 1 > b | -b | (pi/(b*sin(pi/b)))**b*zeta(a - b)
    a - 1 < b | 1 - a | pi*(pi/(b*sin(pi/b)))**(a - 1)/(b*sin(pi*a/b - pi/b))
    """
    return tuple(law(name) for name in _quantities())


@cache
def law(name: str) -> Law:
    """One law by name.

    Raises:
        AssumptionError: there is no such law.
    """
    if name not in _quantities():
        raise AssumptionError(f"the law {name} was asked; there are {', '.join(_quantities())}")
    return general(_quantities()[name], _symbolic())


def quantity(name: str) -> Quantity:
    """What a law is about, and the sum behind it."""
    return _quantities()[name]


def names() -> tuple[str, ...]:
    """The names of all laws."""
    return tuple(_quantities())


def subjects() -> dict[str, Subject]:
    """What all laws are about, by name."""
    return {**_quantities()}


@cache
def law_at(name: str, source: Rational, decay: Rational) -> LawAt:
    """A law at rational a = source and b = decay, with resonances and vanishing coefficients.

    Raises:
        AssumptionError: every coefficient that was derived vanishes, or cannot be told from zero.
    """
    return at_point(_quantities()[name], _numeric(model.assumption(source, decay)), f"a = {source}, b = {decay}")


@cache
def law_of(name: str, spectrum: SpectralAssumption) -> LawAt:
    """A law for any spectrum with rational exponents and all its modes.

    Raises:
        AssumptionError: every coefficient that was derived vanishes, or cannot be told from zero.
    """
    return at_point(_quantities()[name], _numeric(spectrum), "this spectrum")


@cache
def _numeric(spectrum: SpectralAssumption) -> Expansion:
    return Expansion(spectrum)
