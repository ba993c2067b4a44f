"""The section ``calendar``: days that give something, or on which orders earn more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.rules.language.earn import DAY_FIRST, DAY_LAST, read_conditions
from regulars.rules.language.gifts import read_gifts
from regulars.rules.language.reading import Path, Reader, is_list
from regulars.rules.programme import Condition, Occasion

OCCASIONS_MAX = 200
SETTINGS = ("key", "name", "when", "for", "gives", "earns_times")
KINDS = ("holiday", "day_of_month", "date", "dates")
DATES_MAX = 400
TIMES_MAX = 100
"""Of a multiplier: its numerator and denominator. It meets the tier's and the rate's in one product."""


def read_occasion(
    reader: Reader, value: Any, path: Path, currencies: Sequence[str], tiers: Sequence[str]
) -> Occasion | None:
    """One entry of the calendar. Its key is checked with those of all other rules, by the caller."""
    entry = reader.section(value, path, SETTINGS, needs=("key", "when"))
    if entry is None:
        return None
    whom = read_conditions(reader, entry, path, tiers, ("for",))
    for test in whom.tests:
        if not test.name.startswith("member."):
            reader.say((*path, "for", test.name), "is not about the member: a day has no order")
    gifts = read_gifts(reader, entry["gives"], (*path, "gives"), currencies) if "gives" in entry else ()
    times = None
    if "earns_times" in entry:
        times = reader.fraction(entry["earns_times"], (*path, "earns_times"))
        if times is not None and max(times.numerator, times.denominator) > TIMES_MAX:
            reader.say((*path, "earns_times"), "must be a simple number such as 1.2 or 1.25")
    if "gives" not in entry and "earns_times" not in entry:
        reader.say(path, "needs `gives` or `earns_times`")
    day = _day(reader, entry["when"], (*path, "when")) if "when" in entry else {}
    return Occasion(
        key=entry["key"] if isinstance(entry.get("key"), str) else "",
        name=reader.name(entry["name"], (*path, "name")) if "name" in entry else {},
        gifts=gifts,
        earns_times=times,
        member=Condition(whom.of_member),
        **day,
    )


def _day(reader: Reader, value: Any, path: Path) -> dict[str, Any]:
    if isinstance(value, str):
        reader.choice(value, path, ("birthday",))
        return {"kind": "birthday"}
    day = reader.section(value, path, KINDS)
    if day is None:
        return {}
    given = [kind for kind in KINDS if kind in day]
    if not day:
        reader.say(path, "must be birthday, or have `holiday`, `day_of_month` or `date`")
    for surplus in given[1:]:
        reader.say((*path, surplus), "does not go with `{first}`; keep one of the two", first=given[0])
    kind = given[0] if given else ""
    if kind == "holiday":
        return _holiday(reader, day["holiday"], (*path, "holiday"))
    if kind == "day_of_month":
        number = reader.whole(day["day_of_month"], (*path, "day_of_month"), 1, 31)
        return {"kind": "day_of_month", "day_of_month": number or 1}
    if kind == "date":
        return {"kind": "dates", "dates": _dates(reader, [day["date"]], path, ("date",))}
    if kind == "dates":
        return {"kind": "dates", "dates": _dates(reader, day["dates"], path, ("dates",))}
    return {}


def _holiday(reader: Reader, value: Any, path: Path) -> dict[str, Any]:
    holiday = reader.section(value, path, ("country", "name", "dates"), needs=("country", "name"))
    if not isinstance(holiday, Mapping):
        return {"kind": "holiday"}
    texts = {key: reader.text(holiday[key], (*path, key)) or "" for key in ("country", "name") if key in holiday}
    dates = _dates(reader, holiday["dates"], path, ("dates",)) if "dates" in holiday else ()
    return {"kind": "holiday", "country": texts.get("country", ""), "holiday": texts.get("name", ""), "dates": dates}


def _dates(reader: Reader, value: Any, path: Path, setting: tuple[str, ...]) -> tuple[int, ...]:
    found: set[int] = set()
    single = setting == ("date",)
    at = (*path, *setting)
    for place, item in enumerate(value if single and is_list(value) else reader.items(value, at, most=DATES_MAX)):
        here = at if single else (*at, place)
        day = reader.day(item, here)
        if day is not None and not DAY_FIRST <= day <= DAY_LAST:
            reader.say(here, "must be a day from 1990 to 2119")
        elif day is not None:
            found.add(day)
    return tuple(sorted(found))
