"""``GET /api/members/{id}/explain?what=…`` and ``GET /api/owed``, as a shop's backend calls them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Shop, order


def explain(shop: Shop, status: int = 200, language: str = "en", **asked: Any) -> dict[str, Any]:
    """The answer for ann."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    headers = {"Accept-Language": language}
    response = shop.call("get", f"/api/members/ann/explain?{query}", None, None, **headers)
    assert response.status_code == status, response.content
    found: dict[str, Any] = response.json()
    return found


@pytest.fixture
def bought(shop: Shop) -> dict[str, Any]:
    """What the answer to ann's order was."""
    sent = order("35.20")
    response = shop.send(sent)
    assert response.status_code == 200
    return {"order": sent["properties"]["order_id"], **response.json()}


def test_a_balance_its_lots_and_where_they_came_from(shop: Shop, bought: dict[str, Any]) -> None:
    found = explain(shop, what="balance")
    assert (found["what"], found["currency"], found["available"], found["adds_up"]) == ("balance", "points", 35, True)
    [lot] = found["lots"]
    assert (lot["event_id"], lot["earned"], lot["remaining"]) == (bought["event_id"], 35, 35)
    assert found["moved"] == {"earned": 35}
    assert found["sections"][0]["title"] == "What ever came and went"


def test_a_tier_day_by_day(shop: Shop, bought: dict[str, Any]) -> None:
    found = explain(shop, what="tier")
    assert (found["level"], found["value"], found["adds_up"]) == (None, "35.20", True)
    [day] = found["days"]
    assert (day["value"], day["orders"][0]["order_id"]) == ("35.20", bought["order"])


def test_a_missing_reward_by_event_by_order_and_by_rule(shop: Shop, bought: dict[str, Any]) -> None:
    by_event = explain(shop, what="missing", event=bought["event_id"])
    assert explain(shop, what="missing", order=bought["order"]) == by_event
    rules = {rule["rule"]: rule for rule in by_event["rules"]}
    assert (rules["purchase"]["points"], rules["purchase"]["base"], rules["purchase"]["rate"]) == (35, 3520, "1/100")
    [reason] = rules["check-in"]["reasons"]
    assert (reason["kind"], reason["wants"], reason["saw"]) == ("other-event", "Checked In", "Order Completed")
    only = explain(shop, what="missing", event=bought["event_id"], rule="check-in", language="zh-Hans")
    assert [rule["rule"] for rule in only["rules"]] == ["check-in"]
    assert "适用于其他情形" in only["rules"][0]["reasons"][0]["text"]


def test_an_entry_to_its_arithmetic(shop: Shop, bought: dict[str, Any]) -> None:
    transfer = explain(shop)["explanations"][0]["transfers"][0]
    found = explain(shop, what="entry", transfer=transfer)
    assert found["parts"][0]["steps"][0] == {"label": "Goods, after discounts", "value": "$35.20"}


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [
        ({"what": "missing"}, 422, "missing"),
        ({"what": "entry"}, 422, "missing"),
        ({"what": "missing", "event": 999_999}, 404, "unknown-event"),
        ({"what": "missing", "order": "nope"}, 404, "unknown-event"),
        ({"what": "entry", "transfer": 999_999}, 404, "unknown-transfer"),
        ({"what": "balance", "currency": "gold"}, 422, "unknown-points"),
        ({"what": "nonsense"}, 422, None),
    ],
)
def test_what_cannot_be_explained(
    shop: Shop, bought: dict[str, Any], asked: dict[str, Any], status: int, kind: str | None
) -> None:
    found = explain(shop, status, **asked)
    assert kind is None or found["type"].endswith(f"/{kind}")


def test_what_is_owed(shop: Shop, bought: dict[str, Any]) -> None:
    response = shop.call("get", "/api/owed")
    assert response.status_code == 200
    found = response.json()
    assert found["ties"] is True
    [points] = found["currencies"]
    assert (points["owed"], points["worth"], points["debt"]) == (35, "0.35", 0)
    assert points["months"][-1]["closing"] == 35
    assert found["breakage"]["currencies"] is not None
