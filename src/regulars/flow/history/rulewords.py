"""Earning rules in plain words, and the arithmetic of what one gave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.flow import phrases
from regulars.programmes.calendar_words import holiday_words
from regulars.rules import events as ev
from regulars.rules.programme import Cap, Currency, EarnRule, Goal, Occasion, Programme


@dataclass(frozen=True, slots=True)
class Sum:
    """How a number of points came about: one line of words, and the same in steps."""

    line: str
    steps: list[tuple[str, str]]


def rule_of(programme: Programme, key: str | None) -> EarnRule | None:
    """The rule of that key in this version."""
    return next((rule for rule in programme.rules if rule.key == key), None)


def currency_of(programme: Programme, key: str) -> Currency | None:
    """The currency of points of that key in this version."""
    return next((currency for currency in programme.points if currency.key == key), None)


def currency_name(programme: Programme, key: str) -> str:
    """What the currency is called in the active language."""
    currency = currency_of(programme, key)
    return phrases.named(currency.name, key) if currency else key


def event_title(name: str) -> str:
    """What a customer would call an event other than an order; empty for one the house does not know."""
    known = {
        "Product Reviewed": _("Review"),
        "Product Shared": _("Share"),
        "Checked In": _("Check-in"),
        "Birthday Came": _("Happy birthday"),
        "Suggestion Adopted": _("Your suggestion was taken up"),
        "Survey Answered": _("Survey"),
        "Profile Completed": _("Profile completed"),
        "Signed Up": _("Welcome"),
        "Account Created": _("Welcome"),
        "Live Room Watched": _("Live room"),
        "Live Room Entered": _("Live room"),
        "Product Viewed": _("Visit"),
        "Cart Shared": _("Share"),
    }
    return known.get(name, "")


def rule_name(rule: EarnRule | None, key: str | None, programme: Programme | None = None) -> str:
    """The name the programme gives the rule; else what it is about, in general words."""
    if rule is not None and not rule.when and rule.goal is None:
        return _("You have reached %(level)s") % {"level": phrases.named(rule.name, rule.key)}
    if rule is None:
        return (key or "").replace("-", " ").replace("_", " ").capitalize()
    if rule.name:
        return phrases.named(rule.name, rule.key)
    day = next((one for one in programme.calendar if one.key == rule.key), None) if programme else None
    if day is not None:
        return occasion_name(day)
    if rule.goal is not None:
        return event_title(rule.when) or (key or "").replace("-", " ").replace("_", " ").capitalize()
    categories = picked_categories(rule)
    if categories:
        return _("Bonus on %(categories)s") % {"categories": categories}
    if rule.when == ev.ORDER_COMPLETED:
        return _("Your purchase") if not rule.where.tests else _("Purchase bonus")
    title = event_title(rule.when) or rule.when
    return _("%(what)s bonus") % {"what": title} if rule.where.tests else title


def picked_categories(rule: EarnRule) -> str:
    """The categories of products that the rule is about, in a row; empty when it is about all."""
    for test in rule.where.of_lines:
        if test.name == "line.category" and test.op in {"equal", "any_of"}:
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            return phrases.listed(str(value).replace("_", " ").replace("-", " ") for value in values)
    return ""


def rate_words(rate: Fraction, programme: Programme, currency: str) -> str:
    """A rate (points per minor unit) in words: ``1 point per $1.00``."""
    per_major = rate * 10**programme.minor_digits
    return _("%(points)s per %(amount)s") % {
        "points": phrases.counted(per_major.numerator, currency_name(programme, currency)),
        "amount": phrases.money(per_major.denominator * 10**programme.minor_digits, programme, short=True),
    }


def counts_words(rule: EarnRule) -> str:
    """What of an order counts for the rule."""
    if picked_categories(rule):
        return _("Of which %(categories)s") % {"categories": picked_categories(rule)}
    if rule.where.of_lines:
        return _("Products that count")
    return {
        "net": _("Goods, after discounts"),
        "gross": _("Goods, after discounts, with tax"),
        "list": _("Goods, before discounts"),
        "paid": _("All that you paid"),
    }[rule.of]


def cap_words(cap: Cap, programme: Programme, currency: str) -> str:
    """A cap in words: ``at most 500 points a month``."""
    if cap.kind == "points":
        what = phrases.counted(cap.limit, currency_name(programme, currency))
    else:
        what = ngettext("%(count)s time", "%(count)s times", cap.limit) % {"count": phrases.number(cap.limit)}
    return {
        "day": _("At most %(what)s a day"),
        "week": _("At most %(what)s a week"),
        "month": _("At most %(what)s a month"),
        "year": _("At most %(what)s a year"),
        "ever": _("At most %(what)s in all"),
    }[cap.per] % {"what": what}


def times_words(programme: Programme, times: Fraction) -> str:
    """A tier's multiplier in words: ``1.2× as Gold``; without the name when several levels have that multiplier."""
    levels = [level for level in programme.tiers.levels if level.earns_times == times] if programme.tiers else []
    if len(levels) == 1 and not any(one.earns_times is not None for one in programme.calendar):
        return _("%(times)s× as %(level)s") % {
            "times": phrases.factor(times),
            "level": phrases.named(levels[0].name, levels[0].key),
        }
    of_days = [one for one in programme.calendar if one.earns_times == times]
    if len(of_days) == 1 and not levels:
        return _("%(times)s× for %(day)s") % {"times": phrases.factor(times), "day": occasion_name(of_days[0])}
    if any(one.earns_times is not None for one in programme.calendar):
        return _("%(times)s× for your tier and the day") % {"times": phrases.factor(times)}
    return _("%(times)s× for your tier") % {"times": phrases.factor(times)}


