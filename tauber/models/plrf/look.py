"""What the picture of the phase diagram says, and how far it reaches."""

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
