"""A shop made up by BG/NBD's own story: people buy at their own pace, and some leave after a purchase."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

FIRST, AS_OF = date(2024, 1, 1), date(2025, 1, 1)


def orders(people: int = 500, seed: int = 11) -> pl.DataFrame:
    """Orders of a year, in the lake's columns."""
    chance = np.random.default_rng(seed)
    rows = []
    for member in range(people):
        pace, leaves = chance.gamma(2.0, 0.02), chance.beta(1.0, 8.0)
        at = chance.uniform(0, 200)
        while at < 366:
            net = int(chance.gamma(4, 500))
            rows.append((member, FIRST + timedelta(days=int(at)), net, net + 100, 100, f"c{chance.integers(4)}", "USD"))
            if chance.random() < leaves:
                break
            at += chance.exponential(1 / pace) + 0.01
    columns = ("member", "day", "net_minor", "list_minor", "discount_minor", "first_category", "currency")
    return pl.DataFrame(rows, schema=list(columns), orient="row").filter(pl.col("day") < AS_OF)
