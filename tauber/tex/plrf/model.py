r"""The model and the terms of its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy
from sympy import Eq, Function, Sum, Symbol, oo, symbols

from ...formulas import tex
from ...plots.look import tex_name
from ..fragments import condition
from ..layout import formula, loose, table

if TYPE_CHECKING:
    from ...theory.algebra.scales import Monomial
    from ...theory.models.plrf import Term
    from ...theory.spectra.zeta import PowerSum

ARXIV = "arXiv:2405.15074"


def model() -> str:
    """Definition of the model, its spectral assumption, and the expansions that the derivation starts from."""
    from ...theory.models.plrf import model as plrf
    from ...theory.spectra.mellin import resolvent_sum
    from ...theory.spectra.zeta import PowerSum

    spectrum = plrf.assumption()
    assert isinstance(spectrum.capacity, PowerSum)
    assert isinstance(spectrum.target, PowerSum)
    j, kappa, v = symbols("j kappa v", positive=True)
    decay, power = spectrum.capacity.exponent, spectrum.target.exponent
    s = next(iter(decay.free_symbols & power.free_symbols - {plrf.alpha, plrf.beta}))
    step = Symbol("d", positive=True) ** -sympy.Max(*plrf.expansion().step_limits)
    return loose(_MODEL % {
        "eigenvalue": _eq("lambda_j", j ** -decay.subs(s, 1)),
        "target": _eq("omega_j", j ** -power.subs(s, 1)),
        "capacity_zeta": tex(Eq(Function("Z")(s), Sum(j**-decay, (j, 1, oo)), evaluate=False)),
        "target_zeta": tex(Eq(Function("Z_omega")(s), Sum(j**-power, (j, 1, oo)), evaluate=False)),
        "capacity_pole": _pole(spectrum.capacity),
        "target_pole": _pole(spectrum.target),
        "capacity_sum": _expansion("D", resolvent_sum(spectrum.capacity), {"kappa": kappa, "v": v}),
        "target_sum": _expansion("T", resolvent_sum(spectrum.target), {"kappa": kappa, "v": v}),
        "step": tex(step),
        "edge": tex(Symbol("d", positive=True) ** -plrf.expansion().edge),
        "source": ARXIV,
    })  # fmt: skip


def _eq(symbol: str, value: sympy.Expr) -> str:
    return tex(Eq(Symbol(symbol), value, evaluate=False))


def _pole(series: PowerSum) -> str:
    return ", ".join(
        rf"$s = {tex(sympy.cancel(pole.at))}$ with residue ${tex(pole.residue)}$" for pole in series.poles()
    )


def _expansion(name: str, terms: tuple[Monomial, ...], scales: dict[str, Symbol]) -> str:
    """A sum of monomials, one product per monomial, in the order of the derivation."""
    products = []
    for term in terms:
        powers = [scale ** sympy.cancel(term[key]) for key, scale in scales.items()]
        products.append(sympy.Mul(sympy.cancel(term.constant), *powers))
    total = " + ".join(tex(product) for product in products).replace("+ -", "- ")
    return rf"{name}\left(\kappa\right) \sim {total}"


def term_table(terms: tuple[Term, ...]) -> str:
    """Table of the loss terms: size, exponents in d and r under the stable step size, condition."""
    rows = [
        [f"${tex_name(term.name)}$", *map(formula, (term.law, term.d, term.r)), condition(term.condition)]
        for term in terms
    ]
    return table(("term", "size", "power of $d$", "power of $r$", "present where"), rows)


_MODEL = r"""The power-law random-features model (%(source)s) regresses the target
$\langle x, b\rangle$, $b_j = j^{-\beta}$, on $d$ random features $W^{\mathsf T} x$ of data
$x \in \mathbb R^v$, $x_j = j^{-\alpha} z_j$ with standard normal $z_j$ and independent normal entries of $W$ of
variance $1/d$, by one-pass stochastic gradient descent with step size $\gamma$
and batch size $B$, started at $\theta = 0$. Its loss is
$P(\theta) = \mathbb E_x (\langle W^{\mathsf T} x, \theta\rangle - \langle x, b\rangle)^2$,
and $r$ steps at size $d$ cost the compute $f = d\,r\,B$.

All that the derivation uses of the data are the eigenvalues and the powers of the target,
\[
  %(eigenvalue)s, \qquad %(target)s,
\]
through the two spectral zeta functions
\[
  %(capacity_zeta)s, \qquad %(target_zeta)s,
\]
whose poles lie at %(capacity_pole)s, and at %(target_pole)s. With the resolvent sums
$D(\kappa) = \sum_{j \le v} \lambda_j/(\lambda_j+\kappa)$ and
$T(\kappa) = \sum_{j \le v} \omega_j/(\lambda_j+\kappa)$ the residues give, for small $\kappa$,
\begin{align*}
  & %(capacity_sum)s, \\
  & %(target_sum)s.
\end{align*}
The largest stable step size is $\gamma \sim %(step)s$, and the
effective ridge at infinite time is $\kappa_0 \sim %(edge)s$.
"""
