"""Are the error estimates honest? Random PLRF models in float64 beside the same in 20 digits.

    python benchmarks/honesty.py FILE [COUNT]       COUNT models (1000), their digits kept in FILE

A model has exponents from all phases (one in ten steep or flat), d up to 1e12, v from d + 1 to infinity, a batch and a
step size up to 1 - 1e-6 of the limit; asked are losses at eight times from 0 to 1e13, the level and the norm of the
kernel. The digits come from balls where python-flint is installed, by other formulas than the doubles. They take a
second a model and depend on the seed alone: FILE keeps them line by line with their processor seconds, and the same
command goes on where it was stopped, or compares the doubles of today with the digits kept. A ratio above 1 is a true
error above its estimate. Exit code 1 if there is one. The models that took longest are named: the price of digits may
grow with the logarithms of sizes and times alone.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

SEED, COUNT, DIGITS = 20240515, 1000, 20
Model = dict[str, Any]


def models(count: int) -> Iterator[Model]:
    """The first `count` models of the seed; the step size is a fraction of the limit in float64."""
    import numpy as np

    for index in range(count):
        random = np.random.default_rng((SEED, index))
        alpha, beta = random.uniform(0.1, 1.6), random.uniform(0, 1.8)
        if random.random() < 0.1:
            alpha, beta = 10 ** random.uniform(-1.5, 0.9), 10 ** random.uniform(-2, 1.5)
        largest = min(12, 100 / max(2 * alpha, 2))
        d = math.floor(10 ** random.uniform(0.31, largest))
        infinite = 2 * alpha > 1.02 and random.random() < 0.5
        yield {
            "index": index,
            "alpha": round(alpha, 6),
            "beta": round(beta, 6),
            "d": d,
            "v": None if infinite else d + 1 + math.floor(d * 10 ** random.uniform(-9, 2)),
            "batch": int(random.choice([1, 1, 2, 5, 100])),
            "fraction": float(random.choice([0.1, 0.5, 0.9, 0.999, 1 - 1e-6])),
            "times": [0, *sorted({math.floor(10**x) for x in (*random.uniform(0, 1.7, 3), *random.uniform(1, 13, 4))})],
        }


def solver(model: Model, digits: int | None, step_size: Any = None) -> Any:
    """The model in doubles or digits; without a step size that of its fraction."""
    from tauber.numerics.models.plrf import PLRF

    v = math.inf if model["v"] is None else model["v"]
    parameters = model["alpha"], model["beta"], model["d"], v
    if step_size is None:
        step_size = PLRF(*parameters, batch=model["batch"]).stability_limit * model["fraction"]
    return PLRF(*parameters, batch=model["batch"], step_size=step_size, precision=digits)


def truth(model: Model) -> Model:
    """The model with its digits, as texts, and how long they took."""
    begin = time.process_time()
    step_size = float(solver(model, None).step_size)
    exact = solver(model, DIGITS, step_size)
    curve = exact.curve(model["times"])
    found = {"loss": list(map(str, curve.loss)), "level": str(exact.level), "kernel_norm": str(exact.kernel_norm)}
    seconds = round(time.process_time() - begin, 2)
    return model | {"step_size": step_size, "solver": curve.solver, "digits": found, "seconds": seconds}


def ratios(kept: Model) -> dict[str, float]:
    """True error over estimate of every number of a model in float64; of refused ones none."""
    from tauber.numerics import PrecisionLost

    rough = solver(kept, None, kept["step_size"])
    found = {
        name: ratio(getattr(rough, name), kept["digits"][name], getattr(rough, f"{name}_error"))
        for name in ("level", "kernel_norm")
    }
    for moment, digits in zip(kept["times"], kept["digits"]["loss"], strict=True):
        try:
            curve = rough.curve([moment])
        except PrecisionLost:
            continue
        found[f"loss at {moment}"] = ratio(curve.loss[0], digits, curve.error[0])
    try:
        together = rough.curve(kept["times"])
    except PrecisionLost:
        return found
    for moment, digits, loss, error in zip(
        kept["times"], kept["digits"]["loss"], together.loss, together.error, strict=True
    ):
        found[f"loss at {moment} of a curve"] = ratio(loss, digits, error)
    return found


def ratio(number: float, digits: str, error: float) -> float:
    """The relative distance to the digits, in units of its estimate."""
    return abs(float(Decimal(float(number)) / Decimal(digits) - 1)) / float(error)


def kept_truths(file: Path, count: int) -> Iterator[Model]:
    """The digits of every model, from the file or found now and added to it."""
    known = {}
    if file.exists():
        whole, end, _ = file.read_text().rpartition("\n")  # whoever was stopped may have left half a line
        file.write_text(whole + end)
        known = {line["index"]: line for line in map(json.loads, whole.splitlines())}
    for model in models(count):
        kept = known.get(model["index"])
        if kept is None:
            kept = truth(model)
            with file.open("a") as lines:
                lines.write(json.dumps(kept) + "\n")
        elif {name: kept[name] for name in model} != model:
            raise SystemExit(f"{file} holds the digits of other models; give another file.")
        yield kept


def main(words: list[str]) -> int:
    """Print the models above their estimate and a summary."""
    if not words:
        raise SystemExit("A file for the digits was expected: python benchmarks/honesty.py FILE [COUNT].")
    count = int(words[1]) if len(words) > 1 else COUNT
    worst: dict[str, tuple[float, int]] = {}
    above, numbers = 0, 0
    seconds: dict[int, float] = {}
    for kept in kept_truths(Path(words[0]), count):
        seconds[kept["index"]] = kept["seconds"]
        found = ratios(kept)
        numbers += len(found)
        for name, value in found.items():
            kind = name.split()[0]
            worst[kind] = max(worst.get(kind, (0.0, -1)), (value, kept["index"]))
        if max(found.values()) > 1:
            above += 1
            shown = {name: f"{value:.2g}" for name, value in found.items() if value > 1}
            print(
                {name: kept[name] for name in ("index", "alpha", "beta", "d", "v", "batch", "fraction")},
                shown,
                flush=True,
            )
        if (kept["index"] + 1) % 100 == 0:
            print(f"{kept['index'] + 1} models, {above} above their estimate", file=sys.stderr, flush=True)
    print(f"{count} models, {numbers} numbers: {above} models with a true error above its estimate")
    print("worst ratio: " + ", ".join(f"{kind} {value:.2g} (model {index})" for kind, (value, index) in worst.items()))
    slowest = sorted(seconds, key=lambda index: seconds[index])[:-4:-1]
    longest = ", ".join(f"{seconds[index]:.1f} (model {index})" for index in slowest)
    print(f"seconds for the digits: {sum(seconds.values()) / count:.2f} a model, at most {longest}")
    return int(above > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
