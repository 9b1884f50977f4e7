"""What the picture of the phase diagram says, and how far it reaches."""

from ...plots.look import TWO_POWERS, Look

LOOK = Look(
    title="Ridge regression with $P$ random features on $D$ samples: the excess loss falls\n"
    r"like $D^{-\alpha_D}$ for many features, like $P^{-\alpha_P}$ for many samples",
    loss=None,
    named=True,
    diagonal="$a = b$: identity",
    **TWO_POWERS,
)
