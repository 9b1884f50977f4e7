r"""One-pass SGD in balls: the loss of any Volterra equation P = F + K * P with positive measures behind F and K.

A `OnePassProblem` gives F~(w) and K~(w) in balls, F(0), ||K|| < 1 and B; `Solver` does the rest:

* late times: the hyperbola (`hyperbola.py`), one contour for all that lie close together;
* early whole times r < N: the circle.  With w_k = R e^{i pi (2k+1)/N}, k < N/2, N even, R > 1,

      (2/N) Re sum_k w_k^{r+1} Q(w_k) = sum_{m>=0} (-1)^m P(r + m N) R^{-mN},      0 <= r < N,

  and 0 <= P(s) <= F(0)/(1 - ||K||) =: M bounds the aliases by M R^-N/(1 - R^-N).  (P = F + Res * F, F falls, the
  resolvent sums to rho.  N > r is needed: at N = r the alias P(0) would enter with m = -1.)

Precision and contour are raised until every radius is within the goal, or the attempt is refused.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from .balls import Ball, Box, Refused, acb, arb, bits_now, power, real, working
from .goal import LN10, CertifiedValue, pursue, rounded_bits
from .hyperbola import FOLD, Panel, shortest, together, told
from .majorants import OnePassMajorant

_REACH = 0.9  # a hyperbola for a goal e^-decay needs times >= 0.9 decay, for its ends to lie in the right half plane


class OnePassProblem(ABC):
    """What is to be inverted, at whatever precision is in force."""

    batch: int

    @property
    @abstractmethod
    def bits(self) -> int:
        """Bits that the problem itself loses: how small the smallest number is that must be told from another."""

    @abstractmethod
    def start(self) -> Ball:
        """F(0)."""

    @abstractmethod
    def kernel_norm(self) -> Ball:
        """||K||, certainly below 1; raises Refused if that cannot be decided."""

    @abstractmethod
    def prepare(self, points: list[complex]) -> None:
        """Note the points y = w - 1 at which `transforms` will be asked next, for proposals in floats."""

    @abstractmethod
    def transforms(self, y: Box) -> tuple[Box, Box]:
        """F~(w) and K~(w) at w = 1 + y."""

    @abstractmethod
    def rough_loss(self, t: float) -> float:
        """About P(t), to choose by."""


class Solver:
    """Certified values of one problem."""

    def __init__(self, problem: OnePassProblem) -> None:
        self.problem = problem

    def values(self, times: Sequence[Fraction], digits: int) -> list[CertifiedValue]:
        """P at each time, relative radius at most 10^-digits.

        Raises
        ------
        Refused
            If some inequality cannot be decided, or a radius does not reach the goal.
        """
        found: dict[Fraction, CertifiedValue] = {}
        rest = sorted(set(times))
        while rest:
            least = _REACH * self.decay(rest[-1], digits)
            late = [t for t in rest if t >= least]
            group = together(late, least) if late else rest
            proofs = self._late(group, digits) if late else self._early(group, digits)
            found |= zip(group, proofs, strict=True)
            rest = rest[: -len(group)]
        return [found[t] for t in times]

    def panel(self, first: Fraction, last: Fraction, decay: float, whole: bool) -> Panel:
        """The loss on one contour, at the precision in force."""
        problem = self.problem
        contour = shortest(first, last, decay)
        norm = problem.kernel_norm()
        majorant = OnePassMajorant(problem.start(), norm / (1 - norm), problem.batch, whole)
        problem.prepare([complex(point.expm1()) for point, _ in contour.nodes()])
        return Panel(contour, self._at, majorant)

    def _at(self, point: Box) -> Box:
        """q(l) = w Q(w), w = e^l."""
        y = point.expm1()
        return (1 + y) * self._resolved(y)

    def _resolved(self, y: Box) -> Box:
        forcing, kernel = self.problem.transforms(y)
        return forcing / (1 - kernel)

    def decay(self, last: Fraction, digits: int) -> float:
        """-log of the share of F(0) (1 + rho), which the majorant grows with, that the goal at the last time is."""
        with working(64):
            start, norm = float(self.problem.start()), self.problem.kernel_norm()
            rho = float((norm / (1 - norm)).upper())
        share = math.log(max(start / self.problem.rough_loss(float(last)), 1.0)) + math.log1p(rho)
        return (LN10 * (digits + 2) + share + 3) / float(FOLD)

    def bits(self, contour_growth: float, decay: float) -> int:
        """Working precision for a first attempt."""
        return rounded_bits(decay / math.log(2) + contour_growth + 16 + self.problem.bits)

    def _late(self, times: list[Fraction], digits: int) -> list[CertifiedValue]:
        whole = all(t.denominator == 1 for t in times)
        first, last = min(times), max(times)
        start = self.decay(last, digits)

        def evaluate(decay: float) -> tuple[str, int, list[tuple[Ball, Ball]]]:
            panel = self.panel(first, last, decay, whole)
            return "hyperbola", panel.contour.count, [panel.value(t) for t in times]

        return pursue(times, digits, (start, self.bits(shortest(first, last, start).growth, start)), evaluate)

    def _early(self, times: list[Fraction], digits: int) -> list[CertifiedValue]:
        if not all(t.denominator == 1 for t in times):
            raise Refused("a hyperbola serves every time that is not whole", bits_now(), "round early times (`times`)")
        steps = [int(t) for t in times]
        count = max(8, 2 * (max(steps) // 2 + 1))
        start = self.decay(max(times), digits)

        def evaluate(decay: float) -> tuple[str, int, list[tuple[Ball, Ball]]]:
            return "circle", count // 2, self.circle(steps, count, decay)

        return pursue(times, digits, (start, self.bits(start / math.log(2), start)), evaluate)

    def circle(self, steps: Sequence[int], count: int, decay: float) -> list[tuple[Ball, Ball]]:
        """P at whole times < `count`, an even number of nodes, with R^-count = e^-decay; and the aliases' bound."""
        most = self.problem.start() / (1 - self.problem.kernel_norm())
        circle = Circle(count, decay)
        self.problem.prepare(circle.points)
        values = circle.sequence(
            [self._resolved(w - 1) for w in told(circle.nodes, Fraction(max(steps)), "circle")], steps, most
        )
        return [(value, circle.alias(most)) for value in values]


