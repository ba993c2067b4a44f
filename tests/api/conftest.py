"""A shop with a programme and a key, and ways to call its API."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client

from regulars.api import keys
from regulars.api.writes import make_key
from regulars.programmes import writes as programmes

PROGRAMME = """
programme: corner
name: {en: Corner Club}
currency: USD
time_zone: UTC
points:
  points:
    name: {en: points}
    expires: {after_months: 12}
    worth: {points: 100, amount: 1.00}
tiers:
  measure: spending
  window: {rolling_days: 365}
  keep: {for_days: 365, grace_days: 30, then: level_earned}
  levels:
    - {key: gold, from: 1000, name: {en: Gold}}
earn:
  - key: purchase
    when: Order Completed
    rate: {points: 1, per: 1.00}
    of: net
  - key: check-in
    when: Checked In
    points: 5
"""

_numbers = count(1)


class Shop:
    """A shop's backend calling the API."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.token = token

    def call(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Any:
        """One request; ``body`` goes as JSON, or ``raw`` as it is."""
        sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.token}", **headers}}
        if raw is not None:
            sent |= {"data": raw, "content_type": "application/json"}
        elif body is not None:
            sent |= {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(path, **sent)

    def send(self, *events: dict[str, Any]) -> Any:
        """The response to one event, or the results of several."""
        if len(events) == 1:
            return self.call("post", "/api/events", events[0])
        response = self.call("post", "/api/events", {"events": list(events)})
        assert response.status_code == 200, response.content
        return response.json()["results"]

    def standing(self, member: str) -> dict[str, Any]:
        """``GET /api/members/{member}``."""
        response = self.call("get", f"/api/members/{member}")
        assert response.status_code == 200, response.content
        return response.json()

    def available(self, member: str) -> int:
        """The member's available points."""
        return self.standing(member)["balances"]["points"]["available"]


def order(total: Any = "35.20", user: str = "ann", **changes: Any) -> dict[str, Any]:
    """An Order Completed that fits; ``changes`` to the event, or to its properties where they are called so."""
    number = next(_numbers)
    event: dict[str, Any] = {
        "name": "Order Completed",
        "message_id": f"m-{number}",
        "user_id": user,
        "properties": {"order_id": f"o-{number}", "products": [{"product_id": "tea", "price": total, "quantity": 1}]},
    }
    properties = changes.pop("properties", {})
    event |= changes
    event["properties"] |= properties
    return event


@pytest.fixture
def programme(db: None) -> None:
    """The corner shop's programme, in effect from the beginning."""
    programmes.apply(PROGRAMME)


@pytest.fixture
def token(programme: None) -> str:
    """A key that may do everything."""
    keys.forget()
    return make_key("tests", "web")[1]


@pytest.fixture
def shop(client: Client, token: str) -> Shop:
    """The shop's backend."""
    return Shop(client, token)


@pytest.fixture
def make_token(programme: None) -> Callable[..., str]:
    """Keys with fewer rights."""
    keys.forget()
    return lambda *scopes, source="web": make_key("few", source, scopes)[1]
