"""A synthetic shop as a lake: its tables agree with the generator, and with what a loaded shop's sync would write."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from regulars.connect.synthetic import lake
from regulars.connect.synthetic.chunk import chunk
from regulars.connect.synthetic.shop import Shop
from regulars.science.lake.opened import open as open_lake
from regulars.science.lake.tables import TABLES

SHOP = Shop(300, 3, 200, datetime(2026, 1, 1, 5, tzinfo=UTC))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("lake")
    told: list[int] = []
    lake.write(SHOP, folder, "America/New_York", "USD", told.append)
    assert sum(told) == 300
    found = open_lake(folder)
    return {name: getattr(found, name).to_polars() for name in TABLES}


def test_every_event_and_line_is_there(tables: dict[str, pl.DataFrame]) -> None:
    one = chunk(SHOP, 0)
    assert tables["events"].height == one.line.height
    assert tables["events"]["seq"].n_unique() == one.line.height
    assert tables["lines"].height == one.lines.height == tables["order_lines"].height
    assert tables["orders"]["net_minor"].sum() == one.orders["net_minor"].sum()
    assert tables["visits"].height == one.doings.height + 300
    assert tables["standing"].height == 300


def test_lines_follow_their_events(tables: dict[str, pl.DataFrame]) -> None:
    counts = tables["lines"].group_by("seq").len().sort("seq")
    said = tables["events"].filter(pl.col("lines_count") > 0).select("seq", "lines_count").sort("seq")
    assert counts["seq"].to_list() == said["seq"].to_list()
    assert counts["len"].to_list() == said["lines_count"].to_list()


def test_what_came_back_is_taken_off(tables: dict[str, pl.DataFrame]) -> None:
    orders = chunk(SHOP, 0).orders.filter(pl.col("back_s").is_not_null())
    whole = orders.filter(pl.col("back_whole") | (pl.col("lines") == 1))
    back = tables["orders"].filter(pl.col("returned_minor") > 0)
    assert back.height == orders.height > 0
    assert back.filter(pl.col("returned_minor") == pl.col("net_minor")).height >= whole.height


def test_balances_are_what_the_transfers_leave_and_never_below_zero(tables: dict[str, pl.DataFrame]) -> None:
    ledger, standing = tables["ledger"], tables["standing"]
    assert ledger["transfer"].n_unique() == ledger.height
    for name, account in (("points", "available"), ("points_pending", "pending"), ("points_held", "held")):
        came = ledger.filter(pl.col("credit") == account)["points"].sum()
        went = ledger.filter(pl.col("debit") == account)["points"].sum()
        assert standing[name].sum() == came - went
        assert standing[name].min() >= 0  # type: ignore[operator]
    assert ledger.filter(pl.col("kind") == "spent").height > 0


def test_seconds_and_answers_can_be_read(tables: dict[str, pl.DataFrame]) -> None:
    visits = tables["visits"]
    assert visits.filter(pl.col("name") == "Product Viewed")["seconds"].min() >= 3  # type: ignore[operator]
    answers = tables["events"].filter(pl.col("name") == "Survey Answered")["properties"]
    assert answers.str.contains(r'^\{"channel": "(app|web)", "kind": "(csat|nps|ces)", "score": \d+\}$').all()


def test_a_lake_that_is_there_is_left_alone(tmp_path: Path) -> None:
    few = Shop(5, 1, 30, SHOP.began)
    lake.write(few, tmp_path, "UTC", "USD")
    with pytest.raises(FileExistsError, match="already"):
        lake.write(few, tmp_path, "UTC", "USD")
