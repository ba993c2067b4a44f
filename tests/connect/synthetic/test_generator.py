"""The synthetic shop's laws: one seed is one shop, a small one begins a large one, sums agree, ids are one each."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from regulars.connect.synthetic.bodies import bodies, last_message_ids
from regulars.connect.synthetic.chunk import chunk
from regulars.connect.synthetic.shop import CHUNK, DAYS_MIN, Shop, beginning

BEGAN = datetime(2026, 1, 1, 5, tzinfo=UTC)
NAMES = {
    "Order Completed", "Order Refunded", "Product Viewed", "Products Searched", "Product Added", "Survey Answered",
    "Product Reviewed", "Product Shared",
}  # fmt: skip


def shop(members: int = 400, seed: int = 3, days: int = 200) -> Shop:
    return Shop(members, seed, days, BEGAN)


def said(a_shop: Shop, number: int = 0) -> list[dict[str, Any]]:
    return list(bodies(a_shop, chunk(a_shop, number)))


def test_the_same_seed_is_the_same_shop_and_another_is_not() -> None:
    assert said(shop()) == said(shop())
    assert said(shop(seed=4)) != said(shop())


def test_a_small_shop_is_the_beginning_of_a_large_one() -> None:
    few = {body["message_id"]: body for body in said(shop(50))}
    many = {body["message_id"]: body for body in said(shop(400))}
    theirs = {key: body for key, body in many.items() if int(body["user_id"].removeprefix("syn-")) < 50}
    assert few == theirs


def test_the_last_chunk_ends_with_the_last_member() -> None:
    large = shop(CHUNK + 3)
    assert large.chunks == 2
    assert {body["user_id"] for body in said(large, 1)} == {f"syn-{CHUNK + place}" for place in range(3)}


def test_message_ids_are_unique_and_the_last_is_known() -> None:
    events = said(shop())
    assert max(Counter(body["message_id"] for body in events).values()) == 1
    last = last_message_ids(shop(), chunk(shop(), 0))
    assert events[-1]["message_id"] in last
    assert "s3d200-m399" in last
    assert {body.get("name") for body in events} - {None} == NAMES


def test_time_only_goes_on_and_nobody_is_seen_before_they_joined() -> None:
    events = said(shop())
    moments = [body["timestamp"] for body in events]
    assert moments == sorted(moments)
    assert datetime.fromisoformat(moments[0]) >= BEGAN
    assert datetime.fromisoformat(moments[-1]) < BEGAN + timedelta(days=200)
    seen: set[str] = set()
    for body in events:
        if body.get("type") == "identify":
            seen.add(body["user_id"])
        assert body["user_id"] in seen
    assert len(seen) == 400


def test_the_sums_of_an_order_are_those_of_its_lines() -> None:
    one = chunk(shop(), 0)
    sums = one.lines.group_by("order", maintain_order=True).agg(pl.len(), pl.col("net_minor", "list_minor").sum())
    assert sums["net_minor"].to_list() == one.orders["net_minor"].to_list()
    assert sums["list_minor"].to_list() == one.orders["list_minor"].to_list()
    assert sums["len"].to_list() == one.orders["lines"].to_list()
    assert (one.lines["price_minor"] * one.lines["quantity"] == one.lines["list_minor"]).all()
    assert (one.lines["net_minor"] <= one.lines["list_minor"]).all()
    in_words = {body["message_id"]: body for body in said(shop()) if body.get("name") == "Order Completed"}
    first = in_words["s3d200-m0-o0"]["properties"]["products"]
    paid = sum(line["price"] * line["quantity"] - line.get("discount", 0) for line in first)
    assert paid * 100 == one.orders.filter(pl.col("member") == 0, pl.col("turn") == 0)["net_minor"].item()
    assert all(isinstance(line["price"], Decimal) for line in first)


def test_what_comes_back_was_bought_before() -> None:
    events = said(shop())
    bought = {body["properties"]["order_id"]: body for body in events if body.get("name") == "Order Completed"}
    back = [body for body in events if body.get("name") == "Order Refunded"]
    assert back
    for body in back:
        order = bought[body["properties"]["order_id"]]
        assert order["user_id"] == body["user_id"]
        assert order["timestamp"] < body["timestamp"]


def test_answers_keep_to_their_scales() -> None:
    ends = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
    answers = [body["properties"] for body in said(shop(2000)) if body.get("name") == "Survey Answered"]
    assert {answer["kind"] for answer in answers} == set(ends)
    assert all(ends[one["kind"]][0] <= one["score"] <= ends[one["kind"]][1] for one in answers)


def test_members_differ_in_how_much_they_buy() -> None:
    counts = chunk(shop(5000, days=365), 0).orders.group_by("member").len()["len"]
    # a Poisson of one rate for all has a variance as large as its mean
    assert counts.var() > 3 * counts.mean()  # type: ignore[operator]
    assert (counts == 1).mean() > 0.1  # type: ignore[operator]


def test_without_what_they_do_besides_orders_are_the_same() -> None:
    only = list(bodies(shop(), chunk(shop(), 0, only_orders=True)))
    kept = {"Order Completed", "Order Refunded", None}
    assert only == [body for body in said(shop()) if body.get("name") in kept]


@pytest.mark.parametrize(
    "size", [(0, 1, 365), (10_000_001, 1, 365), (10, -1, 365), (10, 1, DAYS_MIN - 1), (10, 1, 4_000)]
)
def test_sizes_that_cannot_be_are_refused(size: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"synthetic shop|seed"):
        Shop(*size, BEGAN)


def test_it_ends_with_yesterday_by_the_shops_own_clock() -> None:
    # 02:00 UTC is still the day before in New York
    assert beginning(datetime(2026, 3, 2, 2, tzinfo=UTC), 30, "America/New_York") == datetime(
        2026, 1, 30, 5, tzinfo=UTC
    )
