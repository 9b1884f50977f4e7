"""The published phase table, as an oracle (arXiv 2405.15074, Table 2 and Figure 2).

It is typed here from the paper and nowhere in the library: what the engine derives is compared with it.
"""

from fractions import Fraction
from math import isqrt

Table = dict[str, tuple[str, str, set[str]]]

# phase: (x of d* ~ f^x, y of P* ~ f^-y, trade-off)
EXPONENTS: Table = {
    "Ia": ("1/(2*alpha + 1)", "(1 - 1/(2*alpha + 1))*(1 + beta/alpha - 1/(2*alpha))", {"F_pp", "F_0"}),
    "Ib": ("1/2", "alpha + beta - 1/2", {"F_pp", "F_0"}),
    "Ic": (
        "(1 - 2*(alpha + beta))/(2*(alpha*(2*beta - 3) - 2*beta + 1))",
        "-alpha*(2*alpha + 2*beta - 1)/(alpha*(2*beta - 3) - 2*beta + 1)",
        {"F_pp", "F_0"},
    ),
    "II": ("beta/(alpha + beta)", "(2*alpha + 2*beta - 1)/(2*(alpha + beta))", {"F_pp", "F_ac"}),
    "III": ("1/2", "(4*alpha - 1)/(4*alpha)", {"F_ac", "K_pp"}),
    "IVa": ("1/2", "alpha", {"K_pp", "F_0"}),
    "IVb": (
        "(alpha - beta)/(2*alpha*beta + alpha - 2*beta)",
        "-(1 - 2*alpha)*(2*alpha + 2*beta - 1)/(2*(2*alpha*beta + alpha - 2*beta))",
        {"F_pp", "K_pp"},
    ),
}


def phase(alpha: Fraction, beta: Fraction) -> str | None:
    """The phase of a rational point; None on a boundary."""
    half = Fraction(1, 2)
    surd = (alpha - 1) ** 2 - half  # zero at alpha = 1 - 1/sqrt(2), positive to its left
    if alpha + beta == half or (alpha + beta > half and half in (alpha, beta)):
        return None
    if alpha + beta < half:
        return "none"
    if beta < half:
        return "Ia" if alpha > half else "Ib"
    if alpha > half:
        return {1: "II", 0: None, -1: "III"}[(alpha > beta) - (alpha < beta)]
    if alpha <= Fraction(1, 4):
        return "Ic" if alpha < Fraction(1, 4) else None
    return "IVb" if surd > 0 else "IVa"


def is_square(n: int) -> bool:
    """Whether an integer is a perfect square: two is not, so no rational point lies on the line of IVa and IVb."""
    return isqrt(n) ** 2 == n
