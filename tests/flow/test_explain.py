"""Explanations of what came through the real door: they add up, and say why in three languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from regulars.events.models import Event
from regulars.flow import intake
from regulars.flow.explain.balance import balance
from regulars.flow.explain.entry import entry
from regulars.flow.explain.missing import event_of_order, missing, recent
from regulars.flow.explain.replaying import before
from regulars.flow.explain.story import Line, Section, Story
from regulars.flow.explain.tier import tier
from regulars.points.models import Balance, Lot, Transfer
from regulars.programmes import writes as programmes
from regulars.rules import layout as y
from tests.flow.stories import Customer, a_debtor, a_gold_member, everybody, publish_live_commerce

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> None:
    publish_live_commerce()


def notes(story: Story | None) -> dict[str, tuple[str, ...]]:
    """What is said of each rule."""
    assert story is not None
    return {line.key: line.notes for section in story.sections for line in section.lines if line.key}


def event_of(customer: Customer, name: str, place: int = -1) -> int:
    """One of a customer's events of that name."""
    found = Event.objects.filter(member_id=customer.member_id, name=name).order_by("id").values_list("id", flat=True)
    return list(found)[place]


def test_balances_tiers_and_events_of_everybody_add_up(shop: None) -> None:
    for customer in everybody():
        member = customer.member_id
        for key in ("points", "growth"):
            story = balance(member, key)
            assert story is not None
            has = Balance.objects.get(member_id=member, currency=key)
            assert story.data["adds_up"]
            assert sum(lot["remaining"] for lot in story.data["lots"]) == has.available + has.pending
            assert (story.data["held"], story.data["debt"]) == (has.held, has.debt)
        standing = tier(member)
        assert standing is not None
        assert standing.data["adds_up"]
        for day in standing.data["days"]:
            assert sum(one["counts"] for one in day["orders"]) == round(float(day["value"]) * 100)
        for event_id in Event.objects.filter(member_id=member, fact=False).values_list("id", flat=True):
            found = missing(member, event_id)
            assert found is not None
            moved = Transfer.objects.filter(event_id=event_id, kind=y.EARN).values("rule").annotate(sum=Sum("amount"))
            told = {rule["rule"]: rule["points"] for rule in found.data["rules"] if rule["points"]}
            assert told == {row["rule"]: row["sum"] for row in moved}


def test_the_state_before_an_event_is_what_the_log_says(shop: None) -> None:
    """At the last event the replayed member has what the tables say, less what that event did."""
    gold = a_gold_member()
    asked = event_of(gold, "Points Held")
    found = before(gold.member_id, asked)
    assert found is not None
    registry = found.tables.registry
    b = registry.currencies.index("points") * y.BW
    has = Balance.objects.get(member_id=gold.member_id, currency="points")
    held = Transfer.objects.filter(event_id=asked, kind=y.HOLD).aggregate(sum=Sum("amount"))["sum"]
    assert found.state.balances[b + y.HELD] == has.held - held == 0
    assert found.state.balances[b + y.AVAILABLE] == has.available + held


def test_why_a_reward_did_not_come_in_three_languages(shop: None) -> None:
    c = Customer("c")
    order = c.orders_for(10, ("Cup", "home", "59.90"))
    asked = event_of_order(c.member_id, order)
    assert asked is not None
    said = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            said[language] = notes(missing(c.member_id, asked))
    assert said["en"]["review"] == ("It is for something else: when a product is reviewed.",)
    assert said["zh-hans"]["review"][0].startswith("适用于其他情形：")
    assert said["zh-hant"]["review"][0].startswith("適用於其他情形：")
    # the tea month asks two things of it: only the first that stands in the way is told
    assert "the order's total is at least ¥100.00; it was ¥59.90" in said["en"]["tea-month"][0]


def test_a_cap_says_how_much_was_used(shop: None) -> None:
    noon = datetime.now(UTC).replace(hour=4) - timedelta(days=1)  # in Shanghai: all on one day
    c = Customer("c", now=noon)
    for hour in range(4):
        c.send("Product Reviewed", 3 + hour / 100, name="Tea")
    story = missing(c.member_id, event_of(c, "Product Reviewed"), "review")
    assert story is not None
    assert story.answer == "It earned nothing. Below is what stood in the way."
    assert notes(story) == {"review": ("At most 3 times a day: 3 were used before.",)}
    [rule] = story.data["rules"]
    [reason] = rule["reasons"]
    assert (reason["kind"], reason["cap"], reason["used"]) == ("capped", {"times": 3, "per": "day"}, 3)


