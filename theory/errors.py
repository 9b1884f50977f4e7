"""Errors of the symbolic wing."""


class AssumptionError(ValueError):
    """The spectral assumption, or a question about it, lies outside what the engine can answer."""
