"""Eigenvalues of a kernel on a sphere or a torus, their decay, and the exponent alpha_K, derived exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ...action import Argument, Number, Numbers, action
from ...boundary import theory_errors
from ...errors import BadInput
from ...output import screen
from ...output.laws import law_tex, value, written
from ...output.result import Result
from ...read import arguments as common
from ...read import numbers
from ...spectra import KERNELS, LEAST_SCALE, MOST_DIMENSIONS, SCALED

if TYPE_CHECKING:
    from ...theory.models.geometry import Sphere, Torus

Manifold = Literal["sphere", "torus"]


@action(latex=True, full=True)
def derive(
    manifold: Annotated[Manifold, Argument("", "Unit sphere S^dim in dim + 1 dimensions, or flat torus T^dim.")],
    kernel: Annotated[
        str,
        Argument(
            "NAME",
            "On the sphere laplace (e^(-r/scale)), arccos0, arccos1 (normalised to 1), ntk (two layers, no bias); on "
            "the torus matern.",
        ),
    ],
    dim: Annotated[Number, Argument("WHOLE", "Dimension of the manifold.")] = "2",
    scale: Annotated[Number | None, Argument("NUMBER", "Length scale of laplace and matern; 1 by default.")] = None,
    nu: Annotated[Number | None, Argument("NUMBER", "Smoothness of matern, e.g. 1/2.")] = None,
    degrees: Annotated[
        Numbers, Argument("LIST", "Degrees of the eigenvalues to give; on the torus |m|^2.")
    ] = "0,1,2,3,4",
    digits: common.Digits = None,
) -> Result:
    """Derive the spectrum of a kernel from geometry: exact eigenvalues, their decay, and the exponent alpha_K.

    Eigenvalues in order of size fall like k^-(1 + alpha_K), so that a target with these powers has the loss n^-alpha_K
    for n samples or n features. On the sphere they belong to degrees l of spherical harmonics, on the torus of unit
    sides to wave vectors m of squared length n = |m|^2. Beside it, the errors of a nearest neighbour in this dimension.

    Example: tauber derive geometry --manifold sphere --dim 2 --kernel laplace --scale 1 --degrees 0,1,2,10

    Returns
    -------
    Result
        ``alpha_K``; ``eigenvalues``, each with ``degree``, ``degeneracy`` and ``value``, and their ``formula``;
        ``decay``, ``learning`` and ``resolution`` with exponents and constants. Formulas are SymPy's.

    Raises
    ------
    BadInput
        No such kernel on the manifold, a parameter that it has not, or one out of its range.

    References
    ----------
    Bahri, Dyer, Kaplan, Lee, Sharma, arXiv 2102.06701.
    """
    asked = _Asked.read(manifold, kernel, dim, scale, nu)
    chosen = asked.degrees(degrees)
    shown = None if digits is None else numbers.digits(digits, numbers.SOLVED_DIGITS)
    with theory_errors(), screen.waiting("Deriving"):
        values = _derived(asked, shown)
    values["eigenvalues"] = _eigenvalues(asked.space(), chosen, shown)
    return Result(values, _show, formula=_headline, digits=shown)


@dataclass(frozen=True)
class _Asked:
    manifold: Manifold
    kernel: str
    dim: int
    scale: Fraction | None
    nu: Fraction | None

    @classmethod
    def read(cls, manifold: Manifold, kernel: str, dim: str, scale: str | None, nu: str | None) -> _Asked:
        """Read the arguments of a geometry.

        Raises
        ------
        BadInput
            If there is no such kernel on the manifold, or it has no such parameter.
        """
        if kernel not in KERNELS[manifold]:
            raise BadInput(
                f"--kernel was given as '{kernel}', but on the {manifold} it must be one of "
                f"{', '.join(KERNELS[manifold])}."
            )
        if scale is not None and kernel not in SCALED:
            raise BadInput(f"--scale {scale} was given, but the kernel {kernel} has no length scale; leave it out.")
        if (nu is None) == (kernel == "matern"):
            raise BadInput(
                "--nu is missing; the kernel matern needs its smoothness, such as --nu 1/2."
                if nu is None
                else f"--nu {nu} was given, but only the kernel matern has a smoothness; leave it out."
            )
        length = (Fraction(1) if scale is None else numbers.positive("--scale", scale)) if kernel in SCALED else None
        if kernel == "laplace" and length is not None and length < LEAST_SCALE:
            raise BadInput(
                f"--scale {scale} was given, but the series for the eigenvalues of laplace takes scales from "
                f"{LEAST_SCALE} on; choose a larger one."
            )
        dimension = numbers.whole("--dim", dim, 1, MOST_DIMENSIONS)
        return cls(manifold, kernel, dimension, length, None if nu is None else numbers.positive("--nu", nu))

    def degrees(self, text: str) -> list[int]:
        """Read ``--degrees``: a comma list."""
        most = 1000 if self.kernel == "laplace" else 10_000
        return [numbers.whole("--degrees", part, 0, most) for part in text.split(",")]

    def space(self) -> Sphere | Torus:
        """The geometry as the symbolic wing takes it."""
        from sympy import Rational

        from ...theory.models.geometry import Sphere, Torus

        scale = None if self.scale is None else Rational(self.scale)
        if self.nu is None:
            return Sphere(self.kernel, self.dim, scale)
        return Torus(self.kernel, self.dim, Rational(self.nu), scale)


def _derived(asked: _Asked, digits: int | None) -> dict[str, Any]:
    """What is derived of the kernel, whatever the degrees."""
    from ...theory.models.geometry import learning_law

    space = asked.space()
    decay, law = space.decay, learning_law(space)
    return {
        "model": "geometry",
        "manifold": asked.manifold,
        "dim": asked.dim,
        "kernel": asked.kernel,
        "scale": asked.scale,
        "nu": asked.nu,
        "alpha_K": space.alpha_K,
        "formula": dict(space.formula),
        "decay": {
            "variable": "l" if asked.manifold == "sphere" else "|m|",
            "exponent": -decay.exponent,
            "constant": decay.constant,
            "value": value(decay.constant, digits),
            "step": decay.step,
        },
        "learning": {
            "exponent": -law.alpha_K,
            "constant": law.constant,
            "value": value(law.constant, digits),
            "meaning": "loss of the kernel's own target for n samples or n features, no ridge, no noise",
        },
        "resolution": _resolution(asked.dim),
    }


def _resolution(dim: int) -> dict[str, dict[str, Any]]:
    """Leading errors of regression by neighbours on the unit torus of a dimension, and their powers of the data D."""
    from ...theory.models.geometry import neighbours

    errors = {
        "mean_error": (
            neighbours.mean_error(dim),
            "nearest neighbour on the flat unit torus, over the mean length of the gradient",
        ),
        "squared_error": (
            neighbours.squared_error(dim),
            "nearest neighbour on the flat unit torus, over the mean square of the gradient",
        ),
    }
    if dim == 1:
        error = neighbours.interpolation_error()
        errors["interpolation"] = (
            error,
            "squared, linear interpolation on the unit circle, over the mean square of f''",
        )
    return {
        name: {"exponent": -neighbours.rate(error), "formula": error, "meaning": meaning}
        for name, (error, meaning) in errors.items()
    }


def _eigenvalues(space: Sphere | Torus, degrees: list[int], digits: int | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with theory_errors(), screen.progress_bar("Summing", len(degrees)) as advance:
        for degree in degrees:
            size = space.value(degree, digits or 20)
            if digits is None and size and not float(size):
                raise BadInput(
                    f"--degrees {degree} was given, where the eigenvalue is below the smallest double; ask for it as "
                    "a string with --digits, or for a lower degree."
                )
            entry = {"degree": degree, "degeneracy": int(space.degeneracy(degree))}
            found.append(entry | {"value": size if digits else float(size)})
            advance(1)
    return found


def _headline(result: Result) -> str:
    """The exponent, the decay of the eigenvalues and the learning law."""
    from ...formulas import tex

    decay, learning = result.decay, result.learning
    every = "" if decay["step"] == 1 else r"\ \text{(every second degree)}"
    return (
        rf"\alpha_K = {tex(result.alpha_K)},\quad "
        rf"\lambda \sim {law_tex(decay['constant'], decay['variable'], decay['exponent'])}{every},\quad "
        rf"L(n) \sim {law_tex(learning['constant'], 'n', learning['exponent'])}"
    )


def _show(result: Result, full: bool) -> None:
    """Print exponents and the asked eigenvalues; their formulas and what they are compared with in full only."""
    payload = result.plain()
    words = [f"kernel {payload['kernel']} on the {payload['manifold']} of dimension {payload['dim']}"]
    words += [f"{name} {payload[name]}" for name in ("scale", "nu") if payload[name] is not None]
    screen.print_line(", ".join(words)[:1].upper() + ", ".join(words)[1:])
    screen.print_line(f"alpha_K = {payload['alpha_K']}")
    decay, law = payload["decay"], payload["learning"]
    every = "" if decay["step"] == 1 else " on every second degree, 0 on the others"
    screen.print_line(
        f"lambda ~ ({decay['constant']}) {decay['variable']}^({decay['exponent']}) = {written(decay['value'])} "
        f"{decay['variable']}^({decay['exponent']}){every}"
    )
    screen.print_line(
        f"L(n) ~ ({law['constant']}) n^({law['exponent']}) = {written(law['value'])} n^({law['exponent']})"
    )
    rows = [(str(e["degree"]), str(e["degeneracy"]), written(e["value"])) for e in payload["eigenvalues"]]
    screen.print_table("Eigenvalues", ("degree", "degeneracy", "value"), rows)
    if not full:
        return
    screen.print_line()
    screen.print_table("Eigenvalue", ("degrees", "formula"), list(payload["formula"].items()))
    screen.print_line()
    near = [(name, e["exponent"], e["formula"], e["meaning"]) for name, e in payload["resolution"].items()]
    screen.print_table(
        "Errors of neighbours among D points on a torus", ("error", "power of D", "formula", "of what"), near
    )
