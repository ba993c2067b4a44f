"""The sweep makes visible what is due; when it runs, and how often, changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regulars.events.models import Event
from regulars.flow.sweep import sweep
from regulars.insight.verify import verify
from regulars.members import reads as members
from regulars.points.models import Account, Balance, Lot
from regulars.tiers.models import Standing
from tests.flow import crowd
from tests.flow.ledger_laws import offences
from tests.flow.test_ingest_edges import order, take

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def shop() -> None:
    crowd.programmes.apply(crowd.PROGRAMME)


def state() -> list[object]:
    """All that a member can see of themselves."""
    return [
        *Balance.objects.order_by("member_id", "currency").values_list(
            "currency", "pending", "available", "held", "debt"
        ),
        *Lot.objects.order_by("id").values_list("earned", "remaining", "state", "expires_at"),
        *Standing.objects.order_by("member_id").values_list("level", "since", "review_at", "in_grace"),
    ]


def test_it_lets_points_mature_that_nobody_asked_for(shop: None) -> None:
    take(order(14))
    assert sweep(NOW + timedelta(hours=12)) == 0 or Balance.objects.get(currency="points").pending == 50
    assert sweep(NOW + timedelta(days=2)) == 1
    balance = Balance.objects.get(currency="points")
    assert (balance.pending, balance.available) == (0, 50)


def test_it_takes_only_who_has_something_due(shop: None) -> None:
    take(order(14, "A"), order(1, "B", user="bea"))
    assert sweep(NOW + timedelta(days=2)) == 1
    ann = members.by_shop_id("ann")
    assert ann is not None
    assert Account.objects.get(member=ann).clock_at == NOW + timedelta(days=2)
    assert sweep(NOW + timedelta(days=2)) == 0


def test_it_takes_everyone_when_asked(shop: None) -> None:
    take(order(14, "A"), order(1, "B", user="bea"))
    assert sweep(NOW + timedelta(days=2), everyone=True) == 2


def test_it_works_through_more_than_one_transaction(shop: None) -> None:
    take(*[order(14, f"o{n}", user=f"user-{n}") for n in range(450)])
    taken: list[int] = []
    assert sweep(NOW + timedelta(days=2), taken.append) == 450
    assert taken == [200, 200, 50]
    assert not Balance.objects.filter(currency="points", pending__gt=0).exists()


def test_a_review_in_it_is_a_fact_in_the_log(shop: None) -> None:
    take(order(14, price="900.00"))
    sweep(NOW + timedelta(days=200))
    facts = Event.objects.filter(fact=True).order_by("id").values_list("properties", flat=True)
    assert [fact["reason"] for fact in facts] == ["reached", "reviewed"]
    assert (facts[1]["from"], facts[1]["to"]) == ("gold", None)


@pytest.mark.parametrize("stops", [1, 2, 9])
def test_how_often_it_runs_changes_nothing(shop: None, stops: int) -> None:
    take(order(14, price="900.00"), order(3, "B", "300.00"))
    for n in range(1, stops + 1):
        sweep(NOW + timedelta(days=300) * n / stops, everyone=n == stops)
    found = state()
    assert found[0] == ("growth", 0, 1200, 0, 0)
    assert ("points", 0, 0, 0, 0) in found
    assert verify().found == []
    assert offences() == {}
