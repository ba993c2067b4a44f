"""Points, case by case: what a customer does under a programme, and what they have afterwards."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from regulars.rules import layout as y
from tests.rules.shop import Customer, customer, expires, ladder, points, programme, rule

Story = Callable[[Customer], Any]
UNTIL = points(pending_until="Order Delivered")
BOTH = points(pending_until="Order Delivered", pending_days=15)
WEEK = points(pending_days=7)
ZERO = points(beyond_balance="zero")
STARS = points(key="stars")


def check(parts: tuple[Any, ...], story: Story, has: dict[str, int], zone: str = "UTC") -> Customer:
    one = customer(*parts, zone=zone)
    story(one)
    assert one.has() == has
    return one


# what an order earns

EARNING: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("35.20 at 1 a unit is 35, the rest is dropped", (), lambda c: c.orders_for("2026-03-01", 3520), {"available": 35}),
    ("0.99 earns nothing", (), lambda c: c.orders_for("2026-03-01", 99), {}),
    ("rounding is once an order, not once a line", (), lambda c: c.orders_for("2026-03-01", [("tea", 50), ("tea", 50)]), {"available": 1}),
    ("rounding up", (rule(rounding="up"),), lambda c: c.orders_for("2026-03-01", 3501), {"available": 36}),
    ("rounding up of a whole number stays", (rule(rounding="up"),), lambda c: c.orders_for("2026-03-01", 3500), {"available": 35}),
    ("rounding to the nearest, below half", (rule(rounding="nearest"),), lambda c: c.orders_for("2026-03-01", 3549), {"available": 35}),
    ("rounding to the nearest, half goes up", (rule(rounding="nearest"),), lambda c: c.orders_for("2026-03-01", 3550), {"available": 36}),
    ("1 point for every 3.00", (rule(rate=Fraction(1, 300)),), lambda c: c.orders_for("2026-03-01", 899), {"available": 2}),
    ("1 point for every 0.33, exactly", (rule(rate=Fraction(1, 33)),), lambda c: c.orders_for("2026-03-01", 9900), {"available": 300}),
    ("net leaves tax and delivery out", (), lambda c: c.orders_for("2026-03-01", 1000, tax=500, shipping=800), {"available": 10}),
    ("gross takes tax in", (rule(of="gross"),), lambda c: c.orders_for("2026-03-01", 1000, tax=500, shipping=800), {"available": 15}),
    ("paid takes tax and delivery in", (rule(of="paid"),), lambda c: c.orders_for("2026-03-01", 1000, tax=500, shipping=800), {"available": 23}),
    ("list counts before discounts", (rule(of="list"),), lambda c: c.orders_for("2026-03-01", 1000, list=1500), {"available": 15}),
    ("the part paid with points earns nothing", (), lambda c: c.orders_for("2026-03-01", 1000, points_minor=400), {"available": 6}),
    ("unless the programme says so", (points(earns_on_points_paid=True),), lambda c: c.orders_for("2026-03-01", 1000, points_minor=400), {"available": 10}),
    ("a fixed number of points for an order", (rule(points=50),), lambda c: c.orders_for("2026-03-01", 1), {"available": 50}),
    ("only the tea lines count", (rule(where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", [("tea", 700), ("cups", 900)]), {"available": 7}),
    ("no tea, no points", (rule(where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", [("cups", 900)]), {}),
    ("an order of at least 100.00: just there", (rule(where=[("total", "at_least", 100)]),), lambda c: c.orders_for("2026-03-01", 10000), {"available": 100}),
    ("an order of at least 100.00: a cent short", (rule(where=[("total", "at_least", 100)]),), lambda c: c.orders_for("2026-03-01", 9999), {}),
    ("two rules add up", (rule(), rule("tea", where=[("line.category", "equal", "tea")])), lambda c: c.orders_for("2026-03-01", [("tea", 700), ("cups", 900)]), {"available": 23}),
    ("a review earns at once, though orders wait", (WEEK, rule("review", "Product Reviewed", points=20)), lambda c: c.does("2026-03-01", "Product Reviewed"), {"available": 20}),
    ("an event that no rule speaks of earns nothing", (), lambda c: c.does("2026-03-01", "Product Viewed"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "has"), [pytest.param(*case[1:], id=case[0]) for case in EARNING])
def test_earning(parts: tuple[Any, ...], story: Story, has: dict[str, int]) -> None:
    check(parts, story, has)


# pending

PENDING: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("at once when nothing is said", (), lambda c: c.orders_for("2026-03-01", 3500), {"available": 35}),
    ("seven days: the second before", (WEEK,), lambda c: c.orders_for("2026-03-01", 3500).waits("2026-03-08 11:59:59"), {"pending": 35}),
    ("seven days: to the second", (WEEK,), lambda c: c.orders_for("2026-03-01", 3500).waits("2026-03-08 12:00:00"), {"available": 35}),
    ("until delivered: still on its way after a year", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).waits("2027-03-01"), {"pending": 35}),
    ("until delivered: the parcel comes", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).receives("2026-03-04"), {"available": 35}),
    ("another order's parcel does not help", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).orders_for("2026-03-01", 100, "B").receives("2026-03-04", "B"), {"pending": 35, "available": 1}),
    ("a parcel without an order id does not help", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).does("2026-03-04", "Order Delivered"), {"pending": 35}),
    ("delivered twice counts once", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).receives("2026-03-04").receives("2026-03-05"), {"available": 35}),
    ("delivered before the order came helps nothing", (UNTIL,), lambda c: c.receives("2026-02-28").orders_for("2026-03-01", 3500), {"pending": 35}),
    ("at most 15 days: no parcel, day 15", (BOTH,), lambda c: c.orders_for("2026-03-01", 3500).waits("2026-03-16"), {"available": 35}),
    ("at most 15 days: no parcel, day 14", (BOTH,), lambda c: c.orders_for("2026-03-01", 3500).waits("2026-03-15"), {"pending": 35}),
    ("at most 15 days: the parcel is sooner", (BOTH,), lambda c: c.orders_for("2026-03-01", 3500).receives("2026-03-03"), {"available": 35}),
    ("at most 15 days: the parcel comes afterwards", (BOTH,), lambda c: c.orders_for("2026-03-01", 3500).receives("2026-03-30"), {"available": 35}),
    ("pending points cannot be spent", (WEEK,), lambda c: c.orders_for("2026-03-01", 3500).spends("2026-03-02", 1), {"pending": 35}),
    ("pending points that outlive their expiry lapse on arrival", (points(pending_days=15, expires=expires(after_days=7).expires),), lambda c: c.orders_for("2026-03-01", 3500).waits("2026-03-20"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "has"), [pytest.param(*case[1:], id=case[0]) for case in PENDING])
def test_pending(parts: tuple[Any, ...], story: Story, has: dict[str, int]) -> None:
    check(parts, story, has)


# spending order: earliest expiry first, then the oldest

SPENDING: list[tuple[str, tuple[Any, ...], Story, list[tuple[int, str]]]] = [
    ("the lot that lapses first goes first", (expires(after_days=30),),
     lambda c: c.orders_for("2026-03-10", 1000, "A", at="2026-03-10").orders_for("2026-03-20", 1000, "B").spends("2026-03-21", 12),
     [(8, "2026-04-20 00:00")]),
    ("lapsing on one day: the older goes first", (expires(after_months=1, at_end_of="month"),),
     lambda c: c.orders_for("2026-03-01", 1000, "A").orders_for("2026-03-20", 700, "B").spends("2026-03-21", 4),
     [(6, "2026-05-01 00:00"), (7, "2026-05-01 00:00")]),
    ("points that never lapse: the older goes first", (),
     lambda c: c.orders_for("2026-03-01", 1000, "A").orders_for("2026-03-20", 700, "B").spends("2026-03-21", 11),
     [(6, "never")]),
    ("a lot given back with grace goes before a later one", (expires(after_days=30),),
     lambda c: c.orders_for("2026-03-01", 5000, "A").spends("2026-03-02", 50, "B").orders_for("2026-03-02", 50, "B", points_minor=50)
     .refunds("2026-04-20", "B").orders_for("2026-04-21", 10000, "C").spends("2026-04-21", 50),
     [(100, "2026-05-22 00:00")]),
    ("what is held is spent, though a newer lot is free", (),
     lambda c: c.orders_for("2026-03-01", 1000, "A").holds("2026-03-02", 10).orders_for("2026-03-03", 700, "B").captures("2026-03-04"),
     [(7, "never")]),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "lots"), [pytest.param(*case[1:], id=case[0]) for case in SPENDING])
def test_spending_order(parts: tuple[Any, ...], story: Story, lots: list[tuple[int, str]]) -> None:
    one = customer(*parts)
    story(one)
    assert one.answer == y.OK
    assert one.lots() == lots


# refunds

LINES = [("tea", 3000), ("cups", 2000)]
CUPS = {"products": [{"number": 1}]}
REFUNDS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("whole, still pending", (WEEK,), lambda c: c.orders_for("2026-03-01", 3500).refunds("2026-03-02"), {}),
    ("whole, available", (), lambda c: c.orders_for("2026-03-01", 3500).refunds("2026-03-02"), {}),
    ("cancelled is refunded whole", (), lambda c: c.orders_for("2026-03-01", 3500).refunds("2026-03-02", name="Order Cancelled"), {}),
    ("the cups go back: 20 of 50", (), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS), {"available": 30}),
    ("one of two pieces goes back", (), lambda c: c.orders_for("2026-03-01", [("tea", 3000, 2)]).refunds("2026-03-02", products=[{"number": 0, "quantity": 1}]), {"available": 15}),
    ("an amount of 10.00 goes back", (), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", amount=10), {"available": 40}),
    ("a line that no rule counted takes nothing", (rule(where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS), {"available": 30}),
    ("delivery alone takes nothing", (), lambda c: c.orders_for("2026-03-01", 3500, shipping=500).refunds("2026-03-02", amount=35).orders_for("2026-03-03", 100, "B"), {"available": 1}),
    ("other orders' pending points are left alone", (WEEK,), lambda c: c.orders_for("2026-03-01", 3500).orders_for("2026-03-01", 100, "B").refunds("2026-03-02"), {"pending": 1}),
    ("spent already: owed", (), lambda c: c.orders_for("2026-03-01", 3500).spends("2026-03-02", 35).refunds("2026-03-03"), {"debt": 35}),
    ("spent already: forgiven", (ZERO,), lambda c: c.orders_for("2026-03-01", 3500).spends("2026-03-02", 35).refunds("2026-03-03"), {}),
    ("half spent: the rest is owed", (), lambda c: c.orders_for("2026-03-01", 3500).spends("2026-03-02", 20).refunds("2026-03-03"), {"debt": 20}),
    ("half spent, other points there: they pay", (), lambda c: c.orders_for("2026-03-01", 3500).orders_for("2026-03-01", 1500, "B").spends("2026-03-02", 20).refunds("2026-03-03"), {"debt": 5}),
    ("spent, a pending lot of another order stays", (UNTIL,), lambda c: c.orders_for("2026-03-01", 3500).receives("2026-03-02").spends("2026-03-02", 35).orders_for("2026-03-03", 900, "B").refunds("2026-03-04"), {"pending": 9, "debt": 35}),
    ("spent from elsewhere: the order's own lot goes first", (), lambda c: c.orders_for("2026-03-01", 1000, "B").orders_for("2026-03-02", 3500).spends("2026-03-03", 10).refunds("2026-03-04"), {}),
    ("lapsed already: owed all the same", (expires(after_days=10),), lambda c: c.orders_for("2026-03-01", 3500).refunds("2026-04-01"), {"debt": 35}),
    ("fixed points stay while anything of the order is kept", (rule(points=50),), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS), {"available": 50}),
    ("fixed points go with the last of the order", (rule(points=50),), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS).refunds("2026-03-03"), {}),
    ("fixed points for tea go when the tea goes", (rule(points=50, where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", products=[{"number": 0}]), {}),
    ("fixed points for tea stay when the cups go", (rule(points=50, where=[("line.category", "equal", "tea")]),), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS), {"available": 50}),
    ("a review's points are not an order's", (rule(), rule("review", "Product Reviewed", points=20)), lambda c: c.orders_for("2026-03-01", 3500).does("2026-03-02", "Product Reviewed").refunds("2026-03-03"), {"available": 20}),
    ("three refunds whose rounding sums to all: 0.99 thrice of 2.97", (), lambda c: c.orders_for("2026-03-01", [("tea", 297, 3)]).refunds("2026-03-02", products=[{"number": 0, "quantity": 1}]).refunds("2026-03-03", products=[{"number": 0, "quantity": 1}]).refunds("2026-03-04", products=[{"number": 0, "quantity": 1}]), {}),
    ("after the first of them", (), lambda c: c.orders_for("2026-03-01", [("tea", 297, 3)]).refunds("2026-03-02", products=[{"number": 0, "quantity": 1}]), {"available": 1}),
    ("a hundred refunds of a cent out of 1.00", (), lambda c: [c.orders_for("2026-03-01", 100), *[c.refunds("2026-03-02", amount="0.01") for _ in range(100)]], {}),
    ("rounding up: nothing stays either", (rule(rounding="up"),), lambda c: c.orders_for("2026-03-01", [("tea", 101, 2)]).refunds("2026-03-02", products=[{"number": 0, "quantity": 1}]).refunds("2026-03-03"), {}),
    ("pending first: half pending order, half refund", (WEEK,), lambda c: c.orders_for("2026-03-01", LINES).refunds("2026-03-02", **CUPS).waits("2026-03-09"), {"available": 30}),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "has"), [pytest.param(*case[1:], id=case[0]) for case in REFUNDS])
def test_refunds(parts: tuple[Any, ...], story: Story, has: dict[str, int]) -> None:
    check(parts, story, has)


def test_earn_refund_repeat_leaves_nothing() -> None:
    one = customer(ladder(10_000), rule(rounding="up"), rule("tea", points=7, at_most=("times", 3, "month")))
    for n in range(20):
        one.orders_for("2026-03-01", [("tea", 3333, 3), ("cups", 1)], f"o{n}")
        one.refunds("2026-03-02", f"o{n}", products=[{"number": 0, "quantity": 2}])
        one.refunds("2026-03-02", f"o{n}", amount="3.00")
        one.refunds("2026-03-02", f"o{n}")
    assert one.has() == {}
    assert one.lots() == []
    assert one.counted == (0, 0, 0)


def test_earn_spend_refund_repeat_leaves_debt_not_points() -> None:
    one = customer()
    for n in range(5):
        one.orders_for("2026-03-01", 10_000, f"o{n}")
        one.spends("2026-03-01", one.available() or 1, ref=n)
        one.refunds("2026-03-02", f"o{n}")
    # the first 100 are spent and owed; every order after that pays the debt, and its refund brings it back
    assert one.has() == {"debt": 100}


# points that paid for an order

PAID: list[tuple[str, tuple[Any, ...], Story, list[tuple[int, str]]]] = [
    ("whole: back to their own lot with its own expiry", (expires(after_days=30),),
     lambda c: c.orders_for("2026-03-01", 5000).spends("2026-03-02", 50, "B").orders_for("2026-03-02", 50, "B", points_minor=50).refunds("2026-03-10", "B"),
     [(50, "2026-04-01 00:00")]),
    ("half of the order: half of the points", (),
     lambda c: c.orders_for("2026-03-01", 5000).spends("2026-03-02", 50, "B").orders_for("2026-03-02", [("tea", 100, 2)], "B", points_minor=50)
     .refunds("2026-03-10", "B", products=[{"number": 0, "quantity": 1}]),
     [(25, "never")]),
    ("the other half then, to the last point", (),
     lambda c: c.orders_for("2026-03-01", 5100).spends("2026-03-02", 51, "B").orders_for("2026-03-02", [("tea", 100, 2)], "B", points_minor=51)
     .refunds("2026-03-10", "B", products=[{"number": 0, "quantity": 1}]).refunds("2026-03-11", "B"),
     [(51, "never")]),
    ("lapsed meanwhile: 30 days of grace", (expires(after_days=10),),
     lambda c: c.orders_for("2026-03-01", 5000).spends("2026-03-02", 50, "B").orders_for("2026-03-02", 50, "B", points_minor=50).refunds("2026-04-10", "B"),
     [(50, "2026-05-11 00:00")]),
    ("lapsed meanwhile, no grace: gone", (points(expires=expires(after_days=10).expires, grace_days=0),),
     lambda c: c.orders_for("2026-03-01", 5000).spends("2026-03-02", 50, "B").orders_for("2026-03-02", 50, "B", points_minor=50).refunds("2026-04-10", "B"),
     []),
    ("the last taken comes back first", (expires(after_days=30),),
     lambda c: c.orders_for("2026-03-01", 1000, "A").orders_for("2026-03-05", 1000, "A2").spends("2026-03-06", 20, "B")
     .orders_for("2026-03-06", [("tea", 100, 2)], "B", points_minor=20).refunds("2026-03-10", "B", products=[{"number": 0, "quantity": 1}]),
     [(10, "2026-04-05 00:00")]),
    ("held for the order, captured, refunded", (),
     lambda c: c.orders_for("2026-03-01", 5000).holds("2026-03-02", 50, order_id="B").orders_for("2026-03-02", 50, "B", points_minor=50).captures("2026-03-02").refunds("2026-03-10", "B"),
     [(50, "never")]),
    ("captured in part: only that part comes back", (),
     lambda c: c.orders_for("2026-03-01", 5000).holds("2026-03-02", 50).captures("2026-03-02", amount=20, order_id="B").orders_for("2026-03-02", 20, "B", points_minor=20).spends("2026-03-03", 30).refunds("2026-03-10", "B"),
     [(20, "never")]),
    ("another order's spend stays spent", (),
     lambda c: c.orders_for("2026-03-01", 5000).spends("2026-03-02", 50, "C").orders_for("2026-03-02", 50, "B").refunds("2026-03-10", "B"),
     []),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "lots"), [pytest.param(*case[1:], id=case[0]) for case in PAID])
def test_points_paid_come_back(parts: tuple[Any, ...], story: Story, lots: list[tuple[int, str]]) -> None:
    one = customer(*parts)
    story(one)
    assert one.lots() == lots


# debt

DEBT: list[tuple[str, Story, dict[str, int]]] = [
    ("a later order pays it", lambda c: c.orders_for("2026-03-05", 1000, "B"), {"debt": 25}),
    ("a later order pays all and keeps the rest", lambda c: c.orders_for("2026-03-05", 5000, "B"), {"available": 15}),
    ("points by hand pay it", lambda c: c.is_given("2026-03-05", 40), {"available": 5}),
    ("a spend is refused meanwhile", lambda c: c.spends("2026-03-05", 1), {"debt": 35}),
    ("two orders pay it one after the other", lambda c: c.orders_for("2026-03-05", 2000, "B").orders_for("2026-03-06", 2000, "C"), {"available": 5}),
    ("the refund of an order that paid it brings it back", lambda c: c.orders_for("2026-03-05", 2000, "B").refunds("2026-03-06", "B"), {"debt": 35}),
    ("points paid for another order come back and pay it", lambda c: c.refunds("2026-03-05", "P"), {"available": 0} | {"debt": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "has"), [pytest.param(*case[1:], id=case[0]) for case in DEBT])
def test_debt(story: Story, has: dict[str, int]) -> None:
    one = (
        customer()
        .orders_for("2026-03-01", 6500, "X")
        .spends("2026-03-01", 30, "P")
        .orders_for("2026-03-01", 30, "P", points_minor=30)
    )
    one.spends("2026-03-02", 35, ref=98).orders_for("2026-03-02", 3500, "A").spends("2026-03-02", 35, ref=97).refunds(
        "2026-03-03"
    )
    assert one.has() == {"debt": 35}
    story(one)
    assert one.has() == {name: amount for name, amount in has.items() if amount}


def test_a_release_pays_the_debt() -> None:
    one = customer().orders_for("2026-03-01", 3500).holds("2026-03-02", 35).refunds("2026-03-03")
    assert one.has() == {"held": 35, "debt": 35}
    assert one.releases("2026-03-04").has() == {}


def test_a_capture_leaves_the_debt() -> None:
    one = (
        customer()
        .orders_for("2026-03-01", 3500)
        .holds("2026-03-02", 35)
        .refunds("2026-03-03")
        .captures("2026-03-04", amount=30)
    )
    assert one.has() == {"debt": 30}


def test_pending_points_pay_the_debt_when_they_come() -> None:
    one = (
        customer(UNTIL)
        .orders_for("2026-03-01", 3500)
        .receives("2026-03-01")
        .spends("2026-03-01", 35)
        .refunds("2026-03-02")
    )
    one.orders_for("2026-03-03", 5000, "B")
    assert one.has() == {"pending": 50, "debt": 35}
    assert one.receives("2026-03-05", "B").has() == {"available": 15}


# holds

HOLDS: list[tuple[str, Story, int, dict[str, int]]] = [
    ("set aside", lambda c: c.holds("2026-03-02", 30), y.OK, {"available": 20, "held": 30}),
    ("more than there is", lambda c: c.holds("2026-03-02", 51), y.INSUFFICIENT, {"available": 50}),
    ("captured whole", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03"), y.OK, {"available": 20}),
    ("captured in part", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03", amount=10), y.OK, {"available": 40}),
    ("captured above", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03", amount=31), y.ABOVE_HOLD, {"available": 20, "held": 30}),
    ("captured twice", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03").captures("2026-03-03"), y.HOLD_CLOSED, {"available": 20}),
    ("released", lambda c: c.holds("2026-03-02", 30).releases("2026-03-03"), y.OK, {"available": 50}),
    ("released, then captured", lambda c: c.holds("2026-03-02", 30).releases("2026-03-03").captures("2026-03-03"), y.HOLD_CLOSED, {"available": 50}),
    ("captured, then released", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03").releases("2026-03-03"), y.HOLD_CLOSED, {"available": 20}),
    ("nobody's hold", lambda c: c.captures("2026-03-03", ref=7), y.UNKNOWN_HOLD, {"available": 50}),
    ("lapses by itself, to the second", lambda c: c.holds("2026-03-02", 30, until="2026-03-03 09:00:00").waits("2026-03-03 09:00:00"), y.OK, {"available": 50}),
    ("has not lapsed the second before", lambda c: c.holds("2026-03-02", 30, until="2026-03-03 09:00:00").waits("2026-03-03 08:59:59"), y.OK, {"available": 20, "held": 30}),
    ("captured too late", lambda c: c.holds("2026-03-02", 30, until="2026-03-03").captures("2026-03-03 12:00:01"), y.HOLD_CLOSED, {"available": 50}),
    ("two spenders of the same points: the second has too few", lambda c: c.holds("2026-03-02", 30, 1).holds("2026-03-02", 30, 2), y.INSUFFICIENT, {"available": 20, "held": 30}),
    ("two spenders: the second fits after a release", lambda c: c.holds("2026-03-02", 30, 1).releases("2026-03-02", 1).holds("2026-03-02", 50, 2), y.OK, {"held": 50}),
    ("a spend at once beside a hold", lambda c: c.holds("2026-03-02", 30).spends("2026-03-02", 20), y.OK, {"held": 30}),
    ("a spend at once of one too many", lambda c: c.holds("2026-03-02", 30).spends("2026-03-02", 21), y.INSUFFICIENT, {"available": 20, "held": 30}),
    ("a spend undone", lambda c: c.spends("2026-03-02", 30).undoes("2026-03-03"), y.OK, {"available": 50}),
    ("a spend undone twice", lambda c: c.spends("2026-03-02", 30).undoes("2026-03-03").undoes("2026-03-03"), y.HOLD_CLOSED, {"available": 50}),
    ("a spend undone that was never made", lambda c: c.undoes("2026-03-03"), y.UNKNOWN_HOLD, {"available": 50}),
    ("an open hold is released, not undone", lambda c: c.holds("2026-03-02", 30).undoes("2026-03-03", ref=1), y.HOLD_CLOSED, {"available": 20, "held": 30}),
    ("a capture in part undone", lambda c: c.holds("2026-03-02", 30).captures("2026-03-03", amount=10).undoes("2026-03-04", ref=1), y.OK, {"available": 50}),
    ("what a refund has returned is not returned again", lambda c: c.spends("2026-03-02", 30, "B").refunds("2026-03-03", "B").undoes("2026-03-04"), y.HOLD_CLOSED, {"available": 20}),
    ("given away", lambda c: c.donates("2026-03-02", 20), y.OK, {"available": 30}),
    ("more given away than there is", lambda c: c.donates("2026-03-02", 51), y.INSUFFICIENT, {"available": 50}),
    ("by hand: given", lambda c: c.is_given("2026-03-02", 5), y.OK, {"available": 55}),
    ("by hand: taken", lambda c: c.is_given("2026-03-02", -50), y.OK, {}),
    ("by hand: taken beyond what is free", lambda c: c.holds("2026-03-02", 30).is_given("2026-03-02", -21), y.INSUFFICIENT, {"available": 20, "held": 30}),
]  # fmt: skip


@pytest.mark.parametrize(("story", "answer", "has"), [pytest.param(*case[1:], id=case[0]) for case in HOLDS])
def test_holds(story: Story, answer: int, has: dict[str, int]) -> None:
    one = customer().orders_for("2026-03-01", 2000, "A").orders_for("2026-03-01", 3000, "B")
    story(one)
    assert one.answer == answer
    assert one.has() == has


def test_what_is_given_away_is_donated_and_what_buys_is_redeemed() -> None:
    one = customer().orders_for("2026-03-01", 5000).donates("2026-03-02", 20).spends("2026-03-03", 10)
    assert one.spent_on == [y.DONATED, y.REDEEMED]


def test_points_of_a_gift_that_is_not_sent_come_back_to_their_lots() -> None:
    one = customer(expires(after_days=10)).orders_for("2026-03-01", 2000, "A").orders_for("2026-03-05", 3000, "B")
    one.spends("2026-03-06", 35).undoes("2026-03-07")
    assert one.has() == {"available": 50}
    assert one.waits("2026-03-12").has() == {"available": 30}, "the first order's points lapse on their own day"


def test_released_points_that_lapsed_meanwhile_are_gone() -> None:
    one = customer(expires(after_days=10)).orders_for("2026-03-01", 5000).holds("2026-03-02", 50)
    assert one.waits("2026-04-01").has() == {"held": 50}
    assert one.releases("2026-04-02").has() == {}
    assert one.moves[-2:] == [("release", "points", 50), ("expire", "points", 50)]


def test_what_is_refused_leaves_no_trace() -> None:
    one = customer(ladder(1_000)).spends("2026-03-01", 5)
    assert one.answer == y.INSUFFICIENT
    assert one.state.scalars[y.JOINED] == -y.NEVER
    one.orders_for("2026-03-05", 1_000)
    assert one.decider.local_day(one.us("2026-03-05")) == one.state.scalars[y.JOINED]


# caps

TEN_A = {name: rule(at_most=("points", 10, name)) for name in ("day", "week", "month", "year", "ever")}
TWICE_A = {
    name: rule("review", "Product Reviewed", points=5, at_most=("times", 2, name))
    for name in ("day", "week", "month", "year", "ever")
}


@pytest.mark.parametrize(
    ("per", "inside", "outside"),
    [
        ("day", "2026-03-02 23:59:59", "2026-03-03 00:00:00"),
        ("week", "2026-03-08 23:59:59", "2026-03-09 00:00:00"),  # Monday to Sunday
        ("month", "2026-03-31 23:59:59", "2026-04-01 00:00:00"),
        ("year", "2026-12-31 23:59:59", "2027-01-01 00:00:00"),
        ("ever", "2099-12-31 23:59:59", ""),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_caps(per: str, inside: str, outside: str, zone: str) -> None:
    one = customer(TEN_A[per], TWICE_A[per], zone=zone)
    one.orders_for("2026-03-02 00:00", 700, "A").orders_for(inside, 700, "B")
    assert one.available() == 10
    assert one.capped == [("purchase", 4)]
    for when in ("2026-03-02 00:00", inside, inside):
        one.does(when, "Product Reviewed", at=inside)
    assert one.available() == 20
    if outside:
        one.orders_for(outside, 700, "C").does(outside, "Product Reviewed")
        assert one.available() == 32


CAPS: list[tuple[str, tuple[Any, ...], Story, dict[str, int]]] = [
    ("a refund gives the room back", (TEN_A["month"],), lambda c: c.orders_for("2026-03-02", 1000).refunds("2026-03-03").orders_for("2026-03-04", 1000, "B"), {"available": 10}),
    ("a refund in the next month gives the old month its room", (TEN_A["month"],), lambda c: c.orders_for("2026-03-02", 1000).refunds("2026-04-03").orders_for("2026-04-04", 1000, "B").orders_for("2026-03-30", 1000, "C", at="2026-04-05"), {"available": 20}),
    ("a partial refund gives that much room", (TEN_A["month"],), lambda c: c.orders_for("2026-03-02", [("tea", 600), ("cups", 400)]).refunds("2026-03-03", **CUPS).orders_for("2026-03-04", 1000, "B"), {"available": 10}),
    ("times: a partial refund gives no time back", (rule(points=5, at_most=("times", 1, "month")),), lambda c: c.orders_for("2026-03-02", LINES).refunds("2026-03-03", **CUPS).orders_for("2026-03-04", 1000, "B"), {"available": 5}),
    ("times: a whole refund gives the time back", (rule(points=5, at_most=("times", 1, "month")),), lambda c: c.orders_for("2026-03-02", LINES).refunds("2026-03-03").orders_for("2026-03-04", 1000, "B"), {"available": 5}),
    ("a capped order keeps its cap's worth while half of it would earn it", (TEN_A["month"],), lambda c: c.orders_for("2026-03-02", LINES).refunds("2026-03-03", **CUPS), {"available": 10}),
    ("the order that found no room gets none later", (TEN_A["month"],), lambda c: c.orders_for("2026-03-02", 1000).orders_for("2026-03-03", 500, "B").refunds("2026-03-04"), {}),
    ("a late event takes the room of its own month", (TEN_A["month"],), lambda c: c.orders_for("2026-04-02", 1000).orders_for("2026-03-31", 800, "B", at="2026-04-03"), {"available": 18}),
    ("each rule has its own cap", (TEN_A["month"], rule("more", at_most=("points", 3, "month"))), lambda c: c.orders_for("2026-03-02", 5000), {"available": 13}),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "story", "has"), [pytest.param(*case[1:], id=case[0]) for case in CAPS])
def test_room_under_caps(parts: tuple[Any, ...], story: Story, has: dict[str, int]) -> None:
    check(parts, story, has)


# several currencies, members


def test_currencies_go_their_own_ways() -> None:
    one = customer(WEEK, STARS, rule(), rule("stars", gives="stars", points=3))
    one.orders_for("2026-03-01", 1000)
    assert (one.has(), one.has("stars")) == ({"pending": 10}, {"available": 3})
    one.currency = 1
    one.spends("2026-03-02", 3)
    assert (one.has(), one.has("stars")) == ({"pending": 10}, {})
    one.refunds("2026-03-03")
    assert (one.has(), one.has("stars")) == ({}, {"debt": 3})


MEMBERS: list[tuple[str, list[tuple[str, str, Any]], str, int]] = [
    ("silver only: not yet on a level", [("member.tier", "equal", "silver")], "2026-03-02", 0),
    ("none only: not yet on a level", [("member.tier", "equal", "none")], "2026-03-02", 20),
    ("silver or gold: gold by then", [("member.tier", "any_of", ("silver", "gold"))], "2026-04-02", 20),
    ("not gold: gold by then", [("member.tier", "none_of", ("gold",))], "2026-04-02", 0),
    ("not gold: no level yet", [("member.tier", "none_of", ("gold",))], "2026-03-02", 20),
    ("any level at all: none yet", [("member.tier", "exists", True)], "2026-03-02", 0),
    ("any level at all: gold by then", [("member.tier", "exists", True)], "2026-04-02", 20),
    ("on the day of joining", [("member.joined_days", "equal", 0)], "2026-03-01", 20),
    ("a day later no more", [("member.joined_days", "equal", 0)], "2026-03-02", 0),
    ("joined 30 days ago at least: day 29", [("member.joined_days", "at_least", 30)], "2026-03-30", 0),
    ("joined 30 days ago at least: day 30", [("member.joined_days", "at_least", 30)], "2026-03-31", 20),
    ("joined less than 30 days ago: day 30", [("member.joined_days", "below", 30)], "2026-03-31", 0),
    ("between 7 and 14 days: day 7", [("member.joined_days", "at_least", 7), ("member.joined_days", "at_most", 14)], "2026-03-08", 20),
    ("between 7 and 14 days: day 15", [("member.joined_days", "at_least", 7), ("member.joined_days", "at_most", 14)], "2026-03-16", 0),
]  # fmt: skip


@pytest.mark.parametrize(("tests", "when", "earned"), [pytest.param(*case[1:], id=case[0]) for case in MEMBERS])
def test_rules_for_some_members(tests: list[tuple[str, str, Any]], when: str, earned: int) -> None:
    review = rule("review", "Product Reviewed", points=20, member=tests)
    one = customer(ladder(1_000, 5_000), review).does("2026-03-01", "Product Viewed")
    if when > "2026-04":
        one.orders_for("2026-04-01", 5_000)
    assert one.does(when, "Product Reviewed").available() == earned


def test_a_rule_is_valid_from_its_first_day_until_before_its_last() -> None:
    first = customer().decider.local_day(customer().us("2026-12-01"))
    one = customer(rule(valid_from_day=first, valid_until_day=first + 31), zone="Asia/Shanghai")
    for n, when in enumerate(["2026-11-30 23:59", "2026-12-01 00:00", "2026-12-31 23:59", "2027-01-01 00:00"]):
        one.orders_for(when, 1000, f"o{n}")
    assert one.available() == 20


def test_programme_of_the_helper_is_what_it_seems() -> None:
    assert [one.key for one in programme().earn] == ["purchase"]