class Circle:
    """The upper half of an even number of nodes w_k = R e^{i pi (2k+1)/count}, R^-count about e^-decay."""

    def __init__(self, count: int, decay: float) -> None:
        if count % 2 or count < 2:
            raise ValueError(f"The number of nodes must be even, got {count}.")
        self.count = count
        self.radius = real(Fraction(math.ceil(2**20 * math.exp(decay / count)), 2**20))
        turns = [real(Fraction(2 * k + 1, count)) for k in range(count // 2)]
        self.nodes = [acb(self.radius * turn.cos_pi(), self.radius * turn.sin_pi()) for turn in turns]

    @property
    def points(self) -> list[complex]:
        """w - 1 at the nodes, for proposals."""
        return [complex(w - 1) for w in self.nodes]

    def alias(self, most: Ball) -> Ball:
        """The bound of the aliases of a sequence with 0 <= values <= `most`."""
        share = 1 / power(self.radius, self.count)
        return (most * share / (1 - share)).abs_upper()

    def sequence(self, transform: Sequence[Box], steps: Sequence[int], most: Ball) -> list[Ball]:
        """The sequence at whole `steps` from its transform at the nodes."""
        if max(steps) >= self.count:
            raise ValueError(f"Step {max(steps)} needs more than {self.count} nodes: at r = count an alias is P(0).")
        error, found = arb(0, self.alias(most)), []
        for step in steps:
            pairs = zip(self.nodes, transform, strict=True)
            total = sum((power(w, step + 1) * q for w, q in pairs), acb(0)).real
            found.append(2 * total / self.count + error)
        return found


def earliest(digits: int) -> int:
    """Real times that are not whole must be at least this late, so that a hyperbola serves them."""
    return math.ceil(_REACH * (LN10 * (digits + 2) + 30) / float(FOLD))
