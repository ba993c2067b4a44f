"""Coming back, how often and for how much."""

from __future__ import annotations

from datetime import date

import polars as pl

from regulars.science import measures
from tests.science.measures.tables import ENGINE, answer, day, orders, random_orders, same, table

# Ann (1): second order after 3 days, third 10 later. Bo (2): second after 20 days. Cy (3): once, 5 days before the end.
SHOP = """
1 1-1  1000
1 1-4  500 100
1 1-14 300
2 1-10 800
2 1-30 200
3 1-26 400
"""
END = day("1-31")


def test_repurchase_rate():
    assert answer(measures.repurchase_rate(orders(SHOP), END)) == [(3, 2, round(2 / 3, 6))]
    # seen up to the 29th, Bo has not come back yet
    assert answer(measures.repurchase_rate(orders(SHOP), day("1-29"))) == [(3, 1, round(1 / 3, 6))]


def test_second_order_among_those_watched_that_long():
    got = answer(measures.second_order_by_day(orders(SHOP), END, 30), "n", "observed", "returned")
    assert len(got) == 31
    assert got[0] == (0, 3, 0)
    assert got[3] == (3, 3, 1)  # Ann
    assert got[5] == (5, 3, 1)  # Cy's last day of being watched: from the 26th to the 31st
    assert got[6] == (6, 2, 1)
    assert got[20] == (20, 2, 2)  # Bo
    assert got[21] == (21, 2, 2)  # Bo was watched for 21 days
    assert got[22] == (22, 1, 1)


def test_time_to_second_order():
    got = answer(measures.time_to_second_order(orders(SHOP), END, 30, quantiles=[0.25, 0.5, 1.0]))
    # a third by day 3; half once Cy is no longer among the watched (day 6); all on day 20
    assert got == [(0.25, 3), (0.5, 6), (1.0, 20)]
    assert answer(measures.time_to_second_order(orders(SHOP), END, 10, quantiles=[0.9])) == [(0.9, None)]


def test_inter_purchase_time():
    # gaps of 3, 10 and 20 days
    assert answer(measures.inter_purchase_time(orders(SHOP), END)) == [(3, 11.0, 6.5, 10.0, 15.0)]


def test_purchase_frequency_and_average_order():
    got = answer(measures.purchase_frequency(orders(SHOP), "month", day("1-30")))
    assert got == [("2026-01-01", 6, 3, 2.0, False)]
    got = answer(measures.average_order(orders(SHOP), "month", END))
    assert got == [("2026-01-01", 6, 3100, round(3100 / 6, 6), True)]  # 3200 less 100 returned


def test_share_of_returning_customers():
    # three of six orders are not their member's first: 400 + 300 + 200 of 3100
    got = answer(measures.returning_share(orders(SHOP), "month", END))
    assert got == [("2026-01-01", 6, 3, 0.5, 3100, 900, round(900 / 3100, 6), True)]


def test_cut_by_the_channel_of_the_first_order():
    shop = orders("1 1-1 100 0 live\n1 1-2 100 0 web\n2 1-1 100 0 web")
    cut = measures.by_first_order(shop, ["channel"])
    assert answer(measures.repurchase_rate(shop, END, cut=cut, by=["channel"])) == [
        ("live", 1, 1, 1.0),
        ("web", 1, 0, 0.0),
    ]


def test_orders_given_back_whole_can_be_left_out():
    shop = orders("1 1-1 100\n1 1-2 100 100")
    assert answer(measures.repurchase_rate(measures.kept_orders(shop), END)) == [(1, 0, 0.0)]


def test_against_polars():
    frame = random_orders().sort("member", "at", "seq")
    until = date(2025, 11, 15)
    seen = frame.filter(pl.col("day") <= until)
    shop = table(frame)
    gaps = seen.with_columns(gap=(pl.col("day") - pl.col("day").shift().over("member")).dt.total_days())
    gap = gaps["gap"].drop_nulls()
    quarter = [round(float(gap.quantile(q, "linear")), 6) for q in (0.25, 0.5, 0.75)]
    assert answer(measures.inter_purchase_time(shop, until)) == [(len(gap), round(gap.mean(), 6), *quarter)]

    twice = seen.group_by("member").len()
    assert answer(measures.repurchase_rate(shop, until), "buyers", "returned") == [
        (len(twice), int((twice["len"] > 1).sum()))
    ]
    people = seen.group_by("member", maintain_order=True).agg(
        first=pl.col("day").first(), second=pl.col("day").get(1, null_on_oob=True)
    )
    for n, observed, returned in answer(measures.second_order_by_day(shop, until, 90), "n", "observed", "returned"):
        watched = people.filter((pl.lit(until) - pl.col("first")).dt.total_days() >= n)
        came = watched.filter((pl.col("second") - pl.col("first")).dt.total_days() <= n)
        assert (len(watched), len(came)) == (observed, returned), n


def test_months_against_duckdb():
    frame = random_orders(seed=12)
    shop, until = table(frame), frame["day"].max()
    ENGINE.con.register("told", frame)
    theirs = ENGINE.con.sql("""
        SELECT date_trunc('month', day)::date AS period, count(*) AS orders, count(DISTINCT member) AS buyers,
               sum(net_minor - returned_minor)::bigint AS minor,
               count(*) FILTER (WHERE EXISTS (SELECT 1 FROM told b WHERE b.member = a.member
                   AND (b.day, b.seq) < (a.day, a.seq))) AS again,
               coalesce(sum(net_minor - returned_minor) FILTER (WHERE EXISTS (SELECT 1 FROM told b
                   WHERE b.member = a.member AND (b.day, b.seq) < (a.day, a.seq))), 0)::bigint AS again_minor
        FROM told a GROUP BY 1""").pl()
    ENGINE.con.unregister("told")
    assert answer(measures.purchase_frequency(shop, "month", until), "period", "orders", "buyers") == same(
        theirs, "period", "orders", "buyers"
    )
    assert answer(measures.average_order(shop, "month", until), "period", "orders", "revenue_minor") == same(
        theirs, "period", "orders", "minor"
    )
    assert answer(
        measures.returning_share(shop, "month", until),
        "period", "returning_orders", "returning_minor",
    ) == same(theirs, "period", "again", "again_minor")  # fmt: skip