def test_what_became_of_the_points_since(shop: None) -> None:
    c = Customer("c")
    order = c.orders_for(20, ("Cup", "home", "100.00"))
    c.gets(order, 18)
    c.send("Points Redeemed", 10, points=100, order_id="x")
    c.send("Order Refunded", 5, order_id=order)
    story = missing(c.member_id, event_of(c, "Order Completed"))
    assert story is not None
    lines = [(line.label, line.value) for line in story.sections[0].lines if not line.key]
    assert ("Spent", "−100 points") in lines
    # nothing of them was left to take back
    assert ("Spent already when a refund took them back", "100 points") in lines
    waiting = Customer("w")
    waiting.orders_for(1, ("Cup", "home", "100.00"))
    story = missing(waiting.member_id, event_of(waiting, "Order Completed"))
    assert story is not None
    [line] = [line for line in story.sections[0].lines if line.label == "Not available yet"]
    assert line.value == "100 points"
    assert line.notes[0].startswith("Yours when the order arrives, on ")


def test_the_tier_and_version_are_those_of_the_moment(shop: None) -> None:
    gold = a_gold_member()
    first = missing(gold.member_id, event_of(gold, "Order Completed", 0))
    last = missing(gold.member_id, event_of(gold, "Order Completed"))
    assert first is not None and last is not None
    assert (first.data["tier"], last.data["tier"]) == (None, "gold")
    version = first.data["programme_version"]
    text = programmes.Version.objects.get(pk=version).text
    programmes.apply(text.replace("points: 20\n", "points: 25\n"))
    Customer("gold").send("Product Reviewed", 0)
    newer = missing(gold.member_id, event_of(gold, "Product Reviewed"))
    assert newer is not None
    assert newer.data["programme_version"] > version
    assert {rule["rule"]: rule["points"] for rule in newer.data["rules"]}["review"] == 25
    again = missing(gold.member_id, event_of(gold, "Product Reviewed", 0))
    assert again is not None and again.data["programme_version"] == version


def test_what_a_visitor_does_earns_nothing(shop: None) -> None:
    event: dict[str, Any] = {
        "event": "Product Reviewed",
        "message_id": "v-1",
        "anonymous_id": "someone",
        "properties": {"photos": 1},
    }
    [outcome] = intake.take([event], intake.reader("shop"))
    assert outcome.event_id is not None
    member = Event.objects.get(pk=outcome.event_id).member_id
    assert member is not None
    story = missing(member, outcome.event_id)
    assert story is not None
    assert story.answer == "It earned nothing: nobody was signed in."
    assert all(rule["points"] == 0 for rule in story.data["rules"])


def test_a_rule_that_is_not_in_the_version(shop: None) -> None:
    c = Customer("c")
    c.orders_for(1, ("Cup", "home", "59.90"))
    story = missing(c.member_id, event_of(c, "Order Completed"), "nonsense")
    assert notes(story)["nonsense"][0].startswith("The programme of that time (version ")


def test_a_debt_is_told_and_not_netted_away(shop: None) -> None:
    debtor = a_debtor()
    story = balance(debtor.member_id, "points")
    assert story is not None
    assert story.data["debt"] > 0
    [debt] = [line for section in story.sections for line in section.lines if line.key == "debt"]
    assert debt.value.startswith("−")


def test_an_entry_down_to_its_arithmetic(shop: None) -> None:
    gold = a_gold_member()
    row = Transfer.objects.filter(member_id=gold.member_id, kind=y.EARN, rule="purchase").latest("id")
    story = entry(gold.member_id, row.pk)
    assert story is not None
    part = next(part for part in story.data["parts"] if part["rule"] == "purchase")
    assert (part["base"], part["times"], part["points"]) == (row.base, "6/5", row.amount)
    assert [step["value"] for step in part["steps"]][-1] == str(row.amount)
    assert entry(gold.member_id, 10**12) is None


def test_nobody_asks_about_what_is_not_theirs(shop: None) -> None:
    gold, other = a_gold_member(), Customer("other")
    other.orders_for(1, ("Cup", "home", "59.90"))
    assert missing(gold.member_id, event_of(other, "Order Completed")) is None
    assert event_of_order(gold.member_id, "no-such-order") is None
    assert balance(gold.member_id, "nonsense") is None
    assert [one.title for one in recent(other.member_id)] == [f"Order {Lot.objects.latest('id').order_id}"]


def test_an_explanation_asks_a_bounded_number_of_queries(shop: None) -> None:
    gold = a_gold_member()
    asked = {
        "balance": lambda: balance(gold.member_id, "points"),
        "tier": lambda: tier(gold.member_id),
        "missing": lambda: missing(gold.member_id, event_of(gold, "Order Completed")),
    }
    counts = {}
    for what, ask in asked.items():
        ask()
        with CaptureQueriesContext(connection) as queries:
            ask()
        counts[what] = len(queries)
    assert counts["balance"] <= 8 and counts["tier"] <= 14 and counts["missing"] <= 11, counts


def test_long_sections_fold() -> None:
    lines = [Line(str(n)) for n in range(20)] + [Line("sum", is_sum=True)]
    long = Section("t", lines)
    assert (len(long.totals), len(long.first), len(long.rest)) == (1, 8, 12)
    short = Section("t", lines[:5])
    assert (short.totals, len(short.first), len(short.rest)) == ([], 5, 0)
    aside = Section("t", lines[:2], aside=True)
    assert (len(aside.first), len(aside.rest)) == (0, 2)
