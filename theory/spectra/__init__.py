"""Spectral assumptions and their sums.

`zeta` is the assumption: two zeta functions known by their poles; `mellin` expands resolvent and heat sums over it;
`parameters` reads its exponents. `sphere` and `torus` have exact eigenvalues, `decay` reads off their power law.
"""
