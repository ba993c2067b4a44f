"""Every measure on Spark and on DuckDB, over the same small tables: the same numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import ibis
import numpy as np
import polars as pl
import pytest

from regulars.science import measures as m
from regulars.science.measures.periods import PERIODS, number, number_of
from tests.science.measures.tables import random_orders, random_visits

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    # Spark's own, and Ibis's for it
    pytest.mark.filterwarnings("ignore"),
]
UNTIL = date(2025, 5, 20)
SINCE = date(2025, 1, 1)
Tables = dict[str, ibis.Table]


def frames() -> dict[str, pl.DataFrame]:
    """Small tables with every column that a measure reads."""
    rng = np.random.default_rng(9)
    orders = random_orders(500, members=60, days=150)
    looks = random_visits(600, members=60, days=150)
    looks = looks.with_columns(
        name=pl.when(pl.col("seq") % 9 == 0).then(pl.lit("Survey Answered")).otherwise(pl.col("name"))
    )
    kinds = rng.choice(["nps", "csat", "ces"], len(looks))
    scores = rng.integers(1, 7, len(looks))
    told = [f'{{"kind":"{k}","score":{s}}}' for k, s in zip(kinds, scores, strict=True)]
    moves = [("earned", "issued", "available"), ("held", "available", "held"), ("spent", "held", "redeemed"),
             ("taken_back", "available", "issued"), ("given_back", "redeemed", "available")]  # fmt: skip
    picked = rng.integers(0, len(moves), 400)
    days = pl.Series(orders["day"].to_list()[:400])
    tiers = [None, "silver", "gold"]
    changes = rng.integers(0, 3, (100, 2))
    return {
        "orders": orders,
        "visits": looks,
        "events": pl.DataFrame({"seq": looks["seq"], "properties": told}),
        "lines": pl.DataFrame(
            {"seq": rng.integers(0, 200, 500), "day": [SINCE] * 500, "category": rng.choice(list("abcd"), 500)}
        ),
        "ledger": pl.DataFrame(
            {
                "member": rng.integers(1, 60, 400),
                "day": days,
                "currency": ["points"] * 400,
                "points": rng.integers(1, 99, 400),
                "kind": [moves[i][0] for i in picked],
                "debit": [moves[i][1] for i in picked],
                "credit": [moves[i][2] for i in picked],
            }
        ),
        "standing": pl.DataFrame(
            {"member": range(1, 61), "joined": [SINCE] * 60, "tier": [tiers[i % 3] for i in range(60)]}
        ),
        "tier_changes": pl.DataFrame(
            {
                "seq": range(100),
                "member": rng.integers(1, 30, 100),
                "at": orders["at"][:100],
                "day": orders["day"][:100],
                "before": [tiers[i] for i in changes[:, 0]],
                "after": [tiers[i] for i in changes[:, 1]],
            }
        ),
    }


def _index(t: Tables) -> ibis.Table:
    return m.loyalty_index(t["standing"], t["orders"], t["visits"], _answers(t), UNTIL)


def _answers(t: Tables) -> ibis.Table:
    return m.answers(t["visits"], t["events"])


def _tiers(t: Tables) -> dict[str, Any]:
    return {"cut": m.by_column(t["standing"], ["tier"]), "by": ["tier"]}


STEPS = ["Product Viewed", "Cart Viewed", "Order Completed"]
CASES: dict[str, Callable[[Tables], ibis.Table]] = {
    "retention": lambda t: m.retention(t["orders"], "month", UNTIL),
    "retention by bits": lambda t: m.retention(t["orders"], "month", UNTIL, since=SINCE, **_tiers(t)),
    "retention rolling, weeks": lambda t: m.retention(t["orders"], "week", UNTIL, kind="rolling", since=SINCE),
    "retention, days": lambda t: m.retention(t["orders"], "day", UNTIL),
    "bracket_retention": lambda t: m.bracket_retention(t["orders"], "month", UNTIL, [(1, 1), (2, 3)], **_tiers(t)),
    "repurchase_rate": lambda t: m.repurchase_rate(t["orders"], UNTIL, **_tiers(t)),
    "second_order_by_day": lambda t: m.second_order_by_day(t["orders"], UNTIL, 40),
    "time_to_second_order": lambda t: m.time_to_second_order(t["orders"], UNTIL, 40, **_tiers(t)),
    "inter_purchase_time": lambda t: m.inter_purchase_time(t["orders"], UNTIL, **_tiers(t)),
    "purchase_frequency": lambda t: m.purchase_frequency(t["orders"], "month", UNTIL, **_tiers(t)),
    "average_order": lambda t: m.average_order(
        t["orders"], "week", UNTIL, cut=m.by_first_order(t["orders"], ["channel"]), by=["channel"]
    ),
    "returning_share": lambda t: m.returning_share(t["orders"], "month", UNTIL),
    "cohort_revenue": lambda t: m.cohort_revenue(m.kept_orders(t["orders"]), "month", UNTIL, **_tiers(t)),
    "active_members": lambda t: m.active_members(t["visits"], UNTIL, **_tiers(t)),
    "visits_per_member": lambda t: m.visits_per_member(t["visits"], "week", UNTIL),
    "depth": lambda t: m.depth(t["visits"], "month", UNTIL),
    "dwell_time": lambda t: m.dwell_time(t["visits"], "month", UNTIL),
    "breadth": lambda t: m.breadth(
        t["visits"], "month", UNTIL, cut=m.by_first_visit(t["visits"], ["campaign"]), by=["campaign"]
    ),
    "csat": lambda t: m.csat(_answers(t), "month", UNTIL),
    "nps": lambda t: m.nps(_answers(t), "month", UNTIL),
    "ces": lambda t: m.ces(_answers(t), "month", UNTIL, **_tiers(t)),
    "think": lambda t: m.think(_answers(t), UNTIL),
    "do": lambda t: m.do(t["orders"], t["visits"], UNTIL),
    "feel": lambda t: m.feel(t["visits"], UNTIL),
    "loyalty_index": _index,
    "loyalty_layers": lambda t: m.loyalty_layers(_index(t), **_tiers(t)),
    "interactions": lambda t: m.interactions(t["visits"], "month", UNTIL),
    "funnel": lambda t: m.funnel(t["visits"], STEPS, 30, UNTIL, **_tiers(t)),
    "funnel, whole": lambda t: m.funnel(m.with_orders(t["visits"], t["orders"]), STEPS, 30, UNTIL),
    "paths": lambda t: m.paths(t["visits"], 3, UNTIL),
    "life_cycle": lambda t: m.life_cycle(t["orders"], UNTIL),
    "life_cycle_flows": lambda t: m.life_cycle_flows(t["orders"], UNTIL),
    "tier_flows": lambda t: m.tier_flows(t["tier_changes"], UNTIL),
    "category_pairs": lambda t: m.category_pairs(t["lines"], UNTIL),
    "active_rate": lambda t: m.active_rate(t["standing"], t["ledger"], "month", UNTIL),
    "redemption_rate": lambda t: m.redemption_rate(t["ledger"], "month", UNTIL),
    "points_owed": lambda t: m.points_owed(t["ledger"], "week", UNTIL, **_tiers(t)),
}


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Any, Tables]]]:
    """DuckDB and Spark, each with the same tables from the same files."""
    pyspark_sql = pytest.importorskip("pyspark.sql")
    folder = tmp_path_factory.mktemp("lake")
    for name, frame in frames().items():
        frame.write_parquet(folder / f"{name}.parquet")
    session = (
        pyspark_sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    both = [ibis.duckdb.connect(), ibis.pyspark.connect(session)]
    files = sorted(folder.glob("*.parquet"))
    yield [(engine, {f.stem: engine.read_parquet(str(f), table_name=f.stem) for f in files}) for engine in both]
    session.stop()


def test_every_measure_is_here():
    assert {measure.__name__ for measure in m.MEASURES} <= set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_same_numbers(engines, case):
    (duck, here), (spark, there) = engines
    mine, theirs = (_rows(engine.to_pyarrow(CASES[case](tables))) for engine, tables in ((duck, here), (spark, there)))
    assert len(mine) == len(theirs) > 0
    for a, b in zip(mine, theirs, strict=True):
        for x, y in zip(a, b, strict=True):
            if isinstance(x, float) and isinstance(y, float):
                assert math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-9), (a, b)
            else:
                assert x == y, (a, b)


@pytest.mark.parametrize("period", PERIODS)
def test_a_day_lies_in_the_same_period(engines, period, tmp_path):
    """The ends of months and years, and days before those that periods are counted from."""
    days = [
        date(y, m, d)
        for y in (1899, 1969, 1970, 2000, 2024, 2026)
        for m, d in ((1, 1), (1, 31), (2, 28), (3, 1), (12, 31))
    ]
    pl.DataFrame({"day": days}).write_parquet(tmp_path / "days.parquet")
    for engine, _tables in engines:
        table = engine.read_parquet(str(tmp_path / "days.parquet"), table_name=f"days_{period}")
        rows = engine.to_pyarrow(table.select("day", n=number(table.day, period))).to_pylist()
        assert {row["day"]: row["n"] for row in rows} == {day: number_of(day, period) for day in days}


def _rows(table: Any) -> list[tuple[Any, ...]]:
    rows = [tuple(None if v != v else v for v in row.values()) for row in table.to_pylist()]
    return sorted(rows, key=lambda row: [(v is None, str(round(v, 6) if isinstance(v, float) else v)) for v in row])
