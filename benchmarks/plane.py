"""The claim `plrf.sweep.plane` at every point of a sweep that is done: `tauber.ledger.plrf.sweep.judged`.

    tauber sweep plrf --alpha 0.05:1.5:200 --beta 0:1.5:200 --flops 1e12,1e16,1e20 --out plane
    python benchmarks/plane.py plane [PICTURE]      PICTURE: also draw the maps of the README, docs/plane.png

Prints for each phase how many points lie outside the plane, on a boundary, or are refused; and of the others, in the
strip and outside, how many are verified, undecided or refuted; then those outside that are not verified, one by one.
Ends with 1 if any of these is refuted, and with 2 if points are still to be measured.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from fractions import Fraction
from itertools import product
from pathlib import Path

from tauber.ledger import Outcome
from tauber.ledger.plrf.sweep import Judged, Place, judged
from tauber.plots.save import save
from tauber.sweeps.maps import figure
from tauber.sweeps.question import Question
from tauber.sweeps.store import ASKED, opened


def main(folder: Path, picture: Path | None) -> int:
    """Judge, print, draw."""
    data = opened(folder)
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    question, texts = Question(**asked["question"]), asked["points"]
    left = int((data.d.isnull() & (data.refusal == 0)).any("flops").sum())
    if left:
        print(f"{left} points are not measured yet; run the sweep to its end first.")
        return 2
    points = [(Fraction(a), Fraction(b)) for a, b in product(texts["alpha"], texts["beta"])]
    flat = data.transpose("alpha", "beta", ...)
    arrays = {name: array.values.reshape(len(points), *array.shape[2:]) for name, array in flat.data_vars.items()}
    found = list(judged(points, arrays, question.inside["flops"]))
    names = data.derived_phase.attrs["flag_meanings"].split()
    _table([(names[code], _column(one)) for code, one in zip(arrays["derived_phase"], found, strict=True)])
    clear = [one.comparison for one in found if one.place is Place.CLEAR and one.comparison is not None]
    for one in clear:
        if one.outcome is not Outcome.VERIFIED:
            print(f"{one.outcome}: {one.what}: {one.measured:.6f}, derived {one.derived:.6f} +- {one.tolerance:.2g}")
    far = max(abs(one.measured - one.derived) for one in clear)
    print(f"outside the strip measured and derived differ by {far:.2g} at most")
    if picture is not None:
        save(figure(folder), picture)
    return int(any(one.outcome is Outcome.REFUTED for one in clear))


_REFUSED = "refused"
_COLUMNS = {
    Place.OUTSIDE: "no law", Place.BOUNDARY: "boundary", f"{Place.STRIP} {_REFUSED}": "refused",
    **{f"{Place.STRIP} {outcome}": f"strip {outcome}" for outcome in Outcome},
    f"{Place.CLEAR} {_REFUSED}": "clear refused",
    **{f"{Place.CLEAR} {outcome}": f"clear {outcome}" for outcome in Outcome},
}  # fmt: skip


def _column(one: Judged) -> str:
    if one.place in (Place.OUTSIDE, Place.BOUNDARY):
        return one.place
    return f"{one.place} {_REFUSED if one.comparison is None else one.comparison.outcome}"


def _table(found: list[tuple[str, str]]) -> None:
    """How many points of each phase are in each column."""
    counts = Counter(found)
    print("phase     " + "".join(f"{head:>17}" for head in _COLUMNS.values()) + f"{'all':>8}")
    phases = sorted({phase for phase, _ in counts})
    for head, members in [*((phase, [phase]) for phase in phases), ("all", phases)]:
        row = [sum(counts[phase, column] for phase in members) for column in _COLUMNS]
        print(f"{head:10}" + "".join(f"{count:17}" for count in row) + f"{sum(row):8}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
