"""A group buys at its price: places, the last of them, and what goes back when the group does not form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.checkouts.models import Checkout
from regulars.events.models import Event
from regulars.flow import groups, holds
from regulars.flow.checkout import settle, together
from regulars.flow.checkout.quote import quote
from regulars.flow.checkout.reserve import reserve
from regulars.flow.problems import Problem
from regulars.groups.models import Group
from regulars.members.reads import by_shop_id
from regulars.offers import writes as offers
from regulars.offers.models import Use
from regulars.points.reads import balances
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME

pytestmark = pytest.mark.django_db(transaction=True)

OFFERS = """
currency: USD
time_zone: UTC
offers: []
group_buys:
  - {key: pots, name: {en: Pots together}, goods: {product_id: [pot]}, price: 30.00, people: 2, hours: 24}
"""


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    """A programme and one group buy; Ann and Ben are known."""
    programmes.apply(PROGRAMME)
    offers.apply(OFFERS)
    for member in ("ann", "ben", "cid"):
        buy(member, "cup")


def buy(member: str, product: str = "pot", group: Any = None, **more: Any) -> Checkout:
    """One unit at 50.00."""
    cart: dict[str, Any] = {
        "member": member,
        "lines": [{"line_id": "1", "product_id": product, "price": "50.00", "quantity": 1}],
        **more,
    }
    if group is not None:
        cart["group"] = str(group)
    key = f"{member}-{product}-{Checkout.objects.count()}"
    return reserve(cart, key, "tests", b"x" * 16, datetime.now(UTC))


def member_id(shop_id: str) -> int:
    member = by_shop_id(shop_id)
    assert member is not None
    return int(member.pk)


def opened() -> Group:
    return groups.open_group(member_id("ann"), "pots", "open-1", "tests")


def test_the_group_price_is_for_the_group_only() -> None:
    line = {"line_id": "1", "product_id": "pot", "price": "50.00", "quantity": 1}
    alone = quote({"member": "ann", "lines": [line]}, datetime.now(UTC)).breakdown
    assert alone.total_minor == 5000
    assert [one.why for one in alone.not_applied if one.offer == "pots"] == ["group"]
    group = opened()
    assert (
        quote({"member": "ann", "lines": [line], "group": str(group.pk)}, datetime.now(UTC)).breakdown.total_minor
        == 3000
    )


def test_the_last_payment_forms_the_group() -> None:
    group = opened()
    first, second = buy("ann", group=group.pk), buy("ben", group=group.pk)
    assert (first.total_minor, second.total_minor) == (3000, 3000)
    settle.commit(first.pk, "tests/1", datetime.now(UTC), "A")
    group.refresh_from_db()
    assert group.state == Group.OPEN
    settle.commit(second.pk, "tests/2", datetime.now(UTC), "B")
    group.refresh_from_db()
    assert group.state == Group.FORMED
    assert Event.objects.filter(name="Group Buy Formed").count() == 2


def test_a_full_group_takes_nobody_more() -> None:
    group = opened()
    assert [buy(member, group=group.pk).total_minor for member in ("ann", "ben", "cid")] == [3000, 3000, 5000]
    with pytest.raises(Problem) as refused:
        groups.take_place(group.pk, member_id("cid"), Checkout.objects.latest("created_at").pk, datetime.now(UTC))
    assert refused.value.kind == "group-full"


def test_a_cancelled_checkout_frees_its_place() -> None:
    group = opened()
    buy("ann", group=group.pk)
    ben = buy("ben", group=group.pk)
    settle.cancel(ben.pk, "tests/1", datetime.now(UTC))
    assert buy("cid", group=group.pk).total_minor == 3000


def test_a_group_that_fails_gives_back_and_asks_for_refunds() -> None:
    group = opened()
    holds.adjust(member_id("ben"), 1000, "points", "welcome")
    paid, waiting = buy("ann", group=group.pk), buy("ben", group=group.pk, points={"use": 500})
    settle.commit(paid.pk, "tests/1", datetime.now(UTC), "A")
    assert balances(member_id("ben"))["points"].held == 500
    Group.objects.update(deadline=datetime.now(UTC) - timedelta(seconds=1))
    now = datetime.now(UTC)
    assert together.release_failed(now) == 2
    assert together.release_failed(now) == 0
    waiting.refresh_from_db()
    assert waiting.state == Checkout.CANCELLED
    assert balances(member_id("ben"))["points"].held == 0
    due = Event.objects.get(name="Refund Due")
    assert (due.member_id, due.order_id) == (member_id("ann"), "A")
    assert Use.objects.get(offer="pots", member_id=0).units == 1  # the one that was paid
