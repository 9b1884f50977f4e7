r"""Whether a recursion whose matrices change with the step makes the loss grow without bound, and from when on.

With the matrices of one step held, noise feeds itself by K (`matrices`), and modes that do not contract grow; while
this lasts the loss grows like an exponential. Modes have not all had the time that K counts: K alone says little.
What is refused is a loss that is beyond its start at the last step asked for while its matrices, held at any of some
steps from there on, do either: where they come back, as a momentum that overshoots does, growth ends by itself. A loss
that leaves the range of float64 is refused in any case. It grows from about where it was least, among steps each twice
the one before, which are run anyway.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...core.precision import Array
from ...errors import Diverged

_LATER = (1, 3, 10, 100)  # times the last step: how long what makes the loss grow has to last


def watched(last: float) -> Array:
    """Steps 0, 1, 2, 4, ... and the last."""
    doubled = 2.0 ** np.arange(math.floor(math.log2(last)) + 1 if last >= 1 else 0)
    return np.unique([0.0, *doubled, last])


def refuse_growth(steps: Array, losses: Array, unstable: Callable[[float], bool]) -> None:
    """Refuse a loss at steps `watched` that grows for good, `unstable` saying whether it does with a step's matrices.

    Raises
    ------
    Diverged
    """
    last, least = float(steps[-1]), int(np.argmin(losses))
    if losses[-1] > losses[0] and all(unstable(later * last) for later in _LATER):
        raise diverged(
            float(steps[least]), f"to {losses[-1] / losses[0]:.3g} times what it was at first by step {last:g}"
        )


def diverged(since: float, until: str) -> Diverged:
    """The error, with what has become of the loss."""
    return Diverged(
        f"The recursion is unstable: its loss grows without bound from about step {since:g} on, {until}; lower the "
        "step size (`step_size`), change the matrices, or stop before that (`times`).",
        None,
    )


def since_when(last: float, run: Callable[[Array], Array]) -> float:
    """About from which step on a loss has grown that is out of the range of float64 by the last step.

    `run` gives losses at steps, or raises OverflowError where they are out of range.
    """
    while last > 1:
        last = float(math.floor(last / 2))
        steps = watched(last)
        try:
            return float(steps[int(np.argmin(run(steps)))])
        except OverflowError:
            continue
    return 0.0
