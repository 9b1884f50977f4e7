"""The symbolic wing: from spectral assumptions to scaling laws, exactly.

`zeta` holds the spectral assumption, `mellin` expands its sums, `scales` carries monomials with exact constants,
`tropical` minimises them under a budget, `arrangement` and `partition` cut the plane of assumptions into phases;
`plrf` is the first model on these.
"""
