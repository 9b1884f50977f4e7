"""A model of one's own, declared once: what it is, from a file or in Python, and every action that it has.

`reading` reads a declaration and decides of which kind it is, `options` and `actions` make of it the actions of the
models, `model` is the object with these as methods, `claims` and `formulas` what is verified and exported of it.
"""
