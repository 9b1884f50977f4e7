r"""The hyperbola in balls: a few dozen transform values, and a proved bound of everything left out.

    P(t) = (1/2 pi i) int e^{l t} q(l) dl,       l(u) = (mu/t_1) (1 + sin(iu - al)),       t_0 <= t <= t_1,

with q analytic off a cut on the negative real axis (and off copies of it where q has a period, 2 pi i), a *majorant*
|q(l)| <= M(l) and a bound of the *closing* path from the ends of the hyperbola around the far side of the cut
(`majorants.py`).  Neither knows the spectrum.  By symmetry P(t) = 2 Re sum_{k=0}^{N-1} h f(u_k) + E, u_k = (k + 1/2) h,
f(u) = e^{l t} q(l) l'(u)/(2 pi i).

**Theorem (finite midpoint rule).**  For f analytic on [-U, U] x [-a_-, a_+], U = N h,

    |int_{-U}^{U} f - h sum f(u_k)| <= int |f(x + i a_+)| dx/(e^{2 pi a_+/h} - 1)
                                     + int |f(x - i a_-)| dx/(e^{2 pi a_-/h} - 1)
                                     + sum_{+-} int_{-a_-}^{a_+} |f(+-U + iy)| dy/(1 + e^{2 pi |y|/h}).

*Proof.*  1/(1 + E), E = e^{2 pi i u/h}, has the residue -h/(2 pi i) at u_k, so the sum is minus the integral of
f/(1 + E) around the rectangle; on its upper half 1/(1 + E) = 1 - E/(1 + E), and the 1 moves the path to the real axis;
|E| = e^{-2 pi y/h} above and below, and at Re u = +-U = +-N h E > 0.

Here a_- = al (the path becomes a vertical line) and a_+ = 0.97 (pi/2 - al) (it almost folds on the cut).  The three
integrals are bounded piece by piece, M on boxes times lengths, in balls.  With D = -log of the relative goal, the rule
and its ends are balanced as in `volterra/contour.py`,

    al = (pi/2)(D + mu)/(2D + mu),    h = pi^2/(2D + mu),    cosh U = (1 + D (t_1/t_0)/mu)/sin al,

and mu is the one that needs fewest nodes: for one time Weideman and Trefethen's (Math. Comp. 76, 2007), al = 1.172,
and one contour for a whole curve costs as many nodes as the *logarithm* of t_1/t_0 (`together` cuts where that is more
than another contour).  al, h, mu are dyadic rationals:
nothing of the choice has to be proved.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..core.progress import tell
from .balls import Ball, Box, Refused, acb, arb, bits_now, real, working
from .majorants import Majorant

_Node = TypeVar("_Node")

FOLD = Fraction(97, 100)
"""How far the upper edge goes towards the cut; beyond, the bounds grow faster than the weight falls."""

_BOUND_BITS = 64  # bounds need no digits
_OVERHEAD = 4  # nodes that cost as much as the bounds of one contour (measured)


@dataclass(frozen=True)
class Hyperbola:
    """The contour for times in [first, last]: al, h, mu exact, N nodes in the upper half plane."""

    first: Fraction
    last: Fraction
    angle: Fraction
    step: Fraction
    mu: Fraction
    count: int

    @property
    def end(self) -> Fraction:
        """U = N h."""
        return self.count * self.step

    @property
    def growth(self) -> float:
        """log2 of e^{l t_1} at its largest on the contour: bits lost to cancellation."""
        return float(self.mu) * (1 - math.sin(float(self.angle))) / math.log(2)

    def at(self, u: Ball, lift: Ball) -> tuple[Box, Box]:
        """l(u + iy) and |l'| as complex l' = dl/du, with `lift` = al + y."""
        sine, cosine = lift.sin(), lift.cos()
        grown = u.exp()
        cosh, sinh = (grown + 1 / grown) / 2, (grown - 1 / grown) / 2
        size = real(self.mu / self.last)
        point = acb(size * (1 - sine * cosh), size * cosine * sinh)
        return point, acb(-size * sine * sinh, size * cosine * cosh)

    def nodes(self) -> list[tuple[Box, Box]]:
        """(l_k, h l'_k/(pi i)), k = 0..N-1: P = Re sum of weight e^{l t} q."""
        lift, scale = real(self.angle), real(self.step) / arb.pi()
        found = []
        for k in range(self.count):
            point, slope = self.at(real((k + Fraction(1, 2)) * self.step), lift)
            found.append((point, acb(slope.imag, -slope.real) * scale))
        return found


def shortest(first: Fraction, last: Fraction, decay: float) -> Hyperbola:
    """The hyperbola with the fewest nodes for a relative goal e^-decay."""
    ratio = float(last / first)

    def parameters(mu: float) -> tuple[float, float, float]:
        angle = math.pi / 2 * (decay + mu) / (2 * decay + mu)
        step = math.pi**2 / (2 * decay + mu)
        return angle, step, math.acosh((1 + decay * ratio / mu) / math.sin(angle))

    def cost(mu: float) -> float:
        _, step, end = parameters(mu)
        return end / step

    mu = min((2.5 * decay * 0.92**i for i in range(45)), key=cost)
    angle, step, end = parameters(mu)
    lift, width, scale = (Fraction(round(x * 2**20), 2**20) for x in (angle, step, mu))
    return Hyperbola(first, last, lift, width, scale, math.ceil(end / step))


def together(times: Sequence[Fraction], decay: float) -> list[Fraction]:
    """Of increasing times the last ones that one contour should serve, with the fewest nodes for all contours.

    The next time joins as long as a contour of its own would cost more than the longer one.
    """
    last, nodes = times[-1], _count(0.0, decay)
    alone = nodes + _OVERHEAD
    for place in reversed(range(len(times) - 1)):
        longer = _count(_octaves(last, times[place]), decay)
        if longer - nodes > alone:
            return list(times[place + 1 :])
        nodes = longer
    return list(times)


def _octaves(last: Fraction, first: Fraction) -> float:
    """log2(last/first), on a grid."""
    return round(4 * math.log2(last / first)) / 4


@functools.lru_cache(maxsize=4096)
def _count(octaves: float, decay: float) -> int:
    """Nodes of the shortest hyperbola for times over so many octaves."""
    return shortest(Fraction(1), Fraction(2.0**octaves), decay).count


@dataclass(frozen=True, eq=False)
class _Piece:
    """A piece of an edge: there |f| du <= `weight` e^{`real` t}, Re l <= `real`, |l| <= `size`."""

    real: Ball
    weight: Ball
    size: Ball


class Remainder:
    """What the rule leaves out, as a function of time: edges of the rectangle, its ends, and the closing path."""

    def __init__(self, contour: Hyperbola, majorant: Majorant) -> None:
        self.contour, self.majorant = contour, majorant
        with working(_BOUND_BITS):
            angle, height = real(contour.angle), self._height()
            self.parts = {
                "below": self._edge(angle, real(0)),
                "above": self._edge(height, angle + height),
                "ends": self._ends(),
            }
            self.corner, _ = contour.at(real(contour.end), real(contour.angle))
            width = real(contour.mu / contour.last) * _sinh(real(contour.end))
            majorant.check(self.corner, width)

    def at(self, t: Ball, moment: int = 0) -> Ball:
        """Bound of the error of P(t), or for `moment` = 1 of t dP/dt; t a ball of times in [t_0, t_1]."""
        with working(_BOUND_BITS):
            total = sum((self.part(name, t, moment) for name in self.parts), arb(0))
            return (total + self.closing(t, moment)).abs_upper()

    def part(self, name: str, t: Ball, moment: int = 0) -> Ball:
        """The contribution of "below", "above" or "ends", both signs of u included."""
        total = arb(0)
        for piece in self.parts[name]:
            value = (piece.real * t).exp() * piece.weight
            total += value * (piece.size * t) if moment else value
        return 2 * total

    def closing(self, t: Ball, moment: int = 0) -> Ball:
        """The contribution of the closing path."""
        return self.majorant.closing(self.corner, t, moment)

    def _height(self) -> Ball:
        """a_+."""
        return real(FOLD) * (arb.pi() / 2 - real(self.contour.angle))

    def _edge(self, height: Ball, lift: Ball) -> list[_Piece]:
        """0 <= x <= U on the edge at the distance `height` from the path, where al + y = `lift`."""
        contour = self.contour
        weight = 1 / ((2 * arb.pi() * height / real(contour.step)).exp() - 1)
        count = 96 + 8 * math.ceil(contour.end)  # finest at 0, where the upper edge comes close to the cut
        cuts = [contour.end * Fraction(i * i, count * count) for i in range(count + 1)]
        pieces = []
        for left, right in itertools.pairwise(cuts):
            pieces.append(self._piece((real(left), real(right)), (lift, lift), weight * real(right - left)))
        return pieces

    def _ends(self) -> list[_Piece]:
        """Re u = U, -a_- <= y <= a_+."""
        contour, pieces = self.contour, []
        x, height = real(contour.end), self._height()
        rate = 2 * arb.pi() / real(contour.step)
        spans = (("down", real(contour.angle)), ("up", height))
        for name, length in spans:
            count = 8 + math.ceil(float(rate * length))  # the weight changes by a factor e from piece to piece
            cuts = [length * real(Fraction(i, count)) for i in range(count + 1)]
            for low, high in itertools.pairwise(cuts):
                weight = length / count / (1 + (rate * low).exp())  # largest at the lower end
                near, far = (real(contour.angle) + (y if name == "up" else -y) for y in (low, high))
                lifts = (near, far) if name == "up" else (far, near)
                pieces.append(self._piece((x, x), lifts, weight))
        return pieces

    def _piece(self, xs: tuple[Ball, Ball], lifts: tuple[Ball, Ball], length: Ball) -> _Piece:
        """Of the box between two x >= 0 and two al + y in [0, pi/2); Re l is largest at its lower corner."""
        point, slope = self.contour.at(xs[0].union(xs[1]), lifts[0].union(lifts[1]))
        corner, _ = self.contour.at(xs[0], lifts[0])
        size = self.majorant.on(point) * abs(slope) * length / (2 * arb.pi())
        if not size.is_finite():
            raise Refused(f"the transform is bounded on the box {point.str(5)}", bits_now())
        return _Piece(corner.real.upper(), arb(size.abs_upper()), arb(abs(point).abs_upper()))


def told(nodes: Sequence[_Node], last: Fraction, what: str) -> Iterator[_Node]:
    """The nodes one by one, each announced to whoever watches."""
    for done, node in enumerate(nodes):
        tell(f"{what} up to time {float(last):.6g}, {bits_now()} bits: {done} of {len(nodes)} nodes")
        yield node


def _sinh(x: Ball) -> Ball:
    return (x.exp() - (-x).exp()) / 2


class Panel:
    """The transform at the nodes of one contour: values at any time in its range, each with its proved remainder."""

    def __init__(self, contour: Hyperbola, transform: Callable[[Box], Box], majorant: Majorant) -> None:
        self.contour = contour
        self.remainder = Remainder(contour, majorant)
        self.terms = [
            (point, weight * transform(point)) for point, weight in told(contour.nodes(), contour.last, "contour")
        ]

    def value(self, t: Fraction) -> tuple[Ball, Ball]:
        """P(t) as a ball, and the share of its radius that is the remainder."""
        time = real(t)
        total = sum(((point * time).exp() * term for point, term in self.terms), acb(0)).real
        bound = self.remainder.at(time)
        return total + arb(0, bound), bound
