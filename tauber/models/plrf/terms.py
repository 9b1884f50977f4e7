"""What the terms of the loss are, by which phases are named."""

TERMS = {
    "F_0": "the level: what d parameters can never learn, of infinite r",
    "F_pp": "gradient descent on the modes of the data: what is not yet learned after r steps",
    "F_ac": "the distortion of the modes by the random features: learned, too, but later and less the larger d",
    "K_pp": "the noise of SGD: what single samples add at every step, until it has decayed",
}
"""F is the forcing function of the Volterra equation, the loss of gradient descent; K is its kernel, from the noise."""
