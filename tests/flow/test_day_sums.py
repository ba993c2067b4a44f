"""What moved on each day, against the ledger itself: while people shop, and whatever order transactions end in."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from regulars.points import day_sums
from regulars.points.models import DaySum, SummedTo, Transfer
from regulars.programmes.models import Version
from regulars.rules import layout as y
from tests.events.conftest import Writer, make_writer, wait_for_older_transactions
from tests.flow import crowd

__all__ = ["make_writer"]
pytestmark = pytest.mark.django_db(transaction=True)
EVER = (date(2000, 1, 1), date(2100, 1, 1))


def in_ledger() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """Points by day, currency, kind and rule; how many events each rule gave something for, by day."""
    day = "(effective_at AT TIME ZONE 'America/New_York')::date"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {day}, currency, kind, coalesce(rule, ''), sum(amount) FROM points_transfer GROUP BY 1, 2, 3, 4"
        )
        points: Counter[tuple[object, ...]] = Counter({row[:-1]: int(row[-1]) for row in cursor.fetchall()})
        cursor.execute(
            f"SELECT {day}, kind, rule, count(DISTINCT event_id) FROM points_transfer WHERE rule <> '' GROUP BY 1, 2, 3"
        )
        return points, Counter({row[:-1]: row[-1] for row in cursor.fetchall()})


def as_said() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """The same, as pages get it."""
    points: Counter[tuple[object, ...]] = Counter()
    times: Counter[tuple[object, ...]] = Counter()
    for one in day_sums.moved(*EVER):
        points[one.day, one.currency, one.kind, one.rule] += one.points
        times[one.day, one.kind, one.rule] += one.times
    return points, +times


def test_sums_kept_while_a_crowd_shops_are_the_ledgers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_sums, "BATCH", 7)  # so that batches end in the midst of what one event gave
    crowd.publish()
    stop = threading.Event()

    def keep_up() -> None:
        while not stop.wait(0.05):
            day_sums.keep_up()
        connections.close_all()

    keeper = threading.Thread(target=keep_up)
    keeper.start()
    try:
        crowd.Crowd(7).operations(400)
    finally:
        stop.set()
        keeper.join()
    assert as_said() == in_ledger()
    wait_for_older_transactions()
    day_sums.keep_up()
    assert as_said() == in_ledger()
    assert sum(DaySum.objects.values_list("points", flat=True)) == in_ledger()[0].total() > 0
    assert day_sums.keep_up() == 0


def test_a_transfer_whose_transaction_ends_late_is_added_once(
    make_writer: Callable[[], Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd.publish()
    crowd.Crowd(8).operations(40, threads=1)
    wait_for_older_transactions()
    day_sums.keep_up()
    before = SummedTo.objects.get().transfer
    monkeypatch.setattr(day_sums, "PATIENCE", timedelta(seconds=0.2))
    slow = make_writer()
    slow.begin()
    crowd.Crowd(9, source="others").operations(40, threads=1)
    assert day_sums.keep_up() == 0  # the slow one might have a number in between
    assert SummedTo.objects.get().transfer == before
    assert as_said() == in_ledger()
    slow.commit()
    wait_for_older_transactions()
    assert day_sums.keep_up() > 0
    assert as_said() == in_ledger()


def test_days_outside_are_left_out() -> None:
    crowd.publish()
    crowd.Crowd(8).operations(60, threads=1)
    days = sorted({one.day for one in day_sums.moved(*EVER)})
    for kept in range(2):
        assert {one.day for one in day_sums.moved(days[1], days[-2])} == set(days[1:-1]), kept
        wait_for_older_transactions()
        day_sums.keep_up()


@pytest.mark.django_db(transaction=True, reset_sequences=True)  # one number a step, from the first
@pytest.mark.parametrize("kept_first", [0, 1, 2])
def test_an_event_that_a_rule_gave_two_currencies_for_counts_once(
    kept_first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_sums, "BATCH", 1)
    crowd.publish()

    def give(currency: str, event: int, rule: str = "welcome") -> None:
        Transfer.objects.create(
            member_id=1, currency=currency, kind=y.EARN, debit=y.ISSUED, credit=y.ACC_AVAILABLE, amount=5, rule=rule,
            event_id=event, version_id=Version.objects.earliest("pk").pk, effective_at=crowd.BEGIN,
        )  # fmt: skip

    for number, (currency, event) in enumerate([("points", 1), ("stars", 1), ("points", 2)]):
        if number == kept_first:
            wait_for_older_transactions()
            day_sums.keep_up()
        give(currency, event)
    assert sum(one.times for one in day_sums.moved(*EVER)) == 2
    wait_for_older_transactions()
    day_sums.keep_up()
    assert as_said() == in_ledger()
    assert sum(one.times for one in day_sums.moved(*EVER)) == 2
