"""What is owed, from ledgers that came through the real door: it ties, and money and months are right."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from regulars.flow.sweep import sweep
from regulars.insight.owed import breakage
from regulars.insight.owed.months import COLUMNS
from regulars.insight.owed.report import MONTH_COLUMNS, owed
from regulars.points.models import Balance, Transfer
from regulars.programmes.reads import microseconds
from regulars.rules import layout as y
from tests.flow import crowd
from tests.flow.builders import Person, at, publish
from tests.flow.stories import everybody, publish_live_commerce


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [5, 6])
def test_random_operations_tie_to_the_point(seed: int) -> None:
    crowd.publish()
    people = crowd.Crowd(seed)
    people.operations(500, threads=1)
    people.come_to_today(Random(seed))
    people.owe_and_repay()
    sweep(everyone=True)
    report = owed()
    assert report.ties, [(one.key, one.tied) for one in report.currencies]
    for one in report.currencies:
        sums = Balance.objects.filter(currency=one.key).aggregate(
            owed=Sum("pending") + Sum("available") + Sum("held"), debt=Sum("debt")
        )
        last = one.months[-1]
        assert (last.closing, last.debt_closing) == (sums["owed"], sums["debt"])
        assert sum(one.position.months.values()) == sums["owed"] == sum(one.position.ages)
        for kind, column in ((y.EARN, "earned"), (y.EXPIRE, "expired"), (y.GIVE_BACK, "given_back")):
            moved = Transfer.objects.filter(currency=one.key, kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0
            assert sum(abs(month.moves[column]) for month in one.months) == moved
    points = next(one for one in report.currencies if one.key == "points")
    assert all(any(month.moves[column] for month in points.months) for column in {*COLUMNS} - {"other", "donated"})
    assert any(month.debt_arisen for month in points.months)


@pytest.mark.django_db
def test_a_ledger_that_was_tampered_with_does_not_tie() -> None:
    publish_live_commerce()
    everybody()
    assert owed().ties
    Balance.objects.filter(currency="points", available__gt=0).update(available=1)
    points = next(one for one in owed().currencies if one.key == "points")
    assert not points.ties
    assert not points.tied["balances"]
    assert points.tied["months"]


@pytest.mark.django_db
def test_ages_expiry_and_money_of_a_small_ledger() -> None:
    person = Person(publish())
    # one point is a cent; Shanghai is eight hours ahead
    for number, (earned, points, expires) in enumerate(
        [
            ("2026-11-01 00:00", 1_000, "2027-11-30 16:00"),
            ("2026-09-01 00:00", 200, "2027-09-30 16:00"),
            ("2025-12-31 15:59", 30, "2026-12-31 16:00"),
            ("2025-12-31 16:00", 4, None),
            ("2025-10-01 00:00", 5, "2026-12-31 16:00"),
        ]
    ):
        event = person.event("Order Completed", earned, f"o-{number}")
        lot = person.lot(event, points, expires=expires)
        person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, points, event, lot=lot, rule="purchase", base=points * 100)
    report = owed(at("2026-11-22 12:00"))
    one = next(currency for currency in report.currencies if currency.key == "points")
    assert one.position.ages == [1_000, 200, 0, 34, 5]
    assert [(month and f"{month:%Y-%m}", points) for month, points in one.position.months.items()] == [
        ("2026-12", 35),
        ("2027-09", 200),
        ("2027-11", 1_000),
        (None, 4),
    ]
    # the local month of each: 31 December 15:59 in UTC is still December in Shanghai, a minute later January
    assert {f"{month.first:%Y-%m}": month.moves["earned"] for month in one.months if month.moves["earned"]} == {
        "2025-10": 5,
        "2025-12": 30,
        "2026-01": 4,
        "2026-09": 200,
        "2026-11": 1_000,
    }
    assert one.worth_text(one.position.owed) == "12.39"
    assert one.ties
    rows = list(csv.reader(io.StringIO("\n".join(",".join(map(str, row)) for row in report.month_rows()))))
    first = dict(zip(MONTH_COLUMNS, rows[0], strict=True))
    assert (first["month"], first["earned"], first["closing"], first["closing_money"]) == ("2025-10", "5", "5", "0.05")
    assert Decimal(dict(zip(MONTH_COLUMNS, rows[-1], strict=True))["closing"] or 0) == 1_239


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow() -> None:
    publish_live_commerce()
    with CaptureQueriesContext(connection) as few:
        owed()
    everybody()
    with CaptureQueriesContext(connection) as many:
        owed()
    assert len(many) <= len(few) <= 8


def a_year_of_members(person_of: int = 45) -> datetime:
    """Members who each earn monthly through two years; every third spends all after two months, the rest nothing, and
    what is not spent lapses after six. The moment they are seen at."""
    version = publish()
    now = datetime(2026, 11, 1, 16, tzinfo=UTC)
    for number in range(person_of):
        person = Person(version, f"m-{number}", joined="2024-10-01 00:00")
        for month in range(24):
            earned = datetime(2024 + (9 + month) // 12, (9 + month) % 12 + 1, 10, 16, tzinfo=UTC)
            event = person.event("Order Completed", f"{earned:%Y-%m-%d %H:%M}", f"{number}-{month}")
            spent, lapses = earned + timedelta(days=60), earned + timedelta(days=180)
            gone = (number % 3 == 0 and spent < now) or lapses < now
            lot = person.lot(event, 100, remaining=0 if gone else 100, expires=f"{lapses:%Y-%m-%d %H:%M}")
            person.move(y.EARN, y.ISSUED, y.ACC_AVAILABLE, 100, event, lot=lot, rule="purchase", base=10_000)
            if number % 3 == 0 and spent < now:
                hold = person.hold(event, 100, [lot], state=y.HOLD_CAPTURED, expires=f"{spent:%Y-%m-%d %H:%M}")
                when = f"{spent:%Y-%m-%d %H:%M}"
                person.move(y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, 100, event, when=when, lot=lot, hold=hold)
                person.move(y.CAPTURE, y.ACC_HELD, y.REDEEMED, 100, event, when=when, lot=lot, hold=hold)
            elif lapses < now:
                when = f"{lapses:%Y-%m-%d %H:%M}"
                person.move(y.EXPIRE, y.ACC_AVAILABLE, y.EXPIRED, 100, event, when=when, lot=lot)
    return now


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_breakage_of_members_who_spend_or_let_lapse() -> None:
    now = a_year_of_members()
    found = breakage.estimates(now)["currencies"]
    assert found["growth"] == {"state": "not-spendable"}
    points = found["points"]
    assert points["state"] == "estimated"
    # of the lot younger than 60 days a third will be spent; the four older ones are left to 30 of 45 members
    young, old = 45 * 100, 4 * 30 * 100
    open_points = Balance.objects.filter(currency="points").aggregate(sum=Sum("available"))["sum"]
    assert points["open_points"] == open_points
    assert points["low"] <= points["points"] <= points["high"] <= open_points
    assert abs(points["points"] - (young * 2 / 3 + old)) / open_points < 0.06
    assert points["tests"]
    assert all(test["low"] <= test["actual"] <= test["high"] for test in points["tests"])
    assert {test["months"] for test in points["tests"]} == {6, 12}


@pytest.mark.django_db
def test_the_past_knows_nothing_of_what_came_later() -> None:
    now = a_year_of_members(3)
    ledger = breakage.read("points")
    then = microseconds(now - timedelta(days=200))
    flows = ledger.flows(then)
    assert int(flows.points[flows.what == 0].sum()) == int(flows.points[flows.what != 0].sum())
    assert (ledger.open_before(then) >= 0).all()
    assert int(ledger.open_before(then).sum()) < int(ledger.points[ledger.what == 0].sum())


@pytest.mark.django_db
def test_too_little_history_gives_no_number() -> None:
    publish_live_commerce()
    everybody()
    found = breakage.estimates()["currencies"]["points"]
    assert found["state"] == "too-little-history"
    assert "points" not in found
