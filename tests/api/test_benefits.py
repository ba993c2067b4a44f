"""Benefits of tiers through the API, as a shop's backend asks for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from regulars.events.models import Event
from regulars.flow import benefits
from regulars.flow.problems import Problem
from regulars.members import reads as members
from regulars.programmes import reads as programme_reads
from regulars.programmes import writes as programmes
from regulars.tiers.models import BenefitUse
from tests.api.conftest import Shop, order

pytestmark = pytest.mark.django_db
BENEFITS = """
tiers:
  measure: orders
  levels: [{key: first, from: 1, name: {en: First}, benefits: [free_delivery, other]}]
benefits:
  free_delivery: {name: {en: Free delivery, zh-Hans: 免运费}, how: {en: Choose it.}, at_most: {times: 2, per: month}}
earn:
"""


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop whose first level brings free delivery twice a month, and ann who is on it."""
    version, _ = programme_reads.current()
    head, _, rules = version.text.partition("\nearn:\n")
    programmes.apply(head.partition("\ntiers:")[0] + BENEFITS + rules.partition("\ntiers:")[0] + "\n")
    shop.send(order())
    return shop


def use(shop: Shop, key: str, message: str, who: str = "ann") -> Any:
    return shop.call("post", f"/api/members/{who}/benefits/{key}/uses", {}, **{"Idempotency-Key": message})


def test_what_a_tier_brings_is_read_and_used_so_often(shop: Shop) -> None:
    [delivery, other] = shop.call("get", "/api/members/ann/benefits").json()["benefits"]
    assert delivery == {
        "key": "free_delivery", "name": "Free delivery", "how": "Choose it.", "at_most": 2, "per": "month", "used": 0,
        "left": 2,
    }  # fmt: skip
    assert (other["key"], other["name"], other["left"]) == ("other", "Other", None)
    assert use(shop, "free_delivery", "a").json()["left"] == 1
    assert use(shop, "free_delivery", "a").json()["left"] == 1
    assert use(shop, "free_delivery", "b").json()["left"] == 0
    refused = use(shop, "free_delivery", "c")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "benefit-used-up")
    assert [event.properties["times"] for event in Event.objects.filter(name="Benefit Used").order_by("id")] == [1, 2]


def test_what_the_tier_does_not_bring_is_refused(shop: Shop) -> None:
    refused = use(shop, "personal_agent", "a")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "no-such-benefit")
    assert use(shop, "free_delivery", "a", "nobody").status_code == 404
    assert not BenefitUse.objects.exists()


def test_one_message_is_one_benefit(shop: Shop) -> None:
    assert use(shop, "free_delivery", "a").status_code == 201
    assert use(shop, "other", "a").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly(shop: Shop) -> None:
    member = members.by_shop_id("ann")
    assert member is not None

    def one(number: int) -> bool:
        try:
            benefits.use(member.pk, "free_delivery", "shop", f"m-{number}")
        except Problem as refused:
            return refused.kind != "benefit-used-up"
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(12))) == 2
