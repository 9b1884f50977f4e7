"""Exact constants, the crossover function and the logarithms as LaTeX fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy import Eq, Function, Rational, Symbol, symbols

from ...formulas import tex
from ...plots.look import tex_name
from ..layout import breakable, equation, formula, loose, table

if TYPE_CHECKING:
    from ...theory.models.plrf.exact import Amount

_B, _D, _GAMMA, _K, _KAPPA, _N, _R, _T, _U = symbols("B d gamma k kappa_0 N R t U", positive=True)


def constants() -> str:
    """General formulas of the terms for 2 alpha > 1, and a table of compute-optimal constants."""
    return loose(_CONSTANTS % {
        "ridge": tex(Eq(_KAPPA, ridge_at_zero(), evaluate=False)),
        "norm": tex(Eq(_N, _sum("N"), evaluate=False)),
        "target": tex(Eq(_U, _sum("u0"), evaluate=False)),
        "terms": " \\\\\n".join(
            "  " + equation(tex_name(name), term) for name, term in general_terms().items()
        ),
    }) + _optima()  # fmt: skip


def ridge_at_zero() -> sympy.Expr:
    """Give kappa_0 to leading order, from the pole of D."""
    from ...theory.models.plrf import model
    from ...theory.spectra.mellin import resolvent_sum

    (pole,) = (m for m in resolvent_sum(model.assumption().capacity) if m.origin == ("pole",))
    return (pole.constant / _D) ** sympy.cancel(-1 / pole["kappa"])


def general_terms() -> dict[str, sympy.Expr]:
    """Give the terms for 2 alpha > 1 and all modes present, in t, kappa_0, N and U (both poles of the level)."""
    from ...theory.models.plrf import model
    from ...theory.spectra.mellin import resolvent_sum

    prefactor = 1 / (1 - _N)
    target = [m for m in resolvent_sum(model.assumption().target) if "cut" not in m.origin[0]]
    level = sum(m.constant * _KAPPA ** sympy.cancel(1 + m["kappa"]) for m in target)
    found = {"F_0": level * prefactor}
    for name in ("F_pp", "F_ac"):
        (term,) = model.named(name)
        found[name] = term.constant * _D ** term["d"] * _T ** sympy.cancel(term["t"]) * prefactor
    # The kernel's pole multiplies the sum of the forcing, which is analytic at eta = 0.
    (noise,) = model.named("K_pp")
    regular = next(m.constant for m in target if m.origin == ("regular 0",))
    size = -noise.constant * _GAMMA / 2 * (_U + regular)
    return found | {"K_pp": size * _T ** sympy.cancel(noise["t"]) * prefactor**2}


def _sum(name: str) -> sympy.Expr:
    from ...theory.models.plrf import model
    from ...theory.models.plrf.constants import Constants

    return Constants(model.assumption(), (), {}).definition(name)


def _optima() -> str:
    """The constants at the probes of the ledger, one in each phase."""
    from ...ledger.plrf.optimum import PROBES, derived_optimum

    rows = []
    for name, probe in PROBES.items():
        best = derived_optimum(probe)
        rate = rf"\gamma = {probe.step}" if probe.strength is None else rf"\gamma\operatorname{{tr}} = {probe.strength}"
        ratio = r"\infty" if probe.ratio == float("inf") else str(probe.ratio)
        star = "" if best.x_star is None else f"${_short(best.x_star)}$"
        point = [f"${tex(Rational(x))}$" for x in (probe.alpha, probe.beta)]
        size = rf"${_short(best.d_value)}\, f^{{{tex(best.d_exponent)}}}$"
        loss = rf"${_short(best.loss_value)}\, f^{{{tex(-best.loss_exponent)}}}$"
        correction = f"$f^{{{tex(-best.correction_exponent)}}}$"
        rows.append([name, *point, f"${ratio}$", f"${rate}$", f"${probe.batch}$", size, loss, correction, star])
    header = (
        "phase", r"$\alpha =$", r"$\beta =$", "$v/d$", "step size", "$B$", r"$d_\star$", r"$P_\star$", "correction",
        r"$x_\star$",
    )  # fmt: skip
    return table(header, rows, lead=3)


def _short(value: Any) -> str:
    return f"{float(value):.8g}"


def crossover() -> str:
    """The scaled ridge, the two mode integrals, and the contour integral of the crossover function."""
    from ...theory.models.crossover import ModeIntegral
    from ...theory.models.plrf import model
    from ...theory.spectra.mellin import resolvent_sum

    modes = ModeIntegral(2 * model.alpha, sympy.Integer(0), _R)
    target = ModeIntegral(2 * model.alpha, 2 * model.beta, _R)
    (pole,) = (m for m in resolvent_sum(model.assumption().capacity) if m.origin == ("pole",))
    wide = _K * (1 - pole.constant * _K ** pole["kappa"])
    trace = ModeIntegral(2 * model.alpha, 2 * model.alpha, _R).scale
    return loose(_CROSSOVER % {
        "modes": tex(Eq(Function("D")(_K), modes.expression, evaluate=False)),
        "target": tex(Eq(Function("tau")(_K), target.expression, evaluate=False)),
        "wide": tex(Eq(Symbol("y"), wide, evaluate=False)),
        "trace": tex(Eq(Symbol("tau_0"), trace, evaluate=False)),
    })  # fmt: skip


def logarithms() -> str:
    """The logarithms, each at one rational point."""
    from ...ledger import claims

    rows = []
    for alpha, beta, where in (("4/5", "1/2", r"2\beta = 1"), ("7/10", "6/5", r"2\beta = 1 + 2\alpha")):
        rows += [_row(where, alpha, beta, *_law(a)) for a in _amounts(alpha, beta) if a.log]
    for name, alpha, beta, where in (
        ("quarter", "1/4", "9/10", r"\alpha = \tfrac14"),
        ("end", "3/10", "1/5", r"\alpha + \beta = \tfrac12"),
        ("half_alpha", "1/2", "3/10", r"2\alpha = 1"),
    ):
        (claim,) = claims([f"plrf.log.{name}"])
        # SymPy would print Euler's constant like the step size
        rows.append(_row(where, alpha, beta, "", claim.formula().xreplace({sympy.EulerGamma: Symbol("gamma_E")})))
    return table(("", r"$\alpha =$", r"$\beta =$", "term"), rows, lead=3)


def _row(where: str, alpha: str, beta: str, name: str, law: Any) -> list[str]:
    written = rf"$\displaystyle {name}{breakable(law)}$" if name else formula(law)
    return [f"${where}$", *(f"${tex(Rational(x))}$" for x in (alpha, beta)), written]


def _amounts(alpha: str, beta: str) -> list[Amount]:
    """Leading terms and the next largest one."""
    from ...theory.models.plrf.exact import ExactLaw, Setting

    law = ExactLaw(Setting(Rational(alpha), Rational(beta)), order=12)
    leading = list(law.terms.values())
    return leading if any(a.log for a in leading) else [a for a in law.corrections if a.log][:1]


def _law(amount: Amount) -> tuple[str, sympy.Expr]:
    """Name of a term with its sign of equality, and the term."""
    r = Symbol("r", positive=True)
    log = sympy.log(Symbol(amount.log_of, positive=True)) ** amount.log
    name = r"P \ni " if amount.name == "window" else f"{tex_name(amount.name)} = "
    return name, amount.constant * _D**amount.d * r**amount.r * log


_CONSTANTS = r"""For $2\alpha > 1$ and $v = \infty$, with $t = 2\gamma B r$ and
\begin{gather*}
  %(ridge)s, \\
  %(norm)s, \qquad %(target)s,
