"""Bands that scores are put into, so that people can be spoken of together. Pure; nothing here is learned.

The bounds of risk are fixed, so that the fact "Score Changed" means the same next year; those of value are the thirds
of a run, for nobody can say in advance what much is.
"""

from __future__ import annotations

LOW, MIDDLE, HIGH = 0, 1, 2
BANDS = (LOW, MIDDLE, HIGH)
KEYS = {LOW: "low", MIDDLE: "middle", HIGH: "high"}

RISK_MIDDLE, RISK_HIGH = 0.2, 0.5
"""From one in five, and from one in two, chances of not ordering within the horizon."""


def risk_of(leaving: float) -> int:
    """The band of a chance (0 to 1) of leaving."""
    return LOW if leaving < RISK_MIDDLE else MIDDLE if leaving < RISK_HIGH else HIGH


def value_of(value_minor: int, bounds_minor: tuple[int, int]) -> int:
    """The band of a value between the run's two bounds (minor units)."""
    return LOW if value_minor < bounds_minor[0] else MIDDLE if value_minor < bounds_minor[1] else HIGH
