r"""Spectra of one's own, in place of the exponents of a model.

A spectrum is a pair (lambda, omega) of arrays, or any hashable object whose `kind` says what it is and that has the
numbers of that kind as attributes, exact or not:

    "powers"       decay, target, shift                lambda = (j + shift)^-decay, omega = (j + shift)^-target
    "two-powers"   decay, gap, weight, coefficient     lambda = j^-decay + weight j^-(decay + gap), omega = lambda
                                                       j^-coefficient
    "log-powers"   decay, log, coefficient             lambda = j^-decay (1 + log j)^-log, omega = lambda j^-coefficient
    "exponential"  rate, source                        lambda = e^(-rate (j - 1)), omega = lambda^source
    "union"        parts                               the modes of all of them
    "modes"        eigenvalues, target_powers          a pair

Where a finite number of modes is asked of a law, these are j = 1..v; of a union they are the v largest of all, which
must fall with j in each part for that; of arrays it is what is there.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import TauberInputError
from .exponential import ExponentialLaw
from .laws import Law
from .limits import MAX_SIZE
from .log_laws import LogLaw
from .precision import FLOAT64, Array, Precision, Scalar, exact_number
from .runs import MAX_ENTRIES
from .spectrum import Spectrum, explicit, smallest_real_size_of, smooth, union

SOLVED = ("powers", "two-powers", "log-powers", "exponential", "union", "modes")


def checked_count(ctx: Precision, declared: Any, count: object, name: str = "modes") -> Scalar:
    """How many modes there are, as asked or infinity; raises TauberInputError for no spectrum, or not so many modes.

    Of arrays `count` may be left infinite.  `name` is that of the argument.
    """
    own = own_count(declared)
    asked = ctx.real(count)
    if own is not None:
        if not (math.isinf(asked) or asked == own):
            raise TauberInputError(
                f"{float(asked):.6g} modes were asked of a spectrum that lists {own}; leave the number out (`{name}`)."
            )
        return ctx.real(own)
    laws = _laws(declared)
    for part in laws:
        _check_law(part)
    if math.isinf(asked) and asked > 0:
        if not summable(declared):
            raise TauberInputError(
                "Infinitely many modes need a decay and a target power above 1 in every part; give a finite number of "
                f"modes (`{name}`)."
            )
        return asked
    top = largest(declared)
    if not 1 <= asked <= top:
        raise TauberInputError(
            f"The number of modes must be from 1 to {top:.3g} for this spectrum, or inf, got {float(asked):.6g}; "
            f"change it (`{name}`)."
        )
    if asked != int(asked) and asked < real_size(ctx, declared):
        raise TauberInputError(f"The number of modes {float(asked):.6g} is not whole; make it whole (`{name}`).")
    return asked


def own_count(declared: Any) -> int | None:
    """How many modes a spectrum lists; None where it has a law for them."""
    pair = _listed(declared)
    return None if pair is None else len(np.asarray(pair[0]))


def largest(declared: Any) -> float:
    """The largest size at which no eigenvalue of a law gets too small (`limits`)."""
    return min((_law(FLOAT64, part).largest_size for part in _laws(declared)), default=MAX_SIZE)


def summable(declared: Any) -> bool:
    """Whether a spectrum may have infinitely many modes."""
    return all(_law(FLOAT64, part).summable for part in _laws(declared))


def real_size(ctx: Precision, declared: Any) -> float:
    """From this v on a law may have a real number of modes; infinite for a union and an exponential law."""
    law = None if declared.kind == "union" else _law(ctx, declared)
    return smallest_real_size_of(law) if isinstance(law, Law) else math.inf


def build(ctx: Precision, declared: Any, count: Scalar, least: Scalar, floor: float | None = None) -> Spectrum:
    """Nodes and weights of the first `count` modes, for |kappa| from the smallest kappa_0 of `least` sizes on.

    `floor`, where given, is the smallest |kappa| itself.  Floors are rounded down, so that few spectra differ.
    """
    pair = _listed(declared)
    if pair is not None:
        return explicit(ctx, *(np.asarray(part) for part in pair))
    if math.isinf(count):
        floor = _least_ridge(declared, least) if floor is None else floor
        floor = 10.0 ** (3 * math.floor(math.log10(min(floor, 1.0)) / 3))
    return _built(ctx, declared, count, floor if math.isinf(count) else None)


@functools.lru_cache(maxsize=64)
def _built(ctx: Precision, declared: Any, count: Scalar, floor: float | None) -> Spectrum:
    if declared.kind != "union":
        return _of_law(_law(ctx, declared), count, floor)
    parts = _parts(declared)
    counts = [math.inf] * len(parts) if math.isinf(count) else shares(parts, int(count))
    return union([_of_part(ctx, part, n, floor) for part, n in zip(parts, counts, strict=True) if n])


def _of_part(ctx: Precision, part: Any, count: float, floor: float | None) -> Spectrum:
    pair = _listed(part)
    if pair is None:
        return _of_law(_law(ctx, part), count, floor)
    lam, power = (np.asarray(values) for values in pair)
    if not math.isinf(count):
        largest = np.argsort(-FLOAT64.lift(lam), kind="stable")[: int(count)]
        lam, power = lam[largest], power[largest]
    return explicit(ctx, lam, power)


def _of_law(law: Law | ExponentialLaw, count: Scalar, floor: float | None) -> Spectrum:
    count = count if math.isinf(count) else law.ctx.real(count)
    return smooth(law, count, floor or 1.0) if isinstance(law, Law) else law.nodes(count, floor or 1.0)


def every_mode(declared: Any, count: object) -> tuple[Array, Array]:
    """lambda and omega of each of finitely many modes in float64, lambda descending, to draw from."""
    number = checked_count(FLOAT64, declared, count)
    if not number <= MAX_ENTRIES or number != int(number):
        raise TauberInputError(
            f"A simulation draws every mode: modes must be a whole number from 1 to {MAX_ENTRIES}, got {number}; give "
            "a finite number (`modes`)."
        )
    pair = _listed(declared)
    parts = [declared] if pair is not None or declared.kind != "union" else _parts(declared)
    counts = shares(parts, int(number)) if len(parts) > 1 else [int(number)]
    both = [
        _law(FLOAT64, part).modes(np.arange(1.0, n + 1))
        if _listed(part) is None
        else (found := _of_part(FLOAT64, part, n, None)) and (found.lam, found.target)
        for part, n in zip(parts, counts, strict=True)
        if n
    ]
    lam, power = (np.concatenate(columns) for columns in zip(*both, strict=True))
    order = np.argsort(-lam, kind="stable")
    return lam[order], power[order]


def shares(parts: list[Any], count: int) -> list[int]:
    """How many of the `count` largest eigenvalues belong to each part; of equal ones the first parts come first."""
    above = [_counter(part, count) for part in parts]
    if sum(n(0.0) for n in above) < count:
        raise TauberInputError(f"{count} modes were asked of a union that has fewer; lower the number (`modes`).")
    low, high = 0.0, max(_largest(part) for part in parts)  # fewer than `count` lie above `high`
    while (middle := math.sqrt(low * high) if low else high * 2.0**-60) not in {low, high}:
        low, high = (middle, high) if sum(n(middle) for n in above) >= count else (low, middle)
    kept = [n(high) for n in above]
    if sum(kept) > count:  # more modes than asked share the largest eigenvalue
        kept = [0] * len(parts)
    for i, n in enumerate(above):
        kept[i] += min(n(low) - kept[i], count - sum(kept))
    return kept


def _counter(part: Any, most: int) -> Callable[[float], int]:
    """level -> how many eigenvalues of a part are >= level, at most `most`."""
    pair = _listed(part)
    if pair is not None:
        ordered = np.sort(FLOAT64.lift(np.asarray(pair[0])))
        return lambda level: min(most, len(ordered) - int(np.searchsorted(ordered, level)))
    law = _law(FLOAT64, part)
    if not law.decreasing:
        raise TauberInputError(
            "A union was asked for its largest modes, but in one part they do not fall with j; take infinitely many "
            "(`modes`)."
        )

    def count(level: float) -> int:
        if law.eigenvalue(1) < level:
            return 0
        few, many = 1, most + 1  # few: enough; many: too many, or more than is asked
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (middle, many) if law.eigenvalue(middle) >= level else (few, middle)
        return few

    return count


def _largest(part: Any) -> float:
    pair = _listed(part)
    return float(max(pair[0])) if pair is not None else _law(FLOAT64, part).eigenvalue(1)


def _listed(declared: Any) -> tuple[Any, Any] | None:
    """The pair of arrays of a spectrum that lists its modes; None of another one.  Raises TauberInputError."""
    kind = getattr(declared, "kind", None)
    if kind is None:
        try:
            lam, power = declared
        except (TypeError, ValueError):
            raise TauberInputError(
                "The spectrum must be a pair (lambda, lambda*w^2) of lists of the same length, or have a kind."
            ) from None
        return lam, power
    if kind not in SOLVED:
        raise TauberInputError(
            f"The spectrum {kind} has no solver: the numeric models take {', '.join(SOLVED)}; give its modes as arrays."
        )
    return (declared.eigenvalues, declared.target_powers) if kind == "modes" else None


def _parts(declared: Any) -> list[Any]:
    if _listed(declared) is not None:
        return []
    found = list(declared.parts) if declared.kind == "union" else [declared]
    for part in found:
        _listed(part)  # refuses kinds that are not solved
    return found


def _laws(declared: Any) -> list[Any]:
    return [part for part in _parts(declared) if part.kind != "modes"]


def _check_law(part: Any) -> None:
    if (refusal := _law(FLOAT64, part).refusal) is not None:
        raise TauberInputError(refusal)


def _law(ctx: Precision, part: Any) -> Law | ExponentialLaw:
    real = ctx.real
    if part.kind == "exponential":
        return ExponentialLaw(ctx, real(part.rate), real(part.source))
    if part.kind == "log-powers":
        return LogLaw(ctx, real(part.decay), real(part.coefficient), log=real(part.log))
    if part.kind == "powers":
        decay, target = exact_number(part.decay), exact_number(part.target)
        if isinstance(decay, int | Fraction) and isinstance(target, int | Fraction):
            over = real(decay - 1), real(target - 1)
            return Law(ctx, real(decay), real(target - decay), real(part.shift), over=over)  # target = decay gives 0
        return Law(ctx, real(decay), real(target) - real(decay), real(part.shift))
    coefficient, gap, weight = real(part.coefficient), real(part.gap), real(part.weight)
    return Law(ctx, real(part.decay), coefficient, gap=gap, weight=weight)


def _least_ridge(declared: Any, least: Scalar) -> float:
    """A bound below kappa(0) for min(N, P) = `least`: see `zero_ridge`, with at least 2 max(1, least) modes.

    The ridge of a union is no smaller than that of any of its parts.
    """
    size = max(float(least), 1.0)
    laws = [_law(FLOAT64, part) for part in _laws(declared)]
    return max(law.least_ridge(size) for law in laws)
