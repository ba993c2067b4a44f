"""A shop whose customers buy, look around, send back and join, at random but repeatably; and lakes made of it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from regulars.insight import lake
from regulars.insight.lake.derive import shaped
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from regulars.science.lake.tables import KEYS, TABLES
from tests.events.conftest import wait_for_older_transactions
from tests.flow.stories import Customer

GOODS = [("Longjing", "tea", "120.00"), ("Cup", "home", "59.90"), ("Camera", "electronics", "900.00")]


class Shop:
    """Does one thing after another."""

    def __init__(self, seed: int, customers: int = 6) -> None:
        self.random = Random(seed)
        self.customers = [Customer(f"c{seed}-{number}", f"shop{seed}") for number in range(customers)]
        self.orders: list[tuple[Customer, str, list[str]]] = []
        self.ago = 200.0

    def do(self, times: int) -> None:
        """So many things, each a while after the last."""
        for _ in range(times):
            self.ago = max(self.ago - self.random.uniform(0, 6), 0.01)
            customer = self.random.choice(self.customers)
            kind = self.random.random()
            if kind < 0.45 or not self.orders:
                goods = self.random.sample(GOODS, self.random.randint(1, 3))
                order = customer.orders_for(self.ago, *goods)
                self.orders.append((customer, order, [name.lower() for name, _, _ in goods]))
            elif kind < 0.7:
                self._refund()
            else:
                # some were told late: they happened long before what was told earlier
                late = self.random.choice([0.0, 0.0, 70.0])
                customer.send("Product Viewed", self.ago + late, seconds=self.random.randint(1, 90), channel="app")

    def _refund(self) -> None:
        place = self.random.randrange(len(self.orders))
        customer, order, left = self.orders[place]
        if self.random.random() < 0.5 or len(left) == 1:
            customer.send("Order Refunded", self.ago, order_id=order)
            del self.orders[place]
        else:
            product = left.pop()
            products = [{"product_id": product, "quantity": 1}]
            customer.send("Order Refunded", self.ago, order_id=order, products=products)


def synced(folder: Path | str, **options: Any) -> lake.Synced:
    """The lake brought up to date, once nothing older is under way."""
    wait_for_older_transactions()
    return lake.sync(folder, **options)


def tables_of(folder: Path | str) -> dict[str, pl.DataFrame]:
    """Every table of a lake, its rows in one order."""
    root = Root(folder)
    manifest = mf.read(root)
    assert manifest is not None
    found = {}
    for name, schema in TABLES.items():
        frames = [shaped(root.frame(file.path), schema) for file in manifest.tables[name]]
        frame = pl.concat([pl.DataFrame(schema=schema), *frames])
        key = KEYS.get(name, "seq")
        number = ["number"] if name == "lines" else ["product_id"] if name == "order_lines" else []
        found[name] = frame.sort("member", *([key] if key else []), *number)
    return found


def assert_same_lake(one: Path | str, other: Path | str) -> None:
    """The same rows in every table."""
    left, right = tables_of(one), tables_of(other)
    for name in TABLES:
        assert_frame_equal(left[name], right[name], categorical_as_str=True)


def months_of_events(folder: Path | str) -> dict[int, str]:
    """The month that each event is filed under."""
    root = Root(folder)
    manifest = mf.read(root)
    assert manifest is not None
    return {seq: file.month for file in manifest.tables["events"] for seq in root.frame(file.path)["seq"]}
