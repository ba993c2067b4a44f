"""A club with orders of many members, its lake, and a few segments that were counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars.audience.segments import refreshed, writes
from regulars.audience.segments.models import MODEL, RULE
from regulars.flow import intake
from regulars.insight import lake
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import synced

BUYERS = 12


def an_order(who: int, number: int) -> dict[str, Any]:
    """An order of member ``who``: who comes later buys more, and the last order lies later."""
    return {
        "event": "Order Completed",
        "message_id": f"o-{who}-{number}",
        "user_id": f"m-{who:02d}",
        "timestamp": f"2026-0{1 + (who + number) % 5}-{1 + who:02d}T10:00:00Z",
        "properties": {
            "order_id": f"o-{who}-{number}",
            "currency": "CNY",
            "products": [
                {
                    "product_id": "tea",
                    "category": "tea" if who % 2 else "cups",
                    "price": f"{10 + who}.00",
                    "quantity": 1,
                }
            ],
        },
    }


def buy(members: int = BUYERS) -> None:
    """So many members who ordered: the first once, the second twice, …"""
    events = [an_order(who, number) for who in range(members) for number in range(1 + who)]
    intake.take(events, intake.reader("shop"))


def make_segments() -> None:
    """One of each kind that needs no upload."""
    writes.create("often", "Often", RULE, {"all": [{"orders": {"at_least": 6}}]}, strategy="Say thank you.")
    writes.create(
        "tea", "Tea drinkers", RULE, {"all": [{"orders": {"at_least": 1, "where": {"line.category": ["tea"]}}}]}
    )
    writes.create("both", "Often and tea", RULE, {"all": [{"segment": ["often"]}, {"segment": ["tea"]}]})
    writes.create("champions", "Champions", MODEL, {"model": "rfm", "group": "champions"})


@pytest.fixture
def shop(transactional_db: None, tmp_path: Path, settings: Any) -> Path:
    """The address of the lake of a shop with twelve buyers and four segments, all counted."""
    publish_live_commerce()
    buy()
    synced(tmp_path)
    lake.tell(tmp_path)
    make_segments()
    refreshed.refresh(str(tmp_path))
    return tmp_path
