"""What a certificate says: what is proved, from which inputs, by which bounds, and what it does not cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from .balls import arithmetic
from .dynamical import CertifiedDynamical
from .explaining import CertifiedLearningCurve
from .goal import CertifiedValue
from .plrf import CertifiedPLRF
from .slopes import SlopeRange

_SHOWN = 12  # digits of a number that is part of a proof
_HYPERBOLA = "quadrature (edges, ends and closing path of each hyperbola)"
_SUMS = "sums over the spectrum (remainder of Euler-Maclaurin)"
_RIDGES = "effective ridges (residual, and the signs that name the branch)"


def plrf_certificate(
    model: CertifiedPLRF, values: Sequence[CertifiedValue], slope: SlopeRange | None = None
) -> tuple[str, ...]:
    """The lines of a certificate of losses, and of a slope, of the power-law random-features model."""
    contours = _contours(values) | ({("hyperbola", slope.nodes, slope.bits)} if slope else set())
    ridges = 2 * sum(nodes for _, nodes, _ in contours)
    bounds = [_SUMS, _RIDGES]
    if any(theorem == "hyperbola" for theorem, _, _ in contours):
        bounds.append(_HYPERBOLA)
    if any(theorem == "circle" for theorem, _, _ in contours):
        bounds.append("aliases (circle)")
    lines = [
        (
            "quantity: P(r), the loss after r steps of one-pass SGD of the power-law random-features model "
            "(arXiv:2405.15074) in its deterministic equivalent; at times that are not whole, its contour integral"
        ),
        (
            f"parameters (exact): alpha={model.alpha} beta={model.beta} d={model.d} v={model.v} gamma={model.gamma} "
            f"B={model.batch}"
        ),
        (
            f"proved: stable, ||K|| in {model.kernel_norm_enclosure(_SHOWN).text(_SHOWN)} < 1, gamma below "
            f"{model.stability_limit(_SHOWN).text(_SHOWN)} ({model.stability_cause}-limited)"
        ),
        f"proved: {ridges} effective ridges, each on the right branch; {_described(contours)}",
        f"bounds: {'; '.join(bounds)}; rounding: all evaluated in balls",
    ]
    if slope is not None:
        low, high = slope.interval.interval(8)
        lines.append(
            f"proved: {low} <= d log P/d log t <= {high} for every real t in [{_number(slope.first)}, "
            f"{_number(slope.last)}], by Taylor models on {len(slope.pieces)} pieces"
        )
    return (
        *lines,
        _arithmetic(bits for _, _, bits in contours),
        (
            "not covered: the distance between the deterministic equivalent and a trained model at finite d (see 'tauber "
            "simulate plrf')"
        ),
        (
            "not covered: the mean over W, which is no alternative: it diverges as r grows, through ever rarer draws whose "
            "largest eigenvalue is unstable; the typical loss is a median over draws"
        ),
    )


def dynamical_certificate(model: CertifiedDynamical, values: Sequence[CertifiedValue]) -> tuple[str, ...]:
    """The lines of a certificate of training losses of the dynamical model."""
    contours = _contours(values)
    ridges = sum(nodes for _, nodes, _ in contours)
    what = "training loss, and test loss (data = inf)" if model.rough.data == float("inf") else "training loss"
    return (
        (
            f"quantity: {what} of the deterministic equivalent (mean-field theory) of the dynamical model "
            "(arXiv:2402.01092) under gradient flow, noise floor included"
        ),
        (
            f"parameters (exact): a={model.a} b={model.b} N={model.width} P={model.data} sigma={model.noise} "
            f"M={model.modes}"
        ),
        f"proved: {ridges} effective ridges, each on the right branch (all three signs); {_described(contours)}",
        f"bounds: {_SUMS}; {_RIDGES}; {_HYPERBOLA}; rounding: all evaluated in balls",
        _arithmetic(bits for _, _, bits in contours),
        (
            "not covered: the distance between the equivalent and networks of finite width on finite data (see 'tauber "
            "simulate dynamical'); the test loss at finite data, a double integral"
        ),
    )


def explaining_certificate(model: CertifiedLearningCurve) -> tuple[str, ...]:
    """The lines of a certificate of learning curves."""
    return (
        (
            "quantity: L(D, P), the loss of ridge regression on random features beyond its noise floor, in its "
            "deterministic equivalent (arXiv:2102.06701)"
        ),
        f"parameters (exact): a={model.a} b={model.b} delta={model.ridge} sigma={model.noise} S={model.modes}",
        "proved: each effective ridge lies between two points at which the sign of its rising equation is certain",
        f"bounds: {_SUMS}; rounding: all evaluated in balls",
        f"arithmetic: {arithmetic()}",
        (
            "not covered: the distance between the equivalent and regression on finitely many samples and features (see "
            "'tauber simulate explaining')"
        ),
    )


def _contours(values: Iterable[CertifiedValue]) -> set[tuple[str, int, int]]:
    return {(value.theorem, value.nodes, value.bits) for value in values}


def _described(contours: set[tuple[str, int, int]]) -> str:
    found = [f"{theorem} with {nodes} nodes at {bits} bits" for theorem, nodes, bits in sorted(contours) if nodes]
    return ", ".join(found) or "closed forms"


def _arithmetic(bits: Iterable[int]) -> str:
    theorems = "euler-maclaurin, ridge-residual, hyperbola-midpoint, circle-alias"
    return f"arithmetic: {arithmetic()}, {max(bits, default=0)} bits; theorems: {theorems}"


def _number(value: Fraction) -> str:
    return str(value) if value.denominator > 1 or value < 10**7 else f"{float(value):.6g}"
