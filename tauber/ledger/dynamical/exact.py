"""Claims: exact identities of the dynamical model, at every width, data set, time and spectrum.

With kappa for the effective ridge at s, and T, G the two sums at it, the sums over pairs of points are divided
differences,

    al = sum lambda/((kappa+lambda)(kappa'+lambda)) = (T - T')/(kappa' - kappa),      be = sum lambda^2/(...) likewise,

so that the linear system of the two correlation functions and its solution are rational in kappa, T, G and the primed
ones: that they agree is shown exactly, for any spectrum. The numeric wing is set beside the system itself, with sums
over modes and a linear solver, at random points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..claim import Comparison, Kind
from ..measure import FINE, SOLVER, exactly
from ..papers import SYSTEM
from ..source import stated
from ..topic import topic
from ..typed import typed
from .probe import DERIVED_HERE

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.models.dynamical import Dynamical

DRAWS = 6
TIMES = (0.3, 3.0, 300.0)
STRICT = 1000.0  # a difference of two losses is no round-off from so many errors on


claim = topic(
    "dynamical",
    kind=Kind.IDENTITY,
    source=DERIVED_HERE,
    derived_by="tauber.theory.models.dynamical.model.train_transform",
)


def random_model(generator: np.random.Generator, *, most_modes: int = 40, noise: bool = True) -> Dynamical:
    """A model with a drawn spectrum, sizes, and noise; width and data differ."""
    from ...numerics.models.dynamical import Dynamical

    modes = int(generator.integers(20, most_modes))
    lam, power = generator.uniform(0.05, 2.0, modes), generator.uniform(0.0, 1.0, modes)
    width, data = generator.uniform(3, 15), generator.uniform(3, 15)
    sigma = generator.uniform(0.1, 1.0) if noise else 0.0
    return Dynamical(width=width, data=data, noise=sigma, spectrum=(lam, power))


def _rational_forms() -> tuple[Any, Any]:
    """The rest of the linear system with the divided difference put in, and D less its closed form: both are zero."""
    from sympy import cancel, symbols, together

    k, k_, t, t_, g, g_, e, n, v = names = symbols("kappa kappa' T T' G G' 1/P 1/N sigma^2")
    al, be = (t - t_) / (k_ - k), (k_ * t_ - k * t) / (k_ - k)
    at, bt = (g - g_) / (k_ - k), (k_ * g_ - k * g) / (k_ - k)
    r1, r1_, r3, r3_ = 1 - e * t, 1 - e * t_, 1 - n * t, 1 - n * t_
    (s, q), (s_, q_) = _model(k, t, g, *names[6:]), _model(k_, t_, g_, *names[6:])
    both = k * k_ / (s * s_)
    c0 = (q_ - q) / ((s - s_) * r1 * r1_) - v / (s * s_)
    c1 = r1 * r1_ * (c0 + v / (s * s_))
    c2 = (c0 / both - at - r3 * r3_ * be * c1 * e) / (r3 * r3_ * al * n)  # the first equation
    rest = c2 - both * (s * s_ * al * c1 * e + r1 * r1_ * (bt + be * r3 * r3_ * c2 * n))  # the second
    determinant = (1 - be * n) * (1 - be * e) - k * k_ * al**2 * n * e
    return cancel(together(rest)), cancel(together(determinant - (s - s_) / (k - k_)))


def _model(kappa: Any, t: Any, g: Any, over_p: Any, over_n: Any, variance: Any) -> tuple[Any, Any]:
    """s and Q of the symbolic wing in the symbols given."""
    from sympy import Function, sqrt, symbols

    from ...theory.models.dynamical.model import response, train_transform

    k, s, sigma, e, n = symbols("kappa s sigma epsilon nu", positive=True)
    values = {Function("T")(k): t, Function("G")(k): g, e: over_p, n: over_n, sigma: sqrt(variance)}
    ridge = response().subs(values).subs(k, kappa)
    return ridge, train_transform().subs(values).subs({s: ridge, k: kappa})


def _by_linear_system(model: Dynamical, s: Any, kappa: Any) -> np.ndarray:
    """C_0(s_i, s_j) from sums over modes and the 2 x 2 system, shape (n, n)."""
    import numpy as np

    lam, power = (np.asarray(x) for x in model.spectrum or ())
    e, n, v = 1 / float(model.data), 1 / float(model.width), float(model.noise) ** 2
    t = (lam / (kappa[:, None] + lam)).sum(axis=1)
    r1, r3 = 1 - e * t, 1 - n * t
    found = np.empty((len(s), len(s)), complex)
    for i in range(len(s)):
        for j in range(len(s)):
            h = kappa[i] * kappa[j] / (s[i] * s[j]) / ((kappa[i] + lam) * (kappa[j] + lam))
            data, width, both = r1[i] * r1[j], r3[i] * r3[j], s[i] * s[j]
            one, two = (h * lam).sum(), (h * lam**2).sum()
            system = [[1 - width * two * data * e, -one * width * n],
                      [-both * one * data * e, 1 - data * two * width * n]]  # fmt: skip
            right = [
                (h * power).sum() + width * two * e * data * v / both,
                one * e * data * v + data * (h * lam * power).sum(),
            ]
            found[i, j] = np.linalg.solve(system, right)[0]
    return found


def _statement_correlation() -> Any:
    from sympy import Eq, symbols

    k, k_, t, t_, g, g_ = symbols("kappa kappa' T T' G G'")
    width, data, sigma = symbols("N P sigma", positive=True)
    e, n, v = 1 / data, 1 / width, sigma**2
    (s, q), (s_, q_) = _model(k, t, g, e, n, v), _model(k_, t_, g_, e, n, v)
    left, right, q1, q2, c0 = symbols("s s' Q Q' C0")
    rule = Eq(c0 + v / (left * right), (q2 - q1) / ((left - right) * (1 - t * e) * (1 - t_ * e)), evaluate=False)
    return (
        rule,
        Eq(left, s, evaluate=False),
        Eq(q1, q, evaluate=False),
        Eq(right, s_, evaluate=False),
        Eq(q2, q_, evaluate=False),
    )


@claim(
    "identity.correlation",
    "The correlation of the residuals is a divided difference of one function of one variable",
    _statement_correlation,
    samples=DRAWS,
    precision="exact, and float64",
    assumptions="any spectrum and target, N, P, sigma, and any two points s, s' off the spectrum",
    order_of_limits="none: an identity of the equations for many features and data; average over both",
    source=stated(SYSTEM, note="the linear system; its solution is derived here"),
    measured_by="tauber.numerics.models.dynamical.correlation.pairs",
)
def _check_correlation(seed: int) -> Iterator[Comparison]:
    """The rational identity exactly; the numeric wing against the linear system at random points."""
    import numpy as np

    from ...numerics.core.precision import FLOAT64
    from ...numerics.core.spectrum import explicit
    from ...numerics.models.dynamical.correlation import pairs
    from ...numerics.models.dynamical.response import respond

    generator = np.random.default_rng(seed)
    rest, determinant = _rational_forms()
    yield exactly("rest of the linear system at the divided difference, as a rational function", rest != 0)
    yield exactly("determinant minus its closed form, as a rational function", determinant != 0)
    for _ in range(DRAWS):
        model = random_model(generator)
        s = generator.uniform(-1, 1, 4) + 1j * generator.uniform(0.05, 1, 4)
        nodes = respond(explicit(FLOAT64, *(model.spectrum or ())), model.sizes, s)
        table = pairs(nodes, model.noise**2).total
        stated = table.value[:, :4] / np.outer(s, s)
        system = _by_linear_system(model, s, nodes.kappa.value)
        tolerance = float(np.max(table.error[:, :4] / abs(table.value[:, :4])))
        what = f"largest relative distance of C_0 from its linear system, N = {model.width:.3g}, P = {model.data:.3g}"
        distance = float(np.max(abs(stated / system - 1)))
        yield Comparison(what, 0.0, distance, 8 * tolerance, SOLVER, FINE)


@claim(
    "identity.exchange",
    "The response and the bias stay the same if width and data are exchanged",
    typed(
        "s(kappa, N, P) = s(kappa, P, N)",
        "h(k, t, N, P) = h(k, t, P, N)",
        "bias(t, N, P)^2 = Sum(lambda_(k)*w(k)^2*h(k, t, N, P)^2, (k, 1, oo))",
        "R_1(N, P) = R_3(P, N)",
    ),
    samples=DRAWS,
    precision="exact, and float64",
    assumptions="any spectrum and target, any N and P, no label noise in the bias",
    order_of_limits="none; the bias is that of the average over features and data sets",
    derived_by="tauber.theory.models.dynamical.model.response",
    measured_by="tauber.numerics.models.dynamical.Dynamical.ensembles",
)
def _check_response(seed: int) -> Iterator[Comparison]:
    """The response does not change when N and P are exchanged, nor does the bias."""
    import numpy as np
    from sympy import symbols

    from ...numerics.core.precision import FLOAT64
    from ...numerics.core.spectrum import explicit
    from ...numerics.models.dynamical import Dynamical
    from ...numerics.models.dynamical.response import respond
    from ...theory.models.dynamical.model import response

    n, p, other = symbols("nu epsilon x", positive=True)
    swapped = response().subs({n: other}).subs({p: n}).subs({other: p})
    yield exactly("s(kappa) minus s(kappa) with N and P exchanged, as a formula", (swapped - response()) != 0)
    generator = np.random.default_rng(seed)
    for _ in range(DRAWS):
        model = random_model(generator, noise=False)
        turned = Dynamical(width=model.data, data=model.width, spectrum=model.spectrum)
        s = generator.uniform(-1, 1, 4) + 1j * generator.uniform(0.05, 1, 4)
        one, two = (respond(explicit(FLOAT64, *(model.spectrum or ())), each.sizes, s) for each in (model, turned))
        sizes = f"N, P = {model.width:.3g}, {model.data:.3g}"
        for what, before, after in (
            ("kappa", one.kappa, two.kappa),
            ("R_1 as it was over R_3", one.r_data, two.r_width),
        ):
            moved = float(np.max(abs(after.value / before.value - 1)))
            error = float(np.max((before.error + after.error) / abs(before.value)))
            yield Comparison(f"{what}, exchanged, minus 1, {sizes}", 0.0, moved, error, SOLVER, FINE)
        yield _same_bias(model, turned, f"bias, exchanged over as it was, minus 1, {sizes}")


def _same_bias(model: Dynamical, turned: Dynamical, what: str) -> Comparison:
    """The biases of two models beside each other, at the time at which they differ most in parts of their errors."""
    one, two = model.ensembles(TIMES), turned.ensembles(TIMES)
    differences = abs(two.bias / one.bias - 1)
    errors = (one.bias_error + two.bias_error) / one.bias
    k = int((differences / errors).argmax())
    return Comparison(f"{what}, t = {TIMES[k]:g}", 0.0, float(differences[k]), float(errors[k]), SOLVER, FINE)


@claim(
    "exchange.losses",
    "Test and train loss are not the same if width and data are exchanged",
    typed("L(t, N, P) != L(t, P, N)", "Lhat(t, N, P) != Lhat(t, P, N)"),
    samples=DRAWS * len(TIMES),
    kind=Kind.INEQUALITY,
    assumptions="drawn spectra and targets with w_k^2 not constant, no label noise; N not P, t > 0",
    order_of_limits="none; a single network, averaged over features and data",
    measured_by="tauber.numerics.models.dynamical.Dynamical.curve",
)
def _check_no_symmetry(seed: int) -> Iterator[Comparison]:
    """Test and train loss do change, by far more than their errors."""
    import numpy as np

    from ...numerics.models.dynamical import Dynamical

    generator = np.random.default_rng(seed)
    unmoved = {"test": 0, "train": 0}
    for _ in range(DRAWS):
        model = random_model(generator, noise=False)
        turned = Dynamical(width=model.data, data=model.width, spectrum=model.spectrum)
        one, two = model.curve(TIMES), turned.curve(TIMES)
        for name in unmoved:
            before, after = getattr(one, name), getattr(two, name)
            error = getattr(one, f"{name}_error") * before + getattr(two, f"{name}_error") * after
            unmoved[name] += int((abs(after - before) < STRICT * error).sum())
    yield from (
        exactly(f"draws and times at which the {name} loss moved by less than {STRICT:g} errors", count)
        for name, count in unmoved.items()
    )
