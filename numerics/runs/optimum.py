r"""The best size and data at a compute C, from a fitted form, in closed form where it has one.

With the cost C = f N^m D^k and L = E + [u^q + w^q]^(1/q), u = A/N^a, w = B/D^b, the least L at given C has

    a u^q/m = b w^q/k,

which is linear in log N once D is put in from the cost: with c = log(C/f),

    log N* = k [log A - log B + log(a k/(b m))/q + b c/k] / (a k + b m).

So N* ~ C^x with x = b/(a k + b m), D* ~ C^y with m x + k y = 1, and L* - E ~ C^(-a x), whatever q is.  On the surface
of a model the least is looked for (`surface_optimum`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .fitting import Fitted
from .solved import SurfaceForm
from .surface_optimum import surface_optimum
from .table import Cost

QUANTITIES = ("size_exponent", "data_exponent", "loss_exponent", "size_constant", "data_constant", "loss_constant")


@dataclass(frozen=True, eq=False)
class Best:
    """Where the loss is least at compute C, for R vectors of parameters and budgets (B,).

    N* = size_constant C^size_exponent, D* likewise, L* - E = loss_constant C^-loss_exponent, each (R,); `size`, `data`
    and `loss` are N*, D*, L* at the budgets, (R, B).  On a surface exponents and constants are those in the
    middle of the runs' compute, and what lies beyond what was solved of it is NaN.
    """

    size_exponent: Array
    data_exponent: Array
    loss_exponent: Array
    size_constant: Array
    data_constant: Array
    loss_constant: Array
    size: Array
    data: Array
    loss: Array


def optimum(fitted: Fitted, theta: Array, cost: Cost, budgets: Array) -> Best:
    """The optimum of a form of size and data.

    Raises
    ------
    TauberInputError
        If the form has one resource, or the cost lacks one.
    """
    form = fitted.form
    if form.resources != ("size", "data"):
        raise TauberInputError(f"The form {form.name!r} has no trade-off of size and data, and so no optimum.")
    m, k = cost.size_power, cost.data_power
    if not (m > 0 and k > 0):
        raise TauberInputError(f"The cost {cost} does not grow with both size and data, so there is no optimum.")
    if isinstance(form, SurfaceForm):
        return Best(**surface_optimum(fitted, form, theta, cost, budgets))
    at = int(form.floor)
    unit = fitted.x.unit
    log_a, log_b, a, b = form.at_origin(theta, fitted.x)[0][:, at : at + 4].T  # log A, log B of losses over the unit
    q = 1 / b if form.join == "kaplan" else np.exp(theta[:, -1]) if form.join == "free" else np.ones_like(a)
    floor = unit * theta[:, 0] if form.floor else np.zeros_like(a)
    slope = a * k + b * m
    x = b / slope
    shift = k * (log_a - log_b + np.log(a * k / (b * m)) / q) / slope - x * np.log(cost.factor)
    y = (1 - m * x) / k
    shift_data = -(np.log(cost.factor) + m * shift) / k
    log_c = np.log(budgets)
    # Resampled fits at a bound have constants beyond measure: infinite, and what comes of them is not known.
    with np.errstate(over="ignore", invalid="ignore"):
        term_size = np.log(unit) + log_a - a * shift  # of C^(-a x)
        term_data = np.log(unit) + log_b - b * shift_data
        constant = np.exp(np.logaddexp(q * term_size, q * term_data) / q)
        size = np.exp(shift[:, None] + x[:, None] * log_c)
        data = np.exp(shift_data[:, None] + y[:, None] * log_c)
        loss = floor[:, None] + constant[:, None] * np.exp(-(a * x)[:, None] * log_c)
        return Best(x, y, a * x, np.exp(shift), np.exp(shift_data), constant, size, data, loss)