\end{gather*}
the terms of the loss, each the whole loss to leading order in its own regime, are
\begin{align*}
%(terms)s.
\end{align*}
Of the two powers in $F_0$ the larger one leads. At one point in each phase, the compute-optimal size and loss, the
relative size of the first correction to the loss, and, where the optimum ends the window, the place $x_\star$ of the
least value of the scaled loss are as follows.
"""

_CROSSOVER = r"""At $t = x\,d^{2\alpha}$ the effective ridge is $\kappa = d^{-2\alpha} k$. With $R = v/d$ and
\begin{align*}
  & %(modes)s, \\
  & %(target)s, \qquad %(trace)s
\end{align*}
it obeys $y = k\,(1 - D(k))$, which for $R = \infty$, $2\alpha > 1$ is
\[
  %(wide)s.
\]
The loss is $P = d^{1-2\alpha-2\beta}\,\Psi(x)$ for $2\beta < 1$, with $S = \tau$, and
$P = \zeta(2\beta)\,d^{-2\alpha}\,\Psi(x)$ for $2\beta > 1$, with $S = 1$, where
\[
  \Psi(x) = \frac{1}{2\pi i}\int e^{xy}\,\frac{S(k)}{(1 - D(k))\,(1 - K(y))}\,dy,
\]
$1 - K = 1 - N$ for $2\alpha > 1$, and $1 - K = 1 - \frac G2\left(1 - \frac{y\,D(k)}{\tau_0}\right)$ for
$2\alpha < 1$, $G$ being the step size times the trace of the spectrum.
"""
