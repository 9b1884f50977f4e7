"""Phase diagrams of compute-optimal scaling: what every model's `phase_diagram` returns.

At compute f the best resources grow like ``f^x``, one x per resource, and the loss falls like ``f^-y``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from sympy import Eq, Expr, Rational, Symbol, cancel, factor, fraction, prod
from sympy.logic.boolalg import Boolean


@dataclass(frozen=True)
class Phase:
    """A phase: where all ``inequalities`` hold, ``resource* ~ f^exponents[resource]`` and ``loss* ~ f^-loss_exponent``.

    ``tradeoff`` names the terms of the loss that are equal at the optimum; ``sample`` is a point inside. Without a
    power law ``exponents`` is empty and ``loss_exponent`` None; with one, ``exponents`` has no resource that leading
    terms leave free.
    """

    name: str
    inequalities: tuple[Boolean, ...]
    tradeoff: tuple[str, ...]
    exponents: Mapping[str, Expr]
    loss_exponent: Expr | None
    sample: tuple[Fraction, Fraction]

    @property
    def power_law(self) -> bool:
        """Whether there are powers of anything."""
        return bool(self.exponents) or self.loss_exponent is not None


@dataclass(frozen=True)
class Boundary:
    """A curve between two phases, as an equation and as an irreducible polynomial that vanishes on it."""

    equation: Eq
    polynomial: Expr
    between: tuple[str, str]


@dataclass(frozen=True)
class PhaseDiagram:
    """All phases of the plane of two ``parameters`` above ``corner`` (`plane`), and the boundaries between them.

    Boundaries, pictures and formulas know a phase by its name, so that it must be the only one of that name.
    """

    parameters: tuple[Symbol, Symbol]
    corner: tuple[int, Expr | int]
    phases: tuple[Phase, ...]
    boundaries: tuple[Boundary, ...]

    def __post_init__(self) -> None:
        names = [phase.name for phase in self.phases]
        if len(set(names)) != len(names):
            raise ValueError(f"The phases {', '.join(names)} were given; each needs a name of its own.")

    def __getitem__(self, name: str) -> Phase:
        for phase in self.phases:
            if phase.name == name:
                return phase
        raise KeyError(name)

    def phase_at(self, x: Rational, y: Rational) -> Phase | None:
        """The phase in which a point lies; None on a boundary and outside of the plane."""
        at = dict(zip(self.parameters, (x, y), strict=True))
        inside = all((s - low).subs(at) > 0 for s, low in zip(self.parameters, self.corner, strict=True))
        within = (p for p in self.phases if all((c.gts - c.lts).subs(at) > 0 for c in p.inequalities))
        return next(within, None) if inside else None


def tidy(formula: Expr, at: Mapping[Symbol, Any]) -> Expr:
    """An exponent, factored, with a denominator that is positive where the formula is used."""
    return _tidied(formula, bool(_parts(formula)[1].subs(at) > 0))


@cache
def _parts(formula: Expr) -> tuple[Expr, Expr]:
    above, below = fraction(factor(formula))
    return above, below


@cache
def _tidied(formula: Expr, positive: bool) -> Expr:
    above, below = _parts(formula)
    return above / below if positive else factor(-above) / _flipped(below)


def _flipped(product: Expr) -> Expr:
    """Minus a product, the sign taken into a factor that has both signs."""
    number, *rest = product.as_coeff_mul()
    for n, term in enumerate(rest[0]):
        if term.is_Add:
            return number * (-term) * prod(t for m, t in enumerate(rest[0]) if m != n)
    return -product


def value_at(formula: Expr | None, at: Mapping[Symbol, Any]) -> Rational | None:
    """An exponent at a rational point; None stays None."""
    return None if formula is None else cancel(formula.subs(at))
