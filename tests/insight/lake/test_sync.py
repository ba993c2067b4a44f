"""However the log is cut into syncs, the lake is the same; and what counts is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.events.models import Event
from regulars.insight import lake
from regulars.insight.lake import compact, log
from regulars.insight.replays import replay
from regulars.points.models import Account, Balance, Transfer
from regulars.programmes.reads import current
from regulars.tiers.models import Change
from tests.flow.stories import everybody, publish_live_commerce
from tests.insight.lake.shop import Shop, assert_same_lake, months_of_events, synced, tables_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programme() -> None:
    publish_live_commerce()


@pytest.mark.parametrize("seed", range(4))
def test_any_split_of_syncs_gives_the_same_tables(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(seed)
    steps = shop.random.randint(3, 12)
    for step in range(steps):
        shop.do(shop.random.randint(0, 14))
        monkeypatch.setattr(log, "EVENTS_AT_ONCE", shop.random.choice([1, 5, 1000]))
        monkeypatch.setattr(compact, "FILES_OF_THIS_MONTH", 1 + step % 4)
        monkeypatch.setattr(compact, "SMALL", shop.random.choice([0, 10, 1000]))
        synced(tmp_path / "parts")
    monkeypatch.setattr(log, "EVENTS_AT_ONCE", 1000)
    synced(tmp_path / "whole")
    assert_same_lake(tmp_path / "parts", tmp_path / "whole")
    assert months_of_events(tmp_path / "parts") == months_of_events(tmp_path / "whole")
    _, running = current()
    of_log, of_lake = replay(running), replay(running, tmp_path / "parts")
    assert {**of_log, "seconds": 0} == {**of_lake, "seconds": 0}


def test_the_tables_are_what_the_database_holds(tmp_path: Path) -> None:
    everybody()
    found = synced(tmp_path)
    tables = tables_of(tmp_path)
    assert found.events == Event.objects.filter(fact=False).count() == tables["events"].height
    assert found.transfers == Transfer.objects.count() == tables["ledger"].height
    assert tables["ledger"]["points"].sum() == sum(Transfer.objects.values_list("amount", flat=True))
    assert tables["standing"]["member"].to_list() == sorted(Account.objects.values_list("pk", flat=True))
    assert tables["standing"]["points"].sum() == sum(
        Balance.objects.filter(currency="points").values_list("available", flat=True)
    )
    changes = [(before, after) for before, after in tables["tier_changes"].select("before", "after").rows()]
    assert sorted(changes, key=str) == sorted(
        ((one.from_level or None, one.to_level or None) for one in Change.objects.all()), key=str
    )


def test_a_refund_of_an_order_of_an_earlier_sync_comes_off(tmp_path: Path) -> None:
    shop = Shop(9, customers=1)
    [customer] = shop.customers
    order = customer.orders_for(90, ("Cup", "home", "60.00"), ("Tea", "tea", "40.00"))
    other = customer.orders_for(80, ("Cup", "home", "60.00"))
    synced(tmp_path)
    returned = {order: 0, other: 0}

    def check() -> None:
        synced(tmp_path)
        assert dict(tables_of(tmp_path)["orders"].select("order_id", "returned_minor").iter_rows()) == returned

    customer.send("Order Refunded", 9, order_id=order, products=[{"product_id": "tea", "quantity": 1}])
    returned[order] = 4000
    check()
    customer.send("Order Refunded", 5, order_id=order)
    returned[order] = 10000
    check()
    customer.send("Order Cancelled", 1, order_id=other)
    returned[other] = 6000
    check()


def test_nothing_new_adds_nothing(tmp_path: Path) -> None:
    everybody()
    synced(tmp_path)
    before = tables_of(tmp_path)
    again = synced(tmp_path)
    assert (again.events, again.transfers) == (0, 0)
    assert all(before[name].equals(frame) for name, frame in tables_of(tmp_path).items())


def test_an_empty_log_makes_an_empty_lake(tmp_path: Path) -> None:
    assert synced(tmp_path).events == 0
    assert lake.open(tmp_path).orders.count().to_pyarrow().as_py() == 0
    Shop(3).do(5)
    assert synced(tmp_path).events == 5
