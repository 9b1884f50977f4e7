"""Every part of every bound against its true value, and what happens without it.

Contours out of balance make one error large at a time: too few nodes, a step too wide, an end too early.
"""

import math
from fractions import Fraction

import pytest

from tauber.numerics.certified import CertifiedDynamical, CertifiedPLRF, Refused
from tauber.numerics.certified.balls import acb, arb, real, working
from tauber.numerics.certified.hyperbola import Hyperbola, Panel
from tauber.numerics.certified.majorants import FlowMajorant, OnePassMajorant
from tauber.numerics.certified.one_pass import Circle, Solver

MODEL = CertifiedPLRF("4/5", "3/10", 20, 100, step_size="1/10")
T = Fraction(200)
ATOM = Fraction(1, 300)  # q = 1/(l + x), P(t) = e^(-x t)

CONTOURS = [
    # N nodes, h, al, mu: from balance to far off it; each part of the bound leads somewhere
    Hyperbola(T, T, angle, step, Fraction(mu), count)
    for angle in (Fraction(1, 4), Fraction(3, 4), Fraction(9, 8), Fraction(5, 4))
    for step, counts in (
        (Fraction(1, 3), (2, 4, 8)), (Fraction(1, 8), (3, 6, 12, 20)), (Fraction(1, 20), (6, 12, 24, 40)),
    )
    for count in counts
    for mu in (4, 15, 40)
]  # fmt: skip


def atom_panel(contour):
    """One eigendirection of a flow: all there is in closed form."""
    return Panel(contour, lambda point: 1 / (point + real(ATOM)), FlowMajorant(arb(1)))


def errors_of(contour):
    """True errors of the quadrature and of the truncation, from an enclosure of the finite integral by Arb."""
    t, size = real(T), real(contour.mu / contour.last)

    def integrand(u, _):
        lift = acb(0, 1) * u - real(contour.angle)
        point = size * (1 + lift.sin())
        return (point * t).exp() / (point + real(ATOM)) * size * lift.cos() / (2 * arb.pi())

    end = acb(real(contour.end))
    finite = acb.integral(integrand, -end, end).real
    panel = atom_panel(contour)
    total = sum(((point * t).exp() * term for point, term in panel.terms), acb(0)).real
    return panel.remainder, abs(finite - total), abs((-real(ATOM) * t).exp() - finite)


@pytest.fixture(scope="module")
def errors():
    """Every contour that is allowed, with its bound and its true errors."""
    found = []
    with working(128):
        for contour in CONTOURS:
            try:
                found.append(errors_of(contour))
            except Refused:  # it ends on the wrong side
                continue
    assert len(found) > 20
    return found


def test_each_error_is_within_its_own_bound(errors):
    """Quadrature within edges and ends, truncation within the closing path; neither bound is silly everywhere."""
    tight = [0, 0]
    with working(128):
        t = real(T)
        for remainder, quadrature, truncation in errors:
            inside = sum((remainder.part(name, t) for name in remainder.parts), arb(0))
            assert not quadrature > inside
            assert not truncation > remainder.closing(t)
            tight[0] += quadrature > inside / 1000
            tight[1] += truncation > remainder.closing(t) / 1000

    assert min(tight) > 5


@pytest.mark.parametrize("name", ["below", "above", "ends"])
def test_without_one_part_the_quadrature_bound_fails(errors, name):
    with working(128):
        t = real(T)
        beyond = [
            quadrature > sum((remainder.part(other, t) for other in remainder.parts if other != name), arb(0))
            for remainder, quadrature, _ in errors
        ]

    assert any(beyond)


def test_without_the_closing_path_the_bound_fails(errors):
    """A truncation that exceeds everything the rule itself is charged with."""
    with working(128):
        t = real(T)
        beyond = [
            truncation - quadrature > sum((remainder.part(name, t) for name in remainder.parts), arb(0))
            for remainder, quadrature, truncation in errors
        ]

    assert any(beyond)


def true_error(panel, t):
    """|finite sum - P(t)| of the model, and its bound, as floats."""
    value, bound = panel.value(t)
    centre = value.mid()
    with working(256):
        truth = MODEL.curve([t], 30)[0].ball
    return abs(float(centre - real(truth.mid))), float(bound)


def test_the_arc_holds_its_integral():
    """(1/2 pi) int |w^(t+1) Q| over the arc, for the atoms of the forcing at both ends of the support."""
    majorant = OnePassMajorant(arb(1), arb(0), 1, True)
    with working(128):
        for log, theta in ((-0.4, 0.3), (-1.0, 1.2), (-0.05, 0.02)):
            corner = acb(log, theta)
            radius, t = arb(log).exp(), arb(30)
            for tau in (0.5, 1.0):
                angles = [theta + (2 * math.pi - 2 * theta) * (i + 0.5) / 4000 for i in range(4000)]
                step = (2 * math.pi - 2 * theta) / 4000
                sizes = (1 / abs(radius * acb(math.cos(a), math.sin(a)) - tau) for a in angles)
                true = sum(sizes, arb(0)) * step * radius * (t * log).exp() / (2 * arb.pi())

                assert true < majorant.arc(corner, t)
                assert true > majorant.arc(corner, t) / 30


