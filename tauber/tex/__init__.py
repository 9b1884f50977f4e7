r"""Derived formulas as LaTeX: fragments for ``\input`` and one document; see :func:`tauber.tex.latex.write`."""
