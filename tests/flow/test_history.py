"""The history as a customer reads it: one entry for one thing, with its why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from regulars.flow import history
from regulars.flow.history import Entry, entries_of_event, entries_of_order, entry, page
from regulars.points.models import Balance
from regulars.rules import layout as y
from tests.flow.builders import Person, at, publish, refund_of

pytestmark = pytest.mark.django_db


NOW = at("2026-11-20 03:00")


def entries(member_id: int, **chosen: Any) -> list[Entry]:
    """The history as it reads on 20 November 2026."""
    return history.entries(member_id, now=NOW, **chosen)


@pytest.fixture
def person() -> Person:
    return Person(publish())


def test_an_order_that_three_rules_reward_is_one_entry(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-19 04:00", "1002")
    lot = person.lot(order, 69, matures="2026-12-04 04:00", expires="2027-11-30 16:00")
    for rule, amount, base, times in (
        ("purchase", 42, 3520, (6, 5)),
        ("tea-month", 12, 1299, (1, 1)),
        ("coffee", 15, 1000, (1, 1)),
    ):
        person.move(y.EARN, y.ISSUED, y.ACC_PENDING, amount, order, lot=lot, rule=rule, base=base, times=times)
    [entry] = entries(person.member.pk)
    assert (entry.title, entry.points, entry.kind, entry.pending) == ("Order 1002", 69, "earn", True)
    assert entry.why == "Your purchase +42, Tea month +12, Bonus on coffee +15"
    assert entry.available_on == date(2026, 12, 4)
    assert entry.notes == ["Yours when the order arrives, on 4 December at the latest."]
    assert [(part.why, part.points, part.rule) for part in entry.parts] == [
        ("Your purchase", 42, "purchase"),
        ("Tea month", 12, "tea-month"),
        ("Bonus on coffee", 15, "coffee"),
    ]
    assert entry.parts[0].arithmetic == "$35.20 after discounts, 1 point per $1, 1.2× as Gold"
    assert entry.parts[0].steps == [
        ("Goods, after discounts", "$35.20"),
        ("1 point per $1", "35.2"),
        ("1.2× as Gold", "42.24"),
        ("Rounded down", "42"),
    ]
    assert entry.parts[1].steps == [
        ("Of which tea, coffee", "$12.99"),
        ("1 point per $1", "12.99"),
        ("Rounded down", "12"),
    ]
    assert entry.parts[2].steps == [("Of which coffee", "$10.00"), ("3 points per $2", "15")]


def _earned(person: Person, when: str, order: str, points: int, **lot: object) -> Entry:
    event = person.event("Order Completed", when, order)
    made = person.lot(event, points, **lot)  # type: ignore[arg-type]
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, points, event, lot=made, rule="purchase", base=points * 100)
    return entries(person.member.pk, limit=1)[0]


def test_maturing_and_settling_a_debt_are_told_within_the_order(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-01 04:00", "1002")
    lot = person.lot(order, 35, remaining=15, expires="2027-11-30 16:00")
    person.move(y.EARN, y.ISSUED, y.ACC_PENDING, 35, order, lot=lot, rule="purchase", base=3520)
    arrived = person.event("Order Delivered", "2026-11-04 04:00", "1002")
    person.move(y.MATURE, y.ACC_PENDING, y.ACC_AVAILABLE, 35, arrived, lot=lot)
    Balance.objects.update(debt=20)
    person.move(y.REPAY, y.ACC_AVAILABLE, y.ACC_DEBT, 20, arrived, lot=lot)
    [entry] = entries(person.member.pk)
    assert (entry.points, entry.pending, entry.available_on) == (35, False, date(2026, 11, 4))
    assert entry.notes == [
        "Available since 4 November.",
        "15 points left, good until 30 November 2027.",
        "20 points of these settled what you owed.",
    ]
    assert entry.arithmetic == entry.why == "$35.20 after discounts, 1 point per $1"


def test_a_cap_is_said(person: Person) -> None:
    event = person.event("Order Completed", "2026-11-19 04:00", "1002")
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 7, event, lot=person.lot(event, 7), rule="tea-month", base=1299)
    [entry] = entries(person.member.pk)
    assert entry.parts[0].steps[-1] == ("At most 500 points a month", "7")


def test_other_events_are_called_what_a_customer_calls_them(person: Person) -> None:
    event = person.event("Product Reviewed", "2026-11-19 04:00", properties={"name": "Oat milk"})
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 20, event, lot=person.lot(event, 20), rule="review", base=1)
    [entry] = entries(person.member.pk)
    assert (entry.title, entry.why, entry.rule) == (
        "Review: Oat milk",
        "At most 3 times a day, 20 points each",
        "review",
    )


_ALL, _PART = "Takes back what the order had earned.", "Takes back what this part had earned."
REFUNDS = [
    ("whole order", "Order Refunded", ["Oat milk"], True, "Order 1002 refunded", _ALL),
    ("cancelled", "Order Cancelled", [], True, "Order 1002 cancelled", _ALL),
    ("one product", "Order Refunded", ["Oat milk"], False, "Order 1002: Oat milk returned", _PART),
    ("several products", "Order Refunded", ["Oat milk", "Tea"], False, "Part of order 1002 refunded", _PART),
    ("an amount", "Order Refunded", [], False, "Part of order 1002 refunded", _PART),
]


@pytest.mark.parametrize(
    ("name", "event_name", "products", "whole", "title", "why"), REFUNDS, ids=[row[0] for row in REFUNDS]
)
def test_a_refund_says_which_order_and_which_part(
    person: Person, name: str, event_name: str, products: list[str], whole: bool, title: str, why: str
) -> None:
    order = person.event("Order Completed", "2026-11-01 04:00", "1002")
    lot = person.lot(order, 35, remaining=0)
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 35, order, lot=lot, rule="purchase", base=3520)
    refund = person.event(event_name, "2026-11-05 04:00", "1002", refund_of("1002", *products, whole=whole))
    person.move(y.CLAW_BACK, y.ACC_AVAILABLE, y.ISSUED, 28, refund, lot=lot, rule="purchase", base=3520)
    person.move(y.CLAW_BACK, y.ACC_DEBT, y.ISSUED, 7, refund, lot=lot, rule="purchase", base=3520)
    entry = entries(person.member.pk)[0]
    assert (entry.title, entry.why, entry.points, entry.kind) == (title, why, -35, "claw_back")
    assert [(part.points, part.arithmetic) for part in entry.parts] == [(-35, "$35.20 counts no more")]
    assert entry.notes == ["You had already used 7 points of them; your next points settle this."]


def test_points_that_paid_come_back_apart_from_those_taken(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-01 04:00", "1002")
    lot = person.lot(order, 35, remaining=0)
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 35, order, lot=lot, rule="purchase", base=3520)
    refund = person.event("Order Refunded", "2026-11-05 04:00", "1002", refund_of("1002", whole=True))
    person.move(y.GIVE_BACK, y.REDEEMED, y.ACC_AVAILABLE, 500, refund, lot=lot)
    person.move(y.CLAW_BACK, y.ACC_AVAILABLE, y.ISSUED, 35, refund, lot=lot, rule="purchase", base=3520)
    told = [(e.title, e.why, e.points) for e in entries(person.member.pk)[:2]]
    assert told == [
        ("Order 1002 refunded", "Takes back what the order had earned.", -35),
        ("Points came back after a refund", "You had paid with them in order 1002.", 500),
    ]


HOLDS = [
    # what became of the hold, its rows after the first, the entry: title, why, points, moved
    (
        "open",
        y.HOLD_OPEN,
        [],
        ("Set aside", "For order 1009. Comes back on 21 November, 14:00 if it is not used.", 0, -500),
    ),
    (
        "captured",
        y.HOLD_CAPTURED,
        [(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 500)],
        ("Paid with points", "Order 1009, $5.00 off", -500, -500),
    ),
    (
        "partly captured",
        y.HOLD_CAPTURED,
        [(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 300), (y.RELEASE, y.ACC_HELD, y.ACC_AVAILABLE, 200)],
        ("Paid with points", "Order 1009, $3.00 off", -300, -300),
    ),
    (
        "released",
        y.HOLD_RELEASED,
        [(y.RELEASE, y.ACC_HELD, y.ACC_AVAILABLE, 500)],
        ("Points you did not use came back", "They were set aside for order 1009.", 0, 500),
    ),
    (
        "lapsed",
        y.HOLD_LAPSED,
        [(y.LAPSE, y.ACC_HELD, y.ACC_AVAILABLE, 500)],
        (
            "Points you did not use came back",
            "They were set aside for order 1009, which did not go ahead in time.",
            0,
            500,
        ),
    ),
]


@pytest.mark.parametrize(("name", "state", "rows", "told"), HOLDS, ids=[row[0] for row in HOLDS])
def test_a_hold_is_one_entry_whatever_becomes_of_it(
    person: Person, name: str, state: int, rows: list[tuple[int, int, int, int]], told: tuple[str, str, int, int]
) -> None:
    _earned(person, "2026-11-01 04:00", "1002", 500)
    placed = person.event("Points Held", "2026-11-19 06:00", "1009")
    lot = person.lot(placed, 500)
    hold = person.hold(placed, 500, [lot], state=state, expires="2026-11-21 06:00")
    person.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 500, placed, lot=lot, hold=hold)
    settled = person.event("Hold Captured", "2026-11-20 06:00", "1009")
    for kind, debit, credit, amount in rows:
        person.move(kind, debit, credit, amount, settled, lot=lot, hold=hold)
    entry, *rest = entries(person.member.pk)
    assert (entry.title, entry.why, entry.points, entry.moved) == told
    assert [e.title for e in rest] == ["Order 1002"]


def test_what_lapses_at_one_midnight_is_one_entry(person: Person) -> None:
    for when, order in (("2025-11-01 04:00", "1001"), ("2025-12-01 04:00", "1002")):
        event = person.event("Order Completed", when, order)
        lot = person.lot(event, 20, remaining=0)
        Balance.objects.update_or_create(member=person.member, currency="points", defaults={"available": 20})
        person.move(y.EXPIRE, y.ACC_AVAILABLE, y.EXPIRED, 20, event, when="2026-12-31 16:00", lot=lot)
    [entry] = entries(person.member.pk)
    assert (entry.title, entry.points, entry.kind) == ("Points expired", -40, "expire")
    assert entry.why == "Earned from November 2025 to December 2025 and not used in time."
    assert [(part.why, part.points) for part in entry.parts] == [("Order 1001", -20), ("Order 1002", -20)]


@pytest.mark.parametrize(
    ("debit", "credit", "title", "points"),
    [(y.ISSUED, y.ACC_AVAILABLE, "Given by the shop", 50), (y.ACC_AVAILABLE, y.ISSUED, "Taken by the shop", -50)],
)
def test_an_adjustment_gives_its_reason(person: Person, debit: int, credit: int, title: str, points: int) -> None:
    _earned(person, "2026-11-01 04:00", "1002", 500)
    event = person.event("Points Adjusted", "2026-11-19 04:00", properties={"reason": "Late delivery, sorry"})
    person.move(y.ADJUST, debit, credit, 50, event, lot=person.lot(event, 50, expires="2027-11-30 16:00"))
    entry = entries(person.member.pk)[0]
    assert (entry.title, entry.why, entry.points) == (title, "Late delivery, sorry", points)


def _two_currencies(person: Person, orders: int) -> None:
    for i in range(orders):
        event = person.event("Order Completed", f"2026-{1 + i // 28:02}-{1 + i % 28:02} 04:00", f"{1000 + i}")
        lots = {key: person.lot(event, 10, currency=key) for key in ("points", "growth")}
        for rule, key in (("purchase", "points"), ("growth", "growth"), ("tea-month", "points")):
            person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 10, event, lot=lots[key], rule=rule, base=1000, currency=key)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_leave_out_nothing_and_repeat_nothing(person: Person, limit: int) -> None:
    _two_currencies(person, 20)
    seen: list[tuple[str, str, int]] = []
    before = None
    while True:
        found = page(person.member.pk, before_id=before, limit=limit)
        seen += [(e.order_id or "", e.currency, e.points) for e in found.entries]
        before = found.before_id
        if before is None:
            break
    wanted = [
        (f"{1000 + i}", key, points) for i in reversed(range(20)) for key, points in (("growth", 10), ("points", 20))
    ]
    assert seen == wanted


@pytest.mark.parametrize(
    ("show", "kinds"),
    [
        ("all", ["adjust", "expire", "capture", "earn"]),
        ("earned", ["adjust", "earn"]),
        ("spent", ["capture"]),
        ("expired", ["expire"]),
    ],
)
def test_filters(person: Person, show: str, kinds: list[str]) -> None:
    _earned(person, "2025-11-01 04:00", "1002", 500)
    spend = person.event("Points Redeemed", "2026-11-19 06:00", "1009")
    lot = person.lot(spend, 100)
    hold = person.hold(spend, 100, [lot], state=y.HOLD_CAPTURED, expires="2026-11-21 06:00")
    person.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 100, spend, lot=lot, hold=hold)
    person.move(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 100, spend, lot=lot, hold=hold)
    person.move(y.EXPIRE, y.ACC_AVAILABLE, y.EXPIRED, 20, spend, when="2026-12-31 16:00", lot=lot)
    given = person.event("Points Adjusted", "2027-01-01 04:00", properties={"reason": "Sorry"})
    person.move(y.ADJUST, y.ISSUED, y.ACC_AVAILABLE, 5, given, lot=person.lot(given, 5))
    assert [e.kind for e in entries(person.member.pk, show=show)] == kinds


def test_one_currency_only(person: Person) -> None:
    _two_currencies(person, 2)
    assert {e.currency for e in entries(person.member.pk, currency="growth")} == {"growth"}


def test_nobody_elses_history(person: Person) -> None:
    other = Person(person.version, shop_id="m-2")
    _earned(other, "2026-11-01 04:00", "1002", 500)
    assert entries(person.member.pk) == []
    theirs = entries(other.member.pk)[0]
    assert entries_of_event(person.member.pk, theirs.event_id) == []
    assert entries_of_order(person.member.pk, "1002") == []
    assert entry(person.member.pk, theirs.id) is None


def test_any_transfer_of_an_entry_finds_it(person: Person) -> None:
    _two_currencies(person, 3)
    for wanted in entries(person.member.pk):
        for transfer_id in wanted.transfer_ids:
            found = entry(person.member.pk, transfer_id)
            assert found is not None
            assert found.transfer_ids == wanted.transfer_ids


def test_what_makes_no_entry_of_its_own_finds_the_one_that_tells_of_it(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-01 04:00", "1002")
    lot = person.lot(order, 35)
    earned = person.move(y.EARN, y.ISSUED, y.ACC_PENDING, 35, order, lot=lot, rule="purchase", base=3520)
    arrived = person.event("Order Delivered", "2026-11-04 04:00", "1002")
    matured = person.move(y.MATURE, y.ACC_PENDING, y.ACC_AVAILABLE, 35, arrived, lot=lot)
    spend = person.event("Points Redeemed", "2026-11-05 04:00", "1003")
    hold = person.hold(spend, 35, [lot], state=y.HOLD_CAPTURED, expires="2026-11-06 04:00")
    held = person.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 35, spend, lot=lot, hold=hold)
    captured = person.move(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 35, spend, lot=lot, hold=hold)
    told = [entry(person.member.pk, row.pk) for row in (earned, matured, held, captured)]
    assert [found.title for found in told if found] == [
        "Order 1002",
        "Order 1002",
        "Paid with points",
        "Paid with points",
    ]


def test_what_became_of_an_order(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-01 04:00", "1002")
    lot = person.lot(order, 35, remaining=0)
    person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 35, order, lot=lot, rule="purchase", base=3520)
    _earned(person, "2026-11-02 04:00", "1003", 500)
    refund = person.event("Order Refunded", "2026-11-05 04:00", "1002", refund_of("1002", whole=True))
    person.move(y.CLAW_BACK, y.ACC_AVAILABLE, y.ISSUED, 35, refund, lot=lot, rule="purchase", base=3520)
    assert [e.points for e in entries_of_order(person.member.pk, "1002")] == [-35, 35]


@pytest.mark.parametrize(
    ("language", "title", "arithmetic", "note"),
    [
        ("zh-hans", "订单 1002", "优惠后 $35.20，每消费 $1 得 1 积分，黄金会员 1.2 倍", "收货后到账，最迟 12月4日。"),
        ("zh-hant", "訂單 1002", "優惠後 $35.20，每消費 $1 得 1 點數，黃金會員 1.2 倍", "收貨後入帳，最遲 12月4日。"),
    ],
)
def test_chinese(person: Person, language: str, title: str, arithmetic: str, note: str) -> None:
    order = person.event("Order Completed", "2026-11-19 04:00", "1002")
    lot = person.lot(order, 42, matures="2026-12-04 04:00", expires="2027-11-30 16:00")
    person.move(y.EARN, y.ISSUED, y.ACC_PENDING, 42, order, lot=lot, rule="purchase", base=3520, times=(6, 5))
    with translation.override(language):
        [entry] = entries(person.member.pk)
    assert (entry.title, entry.arithmetic, entry.notes) == (title, arithmetic, [note])


def test_operators_find_the_precise_facts(person: Person) -> None:
    order = person.event("Order Completed", "2026-11-19 04:00", "1002")
    moved = person.move(
        y.EARN,
        y.ISSUED,
        y.ACC_AVAILABLE,
        42,
        order,
        lot=person.lot(order, 42),
        rule="purchase",
        base=3520,
        times=(6, 5),
    )
    [entry] = entries(person.member.pk)
    part = entry.parts[0]
    assert (entry.event_id, entry.rule, entry.version_id) == (order.pk, "purchase", person.version.pk)
    assert (entry.transfer_ids, entry.at) == ([moved.pk], at("2026-11-19 04:00"))
    assert (part.base_minor, part.times_num, part.times_den) == (3520, 6, 5)


def test_it_takes_two_queries(person: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    _two_currencies(person, 10)
    entries(person.member.pk)
    with django_assert_num_queries(2):
        entries(person.member.pk)
