"""What can go wrong in the numeric wing, as two kinds a caller can tell apart.

* `TauberInputError`, a ValueError: the question is not allowed; change it.  `UnstableStepSize` and `MissingLibrary` are
  of this kind.
* `PrecisionLost`, an ArithmeticError: the question is fine, the answer not known to the digits promised; ask for
  more digits.  `certified.Refused`, no proof to the digits asked for, is of this kind.

So ``except PrecisionLost`` catches lost digits of every solver, certified or not.  Messages name arguments of functions
in `backticks`; the command line turns them into its options.
"""


class TauberInputError(ValueError):
    """The question itself is not allowed (a parameter out of range, an impossible combination)."""


class UnstableStepSize(TauberInputError):
    """The step size is at or beyond the stability limit; `limit` holds that limit."""

    def __init__(self, message: str, limit: object) -> None:
        super().__init__(message)
        self.limit = limit

    def __reduce__(self) -> tuple[type[Exception], tuple[str, object]]:
        """With the limit: it is raised in processes, too."""
        return type(self), (str(self), self.limit)


class Diverged(UnstableStepSize):
    """A loss that grows without bound from some step on, as where what a step does changes with the step."""


class PrecisionLost(ArithmeticError):
    """The answer exists, but the working precision cannot hold it to the promised number of digits."""


class MissingLibrary(TauberInputError):
    """An optional library that the question needs is not installed."""


def overflow_at(step: int) -> PrecisionLost:
    """What to raise where a growing loss leaves the range of float64."""
    return PrecisionLost(
        f"The loss exceeds 1.8e308, the largest number of float64, at step {step}; "
        "stop earlier (`times`) or lower the step size (`step_size`)."
    )
