# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Programme files as shops write them: what passes, and 90 slips with the line and the words they get."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programmes.file import NotReadableError, check, load
from regulars.programmes.schema import programme_schema, structural_problems
from regulars.rules.language import read

PROGRAMMES = Path(__file__).parents[2] / "programmes"
TEXT = (PROGRAMMES / "live-commerce.yaml").read_text(encoding="utf-8")


def Bad(what: str, old: str, new: str, *problems: str) -> Any:  # noqa: N802 (reads as a row)
    """A slip: what is written instead of what in the example, and all that is said about it."""
    return pytest.param(old, new, list(problems), id=what)


SLIPS = [
    Bad(
        "a tab",
        "  measure: spending ",
        "\tmeasure: spending ",
        "line 24: the file has a tab; indent with spaces",
    ),
    Bad(
        "a setting written twice",
        "currency: CNY\n",
        "currency: CNY\ncurrency: USD\n",
        "line 9: currency is written twice; the first is on line 8",
    ),
    Bad(
        "an anchor",
        "currency: CNY",
        "currency: &money CNY",
        "line 8: currency uses an anchor (& or *); write the value out",
    ),
    Bad(
        "an alias",
        "time_zone: Asia/Shanghai",
        "time_zone: *zone",
        "line 9: time_zone uses an anchor (& or *); write the value out",
    ),
    Bad(
        "a tag",
        "currency: CNY",
        "currency: !!str CNY",
        "line 8: currency uses a tag (!); write the value only",
    ),
    Bad(
        "a bracket left open",
        "pending: {until: Order Delivered, at_most_days: 15}",
        "pending: {until: Order Delivered, at_most_days: 15",
        "line 14: the file has a bracket that is not closed, or a comma is missing",
    ),
    Bad(
        "a quote left open",
        "currency: CNY",
        "currency: \"CNY",
        "line 8: the file has a quote that is not closed",
    ),
    Bad(
        "a line that is not indented",
        "      from: 2000\n",
        "     from: 2000\n",
        "line 33: the file is not indented like the lines it belongs to",
    ),
    Bad(
        "a second document",
        "points:\n  points: ",
        "---\npoints:\n  points: ",
        "line 11: the file holds a second document (---); keep one",
    ),
    Bad(
        "no space after the colon",
        "currency: CNY",
        "currency:CNY",
        "line 9: the file has no colon after the name of a setting",
    ),
    Bad(
        "no number at all",
        "points: 20\n",
        "points: .nan\n",
        "line 67: earn[3].points must be a number that can be counted with",
    ),
    Bad(
        "no day of the calendar",
        "2026-12-01",
        "2026-13-01",
        "line 58: earn[1].valid.from is no day of the calendar",
    ),
    Bad(
        "no currency",
        "currency: CNY\n",
        "",
        "line 6: the file needs `currency`",
    ),
    Bad(
        "a section with a slip of the pen",
        "earn:\n",
        "earns:\n",
        "line 48: earns is not a known setting here; did you mean `earn`?",
    ),
    Bad(
        "a setting nobody knows",
        "currency: CNY",
        "currency: CNY\ncolour: red",
        "line 9: colour is not a known setting here; known are programme, name, currency, time_zone, points, tiers, benefits, earn, tasks, referral or calendar",
    ),
    Bad(
        "a key with capitals",
        "programme: live-commerce",
        "programme: Live Commerce",
        "line 6: programme must be lower-case letters, digits and dashes, such as tea-month",
    ),
    Bad(
        "a name without English",
        "name: {en: Regulars Club, ",
        "name: {",
        "line 7: name needs `en`",
    ),
    Bad(
        "a name in an unknown language",
        "zh-Hans: 熟客俱乐部",
        "zh: 熟客俱乐部",
        "line 7: name.zh is not a known setting here; known are en, zh-Hans or zh-Hant",
    ),
    Bad(
        "an unknown currency",
        "currency: CNY",
        "currency: RMB",
        "line 8: currency is no currency of ISO 4217, such as CNY or USD",
    ),
    Bad(
        "a currency in small letters",
        "currency: CNY",
        "currency: cny",
        "line 8: currency must be in capitals: CNY",
    ),
    Bad(
        "an unknown time zone",
        "Asia/Shanghai",
        "Asia/Shangai",
        "line 9: time_zone is no time zone; did you mean `Asia/Shanghai`?",
    ),
    Bad(
        "no time zone at all",
        "time_zone: Asia/Shanghai",
        "time_zone: here",
        "line 9: time_zone is no time zone, such as Asia/Shanghai or America/New_York",
    ),
    Bad(
        "an empty section",
        "    pending: {until: Order Delivered, at_most_days: 15}",
        "    pending: {}",
        "line 14: points.points.pending needs `until` (the name of an event) or `days`",
    ),
    Bad(
        "two ways to wait",
        "{until: Order Delivered, at_most_days: 15}",
        "{until: Order Delivered, days: 7}",
        "line 14: points.points.pending.until does not go with `days`; keep one of the two",
    ),
    Bad(
        "a text for a number of days",
        "at_most_days: 15",
        "at_most_days: fifteen",
        "line 14: points.points.pending.at_most_days must be a whole number",
    ),
    Bad(
        "half a day",
        "at_most_days: 15",
        "at_most_days: 1.5",
        "line 14: points.points.pending.at_most_days must be a whole number",
    ),
    Bad(
        "no length of expiry",
        "{after_months: 12, at_end_of: month}",
        "{at_end_of: month}",
        "line 15: points.points.expires needs `after_months`, `after_days` or `years`",
    ),
    Bad(
        "two lengths of expiry",
        "{after_months: 12, at_end_of: month}",
        "{after_months: 12, after_days: 90}",
        "line 15: points.points.expires.after_days does not go with `after_months`; keep one of the two",
    ),
    Bad(
        "an unknown end",
        "at_end_of: month}",
        "at_end_of: moon}",
        "line 15: points.points.expires.at_end_of must be month, quarter or year; did you mean `month`?",
    ),
    Bad(
        "less than a cent",
        "amount: 1.00}",
        "amount: 1.005}",
        "line 16: points.points.worth.amount has more decimals than CNY has (2)",
    ),
    Bad(
        "points that are worth nothing",
        "amount: 1.00}",
        "amount: 0}",
        "line 16: points.points.worth.amount must be above 0",
    ),
    Bad(
        "more than all of an order",
        "at_most_percent: 50",
        "at_most_percent: 150",
        "line 17: points.points.pays.at_most_percent must be at most 100",
    ),
    Bad(
        "growth that pays",
        "    spendable: false",
        "    spendable: false\n    worth: {points: 1, amount: 1}",
        "line 22: points.growth.worth only goes with points that can be spent (`spendable: true`)",
    ),
    Bad(
        "yes instead of true",
        "    spendable: false",
        "    spendable: no",
        "line 21: points.growth.spendable must be true or false",
    ),
    Bad(
        "what pays without a worth",
        "    worth: {points: 100, amount: 1.00} ",
        "    # ",
        "line 17: points.points.pays needs `worth` beside it: what the points pay",
    ),
    Bad(
        "an unknown refund",
        "beyond_balance: debt",
        "beyond_balance: forgive",
        "line 18: points.points.refund.beyond_balance must be debt or zero",
    ),
    Bad(
        "a level below the one before",
        "      from: 5000\n",
        "      from: 1500\n",
        "line 38: tiers.levels[2].from must be above 2000 (the level before)",
    ),
    Bad(
        "a level as high as the one before",
        "      from: 5000\n",
        "      from: 2000.00\n",
        "line 38: tiers.levels[2].from must be above 2000 (the level before)",
    ),
    Bad(
        "a level without a threshold",
        "      from: 5000\n",
        "",
        "line 37: tiers.levels[2] needs `from`",
    ),
    Bad(
        "a slip of the pen in a level",
        "      from: 5000\n",
        "      form: 5000\n",
        "line 38: tiers.levels[2].form is not a known setting here; did you mean `from`?",
    ),
    Bad(
        "a level of a tenth of a cent",
        "      from: 5000\n",
        "      from: 5000.001\n",
        "line 38: tiers.levels[2].from has more decimals than CNY has (2)",
    ),
    Bad(
        "a level below nothing",
        "    - key: member\n      from: 500\n",
        "    - key: member\n      from: -500\n",
        "line 29: tiers.levels[0].from must be at least 0",
    ),
    Bad(
        "an amount in quotes",
        "      from: 5000\n",
        "      from: '5000'\n",
        "line 38: tiers.levels[2].from must be a number",
    ),
    Bad(
        "an amount with its unit",
        "      from: 5000\n",
        "      from: 5,000 CNY\n",
        "line 38: tiers.levels[2].from must be a number",
    ),
    Bad(
        "two levels with one key",
        "    - key: platinum\n",
        "    - key: gold\n",
        "line 37: tiers.levels[2].key must be unique: tiers.levels[1] has this key already",
        "line 113: calendar[1].for.member.tier[0] is not one of the tiers; known are member, gold or diamond",
    ),
    Bad(
        "a level called none",
        "    - key: member\n",
        "    - key: none\n",
        "line 28: tiers.levels[0].key cannot be `none`: reports call members without a tier that",
    ),
    Bad(
        "a multiplier of nothing",
        "earns_times: 1.5",
        "earns_times: 0",
        "line 40: tiers.levels[2].earns_times must be above 0",
    ),
    Bad(
        "a multiplier too fine",
        "earns_times: 1.5",
        "earns_times: 1.50001",
        "line 40: tiers.levels[2].earns_times must be a simple number such as 1.2 or 1.25",
    ),
    Bad(
        "a benefit twice",
        "[points_rebate, early_preorder, free_delivery]",
        "[points_rebate, early_preorder, points_rebate]",
        "line 41: tiers.levels[2].benefits[2] is listed twice",
    ),
    Bad(
        "an unknown measure",
        "measure: spending ",
        "measure: spent ",
        "line 24: tiers.measure must be spending, orders or growth; did you mean `spending`?",
    ),
    Bad(
        "two windows",
        "{rolling_days: 365}",
        "{rolling_days: 365, calendar: year}",
        "line 25: tiers.window.calendar does not go with `rolling_days`; keep one of the two",
    ),
    Bad(
        "levels that are no list",
        "  levels:\n    - key: member\n      from: 500\n",
        "  levels:\n      key: member\n      from: 500\n",
        "line 32: the file is not indented like the lines it belongs to",
    ),
    Bad(
        "keeping for no time",
        "keep: {for_days: 365, ",
        "keep: {",
        "line 26: tiers.keep needs `for_days`",
    ),
    Bad(
        "a rule without a key",
        "  - key: share\n    when: Product Shared\n",
        "  - when: Product Shared\n",
        "line 74: earn[5] needs `key`",
    ),
    Bad(
        "two rules with one key",
        "  - key: share\n",
        "  - key: review\n",
        "line 74: earn[5].key must be unique: earn[3] has this key already",
    ),
    Bad(
        "a task with the key of a rule",
        "  - key: check-in\n",
        "  - key: share\n",
        "line 83: tasks[0].key must be unique: earn[5] has this key already",
    ),
    Bad(
        "a rule without an event",
        "    when: Product Shared\n",
        "",
        "line 74: earn[5] needs `when`",
    ),
    Bad(
        "a rule that gives nothing",
        "    when: Product Shared\n    points: 2\n",
        "    when: Product Shared\n",
        "line 74: earn[5] needs `rate` or `points`",
    ),
    Bad(
        "a rule with a rate and points",
        "    when: Product Shared\n    points: 2\n",
        "    when: Order Completed\n    points: 2\n    rate: {points: 1, per: 1}\n",
        "line 76: earn[5].points does not go with `rate`; keep one of the two",
    ),
    Bad(
        "a rate per nothing",
        "per: 1.00}\n    of: net                                  #",
        "per: 0}\n    of: net                                  #",
        "line 51: earn[0].rate.per must be above 0",
    ),
    Bad(
        "a rate without per",
        "    rate: {points: 1, per: 1.00}\n    of: net                                  #",
        "    rate: {points: 1}\n    of: net                                  #",
        "line 51: earn[0].rate needs `per`",
    ),
    Bad(
        "a rate too high",
        "    rate: {points: 1, per: 1.00}\n    of: net                                  #",
        "    rate: {points: 1000001, per: 1.00}\n    of: net                                  #",
        "line 51: earn[0].rate is too fine or too high a rate; write fewer decimals or fewer points",
    ),
    Bad(
        "half a fixed point",
        "    points: 20\n",
        "    points: 20.5\n",
        "line 67: earn[3].points must be a whole number",
    ),
    Bad(
        "no fixed point",
        "    points: 20\n",
        "    points: 0\n",
        "line 67: earn[3].points must be at least 1",
    ),
    Bad(
        "too many fixed points",
        "    points: 20\n",
        "    points: 10000001\n",
        "line 67: earn[3].points must be at most 10000000",
    ),
    Bad(
        "a number nobody means",
        "    points: 20\n",
        "    points: 1e999999999\n",
        "line 67: earn[3].points is too long a number",
    ),
    Bad(
        "an unknown currency of points",
        "gives: growth\n",
        "gives: growht\n",
        "line 62: earn[2].gives must be points or growth; did you mean `growth`?",
    ),
    Bad(
        "what counts, with fixed points",
        "    points: 20\n",
        "    points: 20\n    of: gross\n",
        "line 68: earn[3].of only goes with `rate`",
    ),
    Bad(
        "paid with a condition on lines",
        "    where: {line.category: [tea, coffee], ",
        "    of: paid\n    where: {line.category: [tea, coffee], ",
        "line 56: earn[1].of counts whole orders; it does not go with a condition on line.*",
    ),
    Bad(
        "a refund that earns",
        "when: Product Shared",
        "when: Order Refunded",
        "line 75: earn[5].when moves points by itself; it cannot earn",
    ),
    Bad(
        "until before from",
        "until: 2027-01-01",
        "until: 2026-12-01",
        "line 58: earn[1].valid.until must be after 2026-12-01 (`from`)",
    ),
    Bad(
        "a time instead of a day",
        "from: 2026-12-01,",
        "from: 2026-12-01T00:00:00Z,",
        "line 58: earn[1].valid.from must be a day such as 2026-12-01",
    ),
    Bad(
        "a cap without a window",
        "at_most: {points: 500, per: month}",
        "at_most: {points: 500}",
        "line 59: earn[1].at_most needs `per`",
    ),
    Bad(
        "a cap of nothing",
        "at_most: {points: 500, per: month}",
        "at_most: {per: month}",
        "line 59: earn[1].at_most needs `points` or `times`",
    ),
    Bad(
        "a cap with an unknown window",
        "at_most: {points: 500, per: month}",
        "at_most: {points: 500, per: hour}",
        "line 59: earn[1].at_most.per must be day, week, month, year or ever",
    ),
    Bad(
        "a member's city",
        "where: {photos: {at_least: 1}}",
        "for: {member.city: 杭州}",
        "line 71: earn[4].for.member.city is not available yet: a rule can ask for member.tier or member.joined_days",
    ),
    Bad(
        "a tier that is not there",
        "where: {photos: {at_least: 1}}",
        "for: {member.tier: [gold, diamnod]}",
        "line 71: earn[4].for.member.tier[1] is not one of the tiers; did you mean `diamond`?",
    ),
    Bad(
        "at least a tier",
        "where: {photos: {at_least: 1}}",
        "for: {member.tier: {at_least: gold}}",
        "line 71: earn[4].for.member.tier.at_least does not go with member.tier; write a tier, a list of tiers or none_of",
    ),
    Bad(
        "an unknown comparison",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {at_lest: 1}}",
        "line 71: earn[4].where.photos.at_lest is not a known setting here; did you mean `at_least`?",
    ),
    Bad(
        "at least a text",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {at_least: one}}",
        "line 71: earn[4].where.photos.at_least must be a number",
    ),
    Bad(
        "an amount that is a text",
        "total: {at_least: 100}}   #",
        "total: hundred}   #",
        "line 56: earn[1].where.total must be a number",
    ),
    Bad(
        "any of nothing",
        "line.category: [tea, coffee]",
        "line.category: []",
        "line 56: earn[1].where.line.category must not be empty",
    ),
    Bad(
        "a value that is missing",
        "where: {photos: {at_least: 1}}",
        "where: {photos: }",
        "line 71: earn[4].where.photos must be a value; for a value that is missing write {exists: false}",
    ),
    Bad(
        "exists with a text",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {exists: maybe}}",
        "line 71: earn[4].where.photos.exists must be true or false",
    ),
    Bad(
        "line without a name",
        "line.category: [tea, coffee]",
        "line: tea",
        "line 56: earn[1].where.line needs a dot and a name after it, such as line.category",
    ),
    Bad(
        "a name with brackets",
        "line.category: [tea, coffee]",
        "\"photos[0]\": 1",
        "line 56: earn[1].where.photos[0] is no name of a value; write it like total, line.category or context.page.path",
    ),
    Bad(
        "the same test twice",
        "where: {photos: {at_least: 1}}",
        "where: {member.tier: gold}\n    for: {member.tier: diamond}",
        "line 72: earn[4].for.member.tier is tested in `where` already; keep one of the two",
    ),
    Bad(
        "a streak without points",
        "streak: {points: [5, 5, 5, 10, 10, 10, 30], per: day, then: repeat}",
        "streak: {per: day}",
        "line 85: tasks[0].streak needs `points`",
    ),
    Bad(
        "a gift in an unknown currency",
        "gives: {points: 200, growth: 100}",
        "gives: {points: 200, grow: 100}",
        "line 93: tasks[2].gives.grow is not a known setting here; did you mean `growth`?",
    ),
    Bad(
        "a referral that counts nothing",
        "  counts: {when: Order Completed, where: {total: {at_least: 50}}, within_days: 30}\n",
        "",
        "line 100: referral needs `counts`",
    ),
    Bad(
        "an unknown refusal",
        "same_address",
        "same_street",
        "line 104: referral.refuses[2] must be self, same_device, same_address or same_payment; did you mean `same_device`?",
    ),
    Bad(
        "a day no month has",
        "day_of_month: 8",
        "day_of_month: 32",
        "line 116: calendar[2].when.day_of_month must be at most 31",
    ),
    Bad(
        "an unknown occasion",
        "when: birthday ",
        "when: birthdays ",
        "line 108: calendar[0].when must be birthday",
    ),
    Bad(
        "a holiday without a country",
        "{country: CN, name: Mid-Autumn Festival}",
        "{name: Mid-Autumn Festival}",
        "line 112: calendar[1].when.holiday needs `country`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    assert old in TEXT, "the example has changed: this row tests nothing"
    checked = check(TEXT.replace(old, new, 1))
    assert [str(problem) for problem in checked.problems] == problems
    assert checked.programme is None


WHOLE = [
    ("an empty file", "", "line 1: the file is empty"),
    ("nothing but comments", "# soon\n\n", "line 1: the file is empty"),
    ("a list at the top", "- points\n- tiers\n", "line 1: the file must be settings (`name: value`), not a list"),
    ("one word", "\npoints\n", "line 2: the file must be settings (`name: value`), not one value"),
    ("a control character", "programme: a\nname: \x01\n", "line 2: the file has a character that YAML does not allow"),
    ("half a character", "programme: \ud800\n", "line 1: the file has a character that YAML does not allow"),
    ("brackets without end", "[" * 5_000, "line 1: the file is nested too deeply"),
    ("a merge key", "a: {b: 1}\n<<: {c: 2}\n", "line 2: << is a merge key; write the settings out"),
    ("a key that is a list", "? [a, b]\n: 1\n", "line 1: the file has a setting whose name is not a plain word"),
    ("far too long", "#" * 1_000_001, "line 1: the file is longer than 1000000 characters"),
    ("an unknown alias", "a: *b\n", "line 1: a uses an anchor (& or *); write the value out"),
    ("a percent sign", "a: %b\n", "line 1: the file is not valid YAML: found character '%' that cannot start any token"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), [w[1:] for w in WHOLE], ids=[w[0] for w in WHOLE])
def test_a_file_that_is_no_programme(text: str, problem: str) -> None:
    checked = check(text)
    assert problem in list(map(str, checked.problems))
    assert checked.programme is None


def test_several_slips_come_in_the_order_of_their_lines() -> None:
    text = TEXT.replace("earns_times: 1.2", "earns_times: -1").replace("currency: CNY", "currency: XXX")
    text = text.replace("points: 500\n\ntasks", "points: none\n\ntasks")
    assert [(problem.line, problem.path_text) for problem in check(text).problems] == [
        (8, "currency"),
        (35, "tiers.levels[1].earns_times"),
        (80, "earn[6].points"),
    ]


def test_a_problem_knows_its_column() -> None:
    (problem,) = check(TEXT.replace("at_end_of: month}", "at_end_of: moon}")).problems
    assert (problem.line, problem.column) == (15, 33)


WARNINGS = [
    ("an event with a slip of the pen", "when: Product Shared", "when: Product Sharde",
     "line 75: earn[5].when is an event of your own; did you mean `Product Shared`?"),
    ("a rate on what is no order", "    points: 2\n", "    rate: {points: 1, per: 1.00}\n",
     "line 76: earn[5].rate earns only when the event carries an order; for others write `points`"),
    ("lines of what is no order", "where: {photos: {at_least: 1}}", "where: {line.category: tea}",
     "line 70: earn[4].when has no lines to pick unless the event carries an order"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS])
def test_a_warning_does_not_refuse_the_programme(old: str, new: str, problem: str) -> None:
    checked = check(TEXT.replace(old, new, 1))
    assert [(str(p), p.severity) for p in checked.problems] == [(problem, "warning")]
    assert checked.programme is not None
    assert checked.errors == ()


@pytest.mark.parametrize("event", ["Suggestion Adopted", "Stamp Collected", "签到", "Order Picked Up"])
def test_a_shop_may_send_its_own_events(event: str) -> None:
    checked = check(TEXT.replace("when: Product Shared", f"when: {event}", 1))
    assert checked.problems == ()


@pytest.mark.parametrize("name", sorted(path.name for path in PROGRAMMES.glob("*.yaml")))
def test_the_programmes_that_ship_are_sound(name: str) -> None:
    checked = check((PROGRAMMES / name).read_text(encoding="utf-8"))
    assert checked.problems == ()
    assert checked.programme is not None
    for text in (checked.programme.name, *(currency.name for currency in checked.programme.points)):
        assert set(text) == {"en", "zh-Hans", "zh-Hant"}


def test_the_example_is_read_whole() -> None:
    live = check(TEXT).programme
    assert live is not None
    assert live.referral is not None
    assert [rule.key for rule in live.referral.rules] == ["referral:referrer", "referral:friend"]
    given = {rule.key: rule.gifts for rule in live.rules if rule.gifts}
    assert [given[rule.key] for rule in live.referral.rules] == [live.referral.referrer, live.referral.friend]


def test_numbers_are_read_from_their_text() -> None:
    data = load(
        "a: 0.1\nb: 1.10\nc: 1e3\nd: 08\ne: 0x1F\nf: 1_000\ng: '5'\nh: yes\ni: 12345678901234567890.000000000001\n"
    ).data
    assert data == {
        "a": Decimal("0.1"), "b": Decimal("1.10"), "c": Decimal("1000"), "d": 8, "e": 31, "f": "1_000", "g": "5",
        "h": "yes", "i": Decimal("12345678901234567890.000000000001"),
    }  # fmt: skip
    assert str(data["b"]) == "1.10"
    assert not any(isinstance(value, float) for value in data.values())


def test_days_texts_and_empty_values() -> None:
    text = "a: 2026-12-01\nb: '2026-12-01'\nc:\nd: ~\ne: true\n1: x\ntrue: y\nf: |\n  two\n  lines\n"
    data = load(text).data
    assert data == {
        "a": date(2026, 12, 1), "b": "2026-12-01", "c": None, "d": None, "e": True, "1": "x", "true": "y",
        "f": "two\nlines\n",
    }  # fmt: skip


PLACES = [
    (("currency",), 8),
    (("tiers", "levels", 2, "from"), 38),
    (("tiers", "levels", 2), 37),
    (("tiers", "levels", 2, "nothing here"), 37),
    (("nothing", "here"), 6),
    (("earn", 1, "where", "line.category", 1), 56),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_the_line_of_a_setting(path: tuple[str | int, ...], line: int) -> None:
    assert load(TEXT).line_of(path) == line


def test_the_document_keeps_its_comments() -> None:
    assert "# 100 points pay 1.00" in load(TEXT).text


def test_load_refuses_what_cannot_be_read() -> None:
    with pytest.raises(NotReadableError, match="line 2: a is written twice; the first is on line 1"):
        load("a: 1\na: 2\n")


# Laws: nothing a file holds makes the check raise, and the schema and the language agree.

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.integers(), st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(["", "none", "tier", "points", "2026-12-01", "Order Completed", "month", "茶"]), st.dates(),
    st.lists(st.integers(0, 3), max_size=2), st.dictionaries(st.sampled_from(["key", "from", "points", "per", "x"]),
    st.integers(-1, 3) | st.just("year"), max_size=3),
)  # fmt: skip


def every_path(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in items for inner in every_path(item, (*path, key)))]