def test_lips_are_needed_for_times_that_are_not_whole():
    """At t = 40.5 the closing path may not cross the cut of w^t: the arc alone is not a bound of the whole closing."""
    t, step = Fraction(81, 2), real(Fraction(81, 2))
    norm = MODEL.kernel_norm()
    whole, real_times = (OnePassMajorant(MODEL.start(), norm / (1 - norm), 1, w) for w in (True, False))
    contour = Hyperbola(t, t, Fraction(9, 8), Fraction(1, 16), Fraction(25), 12)
    with working(128):
        corner, _ = contour.at(real(contour.end), real(contour.angle))
        lips = real_times.closing(corner, step, 0) - whole.closing(corner, step, 0)
        # the lips for a known Q: one atom, Q = 1/(w - tau), no kernel; 2/(2 pi) sin(pi t) int_0^R x^t/(x + tau) dx
        atom = OnePassMajorant(arb(1), arb(0), 1, False)
        tau = arb(1) / 2
        radius = corner.real.exp()
        places = [radius * (2 * i + 1) / 400 for i in range(200)]
        integral = sum((x**step / (x + tau) * radius / 200 for x in places), arb(0))
        true = integral / arb.pi()

        assert lips > 0
        assert true < atom.lips(corner, step, 0)
        assert true > 1e-3 * atom.lips(corner, step, 0)


def test_majorants_bound_the_transform():
    """|q| <= M off the cut, at points around it; the atom of mass F(0) at tau is the worst there is."""
    majorant = OnePassMajorant(arb(1), arb(0), 1, True)
    flow = FlowMajorant(arb(1))
    for x in (-3.0, -0.5, -1e-3, 1e-3, 0.5):
        for y in (1e-3, 0.1, 1.0, 3.0):
            point = acb(x, y)
            w = point.exp()
            for tau in (0.5, 0.75, 1.0):
                assert not abs(w / (w - tau)) > majorant.on(point)
            for mode in (0.0, 0.3, 2.0):
                assert not abs(1 / (point + mode)) > flow.on(point)


def test_the_volterra_factor_is_in_the_majorant():
    """Q = F~/(1 - K~) exceeds F~'s own bound where ||K|| is near 1; with rho it does not."""
    limit = MODEL.stability_limit(20).mid
    near = CertifiedPLRF("4/5", "3/10", 20, 100, step_size=limit * Fraction(999, 1000))
    with working(128):
        norm = near.kernel_norm()
        full, bare = (OnePassMajorant(near.start(), rho, 1, True) for rho in (norm / (1 - norm), arb(0)))
        points = [acb(x, y) for x in (1e-6, 1e-4, 1e-3) for y in (1e-6, 1e-4, 1e-3)]
        near.prepare([complex(p.expm1()) for p in points])
        values = [abs(Solver(near)._at(p)) for p in points]

        assert all(value <= full.on(p) for value, p in zip(values, points, strict=True))
        assert any(value > bare.on(p) for value, p in zip(values, points, strict=True))


def test_aliases_of_the_circle():
    """With R near 1 the aliases show, and their bound holds them; without it the ball is wrong."""
    steps, count, decay = [0, 3, 9], 10, 3.0
    with working(128):
        pairs = Solver(MODEL).circle(steps, count, decay)
        circle = Circle(count, decay)
        truth = [real(v.ball.mid) for v in MODEL.curve(steps, 30)]
        for (value, alias), true in zip(pairs, truth, strict=True):
            assert value.contains(true)
            assert not value.mid().overlaps(true)
            assert abs(value.mid() - true) > alias / 1000
        assert circle.alias(arb(1)) > 0


def test_as_many_steps_as_nodes_are_refused():
    """At r = count an alias is P(0) itself, and the bound is false."""
    with working(64), pytest.raises(ValueError, match="alias"):
        Solver(MODEL).circle([10], 10, 20.0)


def test_the_flow_needs_its_bound():
    """Training loss of the dynamical model on a contour with few nodes."""
    model = CertifiedDynamical(3, Fraction(3, 2), 20, 40, noise=Fraction(1, 10), modes=60)
    t = Fraction(50)
    truth = model.train([t], 30)[0].ball
    with working(128):
        for decay in (4.0, 8.0, 14.0):
            panel = model._panel(2 * t, 2 * t, decay)
            value, bound = panel.value(2 * t)
            error = abs(float(value.mid() - real(truth.mid)))

            assert 1e-4 * float(bound) < error <= float(bound)


def test_bounds_are_not_silly():
    """The remainder of a balanced contour is at most 10^5 times the true error."""
    with working(192):
        for decay in (12.0, 20.0, 30.0):
            panel = Solver(MODEL).panel(T, T, decay, whole=True)
            error, bound = true_error(panel, T)

            assert 1e-5 * bound < error <= bound
