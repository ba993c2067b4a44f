"""A synthetic shop through the ingestion: loaded once, in any number of goes, and called what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from regulars.cli import _demo_shop, _synthetic
from regulars.connect.synthetic.shop import SOURCE, Shop
from regulars.events import simulated
from regulars.events.models import Event, Refusal
from regulars.members.models import Member
from regulars.points.models import Balance
from regulars.project.config import OperatorError

pytestmark = pytest.mark.django_db
BEGAN = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) - timedelta(days=91)


@pytest.fixture(autouse=True)
def _programme(db: None) -> None:
    _demo_shop.apply_programme()


def shop(members: int = 50) -> Shop:
    return Shop(members, 3, 90, BEGAN)


def load(a_shop: Shop) -> dict[str, int]:
    return _synthetic.load_chunk(a_shop, 0, lambda _count: None)


def state() -> tuple[object, ...]:
    return (
        sorted(Event.objects.filter(fact=False).values_list("message_id", "occurred_at", "name")),
        sorted(Balance.objects.values_list("member__outside_ids__value", "currency", "available", "pending", "debt")),
    )


def test_fifty_members_are_loaded_once() -> None:
    first = load(shop())
    assert set(first) == {"accepted"}
    assert not Refusal.objects.exists()
    assert Member.objects.filter(merged_into__isnull=True).count() == 50
    once = state()
    assert load(shop()) == {}
    assert state() == once


def test_a_load_that_was_stopped_goes_on_and_ends_the_same() -> None:
    load(shop(30))
    between = Event.objects.filter(fact=False).count()
    second = load(shop())
    # what was there is found again, whatever the size it came with
    assert second["duplicate"] == between
    broken = state()
    logged = Event.objects.filter(source=SOURCE, fact=False).count()
    assert logged == second["duplicate"] + second["accepted"]
    assert load(shop()) == {}
    assert state() == broken


def test_it_is_called_synthetic() -> None:
    assert simulated.kind() == ""
    load(shop(5))
    assert simulated.kind() == "synthetic"
    member = Member.objects.filter(merged_into__isnull=True).first()
    assert member is not None
    assert simulated.kind_of(member.pk) == "synthetic"


def test_the_shop_is_found_again_on_another_day() -> None:
    load(shop(5))
    later = Shop(5, 3, 90, BEGAN + timedelta(days=4))
    assert _synthetic.begun(later).began == BEGAN


def test_another_shop_is_refused_beside_it() -> None:
    load(shop(5))
    with pytest.raises(OperatorError, match="another synthetic shop"):
        _synthetic.load(Console(stderr=True), 5, 4, 90)
