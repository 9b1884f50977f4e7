r"""How far runs draw a fit to themselves, and how well the residuals of the others say how sure it is.

With slopes J of the fitted log losses, (p, n), and residuals e = (1 - H) u of noise u of one variance, H = U U^T is the
projection on the rows of J, U orthonormal (n, r).  A unit s is a run, or all runs of one size; U_s has its rows, and
P_s = U_s^T U_s.

**Leverage.**  What a unit adds to the equations of the fit, U_s^T e_s, has the covariance P_s - P_s^2, where that of
U_s^T u_s is P_s; the sum of all P_s is 1.  It is too small by the factor 1 - h_s, in the mean over directions, with

    h_s = tr P_s^2 / tr P_s,

of a run alone its diagonal element of H.  1/(1 - h_s) mends that (HC2 of MacKinnon and White, J. Econometrics 29, 1985;
for clusters Bell and McCaffrey, Survey Methodology 28, 2002, have a matrix in place of this number).

**Degrees of freedom.**  A parameter moves by a^T u, and its variance is estimated by sum_s v_s (a_s^T e_s)^2 with
v_s = 1/(1 - h_s).  This is a quadratic form of u; its matrix has the nonzero eigenvalues of

    Gamma_st = sqrt(v_s v_t) (|a_s|^2 [s = t] - b_s^T b_t),    b_s = U_s^T a_s,

and its mean and variance are those of a multiple of chi-squared with nu = (tr Gamma)^2 / tr Gamma^2 degrees of freedom
(Bell and McCaffrey).  Where few units tell a parameter nu is small, however many runs there are.  A sample has all
parameters, and one nu: their harmonic mean.
"""

from __future__ import annotations

import numpy as np

from ..core.precision import FLOAT64, Array

MOST = 0.99
"""The largest leverage that is told from 1: the residual of such a unit says nothing of the noise."""


def leverage(slopes: Array, units: Array) -> tuple[Array, float]:
    """Of each unit h (m,), and nu, from the slopes of log loss (p, n) and the unit that each run belongs to (n,)."""
    basis, sizes, turn = np.linalg.svd(slopes.T, full_matrices=False)
    told = sizes > sizes[0] * len(units) * FLOAT64.eps
    basis, solved = basis[:, told], turn[told] / sizes[told, None]
    projections = _summed(basis[:, :, None] * basis[:, None, :], units)
    traces = np.trace(projections, axis1=1, axis2=2)
    own = np.minimum((projections**2).sum(axis=(1, 2)) / np.maximum(traces, np.finfo(float).tiny), MOST)
    shares = [_freedom(influence, basis, units, own) for influence in (basis @ solved).T]
    return own, 1 / float(np.mean(1 / np.array(shares)))


def _freedom(influence: Array, basis: Array, units: Array, own: Array) -> float:
    """nu of the parameter that moves by influence^T u; 1 where no residual tells its error."""
    larger = 1 / (1 - own)
    whole = larger * _summed(influence**2, units)
    parts = np.sqrt(larger)[:, None] * _summed(influence[:, None] * basis, units)
    taken = (parts**2).sum(axis=1)
    square = (whole**2 - 2 * whole * taken).sum() + ((parts.T @ parts) ** 2).sum()
    trace = float((whole - taken).sum())
    return max(trace**2 / float(square), 1.0) if trace > FLOAT64.eps**0.5 * whole.sum() else 1.0


def _summed(rows: Array, units: Array) -> Array:
    """Sums of rows (n, ...) over the runs of each unit, (m, ...)."""
    found = np.zeros((int(units.max()) + 1, *rows.shape[1:]))
    np.add.at(found, units, rows)
    return found
