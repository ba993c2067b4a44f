"""Where a member stands: balances with their dates, tier and the way up."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from regulars.flow.standing import standing
from regulars.rules import layout as y
from tests.flow.builders import Person, at, publish

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 03:00")


@pytest.fixture
def person() -> Person:
    """A member with available, pending and held points, gold since spring."""
    person = Person(publish())
    order = person.event("Order Completed", "2025-12-02 04:00", "1001")
    lot = person.lot(order, 300, remaining=200, expires="2026-12-31 16:00")
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 300, order, lot=lot, rule="purchase", base=30000)
    later = person.event("Order Completed", "2026-10-02 04:00", "1002")
    lot2 = person.lot(later, 450, expires="2027-10-31 16:00")
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 450, later, lot=lot2, rule="purchase", base=45000)
    new = person.event("Order Completed", "2026-11-19 04:00", "1003")
    lot3 = person.lot(new, 96, matures="2026-12-04 04:00", expires="2027-11-30 16:00")
    person.move(y.EARN, y.ISSUED, y.ACC_PENDING, 96, new, lot=lot3, rule="purchase", base=9600)
    spend = person.event("Points Held", "2026-11-19 06:00", "1004")
    hold = person.hold(spend, 100, [lot], state=y.HOLD_OPEN, expires="2026-11-21 06:00")
    person.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 100, spend, lot=lot, hold=hold)
    person.stands("gold", "2026-03-03 02:00", "2027-03-02 16:00")
    person.did("2025-11-20", 99_000)  # the day before the window of 20 November begins
    person.did("2025-11-21", 100_000)
    person.did("2026-10-02", 226_050)
    return person


def test_balances_say_what_is_there_and_when_the_rest_comes_or_goes(person: Person) -> None:
    points = standing(person.member.pk, NOW).balance("points")
    assert points is not None
    assert (points.available, points.pending, points.held, points.debt) == (650, 96, 100, 0)
    assert (points.worth_minor, points.worth, points.money_currency) == (650, "6.50", "USD")
    assert [(c.points, c.on, c.until) for c in points.coming] == [(96, date(2026, 12, 4), "Order Delivered")]
    # Midnight in Shanghai after the 31st: the 31st is the last good day.
    assert points.expiring == [(date(2026, 12, 31), 200), (date(2027, 10, 31), 450)]


def test_a_currency_that_pays_nothing_has_no_worth_and_zeros(person: Person) -> None:
    growth = standing(person.member.pk, NOW).balance("growth")
    assert growth is not None
    assert (growth.available, growth.worth, growth.spendable) == (0, None, False)


def test_tier_counts_the_window_of_today(person: Person) -> None:
    tier = standing(person.member.pk, NOW).tier
    assert tier is not None
    assert (tier.level, tier.name, tier.value, tier.value_text) == ("gold", "Gold", 326_050, "$3,260.50")
    assert (tier.kept_until, tier.in_grace, tier.at_risk) == (date(2027, 3, 2), False, False)
    assert tier.next is not None
    assert (tier.next.key, tier.next.missing, tier.next.missing_text) == ("platinum", 173_950, "$1,739.50")
    assert (tier.next.times_text, tier.next.benefits[-1]) == ("1.5", "Free delivery")


@pytest.mark.parametrize(
    ("now", "at_risk", "to_keep"),
    [("2026-11-20 03:00", False, 0), ("2027-01-20 03:00", False, 0), ("2027-02-20 03:00", False, 0)],
)
def test_a_level_that_will_survive_its_review_is_not_at_risk(
    person: Person, now: str, at_risk: bool, to_keep: int
) -> None:
    tier = standing(person.member.pk, at(now)).tier
    assert tier is not None
    assert (tier.at_risk, tier.to_keep) == (at_risk, to_keep)


def test_a_level_that_would_be_lost_says_what_is_missing(person: Person) -> None:
    person.member.standing.delete()
    person.stands("gold", "2026-12-01 02:00", "2027-11-30 16:00")
    # On 1 December 2027, local, the order of 2 October 2026 counts no more.
    early, near = (standing(person.member.pk, at(now)).tier for now in ("2026-12-20 03:00", "2027-11-01 03:00"))
    assert early is not None
    assert near is not None
    assert (early.to_keep, early.at_risk) == (200_000, False)
    assert (near.to_keep, near.at_risk, near.to_keep_text) == (200_000, True, "$2,000")


def test_the_ladder_says_what_each_level_asks_and_which_are_reached(person: Person) -> None:
    ladder = standing(person.member.pk, NOW).ladder
    assert [(s.key, s.threshold_text, s.reached, s.current, s.missing) for s in ladder] == [
        ("member", "$500", True, False, 0),
        ("gold", "$2,000", True, True, 0),
        ("platinum", "$5,000", False, False, 173_950),
    ]


@pytest.mark.parametrize(
    ("language", "points", "gold", "missing", "benefit"),
    [
        ("en", "points", "Gold", "$1,739.50", "Free delivery"),
        ("zh-hans", "积分", "黄金会员", "$1,739.50", "免运费"),
        ("zh-hant", "點數", "黃金會員", "$1,739.50", "免運費"),
    ],
)
def test_names_are_in_the_readers_language(
    person: Person, language: str, points: str, gold: str, missing: str, benefit: str
) -> None:
    with translation.override(language):
        view = standing(person.member.pk, NOW)
    assert view.tier is not None
    assert view.tier.next is not None
    assert (view.balances[0].name, view.tier.name) == (points, gold)
    assert (view.tier.next.missing_text, view.tier.next.benefits[-1]) == (missing, benefit)


def test_a_member_nothing_was_decided_for_has_zeros_and_no_level() -> None:
    view = standing(Person(publish(), shop_id="new").member.pk, NOW)
    assert [(b.key, b.available, b.pending) for b in view.balances] == [("points", 0, 0), ("growth", 0, 0)]
    assert view.tier is not None
    assert (view.tier.level, view.tier.value) == ("", 0)
    assert view.tier.next is not None
    assert (view.tier.next.key, view.tier.next.missing) == ("member", 50_000)


def test_the_body_of_the_api_is_exact_and_addressed_by_the_shops_id(person: Person) -> None:
    body = standing(person.member.pk, NOW).as_json()
    assert body["id"] == "m-1"
    assert body["balances"]["points"] == {
        "name": "points",
        "spendable": True,
        "available": 650,
        "pending": 96,
        "held": 100,
        "debt": 0,
        "worth": {"amount": "6.50", "currency": "USD"},
        "coming": [{"on": "2026-12-04", "until": "Order Delivered", "points": 96}],
        "expiring": [{"on": "2026-12-31", "points": 200}, {"on": "2027-10-31", "points": 450}],
    }
    assert body["tier"]["level"] == "gold"
    assert body["tier"]["value"] == "3260.50"
    assert body["tier"]["since"] == "2026-03-03T02:00:00Z"
    assert body["tier"]["next"]["missing"] == "1739.50"
    assert [(level["level"], level["from"], level["current"]) for level in body["growth_path"]] == [
        ("member", "500.00", False),
        ("gold", "2000.00", True),
        ("platinum", "5000.00", False),
    ]


def test_it_takes_four_queries_besides_the_versions(person: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    standing(person.member.pk, NOW)  # the programme is parsed once
    with django_assert_num_queries(4):
        standing(person.member.pk, NOW)