DATA = load(TEXT).data
PATHS = [path for path in every_path(DATA) if path]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_whatever_one_setting_holds_the_check_answers(data: st.DataObject) -> None:
    path, action = data.draw(st.sampled_from(PATHS)), data.draw(st.sampled_from(["replace", "remove", "rename"]))
    changed = load(TEXT).data
    inside = changed
    for part in path[:-1]:
        inside = inside[part]
    old = inside[path[-1]] if action == "replace" else inside.pop(path[-1])
    if action == "replace":
        inside[path[-1]] = data.draw(JUNK)
    elif action == "rename" and isinstance(inside, dict):
        inside[data.draw(st.sampled_from(["x", "key", "points", "from", "茶", ""]))] = old

    programme, problems = read(changed)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (programme is None) == bool(errors)
    if not errors:
        assert list(structural_problems(changed)) == [], "the language takes what the schema refuses"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.text("abc:-{}[]#&*!|>'\"%@`, \n\t0.茶", max_size=8))
def test_whatever_the_text_holds_the_check_answers(start: int, length: int, put: str) -> None:
    text = TEXT[:start] + put + TEXT[start + length :]
    checked = check(text)
    assert (checked.programme is None) == bool(checked.errors)
    assert all(1 <= problem.line <= text.count("\n") + 2 for problem in checked.problems)
    assert len(set(checked.problems)) == len(checked.problems)


def test_the_schema_describes_every_setting_for_editors() -> None:
    def bare(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [found for item in node for found in bare(item, path)]
        if not isinstance(node, dict):
            return []
        found = []
        for key, item in node.get("properties", {}).items():
            target = programme_schema()["$defs"][item["$ref"].split("/")[-1]] if "$ref" in item else {}
            if not {"title", "description"} <= set({**target, **item}):
                found.append(f"{path}.{key}")
        return found + [more for key, item in node.items() for more in bare(item, f"{path}.{key}")]

    assert bare(programme_schema(), "") == []
