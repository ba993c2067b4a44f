"""Tasks, gifts and caps in plain words of the active language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.programmes.condition_words import condition_words, event_words
from regulars.rules.programme import Cap, EarnRule, Gift, Goal, Programme
from regulars.screens.figures import day, in_language, money, whole

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is to say under it, and a table if it has one (``head`` empty: none)."""

    key: str
    title: str
    sentences: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class Called:
    """What the things of a programme are called: here as the file does. Who knows better says it otherwise."""

    def rule(self, rule: EarnRule) -> str:
        """A rule, a task or a day."""
        return in_language(rule.name, rule.key)

    def coupon(self, key: str) -> str:
        """A coupon that is given."""
        return _("the coupon %(key)s") % {"key": key}

    def badge(self, key: str) -> str:
        """A badge that is won."""
        return _("the badge %(key)s") % {"key": key}

    def benefit(self, key: str) -> str:
        """What a level brings."""
        return key


BY_KEY = Called()


def tasks_section(programme: Programme, called: Called = BY_KEY) -> Section:
    """What members are asked to do, and what it gives."""
    return Section(
        "tasks",
        _("Tasks"),
        [],
        [_("Task"), _("What to do"), _("Gives"), _("Only if"), _("At most")],
        [_task(task, programme, called) for task in programme.tasks],
    )


def _task(task: EarnRule, programme: Programme, called: Called) -> list[str]:
    only = condition_words([*task.where.tests, *task.member.tests], programme)
    only += validity_words(task)
    return [
        called.rule(task),
        goal_words(task, programme),
        gives_words(task, programme, called),
        _("; ").join(only) or _("always"),
        cap_words(task.at_most),
    ]


def goal_words(task: EarnRule, programme: Programme) -> str:
    """What a task asks for."""
    goal = task.goal
    if goal is None:
        return event_words(task.when)
    if goal.kind == "steps":
        return _steps(goal)
    if goal.kind == "streak":
        said = {
            "day": _("%(event)s, every day in a row"),
            "week": _("%(event)s, every week in a row"),
            "month": _("%(event)s, every month in a row"),
        }.get(goal.per, "%(event)s")
        return said % {"event": event_words(task.when)}
    if goal.kind == "count":
        many = ngettext("%(event)s %(count)s time", "%(event)s %(count)s times", goal.reaches)
        said = many % {"event": event_words(task.when), "count": whole(goal.reaches)}
    else:
        reaches = money(goal.reaches, programme.currency) if goal.is_money else _thousandths(goal.reaches)
        said = _("%(event)s, until %(of)s adds up to %(amount)s") % {
            "event": event_words(task.when),
            "of": _sum_of(goal),
            "amount": reaches,
        }
    return _period(goal) % {"said": said}


def _sum_of(goal: Goal) -> str:
    known = {
        "net": _("the goods after discounts"),
        "gross": _("the goods with tax"),
        "list": _("the goods before discounts"),
        "total": _("the order's total"),
        "subtotal": _("the goods' total"),
        "revenue": _("the goods' total"),
        "discount": _("the discount"),
        "shipping": _("the delivery fee"),
        "tax": _("the tax"),
        "seconds": _("the seconds"),
        "photos": _("the number of photos"),
    }
    return known.get(goal.of, goal.of)


def _period(goal: Goal) -> str:
    said = {
        "day": _("%(said)s in a day"),
        "week": _("%(said)s in a week"),
        "month": _("%(said)s in a month"),
        "year": _("%(said)s in a year"),
        "ever": "%(said)s",
    }[goal.per]
    return _("%(said)s; again at every multiple") % {"said": said} if goal.every else said


def _steps(goal: Goal) -> str:
    steps = [event_words(step.when) for step in goal.steps]
    said = (_(", then ") if goal.in_order else _(", ")).join(steps)
    if goal.within_days:
        within = ngettext("%(said)s; within %(days)s day", "%(said)s; within %(days)s days", goal.within_days)
        return within % {"said": said, "days": goal.within_days}
    return said


def gives_words(task: EarnRule, programme: Programme, called: Called = BY_KEY) -> str:
    """What a task gives."""
    goal = task.goal
    if goal is None or goal.kind != "streak":
        return gifts_words(task.gifts, programme, called)
    points = _(", ").join(map(whole, goal.points))
    then = {
        "repeat": _("%(points)s %(name)s, then from the first again"),
        "last": _("%(points)s %(name)s, then as the last"),
        "stop": _("%(points)s %(name)s, then nothing more"),
    }[goal.then]
    said = then % {"points": points, "name": _currency(task.gives, programme)}
    if task.gifts:
        return _("%(said)s; for all of it %(gifts)s") % {
            "said": said,
            "gifts": gifts_words(task.gifts, programme, called),
        }
    return said


def gifts_words(gifts: Sequence[Gift], programme: Programme, called: Called = BY_KEY) -> str:
    """What is given, in a row."""
    said = []
    for gift in gifts:
        if gift.kind == "points":
            said.append(counted(gift.points, _currency(gift.key, programme)))
        elif gift.kind == "coupon":
            said.append(called.coupon(gift.key))
        else:
            said.append(called.badge(gift.key))
    return _(", ").join(said)


def _currency(key: str, programme: Programme) -> str:
    found = next((currency for currency in programme.points if currency.key == key), None)
    return in_language(found.name, key) if found else key


def _thousandths(number: int) -> str:
    return whole(number // 1_000) if number % 1_000 == 0 else format(Decimal(number).scaleb(-3).normalize(), "f")


def validity_words(rule: EarnRule) -> Iterable[str]:
    """From when and until when a rule is valid, each as a phrase."""
    if rule.valid_from_day is not None:
        yield _("from %(day)s") % {"day": day_words(rule.valid_from_day)}
    if rule.valid_until_day is not None:
        yield _("until the end of %(day)s") % {"day": day_words(rule.valid_until_day - 1)}


def cap_words(cap: Cap | None) -> str:
    """A cap as a phrase."""
    if cap is None:
        return _("no limit")
    count = (
        ngettext("%(limit)s point", "%(limit)s points", cap.limit)
        if cap.kind == "points"
        else ngettext("%(limit)s time", "%(limit)s times", cap.limit)
    )
    per = {
        "day": _("%(count)s a day"),
        "week": _("%(count)s a week"),
        "month": _("%(count)s a month"),
        "year": _("%(count)s a year"),
        "ever": _("%(count)s ever"),
    }[cap.per]
    return per % {"count": count % {"limit": whole(cap.limit)}}


def silent() -> frozenset[str]:
    """What a cell of a table says when there is nothing to say; a page that has no tables leaves it out."""
    return frozenset({"–", "×1", _("always"), _("no limit")})


def counted(points: int, name: str) -> str:
    """So many points of the currency called ``name`` (in the active language): ``35 points``, ``35 积分``."""
    if name == "points":
        return ngettext("%(count)s point", "%(count)s points", points) % {"count": whole(points)}
    return _("%(count)s %(name)s") % {"count": whole(points), "name": name}


def day_words(number: int) -> str:
    """A local day by its number."""
    return day(_EPOCH + timedelta(days=number))


def factor(value: Fraction) -> str:
    """6/5 as ``1.2``, 4/3 as ``4/3``."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = format(exact.quantize(Decimal("0.0001")).normalize(), "f")
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"
