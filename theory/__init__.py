"""The symbolic wing: from spectral assumptions to scaling laws, exactly.

`zeta` holds the spectral assumption and `mellin` expands its sums. `scales` (monomials with exact constants) and
`series` (truncated series in 1/d and a small variable) carry the expansions. `tropical` minimises monomials under a
budget; `arrangement` and `partition` cut the plane of assumptions into phases. `plrf` is the first model on these.
"""
