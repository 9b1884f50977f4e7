"""One-pass training with a step size, noise, schedule and budget of one's own, derived from the spectral assumption.

`terms` makes the monomials of the loss from forcing function and kernel, `training` is what the user declares, and
`phases` minimises the loss over every free resource.
"""
