"""Where the straight line is narrow: each story once made the ledger differ from its log, or lost an event."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from regulars.events.models import Event, Refusal
from regulars.events.quarantine import digest
from regulars.flow import holds, intake
from regulars.flow.batch import Incoming, Outcome
from regulars.flow.ingest import ingest
from regulars.flow.problems import Problem
from regulars.flow.sweep import sweep
from regulars.insight.verify import verify
from regulars.members import reads as members
from regulars.members.models import Member
from regulars.members.who import Who
from regulars.points.models import Account, Balance, Counter
from regulars.programmes import writes as programmes
from regulars.rules import events as ev
from regulars.rules.orders import order_of
from tests.flow import crowd
from tests.flow.ledger_laws import offences

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


def sent(name: str, ago: float = 0, user: str | None = "ann", message: str = "", **more: Any) -> dict[str, Any]:
    """An event of so many days ago."""
    anonymous = more.pop("anonymous", None)
    at = (NOW - timedelta(days=ago)).isoformat()
    event = {"event": name, "message_id": message or f"{name}-{ago}-{more}", "timestamp": at, "properties": more}
    return event | ({"user_id": user} if user else {}) | ({"anonymous_id": anonymous} if anonymous else {})


def order(ago: float, order_id: str = "A", price: str = "50.00", **more: Any) -> dict[str, Any]:
    """An order of one product."""
    return sent("Order Completed", ago, order_id=order_id, products=[{"product_id": "p", "price": price}], **more)


def take(*events: dict[str, Any]) -> list[Outcome]:
    return intake.take(list(events), intake.reader("shop"))


def together(*works: Callable[[], Any]) -> list[Any]:
    """All at once, each on a thread and connection of its own; results or errors in order."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return work()
        except Problem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


def exact() -> None:
    assert verify().found == []
    assert offences() == {}


def test_a_spend_refused_to_somebody_new_opens_no_account() -> None:
    crowd.publish()
    [outcome] = take(sent("Points Redeemed", 40, points=5, order_id="x"))
    assert outcome.status == "refused"
    assert not Account.objects.exists()
    take(order(2))
    exact()


def test_a_refused_spend_moves_no_window() -> None:
    crowd.publish()
    take(order(200))
    [outcome] = take(sent("Points Redeemed", 1, points=5_000, order_id="x"))
    assert outcome.status == "refused"
    exact()


def test_sliding_moves_no_lot_that_is_spent() -> None:
    crowd.publish()
    take(sent("Checked In", 30))
    take(sent("Points Redeemed", 28, points=5, currency="stars", order_id="x"))
    take(sent("Checked In", 20))
    exact()


def test_a_version_takes_over_members_whose_spending_left_the_window() -> None:
    """The new version needs all they ever spent; the old one must not take what had left its window out again."""
    crowd.publish()
    first = (NOW - crowd.BEGIN).days
    take(order(first - 5, "A", "900.00"), order(first - 110, "B", "900.00"))
    take(order(first - 200, "C"))
    exact()


def test_a_visitor_and_the_customer_they_are_in_one_batch() -> None:
    crowd.publish()
    outcomes = take(
        sent("Product Viewed", 9, user=None, anonymous="v"),
        order(5, user=None, anonymous="v"),
        order(2, "B", anonymous="v"),
    )
    assert [outcome.status for outcome in outcomes] == ["accepted"] * 3
    exact()
    take(sent("Order Refunded", 1, order_id="A"))
    exact()


def test_an_order_from_tomorrow_refunded_tomorrow_leaves_no_counter_below_zero() -> None:
    crowd.publish()
    midnight = datetime(2026, 3, 2, 5, tzinfo=UTC)  # of New York; weeks begin there
    who = Who("ann", None)
    properties = {"order_id": "A", "products": [{"product_id": "p", "price": "50.00"}]}
    event = ev.Event("Order Completed", "shop", "1", midnight + timedelta(minutes=3), {}, order=order_of(properties, 2))
    event.order_id = "A"
    ingest([Incoming(event, who, digest(b"1"))], now=midnight - timedelta(minutes=1))
    event = ev.Event("Order Refunded", "shop", "2", midnight + timedelta(hours=1), {"order_id": "A"}, order_id="A")
    ingest([Incoming(event, who, digest(b"2"))], now=midnight + timedelta(hours=2))
    assert list(Counter.objects.filter(points__lt=0)) == []
    exact()


def test_a_version_that_is_being_published_decides_what_waited_for_it() -> None:
    programmes.apply(crowd.PROGRAMME)
    take(order(3))
    started, waiting = threading.Event(), threading.Event()

    def publish() -> None:
        with transaction.atomic():
            programmes.apply(crowd.SECOND.replace("points: 1, per: 1.00}, times", "points: 3, per: 1.00}, times"))
            started.set()
            waiting.wait(1)

    def buy() -> list[Outcome]:
        started.wait()
        threading.Timer(0.5, waiting.set).start()
        return take({**order(0, "B"), "timestamp": datetime.now(UTC).isoformat()})

    together(publish, buy)
    exact()


@pytest.mark.parametrize("first", ["refund", "order"])
def test_a_refund_and_its_order_at_the_same_moment(first: str) -> None:
    crowd.publish()
    held, go = threading.Event(), threading.Event()
    events = {"refund": sent("Order Refunded", 1, order_id="A"), "order": order(2)}
    second = "order" if first == "refund" else "refund"

    def hold_open() -> None:
        with transaction.atomic():
            take(events[first])
            held.set()
            go.wait(1)

    def other() -> list[Outcome]:
        held.wait()
        threading.Timer(0.3, go.set).start()
        return take(events[second])

    take(sent("Checked In", 9))
    together(hold_open, other)
    take(sent("Checked In", 0.1))
    assert not Refusal.objects.filter(state=Refusal.WAITING).exists()
    assert Event.objects.filter(name="Order Refunded").count() == 1
    exact()


