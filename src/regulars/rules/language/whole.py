"""A whole programme: every section read, and what only the sections together can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.rules.language.benefits import read_benefits
from regulars.rules.language.calendar import OCCASIONS_MAX, read_occasion
from regulars.rules.language.earn import RULES_MAX, read_rule
from regulars.rules.language.home import read_currency, read_time_zone
from regulars.rules.language.points import read_points
from regulars.rules.language.reading import Path, Problem, Reader, is_list
from regulars.rules.language.referral import read_referral
from regulars.rules.language.tasks import TASKS_MAX, Tasks
from regulars.rules.language.tiers import read_tiers, tier_keys
from regulars.rules.programme import Programme

TOP = (
    *("programme", "name", "currency", "time_zone", "points", "tiers", "benefits"),
    *("earn", "tasks", "referral", "calendar"),
)
NEEDS = ("programme", "name", "currency", "time_zone", "points", "earn")


def read(data: Mapping[str, Any]) -> tuple[Programme | None, list[Problem]]:
    """Check a programme and type it.

    data: the file as plain mappings, lists, str, int, Decimal, bool and date; money in the major unit, exact.
    Gives the programme, or None when any problem is an error, and all problems found, warnings too. Never
    raises for what a file can hold.
    """
    reader = Reader()
    whole = reader.section(data, (), TOP, needs=NEEDS)
    if whole is None:
        return None, reader.problems
    key = reader.key(whole["programme"], ("programme",)) if "programme" in whole else None
    name = reader.name(whole["name"], ("name",)) if "name" in whole else {}
    money = read_currency(reader, whole["currency"], ("currency",)) if "currency" in whole else None
    code, digits = money or ("", 2)
    zone = read_time_zone(reader, whole["time_zone"], ("time_zone",)) if "time_zone" in whole else None

    points = read_points(reader, whole["points"], ("points",), code, digits) if "points" in whole else ()
    currencies = [currency.key for currency in points]
    levels = tier_keys(whole.get("tiers"))
    tiers = read_tiers(reader, whole["tiers"], ("tiers",), points, code, digits) if "tiers" in whole else None

    of_levels = {key for level in tiers.levels for key in level.benefits} if tiers else set()
    benefits = read_benefits(reader, whole["benefits"], ("benefits",), of_levels) if "benefits" in whole else ()
    earn = []
    if "earn" in whole:
        for place, item in enumerate(reader.items(whole["earn"], ("earn",), most=RULES_MAX)):
            earn.append(read_rule(reader, item, ("earn", place), currencies, levels, code, digits))
    tasks = []
    if "tasks" in whole:
        of_tasks = Tasks(reader, currencies, levels, code, digits)
        for place, item in enumerate(reader.items(whole["tasks"], ("tasks",), least=0, most=TASKS_MAX)):
            tasks.append(of_tasks.read(item, ("tasks", place)))
    calendar = []
    if "calendar" in whole:
        for place, item in enumerate(reader.items(whole["calendar"], ("calendar",), least=0, most=OCCASIONS_MAX)):
            calendar.append(read_occasion(reader, item, ("calendar", place), currencies, levels))
    referral = None
    if "referral" in whole:
        referral = read_referral(reader, whole["referral"], ("referral",), currencies, levels)
    _unique_keys(reader, whole)

    if any(problem.severity == "error" for problem in reader.problems) or key is None or zone is None:
        return None, reader.problems
    programme = Programme(
        key=key,
        name=name,
        currency=code,
        minor_digits=digits,
        time_zone=zone,
        points=points,
        tiers=tiers,
        earn=tuple(rule for rule in earn if rule is not None),
        calendar=tuple(occasion for occasion in calendar if occasion is not None),
        benefits=benefits,
        tasks=tuple(task for task in tasks if task is not None),
        referral=referral,
    )
    return programme, reader.problems


def _unique_keys(reader: Reader, whole: Mapping[str, Any]) -> None:
    """A rule's key names it for ever, in whichever section it stands."""
    seen: dict[str, str] = {}
    for section in ("earn", "tasks", "calendar"):
        if not is_list(whole.get(section)):
            continue
        for place, item in enumerate(whole[section]):
            if not isinstance(item, Mapping) or "key" not in item:
                continue
            path: Path = (section, place, "key")
            key = reader.key(item["key"], path)
            if key in seen:
                reader.say(path, "must be unique: {first} has this key already", first=seen[key])
            elif key:
                seen[key] = f"{section}[{place}]"
