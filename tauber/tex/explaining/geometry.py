r"""Spectra from geometry: the kernels, their eigenvalues, and the laws of their own targets."""

from __future__ import annotations

from typing import Any

from sympy import Rational, Symbol

from ...formulas import tex
from ..layout import equation, loose, table
from ..layout import formula as shown


def geometries() -> str:
    """Table of the geometries: eigenvalue, its decay, and the law of the kernel's own target."""
    from ...theory.models.geometry import learning_law

    rows = []
    for domain, space in _domains():
        decay, law = space.decay, learning_law(space)
        variable = Symbol("|m|" if space.kernel == "matern" else "l", positive=True)
        own = law.constant.simplify() * Symbol("n", positive=True) ** -law.alpha_K
        rows.append(
            [
                rf"{_named(space)} on ${domain}$",
                shown(decay.constant * variable**-decay.exponent),
                f"${tex(space.alpha_K)}$",
                shown(own),
            ]
        )
    header = ("", r"eigenvalues that do not vanish, $\sim$", r"$\alpha_K$", r"$L(n) \sim$")
    return loose(_GEOMETRY) + table(header, rows) + _eigenvalues()


def _domains() -> list[tuple[str, Any]]:
    """The geometries of the tables: each kernel in two dimensions, where they differ most."""
    from ...theory.models.geometry import Sphere, Torus

    one = Rational(1)
    spaces = [("S^2", Sphere("laplace", 2, one)), *(("S^2", Sphere(k, 2)) for k in ("arccos0", "arccos1", "ntk"))]
    tori = [("T^2", Torus("matern", 2, nu, one)) for nu in (Rational(1, 2), Rational(3, 2))]
    return [*spaces, ("S^3", Sphere("ntk", 3)), *tori]


def _named(space: Any) -> str:
    smooth = rf", $\nu = {tex(space.nu)}$" if space.kernel == "matern" else ""
    return _KERNELS[space.kernel] + smooth


_KERNELS = {
    "laplace": "Laplace",
    "arccos0": "arc-cosine of order 0",
    "arccos1": "arc-cosine of order 1",
    "ntk": "NTK",
    "matern": r"Mat\'ern",
}


def _eigenvalues() -> str:
    """The exact eigenvalues on S^2 and T^2."""
    lines = []
    for domain, space in _domains():
        if domain == "S^3":
            continue
        for where, value in space.formula.items():
            exact = equation(r"\lambda", value)
            lines.append(rf"\item {_named(space)}, {_where(where)}: $\displaystyle {exact}$")
    return "\\begin{itemize}\\raggedright\n" + "\n".join(lines) + "\n\\end{itemize}\n"


def _where(words: str) -> str:
    """The degrees for which a formula holds, their formula set as mathematics."""
    parity, _, formula_ = words.partition(" l")
    if parity == "n = |m|^2":
        return "$n = |m|^2$"
    return f"{parity} $l{formula_.replace('>=', chr(92) + 'ge')}$"


_GEOMETRY = r"""A kernel on a manifold, its eigenvalues in order of size falling like $k^{-(1 + \alpha_K)}$, and a
target whose powers are these eigenvalues have the law $L(n) \sim n^{-\alpha_K}$ in the number of samples, or of
features. On the unit sphere the eigenvalues belong to the degrees $l$ of the harmonics, on the torus of unit sides to
the wave vectors $m$; those left out in the table vanish. Length scales are $h = 1$, and the constants those of the
deterministic equivalent. In the exact eigenvalues below $x^{(l)} = \Gamma(x + l)/\Gamma(x)$.
"""
