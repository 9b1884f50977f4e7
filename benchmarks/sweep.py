"""Sweeps beside a plain loop: points for each second of CPU time, with one worker and with four.

    python benchmarks/sweep.py [COUNT]       COUNT x COUNT points (12) of the PLRF frontier at two budgets

The loop asks for one point after the other in this process, and for what is derived beside it. A sweep is counted with
all that its processes do, after a run that warms them up: the CPU time of the blocks, and that of this process, which
hands out, gathers and writes: up to a tenth of a second a block, so that blocks must take some, as those of any sweep
of more than a minute do. The arrays must be the same, bit by bit, for one worker and for four.

Then the memory of a sweep of 1,000 and of 40,000 points whose blocks cost nothing: the most that this process and its
two workers ever held. It must not grow by more than the numbers of the points and the list of blocks, some MB.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tauber import cache
from tauber.sweeps import engine
from tauber.sweeps.grid import Grid, values
from tauber.sweeps.measured import Columns
from tauber.sweeps.question import Block, Question
from tauber.sweeps.store import Plan, Store, cut
from tauber.workers import client

BUDGETS = "1e8,1e12"


def main(count: int) -> int:
    """Print the table; 1 if the numbers differ."""
    axes = {name: values(f"--{name}", f"0.3:1.4:{count}", even=True, whole=False) for name in ("alpha", "beta")}
    grid, question = Grid(axes), Question("plrf", "frontier", {}, {"flops": BUDGETS})
    engine.pilot(question, grid)  # warm
    begun = time.process_time()
    for number in range(grid.points):
        question.ask(grid.columns(grid.at(number)))
    loop = time.process_time() - begun
    print(f"plain loop      {grid.points / loop:6.2f} points/s of CPU time")
    bits = []
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 4):
            plan = Plan(question, grid, cut(grid, loop / grid.points, 1))
            with client(None, workers) as known:
                engine.run(Store(Path(folder, f"warm{workers}"), _warm(question)), known, lambda *_: None, print)
                store, own, wall = Store(Path(folder, f"timed{workers}"), plan), _own(), time.perf_counter()
                engine.run(store, known, lambda *_: None, print)
                own, wall = _own() - own, time.perf_counter() - wall
            blocks = store.told()[0]
            rate = grid.points / (blocks + own)
            share = rate * loop / grid.points
            print(f"local workers {workers} {rate:6.2f} points/s of CPU time, {share:.2f} of the loop")
            print(f"    blocks {blocks:.1f} s, this process {own:.1f} s, wall {wall:.1f} s")
            bits.append({name: array.values.tobytes() for name, array in store.dataset().variables.items()})
    print("the same, bit by bit" if bits[0] == bits[1] else "the numbers differ")
    memory()
    return int(bits[0] != bits[1])


def _warm(question: Question) -> Plan:
    """Blocks of one point for each worker, and some more."""
    alphas = values("--alpha", "0.3:1.4:12", even=True, whole=False)
    return Plan(question, Grid({"alpha": alphas, "beta": ("1/2",)}), (1, 1))


class Still(Question):
    """Answers at once."""

    def ask(self, columns: Columns) -> Block:
        """Zeros."""
        count, inside = len(next(iter(columns.values()))), tuple(map(len, self.inside.values()))
        arrays = {name: np.zeros((count, *inside * output.inside)) for name, output in self.outputs.items()}
        return Block(arrays, {}, 0.0, cache.made_by())


def memory() -> None:
    """Print the most that processes held."""
    question = Still("plrf", "frontier", {}, {"flops": BUDGETS})
    for rows, columns in ((25, 40), (200, 200)):
        shape = {"alpha": rows, "beta": columns}
        grid = Grid({n: values(f"--{n}", f"0.3:1.4:{k}", even=True, whole=False) for n, k in shape.items()})
        with tempfile.TemporaryDirectory() as folder, client(None, 2) as known:
            plan = Plan(question, grid, cut(grid, 0.2, 2))  # as many blocks as a point of 0.2 s asks for
            engine.run(Store(Path(folder, "sweep"), plan), known, lambda *_: None, print)
            held = max(known.run(_most).values())
        print(f"{grid.points:6} points in {plan.count} blocks: this process {_most():.0f} MB, a worker {held:.0f} MB")


def _most() -> float:
    """The most memory this process has held, in MB, by Linux; `getrusage` counts what its parent held, too."""
    words = Path("/proc/self/status").read_text(encoding="utf-8").split()
    return int(words[words.index("VmHWM:") + 1]) / 1024


def _own() -> float:
    """CPU seconds of this process alone."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12))
