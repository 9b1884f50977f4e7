"""What the terms of the loss are, by which phases are named; the best exponents, by the keys of the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...theory.models.plrf import Derivation

TERMS = {
    "F_0": "the level: what d parameters can never learn, of infinite r",
    "F_pp": "gradient descent on the modes of the data: what is not yet learned after r steps",
    "F_ac": "the distortion of the modes by the random features: learned, too, but later and less the larger d",
    "K_pp": "the noise of SGD: what single samples add at every step, until it has decayed",
}
"""F is the forcing function of the Volterra equation, the loss of gradient descent; K is its kernel, from the noise."""


def best_exponents(found: Derivation) -> dict[str, Any]:
    """Phase, trade-off and exponents of the best size and its loss."""
    return {
        "phase": found.phase,
        "boundary_of": list(found.boundary_of),
        "tradeoff": list(found.tradeoff),
        "active": list(found.tradeoff),
        "d_exponent": found.d_exponent,
        "exponents": {"d": found.d_exponent},
        "compute_optimal": {"loss": found.loss_exponent, "d": found.d_exponent},
        "loss_exponent": found.loss_exponent,
    }
