"""Errors of the symbolic wing."""


class AssumptionError(ValueError):
    """The spectral assumption, or a question about it, lies outside what the engine can answer."""


class NoConstant(AssumptionError):
    """The parameters are fine, but what was asked has no exact constant of this form there; the message says why."""
