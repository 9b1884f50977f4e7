"""What the picture of the phase diagram says, and how far it reaches."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ...plots.look import Look

LOOK = Look(
    title="Compute-optimal phases of the power-law random-features model\n"
    r"loss $P_\star\sim f^{\,-y}$ at compute $f$, and the two terms it balances",
    axes=(r"$\alpha$   (eigenvalues $j^{-2\alpha}$)", r"$\beta$   (target coefficients $j^{-\beta}$)"),
    letters=(r"$\alpha$", r"$\beta$"),
    window=(1.1, 1.25),
    loss="y",
    named=True,
    size=5.0,
)


def look(compute: str) -> Look:
    r"""The look under another budget than d r B.

    >>> print(look("d^2 r B").title)
    Compute-optimal phases of the power-law random-features model
    loss $P_\star\sim f^{\,-y}$ at compute $f = d^{2} r B$, and the two terms it balances
    """
    if compute == _PLAIN:
        return LOOK
    return replace(LOOK, title=LOOK.title.replace("compute $f$", f"compute $f = {_product(compute)}$"))


def trained(compute: str, asked: Mapping[str, object]) -> Look:
    r"""The look of the plane with a training of one's own, beta of either sign; another compute than d r B is named.

    >>> print(trained("d r B^1/2", {"step_size": "free"}).title)
    Compute-optimal phases, step size free
    loss $P_\star\sim f^{\,-y}$ at compute $f = d r B^{1/2}$
    """
    words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asked.items())
    spent = "" if compute == _PLAIN else f" at compute $f = {_product(compute)}$"
    loss = rf"loss $P_\star\sim f^{{\,-y}}${spent}"
    return replace(look(compute), title=f"Compute-optimal phases, {words}\n{loss}", named=False)


_PLAIN = "d r B"


def _product(compute: str) -> str:
    return re.sub(r"\^(\S+)", r"^{\1}", compute)
