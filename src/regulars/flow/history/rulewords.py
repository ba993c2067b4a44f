"""Earning rules in plain words, and the arithmetic of what one gave."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.flow import phrases
from regulars.flow.history.multipliers import multipliers, occasion_name
from regulars.rules import events as ev
from regulars.rules.programme import Cap, Currency, EarnRule, Goal, Programme
from regulars.screens.figures import locale


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
        "Occasion Came": _("A special day"),
        "Order Delivered": _("Order delivered"),
        "Order Refunded": _("Refund"),
        "Order Cancelled": _("Cancellation"),
        "Points Redeemed": _("Paid with points"),
        "Points Held": _("Set aside"),
        "Hold Captured": _("Paid with points"),
        "Hold Released": _("Points you did not use came back"),
        "Points Adjusted": _("Given or taken by the shop"),
        "Identified": _("Something told about oneself"),
        "Suggestion Adopted": _("Your suggestion was taken up"),
        "Survey Answered": _("Survey"),
        "Profile Completed": _("Profile completed"),
        "Signed Up": _("Welcome"),
        "Account Created": _("Welcome"),
        "Invitation Accepted": _("Invitation accepted"),
        "Referral Counted": _("A friend you brought"),
        "Live Room Watched": _("Live room"),
        "Live Room Entered": _("Live room"),
        "Product Viewed": _("Visit"),
        "Cart Shared": _("Share"),
    }
    return known.get(name, "")


def rule_name(rule: EarnRule | None, key: str | None, programme: Programme | None = None) -> str:
    """The name the programme gives the rule; else what it is about, in general words."""
    if rule is not None and rule.when == ev.REFERRAL_COUNTED and ":" in rule.key:
        return _("Welcome") if rule.key.endswith(":friend") else _("A friend you brought")
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
        return (
            event_title(rule.when) or _steps_name(rule) or (key or "").replace("-", " ").replace("_", " ").capitalize()
        )
    categories = picked_categories(rule)
    if categories:
        return _("Bonus on %(categories)s") % {"categories": categories}
    if rule.when == ev.ORDER_COMPLETED:
        return _("Your purchase") if not rule.where.tests else _("Purchase bonus")
    title = event_title(rule.when) or rule.when
    return _("%(what)s bonus") % {"what": title} if rule.where.tests else title


def _steps_name(rule: EarnRule) -> str:
    """A task of steps by what it asks for, in languages that its key is not in; empty when one of its events has none
    that the house knows."""
    if rule.goal is None or locale().language == "en":
        return ""  # keys are English words
    titles = [
        _("Your purchase") if step.when == ev.ORDER_COMPLETED else event_title(step.when) for step in rule.goal.steps
    ]
    return phrases.listed(dict.fromkeys(titles)) if all(titles) else ""


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


def worth_words(programme: Programme, key: str, points: int) -> str:
    """What so many points of the currency pay, in money; empty when it pays for nothing."""
    currency = currency_of(programme, key)
    if currency is None or currency.worth is None:
        return ""
    return phrases.money(points * currency.worth // 1, programme)


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


def arithmetic(
    programme: Programme,
    rule: EarnRule | None,
    currency: str,
    base_minor: int,
    times: Fraction,
    points: int,
    day: int | None = None,
    level: str | None = None,
) -> Sum:
    """How ``points`` came about under the rule: what counted, the rate, tier and day, rounding and cap, exactly.

    day, level: as for ``multipliers``.
    """
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
    for said, factor in multipliers(programme, rule, times, day, level):
        exact *= factor
        steps.append((said, _exact(exact)))
        words.append(said)
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
