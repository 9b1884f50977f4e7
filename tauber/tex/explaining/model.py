r"""The model and its formulas, what its laws are of, and its phases."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sympy import Add, Expr, Mul, Symbol, apart, factor, fraction

from ...formulas import tex
from ..layout import breakable, loose, table

if TYPE_CHECKING:
    from ...theory.optimum.diagram import PhaseDiagram

ARXIV = "arXiv:2102.06701"
FORMULAS = ("loss", "ridge", "many_features", "few_features", "few_data", "dual_form")
"""Names of the formulas of the model, functions of :mod:`tauber.theory.models.explaining.model`."""


@cache
def formula(name: str) -> Expr:
    """A formula of the model as people write it: split at D = P, denominators positive.

    >>> formula("few_data")
    D*(T_1 + sigma**2)/(-D + P) + (D*T_0 + q*sigma**2)/(D - q)
    """
    from ...theory.models.explaining import model

    found = getattr(model, name)()
    if name in {"loss", "ridge"}:
        return found
    if name == "few_data":
        found = apart(found, model.FEATURES)
    # Any point will do at which the formula holds: 0 < q < z = min(D, P).
    sizes = {model.DATA: 30, model.FEATURES: 10} if name == "few_features" else {model.DATA: 10, model.FEATURES: 30}
    at = sizes | {model.Z: 9, model.Q: 5}
    return Add(*(_positive_below(factor(part), at) for part in Add.make_args(found)))


def _positive_below(term: Expr, at: dict[Symbol, int]) -> Expr:
    """The term with every factor of its denominator positive at a point."""
    above, below = fraction(term)
    for part in Mul.make_args(below):
        if part.subs(at) < 0:
            above, below = (-above).factor(), Mul(*(-f if f == part else f for f in Mul.make_args(below)))
    return above / below


def model() -> str:
    """Definition of the model, its loss, its special cases, and the duality."""
    values = {name: breakable(formula(name)) for name in FORMULAS}
    return loose(_MODEL % (values | {"source": ARXIV}))


# What the laws are of, as people write it; the laws themselves are derived.
QUANTITIES = {
    "data": r"$L(D)$, $P = \infty$, $\delta = \sigma = 0$",
    "features": r"$L(P)$, $D = \infty$",
    "noise": r"$L/\sigma^2$, $P = \infty$, $\delta = 0$, pure noise",
    "variance_data": r"$L(D, P) - L_P(P)$, $D \gg P$, $\delta = 0$",
    "variance_features": r"$L(D, P) - L(D)$, $P \gg D$, $\delta = 0$",
    "optimal_ridge": r"$L(D)$, $P = \infty$, best $\delta$",
}


def phase_table(diagram: PhaseDiagram) -> str:
    """Table of the phases: name, where, the two exponents, what holds of the duality."""
    rows = []
    for phase in diagram.phases:
        where = ", ".join(f"${tex(inequality)}$" for inequality in phase.inequalities)
        exponents = [f"${tex(phase.exponents[name])}$" for name in ("D", "P")]
        duality = ", ".join(words.removeprefix("duality: ") for words in phase.tradeoff)
        rows.append([phase.name, where, *exponents, duality])
    header = ("phase", "where", r"$x$ in $L \sim D^{-x}$", r"$y$ in $L \sim P^{-y}$", "duality")
    return table(header, rows)


_MODEL = r"""The model (%(source)s) is ridge regression on $P$ random features of $D$ samples: it
minimises $\sum (y - f)^2 + \delta |\theta|^2$ over $f = \theta^{\mathsf T} P^{-1/2} G \lambda^{1/2} \psi$ with
independent standard normal entries of $G$, for labels $y = \sum_k w_k \lambda_k^{1/2} \psi_k + \sigma\epsilon$. All
that the derivation uses of the data is
\[
  \lambda_k = k^{-b}, \qquad v_k = \lambda_k w_k^2 = k^{-a}, \qquad a, b > 1.
\]
With $z = \sum_k \frac{\lambda_k}{\lambda_k + \kappa}$, $q = \sum_k \frac{\lambda_k^2}{(\lambda_k + \kappa)^2}$,
$T_1 = \sum_k \frac{v_k \kappa}{\lambda_k + \kappa}$, $T_0 = \sum_k \frac{v_k \kappa^2}{(\lambda_k + \kappa)^2}$,
$T_2 = T_1 - T_0$, and $\kappa$ from
\[
  \delta P = %(ridge)s,
\]
the mean square error beyond $\sigma^2$ on new data is
\[
  L = %(loss)s.
\]
For infinitely many features, and without ridge for $P < D$, where $z = P$, and for $D < P$, where $z = D$, this is
\begin{gather*}
  L = %(many_features)s, \\
  L = %(few_features)s, \qquad
  L = %(few_data)s.
\end{gather*}
The last two are infinite at $D = P$ (double descent); any ridge makes the loss finite there. For the target whose
powers are the eigenvalues, $a = b$, and without noise,
\[
  L = %(dual_form)s,
\]
which, like $\delta P$, is symmetric in $D$ and $P$: the loss at $(D, P, \delta)$ is that at $(P, D, \delta P/D)$. For
$a \ne b$ it is not symmetric; the exponents of $D$ and $P$ agree for $a - 1 \le b$. With $L_P(n)$ for the loss of $n$
features at $D = \infty$, the laws are as follows.
"""
