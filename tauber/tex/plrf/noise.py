"""Label noise at a fixed step size as a LaTeX fragment: the transform, the floor and the approach to it."""

from __future__ import annotations

from sympy import Symbol, symbols

from ...formulas import tex
from ..layout import equation, loose

_T = Symbol("t", positive=True)


def noise() -> str:
    """The floor of the loss, and the transient of the noise for 2 alpha > 1."""
    from ...theory.models.plrf import noise as derived

    norm, level, sigma = symbols("N_d F_0 sigma")
    law = derived.transient_law()
    return loose(_NOISE % {
        "level": equation(r"P(\infty)", (level + sigma**2) / (1 - norm)),
        "floor": tex(derived.floor_law()),
        "transient": equation("P(t)", derived.floor_law() + law.constant * _T ** law["t"]),
    })  # fmt: skip


_NOISE = r"""Labels $\langle x, b\rangle + \sigma\varepsilon$ add a constant to the forcing function, and nothing to the
kernel. With transforms in the Laplace variable $\eta$, and $z_2 = 2/(\gamma(B+1)) + \eta$,
\[
  \hat P = \frac{\hat F + \sigma^2\left(\frac1\eta + \frac1{z_2}\right)}{1 - \hat K}, \qquad
  %(level)s,
\]
where $N_d$ is the kernel norm at size $d$. At a fixed step size $F_0 \to 0$ and $N_d \to N$ as $d \to \infty$: there is
no power law of the compute but the floor $%(floor)s$. For $2\alpha > 1$ it is approached, inside the window
$1 \ll t \ll d^{2\alpha}$ with $t = 2\gamma B r$, and beside the terms of the loss without noise, as
\begin{align*}
%(transient)s + \dots
\end{align*}
"""
