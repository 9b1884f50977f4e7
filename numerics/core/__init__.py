"""What every solver stands on.

`precision` is arithmetic as an argument, `limits` the ranges of parameters. `spectrum` gives nodes and weights, `tails`
their sums to infinity, `modes` the spectra of two exponents, `gram` drawn ones; `ridge` is the effective ridge and
`sizes` what two sizes share. `optimum` searches, `exponents` measures slopes; `sweep`, `progress`, `runs` and `draws`
serve long solves and simulations.
"""
