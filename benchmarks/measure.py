"""What the benchmarks share: the least time of several runs, the peak of memory, a process of its own, tables."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Least processor seconds of several runs, and the last result."""
    best, result = float("inf"), None
    for _ in range(runs):
        begin = time.process_time()
        result = work()
        best = min(best, time.process_time() - begin)
    return best, result


def median_of(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Median processor seconds of `work` after one run that warms up, and its last result."""
    result, spent = work(), []
    for _ in range(runs):
        begin = time.process_time()
        result = work()
        spent.append(time.process_time() - begin)
    return statistics.median(spent), result


def medians_of(first: Callable[[], Any], second: Callable[[], Any], runs: int) -> list[tuple[float, Any]]:
    """`median_of` two, run in turns: whatever else the machine does meets both."""
    works = first, second
    spent: tuple[list[float], list[float]] = ([], [])
    results = [work() for work in works]
    for _ in range(runs):
        for k, work in enumerate(works):
            begin = time.process_time()
            results[k] = work()
            spent[k].append(time.process_time() - begin)
    return [(statistics.median(times), result) for times, result in zip(spent, results, strict=True)]


def peak_megabytes() -> float:
    """Peak memory of this process so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(case: str, **arguments: Any) -> dict[str, Any]:
    """Run a case of `run.py` in a fresh interpreter with one thread."""
    request = json.dumps({"case": case, "arguments": arguments})
    command = [sys.executable, str(Path(__file__).with_name("run.py")), request]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the case {request} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def print_rows(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table as Markdown, row by row as it comes."""
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header), flush=True)
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
