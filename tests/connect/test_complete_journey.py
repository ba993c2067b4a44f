"""The demo year: exact totals, exact sums, in order, and never in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from regulars.connect import complete_journey as cj

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def year() -> list[cj.Basket]:
    return list(cj.baskets(cj.shift_days_to(NOW)))


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    """The package's own figures, summed independently of the code under test."""
    return pl.read_parquet(cj._file("transactions"))


def test_every_basket_and_line_is_there_once(year: list[cj.Basket], lines: pl.DataFrame) -> None:
    assert len(year) == 155_848 == cj.basket_count()
    assert sum(len(basket.event.order.lines) for basket in year) == 1_469_307 == lines.height
    assert len({basket.event.message_id for basket in year}) == 155_848
    assert len({basket.user_id for basket in year}) == 2_469


def test_money_is_the_files_to_the_cent(year: list[cj.Basket], lines: pl.DataFrame) -> None:
    cents = lines.select(
        net=pl.col("sales_value").sum(), off=(pl.col("retail_disc") + pl.col("coupon_match_disc")).sum()
    )
    orders = [basket.event.order for basket in year]
    assert sum(order.total_minor for order in orders) == round(cents["net"].item() * 100) == 459_603_958
    assert sum(order.discount_minor for order in orders) == round(cents["off"].item() * 100)


def test_each_order_adds_up(year: list[cj.Basket]) -> None:
    for basket in year:
        order = basket.event.order
        assert order.total_minor == order.subtotal_minor == sum(line.net_minor for line in order.lines)
        assert order.discount_minor == sum(line.list_minor - line.net_minor for line in order.lines)
        for number, line in enumerate(order.lines):
            assert line.number == number
            assert 0 <= line.net_minor <= line.list_minor
            assert 1 <= line.quantity <= 200
            assert line.price_minor * line.quantity <= line.list_minor < (line.price_minor + 1) * line.quantity


def test_orders_come_in_the_order_they_happened(year: list[cj.Basket]) -> None:
    moments = [basket.event.occurred_at for basket in year]
    assert moments == sorted(moments)
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)


@pytest.mark.parametrize(
    ("case", "now"),
    [
        ("an evening before the shop closes", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("just after the last basket's hour", datetime(2026, 11, 22, 4, 1, 20, tzinfo=UTC)),
        ("a second before it", datetime(2026, 11, 22, 4, 1, 19, tzinfo=UTC)),
        ("summer", datetime(2027, 7, 1, 12, 0, tzinfo=UTC)),
        ("the day summer time begins", datetime(2027, 3, 14, 23, 0, tzinfo=NEW_YORK)),
        ("the night it ends", datetime(2026, 11, 1, 23, 1, 20, tzinfo=NEW_YORK)),
    ],
)
def test_the_year_ends_within_the_last_day(case: str, now: datetime) -> None:
    days = cj.shift_days_to(now)
    last = pl.read_parquet(cj._file("transactions"))["transaction_timestamp"].max()
    local = last.replace(tzinfo=UTC).astimezone(NEW_YORK).replace(tzinfo=None)
    moved = (local + timedelta(days=days)).replace(tzinfo=NEW_YORK)
    assert moved <= now, case
    assert now - moved < timedelta(hours=25), case


def test_the_shift_keeps_the_hour_of_the_day(year: list[cj.Basket]) -> None:
    original = list(islice(cj.baskets(0), len(year)))
    by_id = {basket.event.message_id: basket.event.occurred_at for basket in original}
    moved = 0
    for basket in year:
        before = by_id[basket.event.message_id].astimezone(NEW_YORK)
        after = basket.event.occurred_at.astimezone(NEW_YORK)
        # Only the hour that the change to summer time leaves out cannot be kept.
        if (before.hour, before.minute) != (after.hour, after.minute):
            assert before.hour == 2 and after.hour == 3
            moved += 1
        assert (after.date() - before.date()).days == cj.shift_days_to(NOW)
    assert moved < 20


def test_the_shift_can_be_told_from_a_loaded_order(year: list[cj.Basket]) -> None:
    first = year[0]
    assert first.event.order_id == str(cj.first_basket_id())
    assert cj.shift_days_of(cj.first_basket_id(), first.event.occurred_at) == cj.shift_days_to(NOW)


def test_lines_without_pieces_keep_their_figure(year: list[cj.Basket], lines: pl.DataFrame) -> None:
    raw = [
        line.extra["raw_quantity"]
        for basket in year
        for line in basket.event.order.lines
        if "raw_quantity" in line.extra
    ]
    assert raw.count(0) == lines.filter(pl.col("quantity") == 0).height == 8_869
    assert sum(raw) == lines.filter(pl.col("quantity") > 200)["quantity"].sum()


def test_campaign_coupons_meet_their_baskets(year: list[cj.Basket]) -> None:
    used = [basket.event.properties for basket in year if "coupon" in basket.event.properties]
    assert len(used) == 1_107
    redeemed = pl.read_parquet(cj._file("coupon_redemptions")).unique(["household_id", "redemption_date", "coupon_upc"])
    assert sum(len(one.get("coupons", [one["coupon"]])) for one in used) == redeemed.height


def test_households_say_nothing_personal() -> None:
    households = list(cj.households())
    assert len(households) == 801
    assert {key for household in households for key in household.traits} == {
        *("age_group", "income_group", "home", "marital_status", "household_size", "household_kind", "children")
    }
    assert households[0].user_id == "hh-1"


def test_it_says_what_it_is() -> None:
    assert "simulated" in cj.ABOUT
    assert "learning" in cj.ABOUT
