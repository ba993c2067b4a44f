"""The small settings that conditions share: bounds of a number, and the days that count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from regulars.rules.language.reading import Path, Reader, listed
from regulars.rules.segments.model import EVER, Bounds, Number, Window

BOUNDS = ("at_least", "at_most", "above", "below")
WINDOW = ("within_days", "before_days", "between", "ever")
DAYS_MAX = 36_500
Amount = Callable[[Any, Path], Number | None]
"""Reads one bound."""


def read_bounds(
    reader: Reader, settings: Mapping[str, Any], path: Path, amount: Amount, least: Number | None
) -> Bounds:
    """The bounds among the settings of a condition. least: what at least is meant when nothing is said; None: a bound
    is needed."""
    said = {name: amount(settings[name], (*path, name)) for name in BOUNDS if name in settings}
    if not said:
        if least is None:
            reader.say(path, "needs a bound: {known}", known=listed(BOUNDS))
        return Bounds(at_least=least)
    for one, other in (("at_least", "above"), ("at_most", "below")):
        if one in said and other in said:
            reader.say((*path, other), "says the same as `{other}`; keep one of them", other=one)
    bounds = Bounds(**said)
    low = bounds.at_least if bounds.at_least is not None else bounds.above
    high = bounds.at_most if bounds.at_most is not None else bounds.below
    if low is not None and high is not None:
        touching = bounds.above is not None or bounds.below is not None
        if low > high or (touching and low == high):
            reader.say(path, "can hold for nobody: the lower bound is above the upper one")
    return bounds


def read_window(
    reader: Reader, settings: Mapping[str, Any], path: Path, today: int | None, needed: bool = False
) -> Window:
    """The window among the settings of a condition. today: the last whole day, to warn of days to come."""
    if "ever" in settings:
        if reader.flag(settings["ever"], (*path, "ever")) is False:
            reader.say((*path, "ever"), "must be true, or be left out")
        for other in WINDOW[:3]:
            if other in settings:
                reader.say((*path, other), "does not go with `ever`; keep one of them")
        return EVER
    if needed and not any(name in settings for name in WINDOW):
        reader.say(path, "needs one of {known}", known=listed(WINDOW))
    within = before = first = last = None
    if "within_days" in settings:
        within = reader.whole(settings["within_days"], (*path, "within_days"), 1, DAYS_MAX)
    if "before_days" in settings:
        before = reader.whole(settings["before_days"], (*path, "before_days"), 0, DAYS_MAX)
    if within is not None and before is not None and before >= within:
        reader.say((*path, "before_days"), "must be below `within_days` ({within}), or no day is left", within=within)
    if "between" in settings:
        first, last = _between(reader, settings["between"], (*path, "between"), today)
    return Window(within, before, first, last)


def _between(reader: Reader, value: Any, path: Path, today: int | None) -> tuple[int | None, int | None]:
    days = reader.items(value, path, 1, 2)
    if len(days) != 2:
        if len(days) == 1:
            reader.say(path, "must be two days, the first and the last: [2026-11-01, 2026-11-30]")
        return None, None
    first, last = (reader.day(day, (*path, place)) for place, day in enumerate(days))
    if first is not None and last is not None and first > last:
        reader.say(path, "must begin before it ends: the first day is after the last")
    elif first is not None and today is not None and first > today:
        reader.warn(path, "has not begun yet: nobody can be found by it before then")
    return first, last
