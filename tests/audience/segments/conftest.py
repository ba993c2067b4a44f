"""A shop with three customers and its lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.flow import intake
from regulars.insight import lake
from tests.flow.stories import Customer, publish_live_commerce
from tests.insight.lake.shop import synced

TEA, CAMERA = ("Longjing", "tea", "120.00"), ("Camera", "electronics", "900.00")


@pytest.fixture
def shop(transactional_db: None) -> dict[str, Customer]:
    """Ann orders tea three times, Bo a camera long ago, Cy only looks."""
    publish_live_commerce()
    ann, bo, cy = (Customer(name) for name in ("ann", "bo", "cy"))
    for ago in (40, 20, 5):
        ann.orders_for(ago, TEA)
    bo.orders_for(100, CAMERA)
    cy.send("Product Viewed", 3, product_id="longjing")
    describe("ann", {"age_band": "35-44", "email": "ann@example.com"})
    return {"ann": ann, "bo": bo, "cy": cy}


@pytest.fixture
def root(shop: dict[str, Customer], tmp_path: Path) -> Path:
    """The lake of what they did."""
    synced(tmp_path)
    lake.tell(tmp_path)
    return tmp_path


def describe(shop_id: str, traits: dict[str, str]) -> None:
    """The shop says who somebody is."""
    event = {"type": "identify", "message_id": f"who-{shop_id}", "user_id": shop_id, "traits": traits}
    [outcome] = intake.take([event], intake.reader("shop"))
    assert outcome.status == "accepted", outcome.problem
