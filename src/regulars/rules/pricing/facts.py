"""What does not change while a cart is priced: who, when, where. And the tests on it, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.rules.offers.goods import AMOUNTS, COUNTS, WEEKDAYS
from regulars.rules.offers.model import Offer
from regulars.rules.pricing.cart import Cart
from regulars.rules.programme import Test
from regulars.rules.values import WholeTest, text_test, value_at, value_test, whole_test

Check = tuple[str, Callable[["Facts"], bool]]
"""The key of why not, and whether it holds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """A cart's own values as conditions name them; days and hours are local to the shop."""

    at_us: int
    weekday: str
    day: int
    month: int
    hour: int
    date: str
    tier: str
    segments: list[str]
    joined_days: int | None
    properties: dict[str, Any]


def facts_of(cart: Cart, zone: ZoneInfo) -> Facts:
    """The facts of a cart."""
    local = (_EPOCH + timedelta(microseconds=cart.at_us)).astimezone(zone)
    properties = {**cart.properties, "channel": cart.channel or None, "currency": cart.currency}
    return Facts(
        at_us=cart.at_us,
        weekday=WEEKDAYS[local.weekday()],
        day=local.day,
        month=local.month,
        hour=local.hour,
        date=local.date().isoformat(),
        tier=cart.tier or "none",
        segments=list(cart.segments),
        joined_days=cart.joined_days,
        properties=properties,
    )


def checks_of(offer: Offer) -> tuple[Check, ...]:
    """The tests of an offer on the facts, in the order a customer would ask: when, who, where."""
    checks: list[Check] = []
    first, until = offer.valid_from_us, offer.valid_until_us
    if first is not None:
        checks.append(("not_yet", lambda facts: facts.at_us >= first))
    if until is not None:
        checks.append(("over", lambda facts: facts.at_us < until))
    checks += [_of_member(test) for test in offer.member.tests]
    checks += [_of_cart(test) for test in offer.where.tests if not is_sum(test)]
    return tuple(checks)


def is_sum(test: Test) -> bool:
    """Whether a test is on the cart's sums, or picks lines: those are not facts."""
    return test.name in AMOUNTS or test.name in COUNTS or test.name.startswith("line.")


def sums_of(offer: Offer, digits: int) -> tuple[tuple[str, WholeTest], ...]:
    """The tests of an offer on the cart's sums; amounts in minor units."""
    return tuple(
        (test.name, whole_test(test, 0 if test.name in COUNTS else digits))
        for test in offer.where.tests
        if is_sum(test) and not test.name.startswith("line.")
    )


def holds(test: WholeTest, value: int) -> bool:
    """Whether a sum passes a test."""
    if test.op == "at_least":
        return value >= test.bound
    if test.op == "at_most":
        return value <= test.bound
    return (value in test.members) == (test.op == "is")


def _of_member(test: Test) -> Check:
    if test.name == "member.tier":
        fits = text_test(test)
        return "tier", lambda facts: fits(facts.tier)
    if test.name == "member.segment":
        return "segment", _of_list(test)
    days = value_test(test)
    return "joined_days", lambda facts: days(facts.joined_days)


def _of_list(test: Test) -> Callable[[Facts], bool]:
    """Segments: a member is in several, so one that fits is enough, and none of them may be in ``none_of``."""
    if test.op == "exists":
        return lambda facts: bool(facts.segments) == test.value
    fits = text_test(test)
    if test.op == "none_of":
        return lambda facts: all(fits(segment) for segment in facts.segments)
    return lambda facts: any(fits(segment) for segment in facts.segments)


def _of_cart(test: Test) -> Check:
    fits = value_test(test)
    if test.name.startswith("at."):
        field = test.name.removeprefix("at.")
        return "at", lambda facts: fits(getattr(facts, field))
    follow = value_at(test.name.split("."))
    why = "channel" if test.name == "channel" else "condition"
    return why, lambda facts: fits(follow(facts.properties))
