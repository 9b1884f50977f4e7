"""What a certificate says: what is proved, from which inputs, by which bounds, and what it does not cover."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from .balls import arithmetic
from .dynamical import CertifiedDynamical
from .explaining import CertifiedLearningCurve
from .goal import CertifiedValue
from .plrf import CertifiedPLRF
from .slopes import SlopeRange

_SHOWN = 12  # digits of a number that is part of a proof
_SUMS = "sums over the spectrum (remainder of Euler-Maclaurin)"
_RIDGES = "effective ridges (residual, and the signs that name the branch)"
_QUADRATURES = {
    "hyperbola": "quadrature (edges, ends and closing path of each hyperbola)",
    "circle": "aliases (circle)",
}
_PLRF = (
    "quantity: P(r), the loss after r steps of one-pass SGD of the power-law random-features model (arXiv:2405.15074) "
    "in its deterministic equivalent; at times that are not whole, its contour integral"
)
_PLRF_NOISE = "; sigma^2, the variance of the noise in the labels, is a part of it"
_PLRF_DISTANCE = (
    "not covered: the distance between the deterministic equivalent and a trained model at finite d (see 'tauber "
    "simulate plrf')"
)
_PLRF_MEAN = (
    "not covered: the mean over W, which is no alternative: it diverges as r grows, through ever rarer draws whose "
    "largest eigenvalue is unstable; the typical loss is a median over draws"
)
_DYNAMICAL = (
    "of the deterministic equivalent (mean-field theory) of the dynamical model (arXiv:2402.01092) under gradient "
    "flow, noise floor included"
)
_DYNAMICAL_LIMIT = (
    "not covered: the distance between the equivalent and networks of finite width on finite data (see 'tauber "
    "simulate dynamical'); the test loss at finite data, a double integral"
)
_EXPLAINING = (
    "quantity: L(D, P), the loss of ridge regression on random features beyond its noise floor, in its deterministic "
    "equivalent (arXiv:2102.06701)"
)
_EXPLAINING_LIMIT = (
    "not covered: the distance between the equivalent and regression on finitely many samples and features (see "
    "'tauber simulate explaining')"
)


def plrf_certificate(
    model: CertifiedPLRF, values: Sequence[CertifiedValue], slope: SlopeRange | None = None
) -> tuple[str, ...]:
    """The lines of a certificate of losses, and of a slope, of the power-law random-features model."""
    contours = _contours(values) | (
        {_Contour("hyperbola", slope.nodes, slope.bits, (slope.first, slope.last))} if slope else set()
    )
    theorems = {contour.theorem for contour in contours}
    bounds = [_SUMS, _RIDGES, *(bound for theorem, bound in _QUADRATURES.items() if theorem in theorems)]
    norm, limit = (found(_SHOWN).text(_SHOWN) for found in (model.kernel_norm_enclosure, model.stability_limit))
    noise = f" sigma={model.noise}" if model.noise else ""
    sizes = f"d={model.d} v={model.v} gamma={model.gamma} B={model.batch}{noise}"
    lines = [
        f"{_PLRF}{_PLRF_NOISE if model.noise else ''}",
        f"parameters (exact): alpha={model.alpha} beta={model.beta} {sizes}",
        f"proved: stable, ||K|| in {norm} < 1, gamma below {limit} ({model.stability_cause}-limited)",
        f"proved: {2 * _ridges(contours)} effective ridges, each on the right branch; {_described(contours)}",
        f"bounds: {'; '.join(bounds)}; rounding: all evaluated in balls",
    ]
    if slope is not None:
        low, high = slope.interval.interval(8)
        lines.append(
            f"proved: {low} <= slope of log P over log r <= {high} for every real r in [{_number(slope.first)}, "
            f"{_number(slope.last)}], by Taylor models on {len(slope.pieces)} pieces"
        )
    return (*lines, _arithmetic(contours), _PLRF_DISTANCE, _PLRF_MEAN)


def dynamical_certificate(model: CertifiedDynamical, values: Sequence[CertifiedValue]) -> tuple[str, ...]:
    """The lines of a certificate of training losses of the dynamical model."""
    contours = _contours(values)
    what = "training loss, which is the test loss too (P = inf)" if model.data == math.inf else "training loss"
    sizes = f"N={model.width} P={model.data} sigma={model.noise} M={model.modes}"
    return (
        f"quantity: {what} {_DYNAMICAL}",
        f"parameters (exact): a={model.a} b={model.b} {sizes}",
        f"proved: {_ridges(contours)} effective ridges, each on the right branch (three signs); {_described(contours)}",
        f"bounds: {_SUMS}; {_RIDGES}; {_QUADRATURES['hyperbola']}; rounding: all evaluated in balls",
        _arithmetic(contours),
        _DYNAMICAL_LIMIT,
    )


def explaining_certificate(model: CertifiedLearningCurve) -> tuple[str, ...]:
    """The lines of a certificate of learning curves."""
    return (
        _EXPLAINING,
        f"parameters (exact): a={model.a} b={model.b} delta={model.ridge} sigma={model.noise} S={model.modes}",
        "proved: each effective ridge lies between two points at which the sign of its rising equation is certain",
        f"bounds: {_SUMS}; rounding: all evaluated in balls",
        f"arithmetic: {arithmetic()}; theorem: euler-maclaurin",
        _EXPLAINING_LIMIT,
    )


class _Contour(NamedTuple):
    """Nodes that serve the times from the first to the last of `served`."""

    theorem: str
    nodes: int
    bits: int
    served: tuple[Fraction, Fraction]


def _ridges(contours: set[_Contour]) -> int:
    """How many nodes."""
    return sum(contour.nodes for contour in contours)


def _contours(values: Iterable[CertifiedValue]) -> set[_Contour]:
    return {_Contour(value.theorem, value.nodes, value.bits, value.served) for value in values}


def _described(contours: set[_Contour]) -> str:
    alike = Counter((each.theorem, each.nodes, each.bits) for each in contours if each.nodes)
    found = [
        f"{f'{count} contours, each a ' if count > 1 else ''}{theorem} with {nodes} nodes at {bits} bits"
        for (theorem, nodes, bits), count in sorted(alike.items())
    ]
    return ", ".join(found) or "closed forms"


def _arithmetic(contours: set[_Contour]) -> str:
    most = max((contour.bits for contour in contours), default=0)
    theorems = sorted({contour.theorem for contour in contours if contour.nodes})
    shown = ", ".join(["euler-maclaurin", "ridge-residual", *theorems])
    return f"arithmetic: {arithmetic()}, at most {most} bits; theorems: {shown}"


def _number(value: Fraction) -> str:
    return str(value) if value.denominator > 1 or value < 10**7 else f"{float(value):.6g}"
