"""A member's invitation and the friends they brought, through the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from regulars.events.models import Event
from regulars.flow.referrals import counting, follow, returning
from regulars.programmes import reads as programme_reads
from regulars.programmes import writes as programmes
from tests.api.conftest import Shop, order

pytestmark = pytest.mark.django_db
REFERRAL = """
referral:
  counts: {when: Order Completed, within_days: 30}
  gives: {referrer: {points: 300}, friend: {points: 40}}
  at_most: {times: 1, per: ever}
"""


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop that rewards friends, and ann who has ordered there."""
    version, _ = programme_reads.current()
    programmes.apply(version.text + REFERRAL)
    shop.send(order())
    return shop


def bring(shop: Shop, friend: str, code: str, buys: bool = True) -> None:
    """The friend accepts and orders, and the reader follows."""
    begin = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    said = {"message_id": f"i-{friend}", "user_id": friend, "properties": {"code": code}}
    shop.send({"event": "Invitation Accepted", **said})
    if buys:
        placed = order()
        shop.send({**placed, "user_id": friend, "message_id": f"o-{friend}",
                   "properties": {**placed["properties"], "order_id": f"o-{friend}"}})  # fmt: skip
    follow.follow(list(Event.objects.filter(pk__gt=begin).order_by("pk")))
    counting.count_due()
    returning.take_back_due()


def test_an_invitation_has_a_code_that_stays(shop: Shop) -> None:
    first = shop.call("get", "/api/members/ann/invite").json()
    assert first == {"code": first["code"], "link": None, "friends": {}, "points": {}, "things": 0}
    assert shop.call("get", "/api/members/ann/invite").json() == first
    assert shop.call("get", "/api/members/nobody/invite").status_code == 404


def test_a_link_leads_to_the_shop_where_it_has_a_page_for_it(shop: Shop, settings: Any) -> None:
    settings.CONFIG = replace(settings.CONFIG, invite_url="https://shop.example/welcome?invite={code}")
    found = shop.call("get", "/api/members/ann/invite").json()
    assert found["link"] == f"https://shop.example/welcome?invite={found['code']}"


def test_friends_with_their_states_and_reasons(shop: Shop) -> None:
    code = shop.call("get", "/api/members/ann/invite").json()["code"]
    bring(shop, "bob", code)
    bring(shop, "cat", code)
    bring(shop, "dan", code, buys=False)
    bring(shop, "ann", code)
    found = shop.call("get", "/api/members/ann/invite").json()
    assert (found["friends"], found["points"]) == ({"counted": 2, "waiting": 1}, {"points": 300})
    page = shop.call("get", "/api/members/ann/referrals?limit=2").json()
    dan, cat = page["referrals"]
    assert (dan["friend"], dan["state"], dan["order_id"], dan["points"]) == ("dan", "waiting", None, {})
    assert dan["why"].startswith("There is time until ")
    assert (cat["friend"], cat["referrer"], cat["state"], cat["points"]) == ("cat", "ann", "counted", {})
    assert "as much as the club gives" in cat["why"]
    [bob] = shop.call("get", f"/api/members/ann/referrals?before={page['next']}").json()["referrals"]
    assert (bob["friend"], bob["state"], bob["why"]) == ("bob", "counted", "The friend counts.")
    assert bob["points"] == {"points": 300}
    came = shop.call("get", "/api/members/bob/referrals").json()
    assert came["referrals"] == []
    assert (came["invited_by"]["referrer"], came["invited_by"]["points"]) == ("ann", {"points": 40})


def test_why_a_friends_order_did_not_count(shop: Shop) -> None:
    code = shop.call("get", "/api/members/ann/invite").json()["code"]
    shop.send({**order(), "user_id": "bob", "message_id": "first",
               "properties": {**order()["properties"], "order_id": "first"}})  # fmt: skip
    bring(shop, "bob", code)
    [row] = shop.call("get", "/api/members/ann/referrals").json()["referrals"]
    assert (row["state"], row["reason"], row["why"]) == (
        "refused", "already_customer", "The friend had ordered before.",
    )  # fmt: skip
    told = shop.call("get", "/api/members/bob/explain?what=missing&order=o-bob").json()
    [section] = [one for one in told["sections"] if one["title"] == "Invitation"]
    assert section["lines"][0]["notes"] == ["The friend had ordered before."]


def test_why_a_capped_referrer_got_nothing(shop: Shop) -> None:
    code = shop.call("get", "/api/members/ann/invite").json()["code"]
    bring(shop, "bob", code)
    bring(shop, "cat", code)
    last = Event.objects.filter(name="Referral Counted", properties__side="referrer").order_by("-pk")[0]
    told = shop.call("get", f"/api/members/ann/explain?what=missing&event={last.pk}").json()
    [rule] = [one for one in told["rules"] if one["rule"] == "referral:referrer"]
    assert [reason["kind"] for reason in rule["reasons"]] == ["capped"]
