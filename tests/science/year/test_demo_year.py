"""Every measure on the demo year against the same computed by hand, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars.science import measures as m
from tests.science.year import byhand
from tests.science.year.tables import UNTIL, Year, folder, year

pytestmark = pytest.mark.skipif(folder() is None, reason="the demo year's package is not installed")


@pytest.fixture(scope="session")
def demo() -> Year:
    """The year's tables."""
    return year()


def by_tier(lake: Any) -> dict[str, Any]:
    return {"cut": m.by_column(lake.standing, ["tier"]), "by": ["tier"]}


def with_orders(lake: Any) -> Any:
    return m.with_orders(lake.visits, lake.orders)


def said(lake: Any) -> Any:
    return m.answers(lake.visits, lake.events)


Case = tuple[Any, Callable[[Any], Any], Callable[[Year], byhand.Rows], str]
MONTH = ("month", UNTIL)
CASES: list[Case] = [
    # measure, how it is asked, the same by hand, the columns that name a row
    (m.retention, lambda t: m.retention(t.orders, *MONTH), byhand.classic, "cohort n"),
    (m.retention, lambda t: m.retention(t.orders, *MONTH, kind="rolling"), byhand.rolling, "cohort n"),
    (m.retention, lambda t: m.retention(t.orders, "week", UNTIL, since=byhand.date(2017, 10, 2)), byhand.weekly,
     "cohort n"),
    (m.bracket_retention, lambda t: m.bracket_retention(t.orders, *MONTH, [(1, 1), (2, 3), (4, 6)]), byhand.brackets,
     "cohort from_n to_n"),
    (m.repurchase_rate, lambda t: m.repurchase_rate(t.orders, UNTIL), byhand.repurchase_rate, ""),
    (m.second_order_by_day, lambda t: m.second_order_by_day(t.orders, UNTIL, byhand.DAYS), byhand.second_order, "n"),
    (m.time_to_second_order, lambda t: m.time_to_second_order(t.orders, UNTIL, byhand.DAYS), byhand.time_to_second,
     "share"),
    (m.inter_purchase_time, lambda t: m.inter_purchase_time(t.orders, UNTIL), byhand.gaps, ""),
    (m.purchase_frequency, lambda t: m.purchase_frequency(t.orders, *MONTH), byhand.frequency, "period"),
    (m.average_order, lambda t: m.average_order(t.orders, *MONTH), byhand.average_order, "period"),
    (m.returning_share, lambda t: m.returning_share(t.orders, *MONTH), byhand.returning, "period"),
    (m.cohort_revenue, lambda t: m.cohort_revenue(t.orders, *MONTH), byhand.cohort_revenue, "cohort n"),
    (m.active_members, lambda t: m.active_members(t.visits, UNTIL), byhand.active, "day"),
    (m.visits_per_member, lambda t: m.visits_per_member(t.visits, *MONTH), byhand.visits_per_member, "period"),
    (m.depth, lambda t: m.depth(t.visits, *MONTH), byhand.depth, "period"),
    (m.dwell_time, lambda t: m.dwell_time(t.visits, *MONTH), byhand.dwell, "period"),
    (m.breadth, lambda t: m.breadth(t.visits, *MONTH), byhand.breadth, "period"),
    (m.csat, lambda t: m.csat(said(t), *MONTH),
     lambda y: byhand.satisfaction(y, "csat", lambda score: score >= 4, 1), "period"),
    (m.nps, lambda t: m.nps(said(t), *MONTH),
     lambda y: byhand.satisfaction(y, "nps", lambda score: (score >= 9) - (score <= 6), 100), "period"),
    (m.ces, lambda t: m.ces(said(t), *MONTH),
     lambda y: byhand.satisfaction(y, "ces", lambda score: score >= 5, 1), "period"),
    (m.think, lambda t: m.think(said(t), UNTIL), byhand.think, "member"),
    (m.do, lambda t: m.do(t.orders, t.visits, UNTIL).select("member", "orders", "visits", "silent_days", "do"),
     byhand.do, "member"),
    (m.feel, lambda t: m.feel(t.visits, UNTIL), byhand.feel, "member"),
    (m.loyalty_index, lambda t: m.loyalty_index(t.standing, t.orders, t.visits, said(t), UNTIL), byhand.index,
     "member"),
    (m.loyalty_layers,
     lambda t: m.loyalty_layers(m.loyalty_index(t.standing, t.orders, t.visits, said(t), UNTIL), **by_tier(t)),
     byhand.layers, "tier"),
    (m.interactions, lambda t: m.interactions(t.visits, *MONTH), byhand.interactions, "period channel"),
    (m.funnel, lambda t: m.funnel(with_orders(t), byhand.STEPS, byhand.WITHIN.days, UNTIL), byhand.funnel, "step"),
    (m.paths, lambda t: m.paths(with_orders(t), 3, UNTIL), byhand.paths, "place"),
    (m.life_cycle, lambda t: m.life_cycle(t.orders, UNTIL), byhand.life, "month state"),
    (m.life_cycle_flows, lambda t: m.life_cycle_flows(t.orders, UNTIL), byhand.life_flows, "month before after"),
    (m.tier_flows, lambda t: m.tier_flows(t.tier_changes, UNTIL), byhand.tier_flows, "month before after"),
    (m.category_pairs, lambda t: m.category_pairs(t.order_lines, UNTIL, minimum=20), byhand.pairs, "first second"),
    (m.active_rate, lambda t: m.active_rate(t.standing, t.ledger, *MONTH), byhand.active_rate, "period"),
    (m.redemption_rate, lambda t: m.redemption_rate(t.ledger, *MONTH), byhand.redemption, "currency period"),
    (m.points_owed, lambda t: m.points_owed(t.ledger, *MONTH), byhand.owed, "currency period"),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "asked", "hand", "names"), CASES, ids=lambda one: getattr(one, "__name__", ""))
def test_the_measure_says_what_is_counted_by_hand(measure: Any, asked: Any, hand: Any, names: str, demo: Year) -> None:
    frame = demo.connection.to_polars(asked(demo.lake))
    keys = names.split()
    rest = [column for column in frame.columns if column not in keys]
    found = {tuple(row[key] for key in keys): tuple(row[name] for name in rest) for row in frame.iter_rows(named=True)}
    expected = hand(demo)
    assert len(found) == len(frame) and expected
    assert set(found) == set(expected)
    wrong = {key: (found[key], row) for key, row in expected.items() if not same(found[key], row)}
    assert dict(list(wrong.items())[:5]) == {}


def same(found: tuple[Any, ...], by_hand: tuple[Any, ...]) -> bool:
    """Whole numbers to the last, fractions to nine places of their size."""
    return len(found) == len(by_hand) and all(
        a == pytest.approx(b, rel=1e-9, abs=1e-9) if isinstance(b, float) and a is not None else a == b
        for a, b in zip(found, by_hand, strict=True)
    )


def test_no_measure_is_left_out() -> None:
    assert [measure for measure in m.MEASURES if measure not in {case[0] for case in CASES}] == []


def test_the_year_is_the_packages(demo: Year) -> None:
    """As many orders and households as its documentation says, not a test of nothing."""
    assert len(demo.joined) == 2469
    assert len(demo.orders) == 155_848
