"""A bench's result: figures with their baseline and goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``ratio`` is value over baseline; ``goal`` says in words what is asked, ``ok`` whether it
    was reached (None: no goal)."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: str = ""
    ok: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The figure for ``--json``."""
        return asdict(self)


def at_most(name: str, value: float, unit: str, limit: float, baseline: float | None = None) -> Figure:
    """A figure that should not exceed ``limit``."""
    return Figure(name, value, unit, baseline, _ratio(value, baseline), f"at most {limit:g} {unit}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float, baseline: float | None = None) -> Figure:
    """A figure that should reach ``limit``."""
    return Figure(name, value, unit, baseline, _ratio(value, baseline), f"at least {limit:g} {unit}", value >= limit)


def plain(name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
    """A figure without a goal."""
    return Figure(name, value, unit, baseline, _ratio(value, baseline))


def _ratio(value: float, baseline: float | None) -> float | None:
    return value / baseline if baseline else None


Say = Callable[[str], None]
"""Tells the person waiting what is being done."""
