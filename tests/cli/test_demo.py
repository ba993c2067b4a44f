"""The demo: loaded in order, once, labelled, and stopped and started without a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from django.contrib.auth import authenticate

from regulars.api import keys
from regulars.cli import _demo_shop, _demo_year
from regulars.cli._feeding import BATCH_SPAN_MAX, Tally, feed, in_batches
from regulars.connect import complete_journey, native
from regulars.events.models import Event, Refusal
from regulars.flow.batch import Incoming
from regulars.flow.intake import reader
from regulars.flow.wire.numbers import decode
from regulars.members.models import Member
from regulars.points.models import Balance, Hold
from regulars.project.demo_logins import KEY_SOURCE, read_logins

EVENTS = 3_000
DAYS = complete_journey.shift_days_to(datetime.now(UTC))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme(db: None) -> None:
    _demo_shop.apply_programme()


def year(count: int = EVENTS) -> Iterator[Incoming]:
    return islice(_demo_year.orders_and_households(DAYS), count)


def load(count: int = EVENTS) -> Tally:
    """The beginning of the year with what is simulated around it."""
    module = _demo_year.simulator()
    assert module is not None
    lively = _demo_year.Lively(module, datetime.now(UTC))
    return feed(lively.among(year(count)), lambda _: None, lively.observe)


def state() -> tuple[object, ...]:
    """Everything that must be the same however the load went."""
    return (
        sorted(Event.objects.filter(fact=False).values_list("source", "message_id", "occurred_at", "name")),
        sorted(
            Balance.objects.values_list(
                "member__outside_ids__value", "currency", "available", "pending", "held", "debt"
            )
        ),
        sorted(Hold.objects.values_list("event__message_id", "points", "state")),
    )


def test_a_load_that_was_stopped_goes_on_and_ends_the_same() -> None:
    whole = load()
    assert whole.by_status["accepted"] > EVENTS
    assert whole.by_status["duplicate"] == 0
    once = state()
    again = load()
    assert again.by_status["duplicate"] == whole.by_status["accepted"]
    assert again.by_status["accepted"] == 0
    assert state() == once


def test_stopping_in_the_middle_leaves_no_trace() -> None:
    load(EVENTS // 2)
    load()
    broken = state()
    logged = Event.objects.filter(source=complete_journey.SOURCE).count()
    assert logged == EVENTS
    # what was simulated after the first half ended is the same as in one go
    simulated = {row[1] for row in broken[0] if row[0] == "demo-simulated"}  # type: ignore[index, attr-defined]
    assert simulated


def test_only_orders_leaves_the_simulator_out() -> None:
    feed(year(), lambda _: None)
    assert set(Event.objects.filter(fact=False).values_list("source", flat=True)) == {complete_journey.SOURCE}


def test_the_shift_of_a_stopped_load_is_found_again() -> None:
    later = datetime.now(UTC).replace(year=2031)
    assert _demo_year.shift_days(later) == complete_journey.shift_days_to(later)
    feed(year(10), lambda _: None)
    assert _demo_year.shift_days(later) == DAYS


def test_an_order_is_the_same_event_as_its_json_from_a_shop() -> None:
    read = reader(complete_journey.SOURCE)
    encode = msgspec.json.Encoder(decimal_format="number").encode
    for incoming in year(200):
        body, odd = decode(encode(incoming.body))
        sent = read.read(body, odd=odd)
        assert isinstance(sent, Incoming)
        assert sent.body_hash == incoming.body_hash
        assert sent.event.order == incoming.event.order
        assert (sent.event.name, sent.event.message_id) == (incoming.event.name, incoming.event.message_id)
        assert sent.event.occurred_at == incoming.event.occurred_at
        assert dict(sent.event.properties) == dict(incoming.event.properties)
        assert sent.traits == incoming.traits


def test_households_that_are_known_come_with_a_profile() -> None:
    feed(year(), lambda _: None)
    described = Member.objects.exclude(traits={})
    assert described.count() == Event.objects.filter(name="Identified").count() > 50
    assert not any({"name", "email", "age"} & member.traits.keys() for member in described)


def test_batches_are_in_order_and_short_in_time() -> None:
    batches = list(in_batches(year()))
    moments = [incoming.event.occurred_at for batch in batches for incoming in batch]
    assert moments == sorted(moments)
    assert all(batch[-1].event.occurred_at - batch[0].event.occurred_at < BATCH_SPAN_MAX for batch in batches)


def test_mishaps_fill_the_quarantine_and_nothing_else() -> None:
    _demo_year.send_mishaps()
    assert set(Refusal.objects.values_list("source", flat=True)) == {"demo-simulated"}
    assert Refusal.objects.count() == 6
    assert Refusal.objects.filter(state=Refusal.WAITING).count() == 1
    assert not Event.objects.exists()


def test_the_doors_open_with_what_is_shown(tmp_path: Path) -> None:
    assert not _demo_shop.is_open(tmp_path)
    _demo_shop.open_doors(tmp_path)
    assert _demo_shop.is_open(tmp_path)
    shown = {login.role: login for login in read_logins(tmp_path)}
    assert set(shown) == {"admin", "marketer", "service", "analyst", "API key"}
    for role in ("admin", "marketer", "service", "analyst"):
        user = authenticate(username=shown[role].username, password=shown[role].password)
        assert user is not None
        assert [group.name for group in user.groups.all()] == [role]  # type: ignore[attr-defined]
        assert not user.is_superuser
    card = keys.find(shown["API key"].password)
    assert card is not None
    assert card.source == KEY_SOURCE != complete_journey.SOURCE


def test_new_doors_close_the_old_ones(tmp_path: Path) -> None:
    before = {login.role: login.password for login in _demo_shop.open_doors(tmp_path)}
    after = {login.role: login.password for login in _demo_shop.open_doors(tmp_path)}
    assert not set(before.values()) & set(after.values())
    assert keys.find(before["API key"]) is None
    assert json.loads((tmp_path / "demo-logins.json").read_text())
    assert (tmp_path / "demo-logins.json").stat().st_mode & 0o077 == 0


def test_native_bodies_name_the_whole_event() -> None:
    basket = next(complete_journey.baskets(0))
    body = native.body(basket.user_id, basket.event)
    assert body["user_id"] == "hh-900"
    assert str(body["properties"]["total"]) == "0.50"
