"""What every benchmark measures: the least time of several runs, and the peak of memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def timed(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Least seconds of several runs, and the last result."""
    best, result = float("inf"), None
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    return best, result


def peak_megabytes() -> float:
    """Peak memory of this process so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
