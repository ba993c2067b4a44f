"""Behind every cell stand as many members as it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from regulars.science.measures import BadQuestion, ask, behind, question
from regulars.science.measures.behind import BEHIND, WINDOWS
from tests.science.measures.tables import ENGINE, noon, random_orders, random_visits, table

UNTIL = date(2025, 6, 19)
NAMES = ["Product Viewed", "Cart Viewed", "Order Completed"]


@pytest.fixture(scope="module")
def lake() -> SimpleNamespace:
    """Small tables by chance, of one shop."""
    rng = np.random.default_rng(3)
    members = np.arange(1, 61)
    bought = random_orders(220, 60, 180, seed=1).with_columns(
        first_category=pl.Series(rng.choice(["tea", "cups"], 220)),
        first_product_id=pl.Series(rng.choice(list("abcdefghijkl"), 220)),
    )
    came = random_visits(300, 60, 180, seed=2)
    asked = pl.DataFrame(
        {"seq": np.arange(1000, 1060), "member": rng.integers(1, 61, 60), "day": days(rng, 60),
         "name": "Survey Answered",         "channel": "app", "seconds": None, "campaign": "spring"},
        schema_overrides={"seconds": pl.Int64},
    ).with_columns(at=noon()).select(came.columns)  # fmt: skip
    said = [
        f'{{"kind": "{kind}", "score": {score}}}'
        for kind, score in zip(rng.choice(["csat", "nps", "ces"], 60), rng.integers(1, 6, 60), strict=True)
    ]
    standing = pl.DataFrame(
        {"member": members, "joined": days(rng, 60), "tier": rng.choice(["gold", "silver"], 60), "source": "web"}
    ).with_columns(tier=pl.when(pl.col("member") % 7 == 0).then(None).otherwise("tier"))
    ledger = pl.DataFrame(
        {"transfer": np.arange(200), "member": rng.integers(1, 61, 200), "day": days(rng, 200), "currency": "points",
         "kind": rng.choice(["earned", "spent", "expired"], 200), "points": rng.integers(1, 99, 200)}
    )  # fmt: skip
    changes = pl.DataFrame(
        {"seq": np.arange(120), "member": rng.integers(1, 61, 120), "day": days(rng, 120),
         "before": rng.choice(["gold", "silver"], 120), "after": rng.choice(["gold", "silver"], 120)}
    ).with_columns(at=noon(), before=pl.when(pl.col("seq") % 3 == 0).then(None).otherwise("before"))  # fmt: skip
    return SimpleNamespace(
        orders=table(bought), visits=table(pl.concat([came, asked])), standing=table(standing), ledger=table(ledger),
        tier_changes=table(changes), order_lines=table(bought.select("seq", "member", "day")),
        events=table(pl.DataFrame({"seq": np.arange(1000, 1060), "properties": said})),
    )  # fmt: skip


def days(rng: Any, count: int) -> list[date]:
    return [date(2025, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 170, count)]


def cells(measure: str, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
    """Each cell of a measure's rows, and how many members it says it counts."""
    for row in rows:
        told = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        name = {key: told[key] for key in KEYS[measure] if key in told}
        if measure in LOST:
            yield name, row[LOST[measure][0]]
            yield {**name, "lost": True}, row[LOST[measure][1]] - row[LOST[measure][0]]
        elif measure == "active_members":
            yield from (({**name, "window": window}, row[window]) for window in WINDOWS)
        elif measure == "cohort_revenue":
            yield {"cohort": name["cohort"], **({"group": name["group"]} if "group" in name else {})}, row["size"]
        else:
            yield name, row[COUNT.get(measure, "members")]