def occasion_name(occasion: Occasion) -> str:
    """What a customer would call the day."""
    if occasion.name:
        return phrases.named(occasion.name, occasion.key)
    if occasion.kind == "birthday":
        return _("Birthday")
    return holiday_words(occasion.holiday) or phrases.plain(occasion.key)


def arithmetic(
    programme: Programme, rule: EarnRule | None, currency: str, base_minor: int, times: Fraction, points: int
) -> Sum:
    """How ``points`` came about under the rule: what counted, the rate, the tier, the rounding and the cap, exactly."""
    if rule is None:
        return Sum("", [])
    if rule.gifts or rule.goal is not None:
        line = goal_words(rule.goal, base_minor, programme)
        return Sum(line, [(line or rule_name(rule, rule.key, programme), phrases.number(points))])
    steps: list[tuple[str, str]] = []
    words: list[str] = []
    if rule.rate is not None:
        amount = phrases.money(base_minor, programme)
        rate = rate_words(rule.rate, programme, currency)
        exact = base_minor * rule.rate
        steps = [(counts_words(rule), amount), (rate, _exact(exact))]
        words = [_counts_line(rule, amount), rate]
    else:
        exact = Fraction(rule.points)
        steps = [(rule_name(rule, rule.key), _exact(exact))]
    if times != 1:
        exact *= times
        steps.append((times_words(programme, times), _exact(exact)))
        words.append(times_words(programme, times))
    whole = _rounded(exact, rule.rounding)
    if whole != exact:
        steps.append((_rounding_words(rule.rounding), phrases.number(whole)))
    if points < whole and rule.at_most is not None:
        limit = cap_words(rule.at_most, programme, currency)
        steps.append((limit, phrases.number(points)))
        words.append(limit)
    return Sum(phrases.sentence(words), steps)


def goal_words(goal: Goal | None, figure: int, programme: Programme) -> str:
    """What was done for a task: ``day 3 in a row``; ``figure`` is how far the member had come."""
    if goal is None:
        return ""
    if goal.kind == "streak":
        return {
            "day": _("Day %(count)s in a row"),
            "week": _("Week %(count)s in a row"),
            "month": _("Month %(count)s in a row"),
        }.get(goal.per, "%(count)s") % {"count": phrases.number(figure)}
    if goal.kind == "steps":
        return ngettext("%(count)s step taken", "All %(count)s steps taken", figure) % {"count": phrases.number(figure)}
    if goal.kind == "count":
        times = ngettext("%(count)s time", "%(count)s times", figure) % {"count": phrases.number(figure)}
        return _("Done %(times)s") % {"times": times}
    reached = phrases.money(figure, programme) if goal.is_money else phrases.number(figure // 1_000)
    return _("%(amount)s reached") % {"amount": reached}


def _counts_line(rule: EarnRule, amount: str) -> str:
    """What of an order counts, with its amount, in a few words."""
    categories = picked_categories(rule)
    if categories:
        return _("%(amount)s of %(categories)s") % {"amount": amount, "categories": categories}
    if rule.where.of_lines:
        return _("%(amount)s counts") % {"amount": amount}
    return {
        "net": _("%(amount)s after discounts"),
        "gross": _("%(amount)s after discounts, with tax"),
        "list": _("%(amount)s before discounts"),
        "paid": _("%(amount)s in all"),
    }[rule.of] % {"amount": amount}


def _exact(value: Fraction) -> str:
    """A number with up to four decimals; longer ones end in an ellipsis."""
    if value.denominator == 1:
        return phrases.number(value.numerator)
    text = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.0001"), rounding="ROUND_FLOOR")
    shown = format(text.normalize(), "f")
    return shown if Fraction(text) == value else f"{shown}…"


def _rounded(value: Fraction, rounding: str) -> int:
    if rounding == "nearest":
        return (2 * value.numerator + value.denominator) // (2 * value.denominator)
    if rounding == "up":
        return -(-value.numerator // value.denominator)
    return value.numerator // value.denominator


def _rounding_words(rounding: str) -> str:
    return {"floor": _("Rounded down"), "nearest": _("Rounded"), "up": _("Rounded up")}[rounding]
