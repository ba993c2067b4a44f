"""Measures of customers, each written once as an Ibis expression: it runs on DuckDB here and unchanged on Spark.

A measure takes tables with the columns of the lake and gives a table expression; nothing runs until it is asked for::

    import ibis
    from regulars.science import measures

    lake = ibis.duckdb.connect()
    orders = lake.read_parquet("data/lake/orders/*/*.parquet")
    lake.to_polars(measures.retention(orders, "month", until=date(2026, 3, 31)))

Everywhere: days are the programme's local days, weeks begin on Monday, ``until`` is the last whole day seen,
``complete`` says whether a period had ended by then, amounts are integers in minor units (averages of them floats in
minor units). ``cut`` is a table of ``member`` and the columns named in ``by`` (``groups`` makes them). The order of
rows is not promised.
"""

from regulars.science.measures.accepted import DIMENSIONS
from regulars.science.measures.asking import ask
from regulars.science.measures.baskets import category_pairs
from regulars.science.measures.behind import behind
from regulars.science.measures.buying import average_order, purchase_frequency, returning_share
from regulars.science.measures.cohort_value import cohort_revenue
from regulars.science.measures.funnels import funnel, paths, with_orders
from regulars.science.measures.groups import by_column, by_first_order, by_first_visit, kept_orders
from regulars.science.measures.health import active_rate, points_owed, redemption_rate
from regulars.science.measures.lifecycle import life_cycle, life_cycle_flows, tier_flows
from regulars.science.measures.loyalty import do, feel, interactions, loyalty_index, loyalty_layers, think
from regulars.science.measures.questions import BadQuestion, Question, question
from regulars.science.measures.repurchase import (
    inter_purchase_time,
    repurchase_rate,
    second_order_by_day,
    time_to_second_order,
)
from regulars.science.measures.retention import bracket_retention, retention
from regulars.science.measures.satisfaction import answers, ces, csat, nps
from regulars.science.measures.stickiness import active_members, breadth, depth, dwell_time, visits_per_member

MEASURES = (
    retention,
    bracket_retention,
    repurchase_rate,
    second_order_by_day,
    time_to_second_order,
    inter_purchase_time,
    purchase_frequency,
    average_order,
    returning_share,
    cohort_revenue,
    active_members,
    visits_per_member,
    depth,
    dwell_time,
    breadth,
    csat,
    nps,
    ces,
    think,
    do,
    feel,
    loyalty_index,
    loyalty_layers,
    interactions,
    funnel,
    paths,
    life_cycle,
    life_cycle_flows,
    tier_flows,
    category_pairs,
    active_rate,
    redemption_rate,
    points_owed,
)
"""Every measure; each has a definition in plain words in ``insight.measures``."""

__all__ = [
    "DIMENSIONS",
    "MEASURES",
    "BadQuestion",
    "Question",
    "active_members",
    "active_rate",
    "answers",
    "ask",
    "average_order",
    "behind",
    "bracket_retention",
    "breadth",
    "by_column",
    "by_first_order",
    "by_first_visit",
    "category_pairs",
    "ces",
    "cohort_revenue",
    "csat",
    "depth",
    "do",
    "dwell_time",
    "feel",
    "funnel",
    "inter_purchase_time",
    "interactions",
    "kept_orders",
    "life_cycle",
    "life_cycle_flows",
    "loyalty_index",
    "loyalty_layers",
    "nps",
    "paths",
    "points_owed",
    "purchase_frequency",
    "question",
    "redemption_rate",
    "repurchase_rate",
    "retention",
    "returning_share",
    "second_order_by_day",
    "think",
    "tier_flows",
    "time_to_second_order",
    "visits_per_member",
    "with_orders",
]
