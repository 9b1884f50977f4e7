"""Claims: the exponents that papers give at the parameters of their own figures and runs, as exact rationals.

The simulations of 2402.01092 have a in {3/2, 2} and b in {1, 5/4, 3/2, 2}; b = 1 is left out here: the trace of the
spectrum then diverges with the number of modes. At a - 1 = b the compute optimum has a logarithm (dynamical.line).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..claim import Comparison, Kind
from ..families.points import Exponents
from ..measure import exactly
from ..papers import BOTTLENECKS, COMMON, ISOTROPIC
from ..source import stated
from ..topic import topic
from ..typed import letters, typed
from .laws import SIZES, TIMES, compare_power
from .optimum import LEVEL, TWO
from .probe import SINGLE, Probe, probe

GRID = tuple(probe(a, b) for a in ("3/2", "2") for b in ("5/4", "3/2", "2"))
MEASURED = (probe("3/2", "5/4"), probe("2", "2"))
"""Corners of the grid, at which the exponents are measured, too."""
PICTURES = probe("23/20", "2")
EQUAL = (probe("3/2", "3/2"), probe("2", "2"))


def best_loss(point: Probe) -> Any:
    """The derived exponent of the loss at the best use of C = N t, by the formula of the phase a - 1 < b."""
    from ...theory.models.dynamical import a, b

    loss = TWO.phase(LEVEL).loss_exponent
    assert loss is not None, "the phase has a power law"
    return loss.subs(dict(zip((a, b), point.exact, strict=True)))


claim = topic(
    "dynamical.published",
    kind=Kind.EXPONENT,
    derived_by="tauber.theory.models.dynamical.law_at",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve and .final",
)


def published(point: Exponents) -> dict[str, Any]:
    """The exponents of eqs. (14) and (17) at a - 1 < b: time, width, data, loss at the best use of compute."""
    size = point.a - 1
    return {"time": -size / point.b, "width": -size, "data": -size, "loss": size / (1 + point.b)}


def _state(*lines: str) -> Callable[[], Any]:
    """Lines with these exponents in letters."""

    def exponent(name: str) -> Any:
        return published(Exponents(*letters("a b")))[name]

    return typed(*lines, **{name: partial(exponent, name) for name in ("time", "width", "data", "loss")})


@claim(
    "grid",
    "The published exponents of time, width, data and compute at the (a, b) of the paper's simulations",
    _state("L(t) ~ t^time", "L(N) ~ N^width", "L(P) ~ P^data", "L_star ~ C^-loss"),
    samples=len(GRID) * 4 + len(MEASURED) * (len(TIMES) + 2 * len(SIZES)),
    precision="exact, and float64",
    assumptions=f"a in {{3/2, 2}}, b in {{5/4, 3/2, 2}}: a - 1 < b, b > 1; C = N t; {SINGLE}",
    order_of_limits="the other sizes to infinity first, then t, N, P or C",
    source=stated(BOTTLENECKS, COMMON),
)
def _check_grid() -> Iterator[Comparison]:
    for point in GRID:
        for name, exponent in published(point).items():
            own = best_loss(point) if name == "loss" else point.law(name).exponent
            yield exactly(f"derived exponent of {name} minus the published one at {point}", own - exponent)
    for point in MEASURED:
        yield from (compare_power(name, point, float(published(point)[name])) for name in ("time", "width", "data"))


@claim(
    "cifar",
    "The published compute exponent of CIFAR-5M, 1/20, from its measured a = 1.15, b = 2",
    _state("L_star ~ C^-loss", "loss = 1/20", "a = 23/20", "b = 2"),
    samples=1,
    precision="exact",
    kind=Kind.IDENTITY,
    assumptions=f"a, b as the paper measured them, about; C = N t; {SINGLE}",
    order_of_limits="P to infinity first, then C to infinity with the loss minimised at each C",
    source=stated(COMMON, note="the kernel of a wide residual network; the rule alone is checked, not the data"),
    measured_by="the rounded number of the paper",
)
def _check_pictures() -> Iterator[Comparison]:
    yield exactly("derived exponent of L* minus 1/20", best_loss(PICTURES) - Fraction(1, 20))


@claim(
    "linear_regression",
    "The published slopes of one-pass linear regression: -1/2, -1 in features, -1/3, -1/2 in data, at a = b = 3/2, 2",
    _state("L(N) ~ N^width", "L(t) ~ t^time", "a = b"),
    samples=len(EQUAL) * (len(TIMES) + len(SIZES)),
    assumptions=f"a = b; their samples, each used once with a decaying step size, are the time t here; {SINGLE}",
    order_of_limits="the other size to infinity first",
    source=stated(ISOTROPIC),
)
def _check_one_pass() -> Iterator[Comparison]:
    slopes = {Fraction(3, 2): (Fraction(-1, 2), Fraction(-1, 3)), Fraction(2): (Fraction(-1), Fraction(-1, 2))}
    for point in EQUAL:
        for name, slope in zip(("width", "time"), slopes[point.a], strict=True):
            yield exactly(
                f"derived exponent of {name} minus the published slope at {point}", point.law(name).exponent - slope
            )
            yield compare_power(name, point, float(slope))
