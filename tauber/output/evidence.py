"""The comparison that decided a verdict, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def decisive(verdict: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The comparison that refutes by most, or was the closest call, in parts of its tolerance; None without any."""

    def used(item: Mapping[str, Any]) -> float:
        apart = abs(item["measured"] - item["derived"])
        return float(apart / item["tolerance"]) if item["tolerance"] else float("inf") if apart else 0.0

    same = [item for item in verdict["evidence"] if item["outcome"] == verdict["outcome"]]
    return max(same, key=used, default=None)


def compared(item: Mapping[str, Any]) -> str:
    """A comparison in words."""
    numbers = f"derived {item['derived']:.6g}, measured {item['measured']:.6g}, tolerance {item['tolerance']:.2g}"
    return f"{item['what']}: {numbers}"
