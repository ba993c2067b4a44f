"""The section ``earn``: what customers do and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regulars.rules.events import LEDGER_NAMES, REFUND_NAMES
from regulars.rules.language.gifts import PER, first_currency, read_gifts
from regulars.rules.language.points import POINTS_MAX
from regulars.rules.language.reading import Path, Reader, nearest
from regulars.rules.language.where import read_tests
from regulars.rules.programme import Cap, Condition, EarnRule, Gift, Test

RULES_MAX = 200
SETTINGS = (
    *("key", "name", "when", "where", "for", "gives", "rate", "points"),
    *("of", "times", "valid", "at_most", "rounding"),
)
OF = ("net", "gross", "list", "paid")
ROUNDING = ("floor", "nearest", "up")
RATE_NUMERATOR_MAX = 10_000
RATE_DENOMINATOR_MAX = 10_000_000
DAY_FIRST, DAY_LAST = 7_305, 54_787
"""1990-01-01 and 2120-01-01: the years the rules have local midnights for."""

EVENTS = (
    "Order Completed",
    "Product Reviewed",
    "Product Shared",
    "Product Viewed",
    "Product Added",
    "Checkout Started",
    "Cart Shared",
    "Coupon Applied",
    "Suggestion Adopted",
    "Survey Answered",
    "Checked In",
    "Profile Completed",
    "Live Room Entered",
    "Live Room Watched",
    "Order Delivered",
    "Order Refunded",
    "Order Cancelled",
)
"""Names of events the house knows; a shop may send others. Used to catch slips of the pen."""


def event_name(reader: Reader, value: Any, path: Path) -> str | None:
    """The name of an event, with a warning when it looks like a slip of the pen."""
    name = reader.text(value, path)
    if name and name not in EVENTS:
        guess = nearest(name.title(), EVENTS)
        if guess and (guess.lower() == name.lower() or nearest_enough(name, guess)):
            reader.warn(path, "is an event of your own; did you mean `{guess}`?", guess=guess)
    return name


def nearest_enough(name: str, guess: str) -> bool:
    """Whether two names differ by a letter or two only."""
    shared = sum(1 for a, b in zip(name, guess, strict=False) if a == b)
    return abs(len(name) - len(guess)) <= 2 and shared >= max(len(name), len(guess)) - 2


def read_rule(
    reader: Reader,
    value: Any,
    path: Path,
    currencies: Sequence[str],
    tiers: Sequence[str],
    money: str,
    digits: int,
) -> EarnRule | None:
    """One earning rule. Its key is checked with those of all other rules, by the caller."""
    rule = reader.section(value, path, SETTINGS, needs=("key", "when"))
    if rule is None:
        return None
    when = event_name(reader, rule["when"], (*path, "when")) if "when" in rule else None
    if when in REFUND_NAMES or when in LEDGER_NAMES:
        reader.say((*path, "when"), "moves points by itself; it cannot earn")
    gifts: tuple[Gift, ...] = ()
    gives = currencies[0] if currencies else ""
    if isinstance(rule.get("gives"), Mapping):
        gifts = read_gifts(reader, rule["gives"], (*path, "gives"), currencies)
        gives = first_currency(gifts, currencies)
        for other in ("rate", "points", "times", "rounding", "of"):
            if other in rule:
                reader.say((*path, other), "does not go with `gives` that lists what is given")
    elif "gives" in rule and currencies:
        gives = reader.choice(rule["gives"], (*path, "gives"), currencies) or gives
    rate, points = (None, 0) if gifts else _worth(reader, rule, path, when, money, digits)
    everything = read_conditions(reader, rule, path, tiers)
    of = _choice(reader, rule, path, "of", OF)
    if of == "paid" and everything.of_lines:
        reader.say((*path, "of"), "counts whole orders; it does not go with a condition on line.*")
    if "of" in rule and "rate" not in rule and "points" in rule:
        reader.say((*path, "of"), "only goes with `rate`")
    times_tier = _choice(reader, rule, path, "times", ("tier",)) == "tier" and "times" in rule
    if times_tier and not tiers:
        reader.say((*path, "times"), "needs `tiers`: the programme has none")
    if everything.of_lines and when and not when.startswith("Order "):
        reader.warn((*path, "when"), "has no lines to pick unless the event carries an order")
    valid_from, valid_until = read_valid(reader, rule["valid"], (*path, "valid")) if "valid" in rule else (None, None)
    at_most = _cap(reader, rule["at_most"], (*path, "at_most")) if "at_most" in rule else None
    if gifts and at_most is not None and at_most.kind == "points":
        reader.say((*path, "at_most", "points"), "does not go with `gives` that lists what is given; write `times`")
    return EarnRule(
        key=rule["key"] if isinstance(rule.get("key"), str) else "",
        when=when or "",
        gives=gives,
        rate=rate,
        points=points,
        of=of,  # type: ignore[arg-type]
        times_tier=times_tier,
        where=without_member(everything),
        member=Condition(everything.of_member),
        valid_from_day=valid_from,
        valid_until_day=valid_until,
        at_most=at_most,
        rounding=_choice(reader, rule, path, "rounding", ROUNDING),  # type: ignore[arg-type]
        name=reader.name(rule["name"], (*path, "name")) if "name" in rule else {},
        gifts=gifts,
    )


def read_conditions(
    reader: Reader, rule: Mapping[str, Any], path: Path, tiers: Sequence[str], names: Sequence[str] = ("where", "for")
) -> Condition:
    """All the tests of a rule: what it asks of the event and of the member may stand in either setting."""
    tests: list[Test] = []
    for where in names:
        if where in rule:
            found = read_tests(reader, rule[where], (*path, where), tiers)
            for twice in {test.name for test in tests} & {test.name for test in found}:
                reader.say((*path, where, twice), "is tested in `where` already; keep one of the two")
            tests += found
    return Condition(tuple(tests))


def without_member(condition: Condition) -> Condition:
    """The tests that are not on the member."""
    return Condition(tuple(test for test in condition.tests if not test.name.startswith("member.")))


def _choice(reader: Reader, rule: Mapping[str, Any], path: Path, key: str, words: Sequence[str]) -> str:
    return reader.choice(rule.get(key, words[0]), (*path, key), words) or words[0]


def _worth(
    reader: Reader, rule: Mapping[str, Any], path: Path, when: str | None, money: str, digits: int
) -> tuple[Fraction | None, int]:
    """What the rule gives: a rate or a fixed number of points."""
    if "rate" in rule and "points" in rule:
        reader.say((*path, "points"), "does not go with `rate`; keep one of the two")
    elif "points" in rule:
        return None, reader.whole(rule["points"], (*path, "points"), 1, POINTS_MAX) or 0
    elif "rate" not in rule:
        if not any(nearest(str(key), ("rate", "points")) for key in rule if key not in SETTINGS):
            reader.say(path, "needs `rate` or `points`")
        return None, 0
    if when and not when.startswith("Order "):
        reader.warn((*path, "rate"), "earns only when the event carries an order; for others write `points`")
    at = (*path, "rate")
    rate = reader.section(rule["rate"], at, ("points", "per"), needs=("points", "per")) or {}
    points = reader.number(rate["points"], (*at, "points")) if "points" in rate else None
    per = reader.money(rate["per"], (*at, "per"), money, digits, least=1) if "per" in rate else None
    if points is not None and points <= 0:
        reader.say((*at, "points"), "must be above 0")
        return None, 0
    if points is None or per is None:
        return None, 0
    exact = Fraction(points) / per
    if exact.numerator > RATE_NUMERATOR_MAX:
        reader.say(at, "is too fine or too high a rate; write fewer decimals or fewer points")
    elif exact.denominator > RATE_DENOMINATOR_MAX:
        reader.say(at, "is too fine or too low a rate; write fewer decimals or a smaller `per`")
    else:
        return exact, 0
    return None, 0


def read_valid(reader: Reader, value: Any, path: Path) -> tuple[int | None, int | None]:
    """From which local day on a rule is valid, and until which (excluded)."""
    valid = reader.section(value, path, ("from", "until"))
    if valid is None:
        return None, None
    if not valid:
        reader.say(path, "needs `from` or `until`")
    days: dict[str, int | None] = {}
    for key in ("from", "until"):
        if key in valid:
            days[key] = reader.day(valid[key], (*path, key))
            if days[key] is not None and not DAY_FIRST <= days[key] <= DAY_LAST:  # type: ignore[operator]
                reader.say((*path, key), "must be a day from 1990 to 2119")
                days[key] = None
    first, until = days.get("from"), days.get("until")
    if first is not None and until is not None and until <= first:
        reader.say((*path, "until"), "must be after {first} (`from`)", first=valid["from"])
    return first, until


def _cap(reader: Reader, value: Any, path: Path) -> Cap | None:
    cap = reader.section(value, path, ("points", "times", "per"), needs=("per",))
    if cap is None:
        return None
    per = reader.choice(cap["per"], (*path, "per"), PER) if "per" in cap else None
    kinds = [kind for kind in ("points", "times") if kind in cap]
    if not kinds:
        if set(cap) <= {"per"}:
            reader.say(path, "needs `points` or `times`")
        return None
    if len(kinds) == 2:
        reader.say((*path, "times"), "does not go with `points`; keep one of the two")
    limit = reader.whole(cap[kinds[0]], (*path, kinds[0]), 1, 10**9)
    return Cap(kinds[0], limit, per) if limit and per else None  # type: ignore[arg-type]
