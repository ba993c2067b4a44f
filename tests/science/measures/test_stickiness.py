"""How many come by, and what they do then."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from regulars.science import measures
from tests.science.measures.tables import answer, day, random_visits, same, table, visits

# Ann (1) on the 1st (twice), the 2nd and the 9th; Bo (2) on the 2nd.
SHOP = """
1 1-1 Product_Viewed 30 web
1 1-1 Cart_Viewed - web
1 1-2 Product_Viewed - app
1 1-9 Product_Viewed 90 web
2 1-2 Product_Viewed 60 app
"""


def test_active_members():
    got = {row[0]: row[1:] for row in answer(measures.active_members(visits(SHOP), day("2-8")))}
    assert len(got) == 39  # every day from the first visit to the last day seen
    assert got["2026-01-01"] == (1, 1, 1, 1.0, 1.0, False)
    assert got["2026-01-02"] == (2, 2, 2, 1.0, 1.0, False)
    assert got["2026-01-03"] == (0, 2, 2, 0.0, 0.0, False)
    assert got["2026-01-08"][:3] == (0, 2, 2)  # seven days end with the 8th: from the 2nd
    assert got["2026-01-09"][:3] == (1, 1, 2)  # Ann's 9th; Bo's 2nd is out of the week
    assert got["2026-01-30"][4] is True or got["2026-01-30"][5] is True  # thirty days have been seen
    assert got["2026-01-31"][:3] == (0, 0, 2)
    assert got["2026-02-01"][:3] == (0, 0, 1)  # Bo's month is over, Ann's lasts to 7 February
    assert got["2026-02-07"][:3] == (0, 0, 1)
    assert got["2026-02-08"] == (0, 0, 0, None, None, True)


def test_visits_depth_dwell_and_breadth():
    shop, end = visits(SHOP), day("1-31")
    # Ann's three days and Bo's one, five events; Ann looked for 30 s and 90 s, Bo for 60 s, of her 2nd nobody knows
    month = "2026-01-01"
    assert answer(measures.visits_per_member(shop, "month", end)) == [(month, 2, 4, True, 2.0)]
    assert answer(measures.depth(shop, "month", end)) == [(month, 4, 5, True, 1.25)]
    assert answer(measures.dwell_time(shop, "month", end)) == [(month, 3, 180, True, 60.0)]
    # Ann did two different things, Bo one
    assert answer(measures.breadth(shop, "month", end)) == [(month, 2, 3, True, 1.5)]


def test_interactions_by_platform():
    got = answer(measures.interactions(visits(SHOP), "month", day("1-31")))
    assert got == [("2026-01-01", "app", 2, 2, 0.4, True), ("2026-01-01", "web", 3, 1, 0.6, True)]


def test_active_members_against_polars():
    frame, until = random_visits(900, members=60), date(2025, 7, 10)
    got = answer(measures.active_members(table(frame), until), "day", "dau", "wau", "mau")
    seen = frame.filter(pl.col("day") <= until)
    theirs, at = [], seen["day"].min()
    while at <= until:
        counts = [
            seen.filter((pl.col("day") <= at) & (pl.col("day") > at - timedelta(days=back)))["member"].n_unique()
            for back in (1, 7, 30)
        ]
        theirs.append((at.isoformat(), *counts))
        at += timedelta(days=1)
    assert got == theirs


def test_the_rest_against_polars():
    frame = random_visits()
    until = frame["day"].max()
    week = frame.with_columns(period=pl.col("day").dt.truncate("1w"))
    days = week.group_by("period", "member", "day").agg(
        events=pl.len(), known=pl.col("seconds").count(), seconds=pl.col("seconds").sum()
    )
    shop = table(frame)
    theirs = days.group_by("period").agg(members=pl.col("member").n_unique(), visits=pl.len())
    assert answer(measures.visits_per_member(shop, "week", until), "period", "members", "visits") == same(
        theirs, "period", "members", "visits"
    )
    theirs = days.group_by("period").agg(visits=pl.len(), events=pl.col("events").sum())
    assert answer(measures.depth(shop, "week", until), "period", "visits", "events") == same(
        theirs, "period", "visits", "events"
    )
    theirs = days.filter(pl.col("known") > 0).group_by("period").agg(visits=pl.len(), seconds=pl.col("seconds").sum())
    assert answer(measures.dwell_time(shop, "week", until), "period", "visits", "seconds") == same(
        theirs, "period", "visits", "seconds"
    )
    theirs = week.group_by("period").agg(uses=pl.struct("member", "name").n_unique())
    assert answer(measures.breadth(shop, "week", until), "period", "uses") == same(theirs, "period", "uses")
    theirs = week.group_by("period", "channel").agg(events=pl.len(), members=pl.col("member").n_unique())
    assert answer(measures.interactions(shop, "week", until), "period", "channel", "events", "members") == same(
        theirs, "period", "channel", "events", "members"
    )
