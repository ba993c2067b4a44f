"""Files in: what rows become, and what is said of rows that become nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from regulars.connect.table_file import Layout, TableError, read

PLAIN = Layout({}, "Asia/Shanghai", "CNY")
LINES = """order_id,customer_id,timestamp,product_id,quantity,price,category,store
A1,c-1,2026-03-01T09:30:00+08:00,tea,2,17.60,tea,north
A1,,,cup,1,9.90,,
A0,c-2,2026-02-01 10:00,tea,1,17.60,tea,south
"""


def write(folder: Path, text: str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_an_order_become_one_event_earliest_first(tmp_path: Path) -> None:
    found = read(write(tmp_path, LINES), PLAIN)
    assert [(one.rows, one.body["message_id"], one.problem) for one in found] == [
        ((4,), "order-A0", ""),
        ((2, 3), "order-A1", ""),
    ]
    assert found[1].body == {
        "name": "Order Completed",
        "message_id": "order-A1",
        "user_id": "c-1",
        "timestamp": "2026-03-01T01:30:00.000000Z",
        "properties": {
            "order_id": "A1",
            "currency": "CNY",
            "store": "north",
            "products": [
                {"product_id": "tea", "quantity": 2, "price": Decimal("17.60"), "category": "tea"},
                {"product_id": "cup", "quantity": 1, "price": Decimal("9.90")},
            ],
        },
    }
    # without an offset the file's time zone holds
    assert found[0].body["timestamp"] == "2026-02-01T02:00:00.000000Z"


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    csv = write(tmp_path, LINES)
    frame = pl.read_csv(csv).with_columns(pl.col("price").cast(pl.Decimal(10, 2)))
    frame.write_parquet(tmp_path / "orders.parquet")
    from_parquet = read(tmp_path / "orders.parquet", PLAIN)
    assert [one.body for one in from_parquet] == [one.body for one in read(csv, PLAIN)]
    # a Parquet file has no header row
    assert [one.rows for one in from_parquet] == [(3,), (1, 2)]


def test_parquet_moments_and_floats_are_exact(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "order_id": [7, 8],
            "customer_id": [1, 1],
            "timestamp": [datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 1, 9, 31)],  # noqa: DTZ001  on purpose
            "product_id": ["tea", "tea"],
            "price": [0.1, 35.2],
        }
    )
    frame.write_parquet(tmp_path / "local.parquet")
    frame.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC")).write_parquet(tmp_path / "zoned.parquet")
    local, zoned = read(tmp_path / "local.parquet", PLAIN), read(tmp_path / "zoned.parquet", PLAIN)
    assert local[0].body["timestamp"] == "2026-03-01T01:30:00.000000Z"
    assert zoned[0].body["timestamp"] == "2026-03-01T09:30:00.000000Z"
    prices = [one.body["properties"]["products"][0]["price"] for one in local]
    assert prices == [Decimal("0.1"), Decimal("35.2")]
    assert local[0].body["user_id"] == "1"


def test_columns_can_be_called_otherwise(tmp_path: Path) -> None:
    text = "Order,Customer No,When,SKU,Paid,Colour\nA1,c-1,2026-03-01T00:00Z,tea,35.20,green\n"
    names = {
        "order_id": "Order",
        "customer_id": "Customer No",
        "timestamp": "When",
        "product_id": "SKU",
        "net": "Paid",
        "line.colour": "Colour",
    }
    (one,) = read(write(tmp_path, text), Layout(names, "UTC"))
    assert one.body["properties"]["products"] == [{"product_id": "tea", "total": Decimal("35.20"), "colour": "green"}]
    assert "currency" not in one.body["properties"]


def test_events_keep_their_properties(tmp_path: Path) -> None:
    text = (
        "event,customer_id,timestamp,properties,photos_url,order_id\n"
        'Product Reviewed,c-1,2026-03-01T00:00Z,"{""rating"": 4.5, ""photos"": 2}",x.jpg,\n'
        "Order Refunded,c-1,2026-03-02T00:00Z,,,A1\n"
        "Order Refunded,c-1,2026-03-02T00:00Z,,,A1\n"
    )
    review, refund, again = read(write(tmp_path, text), Layout({}, "UTC"))
    assert review.body["properties"] == {"rating": Decimal("4.5"), "photos": 2, "photos_url": "x.jpg"}
    assert refund.body["properties"] == {"order_id": "A1"}
    assert refund.body["message_id"] == again.body["message_id"] != review.body["message_id"]


@pytest.mark.parametrize(
    ("case", "text", "rows", "problem"),
    [
        (
            "two customers in one order",
            "order_id,customer_id,timestamp,product_id,price\n"
            "A1,c-1,2026-03-01T00:00Z,tea,1\nA1,c-2,2026-03-01T00:00Z,cup,1\n",
            (2, 3),
            "customer_id differs within order A1: 'c-1' and 'c-2'",
        ),
        (
            "no order id",
            "order_id,customer_id,timestamp,product_id,price\n,c-1,2026-03-01T00:00Z,tea,1\n",
            (2,),
            "order_id is empty",
        ),
        (
            "a day that does not exist",
            "order_id,customer_id,timestamp,product_id,price\nA1,c-1,2026-02-30T00:00Z,tea,1\n",
            (2,),
            "timestamp '2026-02-30T00:00Z' is no moment such as 2026-03-01T09:30:00+08:00",
        ),
        (
            "broken JSON",
            "event,customer_id,timestamp,properties\nSeen,c-1,2026-03-01T00:00Z,{oops\n",
            (2,),
            "properties is no JSON",
        ),
        (
            "a list instead of properties",
            "event,customer_id,timestamp,properties\nSeen,c-1,2026-03-01T00:00Z,[1]\n",
            (2,),
            "properties must be a JSON object",
        ),
    ],
)
def test_rows_with_problems_are_named(
    tmp_path: Path, case: str, text: str, rows: tuple[int, ...], problem: str
) -> None:
    (one,) = read(write(tmp_path, text), PLAIN)
    assert (one.rows, one.problem) == (rows, problem), case
    assert one.body == {}


@pytest.mark.parametrize(
    ("case", "name", "text", "message"),
    [
        ("another kind of file", "orders.xlsx", "", "must end in .csv"),
        (
            "columns missing",
            "orders.csv",
            "order_id,price\nA1,2\n",
            "missing columns: timestamp, customer_id, product_id",
        ),
        ("no price", "orders.csv", "order_id,customer_id,timestamp,product_id\n", "price (or net)"),
        ("ragged rows", "orders.csv", "a,b\n1,2,3,4\n", "cannot be read"),
        ("empty", "orders.csv", "", "cannot be read"),
    ],
)
def test_files_that_are_refused_as_a_whole(tmp_path: Path, case: str, name: str, text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read(write(tmp_path, text, name), PLAIN)
    assert message in str(caught.value), case


def test_a_missing_file_and_a_wrong_name_for_a_column(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read(tmp_path / "nothing.csv", PLAIN)
    with pytest.raises(TableError, match="no column 'Kunde' to take as customer_id; the file has order_id"):
        read(write(tmp_path, LINES), Layout({"customer_id": "Kunde"}, "UTC"))


def test_times_are_utc_whatever_the_zone(tmp_path: Path) -> None:
    (one,) = read(
        write(
            tmp_path,
            "order_id,customer_id,timestamp,product_id,price\nA1,c-1,2026-07-01T12:00,tea,1\n",
        ),
        Layout({}, "America/New_York"),
    )
    assert datetime.fromisoformat(one.body["timestamp"]) == datetime(2026, 7, 1, 16, 0, tzinfo=UTC)
