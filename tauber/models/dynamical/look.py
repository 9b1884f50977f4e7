"""What the picture of the phase diagram says, and how far it reaches."""

from ...plots.look import TWO_POWERS, Look


def look(cost: str, label_noise: bool = False) -> Look:
    r"""The look under a budget, such as ``N*t``.

    >>> print(look("N*P^2", True).title)
    Compute-optimal phases of the dynamical model, with label noise
    loss $L_\star\sim C^{\,-y}$ at compute $C = N P^{2}$, and the terms it balances
    """
    powers = (factor.partition("^") for factor in cost.split("*"))
    product = " ".join(f"{letter}^{{{power}}}" if power else letter for letter, _, power in powers)
    return Look(
        title=f"Compute-optimal phases of the dynamical model{', with label noise' if label_noise else ''}\n"
        rf"loss $L_\star\sim C^{{\,-y}}$ at compute $C = {product}$, and the terms it balances",
        loss="y",
        named=False,
        **TWO_POWERS,
    )
