"""What expansions are made of.

`scales` are monomials with exact constants, `series` truncated series in 1/d and a small variable, `powers` keeps roots
of rationals exact; `hyperbola` inverts Laplace transforms and `number` turns an exact expression into digits.
"""
