"""A learning problem: points or a kernel matrix, and targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.precision import Array
from ..errors import TauberInputError
from .kernels import Kernel
from .reading import Reading

MAX_POINTS = 8192
"""Largest number of points in one problem: a kernel matrix is decomposed in O(N^3) time and a few times 8 N^2 bytes."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Points or a kernel matrix, and what is to be learnt.

    Attributes
    ----------
    name : str
    targets : array of shape (N, outputs); (N, 0) where there are none
    features : array of shape (N, p), or None
    kernel : array of shape (N, N), or None; exactly one of the two is given
    reading : what was read, for problems from a file
    """

    name: str
    targets: Array
    features: Array | None = None
    kernel: Array | None = None
    reading: Reading | None = None

    def __post_init__(self) -> None:
        given = np.asarray(self.targets)
        none = given.ndim == 2 and given.shape[1] == 0
        object.__setattr__(self, "targets", numbers(given, "targets") if none else matrix(given, "targets"))
        if (self.features is None) == (self.kernel is None):
            raise TauberInputError("A problem needs either features or a kernel matrix, and not both.")
        name = "features" if self.kernel is None else "kernel"
        inputs = matrix(getattr(self, name), name)
        object.__setattr__(self, name, inputs)
        count = len(self.targets)
        if len(inputs) != count or (name == "kernel" and inputs.shape[1] != count):
            raise TauberInputError(
                f"The {name} and the targets must have as many points, got shapes {inputs.shape} and "
                f"{self.targets.shape}."
            )
        if not 2 <= count <= MAX_POINTS:
            raise TauberInputError(
                f"A problem must have 2 to {MAX_POINTS} points, got {count}; take a part of them (`size`)."
            )

    @property
    def size(self) -> int:
        """N, the number of points."""
        return len(self.targets)

    def gram(self, kernel: Kernel | None = None) -> Array:
        """The kernel matrix, (N, N), with `kernel` on the features, or the given one (then no kernel may be named)."""
        if self.features is None:
            if kernel is not None:
                raise TauberInputError(
                    f"The problem {self.name!r} comes with its kernel matrix; a kernel by name needs features."
                )
            return np.asarray(self.kernel)
        if kernel is None:
            raise TauberInputError(f"The problem {self.name!r} has features; name a kernel to use on them.")
        return kernel(self.features)

    def subset(self, index: object) -> Problem:
        """The points with these indices, targets as they are (not centred afresh)."""
        at = np.asarray(index)
        features = None if self.features is None else self.features[at]
        kernel = None if self.kernel is None else self.kernel[np.ix_(at, at)]
        return Problem(self.name, self.targets[at], features, kernel, self.reading)


_LARGEST = 1e75  # fourth powers stay within float64
_SMALLEST = 1e-75


def numbers(values: Any, name: str) -> Array:
    """As float64; raises TauberInputError."""
    if np.iscomplexobj(values):
        raise TauberInputError(f"The {name} are complex; give real numbers, such as the real and imaginary parts.")
    try:
        given = np.asarray(values)
        if given.dtype.kind in "mM":
            raise TauberInputError(f"The {name} are times ({given.dtype}); give numbers, such as days since the first.")
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise TauberInputError(f"The {name} must be numbers: {error}.") from error


def matrix(values: Any, name: str) -> Array:
    """As a matrix of finite numbers, a list as one column; raises TauberInputError."""
    given = numbers(values, name)
    array = given[:, None] if given.ndim == 1 else given
    if array.ndim != 2 or not array.size:
        raise TauberInputError(f"The {name} must be a matrix of finite numbers, got the shape {array.shape}.")
    finite = np.isfinite(given)
    if not finite.all():
        at = np.argwhere(~finite)[0]
        where = ", ".join(map(str, at))
        raise TauberInputError(
            f"The {name} must be finite numbers, but [{where}] (counted from 0) is {given[tuple(at)]}; mend it, or "
            f"leave row {at[0]} out."
        )
    if abs(array).max() > _LARGEST:
        raise TauberInputError(
            f"The {name} reach {abs(array).max():.3g}, whose squares overflow; divide by a common factor."
        )
    if array.ndim == 2 and array.any() and np.isfinite(array).all() and abs(array).max() < _SMALLEST:
        raise TauberInputError(
            f"The {name} reach {abs(array).max():.3g} only, whose squares vanish; multiply by a common factor."
        )
    return array
