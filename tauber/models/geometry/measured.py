"""What a sweep of this model has: exponents and constants that are derived at each point."""

from __future__ import annotations

from ...sweeps.measured import Measured, Output

MEASURED = {
    "derive": Measured(
        outputs={
            "alpha_K": Output("1", "eigenvalues fall like k^-(1 + alpha_K)"),
            "decay_exponent": Output("1", "power of the degree that eigenvalues follow", keys=("decay.exponent",)),
            "decay_constant": Output("1", "constant of that law", keys=("decay.value",)),
            "learning_exponent": Output("1", "power of n that the loss follows", keys=("learning.exponent",)),
            "learning_constant": Output("1", "constant of that law", keys=("learning.value",)),
        },
        picture=("alpha_K", r"$\alpha_K$"),
    ),
}
