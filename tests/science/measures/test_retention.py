"""Cohorts: who comes back, and what they bring."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from regulars.science import measures
from tests.science.measures.tables import answer, day, orders, random_orders, same, table

# Ann (1) and Bo (2) first buy in January, Cy (3) in February. Ann is back in January and in March, Bo in February.
SHOP = """
1 1-5  1000
1 1-20 500
1 3-1  700
2 1-31 2000 400
2 2-1  300
3 2-10 900
"""


@pytest.mark.parametrize("since", [None, date(2026, 1, 1)], ids=["by pairs", "by bits"])
@pytest.mark.parametrize(
    ("kind", "kept"),
    # January's two: one of them in February (Bo), one in March (Ann). Rolling: Ann's March counts for February too.
    [("classic", [2, 1, 1, 1, 0]), ("rolling", [2, 2, 1, 1, 0])],
)
def test_monthly_cohorts(since, kind, kept):
    got = answer(measures.retention(orders(SHOP), "month", day("3-15"), kind=kind, since=since))
    january, february = "2026-01-01", "2026-02-01"
    whole = [(january, 0, 2, True), (january, 1, 2, True), (january, 2, 2, False)]  # March has not ended on the 15th
    whole += [(february, 0, 1, True), (february, 1, 1, False)]
    assert got == [
        (cohort, n, size, k, k / size, ended) for (cohort, n, size, ended), k in zip(whole, kept, strict=True)
    ]


def test_a_period_is_whole_on_its_last_day():
    by_day = {until: answer(measures.retention(orders(SHOP), "month", day(until)), "cohort", "n", "complete")
              for until in ("2-27", "2-28")}  # fmt: skip
    assert ("2026-01-01", 1, False) in by_day["2-27"]
    assert ("2026-01-01", 1, True) in by_day["2-28"]


def test_weeks_begin_on_monday():
    # 4 January 2026 is a Sunday, the 5th a Monday: a day apart, and a week
    got = answer(measures.retention(orders("1 1-4 100\n1 1-5 100\n2 1-5 100"), "week", day("1-11")))
    assert got == [
        ("2025-12-29", 0, 1, 1, 1.0, True),
        ("2025-12-29", 1, 1, 1, 1.0, True),
        ("2026-01-05", 0, 1, 1, 1.0, True),
    ]


def test_brackets():
    # of January's two: both within the first two months after, only Ann in the second to third, which are not over
    got = answer(measures.bracket_retention(orders(SHOP), "month", day("3-31"), [(1, 2), (2, 3)]))
    assert got == [
        ("2026-01-01", 1, 2, 2, 2, 1.0, True),
        ("2026-01-01", 2, 3, 2, 1, 0.5, False),
        ("2026-02-01", 1, 2, 1, 0, 0.0, False),
        ("2026-02-01", 2, 3, 1, 0, 0.0, False),
    ]


def test_brackets_that_end_before_they_begin_are_refused():
    with pytest.raises(ValueError, match="range of periods"):
        measures.bracket_retention(orders(SHOP), "month", day("3-31"), [(3, 2)])


@pytest.mark.parametrize("since", [None, date(2026, 1, 1)], ids=["by pairs", "by bits"])
def test_cut_by_tier(since):
    # Ann is gold and in the club; Bo stands nowhere: a group of his own. A member in two groups counts in each.
    cut = table(pl.DataFrame({"member": [1, 1, 3], "tier": ["gold", "club", "gold"]}))
    got = answer(
        measures.retention(orders(SHOP), "month", day("3-31"), since=since, cut=cut, by=["tier"]),
        "tier", "cohort", "n", "size", "kept",
    )  # fmt: skip
    january, february = "2026-01-01", "2026-02-01"
    assert got == [
        ("club", january, 0, 1, 1), ("club", january, 1, 1, 0), ("club", january, 2, 1, 1),
        ("gold", january, 0, 1, 1), ("gold", january, 1, 1, 0), ("gold", january, 2, 1, 1),
        ("gold", february, 0, 1, 1), ("gold", february, 1, 1, 0),
        (None, january, 0, 1, 1), (None, january, 1, 1, 1), (None, january, 2, 1, 0),
    ]  # fmt: skip


def test_orders_before_the_first_cohort_shown_still_say_who_is_new():
    got = answer(
        measures.retention(orders(SHOP), "month", day("3-31"), since=day("2-1")), "cohort", "n", "size", "kept"
    )
    assert got == [("2026-02-01", 0, 1, 1), ("2026-02-01", 1, 1, 0)]  # Cy alone: Bo is January's


def test_no_orders_no_rows():
    nothing = table(random_orders(10).clear())
    assert answer(measures.retention(nothing, "month", day("3-31"))) == []
    assert answer(measures.retention(nothing, "month", day("3-31"), since=day("1-1"))) == []


@pytest.mark.parametrize(("period", "since"), [("month", None), ("month", date(2025, 1, 1)), ("week", None),
                                               ("week", date(2025, 1, 1)), ("day", None)])  # fmt: skip
def test_against_polars(period, since):
    frame = random_orders()
    until = date(2025, 12, 20)
    every = {"month": "1mo", "week": "1w", "day": "1d"}[period]
    bought = frame.filter(pl.col("day") <= until).select("member", at=pl.col("day").dt.truncate(every))
    first = bought.group_by("member").agg(cohort=pl.col("at").min())
    kept = bought.join(first, on="member").group_by("cohort", "at").agg(kept=pl.col("member").n_unique())
    got = measures.retention(table(frame), period, until, since=since).filter(lambda t: t.kept > 0)
    steps = {"month": None, "week": 7, "day": 1}[period]
    later = (
        pl.col("cohort").dt.offset_by(pl.format("{}mo", pl.col("n")))
        if steps is None
        else pl.col("cohort") + pl.duration(days=pl.col("n") * steps)
    )
    mine = pl.DataFrame(answer(got.select("cohort", "n", "kept")), schema=["cohort", "n", "kept"], orient="row")
    mine = mine.with_columns(pl.col("cohort").str.to_date()).select("cohort", "kept", at=later)
    assert same(mine, "cohort", "at", "kept") == same(kept, "cohort", "at", "kept")


@pytest.mark.parametrize("kind", ["classic", "rolling"])
def test_both_roads_give_the_same(kind):
    frame = random_orders(seed=3)
    shop, by = table(frame), ["channel"]
    cut = measures.by_first_order(shop, by)
    both = [
        answer(measures.retention(shop, "month", date(2026, 2, 10), kind=kind, since=since, cut=cut, by=by))
        for since in (None, date(2025, 1, 1))
    ]  # fmt: skip
    assert both[0] == both[1] and len(both[0]) > 100


def test_revenue_of_cohorts():
    # January: 1000 + 500 + 2000 − 400 returned = 3100 of two members; February 300; March 700
    got = answer(measures.cohort_revenue(orders(SHOP), "month", day("3-31")))
    january = [
        ("2026-01-01", 0, 2, 3, 3100, 1.0, 3100, 1550.0, True),
        ("2026-01-01", 1, 2, 1, 300, round(300 / 3100, 6), 3400, 1700.0, True),
        ("2026-01-01", 2, 2, 1, 700, round(700 / 3100, 6), 4100, 2050.0, True),
    ]
    assert got == [*january, ("2026-02-01", 0, 1, 1, 900, 1.0, 900, 900.0, True),
                   ("2026-02-01", 1, 1, 0, 0, 0.0, 900, 900.0, True)]  # fmt: skip


def test_revenue_of_cohorts_adds_up():
    frame = random_orders()
    until = frame["day"].max()
    got = pl.DataFrame(
        answer(
            measures.cohort_revenue(table(frame), "month", until),
            "cohort", "n", "cumulative_minor", "size", "orders",
        ),
        schema=["cohort", "n", "cumulative", "size", "orders"], orient="row",
    )  # fmt: skip
    last = got.group_by("cohort").agg(pl.col("cumulative", "size").sort_by("n").last())
    kept = frame.with_columns(minor=pl.col("net_minor") - pl.col("returned_minor"))
    first = kept.group_by("member").agg(cohort=pl.col("day").min().dt.truncate("1mo"), minor=pl.col("minor").sum())
    theirs = first.group_by("cohort").agg(cumulative=pl.col("minor").sum(), size=pl.len())
    assert same(last, "cohort", "cumulative", "size") == same(theirs, "cohort", "cumulative", "size")
    assert got["orders"].sum() == len(frame)
