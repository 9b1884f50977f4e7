r"""The model, what its laws are of, and the constants of its compute optimum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Eq, Function, Rational, Symbol, symbols

from ...formulas import tex
from ..layout import breakable, loose, table

if TYPE_CHECKING:
    from sympy import Expr

ARXIV = "arXiv:2402.01092"
POINTS = (("2", "3/2"), ("3", "3/2"))
"""Where the constants of the optimum are given: a point in each phase of the budget N t."""


def model() -> str:
    """Definition of the model, its spectral assumption, and the equations that the derivation starts from."""
    from ...theory.models.dynamical import a, b
    from ...theory.models.dynamical import model as dynamical

    k = Symbol("k", positive=True)
    return loose(_MODEL % {
        "source": ARXIV,
        "eigenvalue": tex(Eq(Symbol("lambda_k"), k**-b, evaluate=False)),
        "target": tex(k**-a),
        "response": breakable(_written(dynamical.response())),
        "transform": breakable(_written(dynamical.train_transform())),
    })  # fmt: skip


def _written(formula: Expr) -> Expr:
    """A formula of the model with 1/N, 1/P and the sums as people write them."""
    size, samples, kappa = symbols("N P kappa", positive=True)
    known = {str(symbol): symbol for symbol in formula.free_symbols}
    named = {known[name]: 1 / size for name in ("nu",) if name in known}
    named |= {known[name]: 1 / samples for name in ("epsilon",) if name in known}
    sums = {Function(name)(kappa): Symbol(name) for name in ("T", "G")}
    return formula.subs(named).xreplace(sums)


# What the laws are of, as people write it; the laws themselves are derived.
QUANTITIES = {
    "time": r"$L(t) - \sigma^2$, $N = P = \infty$",
    "width": r"$L(N) - \sigma^2$, $t = P = \infty$",
    "data": r"$L(P)$, $t = N = \infty$, $\sigma = 0$",
    "width_bias": r"$L(N) - \sigma^2$, $t = P = \infty$, mean over all features",
    "early_width_time": r"$N\,(L(t, N) - L(t))$",
    "early_data_time": r"$P\,(L(t, P) - L(t))$, $\sigma = 0$",
    "train_data_time": r"$P\,(\hat L(t, P) - \hat L(t))$, $\sigma = 0$",
    "gap_time": r"$P\,(L - \hat L)$, $\sigma = 0$",
    "noise_time": r"$P\,(L(t, P) - L(t))/\sigma^2$, part of the noise",
    "noise_gap_time": r"$P\,(L - \hat L)/\sigma^2$, part of the noise",
    "threshold": r"$L\,t^{-1/2}$, $N = P$, $\sigma = 0$, $t \gg N^b$",
    "both": r"$\frac NP\,(L - L(N = \infty))$, $t = \infty$, $N \gg P$",
    "noise_width": r"$P\,(L(N, P) - L(N))/\sigma^2$, part of the noise, $t = \infty$, $P \gg N$",
    "noise_level": r"$(L - L(\sigma = 0))/\sigma^2 - 1$, $t = N = \infty$",
}


def optima() -> str:
    """Table of the best loss, width and time at compute C = N t, at a point in each phase."""
    from ...theory.models.dynamical import derive

    rows = []
    for source, decay in POINTS:
        found = derive(source, decay)
        best, powers = found.constants, found.optimum.exponents
        assert best is not None  # both points are inside a phase
        assert found.optimum.loss_exponent is not None
        point = [f"${tex(Rational(x))}$" for x in (source, decay)]
        star = "" if best.x_star is None else rf"${float(best.x_star):.8g}$"
        laws = [_law(best.loss_value, -found.optimum.loss_exponent)]
        laws += [_law(best.resource_values[name], powers[name]) for name in ("N", "t")]
        rows.append([*point, *laws, star])
    header = ("$a =$", "$b =$", r"$L_\star$", r"$N_\star$", r"$t_\star$", r"$x_\star$")
    where = (
        r"Where $x_\star$ is given, $N_\star$ and $t_\star$ end the window: $x = 2 t N^{-b}$ there is the place of the "
        r"least $x^{(a-1)/(b+1)}\Psi(x)$, $\Psi$ being the crossover function of the loss, $L = N^{1-a}\Psi(x)$."
    )
    return table(header, rows, lead=2) + f"\n{{\\sloppy {where}\\par}}\n"


def _law(constant: Any, power: Any) -> str:
    return rf"${float(constant):.8g}\, C^{{{tex(power)}}}$"


_MODEL = r"""The dynamical model (%(source)s) trains $N$ random features $A\psi/\sqrt N$, with independent standard
normal entries of $A$, of data $\psi$ with independent normal $\psi_k$ of variance $\lambda_k$, on $P$ samples with
labels $y = \langle w, \psi\rangle + \sigma\epsilon$ that are used again and again, by the gradient flow of half the
training loss $\hat L = \frac1P\sum(y - f)^2$, started at $f = 0$. Its test loss $L$ contains the noise floor
$\sigma^2$. All that the derivation uses of the data is
\[
  %(eigenvalue)s, \qquad \lambda_k w_k^2 = %(target)s, \qquad a, b > 1.
\]
With $T(\kappa) = \sum_k \lambda_k/(\kappa + \lambda_k)$ and
$G(\kappa) = \sum_k \lambda_k w_k^2/(\kappa + \lambda_k)$ the effective ridge $\kappa$ obeys
$s = %(response)s$, and the train loss at time $t$ is the inverse Laplace transform at $2t$ of
\[
  Q(s) = %(transform)s;
\]
the test loss is the inverse transform, in $s$ and $s'$, both at $t$, of
$(Q(s') - Q(s))\big/\bigl((s - s')\,R_1(s)\,R_1(s')\bigr)$ with $R_1 = 1 - T/P$.
"""
