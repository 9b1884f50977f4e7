r"""Powers of the logarithm at the least loss under a budget, where terms and constraints have some.

**Setting.** Let the monomials of a `tropical.Program` be multiplied by powers of the logarithm of the budget, ``L =
log f``: a term ``prod x^{a_x} L^e``, a constraint ``prod x^{c_x} L^e <= 1``. No power of f sees them, so the optimum u
is that of the programme without. Put ``x = f^{u_x} L^{l_x}`` and ``loss = f^value L^m``: what is below the loss by a
power of f stays below it, and what ties at u must obey, in powers of L,

    minimise m   subject to   a . l + e <= m  (terms),    c . l + e <= 0  (constraints),    b . l = 0  (budget),

which is a linear programme again. Where more than one u is best, the most interior one has the fewest ties, and so the
least m; the powers of the resources are then not decided by the leading terms, and are not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, Matrix, Rational, S

from .tropical import Power, Program, vertices


@dataclass(frozen=True)
class LogOptimum:
    """``loss* ~ f^value L^log`` and ``x* ~ f^exponents[x] L^logs[x]``, None where leading terms do not decide it.

    ``point`` is a best choice, in the middle of all of them, and ``active`` names the terms that tie there.
    """

    value: Rational
    log: Rational
    exponents: Mapping[str, Rational | None]
    logs: Mapping[str, Rational | None]
    point: Mapping[str, Rational]
    active: tuple[str, ...]


def with_logarithms(program: Program, logs: Mapping[str, Any]) -> LogOptimum:
    """Solve a programme without parameters, whose terms and constraints have these powers of L by name, 0 if unnamed.

    Raises
    ------
    AssumptionError
        As `Program.solve`.

    >>> toy = Program((), ("N", "D"), (Power("model", (-1, 0)), Power("data", (0, -2))), (), (1, 1))
    >>> found = with_logarithms(toy, {"data": 3})
    >>> found.value, found.log, found.exponents["N"], found.logs["N"]  # N^-1 = D^-2 L^3, N D = f
    (-2/3, 1, 2/3, -1)
    """
    value = program.solve({}).value
    corners = [tuple(map(_exact, corner)) for corner in vertices(program, {})]
    middle = [sum(x, S.Zero) / len(corners) for x in zip(*corners, strict=True)]
    terms = [p for p in program.terms if _height(p, middle) == value]
    bounds = [p for p in program.constraints if _height(p, middle) == 0]
    log, powers = _second(program, terms, bounds, logs)
    names, unique = program.resources, len(corners) == 1
    settled = {
        x: power if len({c[n] for c in corners}) == 1 else None
        for n, (x, power) in enumerate(zip(names, middle, strict=True))
    }
    return LogOptimum(
        value, log, settled, {x: powers.get(x) if unique else None for x in names},
        dict(zip(names, middle, strict=True)), tuple(p.name for p in terms),
    )  # fmt: skip


def _second(
    program: Program, terms: list[Power], bounds: list[Power], logs: Mapping[str, Any]
) -> tuple[Expr, dict[str, Expr]]:
    """The least power of L, and those of resources; one that nothing depends on beside the others stays as it is."""
    _, kept = Matrix([*(p.exponents for p in [*terms, *bounds]), program.budget]).rref()
    second = second_program(program, terms, bounds, logs, kept)
    found = second.solve({})
    alone = len(vertices(second, {})) == 1 and len(kept) == len(program.resources)
    return found.value, dict(zip(second.resources[:-1], found.point, strict=False)) if alone else {}


def second_program(
    program: Program, terms: Iterable[Power], bounds: Iterable[Power], logs: Mapping[str, Any], kept: Sequence[int]
) -> Program:
    """The programme of the powers of L where these terms and constraints tie, of the resources with these numbers."""

    def row(p: Power) -> Power:
        return Power(p.name, (*(p.exponents[n] for n in kept), logs.get(p.name, 0)))

    budget = [program.budget[n] for n in kept]
    spent = tuple(Power(f"budget {sign}", (*(sign * b for b in budget), 0)) for sign in (1, -1))
    names, fixed = tuple(program.resources[n] for n in kept), (*[0] * len(kept), 1)
    return Program(program.parameters, (*names, "log"), tuple(map(row, terms)), (*map(row, bounds), *spent), fixed)


def _height(p: Power, point: list[Expr]) -> Expr:
    return sum((S(e) * x for e, x in zip(p.exponents, point, strict=True)), S.Zero)


def _exact(x: Fraction) -> Rational:
    return Rational(x.numerator, x.denominator)