G = "group"
KEYS = {
    "retention": (G, "cohort", "n"), "bracket_retention": (G, "cohort", "from_n", "to_n"),
    "cohort_revenue": (G, "cohort"), "repurchase_rate": (G,), "second_order_by_day": (G, "n"),
    "purchase_frequency": (G, "period"), "active_members": (G, "day"), "visits_per_member": (G, "period"),
    "breadth": (G, "period"), "interactions": (G, "period", "channel"), "think": (G, "band"), "do": (G, "band"),
    "feel": (G, "band"), "loyalty_index": (G, "band"), "funnel": (G, "step"), "paths": (G, "path"),
    "life_cycle": (G, "month", "state"), "life_cycle_flows": (G, "month", "before", "after"),
    "tier_flows": (G, "month", "before", "after"), "active_rate": (G, "period"),
}  # fmt: skip
LOST = {
    "retention": ("kept", "size"), "bracket_retention": ("kept", "size"), "repurchase_rate": ("returned", "buyers"),
    "second_order_by_day": ("returned", "observed"), "active_rate": ("active", "members"),
}  # fmt: skip
COUNT = {"purchase_frequency": "buyers"}
CASES = [
    ("retention", {}), ("retention", {"kind": "rolling"}), ("retention", {"unit": "week", "from": "2025-05-01"}),
    ("retention", {"tier": ["gold", ""]}), ("retention", {"by": "tier"}), ("retention", {"by": "first_product"}),
    ("bracket_retention", {}), ("cohort_revenue", {"by": "channel"}), ("repurchase_rate", {"from": "2025-02-01"}),
    ("second_order_by_day", {"days": 20}), ("second_order_by_day", {"days": 5, "by": "first_category"}),
    ("purchase_frequency", {"by": "tier", "from": "2025-03-15"}), ("active_members", {"from": "2025-05-20"}),
    ("visits_per_member", {}), ("breadth", {"unit": "week"}), ("interactions", {}), ("think", {}),
    ("do", {"by": "tier"}),
    ("feel", {}), ("loyalty_index", {}), ("funnel", {"steps": NAMES, "within_days": 30}), ("paths", {"length": 2}),
    ("funnel", {"steps": NAMES[:2], "by": "tier", "campaign": ["spring"]}), ("life_cycle", {}),
    ("life_cycle", {"by": "tier", "from": "2025-03-01"}), ("life_cycle_flows", {}), ("tier_flows", {}),
    ("tier_flows", {"by": "campaign"}), ("active_rate", {}), ("active_rate", {"by": "tier"}),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "params"), CASES, ids=lambda case: str(case))
def test_as_many_members_stand_behind_a_cell_as_it_counts(
    measure: str, params: dict[str, Any], lake: SimpleNamespace
) -> None:
    rows = ENGINE.to_polars(ask(question(lake, measure, params, until=UNTIL))).to_dicts()
    told = list(cells(measure, rows))
    assert sum(count for _cell, count in told) > 0
    chosen = told if len(told) <= 8 else [told[i] for i in np.random.default_rng(5).choice(len(told), 8, replace=False)]
    wrong = []
    for cell, count in chosen:
        found = ENGINE.to_polars(behind(lake, measure, {**params, "to": UNTIL.isoformat()}, cell))
        assert found.columns == ["member"] and found["member"].is_unique().all()
        if len(found) != count:
            wrong.append((cell, count, len(found)))
    assert wrong == []


@pytest.mark.parametrize(
    ("measure", "column"), [("visits_per_member", "visits"), ("depth", "visits"), ("breadth", "members")]
)
def test_a_day_with_an_order_is_a_day_somebody_came(measure: str, column: str, lake: SimpleNamespace) -> None:
    bought = ENGINE.to_polars(lake.orders).select("member", "day")
    came = pl.concat([bought, ENGINE.to_polars(lake.visits).select("member", "day")]).unique()
    days = came.filter(pl.col("day") <= UNTIL).with_columns(period=pl.col("day").dt.truncate("1mo"))
    counted = pl.col("member").n_unique() if column == "members" else pl.len()
    wanted = dict(days.group_by("period").agg(counted).iter_rows())
    rows = ENGINE.to_polars(ask(question(lake, measure, {}, until=UNTIL))).to_dicts()
    assert {row["period"]: row[column] for row in rows} == wanted


