"""The demo year: exact totals, exact sums, in order, and never in the future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from regulars.connect import complete_journey as cj
from regulars.rules.events import Order

pytestmark = pytest.mark.xdist_group("demo-year")  # the year is read once

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What the tests look at of a basket; the whole year of orders would fill the memory."""

    message_id: str
    user_id: str
    at: datetime
    lines: int
    total: int
    off: int
    raw_quantities: tuple[int, ...]
    coupons: tuple[str, ...]
    wrong: str


def told(basket: cj.Basket) -> Told:
    order = basket.event.order
    properties = basket.event.properties
    coupons = properties.get("coupons", [properties["coupon"]] if "coupon" in properties else [])
    raw = [line.extra["raw_quantity"] for line in order.lines if "raw_quantity" in line.extra]
    return Told(
        basket.event.message_id,
        basket.user_id,
        basket.event.occurred_at,
        len(order.lines),
        order.total_minor,
        order.discount_minor,
        tuple(raw),
        tuple(coupons),
        mistake(order),
    )


def mistake(order: Order) -> str:
    """What does not add up in an order; empty when all does."""
    net = sum(line.net_minor for line in order.lines)
    if not order.total_minor == order.subtotal_minor == net:
        return "total"
    if order.discount_minor != sum(line.list_minor for line in order.lines) - net:
        return "discount"
    for number, line in enumerate(order.lines):
        if line.number != number or not 0 <= line.net_minor <= line.list_minor or not 1 <= line.quantity <= 200:
            return f"line {number}"
        if not line.price_minor * line.quantity <= line.list_minor < (line.price_minor + 1) * line.quantity:
            return f"price {number}"
    return ""


@pytest.fixture(scope="module")
def year() -> list[Told]:
    return [told(basket) for basket in cj.baskets(cj.shift_days_to(NOW))]


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    """The package's own figures, summed independently of the code under test."""
    return pl.read_parquet(cj._file("transactions"))


def test_every_basket_and_line_is_there_once(year: list[Told], lines: pl.DataFrame) -> None:
    assert len(year) == 155_848 == cj.basket_count()
    assert sum(one.lines for one in year) == 1_469_307 == lines.height
    assert len({one.message_id for one in year}) == 155_848
    assert len({one.user_id for one in year}) == 2_469


def test_money_is_the_files_to_the_cent(year: list[Told], lines: pl.DataFrame) -> None:
    cents = lines.select(
        net=pl.col("sales_value").sum(), off=(pl.col("retail_disc") + pl.col("coupon_match_disc")).sum()
    )
    assert sum(one.total for one in year) == round(cents["net"].item() * 100) == 459_603_958
    assert sum(one.off for one in year) == round(cents["off"].item() * 100)


def test_each_order_adds_up(year: list[Told]) -> None:
    assert [(one.message_id, one.wrong) for one in year if one.wrong] == []


def test_orders_come_in_the_order_they_happened(year: list[Told]) -> None:
    moments = [one.at for one in year]
    assert moments == sorted(moments)
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)


def test_a_part_has_its_households_whole(year: list[Told]) -> None:
    part = [(basket.event.message_id, basket.user_id) for basket in cj.baskets(0, (3, 50))]
    assert part == [(one.message_id, one.user_id) for one in year if int(one.user_id.removeprefix("hh-")) % 50 == 3]


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


def test_the_shift_keeps_the_hour_of_the_day(year: list[Told], lines: pl.DataFrame) -> None:
    original = dict(lines.select("basket_id", "transaction_timestamp").unique().iter_rows())
    days = cj.shift_days_to(NOW)
    moved = 0
    for one in year:
        before = original[int(one.message_id.removeprefix("cj-"))].replace(tzinfo=UTC).astimezone(NEW_YORK)
        after = one.at.astimezone(NEW_YORK)
        # Only the hour that the change to summer time leaves out cannot be kept.
        if (before.hour, before.minute) != (after.hour, after.minute):
            assert (before.hour, after.hour) == (2, 3)
            moved += 1
        assert (after.date() - before.date()).days == days
    assert moved < 20


def test_the_shift_can_be_told_from_a_loaded_order(year: list[Told]) -> None:
    first = year[0]
    assert first.message_id == cj.message_id(cj.first_basket_id())
    assert cj.shift_days_of(cj.first_basket_id(), first.at) == cj.shift_days_to(NOW)


def test_lines_without_pieces_keep_their_figure(year: list[Told], lines: pl.DataFrame) -> None:
    raw = [quantity for one in year for quantity in one.raw_quantities]
    assert raw.count(0) == lines.filter(pl.col("quantity") == 0).height == 8_869
    assert sum(raw) == lines.filter(pl.col("quantity") > 200)["quantity"].sum()


def test_campaign_coupons_meet_their_baskets(year: list[Told]) -> None:
    used = [one.coupons for one in year if one.coupons]
    assert len(used) == 1_107
    redeemed = pl.read_parquet(cj._file("coupon_redemptions")).unique(["household_id", "redemption_date", "coupon_upc"])
    assert sum(map(len, used)) == redeemed.height


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