def test_a_refund_before_its_order_goes_in_with_it() -> None:
    crowd.publish()
    [outcome] = take(sent("Order Refunded", 1, order_id="A"))
    assert outcome.status == "waiting"
    take(order(2))
    assert list(Event.objects.filter(fact=False).order_by("id").values_list("name", flat=True)) == [
        "Order Completed", "Order Refunded",
    ]  # fmt: skip
    assert Balance.objects.filter(pending=0, available=0, debt=0).count() == Balance.objects.count()
    exact()


def test_what_a_customer_does_without_signing_in_is_theirs() -> None:
    crowd.publish()
    take(sent("Points Redeemed", 9, points=5, order_id="x", anonymous="v"))
    take(order(5, user=None, anonymous="v"))
    take(order(2, "B"))
    assert Balance.objects.get(currency="points").pending == 100
    exact()


def test_what_a_visitor_did_is_not_decided_afterwards() -> None:
    crowd.publish()
    take(order(5, user=None, anonymous="v"))
    take(order(2, "B", anonymous="v"))
    assert Balance.objects.get(currency="points").pending == 50
    exact()


# several at once


def test_the_same_event_from_eight_threads_counts_once() -> None:
    crowd.publish()
    event = order(3)
    answers = together(*[lambda: take(event)[0]] * 8)
    assert sorted(answer.status for answer in answers) == ["accepted"] + ["duplicate"] * 7
    assert len({(answer.event_id, bytes(answer.decision)) for answer in answers}) == 1
    assert Event.objects.filter(name="Order Completed").count() == 1
    exact()


def test_the_same_batch_from_four_threads_counts_once() -> None:
    crowd.publish()
    batch = [order(9 - n / 10, f"o{n}", user=f"user-{n % 7}") for n in range(40)]
    together(*[lambda: take(*batch)] * 2, *[lambda: take(*reversed(batch))] * 2)
    assert Event.objects.filter(name="Order Completed").count() == 40
    exact()


def test_the_same_bad_events_in_opposite_order_are_kept_once() -> None:
    crowd.publish()
    bad = [order(3, f"o{n}", price="-1.00") for n in range(60)]
    good = order(2, "good")
    together(*[lambda: take(good, *bad)] * 3, *[lambda: take(good, *reversed(bad))] * 3)
    assert Refusal.objects.count() == 60
    exact()


def test_first_events_of_somebody_new_at_once_make_one_member() -> None:
    crowd.publish()
    answers = together(*[lambda n=n: take(order(3, f"o{n}"))[0] for n in range(8)])
    assert [answer.status for answer in answers] == ["accepted"] * 8
    assert Member.objects.count() == 1
    assert Balance.objects.get(currency="points").pending == 8 * 50
    exact()


def test_twenty_spenders_of_the_same_points_and_one_wins() -> None:
    crowd.publish()
    take(order(20))
    take(sent("Order Delivered", 18, order_id="A"))
    found = members.by_shop_id("ann")
    assert found is not None
    have = Balance.objects.get(currency="points").available
    answers = together(*[lambda n=n: holds.place(found.pk, have, message_id=f"h{n}") for n in range(20)])
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert {problem.kind for problem in refused} == {"insufficient-points"}
    assert len(refused) == 19
    assert Balance.objects.get(currency="points").held == have
    exact()


def test_capture_release_and_sweep_of_one_hold_at_once() -> None:
    crowd.publish()
    take(order(20), sent("Order Delivered", 18, order_id="A"))
    found = members.by_shop_id("ann")
    assert found is not None
    hold = holds.place(found.pk, 30)["hold"]
    answers = together(
        *[lambda: holds.capture(hold)] * 4, *[lambda: holds.release(hold)] * 4, *[lambda: sweep(everyone=True)] * 2
    )
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert [problem.kind for problem in refused] == ["hold-closed"] * 7
    exact()


@pytest.mark.parametrize("who", [{"user": "ann"}, {"user": None, "anonymous": "visitor"}], ids=["member", "visitor"])
def test_refunds_of_one_order_at_once_give_back_no_more_than_it_was(who: dict[str, Any]) -> None:
    crowd.publish()
    take(order(3, **who))
    whole = [sent("Order Refunded", 1, message=f"w{n}", order_id="A", **who) for n in range(4)]
    part = [sent("Order Refunded", 1, message=f"p{n}", order_id="A", amount="40.00", **who) for n in range(4)]
    answers = together(*[lambda one=one: take(one)[0] for one in whole + part])
    accepted = [answer for answer in answers if answer.status == "accepted"]
    if who["user"]:
        assert 1 <= len(accepted) <= 2, "one whole refund, and a part before it at most"
    exact()
    given = Event.objects.filter(name="Order Refunded").values_list("amounts", flat=True)
    assert sum(line["net_minor"] for amounts in given for line in amounts["lines"]) <= 5_000


def test_versions_are_published_while_events_pour_in() -> None:
    programmes.apply(crowd.PROGRAMME)

    def publish() -> None:
        for n in range(6):
            rate = f"{{points: {2 + n}, per: 1.00}}, times"
            programmes.apply(crowd.SECOND.replace("{points: 1, per: 1.00}, times", rate))

    def pour(thread: int) -> None:
        for n in range(25):
            at = {"timestamp": datetime.now(UTC).isoformat()}
            take({**order(0, f"o{thread}-{n}", user=f"user-{n % 5}"), **at})

    together(publish, *[lambda t=t: pour(t) for t in range(3)])
    assert Event.objects.filter(name="Order Completed").count() == 75
    exact()
