r"""Power series division by FFT: all P(0..R) in O(R log^2 R) without stability or structure.

With generating functions in x = 1/w the equation is P = F/(1 - x K).  Instead of dividing once over the whole length,
where the fast Fourier transform's rounding, uniform in absolute size, would drown the small late values, the
convolution is computed *online* (relaxed multiplication, van der Hoeven, J. Symb. Comput. 34, 2002, in the block form
of Hairer, Lubich and Schlichte, SIAM J. Sci. Stat. Comput. 6, 1985): [a, c) is halved; when P is known on [a, b), its
contribution to [b, c) is added by one FFT product of P(a..b) with K(0..c-a).

Error: rounding of a product of length n is about eps log2(n) |P|_2 |K|_2 at every entry; accumulated, and with the
errors dF and dK * P of the data, it is an absolute perturbation of the forcing, carried through the same equation as
in `recursion`.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.precision import FLOAT64, Array, Precision
from ..errors import TauberInputError
from .equation import Sequences

_DIRECT = 64  # blocks this short are summed directly


def solve_sequences(ctx: Precision, given: Sequences) -> tuple[Array, Array]:
    """P(0..R) and relative errors; float64 only (an FFT of mpmath numbers would not be fast)."""
    if ctx is not FLOAT64:
        raise TauberInputError(
            "The solver 'fft' works in float64 only; take 'contour' or 'recursion' (`solver`) for more digits, "
            "or leave out `precision`."
        )
    p, noise = _online(given.forcing, given.kernel)
    noise[1:] += _doubt(given.kernel * given.kernel_error, p)
    bound, _ = _online(noise + given.forcing_error * given.forcing + 8 * ctx.eps * p, given.kernel)
    return p, bound / p


def _doubt(kernel: Array, p: Array) -> Array:
    """dK * P at r = 1, 2, ...; a growth of P is divided out first, to keep the product's rounding relative to it."""
    steps = np.arange(len(p))
    rate = max(0.0, math.log(p[-1] / p[0]) / len(p)) if np.isfinite(p[-1]) else 0.0
    flat = np.exp(-rate * steps)
    return abs(_product(kernel * flat[1:], (p * flat)[:-1]))[: len(p) - 1] / flat[1:]


def _online(forcing: Array, kernel: Array) -> tuple[Array, Array]:
    """P and the accumulated absolute rounding of the products that made it."""
    p, noise = forcing.copy(), np.zeros(len(forcing))

    def extend(a: int, c: int) -> None:
        if c - a <= _DIRECT:
            for r in range(a + 1, c):
                p[r] += kernel[: r - a][::-1] @ p[a:r]
            return
        b = (a + c) // 2
        extend(a, b)
        # the contribution of P(a..b-1) to r in [b, c): sum_s K(r-1-s) P(s)
        known, weights = p[a:b], kernel[: c - a - 1]
        product = _product(known, weights)
        p[b:c] += product[b - a - 1 : c - a - 1]
        scale = float(np.linalg.norm(known) * np.linalg.norm(weights))
        noise[b:c] += FLOAT64.eps * math.log2(len(product)) * scale
        extend(b, c)

    extend(0, len(p))
    return p, noise


def _product(a: Array, b: Array) -> Array:
    """The convolution of two sequences, padded with zeros to a power of two."""
    if not len(a):
        return a
    length = 1 << (len(a) + len(b) - 2).bit_length()
    return np.fft.irfft(np.fft.rfft(a, length) * np.fft.rfft(b, length), length)
