"""The lake as tables: on DuckDB, from a folder or an object store, on Spark; and what is said of damage."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest

from regulars.flow import intake
from regulars.insight import lake
from regulars.members.models import PersonalData
from regulars.science.lake.manifest import NAME
from regulars.science.lake.tables import TABLES
from regulars.science.parquet import Lake as Replayed
from tests.flow.stories import Customer, publish_live_commerce
from tests.insight.lake.shop import Shop, synced, tables_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programme() -> None:
    publish_live_commerce()


def figures(found: lake.Lake) -> dict[str, Any]:
    """Some sums that need every kind of column."""
    orders, visits = found.orders, found.visits
    asked = {
        "net": orders.net_minor.sum(),
        "returned": orders.returned_minor.sum(),
        "days": orders.day.nunique(),
        "last": orders["at"].max(),
        "seconds": visits.seconds.sum(),
        "points": found.ledger.filter(found.ledger.kind == "earned").points.sum(),
        "members": found.standing.count(),
        "lines": found.order_lines.quantity.sum(),
        "changes": found.tier_changes.count(),
        "events": found.events.filter(found.events.name == "Order Completed").count(),
    }
    answers = {name: one.to_pyarrow().as_py() for name, one in asked.items()}
    # Spark gives the same moment without saying that it is UTC
    return {**answers, "last": answers["last"].replace(tzinfo=None)}


def test_duckdb_reads_what_was_written(tmp_path: Path) -> None:
    Shop(1).do(40)
    synced(tmp_path)
    found = lake.open(tmp_path)
    for name, schema in TABLES.items():
        assert list(getattr(found, name).columns) == list(schema), name
    tables = tables_of(tmp_path)
    sums = figures(found)
    assert sums["net"] == tables["orders"]["net_minor"].sum() > 0
    assert sums["returned"] == tables["orders"]["returned_minor"].sum() > 0
    assert sums["seconds"] == tables["visits"]["seconds"].sum() > 0
    assert str(found.orders.schema()["at"]) == "timestamp('UTC', 6)"
    assert str(found.orders.schema()["day"]) == "date"
    assert str(found.orders.schema()["net_minor"]) == "int64"


@pytest.mark.parametrize("scheme", ["memory://lake-{}", "file://{}/lake"])
def test_an_object_store_holds_the_same(tmp_path: Path, scheme: str) -> None:
    url = scheme.format(tmp_path)
    shop = Shop(2)
    shop.do(20)
    synced(url)
    shop.do(20)
    synced(url)
    synced(tmp_path / "plain")
    assert figures(lake.open(url)) == figures(lake.open(tmp_path / "plain"))
    assert lake.status(url).lag_events == 0
    fs, path = fsspec.core.url_to_fs(url)
    fs.rm(path, recursive=True)


def test_personal_data_stays_out(tmp_path: Path) -> None:
    customer = Customer("ann")
    order = customer.orders_for(3, ("Cup", "home", "60.00"))
    person = {"email": "ann.lee@mail.example", "phone": "+8613800138000", "full_name": "Ann Quillfeather"}
    customer.send("Product Viewed", 2, **person, page="home")
    customer.send("Order Delivered", 1, order_id=order, shipping_address={"street": "Quillfeather Lane 7"}, **person)
    traits = {"name": "Ann Quillfeather", "email": "ann.lee@mail.example", "phone": "+8613800138000"}
    said = {"type": "identify", "message_id": "who", "user_id": "ann", "traits": traits}
    [outcome] = intake.take([said], intake.reader("shop"))
    assert outcome.status == "accepted", outcome.problem
    assert "Quillfeather" in str(PersonalData.objects.values_list("data", flat=True))
    synced(tmp_path)
    held = b""
    for file in tmp_path.rglob("*"):
        held += file.read_bytes() if file.is_file() else b""
    for frame in tables_of(tmp_path).values():
        held += frame.write_csv().encode() if frame.width else b""
    assert b"Product Viewed" in held and b"home" in held
    for secret in (b"ann.lee", b"13800138000", b"Quillfeather"):
        assert secret not in held, secret


def first(folder: Path, table: str) -> Path:
    return next((folder / table).rglob("*.parquet"))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def garble(file: Path) -> None:
    file.write_bytes(b"x" * file.stat().st_size)


@pytest.mark.parametrize("harm", [Path.unlink, cut], ids=["missing", "half written"])
@pytest.mark.parametrize("table", ["events", "lines", "orders", "standing"])
def test_a_damaged_file_is_named_and_the_last_state_stays(
    tmp_path: Path, table: str, harm: Callable[[Path], None]
) -> None:
    Shop(3).do(12)
    synced(tmp_path)
    manifest = (tmp_path / NAME).read_bytes()
    file = first(tmp_path, table)
    harm(file)
    said = rf"{file}.*--fresh"
    for use in (lake.sync, lake.open, lake.status):
        with pytest.raises(lake.LakeDamaged, match=said):
            use(tmp_path)
    if table in ("events", "lines"):
        with pytest.raises(ValueError, match=said):
            Replayed(tmp_path)
    assert (tmp_path / NAME).read_bytes() == manifest
    synced(tmp_path, fresh=True)
    assert figures(lake.open(tmp_path))["members"] > 0


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    Shop(3).do(12)
    synced(tmp_path)
    file = first(tmp_path, "orders")
    garble(file)
    with pytest.raises(lake.LakeDamaged, match=str(file)):
        lake.open(tmp_path)


def test_a_damaged_manifest_is_named_and_nothing_is_deleted(tmp_path: Path) -> None:
    Shop(3).do(12)
    synced(tmp_path)
    expected = tables_of(tmp_path)
    files = set(tmp_path.rglob("*.parquet"))
    cut(tmp_path / NAME)
    for use in (lake.sync, lake.open, lake.status):
        with pytest.raises(lake.LakeDamaged, match=str(tmp_path / NAME)):
            use(tmp_path)
    assert files == set(tmp_path.rglob("*.parquet"))
    synced(tmp_path, fresh=True)
    assert all(expected[name].equals(frame) for name, frame in tables_of(tmp_path).items())
    assert synced(tmp_path).swept == len(files)


def test_no_lake_says_how_to_make_one(tmp_path: Path) -> None:
    for use in (lake.open, lake.status):
        with pytest.raises(FileNotFoundError, match="lake sync"):
            use(tmp_path)


def test_files_that_count_no_longer_stay_for_their_readers_for_a_while(tmp_path: Path) -> None:
    Shop(3).do(12)
    synced(tmp_path)
    old = lake.open(tmp_path)
    before = figures(old)
    synced(tmp_path, fresh=True)
    synced(tmp_path)
    assert figures(old) == before
    later = datetime.now(UTC) + timedelta(hours=2)
    assert synced(tmp_path, now=later).swept > 0
    assert figures(lake.open(tmp_path)) == before
    assert lake.status(tmp_path).unnamed_files == 0


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # of Spark's own: what it asks of pandas, and sockets that it leaves open
def test_spark_gives_the_same_figures(tmp_path: Path) -> None:
    spark = pytest.importorskip("pyspark.sql")
    Shop(4).do(30)
    synced(tmp_path)
    session = spark.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        assert figures(lake.open(tmp_path, spark=session)) == figures(lake.open(tmp_path))
    finally:
        session.stop()
