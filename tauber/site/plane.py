"""A phase diagram as a page shows it: the derived diagram, and what of a model's words goes beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..output.phases import Wording
    from ..plots.look import Look
    from ..theory.optimum.diagram import Phase, PhaseDiagram
    from ..workers import Map
    from .samples import Samples


@dataclass(frozen=True)
class Law:
    """A power law that each phase has: ``letter ~ variable^(sign * exponent)``, the exponent under a key of the phase.

    The key None is the exponent of the loss at the best use of the variable, which a star says.
    """

    letter: str
    variable: str
    key: str | None
    sign: int
    starred: bool = True

    def exponent(self, phase: Phase) -> Any:
        """The power of the variable in a phase, with its sign; None without a law."""
        found = phase.loss_exponent if self.key is None else phase.exponents.get(self.key)
        return None if found is None else self.sign * found


@dataclass(frozen=True)
class Plane:
    """A derived phase diagram of a page.

    Attributes
    ----------
    name
        Of its files and of its part of the page.
    title
        What the diagram is of.
    diagram, look
        The diagram, and how it is drawn.
    laws
        The laws of each phase.
    command
        What derives a point of it, without the point.
    beside
        What the diagram says of a phase beside its laws.
    samples
        Solves the model over the plane, given a map over its points; None where the page shows no curves.
    at
        Whether the command takes the point as one option, ``--at``.
    backdrop
        A raster in place of the colours of the phases: a PNG in base64, and its ends in the parameters, left, bottom,
        right and top.
    """

    name: str
    title: str
    diagram: PhaseDiagram
    look: Look
    laws: tuple[Law, ...]
    command: str
    beside: str = "trade-off"
    samples: Callable[[Map], Samples] | None = None
    at: bool = False
    backdrop: Callable[[], tuple[str, tuple[float, ...]]] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The two parameters."""
        return tuple(symbol.name for symbol in self.diagram.parameters)

    @property
    def options(self) -> tuple[str, ...]:
        """What stands in the command before each of the two parameters."""
        first, second = self.names
        return (f" --at {first}=", f",{second}=") if self.at else (f" --{first} ", f" --{second} ")


def optimal(wording: Wording) -> tuple[Law, ...]:
    """The laws of the best use of a budget, in a model's letters."""
    return tuple(_optimal(wording))


def _optimal(wording: Wording) -> Iterator[Law]:
    yield Law(wording.loss, wording.budget, None, -1)
    for letter in wording.resources:
        yield Law(letter, wording.budget, letter, 1)
