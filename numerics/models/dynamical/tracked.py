"""Running error analysis: a value and a bound of its error, carried through a formula.

First order, worst case: errors of factors and terms add up, never cancel; each operation adds one unit of round-off.
Values are in the model's number system.  Errors are float64, and so are the magnitudes they are made of, which are
carried along as a rounded twin of each value: a bound needs no digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...core.precision import FLOAT64, Array, Precision, Scalar


@dataclass(frozen=True, eq=False)
class Tracked:
    """`value`, any shape; `rough`, the same in float64; `error`, its absolute error as float64 of the same shape."""

    ctx: Precision
    value: Array
    rough: Array
    error: Array

    @classmethod
    def known(cls, ctx: Precision, value: Array, relative: Array) -> Tracked:
        """A value with a relative error."""
        rough = ctx.rounded(value)
        return cls(ctx, value, rough, abs(rough) * relative)

    def __add__(self, other: Tracked | Scalar) -> Tracked:
        """Sum."""
        if not isinstance(other, Tracked):
            return self._made(self.value + self.ctx.beside(self.value, other), self.rough + float(other), self.error)
        return self._made(self.value + other.value, self.rough + other.rough, self.error + other.error)

    def __sub__(self, other: Tracked) -> Tracked:
        """Difference."""
        return self._made(self.value - other.value, self.rough - other.rough, self.error + other.error)

    def __mul__(self, other: Tracked | Scalar) -> Tracked:
        """Product."""
        if not isinstance(other, Tracked):
            factor = float(other)
            value = self.value * self.ctx.beside(self.value, other)
            return self._made(value, self.rough * factor, self.error * abs(factor))
        error = self.error * abs(other.rough) + other.error * abs(self.rough)
        return self._made(self.value * other.value, self.rough * other.rough, error)

    def __truediv__(self, other: Tracked) -> Tracked:
        """Quotient."""
        rough = self.rough / other.rough
        error = (self.error + other.error * abs(rough)) / abs(other.rough)
        return self._made(self.value / other.value, rough, error)

    def changed(self, change: Callable[[Array], Array]) -> Tracked:
        """After `np.conj`, a reshaping or the like."""
        return Tracked(self.ctx, change(self.value), change(self.rough), change(self.error))

    def packed(self) -> Tracked:
        """With `Precision.packed` values."""
        return Tracked(self.ctx, self.ctx.packed(self.value), self.rough, self.error)

    def beside(self, other: Tracked) -> Tracked:
        """This and `other`, one-dimensional both, as one."""
        fields = ((self.value, other.value), (self.rough, other.rough), (self.error, other.error))
        return Tracked(self.ctx, *(np.concatenate(pair) for pair in fields))

    def _made(self, value: Array, rough: Array, error: Array) -> Tracked:
        rough = value if self.ctx is FLOAT64 else rough
        return Tracked(self.ctx, value, rough, error + float(self.ctx.eps) * abs(rough))
