"""What a rule gives: points of any currencies, coupons and badges; and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.rules.language.points import POINTS_MAX
from regulars.rules.language.reading import Path, Reader, is_list
from regulars.rules.programme import Cap, Gift

THINGS = ("coupon", "badge")
"""What can be given beside points; no currency of points may be called that."""
PER = ("day", "week", "month", "year", "ever")


def read_gifts(reader: Reader, value: Any, path: Path, currencies: Sequence[str]) -> tuple[Gift, ...]:
    """The gifts of one rule, in the order of the file."""
    gifts = reader.section(value, path, (*currencies, *THINGS)) or {}
    if isinstance(value, Mapping) and not value:
        reader.say(path, "must not be empty")
    found: list[Gift] = []
    for key, given in gifts.items():
        if key in THINGS:
            keys = reader.items(given, (*path, key), most=10) if is_list(given) else [given]
            for place, item in enumerate(keys):
                text = reader.key(item, (*path, key, place) if is_list(given) else (*path, key))
                if text:
                    found.append(Gift(key, text))  # type: ignore[arg-type]
        elif key in currencies:
            points = reader.whole(given, (*path, key), 1, POINTS_MAX)
            if points:
                found.append(Gift("points", key, points))
    return tuple(found)


def first_currency(gifts: Sequence[Gift], currencies: Sequence[str]) -> str:
    """The currency that stands for the gifts: the first one among them, else the programme's first."""
    given = [gift.key for gift in gifts if gift.kind == "points"]
    return given[0] if given else currencies[0] if currencies else ""


def read_times(reader: Reader, value: Any, path: Path) -> Cap | None:
    """So many times in each period: ``{times: 3, per: month}``; a bare number is so many times ever."""
    if not isinstance(value, Mapping):
        limit = reader.whole(value, path, 1)
        return Cap("times", limit, "ever") if limit else None
    times = reader.section(value, path, ("times", "per"), needs=("times", "per")) or {}
    limit = reader.whole(times["times"], (*path, "times"), 1) if "times" in times else None
    per = reader.choice(times["per"], (*path, "per"), PER) if "per" in times else None
    return Cap("times", limit, per) if limit and per else None  # type: ignore[arg-type]
