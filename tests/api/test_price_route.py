"""What pricing a cart asks of the database: so many questions, in so few trips, and nobody's leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from regulars.checkouts import writes as checkouts
from regulars.coupons import writes as coupons
from regulars.offers import writes as offers
from regulars.points.models import Account
from tests.api.conftest import Shop, order
from tests.api.test_checkouts import EVERYTHING, OFFERS, cart

pytestmark = pytest.mark.django_db(transaction=True)

PRICED = {"cart": EVERYTHING}
STRANGER = {"cart": {**cart(("oolong", "60.00", 1)), "member": "nobody-yet"}}
COUNTS = [
    # (name, cart, statements at most, trips at most): a trip is a wait for PostgreSQL, the end of the transaction too
    ("everything: member, coupon, points, gift card", PRICED, 12, 4),
    ("a member's cart and her wallet", {"cart": cart(("oolong", "60.00", 1), wallet=True)}, 11, 4),
    ("with a code", {"cart": cart(("oolong", "60.00", 1), codes=["NOBODY-KNOWS"])}, 11, 4),
    ("a stranger's cart", STRANGER, 4, 3),
]


@pytest.fixture
def ann(shop: Shop) -> int:
    """A member with points, the coupon ``five`` and a gift card."""
    offers.apply(OFFERS)
    shop.send(order("1000.00"))
    member = Account.objects.get().member_id
    coupons.give("five", [member], datetime.now(UTC))
    checkouts.issue_card("GIFT1", "USD", 2000, datetime.now(UTC), member)
    return int(member)


@contextmanager
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[str]]]:
    """The statements that are executed, and the waits."""
    statements: list[str] = []
    waits: list[str] = []
    execute, sync = psycopg.Cursor.execute, psycopg.Pipeline.__exit__

    def executing(self: Any, query: Any, *more: Any, **settings: Any) -> Any:
        statements.append(str(query))
        if self.connection.pgconn.pipeline_status == psycopg.pq.PipelineStatus.OFF:
            waits.append(str(query))
        return execute(self, query, *more, **settings)

    def leaving(self: Any, *more: Any) -> Any:
        waits.append("pipeline")
        return sync(self, *more)

    def ending(self: Any) -> None:
        waits.append("commit")
        commit(self)

    commit = psycopg.Connection.commit
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", executing)
        patch.setattr(psycopg.Pipeline, "__exit__", leaving)
        patch.setattr(psycopg.Connection, "commit", ending)
        yield statements, waits


@pytest.mark.parametrize(("name", "body", "most", "trips"), COUNTS, ids=[row[0] for row in COUNTS])
def test_pricing_asks_little(
    shop: Shop,
    ann: int,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    body: Any,
    most: int,
    trips: int,
) -> None:
    shop.call("post", "/api/carts/price", body)  # what is kept from one to the next is there
    with noted(monkeypatch) as (statements, waits):
        assert shop.call("post", "/api/carts/price", body).status_code == 200
    assert len(statements) <= most, "\n".join(statements)
    assert len(waits) <= trips, waits
    assert not [one for one in statements if "FOR UPDATE" in one or "advisory" in one or not one.startswith("SELECT")]


def test_more_coupons_ask_no_more(shop: Shop, ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        with noted(monkeypatch) as (statements, _):
            shop.call("post", "/api/carts/price", {"cart": cart(("oolong", "60.00", 1), wallet=True)})
        return len(statements)

    count()
    before = count()
    offers.apply(OFFERS + "".join(f"  - {{key: more-{n}, kind: amount, off: 1.00}}\n" for n in range(9)))
    for n in range(9):
        coupons.give(f"more-{n}", [ann], datetime.now(UTC))
    count()
    assert count() == before


def test_pricing_waits_for_nobody(shop: Shop, ann: int) -> None:
    """Somebody is deciding an order of hers; the price comes all the same."""
    found: list[int] = []

    def price() -> None:
        try:
            found.append(shop.call("post", "/api/carts/price", PRICED).status_code)
        finally:
            connection.close()

    with transaction.atomic():
        Account.objects.select_for_update().get(member_id=ann)
        other = Thread(target=price, daemon=True)
        other.start()
        other.join(30)
        assert found == [200]
