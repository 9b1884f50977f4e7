"""What can go wrong in the numeric wing, as three kinds a caller can tell apart."""


class TauberInputError(ValueError):
    """The question itself is not allowed (a parameter out of range, an impossible combination)."""


class UnstableStepSize(TauberInputError):
    """The step size is at or beyond the stability limit; `limit` holds that limit."""

    def __init__(self, message: str, limit: object) -> None:
        super().__init__(message)
        self.limit = limit


class PrecisionLost(ArithmeticError):
    """The answer exists, but the working precision cannot hold it to the promised number of digits."""


class MissingLibrary(TauberInputError):
    """An optional library that the question needs is not installed."""


def overflow_at(step: int) -> PrecisionLost:
    """What to raise where a growing loss leaves the range of float64."""
    return PrecisionLost(
        f"The loss exceeds 1.8e308, the largest number of float64, at step {step}; "
        "stop earlier (times, --times) or lower the step size (step_size, --lr)."
    )
