"""What additive fits show of the exact PLRF around its optimum: the exponents that follow from the derived ones.

`tauber.models.runs.branches` turns measured exponents a of size and b of data into parameters by a = y/x and
b = y/(1 - x), with the derived d* ~ f^x and P* ~ f^-y. Runs of the exact model, a decade to each side of the best size,
are fitted by E + A/N^a + B/D^b over two and over six decades of compute: the exponents come to what was derived.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tauber.numerics.runs import FORMS, fit, plrf_runs
from tauber.theory.models.plrf import derive


@pytest.mark.parametrize(
    ("phase", "alpha", "beta"),
    [
        ("Ib", "2/5", "3/10"),
        ("Ic", "1/5", "7/10"),
        ("II", "4/5", "7/10"),
        ("III", "3/5", "9/10"),
        ("IVa", "2/5", "4/5"),
    ],
)
def test_with_more_compute_the_exponents_come_to_those_of_the_optimum(phase: str, alpha: str, beta: str) -> None:
    """In phases whose loss is no sum of a power of size and one of data; in Ia it is one."""
    derived = derive(alpha, beta)
    assert derived.phase == phase
    x, y = float(derived.d_exponent), float(derived.loss_exponent)
    off = []
    for decades in (2, 6):
        compute = np.geomspace(1e8, 10.0 ** (8 + decades), 2 * decades + 1)
        runs = plrf_runs(float(Fraction(alpha)), float(Fraction(beta)), compute, np.geomspace(0.1, 10, 9), x)
        a, b = fit(FORMS["sum"], runs).natural[-2:]
        off.append(max(abs(a / (y / x) - 1), abs(b / (y / (1 - x)) - 1)))

    assert off[1] < off[0]


def test_in_phase_ia_they_are_those_of_its_two_terms() -> None:
    """Up to the corrections of relative size d^-1 and r^-1 that an additive form has not, at 100 at the least."""
    runs = plrf_runs(0.8, 0.3, np.geomspace(1e10, 1e14, 9), np.geomspace(0.1, 10, 9), 5 / 13)
    a, b = fit(FORMS["sum"], runs).natural[-2:]

    assert (a, b) == pytest.approx((1.2, 0.75), rel=0.01)
