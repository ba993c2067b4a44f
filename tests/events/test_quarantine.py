"""What could not be taken is kept, mended, dropped; what waits stops waiting."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from regulars.events import quarantine, reads
from regulars.events.models import Event, Refusal
from regulars.flow.intake import reader, take
from regulars.flow.kinds import KINDS, words
from regulars.flow.mend import mend
from regulars.flow.problems import Problem
from regulars.flow.wire.numbers import decode
from regulars.members.reads import by_shop_id
from regulars.points.models import Balance
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME, order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme(db: None) -> None:
    programmes.apply(PROGRAMME)


@pytest.fixture
def clerk() -> User:
    """Who mends."""
    return User.objects.create(username="clerk")


def send(*events: Any) -> list[str]:
    """Take events in; what became of each."""
    return [outcome.status for outcome in take(list(events), reader("web"), at="events")]


def available(user: str) -> int:
    member = by_shop_id(user)
    balance = Balance.objects.filter(member=member, currency="points").first() if member else None
    return balance.available if balance else 0


def bought(amount: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order and its whole refund."""
    event = order(amount)
    refund = {
        "name": "Order Refunded",
        "message_id": f"{event['message_id']}-back",
        "user_id": "ann",
        "properties": {"order_id": event["properties"]["order_id"]},
    }
    return event, refund


def test_mend_puts_it_in(clerk: User) -> None:
    bad = order("-10")
    assert send(bad) == ["refused"]
    (kept,) = reads.refusals()
    assert json.loads(json.dumps(kept.body, default=str)) == bad
    mended = json.loads(json.dumps(bad).replace("-10", "10"))
    outcome = mend(kept.pk, json.dumps(mended), clerk)
    kept.refresh_from_db()
    assert (outcome.status, kept.state, kept.settled_by) == ("accepted", Refusal.MENDED, clerk)
    assert kept.event_id == Event.objects.get(message_id=bad["message_id"]).pk
    assert available("ann") == 10
    assert reads.refusals() == []
    with pytest.raises(Refusal.DoesNotExist):
        mend(kept.pk, json.dumps(mended), clerk)


@pytest.mark.parametrize("text", ["{", "7", json.dumps(order("-9")), json.dumps({**order("9"), "user_id": None})])
def test_what_is_still_wrong_stays_as_it_was(clerk: User, text: str) -> None:
    send(order("-10"))
    (kept,) = reads.refusals()
    before = (kept.body, kept.problem)
    with pytest.raises(Problem):
        mend(kept.pk, text, clerk)
    (after,) = Refusal.objects.all()
    assert (after.state, (after.body, after.problem)) == (Refusal.OPEN, before)
    assert not Event.objects.exists()


def test_what_ingest_refuses_when_mended_stays_too(clerk: User) -> None:
    taken = order("10")
    send(taken, order("-10"))
    (kept,) = reads.refusals()
    with pytest.raises(Problem) as refused:
        mend(kept.pk, json.dumps({**taken, "user_id": "bob"}), clerk)
    assert refused.value.status == 409
    assert Refusal.objects.count() == 1
    assert reads.refusals() == [kept]


def test_drop(clerk: User) -> None:
    bad = order("-10")
    send(bad)
    (kept,) = reads.refusals()
    quarantine.drop(kept.pk, clerk)
    assert reads.refusals() == []
    assert reads.refusals(Refusal.DROPPED) == [kept]
    with pytest.raises(Refusal.DoesNotExist):
        quarantine.drop(kept.pk, clerk)
    send(bad)  # the shop tries again: it was given up, nobody is asked twice
    assert reads.refusals() == []


def test_waiting_comes_to_an_end_and_may_begin_again(clerk: User) -> None:
    event, refund = bought(10)
    assert send(refund) == ["waiting"]
    now = datetime.now(UTC)
    assert quarantine.late_waiting(now + timedelta(hours=quarantine.WAIT_HOURS - 1)) == 0
    assert quarantine.late_waiting(now + timedelta(hours=quarantine.WAIT_HOURS + 1)) == 1
    (kept,) = reads.refusals()
    assert words(kept.problem)[0] == "Unknown order"
    assert send(refund) == ["waiting"]
    assert Refusal.objects.get().state == Refusal.WAITING
    assert send(event) == ["accepted"]
    assert available("ann") == 0
    assert Refusal.objects.get().state == Refusal.MENDED


def test_a_late_one_can_be_mended_once_its_order_came(clerk: User) -> None:
    event, refund = bought(10)
    send(refund)
    quarantine.late_waiting(datetime.now(UTC) + timedelta(days=9))
    send(event)
    assert available("ann") == 10
    (kept,) = reads.refusals()
    assert mend(kept.pk, json.dumps(kept.body), clerk).status == "accepted"
    assert available("ann") == 0


def test_a_waiting_refund_that_turns_out_too_large_is_not_lost() -> None:
    event, refund = bought(10)
    refund["properties"]["amount"] = 11
    assert send(refund, event) == ["waiting", "accepted"]
    (kept,) = reads.refusals()
    assert kept.problem["type"] == "/api/problems/above-order"
    assert available("ann") == 10


def test_waiting_refunds_keep_their_numbers_exact() -> None:
    event, refund = bought(10)
    refund["properties"] |= {"amount": 0.1, "fee": 1.1}
    raw = json.dumps({"events": [refund]}).encode()
    events, odd = decode(raw)
    assert [one.status for one in take(events["events"], reader("web"), odd, at="events")] == ["waiting"]
    send(event)
    with connection.cursor() as cursor:
        cursor.execute("SELECT properties::text FROM events_event WHERE name = 'Order Refunded'")
        assert json.loads(cursor.fetchone()[0]) == {
            "order_id": event["properties"]["order_id"],
            "amount": 0.1,
            "fee": 1.1,
        }


def test_every_kind_of_problem_has_its_words() -> None:
    for name, kind in KINDS.items():
        assert str(kind.title), name
        assert 200 <= kind.status < 600
        title, detail = words({"type": f"/api/problems/{name}", "field": "x"})
        assert title == str(kind.title)
        assert detail
