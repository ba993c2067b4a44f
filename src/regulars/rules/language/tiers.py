"""The section ``tiers``: the ladder, how a place on it is won and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regulars.rules.language.gifts import read_gifts
from regulars.rules.language.points import DAYS_MAX
from regulars.rules.language.reading import Path, Reader, is_list, plain
from regulars.rules.programme import Currency, Level, Tiers

LEVELS_MAX = 30
THRESHOLD_MAX = 10**13
RESERVED = "none"
"""What reports call members without a tier."""


def tier_keys(value: Any) -> list[str]:
    """The keys of all levels that have one, however wrong the rest of them is."""
    levels = value.get("levels") if isinstance(value, Mapping) else None
    if levels is None or not is_list(levels):
        return []
    return [level["key"] for level in levels if isinstance(level, Mapping) and isinstance(level.get("key"), str)]


def read_tiers(
    reader: Reader, value: Any, path: Path, currencies: Sequence[Currency], money: str, digits: int
) -> Tiers | None:
    """The ladder, or None when there is nothing to read."""
    tiers = reader.section(value, path, ("measure", "of", "window", "keep", "levels"), needs=("measure", "levels"))
    if tiers is None:
        return None
    measure = None
    if "measure" in tiers:
        measure = reader.choice(tiers["measure"], (*path, "measure"), ("spending", "orders", "growth"))
    counted = _counted(reader, tiers, path, measure, currencies)
    window, window_days = _window(reader, tiers["window"], (*path, "window")) if "window" in tiers else ("ever", 0)
    keep = _keep(reader, tiers["keep"], (*path, "keep")) if "keep" in tiers else {}
    levels: tuple[Level, ...] = ()
    if "levels" in tiers:
        levels = _levels(
            reader, tiers["levels"], (*path, "levels"), measure, money, digits, [one.key for one in currencies]
        )
    return Tiers(
        measure=measure or "spending",  # type: ignore[arg-type]
        window=window,  # type: ignore[arg-type]
        levels=levels,
        window_days=window_days,
        currency=counted,
        **keep,
    )


def _counted(
    reader: Reader, tiers: Mapping[str, Any], path: Path, measure: str | None, currencies: Sequence[Currency]
) -> str:
    """Which currency ``measure: growth`` counts."""
    known = [currency.key for currency in currencies]
    if "of" in tiers:
        if measure is not None and measure != "growth":
            reader.say((*path, "of"), "only goes with `measure: growth`")
        elif known:
            return reader.choice(tiers["of"], (*path, "of"), known) or ""
        return ""
    if measure != "growth" or not known:
        return ""
    unspendable = [currency.key for currency in currencies if not currency.spendable]
    if len(unspendable) == 1:
        return unspendable[0]
    reader.say(
        (*path, "measure"),
        "needs `of` beside it: which currency of points to count ({known})",
        known=", ".join(known),
    )
    return ""


def _window(reader: Reader, value: Any, path: Path) -> tuple[str, int]:
    kinds = ("rolling_days", "calendar", "anniversary")
    window = reader.section(value, path, kinds)
    if window is None:
        return "ever", 0
    given = [kind for kind in kinds if kind in window]
    if not given:
        if not window:
            reader.say(path, "needs `rolling_days`, `calendar` or `anniversary`")
        return "ever", 0
    for surplus in given[1:]:
        reader.say((*path, surplus), "does not go with `{first}`; keep one of the two", first=given[0])
    if given[0] == "rolling_days":
        return "rolling", reader.whole(window["rolling_days"], (*path, "rolling_days"), 1, DAYS_MAX) or 0
    reader.choice(window[given[0]], (*path, given[0]), ("year",))
    return given[0], 0


def _keep(reader: Reader, value: Any, path: Path) -> dict[str, Any]:
    keep = reader.section(value, path, ("for_days", "grace_days", "then"), needs=("for_days",)) or {}
    read: dict[str, Any] = {}
    if "for_days" in keep:
        read["keep_days"] = reader.whole(keep["for_days"], (*path, "for_days"), 1, DAYS_MAX) or 0
    if "grace_days" in keep:
        read["grace_days"] = reader.whole(keep["grace_days"], (*path, "grace_days"), 0, DAYS_MAX) or 0
    if "then" in keep:
        then = reader.choice(keep["then"], (*path, "then"), ("level_earned", "one_step"))
        read |= {"then": then} if then else {}
    return read


def _levels(
    reader: Reader,
    value: Any,
    path: Path,
    measure: str | None,
    money: str,
    digits: int,
    currencies: Sequence[str],
) -> tuple[Level, ...]:
    levels: list[Level] = []
    before: tuple[int, str] | None = None
    seen: dict[str, int] = {}
    for place, item in enumerate(reader.items(value, path, most=LEVELS_MAX)):
        at = (*path, place)
        level = reader.section(
            item, at, ("key", "from", "name", "earns_times", "benefits", "gives"), needs=("key", "from", "name")
        )
        if level is None:
            continue
        key = reader.key(level["key"], (*at, "key")) if "key" in level else None
        if key == RESERVED:
            reader.say((*at, "key"), "cannot be `none`: reports call members without a tier that")
        elif key in seen:
            reader.say(
                (*at, "key"),
                "must be unique: {first} has this key already",
                first=f"tiers.levels[{seen[key]}]",
            )
        elif key:
            seen[key] = place
        threshold = None
        if "from" in level:
            if measure == "spending":
                threshold = reader.money(level["from"], (*at, "from"), money, digits, most=THRESHOLD_MAX)
            else:
                threshold = reader.whole(level["from"], (*at, "from"), most=THRESHOLD_MAX)
        if threshold is not None:
            if before is not None and threshold <= before[0]:
                reader.say((*at, "from"), "must be above {before} (the level before)", before=before[1])
            before = threshold, plain(level["from"])
        times = reader.fraction(level["earns_times"], (*at, "earns_times")) if "earns_times" in level else None
        name = reader.name(level["name"], (*at, "name")) if "name" in level else {}
        benefits = _benefits(reader, level["benefits"], (*at, "benefits")) if "benefits" in level else ()
        gifts = read_gifts(reader, level["gives"], (*at, "gives"), currencies) if "gives" in level else ()
        levels.append(Level(key or "", name, threshold or 0, times or Fraction(1), benefits, gifts))
    return tuple(levels)


def _benefits(reader: Reader, value: Any, path: Path) -> tuple[str, ...]:
    read: list[str] = []
    for place, item in enumerate(reader.items(value, path, least=0, most=50)):
        key = reader.key(item, (*path, place))
        if key in read:
            reader.say((*path, place), "is listed twice")
        elif key:
            read.append(key)
    return tuple(read)
