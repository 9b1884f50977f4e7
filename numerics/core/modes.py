"""The modes of the models with exponents a and b, checked and built: lambda_k = k^-b, v_k = k^-a, k = 1..M.

v_k = lambda_k w_k^2 is the power of the target on mode k (omega in `spectrum.py`).  Instead of the two exponents a
user may give a spectrum (`declared.py`).
"""

from __future__ import annotations

import functools
import math

from ..errors import TauberInputError
from .limits import MAX_ALPHA, MAX_BETA, MAX_SIZE, largest_size
from .precision import Precision, Scalar
from .spectrum import Spectrum, power_law, smallest_real_size

MIN_SIZE = 1e-6


def check_size(name: str, symbol: str, size: Scalar) -> None:
    """Refuse a number of features or samples out of range; infinity is allowed."""
    if not (MIN_SIZE <= size <= MAX_SIZE or (math.isinf(size) and size > 0)):
        raise TauberInputError(
            f"The {name} {symbol} must be a number from {MIN_SIZE:g} to {MAX_SIZE:g}, or inf, "
            f"got {float(size):.6g}; change it (`{name}`)."
        )


def check_noise(noise: Scalar) -> None:
    """Refuse a standard deviation that is none."""
    if not (math.isfinite(noise) and noise >= 0):
        raise TauberInputError(
            f"The label noise sigma must be a finite number >= 0, got {float(noise):.6g}; change it (`noise`)."
        )


def check_alone(a: object, b: object) -> None:
    """Refuse exponents beside a spectrum."""
    if a is not None or b is not None:
        raise TauberInputError("Either exponents or a spectrum was expected, got both; leave one out.")


def exponents(ctx: Precision, given: tuple[object, object, object]) -> tuple[Scalar, Scalar, Scalar]:
    """a, b and M from what was `given`, as numbers of `ctx` in their ranges; raises TauberInputError."""
    if given[0] is None or given[1] is None:
        raise TauberInputError("Exponents a and b were expected; give both, or a spectrum=(lambda, lambda*w^2).")
    a, b, modes = (ctx.real(value) for value in given)
    if not (0 < b <= 2 * MAX_ALPHA and 0 < a <= b + 2 * MAX_BETA):
        raise TauberInputError(
            f"The exponents must satisfy 0 < b <= {2 * MAX_ALPHA} and 0 < a <= b + {2 * MAX_BETA}, "
            f"got a = {float(a):.6g}, b = {float(b):.6g}; choose them in this range."
        )
    if math.isinf(modes) and modes > 0:
        if not (a > 1 and b > 1):
            raise TauberInputError(
                f"Infinitely many modes need a > 1 and b > 1, got a = {float(a):.6g}, "
                f"b = {float(b):.6g}; give a finite number of modes (`modes`)."
            )
        return a, b, modes
    largest = largest_size(b / 2)
    if not 1 <= modes <= largest:
        raise TauberInputError(
            f"The number of modes M must be from 1 to {largest:.3g} at this b, or inf, got "
            f"{float(modes):.6g}; change it (`modes`)."
        )
    least = smallest_real_size(ctx, b / 2)
    if modes != int(modes) and modes < least:
        raise TauberInputError(
            f"The number of modes M = {float(modes):.6g} is not whole; make it whole, or at least {least}."
        )
    return a, b, modes


def smallest_ridge(least: Scalar, b: Scalar) -> float:
    """A bound below kappa(0) for min(N, P) = `least`: see `zero_ridge`, with at least 2 max(1, least) modes."""
    size, power = max(float(least), 1.0), -float(b)
    return min(1e-3 * size**power, 0.1 * (2 * size + 2) ** power)


def power_laws(ctx: Precision, a: Scalar, b: Scalar, modes: Scalar, floor: float) -> Spectrum:
    """The spectrum for |kappa| >= `floor` (any kappa for finite M); see `shared_power_law`."""
    a, b = ctx.real(a), ctx.real(b)
    return shared_power_law(ctx, b / 2, (a - b) / 2, modes, floor, (b - 1, a - 1))


def shared_power_law(
    ctx: Precision, alpha: Scalar, beta: Scalar, v: Scalar, floor: float, over: tuple[Scalar, Scalar] | None = None
) -> Spectrum:
    """`power_law`, kept for whoever asks again; a floor, needed for v = inf, is rounded down, so that few differ."""
    infinite = math.isinf(v)
    floor = 10.0 ** (3 * math.floor(math.log10(min(floor, 1.0)) / 3)) if infinite else 1.0
    # Equal numbers of other kinds are the same key: what is kept must not have the kind of whoever asked first.
    size = math.inf if infinite else ctx.real(v)
    return _shared_power_law(ctx, ctx.real(alpha), ctx.real(beta), size, floor, over if infinite else None)


_shared_power_law = functools.lru_cache(maxsize=64)(power_law)


def forget_spectra() -> None:
    """Throw away what is kept, for benchmarks."""
    _shared_power_law.cache_clear()