def test_orders_are_interactions_of_their_channel(lake: SimpleNamespace) -> None:
    both = [ENGINE.to_polars(table).select("day", "channel") for table in (lake.orders, lake.visits)]
    seen = pl.concat(both).filter(pl.col("day") <= UNTIL).with_columns(period=pl.col("day").dt.truncate("1mo"))
    wanted = {row[:2]: row[2] for row in seen.group_by("period", "channel").len().iter_rows()}
    rows = ENGINE.to_polars(ask(question(lake, "interactions", {}, until=UNTIL))).to_dicts()
    assert {(row["period"], row["channel"]): row["events"] for row in rows} == wanted


def test_who_only_buys_is_active(lake: SimpleNamespace) -> None:
    nobody = SimpleNamespace(**{**vars(lake), "visits": lake.visits.filter(lake.visits.member < 0)})
    bought = ENGINE.to_polars(lake.orders).filter(pl.col("day") <= UNTIL)
    last = ENGINE.to_polars(ask(question(nobody, "active_members", {}, until=UNTIL))).sort("day").to_dicts()[-1]
    since = UNTIL - timedelta(days=29)
    assert (last["day"], last["mau"]) == (UNTIL, bought.filter(pl.col("day") >= since)["member"].n_unique() or 0)
    assert last["mau"] > 0


def test_a_funnel_loses_those_who_took_the_step_before(lake: SimpleNamespace) -> None:
    params = {"steps": NAMES, "within_days": 30, "to": UNTIL.isoformat()}
    counts = {
        (step, lost): len(ENGINE.to_polars(behind(lake, "funnel", params, {"step": step, "lost": lost})))
        for step in (1, 2, 3)
        for lost in (False, True)
    }
    assert counts[1, False] - counts[2, False] == counts[2, True] > 0
    assert counts[2, False] - counts[3, False] == counts[3, True]


@pytest.mark.parametrize("measure", ["average_order", "returning_share", "depth", "dwell_time", "csat", "nps", "ces"])
def test_behind_what_counts_other_things_stand_those_who_did_them(measure: str, lake: SimpleNamespace) -> None:
    """Orders, visits and answers have members, at most as many as themselves."""
    rows = ENGINE.to_polars(ask(question(lake, measure, {}, until=UNTIL))).to_dicts()
    counted = {
        "average_order": "orders",
        "returning_share": "returning_orders",
        "depth": "visits",
        "dwell_time": "visits",
    }
    for row in rows:
        most = row[counted.get(measure, "answers")]
        found = behind(lake, measure, {}, {"period": row["period"].isoformat()}, until=UNTIL)
        assert (1 if most else 0) <= len(ENGINE.to_polars(found)) <= most


def test_every_measure_that_counts_members_is_looked_behind() -> None:
    assert {measure for measure, _params in CASES} | {
        "average_order", "returning_share", "depth", "dwell_time", "csat", "nps", "ces"
    } == set(BEHIND)  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "params", "cell", "says"),
    [
        ("points_owed", {}, {}, "no members stand"),
        ("retention", {}, {"cohort": "2025-01-01"}, "lacks its number 'n'"),
        ("retention", {}, {"n": 2}, "lacks its day 'cohort'"),
        ("retention", {"unit": "year"}, {"cohort": "2025-01-01", "n": 1}, "unit: one of"),
        ("retention", {"from": "2026-01-01"}, {"cohort": "2025-01-01", "n": 1}, "lies after"),
        ("retention", {"by": "shoe size"}, {"cohort": "2025-01-01", "n": 1}, "a cut or filter is one of"),
        ("retention", {"segment": ["vip"]}, {"cohort": "2025-01-01", "n": 1}, "who is in which"),
        ("funnel", {"steps": []}, {"step": 1}, "steps: from 1"),
        ("second_order_by_day", {"days": 5000}, {"n": "soon"}, "number 'n'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(
    measure: str, params: dict[str, Any], cell: dict[str, Any], says: str, lake: SimpleNamespace
) -> None:
    with pytest.raises(BadQuestion, match=says):
        behind(lake, measure, params, cell, until=UNTIL)
