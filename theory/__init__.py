"""The symbolic wing: from spectral assumptions to scaling laws, exactly.

`algebra` is what expansions are made of, `spectra` are the assumptions (zeta functions known by their poles) and the
Mellin engine that expands their sums. `optimum` minimises terms under a budget and cuts a plane into phases, `laws` is
a derived quantity with its order of limits, and `models` are the equations, each on all of these.
"""
