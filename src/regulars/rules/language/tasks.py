"""The section ``tasks``: what members are asked to do, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regulars.rules.conditions import EVENT_MONEY
from regulars.rules.events import LEDGER_NAMES, REFUND_NAMES
from regulars.rules.language.earn import event_name, read_conditions, read_valid, without_member
from regulars.rules.language.gifts import PER, first_currency, read_gifts, read_times
from regulars.rules.language.points import DAYS_MAX, POINTS_MAX
from regulars.rules.language.reading import Path, Reader
from regulars.rules.language.where import read_tests
from regulars.rules.programme import Cap, Condition, EarnRule, Gift, Goal, StepOf

TASKS_MAX = 200
GOALS = ("count", "sum", "streak", "steps")
SETTINGS = (
    *("key", "name", "for", "when", "where", *GOALS),
    *("within_days", "in_order", "gives", "times", "at_most", "valid"),
)
AMOUNTS = ("net", "gross", "list", *EVENT_MONEY)
"""Amounts of an order that a sum may add up; any other name is a property of the event."""
STREAK_PER = ("day", "week", "month")
STREAK_MAX = 366
STEPS_MAX = 20
REACHES_MAX = 10**12
ONCE = Cap("times", 1, "ever")


class Tasks:
    """Reads tasks, with what the rest of the file has: currencies of points, tiers, money."""

    def __init__(
        self, reader: Reader, currencies: Sequence[str], tiers: Sequence[str], money: str, digits: int
    ) -> None:
        self.reader = reader
        self.currencies = currencies
        self.tiers = tiers
        self.money = money
        self.digits = digits

    def read(self, value: Any, path: Path) -> EarnRule | None:
        """One task. Its key is checked with those of all other rules, by the caller."""
        reader = self.reader
        task = reader.section(value, path, SETTINGS, needs=("key",))
        if task is None:
            return None
        given = [kind for kind in GOALS if kind in task]
        for surplus in given[1:]:
            reader.say((*path, surplus), "does not go with `{first}`; keep one of the two", first=given[0])
        kind = given[0] if given else ""
        for only in ("within_days", "in_order"):
            if only in task and kind != "steps":
                reader.say((*path, only), "only goes with `steps`")
        when = self._when(task, path, kind)
        asks = ("for",) if kind == "steps" else ("where", "for")
        everything = read_conditions(reader, task, path, self.tiers, asks)
        where = without_member(everything)
        streak = task["streak"] if kind == "streak" and isinstance(task["streak"], Mapping) else {}
        gives, gifts = self._gives(task, path, streak)
        goal = self._goal(task, path, kind)
        if goal is not None and goal.kind == "sum" and goal.is_money and goal.of in EVENT_MONEY and where.of_lines:
            reader.say((*path, "sum", "of"), "counts whole orders; it does not go with a condition on line.*")
        valid = read_valid(reader, task["valid"], (*path, "valid")) if "valid" in task else (None, None)
        return EarnRule(
            key=task["key"] if isinstance(task.get("key"), str) else "",
            when=when or "",
            gives=gives,
            where=where,
            member=Condition(everything.of_member),
            valid_from_day=valid[0],
            valid_until_day=valid[1],
            at_most=self._times(task, path, kind),
            name=reader.name(task["name"], (*path, "name")) if "name" in task else {},
            gifts=gifts,
            goal=goal,
        )

    def _when(self, task: Mapping[str, Any], path: Path, kind: str) -> str | None:
        if kind == "steps":
            for own in ("when", "where"):
                if own in task:
                    self.reader.say((*path, own), "does not go with `steps`: write it in the step")
            return None
        if "when" not in task:
            self.reader.say(path, "needs `when` or `steps`")
            return None
        return self._event(task["when"], (*path, "when"))

    def _event(self, value: Any, path: Path) -> str | None:
        name = event_name(self.reader, value, path)
        if name in REFUND_NAMES or name in LEDGER_NAMES:
            self.reader.say(path, "moves points by itself; it cannot earn")
        return name

    def _gives(self, task: Mapping[str, Any], path: Path, streak: Mapping[str, Any]) -> tuple[str, tuple[Gift, ...]]:
        gifts: tuple[Gift, ...] = ()
        if "gives" in task:
            gifts = read_gifts(self.reader, task["gives"], (*path, "gives"), self.currencies)
        elif "streak" not in task:
            self.reader.say(path, "needs `gives`")
        gives = first_currency(gifts if "streak" not in task else (), self.currencies)
        if "gives" in streak and self.currencies:
            gives = self.reader.choice(streak["gives"], (*path, "streak", "gives"), self.currencies) or gives
        return gives, gifts

    def _times(self, task: Mapping[str, Any], path: Path, kind: str) -> Cap | None:
        if "times" in task and "at_most" in task:
            self.reader.say((*path, "at_most"), "does not go with `{first}`; keep one of the two", first="times")
        for key in ("times", "at_most"):
            if key in task:
                return read_times(self.reader, task[key], (*path, key))
        return ONCE if kind in ("", "steps") else None

    def _goal(self, task: Mapping[str, Any], path: Path, kind: str) -> Goal | None:
        if not kind:
            return None
        at = (*path, kind)
        if kind == "streak":
            return self._streak(task[kind], at)
        if kind == "steps":
            return self._steps(task, path)
        return self._sum(task[kind], at) if kind == "sum" else self._count(task[kind], at)

    def _streak(self, value: Any, path: Path) -> Goal:
        reader = self.reader
        streak = reader.section(value, path, ("points", "per", "then", "gives"), needs=("points", "per")) or {}
        points: list[int] = []
        if "points" in streak:
            for place, item in enumerate(reader.items(streak["points"], (*path, "points"), most=STREAK_MAX)):
                points.append(reader.whole(item, (*path, "points", place), 0, POINTS_MAX) or 0)
        per = reader.choice(streak["per"], (*path, "per"), STREAK_PER) if "per" in streak else None
        then = "repeat"
        if "then" in streak:
            then = reader.choice(streak["then"], (*path, "then"), ("repeat", "last", "stop")) or then
        return Goal("streak", per=per or "day", points=tuple(points), then=then)  # type: ignore[arg-type]

    def _steps(self, task: Mapping[str, Any], path: Path) -> Goal:
        reader = self.reader
        steps: list[StepOf] = []
        for place, item in enumerate(reader.items(task["steps"], (*path, "steps"), most=STEPS_MAX)):
            at = (*path, "steps", place)
            if isinstance(item, Mapping):
                step = reader.section(item, at, ("when", "where"), needs=("when",)) or {}
                name = self._event(step["when"], (*at, "when")) if "when" in step else None
                tests = read_tests(reader, step["where"], (*at, "where"), self.tiers) if "where" in step else ()
                for test in tests:
                    if test.name.startswith("member."):
                        reader.say((*at, "where", test.name), "is asked of the whole task: write it in `for`")
                steps.append(StepOf(name or "", Condition(tests)))
            else:
                steps.append(StepOf(self._event(item, at) or ""))
        if len(steps) == 1:
            reader.say((*path, "steps"), "needs at least two steps; for one write `when`")
        within = 0
        if "within_days" in task:
            within = reader.whole(task["within_days"], (*path, "within_days"), 1, DAYS_MAX) or 0
        in_order = reader.flag(task["in_order"], (*path, "in_order")) if "in_order" in task else False
        return Goal("steps", steps=tuple(steps), within_days=within, in_order=bool(in_order))

    def _count(self, value: Any, path: Path) -> Goal:
        reader = self.reader
        if not isinstance(value, Mapping):
            return Goal("count", reaches=reader.whole(value, path, 1) or 1)
        count = reader.section(value, path, ("reaches", "per", "every"), needs=("reaches",)) or {}
        reaches = reader.whole(count["reaches"], (*path, "reaches"), 1) if "reaches" in count else None
        return Goal("count", reaches=reaches or 1, **self._period(count, path))

    def _sum(self, value: Any, path: Path) -> Goal:
        reader = self.reader
        total = reader.section(value, path, ("of", "reaches", "per", "every"), needs=("of", "reaches")) or {}
        of = reader.text(total["of"], (*path, "of")) if "of" in total else None
        is_money = of in AMOUNTS
        reaches = None
        if "reaches" in total:
            at = (*path, "reaches")
            reaches = (
                reader.money(total["reaches"], at, self.money, self.digits, 1)
                if is_money
                else self._number(total["reaches"], at)
            )
        return Goal("sum", reaches=reaches or 1, of=of or "", is_money=is_money, **self._period(total, path))

    def _number(self, value: Any, path: Path) -> int | None:
        """A number of a property to reach, in thousandths."""
        number = self.reader.number(value, path)
        if number is None:
            return None
        exact = Fraction(number) * 1_000
        if exact <= 0:
            self.reader.say(path, "must be above 0")
        elif exact.denominator != 1:
            self.reader.say(path, "must have at most {most} decimals", most=3)
        elif exact > REACHES_MAX:
            self.reader.say(path, "must be at most {most}", most=REACHES_MAX // 1_000)
        else:
            return exact.numerator
        return None

    def _period(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        read: dict[str, Any] = {}
        if "per" in value:
            per = self.reader.choice(value["per"], (*path, "per"), PER)
            read |= {"per": per} if per else {}
        if "every" in value:
            read["every"] = bool(self.reader.flag(value["every"], (*path, "every")))
        return read
