"""The reasons of ``rules.explain`` in words of the active language, for the member and for who helps them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.flow import phrases
from regulars.flow.history.rulewords import arithmetic, cap_words, currency_name
from regulars.programmes.condition_words import condition_words, event_words
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import day_date
from regulars.rules.explain import Verdict
from regulars.rules.obstacles import Reason, is_money
from regulars.rules.programme import Cap, EarnRule, Goal, Programme, Test

_SEEN_MAX = 6
_WHICH = {(ev.OCCASION_CAME, "occasion"), (ev.REFERRAL_COUNTED, "side")}
"""Events of our own that say by a property which of them they are."""


def reason_words(reason: Reason, rule: EarnRule, programme: Programme) -> str:
    """One reason as a sentence."""
    if is_of_something_else(reason, rule):
        return _other_event({"wants": rule.when, **reason.values}, rule, programme)
    say = _SAY.get(reason.kind, _unknown)
    return say(reason.values, rule, programme)


def is_of_something_else(reason: Reason, rule: EarnRule) -> bool:
    """Whether the rule speaks of other events: of another name, another day, another side of a referral."""
    if reason.kind == "other-event":
        return True
    return reason.kind == "condition" and (rule.when, reason.values["test"].name) in _WHICH


def worked_out(verdict: Verdict, rule: EarnRule, programme: Programme, day: int, level: str) -> str:
    """How the points of a rule came about, in a line: what counted, the rate, the tier (``level``, empty for none) and
    the local ``day``; empty when it gave no points."""
    if not verdict.points:
        return ""
    made = arithmetic(programme, rule, verdict.gives, verdict.base, verdict.times, verdict.points, day, level)
    return made.line or phrases.counted(verdict.points, currency_name(programme, verdict.gives))


def reason_json(reason: Reason, text: str) -> dict[str, Any]:
    """A reason as the API shows it: its kind and values, and the words."""
    return {"kind": reason.kind, **{name: _plain(value) for name, value in reason.values.items()}, "text": text}


def _plain(value: Any) -> Any:
    if isinstance(value, Test):
        return {"name": value.name, "op": value.op, "value": _plain(value.value)}
    if isinstance(value, Cap):
        return {value.kind: value.limit, "per": value.per}
    if isinstance(value, Goal):
        return {"kind": value.kind, "reaches": value.reaches, "per": value.per}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, (Decimal, Fraction)) else value


Values = Mapping[str, Any]


def _wanted(tests: Iterable[Test], programme: Programme) -> str:
    return phrases.sentence(condition_words(tests, programme))


def _seen(test: Test, values: Iterable[Any], programme: Programme) -> str:
    """What was seen, as a person reads it."""
    shown = list(values)
    texts = [_one_seen(test, value, programme) for value in shown[:_SEEN_MAX]]
    return phrases.listed(texts) + ("…" if len(shown) > _SEEN_MAX else "")


def _one_seen(test: Test, value: Any, programme: Programme) -> str:
    if isinstance(value, bool):
        return pgettext("a value of an event", "yes") if value else pgettext("a value of an event", "no")
    if isinstance(value, int):
        return phrases.money(value, programme) if is_money(test) else phrases.number(value)
    return str(value).replace("_", " ")


def _other_event(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("It is for something else: when %(wanted)s.") % {"wanted": event_words(values["wants"])}


def _condition(values: Values, rule: EarnRule, programme: Programme) -> str:
    wanted = _wanted([values["test"]], programme)
    if values["saw"] in (None, ""):
        return _("It asks that %(wanted)s; nothing was said of that.") % {"wanted": wanted}
    saw = _seen(values["test"], [values["saw"]], programme)
    return _("It asks that %(wanted)s; it was %(saw)s.") % {"wanted": wanted, "saw": saw}


def _no_order(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("It counts the money of an order, and there was none.")


def _no_line(values: Values, rule: EarnRule, programme: Programme) -> str:
    wanted = _wanted([values["test"]], programme)
    if not values["saw"]:
        return _("It counts products of which %(wanted)s; nothing was said of that.") % {"wanted": wanted}
    return _("It counts products of which %(wanted)s; here it was %(saw)s.") % {
        "wanted": wanted,
        "saw": _seen(values["test"], values["saw"], programme),
    }


def _no_line_all(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("No single product met all of it: %(wanted)s.") % {"wanted": _wanted(values["tests"], programme)}


def _nothing_counts(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("Nothing was paid that counts.")


def _paid_with_points(values: Values, rule: EarnRule, programme: Programme) -> str:
    paid = phrases.money(values["amount_minor"], programme)
    return _("All that would count (%(amount)s) was paid with points, and that part earns nothing.") % {"amount": paid}


def _part_paid(values: Values, rule: EarnRule, programme: Programme) -> str:
    paid = phrases.money(values["amount_minor"], programme)
    return _("%(amount)s of it was paid with points; that part earns nothing.") % {"amount": paid}


def _not_yet(values: Values, rule: EarnRule, programme: Programme) -> str:
    begins, on = (phrases.day(day_date(values[name])) for name in ("from_day", "day"))
    return _("It began on %(begins)s; this happened on %(on)s.") % {"begins": begins, "on": on}


def _over(values: Values, rule: EarnRule, programme: Programme) -> str:
    last, on = phrases.day(day_date(values["until_day"] - 1)), phrases.day(day_date(values["day"]))
    return _("It held until %(last)s; this happened on %(on)s.") % {"last": last, "on": on}


def _tier(values: Values, rule: EarnRule, programme: Programme) -> str:
    wanted = _wanted([values["test"]], programme)
    level = level_name(programme, values["level"])
    return _("It asks that %(wanted)s; the tier was %(level)s then.") % {"wanted": wanted, "level": level}


def level_name(programme: Programme, key: str) -> str:
    """What a level is called; the words for none when ``key`` is empty."""
    levels = programme.tiers.levels if programme.tiers else ()
    found = next((level for level in levels if level.key == key), None)
    return phrases.named(found.name, key) if found else key or _("No tier yet")


def _tenure(values: Values, rule: EarnRule, programme: Programme) -> str:
    wanted = _wanted([values["test"]], programme)
    return _("It asks that %(wanted)s; it was day %(days)s.") % {"wanted": wanted, "days": values["days"]}


def _rounded(values: Values, rule: EarnRule, programme: Programme) -> str:
    exact: Fraction = values["exact"]
    shown = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001"), rounding="ROUND_FLOOR")
    text = format(shown.normalize(), "f")
    return _("It came to %(exact)s, less than one whole point.") % {"exact": text}


def _capped(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("%(cap)s: %(used)s were used before.") % {
        "cap": cap_words(values["cap"], programme, rule.gives),
        "used": phrases.number(values["used"]),
    }


def _cut(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("%(cap)s: %(used)s were used before, so %(given)s of %(would)s came.") % {
        "cap": cap_words(values["cap"], programme, rule.gives),
        "used": phrases.number(values["used"]),
        "given": phrases.number(values["given"]),
        "would": phrases.number(values["would"]),
    }


def _progress(values: Values, rule: EarnRule, programme: Programme) -> str:
    goal: Goal = values["goal"]
    if goal.kind == "streak":
        return _("It counted: now %(done)s in a row.") % {"done": phrases.number(values["done"])}
    if goal.kind == "count":
        done, reaches = phrases.number(values["done"]), phrases.number(goal.reaches)
    elif goal.is_money:
        done, reaches = phrases.money(values["done"], programme), phrases.money(goal.reaches, programme)
    else:
        done, reaches = (phrases.number(number // 1_000) for number in (values["done"], goal.reaches))
    return _("It counted, but the task is not done yet: %(done)s of %(reaches)s.") % {"done": done, "reaches": reaches}


def _again(values: Values, rule: EarnRule, programme: Programme) -> str:
    said = {
        "day": _("It was done before on that day; it counts once a day."),
        "week": _("It was done before in that week; it counts once a week."),
        "month": _("It was done before in that month; it counts once a month."),
        "year": _("It was done before in that year; it counts once a year."),
    }
    return said.get(values["goal"].per, _("It was done before; it counts once."))


def _steps(values: Values, rule: EarnRule, programme: Programme) -> str:
    missing = phrases.listed(event_words(name) for name in values["missing"])
    return _("The task is not done yet. Still missing: %(missing)s.") % {"missing": missing}


def _unknown(values: Values, rule: EarnRule, programme: Programme) -> str:
    return _("It gave nothing here.")


_SAY: dict[str, Callable[[Values, EarnRule, Programme], str]] = {
    "other-event": _other_event,
    "condition": _condition,
    "no-order": _no_order,
    "no-line": _no_line,
    "no-line-all": _no_line_all,
    "nothing-counts": _nothing_counts,
    "paid-with-points": _paid_with_points,
    "part-paid-with-points": _part_paid,
    "not-yet": _not_yet,
    "over": _over,
    "tier": _tier,
    "tenure": _tenure,
    "rounded": _rounded,
    "capped": _capped,
    "cut": _cut,
    "progress": _progress,
    "again": _again,
    "steps": _steps,
}


def fates() -> dict[int, str]:
    """What can become of points that were earned, by the kind of transfer."""
    return {
        y.CLAW_BACK: _("Taken back after a refund"),
        y.EXPIRE: _("Lapsed"),
        y.CAPTURE: _("Spent"),
        y.REPAY: _("Paid what was owed"),
        y.ADJUST: _("Taken by the shop"),
        y.GIVE_BACK: _("Came back after a refund"),
    }
